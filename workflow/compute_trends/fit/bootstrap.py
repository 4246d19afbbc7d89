"""Resamples of scored systems: lines of trends whose systems are selected anew in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from compute_trends.common.random_streams import random_stream
from compute_trends.fit.intervals import system_counts
from compute_trends.fit.loglinear import ResampledLines
from compute_trends.fit.procedure import Counts, Procedure, selected_lines, with_own_copies
from compute_trends.fit.selection import Selection, procedure_of
from compute_trends.settings.fit import Domains, Noise, Outliers, Trend


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

    def counts_of(pool: pd.DataFrame) -> Counts:
        return system_counts(pool["system_id"].to_list(), draws=draws, seed=seed)

    return counted_selections(selections, counts_of)


def counted_selections(
    selections: Sequence[Selection], counts_of: Callable[[pd.DataFrame], Counts]
) -> list[ResampledLines]:
    """As `resampled_selections`, with how often each resample draws the rows of a pool."""

    def of_pool(first: Selection, procedures: list[Procedure]) -> list[ResampledLines]:
        return selected_lines(first.arrays, procedures, counts_of(first.pool))

    return _by_pool(selections, of_pool)


def _by_pool(
    selections: Sequence[Selection],
    of_pool: Callable[[Selection, list[Procedure]], list[ResampledLines]],
) -> list[ResampledLines]:
    """Lines of each selection; those of one pool are made in one call."""
    by_pool: dict[int, list[int]] = {}
    for place, selection in enumerate(selections):
        by_pool.setdefault(id(selection.pool), []).append(place)
    lines: dict[int, ResampledLines] = {}
    for places in by_pool.values():
        procedures = [selections[place].procedure for place in places]
        lines |= dict(zip(places, of_pool(selections[places[0]], procedures), strict=True))
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


def noisy_selections(
    selections: Sequence[Selection], noise: Noise, *, noise_factor: float, draws: int, seed: int
) -> list[ResampledLines]:
    """As `resampled_selections`, with each drawn compute value off.

    Parameters
    ----------
    noise : str
        ``paper``: by a log-uniform factor between 1 / ``noise_factor`` and ``noise_factor``;
        ``per_system``: by a log-normal factor as wide as the interval of the system's estimate.
        Two draws of a system are off by factors of their own.

    Raises
    ------
    ValueError
        If the noise is per system and a system has no interval.
    """

    def of_pool(first: Selection, procedures: list[Procedure]) -> list[ResampledLines]:
        unknown = first.pool.loc[first.pool["noise_oom"].isna(), "system_id"]
        if noise == "per_system" and len(unknown):
            raise ValueError(
                f"no row of compute_inputs.csv gives an interval for {', '.join(unknown)}"
            )
        counts = system_counts(first.pool["system_id"].to_list(), draws=draws, seed=seed)
        arrays, copied, drawn = with_own_copies(first.arrays, procedures, counts)
        rng, spread = random_stream(seed, f"{noise} noise"), np.log10(noise_factor)
        if noise == "paper":
            off = rng.uniform(-spread, spread, size=drawn.shape)
        else:
            copies = drawn.shape[1] // len(first.pool)
            widths = np.repeat(first.pool["noise_oom"].to_numpy(dtype=float), copies)
            off = rng.standard_normal(drawn.shape) * widths
        return selected_lines(arrays._replace(log_flop=arrays.log_flop + off), copied, drawn)

    return _by_pool(selections, of_pool)
