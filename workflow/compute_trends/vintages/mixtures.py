"""Trends refitted on mixtures of two vintages: rows of some kinds of change changed, others not."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.fit.bootstrap import counted_selections, in_order_of_dates
from compute_trends.fit.export import VintageTrend, choose_points, export_scores
from compute_trends.fit.intervals import system_counts
from compute_trends.fit.loglinear import Array, fit_line
from compute_trends.fit.procedure import Counts
from compute_trends.fit.selection import score_systems
from compute_trends.fit.trend_numbers import growth
from compute_trends.settings.fit import Outliers, Units
from compute_trends.vintages.headlines import CHANGE_KINDS
from compute_trends.vintages.vintage import Vintage

STATE_COLUMNS = ["basis", "system_id", "domain", "day", "log_flop", "match"]

Kinds = frozenset[str]
# A system by the number of its match, its day and its log10 FLOP
Point = tuple[int, float, float]


class Mixture(NamedTuple):
    """Scored systems, and the keys of those flagged as frontier."""

    scores: pd.DataFrame
    flagged: set[str]


class Refit(NamedTuple):
    """A trend on a mixture.

    ``points`` are those that it is fitted on; ``growth`` in OOM per year is an array of shape
    (1 + draws,): of these points, then of each resample. NaN where no line can be fitted.
    """

    points: set[Point]
    growth: Array

    @property
    def days(self) -> Array:
        """Day numbers of the points, in order."""
        return np.array(sorted(day for _, day, _ in self.points))


# By the kinds of change that are made: the vintage before with none of them, the one after
# with all.
Refits = dict[Kinds, Refit]


def refit_trends(
    matches: pd.DataFrame,
    before: Vintage,
    after: Vintage,
    *,
    trends: Sequence[VintageTrend],
    outliers: Outliers,
    units: Units,
    draws: int,
    seed: int,
) -> list[Refits]:
    """Growth of each trend on each mixture of two vintages, and on resamples of it.

    A resample draws matched rows: a system is drawn alike in all mixtures, also where it has
    another key on the later vintage. Scores and frontier are selected anew in each.

    Parameters
    ----------
    matches : pandas.DataFrame
        From `matching.match_rows`.
    draws, seed : int
        Resamples, and the seed of the run; see `intervals.system_counts`.
    """
    states = _states(matches, before, after, outliers)
    # Of a renamed system the later key, which comes last
    names = states.groupby("match")["system_id"].last()
    counts = system_counts(names.to_list(), draws=draws, seed=seed)

    def counts_of(pool: pd.DataFrame) -> Counts:
        return np.take(counts, names.index.get_indexer(pd.Index(pool["match"])), axis=1)

    refits: list[Refits] = [{} for _ in trends]
    for kinds, mixture in _mixtures(states, before, after, outliers).items():
        selections = [
            choose_points(mixture.scores, trend, flagged=mixture.flagged, outliers=outliers)
            for trend in trends
        ]
        lines = counted_selections(selections, counts_of)
        for of_trend, selection, resampled in zip(refits, selections, lines, strict=True):
            points = selection.points
            columns = (points[name].tolist() for name in ("match", "day", "log_flop"))
            slopes = np.concatenate([[_slope(points)], resampled.slope])
            per_year = growth(slopes, units=units).slope_oom_per_year
            of_trend[kinds] = Refit(set(zip(*columns, strict=True)), per_year)
    there = frozenset(states["change_kind"])
    # Where there are no rows of a kind, nothing differs.
    return [
        {kinds: of_trend[kinds & there] for kinds in subsets(CHANGE_KINDS)} for of_trend in refits
    ]


def _states(
    matches: pd.DataFrame, before: Vintage, after: Vintage, outliers: Outliers
) -> pd.DataFrame:
    """Points of both vintages, the later ones last, each with what happened to its row.

    ``change_kind`` is the same for both states of a row: new or removed, where only one
    vintage has it; filled, where both have it but only one takes it as a system (a value
    given or withdrawn, a filter); restated, where both do.
    """
    states_of = []
    for side, vintage in (("before", before), ("after", after)):
        systems = vintage.systems
        scores = export_scores(systems, vintage.compute, export=vintage.export, outliers=outliers)
        rows = dict(zip(systems["system_id"], systems["annotation_id"], strict=True))
        points = scores.assign(later=side == "after", row=scores["system_id"].map(rows))
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
) -> dict[Kinds, Mixture]:
    """Systems as they would be if only rows of some kinds of change had changed.

    By the kinds of which there are rows.
    """
    flags_before, flags_after = before.flagged_rows, after.flagged_rows
    mixtures = {}
    there = set(states["change_kind"])
    for kinds in subsets(kind for kind in CHANGE_KINDS if kind in there):
        points = states[states["change_kind"].isin(kinds) == states["later"]]
        scores = score_systems(points[STATE_COLUMNS].assign(dataset="mixture"), outliers=outliers)
        later = points["row"].isin(flags_after)
        flags = later.where(points["later"], points["row"].isin(flags_before))
        flagged = set(points.loc[flags, "system_id"])
        mixtures[kinds] = Mixture(in_order_of_dates(scores), flagged)
    return mixtures


def _slope(points: pd.DataFrame) -> float:
    """Slope of a trend in OOM per day; NaN where no line can be fitted."""
    try:
        return fit_line(points["day"], points["log_flop"]).slope
    except ValueError:
        return math.nan


def subsets(kinds: Iterable[str]) -> list[Kinds]:
    """Every set of kinds, the empty one first."""
    kinds = list(kinds)
    sizes = range(len(kinds) + 1)
    return [frozenset(each) for size in sizes for each in itertools.combinations(kinds, size)]
