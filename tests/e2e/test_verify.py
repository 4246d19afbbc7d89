"""Results computed again in a folder of their own, and what a difference is put down to."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from project import Project

from compute_trends.run.verify import products, verify


@pytest.fixture
def again(finished_tiny: Project) -> Callable[[Path], None]:
    """Stands for a run that gives the results that are there."""

    def copy(scratch: Path) -> None:
        assert (scratch / "Snakefile").is_file()
        for name in ("data/processed", "results", "report"):
            shutil.copytree(finished_tiny.folder / name, scratch / name)

    return copy


@pytest.fixture
def mine(finished_tiny: Project, tmp_path: Path) -> Project:
    """A copy of the finished project that a test may change."""
    return finished_tiny.copy(tmp_path / "mine")


def lines(project: Project, run: Callable[[Path], None], tmp_path: Path) -> list[str]:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return verify(project.folder, run, scratch)


def test_unchanged_results_are_verified(
    mine: Project, again: Callable[[Path], None], tmp_path: Path
) -> None:
    assert lines(mine, again, tmp_path) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "kind", "told"),
    [
        ("data/raw/claims.csv", "Nobody", "Nobodx", "input", "input: data/raw/claims.csv"),
        ("data/raw/datapackage.json", "blemishes kept", "blemishes kep", "input", None),
        ("config.yaml", "high_z: 0.76", "high_z: 0.77", "config", "config: fit.outliers.high_z"),
        ("config.yaml", "seed: 1", "seed: 2", "config", "config: seed"),
        (
            "workflow/compute_trends/fit/trends.py",
            '"""Stage fit',
            '"""Stage fut',
            "code",
            "code: workflow/compute_trends/fit/trends.py",
        ),
        ("Snakefile", "is made", "is  made", "code", "code: Snakefile"),
        ("requirements.txt", "tabulate==", "tabulate ==", "environment", None),
    ],
)
def test_a_change_is_told_with_its_kind(
    mine: Project, tmp_path: Path, path: str, old: str, new: str, kind: str, told: str | None
) -> None:
    mine.edit(path, old, new)

    def other(scratch: Path) -> None:
        (scratch / "report").mkdir()
        (scratch / "report" / "index.html").write_text("another")

    found = lines(mine, other, tmp_path)
    assert f"report/index.html: differs ({kind})" in found
    assert any(line.startswith(f"{kind}: ") for line in found)
    assert told is None or told in found


def test_a_change_that_breaks_the_run_is_told(mine: Project, tmp_path: Path) -> None:
    mine.edit("data/raw/annotations.csv", "15/06/2001", "15/06/20o1")

    def failing(_scratch: Path) -> None:
        raise RuntimeError("a date")

    assert lines(mine, failing, tmp_path) == [
        "input: data/raw/annotations.csv",
        "The run in a folder of its own failed:\na date",
    ]


def test_a_result_changed_by_hand_is_told(
    mine: Project, again: Callable[[Path], None], tmp_path: Path
) -> None:
    mine.edit("results/fits/trends.csv", "whole,3,1,made_up,published", "whole,3,1,made_up,publ")
    (mine.folder / "results" / "figures" / "figure1.png").unlink()
    (mine.folder / "results" / "mine.csv").write_text("1\n")
    assert lines(mine, again, tmp_path) == [
        "results/figures/figure1.png: missing (deleted after the run)",
        "results/fits/trends.csv: differs (changed after the run wrote it)",
        "results/mine.csv: no result of a run (no cause is known: the same inputs gave other "
        "bytes)",
    ]


def test_logs_and_seals_are_no_results(finished_tiny: Project) -> None:
    found = products(finished_tiny.folder)
    assert set(found) == set(finished_tiny.products())
    recorded = json.loads((finished_tiny.folder / "results" / "provenance.json").read_text())
    assert set(found) - set(recorded["products"]) == {
        "report/index.html",
        "results/provenance.json",
    }


@pytest.mark.gate
def test_verify_as_a_command(mine: Project) -> None:
    """The real thing, once: it runs the workflow in a folder of its own."""
    (mine.folder / "report" / "index.html").write_text("changed")
    run = subprocess.run(
        [sys.executable, "-m", "compute_trends.run.verify"],
        cwd=mine.folder,
        env={"PYTHONPATH": str(mine.folder / "workflow"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stdout.splitlines()[1:] == [
        "report/index.html: differs (changed after the run wrote it)"
    ]
