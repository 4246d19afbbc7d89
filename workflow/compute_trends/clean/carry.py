"""Make an export one of those that the project carries: ``make vintage``.

``python -m compute_trends.clean.carry FILE DATE MODELS`` writes the compact file and its rows of
the raw tables ``vintages``, ``vintage_columns`` and ``vintage_unread``, and the description of
these, ``datapackage.json``: the same bytes for the same file.
"""

from __future__ import annotations

import argparse
import datetime
import logging
import sys
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from compute_trends.clean.compact import compact_columns, compact_text
from compute_trends.clean.download import Download, read_download
from compute_trends.common.checksums import checksum
from compute_trends.common.problems import InputError, Problem, stop_on
from compute_trends.common.project import PROJECT
from compute_trends.common.records import Record
from compute_trends.run.seals import write_whole
from compute_trends.tables.dictionary import raw_table
from compute_trends.tables.raw import read_checked
from compute_trends.tables.resources import RAW_PACKAGE, package_json, raw_package

LOG = logging.getLogger(__name__)
# Where Epoch AI publishes the exports, by models
PUBLISHED = {
    "notable": "https://epoch.ai/data/notable_ai_models.csv",
    "all": "https://epoch.ai/data/all_ai_models.csv",
    "large_scale": "https://epoch.ai/data/large_scale_ai_models.csv",
    "frontier": "https://epoch.ai/data/frontier_ai_models.csv",
}
MODELS = tuple(PUBLISHED)
PACKAGE = Path(RAW_PACKAGE).name
BY_EXPORT = ("vintage_columns", "vintage_unread")


class Carried(NamedTuple):
    """An export that the project carries: whether it is new, and the newest day of its models."""

    export: str
    changed: bool
    newest: str


def carry(
    download: Download, models: str, *, note: str | None, raw: Path, replace: bool = False
) -> Carried:
    """Write an export into the raw tables of a project.

    Parameters
    ----------
    download : Download
        From `read_download`.
    models : str
        As in a record of ``clean.exports``.
    note : str or None
        Where the file was found; None for what was noted before.
    raw : path
        Folder ``data/raw``.
    replace : bool
        Whether an export of the same day and models may be replaced by another file.

    Returns
    -------
    Carried
        Nothing is written if the project carries this very file, be it of another day.

    Raises
    ------
    InputError
        If the project carries another file of that day.
    """
    tables = carried_tables(raw)
    vintages = tables["vintages"]
    name = f"{models}_{download.date.replace('-', '_')}"
    same = vintages[vintages["export"] == name]
    days = vintages.loc[vintages["models"] == models, "vintage"].dt.strftime("%Y-%m-%d")
    newest = max([*days, download.date])
    twin = vintages.loc[vintages["source_md5"] == download.md5, "export"]
    if not replace and len(twin) and same.empty:
        return Carried(str(twin.iloc[-1]), False, newest)
    stop_on([] if replace else _other_file(same, download))
    note = note or (None if same.empty else same["note"].iloc[0])
    text = compact_text(download.content)
    about = _about(download, models, sha256=checksum(text), name=name, note=note)
    new = {
        "vintages": pd.DataFrame([about]),
        "vintage_columns": compact_columns(download.content).assign(export=name),
        "vintage_unread": download.content.unread.assign(export=name),
    }
    written = {raw / "vintages" / f"{name}.csv": text}
    for table, rows in new.items():
        written[raw / f"{table}.csv"] = _with(tables[table], rows, table, name, vintages, about)
    changed = _write(written)
    # It lists the file, which has to be there first.
    described = _write({raw / PACKAGE: package_json(raw_package(raw))})
    return Carried(name, changed or described, newest)


def carried_tables(raw: Path) -> dict[str, pd.DataFrame]:
    """Raw tables on the exports that a project carries, by name."""
    return {
        table: read_checked(str(raw / f"{table}.csv"), table) for table in ("vintages", *BY_EXPORT)
    }


def _other_file(same: pd.DataFrame, download: Download) -> list[Problem]:
    """Problem of a download of a day and models of which another file is carried."""
    if same.empty or download.md5 in set(same["source_md5"]):
        return []
    name, md5 = same[["export", "source_md5"]].iloc[0]
    expected = (
        f"the file of MD5 {md5}, which the project carries as {name}; "
        "REPLACE=yes takes this one in its place"
    )
    return [Problem(download.path, None, None, f"a file of MD5 {download.md5}", expected)]


def _about(download: Download, models: str, *, sha256: str, name: str, note: str | None) -> Record:
    """Row of raw table ``vintages``."""
    table, columns = download.content.table, download.content.columns
    return {
        "export": name,
        "vintage": pd.Timestamp(download.date),
        "models": models,
        "n_rows": len(table),
        "n_with_compute": int(table["training_compute_flop"].notna().sum()),
        "n_columns": int(columns["position"].notna().sum()),
        "sha256": sha256,
        "source_file": Path(download.path).name,
        "source_md5": download.md5,
        "source_bytes": download.size,
        "source_url": PUBLISHED[models],
        "note": note,
    }


def _with(
    table: pd.DataFrame,
    rows: pd.DataFrame,
    name: str,
    export: str,
    vintages: pd.DataFrame,
    about: Record,
) -> str:
    """CSV text of a raw table with the rows of one export in place of those that it had."""
    columns = raw_table(name).columns
    others = table[table["export"] != export]
    both = pd.concat([others, rows.reindex(columns=columns)], ignore_index=True)
    dates = dict(zip(vintages["export"], vintages["vintage"], strict=True))
    dates[export] = about["vintage"]
    order = pd.DataFrame({"date": both["export"].map(dates), "export": both["export"]})
    both = both.loc[order.sort_values(["date", "export"], kind="stable").index]
    whole = [field.name for field in raw_table(name).fields if field.type == "integer"]
    both = both.astype(dict.fromkeys(whole, "Int64"))
    return both.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")


def _write(texts: dict[Path, str]) -> bool:
    """Write files whose text is another now; whether there are any."""
    changed = [
        path
        for path, text in texts.items()
        if not path.is_file() or path.read_bytes() != text.encode("utf-8")
    ]
    for path in changed:
        path.parent.mkdir(exist_ok=True)
        write_whole(str(path), texts[path])
    return bool(changed)


def command(program: str) -> argparse.ArgumentParser:
    """What the commands on a downloaded export take from the command line."""
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument("file", help="export as downloaded")
    parser.add_argument("date", help="day of the download, y-m-d")
    parser.add_argument("models", help=f"which of the exports it is: {', '.join(MODELS)}")
    parser.add_argument("--source", default="", help="where the file was found")
    return parser


def checked_models(models: str) -> str:
    """Models of an export, if there are such."""
    known = ", ".join(MODELS)
    stop_on([] if models in MODELS else [Problem("MODELS", None, None, models, f"one of {known}")])
    return models


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0 if the export is carried now, 1 with what is wrong."""
    parser = command("make vintage")
    parser.add_argument("--replace", default="", help="yes: in place of a file of that day")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        models = checked_models(options.models)
        download = read_download(options.file, options.date, today=datetime.date.today())
        raw, replace = PROJECT / "data" / "raw", options.replace == "yes"
        carried = carry(download, models, note=options.source or None, raw=raw, replace=replace)
    except (InputError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(told(carried, download))
    return 0


def told(carried: Carried, download: Download) -> str:
    """Sentences on an export that is carried now."""
    of = f"{download.path}: {len(download.content.table)} rows"
    if not carried.changed:
        return f"{of}, carried already as {carried.export}; nothing changed"
    n = len(download.content.unread)
    unread = f"; {n} cells cannot be read, see data/raw/vintage_unread.csv" if n else ""
    older = (
        f". It is older than the newest, of {carried.newest}, which goes on to lead"
        if download.date < carried.newest
        else ""
    )
    return f"{of}, carried now as {carried.export}{unread}{older}"


if __name__ == "__main__":
    sys.exit(main())
