"""When the next threshold is crossed: what methods that passed their test expect, and said."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.render.look_ups import table_or_empty
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.wording import data_of
from compute_trends.settings.clean import ExportFile, exports_like_leading, leading_export
from compute_trends.settings.outlook import Outlook
from compute_trends.vintages.backtest import NEWEST
from compute_trends.vintages.forecast_bar import drawn_methods
from compute_trends.vintages.forecasting import RECORD
from compute_trends.vintages.outlook import CROSSED

PART = 4
ORDER = 50
TABLES = ("forecast_scores", "threshold_dates")


def digest(inputs: ReportInputs) -> Record:
    """The next threshold on the leading export, by each method, and how the best one fared.

    ``next`` is None without exports, and where every threshold is crossed.
    """
    export = leading_export(inputs.settings.clean.exports)
    outlook = inputs.settings.fit.outlook
    scores, dates = (table_or_empty(inputs.tables, name) for name in TABLES)
    name, date = (export.name, export.date) if export else ("", "")
    own = dates[dates["export"] == name]
    crossed = set(own.loc[own["method"] == CROSSED, "threshold_flop"])
    later = [each for each in outlook.thresholds if each.flop not in crossed and len(scores)]
    methods = passed_methods(scores, outlook)
    earlier, rows = [], []
    if later:
        earlier = _earlier(dates, methods[:1], inputs.settings.clean.exports, later[0].flop)
        rows = in_order(own[own["threshold_flop"] == later[0].flop], methods)
    passed = [row["expected_q50"] for row in earlier if row["expected_q50"] is not None]
    return {
        "next": later[0] if later else None,
        "methods": rows,
        "best": _fared(scores, methods[:1], outlook.horizons[0]),
        "earlier": earlier,
        "misses": sum(day <= pd.Timestamp(date) for day in passed),
        "data": data_of(date) if date else "",
        "outlook": outlook,
    }


def passed_methods(scores: pd.DataFrame, outlook: Outlook) -> list[str]:
    """Methods that passed for the record at the first horizon, the best first."""
    return drawn_methods(scores, target=RECORD, horizon=outlook.horizons[0])


def in_order(rows: pd.DataFrame, methods: Sequence[str]) -> list[Record]:
    """Rows of methods, in the order of these."""
    by_method = {row["method"]: row for row in records(rows)}
    return [by_method[method] for method in methods if method in by_method]


def _fared(scores: pd.DataFrame, methods: Sequence[str], horizon: int) -> Record | None:
    """Scores of the best method at the first horizon."""
    there = (scores["data"] == NEWEST) & (scores["target"] == RECORD)
    there &= scores["method"].isin(methods) & (scores["horizon_years"] == horizon)
    return next(iter(records(scores[there])), None)


def _earlier(
    dates: pd.DataFrame, methods: Sequence[str], exports: Sequence[ExportFile], flop: float
) -> list[Record]:
    """When the best method expected the next threshold, the oldest vintage first.

    On other vintages of the models that lead: in a file of large ones alone all is different.
    """
    leading = leading_export(exports)
    names = [each.name for each in exports_like_leading(exports) if each is not leading]
    there = dates["export"].isin(names) & dates["method"].isin(methods)
    there &= dates["threshold_flop"] == flop
    return records(dates[there].sort_values("vintage", kind="stable"))
