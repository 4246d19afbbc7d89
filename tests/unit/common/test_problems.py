from __future__ import annotations

import csv
from pathlib import Path

from compute_trends.common.problems import (
    SHOWN,
    InputError,
    Problem,
    did_you_mean,
    nearest,
    problems_text,
    write_problems,
)

CELL = Problem("a.csv", 3, "size", "x", "a number")
FILE = Problem("a.csv", None, None, None, "at least a header")


def test_one_problem_is_a_sentence() -> None:
    text = problems_text([CELL], file="p.csv")
    assert text == "A problem in the input: a.csv, row 3, column size: found 'x', expected a number"
    assert str(InputError([CELL, FILE])) == f"{CELL}\n{FILE}"


def test_several_problems_are_a_table() -> None:
    assert problems_text([CELL, FILE], file="p.csv").splitlines() == [
        "2 problems in the input, all of them in p.csv:",
        "file   row  column  found  expected",
        "a.csv  3    size    'x'    a number",
        "a.csv                      at least a header",
    ]


def test_a_long_table_is_cut_on_the_terminal_only(tmp_path: Path) -> None:
    problems = [Problem("a.csv", row, "size", "x" * 100, "a number") for row in range(1000)]
    lines = problems_text(problems, file="p.csv").splitlines()
    assert len(lines) == SHOWN + 3 and lines[-1] == f"... and {1000 - SHOWN} more"
    assert max(map(len, lines)) < 100
    path = tmp_path / "new" / "p.csv"
    write_problems(problems, str(path))
    assert len(path.read_text().splitlines()) == 1001


def test_a_table_of_problems_holds_no_formula_and_goes_when_they_do(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    write_problems([Problem("a.csv", 2, "size", '=cmd|"x"', "a number"), FILE], str(path))
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["file", "row", "column", "value", "expected"],
        ["a.csv", "2", "size", '\'=cmd|"x"', "a number"],
        ["a.csv", "", "", "", "at least a header"],
    ]
    write_problems([], str(path))
    assert not path.exists()


def test_a_misspelt_name_gets_the_one_that_is_most_like_it() -> None:
    known = ["high_z", "low_z", "window_days"]
    assert nearest("hihg_z", known) == ["high_z"]
    assert nearest("z", known) == []
    assert nearest("w_z", known, most=2, likeness=0.4) == ["low_z", "high_z"]
    assert did_you_mean("hihg_z", known) == "did you mean 'high_z'?"
    assert did_you_mean("colour", known) == "known: high_z, low_z, window_days"
    assert did_you_mean("colour", []) == "known: none"
