"""Generated files: written whole, and sealed, so that a later change by hand is noticed.

The seal of ``systems.csv`` is ``.systems.csv.sha256`` beside it, as ``sha256sum -c`` reads
it. Without it, a table edited by hand would pass into every number after it, though the
results claim to come from the raw data.
"""

from __future__ import annotations

from pathlib import Path

from compute_trends.common.checksums import checksum
from compute_trends.common.problems import Problem


def write_whole(path: str, content: str | bytes) -> None:
    """Write a file, a text in UTF-8, in one step: after a failure it is as it was before."""
    file = Path(path)
    part = file.with_name(f".{file.name}.part")
    try:
        if isinstance(content, str):
            part.write_text(content, encoding="utf-8", newline="")
        else:
            part.write_bytes(content)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def write_sealed(path: str, text: str) -> None:
    """Write a file whole, and its seal; see `write_whole`."""
    write_whole(path, text)
    digest = checksum(text)
    write_whole(str(_seal(path)), f"{digest}  {Path(path).name}\n")


def is_sealed(path: str | Path) -> bool:
    """Presence of a seal beside a file, right or broken."""
    return _seal(path).is_file()


def broken_seal(path: str | Path) -> list[Problem]:
    """Problem of a file that is not what `write_sealed` wrote; none if it is."""
    digest = checksum(Path(path).read_bytes())
    seal = _seal(path)
    if is_sealed(path) and seal.read_text(encoding="utf-8").split()[:1] == [digest]:
        return []
    found = "a file changed after the run wrote it" if is_sealed(path) else f"no {seal.name}"
    hint = "delete it and run again (a change belongs in data/raw or config.yaml)"
    return [Problem(str(path), None, None, found, f"the file as the run wrote it; {hint}")]


def _seal(path: str | Path) -> Path:
    """Where the seal of a file lies."""
    file = Path(path)
    return file.with_name(f".{file.name}.sha256")
