"""Lines through rows that come in groups, such as the models of one paper. Arrays in and out.

Rows of one group are alike: they have one date, one method and one laboratory. A resample
therefore draws groups, and the interval is as wide as so many groups allow.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from compute_trends.fit.intervals import Interval, interval
from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import LEAST_SPREAD, weighted_lines


def slopes(days: Array, values: Array, weights: Array, beside: Array | None = None) -> Array:
    """Slope of each sample of weighted rows, alone or beside what another quantity explains.

    Parameters
    ----------
    days, values : numpy.ndarray, shape (n,) or (samples, n)
        Day numbers, and log10 of what grows.
    weights : numpy.ndarray, shape (samples, n)
        How often each row counts.
    beside : numpy.ndarray, shape (n,), optional
        Second quantity in the regression.

    Returns
    -------
    numpy.ndarray, shape (samples,)
        In OOM per day; NaN where fewer rows count than the regression has numbers plus one, all
        are of one date, or date and second quantity say the same.
    """
    if beside is None and days.ndim == 1:
        return weighted_lines(days, values, weights).slope
    total = weights.sum(axis=1, keepdims=True)

    def centred(quantity: Array) -> Array:
        both = np.broadcast_to(quantity, weights.shape)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(both - (weights * both).sum(axis=1, keepdims=True) / total)

    def product(first: Array, second: Array) -> Array:
        return np.asarray((weights * first * second).sum(axis=1))

    x, y = centred(days), centred(values)
    if beside is not None:
        z = centred(beside)
        with np.errstate(invalid="ignore", divide="ignore"):
            x = x - z * (product(x, z) / product(z, z))[:, np.newaxis]
    spread = product(x, x)
    enough = ((weights > 0).sum(axis=1) > (2 if beside is None else 3)) & (spread > LEAST_SPREAD)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(enough, product(x, y) / spread, np.nan)


def grouped_interval(
    days: Array, groups: NDArray[np.int64], values: Array, *, least_groups: int
) -> Interval:
    """Interval of 90 % of a slope, from that slope in each resample of the groups.

    Parameters
    ----------
    days, groups : numpy.ndarray, shape (n,)
        Day number and group of each row behind the line.
    values : numpy.ndarray, shape (samples,)
        NaN where a resample holds no line.
    least_groups : int
        Fewer have no interval. Levels and degrees of freedom are those of as many single rows,
        see `intervals.interval`.
    """
    first = np.unique(groups, return_index=True)[1]
    ends = interval(days[first], values, least_systems=least_groups)
    note = ends.note and ends.note.replace("systems", "papers").replace("system", "paper")
    return ends._replace(note=note)
