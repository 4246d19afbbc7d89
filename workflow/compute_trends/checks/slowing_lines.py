"""Lines of a headline before and since a date, with models without compute as a scenario says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.clean.export import lists_any
from compute_trends.fit.hidden import (
    Known,
    Places,
    Range,
    TopSearch,
    at_quantile,
    like_frontier,
    like_known,
    line_bounds,
    records,
)
from compute_trends.fit.intervals import Interval, interval_at, interval_levels, system_counts
from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import (
    CHUNK,
    HIGHER_MARGIN,
    Counts,
    Mask,
    Pool,
    higher_counts,
    weighted_lines,
)
from compute_trends.fit.running_top import near_top
from compute_trends.settings.visibility import Hidden, HiddenValue, Scenario

# Models that are like the same known one come and go together in resamples, so that more must
# exceed one that stays out of the top: in the real scenarios fewer were not enough in 1 of 60.
DONOR_MARGIN = 3 * HIGHER_MARGIN


class Models(NamedTuple):
    """Every model listed, in order of the dates, arrays of shape (n,) and (draws, n).

    ``log_flop`` is NaN without compute; ``leading`` says whose models are of leading
    labs; ``counts`` how often each is drawn in each resample; ``margin`` how many more models
    than the running top holds must exceed one that no resample brings into it.
    """

    days: Array
    log_flop: Array
    leading: Mask
    counts: Counts
    margin: int = HIGHER_MARGIN

    @classmethod
    def of(
        cls, models: pd.DataFrame, leading_labs: Sequence[str], *, draws: int, seed: int
    ) -> Models:
        """From the rows of `checks.visibility.listed_models`."""
        return cls(
            models["day"].to_numpy(dtype=float),
            models["log_flop"].to_numpy(dtype=float),
            lists_any(models["organizations"], list(leading_labs)).to_numpy(dtype=bool),
            system_counts(models["system_id"].to_list(), draws=draws, seed=seed),
        )

    @property
    def is_known(self) -> Mask:
        """Which have compute."""
        return ~np.isnan(self.log_flop)

    @property
    def known(self) -> Known:
        """Those with compute."""
        return Known(self.days[self.is_known], self.log_flop[self.is_known])

    def hidden_since(self, cut: float) -> Mask:
        """Models without compute dated after a day."""
        return ~self.is_known & (self.days > cut)

    def with_hidden(self, which: Mask, values: Array) -> Models:
        """The models, some of those without compute with values as given."""
        filled = self.log_flop.copy()
        filled[which] = values
        return self._replace(log_flop=filled)

    def drawn_with(self, which: Mask, donors: Places) -> Models:
        """The models, some of them drawn in each resample as often as known ones are.

        Parameters
        ----------
        donors : numpy.ndarray of int
            Place of a known system for each of them; below zero where it is drawn by itself.
        """
        counts, places = self.counts.copy(), np.flatnonzero(which)[donors >= 0]
        counts[:, places] = self.counts[:, np.flatnonzero(self.is_known)[donors[donors >= 0]]]
        margin = DONOR_MARGIN if places.size else self.margin
        return self._replace(counts=counts, margin=margin)


class Side(NamedTuple):
    """A line of the systems of a period: slopes in OOM per year.

    ``n`` systems, ``slope`` of their line (NaN for fewer than three), ``resampled`` of shape
    (draws,), and the quantile ``levels`` of its interval.
    """

    n: int
    slope: float
    resampled: Array
    levels: Interval

    @property
    def interval(self) -> Interval:
        """Interval of 90 % of the slope."""
        return interval_at(self.levels, self.resampled)


class Difference(NamedTuple):
    """Slope of a side less some share of that of another, with its interval of 90 %."""

    value: float
    interval: Interval


def difference(after: Side, before: Side, share: float = 1.0) -> Difference:
    """Slope after less a share of the slope before, of the same resamples.

    The interval is as wide as the side with the wider one asks for.
    """
    levels = max(before.levels, after.levels, key=lambda one: (one.note is not None, one.high))
    resampled = after.resampled - share * before.resampled
    return Difference(after.slope - share * before.slope, interval_at(levels, resampled))


class Rule(NamedTuple):
    """How a headline selects: the running ``top`` or all, and what its lines are in.

    ``days_per_year``, and ``least_systems`` that an interval needs.
    """

    top: int | None
    days_per_year: float
    least_systems: int

    def side(self, models: Models, after: float, through: float) -> Side:
        """Line of the systems dated after a day and no later than another.

        Models without compute neither count nor rank.
        """
        values = models.log_flop
        there = models.is_known & (models.days <= through)
        if self.top is not None:
            # Others are in the running top of no resample, and keep nobody out of it.
            within = self.top + models.margin
            near = near_top(models.days[there], values[there], within=within)
            there[np.flatnonzero(there)[~near]] = False
        days, own, counts = models.days[there], values[there], models.counts[:, there]
        inside = days > after
        lines, slope = np.full(len(counts), np.nan), np.nan
        if inside.any():
            extra = models.margin - HIGHER_MARGIN
            lines = self._resampled(Pool(days, own, np.nan), counts, inside, extra)
            inside &= self.top is None or near_top(days, own, within=self.top)
            one = np.ones((1, int(inside.sum())))
            slope = float(weighted_lines(days[inside], own[inside], one).slope[0])
        levels = interval_levels(days[inside], least_systems=self.least_systems)
        year = self.days_per_year
        return Side(int(inside.sum()), slope * year, lines * year, levels)

    def _resampled(self, pool: Pool, counts: Counts, inside: Mask, extra: int) -> Array:
        """Slope of the systems inside in each resample, those of a running top selected anew.

        So many ``extra`` systems may exceed one that a resample might still bring into the top.
        """
        if self.top is None:
            weights = counts[:, inside].astype(float)
            return weighted_lines(pool.days[inside], pool.log_flop[inside], weights).slope
        everyone, slopes = np.ones(pool.days.size, dtype=bool), []
        for first in range(0, len(counts), CHUNK):
            drawn = counts[first : first + CHUNK].astype(float)
            higher = higher_counts(pool, drawn, everyone, top=self.top + extra)
            weights = drawn * (inside & (higher < self.top))
            slopes.append(weighted_lines(pool.days, pool.log_flop, weights).slope)
        return np.concatenate(slopes)


class HiddenValues:
    """What models without compute may be, by the words of the config.

    A value that is taken from a known system, its donor, is no news: in resamples the model is
    drawn as often as its donor, so that intervals are as wide as the known systems alone make
    them. Values of FLOP, records and bounds are no guess from others: such models are drawn by
    themselves.

    Parameters
    ----------
    models : Models
        All that are listed.
    settings : Hidden
        ``fit.slowing.hidden`` of config.yaml.
    window_days : float
        Systems so many days before and after are those of about a date.
    """

    def __init__(self, models: Models, settings: Hidden, *, window_days: float) -> None:
        self.models, known = models, models.known
        days = models.days[~models.is_known]
        record = records(known, days)
        low = at_quantile(known, days, settings.low_quantile, window_days=window_days)
        high = known.log_flop[record] + np.log10(settings.high_factor)
        self.range = Range(np.minimum(known.log_flop[low], high), high)
        like = like_known(known, days, window_days=window_days)
        frontier, alone = like_frontier(known, days), np.full(days.size, -1)
        # Values and donors
        self.words: Mapping[str, tuple[Array, Places]] = {
            "left_out": (np.full(days.size, np.nan), alone),
            "known": (known.log_flop[like], like),
            "low": (self.range.low, low),
            "frontier": (known.log_flop[frontier], frontier),
            "record": (known.log_flop[record], alone),
            "high": (self.range.high, alone),
        }

    def scenario(self, scenario: Scenario, cut: float) -> Models:
        """All models, those without compute since a day as a scenario says."""
        hidden = ~self.models.is_known
        leading = self.models.leading[hidden]
        since = self.models.days[hidden] > cut
        # Of every so many of them in order of the dates, one; without chance
        place = np.cumsum(leading & since)
        share = scenario.leading_share
        chosen = leading & (np.floor(place * share) > np.floor((place - 1) * share))
        both = zip(self._value(scenario.leading), self._value(scenario.others), strict=True)
        values, donors = (np.where(chosen, own, other)[since] for own, other in both)
        which = self.models.hidden_since(cut)
        drawn = self.models.drawn_with(which, donors.astype(np.int64))
        return drawn.with_hidden(which, values)

    def bounds(self, rule: Rule, cut: float) -> tuple[Models, Models]:
        """All models, with the least and the greatest slope since a day.

        Exact for a line of all systems, the most that a search finds for a running top.
        """
        which, known = self.models.hidden_since(cut), self.models.known
        if not which.any():
            return self.models, self.models
        since = self.models.days[~self.models.is_known] > cut
        days, allowed = self.models.days[which], Range(*(end[since] for end in self.range))
        if rule.top is None:
            ends = line_bounds(known.days[known.days > cut], days, allowed)
        else:
            ends = TopSearch(known, days, allowed, after=cut, top=rule.top).bounds()
        least, most = (self.models.with_hidden(which, end) for end in ends)
        return least, most

    def _value(self, value: HiddenValue) -> tuple[Array, Places]:
        """Values of all models without compute, within their range, and donors."""
        if isinstance(value, str):
            own, donors = self.words[value]
        else:
            own = np.full(self.range.low.size, np.log10(value))
            donors = np.full(own.size, -1)
        return np.clip(own, *self.range), donors
