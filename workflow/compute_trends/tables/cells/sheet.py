"""Spreadsheet habits: text files and cells as people's programs write them.

Read where there is one way to read them; where there are two, refused with a hint at
both. Columns of text in, columns of values out, and for each cell that cannot be read
what was expected. Knows nothing of any particular file.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from compute_trends.common.numbers import shorten

# Separators of cells, the one that wins a tie first.
DELIMITERS = (",", ";", "\t")
# Signs that only look like a blank, or like nothing at all.
INVISIBLE = {ord(sign): " " for sign in "\u00a0\u2007\u2009\u202f"} | dict.fromkeys(
    map(ord, "\u200b\u2060\ufeff")
)
# Bytes that are no text become U+FFFD; the others are no sign that a page could show.
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd\ufffe\uffff]")
# No number and no date is longer, and patterns take too long on cells that are.
LONGEST = 100

PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
SUPERSCRIPTS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
SUPERSCRIPT = re.compile("10([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$")
# "10^9", and the same behind a factor: "2.5 × 10^9"
ALONE = re.compile(r"^(?P<sign>[+-]?)10(?:\^|\*\*)(?P<power>[+-]?[0-9]+)$")
TIMES = re.compile(r"\s*[×x*·]\s*10(?:\^|\*\*)(?P<power>[+-]?[0-9]+)$")
WORDS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12, "quadrillion": 15}
PARTS = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>[0-9](?:[0-9.,' ]*[0-9.,])?|[.,][0-9]+)"
    rf"(?:[eE](?P<exponent>[+-]?[0-9]+)| +(?P<word>{'|'.join(WORDS)}))?"
)
# Groups of three: the same sign between all of them, and another before the decimals.
# A single comma or dot before three digits could also be a decimal mark.
GROUPS = (
    (re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}(?:\.[0-9]+)?"), "."),
    (re.compile(r"[1-9][0-9]{0,2},[0-9]{3}\.[0-9]+"), "."),
    (re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?"), ","),
    (re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3},[0-9]+"), ","),
    (re.compile(r"[1-9][0-9]{0,2}(?:([ '])[0-9]{3})(?:\1[0-9]{3})*(?:\.[0-9]+)?"), "."),
    (re.compile(r"[1-9][0-9]{0,2}(?:([ '])[0-9]{3})(?:\1[0-9]{3})*,[0-9]+"), ","),
)
SINGLE = re.compile(r"[0-9]+\.?|[0-9]*(?P<mark>[.,])[0-9]+")
EITHER = re.compile(r"[1-9][0-9]{0,2}(?P<mark>[.,])[0-9]{3}")
# The largest whole number that no other number has the float of.
LARGEST_INTEGER = 2**53 - 1

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


class Fault(NamedTuple):
    """What makes a file unreadable, or may have lost a part of it."""

    row: int | None
    column: str | None
    found: str
    expected: str


class Sheet(NamedTuple):
    """A delimited text file as rows of cells.

    Parameters
    ----------
    rows : dict of int to list of str
        Cells by row as a spreadsheet counts it (header = 1), rows without anything
        in them left out. Line breaks within cells are line feeds.
    delimiter : str
        What separated the cells.
    decimal : str or None
        The decimal mark that goes with the delimiter: a point beside commas; None
        where the delimiter leaves it open.
    faults : list of Fault
        Empty if nothing was lost.
    """

    rows: dict[int, list[str]]
    delimiter: str
    decimal: str | None
    faults: list[Fault]


class Parsed(NamedTuple):
    """Values of a column of text cells.

    Parameters
    ----------
    value : pandas.Series
        Missing where the cell is empty or cannot be read.
    expected : pandas.Series of str
        What was expected, for the cells that cannot be read and no others.
    """

    value: pd.Series
    expected: pd.Series


class ParsedDates(NamedTuple):
    """Dates of a column of text cells.

    Parameters
    ----------
    day : pandas.Series of datetime64[s]
        The first possible day; missing where the cell is empty or cannot be read.
    precision : pandas.Series of str
        ``day``, ``month`` or ``year``.
    form : pandas.Series of str
        How it was written: ``y-m-d``, ``d/m/y``, ``m/d/y``, ``serial`` (of a
        spreadsheet) or another of `DATE_FORMS`.
    expected : pandas.Series of str
        What was expected, for the cells that cannot be read and no others.
    """

    day: pd.Series
    precision: pd.Series
    form: pd.Series
    expected: pd.Series


def decode(data: bytes) -> str:
    """Text of a file in UTF-8, or UTF-16 with its mark, as spreadsheets write it.

    Parameters
    ----------
    data : bytes
        With or without a byte order mark; any line ends.

    Returns
    -------
    str
        Lines end in a line feed. What is no text became U+FFFD.
    """
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = data.decode("utf-16" if utf16 else "utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def detect_delimiter(header: str, columns: Sequence[str] = ()) -> str:
    """The separator that gives a header line most known columns, then most cells.

    Parameters
    ----------
    header : str
        First line of a file.
    columns : sequence of str
        Names that it may hold, if any are known.
    """

    def cells(delimiter: str) -> tuple[int, int]:
        # Not strict, because a wrong separator makes nonsense of quotes.
        found = next(csv.reader([header], delimiter=delimiter), [])
        return len({cell.strip() for cell in found} & set(columns)), len(found)

    return max(DELIMITERS, key=cells)


def read_sheet(data: bytes, columns: Sequence[str] = ()) -> Sheet:
    """Take a delimited text file apart.

    Parameters
    ----------
    data : bytes
        Content of a CSV file: see `decode`; separated by commas, semicolons or tabs;
        a first line ``sep=;`` is obeyed.
    columns : sequence of str
        Names that the header may hold, if any are known; they help to find the
        separator.

    Returns
    -------
    Sheet
        Columns at the end that hold nothing at all are left out.
    """
    text = decode(data)
    stated = re.match(r'"?sep=(.)"?\n', text)
    if stated:
        text = text[stated.end() :]
    first = next(filter(str.strip, text.splitlines()), "")
    delimiter = stated[1] if stated else detect_delimiter(first, columns)
    rows: list[list[str]] = []
    faults = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter))
    except csv.Error as error:
        expected = 'quotes around a cell that holds quotes, and these doubled: "a ""b"" c"'
        if "field larger" in str(error):
            expected = f"cells of at most {csv.field_size_limit()} characters"
        faults.append(Fault(len(rows) + 1, None, str(error), expected))
    numbered = {number: row for number, row in enumerate(rows, start=1) if any(map(str.strip, row))}
    width = max(map(_used, numbered.values()), default=0)
    numbered = {number: row[:width] for number, row in numbered.items()}
    if NO_TEXT.search(text):
        faults += _lost_text(numbered)
    faults += _swallowed_rows(numbered, delimiter)
    return Sheet(numbered, delimiter, "." if delimiter == "," else None, faults)


def _used(row: list[str]) -> int:
    """Cells of a row up to the last one that holds something."""
    return max((place for place, cell in enumerate(row, start=1) if cell.strip()), default=0)


def _lost_text(rows: dict[int, list[str]]) -> list[Fault]:
    """Cells with bytes that are no text, or that an earlier program could not read."""
    expected = "text in UTF-8 (in a spreadsheet, save as CSV UTF-8)"
    return [
        Fault(row, column, shorten(cell), expected)
        for row, column, cell in _placed(rows)
        if NO_TEXT.search(cell)
    ]


def _swallowed_rows(rows: dict[int, list[str]], delimiter: str) -> list[Fault]:
    """Cells that hold the rest of one row and the beginning of another.

    A quote too many makes one row of several, of the right number of cells if it
    opens and closes in the same column: then the cell holds, for each line break,
    one separator less than a row has cells.
    """
    between = len(next(iter(rows.values()), [])) - 1
    expected = "a quote at both ends of a cell; this one holds what looks like further rows"
    return [
        Fault(row, column, shorten(cell), expected)
        for row, column, cell in _placed(rows)
        if (breaks := cell.count("\n")) and cell.count(delimiter) == breaks * between > 0
    ]


def _placed(rows: dict[int, list[str]]) -> Iterator[tuple[int, str | None, str]]:
    """Each cell with its row and the name of its column."""
    header = next(iter(rows.values()), [])
    for row, cells in rows.items():
        for column, cell in itertools.zip_longest(header, cells[: len(header)], fillvalue=""):
            yield row, column, cell
        for cell in cells[len(header) :]:
            yield row, None, cell


def strip_cells(texts: pd.Series) -> pd.Series:
    """Cells without blanks at their ends and without invisible signs; missing where empty.

    No-break and thin spaces become plain ones.
    """
    cells, places = _distinct(texts)
    stripped = pd.Series(cells, dtype="str").replace("", None)
    return pd.Series(stripped.array[places], index=texts.index)


def decimal_mark(columns: Sequence[pd.Series]) -> str | None:
    """The decimal mark that columns of numbers show beyond doubt.

    Parameters
    ----------
    columns : sequence of pandas.Series of str
        Cells of one file, which one program wrote.

    Returns
    -------
    str or None
        Point or comma; None if no cell tells, or cells contradict each other.
    """
    marks = {_shown_mark(cell) for texts in columns for cell in _distinct(texts)[0]} - {None}
    return marks.pop() if len(marks) == 1 else None


def parse_numbers(texts: pd.Series, *, decimal: str | None = ".") -> Parsed:
    """Read numbers as people and spreadsheets write them.

    Parameters
    ----------
    texts : pandas.Series of str
        Cells such as ``4.7e17``, ``1,2e9``, ``1,234,567``, ``2.5 × 10^9``,
        ``10 billion``. ``1,234`` is refused, because it may be 1234 or 1.234.
    decimal : str or None
        The decimal mark of the file, by which a single mark before three digits is
        read; None if it is not known, which refuses ``1.234``, too.

    Returns
    -------
    Parsed
        float64. Numbers that a float cannot hold are refused.
    """
    cells, places = _distinct(texts)
    read = [_number(cell, decimal) for cell in cells]
    values = pd.Series([value for value, _ in read], dtype="float64")
    return _spread(texts, places, values, [expected for _, expected in read])


def parse_integers(texts: pd.Series, *, decimal: str | None = ".") -> Parsed:
    """Read whole numbers, also those written as ``3.0``; see `parse_numbers`.

    Returns
    -------
    Parsed
        Int64. Numbers beyond `LARGEST_INTEGER` are refused.
    """
    cells, places = _distinct(texts)
    read = [_whole(cell, decimal) for cell in cells]
    values = pd.Series([value for value, _ in read], dtype="Int64")
    return _spread(texts, places, values, [expected for _, expected in read])


def parse_dates(texts: pd.Series, *, order: str | None = None) -> ParsedDates:
    """Read dates as people and spreadsheets write them.

    Parameters
    ----------
    texts : pandas.Series of str
        Cells such as ``2015-04-03``, ``3/4/2015``, ``3 April 2015``, ``42097`` (a
        spreadsheet's number of a day), ``2015-04``, ``4/2015``, ``April 2015``,
        ``2015``.
    order : str or None
        One of `ORDERS`, in which the file writes dates in numbers; None if it is not
        stated, which refuses those that could be either.

    Returns
    -------
    ParsedDates
        ASSUME: the number of a day counts from 1900, as every spreadsheet program
        does by default today, not from 1904.
    """
    cells, places = _distinct(texts)
    read = [_date(cell, order) for cell in cells]
    days = pd.Series([day for day, _, _ in read], dtype="datetime64[s]")
    forms = pd.Series([form for _, form, _ in read], dtype="str").where(days.notna())
    precisions = forms.map(lambda form: PRECISIONS.get(form, "day"), na_action="ignore")
    parsed = _spread(texts, places, days, [expected for _, _, expected in read])
    precision, form = (
        pd.Series(column.astype("str").array[places], index=texts.index)
        for column in (precisions, forms)
    )
    return ParsedDates(parsed.value, precision, form, parsed.expected)


def _distinct(texts: pd.Series) -> tuple[list[str], NDArray[np.intp]]:
    """Each different cell once, stripped, and where among these each cell stands."""
    places, distinct = pd.factorize(texts.astype("str"), use_na_sentinel=False)
    return [_stripped(cell) for cell in distinct], places


def _stripped(cell: object) -> str:
    """A cell without blanks at its ends and without invisible signs; "" if it is missing."""
    if not isinstance(cell, str):
        return ""
    return cell.strip() if cell.isascii() else cell.translate(INVISIBLE).strip()


def _spread(
    texts: pd.Series, places: NDArray[np.intp], values: pd.Series, expected: list[str]
) -> Parsed:
    """Values of different cells as those of all cells; nothing is expected where "" is."""
    told = np.array(expected, dtype=object)[places]
    unread = told != ""
    hints = pd.Series(told[unread], index=texts.index[unread], dtype="str")
    return Parsed(pd.Series(values.array[places], index=texts.index), hints)


def _number(cell: str, decimal: str | None) -> tuple[float, str]:
    """Value of a stripped cell, or NaN and what was expected; "" where nothing was."""
    if not cell:
        return math.nan, ""
    parts = _parts(cell)
    if parts is None:
        return math.nan, "a number"
    sign, digits, power = parts
    either = EITHER.fullmatch(digits)
    if either and either["mark"] != decimal:
        whole, point = re.sub("[.,]", "", digits), re.sub("[.,]", ".", digits)
        told = f"{whole}, or {point} with a decimal point (as written it may be either)"
        return math.nan, f"a number: {told}"
    plain = _plain(digits)
    if plain is None:
        return math.nan, "a number"
    value = float(f"{sign}{plain}e{power}")
    # What floats cannot hold becomes infinite or, near zero, zero.
    lost = math.isinf(value) or (value == 0 and plain.strip("0.") != "")
    return (math.nan, "a number") if lost else (value, "")


def _parts(cell: str) -> tuple[str, str, str] | None:
    """Sign, digits and power of ten of a number, None if it is none."""
    if len(cell) > LONGEST:
        return None
    if PLAIN.fullmatch(cell):
        mantissa, _, power = cell.lower().partition("e")
        digits = mantissa.lstrip("+-")
        return mantissa[: len(mantissa) - len(digits)], digits, power or "0"
    cell = SUPERSCRIPT.sub(lambda found: "10^" + found[1].translate(SUPERSCRIPTS), cell)
    cell = cell.replace("−", "-").replace("’", "'")
    cell = TIMES.sub(r"e\g<power>", ALONE.sub(r"\g<sign>1e\g<power>", cell))
    found = PARTS.fullmatch(cell)
    if found is None:
        return None
    power = found["exponent"] or str(WORDS.get(found["word"], 0))
    return found["sign"], found["digits"], power


def _plain(digits: str) -> str | None:
    """Digits with a decimal point and without groups, None if they cannot be read."""
    if SINGLE.fullmatch(digits):
        return digits.replace(",", ".")
    for form, mark in GROUPS:
        if form.fullmatch(digits):
            return re.sub(rf"[^0-9{mark}]", "", digits).replace(",", ".")
    return None


def _shown_mark(cell: str) -> str | None:
    """The decimal mark that a number shows beyond doubt."""
    parts = _parts(cell) if cell else None
    if parts is None or EITHER.fullmatch(parts[1]):
        return None
    if single := SINGLE.fullmatch(parts[1]):
        return single["mark"]
    found = (mark for form, mark in GROUPS if form.fullmatch(parts[1]))
    # Groups apart by spaces tell nothing of the mark unless there is one.
    return next(found, None) if re.search("[.,]", parts[1]) else None


def _whole(cell: str, decimal: str | None) -> tuple[int | None, str]:
    """Value of a stripped cell that holds a whole number; see `_number`."""
    value, expected = _number(cell, decimal)
    if expected or not cell:
        return None, "a whole number" if expected == "a number" else expected
    if not value.is_integer() or abs(value) > LARGEST_INTEGER:
        return None, "a whole number"
    return int(value), ""


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
                return (
                    None,
                    None,
                    (
                        f"a date y-m-d: {year}-{second:02}-{first:02} or {year}-{first:02}-"
                        f"{second:02} (no order of day and month is stated)"
                    ),
                )
            form = order or ORDERS[first <= 12]
            parts["day"], month = (first, second) if form == "d/m/y" else (second, first)
        try:
            return date(year, month if form != "y" else 1, int(parts.get("day") or 1)), form, ""
        except ValueError:
            stated = form in ORDERS and order is not None
            expected = f" {order}, as the file's description states" if stated else ""
            return None, None, f"a date{expected}"
    return None, None, "a date"
