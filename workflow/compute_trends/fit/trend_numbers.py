"""Numbers of a fitted trend in the units of tables, with their intervals.

Arrays in, numbers out. Slopes come in OOM per day; tables state growth per year and doubling
times in months.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from compute_trends.fit.intervals import Interval
from compute_trends.fit.loglinear import Array, Line, doubling_time
from compute_trends.settings.fit import Units

# What names of columns append for a value and the ends of its 90 % interval
VALUE_AND_ENDS = ("", "_ci90_low", "_ci90_high")


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


def interval_columns(slope: float, low: float, high: float, *, units: Units) -> dict[str, float]:
    """Growth and doubling time with the ends of their 90 % intervals, by the names of columns.

    Parameters
    ----------
    slope, low, high : float
        Slope in OOM per day, and the ends of its interval; NaN where there is none. The faster
        end is the shorter doubling time.

    Returns
    -------
    dict of str to float
        growth_per_year (a factor), slope_oom_per_year and doubling_time_months, each with
        `VALUE_AND_ENDS`.
    """
    ends = np.array([slope, low, high])
    per_year, months = growth(ends, units=units)
    with np.errstate(over="ignore"):
        factors = 10**per_year
    months = np.where(np.isnan(ends), np.nan, months)
    values = {
        "growth_per_year": factors,
        "slope_oom_per_year": per_year,
        "doubling_time_months": months[[0, 2, 1]],
    }
    return {
        f"{name}{end}": float(value)
        for name, of_name in values.items()
        for end, value in zip(VALUE_AND_ENDS, of_name, strict=True)
    }


def trend_numbers(
    line: Line, ends: Interval, *, n: int, units: Units
) -> dict[str, float | str | None]:
    """Numbers of one trend by the names of their columns.

    Parameters
    ----------
    line : Line
        Line through the ``n`` systems of the trend.
    ends : Interval
        Of its slope in OOM per day.

    Returns
    -------
    dict
        n, the line at both ends, `interval_columns`, r2, and a note where there is no interval.
    """
    return {
        "n": n,
        "start_flop": 10**line.start,
        "end_flop": 10**line.end,
        **interval_columns(line.slope, ends.low, ends.high, units=units),
        "r2": line.r2,
        "note": ends.note,
    }
