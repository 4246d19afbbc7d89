"""Headers of exports: which column each stands for, by ``workflow/schemas/export_headers.yaml``."""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from compute_trends.common.numbers import shorten
from compute_trends.common.problems import Problem, nearest, stop_on
from compute_trends.common.project import SCHEMAS
from compute_trends.common.records import Record, records
from compute_trends.common.safe_yaml import read_yaml_text
from compute_trends.tables.cells.columns import stripped
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

# "(DEPRECATED) Training dataset size (datapoints)"
MARK = r"(?:\(deprecated\)|\[deprecated\])"
DEPRECATED = re.compile(
    rf"^(?:{MARK}[:\s–—-]*|deprecated[:\s–—-]+)|(?<![:\s–—-])(?:[:\s–—-]*{MARK}|[:\s–—-]+deprecated)$"
)
# A deprecated header comes after all others of its column.
LAST = 1000
# What programs that write tables call a column without a name
NAMELESS = re.compile(r"unnamed: \d+|nan(?:\.\d+)?")


class ExportColumn(NamedTuple):
    """A column of exports, and every header that it has had, the newest first.

    Its type is ``number``, ``dollars``, ``date``, ``flag`` (empty is no), ``yes_no`` or
    anything else for text. A file without a required one cannot be used. A note is prose,
    which is read only for single words.
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
    """Header in the form in which headers are compared: lower case, single blanks.

    Empty where only a program that wrote the table gave the column a name.
    """
    plain = " ".join(stripped(text).split()).casefold()
    return "" if NAMELESS.fullmatch(plain) else plain


def current_header(text: str) -> tuple[str, bool]:
    """A plain header without the mark of a deprecated column, and whether it has one."""
    plain, marks = DEPRECATED.subn("", plain_header(text))
    return plain, marks > 0


def header_of(columns: pd.DataFrame, name: str) -> str:
    """Header of the column of table ``export_columns`` that is read for a name; "" if none is."""
    read = columns[(columns["column"] == name) & (columns["status"] == "read")]
    return str(read["header"].iloc[0]) if len(read) else ""


def map_columns(
    header: list[str], texts: pd.DataFrame, export_format: ExportFormat
) -> pd.DataFrame:
    """Table ``export_columns``: the column of each header, then the columns that have none.

    Of several headers of one column, the one that stands first among its headers is read;
    deprecated ones stand last, and are none of a required column's.
    """
    columns = {
        plain_header(text): (column, rank)
        for column in export_format.columns
        for rank, text in enumerate(column.headers)
    }
    ignored = {plain_header(text) for text in export_format.ignored}
    found = [_column_of(text, columns) for text in header]
    by_rank = sorted(range(len(header)), key=lambda place: (found[place][1], place))
    best = {found[place][0]: place for place in reversed(by_rank)}
    rows: list[Record] = []
    for place, (text, (name, _)) in enumerate(zip(header, found, strict=True)):
        other = "ignored" if current_header(text)[0] in ignored else "unknown"
        status = "read" if name and best[name] == place else "doubled" if name else other
        shown = " ".join(text.split()) if plain_header(text) else None
        row = {"position": place + 1, "header": shown, "column": name}
        rows.append(row | {"status": status, "filled": int(texts[place].notna().sum())})
    rows = [row for row in rows if row["header"] or row["filled"]]
    absent = [column.name for column in export_format.columns if column.name not in best]
    rows += [{"column": name, "status": "absent", "filled": 0} for name in absent]
    table = pd.DataFrame(rows).assign(number=range(1, len(rows) + 1))
    return typed(table, "export_columns")


def _column_of(
    header: str, columns: Mapping[str, tuple[ExportColumn, int]]
) -> tuple[str | None, int]:
    """The column that a header stands for, if any, and its rank among the headers of it."""
    plain, is_deprecated = current_header(header)
    column, rank = columns.get(plain, (None, 0))
    if column is None or (is_deprecated and column.required):
        return None, 0
    return column.name, rank + LAST * is_deprecated


def tell_unread(columns: pd.DataFrame, path: str) -> None:
    """Warn of columns that are not read, and of deprecated ones that are."""
    unread = columns["header"].notna() & columns["status"].isin(["unknown", "doubled"])
    for row in columns[unread].itertuples():
        LOG.warning("%s, column %r: %s, not read", path, row.header, row.status)
    for header in deprecated_columns(columns):
        LOG.warning("%s, column %r: deprecated, read as no other states it", path, header)
    if nameless := nameless_columns(columns):
        LOG.warning("%s: %s, not read", path, nameless)


def deprecated_columns(columns: pd.DataFrame) -> list[str]:
    """Headers of columns of table ``export_columns`` that are read though deprecated."""
    read = columns.loc[columns["status"] == "read", "header"].dropna()
    return [header for header in read if current_header(header)[1]]


def nameless_columns(columns: pd.DataFrame) -> str:
    """How many columns of table ``export_columns`` have values and no name; "" if none."""
    n = int((columns["position"].notna() & columns["header"].isna()).sum())
    return f"{n} {'column' if n == 1 else 'columns'} without a name" if n else ""


def stop_on_contradictions(columns: pd.DataFrame, texts: pd.DataFrame, path: str) -> None:
    """Stop if two columns of the same header differ, of which one is read.

    Columns of different headers for one quantity may: see `map_columns`.
    """
    problems = []
    placed = records(columns[columns["status"].isin(["read", "doubled"])])
    read = {row["column"]: row for row in placed if row["status"] == "read"}
    for row in placed:
        first = read[row["column"]]
        if row is first or plain_header(row["header"]) != plain_header(first["header"]):
            continue
        ours, theirs = texts[first["position"] - 1], texts[row["position"] - 1]
        differ = texts.index[ours.notna() & theirs.notna() & (ours != theirs)]
        if differ.empty:
            continue
        place = differ[0]
        cells = f"{ours[place]} in column {first['position']}, {theirs[place]} in {row['position']}"
        expected = f"this column, once; {len(differ)} of its rows differ"
        problems.append(Problem(path, int(place), row["header"], cells, expected))
    stop_on(problems)


def stop_on_missing(
    columns: pd.DataFrame, header: list[str], export_format: ExportFormat, path: str
) -> None:
    """Stop if a column that is needed is missing, and name the headers that come nearest."""
    present = set(columns.loc[columns["status"] == "read", "column"])
    here = {plain: " ".join(text.split()) for text in header if (plain := plain_header(text))}
    problems = []
    for column in export_format.columns:
        if not column.required or column.name in present:
            continue
        near = dict.fromkeys(
            here[match]
            for name in column.headers
            for match in nearest(plain_header(name), here, most=2, likeness=0.5)
        )
        every = shorten(", ".join(here.values()), 300) or "no column has a name"
        hint = f"nearest here: {', '.join(near)}" if near else f"here: {every}"
        headers = " or ".join(map(repr, column.headers))
        problems.append(Problem(path, 1, column.name, None, f"a column {headers}; {hint}"))
    stop_on(problems)
