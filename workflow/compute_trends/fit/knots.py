"""The best lines that join in knots, by trial of all knots that the gaps allow.

Arrays in, arrays out, as `loglinear`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from compute_trends.fit.gaps import LEAST_SHARE, Dates, Found, Places, Sums, edge_sums
from compute_trends.fit.loglinear import Array

# What numpy takes as an index
Index = Any
# What knots explain in each world (w,), and their gaps (knots, w)
Best = tuple[Array, Places]
# Gaps among which three knots are searched together, before each moves among all
COARSE = 12
# Rounds in which each of three knots moves
ROUNDS = 3


# Added to the squared lengths, so that a knot that stands twice counts once
RIDGE = 1e-9


class _Hinges(NamedTuple):
    """What is left of hinges at m gaps without the straight line, in each world.

    ``gaps`` (m, 1) are their places, ``n`` (m, 1 or w) counts the systems before each,
    ``after`` sums over those after it, ``level`` and ``tilt`` are the products of a hinge with
    the unit vectors along 1 and along the dates, ``with_y`` (m, w) those of what is left of it
    with log10 FLOP, ``left`` (w,) what a straight line leaves of the squares.
    """

    gaps: Array
    n: Array
    after: Sums
    level: Array
    tilt: Array
    with_y: Array
    left: Array

    def products(self, one: Index, other: Index, world: Index = slice(None)) -> Array:
        """Products of hinges with each other, a sum over the systems after the later one."""

        def at(part: Array, gaps: Index) -> Array:
            column = world if part.shape[1] > 1 or isinstance(world, slice) else 0
            return np.asarray(part[gaps, column])

        later = np.maximum(one, other)
        n, x, xx = (at(part, later) for part in self.after[:3])
        s, t = at(self.gaps, one), at(self.gaps, other)
        straight = at(self.level, one) * at(self.level, other)
        straight += at(self.tilt, one) * at(self.tilt, other)
        return np.asarray(xx - (s + t) * x + s * t * n - straight)


def knots(dates: Dates, y: Array, weights: Array, most: int, least: int) -> Found:
    """Knots of joined lines; see `search`."""
    hinges, total = _hinges(dates, y, weights)
    every = np.arange(len(hinges.gaps))
    lengths = hinges.products(every, every)
    room = (hinges.n >= least) & (total - hinges.n >= least)
    lengths = np.where(room & (lengths > LEAST_SHARE), lengths, np.nan)
    explained = np.zeros((most + 1, len(y)))
    places = np.full((most + 1, len(y), most), -1)
    for breaks in range(1, most + 1):
        if breaks == 1:
            gain, found = _best_knot(hinges.with_y, lengths)
        elif breaks == 2:
            rows = partial(_row, hinges)
            gain, found = _best_pair(hinges.with_y, lengths, hinges.n, rows, least)
        else:
            gain, found = _three_knots(hinges, lengths, least, places[2, :, :2].T)
        explained[breaks] = gain
        places[breaks, :, :breaks] = np.where(np.isfinite(gain), found, -1).T
    return Found(hinges.left - explained, places)


def _hinges(dates: Dates, y: Array, weights: Array) -> tuple[_Hinges, Array]:
    """Hinges at all gaps, and how many systems there are in each world."""
    edges = np.concatenate([[0], dates.before, [dates.x.size]])
    sums, squares = edge_sums(dates.x, y, weights, edges)
    after = Sums(*(part[-1] - part[1:-1] for part in sums))
    whole = Sums(*(part[-1] for part in sums))
    t = dates.gaps[:, np.newaxis]
    mean = whole.x / whole.n
    spread = np.sqrt(whole.xx - whole.x * mean)
    level = (after.x - t * after.n) / np.sqrt(whole.n)
    tilt = (after.xx - t * after.x - mean * (after.x - t * after.n)) / spread
    y_level, y_tilt = whole.y / np.sqrt(whole.n), (whole.xy - mean * whole.y) / spread
    with_y = after.xy - t * after.y - level * y_level - tilt * y_tilt
    left = squares - y_level**2 - y_tilt**2
    return _Hinges(t, sums.n[1:-1], after, level, tilt, with_y, left), whole.n


def _row(hinges: _Hinges, first: int) -> Array:
    """Products of one hinge with all later ones."""
    return hinges.products(first, np.arange(first + 1, len(hinges.gaps)))


def _best_knot(with_y: Array, lengths: Array) -> Best:
    """Best knot: what it explains, and its gap, shape (1, w); no knot where a length is NaN."""
    gains = with_y**2 / lengths
    gains = np.where(np.isnan(gains), -np.inf, gains)
    place = gains.argmax(axis=0)
    return gains[place, np.arange(place.size)], place[np.newaxis]


def _without(
    first: int, row: Array, with_y: Array, lengths: Array, n: Array, least: int
) -> tuple[Array, Array, Array]:
    """Shares of one hinge in all later ones; their products with y, and lengths, without it."""
    share = row / lengths[first]
    with_y = with_y[first + 1 :] - share * with_y[first]
    left = lengths[first + 1 :] - share * row
    apart = n[first + 1 :] - n[first] >= least
    left = np.where(apart & (left > LEAST_SHARE * lengths[first + 1 :]), left, np.nan)
    return share, with_y, left


def _best_pair(
    with_y: Array, lengths: Array, n: Array, row: Callable[[int], Array], least: int
) -> Best:
    """Best two knots of all: what they explain, and their gaps, shape (2, w)."""
    gains = with_y**2 / lengths
    best, places = np.full(gains.shape[1], -np.inf), np.full((2, gains.shape[1]), -1)
    for first in range(len(gains) - 1):
        if np.isnan(lengths[first]).all():
            continue
        _, y_left, left = _without(first, row(first), with_y, lengths, n, least)
        gain, found = _best_knot(y_left, left)
        _keep_better(best, places, gain + gains[first], first, found + first + 1)
    return best, places


def _best_triple(with_y: Array, lengths: Array, n: Array, products: Array, least: int) -> Best:
    """Best three knots of all: what they explain, and their gaps, shape (3, w)."""
    gains = with_y**2 / lengths
    best, places = np.full(gains.shape[1], -np.inf), np.full((3, gains.shape[1]), -1)
    for first in range(len(gains) - 2):
        if np.isnan(lengths[first]).all():
            continue
        row = products[first, first + 1 :]
        share, y_left, left = _without(first, row, with_y, lengths, n, least)
        rows = partial(_row_of, products[first + 1 :, first + 1 :] - share[:, np.newaxis] * row)
        gain, found = _best_pair(y_left, left, n[first + 1 :], rows, least)
        _keep_better(best, places, gain + gains[first], first, found + first + 1)
    return best, places


def _row_of(products: Array, first: int) -> Array:
    """Products of one hinge with all later ones."""
    return products[first, first + 1 :]


def _keep_better(best: Array, places: Places, gain: Array, first: int, found: Places) -> None:
    """Put a gain and its gaps in place of the best so far, in worlds where it is better."""
    better = gain > best
    best[better] = gain[better]
    places[0, better] = first
    places[1:, better] = found[:, better]


def _three_knots(hinges: _Hinges, lengths: Array, least: int, pair: Places) -> Best:
    """Three knots: of some gaps, or the best pair and a third; each moved to its best."""
    counts = hinges.n.mean(axis=1)
    wanted = np.linspace(counts[0], counts[-1], COARSE)
    some = np.unique(np.searchsorted(counts, wanted - 1e-6))
    products = hinges.products(some[:, np.newaxis], some)
    coarse = (hinges.with_y[some], lengths[some], hinges.n[some], products)
    gain, found = _best_triple(*coarse, least)
    columns = _columns(hinges)
    best, places = _moved(
        hinges, lengths, least, columns, (gain, np.where(found >= 0, some[found], -1))
    )
    third = _with_best_third(hinges, lengths, least, columns, pair)
    other, other_places = _moved(hinges, lengths, least, columns, third)
    better = other > best
    return np.where(better, other, best), np.where(better, other_places, places)


def _columns(hinges: _Hinges) -> Callable[[Places], Array]:
    """Products of all hinges with one in each world: looked up where all worlds share dates."""
    every, w = np.arange(len(hinges.gaps))[:, np.newaxis], np.arange(hinges.with_y.shape[1])
    if hinges.n.shape[1] > 1:
        return lambda one: hinges.products(one, every, w)
    products = hinges.products(every, every[:, 0])[:, :, 0]
    return lambda one: np.asarray(products[:, one])


def _moved(
    hinges: _Hinges, lengths: Array, least: int, columns: Callable[[Places], Array], start: Best
) -> Best:
    """Three knots, each in turn moved to its best while that gains anything in some world."""
    best, places = start
    still = 0
    for turn in range(3 * ROUNDS):
        kept = np.delete(places, turn % 3, axis=0)
        gain, found = _with_best_third(hinges, lengths, least, columns, kept)
        better = gain > best + LEAST_SHARE
        best, places = np.where(better, gain, best), np.where(better, found, places)
        still = 0 if better.any() else still + 1
        if still == 2:
            break
    return best, places


def _with_best_third(
    hinges: _Hinges, lengths: Array, least: int, columns: Callable[[Places], Array], pair: Places
) -> Best:
    """Best third knot beside two in each world: what the three explain, and their gaps in order."""
    one, other = pair
    w = np.arange(one.size)
    of = w if lengths.shape[1] > 1 else 0
    first, second = columns(one), columns(other)
    share = first / lengths[one, of]
    with_y = hinges.with_y - share * hinges.with_y[one, w]
    left = lengths - share * first
    second = second - share * first[other, w]
    gain = hinges.with_y[one, w] ** 2 / lengths[one, of] + with_y[other, w] ** 2 / left[other, w]
    share = second / left[other, w]
    with_y = with_y - share * with_y[other, w]
    left = left - share * second
    n = hinges.n
    apart = (abs(n - n[one, of]) >= least) & (abs(n - n[other, of]) >= least)
    fits = apart & (left > LEAST_SHARE * lengths) & (one >= 0)
    gains = np.where(fits, gain + with_y**2 / np.where(fits, left, 1), -np.inf)
    third = gains.argmax(axis=0)
    return gains[third, w], np.sort(np.stack([one, other, third]), axis=0)


def knots_at(dates: Dates, y: Array, places: Places) -> Array:
    """Sums of squares around lines that join in given gaps; see `breaks.squares_at`."""
    hinges, _ = _hinges(dates, y, np.ones((1, dates.x.size)))
    world = np.arange(len(y))[:, np.newaxis]
    with_y = hinges.with_y[places, world]
    one, other = places[..., :, np.newaxis], places[..., np.newaxis, :]
    products = hinges.products(one, other, world[:, np.newaxis])
    products = products * (1 + RIDGE * np.eye(places.shape[2]))
    solved = np.linalg.solve(products, with_y[..., np.newaxis])[..., 0]
    return np.asarray(hinges.left - (with_y * solved).sum(axis=2))
