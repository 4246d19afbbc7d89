"""Two small folders of results against each other, as ``make same`` compares them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from project import ROOT

from compute_trends.tables.dictionary import generated_table
from compute_trends.verify.folders import compare, main, products
from compute_trends.verify.tolerance import read_tolerance

TABLE = "results/fits/headlines.csv"
FIGURE = "results/figures/figure1.svg"
SVG = "<svg><path d='M 458.15 118.52 L 453.93 96.58'/><text x='1.25'>GPT-4</text></svg>"
ROW = {"headline_name": "all", "export": "one", "n": 7, "slope_oom_per_year": 0.3, "note": "a 1.5"}
ROW |= {"slope_oom_per_year_ci90_low": 0.2, "slope_oom_per_year_ci90_high": 0.4}


def table(**cells: object) -> str:
    return pd.DataFrame([ROW | cells]).to_csv(index=False)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders with the same results."""
    for name in ("one", "other"):
        for path, text in ((TABLE, table()), (FIGURE, SVG), ("results/logs/a.log", name)):
            file = tmp_path / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return tmp_path / "one", tmp_path / "other"


def held(folders: tuple[Path, Path], path: str, text: str) -> str | None:
    """What is said of a file that is another in the second folder; None if it is the same."""
    (folders[1] / path).write_text(text, encoding="utf-8")
    compared = compare(*map(products, folders))
    assert set(compared.alike) | set(compared.different) == {path}
    return compared.different.get(path)


def test_the_same_bytes_are_the_same(folders: tuple[Path, Path]) -> None:
    compared = compare(*map(products, folders))
    assert compared.same_bytes and compared.same
    assert main(*map(str, folders)) == 0


@pytest.mark.parametrize(
    ("column", "value", "same"),
    [
        ("slope_oom_per_year", 0.3 * (1 + 1e-11), True),
        ("slope_oom_per_year", 0.3 * (1 + 1e-9), False),
        ("slope_oom_per_year", "", False),
        ("slope_oom_per_year_ci90_low", 0.2 * (1 + 1e-7), True),
        ("slope_oom_per_year_ci90_low", 0.2 * (1 + 1e-5), False),
        ("n", 8, False),
        ("note", "a 1.6", False),
        ("export", "two", False),
    ],
)
def test_a_column_has_its_tolerance(
    folders: tuple[Path, Path], column: str, value: object, same: bool
) -> None:
    told = held(folders, TABLE, table(**{column: value}))
    assert (told is None) == same
    assert same or f"row 2, column {column}: {ROW[column]}, again {value}" in str(told)


def test_other_rows_or_columns_are_different(folders: tuple[Path, Path]) -> None:
    assert held(folders, TABLE, table() + "two\n") == "1 rows, again 2"
    assert held(folders, TABLE, table(more=1)) == "other columns"


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("458.15", "458.17", True),
        ("458.15", "459.15", False),
        ("GPT-4", "GPT-3", False),
        ("GPT-4", "GPT", False),
        ("L 453.93", "M 453.93", False),
    ],
)
def test_a_drawing_is_what_it_shows(
    folders: tuple[Path, Path], old: str, new: str, same: bool
) -> None:
    assert (held(folders, FIGURE, SVG.replace(old, new)) is None) == same


def test_what_only_one_has_is_told(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (folders[1] / FIGURE).rename(folders[1] / "results" / "own.csv")
    assert main(*map(str, folders)) == 1
    told = capsys.readouterr().out
    assert f"{FIGURE}: only in {folders[0]}" in told
    assert f"results/own.csv: only in {folders[1]}" in told
    assert main(str(folders[0]), str(tmp_path / "none")) == 1
    assert f"{tmp_path / 'none'} holds no results" in capsys.readouterr().out


def test_as_a_command(folders: tuple[Path, Path]) -> None:
    """The command of CI; nothing is installed for it here."""
    # From here, because make takes no name with a blank, which the path of the checkout may have.
    environment = os.path.relpath(sys.prefix, ROOT)
    command = ["make", "--silent", "-o", f"{environment}/.installed", "same", f"VENV={environment}"]
    (folders[1] / TABLE).write_text(table(slope_oom_per_year=0.3 * (1 + 3e-11)))
    places = [f"ONE={folders[0]}", f"OTHER={folders[1]}"]
    run = subprocess.run([*command, *places], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "hold the same results, the same to 10 digits in 1 file of other bytes" in run.stdout
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert "make same ONE=numbers-3.11 OTHER=numbers-3.12" in workflow


def test_the_exceptions_of_the_tolerance_are_there() -> None:
    tolerance = read_tolerance()
    columns = generated_table("headlines").columns
    assert {tolerance.of("headlines", column) for column in columns} == {1e-10, 1e-6}
    for name in tolerance.iterated_tables:
        assert tolerance.of(name, generated_table(name).columns[0]) == 1e-6
