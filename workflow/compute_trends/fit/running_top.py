"""The running top of many worlds at once. Arrays in, arrays out, as `loglinear`.

`procedure.higher_counts` compares all pairs of systems, which is fast where all resamples have
the same values; here each world has values of its own, and one pass over the dates is enough.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import Mask


def in_running_top(days: Array, values: Array, *, top: int, running: Array | None = None) -> Mask:
    """Whether systems are in the running top at release, in each world.

    Parameters
    ----------
    days : numpy.ndarray, shape (n,)
        Day numbers in order.
    values : numpy.ndarray, shape (worlds, n)
        log10 FLOP; minus infinity for a system that is not there.
    top : int
        Fewer than so many systems dated no later have more compute.
    running : numpy.ndarray, shape (top, worlds), optional
        The running top before the first of them, from `top_of`; nobody is in it.

    Returns
    -------
    numpy.ndarray of bool, shape (worlds, n)
    """
    inside = np.zeros(values.shape, dtype=bool)
    columns = np.ascontiguousarray(values.T)
    running = empty_top(len(values), top) if running is None else running.copy()
    for day in same_days(days):
        for place in range(day.start, day.stop):
            enter(running, columns[place])
        inside[:, day] = (columns[day] >= running[0]).T
    return inside & (values > -np.inf)


def empty_top(worlds: int, top: int) -> Array:
    """The running top before the first system: its values in order, shape (top, worlds)."""
    return np.full((top, worlds), -np.inf)


def top_of(values: Array, top: int) -> Array:
    """The running top after some systems of each world, values of shape (worlds, n)."""
    everyone = np.concatenate([np.full((len(values), top), -np.inf), values], axis=1)
    return np.ascontiguousarray(np.sort(everyone, axis=1)[:, -top:].T)


def near_top(days: Array, values: Array, *, within: int) -> Mask:
    """Whether fewer than so many systems dated no later have more compute, arrays of shape (n,)."""
    return np.asarray(((values > values[:, None]) & (days <= days[:, None])).sum(axis=1) < within)


def enter(running: Array, values: Array) -> None:
    """Let a system of each world enter the running top if it may, the least of it leaves."""
    middle = np.minimum(running[1:], values)
    np.maximum(running[-1], values, out=running[-1])
    np.maximum(running[:-1], middle, out=running[:-1])


def same_days(days: Array) -> Iterator[slice]:
    """Systems of each date, the dates in order."""
    ends = np.flatnonzero(np.diff(days, append=np.inf)) + 1
    first = 0
    for end in ends.tolist():
        yield slice(first, end)
        first = end
