"""Stage fit: the trends of config.yaml and their intervals."""

from __future__ import annotations

import difflib
import logging
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.fit.loglinear import (
    Array,
    bootstrap_lines,
    doubling_time,
    fit_line,
    line_band,
    quantiles,
)
from compute_trends.fit.selection import select_trend

LOG = logging.getLogger(__name__)

CI95_LEVELS = {"low": 0.025, "median": 0.5, "high": 0.975}
INTERVAL_COLUMNS = tuple(
    f"{name}_ci95_{level}"
    for name in ("slope_oom_per_year", "doubling_time_months")
    for level in CI95_LEVELS
)
# Days along a trend at which its band is stated, both ends included
BAND_DAYS = 25


class Fits(NamedTuple):
    """Tables ``trends``, ``members`` and ``bands``."""

    trends: pd.DataFrame
    members: pd.DataFrame
    bands: pd.DataFrame


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
) -> tuple[dict[str, float], pd.DataFrame]:
    """Fit one trend, its bootstrap interval and the band around its line.

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
    numbers : dict
        The numeric columns of table ``trends``.
    band : pandas.DataFrame
        Table ``bands`` without trend and basis.

    Raises
    ------
    ValueError
        See `loglinear.fit_line`.
    """
    line = fit_line(points["day"], points["log_flop"])
    lines = bootstrap_lines(
        points["day"],
        points["log_flop"],
        samples=bootstrap["samples"],
        rng=rng,
        **noise_settings(points, bootstrap),
    )
    days = points["day"]
    band_days = np.unique(np.linspace(days.min(), days.max(), BAND_DAYS).round())
    ends = [CI95_LEVELS["low"], CI95_LEVELS["high"]]
    low, high = line_band(lines, band_days, centre=days.mean(), levels=ends)
    band = pd.DataFrame(
        {
            "date": pd.to_datetime(band_days, unit="D").astype("datetime64[s]"),
            "flop": 10 ** (line.start + line.slope * (band_days - days.min())),
            "flop_ci95_low": 10**low,
            "flop_ci95_high": 10**high,
        }
    )
    months = doubling_time(line.slope, days_per_month=units["days_per_month"])
    numbers = {
        "n": len(points),
        "start_flop": 10**line.start,
        "end_flop": 10**line.end,
        "slope_oom_per_year": line.slope * units["days_per_year"],
        "doubling_time_months": float(months),
        "r2": line.r2,
        **bootstrap_interval(lines.slope, units=units).columns(),
    }
    return numbers, band


def fit_trends(
    scores: pd.DataFrame,
    *,
    trends: list[Record],
    bases: list[str],
    outliers: Record,
    domains: Record,
    bootstrap: Record,
    units: Record,
    seed: int,
) -> Fits:
    """Fit every trend on every basis.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `score_systems`.
    trends : list of dict
        Records of ``fit.trends`` in config.yaml.
    bases : list of str
        Bases to fit on.
    outliers, domains, bootstrap, units : dict
        Sections of ``fit`` in config.yaml.
    seed : int
        Seed of the run.

    Returns
    -------
    Fits
        One row per trend and basis, the systems behind each, the band around each line.

    Raises
    ------
    ValueError
        If a trend cannot be fitted, or leaves out a system that is not there; names the
        trend.
    """
    _check_left_out(trends, set(scores["system_id"]))
    fitted, members, bands = [], [], []
    for trend in trends:
        for basis in bases:
            of_dataset = (scores["dataset"] == trend["dataset"]) & (scores["basis"] == basis)
            points = select_trend(scores[of_dataset], trend, outliers=outliers, domains=domains)
            try:
                numbers, band = fit_trend(
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
            key = {"trend": trend["name"], "basis": basis}
            members.append(pd.DataFrame(key | {"system_id": points["system_id"]}))
            bands.append(band.assign(**key))
            LOG.info("%s (%s): n = %d", trend["name"], basis, len(points))
    table = pd.DataFrame(fitted).astype({"table": "Int64", "row": "Int64", "n": "Int64"})
    return Fits(
        table,
        pd.concat(members, ignore_index=True),
        pd.concat(bands, ignore_index=True),
    )


def _check_left_out(trends: list[Record], known: set[str]) -> None:
    """Raise ValueError if a trend of records leaves out a system that no dataset holds."""
    for trend in trends:
        for system in trend.get("records", {}).get("without", []):
            if system not in known:
                near = difflib.get_close_matches(system, known, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise ValueError(
                    f"trend {trend['name']}: records.without names {system!r}, which no dataset "
                    f"holds{hint}"
                )
