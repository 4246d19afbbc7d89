"""Two trends of the same resamples of the systems, for what is stated of both together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from compute_trends.fit.bootstrap import in_order_of_dates, resampled_selections
from compute_trends.fit.distances import (
    distances_at,
    doubling_time_ratios,
    median_distances,
    paired_interval,
)
from compute_trends.fit.export import VintageTrend, choose_points, export_scores
from compute_trends.fit.intervals import Interval, system_counts
from compute_trends.fit.loglinear import Array, Line, ResampledLines, fit_line
from compute_trends.fit.selection import Selection, procedure_of
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.fit import Domains, Intervals, Outliers, Trend


@dataclass(frozen=True)
class Pairs:
    """Trends of one basis by name, their lines in the same order of resamples.

    What two trends have together is known better than its parts where they share systems,
    so it is taken from each resample, never from the ends of two intervals.
    """

    selections: Mapping[str, Selection]
    lines: Mapping[str, ResampledLines]
    intervals: Intervals
    seed: int

    def points(self, name: str) -> pd.DataFrame:
        """Systems of a trend, rows of the scores."""
        return self.selections[name].points

    def fitted(self, name: str) -> tuple[Line, float]:
        """Line of a trend, and the day number that it starts at."""
        points = self.points(name)
        return fit_line(points["day"], points["log_flop"]), float(points["day"].min())

    def doubling_time_ratio(self, first: str, second: str) -> Interval:
        """Interval of the doubling time of one trend over that of another."""
        return self._interval((first, second), doubling_time_ratios(*self._both(first, second)))

    def distance_at(self, day: float, above: str, below: str) -> Interval:
        """Interval of the distance of two lines at a day number, in OOM."""
        return self._interval((above, below), distances_at(day, *self._both(above, below)))

    def median_distance(self, above: str, below: str) -> Interval:
        """Interval of the median distance of the systems of a trend above a line, in OOM."""
        selection = self.selections[above]
        names = selection.pool["system_id"].to_list()
        counts = system_counts(names, draws=self.intervals.draws, seed=self.seed)
        line = self.lines[below]
        medians = median_distances(selection.arrays, selection.procedure, line, counts)
        return self._interval((above, below), medians)

    def _both(self, first: str, second: str) -> tuple[ResampledLines, ResampledLines]:
        return self.lines[first], self.lines[second]

    def _interval(self, names: tuple[str, str], values: Array) -> Interval:
        days = [self.points(name)["day"].to_numpy(dtype=float) for name in names]
        return paired_interval(days, values, least_systems=self.intervals.least_systems)


def pairs_of(
    scores: pd.DataFrame,
    trends: Sequence[Trend],
    *,
    names: Collection[str],
    outliers: Outliers,
    domains: Domains,
    intervals: Intervals,
    seed: int,
) -> Pairs:
    """Resample some trends together.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `selection.score_systems`, one basis, the datasets of the trends.
    trends : sequence of Trend
        Those of ``names`` are taken; a name that none has is passed over.
    outliers, domains, intervals
        ``fit.outliers``, ``fit.domains`` and ``fit.intervals`` of config.yaml.
    seed : int
        Seed of the run. A resample depends on it and the systems alone.
    """
    wanted = [trend for trend in trends if trend.name in names]
    pools = {
        dataset: in_order_of_dates(scores[scores["dataset"] == dataset])
        for dataset in {trend.dataset for trend in wanted}
    }
    selections = {}
    for trend in wanted:
        pool = pools[trend.dataset]
        procedure = procedure_of(pool, trend, outliers=outliers, domains=domains)
        selections[trend.name] = Selection(pool, procedure, outliers.window_days)
    return _resampled(selections, intervals, seed)


def pairs_of_export(
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    trends: Sequence[VintageTrend],
    *,
    export: ExportFile,
    outliers: Outliers,
    intervals: Intervals,
    seed: int,
) -> Pairs:
    """Resample some trends of an export together; see `fit.export.choose_points` and `pairs_of`."""
    scores = export_scores(systems, compute, export=export, outliers=outliers)
    selections = {
        one.trend.name: choose_points(scores, one, flagged=set(), outliers=outliers)
        for one in trends
    }
    return _resampled(selections, intervals, seed)


def _resampled(selections: Mapping[str, Selection], intervals: Intervals, seed: int) -> Pairs:
    lines = resampled_selections([*selections.values()], draws=intervals.draws, seed=seed)
    return Pairs(selections, dict(zip(selections, lines, strict=True)), intervals, seed)
