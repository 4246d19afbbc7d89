"""Exports of Epoch AI's databases in any of their formats, read under our own column names."""

from __future__ import annotations

import codecs
import logging
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from compute_trends.clean.export_dates import read_dates
from compute_trends.clean.export_headers import (
    ExportFormat,
    export_formats,
    header_of,
    map_columns,
    stop_on_contradictions,
    stop_on_missing,
    tell_unread,
)
from compute_trends.clean.export_notes import derived
from compute_trends.clean.names import split_list
from compute_trends.common.files import read_text_file
from compute_trends.common.problems import InputError, Problem, stop_on
from compute_trends.tables.cells.columns import Parsed, strip_cells
from compute_trends.tables.cells.dates import shown_orders
from compute_trends.tables.cells.money import other_currency, without_dollar
from compute_trends.tables.cells.numbers import decimal_mark, parse_numbers
from compute_trends.tables.cells.sheet import NO_TEXT, Fault, Sheet, read_sheet
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

# Digits with commas, and those among them where the commas can be thousands separators.
WITH_COMMAS = r"\d+(?:,\d+)+"
GROUPED = r"[1-9]\d{0,2}(?:,\d{3})+"
YES = ("true", "yes", "1", "1.0", "checked", "x")
NO = ("false", "no", "0", "0.0")
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
    slips : list of Problem
        Dates with a slip, such as a month 0 or a year of five digits, which are among ``unread``.
    """

    path: str
    table: pd.DataFrame
    unread: pd.DataFrame
    columns: pd.DataFrame
    slips: Sequence[Problem] = ()


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
        If the file is no table, a row has more or fewer cells than the header, the last
        line has no end and its last cell is read, two columns of one header contradict each
        other, or a column that is needed is missing: then the nearest candidates are named.
    """
    export_format = export_formats()[format_name]
    headers = [header for column in export_format.columns for header in column.headers]
    sheet = read_sheet(_in_unicode(read_text_file(path), path), headers)
    stop_on([Problem(path, *fault) for fault in sheet.faults if not _only_prose(fault, sheet)])
    if not sheet.rows:
        raise InputError([Problem(path, None, None, "an empty file", "at least a header")])
    (_, header), *rows = sheet.rows.items()
    width = len(header)
    index = pd.Index([row for row, _ in rows], dtype="int64")
    cells = [cells for _, cells in rows]
    texts = pd.DataFrame(cells, index=index, columns=range(width), dtype="str").apply(strip_cells)
    columns = map_columns(header, texts, export_format)
    stop_on_missing(columns, header, export_format, path)
    stop_on_contradictions(columns, texts, path)
    tell_unread(columns, path)
    own = columns[columns["status"] == "read"]
    stop_on([Problem(path, *sheet.cut)] if sheet.cut and width in set(own["position"]) else [])
    texts = texts[own["position"] - 1].set_axis(own["column"].to_list(), axis="columns")
    types = {column.name: column.type for column in export_format.columns}
    numbers = [name for name in map(str, texts) if types[name] in ("number", "dollars")]
    decimal = _decimal_marks(texts[numbers].apply(without_dollar), sheet.decimal)
    return ExportCells(path, export_format, texts, columns, decimal)


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
    header = next(iter(sheet.rows.values()), [])
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
        text = data.decode("utf-16", errors="replace") if utf16 else data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", errors="replace")
        lost = text.count("\ufffd")
        # A bad byte spoils no other letter; of text that is no UTF-8 hardly any is by chance.
        # Three bytes make one sign at most that UTF-8 does not have.
        if lost > 3 * (sum(not sign.isascii() for sign in text) - lost):
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
        not after it, or the next one where that would be before `export_dates.OLDEST_YEAR`.
    order : str or None
        Order of day and month where dates are written in numbers, ``d/m/y`` or
        ``m/d/y``; None to take the one that the column shows, and d/m/y, which the
        exports of 2022 have, where no date of it tells: that is told on the terminal.

    Returns
    -------
    ExportValues
        Text has single blanks; a system without a name is called by its reference.

    Raises
    ------
    InputError
        See `export_dates.read_dates`.
    """
    values = pd.DataFrame(index=cells.texts.index)
    unread, readings, slips = [], {}, []
    for column in cells.format.columns:
        name = column.name
        if name not in cells.texts or column.note:
            continue
        texts = cells.texts[name]
        if column.type == "date":
            place = (cells.path, header_of(cells.columns, name))
            dates, readings[name], found = read_dates(
                texts, through=through, order=order, place=place
            )
            values[name], hints = dates.day, dates.expected
            values[f"{name}_precision"], values[f"{name}_form"] = dates.precision, dates.form
            slips += found
        else:
            values[name], hints = _parse_column(column.type, texts, cells.decimal.get(name))
        unread.append(unread_cells(texts[hints.index], hints))
    if "system" in values:
        values["system"], readings["system"] = _named_by_reference(values)
    size_header = header_of(cells.columns, "training_dataset_size_datapoints")
    values = values.join(derived(cells.texts, size_header))
    columns = typed(
        cells.columns.assign(reading=cells.columns["column"].map(readings)), "export_columns"
    )
    return ExportValues(cells.path, values, pd.concat(unread), columns, slips)


def _parse_column(kind: str, texts: pd.Series, decimal: str | None) -> Parsed:
    """Values of a column of any type but a date, and what was expected of cells that have none."""
    if kind in ("number", "dollars"):
        return (_parse_dollars if kind == "dollars" else _parse_numbers)(texts, decimal)
    if kind == "flag":
        words, hints = _parse_yes_no(texts)
        return Parsed(words.eq("yes"), hints)
    if kind == "yes_no":
        return _parse_yes_no(texts, empty=NOT_KNOWN)
    if kind == "list":
        values = texts.map(lambda text: "; ".join(split_list(text)) or None).astype("str")
    else:
        values = texts.str.replace(r"\s+", " ", regex=True)
    return Parsed(values, pd.Series(dtype="str"))


def _named_by_reference(values: pd.DataFrame) -> tuple[pd.Series, str | None]:
    """Names of systems, the reference where there is none, and what to tell of these."""
    names = values["system"]
    without = names.index[names.isna() & values.get("reference", names).notna()]
    if without.empty:
        return names, None
    rows = ", ".join(map(str, without))
    reading = f"without a name, called by their reference: row{'s' * (len(without) > 1)} {rows}"
    LOG.warning("%s", reading)
    return names.fillna(values["reference"]), reading


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


def read_chips(path: str, *, through: str, order: str | None = None) -> pd.DataFrame:
    """Chips of an export of hardware, as columns of table ``hardware``.

    See `read_export` and `parse_cells`; an order that no date of this file shows is the one of
    the models' file, which came with it.

    Raises
    ------
    InputError
        If a date has a slip.
    """
    cells = read_export(path, format_name="epoch_hardware")
    dates = cells.texts.get("release_date", pd.Series(dtype="str"))
    own = any(len(found) for found in shown_orders(dates).cells.values())
    values = parse_cells(cells, through=through, order=None if own else order)
    stop_on(values.slips)
    for name, n in values.unread["column"].value_counts().items():
        LOG.warning("%s, column %s: %d cells cannot be read, taken as empty", path, name, n)
    return values.table
