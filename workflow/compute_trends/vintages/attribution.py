"""What made a trend change from one vintage to the next: rows of which kinds of change."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from compute_trends.common.dates import day_number
from compute_trends.common.records import Record, records
from compute_trends.fit.export import VintageTrend
from compute_trends.fit.intervals import Interval, expanded_levels, interval_at, interval_levels
from compute_trends.fit.loglinear import Array
from compute_trends.settings.fit import Intervals, Outliers, Units
from compute_trends.vintages.headlines import CHANGE_KINDS, headline
from compute_trends.vintages.mixtures import Kinds, Refits, refit_trends, subsets
from compute_trends.vintages.vintage import Vintage

# Numbers of a trend that are stated for both vintages.
STATED = (
    *("n", "growth_per_year", "growth_per_year_ci90_low", "growth_per_year_ci90_high"),
    "slope_oom_per_year",
)
# Numbers of a change, each with its interval: the whole, its parts, and what adds up to none.
NUMBERS = ("change", *CHANGE_KINDS, "interaction")
# OOM per year; smaller parts are what rounding leaves of none.
ROUNDING = 1e-9
# Levels of fewer systems hardly fit into a few thousand resamples. No need: where so few make
# a change, none of them is drawn in more resamples (exp(-4) = 0.018) than lie below the lower
# end (0.002), so that the interval holds zero.
FEWEST = 4


def attribute_changes(
    matches: pd.DataFrame,
    before: Vintage,
    after: Vintage,
    *,
    trends: Sequence[VintageTrend],
    outliers: Outliers,
    intervals: Intervals,
    units: Units,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Table ``changed_trends``: the change of each trend, split among the kinds of change of rows.

    Parameters
    ----------
    matches : pandas.DataFrame
        From `matching.match_rows`.
    before, after : Vintage
        Earlier and later one, whose names the table lacks.
    trends : sequence of VintageTrend
        From `fit.export.trends_of`, those whose period is the same on every vintage.
    intervals : Intervals
        How many systems a trend needs on both vintages for an interval of its change.
    draws, seed : int
        Resamples of the matched rows, see `mixtures.refit_trends`.
    """
    numbers_of = [
        {row["trend"]: row for row in records(vintage.trends)} for vintage in (before, after)
    ]
    both = [
        trend
        for trend in trends
        if all(of[trend.trend.name]["growth_per_year"] is not None for of in numbers_of)
    ]
    both = both if _share_a_system(matches, before, after) else []
    settings: Record = {"outliers": outliers, "units": units, "draws": draws, "seed": seed}
    refits = refit_trends(matches, before, after, trends=both, **settings) if both else []
    parts_of = {
        trend.trend.name: split_change(of_trend, least_systems=intervals.least_systems)
        for trend, of_trend in zip(both, refits, strict=True)
    }
    since = {
        trend.trend.name: _dated_after(of_trend, before.export.date)
        for trend, of_trend in zip(both, refits, strict=True)
    }
    rows = []
    for trend, _ in trends:
        sides = {"before": numbers_of[0][trend.name], "after": numbers_of[1][trend.name]}
        row: Record = {name: sides["after"][name] for name in ("trend", "label", "period")}
        row["selection"] = sides["after"]["selection"] or sides["before"]["selection"]
        for side, numbers in sides.items():
            row |= {f"{name}_{side}": numbers[name] for name in STATED}
        row |= parts_of.get(trend.name) or {"note": _why_none(sides)}
        dates = (before.export.date, after.export.date)
        text = headline(row, *dates, since=since.get(trend.name, 0))
        rows.append(row | {"headline": text})
    return pd.DataFrame(rows)


def _dated_after(refits: Refits, date: str) -> int:
    """Systems of a trend on the later vintage that are dated after a day."""
    return int((refits[frozenset(CHANGE_KINDS)].days > day_number(date)).sum())


def _share_a_system(matches: pd.DataFrame, before: Vintage, after: Vintage) -> bool:
    """Whether a row is a system on both vintages; else a mixture of them may hold none."""
    sides = (("before_row", before), ("after_row", after))
    on_each = [matches[row].isin(of.systems["annotation_id"]) for row, of in sides]
    return bool((on_each[0] & on_each[1]).any())


def _why_none(sides: Mapping[str, Record]) -> str:
    """Why the change of a trend cannot be told, by its row on each vintage."""
    notes = [
        f"on that of {row['vintage']:%Y-%m-%d} {row['note']}"
        for row in sides.values()
        if row["growth_per_year"] is None
    ]
    return f"not on both vintages: {'; '.join(notes)}" if notes else "no system is on both vintages"


def split_change(refits: Refits, *, least_systems: int) -> Record:
    """The change of a trend, its parts and their interaction, each with its interval.

    All are computed in each resample; so a part whose interval leaves out zero has its sign
    whichever such systems there had been.
    """
    none, every = frozenset[str](), frozenset(CHANGE_KINDS)
    growth = {kinds: refit.growth for kinds, refit in refits.items()}
    alone = {kind: growth[frozenset([kind])] - growth[none] for kind in CHANGE_KINDS}
    steps = {kind: [(s, s | {kind}) for s in subsets(every - {kind})] for kind in CHANGE_KINDS}
    values = {kind: shapley(growth, kind, CHANGE_KINDS) for kind in CHANGE_KINDS}
    change = growth[every] - growth[none]
    values |= {"change": change, "interaction": change - sum(alone.values())}
    steps |= {"change": [(none, every)], "interaction": list(itertools.chain(*steps.values()))}
    sides = [refits[kinds].days for kinds in (none, every)]
    row: Record = {"n_differing": _differing(refits, steps["change"]), "note": None}
    for name in NUMBERS:
        differing = _differing(refits, steps[name])
        levels = change_levels(sides, differing, least_systems=least_systems)
        low, high, note = change_interval(values[name][1:], levels)
        row[f"{name}_oom_per_year"] = float(values[name][0])
        row |= {f"{name}_oom_per_year_ci90_low": low, f"{name}_oom_per_year_ci90_high": high}
        row["note"] = row["note"] or note
    return row | {f"{kind}_alone_oom_per_year": float(of[0]) for kind, of in alone.items()}


def _differing(refits: Refits, steps: Iterable[tuple[Kinds, Kinds]]) -> int:
    """Systems that a trend has otherwise, or only on one side, in any step between mixtures."""
    points = (refits[one].points ^ refits[other].points for one, other in steps)
    return len({match for different in points for match, _, _ in different})


def change_levels(sides: Sequence[Array], differing: int, *, least_systems: int) -> Interval:
    """Quantile levels of the ends of the interval of a change, or why there is none.

    The widest of the levels of both trends (`intervals.interval_levels`) and of the mean of as
    many systems as differ: three new systems that all speed up growth could do so by chance,
    and the usual levels would exclude that.

    Parameters
    ----------
    sides : sequence of numpy.ndarray
        Day numbers of the systems of the trend on each vintage.
    differing : int
        Systems that make the change; fewer than `FEWEST` count as so many.
    """
    few = max(differing, FEWEST)
    levels = [interval_levels(days, least_systems=least_systems) for days in sides]
    levels.append(expanded_levels(few, few - 1))
    return max(levels, key=lambda each: math.inf if each.note else each.high)


def change_interval(values: Array, levels: Interval) -> Interval:
    """Interval of 90 % of a change in OOM per year from that in each resample.

    Percentiles at the `change_levels`; none within rounding of zero is told from zero.
    """
    return interval_at(levels, np.where(np.abs(values) < ROUNDING, 0.0, values))


def shapley(value: dict[Kinds, Array], kind: str, kinds: Iterable[str]) -> Array:
    """What one change adds, averaged over the orders in which all are made one at a time.

    These Shapley values of all changes add up to the whole difference, and what two changes do
    only together is shared equally between them. ``value`` is the result with each set of
    changes made, arrays of one shape.
    """
    others = [name for name in kinds if name != kind]
    total = np.zeros(())
    for subset in subsets(others):
        ways = math.factorial(len(subset)) * math.factorial(len(others) - len(subset))
        share = ways / math.factorial(len(others) + 1)
        total = total + share * (value[subset | {kind}] - value[subset])
    return total
