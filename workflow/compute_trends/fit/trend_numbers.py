"""Numbers of a fitted trend in the units of tables, with their bootstrap intervals.

Arrays in, numbers out. Slopes come in OOM per day; tables state growth per year and doubling
times in months.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from compute_trends.fit.loglinear import Array, Line, doubling_time, quantiles
from compute_trends.settings.fit import Units

Level = Literal["ci90", "ci95"]
# Quantiles of each interval, by the ends of its column names
LEVELS: dict[Level, dict[str, float]] = {
    "ci90": {"low": 0.05, "high": 0.95},
    "ci95": {"low": 0.025, "median": 0.5, "high": 0.975},
}
CI95_ENDS = (LEVELS["ci95"]["low"], LEVELS["ci95"]["high"])


class Growth(NamedTuple):
    """Growth in OOM per year and the doubling time in months, arrays of the same shape."""

    slope_oom_per_year: Array
    doubling_time_months: Array


def growth(slopes: ArrayLike, *, units: Units) -> Growth:
    """Growth per year and doubling time in months of slopes in OOM per day, of any shape.

    See `loglinear.doubling_time`.
    """
    months = doubling_time(slopes, days_per_month=units.days_per_month)
    return Growth(np.asarray(slopes, dtype=float) * units.days_per_year, months)


def growth_columns(slope: float, *, units: Units) -> dict[str, float]:
    """`growth` of one trend by the names of its columns."""
    return {name: float(value) for name, value in growth(slope, units=units)._asdict().items()}


def bootstrap_interval(slopes: Array, *, units: Units, level: Level = "ci95") -> Growth:
    """Bootstrap quantiles of growth and doubling time.

    Parameters
    ----------
    slopes : numpy.ndarray, shape (..., samples)
        Slopes in OOM per day.
    level : str
        Of `LEVELS`.

    Returns
    -------
    Growth
        Arrays of shape (quantiles of the level, ...).
    """
    shares = list(LEVELS[level].values())
    return Growth(*(quantiles(values, shares) for values in growth(slopes, units=units)))


def interval_names(level: Level) -> list[str]:
    """Names of the columns that hold a `bootstrap_interval`, in the order of its values."""
    return [f"{name}_{level}_{end}" for name in Growth._fields for end in LEVELS[level]]


def interval_columns(interval: Growth, *, level: Level = "ci95") -> dict[str, float]:
    """A `bootstrap_interval` of one trend by the names of its columns."""
    return dict(zip(interval_names(level), np.concatenate(interval).tolist(), strict=True))


def trend_numbers(line: Line, slopes: Array, *, n: int, units: Units) -> dict[str, float]:
    """Numbers of one trend by the names of their columns.

    Parameters
    ----------
    line : Line
        Line through the ``n`` systems of the trend.
    slopes : numpy.ndarray, shape (samples,)
        Slopes of the resamples, in OOM per day.

    Returns
    -------
    dict of str to float
        n, the line at both ends, growth, doubling time, r2, and the 95 % intervals of
        growth and doubling time.
    """
    return {
        "n": n,
        "start_flop": 10**line.start,
        "end_flop": 10**line.end,
        **growth_columns(line.slope, units=units),
        "r2": line.r2,
        **interval_columns(bootstrap_interval(slopes, units=units)),
    }
