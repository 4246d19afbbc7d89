"""Exports of Epoch AI's databases in any of their layouts, as text cells under our own names.

What a column was called when is data: ``workflow/schemas/export_headers.yaml``.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import functools
import logging
import re
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from compute_trends.clean.chips import LEAST_RECENT_RATE
from compute_trends.common.problems import InputError, Problem, stop_on
from compute_trends.common.project import SCHEMAS
from compute_trends.common.safe_yaml import read_yaml_text
from compute_trends.tables.cells.columns import Parsed, strip_cells
from compute_trends.tables.cells.dates import ParsedDates, parse_dates
from compute_trends.tables.cells.numbers import decimal_mark, parse_numbers
from compute_trends.tables.cells.sheet import NO_TEXT, Fault, Sheet, read_sheet
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

LAYOUTS = SCHEMAS / "export_headers.yaml"
DAY_MONTH = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|\d{4})")
SHORT_YEAR = re.compile(r"(\d{1,2}[-/.]\d{1,2}[-/.])(\d{2})")
# Digits with commas, and those among them where the commas can be thousands separators.
WITH_COMMAS = r"\d+(?:,\d+)+"
GROUPED = r"[1-9]\d{0,2}(?:,\d{3})+"
# For files that are no vintage.
NO_END = "2100-12-31"
YES = ("true", "yes", "1", "1.0", "checked", "x")
NO = ("false", "no", "0", "0.0")

Layout = dict[str, Any]


class Export(NamedTuple):
    """A file of an export, its columns under our own names.

    Parameters
    ----------
    cells : pandas.DataFrame of str
        Stripped text, missing where empty; one column for each field of the layout
        that the file has; the index is the row as a spreadsheet counts it.
    columns : pandas.DataFrame
        Table ``export_columns``.
    decimal : dict of str to (str or None)
        The decimal mark of each column of numbers; None if no cell tells.
    """

    cells: pd.DataFrame
    columns: pd.DataFrame
    decimal: dict[str, str | None]


class Cells(NamedTuple):
    """Typed values of an export, and what could not be read.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns as in `Export.cells`; beside a date its _precision and its _form (see
        `cells.ParsedDates`). Missing where a cell is empty or cannot be read.
    unread : pandas.DataFrame
        Table ``export_unread``.
    """

    table: pd.DataFrame
    unread: pd.DataFrame


@functools.cache
def layouts() -> dict[str, Layout]:
    """Layouts of ``export_headers.yaml`` by name."""
    described = read_yaml_text(LAYOUTS.read_text(encoding="utf-8"))
    return {layout["name"]: layout for layout in described["formats"]}


def plain_header(text: str) -> str:
    """A header as it is looked up: without capitals, and with single blanks."""
    return " ".join(text.split()).casefold()


def read_export(path: str, *, layout: str) -> Export:
    """Read a file of an export, in whatever layout, encoding and line ends it comes.

    Parameters
    ----------
    path : str
        CSV file: UTF-8, UTF-16 or, where it is neither, Windows-1252; any line ends;
        separated by commas, semicolons or tabs.
    layout : str
        Name of a layout of ``export_headers.yaml``.

    Returns
    -------
    Export
        Columns that the layout does not know are listed in ``columns`` and left out.

    Raises
    ------
    InputError
        If the file is no table, a row has more cells than the header, or a column
        that is needed is missing: then the nearest candidates are named.
    """
    fields = layouts()[layout]["fields"]
    headers = [header for field in fields for header in field["headers"]]
    sheet = read_sheet(_in_unicode(Path(path).read_bytes(), path), headers)
    stop_on([Problem(path, *fault) for fault in sheet.faults if not _only_prose(fault, sheet)])
    if not sheet.rows:
        raise InputError([Problem(path, None, None, "an empty file", "at least a header")])
    (_, header), *rows = sheet.rows.items()
    stop_on(
        [
            Problem(
                path, row, None, f"{len(cells)} cells", f"{len(header)} cells, as in the header"
            )
            for row, cells in rows
            if len(cells) > len(header)
        ]
    )
    texts = pd.DataFrame(
        [cells + [""] * (len(header) - len(cells)) for _, cells in rows],
        index=pd.Index([row for row, _ in rows], dtype="int64"),
        columns=range(len(header)),
        dtype="str",
    ).apply(strip_cells)
    columns = _map_columns(header, texts, layouts()[layout])
    _stop_on_missing(columns, header, fields, path)
    for row in columns[columns["status"].isin(["unknown", "doubled"])].itertuples():
        LOG.warning("%s, column %r: %s, not read", path, row.header, row.status)
    read = columns[columns["status"] == "read"]
    cells = texts[read["position"] - 1].set_axis(read["column"].to_list(), axis="columns")
    kinds = {field["name"]: field.get("type") for field in fields}
    numbers = [name for name in cells if kinds[name] == "number"]
    return Export(cells, columns, _decimal_marks(cells[numbers], sheet.decimal))


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
    """Whether a cell that may hold the rest of one row and the beginning of another does not.

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
    """Content of a text file in UTF-8, without signs that are no text."""
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if utf16 else "utf-8")
    except UnicodeDecodeError:
        LOG.warning("%s: not in UTF-8, read as Windows-1252", path)
        text = data.decode("cp1252", errors="replace")
    # A sign that some program could not read spoils a name, not the file.
    text, lost = NO_TEXT.subn("?", text)
    if lost:
        LOG.warning("%s: %d signs are no text, taken as question marks", path, lost)
    return text.encode("utf-8", errors="replace")


def _map_columns(header: list[str], texts: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Table ``export_columns``: each header with the field that it stands for, then absent fields.

    Of several headers of one field, the one that stands first among its headers is read.
    """
    places = {
        plain_header(written): (field["name"], rank)
        for field in layout["fields"]
        for rank, written in enumerate(field["headers"])
    }
    ignored = {plain_header(written) for written in layout["ignored"]}
    best: dict[str, int] = {}
    for position, written in enumerate(header):
        if found := places.get(plain_header(written)):
            known = best.setdefault(found[0], position)
            if found[1] < places[plain_header(header[known])][1]:
                best[found[0]] = position
    rows = []
    for position, written in enumerate(header):
        name, _ = places.get(plain_header(written), (None, 0))
        other = "ignored" if plain_header(written) in ignored else "unknown"
        kind = "read" if name and best[name] == position else "doubled" if name else other
        filled = int(texts[position].notna().sum())
        rows.append(
            {
                "position": position + 1,
                "header": " ".join(written.split()),
                "column": name,
                "status": kind,
                "filled": filled,
            }
        )
    rows = [row for row in rows if row["header"] or row["filled"]]
    rows += [
        {"column": field["name"], "status": "absent", "filled": 0}
        for field in layout["fields"]
        if field["name"] not in best
    ]
    numbered = pd.DataFrame(rows).assign(number=range(1, len(rows) + 1))
    return typed(numbered, "export_columns")


def _stop_on_missing(
    columns: pd.DataFrame, header: list[str], fields: list[Layout], path: str
) -> None:
    """Stop if a column that is needed is missing, and name the headers that come nearest."""
    present = set(columns.loc[columns["status"] == "read", "column"])
    free = {plain_header(written): " ".join(written.split()) for written in header if written}
    problems = []
    for field in fields:
        if not field.get("required") or field["name"] in present:
            continue
        wanted = " or ".join(repr(name) for name in field["headers"])
        near = dict.fromkeys(
            free[match]
            for name in field["headers"]
            for match in difflib.get_close_matches(plain_header(name), list(free), n=2, cutoff=0.5)
        )
        told = f"nearest here: {', '.join(near)}" if near else f"here: {', '.join(free.values())}"
        problems.append(Problem(path, 1, field["name"], None, f"a column {wanted}; {told}"))
    stop_on(problems)


def parse_cells(export: Export, *, layout: str, through: str, order: str | None) -> Cells:
    """Give the cells of an export the types of its layout.

    Parameters
    ----------
    export : Export
        From `read_export`.
    layout : str
        Name of its layout.
    through : str
        Day y-m-d of the vintage: a year of two digits is the last such year that is
        not after it.
    order : str or None
        Order of day and month where dates are written in numbers, ``d/m/y`` or
        ``m/d/y``; None to take the one that the column shows, and d/m/y, which the
        exports of 2022 have, where no date of it tells.

    Returns
    -------
    Cells
        Text columns have single blanks; lists are joined by "; ".
    """
    values = pd.DataFrame(index=export.cells.index)
    unread = []
    for field in layouts()[layout]["fields"]:
        name, kind = field["name"], field.get("type")
        if name not in export.cells:
            continue
        texts = export.cells[name]
        if kind == "number":
            parsed = _parse_numbers(texts, export.decimal[name])
            values[name], hints = parsed.value, parsed.expected
        elif kind == "date":
            dates = _parse_dates(texts, through=through, order=order)
            values[name], hints = dates.day, dates.expected
            values[f"{name}_precision"], values[f"{name}_form"] = dates.precision, dates.form
        elif kind == "flag":
            lower = texts.str.lower()
            values[name] = lower.isin(YES)
            hints = pd.Series("yes or no", index=texts.index)[
                ~lower.isin([*YES, *NO]) & texts.notna()
            ]
        else:
            values[name] = texts.str.replace(r"\s+", " ", regex=True)
            hints = pd.Series(dtype="str")
        unread.append(
            pd.DataFrame(
                {"row": hints.index, "column": name, "value": texts[hints.index], "expected": hints}
            )
        )
    table = pd.concat(unread).sort_values(["row", "column"], kind="stable")
    return Cells(values, typed(table, "export_unread"))


def _parse_numbers(texts: pd.Series, decimal: str | None) -> Parsed:
    """Numbers of a column; where its decimal mark is a point, commas group digits or part a list.

    ASSUME: "1,234" is one number there, and "1234,1234" are two, which no value is.
    """
    if decimal != ".":
        return parse_numbers(texts, decimal=decimal)
    with_commas = texts.str.fullmatch(WITH_COMMAS)
    grouped = texts.str.fullmatch(GROUPED)
    parsed = parse_numbers(
        texts.mask(grouped, texts.str.replace(",", "")).mask(with_commas & ~grouped),
        decimal=decimal,
    )
    lists = texts.index[with_commas & ~grouped]
    hints = pd.Series("one number: this is a list, or has a decimal comma", index=lists)
    return Parsed(parsed.value, pd.concat([parsed.expected, hints.astype("str")]))


def _parse_dates(texts: pd.Series, *, through: str, order: str | None) -> ParsedDates:
    """Dates of a column, two-digit years and the order of day and month found out."""
    parts = texts.str.extract(f"^{DAY_MONTH.pattern}$")
    newest = int(through[:4])

    def full_year(match: re.Match[str]) -> str:
        year = newest - (newest - int(match[2])) % 100
        return f"{match[1]}{year}"

    written = texts.mask(
        texts.str.fullmatch(SHORT_YEAR),
        texts.str.replace(f"^{SHORT_YEAR.pattern}$", full_year, regex=True),
    )
    if order is None and parts[0].notna().any():
        first, second = (parts[place].astype("float64") for place in (0, 1))
        order = "m/d/y" if (second > 12).any() and not (first > 12).any() else "d/m/y"
        LOG.info("%s: dates in numbers are read as %s", texts.name, order)
    return parse_dates(written, order=order)


def split_list(text: object) -> list[str]:
    """Names of a comma-joined list, each once, in the order written; nothing for a missing cell.

    A cell that a program could not join otherwise is quoted where a name holds a comma.
    """
    if not isinstance(text, str):
        return []
    row = next(csv.reader([text], skipinitialspace=True), []) if '"' in text else text.split(",")
    return list(dict.fromkeys(name for part in row if (name := " ".join(part.split()))))


def known_chips(hardware: pd.DataFrame, path: str | None) -> pd.DataFrame:
    """Chips that estimates may use: ours, and those that only an export of hardware has.

    Parameters
    ----------
    hardware : pandas.DataFrame
        Raw table ``hardware``, whose rates are taken where both have a chip.
    path : str or None
        File of the export, if there is one.

    Returns
    -------
    pandas.DataFrame
        Table ``export_hardware``.
    """
    if path is None:
        return typed(hardware, "export_hardware")
    export = read_export(path, layout="epoch_hardware")
    cells = parse_cells(export, layout="epoch_hardware", through=NO_END, order=None).table
    aliases = hardware["aliases"].dropna().str.split(";").explode().str.strip()
    known = [*hardware["hardware"].str.lower(), *aliases.str.lower()]
    name = cells["hardware"].str.lower()
    new = cells[name.notna() & ~name.isin(known) & ~name.duplicated()].copy()
    for column in new.filter(regex=r"^peak_"):
        # A rate in another unit would be worse than none.
        new[column] = new[column].where(new[column] >= LEAST_RECENT_RATE)
    LOG.info("%s: %d chips besides those of hardware.csv", path, len(new))
    return typed(pd.concat([hardware, new], ignore_index=True), "export_hardware")
