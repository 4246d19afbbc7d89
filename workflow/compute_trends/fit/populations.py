"""One line or two: how likely each makes the compute of systems, in many worlds at once.

Arrays in, arrays out, as `loglinear`. Two lines are a mixture of regressions (Quandt and
Ramsey 1978; De Veaux 1989) whose membership is unknown: each system belongs to the upper line
with the same probability, the share. Both scatter alike. With a scatter for each line the
likelihood has spikes (a few systems that happen to lie on a line, scatter near zero; Day
1969), and two lines would also "explain" heavy tails that hold no second population.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compute_trends.fit.loglinear import Array, usable_points
from compute_trends.fit.skewed_line import LOG_2PI, SkewedLine, fit_skewed, normal_loglik

Places = NDArray[np.int64]

# Numbers that each model takes from the data; a share and the scatter are among them.
FREE = {"normal": 3, "skewed": 4, "parallel": 5, "separate": 6}
# Ranks of residuals above which systems start in the upper line, before random starts
CUTS = (0.5, 0.25, 0.75, 0.88, 0.12)
# Steps of all starts; then the best go on, some steps at a time, until these gain less than the
# tolerance.
FIRST_STEPS, MORE_STEPS, MOST_STEPS, GO_ON, TOLERANCE = 12, 10, 40, 2, 1e-3
# ASSUME: two lines scatter at least by this share of the scatter around one.
LEAST_SCATTER = 0.05
# Values that EM handles at once; fewer cost more time, more cost memory.
CHUNK_VALUES = 150_000


class Search(NamedTuple):
    """How the most likely two lines are searched for.

    ``starts`` of EM in each world, some from ranks of the residuals, then random ones;
    ``least_share`` is the least share of either line.
    """

    starts: int
    least_share: float


class Standard(NamedTuple):
    """Worlds of the same dates: residuals of the least-squares line, and what was taken off.

    ``x`` of shape (n,) has mean 0 and root mean square 1, ``values`` of shape (worlds, n), too;
    value = ``level`` + ``slope`` x + ``spread`` values, arrays of shape (worlds,). ``unit`` is
    the length of x in days.
    """

    x: Array
    values: Array
    level: Array
    slope: Array
    spread: Array
    unit: float


class Worlds(NamedTuple):
    """Standardised worlds for EM: x (n,), values (worlds, n), and features (worlds, 5, n).

    The features of a system are 1, x, x squared, its value, and x times its value.
    """

    x: Array
    values: Array
    features: Array

    def of(self, places: Places) -> Worlds:
        """Some of the worlds."""
        return self._replace(values=self.values[places], features=self.features[places])


def worlds_of(x: Array, values: Array) -> Worlds:
    """Worlds with their features; ``x`` and ``values`` as in `Standard`."""
    rows = np.broadcast_to(x, values.shape)
    features = np.stack([np.ones_like(values), rows, rows**2, values, rows * values], axis=1)
    return Worlds(x, values, features)


class TwoLines(NamedTuple):
    """Two lines, the lower first.

    ``level`` and ``slope`` have shape (2, ...), the others (...): worlds, or worlds and starts.
    ``share`` is that of the upper line.
    """

    level: Array
    slope: Array
    scatter: Array
    share: Array
    loglik: Array


class Models(NamedTuple):
    """The four models of the same worlds, in standardised units; see `Standard`.

    ``loglik`` of each is that of the standardised values.
    """

    standard: Standard
    normal: Array
    skewed: SkewedLine
    parallel: TwoLines
    separate: TwoLines

    @property
    def loglik(self) -> dict[str, Array]:
        """Log likelihood of log10 FLOP of each model, shape (worlds,)."""
        lost = self.standard.x.size * np.log(self.standard.spread)
        return {
            "normal": self.normal - lost,
            "skewed": self.skewed.loglik - lost,
            "parallel": self.parallel.loglik - lost,
            "separate": self.separate.loglik - lost,
        }

    @property
    def bic(self) -> dict[str, Array]:
        """Schwarz's criterion of each model, (numbers) ln n - 2 ln L; the least is preferred."""
        cost = np.log(self.standard.x.size)
        return {name: FREE[name] * cost - 2 * value for name, value in self.loglik.items()}


def standardise(days: ArrayLike, log_flop: ArrayLike) -> Standard:
    """Residuals of the least-squares line of each world.

    Parameters
    ----------
    days : array_like, shape (n,)
        Day numbers.
    log_flop : array_like, shape (n,) or (worlds, n)
        log10 FLOP.

    Raises
    ------
    ValueError
        See `loglinear.usable_points`; and if a world lies on a line.
    """
    worlds = np.atleast_2d(np.asarray(log_flop, dtype=float))
    day, _ = usable_points(days, worlds[0])
    unit = float(day.std())
    x = (day - day.mean()) / unit
    level = worlds.mean(axis=1)
    slope = worlds @ x / x.size
    values = worlds - level[:, np.newaxis] - slope[:, np.newaxis] * x
    spread = np.sqrt((values**2).mean(axis=1))
    if not (spread > 1e-9).all():
        raise ValueError("all systems lie on one line")
    return Standard(x, values / spread[:, np.newaxis], level, slope, spread, unit)


def fit_models(
    days: ArrayLike,
    log_flop: ArrayLike,
    *,
    search: Search,
    rng: np.random.Generator,
) -> Models:
    """Fit one normal line, one skewed line, two parallel lines and two lines to each world.

    Parameters
    ----------
    days, log_flop : array_like, shapes (n,) and (n,) or (worlds, n)
        Day numbers, and log10 FLOP.
    search : Search
        Of two lines.

    Raises
    ------
    ValueError
        See `standardise`.
    """
    standard = standardise(days, log_flop)
    worlds, n = standard.values.shape
    parallel, separate, skewed = [], [], []
    chunk = max(1, CHUNK_VALUES // (n * search.starts))
    for first in range(0, worlds, chunk):
        values = standard.values[first : first + chunk]
        some = fit_two_lines(standard.x, values, search=search, rng=rng)
        parallel.append(some[0])
        separate.append(some[1])
        skewed.append(fit_skewed(standard.x, values))
    normal = np.full(worlds, normal_loglik(n))
    return Models(
        standard,
        normal,
        SkewedLine(*(np.concatenate(parts) for parts in zip(*skewed, strict=True))),
        *(
            TwoLines(*(np.concatenate(parts, axis=-1) for parts in zip(*chunks, strict=True)))
            for chunks in (parallel, separate)
        ),
    )


def fit_two_lines(
    x: Array, values: Array, *, search: Search, rng: np.random.Generator
) -> tuple[TwoLines, TwoLines]:
    """The most likely two parallel lines of each world, and two lines with slopes of their own.

    Parameters
    ----------
    x, values : numpy.ndarray, shapes (n,) and (worlds, n)
        Standardised; see `Standard`.
    search, rng
        See `fit_models`.

    Returns
    -------
    parallel, separate : TwoLines
        Arrays of shape (..., worlds). The second is never less likely than the first, and this
        never less than one normal line.
    """
    worlds = worlds_of(x, values)
    member = start_members(x, values, starts=search.starts, rng=rng)
    parallel = _climb_all(worlds, member, separate=False, least_share=search.least_share)
    n = values.shape[1]
    floor = normal_loglik(n)
    parallel = parallel._replace(loglik=np.maximum(parallel.loglik, floor))
    # Parallel lines are one more start of those that need not be.
    known = memberships(worlds, TwoLines(*(part[..., np.newaxis] for part in parallel)))
    member = np.concatenate([known, member], axis=1)
    separate = _climb_all(worlds, member, separate=True, least_share=search.least_share)
    better = separate.loglik >= parallel.loglik
    separate = TwoLines(*(np.where(better, *pair) for pair in zip(separate, parallel, strict=True)))
    return parallel, separate


def start_members(x: Array, values: Array, *, starts: int, rng: np.random.Generator) -> Array:
    """Probability of the upper line from which EM starts, shape (worlds, starts, n).

    High for residuals above a rank: of the line itself, or of a line turned at random.
    """
    worlds, n = values.shape
    turns = rng.standard_normal((worlds, starts))
    cuts = rng.uniform(0.1, 0.9, (worlds, starts))
    fixed = min(starts, len(CUTS))
    turns[:, :fixed], cuts[:, :fixed] = 0.0, CUTS[:fixed]
    turned = values[:, np.newaxis] - turns[..., np.newaxis] * x
    last: Places = (cuts * (n - 1)).astype(np.intp)[..., np.newaxis]
    highest = np.take_along_axis(np.sort(turned, axis=2), last, axis=2)
    return np.where(turned > highest, 0.98, 0.02)


def _climb_all(worlds: Worlds, member: Array, *, separate: bool, least_share: float) -> TwoLines:
    """The best lines that EM reaches in each world: all starts a little, the best to the end."""
    lines = lines_of(worlds, member, separate=separate, least_share=least_share)
    lines = climb(worlds, lines, steps=FIRST_STEPS, separate=separate, least_share=least_share)
    keep: Places = np.argsort(-lines.loglik, axis=1, kind="stable")[:, :GO_ON]
    best = TwoLines(*(np.take_along_axis(part, _like(keep, part), axis=-1) for part in lines))
    going = np.arange(len(worlds.values))
    done = 0
    while going.size and done < MOST_STEPS:
        some = TwoLines(*(part[..., going, :] for part in best))
        further = climb(
            worlds.of(going), some, steps=MORE_STEPS, separate=separate, least_share=least_share
        )
        for old, new in zip(best, further, strict=True):
            old[..., going, :] = new
        gain = (further.loglik - some.loglik).max(axis=1)
        going, done = going[gain > TOLERANCE], done + MORE_STEPS
    top: Places = best.loglik.argmax(axis=1)[:, np.newaxis]
    chosen = (np.take_along_axis(part, _like(top, part), axis=-1)[..., 0] for part in best)
    return _ordered(TwoLines(*chosen))


def _like(places: Places, part: Array) -> Places:
    """Places among starts for a part of `TwoLines` with or without the axis of the two lines."""
    return np.broadcast_to(places, (2, *places.shape)) if part.ndim == 3 else places


def _ordered(lines: TwoLines) -> TwoLines:
    """The same lines, the upper one (in the middle of the dates) second."""
    swap = lines.level[1] < lines.level[0]
    level, slope = (np.where(swap, part[::-1], part) for part in (lines.level, lines.slope))
    return lines._replace(
        level=level, slope=slope, share=np.where(swap, 1 - lines.share, lines.share)
    )


def climb(
    worlds: Worlds, lines: TwoLines, *, steps: int, separate: bool, least_share: float
) -> TwoLines:
    """Take steps of EM, none of which lowers the likelihood (Dempster, Laird and Rubin 1977).

    Parameters
    ----------
    lines : TwoLines
        Of each start of each world, shape (..., worlds, starts).
    steps : int
        At least one.
    separate : bool
        Whether each line has a slope of its own.
    least_share : float
        Least share of either line.
    """
    for _ in range(steps):
        member = memberships(worlds, lines)
        lines = lines_of(worlds, member, separate=separate, least_share=least_share)
    return lines._replace(loglik=loglik_of(worlds, lines))


def _log_odds(worlds: Worlds, lines: TwoLines) -> Array:
    """Log odds of the upper against the lower line of each system, (worlds, starts, n).

    With one scatter the squares of the values cancel; what is left is a polynomial in x, and
    one in x times the value.
    """
    level, slope, precision = lines.level, lines.slope, lines.scatter**-2
    terms = np.empty((*lines.share.shape, 5))
    terms[..., 0] = np.log(lines.share / (1 - lines.share))
    terms[..., 0] -= 0.5 * precision * (level[1] ** 2 - level[0] ** 2)
    terms[..., 1] = -precision * (level[1] * slope[1] - level[0] * slope[0])
    terms[..., 2] = -0.5 * precision * (slope[1] ** 2 - slope[0] ** 2)
    terms[..., 3] = precision * (level[1] - level[0])
    terms[..., 4] = precision * (slope[1] - slope[0])
    return np.asarray(terms @ worlds.features)


def memberships(worlds: Worlds, lines: TwoLines) -> Array:
    """Probability that each system belongs to the upper line, shape (worlds, starts, n)."""
    odds = _log_odds(worlds, lines)
    np.negative(odds, out=odds)
    np.exp(np.minimum(odds, 500.0, out=odds), out=odds)
    odds += 1
    return np.asarray(np.reciprocal(odds, out=odds))


def loglik_of(worlds: Worlds, lines: TwoLines) -> Array:
    """Log likelihood of lines, shape (worlds, starts).

    That of the lower line, and for each system ln(1 + odds of the upper one). Standardised
    values have squared distances of n (1 + level**2 + slope**2) from a line.
    """
    odds = _log_odds(worlds, lines)
    more = np.maximum(odds, 0).sum(axis=2)
    np.negative(np.abs(odds, out=odds), out=odds)
    more += np.log1p(np.exp(odds, out=odds), out=odds).sum(axis=2)
    squares = (1 + lines.level[0] ** 2 + lines.slope[0] ** 2) / lines.scatter**2
    normal = np.log(1 - lines.share) - np.log(lines.scatter) - 0.5 * (squares + LOG_2PI)
    return np.asarray(more + worlds.x.size * normal)


def lines_of(worlds: Worlds, member: Array, *, separate: bool, least_share: float) -> TwoLines:
    """Lines, scatter and share that memberships make most likely (the M of EM).

    Weighted least squares; the scatter and the share go no lower than their bounds. ``member``
    has shape (worlds, starts, n); ``loglik`` is empty.
    """
    n = worlds.x.size
    sums = member @ worlds.features.swapaxes(1, 2)
    both = np.stack([worlds.features.sum(axis=2)[:, np.newaxis] - sums, sums])
    weight, wx, wxx, wy, wxy = np.moveaxis(both, -1, 0)
    weight = np.maximum(weight, 1e-9)
    x_mean, y_mean = wx / weight, wy / weight
    sxx = np.maximum(wxx - wx * x_mean, 1e-9)
    sxy = wxy - wx * y_mean
    slope = sxy / sxx
    if not separate:
        slope = np.broadcast_to(sxy.sum(axis=0) / sxx.sum(axis=0), sxy.shape)
    squares = (worlds.values**2).sum(axis=1)[:, np.newaxis] - (wy * y_mean).sum(axis=0)
    squares = squares + (slope**2 * sxx - 2 * slope * sxy).sum(axis=0)
    return TwoLines(
        level=y_mean - slope * x_mean,
        slope=np.array(slope),
        scatter=np.sqrt(np.maximum(squares / n, LEAST_SCATTER**2)),
        share=np.clip(weight[1] / n, least_share, 1 - least_share),
        loglik=np.full(weight.shape[1:], np.nan),
    )
