"""The running top of many worlds at once. Arrays in, arrays out, as `loglinear`.

`procedure.higher_counts` compares all pairs of systems, which is fast where all resamples have
the same values; here each world has values of its own, and one pass over the dates is enough.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import Mask, Pool, higher_counts


class RunningTop:
    """The largest values so far in each world, to which systems are added by date.

    Parameters
    ----------
    values : numpy.ndarray, shape (top, worlds)
        The first of them, in order of size; minus infinity where nobody is yet.
    """

    def __init__(self, values: Array) -> None:
        self.values = values.copy()
        # Views and room, made once: this is done for every system.
        self.least, self._most = self.values[0], self.values[-1]
        self._lower, self._upper = self.values[:-1], self.values[1:]
        self._room = np.empty_like(self._lower)

    @classmethod
    def empty(cls, worlds: int, top: int) -> RunningTop:
        """Before the first system."""
        return cls(np.full((top, worlds), -np.inf))

    @classmethod
    def after(cls, values: Array, top: int) -> RunningTop:
        """After some systems of each world, values of shape (worlds, n)."""
        everyone = np.concatenate([np.full((len(values), top), -np.inf), values], axis=1)
        return cls(np.sort(everyone, axis=1)[:, -top:].T)

    def enter(self, values: Array) -> None:
        """Let a system of each world in if it may, the least of them leaves."""
        np.minimum(self._upper, values, out=self._room)
        np.maximum(self._most, values, out=self._most)
        np.maximum(self._lower, self._room, out=self._lower)


def in_running_top(
    days: Array, values: Array, *, top: int, running: RunningTop | None = None
) -> Mask:
    """Whether systems are in the running top at release, in each world.

    Parameters
    ----------
    days : numpy.ndarray, shape (n,)
        Day numbers in order.
    values : numpy.ndarray, shape (worlds, n)
        log10 FLOP; minus infinity for a system that is not there.
    top : int
        Fewer than so many systems dated no later have more compute.
    running : RunningTop, optional
        Of the systems before the first of them; they are added to it.

    Returns
    -------
    numpy.ndarray of bool, shape (worlds, n)
    """
    columns = np.ascontiguousarray(values.T)
    running = RunningTop.empty(len(values), top) if running is None else running
    least = np.empty_like(columns)
    for place, column in enumerate(columns):
        running.enter(column)
        least[place] = running.least
    return np.asarray(((columns >= least[last_of_day(days)]) & (columns > -np.inf)).T)


def last_of_day(days: Array) -> NDArray[np.intp]:
    """Place of the last system of the same date, of each in order of the dates."""
    return np.searchsorted(days, days, side="right") - 1


def near_top(days: Array, values: Array, *, within: int) -> Mask:
    """Whether fewer than so many systems dated no later have more compute, arrays of shape (n,)."""
    each, everyone = np.ones((1, days.size)), np.ones(days.size, dtype=bool)
    pool = Pool(days, values, np.nan)
    return np.asarray(higher_counts(pool, each, everyone, top=within)[0] < within)
