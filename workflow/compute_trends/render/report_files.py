"""Files of the report read in: tables, settings, figures, texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from compute_trends.render.page import packed_file
from compute_trends.render.report_inputs import ReportFiles, ReportInputs
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import raw_table, table_at
from compute_trends.tables.generated import read_table
from compute_trends.tables.raw import read_checked, read_raw


def read_inputs(paths: Any, *, provenance: str, settings: Settings) -> ReportInputs:
    """Tables, settings and texts of the report's sections.

    ``paths`` maps to lists of files: ``raw``, hand-kept tables; ``tables``, of the run and its
    exports; ``explorer``, empty or led by the data of the chart; and to one file each: ``config``,
    ``references``, ``delivered``. ``provenance`` is the text of `run.provenance.provenance`,
    ``settings`` are those of the run.
    """
    tables = {Path(path).stem: _raw(path) for path in paths["raw"]}
    exports: dict[str, dict[str, pd.DataFrame]] = {}
    for path in paths["tables"]:
        table, export = table_at(path)
        place = tables if export is None else exports.setdefault(export, {})
        place[table.name] = read_table(path, table.name)
    config_text = _text(paths["config"])
    return ReportInputs(
        tables=tables,
        settings=settings,
        exports=exports,
        config_text=config_text,
        provenance=json.loads(provenance),
        references=_text(paths["references"]),
        delivered=json.loads(_text(paths["delivered"])),
        explorer=next((json.loads(_text(path)) for path in paths["explorer"]), None),
    )


def read_files(paths: Any) -> ReportFiles:
    """Figures, tables to save, styles and scripts of the page.

    ``paths`` maps to lists of files: ``figures``; ``downloads``, tables in every format, CSV first;
    ``stylesheets`` and ``scripts``, in their order.
    """
    downloads: dict[str, list[dict[str, str]]] = {}
    for path in paths["downloads"]:
        name = table_at(path)[0].name if path.endswith(".csv") else Path(path).stem
        downloads.setdefault(name, []).append(packed_file(name, path, _text(path)))
    return ReportFiles(
        figures={Path(path).name: Path(path).read_bytes() for path in paths["figures"]},
        downloads=downloads,
        stylesheets=[_text(path) for path in paths["stylesheets"]],
        scripts=[_text(path) for path in paths["scripts"]],
    )


def _text(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def _raw(path: str) -> pd.DataFrame:
    name = Path(path).stem
    # Cells of annotations may break their schema until they are corrected; here they are counted.
    return read_raw(path, raw_table(name)) if name == "annotations" else read_checked(path, name)
