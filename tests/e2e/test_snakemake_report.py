"""What `snakemake --report` packs: the page, the figures and the main tables, with captions."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from project import Project

PACKED = [
    "report/index.html",
    "results/figures/figure1.svg",
    "results/fits/trends.csv",
    "results/checks/reproduction.csv",
    "results/checks/claims.csv",
]


@pytest.mark.gate
def test_snakemake_packs_the_report(finished_tiny: Project, tmp_path: Path) -> None:
    project = finished_tiny.copy(tmp_path / "run")
    project.make("--report", "report.zip")
    with zipfile.ZipFile(project.folder / "report.zip") as packed:
        held = [packed.read(name) for name in packed.namelist()]
        page = next(packed.read(name) for name in packed.namelist() if "report.html" in name)
    for path in PACKED:
        assert (project.folder / path).read_bytes() in held, path
    text = page.decode()
    for words in (
        "one page that needs nothing else",
        "A figure of the report",
        "Trends of training compute",
    ):
        assert words in text
