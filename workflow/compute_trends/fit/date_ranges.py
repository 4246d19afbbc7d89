"""Sums over what scores select of the systems of each date. Arrays in, arrays out.

Systems of one date share their window, so that a score above a threshold is a value above a
limit of that date. Within a date systems are in order of their values, so that what a procedure
selects there is a range of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from compute_trends.common.rounding import half_digit
from compute_trends.fit.loglinear import Array, ResampledLines
from compute_trends.fit.procedure import LEAST_VARIANCE, Mask, Pool, Procedure, line_of_sums

Places = NDArray[np.intp]


class Dates(NamedTuple):
    """Systems in order of their dates, and within a date of their values.

    Parameters
    ----------
    order : numpy.ndarray of int, shape (n,)
        Places in the pool.
    values : numpy.ndarray, shape (n + 1,)
        log10 FLOP less ``level``, and a zero behind the last.
    first : numpy.ndarray of int, shape (dates + 1,)
        Where each date begins, and n.
    days : numpy.ndarray, shape (dates,)
        Day numbers less ``centre``.
    low, high : numpy.ndarray of int, shape (dates,)
        First date of each window, and the one behind its last.
    date : numpy.ndarray of int, shape (n,)
        Date of each system.
    """

    order: Places
    values: Array
    level: float
    first: Places
    days: Array
    centre: float
    low: Places
    high: Places
    date: Places

    @classmethod
    def of(cls, pool: Pool) -> Dates:
        """Those of a pool."""
        order = np.lexsort((pool.log_flop, pool.days))
        days, level = pool.days[order], float(pool.log_flop.mean())
        each, first = np.unique(days, return_index=True)
        centre = float(days.mean())
        return cls(
            order=order,
            values=np.append(pool.log_flop[order] - level, 0.0),
            level=level,
            first=np.append(first, days.size),
            days=each - centre,
            centre=centre,
            low=np.searchsorted(each, each - pool.window_days, side="left"),
            high=np.searchsorted(each, each + pool.window_days, side="right"),
            date=np.repeat(np.arange(each.size), np.diff(np.append(first, days.size))),
        )

    def same(self, mask: Mask) -> Mask | None:
        """A mask over the systems of the pool by date; None if it tells systems of a date apart."""
        by_date: Mask = mask[self.order][self.first[:-1]]
        return by_date if (by_date[self.date] == mask[self.order]).all() else None


class Scores(NamedTuple):
    """Mean and standard deviation of the window of each date, shape (samples, dates).

    NaN where the window counts no system or only equal values; ``rated`` says where not.
    """

    mean: Array
    spread: Array
    rated: Mask


class Cut(NamedTuple):
    """Thresholds of scores that part the systems of a date into low, middle and high ones.

    Nobody of a date without scores is low or high.
    """

    low_z: float
    high_z: float

    def edges(self, dates: Dates, scores: Scores) -> Places:
        """Where the parts begin, and the last one ends, shape (samples, dates, 4)."""
        start, end = dates.first[np.newaxis, :-1], dates.first[np.newaxis, 1:]
        low, high = start, end
        if self.low_z > -np.inf:
            limit = scores.mean + (self.low_z - half_digit(self.low_z)) * scores.spread
            low = np.where(scores.rated, _places(dates, limit, side="left"), start)
        if self.high_z < np.inf:
            limit = scores.mean + (self.high_z + half_digit(self.high_z)) * scores.spread
            high = np.where(scores.rated, _places(dates, limit, side="right"), end)
        return np.stack(np.broadcast_arrays(start, low, np.maximum(low, high), end), axis=2)


class Rule(NamedTuple):
    """What scores select among the systems of a date: `Procedure` by its thresholds.

    ``cut`` is None where scores decide nothing; ``markable`` says of which dates systems are
    large-scale, and is empty where all scales are taken.
    """

    cut: Cut | None
    drops_low: bool
    scale: str
    markable: bytes

    @classmethod
    def of(cls, procedure: Procedure, dates: Dates, cut: Cut) -> Rule:
        """That of a procedure.

        Parameters
        ----------
        cut : Cut
            From `shared_cut`.

        Raises
        ------
        ValueError
            If systems of one date are not all markable or all not.
        """
        if not procedure.reads_scores:
            return cls(None, False, "all", b"")
        markable = b""
        if procedure.scale != "all":
            by_date = dates.same(procedure.markable)
            if by_date is None:
                raise ValueError("systems of one date must be markable together")
            markable = by_date.tobytes()
        return cls(cut, procedure.low_z > -np.inf, procedure.scale, markable)

    def sums(self, parts: Array, rated: Mask | None) -> Array:
        """Sums of the systems that it selects, from those of each part (parts, samples, dates).

        ``rated`` is None where all dates have scores.
        """
        if self.cut is None:
            return np.asarray(parts[0])
        low, middle, high = parts
        below = middle if self.drops_low else low + middle
        if self.scale == "all":
            return np.asarray(below + high)
        markable = np.frombuffer(self.markable, dtype=bool)
        chosen = high * markable if self.scale == "large" else below + high * ~markable
        return np.asarray(chosen if rated is None else np.where(rated, chosen, 0.0))


def shared_cut(procedure: Procedure, procedures: Sequence[Procedure]) -> Cut:
    """Thresholds of a procedure; where it has none, one of the others, to be summed once."""
    lows = [procedure.low_z, *(each.low_z for each in procedures)]
    highs = [each.high_z for each in (procedure, *procedures) if each.scale != "all"]
    low_z = next((low for low in lows if low > -np.inf), -np.inf)
    high_z = next((high for high in highs if high >= low_z), np.inf)
    if procedure.scale != "all" and low_z > procedure.high_z:
        return Cut(procedure.low_z, procedure.high_z)
    return Cut(low_z, high_z)


def _places(dates: Dates, limits: Array, *, side: str) -> Places:
    """`numpy.searchsorted` of each limit among the values of its date, shape (samples, dates)."""
    found = np.broadcast_to(dates.first[:-1], limits.shape).copy()
    for power in reversed(range(int(np.diff(dates.first).max(initial=0)).bit_length())):
        behind = found + 2**power
        value = dates.values.take(behind - 1, mode="clip")
        below = value <= limits if side == "right" else value < limits
        below &= behind <= dates.first[1:]
        np.add(found, 2**power, out=found, where=below)
    return found


class Sums:
    """Sums over rules of the systems of a date.

    Parameters
    ----------
    drawn : numpy.ndarray, shape (samples, m)
        How often each of some systems counts, in the order of the dates.
    values : numpy.ndarray, shape (m + 1,)
        Their log10 FLOP, and a zero: one more that counts nothing, where a part may begin
        behind the last system.
    before : numpy.ndarray of int, shape (n + 1,), or None
        How many of the m systems come before each place; None: all n are there.
    """

    def __init__(self, drawn: NDArray[np.generic], values: Array, before: Places | None) -> None:
        self.before = before
        self._by_date: list[Array] | None = None
        self.count = np.empty((len(drawn), values.size))
        self.count[:, :-1], self.count[:, -1] = drawn, 0.0
        self.value = self.count * values

    @property
    def drawn(self) -> Array:
        """How often each system counts."""
        return self.count[:, :-1]

    def by_date(self, dates: Dates) -> list[Array]:
        """Counts and sums of values of each date where all systems are there."""
        if self._by_date is None:
            of = (self.count, self.value)
            self._by_date = [np.add.reduceat(each, dates.first[:-1], axis=1) for each in of]
        return self._by_date

    def parts(self, edges: Places, *of: Array) -> list[Array]:
        """Sums of each part of a date, of each array (parts, samples, dates); see `Cut.edges`."""
        if self.before is not None:
            edges = self.before[edges]
        rows = np.arange(len(self.count))[:, np.newaxis] * self.count.shape[1]
        starts = (edges[..., :-1].reshape(len(edges), -1) + rows).ravel()
        # Of an empty part, `reduceat` gives what stands there.
        empty = edges[..., 1:] == edges[..., :-1]
        found = []
        for each in of:
            sums = np.add.reduceat(each.ravel(), starts).reshape(len(each), *empty.shape[1:])
            np.copyto(sums, 0.0, where=empty)
            found.append(np.moveaxis(sums, 2, 0))
        return found


class DateSums:
    """Lines of rules that select among the same systems, each part of a date summed once.

    Parameters
    ----------
    sums : Sums
        Of these systems.
    scores : Scores or None
        None where no rule reads them.
    edges : dict
        `Cut.edges` of each cut, as far as they were needed.
    """

    def __init__(
        self, sums: Sums, dates: Dates, scores: Scores | None, edges: dict[Cut | None, Places]
    ) -> None:
        self.sums, self.dates, self.scores, self._edges = sums, dates, scores, edges
        self._rated = None if scores is None or scores.rated.all() else scores.rated
        self._parts: dict[Cut | None, list[Array]] = {}

    def lines(self, rule: Rule, periods: Mask) -> ResampledLines:
        """Lines of each sample over each period, ``periods`` of shape (p, dates); shape (p, s)."""
        sums, dates = self.sums, self.dates
        count, value = (rule.sums(parts, self._rated) for parts in self._parts_of(rule.cut))
        each = periods.T.astype(float)
        by_day = each * dates.days[:, np.newaxis]
        total, sx, sxx = count @ each, count @ by_day, count @ (each * dates.days[:, None] ** 2)
        different = total
        if ((total > 0) & (total <= 2 * sums.count.max(initial=0))).any():
            [once] = sums.parts(self._edges_of(rule.cut), (sums.count > 0).astype(float))
            different = rule.sums(once, self._rated) @ each
        lines = line_of_sums(
            *(total, sx, sxx, value @ each, value @ by_day),
            different=different,
            centre=dates.centre,
        )
        return ResampledLines(lines.slope.T, lines.level.T + dates.level)

    def _parts_of(self, cut: Cut | None) -> list[Array]:
        """Counts and sums of values of each part, kept for the next rule."""
        if cut not in self._parts:
            sums = self.sums
            if cut is None and sums.before is None:
                parts = [each[np.newaxis] for each in sums.by_date(self.dates)]
            else:
                parts = sums.parts(self._edges_of(cut), sums.count, sums.value)
            self._parts[cut] = parts
        return self._parts[cut]

    def _edges_of(self, cut: Cut | None) -> Places:
        """`Cut.edges`, kept for the next systems."""
        if cut not in self._edges:
            if cut is None or self.scores is None:
                edges = np.stack([self.dates.first[:-1], self.dates.first[1:]], axis=1)[np.newaxis]
            else:
                edges = cut.edges(self.dates, self.scores)
            self._edges[cut] = edges
        return self._edges[cut]


def window_scores(dates: Dates, sums: Sums) -> Scores:
    """Scores of the dates, as `procedure.counted_scores` makes those of systems."""
    squares = sums.value * dates.values
    by_date = [*sums.by_date(dates), np.add.reduceat(squares, dates.first[:-1], axis=1)]
    running = (np.pad(np.cumsum(each, axis=1), ((0, 0), (1, 0))) for each in by_date)
    n, value, square = (each[:, dates.high] - each[:, dates.low] for each in running)
    n = np.maximum(n, 1.0)
    mean = value / n
    variance = square / n - mean**2
    spread = np.sqrt(np.where(variance > LEAST_VARIANCE, variance, np.nan))
    return Scores(mean, spread, ~np.isnan(spread))
