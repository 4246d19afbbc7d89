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

from compute_trends.common.numbers import shorten
from compute_trends.tables.cells.columns import stripped

# What the end of a file tells of one that was cut off
CUT = " (a download that was cut off ends so: get it again)"
# Separators of cells, the one that wins a tie first.
DELIMITERS = (",", ";", "\t")
# Bytes that are no text become U+FFFD; the others are no sign that a page could show.
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd\ufffe\uffff]")


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
        The decimal mark: a point where commas separate cells; None where that leaves it open.
    faults : list of Fault
        Empty if nothing was lost.
    cut : Fault or None
        The last cell, where the last line has no end: it may be cut off, but nothing else.
    """

    rows: dict[int, list[str]]
    delimiter: str
    decimal: str | None
    faults: list[Fault]
    cut: Fault | None


def decode(data: bytes) -> str:
    """Text of a file in UTF-8, or UTF-16 with its mark, as spreadsheets write it.

    Line ends become line feeds, and what is no text becomes U+FFFD.
    """
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = data.decode("utf-16" if utf16 else "utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def detect_delimiter(header: str, columns: Sequence[str] = ()) -> str:
    """The separator that gives a header line most known columns, then most cells."""

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
        Names that the header may hold, if any are known; they help to find the separator.

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
        found = str(error)
        if "field larger" in found:
            expected = f"cells of at most {csv.field_size_limit()} characters"
        elif "end of data" in found:
            found, expected = "a quote that is never closed", expected + CUT
        faults.append(Fault(len(rows) + 1, None, found, expected))
    numbered = {number: row for number, row in enumerate(rows, start=1) if any(map(str.strip, row))}
    ragged = _ragged_rows(numbered)
    cut = None if faults or ragged else _open_end(text, numbered)
    width = max(map(_used, numbered.values()), default=0)
    numbered = {number: row[:width] for number, row in numbered.items()}
    if NO_TEXT.search(text):
        faults += _lost_text(numbered)
    faults += [*_swallowed_rows(numbered, delimiter), *ragged, *_headers_again(numbered)]
    return Sheet(numbered, delimiter, "." if delimiter == "," else None, faults, cut)


def _ragged_rows(rows: dict[int, list[str]]) -> list[Fault]:
    """Rows with more or fewer cells than the header: one too many shifts all cells behind it.

    Where each of several rows has as many empty ones behind the last column, a program wrote
    separators at the ends of lines.
    """
    header, *others = map(len, rows.values() or [[]])
    number = max(rows, default=0)
    tails = {len(row) for row in list(rows.values())[1:] if not any(map(str.strip, row[header:]))}
    if len(others) > 1 and len(tails) == 1 and tails == set(others):
        [width] = tails
        if width > header:
            return []
    expected = f"{header} cells, as in the header"
    return [
        Fault(row, None, f"{len(cells)} cells", expected + (CUT if row == number else ""))
        for row, cells in rows.items()
        if len(cells) != header
    ]


def _headers_again(rows: dict[int, list[str]]) -> list[Fault]:
    """Rows that are the header again, as where one file was put behind another."""
    header = list(map(stripped, next(iter(rows.values()), [])))
    expected = "one table, its header once; this is the header again, as of a second file"
    return [
        Fault(row, None, shorten(", ".join(cells)), expected)
        for row, cells in list(rows.items())[1:]
        if stripped(cells[0]) == header[0] and list(map(stripped, cells)) == header
    ]


def _open_end(text: str, rows: dict[int, list[str]]) -> Fault | None:
    """The last cell, if its line has no end."""
    if not rows or not text.rpartition("\n")[2].strip():
        return None
    row, cells = max(rows.items())
    expected = (
        f"the end of a line behind the last cell, which may be cut off{CUT}; "
        "if it is whole, add the line break"
    )
    column = dict(enumerate(next(iter(rows.values())))).get(len(cells) - 1)
    return Fault(row, column, shorten(cells[-1]), expected)


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
