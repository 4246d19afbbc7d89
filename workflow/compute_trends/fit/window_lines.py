"""Slopes of a procedure over many periods, its systems selected anew in each resample.

Arrays in, arrays out. A period is a range of the systems in order of their dates, so that all
periods share scores, ranks and sums over the spans between their first and last days.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import (
    CHUNK,
    LEAST_SPREAD,
    Mask,
    Pool,
    Procedure,
    counted_scores,
    higher_counts,
    select,
)

MOMENTS = 5


class Request(NamedTuple):
    """A procedure, and the periods that are asked of it.

    ``procedure`` selects among all systems of a pool, whatever their date; ``windows`` of shape
    (w, 2) are ranges of them, the first system and the one behind the last.
    """

    procedure: Procedure
    windows: NDArray[np.int64]


def window_slopes(
    pool: Pool, requests: Sequence[Request], counts: NDArray[np.generic], weights: Array
) -> list[Array]:
    """Least-squares slope of each request's periods in each resample.

    Parameters
    ----------
    pool : Pool
        Of n systems in order of their dates, ``log_flop`` of shape (n,).
    requests : sequence of Request
        All that rank systems rank the same rivals.
    counts : numpy.ndarray, shape (samples, n)
        How often each system is drawn.
    weights : numpy.ndarray, shape (k, n)
        What a system counts, in k ways.

    Returns
    -------
    list of numpy.ndarray, shape (samples, w, k)
        In OOM per day; NaN where a resample holds fewer than three systems of a period, or all
        of one date.
    """
    slopes: list[list[Array]] = [[] for _ in requests]
    features = _features(pool, weights)
    reads_scores = any(request.procedure.reads_scores for request in requests)
    tops = [request.procedure.top for request in requests if request.procedure.top is not None]
    for first in range(0, len(counts), CHUNK):
        drawn = counts[first : first + CHUNK].astype(float)
        scores = counted_scores(pool, drawn) if reads_scores else None
        higher = _higher(pool, requests, drawn, top=max(tops)) if tops else None
        for request, parts in zip(requests, slopes, strict=True):
            own = None if request.procedure.top is None else higher
            inside = select(request.procedure, pool, scores, drawn, own)
            parts.append(_slopes(drawn * inside, features, request.windows))
    return [np.concatenate(parts) for parts in slopes]


def _higher(pool: Pool, requests: Sequence[Request], drawn: Array, *, top: int) -> Array:
    """Ranks of the systems, good up to a running top of the largest size that is asked for."""
    rivals: Mask = next(
        request.procedure.rivals for request in requests if request.procedure.top is not None
    )
    return higher_counts(pool, drawn, rivals, top=top)


def _features(pool: Pool, weights: Array) -> Array:
    """What sums over systems are made of: shape (n, 5 (1 + k)), the first five unweighted."""
    x, y = (values - values.mean() for values in (pool.days, pool.log_flop))
    moments = np.array([np.ones(x.size), x, x**2, y, x * y])
    each = np.concatenate([np.ones((1, x.size)), weights])
    return np.ascontiguousarray((each[:, np.newaxis] * moments).reshape(-1, x.size).T)


def _slopes(drawn: Array, features: Array, windows: NDArray[np.int64]) -> Array:
    """Slopes of windows of drawn systems, shape (samples, w, k)."""
    edges = np.unique(windows)
    spans = list(itertools.pairwise(edges))
    within = np.array([[low <= a and b <= high for low, high in windows] for a, b in spans])
    if not spans:
        return np.full((len(drawn), len(windows), features.shape[1] // MOMENTS - 1), np.nan)

    def sums(values: Array, of: Array) -> Array:
        """Sums over the systems of each window, shape (samples, features, w)."""
        parts = np.array([values[:, a:b] @ of[a:b] for a, b in spans])
        return np.asarray(np.tensordot(parts, within.astype(float), axes=(0, 0)))

    total = sums(drawn, features).reshape(len(drawn), -1, MOMENTS, len(windows))
    unweighted = total[:, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = unweighted[:, 2] - unweighted[:, 1] ** 2 / unweighted[:, 0]
        n, sx, sxx, sy, sxy = (total[:, 1:, moment] for moment in range(MOMENTS))
        slope = (sxy - sx * sy / n) / (sxx - sx**2 / n)
    enough = spread > LEAST_SPREAD
    # Three systems are there for sure where two cannot have been drawn so often.
    few = unweighted[:, 0] <= 2 * drawn.max(initial=0)
    if few.any():
        different = sums((drawn > 0).astype(float), np.ones((drawn.shape[1], 1)))[:, 0]
        enough &= ~few | (different > 2)
    return np.moveaxis(np.where(enough[:, np.newaxis], slope, np.nan), 1, 2)
