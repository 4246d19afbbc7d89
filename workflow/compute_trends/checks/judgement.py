"""Whether a statement holds, judged by the 90 % interval of what it is about."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

Word = Literal["established", "consistent", "undecided", "rejected"]
# Why an interval leaves a statement undecided
NO_INTERVAL, TOO_WIDE, NOTHING = "no interval", "too wide", "nothing"


class Span(NamedTuple):
    """Ends of an interval or of what a statement covers; infinite where a statement is open.

    Zero is where nothing grows, or no distance: slopes are in OOM per time, distances in
    OOM; ratios are taken as they are. NaN where there is no interval.
    """

    low: float
    high: float

    @property
    def factor(self) -> float:
        """The larger end over the smaller one in size; infinite where zero lies between."""
        if self.holds(0.0):
            return math.inf
        ends = sorted((abs(self.low), abs(self.high)))
        return ends[1] / ends[0]

    def holds(self, value: float) -> bool:
        """Whether a value lies within, ends included."""
        return self.low <= value <= self.high


class Judgement(NamedTuple):
    """A verdict; where it is undecided, the reason (one of the constants of this module)."""

    word: Word
    reason: str | None = None


def judge(interval: Span, stated: Span, *, widest_factor: float) -> Judgement:
    """Verdict on a statement.

    Parameters
    ----------
    interval : Span
        Interval of 90 %. A value alone is never a verdict.
    stated : Span
        What the statement covers.
    widest_factor : float
        Intervals whose ends lie further apart leave undecided what they meet.

    Returns
    -------
    Judgement
        established: the interval lies within the statement, however wide it is; rejected: it
        does not meet the statement, however wide; undecided: there is none, or it meets the
        statement and holds zero or spans more than ``widest_factor``; consistent: it meets the
        statement, excludes zero and spans no more, and so excludes that factor more, and less,
        than any stated value that it holds. Ends that touch meet, and lie within.
    """
    if math.isnan(interval.low) or math.isnan(interval.high):
        return Judgement("undecided", NO_INTERVAL)
    if stated.holds(interval.low) and stated.holds(interval.high):
        return Judgement("established")
    if interval.low > stated.high or interval.high < stated.low:
        return Judgement("rejected")
    if interval.holds(0.0):
        return Judgement("undecided", NOTHING)
    if interval.factor > widest_factor:
        return Judgement("undecided", TOO_WIDE)
    return Judgement("consistent")


def relative_width(interval: Span, stated: Span) -> float:
    """Width of an interval over that of a statement.

    A statement that is open on one side is as wide as its end is far from zero: that is what
    "at most" leaves to a growth, and what "at least" excludes.

    Returns
    -------
    float
        NaN without an interval, and for a statement that is open from zero on; infinite for a
        statement of no width.
    """
    is_open = math.isinf(stated.low) or math.isinf(stated.high)
    low, high = (0.0 if math.isinf(end) else end for end in stated)
    width = abs(high - low)
    if width == 0:
        return math.nan if is_open or math.isnan(interval.high - interval.low) else math.inf
    return (interval.high - interval.low) / width
