"""Which systems are at the frontier, and how fast it grows.

Arrays in, arrays out, as `loglinear`. The bootstrap selects the frontier anew within each
resample, because which systems belong to it is as uncertain as their compute.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compute_trends.fit.loglinear import Array, resamples, usable_points, window_scores

Mask = NDArray[np.bool_]

# Systems that are held against the running top before it is looked at again.
BLOCK = 64
TOP = re.compile(r"top_([1-9][0-9]*)")


class Rule(NamedTuple):
    """What makes a system part of the frontier.

    Parameters
    ----------
    top : int or None
        In the running top at release: fewer than ``top`` systems dated no later have
        more compute. 1 are the record setters.
    high_z, after : float
        Or a standard score above the first, among the systems of about its date (see
        `loglinear.window_scores`), and a day number above the second.
    window_days : float
        Width of the window of the scores.
    """

    top: int | None
    high_z: float = np.inf
    after: float = -np.inf
    window_days: float = 0.0


def rule_of(name: str, *, high_z: float, after: float, window_days: float) -> Rule | None:
    """The rule that a name in the config stands for; None for the export's own flag.

    Parameters
    ----------
    name : str
        ``records``, ``top_`` and a number, ``z_score`` or ``flag``.
    high_z, after, window_days : float
        See `Rule`; taken for ``z_score``.

    Raises
    ------
    ValueError
        If the name is none of these.
    """
    if name == "flag":
        return None
    if name == "z_score":
        return Rule(None, high_z, after, window_days)
    if name == "records":
        return Rule(1)
    if match := TOP.fullmatch(name):
        return Rule(int(match[1]))
    raise ValueError(f"unknown frontier {name!r}")


def at_frontier(days: ArrayLike, log_flop: ArrayLike, rule: Rule) -> Mask:
    """Whether systems are at the frontier, an array of shape (n,).

    Parameters
    ----------
    days, log_flop : array_like, shape (n,)
        Day numbers and log10 FLOP of every system, in any order.
    rule : Rule
        What makes a system part of it.
    """
    x, y = np.asarray(days, dtype=float), np.asarray(log_flop, dtype=float)
    if rule.top is None:
        _, z = window_scores(x, y, window_days=rule.window_days)
        return np.asarray((z > rule.high_z) & (x > rule.after))
    order = np.lexsort((-y, x))
    inside = np.empty(x.size, dtype=bool)
    inside[order] = running_top(y[order][None, :], rule.top)[0]
    return inside


def running_top(log_flop: Array, top: int) -> Mask:
    """Whether systems are in the running top at release, in many samples at once.

    The top of each row is kept while the columns pass. Columns below the tops of all rows
    are passed over by blocks, which leaves about ``top`` log n of them.

    Parameters
    ----------
    log_flop : numpy.ndarray, shape (samples, n)
        Each row in the order of the dates, systems of one date from the highest to
        the lowest: a system is held against all that are dated no later.
    top : int
        How many.

    Returns
    -------
    numpy.ndarray of bool, shape (samples, n)
        Whether fewer than ``top`` values before it in its row are higher; those
        that equal the last of the top are in it.
    """
    samples, n = log_flop.shape
    inside = np.zeros((samples, n), dtype=bool)
    best = np.full((samples, top), -np.inf)
    rows = np.arange(samples)
    for first in range(0, n, BLOCK):
        block = log_flop[:, first : first + BLOCK]
        near = (block >= best.min(axis=1)[:, None]).any(axis=0)
        for column in np.flatnonzero(near):
            values = block[:, column]
            lowest = best.argmin(axis=1)
            enters = values >= best[rows, lowest]
            inside[:, first + column] = enters
            best[rows[enters], lowest[enters]] = values[enters]
    return inside


def frontier_slopes(
    days: ArrayLike,
    log_flop: ArrayLike,
    *,
    rule: Rule,
    period: tuple[float, float],
    samples: int,
    noise_factor: float,
    rng: np.random.Generator,
    noise_oom: ArrayLike | None = None,
) -> Array:
    """Slopes of the frontier in resamples of all systems, selected anew in each.

    Systems are drawn with replacement and their compute made uncertain as in
    `loglinear.bootstrap_lines`, which explains the other parameters; the frontier of these
    values is then selected, and a line fitted to its systems of the period. A copy of a
    system counts as a system.

    Parameters
    ----------
    days, log_flop : array_like, shape (n,)
        As for `at_frontier`: also the systems before the period, which rank.
    period : tuple of float
        Day numbers; dates after the first, through the second.

    Returns
    -------
    numpy.ndarray, shape (m,)
        Slopes in OOM per day; m is ``samples`` less the resamples whose frontier in
        the period holds two or fewer distinct systems, or a single date.

    Raises
    ------
    ValueError
        See `loglinear.usable_points`.
    """
    x, y = usable_points(days, log_flop)
    # Systems of one date from the highest, so that draws in order are as
    # `running_top` takes them.
    order = np.lexsort((-y, x))
    x, y = x[order], y[order]
    noise = None if noise_oom is None else np.asarray(noise_oom, dtype=float)[order]
    in_period = (x > period[0]) & (x <= period[1])
    windows = _windows(x, rule.window_days)
    slopes = []
    for draws, values in resamples(
        y, samples=samples, noise_factor=noise_factor, noise_oom=noise, rng=rng, in_order=True
    ):
        if rule.top is None:
            z = _resampled_scores(draws, values, windows)
            inside = (z > rule.high_z) & (x > rule.after)[draws]
        else:
            if noise is not None or noise_factor > 1:
                # Noise changes the order within a date.
                place = np.lexsort((-values, x[draws]), axis=1)
                draws = np.take_along_axis(draws, place, axis=1)
                values = np.take_along_axis(values, place, axis=1)
            inside = running_top(values, rule.top)
        slopes.append(_masked_slopes(x, draws, values, inside & in_period[draws]))
    return np.concatenate(slopes)


def _windows(x: Array, window_days: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First place of each system's window among sorted dates, and the place after its last."""
    low = np.searchsorted(x, x - window_days, side="left")
    high = np.searchsorted(x, x + window_days, side="right")
    return low, high


def _resampled_scores(
    draws: NDArray[np.int64], values: Array, windows: tuple[NDArray[np.intp], NDArray[np.intp]]
) -> Array:
    """Standard score of each drawn value among the drawn values of about its date."""
    samples, n = draws.shape
    low, high = windows
    centre = values.mean()
    places = (draws + np.arange(samples)[:, None] * n).ravel()
    flat = (values - centre).ravel()

    def sums(weights: Array | None) -> Array:
        """Sum of the weights drawn in the window of each system, shape (samples, n)."""
        total = np.zeros((samples, n + 1))
        counts = np.bincount(places, weights, minlength=samples * n).reshape(samples, n)
        np.cumsum(counts, axis=1, out=total[:, 1:])
        within: Array = total[:, high]
        within -= total[:, low]
        return within

    # A window without a drawn system belongs to no drawn system.
    count = np.maximum(sums(None), 1.0)
    mean = sums(flat) / count
    variance = sums(flat**2) / count - mean**2
    # As in `loglinear.window_scores`: what rounding leaves is not a spread.
    spread = np.sqrt(np.where(variance > 1e-12, variance, np.nan))
    mean_of, spread_of = (np.take_along_axis(a, draws, axis=1) for a in (mean, spread))
    return np.asarray((values - centre - mean_of) / spread_of)


def _masked_slopes(x: Array, draws: NDArray[np.int64], values: Array, inside: Mask) -> Array:
    """Slope of each row over the values that are inside; rows without a line are left out."""
    count = inside.sum(axis=1)
    weight = inside.astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.einsum("ij,ij->i", weight, x[draws]) / count
    dx = (x[draws] - np.nan_to_num(mean)[:, None]) * weight
    sxx = np.einsum("ij,ij->i", dx, dx)
    sxy = np.einsum("ij,ij->i", dx, values)
    least = np.where(inside, draws, x.size).min(axis=1, keepdims=True)
    most = np.where(inside, draws, -1).max(axis=1, keepdims=True)
    enough = (inside & (draws != least) & (draws != most)).any(axis=1) & (sxx > 0)
    return np.asarray(sxy[enough] / sxx[enough])
