"""Slopes and intervals of the trends by other methods than least squares and bootstrap.

Each method takes day numbers and log10 FLOP, arrays of shape (n,), as `loglinear.fit_line`, and
gives the slope in OOM per day and the ends of its 90 % interval.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from compute_trends.fit.intervals import LEVEL
from compute_trends.fit.loglinear import Array, fit_line
from compute_trends.fit.trend_numbers import interval_columns
from compute_trends.settings.fit import Units
from compute_trends.tables.dictionary import typed

# Where the share of the spread of the dates that one system leaves to the others is below this,
# it decides the slope alone: without it no slope can be told, and 1 - h keeps too few digits.
LEAST_LEFT = 1e-6


def _student_t(degrees: int) -> float:
    """Two-sided 90 % quantile of Student's t distribution."""
    # Here, because scipy.stats takes most of a second to import.
    from scipy.stats import t

    return float(t.ppf((1 + LEVEL) / 2, degrees))


def _influence(days: ArrayLike, log_flop: ArrayLike) -> tuple[float, Array]:
    """Slope of a least-squares line, and how far it moves without each system.

    dx e / (S_xx (1 - h)), with centred days dx, residuals e and leverages h.

    Raises
    ------
    ValueError
        If no slope is left without one system (its leverage is 1 or near), because all others are
        of about one date; see `loglinear.usable_points` too.
    """
    x, y = np.asarray(days, dtype=float), np.asarray(log_flop, dtype=float)
    slope = fit_line(x, y).slope
    dx = x - x.mean()
    sxx = float(dx @ dx)
    residuals = y - y.mean() - slope * dx
    left = 1 - (1 / x.size + dx**2 / sxx)
    if left.min() < LEAST_LEFT:
        raise ValueError("one system decides the slope alone: the others are of (about) one date")
    return slope, dx * residuals / (sxx * left)


def _around(slope: float, variance: float, degrees: int) -> tuple[float, float, float]:
    """A slope and the ends of its 90 % interval."""
    half = _student_t(degrees) * float(np.sqrt(variance))
    return slope, slope - half, slope + half


def hc3_interval(days: ArrayLike, log_flop: ArrayLike) -> tuple[float, float, float]:
    """Least-squares slope with an interval that does not take the scatter as the same everywhere.

    From the HC3 variance sum(dx^2 (e / (1 - h))^2) / S_xx^2 with n - 2 degrees of freedom
    (MacKinnon and White 1985). ValueError where a system has a leverage of 1.
    """
    slope, influence = _influence(days, log_flop)
    return _around(slope, float((influence**2).sum()), influence.size - 2)


def jackknife_interval(days: ArrayLike, log_flop: ArrayLike) -> tuple[float, float, float]:
    """Least-squares slope with an interval from leaving out one system at a time.

    From the jackknife variance (n - 1) / n x sum of squared deviations of the slopes without one
    system (closed form: slope - dx e / (S_xx (1 - h))), n - 2 degrees of freedom. ValueError
    where a system has a leverage of 1.
    """
    slope, influence = _influence(days, log_flop)
    n = influence.size
    variance = (n - 1) / n * float(((influence - influence.mean()) ** 2).sum())
    return _around(slope, variance, n - 2)


def theil_sen(days: ArrayLike, log_flop: ArrayLike) -> tuple[float, float, float]:
    """Median slope over all pairs of systems, which a few outliers do not move.

    See `scipy.stats.theilslopes`.
    """
    from scipy.stats import theilslopes

    fit_line(days, log_flop)  # Refuses what no line can be fitted to.
    result = theilslopes(np.asarray(log_flop), np.asarray(days), alpha=LEVEL)
    return float(result.slope), float(result.low_slope), float(result.high_slope)


METHODS = {"theil_sen": theil_sen, "hc3": hc3_interval, "jackknife": jackknife_interval}


def robust_table(points: pd.DataFrame, *, methods: Sequence[str], units: Units) -> pd.DataFrame:
    """Table ``robust``: each trend of `selection.join_members` by methods of `METHODS`.

    Where a method gives no interval there are no numbers but a ``note``.
    """
    rows: list[dict[str, object]] = []
    for (trend, basis), group in points.groupby(["trend", "basis"], sort=False):
        for method in methods:
            key = {"trend": trend, "basis": basis, "method": method}
            try:
                slopes = METHODS[method](group["day"], group["log_flop"])
            except ValueError as error:
                rows.append(key | {"note": str(error)})
                continue
            rows.append(key | interval_columns(*slopes, units=units))
    return typed(pd.DataFrame(rows), "robust")
