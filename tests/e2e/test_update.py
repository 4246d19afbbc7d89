"""The tiny project taken from one vintage to the next by the targets of the Makefile."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from project import ROOT, TINY, Project

NAMES = {"notable_2024.csv": "2024-07-16", "notable_2026.csv": "2026-03-07"}


def make(project: Project, target: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a target in the folder, with the tools of the environment that the tests run in."""
    given = [f"{name}={value}" for name, value in variables.items()]
    # The environment is there, whatever the dates of its stamps.
    command = ["make", "-f", str(ROOT / "Makefile"), "-o", ".venv/.installed", target, *given]
    return subprocess.run(
        command,
        cwd=project.folder,
        # Of the run no more than what this file is about
        env=project.environment() | {"CORES": "2 results/changes/report.md"},
        capture_output=True,
        text=True,
        check=False,
    )


def with_downloads(project: Project) -> Project:
    shutil.copytree(TINY / "exports", project.folder / "downloads")
    (project.folder / ".venv").symlink_to(sys.prefix)
    project.edit("config.yaml", "vintages: []", "vintages: all")
    return project


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The tiny project with one vintage, then updated to the next."""
    project = with_downloads(Project.tiny(tmp_path_factory.mktemp("update") / "run"))
    old, new = (f"downloads/{name}" for name in NAMES)
    run = make(project, "vintage", FILE=old, DATE="2024-07-16", SOURCE='It\'s a "copy"')
    assert run.returncode == 0, run.stderr
    run = make(project, "update", FILE=new, DATE="2026-03-07")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "column 'System' is called 'Model' now" in run.stdout
    assert "What changed: results/changes/report.md" in run.stdout
    return project


def test_the_newest_leads_and_what_changed_is_written(updated: Project) -> None:
    index = updated.table("data/raw/vintages.csv")
    assert index["export"].tolist() == ["notable_2024_07_16", "notable_2026_03_07"]
    assert index["note"].tolist()[0] == 'It\'s a "copy"'
    headlines = updated.table("results/fits/headlines.csv")
    assert headlines.loc[headlines["leads"], "export"].unique().tolist() == ["notable_2026_03_07"]
    report = (updated.folder / "results" / "changes" / "report.md").read_text(encoding="utf-8")
    assert "on Epoch AI's export of 2026-03-07, against that of 2024-07-16" in report
    for text in ("| Kilo |", "| Lima |", "- renamed: System → Model", "- added: "):
        assert text in report


def test_nothing_new_is_no_change(updated: Project) -> None:
    before = updated.products()
    run = make(updated, "update", FILE="downloads/notable_2026.csv")
    assert run.returncode == 0, run.stderr
    assert "no change since the last export" in run.stdout
    assert updated.products() == before
    assert "Building DAG" not in run.stderr


def test_a_download_that_was_cut_changes_nothing(updated: Project) -> None:
    raw = updated.folder / "data" / "raw"
    before = {path: path.read_bytes() for path in raw.rglob("*.csv")}
    text = (updated.folder / "downloads" / "notable_2026.csv").read_text(encoding="utf-8")
    (updated.folder / "downloads" / "cut.csv").write_text(text[:-20], encoding="utf-8")
    run = make(updated, "update", FILE="downloads/cut.csv")
    assert run.returncode != 0
    assert "cut off" in run.stderr
    assert {path: path.read_bytes() for path in raw.rglob("*.csv")} == before


@pytest.mark.parametrize("target", ["vintage", "update"])
def test_make_says_what_to_give(target: str, updated: Project) -> None:
    run = make(updated, target)
    assert run.returncode != 0
    assert f"make {target} FILE=downloads/notable_ai_models.csv" in run.stderr
