"""A downloaded export: what it is, and whether it is whole, before anything is done with it."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from compute_trends.clean.compact import is_compact
from compute_trends.clean.export_file import ExportValues, parse_cells, read_export
from compute_trends.common.files import read_text_file
from compute_trends.common.problems import Problem, stop_on
from compute_trends.settings.days import DAY
from compute_trends.tables.cells.sheet import decode

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
        If the date cannot be that of the file, or the file is none of ours, cut off, lacks a
        column that is needed or has dates whose order of day and month is not known.
    """
    stop_on(problems_of_day(date, today=today))
    data = read_text_file(path, "CSV: an export of models, as downloaded")
    stop_on(problems_of_kind(path, data))
    cells = read_export(path, format_name="epoch_models")
    content = parse_cells(cells, through=date, order=None)
    stop_on(_order_not_known(path, content.columns))
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
    """Problem of a text file that is no export at all."""
    expected = "CSV: an export of models, as downloaded"
    if not decode(data[:2000]).strip():
        return [Problem(path, None, None, "an empty file", expected)]
    if is_compact(path):
        expected += "; clean.exports of config.yaml takes a compact one"
        return [Problem(path, None, None, "a compact file", expected)]
    return []


def has_line_end(path: str) -> bool:
    """Whether a file ends with the end of a line, as every official export does."""
    return Path(path).read_bytes().rstrip(b"\x00")[-1:] in (b"\n", b"\r")


def _order_not_known(path: str, columns: pd.DataFrame) -> list[Problem]:
    """Problem of dates that no compact file could tell from those of another order."""
    expected = "dates that tell; name the file in clean.exports, with dates in its record"
    told = columns.loc[columns["column"] == "publication_date", ["header", "reading"]].dropna()
    return [
        Problem(path, None, header, reading, expected)
        for header, reading in told.itertuples(index=False)
    ]


def _dated_later(path: str, date: str, table: pd.DataFrame) -> list[Problem]:
    """Problem of a file whose systems are dated after it by more than errors of typing."""
    dates = table["publication_date"]
    later = dates[dates > pd.Timestamp(date)]
    if len(later) <= max(1, DATED_LATER * len(dates)):
        return []
    found = f"{len(later)} of {len(dates)} systems dated after {date}"
    expected = f"the day of the download as DATE, not before {later.max().date()}"
    return [Problem(path, None, None, found, expected)]
