"""Dates as people and spreadsheets write them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

from compute_trends.tables.cells.columns import LONGEST, distinct, spread

# Spelt out because the calendar module's names change with the user's locale.
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTH_NUMBERS = {
    name: number for number, month in enumerate(MONTHS, start=1) for name in (month, month[:3])
} | {"sept": 9}
# Days of ``1 January 1900 = 1``; the day before 1 March 1900 that never was makes it 30.
EXCEL_EPOCH = date(1899, 12, 30)
MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?"
YEAR, MONTH, DAY = "(?P<year>[0-9]{4})", "(?P<month>[0-9]{1,2})", "(?P<day>[0-9]{1,2})"
NAME = "(?P<name>[A-Za-z]{3,9})"
FIRST, SECOND = "(?P<first>[0-9]{1,2})", "(?P<second>[0-9]{1,2})"
DATE_FORMS = {
    "y-m-d": re.compile(rf"{YEAR}([-/.]){MONTH}\2{DAY}{MIDNIGHT}"),
    "numbers": re.compile(rf"{FIRST}([-/.]){SECOND}\2{YEAR}{MIDNIGHT}"),
    "d month y": re.compile(rf"{DAY}[-. ]+{NAME}[-. ,]+{YEAR}"),
    "month d y": re.compile(rf"{NAME}\.? {DAY},? {YEAR}"),
    "y-m": re.compile(rf"{YEAR}[-/.]{MONTH}"),
    "m/y": re.compile(rf"{MONTH}[-/.]{YEAR}"),
    "month y": re.compile(rf"{NAME}[-. ]+{YEAR}"),
    "y": re.compile(YEAR),
    "ymd": re.compile(r"(?P<year>[12][0-9]{3})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
    "serial": re.compile(r"(?P<serial>[1-9][0-9]{4})(?:\.0+)?"),
}
PRECISIONS = {"y": "year", "y-m": "month", "m/y": "month", "month y": "month"}
ORDERS = ("d/m/y", "m/d/y")


class ParsedDates(NamedTuple):
    """Dates of a column of text cells.

    Parameters
    ----------
    day : pandas.Series of datetime64[s]
        The first possible day; missing where the cell is empty or cannot be read.
    precision : pandas.Series of str
        ``day``, ``month`` or ``year``.
    form : pandas.Series of str
        How it was written: one of `DATE_FORMS`, or of `ORDERS` instead of ``numbers``.
    expected : pandas.Series of str
        As in `Parsed`.
    """

    day: pd.Series
    precision: pd.Series
    form: pd.Series
    expected: pd.Series


def parse_dates(texts: pd.Series, *, order: str | None = None) -> ParsedDates:
    """Read dates as people and spreadsheets write them.

    Parameters
    ----------
    texts : pandas.Series of str
        Cells such as ``2015-04-03``, ``3/4/2015``, ``3 April 2015``, ``2015-04``, ``4/2015``,
        ``April 2015``, ``2015``, ``42097`` (a spreadsheet's number of a day; ASSUME: it counts
        from 1900, as every spreadsheet program does by default today, not from 1904).
    order : str or None
        One of `ORDERS`, in which the file writes dates in numbers; None if it is not
        stated, which refuses those that could be either.
    """
    cells, places = distinct(texts)
    read = [_date(cell, order) for cell in cells]
    days = pd.Series([day for day, _, _ in read], dtype="datetime64[s]")
    forms = pd.Series([form for _, form, _ in read], dtype="str").where(days.notna())
    precisions = forms.map(lambda form: PRECISIONS.get(form, "day"), na_action="ignore")
    parsed = spread(texts, places, days, [expected for _, _, expected in read])
    arrays = [column.astype("str").array[places] for column in (precisions, forms)]
    precision, form = (pd.Series(array, index=texts.index) for array in arrays)
    return ParsedDates(parsed.value, precision, form, parsed.expected)


def _date(cell: str, order: str | None) -> tuple[date | None, str | None, str]:
    """First possible day of a stripped cell and its form, or what was expected."""
    if not cell:
        return None, None, ""
    for form, pattern in DATE_FORMS.items():
        found = pattern.fullmatch(cell) if len(cell) <= LONGEST else None
        if found is None:
            continue
        parts = found.groupdict()
        if form == "serial":
            return EXCEL_EPOCH + timedelta(days=int(parts["serial"])), form, ""
        year = int(parts["year"])
        month = int(parts.get("month") or MONTH_NUMBERS.get(parts.get("name", "").lower(), 0))
        if form == "numbers":
            first, second = int(parts["first"]), int(parts["second"])
            both = first != second and min(first, second) >= 1 and max(first, second) <= 12
            if order is None and both:
                either = f"{year}-{second:02}-{first:02} or {year}-{first:02}-{second:02}"
                expected = f"a date y-m-d: {either} (no order of day and month is stated)"
                return None, None, expected
            form = order or ORDERS[first <= 12]
            parts["day"], month = (first, second) if form == "d/m/y" else (second, first)
        try:
            return date(year, month if form != "y" else 1, int(parts.get("day") or 1)), form, ""
        except ValueError:
            stated = form in ORDERS and order is not None
            expected = f" {order}, as the file's description states" if stated else ""
            return None, None, f"a date{expected}"
    return None, None, "a date"
