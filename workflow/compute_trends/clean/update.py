"""Take over the newest export where it differs from the last: ``make update``.

``python -m compute_trends.clean.update FILE DATE MODELS`` holds a download against the newest
export of the same models that the project carries, and carries it if anything is new.
"""

from __future__ import annotations

import datetime
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from compute_trends.clean.carry import carried_tables, carry, checked_models, command, told
from compute_trends.clean.compact import compact_text
from compute_trends.clean.download import AGAIN, Download, has_line_end, read_download
from compute_trends.common.problems import InputError, Problem, stop_on
from compute_trends.common.project import PROJECT
from compute_trends.common.records import Record, records

# ASSUME: the database grows, and loses no more than a tenth of its rows between two downloads
LEAST_SHARE = 0.9
NO_CHANGE = 3


def update(
    file: str, date: str, models: str, *, note: str | None, raw: Path, today: datetime.date
) -> list[str]:
    """Carry a download if it says anything that the last one does not.

    Parameters
    ----------
    file, date, models, note, raw
        See `read_download` and `carry`.
    today : datetime.date
        The last day that a download can be of.

    Returns
    -------
    list of str
        Sentences on what is new; empty if nothing is, and then nothing was written.

    Raises
    ------
    InputError
        If the download cannot be the next export: see `read_download`; it does not end with a
        line, has too few rows or is no younger than the last one.
    """
    checked_models(models)
    download = read_download(file, date, today=today)
    tables = carried_tables(raw)
    vintages = tables["vintages"]
    same = records(vintages[vintages["models"] == models].sort_values("vintage", kind="stable"))
    last = same[-1] if same else None
    if download.md5 in {row["source_md5"] for row in same}:
        return []
    if last and _same_facts(download, last, raw):
        return []
    stop_on(_too_little(download, last))
    columns = tables["vintage_columns"]
    old = columns[columns["export"] == last["export"]] if last else columns.head(0)
    carried = carry(download, models, note=note, raw=raw)
    renamed = list(_columns_told(old, download.content.columns)) if last else []
    return [told(carried, download), *renamed]


def _same_facts(download: Download, last: Record, raw: Path) -> bool:
    """Whether a download says what the last one does, its rows in whatever order."""
    path = raw / "vintages" / f"{last['export']}.csv"
    texts = [path.read_text(encoding="utf-8"), compact_text(download.content)]
    one, other = (sorted(line.partition(",")[2] for line in text.splitlines()) for text in texts)
    return one == other


def _too_little(download: Download, last: Record | None) -> list[Problem]:
    """Problems of a download that is cut off between rows, or older than the last one."""
    path, n = download.path, len(download.content.table)
    if not has_line_end(path):
        return [Problem(path, None, None, "a last line without an end", AGAIN)]
    if last is None:
        return []
    if n < LEAST_SHARE * last["n_rows"]:
        expected = f"at least 90 % of the {last['n_rows']} rows of {last['export']}: {AGAIN}"
        return [Problem(path, None, None, f"{n} rows", expected)]
    day = last["vintage"].strftime("%Y-%m-%d")
    if download.date <= day:
        expected = f"a day after {day}, of the newest export; make vintage takes older ones"
        return [Problem("DATE", None, None, download.date, expected)]
    return []


def _columns_told(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[str]:
    """Yield what became of columns: other headers, new ones that nothing reads, lost ones."""
    old, new = (
        {row["column"] or row["header"]: row for row in records(table) if row["header"]}
        for table in (before, after)
    )
    for key, row in new.items():
        if key not in old:
            read = "" if row["column"] else ", which is not read: see export_headers.yaml"
            yield f"new column {row['header']!r}{read}"
        elif old[key]["header"] != row["header"]:
            yield f"column {old[key]['header']!r} is called {row['header']!r} now"
    for key in (key for key in old if key not in new):
        yield f"column {old[key]['header']!r} is gone"


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0 if there is a new export, `NO_CHANGE` if not, 1 with what is wrong."""
    options = command("make update").parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        lines = update(
            *(options.file, options.date, options.models),
            note=options.source or None,
            raw=PROJECT / "data" / "raw",
            today=datetime.date.today(),
        )
    except (InputError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines or [f"{options.file}: no change since the last export"]))
    return 0 if lines else NO_CHANGE


if __name__ == "__main__":
    sys.exit(main())
