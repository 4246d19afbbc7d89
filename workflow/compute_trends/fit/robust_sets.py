"""Slopes that a few outliers do not move, of many sets of the same systems.

Arrays in, arrays out, as `robust_lines`, which knows one set at a time. Here what the sets have
in common is done once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compute_trends.fit.loglinear import Array, usable_points
from compute_trends.fit.robust_lines import ROUNDING, Scatter, Vertex, theil_sen_slope

Mask = NDArray[np.bool_]
Words = NDArray[np.uint64]

# Sets looked at together, one bit of a word each
WORD = 64
# Pairs counted together: the most that a byte counts
BLOCK = 255
# Sets of a larger share of the systems are told from all pairs; others are faster alone.
LARGE = 0.4
# The lowest bit of each byte
BYTES = np.uint64(0x0101010101010101)


class SortedPairs(NamedTuple):
    """Slopes over all pairs of different dates in rising order, and the systems of each pair.

    ``systems`` has columns up to whole blocks: the last, of a system n that is in no set, have
    no slope.
    """

    slopes: Array
    systems: NDArray[np.intp]


def theil_sen_slopes(
    days: ArrayLike,
    log_flop: ArrayLike,
    masks: Mask,
    weights: ArrayLike | None = None,
    *,
    pairs: SortedPairs | None = None,
) -> Array:
    """Slopes of `robust_lines.theil_sen_slope` of sets of systems.

    The slopes over all pairs are sorted once. Which pairs are in a set is looked up for 64 sets
    at a time, and counted until half of them are reached. With weights, that takes one set
    after the other, and small sets are looked at alone.

    Parameters
    ----------
    days, log_flop : array_like, shape (n,)
        As for `loglinear.fit_line`.
    masks : numpy.ndarray of bool, shape (sets, n)
        Which systems a set holds.
    weights : array_like, shape (n,), optional
        Positive.
    pairs : SortedPairs, optional
        Of these systems, if they are known already.

    Returns
    -------
    numpy.ndarray, shape (sets,)
        In OOM per day; NaN for fewer than three systems or one date.

    Raises
    ------
    ValueError
        See `loglinear.usable_points`; or a weight is not positive.
    """
    x, y, w = _usable(days, log_flop, weights)
    result = np.full(len(masks), np.nan)
    pairs = sorted_pairs(x, y) if pairs is None else pairs
    if weights is not None:
        for place, members in _with_line(x, masks):
            if members.size > LARGE * x.size:
                inside = np.append(np.where(masks[place], w, 0.0), 0.0)
                result[place] = _weighted_middle_slope(pairs, inside)
            else:
                result[place] = theil_sen_slope(x[members], y[members], w[members])
        return result
    for start in range(0, len(masks), WORD):
        some = masks[start : start + WORD]
        result[start : start + WORD] = _middle_slopes(*pairs, some)
    result[masks.sum(axis=1) < 3] = np.nan
    return result


def _usable(
    days: ArrayLike, log_flop: ArrayLike, weights: ArrayLike | None
) -> tuple[Array, Array, Array]:
    """Arrays of a pool that slopes of sets can be told from."""
    x, y = usable_points(days, log_flop)
    w = np.ones(x.size) if weights is None else np.asarray(weights, dtype=float)
    if not (np.isfinite(w).all() and (w > 0).all()):
        raise ValueError("weights must be positive and finite")
    return x, y, w


def _with_line(x: Array, masks: Mask) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Each set that a line can be fitted to, and its systems."""
    for place, mask in enumerate(masks):
        members = mask.nonzero()[0]
        if members.size > 2 and x[members].min() < x[members].max():
            yield place, members


def sorted_pairs(x: Array, y: Array) -> SortedPairs:
    """Pairs of the systems of a pool, day numbers and log10 FLOP of shape (n,)."""
    first, second = np.triu_indices(x.size, 1)
    dated = x[first] != x[second]
    first, second = first[dated], second[dated]
    slopes = (y[second] - y[first]) / (x[second] - x[first])
    order = np.argsort(slopes)
    pairs = np.full((2, -(-order.size // BLOCK) * BLOCK), x.size)
    pairs[:, : order.size] = first[order], second[order]
    return SortedPairs(slopes[order], pairs)


def least_absolute_slopes(
    days: ArrayLike, log_flop: ArrayLike, masks: Mask, weights: ArrayLike | None = None
) -> Array:
    """Slopes of `robust_lines.least_absolute_slope` of sets of systems.

    The search begins at the line of the set before, which often is a line of the next, too. No
    slope depends on where it begins.

    Parameters
    ----------
    days, log_flop : array_like, shape (n,)
        As for `loglinear.fit_line`.
    masks : numpy.ndarray of bool, shape (sets, n)
        Which systems a set holds.
    weights : array_like, shape (n,), optional
        How much each deviation counts; positive.

    Returns
    -------
    numpy.ndarray, shape (sets,)
        In OOM per day; NaN for fewer than three systems or one date.

    Raises
    ------
    ValueError
        See `loglinear.usable_points`; or a weight is not positive.
    """
    x, y, w = _usable(days, log_flop, weights)
    result = np.full(len(masks), np.nan)
    line = np.empty(0, dtype=np.intp)
    for place, members in _with_line(x, masks):
        scatter = Scatter(x[members], y[members], w[members])
        still_there = line[masks[place, line]]
        best = scatter.optimum(_begin(scatter, members.searchsorted(still_there)))
        result[place] = scatter.middle_slope(best)
        line = members[best.on]
    return result


def _begin(scatter: Scatter, on: NDArray[np.intp]) -> Vertex:
    """Line through some systems, or as far as they tell one."""
    if on.size > 1 and scatter.x[on[0]] != scatter.x[on[-1]]:
        return scatter.vertex(int(on[0]), int(on[-1]))
    return scatter.turned(int(on[0])) if on.size else scatter.start()


def _middle_slopes(slopes: Array, pairs: NDArray[np.intp], masks: Mask) -> Array:
    """Median of sorted slopes over the pairs in each of up to 64 sets."""
    bits = np.zeros((masks.shape[1] + 1, WORD), dtype=bool)
    bits[:-1, : len(masks)] = masks.T
    words = np.packbits(bits, axis=1, bitorder="little").view(np.uint64)[:, 0]
    inside = (words[pairs[0]] & words[pairs[1]]).reshape(-1, BLOCK)
    counts = _counted(inside)[:, : len(masks)]
    reached = counts.cumsum(axis=0)
    total = reached[-1]
    middle = [
        slopes[_place(inside, counts, reached, rank)]
        for rank in (np.maximum(total - 1, 0) // 2, np.maximum(total // 2, 0))
    ]
    return np.asarray(np.where(total > 0, (middle[0] + middle[1]) / 2, np.nan))


def _weighted_middle_slope(pairs: SortedPairs, inside: Array) -> float:
    """As `robust_lines.theil_sen_slope`, from sorted slopes; ``inside`` are weights or zero."""
    slopes = pairs.slopes
    first, second = pairs.systems[:, : slopes.size]
    reached = np.cumsum(inside[first] * inside[second])
    half, rounding = reached[-1] / 2, reached[-1] * ROUNDING
    places = np.searchsorted(reached, [half - rounding, half + rounding])
    return float(slopes[np.minimum(places, slopes.size - 1)].mean())


def _counted(inside: Words) -> NDArray[np.int64]:
    """How many of the words of each block have each bit, an array of shape (blocks, 64)."""
    counts = np.empty((len(inside), 8, 8), dtype=np.int64)
    for bit in range(8):
        # One bit of each byte: sums of 255 stay in their bytes.
        sums = ((inside >> np.uint64(bit)) & BYTES).sum(axis=1, dtype=np.uint64)
        counts[:, :, bit] = sums.view(np.uint8).reshape(-1, 8)
    return counts.reshape(-1, WORD)


def _place(
    inside: Words,
    counts: NDArray[np.int64],
    reached: NDArray[np.int64],
    rank: NDArray[np.int64],
) -> NDArray[np.intp]:
    """Where the pair of a rank within each set stands among all; 0 where a set has no pair."""
    bit = np.arange(rank.size)
    block = np.minimum((reached <= rank).sum(axis=0), len(counts) - 1)
    left = rank - (reached - counts)[block, bit]
    own = (inside[block] >> bit[:, np.newaxis].astype(np.uint64)) & np.uint64(1)
    place = block * BLOCK + (own.cumsum(axis=1) <= left[:, np.newaxis]).sum(axis=1)
    return np.asarray(np.where(reached[-1] > 0, place, 0))
