"""When the next threshold is crossed: what methods that passed their test expect, and said."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.render.wording import data_of
from compute_trends.settings.clean import leading_export
from compute_trends.vintages.backtest import NEWEST
from compute_trends.vintages.forecast_bar import drawn_methods
from compute_trends.vintages.forecasting import RECORD
from compute_trends.vintages.outlook import CROSSED

PART = 1
ORDER = 7
TABLES = ("forecast_scores", "threshold_dates")


def digest(inputs: ReportInputs) -> Record:
    """The next threshold on the leading export, by each method, and how the best one fared."""
    export = leading_export(inputs.settings.clean.exports)
    outlook = inputs.settings.fit.outlook
    nothing: Record = {"next": None, "methods": [], "outlook": outlook}
    if export is None or "threshold_dates" not in inputs.tables:
        return nothing
    dates = inputs.tables["threshold_dates"]
    own = dates[dates["export"] == export.name]
    crossed = records(own[own["method"] == CROSSED].sort_values("threshold_flop"))
    later = [each.flop for each in outlook.thresholds if each.flop not in crossed_flop(crossed)]
    methods = passed_methods(inputs)
    if not later:
        return nothing
    rows = in_order(own[own["threshold_flop"] == later[0]], methods)
    return {
        "next": next(each for each in outlook.thresholds if each.flop == later[0]),
        "after": [{"flop": flop, "rows": in_order(_of(own, flop), methods)} for flop in later[1:]],
        "crossed": crossed[-1] if crossed else None,
        "methods": rows,
        "best": _fared(inputs.tables, methods[:1], outlook.horizons[0]),
        "earlier": _earlier(dates, methods[:1], export.name, later[0]),
        "data": data_of(export.date),
        "outlook": outlook,
    }


def crossed_flop(rows: Sequence[Record]) -> set[float]:
    """Thresholds of some rows."""
    return {row["threshold_flop"] for row in rows}


def passed_methods(inputs: ReportInputs) -> list[str]:
    """Methods that passed for the record at the first horizon, the best first."""
    first = inputs.settings.fit.outlook.horizons[0]
    return drawn_methods(inputs.tables["forecast_scores"], target=RECORD, horizon=first)


def in_order(rows: pd.DataFrame, methods: Sequence[str]) -> list[Record]:
    """Rows of methods, in the order of these."""
    by_method = {row["method"]: row for row in records(rows)}
    return [by_method[method] for method in methods if method in by_method]


def _of(dates: pd.DataFrame, flop: float) -> pd.DataFrame:
    """Rows of one threshold."""
    return dates[dates["threshold_flop"] == flop]


def _fared(tables: Tables, methods: Sequence[str], horizon: int) -> Record | None:
    """Scores of the best method at the first horizon."""
    scores = tables["forecast_scores"]
    there = (scores["data"] == NEWEST) & (scores["target"] == RECORD)
    there &= scores["method"].isin(methods) & (scores["horizon_years"] == horizon)
    return next(iter(records(scores[there])), None)


def _earlier(
    dates: pd.DataFrame, methods: Sequence[str], leading: str, flop: float
) -> list[Record]:
    """What the best method said on earlier vintages of the next threshold and the one before.

    Of each threshold the oldest vintage that had not crossed it.
    """
    before = dates[(dates["export"] != leading) & dates["method"].isin(methods)]
    rows = records(before[before["threshold_flop"] <= flop].sort_values("vintage"))
    first: dict[float, Record] = {}
    for row in rows:
        first.setdefault(row["threshold_flop"], row)
    return [first[each] for each in sorted(first)]
