"""How alike two texts or two tables are: the same but for the last digits, or different."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from compute_trends.common.numbers import shorten
from compute_trends.common.rounding import DIGITS
from compute_trends.tables.schemas import Table
from compute_trends.verify.tolerance import Tolerance

# What a number is compared with that is smaller: near zero there is no share of it.
LEAST = 0.01
NUMBER = re.compile(r"(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)")
BESIDE = 30


class Likeness(NamedTuple):
    """Two contents against each other.

    Parameters
    ----------
    largest : float
        Largest difference of two numbers, as a share of them.
    different : str or None
        Where they differ by more than may be, and what stands there; None if nowhere.
    """

    largest: float = 0.0
    different: str | None = None


def together(parts: Iterable[Likeness]) -> Likeness:
    """Likeness of what has parts: those up to the first that is different."""
    largest = 0.0
    for part in parts:
        largest = max(largest, part.largest)
        if part.different is not None:
            return Likeness(largest, part.different)
    return Likeness(largest)


def shares(ours: ArrayLike, again: ArrayLike) -> NDArray[np.float64]:
    """Differences of numbers as shares of them; NaN where one of the two is none."""
    one, other = np.asarray(ours, dtype=float), np.asarray(again, dtype=float)
    size = np.maximum(np.maximum(np.abs(one), np.abs(other)), LEAST)
    return np.asarray(np.abs(one - other) / size)


def texts_alike(ours: str, again: str, tolerance: float) -> Likeness:
    """Two texts: numbers of nine digits or more within a tolerance, all else to the letter.

    So printed digits are the same, and what is written with full precision may differ in the last.
    """
    lines = ours.splitlines(), again.splitlines()
    if len(lines[0]) != len(lines[1]):
        return Likeness(different=f"{len(lines[0])} lines, again {len(lines[1])}")
    pairs = zip(*lines, strict=True)
    return together(
        _line_alike(number, one, other, tolerance)
        for number, (one, other) in enumerate(pairs, start=1)
        if one != other
    )


def _line_alike(number: int, ours: str, again: str, tolerance: float) -> Likeness:
    """Two lines of texts, see `texts_alike`."""
    one, other = NUMBER.split(ours), NUMBER.split(again)
    largest = 0.0
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a == b:
            continue
        # Texts and numbers by turns
        share = float(shares(a, b)) if place % 2 and _long(a, b) else np.nan
        if not share <= tolerance:
            before = "".join(one[:place])[-BESIDE:]
            found, now = (shorten("".join(parts[place:]), BESIDE) for parts in (one, other))
            return Likeness(largest, f"line {number}: {before}{found}, again {before}{now}")
        largest = max(largest, share)
    different = None if len(one) == len(other) else f"line {number} is longer in one of the two"
    return Likeness(largest, different)


def _long(*numbers: str) -> bool:
    """Whether one of some written numbers has more digits than people are shown."""
    mantissas = (re.split("[eE]", number)[0] for number in numbers)
    return any(len(re.sub(r"\D", "", each).strip("0")) >= DIGITS for each in mantissas)


def tables_alike(
    ours: pd.DataFrame, again: pd.DataFrame, table: Table, tolerance: Tolerance
) -> Likeness:
    """Two generated tables as texts: numbers within their tolerance, all else to the letter."""
    if list(ours) != list(again):
        return Likeness(different="other columns")
    if len(ours) != len(again):
        return Likeness(different=f"{len(ours)} rows, again {len(again)}")
    return together(_columns_alike(ours, again, table, tolerance))


def _columns_alike(
    ours: pd.DataFrame, again: pd.DataFrame, table: Table, tolerance: Tolerance
) -> Iterator[Likeness]:
    """Yield the likeness of each column that is not the same text; see `tables_alike`."""
    numbers = {field.name for field in table.fields if field.type == "number"}
    for column in ours:
        there = np.flatnonzero(ours[column] != again[column])
        if not there.size:
            continue
        one, other = (frame[column].iloc[there] for frame in (ours, again))
        parsed = (pd.to_numeric(each, errors="coerce") for each in (one, other))
        share = shares(*parsed) if column in numbers else np.full_like(there, np.nan, dtype=float)
        beyond = ~(share <= tolerance.of(table.name, str(column)))
        if beyond.any():
            first = int(beyond.argmax())
            values = f"{shorten(one.iloc[first])}, again {shorten(other.iloc[first])}"
            place = f"row {there[first] + 2}, column {column}: {values}"
            yield Likeness(0.0, f"{place} ({beyond.sum()} such cells)")
        yield Likeness(float(np.max(share, initial=0.0, where=~beyond)))
