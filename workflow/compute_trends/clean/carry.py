"""Make an export one of those that the project carries: ``make vintage``.

``python -m compute_trends.clean.carry FILE DATE MODELS [NOTE]`` writes the compact file and
its rows of the raw tables ``vintages``, ``vintage_columns`` and ``vintage_unread``: the same
bytes for the same file.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import sys
from pathlib import Path
from typing import get_args

import pandas as pd

from compute_trends.clean.compact import compact_columns, compact_text
from compute_trends.clean.export_file import parse_cells, read_export
from compute_trends.common.checksums import checksum
from compute_trends.common.problems import InputError, Problem
from compute_trends.common.project import PROJECT
from compute_trends.common.records import Record
from compute_trends.run.seals import write_whole
from compute_trends.settings.clean import ExportFile
from compute_trends.tables.dictionary import raw_table
from compute_trends.tables.raw import read_checked

LOG = logging.getLogger(__name__)
# Where Epoch AI publishes the exports, by models
PUBLISHED = {
    "notable": "https://epoch.ai/data/notable_ai_models.csv",
    "all": "https://epoch.ai/data/all_ai_models.csv",
    "large_scale": "https://epoch.ai/data/large_scale_ai_models.csv",
    "frontier": "https://epoch.ai/data/frontier_ai_models.csv",
}
MODELS = get_args(ExportFile.model_fields["models"].annotation)
BY_EXPORT = ("vintage_columns", "vintage_unread")


def carry(
    file: str, date: str, models: str, *, note: str | None, raw: Path, replace: bool = False
) -> bool:
    """Write an export into the raw tables of a project.

    Parameters
    ----------
    file, date, models : str
        As in a record of ``clean.exports``.
    note : str or None
        Where the file was found.
    raw : path
        Folder ``data/raw``.
    replace : bool
        Whether an export of the same day and models may be replaced by another file.

    Returns
    -------
    bool
        Whether anything was written: not if the project carries this very file.

    Raises
    ------
    InputError
        If the file cannot be read, or the project carries another one of that day.
    """
    data = Path(file).read_bytes()
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    name = f"{models}_{date.replace('-', '_')}"
    tables = {
        table: read_checked(str(raw / f"{table}.csv"), table) for table in ("vintages", *BY_EXPORT)
    }
    vintages = tables["vintages"]
    same = vintages[vintages["export"] == name]
    if len(same) and md5 not in set(same["source_md5"]) and not replace:
        expected = (
            f"the file of MD5 {same['source_md5'].iloc[0]}, which the project carries as {name}; "
            "REPLACE=yes takes this one in its place"
        )
        raise InputError([Problem(file, None, None, f"a file of MD5 {md5}", expected)])
    cells = read_export(file, format_name="epoch_models")
    values = parse_cells(cells, through=date, order=None)
    text = compact_text(values)
    note = note or (None if same.empty else same["note"].iloc[0])
    about: Record = {
        "export": name,
        "vintage": pd.Timestamp(date),
        "models": models,
        "n_rows": len(values.table),
        "n_with_compute": int(values.table["training_compute_flop"].notna().sum()),
        "n_columns": int(values.columns["position"].notna().sum()),
        "sha256": checksum(text),
        "source_file": Path(file).name,
        "source_md5": md5,
        "source_bytes": len(data),
        "source_url": PUBLISHED[models],
        "note": note,
    }
    new = {
        "vintages": pd.DataFrame([about]),
        "vintage_columns": compact_columns(values).assign(export=name),
        "vintage_unread": values.unread.assign(export=name),
    }
    written = {raw / "vintages" / f"{name}.csv": text}
    for table, rows in new.items():
        written[raw / f"{table}.csv"] = _with(tables[table], rows, table, name, vintages, about)
    return _write(written)


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


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0 if the export is carried now, 1 with what is wrong."""
    parser = argparse.ArgumentParser(prog="make vintage", description=__doc__)
    parser.add_argument("file", help="export as downloaded")
    parser.add_argument("date", help="day of the download, y-m-d")
    parser.add_argument("models", choices=MODELS, help="which of the exports it is")
    parser.add_argument("note", nargs="?", help="where the file was found")
    parser.add_argument("--replace", action="store_true", help="in place of one of that day")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    raw = PROJECT / "data" / "raw"
    try:
        changed = carry(
            options.file,
            options.date,
            options.models,
            note=options.note or None,
            raw=raw,
            replace=options.replace,
        )
    except (InputError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    what = "is carried now" if changed else "was carried already: nothing changed"
    print(f"{options.file}: {options.models} models of {options.date}, {what}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
