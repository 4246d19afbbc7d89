"""Dates as people and spreadsheets write them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

from compute_trends.tables.cells.columns import LONGEST, distinct, spread, strip_cells

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
MIDNIGHT = r"(?:[T ]0?0:00(?::00(?:\.0+)?)?Z?)?"
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
# Dates in numbers, which an order of day and month tells; also with a year of two digits.
DAY_MONTH = re.compile(rf"{FIRST}([-/.]){SECOND}\2(?:[0-9]{{2}}|[0-9]{{4}}){MIDNIGHT}")
# What looks like a date: numbers and names of months, at most three
LIKE_A_DATE = re.compile(r"(?:[0-9]+|[A-Za-z]{3,9}\.?)(?:[-/., ]+(?:[0-9]+|[A-Za-z]{3,9}\.?)){0,2}")
# No date of any table is of another year.
FIRST_YEAR, LAST_YEAR = 1800, 2199
# Years that one of five digits may have been meant as, and the last day whose number in a
# spreadsheet may be such a slip
YEARS = range(1950, 2030)
SLIPS_UNTIL = date(1989, 12, 31)
ZERO = "a date without a day or month 0 (a month alone is y-m, a year alone y)"
YEAR_SLIP = f"a date with a year of four digits, {FIRST_YEAR} to {LAST_YEAR}"


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
        As in `Parsed`; see `is_slip`.
    """

    day: pd.Series
    precision: pd.Series
    form: pd.Series
    expected: pd.Series


class ShownOrders(NamedTuple):
    """What the dates in numbers of a column show of the order of day and month.

    Parameters
    ----------
    cells : dict of str to pandas.Series of str
        By each of `ORDERS` the cells that can be read in this order only.
    either : pandas.Series of str
        Cells that are two dates, one in each order.
    """

    cells: dict[str, pd.Series]
    either: pd.Series


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


def shown_orders(texts: pd.Series) -> ShownOrders:
    """Sort the dates in numbers of a column by the order of day and month that they show.

    Cells with a zero, or with two numbers above 12, show none.
    """
    cells = strip_cells(texts)
    parts = cells.str.extract(f"^{DAY_MONTH.pattern}$")[["first", "second"]].astype("float64")
    first, second = parts["first"], parts["second"]
    some = (first > 0) & (second > 0)
    shown = {
        "d/m/y": cells[some & (first > 12) & (second <= 12)],
        "m/d/y": cells[some & (first <= 12) & (second > 12)],
    }
    return ShownOrders(shown, cells[some & (first <= 12) & (second <= 12) & (first != second)])


def shown_year_first(texts: pd.Series) -> dict[str, pd.Series]:
    """Cells that begin with the year, by the order that they can be read in only.

    Only ``y-m-d`` is ever read; ``y-d-m`` is what some program wrote in its place.
    """
    cells = strip_cells(texts)
    parts = cells.str.extract(f"^{DATE_FORMS['y-m-d'].pattern}$")[["month", "day"]]
    month, day = (parts[name].astype("float64") for name in parts)
    return {
        "y-m-d": cells[(day > 12) & (month <= 12)],
        "y-d-m": cells[(month > 12) & (day <= 12) & (day > 0)],
    }


def is_slip(expected: pd.Series) -> pd.Series:
    """Whether what was expected of a cell is a date that was meant and slipped in typing."""
    return expected.isin([ZERO, YEAR_SLIP]) | expected.str.contains("a digit too many")


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
            return _day_of_serial(parts["serial"])
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
            numbers = (first, second) if form == "d/m/y" else (second, first)
            parts["day"], month = str(numbers[0]), numbers[1]
        try:
            day = date(year, month if form != "y" else 1, int(parts.get("day") or 1))
        except ValueError:
            stated = form in ORDERS and order is not None
            expected = f" {order}, as the file's description states" if stated else ""
            return None, None, _slip(cell) or f"a date{expected}"
        if FIRST_YEAR <= year <= LAST_YEAR:
            return day, form, ""
        return None, None, YEAR_SLIP
    return None, None, _slip(cell) or "a date"


def _day_of_serial(digits: str) -> tuple[date | None, str | None, str]:
    """Day of a spreadsheet's number, unless it is a year with a digit too many: 20222."""
    day = EXCEL_EPOCH + timedelta(days=int(digits))
    years = {int(digits[:place] + digits[place + 1 :]) for place in range(len(digits))}
    likely = sorted(years & set(YEARS))
    begins = digits.startswith(("19", "20")) or digits[0] == digits[1]
    if day > SLIPS_UNTIL or not begins or not likely:
        return day, "serial", ""
    meant = " or ".join(map(str, likely))
    expected = f"a date y-m-d: {day} as a spreadsheet counts, or {meant} with a digit too many"
    return None, None, expected


def _slip(cell: str) -> str:
    """What a cell that looks like a date and is none should be; "" where that is not known."""
    cell = re.sub(f"{MIDNIGHT}$", "", cell) if len(cell) <= LONGEST else ""
    if compact := re.fullmatch(r"([12][0-9]{3})([0-9]{2})([0-9]{2})", cell):
        return "" if all(map(int, compact.groups())) else ZERO
    words, numbers = re.findall("[A-Za-z]+", cell), re.findall("[0-9]+", cell)
    months = all(word.lower() in MONTH_NUMBERS for word in words)
    if not numbers or not months or not LIKE_A_DATE.fullmatch(cell):
        return ""
    longest = max(numbers, key=len)
    if len(longest) == 3 or len(longest) > 4:
        return YEAR_SLIP
    if len(numbers) + len(words) > 1 and {"0", "00"} & set(numbers):
        return ZERO
    in_range = FIRST_YEAR <= int(longest) <= LAST_YEAR
    return YEAR_SLIP if len(longest) == 4 and not in_range else ""
