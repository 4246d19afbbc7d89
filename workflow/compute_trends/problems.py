"""What is wrong with an input, said so that a person can mend it."""

from __future__ import annotations

from dataclasses import dataclass


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
