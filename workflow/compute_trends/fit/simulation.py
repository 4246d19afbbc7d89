"""Trends of simulated worlds, each with its interval, everything repeated. Arrays in and out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from compute_trends.fit.intervals import interval, poisson_counts
from compute_trends.fit.loglinear import Array, bootstrap_lines, quantiles
from compute_trends.fit.procedure import (
    Mask,
    Pool,
    Procedure,
    counted_scores,
    select,
    selected_lines,
    weighted_lines,
)


class Simulated(NamedTuple):
    """Trends of worlds, arrays of shape (worlds, procedures).

    ``n`` are the systems that each world selects, ``slope`` the line through them in OOM per
    day, ``low`` and ``high`` the ends of its interval (NaN where it has none).
    """

    n: Array
    slope: Array
    low: Array
    high: Array


def simulate(
    pool: Pool,
    procedures: Sequence[Procedure],
    *,
    draws: int,
    least_systems: int,
    rng: np.random.Generator,
) -> Simulated:
    """Select, fit, resample and select anew in each of many worlds.

    Parameters
    ----------
    pool : Pool
        Whose ``log_flop`` has one row for each world.
    draws : int
        Resamples of a world.
    least_systems : int
        See `intervals.interval`.
    """
    shape = (len(pool.log_flop), len(procedures))
    result = Simulated(*(np.full(shape, np.nan) for _ in Simulated._fields))
    for world, values in enumerate(pool.log_flop):
        own = pool._replace(log_flop=values)
        counts = poisson_counts((draws, pool.days.size), rng)
        resampled = selected_lines(own, procedures, counts)
        for place, inside in enumerate(selected_once(own, procedures)):
            result.n[world, place] = inside.sum()
            line = weighted_lines(pool.days, values, inside[np.newaxis].astype(float))
            result.slope[world, place] = line.slope[0]
            slopes = resampled[place].slope
            low, high, _ = interval(pool.days[inside], slopes, least_systems=least_systems)
            result.low[world, place], result.high[world, place] = low, high
    return result


def selected_once(pool: Pool, procedures: Sequence[Procedure]) -> list[Mask]:
    """Systems that each procedure selects of a pool, arrays of shape (n,)."""
    each = np.ones((1, pool.days.size))
    scores = counted_scores(pool, each)
    return [select(procedure, pool, scores, each)[0] for procedure in procedures]


def simulate_paper_method(
    pool: Pool,
    procedures: Sequence[Procedure],
    *,
    draws: int,
    noise_factor: float,
    ends: tuple[float, float],
    rng: np.random.Generator,
) -> Simulated:
    """As `simulate`, with the paper's intervals: the systems of each world stay as selected.

    Parameters
    ----------
    noise_factor, ends
        How far each resampled compute is off, and the quantiles that are the ends.
    """
    shape = (len(pool.log_flop), len(procedures))
    result = Simulated(*(np.full(shape, np.nan) for _ in Simulated._fields))
    for world, values in enumerate(pool.log_flop):
        chosen = selected_once(pool._replace(log_flop=values), procedures)
        for place, inside in enumerate(chosen):
            result.n[world, place] = inside.sum()
            if inside.sum() < 3 or np.ptp(pool.days[inside]) == 0:
                continue
            days, y = pool.days[inside], values[inside]
            lines = bootstrap_lines(
                days, y, samples=draws, noise_factor=noise_factor, rng=rng.spawn(1)[0]
            )
            line = weighted_lines(days, y, np.ones((1, days.size)))
            result.slope[world, place] = line.slope[0]
            if lines.slope.size:
                result.low[world, place], result.high[world, place] = quantiles(lines.slope, ends)
    return result
