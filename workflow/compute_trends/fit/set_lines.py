"""Lines through very many sets of the same systems, all in the same resamples.

Arrays in, arrays out, as `loglinear`. A set has the same numbers, to the last bit, whatever the
number of workers and the other sets in the call, because its sums are exact (see `set_sums`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compute_trends.fit.intervals import ALONE, MOST_WITHOUT_LINE, expanded_reach
from compute_trends.fit.loglinear import Array, usable_points
from compute_trends.fit.procedure import LEAST_SPREAD
from compute_trends.fit.set_sums import Counts, Mask, SetSums

# Sets that a worker handles at once, and lines: its arrays stay in the processor's cache.
CHUNK = 256
CHUNK_LINES = 250_000

# Why a set has no interval, by `SetLines.reason`; they take ``least_systems``.
REASONS = (
    "",
    "no interval: fewer than {least_systems} systems",
    "no interval: one system alone decides the slope",
    "no interval: too many resamples hold fewer than three of these systems",
)
FEW_SYSTEMS, ONE_DECIDES, FEW_LINES = 1, 2, 3


class SetLines(NamedTuple):
    """Least-squares lines of sets of systems, arrays of shape (sets,).

    ``slope`` is in OOM per day, NaN where a set has fewer than three systems or one date.
    ``low`` and ``high`` are the ends of its interval of 90 %, and ``sd`` is the standard
    deviation over the resamples; NaN where ``reason`` says why (see `REASONS`), else it is 0.
    """

    n: NDArray[np.int64]
    slope: Array
    low: Array
    high: Array
    sd: Array
    reason: NDArray[np.uint8]


def set_lines(
    days: ArrayLike,
    log_flop: ArrayLike,
    masks: Mask,
    counts: Counts,
    *,
    weights: ArrayLike | None = None,
    least_systems: int = 8,
    workers: int = 1,
) -> SetLines:
    """Least-squares line of each set of systems, with an interval from the same resamples.

    The interval is that of `intervals.interval`, of the slopes of `procedure.weighted_lines`.

    Parameters
    ----------
    days, log_flop : array_like, shape (n,)
        As for `loglinear.fit_line`.
    masks : numpy.ndarray of bool, shape (sets, n)
        Which systems a set holds. Equal sets are computed as often as they come (see
        `sets.distinct_sets`).
    counts : numpy.ndarray of int, shape (draws, n)
        How often a resample draws each system, as from `intervals.system_counts`.
    weights : array_like, shape (n,), optional
        How much a system counts each time; all alike if not given. They do not change the
        levels of the ends.
    least_systems : int
        Sets of fewer systems have no interval.
    workers : int
        Threads; best as many as there are cores, each with a linear algebra of one thread
        (OPENBLAS_NUM_THREADS=1). No number depends on it.

    Raises
    ------
    ValueError
        See `loglinear.usable_points`; or a weight is not positive.
    """
    x, y = usable_points(days, log_flop)
    w = np.ones(x.size) if weights is None else np.asarray(weights, dtype=float)
    if not (np.isfinite(w).all() and (w > 0).all()):
        raise ValueError("weights must be positive and finite")
    x, y = x - np.round(x.mean()), y - y.mean()
    # Sums of small numbers lose least: those of what a line through all systems leaves
    dx = x - x.mean()
    tilt = float(dx @ y) / float(dx @ dx)
    sums = SetSums(x, y - tilt * x, w, masks, counts)
    spread = LEAST_SPREAD * min(1.0, float(w.min()))
    lines = _no_lines(len(masks))
    rows = max(1, min(CHUNK, CHUNK_LINES // len(counts)))

    def work(first_chunk: int) -> None:
        """Every chunk of one worker."""
        buffers = np.empty((sums.TERMS, rows, len(counts)))
        for first in range(first_chunk * rows, len(masks), workers * rows):
            part = slice(first, first + rows)
            _fill(_part(lines, part), masks[part], sums, spread, x, buffers, least_systems)

    if workers == 1:
        work(0)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, range(workers)))
    for column in (lines.slope, lines.low, lines.high):
        column += tilt
    return lines


def _part(lines: SetLines, part: slice) -> SetLines:
    """Views of some sets, to be filled."""
    n, slope, low, high, sd, reason = lines
    return SetLines(n[part], slope[part], low[part], high[part], sd[part], reason[part])


def _no_lines(sets: int) -> SetLines:
    """Arrays to be filled."""
    low, high, sd = np.full((3, sets), np.nan)
    reason = np.zeros(sets, dtype=np.uint8)
    return SetLines(np.zeros(sets, dtype=np.int64), np.empty(sets), low, high, sd, reason)


def _fill(
    lines: SetLines,
    masks: Mask,
    sums: SetSums,
    spread: float,
    x: Array,
    buffers: Array,
    least_systems: int,
) -> None:
    """Fill in the lines of some sets; a resample of less ``spread`` has one date."""
    lines.n[:] = masks.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        lines.slope[:] = _slopes(*sums.once(masks), few=lines.n < 3, least_spread=spread)
        degrees = degrees_of_freedom_of_sets(x, masks.astype(float))
        drawn, too_few = sums.drawn(masks, buffers[:, : len(masks)])
        slopes = _slopes(*drawn, few=too_few, least_spread=spread)
    few, alone = lines.n < least_systems, np.isnan(degrees)
    lines.reason[:] = np.where(few, FEW_SYSTEMS, np.where(alone, ONE_DECIDES, 0))
    slopes.sort(axis=1)
    enough = np.count_nonzero(~np.isnan(slopes), axis=1)
    without = enough < (1 - MOST_WITHOUT_LINE) * slopes.shape[1]
    lines.reason[(lines.reason == 0) & without] = FEW_LINES
    _ends(lines, slopes, enough, degrees, lines.reason == 0)


def _slopes(
    total: Array, sx: Array, sxx: Array, sy: Array, sxy: Array, *, few: Mask, least_spread: float
) -> Array:
    """Slopes S_xy / S_xx from sums, which they are computed in; NaN where there are too few."""
    mean = np.divide(sx, total, out=total)
    np.subtract(sxx, np.multiply(mean, sx, out=sx), out=sxx)
    np.subtract(sxy, np.multiply(mean, sy, out=sy), out=sxy)
    np.divide(sxy, sxx, out=sxy)
    none = ~(sxx > least_spread) | few
    if none.any():
        sxy[none] = np.nan
    return sxy


def degrees_of_freedom_of_sets(x: Array, members: Array) -> Array:
    """As `intervals.degrees_of_freedom`, of each row of ones and zeros."""
    n = members.sum(axis=1, keepdims=True)
    dx = (x - (members * x).sum(axis=1, keepdims=True) / n) * members
    sxx = (dx**2).sum(axis=1, keepdims=True)
    share = dx**2 / sxx
    left = 1 - 1 / n - share
    v = share / left
    parts = (
        (v**2 * (2 * left - 1)).sum(axis=1)
        + (v.sum(axis=1) / n[:, 0]) ** 2
        + 2 * (v * dx).sum(axis=1) ** 2 / (n * sxx)[:, 0]
        + (v * share).sum(axis=1) ** 2
    )
    return np.asarray(np.where(left.min(axis=1) < ALONE, np.nan, 1 / parts))


def _ends(
    lines: SetLines, slopes: Array, enough: NDArray[np.intp], degrees: Array, there: Mask
) -> None:
    """Fill in intervals and standard deviations, from sorted slopes."""
    from scipy.special import ndtr

    if not there.any():
        return
    n, degrees, m = lines.n[there], degrees[there], enough[there]
    slopes = slopes if there.all() else slopes[there]
    high = ndtr(expanded_reach(n, degrees))
    lines.low[there] = sorted_quantile(slopes, 1 - high, m)
    lines.high[there] = sorted_quantile(slopes, high, m)
    off = slopes - lines.slope[there, np.newaxis]
    if (m < off.shape[1]).any():
        off[np.isnan(off)] = 0
    squares = np.einsum("ij,ij->i", off, off) - off.sum(axis=1) ** 2 / m
    lines.sd[there] = np.sqrt(squares / (m - 1))


def sorted_quantile(values: Array, level: Array, n: NDArray[np.intp]) -> Array:
    """One quantile of the first n values of each sorted row, as `numpy.quantile` has it."""
    place = level * (n - 1)
    first = np.floor(place).astype(int)
    part = place - first
    row = np.arange(len(values))
    low, high = values[row, first], values[row, np.minimum(first + 1, n - 1)]
    return np.asarray(
        np.where(part < 0.5, low + (high - low) * part, high - (high - low) * (1 - part))
    )
