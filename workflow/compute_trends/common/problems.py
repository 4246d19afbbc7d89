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
    row : int or None
        Row as a spreadsheet counts it: the header is row 1.
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
    """An input cannot be used; carries every problem (at least one) that was found in it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def stop_on(problems: Iterable[Problem]) -> None:
    """Raise InputError if there are any problems."""
    if found := list(problems):
        raise InputError(found)


def nearest(name: str, known: Iterable[str], *, most: int = 1, likeness: float = 0.6) -> list[str]:
    """Known names that are most like a misspelt one, the likest first.

    A name below the ratio ``likeness`` (0 to 1) of `difflib.SequenceMatcher.ratio` is not like it.
    """
    return difflib.get_close_matches(str(name), list(known), n=most, cutoff=likeness)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Hint at the known name that is most like a misspelt one, or at all of them."""
    names = list(known)
    near = nearest(name, names)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names) or 'none'}"


def problems_text(problems: list[Problem], *, file: str) -> str:
    """Problems for a terminal: a sentence, or a table of several, all of them in a file.

    See `write_problems` for the file.
    """
    if len(problems) == 1:
        return f"A problem in the input: {problems[0]}"
    # Here, because most jobs have no problem to tell.
    from tabulate import tabulate

    # Names of columns as a row, because tabulate pads headers.
    rows: list[tuple[object, ...]] = [("file", "row", "column", "found", "expected")]
    for problem in problems[:SHOWN]:
        found = None if problem.value is None else shorten(repr(problem.value), 40)
        rows.append((problem.file, problem.row, problem.column, found, problem.expected))
    table = tabulate(rows, tablefmt="plain", disable_numparse=True)
    more = len(problems) - SHOWN
    tail = [f"... and {more} more"] if more > 0 else []
    title = f"{len(problems)} problems in the input, all of them in {file}:"
    return "\n".join([title, table, *tail])


def write_problems(problems: list[Problem], path: str) -> None:
    """Write a job's problems into a CSV file for a spreadsheet; remove it if there are none."""
    place = Path(path)
    if not problems:
        place.unlink(missing_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in dataclasses.fields(Problem)])
        for problem in problems:
            cells = dataclasses.astuple(problem)
            writer.writerow(["" if cell is None else neutral(str(cell)) for cell in cells])
