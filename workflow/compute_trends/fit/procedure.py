"""How a trend selects its systems, and lines through systems selected anew in each resample.

Arrays in, arrays out, as `loglinear`. Which systems a trend holds is as uncertain as their
compute, because compute selects them: a resample scores and selects its systems by itself.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from compute_trends.common.rounding import half_digit
from compute_trends.fit.loglinear import CHUNK_VALUES, Array, ResampledLines
from compute_trends.fit.near import near_places

Mask = NDArray[np.bool_]
Counts = NDArray[np.uint8]

# Rows of resamples handled at once: their arrays stay in the processor's cache.
CHUNK = 250
# What rounding leaves of a window of equal values is not a spread.
LEAST_VARIANCE = 1e-12
# Spread of dates in days squared: below this, all are of one date.
LEAST_SPREAD = 0.5
# A resample hardly ever leaves out all but `top` of so many more systems with more compute:
# their draws are Poisson with that mean, and the probability is below 1e-11 for a top of 10.
HIGHER_MARGIN = 45


@dataclass(frozen=True)
class Procedure:
    """What selects the systems of a trend from a pool of n, by compute and by other things.

    Parameters
    ----------
    eligible : numpy.ndarray of bool, shape (n,)
        What compute does not decide: period, domain, a flag.
    low_z : float
        Systems with a score below it are left out.
    scale : str
        all, large (a score above ``high_z`` and ``markable``) or regular (every other system
        that has a score).
    markable : numpy.ndarray of bool, shape (n,)
        Dated late enough to be large-scale.
    top : int or None
        In the running top at release: fewer than ``top`` rivals dated no later have more
        compute. 1 are the record setters.
    rivals : numpy.ndarray of bool, shape (n,)
        Systems that rank.
    """

    eligible: Mask
    markable: Mask
    rivals: Mask
    low_z: float = -np.inf
    scale: str = "all"
    high_z: float = np.inf
    top: int | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """The same for procedures that select the same systems whatever their compute."""
        scale = () if self.scale == "all" else (self.scale, self.high_z, self.markable.tobytes())
        top = () if self.top is None else (self.top, self.rivals.tobytes())
        return (self.eligible.tobytes(), self.low_z, *scale, *top)

    @property
    def reads_scores(self) -> bool:
        """Whether scores decide anything."""
        return self.scale != "all" or self.low_z > -np.inf

    @property
    def kind(self) -> str:
        """Kind of trend: all, regular, large, records or top."""
        if self.top is not None:
            return "records" if self.top == 1 else "top"
        return self.scale


class Pool(NamedTuple):
    """Systems that are scored and ranked together, arrays of shape (n,) in order of the dates.

    ``log_flop`` may also be of shape (samples, n), where each sample has values of its own.
    ``window_days`` is the width of the window of scores on either side of a system.
    """

    days: Array
    log_flop: Array
    window_days: float


def counted_scores(pool: Pool, counts: Array) -> Array:
    """Standard score of each system among the counted ones of about its date.

    Parameters
    ----------
    counts : numpy.ndarray, shape (samples, n)
        How often each system counts.

    Returns
    -------
    numpy.ndarray, shape (samples, n)
        As of `loglinear.window_scores`, by sums over the dates; NaN where the window counts
        no system or only equal values. Scores of systems that do not count mean nothing.
    """
    days = pool.days
    values = pool.log_flop - (pool.log_flop.mean() if days.size else 0.0)
    low = np.searchsorted(days, days - pool.window_days, side="left")
    high = np.searchsorted(days, days + pool.window_days, side="right")

    def within(weights: Array) -> Array:
        """Sum of the weights in the window of each system."""
        total = np.zeros((weights.shape[0], days.size + 1))
        np.cumsum(weights, axis=1, out=total[:, 1:])
        return np.asarray(total[:, high] - total[:, low])

    weighted = counts * values
    n = np.maximum(within(counts), 1.0)
    mean = within(weighted) / n
    variance = within(weighted * values) / n - mean**2
    spread = np.sqrt(np.where(variance > LEAST_VARIANCE, variance, np.nan))
    return np.asarray((values - mean) / spread)


def higher_counts(pool: Pool, counts: Array, rivals: Mask, *, top: int) -> Array:
    """How many counted rivals dated no later have more compute, of each system.

    Returns
    -------
    numpy.ndarray, shape (samples, n)
        Infinite for systems that so many rivals exceed that a resample cannot bring them into
        the top (see `HIGHER_MARGIN`).
    """
    days, values = pool.days, np.atleast_2d(pool.log_flop)
    higher = np.full(np.broadcast_shapes(counts.shape, values.shape), np.inf, order="F")
    if len(values) == 1:
        same = (np.asarray(each, dtype=float).tobytes() for each in (days, values))
        near, exceeds = _near_and_exceeding(*same, rivals.tobytes(), top)
        higher[:, near] = counts[:, near].astype(np.float32) @ exceeds
        return higher
    earlier = (days <= days[:, None]) & rivals
    rows = max(1, CHUNK_VALUES // days.size**2)
    counts = np.broadcast_to(counts, higher.shape)
    for first in range(0, len(values), rows):
        part = slice(first, first + rows)
        above = earlier & (values[part, None, :] > values[part, :, None])
        higher[part] = np.einsum("sij,sj->si", above, counts[part])
    higher[:, ~rivals] = np.inf
    return higher


# Asked for each chunk of the resamples of a pool, with the same answer; some ranks at a time.
@functools.lru_cache(maxsize=4)
def _near_and_exceeding(
    days: bytes, values: bytes, rivals: bytes, top: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Rivals that a resample may bring into the top; 1 where one (row) exceeds another (column).

    Arrays of `higher_counts` as bytes, to be told apart by what they hold.
    """
    day, value = np.frombuffer(days), np.frombuffer(values)
    rank = np.flatnonzero(np.frombuffer(rivals, dtype=bool))
    rank = rank[np.argsort(day[rank], kind="stable")]
    near = np.sort(rank[near_places(day[rank], value[rank], within=top + HIGHER_MARGIN)])
    # Nobody else exceeds one of them. Counts are exact in single precision.
    day, value = day[near], value[near]
    exceeds = (day <= day[:, None]) & (value > value[:, None])
    return near, exceeds.astype(np.float32).T


def select(
    procedure: Procedure,
    pool: Pool,
    scores: Array | None,
    counts: Array,
    higher: Array | None = None,
) -> Mask:
    """Whether systems are among those of a trend, an array of shape (samples, n).

    Parameters
    ----------
    scores : numpy.ndarray, shape (samples, n), or None
        From `counted_scores`, compared as rounded by `nine_digits`; not needed where the
        procedure does not read them.
    counts : numpy.ndarray, shape (samples, n)
        How often each system counts; it is not asked whether it counts at all.
    higher : numpy.ndarray, shape (samples, n), optional
        From `higher_counts`, if they are known already.
    """
    if scores is None or not procedure.reads_scores:
        inside = np.broadcast_to(procedure.eligible, counts.shape)
    else:
        inside = procedure.eligible & ~(scores < procedure.low_z - half_digit(procedure.low_z))
    if scores is not None and procedure.scale != "all":
        large = (scores > procedure.high_z + half_digit(procedure.high_z)) & procedure.markable
        inside &= large if procedure.scale == "large" else ~large & ~np.isnan(scores)
    if procedure.top is not None:
        if higher is None:
            higher = higher_counts(pool, counts, procedure.rivals, top=procedure.top)
        inside = inside & (higher < procedure.top)
    return np.asarray(inside)


def weighted_lines(days: Array, log_flop: Array, weights: Array) -> ResampledLines:
    """Least-squares line of each sample of weighted systems.

    Parameters
    ----------
    days : numpy.ndarray, shape (n,)
        Day numbers.
    log_flop : numpy.ndarray, shape (n,) or (samples, n)
        log10 FLOP.
    weights : numpy.ndarray, shape (samples, n)
        Not negative.

    Returns
    -------
    ResampledLines
        Slope in OOM per day and level at day 0, arrays of shape (samples,); NaN where fewer
        than three systems have weight, or all of one date.
    """
    centre = days.mean()
    x = days - centre
    total = weights.sum(axis=1)
    sx, sxx = weights @ x, weights @ x**2
    if log_flop.ndim == 1:
        sy, sxy = weights @ log_flop, weights @ (x * log_flop)
    else:
        sy, sxy = (weights * log_flop).sum(axis=1), (weights * log_flop) @ x
    different = (weights > 0).sum(axis=1)
    return line_of_sums(total, sx, sxx, sy, sxy, different=different, centre=centre)


def line_of_sums(
    total: Array, sx: Array, sxx: Array, sy: Array, sxy: Array, *, different: Array, centre: float
) -> ResampledLines:
    """Line from sums of weights, and of these times days, log10 FLOP and their products.

    Parameters
    ----------
    different : numpy.ndarray
        Systems that have weight; NaN where there are fewer than three, or all of one date.
    centre : float
        What was taken from the days before they were summed.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = sxx - sx**2 / total
        slope = (sxy - sx * sy / total) / spread
        level = (sy - slope * (sx + total * centre)) / total
    enough = (different > 2) & (spread > LEAST_SPREAD)
    return ResampledLines(*(np.where(enough, value, np.nan) for value in (slope, level)))


def selected_lines(
    pool: Pool, procedures: Sequence[Procedure], counts: NDArray[np.generic]
) -> list[ResampledLines]:
    """Line of each procedure in each sample, its systems selected anew in each.

    Parameters
    ----------
    pool : Pool
        Of n systems.
    procedures : sequence of Procedure
        Those of the same `Procedure.key` are computed once.
    counts : numpy.ndarray, shape (samples, n)
        How often each system is drawn.

    Returns
    -------
    list of ResampledLines
        For each procedure, lines of shape (samples,) as from `weighted_lines`, in the order of
        the samples, so that lines of two procedures are of the same resamples.
    """
    once = {procedure.key: procedure for procedure in procedures}
    parts: dict[tuple[object, ...], list[ResampledLines]] = {key: [] for key in once}
    reads_scores = any(procedure.reads_scores for procedure in once.values())
    ranks: dict[object, Procedure] = {
        (each.rivals.tobytes(), each.top): each for each in once.values() if each.top
    }
    for pool_part, drawn in _chunks(pool, counts):
        scores = counted_scores(pool_part, drawn) if reads_scores else None
        higher: dict[object, Array] = {
            rank: higher_counts(pool_part, drawn, each.rivals, top=each.top or 0)
            for rank, each in ranks.items()
        }
        for key, procedure in once.items():
            own = higher.get((procedure.rivals.tobytes(), procedure.top))
            parts[key].append(lines_of(procedure, pool_part, scores, drawn, own))
    lines = {
        key: ResampledLines(*map(np.concatenate, zip(*of_key, strict=True)))
        for key, of_key in parts.items()
    }
    return [lines[procedure.key] for procedure in procedures]


def lines_of(
    procedure: Procedure, pool: Pool, scores: Array | None, counts: Array, higher: Array | None
) -> ResampledLines:
    """Line of one procedure in each sample; only the eligible systems are looked at.

    See `select` for the arrays.
    """
    there = _places(procedure.eligible)
    if there is None:
        return ResampledLines(*np.full((2, len(counts)), np.nan))
    values = pool.log_flop[..., there]
    drawn = counts[:, there]
    if procedure.top is None and not procedure.reads_scores:
        return weighted_lines(pool.days[there], values, drawn)
    own = replace(
        procedure,
        eligible=procedure.eligible[there],
        markable=procedure.markable[there],
        rivals=procedure.rivals[there],
    )
    part = pool._replace(days=pool.days[there], log_flop=values)
    # Systems before the period rank, too.
    read = (scores if procedure.reads_scores else None, higher)
    parts = [None if array is None else array[:, there] for array in read]
    inside = select(own, part, parts[0], drawn, parts[1])
    weights = np.multiply(drawn, inside, order="F")
    return weighted_lines(pool.days[there], values, weights)


def _places(eligible: Mask) -> NDArray[np.intp] | slice | None:
    """Where systems are eligible; None if nowhere.

    A slice where they stand side by side, as those of a period do: it copies nothing.
    """
    there = np.flatnonzero(eligible)
    if not there.size:
        return None
    first, end = int(there[0]), int(there[-1]) + 1
    return slice(first, end) if end - first == there.size else there


def _chunks(pool: Pool, counts: NDArray[np.generic]) -> Iterator[tuple[Pool, Array]]:
    """Samples a few at a time, with the values of their systems."""
    for first in range(0, len(counts), CHUNK):
        rows = slice(first, first + CHUNK)
        own = pool.log_flop if pool.log_flop.ndim == 1 else pool.log_flop[rows]
        # System by system in memory, so that those of a period are one block of it.
        yield pool._replace(log_flop=own), counts[rows].astype(float, order="F")
