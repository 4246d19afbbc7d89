"""Dates of systems, the gaps between them where a trend may break, and sums before each gap.

Arrays in, arrays out, as `loglinear`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compute_trends.fit.loglinear import Array

Places = NDArray[np.intp]
DAYS_PER_YEAR = 365.25
# ASSUME: least share of a spread that counts; less is rounding.
LEAST_SHARE = 1e-9


class Dates(NamedTuple):
    """Sorted dates of systems, and the gaps between them where a break may lie.

    Attributes
    ----------
    x : numpy.ndarray, shape (n,)
        Centred dates in years, sorted.
    before : numpy.ndarray of int, shape (m,)
        How many systems are dated before each gap.
    gaps : numpy.ndarray, shape (m,)
        Middle of each gap, in the units of ``x``.
    centre : float
        Day number at which ``x`` is 0.
    """

    x: Array
    before: Places
    gaps: Array
    centre: float

    @property
    def days(self) -> Array:
        """Day numbers of the gaps, shape (m,)."""
        return self.day_numbers(self.gaps)

    def day_numbers(self, years: ArrayLike) -> Array:
        """Dates in the units of ``x`` as day numbers."""
        return np.asarray(years, dtype=float) * DAYS_PER_YEAR + self.centre

    def ends(self, gaps: Places) -> Array:
        """Day numbers of the systems around spans of gaps, shape (..., 2) as ``gaps``."""
        first, last = self.before[gaps[..., 0]] - 1, self.before[gaps[..., 1]]
        return self.day_numbers(self.x[np.stack([first, last], axis=-1)])

    def years(self, days: ArrayLike) -> Array:
        """Day numbers in the units of ``x``."""
        return np.asarray((np.asarray(days, dtype=float) - self.centre) / DAYS_PER_YEAR)


class Found(NamedTuple):
    """Best breaks of each number, 0 to ``most``, in each of w worlds.

    Attributes
    ----------
    sse : numpy.ndarray, shape (most + 1, w)
        Sum of squared residuals in OOM squared; infinite where the breaks find no room.
    places : numpy.ndarray of int, shape (most + 1, w, most)
        Gaps of the breaks in order of time; -1 beyond their number, and where they find no room.
    """

    sse: Array
    places: Places


def sort_dates(days: ArrayLike) -> Dates:
    """Dates of systems as the search takes them.

    Parameters
    ----------
    days : array_like, shape (n,)
        Day numbers, sorted.

    Raises
    ------
    ValueError
        If the dates are not sorted, or all are equal.
    """
    numbers = np.asarray(days, dtype=float)
    steps = np.diff(numbers)
    if numbers.size < 2 or not (steps >= 0).all() or not (steps > 0).any():
        raise ValueError("breaks need sorted dates, at least two of them different")
    centre = float(numbers.mean())
    x = (numbers - centre) / DAYS_PER_YEAR
    before = np.flatnonzero(steps > 0) + 1
    return Dates(x, before, (x[before - 1] + x[before]) / 2, centre)


class Sums(NamedTuple):
    """Sums over the systems before each of e edges, in each world; shapes (e, 1 or w)."""

    n: Array
    x: Array
    xx: Array
    y: Array
    xy: Array


def edge_sums(x: Array, y: Array, weights: Array, edges: Places) -> tuple[Sums, Array]:
    """Sums before each edge, and the sum of squares of all in each world."""
    weighted = weights * y
    sums = []
    for values in (weights, weights * x, weights * x * x, weighted, weighted * x):
        running = np.zeros((x.size + 1, len(values)))
        np.cumsum(values.T, axis=0, out=running[1:])
        sums.append(running[edges])
    return Sums(*sums), np.asarray((weighted * y).sum(axis=1))
