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
    scatter = Scatter(x, y, np.ones(x.size) if w is None else w)
    return scatter.middle_slope(scatter.optimum(scatter.start()))


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


class Vertex(NamedTuple):
    """A line through two systems or more, numbered in ``on``.

    ``total`` is the sum of absolute deviations; ``turns`` are its derivatives when the line turns
    around each of the systems on it: row 0 down, row 1 up.
    """

    slope: float
    total: float
    on: NDArray[np.intp]
    turns: Array


class Scatter:
    """Systems that a line of least absolute deviations is searched through.

    Parameters
    ----------
    x, y, w : numpy.ndarray, shape (n,)
        Day numbers, log10 FLOP and weights, as `loglinear.usable_points`.
    """

    def __init__(self, x: Array, y: Array, w: Array) -> None:
        self.x, self.y, self.w = x - x.sum() / x.size, y - y.sum() / y.size, w
        far = np.abs(self.x)
        self.rounding = 10 * ROUNDING * float(w @ far)
        self.spread_x, self.spread_y = float(far.max()), float(np.abs(self.y).max())

    def vertex(self, centre: int, other: int) -> Vertex:
        """The line through two systems of different dates."""
        dx, dy = self.x - self.x[centre], self.y - self.y[centre]
        slope = float(dy[other] / dx[other])
        above = dy - slope * dx
        size = np.abs(above)
        # Systems that lie on the line but for rounding
        on = (size <= ROUNDING * (self.spread_y + abs(slope) * self.spread_x)).nonzero()[0]
        side = np.copysign(self.w, above)
        side[on] = 0
        pull, weight = float(side @ self.x), float(side.sum())
        x_on, w_on = self.x[on], self.w[on]
        # Almost always two, for which a matrix product would be a detour
        gaps = np.abs(x_on[:, np.newaxis] - x_on)
        drag = gaps[0, 1] * w_on[::-1] if on.size == 2 else gaps @ w_on
        turns = np.empty((2, on.size))
        np.add(drag, pull - weight * x_on, out=turns[0])
        np.subtract(drag, pull - weight * x_on, out=turns[1])
        return Vertex(slope, float(self.w @ size), on, turns)

    def slopes_around(self, centre: int) -> tuple[Array, Array]:
        """Slopes from a system to all others, and their weights: none where dates are equal."""
        dx = self.x - self.x[centre]
        with np.errstate(divide="ignore", invalid="ignore"):
            return (self.y - self.y[centre]) / dx, self.w * np.abs(dx)

    def turned(self, centre: int) -> Vertex:
        """The best line through a system."""
        slopes, weights = self.slopes_around(centre)
        order = slopes.argsort()
        reached = weights[order].cumsum()
        return self.vertex(centre, int(order[reached.searchsorted(reached[-1] / 2)]))

    def start(self) -> Vertex:
        """The best line through a system in the middle of the scatter around least squares."""
        slope = float(self.x @ self.y) / float(self.x @ self.x)
        middle = self.x.size // 2
        return self.turned(int((self.y - slope * self.x).argpartition(middle)[middle]))

    def optimum(self, best: Vertex) -> Vertex:
        """A line of the least sum of absolute deviations, found from another line."""
        while best.turns.min() < -self.rounding:
            steepest = int(best.turns.argmin()) % best.on.size
            found = self.turned(int(best.on[steepest]))
            if not found.total < best.total:
                break
            best = found
        return best

    def middle_slope(self, best: Vertex) -> float:
        """Middle of the slopes of all lines that are as good as an optimal one."""
        if best.turns.min() > self.rounding:
            return self.slope_of(best)
        return (self.slope_of(self.furthest(best, -1)) + self.slope_of(self.furthest(best, 1))) / 2

    def slope_of(self, vertex: Vertex) -> float:
        """Slope between the first and the last system on a line, however it was found."""
        x, y = self.x[vertex.on], self.y[vertex.on]
        first, last = int(x.argmin()), int(x.argmax())
        return float((y[last] - y[first]) / (x[last] - x[first]))

    def furthest(self, vertex: Vertex, way: int) -> Vertex:
        """The steepest (way 1) or flattest (way -1) line that is as good as an optimal one."""
        while True:
            turns = vertex.turns[int(way > 0)]
            place = int(turns.argmin())
            if turns[place] > self.rounding:
                return vertex
            centre = int(vertex.on[place])
            slopes, weights = self.slopes_around(centre)
            beyond = (weights > 0) & ((slopes - vertex.slope) * way > 0)
            beyond[vertex.on] = False
            if not beyond.any():
                return vertex
            distance = np.where(beyond, np.abs(slopes - vertex.slope), np.inf)
            vertex = self.vertex(centre, int(distance.argmin()))
