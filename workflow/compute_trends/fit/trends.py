"""Stage fit: the trends of config.yaml and their intervals."""

from __future__ import annotations

import difflib
import logging
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.fit.bootstrap import resampled_lines
from compute_trends.fit.loglinear import fit_line, line_band
from compute_trends.fit.selection import select_trend
from compute_trends.fit.trend_numbers import CI95_ENDS, trend_numbers

LOG = logging.getLogger(__name__)

# Days along a trend at which its band is stated, both ends included
BAND_DAYS = 25


class Fits(NamedTuple):
    """Tables ``trends``, ``members`` and ``bands``."""

    trends: pd.DataFrame
    members: pd.DataFrame
    bands: pd.DataFrame


def fit_trend(
    points: pd.DataFrame, *, bootstrap: Record, units: Record, rng: np.random.Generator
) -> tuple[dict[str, float], pd.DataFrame]:
    """Fit one trend, its bootstrap interval and the band around its line.

    Parameters
    ----------
    points : pandas.DataFrame
        day, log_flop and noise_oom of the systems, as `compute_points` gives them.
    bootstrap : dict
        ``samples``, ``noise`` and ``noise_factor``.
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
    lines = resampled_lines(points, bootstrap=bootstrap, rng=rng)
    days = points["day"]
    band_days = np.unique(np.linspace(days.min(), days.max(), BAND_DAYS).round())
    low, high = line_band(lines, band_days, centre=days.mean(), levels=CI95_ENDS)
    band = pd.DataFrame(
        {
            "date": pd.to_datetime(band_days, unit="D").astype("datetime64[s]"),
            "flop": 10 ** (line.start + line.slope * (band_days - days.min())),
            "flop_ci95_low": 10**low,
            "flop_ci95_high": 10**high,
        }
    )
    return trend_numbers(line, lines.slope, n=len(points), units=units), band


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
