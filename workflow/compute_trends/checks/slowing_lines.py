"""Lines of a headline before and since a date, with models without compute as a scenario says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.clean.export import lists_any
from compute_trends.fit.hidden import (
    Known,
    Range,
    TopSearch,
    hidden_range,
    like_frontier,
    like_known,
    line_bounds,
    records,
)
from compute_trends.fit.intervals import Interval, interval_at, interval_levels, system_counts
from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import (
    HIGHER_MARGIN,
    Mask,
    Pool,
    Procedure,
    selected_lines,
    weighted_lines,
)
from compute_trends.fit.running_top import near_top
from compute_trends.settings.visibility import Hidden, HiddenValue, Scenario


class Models(NamedTuple):
    """Every model listed, in order of the dates, arrays of shape (n,) and (draws, n).

    ``log_flop`` is NaN without compute; ``leading`` says whose models are of leading
    labs; ``counts`` how often each is drawn in each resample.
    """

    days: Array
    log_flop: Array
    leading: Mask
    counts: Array

    @classmethod
    def of(
        cls, models: pd.DataFrame, leading_labs: Sequence[str], *, draws: int, seed: int
    ) -> Models:
        """From the rows of `checks.visibility.listed_models`."""
        return cls(
            models["day"].to_numpy(dtype=float),
            models["log_flop"].to_numpy(dtype=float),
            lists_any(models["organizations"], list(leading_labs)).to_numpy(dtype=bool),
            system_counts(models["system_id"].to_list(), draws=draws, seed=seed).astype(float),
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

    def with_hidden(self, which: Mask, values: Array) -> Array:
        """Values of all models, those of some without compute as given."""
        filled = self.log_flop.copy()
        filled[which] = values
        return filled


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

    def side(self, models: Models, values: Array, after: float, through: float) -> Side:
        """Line of the systems dated after a day and no later than another.

        Parameters
        ----------
        values : numpy.ndarray, shape (n,)
            log10 FLOP of all models; those that are NaN neither count nor rank.
        """
        there = ~np.isnan(values) & (models.days <= through)
        if self.top is not None:
            # Others are in the running top of no resample, and keep nobody out of it.
            within = self.top + HIGHER_MARGIN
            near = near_top(models.days[there], values[there], within=within)
            there[np.flatnonzero(there)[~near]] = False
        days, own, counts = models.days[there], values[there], models.counts[:, there]
        inside = days > after
        lines, slope = np.full(len(counts), np.nan), np.nan
        if inside.any():
            lines = self._resampled(days, own, counts, inside)
            inside &= self.top is None or near_top(days, own, within=self.top)
            one = np.ones((1, int(inside.sum())))
            slope = float(weighted_lines(days[inside], own[inside], one).slope[0])
        levels = interval_levels(days[inside], least_systems=self.least_systems)
        year = self.days_per_year
        return Side(int(inside.sum()), slope * year, lines * year, levels)

    def _resampled(self, days: Array, values: Array, counts: Array, inside: Mask) -> Array:
        """Slope of the systems inside in each resample, those of a running top selected anew."""
        if self.top is None:
            return weighted_lines(days[inside], values[inside], counts[:, inside]).slope
        everyone = np.ones(days.size, dtype=bool)
        procedure = Procedure(inside, everyone, everyone, top=self.top)
        [lines] = selected_lines(Pool(days, values, np.nan), [procedure], counts)
        return lines.slope


class HiddenValues:
    """What models without compute may be, by the words of the config.

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
        self.models = models
        known, days = models.known, models.days[~models.is_known]
        self.range = hidden_range(
            known,
            days,
            window_days=window_days,
            low_quantile=settings.low_quantile,
            high_factor=settings.high_factor,
        )
        self.words: Mapping[str, Array] = {
            "left_out": np.full(days.size, np.nan),
            "known": like_known(known, days, window_days=window_days),
            "low": self.range.low,
            "frontier": like_frontier(known, days),
            "record": records(known, days),
            "high": self.range.high,
        }

    def scenario(self, scenario: Scenario, cut: float) -> Array:
        """Values of all models where those without compute since a day are as a scenario says."""
        hidden = ~self.models.is_known
        leading = self.models.leading[hidden]
        since = self.models.days[hidden] > cut
        # Of every so many of them in order of the dates, one; without chance
        place = np.cumsum(leading & since)
        share = scenario.leading_share
        chosen = leading & (np.floor(place * share) > np.floor((place - 1) * share))
        own = np.where(chosen, self._value(scenario.leading), self._value(scenario.others))
        return self.models.with_hidden(self.models.hidden_since(cut), own[since])

    def bounds(self, rule: Rule, cut: float) -> tuple[Array, Array]:
        """Values of all models with the least and the greatest slope since a day.

        Exact for a line of all systems, the most that a search finds for a running top.
        """
        which, known = self.models.hidden_since(cut), self.models.known
        if not which.any():
            return self.models.log_flop, self.models.log_flop
        since = self.models.days[~self.models.is_known] > cut
        days, allowed = self.models.days[which], Range(*(end[since] for end in self.range))
        if rule.top is None:
            ends = line_bounds(known.days[known.days > cut], days, allowed)
        else:
            ends = TopSearch(known, days, allowed, after=cut, top=rule.top).bounds()
        least, most = (self.models.with_hidden(which, end) for end in ends)
        return least, most

    def _value(self, value: HiddenValue) -> Array:
        """Values of all models without compute, within their range."""
        if isinstance(value, str):
            own = self.words[value]
        else:
            own = np.full(self.range.low.size, np.log10(value))
        return np.clip(own, self.range.low, self.range.high)
