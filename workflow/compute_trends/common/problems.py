"""What is wrong with an input, said so that a person can mend it."""

from __future__ import annotations

import csv
import dataclasses
import difflib
from collections.abc import Iterable
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


def nearest(name: str, known: Iterable[str], *, most: int = 1, likeness: float = 0.6) -> list[str]:
    """Known names that are most like a misspelt one, the likest first.

    Parameters
    ----------
    name : str
        Name that is not among the known ones.
    known : iterable of str
        Names that would have been right.
    most : int
        How many to give at most.
    likeness : float
        Ratio from 0 to 1 below which a name is not like another; see
        `difflib.SequenceMatcher.ratio`.
    """
    return difflib.get_close_matches(str(name), list(known), n=most, cutoff=likeness)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Hint at the known name that is most like a misspelt one, or at all of them."""
    names = list(known)
    near = nearest(name, names)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names) or 'none'}"


def problems_text(problems: list[Problem], *, file: str) -> str:
    """Problems for a terminal: a sentence, or a table of several.

    Parameters
    ----------
    problems : list of Problem
        At least one.
    file : str
        Table that holds all of them; see `write_problems`.
    """
    if len(problems) == 1:
        return f"A problem in the input: {problems[0]}"
    # Here, because most jobs have no problem to tell.
    from tabulate import tabulate

    # Names of columns as a row, because tabulate pads headers.
    rows: list[tuple[object, ...]] = [("file", "row", "column", "found", "expected")]
    rows += [
        (
            problem.file,
            problem.row,
            problem.column,
            None if problem.value is None else shorten(repr(problem.value), 40),
            problem.expected,
        )
        for problem in problems[:SHOWN]
    ]
    table = tabulate(rows, tablefmt="plain", disable_numparse=True)
    more = len(problems) - SHOWN
    tail = [f"... and {more} more"] if more > 0 else []
    title = f"{len(problems)} problems in the input, all of them in {file}:"
    return "\n".join([title, table, *tail])


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
