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
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Separators of cells, the one that wins a tie first.
DELIMITERS = (",", ";", "\t")
# Signs that only look like a blank, or like nothing at all.
INVISIBLE = {ord(sign): " " for sign in "\u00a0\u2007\u2009\u202f"} | dict.fromkeys(
    map(ord, "\u200b\u2060\ufeff")
)
# Bytes that are no text become U+FFFD; the others are no sign that a page could show.
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd\ufffe\uffff]")
# What a spreadsheet program may run; OWASP, CSV injection.
FORMULA = re.compile("'*[=+\\-@\t\r\n]")
# No number and no date is longer, and patterns take too long on cells that are.
LONGEST = 100

PLAIN = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
SUPERSCRIPTS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
# "10^9", and the same behind a factor: "2.5 × 10^9"
ALONE = re.compile(r"^(?P<sign>[+-]?)10(?:\^|\*\*)(?P<power>[+-]?[0-9]+)$")
TIMES = re.compile(r"\s*[×x*·]\s*10(?:\^|\*\*)(?P<power>[+-]?[0-9]+)$")
WORDS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12, "quadrillion": 15}
PARTS = (
    r"(?P<sign>[+-]?)(?P<digits>[0-9](?:[0-9.,' ]*[0-9.,])?|[.,][0-9]+)"
    rf"(?:[eE](?P<exponent>[+-]?[0-9]+)| +(?P<word>{'|'.join(WORDS)}))?"
)
# Groups of three: the same sign between all of them, and another before the decimals.
# A single comma or dot before three digits could also be a decimal mark.
GROUPED = {
    r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}(?:\.[0-9]+)?|[1-9][0-9]{0,2},[0-9]{3}\.[0-9]+": ".",
    r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?|[1-9][0-9]{0,2}\.[0-9]{3},[0-9]+": ",",
    r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:\.[0-9]+)?|[1-9][0-9]{0,2}(?:'[0-9]{3})+(?:\.[0-9]+)?": ".",
    r"[1-9][0-9]{0,2}(?: [0-9]{3})+,[0-9]+|[1-9][0-9]{0,2}(?:'[0-9]{3})+,[0-9]+": ",",
}
ONE_MARK = r"[0-9]*(?P<mark>[.,])[0-9]*"
EITHER = r"[1-9][0-9]{0,2}[.,][0-9]{3}"
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
EXCEL_EPOCH = np.datetime64("1899-12-30")
MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?"
YEAR, MONTH, DAY = "(?P<year>[0-9]{4})", "(?P<month>[0-9]{1,2})", "(?P<day>[0-9]{1,2})"
NAME = "(?P<name>[A-Za-z]{3,9})"
DATE_FORMS = {
    "y-m-d": rf"{YEAR}([-/.]){MONTH}\2{DAY}{MIDNIGHT}",
    "numbers": rf"(?P<first>[0-9]{{1,2}})([-/.])(?P<second>[0-9]{{1,2}})\2{YEAR}{MIDNIGHT}",
    "d month y": rf"{DAY}[-. ]+{NAME}[-. ,]+{YEAR}",
    "month d y": rf"{NAME}\.? {DAY},? {YEAR}",
    "y-m": rf"{YEAR}[-/.]{MONTH}",
    "m/y": rf"{MONTH}[-/.]{YEAR}",
    "month y": rf"{NAME}[-. ]+{YEAR}",
    "y": YEAR,
    "ymd": r"(?P<year>[12][0-9]{3})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
    "serial": r"(?P<serial>[1-9][0-9]{4})(?:\.0+)?",
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


def shorten(text: str, width: int = 60) -> str:
    """A text for a message: cut where it is long."""
    return text if len(text) <= width else text[: width - 1] + "…"


def neutral(text: str) -> str:
    """A text that a spreadsheet program takes as text, not as a formula; see `restored`.

    An apostrophe is put before what begins with =, +, -, @, a tab or a line break, and
    before what would be read as such a text with an apostrophe.
    """
    return f"'{text}" if FORMULA.match(text) else text


def restored(texts: pd.Series) -> pd.Series:
    """Texts as they were before `neutral`."""
    return texts.str.replace(rf"^'(?={FORMULA.pattern})", "", regex=True)


def strip_cells(texts: pd.Series) -> pd.Series:
    """Cells without blanks at their ends and without invisible signs; missing where empty.

    No-break and thin spaces become plain ones.
    """
    stripped = texts.str.translate(INVISIBLE).str.strip()
    return stripped.where(stripped != "")


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
    marks: set[str] = set()
    for texts in columns:
        cells, _ = _distinct(texts)
        digits = _plain_powers(cells).str.extract(f"^{PARTS}$")["digits"].dropna()
        single = digits.str.extract(f"^{ONE_MARK}$")["mark"]
        marks |= set(single[~digits.str.fullmatch(EITHER)].dropna())
        for form, mark in GROUPED.items():
            whole = digits[digits.str.fullmatch(form)]
            marks |= {mark} if whole.str.contains("[.,]").any() else set()
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
    values, expected = _numbers(cells, decimal)
    return _spread(texts, places, values, expected)


def parse_integers(texts: pd.Series, *, decimal: str | None = ".") -> Parsed:
    """Read whole numbers, also those written as ``3.0``; see `parse_numbers`.

    Returns
    -------
    Parsed
        Int64. Numbers beyond `LARGEST_INTEGER` are refused.
    """
    cells, places = _distinct(texts)
    values, expected = _numbers(cells, decimal)
    whole = (values % 1 == 0) & (values.abs() <= LARGEST_INTEGER)
    expected = expected.replace("a number", "a whole number")
    expected = expected.mask(values.notna() & ~whole, "a whole number")
    return _spread(texts, places, values.where(whole).astype("Int64"), expected)


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
    table = pd.DataFrame(index=cells.index, columns=["year", "month", "day"], dtype="float64")
    serial = pd.Series(np.nan, index=cells.index)
    form = pd.Series(None, index=cells.index, dtype="str")
    expected = pd.Series("a date", index=cells.index, dtype="str")
    for name, pattern in DATE_FORMS.items():
        open_cells = cells[form.isna() & cells.notna()]
        found = open_cells[open_cells.str.fullmatch(pattern)].str.extract(pattern)
        if found.empty:
            continue
        form[found.index] = name
        if name == "numbers":
            form[found.index], expected[found.index] = _order(found, order)
            day_first = form[found.index] == "d/m/y"
            known = form[found.index].isin(ORDERS)
            found["day"] = found["first"].where(day_first, found["second"]).where(known)
            found["month"] = found["second"].where(day_first, found["first"]).where(known)
        if "name" in found:
            found["month"] = found["name"].str.lower().map(MONTH_NUMBERS)
        if name == "serial":
            serial[found.index] = found["serial"].astype("float64")
        elif name in PRECISIONS:
            found = found.assign(day=1) if name != "y" else found.assign(day=1, month=1)
        named = [column for column in table if column in found]
        table.loc[found.index, named] = found[named].astype("float64")
    values = _calendar(table).fillna(EXCEL_EPOCH + pd.to_timedelta(serial, unit="D"))
    precision = form.map(lambda name: PRECISIONS.get(name, "day"), na_action="ignore")
    parsed = _spread(texts, places, values, expected)
    read = values.notna()
    both = (column.where(read)[places] for column in (precision.astype("str"), form))
    precision, form = (pd.Series(column.array, index=texts.index) for column in both)
    return ParsedDates(parsed.value, precision, form, parsed.expected)


def _distinct(texts: pd.Series) -> tuple[pd.Series, NDArray[np.intp]]:
    """Each different cell once, stripped, if not too long, and where in these each one stands."""
    places, distinct = pd.factorize(texts.astype("str"), use_na_sentinel=False)
    cells = strip_cells(pd.Series(distinct, dtype="str"))
    return cells.where(cells.str.len() <= LONGEST), places


def _spread(
    texts: pd.Series, places: NDArray[np.intp], values: pd.Series, expected: pd.Series
) -> Parsed:
    """Values of different cells as those of all cells."""
    all_values = pd.Series(values.array[places], index=texts.index)
    filled = strip_cells(texts.astype("str")).notna()
    unread = (all_values.isna() & filled).to_numpy()
    hints = pd.Series(expected.array[places[unread]], index=texts.index[unread], dtype="str")
    return Parsed(all_values, hints)


def _numbers(cells: pd.Series, decimal: str | None) -> tuple[pd.Series, pd.Series]:
    """Value of each cell, missing where it cannot be read, and what was expected there."""
    expected = pd.Series("a number", index=cells.index, dtype="str")
    plain = cells.str.fullmatch(PLAIN)
    if decimal != ".":
        plain &= ~cells.str.contains(rf"^[+-]?{EITHER}(?:[eE]|$)")
    written = cells.where(plain)
    rest = cells[cells.notna() & ~plain]
    if len(rest):
        parts = _plain_powers(rest).str.extract(f"^{PARTS}$")
        digits = _plain_digits(parts["digits"], decimal)
        power = parts["word"].map(WORDS).astype("Int64").astype("str")
        power = parts["exponent"].fillna(power).fillna("0")
        written = written.fillna(parts["sign"] + digits + "e" + power)
        unclear = parts["digits"][digits.isna() & parts["digits"].str.fullmatch(EITHER)]
        expected.update(unclear.map(_either))
    values = written.astype("float64")
    # What floats cannot hold becomes infinite or, near zero, zero.
    mantissa = written.str.replace("[eE].*", "", regex=True)
    lost = np.isinf(values) | ((values == 0) & mantissa.str.contains("[1-9]"))
    return values.mask(lost), expected


def _plain_powers(cells: pd.Series) -> pd.Series:
    """Numbers with powers of ten, real minus signs and superscripts in plain letters."""
    plain = cells.str.replace(
        "10([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$",
        lambda found: "10^" + found[1].translate(SUPERSCRIPTS),
        regex=True,
    )
    plain = plain.str.translate({ord("−"): "-", ord("’"): "'"})
    return plain.str.replace(ALONE, r"\g<sign>1e\g<power>", regex=True).str.replace(
        TIMES, r"e\g<power>", regex=True
    )


def _plain_digits(digits: pd.Series, decimal: str | None) -> pd.Series:
    """Digits with a decimal point and without groups; missing where they cannot be read."""
    digits = digits.str.strip()
    plain = pd.Series(None, index=digits.index, dtype="str")
    for form, mark in GROUPED.items():
        fits = digits.str.fullmatch(form)
        groups = "[,' ]" if mark == "." else "[.' ]"
        plain[fits] = (
            digits[fits].str.replace(groups, "", regex=True).str.replace(mark, ".", regex=False)
        )
    single = digits.str.fullmatch(r"[0-9]+\.?|[0-9]*[.,][0-9]+")
    unclear = digits.str.fullmatch(EITHER)
    if decimal is not None:
        unclear &= ~digits.str.contains(decimal, regex=False)
    fits = single & ~unclear
    plain[fits] = digits[fits].str.replace(",", ".", regex=False)
    return plain


def _either(digits: str) -> str:
    """The two numbers that three digits behind a comma or dot may mean."""
    whole, point = re.sub("[.,]", "", digits), re.sub("[.,]", ".", digits)
    return f"a number: {whole}, or {point} with a decimal point (as written it may be either)"


def _order(found: pd.DataFrame, order: str | None) -> tuple[pd.Series, pd.Series]:
    """Order of day and month in each date, ``unclear`` where it may be both, and what to write."""
    if order is not None:
        return (
            pd.Series(order, index=found.index, dtype="str"),
            pd.Series(f"a date {order}, as the file's description states", index=found.index),
        )
    first, second = found["first"].astype("int64"), found["second"].astype("int64")
    one_order = [~first.between(1, 12), ~second.between(1, 12) | (first == second)]
    form = np.select(one_order, ORDERS, "unclear")
    readings = [
        f"a date y-m-d: {year}-{month:02}-{day:02} or {year}-{day:02}-{month:02} "
        "(no order of day and month is stated)"
        if order == "unclear"
        else "a date"
        for order, day, month, year in zip(form, first, second, found["year"], strict=True)
    ]
    return pd.Series(form, index=found.index, dtype="str"), pd.Series(readings, index=found.index)


def _calendar(parts: pd.DataFrame) -> pd.Series:
    """Dates of years, months and days; missing where the calendar has no such day."""
    whole = parts.fillna(0).astype("int64")
    months = (whole["year"] - 1970).to_numpy() * 12 + whole["month"].to_numpy() - 1
    first = months.astype("datetime64[M]")
    days = first.astype("datetime64[D]") + (whole["day"] - 1).to_numpy()
    right = parts.notna().all(axis="columns") & (whole["year"] >= 1)
    right &= whole["month"].between(1, 12) & (days.astype("datetime64[M]") == first)
    return pd.Series(days.astype("datetime64[s]"), index=parts.index).where(right)
