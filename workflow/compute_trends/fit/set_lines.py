"""Lines through very many sets of the same systems, all in the same resamples.

Arrays in, arrays out, as `loglinear`. The sums that a least-squares line needs are, for all sets
and resamples at once, matrix products of masks and counts. The terms of these sums are rounded
beforehand to multiples of a power of two so coarse that no sum of them is ever rounded (Demmel
and Nguyen 2013), and yet keep more than 40 bits. So a sum is the same in whatever order the
processor adds, and a set has the same numbers, to the last bit, whatever the number of workers
and the other sets in the call.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compute_trends.fit.intervals import ALONE, MOST_WITHOUT_LINE, expanded_reach
from compute_trends.fit.loglinear import Array, usable_points
from compute_trends.fit.procedure import LEAST_SPREAD

Mask = NDArray[np.bool_]
Counts = NDArray[np.uint8]

# Sets that a worker handles at once, and lines: its arrays stay in the processor's cache.
CHUNK = 256
CHUNK_LINES = 250_000
# Bits of the integers that double and single precision hold
DOUBLE_BITS, SINGLE_BITS = 53, 24

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


class _Sums(NamedTuple):
    """Sums over the systems of a kind (those that are in the same sets), to be added up by sets.

    ``kinds`` is one system of each of k kinds. ``drawn`` holds, for each term of `_terms`, an
    array (k, draws) of sums over the drawn systems, ``once`` those over all systems, (k, terms).
    ``there`` says how many different systems are drawn. A resample of more weight than ``few``
    holds three or more; one of less ``spread`` has one date.
    """

    kinds: NDArray[np.intp]
    drawn: list[NDArray[np.floating]]
    once: Array
    there: NDArray[np.float32]
    few: float
    spread: float


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
    sums = _sums(_terms(x, y - tilt * x, w, counts), w, masks, counts)
    lines = _no_lines(len(masks))
    rows = max(1, min(CHUNK, CHUNK_LINES // len(counts)))

    def work(first_chunk: int) -> None:
        """Every chunk of one worker."""
        buffers = np.empty((len(sums.drawn), rows, len(counts)))
        for first in range(first_chunk * rows, len(masks), workers * rows):
            part = slice(first, first + rows)
            _fill(_part(lines, part), masks[part], sums, x, buffers, least_systems)

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


def _terms(x: Array, y: Array, w: Array, counts: Counts) -> list[NDArray[np.floating]]:
    """Terms of the sums of w, wx, wxx, wy and wxy, so rounded that no sum of them is.

    Those that single precision holds without rounding are in single precision.
    """
    exact = np.array([w, w * x, w * x**2, w * y, w * x * y])
    size = np.abs(exact)
    largest = np.maximum((size @ counts.T.astype(float)).max(axis=1), size.sum(axis=1))
    terms: list[NDArray[np.floating]] = []
    for term, bound in zip(exact, largest, strict=True):
        single, double = (_rounded(term, bound, bits) for bits in (SINGLE_BITS, DOUBLE_BITS))
        short = len(terms) < 2 and (single == term).all()
        terms.append(single.astype(np.float32) if short else double)
    return terms


def _rounded(term: Array, bound: float, bits: int) -> Array:
    """Multiples of a power of two of which sums up to the bound have no more than the bits."""
    # One bit is for what rounding adds to the sum.
    step = 2.0 ** (np.ceil(np.log2(bound)) + 1 - bits) if bound > 0 else 1.0
    return np.asarray(np.rint(term / step) * step)


def _sums(terms: list[NDArray[np.floating]], w: Array, masks: Mask, counts: Counts) -> _Sums:
    """Sums of the terms by kind of system and resample."""
    numbers: dict[bytes, int] = {}
    columns = np.ascontiguousarray(np.packbits(masks, axis=0).T)
    kind = [numbers.setdefault(column.tobytes(), len(numbers)) for column in columns]
    of_kind = np.zeros((len(numbers), len(kind)))
    of_kind[kind, np.arange(len(kind))] = 1
    draws = counts.T.astype(float)
    return _Sums(
        kinds=of_kind.argmax(axis=1),
        drawn=[(of_kind @ (term[:, np.newaxis] * draws)).astype(term.dtype) for term in terms],
        once=of_kind @ np.array(terms, dtype=float).T,
        there=(of_kind @ (draws > 0)).astype(np.float32),
        few=2 * float((counts.max(axis=0, initial=0) * w).max()),
        spread=LEAST_SPREAD * min(1.0, float(w.min())),
    )


def _fill(
    lines: SetLines, masks: Mask, sums: _Sums, x: Array, buffers: Array, least_systems: int
) -> None:
    """Fill in the lines of some sets."""
    inside = masks[:, sums.kinds].astype(np.float32)
    members = masks.astype(float)
    lines.n[:] = masks.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        once = inside.astype(float) @ sums.once
        lines.slope[:] = _slopes(*once.T.copy(), few=lines.n < 3, least_spread=sums.spread)
        degrees = _degrees_of_freedom(x, members)
    few, alone = lines.n < least_systems, np.isnan(degrees)
    lines.reason[:] = np.where(few, FEW_SYSTEMS, np.where(alone, ONE_DECIDES, 0))
    slopes = _resampled(inside, sums, buffers[:, : len(masks)])
    slopes.sort(axis=1)
    enough = np.count_nonzero(~np.isnan(slopes), axis=1)
    too_few = enough < (1 - MOST_WITHOUT_LINE) * slopes.shape[1]
    lines.reason[(lines.reason == 0) & too_few] = FEW_LINES
    there = lines.reason == 0
    _ends(lines, slopes, enough, degrees, there)


def _resampled(inside: NDArray[np.float32], sums: _Sums, buffers: Array) -> Array:
    """Slopes of some sets in each resample, in the last of the buffers; NaN where there is none."""
    wide = inside.astype(float)
    for drawn, out in zip(sums.drawn, buffers, strict=True):
        out[:] = inside @ drawn if drawn.dtype == np.float32 else np.matmul(wide, drawn, out=out)
    few = buffers[0] <= sums.few
    rows = few.any(axis=1)
    few[rows] &= inside[rows] @ sums.there < 3
    with np.errstate(invalid="ignore", divide="ignore"):
        return _slopes(*buffers, few=few, least_spread=sums.spread)


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


def _degrees_of_freedom(x: Array, members: Array) -> Array:
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
    lines.low[there] = _sorted_quantile(slopes, 1 - high, m)
    lines.high[there] = _sorted_quantile(slopes, high, m)
    off = slopes - lines.slope[there, np.newaxis]
    if (m < off.shape[1]).any():
        off[np.isnan(off)] = 0
    squares = np.einsum("ij,ij->i", off, off) - off.sum(axis=1) ** 2 / m
    lines.sd[there] = np.sqrt(squares / (m - 1))


def _sorted_quantile(values: Array, level: Array, n: NDArray[np.intp]) -> Array:
    """One quantile of the first n values of each sorted row, as `numpy.quantile` has it."""
    place = level * (n - 1)
    first = np.floor(place).astype(int)
    part = place - first
    row = np.arange(len(values))
    low, high = values[row, first], values[row, np.minimum(first + 1, n - 1)]
    return np.asarray(
        np.where(part < 0.5, low + (high - low) * part, high - (high - low) * (1 - part))
    )
