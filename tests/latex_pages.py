"""Pages that pdflatex makes of tables, and what it says of them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

# How far a line may reach into the margin, in pt
OVER = 1.0
NEEDED = re.compile(r"^% \\usepackage\{(.*)\}$", re.MULTILINE)
WIDE = re.compile(r"Overfull \\hbox \((\d+\.\d+)pt too wide\).*")


def compiled(folder: Path, text: str) -> str:
    """What pdflatex says of tables in an article of 11 pt on A4, with the packages they name.

    Skips the test where pdflatex is not installed.
    """
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed")
    packages = {name for names in NEEDED.findall(text) for name in names.split(",")}
    document = (
        "\\documentclass[11pt,a4paper]{article}\n"
        f"\\usepackage{{{','.join(sorted(packages))}}}\n"
        f"\\begin{{document}}\n{text}\n\\end{{document}}\n"
    )
    (folder / "tables.tex").write_text(document, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "tables.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    log = (folder / "tables.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, [line for line in log.splitlines() if line.startswith("!")]
    return log


def too_wide(log: str) -> list[str]:
    """Lines of a log on what reaches into the margin."""
    return [found[0] for found in WIDE.finditer(log) if float(found[1]) > OVER]
