"""Dates of an export: years of two digits, the order of day and month, and slips of typing."""

from __future__ import annotations

import re
from typing import NamedTuple

import pandas as pd

from compute_trends.clean.examples import bracketed
from compute_trends.common.notices import tell
from compute_trends.common.problems import Problem, stop_on
from compute_trends.tables.cells.dates import (
    ORDERS,
    ParsedDates,
    ShownOrders,
    is_slip,
    parse_dates,
    shown_orders,
    shown_year_first,
)

SHORT_YEAR = re.compile(r"(\d{1,2}[-/.]\d{1,2}[-/.])(\d{2})")
# No system of the exports is older: "23" in a file said to be of 2022 is 2023.
OLDEST_YEAR = 1950
# ASSUME: of dates that show an order, one in ten against it at most are slips of typing in a
# file whose record states the order; more are a file of two orders, which no setting can read.
MOST_SLIPS = 0.1


class ExportDates(NamedTuple):
    """Dates of a column of an export.

    Parameters
    ----------
    dates : ParsedDates
        As read.
    reading : str or None
        What was taken for granted in reading them, if anything was.
    slips : list of Problem
        Cells that are a date with a slip, such as a month 0 or a year of five digits.
    """

    dates: ParsedDates
    reading: str | None
    slips: list[Problem]


def read_dates(
    texts: pd.Series, *, through: str, order: str | None, place: tuple[str, str]
) -> ExportDates:
    """Read dates with full years and in the order of day and month that the column shows.

    Parameters
    ----------
    texts : pandas.Series of str
        Stripped cells; the index is the row of the file.
    through, order : str
        See `export_file.parse_cells`.
    place : tuple of str
        File and header of the column.

    Raises
    ------
    InputError
        If dates contradict each other or the order that is stated, or begin with the year and
        have the day before the month, with the number of rows each way and what to do.
    """
    newest = int(through[:4])

    def full_year(match: re.Match[str]) -> str:
        year = newest - (newest - int(match[2])) % 100
        return f"{match[1]}{year if year >= OLDEST_YEAR else year + 100}"

    full = texts.str.replace(f"^{SHORT_YEAR.pattern}$", full_year, regex=True)
    _stop_on_day_before_month(full, place)
    shown = shown_orders(full)
    order, reading = _order(shown, order, place)
    dates = parse_dates(full, order=order)
    slips = dates.expected[is_slip(dates.expected)]
    problems = [
        Problem(place[0], int(str(row)), place[1], str(texts.at[row]), hint)
        for row, hint in slips.items()
    ]
    return ExportDates(dates, reading, problems)


def _stop_on_day_before_month(texts: pd.Series, place: tuple[str, str]) -> None:
    """Stop on dates y-d-m: those up to the 12th would be read as of another month."""
    shown = shown_year_first(texts)
    wrong, right = shown["y-d-m"], shown["y-m-d"]
    if len(wrong) <= MOST_SLIPS * (len(wrong) + len(right)):
        return
    found = " and ".join(_can_only_be(order, shown[order]) for order in ("y-d-m", "y-m-d"))
    path, header = place
    stop_on([Problem(path, None, header, found, "y-m-d, the month before the day")])


def _can_only_be(order: str, cells: pd.Series) -> str:
    """How many dates can be read in an order only, and some of them."""
    plural = "" if len(cells) == 1 else "s"
    some = bracketed(cells) if len(cells) else ""
    return f"{len(cells)} date{plural} that can only be {order}{some}"


def _order(
    shown: ShownOrders, stated: str | None, place: tuple[str, str]
) -> tuple[str, str | None]:
    """Order of day and month of a column, and what was taken for granted in it."""
    path, header = place
    n = {order: len(cells) for order, cells in shown.cells.items()}
    order = stated or max(ORDERS, key=lambda one: n[one])
    other = ORDERS[order == ORDERS[0]]
    if not sum(n.values()):
        if stated or shown.either.empty:
            return order, None
        either = shown.either
        reading = (
            f"{len(either)} in numbers read as {order}, because no date tells the order of day "
            f"and month{bracketed(either)}"
        )
        ask = "if it is m/d/y, set dates: m/d/y in the record of this file in clean.exports"
        tell(f"{path}, column {header}: {reading}; {ask}")
        return order, reading
    if not n[other]:
        return order, None
    few = n[other] <= MOST_SLIPS * sum(n.values())
    if stated and few:
        reading = (
            f"{n[other]} cannot be read as {order}, which is stated{bracketed(shown.cells[other])}"
        )
        tell(f"{path}, column {header}: {reading}")
        return order, reading
    stop_on([Problem(path, None, header, *_contradiction(shown, stated, few=few))])
    return order, None


def _contradiction(shown: ShownOrders, stated: str | None, *, few: bool) -> tuple[str, str]:
    """What was found in a column whose dates contradict each other or what is stated."""
    n = {order: len(cells) for order, cells in shown.cells.items()}
    more, fewer = sorted(ORDERS, key=lambda one: -n[one])
    words = {order: _can_only_be(order, cells) for order, cells in shown.cells.items()}
    found = " and ".join(words[order] for order in (more, fewer) if n[order])
    record = "in the record of this file in clean.exports"
    if few:
        them = "it" if n[fewer] == 1 else "them"
        return found, (
            f"one order of day and month: write the {n[fewer]} as y-m-d, or set dates: {more} "
            f"{record}, which leaves {them} out"
        )
    if stated and n[fewer] <= MOST_SLIPS * sum(n.values()):
        return found, f"{stated}, which dates states {record}; set dates: {more}"
    return found, (
        "one order of day and month. Write those of one kind as y-m-d; then dates: d/m/y or "
        f"dates: m/d/y {record} can tell the order of the others"
    )
