"""Exports of Epoch AI's databases in any of their formats, read under our own column names.

What a column was called when is data: ``workflow/schemas/export_headers.yaml``.
"""

from __future__ import annotations

import codecs
import functools
import logging
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from compute_trends.clean.export_notes import derived
from compute_trends.clean.names import split_list
from compute_trends.common.problems import InputError, Problem, nearest, stop_on
from compute_trends.common.project import SCHEMAS
from compute_trends.common.records import Record
from compute_trends.common.safe_yaml import read_yaml_text
from compute_trends.tables.cells.columns import Parsed, strip_cells
from compute_trends.tables.cells.dates import ParsedDates, parse_dates
from compute_trends.tables.cells.numbers import decimal_mark, parse_numbers
from compute_trends.tables.cells.sheet import NO_TEXT, Fault, Sheet, read_sheet
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

DAY_MONTH = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|\d{4})")
SHORT_YEAR = re.compile(r"(\d{1,2}[-/.]\d{1,2}[-/.])(\d{2})")
# Digits with commas, and those among them where the commas can be thousands separators.
WITH_COMMAS = r"\d+(?:,\d+)+"
GROUPED = r"[1-9]\d{0,2}(?:,\d{3})+"
YES = ("true", "yes", "1", "1.0", "checked", "x")
NO = ("false", "no", "0", "0.0")


class ExportColumn(NamedTuple):
    """A column of exports, and every header that it has had, the newest first.

    Its type is ``number``, ``date``, ``flag`` or anything else for text. A file without a
    required one cannot be used. A note is prose, which is read only for single words.
    """

    name: str
    headers: list[str]
    type: str = "text"
    required: bool = False
    note: bool = False


class ExportFormat(NamedTuple):
    """Columns of one kind of export, and headers that are known and not read."""

    columns: list[ExportColumn]
    ignored: list[str]


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


@functools.cache
def export_formats() -> dict[str, ExportFormat]:
    """Formats of ``export_headers.yaml`` by name."""
    content = read_yaml_text((SCHEMAS / "export_headers.yaml").read_text(encoding="utf-8"))
    return {
        entry["name"]: ExportFormat(
            [ExportColumn(**column) for column in entry["columns"]], entry["ignored"]
        )
        for entry in content["formats"]
    }


def plain_header(text: str) -> str:
    """Header in the form in which headers are compared: lower case, single blanks."""
    return " ".join(text.split()).casefold()


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
    sheet = read_sheet(_in_unicode(Path(path).read_bytes(), path), headers)
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
    columns = _map_columns(header, texts, export_format)
    _stop_on_missing(columns, header, export_format, path)
    for row in columns[columns["status"].isin(["unknown", "doubled"])].itertuples():
        LOG.warning("%s, column %r: %s, not read", path, row.header, row.status)
    own = columns[columns["status"] == "read"]
    texts = texts[own["position"] - 1].set_axis(own["column"].to_list(), axis="columns")
    types = {column.name: column.type for column in export_format.columns}
    numbers = [name for name in map(str, texts) if types[name] == "number"]
    decimal = _decimal_marks(texts[numbers], sheet.decimal)
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


def _map_columns(
    header: list[str], texts: pd.DataFrame, export_format: ExportFormat
) -> pd.DataFrame:
    """Table ``export_columns``: the column of each header, then the columns that have none.

    Of several headers of one column, the one that stands first among its headers is read.
    """
    places = {
        plain_header(text): (column.name, rank)
        for column in export_format.columns
        for rank, text in enumerate(column.headers)
    }
    ignored = {plain_header(text) for text in export_format.ignored}
    found = [places.get(plain_header(text), (None, 0)) for text in header]
    by_rank = sorted(range(len(header)), key=lambda place: (found[place][1], place))
    best = {found[place][0]: place for place in reversed(by_rank)}
    rows: list[Record] = []
    for place, (text, (name, _)) in enumerate(zip(header, found, strict=True)):
        other = "ignored" if plain_header(text) in ignored else "unknown"
        status = "read" if name and best[name] == place else "doubled" if name else other
        row = {"position": place + 1, "header": " ".join(text.split()), "column": name}
        rows.append(row | {"status": status, "filled": int(texts[place].notna().sum())})
    rows = [row for row in rows if row["header"] or row["filled"]]
    absent = [column.name for column in export_format.columns if column.name not in best]
    rows += [{"column": name, "status": "absent", "filled": 0} for name in absent]
    table = pd.DataFrame(rows).assign(number=range(1, len(rows) + 1))
    return typed(table, "export_columns")


def _stop_on_missing(
    columns: pd.DataFrame, header: list[str], export_format: ExportFormat, path: str
) -> None:
    """Stop if a column that is needed is missing, and name the headers that come nearest."""
    present = set(columns.loc[columns["status"] == "read", "column"])
    here = {plain_header(text): " ".join(text.split()) for text in header if text}
    problems = []
    for column in export_format.columns:
        if not column.required or column.name in present:
            continue
        near = dict.fromkeys(
            here[match]
            for name in column.headers
            for match in nearest(plain_header(name), here, most=2, likeness=0.5)
        )
        hint = f"nearest here: {', '.join(near)}" if near else f"here: {', '.join(here.values())}"
        headers = " or ".join(map(repr, column.headers))
        problems.append(Problem(path, 1, column.name, None, f"a column {headers}; {hint}"))
    stop_on(problems)


def parse_cells(cells: ExportCells, *, through: str, order: str | None) -> ExportValues:
    """Give the cells of an export the types of its format.

    Parameters
    ----------
    cells : ExportCells
        From `read_export`.
    through : str
        Day y-m-d of the vintage: a year of two digits is the last such year that is
        not after it.
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
        if column.type == "number":
            values[name], hints = _parse_numbers(texts, cells.decimal[name])
        elif column.type == "date":
            dates = _parse_dates(texts, through=through, order=order)
            values[name], hints = dates.day, dates.expected
            values[f"{name}_precision"], values[f"{name}_form"] = dates.precision, dates.form
        elif column.type == "flag":
            lower = texts.str.lower()
            values[name] = lower.isin(YES)
            hints = pd.Series("yes or no", texts[texts.notna() & ~lower.isin([*YES, *NO])].index)
        elif column.type == "list":
            values[name] = texts.map(lambda text: "; ".join(split_list(text)) or None).astype("str")
            hints = pd.Series(dtype="str")
        else:
            values[name] = texts.str.replace(r"\s+", " ", regex=True)
            hints = pd.Series(dtype="str")
        unread.append(unread_cells(texts[hints.index], hints))
    values = values.join(derived(cells.texts, _size_header(cells.columns)))
    return ExportValues(cells.path, values, pd.concat(unread), cells.columns)


def _size_header(columns: pd.DataFrame) -> str:
    """Header of the size of the training data; empty where there is none."""
    headers = columns.dropna(subset="header").set_index("column")["header"]
    return str(headers.get("training_dataset_size_datapoints", ""))


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


def _parse_dates(texts: pd.Series, *, through: str, order: str | None) -> ParsedDates:
    """Dates of a column, with full years and the order of day and month that it shows."""
    parts = texts.str.extract(f"^{DAY_MONTH.pattern}$")
    newest = int(through[:4])

    def full_year(match: re.Match[str]) -> str:
        return f"{match[1]}{newest - (newest - int(match[2])) % 100}"

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
