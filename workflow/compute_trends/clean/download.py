"""A downloaded export: what it is, and whether it is whole, before anything is done with it."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from compute_trends.clean.compact import is_compact
from compute_trends.clean.export_file import ExportValues, no_table, parse_cells, read_export
from compute_trends.common.numbers import shorten
from compute_trends.common.problems import Problem, stop_on
from compute_trends.settings.days import DAY
from compute_trends.tables.cells.sheet import Sheet, decode, read_sheet

UNCLOSED = "unexpected end of data"
AGAIN = "the whole file: the download was cut off; get it again"
# ASSUME: rows dated after a download are errors of typing as long as they are this few
DATED_LATER = 0.01


class Download(NamedTuple):
    """An export as downloaded on a day, y-m-d, with its checksum and what it holds."""

    path: str
    date: str
    md5: str
    size: int
    content: ExportValues


def read_download(path: str, date: str, *, today: datetime.date) -> Download:
    """Read an export that was downloaded.

    Parameters
    ----------
    path, date : str
        The file, and the day of its download, y-m-d.
    today : datetime.date
        The last day that a download can be of.

    Raises
    ------
    InputError
        If the date cannot be that of the file, or the file is none of ours, cut off or lacks a
        column that is needed.
    """
    file = Path(path)
    stop_on(problems_of_day(date, today=today))
    if not file.is_file():
        found = "a folder" if file.is_dir() else "no such file"
        stop_on([Problem(path, None, None, found, "an export, as downloaded")])
    data = file.read_bytes()
    stop_on(problems_of_kind(path, data) or problems_of_end(path, data))
    cells = read_export(path, format_name="epoch_models")
    content = parse_cells(cells, through=date, order=None)
    stop_on(_dated_later(path, date, content.table))
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    return Download(path, date, md5, len(data), content)


def problems_of_day(date: str, *, today: datetime.date) -> list[Problem]:
    """Problem of a day of download: it is none, or has not come yet."""
    expected = "the day of the download, y-m-d, such as 2026-03-07"
    try:
        day = datetime.date.fromisoformat(date) if DAY.fullmatch(date) else None
    except ValueError:
        day = None
    if day is None:
        return [Problem("DATE", None, None, date, expected)]
    if day > today:
        return [Problem("DATE", None, None, date, f"{expected}; today is {today}")]
    return []


def problems_of_kind(path: str, data: bytes) -> list[Problem]:
    """Problem of a file that is no export at all, by its first bytes."""
    expected = "CSV: an export of models, as downloaded"
    found = no_table(data)
    start = decode(data[:2000]).strip()
    if found:
        return [Problem(path, None, None, *other) for other in found]
    if not start:
        return [Problem(path, None, None, "an empty file", expected)]
    if start.startswith(("<", "{", "[", "%PDF")):
        return [Problem(path, None, None, shorten(" ".join(start.split()), 40), expected)]
    if is_compact(path):
        expected += "; clean.exports of config.yaml takes a compact one"
        return [Problem(path, None, None, "a compact file", expected)]
    return []


def problems_of_end(path: str, data: bytes) -> list[Problem]:
    """Problem of a file whose last row is cut: an open quote, or cells that only it lacks."""
    # Line ends as `read_sheet` makes them; bytes that are no text are no matter here.
    sheet = read_sheet(data)
    for fault in sheet.faults:
        if fault.found == UNCLOSED:
            return [Problem(path, fault.row, None, "a quote that is never closed", AGAIN)]
    return _short_end(path, sheet)


def _short_end(path: str, sheet: Sheet) -> list[Problem]:
    """Problem of a last row that lacks cells where every other row has them all."""
    width, *widths = map(len, sheet.rows.values())
    if not widths or widths[-1] >= width or any(each < width for each in widths[:-1]):
        return []
    expected = f"{width}, as in the header and every other row: {AGAIN}"
    return [Problem(path, max(sheet.rows), None, f"a last row of {widths[-1]} cells", expected)]


def has_line_end(path: str) -> bool:
    """Whether a file ends with the end of a line, as every official export does."""
    return Path(path).read_bytes().rstrip(b"\x00")[-1:] in (b"\n", b"\r")


def _dated_later(path: str, date: str, table: pd.DataFrame) -> list[Problem]:
    """Problem of a file whose systems are dated after it by more than errors of typing."""
    dates = table["publication_date"]
    later = dates[dates > pd.Timestamp(date)]
    if len(later) <= max(1, DATED_LATER * len(dates)):
        return []
    found = f"{len(later)} of {len(dates)} systems dated after {date}"
    expected = f"the day of the download as DATE, not before {later.max().date()}"
    return [Problem(path, None, None, found, expected)]
