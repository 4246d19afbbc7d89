"""Verdicts on what is said of growth since a date, by a rule that was fixed before looking.

Growth "slowed" if its slope since a date is below that before it, and "halved" if it is below
half of it (``fit.slowing.statements``); growth before is that of models with compute. The region
is all differences that models without compute since the date allow when each may be anything in
its range: from the least of all lower ends of intervals (of models with compute, scenarios and
bounds) to the greatest of all upper ends.

established
    The whole region of the difference is below zero, and so small a difference is rare in worlds
    of one line, by every law of the scatter.
consistent
    Both hold of models with compute alone, but the region reaches zero.
rejected
    The whole region is above zero.
undecided
    Everything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from compute_trends.checks.slowing_lines import Difference, Side, difference
from compute_trends.common.numbers import fixed
from compute_trends.common.records import Record
from compute_trends.fit.changes import FallTest, worst
from compute_trends.settings.visibility import Slowing, Statement


class Evidence(NamedTuple):
    """What is known of growth before and since a date.

    ``known`` is of models with compute alone, ``allowed`` of all that those without allow, bounds
    among them; ``tests`` are of models with compute, by law, in OOM per day.
    """

    before: Side
    known: Side
    allowed: Sequence[Side]
    tests: Mapping[str, FallTest]
    days_per_year: float


class Ends(NamedTuple):
    """Ends of intervals of the difference: of models with compute, and of the whole region."""

    known_low: float
    known_high: float
    region_low: float
    region_high: float

    @classmethod
    def of(cls, known: Difference, allowed: Sequence[Difference]) -> Ends:
        """The widest ends of all that is allowed, the numbers themselves among them."""
        each = (known, *allowed)
        # NaN where any of them has no interval
        low = np.min([[one.value, one.interval.low] for one in each])
        high = np.max([[one.value, one.interval.high] for one in each])
        return cls(known.interval.low, known.interval.high, float(low), float(high))


def verdict_row(evidence: Evidence, statement: Statement, slowing: Slowing) -> Record:
    """Verdict on a statement with what it rests on, a row of table ``slowing_verdicts``."""
    before, share = evidence.before, statement.share
    known = difference(evidence.known, before, share)
    allowed = [difference(side, before, share) for side in evidence.allowed]
    ends, values = Ends.of(known, allowed), [one.value for one in allowed]
    test = worst(list(evidence.tests.values())) if evidence.tests else None
    verdict, why = judged(ends, test, statement, slowing)
    row: Record = {"statement": statement.name, "label": statement.label, "share_of_before": share}
    row |= {"n_before": before.n, "n_after": evidence.known.n}
    row |= {"difference_oom_per_year": known.value}
    row |= {"difference_oom_per_year_ci90_low": ends.known_low}
    row |= {"difference_oom_per_year_ci90_high": ends.known_high}
    row |= {"region_low_oom_per_year": min(values), "region_high_oom_per_year": max(values)}
    row |= {"region_ci90_low_oom_per_year": ends.region_low}
    row |= {"region_ci90_high_oom_per_year": ends.region_high}
    row |= {f"p_{law}": one.p for law, one in evidence.tests.items()}
    if test is not None:
        seen = test.smallest * evidence.days_per_year
        row |= {"worlds": test.worlds, "power": test.power, "smallest_change_oom_per_year": seen}
        row |= {"smallest_growth_per_year": 10 ** (before.slope + seen)}
    return row | {"verdict": verdict, "why": why}


def judged(
    ends: Ends, test: FallTest | None, statement: Statement, slowing: Slowing
) -> tuple[str, str]:
    """Verdict on a statement and why, see the top of this file."""
    # That growth is at most a share of before is told from no fall at all by its interval alone.
    rare = test is not None and (statement.share < 1 or test.p <= slowing.level)
    if np.isnan([*ends]).any() or test is None:
        return "undecided", "There are too few models on one side of the date."
    if ends.region_high < 0 and rare:
        return "established", "It is so whatever hidden models since then are, in their range."
    if ends.known_high < 0 and rare:
        return "consistent", "It is so of models with compute; those without may hide the opposite."
    if ends.region_low > 0:
        return "rejected", "It is not so whatever hidden models since then are, in their range."
    if ends.known_high < 0:
        why = "The interval of models with compute says so, but so does chance in too many worlds"
        return "undecided", f"{why} of one line (p = {test.p:.3f})."
    if ends.known_low > 0:
        return (
            "undecided",
            "It is not so of models with compute; those without may hide that it is.",
        )
    least, seen = min(one.share for one in slowing.statements), fixed(test.power, 2)
    why = "Models with compute alone cannot tell"
    return "undecided", f"{why}: a fall to {least:g} of before would be seen in {seen} of worlds."
