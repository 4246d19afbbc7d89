"""Lines of several procedures, each over several periods, with several kinds of weights.

Arrays in, arrays out. Procedures that share a pool share its resamples.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from compute_trends.fit.intervals import MOST_WITHOUT_LINE, expanded_reach
from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import Counts, Mask, Pool, Procedure
from compute_trends.fit.set_lines import degrees_of_freedom_of_sets, set_lines, sorted_quantile
from compute_trends.fit.sets import distinct_sets
from compute_trends.fit.window_lines import Request, window_slopes

Integers = NDArray[np.int64]


class Lines(NamedTuple):
    """Least-squares lines of a procedure over w windows with k kinds of weights, shape (w, k).

    ``slope`` in OOM per day, the ends of its 90 % interval and its standard deviation over
    resamples; NaN where there is none.
    """

    slope: Array
    low: Array
    high: Array
    sd: Array


def crossed_lines(
    pool: Pool,
    procedures: Sequence[Procedure] | None,
    chosen: Sequence[Mask],
    windows: Integers,
    counts: Counts,
    weights: Array,
    *,
    least_systems: int,
) -> list[Lines]:
    """Lines over windows of what each procedure selects.

    Parameters
    ----------
    pool : Pool
        Of n systems in order of their dates.
    procedures : sequence of Procedure, or None
        How the systems are selected anew in each resample; None: they stay as selected.
    chosen : sequence of numpy.ndarray of bool, shape (n,)
        Systems that each procedure selects.
    windows : numpy.ndarray of int, shape (w, 2)
        The first system of each, and the one behind its last.
    counts : numpy.ndarray, shape (draws, n)
        How often a resample draws each system.
    weights : numpy.ndarray, shape (k, n)
        What a system counts, in k ways.
    least_systems : int
        Fewer have no interval.

    Returns
    -------
    list of Lines
        One for each procedure.
    """
    if procedures is None:
        return _fixed(pool, chosen, windows, counts, weights, least_systems)
    once = [Request(Procedure(inside, inside, inside), windows) for inside in chosen]
    again = [Request(procedure, windows) for procedure in procedures]
    real = window_slopes(pool, once, np.ones((1, pool.days.size)), weights)
    resampled = window_slopes(pool, again, counts, weights)
    return [
        Lines(slopes, *ends_of(drawn, _levels(pool, inside, windows, least_systems)))
        for inside, [slopes], drawn in zip(chosen, real, resampled, strict=True)
    ]


def _levels(pool: Pool, inside: Mask, windows: Integers, least_systems: int) -> Array:
    """Levels of `intervals.interval_levels` for each window, shape (2, w)."""
    from scipy.special import ndtr

    members = (inside & _spans(windows, inside.size)).astype(float)
    n = members.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        degrees = degrees_of_freedom_of_sets(pool.days - pool.days.mean(), members)
        high = ndtr(expanded_reach(n, degrees))
    high[n < least_systems] = np.nan
    return np.array([1 - high, high])


def _spans(windows: Integers, n: int) -> Mask:
    """Whether each of n systems lies in each window, shape (w, n)."""
    place = np.arange(n)
    return np.asarray((windows[:, :1] <= place) & (place < windows[:, 1:]))


def _fixed(
    pool: Pool,
    chosen: Sequence[Mask],
    windows: Integers,
    counts: Counts,
    weights: Array,
    least_systems: int,
) -> list[Lines]:
    """As `crossed_lines`, the systems of every resample those that are selected."""
    shape = (len(chosen), len(windows), len(weights))
    if pool.days.size < 3 or np.ptp(pool.days) == 0:
        return [Lines(*np.full((len(Lines._fields), *shape[1:]), np.nan)) for _ in chosen]
    spans = _spans(windows, pool.days.size)
    masks = (np.array(chosen)[:, np.newaxis] & spans).reshape(-1, pool.days.size)
    first, which = distinct_sets(masks)
    arrays = (pool.days, pool.log_flop, masks[first], counts)
    found = [set_lines(*arrays, weights=own, least_systems=least_systems) for own in weights]
    columns = (
        np.array([getattr(lines, name)[which] for lines in found]).T.reshape(shape)
        for name in Lines._fields
    )
    return [Lines(*of_procedure) for of_procedure in zip(*columns, strict=True)]


def within(inside: Mask, windows: Integers) -> list[Integers]:
    """Places of the selected systems in each window."""
    return [low + np.flatnonzero(inside[low:high]) for low, high in windows]


def ends_of(slopes: Array, levels: Array) -> tuple[Array, Array, Array]:
    """Ends of intervals, and standard deviations, from lines of resamples.

    Parameters
    ----------
    slopes : numpy.ndarray, shape (draws, w, k)
        NaN where a resample holds no line.
    levels : numpy.ndarray, shape (2, w)
        Quantile levels of both ends, see `intervals.interval_levels`; NaN for no interval.

    Returns
    -------
    low, high, sd : numpy.ndarray, shape (w, k)
        NaN where there is no interval, or too many resamples hold no line.
    """
    draws, shape = len(slopes), slopes.shape[1:]
    ordered = np.sort(slopes.reshape(draws, -1).T, axis=1)
    there = np.count_nonzero(~np.isnan(ordered), axis=1)
    each = np.repeat(levels, shape[1], axis=1)
    enough = (there >= (1 - MOST_WITHOUT_LINE) * draws) & ~np.isnan(each[0])
    low, high, sd = np.full((3, there.size), np.nan)
    for ends, level in zip((low, high), each, strict=True):
        ends[enough] = sorted_quantile(ordered[enough], level[enough], there[enough])
    sd[enough] = np.nanstd(ordered[enough], axis=1, ddof=1)
    return low.reshape(shape), high.reshape(shape), sd.reshape(shape)
