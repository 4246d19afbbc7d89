"""The best lines that need not meet, by dynamic programming over the sums of all segments.

Arrays in, arrays out, as `loglinear`.
"""

from __future__ import annotations

import numpy as np

from compute_trends.fit.gaps import LEAST_SHARE, Dates, Found, Places, Sums, edge_sums
from compute_trends.fit.loglinear import Array


def segments(dates: Dates, y: Array, weights: Array, most: int, least: int) -> Found:
    """Discontinuous breaks, exact; see `search`."""
    edges = np.concatenate([[0], dates.before, [dates.x.size]])
    sums, total = edge_sums(dates.x, y, weights, edges)
    last = len(edges) - 1
    # best[k, j]: most that k + 1 segments explain of the systems before edge j
    best = np.full((max(most, 1), last + 1, len(y)), -np.inf)
    best[0, 1:] = _explained(_since(sums, 0, 1), least)
    # Systems before an edge, in the world that has most
    most_before = sums.n.max(axis=1)
    for i in range(1, last) if most > 1 else ():
        first = int(np.searchsorted(most_before, sums.n[i].min() + least))
        gain = _explained(_since(sums, i, first), least)
        for k in range(1, most):
            later = best[k, first:]
            np.maximum(later, best[k - 1, i] + gain, out=later)
    explained, places = _traced(sums, best, most, least)
    return Found(total - explained, places)


def _since(sums: Sums, start: int, first: int) -> Sums:
    """Sums of the segments from one edge to each from another one on."""
    return Sums(*(part[first:] - part[start] for part in sums))


def _until(sums: Sums, ends: Places) -> Sums:
    """Sums of the segments from each edge to one edge in each world."""
    worlds = np.arange(ends.size)
    return Sums(
        *(part[ends, worlds if part.shape[1] > 1 else 0] - part for part in sums),
    )


def _explained(sums: Sums, least: int) -> Array:
    """What a mean and a slope explain of segments; minus infinity where these are too short."""
    n = np.maximum(sums.n, 1)
    mean = sums.x / n
    spread = sums.xx - sums.x * mean
    enough = (sums.n >= least) & (spread > LEAST_SHARE)
    # Both on arrays of as few worlds as have dates of their own
    level = np.where(enough, 1 / n, 0)
    tilt = np.where(enough, 1 / np.where(enough, spread, 1), 0)
    gain = mean * sums.y
    np.subtract(sums.xy, gain, out=gain)
    gain *= gain
    gain *= tilt
    squares = sums.y * sums.y
    squares *= level
    gain += squares
    if not enough.all():
        gain += np.where(enough, 0, -np.inf)
    return gain


def _traced(sums: Sums, best: Array, most: int, least: int) -> tuple[Array, Places]:
    """What the best segments explain, and where they part, from the last to the first."""
    last, w = best.shape[1] - 1, best.shape[2]
    worlds = np.arange(w)
    explained = np.empty((most + 1, w))
    explained[0] = best[0, last]
    places = np.full((most + 1, w, most), -1)
    for breaks in range(1, most + 1):
        ends = np.full(w, last)
        for k in range(breaks - 1, -1, -1):
            gain = best[k] + _explained(_until(sums, ends), least)
            ends = gain.argmax(axis=0)
            if k == breaks - 1:
                explained[breaks] = gain[ends, worlds]
            # Edge 0 is no gap
            places[breaks, :, k] = ends - 1
    places[~np.isfinite(explained)] = -1
    return explained, places


def segments_at(dates: Dates, y: Array, places: Places) -> Array:
    """Sums of squares around lines that part in given gaps; see `breaks.squares_at`."""
    edges = np.concatenate([[0], dates.before, [dates.x.size]])
    sums, total = edge_sums(dates.x, y, np.ones((1, dates.x.size)), edges)
    first, last = np.zeros_like(places[..., :1]), np.full_like(places[..., :1], len(edges) - 1)
    at = np.concatenate([first, places + 1, last], axis=2)
    world = np.arange(len(y))[:, np.newaxis]
    parts = (np.diff(part[at, world if part.shape[1] > 1 else 0], axis=2) for part in sums)
    return np.asarray(total - _explained(Sums(*parts), 2).sum(axis=2))
