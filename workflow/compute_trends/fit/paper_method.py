"""Intervals by the paper's method: the systems of a trend are fixed, their compute is off.

Kept to hold the paper's printed intervals against this run; `intervals` has the reported ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from compute_trends.common.random_streams import random_stream
from compute_trends.fit.loglinear import Array, ResampledLines, bootstrap_lines, quantiles
from compute_trends.fit.trend_numbers import Growth, growth
from compute_trends.settings.fit import PaperMethod, Trend, Units
from compute_trends.tables.dictionary import typed

# Quantiles of the paper's intervals, by the ends of their column names
LEVELS = {"low": 0.025, "median": 0.5, "high": 0.975}
INTERVAL_COLUMNS = [f"{name}_ci95_{end}" for name in Growth._fields for end in LEVELS]


def paper_lines(
    points: pd.DataFrame, *, method: PaperMethod, rng: np.random.Generator, times: int = 1
) -> ResampledLines:
    """Lines through resampled systems, each compute off by the paper's factor.

    Parameters
    ----------
    points : pandas.DataFrame
        day and log_flop of the systems of a trend.
    times : int
        How many times the samples of the method to draw.

    Raises
    ------
    ValueError
        See `loglinear.usable_points`.
    """
    samples, factor = times * method.samples, method.noise_factor
    return bootstrap_lines(
        points["day"], points["log_flop"], samples=samples, noise_factor=factor, rng=rng
    )


def paper_interval(slopes: Array, *, units: Units) -> Growth:
    """Quantiles of growth and doubling time, arrays of shape (3, ...).

    Parameters
    ----------
    slopes : numpy.ndarray, shape (..., samples)
        Slopes in OOM per day.
    """
    return Growth(
        *(quantiles(values, list(LEVELS.values())) for values in growth(slopes, units=units))
    )


def interval_columns(ends: Growth) -> dict[str, float]:
    """A `paper_interval` of one trend by `INTERVAL_COLUMNS`."""
    return dict(zip(INTERVAL_COLUMNS, np.concatenate(ends).tolist(), strict=True))


def paper_interval_table(
    points: pd.DataFrame,
    *,
    trends: Sequence[Trend],
    method: PaperMethod,
    units: Units,
    seed: int,
) -> pd.DataFrame:
    """Table ``paper_intervals``: trends that answer a row of the paper, by its method.

    Parameters
    ----------
    points : pandas.DataFrame
        Systems behind each trend: trend, basis, day, log_flop.
    """
    of_paper = {trend.name for trend in trends if trend.table is not None}
    rows = []
    for (trend, basis), group in points.groupby(["trend", "basis"], sort=False):
        if trend in of_paper:
            lines = paper_lines(group, method=method, rng=random_stream(seed, str(trend)))
            numbers = interval_columns(paper_interval(lines.slope, units=units))
            rows.append({"trend": trend, "basis": basis} | numbers)
    return typed(pd.DataFrame(rows), "paper_intervals")
