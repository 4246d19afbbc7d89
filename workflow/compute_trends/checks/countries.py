"""Frontiers of countries and organizations, and how far one is behind another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from compute_trends.checks.driver_data import Listed, Rules, growth_numbers, in_top, members
from compute_trends.common.dates import day_number
from compute_trends.common.records import Record
from compute_trends.fit.intervals import interval_at, interval_levels
from compute_trends.fit.loglinear import Array, ResampledLines
from compute_trends.fit.procedure import Counts, Mask, Pool, select, selected_lines
from compute_trends.settings.days import VINTAGE
from compute_trends.settings.drivers import Drivers


class GroupLine(NamedTuple):
    """Frontier of a group: its line as it is, then in each resample.

    ``listed`` are the systems of the group with compute in the period, ``inside`` those of the
    frontier, and ``known`` all of the group, arrays of shape (n,).
    """

    known: Mask
    listed: Mask
    inside: Mask
    lines: ResampledLines


class GroupLines(NamedTuple):
    """Frontier of each group by the rule for joint systems and the name of the group."""

    listed: Listed
    period: str
    by_group: dict[tuple[str, str], GroupLine]

    def rows(self, *, rules: Rules) -> Iterator[Record]:
        """Rows of table ``country_frontiers``."""
        for (joint, name), group in self.by_group.items():
            days = self.listed.days[group.inside]
            slopes = group.lines.slope
            levels = interval_levels(days, least_systems=rules.intervals.least_systems)
            low, high, note = interval_at(levels, slopes[1:])
            yield {
                **self.listed.labels,
                "joint": joint,
                "group_name": name,
                "period": self.period,
                "n_with_compute": int(group.listed.sum()),
                "n": int(group.inside.sum()),
                **growth_numbers((float(slopes[0]), low, high), units=rules.units),
                "note": note,
            }


def country_frontiers(listed: Listed, counts: Counts, *, drivers: Drivers) -> GroupLines:
    """Line through the running top of each group, its systems selected anew in each resample.

    Systems are ranked within their group, whatever their date.

    Parameters
    ----------
    counts : numpy.ndarray, shape (1 + draws, n)
        From `Listed.counts`: the same for all groups, so that their lines are of the same
        resamples.
    """
    period = listed.period(drivers.group_period)
    inside, once = listed.within(period), np.ones((1, len(listed.known)))
    by_group = {}
    for joint in drivers.joint:
        for group in drivers.groups:
            known = members(listed.known, group, joint=joint)
            whole = in_top(rivals=known, eligible=known & inside, top=drivers.top)
            frontier = select(whole, listed.pool, None, once)[0]
            # Others do not rank: left out, they cost no time
            pool = Pool(listed.days[known], listed.log_flop[known], 0.0)
            everything = np.ones(int(known.sum()), dtype=bool)
            own = in_top(rivals=everything, eligible=inside[known], top=drivers.top)
            [lines] = selected_lines(pool, [own], counts[:, known])
            by_group[str(joint), group.name] = GroupLine(known, known & inside, frontier, lines)
    return GroupLines(listed, period.text, by_group)


def lag_days(ahead: ResampledLines, behind: ResampledLines, day: float) -> Array:
    """Days since the line ahead was where the line behind is at a day, of each sample.

    The line behind has level b + s t at day t, which the line ahead (a + r u) had at
    u = (b + s t - a) / r; the lag is t - u. NaN where the line ahead does not rise.
    """
    rising = np.where(ahead.slope > 0, ahead.slope, np.nan)
    return np.asarray(day - (behind.level + behind.slope * day - ahead.level) / rising)


def record_lag_days(days: Array, log_flop: Array, ahead: Mask, behind: Mask, day: float) -> float:
    """Days from the first system of the group ahead with as much compute to a record behind.

    The record of the group behind as it stands at a day; NaN where there is no such system or
    no record, negative where the group behind was first. ``days`` are in order.
    """
    there = np.flatnonzero(behind & (days <= day))
    if not there.size:
        return float("nan")
    record = there[np.argmax(log_flop[there])]
    as_much = np.flatnonzero(ahead & (log_flop >= log_flop[record]) & (days <= day))
    return float(days[record] - days[as_much[0]]) if as_much.size else float("nan")


def country_lags(lines: GroupLines, *, drivers: Drivers, rules: Rules) -> Iterator[Record]:
    """Rows of table ``country_lags``: each pair at each day, by each rule for joint systems."""
    listed = lines.listed
    for joint in drivers.joint:
        for pair in drivers.pairs:
            ahead, behind = (lines.by_group[joint, name] for name in (pair.ahead, pair.behind))
            # The group whose line is known least well decides how far out the ends are
            levels = [
                interval_levels(
                    listed.days[group.inside], least_systems=rules.intervals.least_systems
                )
                for group in (ahead, behind)
            ]
            widest = min(levels, key=lambda each: -1 if each.note else each.low)
            for at in drivers.lag_days:
                text = listed.export.date if at == VINTAGE else at
                day = float(day_number(text))
                values = lag_days(ahead.lines, behind.lines, day) / rules.units.days_per_month
                low, high, note = interval_at(widest, values[1:])
                record = record_lag_days(
                    listed.days, listed.log_flop, ahead.known, behind.known, day
                )
                yield {
                    **listed.labels,
                    "joint": joint,
                    "ahead": pair.ahead,
                    "behind": pair.behind,
                    "at_date": text,
                    "n_ahead": int(ahead.inside.sum()),
                    "n_behind": int(behind.inside.sum()),
                    "lag_months": float(values[0]),
                    "lag_months_ci90_low": low,
                    "lag_months_ci90_high": high,
                    "record_lag_months": record / rules.units.days_per_month,
                    "note": note,
                }
