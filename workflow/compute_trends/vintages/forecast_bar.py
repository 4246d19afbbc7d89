"""How good each method was, and whether it passes the bar that a drawn forecast must pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.common.rounding import nine_digits
from compute_trends.fit.forecast_tests import binomial_p, binomial_power, mean_interval
from compute_trends.fit.forecasts import REFERENCES
from compute_trends.settings.outlook import Outlook
from compute_trends.tables.dictionary import typed
from compute_trends.vintages.backtest import NEWEST, OF_THE_DAY, scheduled
from compute_trends.vintages.forecasting import timestamp

# Share that the tested interval claims to hold
CLAIMED = 0.9
CASE = ["method", "target", "horizon_years"]


def forecast_scores(backtest: pd.DataFrame, *, outlook: Outlook, seed: int) -> pd.DataFrame:
    """Table ``forecast_scores``: scores of each method, target and horizon, and the bar.

    Parameters
    ----------
    backtest : pandas.DataFrame
        Table of this name.
    outlook : Outlook
        ``fit.outlook`` of config.yaml.
    seed : int
        Seed of the run. The resamples of a case depend on it and on the case alone.
    """
    days = [timestamp(day) for day in scheduled(outlook.origins)]
    newest = backtest[(backtest["data"] == NEWEST) & backtest["origin"].isin(days)]
    rows: list[Record] = []
    # By horizon, because the bar of a later one asks for that of the first.
    for (horizon, method, target), own in newest.groupby(["horizon_years", "method", "target"]):
        key = {"data": NEWEST, "method": method, "target": target, "horizon_years": horizon}
        row = key | _means(own) | _coverage(own, days, outlook)
        row |= _difference(own, newest, outlook, seed)
        rows.append(row | _bar(row, rows, outlook))
    rows += _of_the_day(backtest)
    table = pd.DataFrame(rows)
    return typed(table if rows else pd.DataFrame(), "forecast_scores")


def _means(rows: pd.DataFrame) -> Record:
    """Means of coverage and scores over origins."""
    names = ("share_within_50", "share_within_90", "crps_oom", "log_score")
    means: Record = {name: float(rows[name].mean()) for name in names}
    return {"n_origins": len(rows)} | means


def _coverage(rows: pd.DataFrame, days: list[pd.Timestamp], outlook: Outlook) -> Record:
    """Exact test of the 90 % interval on windows that do not overlap, and its power."""
    each = int(rows["horizon_years"].iloc[0]) * 12 // outlook.origins.step_months
    windows = rows[rows["origin"].isin(days[::each])]
    n, held = len(windows), int(windows["within_90"].sum())
    tested: dict[str, Any] = {"p_coverage": None, "power_coverage": None}
    if n:
        bar = outlook.bar
        power = binomial_power(n, CLAIMED, bar.power_against, level=bar.level)
        tested = {"p_coverage": binomial_p(held, n, CLAIMED), "power_coverage": power}
    return {"n_windows": n, "windows_within_90": held} | tested


def _difference(own: pd.DataFrame, newest: pd.DataFrame, outlook: Outlook, seed: int) -> Record:
    """Mean CRPS less that of the better reference on the same origins, with its interval."""
    method, target, horizon = own[CASE].iloc[0]
    same = newest[(newest["target"] == target) & (newest["horizon_years"] == horizon)]
    pairs: dict[str, pd.DataFrame] = {}
    for reference in REFERENCES:
        other = same.loc[same["method"] == reference, ["origin", "crps_oom"]]
        pairs[reference] = own.merge(other, on="origin", suffixes=("", "_of_reference"))
    there = {name: pair for name, pair in pairs.items() if len(pair)}
    if method in REFERENCES or not there:
        return {}
    better = min(there, key=lambda name: float(there[name]["crps_oom_of_reference"].mean()))
    pair = there[better].sort_values("origin", kind="stable")
    less = (pair["crps_oom"] - pair["crps_oom_of_reference"]).to_numpy(dtype=float)
    low, high = mean_interval(
        less,
        block=max(1, horizon * 12 // outlook.origins.step_months),
        resamples=outlook.bar.resamples,
        rng=random_stream(seed, f"score of {method}, {target}, {horizon}"),
    )
    return {
        "reference_method": better,
        "crps_reference_oom": float(pair["crps_oom_of_reference"].mean()),
        "crps_difference_oom": float(less.mean()),
        "crps_difference_oom_ci90_low": low,
        "crps_difference_oom_ci90_high": high,
    }


def _bar(row: Record, before: list[Record], outlook: Outlook) -> Record:
    """Whether a case passes, how it is drawn, and why not."""
    if row["method"] in REFERENCES:
        return {"bar": "reference", "drawn": "no"}
    bar, first = outlook.bar, outlook.horizons[0]
    tested = row["n_windows"] >= bar.least_windows
    failures = list(_failures(row, bar.level, tested=tested))
    if failures:
        return {"bar": "failed", "drawn": "no", "why": "; ".join(failures)}
    if tested:
        return {"bar": "passed", "drawn": "solid"}
    few = f"{row['n_windows']} windows that do not overlap are too few to test coverage"
    if row["horizon_years"] == first:
        return {"bar": "untested", "drawn": "no", "why": few}
    same = [one for one in before if all(one[name] == row[name] for name in CASE[:2])]
    passed = [one["bar"] == "passed" for one in same if one["horizon_years"] == first]
    if any(passed):
        return {"bar": "untested", "drawn": "dashed", "why": f"{few}; passed at {first} year"}
    why = f"did not pass at {first} year, and {few}"
    return {"bar": "failed", "drawn": "no", "why": why}


def _failures(row: Record, level: float, *, tested: bool) -> Iterator[str]:
    """What a case fails by."""
    if tested and row["p_coverage"] <= level:
        held = f"{row['windows_within_90']} of {row['n_windows']} windows"
        yield f"the 90 % interval held in {held} (p = {row['p_coverage']:.2g})"
    low = row.get("crps_difference_oom_ci90_low", np.nan)
    if low > 0:
        high = row["crps_difference_oom_ci90_high"]
        words = row["reference_method"].replace("_", " ")
        yield f"its CRPS is {low:.2f} to {high:.2f} OOM worse than that of {words}"


def _of_the_day(backtest: pd.DataFrame) -> Iterator[Record]:
    """Scores on the vintages of the day, and of the same origins on the newest vintage."""
    newest = backtest.loc[backtest["data"] == NEWEST, [*CASE, "origin", "crps_oom"]]
    rows = backtest[backtest["data"] == OF_THE_DAY]
    rows = rows.merge(newest, on=[*CASE, "origin"], suffixes=("", "_hindsight"), how="left")
    for (method, target, horizon), own in rows.groupby(CASE):
        key = {"data": OF_THE_DAY, "method": method, "target": target, "horizon_years": horizon}
        hindsight = {"crps_hindsight_oom": float(own["crps_oom_hindsight"].mean())}
        yield key | _means(own) | hindsight


def drawn_methods(scores: pd.DataFrame, *, target: str, horizon: int) -> list[str]:
    """Methods that passed for a target at a horizon, the best first.

    By how much less their CRPS is than that of the better reference on the same origins: some
    methods have no forecast from early ones, so that their CRPS alone cannot be compared.
    """
    there = (scores["data"] == NEWEST) & (scores["target"] == target)
    there &= (scores["horizon_years"] == horizon) & (scores["bar"] == "passed")
    ordered = scores[there].sort_values("crps_difference_oom", key=nine_digits, kind="stable")
    return ordered["method"].to_list()
