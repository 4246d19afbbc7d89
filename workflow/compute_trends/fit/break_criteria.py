"""How many breaks a trend has: F statistics, BIC, cross-validation; intervals of their dates.

Arrays in, arrays out, as `loglinear`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from compute_trends.fit.breaks import broken_line, coefficients, search, squares_at
from compute_trends.fit.gaps import Dates, Places
from compute_trends.fit.loglinear import Array


def f_statistics(sse: Array, n: int, *, kind: str) -> Array:
    """F of each number of breaks against one break fewer.

    ((S_k-1 - S_k) / q) / (S_k / (n - p_k)) with q the coefficients that a break adds and p_k those
    of k breaks (Bai and Perron 1998, equation 8). Where breaks were searched the dates are
    chosen to make it large, so that only simulated worlds tell what is much.

    Parameters
    ----------
    sse : numpy.ndarray, shape (most + 1, w)
        Sums of squares of 0, 1, ... breaks in OOM squared.
    n : int
        Systems.

    Returns
    -------
    numpy.ndarray, shape (most, w)
        NaN where breaks find no room.
    """
    count = np.array([coefficients(kind, breaks) for breaks in range(len(sse))])[:, np.newaxis]
    more = np.where(np.isfinite(sse[1:]), sse[1:], np.nan)
    return np.asarray((sse[:-1] - more) / np.diff(count, axis=0) / (more / (n - count[1:])))


# Scatter of a billionth of an OOM
LEAST_SSE = 1e-18


def bic(sse: Array, n: int, *, kind: str, searched: bool = True) -> Array:
    """Bayesian information criterion of each number of breaks, the less the better.

    n log(S / n) + p log(n) (Schwarz 1978; Yao 1988 for breaks). A parameter is each coefficient,
    the scatter, and each date that was ``searched``.

    Parameters
    ----------
    sse : numpy.ndarray, shape (most + 1, w)
        As for `f_statistics`.

    Returns
    -------
    numpy.ndarray, shape (most + 1, w)
        Infinite where breaks find no room.
    """
    breaks = np.arange(len(sse))
    count = np.array([coefficients(kind, number) for number in range(len(sse))]) + 1
    count = count + breaks if searched else count
    return np.asarray(n * np.log(np.maximum(sse, LEAST_SSE) / n) + count[:, np.newaxis] * np.log(n))


def p_values(observed: Array, simulated: Array) -> Array:
    """(1 + worlds at least as extreme) / (1 + worlds), of each of several statistics."""
    larger = simulated.size - np.searchsorted(np.sort(simulated), observed, side="left")
    return np.asarray((1 + larger) / (1 + simulated.size))


def cross_validated(
    dates: Dates,
    y: Array,
    *,
    kind: str,
    most: int,
    least: int,
    folds: int,
    repeats: int,
    rng: np.random.Generator,
) -> Array:
    """Mean squared error of each number of breaks for systems that were left out.

    In each of some ``repeats`` the systems fall at random into ``folds`` of about equal size.
    Each fold in turn is foretold by the line of the others, whose breaks are searched anew; a
    break of lines that need not meet then lies in the middle between the others.

    Parameters
    ----------
    y : numpy.ndarray, shape (n,)
        log10 FLOP.

    Returns
    -------
    numpy.ndarray, shape (most + 1,)
        In OOM squared; infinite where breaks find no room in some fold.
    """
    n = y.size
    fold = rng.permuted(np.tile(np.arange(n) % folds, (repeats, 1)), axis=1)
    weights = np.concatenate([fold != number for number in range(folds)]).astype(float)
    worlds = np.broadcast_to(y, weights.shape)
    found = search(dates, worlds, kind=kind, most=most, least=least, weights=weights)
    errors = np.full(most + 1, np.inf)
    for breaks in range(most + 1):
        if np.isfinite(found.sse[breaks]).all():
            at = _break_dates(dates, found.places[breaks, :, :breaks], weights, kind)
            missed = y - _foretold(broken_line(dates, at, kind=kind), y, weights)
            errors[breaks] = (missed**2)[weights == 0].mean()
    return errors


def _break_dates(dates: Dates, places: Places, weights: Array, kind: str) -> Array:
    """Where breaks lie, in years; shape (w, k)."""
    if kind == "continuous":
        return dates.gaps[places]
    n = dates.x.size
    position = np.where(weights > 0, np.arange(n), n - 1)
    following = np.minimum.accumulate(position[:, ::-1], axis=1)[:, ::-1]
    before = dates.before[places]
    after = np.take_along_axis(following, before, axis=1)
    # The first of several gaps that part the same systems follows the last of the earlier ones.
    return np.asarray((dates.x[before - 1] + dates.x[after]) / 2)


def _foretold(columns: Array, y: Array, weights: Array) -> Array:
    """Lines through the systems that count, at all systems; shape (w, n)."""
    weighted = np.swapaxes(columns * weights[..., np.newaxis], 1, 2)
    solved = np.linalg.solve(weighted @ columns, (weighted @ y)[..., np.newaxis])
    return np.asarray((columns @ solved)[..., 0])


def moved_break(
    dates: Dates, worlds: Array, places: Places, to: Places, *, kind: str, least: int, sse: Array
) -> Array:
    """By what share the sum of squares rises where one break lies elsewhere.

    The breaks keep their order. Of two the other one is searched anew, of three the others stay.

    Parameters
    ----------
    worlds : numpy.ndarray, shape (w, n)
        log10 FLOP.
    places : numpy.ndarray of int, shape (w, k)
        Gaps of the best breaks.
    to : numpy.ndarray of int, shape (k, c)
        For each break the gaps that it is moved to, in all worlds.
    least : int
        Systems that a segment needs.
    sse : numpy.ndarray, shape (w,)
        What the best breaks leave.

    Returns
    -------
    numpy.ndarray, shape (k, c, w)
        Infinite where there is no room.
    """
    others = np.arange(dates.gaps.size) if places.shape[1] == 2 else np.zeros(1, dtype=np.intp)
    shares = np.empty((*to.shape, len(worlds)))
    for turn, gaps in enumerate(to):
        choices = (len(gaps), others.size, len(worlds), places.shape[1])
        elsewhere = np.broadcast_to(places, choices).copy()
        if places.shape[1] == 2:
            elsewhere[..., 1 - turn] = others[:, np.newaxis]
        elsewhere[..., turn] = gaps[:, np.newaxis, np.newaxis]
        flat = elsewhere.reshape(-1, *choices[2:])
        room = has_room(dates, flat, least)
        left = np.full(room.shape, np.inf)
        some = room.any(axis=1)
        left[some] = squares_at(dates, worlds, flat[some], kind=kind)
        left[~room] = np.inf
        shares[turn] = left.reshape(choices[:3]).min(axis=1) / sse - 1
    return shares


def has_room(dates: Dates, places: Places, least: int) -> NDArray[np.bool_]:
    """Whether breaks (..., k) are in order of time, each segment with enough systems; (...)."""
    sizes = np.diff(dates.before[places], axis=-1, prepend=0, append=dates.x.size)
    return np.asarray((sizes >= least).all(axis=-1))


def critical_shares(shares: Array, *, level: float) -> Array:
    """Share that a break's true date exceeds in ``1 - level`` of worlds (..., w); shape (...)."""
    worlds = shares.shape[-1]
    rank = min(int(np.ceil((worlds + 1) * level)), worlds)
    return np.asarray(np.sort(shares, axis=-1)[..., rank - 1])


def break_interval(
    dates: Dates, y: Array, places: Places, critical: Array, *, kind: str, least: int, sse: float
) -> Places:
    """First and last gap where each break may lie: it raises the squares by no critical share.

    The interval inverts the test of a date by its F statistic, whose critical value comes from
    worlds with the breaks as fitted (as Hansen 2000 does by theory).

    Parameters
    ----------
    places : numpy.ndarray of int, shape (k,)
        Gaps of the best breaks.
    critical : numpy.ndarray, shape (k,)
        See `critical_shares`.
    least : int
        Systems that a segment needs.

    Returns
    -------
    numpy.ndarray of int, shape (k, 2)
        First and last gap.
    """
    to = np.tile(np.arange(dates.gaps.size), (places.size, 1))
    shares = moved_break(
        dates,
        y[np.newaxis],
        places[np.newaxis],
        to,
        kind=kind,
        least=least,
        sse=np.array([sse]),
    )[:, :, 0]
    allowed = shares <= critical[:, np.newaxis]
    allowed[np.arange(places.size), places] = True
    return np.array([np.flatnonzero(each)[[0, -1]] for each in allowed])
