"""Lines through systems selected anew in each resample, of pools of very many systems.

Arrays in, arrays out, as `procedure`, and the same lines but for the last digits: sums come in
another order. A resample costs a few passes over the systems (`date_ranges`), and each procedure
no more than sums over dates; one that few systems can be in is fitted on these alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from compute_trends.fit.date_ranges import (
    Cut,
    Dates,
    DateSums,
    Places,
    Rule,
    Scores,
    Sums,
    shared_cut,
    window_scores,
)
from compute_trends.fit.loglinear import Array, ResampledLines
from compute_trends.fit.near import near_places
from compute_trends.fit.procedure import (
    HIGHER_MARGIN,
    Counts,
    Mask,
    Pool,
    Procedure,
    higher_counts,
    lines_of,
)

Key = tuple[object, ...]

# Pools of more systems come here; with fewer, `procedure.selected_lines` takes less time. No
# export that the project carries has a tenth as many with compute.
MANY = 10_000
# Values handled at once
CHUNK_VALUES = 250_000
# Arrays of a procedure
MASKS = ("eligible", "markable", "rivals")


class Pattern(NamedTuple):
    """Procedures that select among the same systems of each date.

    ``some`` are these systems, in the order of the dates, and ``before`` how many of them come
    before each place; None: all. ``rules`` hold the keys of the procedures that select alike,
    with the period of each, of shape (p, dates).
    """

    some: Places | None
    before: Places | None
    rules: dict[Rule, tuple[list[Key], Mask]]


class Few(NamedTuple):
    """Procedures that only a few systems can be in, and these systems.

    ``places`` are theirs in the pool and ``date`` their dates; ``top`` is the running top that
    they are near, if it is one.
    """

    procedures: dict[Key, Procedure]
    pool: Pool
    places: Places
    date: Places
    top: int | None

    @classmethod
    def of(cls, procedures: dict[Key, Procedure], pool: Pool, dates: Dates) -> Few:
        """Those of procedures of one running top, or of the same eligible systems."""
        one = next(iter(procedures.values()))
        inside = np.flatnonzero((one.eligible if one.top is None else one.rivals)[dates.order])
        if one.top is not None:
            # Nobody else exceeds one of them.
            days, values = (each[dates.order[inside]] for each in (pool.days, pool.log_flop))
            inside = inside[near_places(days, values, within=one.top + HIGHER_MARGIN)]
        places = dates.order[inside]
        own = {
            key: replace(each, **{name: getattr(each, name)[places] for name in MASKS})
            for key, each in procedures.items()
        }
        part = pool._replace(days=pool.days[places], log_flop=pool.log_flop[places])
        return cls(own, part, places, dates.date[inside], one.top)

    @property
    def reads_scores(self) -> bool:
        """Whether scores decide anything."""
        return any(procedure.reads_scores for procedure in self.procedures.values())

    def scores(self, dates: Dates, scores: Scores) -> Array:
        """Scores of the systems, shape (samples, m)."""
        values = self.pool.log_flop - dates.level
        return np.asarray((values - scores.mean[:, self.date]) / scores.spread[:, self.date])

    def lines(self, counts: Counts, scores: Array | None) -> Iterator[tuple[Key, ResampledLines]]:
        """Line of each procedure in each sample."""
        drawn = counts[:, self.places].astype(float, order="F")
        higher = None
        if self.top is not None:
            rivals = np.ones(self.places.size, dtype=bool)
            higher = higher_counts(self.pool, drawn, rivals, top=self.top)
        for key, procedure in self.procedures.items():
            yield key, lines_of(procedure, self.pool, scores, drawn, higher)


class Plan(NamedTuple):
    """What is asked of a pool."""

    dates: Dates
    patterns: list[Pattern]
    few: list[Few]
    reads_scores: bool

    @classmethod
    def of(cls, pool: Pool, procedures: dict[Key, Procedure]) -> Plan:
        """That of procedures by their keys."""
        dates = Dates.of(pool)
        few: dict[object, dict[Key, Procedure]] = {}
        many: dict[Key, Procedure] = {}
        for key, each in procedures.items():
            if each.top is not None:
                few.setdefault((each.rivals.tobytes(), each.top), {})[key] = each
            elif dates.same(each.eligible) is None and each.eligible.sum() < dates.days.size:
                few.setdefault(each.eligible.tobytes(), {})[key] = each
            else:
                many[key] = each
        fews = [Few.of(own, pool, dates) for own in few.values()]
        reads_scores = any(each.reads_scores for each in procedures.values())
        return cls(dates, _patterns(many, dates), fews, reads_scores)

    def lines(self, counts: Counts) -> dict[Key, ResampledLines]:
        """Lines of some samples by the keys of the procedures."""
        parts: dict[Key, list[ResampledLines]] = {}
        of_few: list[list[Array]] = [[] for _ in self.few]
        rows = max(1, CHUNK_VALUES // counts.shape[1])
        needed = bool(self.patterns) or self.reads_scores
        for first in range(0, len(counts) if needed else 0, rows):
            drawn = counts[first : first + rows][:, self.dates.order]
            everyone = Sums(drawn, self.dates.values, None)
            scores = window_scores(self.dates, everyone) if self.reads_scores else None
            for key, lines in self._by_pattern(everyone, scores):
                parts.setdefault(key, []).append(lines)
            for one, of_one in zip(self.few, of_few, strict=True):
                if scores is not None and one.reads_scores:
                    of_one.append(one.scores(self.dates, scores))
        found = {key: joined(of_key) for key, of_key in parts.items()}
        for one, of_one in zip(self.few, of_few, strict=True):
            found |= dict(one.lines(counts, np.concatenate(of_one) if of_one else None))
        return found

    def _by_pattern(
        self, everyone: Sums, scores: Scores | None
    ) -> Iterator[tuple[Key, ResampledLines]]:
        """Lines of the procedures that many systems can be in."""
        edges: dict[Cut | None, Places] = {}
        for some, before, rules in self.patterns:
            sums = everyone
            if some is not None:
                values = np.append(self.dates.values[some], 0.0)
                sums = Sums(everyone.drawn[:, some], values, before)
            of_dates = DateSums(sums, self.dates, scores, edges)
            for rule, (keys, periods) in rules.items():
                lines = of_dates.lines(rule, periods)
                for key, slope, level in zip(keys, *lines, strict=True):
                    yield key, ResampledLines(slope, level)


def _patterns(procedures: dict[Key, Procedure], dates: Dates) -> list[Pattern]:
    """Procedures by the systems that they select among and by what scores select of these."""
    everyone = [*procedures.values()]
    found: dict[bytes, tuple[Mask | None, dict[Rule, dict[Key, Mask]]]] = {}
    for key, procedure in procedures.items():
        period, mask = dates.same(procedure.eligible), None
        if period is None:
            mask, period = procedure.eligible[dates.order], np.ones(dates.days.size, dtype=bool)
        rule = Rule.of(procedure, dates, shared_cut(procedure, everyone))
        _, rules = found.setdefault(b"" if mask is None else mask.tobytes(), (mask, {}))
        rules.setdefault(rule, {})[key] = period
    patterns = []
    for mask, rules in found.values():
        some = None if mask is None else np.flatnonzero(mask)
        before = None if mask is None else np.concatenate([[0], np.cumsum(mask)])
        stacked = {
            rule: ([*periods], np.array([*periods.values()])) for rule, periods in rules.items()
        }
        patterns.append(Pattern(some, before, stacked))
    return patterns


def joined(parts: Sequence[ResampledLines]) -> ResampledLines:
    """Lines of samples one after another."""
    return ResampledLines(*map(np.concatenate, zip(*parts, strict=True)))


def many_lines(
    pool: Pool, procedures: Sequence[Procedure], batches: Iterable[Counts]
) -> list[ResampledLines]:
    """Line of each procedure in each sample, as `procedure.selected_lines` gives it.

    Parameters
    ----------
    pool : Pool
        Of n systems, ``log_flop`` of shape (n,).
    procedures : sequence of Procedure
        Whether systems are ``markable`` is by date.
    batches : iterable of numpy.ndarray, shape (samples, n)
        How often each system is drawn, some samples after others.

    Raises
    ------
    ValueError
        See `date_ranges.Rule.of`.
    """
    plan = Plan.of(pool, {procedure.key: procedure for procedure in procedures})
    parts = [plan.lines(counts) for counts in batches]
    lines = {key: joined([part[key] for part in parts]) for key in parts[0]}
    return [lines[procedure.key] for procedure in procedures]
