"""Models whose compute is not known: what they may be, and what that does to a line.

Arrays in, arrays out, as `loglinear`. Day numbers are in order; values are log10 FLOP.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import Mask
from compute_trends.fit.running_top import RunningTop, in_running_top, last_of_day

# Size of the running top that hidden models of the frontier are like
TOP = 10


class Known(NamedTuple):
    """Systems with compute, arrays of shape (n,) in order of their dates."""

    days: Array
    log_flop: Array


# Known systems by their place among them
Places = NDArray[np.int64]


class Range(NamedTuple):
    """What hidden models may be, arrays of shape (m,)."""

    low: Array
    high: Array


def records(known: Known, days: Array) -> Places:
    """Known systems that hold the record at each of some days, shape (m,).

    The first system where none is dated so early.
    """
    largest = np.maximum.accumulate(known.log_flop)
    holder = np.maximum.accumulate(np.where(known.log_flop == largest, np.arange(largest.size), 0))
    return np.asarray(holder[np.maximum(np.searchsorted(known.days, days, side="right") - 1, 0)])


def at_quantile(known: Known, days: Array, share: Array | float, *, window_days: float) -> Places:
    """Known systems at a quantile of those of about each of some days, shape (m,).

    Parameters
    ----------
    share : float, or numpy.ndarray of shape (m,)
        Share of the systems of about the date that have less compute.
    window_days : float
        Systems so many days before and after are of about the date; the nearest where none is.
    """
    low = np.searchsorted(known.days, days - window_days, side="left")
    high = np.searchsorted(known.days, days + window_days, side="right")
    places = []
    for day, first, end, q in zip(days, low, high, np.broadcast_to(share, days.shape), strict=True):
        if end > first:
            places.append(first + _at(known.log_flop[first:end], q))
        else:
            places.append(int(np.abs(known.days - day).argmin()))
    return np.array(places, dtype=np.int64)


def like_known(known: Known, days: Array, *, window_days: float) -> Places:
    """Known systems of about the same dates that hidden models are like, shape (m,).

    In order of the dates they are at the quantiles of a van der Corput sequence, so that as many
    are small, middling and large as among the known, without chance.
    """
    return at_quantile(known, days, spread(days.size), window_days=window_days)


def like_frontier(known: Known, days: Array, *, top: int = TOP) -> Places:
    """Known systems of the running top of their date that hidden models are like, shape (m,).

    Spread over the ``top`` largest dated no later as `like_known` spreads.
    """
    places = []
    for day, q in zip(days, spread(days.size), strict=True):
        earlier = known.log_flop[: max(1, np.searchsorted(known.days, day, side="right"))]
        largest = np.argsort(earlier, kind="stable")[-top:]
        places.append(largest[int(q * largest.size)])
    return np.array(places, dtype=np.int64)


def spread(n: int) -> Array:
    """First n numbers of the van der Corput sequence of base 2: 1/2, 1/4, 3/4, 1/8 and so on."""
    numbers, result, step = np.arange(1, n + 1), np.zeros(n), 0.5
    while numbers.any():
        result += step * (numbers % 2)
        numbers, step = numbers // 2, step / 2
    return result


def _at(values: Array, share: float) -> int:
    """Place of the value that a share of the values is below."""
    return int(np.argsort(values, kind="stable")[int(share * values.size)])


def line_bounds(known_days: Array, days: Array, allowed: Range) -> tuple[Array, Array]:
    """Values of hidden models that give the least and the greatest slope of a line of all.

    A least-squares slope is sum(dx y) / sum(dx^2), so linear in each y: exact, each model is at
    the end of its range that the sign of dx says.

    Parameters
    ----------
    known_days, days : numpy.ndarray, shapes (n,) and (m,)
        Of the known systems of the line, and of the hidden models of it.

    Returns
    -------
    tuple of numpy.ndarray, shape (m,)
    """
    late = days > np.concatenate([known_days, days]).mean()
    least = np.where(late, allowed.low, allowed.high)
    return least, np.where(late, allowed.high, allowed.low)


# What a hidden model does in a search: the low end of its range, just enough to be in the
# running top (as far as the range allows), or the high end
LOW, EDGE, HIGH = 0, 1, 2
Moves = NDArray[np.int8]
# OOM per day; less is the rounding of numbers
LEAST_GAIN = 1e-12
# Places of the step that a search starts from, at most; then neighbours move together, so many
# at first and half as many each time; and rounds of each
STEPS, NEIGHBOURS, ROUNDS = 20, 16, 4


class TopSearch:
    """Search for the values of hidden models that give the extreme slopes of a running top.

    Which systems are in the running top depends on the values, so that the slope is linear in
    them only as long as nobody enters or leaves. Each model is LOW, EDGE or HIGH (see above). The
    search starts from the best of all steps in time (all models before some date do one thing,
    all others another), then moves neighbours in time together, fewer and fewer of them, and the
    best of these moves together, as long as that helps. What it finds is attained; that nothing
    lies beyond it is not proved.

    Parameters
    ----------
    known : Known
        All known systems.
    days : numpy.ndarray, shape (m,)
        Of the hidden models, dated after ``after``, in order.
    allowed : Range
        Of the hidden models.
    after : float
        Day after which systems are on the line.
    top : int
        Size of the running top.
    """

    def __init__(
        self, known: Known, days: Array, allowed: Range, *, after: float, top: int
    ) -> None:
        self.allowed, self.top = allowed, top
        all_days = np.concatenate([known.days, days])
        order = np.argsort(all_days, kind="stable")
        self.days = all_days[order]
        self.place = np.where(order < known.days.size, -1, order - known.days.size)
        self.values = np.concatenate([known.log_flop, np.zeros(days.size)])[order]
        self.on_line = self.days > after
        self._forget_small()

    def _forget_small(self) -> None:
        """Leave out known systems that others keep out of the running top whatever is hidden.

        And of those before the line all but its first rivals, the largest.
        """
        known = np.where(self.place < 0, self.values, -np.inf)
        stays = in_running_top(self.days, known[np.newaxis], top=self.top)[0] | (self.place >= 0)
        before = np.where(self.on_line, -np.inf, known)
        stays &= self.on_line | (np.argsort(np.argsort(-before, kind="stable")) < self.top)
        for name in ("days", "place", "values", "on_line"):
            setattr(self, name, getattr(self, name)[stays])

    def bounds(self) -> tuple[Array, Array]:
        """Values of the hidden models with the least and the greatest slope found."""
        return self._extreme(-1.0), self._extreme(1.0)

    def _extreme(self, sign: float) -> Array:
        """Values of the hidden models with the greatest slope times a sign."""
        state, slope, found = self._best(self._steps(), sign)
        size, rounds = NEIGHBOURS, 0
        while size:
            moved = self._moved(state, size)
            gains = sign * self._play(moved)[0] - slope
            better = np.flatnonzero(np.nan_to_num(gains, nan=-1.0) > LEAST_GAIN)
            if not better.size or rounds == ROUNDS:
                size, rounds = size // 2, 0
                continue
            order = better[np.argsort(-gains[better], kind="stable")]
            state, slope, found = self._best(_together(state, moved[order]), sign)
            rounds += 1
        return found

    def _best(self, moves: Moves, sign: float) -> tuple[Moves, float, Array]:
        """The best of some ways, its slope times a sign, and the values of its hidden models."""
        slopes, values = self._play(moves)
        best = int(np.nan_to_num(sign * slopes, nan=-np.inf).argmax())
        return moves[best], float(sign * slopes[best]), values[best]

    def _steps(self) -> Moves:
        """All steps in time."""
        m = self.allowed.low.size
        cuts = np.unique(np.linspace(0, m, min(m, STEPS) + 1).astype(int))
        kinds = [(one, other) for one in (LOW, EDGE, HIGH) for other in (LOW, EDGE, HIGH)]
        late = np.arange(m) >= cuts[:, None]
        return np.concatenate([np.where(late, b, a) for a, b in kinds]).astype(np.int8)

    def _moved(self, state: Moves, size: int) -> Moves:
        """Every way to do something else with so many neighbours in time."""
        rows = []
        for first in range(0, state.size, size):
            for other in (LOW, EDGE, HIGH):
                row = state.copy()
                row[first : first + size] = other
                rows.append(row)
        moved = np.array(rows)
        return np.asarray(moved[(moved != state).any(axis=1)])

    def _play(self, moves: Moves) -> tuple[Array, Array]:
        """Slope of each way, and the values of its hidden models."""
        worlds, columns = len(moves), np.empty((self.days.size, len(moves)))
        by_model = np.ascontiguousarray(moves.T)
        columns[self.place < 0] = self.values[self.place < 0][:, None]
        hidden = self.place >= 0
        low, high = (end[self.place[hidden]][:, None] for end in self.allowed)
        columns[hidden] = np.where(by_model[self.place[hidden]] == HIGH, high, low)
        edge = by_model == EDGE
        running, least = RunningTop.empty(worlds, self.top), np.empty_like(columns)
        for place, (model, column) in enumerate(zip(self.place, columns, strict=True)):
            if model >= 0:
                self._to_edge(column, edge[model], running.least, model)
            running.enter(column)
            least[place] = running.least
        inside = columns >= least[last_of_day(self.days)]
        weights = (inside & self.on_line[:, None]).astype(float)
        values = np.empty((worlds, int(hidden.sum())))
        values[:, self.place[hidden]] = columns[hidden].T
        return _slopes(self.days, columns, weights), values

    def _to_edge(self, column: Array, edge: Mask, least: Array, model: int) -> None:
        """Bring a model just into the running top, in the worlds where it is to be there."""
        most = np.minimum(least, self.allowed.high[model])
        np.maximum(column, most, out=column, where=edge)


def _together(state: Moves, moved: Moves) -> Moves:
    """The first 1, 2, 4, 8 and so on of some moves together."""
    rows = []
    for number in (2**k for k in range(len(moved).bit_length())):
        row = state.copy()
        for other in moved[:number][::-1]:
            changed = other != state
            row[changed] = other[changed]
        rows.append(row)
    return np.array(rows)


def _slopes(days: Array, columns: Array, weights: Array) -> Array:
    """Weighted least-squares slopes, one for each column; NaN for fewer than three systems."""
    x = (days - days.mean())[:, None]
    n = weights.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        dx = x - (weights * x).sum(axis=0) / n
        slopes = (weights * dx * columns).sum(axis=0) / (weights * dx**2).sum(axis=0)
    return np.asarray(np.where((n > 2) & np.isfinite(slopes), slopes, np.nan))
