"""Results computed again in a folder of their own, and what a difference is put down to."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from project import TINY, Project

from compute_trends.run.seals import write_sealed
from compute_trends.verify.again import CLEAN, IS, IS_NOT, OWN_CONFIG, Verdict, verify
from compute_trends.verify.folders import compare, products

PROVENANCE = "results/provenance.json"


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


def verified(project: Project, run: Callable[[Path], None], tmp_path: Path, **how: Path) -> Verdict:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return verify(project.folder, run, scratch, **how)


def edit_record(project: Project, change: Callable[[dict[str, Any]], None]) -> None:
    """Change what the results say of their own making."""
    file = project.folder / PROVENANCE
    record = json.loads(file.read_text(encoding="utf-8"))
    change(record)
    write_sealed(str(file), json.dumps(record))


def test_unchanged_results_are_verified(
    mine: Project, again: Callable[[Path], None], tmp_path: Path
) -> None:
    assert verified(mine, again, tmp_path) == Verdict(True, [f"{IS}byte for byte"])


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

    same, found = verified(mine, other, tmp_path)
    assert not same
    assert any(line.startswith(f"report/index.html: differs ({kind}): ") for line in found)
    assert any(line.startswith(f"{kind}: ") for line in found)
    assert told is None or told in found
    assert (OWN_CONFIG in found) == (kind == "config")


def test_a_change_that_breaks_the_run_is_told(mine: Project, tmp_path: Path) -> None:
    mine.edit("data/raw/annotations.csv", "15/06/2001", "15/06/20o1")

    def failing(_scratch: Path) -> None:
        raise RuntimeError("a date")

    assert verified(mine, failing, tmp_path).lines == [
        IS_NOT,
        "input: data/raw/annotations.csv",
        "The run in a folder of its own failed:\na date",
    ]


def test_a_result_changed_by_hand_is_told(
    mine: Project, again: Callable[[Path], None], tmp_path: Path
) -> None:
    mine.edit("results/fits/trends.csv", "whole,3,1,made_up,published", "whole,3,1,made_up,publ")
    (mine.folder / "results" / "figures" / "figure1.png").unlink()
    (mine.folder / "results" / "mine.csv").write_text("1\n")
    assert verified(mine, again, tmp_path).lines == [
        IS_NOT,
        "results/figures/figure1.png: missing (deleted after the run)",
        "results/fits/trends.csv: differs (changed after the run wrote it)",
        "results/mine.csv: left over, no result of this run (another config or a person made it)",
        CLEAN,
    ]


def test_the_same_numbers_on_another_processor_are_the_same(
    mine: Project, again: Callable[[Path], None], tmp_path: Path
) -> None:
    edit_record(mine, lambda record: record["machine"].update(blas_kernel="Z80"))
    path = "results/fits/bands.csv"

    def elsewhere(scratch: Path, *, by: float = 1e-12) -> None:
        again(scratch)
        table = pd.read_csv(scratch / path)
        table["flop"] *= 1 + by
        write_sealed(str(scratch / path), table.to_csv(index=False))

    same, found = verified(mine, elsewhere, tmp_path)
    assert same and found[0].startswith(f"{IS}the same to 11 digits in 2 files of other bytes")
    assert found[0].endswith("on another processor:")
    assert [line.partition(", now ")[0] for line in found[1:]] == ["machine: blas_kernel: Z80"]
    shutil.rmtree(tmp_path / "scratch")
    same, found = verified(mine, functools.partial(elsewhere, by=1e-9), tmp_path)
    assert not same and f"{path}: differs (machine): row 2, column flop: " in "\n".join(found)


def test_another_version_of_a_package_is_told(
    mine: Project, again: Callable[[Path], None], tmp_path: Path
) -> None:
    edit_record(mine, lambda record: record["environment"].update(numpy="1.0"))
    same, found = verified(mine, again, tmp_path)
    assert same and found[0].endswith("with other packages:")
    assert found[1] == f"environment: numpy: 1.0, now {np.__version__}"


def test_what_another_config_left_is_told_and_its_config_can_be_named(
    mine: Project, again: Callable[[Path], None], tmp_path: Path
) -> None:
    shutil.copy(TINY / "exports" / "notable_2024.csv", mine.folder / "own.csv")
    export = {"name": "own", "path": "own.csv", "date": "2024-07-16"}
    over = tmp_path / "own.yaml"
    over.write_text(json.dumps({"clean": {"exports": [export]}}))
    path = mine.folder / "results" / "exports" / "own" / "trends.csv"
    path.parent.mkdir(parents=True)
    write_sealed(str(path), "trend\n")
    left = "results/exports/own/trends.csv: left over, no result of this run"
    same, found = verified(mine, again, tmp_path)
    assert not same and any(line.startswith(left) for line in found)
    shutil.rmtree(tmp_path / "scratch")

    def with_own(scratch: Path) -> None:
        assert (scratch / "own.csv").is_file()
        raise RuntimeError("it was run")

    same, found = verified(mine, with_own, tmp_path, over=over)
    assert not same and "it was run" in found[-1]
    assert "config: clean.exports[0].path" in found and OWN_CONFIG not in found


def test_logs_and_seals_are_no_results(finished_tiny: Project) -> None:
    found = products(finished_tiny.folder)
    assert set(found) == set(finished_tiny.products())
    recorded = json.loads((finished_tiny.folder / "results" / "provenance.json").read_text())
    assert set(found) - set(recorded["products"]) == {
        "report/index.html",
        "results/provenance.json",
    }


@pytest.mark.gate
def test_a_run_on_another_processor_holds_the_same(finished_tiny: Project, tmp_path: Path) -> None:
    features = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    environment = {"NPY_DISABLE_CPU_FEATURES": " ".join(features)}
    if "OPENBLAS_CORETYPE" not in os.environ:
        environment["OPENBLAS_CORETYPE"] = "Haswell"
    project = Project.tiny(tmp_path / "tiny")
    project.make(environment=environment)
    compared = compare(*(products(each.folder) for each in (finished_tiny, project)))
    assert compared.same, compared
    assert PROVENANCE in compared.alike


@pytest.mark.gate
def test_verify_as_a_command(mine: Project) -> None:
    """The real thing, once: it runs the workflow in a folder of its own."""
    (mine.folder / "report" / "index.html").write_text("changed")
    run = subprocess.run(
        [sys.executable, "-m", "compute_trends.verify"],
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
