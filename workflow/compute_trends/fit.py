"""Stage fit: scores, selections, and the trends of config.yaml."""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .dates import day_number, day_numbers, in_period
from .loglinear import (
    Array,
    bootstrap_slopes,
    doubling_time,
    fit_line,
    quantiles,
    window_scores,
)
from .streams import random_stream
from .training_compute import spread_oom

LOG = logging.getLogger(__name__)

CI95_LEVELS = {"low": 0.025, "median": 0.5, "high": 0.975}
INTERVAL_COLUMNS = tuple(
    f"{name}_ci95_{level}"
    for name in ("slope_oom_per_year", "doubling_time_months")
    for level in CI95_LEVELS
)

Record = dict[str, Any]


def compute_column(basis: str) -> str:
    """Column of table ``compute`` that holds a basis."""
    return f"training_compute_{basis}_flop"


def compute_points(systems: pd.DataFrame, compute: pd.DataFrame, *, basis: str) -> pd.DataFrame:
    """Date and compute of each system that has a value on a basis, as a fit needs them.

    Parameters
    ----------
    systems, compute : pandas.DataFrame
        Tables of these names, one row per system each.
    basis : str
        Which compute value.

    Returns
    -------
    pandas.DataFrame
        basis, system_id, snapshot, day (day number since 1970), log_flop, noise_oom
        (standard deviation of log10 compute after the interval of the system's
        estimate, on either basis; missing where there is none).
    """
    flop = compute_column(basis)
    both = systems.merge(compute, on="system_id", validate="one_to_one").dropna(subset=flop)
    ends = (both[f"training_compute_estimated_flop_ci90_{end}"] for end in ("low", "high"))
    return pd.DataFrame(
        {
            "basis": basis,
            "system_id": both["system_id"],
            "snapshot": both["snapshot"],
            "day": day_numbers(both["publication_date"]),
            "log_flop": np.log10(both[flop]),
            "noise_oom": spread_oom(*ends),
        }
    )


def select_datasets(
    systems: pd.DataFrame, compute: pd.DataFrame, *, datasets: list[Record], bases: list[str]
) -> pd.DataFrame:
    """Systems of each dataset on each basis.

    Parameters
    ----------
    systems, compute : pandas.DataFrame
        Tables of these names, one row per system each.
    datasets : list of dict
        Records with ``name``, ``snapshots`` and ``through`` (day y-m-d, inclusive).
    bases : list of str
        Bases to select; systems without a value on a basis are left out of it.

    Returns
    -------
    pandas.DataFrame
        dataset and the columns of `compute_points` but snapshot.

    Raises
    ------
    ValueError
        If a dataset names a snapshot that no system has.
    """
    known = set(systems["snapshot"])
    for dataset in datasets:
        for snapshot in dataset["snapshots"]:
            if snapshot not in known:
                raise ValueError(
                    f"dataset {dataset['name']}: no system has the snapshot {snapshot!r}; "
                    f"known snapshots: {', '.join(sorted(known))}"
                )
    selections = []
    for basis in bases:
        points = compute_points(systems, compute, basis=basis)
        for dataset in datasets:
            chosen = points[
                points["snapshot"].isin(dataset["snapshots"])
                & (points["day"] <= day_number(dataset["through"]))
            ]
            selections.append(chosen.drop(columns="snapshot").assign(dataset=dataset["name"]))
    return pd.concat(selections, ignore_index=True)


def join_members(
    members: pd.DataFrame, systems: pd.DataFrame, compute: pd.DataFrame
) -> pd.DataFrame:
    """Date and compute of the systems behind each trend.

    Parameters
    ----------
    members, systems, compute : pandas.DataFrame
        Tables of these names.

    Returns
    -------
    pandas.DataFrame
        ``members`` with day, log_flop and noise_oom (see `compute_points`).
    """
    bases = members["basis"].unique()
    points = pd.concat([compute_points(systems, compute, basis=basis) for basis in bases])
    return members.merge(
        points.drop(columns="snapshot"), on=["basis", "system_id"], validate="many_to_one"
    )


def is_large_scale(z: pd.Series, day: pd.Series, *, high_z: float, after: str) -> pd.Series:
    """Whether systems are large-scale: z above the threshold and dated after a day.

    Parameters
    ----------
    z, day : pandas.Series
        Standard scores and day numbers.
    high_z : float
        Threshold, exclusive.
    after : str
        Day y-m-d, exclusive.
    """
    return (z > high_z) & (day > day_number(after))


def score_systems(selected: pd.DataFrame, *, outliers: Record) -> pd.DataFrame:
    """Score systems against those of about their date, and mark outliers and scale.

    Parameters
    ----------
    selected : pandas.DataFrame
        From `select_datasets`.
    outliers : dict
        ``window_days``, ``low_z``, ``high_z``, ``large_scale_from``.

    Returns
    -------
    pandas.DataFrame
        ``selected`` with window_n, z_score, low_outlier (bool) and scale
        (regular or large). Each dataset and basis is scored on its own, before
        anything is left out of it.
    """
    scored = []
    for _, group in selected.groupby(["dataset", "basis"], sort=False):
        window_n, z = window_scores(
            group["day"], group["log_flop"], window_days=outliers["window_days"]
        )
        scored.append(group.assign(window_n=window_n, z_score=z, low_outlier=z < outliers["low_z"]))
    scores = pd.concat(scored)
    large = is_large_scale(
        scores["z_score"],
        scores["day"],
        high_z=outliers["high_z"],
        after=outliers["large_scale_from"],
    )
    return scores.assign(scale=np.where(large, "large", "regular"))


def select_trend(scores: pd.DataFrame, trend: Record, *, outliers: Record) -> pd.DataFrame:
    """Systems of one dataset and basis that a trend is fitted on.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `score_systems`, one dataset and basis.
    trend : dict
        ``period`` (see `in_period`), ``scale`` (all, regular or large) and,
        optionally, ``large_scale_from``.
    outliers : dict
        ``high_z`` and the default ``large_scale_from``.

    Returns
    -------
    pandas.DataFrame
        Rows of ``scores`` without low outliers.
    """
    chosen = in_period(scores["day"], trend["period"]) & ~scores["low_outlier"]
    if trend["scale"] != "all":
        large = is_large_scale(
            scores["z_score"],
            scores["day"],
            high_z=outliers["high_z"],
            after=str(trend.get("large_scale_from", outliers["large_scale_from"])),
        )
        chosen &= large if trend["scale"] == "large" else ~large
    return scores[chosen]


class Interval(NamedTuple):
    """Bootstrap quantiles at the levels of `CI95_LEVELS`, each of shape (3, ...)."""

    slope_oom_per_year: Array
    doubling_time_months: Array

    def columns(self) -> dict[str, float]:
        """Values of one trend by the names of its columns in table ``trends``."""
        values = np.concatenate(self).tolist()
        return dict(zip(INTERVAL_COLUMNS, values, strict=True))


def bootstrap_interval(slopes: NDArray[np.float64], *, units: Record) -> Interval:
    """Bootstrap quantiles of growth and doubling time.

    Parameters
    ----------
    slopes : numpy.ndarray, shape (..., samples)
        Slopes in OOM per day.
    units : dict
        ``days_per_year`` and ``days_per_month``.

    Returns
    -------
    Interval
        2.5 %, 50 % and 97.5 % quantiles of the slope and of the doubling time.
    """
    levels = list(CI95_LEVELS.values())
    months = doubling_time(slopes, days_per_month=units["days_per_month"])
    return Interval(
        slope_oom_per_year=quantiles(slopes * units["days_per_year"], levels),
        doubling_time_months=quantiles(months, levels),
    )


def noise_settings(points: pd.DataFrame, bootstrap: Record) -> Record:
    """How far resampled compute values are off, as `loglinear.bootstrap_slopes` takes it.

    Parameters
    ----------
    points : pandas.DataFrame
        system_id and noise_oom of the systems (see `compute_points`).
    bootstrap : dict
        ``noise`` (paper, per_system or none) and ``noise_factor``.

    Returns
    -------
    dict
        ``noise_factor`` and, for ``per_system``, ``noise_oom``.

    Raises
    ------
    ValueError
        If the noise is per system and a system has no interval.
    """
    if bootstrap["noise"] == "paper":
        return {"noise_factor": bootstrap["noise_factor"]}
    if bootstrap["noise"] == "none":
        return {"noise_factor": 1.0}
    unknown = points.loc[points["noise_oom"].isna(), "system_id"]
    if len(unknown):
        raise ValueError(
            "fit.bootstrap.noise is per_system, but no row of compute_inputs.csv gives an "
            f"interval for {', '.join(unknown)}"
        )
    return {"noise_factor": 1.0, "noise_oom": points["noise_oom"]}


def fit_trend(
    points: pd.DataFrame, *, bootstrap: Record, units: Record, rng: np.random.Generator
) -> dict[str, float]:
    """Fit one trend and its bootstrap interval.

    Parameters
    ----------
    points : pandas.DataFrame
        day, log_flop and noise_oom of the systems, as `compute_points` gives them.
    bootstrap : dict
        ``samples``, ``noise`` and ``noise_factor`` (see `noise_settings`).
    units : dict
        ``days_per_year`` and ``days_per_month``.
    rng : numpy.random.Generator
        Source of the resamples.

    Returns
    -------
    dict
        The numeric columns of table ``trends``.

    Raises
    ------
    ValueError
        See `loglinear.fit_line`.
    """
    line = fit_line(points["day"], points["log_flop"])
    slopes = bootstrap_slopes(
        points["day"],
        points["log_flop"],
        samples=bootstrap["samples"],
        rng=rng,
        **noise_settings(points, bootstrap),
    )
    months = doubling_time(line.slope, days_per_month=units["days_per_month"])
    return {
        "n": len(points),
        "start_flop": 10**line.start,
        "end_flop": 10**line.end,
        "slope_oom_per_year": line.slope * units["days_per_year"],
        "doubling_time_months": float(months),
        "r2": line.r2,
        **bootstrap_interval(slopes, units=units).columns(),
    }


def fit_trends(
    scores: pd.DataFrame,
    *,
    trends: list[Record],
    bases: list[str],
    outliers: Record,
    bootstrap: Record,
    units: Record,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit every trend on every basis.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `score_systems`.
    trends : list of dict
        Records of ``fit.trends`` in config.yaml.
    bases : list of str
        Bases to fit on.
    outliers, bootstrap, units : dict
        Sections of ``fit`` in config.yaml.
    seed : int
        Seed of the run.

    Returns
    -------
    fitted, members : pandas.DataFrame
        Tables ``trends`` and ``members``.

    Raises
    ------
    ValueError
        If a trend cannot be fitted; names the trend.
    """
    fitted, members = [], []
    for trend in trends:
        for basis in bases:
            of_dataset = (scores["dataset"] == trend["dataset"]) & (scores["basis"] == basis)
            points = select_trend(scores[of_dataset], trend, outliers=outliers)
            try:
                numbers = fit_trend(
                    points,
                    bootstrap=bootstrap,
                    units=units,
                    rng=random_stream(seed, trend["name"]),
                )
            except ValueError as error:
                hint = (
                    ""
                    if basis == "published"
                    else "; a system without a row in compute_inputs.csv has no value on this basis"
                )
                raise ValueError(f"trend {trend['name']}, basis {basis}: {error}{hint}") from error
            period = f"{trend['period']['after']}/{trend['period']['through']}"
            labels = {
                "trend": trend["name"],
                "table": trend.get("table"),
                "row": trend.get("row"),
                "dataset": trend["dataset"],
                "basis": basis,
                "period": period,
                "scale": trend["scale"],
            }
            fitted.append(labels | numbers)
            of_trend = {"trend": trend["name"], "basis": basis, "system_id": points["system_id"]}
            members.append(pd.DataFrame(of_trend))
            LOG.info("%s (%s): n = %d", trend["name"], basis, len(points))
    table = pd.DataFrame(fitted).astype({"table": "Int64", "row": "Int64", "n": "Int64"})
    return table, pd.concat(members, ignore_index=True)
