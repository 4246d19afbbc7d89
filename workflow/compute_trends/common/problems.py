"""What is wrong with an input, said so that a person can mend it."""

from __future__ import annotations

import csv
import dataclasses
from dataclasses import dataclass
from pathlib import Path

from compute_trends.common.numbers import neutral, shorten

# More would scroll the first ones out of sight.
SHOWN = 40


@dataclass(frozen=True)
class Problem:
    """One cell (or row, or column) that is not what was expected.

    Parameters
    ----------
    file : str
        File that holds the problem.
    row : int or None
        Row as a spreadsheet counts it: the header is row 1.
    column : str or None
        Name of the column.
    value : str or None
        What was found; None where nothing was there to be found.
    expected : str
        What would have been right.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    expected: str

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        found = "" if self.value is None else f"found {self.value!r}, "
        return f"{place}: {found}expected {self.expected}"


class InputError(ValueError):
    """An input cannot be used; carries every problem that was found in it.

    Parameters
    ----------
    problems : list of Problem
        At least one.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def stop_on(problems: list[Problem]) -> None:
    """Raise InputError if there are any problems."""
    if problems:
        raise InputError(problems)


def told(problems: list[Problem], *, file: str) -> str:
    """Problems as a person reads them on a terminal: a sentence, or a table of several.

    Parameters
    ----------
    problems : list of Problem
        At least one.
    file : str
        Table that holds all of them; see `write_problems`.
    """
    if len(problems) == 1:
        return f"A problem in the input: {problems[0]}"
    columns = ("file", "row", "column", "found", "expected")
    rows = [columns] + [
        (
            problem.file,
            "" if problem.row is None else str(problem.row),
            problem.column or "",
            "" if problem.value is None else shorten(repr(problem.value), 40),
            problem.expected,
        )
        for problem in problems[:SHOWN]
    ]
    widths = [max(map(len, cells)) for cells in list(zip(*rows, strict=True))[:-1]]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        for row in rows
    ]
    more = len(problems) - SHOWN
    tail = [f"... and {more} more"] if more > 0 else []
    return "\n".join(
        [f"{len(problems)} problems in the input, all of them in {file}:", *lines, *tail]
    )


def write_problems(problems: list[Problem], path: str) -> None:
    """Write every problem into a table that a spreadsheet can open; no file if there is none.

    Parameters
    ----------
    problems : list of Problem
        Those of the last run of a job.
    path : str
        CSV file; removed where there is no problem.
    """
    if not problems:
        Path(path).unlink(missing_ok=True)
        return
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in dataclasses.fields(Problem)])
        for problem in problems:
            cells = dataclasses.astuple(problem)
            writer.writerow(["" if cell is None else neutral(str(cell)) for cell in cells])
