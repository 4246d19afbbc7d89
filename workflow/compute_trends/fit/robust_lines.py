"""Slopes that a few outliers do not move: Theil-Sen and least absolute deviations, exact.

Arrays in, arrays out, as `loglinear`. Weights say how much each system counts; a system of
weight zero is not there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compute_trends.fit.loglinear import Array, usable_points

# Pairs from which on the median is searched between two slopes that a sample of pairs gives
MANY_PAIRS = 2000
SAMPLED_PAIRS = 400
# Share of the sample on either side of its median, beyond which the search starts anew
BRACKET = 0.1
# What rounding leaves of a difference of zero, relative to the numbers that it is taken of
ROUNDING = 1e-12


def theil_sen_slope(
    days: ArrayLike, log_flop: ArrayLike, weights: ArrayLike | None = None
) -> float:
    """Median of the slopes over all pairs of systems of different dates, in OOM per day.

    Parameters
    ----------
    days, log_flop : array_like, shape (n,)
        As for `loglinear.fit_line`.
    weights : array_like, shape (n,), optional
        A pair weighs the product of the weights of its two systems. The median is then the
        middle between the lowest slope that has half of the weight at or below it and the
        highest that has half at or above it, so that equal weights give the plain median.

    Raises
    ------
    ValueError
        See `loglinear.usable_points`; or a weight is negative or not finite.
    """
    x, y, w = _weighted_points(days, log_flop, weights)
    slopes, dated = _pair_slopes(x, y)
    if w is None:
        return _median(slopes)
    pairs = (_partners(w) * w).ravel()
    if x.size % 2 == 0:
        pairs = pairs[: -(x.size // 2)]
    return _weighted_median(slopes, pairs if dated is None else pairs[dated])


def least_absolute_slope(
    days: ArrayLike, log_flop: ArrayLike, weights: ArrayLike | None = None
) -> float:
    """Slope of the line of least absolute deviations, in OOM per day.

    A line that minimises sum w |y - a - b x| passes through two systems. Turning a line around
    a system of it, the best slope is a weighted median (Wesolowsky 1981); it is optimal where
    no turn around any of the systems on it makes the sum smaller, in either direction.

    Parameters
    ----------
    days, log_flop : array_like, shape (n,)
        As for `loglinear.fit_line`.
    weights : array_like, shape (n,), optional
        How much each deviation counts.

    Returns
    -------
    float
        Where lines of several slopes are optimal, the middle between the lowest and the
        highest of these slopes.

    Raises
    ------
    ValueError
        See `loglinear.usable_points`; or a weight is negative or not finite.
    """
    x, y, w = _weighted_points(days, log_flop, weights)
    scatter = _Scatter(x - x.mean(), y - y.mean(), np.ones(x.size) if w is None else w)
    vertex = scatter.optimum()
    low, high = (scatter.furthest(vertex, way).slope for way in (-1, 1))
    return (low + high) / 2


def _weighted_points(
    days: ArrayLike, log_flop: ArrayLike, weights: ArrayLike | None
) -> tuple[Array, Array, Array | None]:
    """Points that have weight, and their weights; None where all are equal."""
    if weights is None:
        return *usable_points(days, log_flop), None
    x, y, w = (np.asarray(each, dtype=float) for each in (days, log_flop, weights))
    if not (np.isfinite(w).all() and (w >= 0).all()):
        raise ValueError("weights must be finite and not negative")
    there = w > 0
    x, y = usable_points(x[there], y[there])
    return x, y, w[there]


def _partners(values: Array) -> Array:
    """Row k: the values k + 1 places on, around the end; (n // 2, n), read only.

    The rows pair each two systems once, but for even n the last row pairs them twice.
    """
    round_once = np.concatenate([values, values])[1:]
    rows = np.lib.stride_tricks.sliding_window_view(round_once, values.size)
    return np.asarray(rows[: values.size // 2])


def _pair_slopes(x: Array, y: Array) -> tuple[Array, NDArray[np.bool_] | None]:
    """Slopes over all pairs of different dates, and which of all pairs they are, if not all."""
    dx, dy = (_partners(x) - x).ravel(), (_partners(y) - y).ravel()
    if x.size % 2 == 0:
        dx, dy = dx[: -(x.size // 2)], dy[: -(x.size // 2)]
    dated = dx != 0
    if dated.all():
        return np.divide(dy, dx, out=dy), None
    return dy[dated] / dx[dated], dated


def _bracket(values: Array) -> tuple[float, float]:
    """Two values that the median most probably lies between."""
    sample = np.sort(values[:: max(1, values.size // SAMPLED_PAIRS)])
    places = (sample.size * np.array([0.5 - BRACKET, 0.5 + BRACKET])).astype(int)
    low, high = sample[places]
    return float(low), float(high)


def _median(values: Array) -> float:
    """Median; `numpy.median` sorts more than is needed."""
    places = np.array([(values.size - 1) // 2, values.size // 2])
    if values.size > MANY_PAIRS:
        low, high = _bracket(values)
        first = int(np.count_nonzero(values < low))
        inside = values[(values >= low) & (values <= high)]
        if first <= places[0] and places[1] < first + inside.size:
            values, places = inside, places - first
    return float(np.partition(values, places)[places].mean())


def _weighted_median(values: Array, weights: Array) -> float:
    """Middle between the lower and the upper weighted median."""
    half, rounding = weights.sum() / 2, weights.sum() * ROUNDING
    below = 0.0
    if values.size > MANY_PAIRS:
        low, high = _bracket(values)
        inside = (values >= low) & (values <= high)
        there = weights[inside]
        lower = float(weights[values < low].sum())
        if lower < half - rounding and half + rounding < lower + there.sum():
            values, weights, below = values[inside], there, lower
    order = np.argsort(values)
    reached = below + np.cumsum(weights[order])
    places = np.searchsorted(reached, [half - rounding, half + rounding])
    return float(values[order[np.minimum(places, values.size - 1)]].mean())


class _Vertex(NamedTuple):
    """A line through two systems or more.

    ``on`` are the systems on it. ``turns`` are the derivatives of the sum of absolute
    deviations when the line turns around each of them: row 0 down, row 1 up.
    """

    slope: float
    total: float
    on: NDArray[np.intp]
    turns: Array


class _Scatter:
    """Systems that a line of least absolute deviations is searched through."""

    def __init__(self, x: Array, y: Array, w: Array) -> None:
        self.x, self.y, self.w = x, y, w
        self.x_rounding = 10 * ROUNDING * float(w @ np.abs(x))

    def vertex(self, centre: int, other: int) -> _Vertex:
        """The line through two systems of different dates."""
        dx, dy = self.x - self.x[centre], self.y - self.y[centre]
        slope = float(dy[other] / dx[other])
        above = dy - slope * dx
        size = np.abs(above)
        total = float(self.w @ size)
        # Systems that lie on the line but for rounding
        spread = abs(slope) * float(np.abs(dx).max()) + float(np.abs(dy).max())
        on = np.flatnonzero(size <= ROUNDING * spread)
        side = self.w * np.sign(above)
        side[on] = 0
        x_on = self.x[on]
        pull = float(side @ self.x) - x_on * float(side.sum())
        drag = np.abs(x_on[:, np.newaxis] - x_on) @ self.w[on]
        return _Vertex(slope, total, on, np.array([drag + pull, drag - pull]))

    def slopes_around(self, centre: int) -> tuple[Array, Array]:
        """Slopes from a system to all others, and their weights: none where dates are equal."""
        dx = self.x - self.x[centre]
        slopes = np.zeros(dx.size)
        np.divide(self.y - self.y[centre], dx, out=slopes, where=dx != 0)
        return slopes, self.w * np.abs(dx)

    def turned(self, centre: int) -> _Vertex:
        """The best line through a system."""
        slopes, weights = self.slopes_around(centre)
        order = np.argsort(slopes)
        reached = np.cumsum(weights[order])
        return self.vertex(centre, int(order[np.searchsorted(reached, reached[-1] / 2)]))

    def optimum(self) -> _Vertex:
        """A line of the least sum of absolute deviations."""
        slope = float(self.x @ self.y) / float(self.x @ self.x)
        middle = self.x.size // 2
        start = int(np.argpartition(self.y - slope * self.x, middle)[middle])
        best = self.turned(start)
        while best.turns.min() < -self.x_rounding:
            steepest = int(best.turns.argmin()) % best.on.size
            found = self.turned(int(best.on[steepest]))
            if not found.total < best.total:
                break
            best = found
        return best

    def furthest(self, vertex: _Vertex, way: int) -> _Vertex:
        """The steepest (way 1) or flattest (way -1) line that is as good as an optimal one."""
        while True:
            turns = vertex.turns[int(way > 0)]
            place = int(turns.argmin())
            if turns[place] > self.x_rounding:
                return vertex
            centre = int(vertex.on[place])
            slopes, weights = self.slopes_around(centre)
            beyond = (weights > 0) & ((slopes - vertex.slope) * way > 0)
            beyond[vertex.on] = False
            if not beyond.any():
                return vertex
            distance = np.where(beyond, np.abs(slopes - vertex.slope), np.inf)
            vertex = self.vertex(centre, int(distance.argmin()))
