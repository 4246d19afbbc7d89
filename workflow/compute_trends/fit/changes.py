"""A change of slope at a date: its size, chance, and the smallest that would have been seen.

Arrays in, arrays out, as `loglinear`. Values are log10 FLOP, slopes are in OOM per day. Days and
cuts are day numbers; a system on a cut is before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import Mask, weighted_lines
from compute_trends.fit.running_top import RunningTop, in_running_top

# A smallest change is found to about 0.01 OOM per year, which takes two to five rounds.
CLOSE, ROUNDS = 0.01 / 365, 12


class Line(NamedTuple):
    """Which systems are on a line: all, or those in the running top at release.

    ``days`` of shape (n,) in order; ``since`` is the day after which systems are on the line,
    those before it only rank; ``top`` is None for all.
    """

    days: Array
    since: float
    top: int | None

    def before(self, values: Array, cut: float) -> Array:
        """Slope up to a day in each world, for values of shape (worlds, n); NaN without a line."""
        there = self.days <= cut
        return self._slopes(there, values, None)

    def after(self, values: Array, cut: float) -> Array:
        """Slope since a day in each world; NaN for fewer than three systems."""
        there = self.days > cut
        running = None if self.top is None else RunningTop.after(values[:, ~there], self.top)
        return self._slopes(there, values, running)

    def change(self, values: Array, cut: float) -> Array:
        """Slope after a day less that before it, in each world."""
        return self.after(values, cut) - self.before(values, cut)

    def _slopes(self, there: Mask, values: Array, running: RunningTop | None) -> Array:
        """Slope of some systems that follow each other, given the running top before them."""
        days, own = self.days[there], values[:, there]
        if not days.size:
            return np.full(len(values), np.nan)
        inside = np.broadcast_to(days > self.since, own.shape)
        if self.top is not None:
            inside = inside & in_running_top(days, own, top=self.top, running=running)
        return weighted_lines(days, own, inside.astype(float)).slope


def bent(days: Array, values: Array, cut: float, change: float) -> Array:
    """Values after a day moved so that the slope changes there, without a jump."""
    return np.asarray(values + change * np.maximum(days - cut, 0.0))


class FallTest(NamedTuple):
    """Test of a fall of the slope at a day, beside worlds of one line.

    ``p`` is the share of worlds that fall as much, (1 + number) / (1 + worlds); ``worlds`` those
    that have both lines; ``power`` the share of worlds with a change of a given size whose p is
    at most the level; ``smallest`` the change that is seen with a given power, NaN where none is.
    """

    p: float
    worlds: int
    power: float
    smallest: float


def slowing_test(
    line: Line,
    real: Array,
    worlds: Array,
    cut: float,
    *,
    level: float,
    power: float,
    change: float,
    margin: float = 0.0,
) -> FallTest:
    """Test of a fall of the slope at a day.

    Parameters
    ----------
    line : Line
        Of n systems.
    real : numpy.ndarray, shape (n,)
        Values of the real systems.
    worlds : numpy.ndarray, shape (w, n)
        Values without a change; the running top is selected anew in each world.
    cut : float
        The day.
    level, power : float
        p up to which a fall counts as seen; share of worlds that see the smallest change.
    change : float
        Of whose size the power is told, below zero for a fall.
    margin : float
        A fall by less does not count as seen, however rare: its interval reaches zero.
    """
    observed = line.change(real[np.newaxis], cut)[0]
    before = line.before(worlds, cut)
    without = line.after(worlds, cut) - before
    there = without[~np.isnan(without)]
    if np.isnan(observed) or there.size < 2:
        return FallTest(np.nan, int(there.size), np.nan, np.nan)
    p = float((1 + (there <= observed).sum()) / (1 + there.size))
    # As many of the worlds as p allows at the level fall as much.
    allowed = int(level * (1 + there.size)) - 1
    critical = float(np.sort(there)[allowed]) if allowed >= 0 else -np.inf
    critical = min(critical, -margin)
    # What happens since the day leaves the line before it as it is.
    fall = Fall(line, worlds, before, cut)
    seen = fall.changes(change) <= critical
    smallest = fall.smallest(critical, power)
    return FallTest(p, int(there.size), float(seen.mean()), smallest)


class Fall(NamedTuple):
    """Worlds of a line whose slope falls at a day; ``before`` are their slopes before it."""

    line: Line
    worlds: Array
    before: Array
    cut: float

    def changes(self, change: float) -> Array:
        """Slope after less that before in each world, where the true one falls by a change."""
        values = bent(self.line.days, self.worlds, self.cut, change)
        return self.line.after(values, self.cut) - self.before

    def smallest(self, critical: float, power: float) -> float:
        """The smallest fall that brings a share of the worlds below a value; NaN if none does."""
        change, slope, last = 0.0, 1.0, None
        place = int(np.ceil(power * len(self.worlds))) - 1
        for _ in range(ROUNDS):
            # A world without a line sees nothing.
            ordered = np.sort(np.nan_to_num(self.changes(change), nan=np.inf))
            gap = float(ordered[place]) - critical
            if not np.isfinite(gap):
                return np.nan
            if abs(gap) < CLOSE:
                return change
            if last is not None and change != last[0]:
                # How the worlds answer to a change, so that few rounds are enough
                slope = float(np.clip((gap - last[1]) / (change - last[0]), 0.2, 2.0))
            last = (change, gap)
            change -= gap / slope
        return np.nan


def worst(tests: Sequence[FallTest]) -> FallTest:
    """What holds whatever the law of the scatter: the largest p and change, the least power."""
    return FallTest(
        float(np.max([test.p for test in tests])),
        min(test.worlds for test in tests),
        float(np.min([test.power for test in tests])),
        float(np.max([-test.smallest for test in tests]) * -1),
    )
