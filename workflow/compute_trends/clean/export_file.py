"""Exports of Epoch AI's databases in any of their formats, read under our own column names."""

from __future__ import annotations

import codecs
import logging
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from compute_trends.clean.export_headers import (
    ExportFormat,
    export_formats,
    header_of,
    map_columns,
    stop_on_missing,
    tell_unread,
)
from compute_trends.clean.export_notes import derived
from compute_trends.clean.names import split_list
from compute_trends.common.problems import InputError, Problem, stop_on
from compute_trends.tables.cells.columns import Parsed, strip_cells
from compute_trends.tables.cells.dates import ParsedDates, parse_dates
from compute_trends.tables.cells.money import other_currency, without_dollar
from compute_trends.tables.cells.numbers import decimal_mark, parse_numbers
from compute_trends.tables.cells.sheet import NO_TEXT, Fault, Sheet, read_sheet

LOG = logging.getLogger(__name__)

DAY_MONTH = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|\d{4})")
SHORT_YEAR = re.compile(r"(\d{1,2}[-/.]\d{1,2}[-/.])(\d{2})")
# Digits with commas, and those among them where the commas can be thousands separators.
WITH_COMMAS = r"\d+(?:,\d+)+"
GROUPED = r"[1-9]\d{0,2}(?:,\d{3})+"
YES = ("true", "yes", "1", "1.0", "checked", "x")
NO = ("false", "no", "0", "0.0")
# No system of the exports is older: "23" in a file said to be of 2022 is 2023.
OLDEST_YEAR = 1950
NOT_KNOWN = ("unknown", "not known", "unclear")


class ExportCells(NamedTuple):
    """Text cells of an export, its columns under our own names.

    Parameters
    ----------
    path, format : str, ExportFormat
        The file, and what it may hold.
    texts : pandas.DataFrame of str
        Stripped text, missing where empty; one column for each column of the format
        that the file has; the index is the row as a spreadsheet counts it.
    columns : pandas.DataFrame
        Table ``export_columns``.
    decimal : dict of str to (str or None)
        The decimal mark of each column of numbers; None if no cell tells.
    """

    path: str
    format: ExportFormat
    texts: pd.DataFrame
    columns: pd.DataFrame
    decimal: dict[str, str | None]


class ExportValues(NamedTuple):
    """Typed values of an export, whatever file they come from.

    Parameters
    ----------
    path : str
        The file.
    table : pandas.DataFrame
        The columns of `ExportCells.texts` but notes; beside a date its _precision and its
        _form (see `dates.ParsedDates`); lists joined by "; "; what `export_notes.derived`
        makes of the notes. Missing where a cell is empty or cannot be read. The index is the
        row of the exported file, as a spreadsheet counts it.
    unread : pandas.DataFrame
        Rows of table ``export_unread`` for the cells that cannot be read.
    columns : pandas.DataFrame
        Table ``export_columns``.
    """

    path: str
    table: pd.DataFrame
    unread: pd.DataFrame
    columns: pd.DataFrame


def read_export(path: str, *, format_name: str) -> ExportCells:
    """Read a file of an export, whatever its headers, encoding and line ends.

    Parameters
    ----------
    path : str
        CSV file: UTF-8, UTF-16 or, where it is neither, Windows-1252; any line ends;
        separated by commas, semicolons or tabs.
    format_name : str
        Name of a format of ``export_headers.yaml``.

    Returns
    -------
    ExportCells
        Columns that the format does not know are listed in ``columns`` and left out.

    Raises
    ------
    InputError
        If the file is no table, a row has more cells than the header, or a column
        that is needed is missing: then the nearest candidates are named.
    """
    export_format = export_formats()[format_name]
    headers = [header for column in export_format.columns for header in column.headers]
    data = Path(path).read_bytes()
    stop_on([Problem(path, None, None, *other) for other in no_table(data)])
    sheet = read_sheet(_in_unicode(data, path), headers)
    stop_on([Problem(path, *fault) for fault in sheet.faults if not _only_prose(fault, sheet)])
    if not sheet.rows:
        raise InputError([Problem(path, None, None, "an empty file", "at least a header")])
    (_, header), *rows = sheet.rows.items()
    width = len(header)
    too_long = [(row, f"{len(cells)} cells") for row, cells in rows if len(cells) > width]
    expected = f"{width} cells, as in the header"
    stop_on([Problem(path, row, None, found, expected) for row, found in too_long])
    filled = [cells + [""] * (width - len(cells)) for _, cells in rows]
    index = pd.Index([row for row, _ in rows], dtype="int64")
    texts = pd.DataFrame(filled, index=index, columns=range(width), dtype="str").apply(strip_cells)
    columns = map_columns(header, texts, export_format)
    stop_on_missing(columns, header, export_format, path)
    tell_unread(columns, path)
    own = columns[columns["status"] == "read"]
    texts = texts[own["position"] - 1].set_axis(own["column"].to_list(), axis="columns")
    types = {column.name: column.type for column in export_format.columns}
    numbers = [name for name in map(str, texts) if types[name] in ("number", "dollars")]
    decimal = _decimal_marks(texts[numbers].apply(without_dollar), sheet.decimal)
    return ExportCells(path, export_format, texts, columns, decimal)


def no_table(data: bytes) -> list[tuple[str, str]]:
    """What a file is instead of a table of text, and what to do; empty if nothing shows."""
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"pk\x03\x04"):
        is_workbook = b"[content_types].xml" in start
        ask = "CSV: in the spreadsheet, save it as CSV" if is_workbook else "CSV: unpack it"
        return [("a workbook" if is_workbook else "a zip", ask)]
    if start.startswith(b"\x1f\x8b"):
        return [("a gzip file", "CSV: unpack it")]
    if re.match(rb"<(?:!doctype html|html|head|body|\?xml|!--)", start):
        return [("a web page (HTML)", "CSV: the file itself, not the page that shows it")]
    return []


def _decimal_marks(cells: pd.DataFrame, known: str | None) -> dict[str, str | None]:
    """Decimal mark of each column of numbers: its own, else the one that most columns show.

    One column at a time, because some hold lists of numbers, with commas between.
    """
    if known is not None:
        return dict.fromkeys(map(str, cells), known)
    marks = {name: decimal_mark([cells[name].dropna()]) for name in cells}
    usual = Counter(mark for mark in marks.values() if mark is not None).most_common(1)
    fallback = usual[0][0] if usual else None
    return {str(name): mark or fallback for name, mark in marks.items()}


def _only_prose(fault: Fault, sheet: Sheet) -> bool:
    """Whether a cell with line breaks is prose, not the rest of one row with the start of another.

    Of a row that a quote too many has swallowed, the first line in the cell holds the
    separators that its row still lacks, and the last one those of the row it stands in.
    """
    (header, *_) = sheet.rows.values()
    if fault.row is None or fault.column not in header:
        return False
    place = header.index(fault.column)
    lines = [line.count(sheet.delimiter) for line in sheet.rows[fault.row][place].split("\n")]
    last = len(header) - 1
    return len(lines) > 1 and lines != [last - place, *[last] * (len(lines) - 2), place]


def _in_unicode(data: bytes, path: str) -> bytes:
    """Text of a file in any encoding, as UTF-8 without signs that are no text."""
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if utf16 else "utf-8")
    except UnicodeDecodeError:
        LOG.warning("%s: not in UTF-8, read as Windows-1252", path)
        text = data.decode("cp1252", errors="replace")
    # A sign that some program could not read spoils a name, not the file.
    text, n = NO_TEXT.subn("?", text)
    if n:
        LOG.warning("%s: %d signs are no text, taken as question marks", path, n)
    return text.encode("utf-8", errors="replace")


def parse_cells(cells: ExportCells, *, through: str, order: str | None) -> ExportValues:
    """Give the cells of an export the types of its format.

    Parameters
    ----------
    cells : ExportCells
        From `read_export`.
    through : str
        Day y-m-d of the vintage: a year of two digits is the last such year that is
        not after it, or the next one where that would be before `OLDEST_YEAR`.
    order : str or None
        Order of day and month where dates are written in numbers, ``d/m/y`` or
        ``m/d/y``; None to take the one that the column shows, and d/m/y, which the
        exports of 2022 have, where no date of it tells.

    Returns
    -------
    ExportValues
        Text has single blanks.
    """
    values = pd.DataFrame(index=cells.texts.index)
    unread = []
    for column in cells.format.columns:
        name = column.name
        if name not in cells.texts or column.note:
            continue
        texts = cells.texts[name]
        if column.type in ("number", "dollars"):
            read = _parse_dollars if column.type == "dollars" else _parse_numbers
            values[name], hints = read(texts, cells.decimal[name])
        elif column.type == "date":
            dates = _parse_dates(texts, through=through, order=order)
            values[name], hints = dates.day, dates.expected
            values[f"{name}_precision"], values[f"{name}_form"] = dates.precision, dates.form
        elif column.type == "flag":
            words, hints = _parse_yes_no(texts)
            values[name] = words.eq("yes")
        elif column.type == "yes_no":
            values[name], hints = _parse_yes_no(texts, empty=NOT_KNOWN)
        elif column.type == "list":
            values[name] = texts.map(lambda text: "; ".join(split_list(text)) or None).astype("str")
            hints = pd.Series(dtype="str")
        else:
            values[name] = texts.str.replace(r"\s+", " ", regex=True)
            hints = pd.Series(dtype="str")
        unread.append(unread_cells(texts[hints.index], hints))
    size_header = header_of(cells.columns, "training_dataset_size_datapoints")
    values = values.join(derived(cells.texts, size_header))
    return ExportValues(cells.path, values, pd.concat(unread), cells.columns)


def unread_cells(cells: pd.Series, expected: pd.Series | str) -> pd.DataFrame:
    """Rows of table ``export_unread`` for cells of a column."""
    columns = {"row": cells.index, "column": cells.name, "value": cells, "expected": expected}
    return pd.DataFrame(columns)


def _parse_numbers(texts: pd.Series, decimal: str | None) -> Parsed:
    """Numbers of a column; beside a decimal point, commas group digits or separate a list.

    ASSUME: "1,234" is one number there, and "1234,1234" are two, which no value is.
    """
    if decimal != ".":
        return parse_numbers(texts, decimal=decimal)
    has_groups = texts.str.fullmatch(GROUPED)
    is_list = texts.str.fullmatch(WITH_COMMAS) & ~has_groups
    ungrouped = texts.mask(has_groups, texts.str.replace(",", ""))
    numbers = parse_numbers(ungrouped.mask(is_list), decimal=decimal)
    hints = pd.Series("one number: this is a list, or has a decimal comma", texts.index[is_list])
    return Parsed(numbers.value, pd.concat([numbers.expected, hints.astype("str")]))


def _parse_dollars(texts: pd.Series, decimal: str | None) -> Parsed:
    """Amounts of US dollars; those of another currency are refused by its name."""
    amounts, hints = _parse_numbers(without_dollar(texts), decimal)
    other = texts.loc[hints.index].map(other_currency)
    return Parsed(amounts, hints.where(other.isna(), "US dollars, not " + other.astype("str")))


def _parse_yes_no(texts: pd.Series, *, empty: Sequence[str] = ()) -> Parsed:
    """Yes or no of each cell; missing where it is empty, also where it says so in words."""
    lower = texts.str.lower()
    words = pd.Series(None, index=texts.index, dtype="str")
    words = words.mask(lower.isin(YES), "yes").mask(lower.isin(NO), "no")
    unread = texts.index[texts.notna() & words.isna() & ~lower.isin(empty)]
    return Parsed(words, pd.Series("yes or no", unread, dtype="str"))


def _parse_dates(texts: pd.Series, *, through: str, order: str | None) -> ParsedDates:
    """Dates of a column, with full years and the order of day and month that it shows."""
    parts = texts.str.extract(f"^{DAY_MONTH.pattern}$")
    newest = int(through[:4])

    def full_year(match: re.Match[str]) -> str:
        year = newest - (newest - int(match[2])) % 100
        return f"{match[1]}{year if year >= OLDEST_YEAR else year + 100}"

    full = texts.str.replace(f"^{SHORT_YEAR.pattern}$", full_year, regex=True)
    if order is None and parts[0].notna().any():
        first, second = (parts[place].astype("float64") for place in (0, 1))
        order = "m/d/y" if (second > 12).any() and not (first > 12).any() else "d/m/y"
        LOG.info("%s: dates in numbers are read as %s", texts.name, order)
    return parse_dates(full, order=order)


def read_chips(path: str) -> pd.DataFrame:
    """Chips of an export of hardware, as columns of table ``hardware``; see `read_export`."""
    cells = read_export(path, format_name="epoch_hardware")
    # The file is of no vintage.
    return parse_cells(cells, through="2100-12-31", order=None).table
