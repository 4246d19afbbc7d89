"""How two trends of the same resamples lie to each other. Arrays in, arrays out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from compute_trends.fit.intervals import Interval, interval
from compute_trends.fit.loglinear import Array, ResampledLines
from compute_trends.fit.procedure import CHUNK, Pool, Procedure, counted_scores, select


def doubling_time_ratios(first: ResampledLines, second: ResampledLines) -> Array:
    """Doubling time along the first line over that along the second, in each resample.

    Returns
    -------
    numpy.ndarray, shape (samples,)
        NaN where compute does not grow along one of them, because it then never doubles.
    """
    both = (first.slope > 0) & (second.slope > 0)
    ratios = np.full(first.slope.shape, np.nan)
    np.divide(second.slope, first.slope, out=ratios, where=both)
    return ratios


def distances_at(day: float, above: ResampledLines, below: ResampledLines) -> Array:
    """Distance of two lines at a day number in each resample, in OOM, shape (samples,)."""
    return above.level - below.level + (above.slope - below.slope) * day


def median_distances(
    pool: Pool, procedure: Procedure, below: ResampledLines, counts: NDArray[np.generic]
) -> Array:
    """Median distance of the systems of a trend above a line, in each resample.

    Parameters
    ----------
    pool : Pool
        Of n systems; one value of compute each.
    procedure : Procedure
        Selects the systems anew in each resample.
    below : ResampledLines
        The line in each of the same resamples.
    counts : numpy.ndarray, shape (samples, n)
        How often each system is drawn; it counts as often in the median.

    Returns
    -------
    numpy.ndarray, shape (samples,)
        In OOM; NaN where a resample holds no such system or no line.
    """
    medians = np.full(len(counts), np.nan)
    near = np.flatnonzero(procedure.eligible)
    days, values = pool.days[near], pool.log_flop[near]
    for first in range(0, len(counts), CHUNK):
        rows = slice(first, first + CHUNK)
        drawn = counts[rows].astype(float)
        inside = select(procedure, pool, counted_scores(pool, drawn), drawn)
        lines = below.level[rows, np.newaxis] + below.slope[rows, np.newaxis] * days
        medians[rows] = weighted_medians(values - lines, (drawn * inside)[:, near])
    return medians


def weighted_medians(values: Array, counts: Array) -> Array:
    """Median of each row of values, each value as often as it is counted.

    Parameters
    ----------
    values, counts : numpy.ndarray, shape (samples, n)
        Counts are whole numbers.

    Returns
    -------
    numpy.ndarray, shape (samples,)
        As `numpy.median` of the repeated values; NaN where nothing counts.
    """
    order = np.argsort(values, axis=1)
    ranked = np.take_along_axis(values, order, axis=1)
    up_to = np.cumsum(np.take_along_axis(counts, order, axis=1), axis=1)
    total = up_to[:, -1:]
    # The value in the middle, or the two there, as their places from 0 on
    middle = (np.floor((total - 1) / 2), np.floor(total / 2))
    ends = [np.argmax(up_to > place, axis=1)[:, np.newaxis] for place in middle]
    medians = np.mean([np.take_along_axis(ranked, end, axis=1)[:, 0] for end in ends], axis=0)
    return np.asarray(np.where(total[:, 0] > 0, medians, np.nan))


def paired_interval(days: Sequence[Array], values: Array, *, least_systems: int) -> Interval:
    """Interval of 90 % of a number that two trends have in the same resamples.

    Parameters
    ----------
    days : sequence of numpy.ndarray
        Day numbers of the systems of either trend.
    values : numpy.ndarray, shape (samples,)
        NaN where a resample does not give it.

    Returns
    -------
    Interval
        As of `intervals.interval`, widened for the trend that has fewer degrees of freedom;
        without ends where either trend has no interval.
    """
    of_each = [interval(each, values, least_systems=least_systems) for each in days]
    without = [one for one in of_each if one.note is not None]
    return without[0] if without else max(of_each, key=lambda each: each.high - each.low)
