"""Made-up vintages of an export, and what changed between them."""

from __future__ import annotations

from typing import Any

import made_up
import pandas as pd
from made_up import INTERVALS, UNITS

from compute_trends.clean.replay import all_corrected
from compute_trends.fit.export import fit_export
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.fit import ExportFits
from compute_trends.tables.dictionary import typed
from compute_trends.vintages.changes import compare_vintages
from compute_trends.vintages.vintage import Vintage

OUTLIERS = made_up.OUTLIERS.model_copy(update={"large_scale_from": "2000-01-01"})
PERIOD = {"after": "2000-12-31", "through": "2020-12-31"}
FITS = ExportFits(
    headlines=[{"name": "whole", "title": "All systems", "trend": "all"}],
    followed=["top", "flag"],
    change_draws=200,
    paper_trends=[],
    trends=[
        {"name": "all", "label": "All", "period": PERIOD, "low_outliers": "keep"},
        {"name": "top", "label": "Top 3", "period": PERIOD, "frontier": "top_3"},
        {"name": "flag", "label": "Flagged", "period": PERIOD, "frontier": "flag"},
        {"name": "newest", "label": "N", "period": PERIOD | {"through": "vintage"}},
    ],
)
SETTINGS: dict[str, Any] = {
    "fits": FITS,
    "outliers": OUTLIERS,
    "intervals": INTERVALS,
    "units": UNITS,
    "seed": 1,
}
DAY = pd.Timestamp("2001-01-01")


def system(number: int, **changes: Any) -> dict[str, Any]:
    """A row of an export: one system a quarter, half an order of magnitude a year."""
    return {
        "system": f"System {chr(65 + number // 26)}{chr(65 + number % 26)}",
        "publication_date": DAY + pd.Timedelta(days=91 * number),
        "training_compute_flop": 10 ** (10 + 0.5 * 91 * number / 365 + (number % 5) / 3),
        "domain": "Language",
        "frontier": number % 3 == 0,
        "epochs": 1.0,
    } | changes


def vintage(name: str, date: str, rows: list[dict[str, Any]], **settings: Any) -> Vintage:
    """An export of some rows with its tables; settings other than `SETTINGS`."""
    frame = pd.DataFrame(rows).assign(snapshot=name, publication_date_precision="day")
    frame["annotation_id"] = range(2, len(rows) + 2)
    frame["system_id"] = frame["system"].str.lower().str.replace(" ", "-")
    frame["inclusion_criteria"] = "Highly cited"
    frame["organizations"] = frame.get("organizations", "Here")
    given = frame["training_compute_flop"].notna()
    systems = typed(all_corrected(frame[given]), "systems")
    compute = pd.DataFrame(
        {
            "system_id": systems["system_id"],
            "training_compute_published_flop": systems["training_compute_flop"],
        }
    )
    export = ExportFile(name=name, path=f"{name}.csv", date=date)
    attributes = typed(frame, "export_attributes")
    compute = typed(compute, "compute")
    columns = pd.DataFrame(
        {
            "number": range(1, 6),
            "position": range(1, 6),
            "header": ["Model", "Training compute (FLOP)", "Publication date", "Epochs", "Flag"],
            "column": ["system", "training_compute_flop", "publication_date", "epochs", "frontier"],
            "status": "read",
            "filled": len(rows),
        }
    )
    settings = SETTINGS | {"leads": True, "paper": []} | settings
    excluded = typed(frame[~given].assign(reason="no training compute"), "excluded")
    fits = fit_export(systems, compute, attributes, excluded, export=export, **settings)
    return Vintage(
        export,
        systems,
        excluded,
        compute,
        attributes,
        typed(columns, "export_columns"),
        fits["export_trends"],
    )


def compared(
    before: list[dict[str, Any]], after: list[dict[str, Any]], **settings: Any
) -> dict[str, pd.DataFrame]:
    """What changed between two vintages; settings other than `SETTINGS`."""
    vintages = [
        vintage("old", "2021-01-01", before, **settings),
        vintage("new", "2022-01-01", after, **settings),
    ]
    return compare_vintages(vintages, **SETTINGS | settings)
