"""Resamples of scored systems: lines of trends whose systems are selected anew in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from compute_trends.common.random_streams import random_stream
from compute_trends.fit.intervals import system_counts
from compute_trends.fit.loglinear import ResampledLines
from compute_trends.fit.procedure import Counts, selected_lines, with_own_copies
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
    by_pool: dict[int, list[int]] = {}
    for place, selection in enumerate(selections):
        by_pool.setdefault(id(selection.pool), []).append(place)
    lines: dict[int, ResampledLines] = {}
    for places in by_pool.values():
        first = selections[places[0]]
        procedures = [selections[place].procedure for place in places]
        of_pool = selected_lines(first.arrays, procedures, counts_of(first.pool))
        lines |= dict(zip(places, of_pool, strict=True))
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


def noisy_lines(
    selection: Selection, noise: Noise, *, noise_factor: float, draws: int, seed: int
) -> ResampledLines:
    """As `resampled_selections` of one selection, with each drawn compute value off.

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
    pool = selection.pool
    unknown = pool.loc[pool["noise_oom"].isna(), "system_id"]
    if noise == "per_system" and len(unknown):
        raise ValueError(f"no row of compute_inputs.csv gives an interval for {', '.join(unknown)}")
    counts = system_counts(pool["system_id"].to_list(), draws=draws, seed=seed)
    arrays, procedures, drawn = with_own_copies(selection.arrays, [selection.procedure], counts)
    rng, spread = random_stream(seed, f"{noise} noise"), np.log10(noise_factor)
    if noise == "paper":
        off = rng.uniform(-spread, spread, size=drawn.shape)
    else:
        widths = np.repeat(pool["noise_oom"].to_numpy(dtype=float), len(drawn[0]) // len(pool))
        off = rng.standard_normal(drawn.shape) * widths
    noisy = arrays._replace(log_flop=arrays.log_flop + off)
    return selected_lines(noisy, procedures, drawn)[0]
