"""Intervals of a line from its resamples, widened for few systems. Arrays in, arrays out."""

from __future__ import annotations

import functools
import logging
import math
from collections.abc import Iterator
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compute_trends.common.many_streams import BLOCK, ManyStreams
from compute_trends.common.progress import with_progress
from compute_trends.common.random_streams import random_stream
from compute_trends.fit.loglinear import Array

# Share of the resamples that the reported interval of the normal case holds
LEVEL = 0.90
# Measured (check_coverage): without it the least of the trends over all systems held 0.86 to 0.89
# (300 worlds a law), with it 0.90 (2000 worlds, deep); most then hold a few points more than 0.90.
WIDER = 1.05
# A system of a leverage as near to 1 as this decides the slope alone.
ALONE = 1e-9
# ASSUME: where more resamples than this share hold no line, the others say too little.
MOST_WITHOUT_LINE = 0.05
# Resamples whose counts are drawn at once, and counts at most where systems are very many
CHUNK = 256
COUNTS_AT_ONCE = 32_000_000


class Interval(NamedTuple):
    """Quantiles of resamples that are the ends of an interval, or why there is none."""

    low: float
    high: float
    note: str | None


def poisson_counts(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Poisson counts of mean 1, by inversion of 16 random bits each: 30 times faster than drawn.

    Probabilities are rounded to 1 / 65536, so that counts above 8 do not come.
    """
    return np.asarray(_poisson_table()[rng.integers(2**16, size=shape, dtype=np.uint16)])


@functools.cache
def _poisson_table() -> NDArray[np.uint8]:
    """Count for each of 65536 equally likely values."""
    ends = np.round(2**16 * np.cumsum([math.exp(-1) / math.factorial(k) for k in range(9)]))
    return np.searchsorted(ends, np.arange(2**16), side="right").astype(np.uint8)


def system_counts(names: list[str], *, draws: int, seed: int) -> NDArray[np.uint8]:
    """How often each system is drawn in each resample, an array of shape (draws, n).

    Poisson counts of mean 1, from a stream of each system's own: the same systems are drawn
    alike in whatever set they stand, so that trends that share systems, bases and vintages
    are resampled in pairs.

    Parameters
    ----------
    names : list of str, length n
        Keys of the systems.
    """
    counts = np.empty((draws, len(names)), dtype=np.uint8)
    for place, name in enumerate(names):
        counts[:, place] = _counts_of(name, draws, seed)
    return counts


def streamed_counts(
    names: list[str], *, draws: int, seed: int, log: logging.Logger
) -> Iterator[NDArray[np.uint8]]:
    """The counts of `system_counts`, some resamples after others, so that memory holds few.

    Yields
    ------
    numpy.ndarray, shape (some draws, n)
        The same counts; logs how far it is.
    """
    streams = ManyStreams(seed, [_stream_of(name) for name in names])
    # Numbers come by four
    rows = max(4, min(CHUNK, COUNTS_AT_ONCE // len(names)) // 4 * 4)
    for first in with_progress(range(0, draws, rows), "batches of resamples", log):
        counts = np.empty((rows, len(names)), dtype=np.uint8)
        for start in range(0, len(names), BLOCK):
            part = slice(start, start + BLOCK)
            counts[:, part] = _poisson_table()[streams.words(rows, part)]
        yield counts[: draws - first]


def _stream_of(name: str) -> str:
    """Name of the stream of a system."""
    return f"resamples of {name}"


# The same systems stand in many pools: bases, datasets, variations. At most about 40 MB.
@functools.lru_cache(maxsize=2048)
def _counts_of(name: str, draws: int, seed: int) -> NDArray[np.uint8]:
    """How often one system is drawn in each resample."""
    return poisson_counts((draws,), random_stream(seed, _stream_of(name)))


def degrees_of_freedom(days: Array) -> float:
    """Degrees of freedom of the variance of a least-squares slope on days, shape (n,).

    Those of Bell and McCaffrey (2002) for the HC2 variance and scatter that is the same
    everywhere; far fewer than n - 2 where a few early systems decide the slope. With
    w = dx / (S_xx sqrt(1 - h)), residual maker M = I - H and A = diag(w) M diag(w), they are
    trace(A)^2 / trace(A^2).

    Returns
    -------
    float
        NaN where one system decides the slope alone.
    """
    n, dx = days.size, days - days.mean()
    sxx = float(dx @ dx)
    if not sxx > 0:
        return float("nan")
    leverage = 1 / n + dx**2 / sxx
    if leverage.max() > 1 - ALONE:
        return float("nan")
    w2 = dx**2 / (sxx**2 * (1 - leverage))
    trace = float((w2 * (1 - leverage)).sum())
    shared = w2.sum() ** 2 / n**2 + 2 * (w2 @ dx) ** 2 / (n * sxx) + (w2 @ dx**2) ** 2 / sxx**2
    square = float((w2**2 * (1 - 2 * leverage)).sum() + shared)
    return trace**2 / square


WITHHELD = Interval(
    np.nan, np.nan, "no interval: in simulated data such intervals hold less than they claim"
)


def interval(days: Array, values: Array, *, least_systems: int) -> Interval:
    """Interval of 90 % of a number of a line, from that number in each resample.

    Percentiles at expanded levels (Hesterberg 2015): instead of those of the normal
    distribution, those of Student's t with `degrees_of_freedom` times sqrt(n / (n - 1)), and
    a little further out still (`WIDER`).

    Parameters
    ----------
    days : numpy.ndarray, shape (n,)
        Day numbers of the systems behind the line.
    values : numpy.ndarray, shape (samples,)
        NaN where a resample holds no line.
    least_systems : int
        Fewer have no interval.

    Returns
    -------
    Interval
        Without ends (NaN), and a note why, for fewer systems, where one decides the slope
        alone, or where too many resamples hold no line.
    """
    return interval_at(interval_levels(days, least_systems=least_systems), values)


def interval_at(levels: Interval, values: Array) -> Interval:
    """Interval between two quantiles of resamples, shape (samples,).

    Without ends, and a note why, where the levels have none or too many resamples are NaN.
    """
    low, high, note = levels
    there = values[~np.isnan(values)]
    if note is None and there.size < (1 - MOST_WITHOUT_LINE) * values.size:
        note = "no interval: too many resamples hold fewer than three of these systems"
    if note is not None:
        return Interval(np.nan, np.nan, note)
    ends = np.quantile(there, [low, high])
    return Interval(float(ends[0]), float(ends[1]), None)


def interval_levels(days: Array, *, least_systems: int) -> Interval:
    """Quantile levels of the ends of `interval`."""
    n = days.size
    if n < least_systems:
        note = f"no interval: fewer than {least_systems} systems"
        return Interval(np.nan, np.nan, note)
    degrees = degrees_of_freedom(days)
    if np.isnan(degrees):
        return Interval(np.nan, np.nan, "no interval: one system alone decides the slope")
    return expanded_levels(n, degrees)


def expanded_levels(n: int, degrees: float) -> Interval:
    """Quantile levels that Student's t with ``degrees`` of freedom gives for n systems, `WIDER`."""
    high = NormalDist().cdf(float(expanded_reach(n, degrees)))
    return Interval(1 - high, high, None)


def expanded_reach(n: ArrayLike, degrees: ArrayLike) -> Array:
    """How many standard deviations of the normal distribution those levels are from its middle."""
    # Here, because the paper's part of a run needs none of scipy.
    from scipy.special import stdtrit

    n = np.asarray(n)
    return np.asarray(WIDER * stdtrit(degrees, (1 + LEVEL) / 2) * np.sqrt(n / (n - 1)))
