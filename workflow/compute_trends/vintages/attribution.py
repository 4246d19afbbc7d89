"""What made a trend change from one vintage to the next: rows of which kinds of change."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

import pandas as pd

from compute_trends.common.numbers import fixed, percent
from compute_trends.common.records import Record, records
from compute_trends.fit.export import VintageTrend, choose_points, export_scores
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.selection import Selection, score_systems
from compute_trends.fit.trend_numbers import growth_columns
from compute_trends.settings.fit import Outliers, Units
from compute_trends.vintages.vintage import Vintage

# What may happen to a row, as the change of a trend is split, and in words.
CHANGE_KINDS = {
    "new": "new rows",
    "removed": "removed rows",
    "filled": "values given or withdrawn",
    "restated": "restated values",
}
# Numbers of a trend that are stated for both vintages.
STATED = (
    *("n", "growth_per_year", "growth_per_year_ci90_low", "growth_per_year_ci90_high"),
    "slope_oom_per_year",
)
STATE_COLUMNS = ["basis", "system_id", "domain", "day", "log_flop", "noise_oom"]

# Scored systems and the keys of those flagged as frontier, by the kinds of change that are
# made: the vintage before with none of them, the one after with all.
Mixtures = dict[frozenset[str], tuple[pd.DataFrame, set[str]]]


def attribute_changes(
    matches: pd.DataFrame,
    before: Vintage,
    after: Vintage,
    *,
    trends: list[VintageTrend],
    outliers: Outliers,
    units: Units,
) -> pd.DataFrame:
    """Table ``changed_trends``: the change of each trend, split among the kinds of change of rows.

    Parameters
    ----------
    matches : pandas.DataFrame
        From `matching.match_rows`.
    before, after : Vintage
        Earlier and later one, whose names the table lacks.
    trends : list of VintageTrend
        From `fit.export.trends_of`, those whose period is the same on every vintage.
    """
    states = _states(matches, before, after, outliers)
    mixtures = _mixtures(states, before, after, outliers)
    rows = [_split_trend(trend, mixtures, before, after, outliers, units) for trend in trends]
    return pd.DataFrame(rows)


def _states(
    matches: pd.DataFrame, before: Vintage, after: Vintage, outliers: Outliers
) -> pd.DataFrame:
    """Points of both vintages, each with what happened to its row.

    ``change_kind`` is the same for both states of a row: new or removed, where only one
    vintage has it; filled, where both have it but only one takes it as a system (a value
    given or withdrawn, a filter); restated, where both do.
    """
    states_of = []
    for side, vintage in (("before", before), ("after", after)):
        systems = vintage.systems
        scores = export_scores(systems, vintage.compute, export=vintage.export, outliers=outliers)
        rows = dict(zip(systems["system_id"], systems["annotation_id"], strict=True))
        places_of = scores["system_id"].map(rows)
        points = scores[STATE_COLUMNS].assign(later=side == "after", row=places_of)
        places = matches.dropna(subset=f"{side}_row").reset_index(names="match")
        places = places[["match", "status", f"{side}_row"]].rename(columns={f"{side}_row": "row"})
        states_of.append(points.merge(places, on="row", validate="one_to_one"))
    states = pd.concat(states_of, ignore_index=True)
    both = states.groupby("match")["later"].transform("size") == 2
    kind = states["status"].map({"added": "new", "removed": "removed"})
    kind = kind.fillna(both.map({True: "restated", False: "filled"}))
    return states.assign(change_kind=kind)


def _mixtures(
    states: pd.DataFrame, before: Vintage, after: Vintage, outliers: Outliers
) -> Mixtures:
    """Systems as they would be if only rows of some kinds of change had changed."""
    flags_before, flags_after = before.flagged_rows, after.flagged_rows
    mixtures: Mixtures = {}
    for kinds in _subsets(CHANGE_KINDS):
        points = states[states["change_kind"].isin(kinds) == states["later"]]
        scores = score_systems(points[STATE_COLUMNS].assign(dataset="mixture"), outliers=outliers)
        later = points["row"].isin(flags_after)
        flags = later.where(points["later"], points["row"].isin(flags_before))
        mixtures[kinds] = (scores, set(points.loc[flags, "system_id"]))
    return mixtures


def _split_trend(
    vintage_trend: VintageTrend,
    mixtures: Mixtures,
    before: Vintage,
    after: Vintage,
    outliers: Outliers,
    units: Units,
) -> Record:
    """Row of table ``changed_trends``: a trend before and after, and what made the difference."""
    trend = vintage_trend.trend
    sides = {
        side: records(vintage.trends[vintage.trends["trend"] == trend.name])[0]
        for side, vintage in (("before", before), ("after", after))
    }
    growth = dict.fromkeys(mixtures, math.nan)
    if all(numbers["note"] is None for numbers in sides.values()):
        for kinds, (scores, flagged) in mixtures.items():
            selection = choose_points(scores, vintage_trend, flagged=flagged, outliers=outliers)
            growth[kinds] = _point_growth(selection, units)
    start, end = growth[frozenset()], growth[frozenset(CHANGE_KINDS)]
    alone = {kind: growth[frozenset([kind])] - start for kind in CHANGE_KINDS}
    row: Record = {
        "trend": trend.name,
        "label": trend.label,
        "period": sides["after"]["period"],
        "change_oom_per_year": end - start,
        "interaction_oom_per_year": end - start - sum(alone.values()),
    }
    for side, numbers in sides.items():
        row |= {f"{name}_{side}": numbers[name] for name in STATED}
    for kind in CHANGE_KINDS:
        row[f"{kind}_oom_per_year"] = shapley(growth, kind, CHANGE_KINDS)
        row[f"{kind}_alone_oom_per_year"] = alone[kind]
    return row | {"headline": headline(row, before.export.date, after.export.date)}


def _point_growth(selection: Selection, units: Units) -> float:
    """Growth of a trend in OOM per year without an interval; NaN where no line can be fitted."""
    try:
        line = fit_line(selection.points["day"], selection.points["log_flop"])
    except ValueError:
        return math.nan
    return growth_columns(line.slope, units=units)["slope_oom_per_year"]


def _subsets(kinds: Iterable[str]) -> list[frozenset[str]]:
    """Every set of kinds, the empty one first."""
    kinds = list(kinds)
    sizes = range(len(kinds) + 1)
    return [frozenset(each) for size in sizes for each in itertools.combinations(kinds, size)]


def shapley(value: dict[frozenset[str], float], kind: str, kinds: Iterable[str]) -> float:
    """What one change adds, averaged over the orders in which all are made one at a time.

    These Shapley values of all changes add up to the whole difference, and what two changes do
    only together is shared equally between them. ``value`` is the result with each set of
    changes made.
    """
    others = [name for name in kinds if name != kind]
    total = 0.0
    for subset in _subsets(others):
        ways = math.factorial(len(subset)) * math.factorial(len(others) - len(subset))
        share = ways / math.factorial(len(others) + 1)
        total += share * (value[subset | {kind}] - value[subset])
    return total


def headline(row: Record, before: str, after: str) -> str:
    """What became of a trend, in one sentence, after its row of ``changed_trends`` so far.

    Growth per year on the vintages of both dates with 90 % intervals, and the parts of the
    change in percent of growth per year; as factors they multiply to the whole.
    """
    if not math.isfinite(row["change_oom_per_year"]):
        return f"{row['label']}: not on both vintages."
    ends = [
        f"{fixed(row[f'growth_per_year_{side}'], 2)} times a year "
        f"({fixed(row[f'growth_per_year_ci90_low_{side}'], 2)} to "
        f"{fixed(row[f'growth_per_year_ci90_high_{side}'], 2)}) on the vintage of {date}"
        for side, date in (("before", before), ("after", after))
    ]
    whole = percent(row["change_oom_per_year"])
    parts = [
        f"{words} ({percent(row[f'{kind}_oom_per_year'])})" for kind, words in CHANGE_KINDS.items()
    ]
    return (
        f"{row['label']}: {ends[0]}, {ends[1]}. The change of {whole} is made of "
        f"{', '.join(parts[:-1])} and {parts[-1]}."
    )
