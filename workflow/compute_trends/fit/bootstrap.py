"""Resamples of scored systems: lines of trends whose systems are selected anew in each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import pandas as pd

from compute_trends.fit.intervals import streamed_counts, system_counts
from compute_trends.fit.loglinear import ResampledLines
from compute_trends.fit.many_systems import MANY, many_lines
from compute_trends.fit.procedure import Counts, Pool, Procedure, selected_lines
from compute_trends.fit.selection import Selection, procedure_of
from compute_trends.settings.fit import Domains, Outliers, Trend

LOG = logging.getLogger(__name__)

OfPool = list[ResampledLines]


def resampled_selections(
    selections: Sequence[Selection], *, draws: int, seed: int
) -> list[ResampledLines]:
    """Line of each selection in each resample of its pool.

    Parameters
    ----------
    selections : sequence of Selection
        Each with a pool in order of the dates; those of one pool are resampled together.
    draws : int
        Resamples. Lines of two selections stand in the same order of resamples, also where
        their pools are of two bases, datasets or vintages, see `intervals.system_counts`.
    """

    def lines(pool: pd.DataFrame, arrays: Pool, procedures: list[Procedure]) -> OfPool:
        names = pool["system_id"].to_list()
        if len(names) > MANY:
            counts = streamed_counts(names, draws=draws, seed=seed, log=LOG)
            return many_lines(arrays, procedures, counts)
        return selected_lines(arrays, procedures, system_counts(names, draws=draws, seed=seed))

    return _by_pool(selections, lines)


def counted_selections(
    selections: Sequence[Selection], counts_of: Callable[[pd.DataFrame], Counts]
) -> list[ResampledLines]:
    """As `resampled_selections`, with how often each resample draws the rows of a pool."""

    def lines(pool: pd.DataFrame, arrays: Pool, procedures: list[Procedure]) -> OfPool:
        return selected_lines(arrays, procedures, counts_of(pool))

    return _by_pool(selections, lines)


def _by_pool(
    selections: Sequence[Selection],
    lines_of: Callable[[pd.DataFrame, Pool, list[Procedure]], OfPool],
) -> list[ResampledLines]:
    """Line of each selection in each resample, those of one pool together."""
    by_pool: dict[int, list[int]] = {}
    for place, selection in enumerate(selections):
        by_pool.setdefault(id(selection.pool), []).append(place)
    lines: dict[int, ResampledLines] = {}
    for places in by_pool.values():
        procedures = [selections[place].procedure for place in places]
        first = selections[places[0]]
        resampled = lines_of(first.pool, first.arrays, procedures)
        lines |= dict(zip(places, resampled, strict=True))
    return [lines[place] for place in range(len(selections))]


def resampled_trends(
    scores: pd.DataFrame,
    trends: Sequence[Trend],
    *,
    outliers: Outliers,
    domains: Domains,
    draws: int,
    seed: int,
) -> dict[str, ResampledLines]:
    """Line of each trend in each resample of the systems, by the name of the trend.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `selection.score_systems`, one dataset and basis.
    trends : sequence of Trend
        Of this dataset. See `resampled_selections` for the rest.
    """
    ordered = in_order_of_dates(scores)
    procedures = [
        procedure_of(ordered, trend, outliers=outliers, domains=domains) for trend in trends
    ]
    selections = [Selection(ordered, each, outliers.window_days) for each in procedures]
    lines = resampled_selections(selections, draws=draws, seed=seed)
    return {trend.name: of_trend for trend, of_trend in zip(trends, lines, strict=True)}


def in_order_of_dates(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores in an order that depends on the systems alone."""
    return scores.sort_values(["day", "system_id"], ignore_index=True)
