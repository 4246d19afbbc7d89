"""Breaks of a log-linear trend: searched exactly, in many worlds with the same dates at once.

Arrays in, arrays out, as `loglinear`. A break of kind ``discontinuous`` parts two lines that
need not meet; one of kind ``continuous`` is a knot where two lines join. Candidates are the
middles of the gaps between neighbouring dates, so that systems of one date are never parted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from compute_trends.fit.gaps import Dates, Found, Places
from compute_trends.fit.knots import knots, knots_at
from compute_trends.fit.loglinear import Array
from compute_trends.fit.segments import segments, segments_at

# Values of a cost matrix handled at once, so that they stay in the processor's cache
CHUNK_VALUES = 40_000


def coefficients(kind: str, breaks: int) -> int:
    """Coefficients of a line with breaks: two a segment; of joined lines two and one a knot."""
    return 2 * (breaks + 1) if kind == "discontinuous" else 2 + breaks


def search(
    dates: Dates, worlds: Array, *, kind: str, most: int, least: int, weights: Array | None = None
) -> Found:
    """Find the 0 to ``most`` breaks that leave the least sum of squares, in each world.

    Discontinuous breaks are exact: dynamic programming over the sums of squares of all segments
    (Bai and Perron 2003). So are one and two knots, by trial of all. Three knots are the best
    among `knots.COARSE` gaps evenly spread over the systems, then each in turn moves to the best
    of all gaps, from there and from the best two; in about one world of five they leave a few
    percent more than the best would.

    Parameters
    ----------
    dates : Dates
        Of n systems, see `sort_dates`.
    worlds : numpy.ndarray, shape (w, n)
        log10 FLOP.
    kind : str
        ``discontinuous`` or ``continuous``.
    most : int
        0 to 3.
    least : int
        Systems that a segment needs; of two dates at least, where lines need not meet.
    weights : numpy.ndarray, shape (w, n), optional
        1 for a system that counts in a world, 0 for one that is left out; all count.

    Returns
    -------
    Found
    """
    centred = worlds - worlds.mean(axis=1, keepdims=True)
    counts = np.ones((1, dates.x.size)) if weights is None else weights
    find = segments if kind == "discontinuous" else knots
    width = max(1, CHUNK_VALUES // (dates.before.size + 1))
    parts = []
    for first in range(0, len(worlds), width):
        some = slice(first, first + width)
        of_some = counts if weights is None else counts[some]
        parts.append(find(dates, centred[some], of_some, most, least))
    # Of an exact line rounding leaves next to nothing, or less.
    sse = np.maximum(np.concatenate([part.sse for part in parts], axis=1), 0.0)
    return Found(
        sse,
        np.concatenate([part.places for part in parts], axis=1),
    )


def squares_at(dates: Dates, worlds: Array, places: Places, *, kind: str) -> Array:
    """Sums of squared residuals around lines with breaks in gaps of one's choice.

    Parameters
    ----------
    worlds : numpy.ndarray, shape (w, n)
        log10 FLOP.
    places : numpy.ndarray of int, shape (c, w or 1, k)
        For each of c choices the gaps of k breaks in each world, in any order.

    Returns
    -------
    numpy.ndarray, shape (c, w)
        In OOM squared; infinite where a segment of lines that need not meet has only one date.
    """
    centred = worlds - worlds.mean(axis=1, keepdims=True)
    everywhere = np.broadcast_to(places, (len(places), len(worlds), places.shape[2]))
    at = segments_at if kind == "discontinuous" else knots_at
    return at(dates, centred, np.sort(everywhere, axis=2))


def broken_line(dates: Dates, breaks: ArrayLike, *, kind: str) -> Array:
    """Columns that a line with breaks is made of, in each world.

    Parameters
    ----------
    breaks : array_like, shape (..., k)
        In the units of ``dates.x``. A system on a break belongs to the earlier segment.

    Returns
    -------
    numpy.ndarray, shape (..., n, p)
        Least squares of log10 FLOP on them is the line; p as `coefficients` says.
    """
    at = np.asarray(breaks, dtype=float)[..., np.newaxis, :]
    x = np.broadcast_to(dates.x[:, np.newaxis], (*at.shape[:-2], dates.x.size, 1))
    after = x > at
    if kind == "continuous":
        return np.concatenate([np.ones_like(x), x, np.where(after, x - at, 0)], axis=-1)
    one = np.ones((*after.shape[:-1], 1), dtype=bool)
    inside = np.concatenate([one, after], axis=-1) & ~np.concatenate([after, ~one], axis=-1)
    return np.concatenate([inside, inside * x], axis=-1)
