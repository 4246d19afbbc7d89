"""Stage vintages: what the largest training compute may become, and how such forecasts fared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from compute_trends.common.dates import EPOCH, day_number
from compute_trends.common.records import Record, records
from compute_trends.fit.forecast_paths import step_days
from compute_trends.fit.forecast_tests import interval_score
from compute_trends.fit.loglinear import Array, quantiles
from compute_trends.settings.clean import ExportFile, leading_export
from compute_trends.settings.fit import Units
from compute_trends.settings.outlook import Outlook, Threshold
from compute_trends.settings.simulations import Depth
from compute_trends.tables.dictionary import typed
from compute_trends.vintages.backtest import backtest_rows, cases, coverage, scored, what_came
from compute_trends.vintages.forecast_bar import drawn_methods, forecast_scores
from compute_trends.vintages.forecasting import (
    LEVELS,
    RECORD,
    Drawings,
    Forecaster,
    Known,
    quantile_columns,
    target_columns,
    targets,
    timestamp,
)

TABLES = ("backtest", "forecast_scores", "forecast_outcomes", "threshold_dates")
ISSUED, RECOMPUTED = "issued", "recomputed"
# In place of a method, of a threshold that is crossed already
CROSSED = "data"


def forecast(
    systems: Sequence[pd.DataFrame],
    compute: Sequence[pd.DataFrame],
    forecasts: pd.DataFrame,
    *,
    exports: Sequence[ExportFile],
    outlook: Outlook,
    units: Units,
    depth: Depth,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Forecast from each vintage, and hold forecasts of the past against what came.

    Parameters
    ----------
    systems, compute : sequence of pandas.DataFrame
        Tables of these names of each export.
    forecasts : pandas.DataFrame
        Raw table of this name: forecasts as they were issued.
    exports, outlook, units, depth
        ``clean.exports``, ``fit.outlook``, ``fit.units`` and ``fit.depth`` of config.yaml.
    seed : int
        Seed of the run.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables `TABLES`; empty without exports.
    """
    found = map(Known.of, exports, systems, compute)
    vintages = [known for known in found if known.days.size]
    leading = next((v for v in vintages if v.export == leading_export(exports)), None)
    if leading is None:
        return {name: typed(pd.DataFrame(), name) for name in TABLES}
    forecaster = Forecaster(outlook, units, depth, seed)
    last = float(day_number(outlook.through))
    own = {known.export.name: forecaster.draw(known, known.day, through=last) for known in vintages}
    rows: list[Record] = []
    for case in cases(vintages, leading, forecaster):
        is_own = case.origin == case.known.day
        drawn = own[case.known.export.name] if is_own else None
        drawn = drawn or forecaster.draw(case.known, case.origin)
        rows += backtest_rows(case, drawn, leading, forecaster)
    backtest = typed(pd.DataFrame(rows), "backtest")
    scores = forecast_scores(backtest, outlook=outlook, seed=seed)
    outcomes = [
        row
        for known in vintages
        for row in _recomputed(known, own[known.export.name], leading, forecaster)
    ]
    outcomes += _issued(forecasts, leading)
    methods = drawn_methods(scores, target=RECORD, horizon=outlook.horizons[0])
    dates = [
        row
        for known in vintages
        for row in _threshold_rows(known, own[known.export.name], methods, leading, forecaster)
    ]
    tables = {"forecast_outcomes": outcomes, "threshold_dates": dates}
    made = {name: typed(pd.DataFrame(rows), name) for name, rows in tables.items()}
    return {"backtest": backtest, "forecast_scores": scores} | made


def _recomputed(
    known: Known, drawn: Drawings, leading: Known, forecaster: Forecaster
) -> Iterator[Record]:
    """Forecasts from a vintage alone on its own day, scored where their time has passed."""
    for target in targets(drawn, forecaster.outlook.horizons):
        day = forecaster.target_day(known.day, target.horizon)
        row = target_columns(target, known.export.name, known.day, day)
        row |= {"made": RECOMPUTED, "issued_on": timestamp(known.day)} | quantile_columns(
            target.ends
        )
        truths = what_came(target.target, known, known.day, day, leading)
        if truths.size:
            row |= scored(target, truths) | _of_quantiles(target.ends, truths)
        yield row


def _issued(forecasts: pd.DataFrame, leading: Known) -> Iterator[Record]:
    """Forecasts as once issued, scored by their quantiles where their time has passed.

    They are of the models of the leading vintage; those of a year's systems are made of them.
    """
    for row in records(forecasts):
        origin, day = ((row[name] - EPOCH).days for name in ("origin", "target_date"))
        truths = what_came(row["target"], leading, origin, day, leading)
        ends = np.log10([row[f"forecast_flop_{name}"] for name in LEVELS])
        yield row | {"made": ISSUED} | (_of_quantiles(ends, truths) if truths.size else {})


def _of_quantiles(ends: Array, truths: Array) -> Record:
    """What came against the quantiles of a forecast."""
    each = [interval_score(truth, ends) for truth in truths]
    return coverage(ends, truths) | {"interval_score_oom": float(np.mean(each))}


def _threshold_rows(
    known: Known, drawn: Drawings, methods: Sequence[str], leading: Known, forecaster: Forecaster
) -> Iterator[Record]:
    """When each threshold was crossed, or when each method expects it to be, from a vintage."""
    for threshold in forecaster.outlook.thresholds:
        about = {
            "export": known.export.name,
            "vintage": timestamp(known.day),
            "threshold_flop": float(threshold.flop),
            "why": threshold.why,
        } | _crossed(leading, threshold, "_in_newest")
        crossed = _crossed(known, threshold)
        if crossed:
            yield about | {"method": CROSSED} | crossed
            continue
        for method in methods:
            if method in drawn:
                paths = drawn[method].records
                yield about | {"method": method} | _expected(paths, known, threshold, forecaster)


def _crossed(known: Known, threshold: Threshold, end: str = "") -> Record:
    """First day on which a vintage has a system of so much compute, and which; {} if none."""
    there = np.flatnonzero(known.log_flop >= np.log10(threshold.flop))
    if not there.size:
        return {}
    first = there[0]
    return {
        f"crossed_on{end}": timestamp(known.days[first]),
        f"crossed_by{end}": known.systems[first],
    }


def _expected(paths: Array, known: Known, threshold: Threshold, forecaster: Forecaster) -> Record:
    """Quantiles of the date on which paths cross a threshold; empty where later than drawn."""
    outlook = forecaster.outlook
    days = crossing_days(paths, known, np.log10(threshold.flop), forecaster.year)
    last = day_number(outlook.through)
    days = np.where(days > last, np.inf, days)
    dates = quantiles(days, list(LEVELS.values()))
    row: Record = {
        f"expected_{name}": timestamp(date) if np.isfinite(date) else None
        for name, date in zip(LEVELS, dates, strict=True)
    }
    return row | {
        "share_not_by": float((days > day_number(outlook.by)).mean()),
        "share_later": float(np.isinf(days).mean()),
    }


def crossing_days(paths: Array, known: Known, log_flop: float, year: float) -> Array:
    """Day on which each path of records first reaches a compute; infinite where it never does.

    Between the ends of two steps a path is straight.
    """
    ends = np.concatenate([[known.day], step_days(known.day, paths.shape[1], year)])
    before = np.full((len(paths), 1), known.log_flop.max())
    values = np.concatenate([before, paths], axis=1)
    reached = values >= log_flop
    first = np.maximum(reached.argmax(axis=1), 1)
    each = np.arange(len(paths))
    low, high = values[each, first - 1], values[each, first]
    with np.errstate(invalid="ignore", divide="ignore"):
        part = (log_flop - low) / (high - low)
    days = ends[first - 1] + part * (ends[first] - ends[first - 1])
    return np.where(reached.any(axis=1), days, np.inf)
