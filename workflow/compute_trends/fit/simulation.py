"""Trends of simulated worlds, each with its interval, everything repeated. Arrays in and out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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

    def ends_of(own: Pool, chosen: list[Mask]) -> Iterator[tuple[float, float]]:
        """Ends of the interval of each procedure in one world."""
        counts = poisson_counts((draws, own.days.size), rng)
        resampled = selected_lines(own, procedures, counts)
        for inside, lines in zip(chosen, resampled, strict=True):
            low, high, _ = interval(own.days[inside], lines.slope, least_systems=least_systems)
            yield low, high

    return _each_world(pool, procedures, ends_of)


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

    def ends_of(own: Pool, chosen: list[Mask]) -> Iterator[tuple[float, float]]:
        """Ends of the interval of each procedure in one world."""
        for inside in chosen:
            low = high = np.nan
            if inside.sum() >= 3 and np.ptp(own.days[inside]) > 0:
                lines = bootstrap_lines(
                    own.days[inside],
                    own.log_flop[inside],
                    samples=draws,
                    noise_factor=noise_factor,
                    rng=rng.spawn(1)[0],
                )
                if lines.slope.size:
                    low, high = quantiles(lines.slope, ends)
            yield low, high

    return _each_world(pool, procedures, ends_of)


def _each_world(
    pool: Pool,
    procedures: Sequence[Procedure],
    ends_of: Callable[[Pool, list[Mask]], Iterator[tuple[float, float]]],
) -> Simulated:
    """Select and fit in each world; ``ends_of`` gives the intervals of its trends."""
    shape = (len(pool.log_flop), len(procedures))
    result = Simulated(*(np.full(shape, np.nan) for _ in Simulated._fields))
    for world, values in enumerate(pool.log_flop):
        own = pool._replace(log_flop=values)
        chosen = selected_once(own, procedures)
        result.n[world] = [inside.sum() for inside in chosen]
        result.slope[world] = weighted_lines(own.days, values, np.array(chosen, dtype=float)).slope
        ends = np.array(list(ends_of(own, chosen)))
        result.low[world], result.high[world] = ends.T
    return result


def selected_once(pool: Pool, procedures: Sequence[Procedure]) -> list[Mask]:
    """Systems that each procedure selects of a pool, arrays of shape (n,)."""
    each = np.ones((1, pool.days.size))
    scores = counted_scores(pool, each)
    return [select(procedure, pool, scores, each)[0] for procedure in procedures]
