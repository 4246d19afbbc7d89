"""Laws by which simulated compute scatters around a line; worlds of the real dates.

Arrays in, arrays out, as `loglinear`. Each law has the dates and the mean square of real
residuals and differs in what else it takes from them, because nobody knows the true law.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from compute_trends.fit.loglinear import Array, fit_line

# ASSUME: scatter that changes with time changes threefold from the first date to the last.
SPREAD_RATIO = 3.0
# ASSUME: skewed scatter is a shifted gamma variable of shape 4 (skewness 1), heavy tails are
# those of Student's t with 4 degrees of freedom.
GAMMA_SHAPE, STUDENT_DEGREES = 4.0, 4.0

Law = Callable[[Array, Array, tuple[int, int], np.random.Generator], Array]


def draw_scatter(
    law: str, days: Array, residuals: Array, *, worlds: int, rng: np.random.Generator
) -> Array:
    """Scatter of many worlds around a line, in OOM.

    Parameters
    ----------
    law : str
        Of `LAWS`.
    days, residuals : numpy.ndarray, shape (n,)
        Day numbers, and distances of the real systems from the line in log10 FLOP.
    worlds : int
        How many to draw.

    Returns
    -------
    numpy.ndarray, shape (worlds, n)
        Deviations whose mean is zero and whose mean square is that of the residuals.
    """
    return LAWS[law](days, residuals, (worlds, residuals.size), rng)


class Group(NamedTuple):
    """A line with normal scatter: slope in OOM per day, level at day 0, scatter in OOM."""

    slope: float
    level: float
    scatter: float

    @classmethod
    def of(cls, days: Array, log_flop: Array) -> Group:
        """Line and scatter of systems."""
        line = fit_line(days, log_flop)
        level = line.start - line.slope * float(days.min())
        residuals = log_flop - level - line.slope * days
        return cls(line.slope, level, _spread(residuals))

    def draw(self, days: Array, shape: tuple[int, int], rng: np.random.Generator) -> Array:
        """Values of many worlds at some days."""
        return self.level + self.slope * days + self.scatter * rng.standard_normal(shape)


def draw_two_populations(
    days: Array,
    log_flop: Array,
    large: NDArray[np.bool_],
    *,
    worlds: int,
    rng: np.random.Generator,
) -> Array:
    """Worlds in which each system is of one of two populations by chance.

    Parameters
    ----------
    days, log_flop : numpy.ndarray, shape (n,)
        Day numbers and log10 FLOP of the real systems.
    large : numpy.ndarray of bool, shape (n,)
        Which are of the smaller population; its share is the chance.

    Returns
    -------
    numpy.ndarray, shape (worlds, n)
        log10 FLOP, each on the line of its population with normal scatter.
    """
    shape = (worlds, days.size)
    groups = [Group.of(days[of_group], log_flop[of_group]) for of_group in (large, ~large)]
    first, second = (group.draw(days, shape, rng) for group in groups)
    return np.where(rng.random(shape) < large.mean(), first, second)


def _spread(residuals: Array) -> float:
    """Root mean square of residuals."""
    return float(np.sqrt(np.mean(residuals**2)))


def _normal(
    days: Array, residuals: Array, shape: tuple[int, int], rng: np.random.Generator
) -> Array:
    """Normal scatter, the same everywhere."""
    return _spread(residuals) * rng.standard_normal(shape)


def _permuted(
    days: Array, residuals: Array, shape: tuple[int, int], rng: np.random.Generator
) -> Array:
    """The real residuals, centred, exchanged among the dates."""
    centred = np.broadcast_to(residuals - residuals.mean(), shape)
    return rng.permuted(centred, axis=1)


def _wild(days: Array, residuals: Array, shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """The real residuals at their dates, each with a random sign."""
    return np.asarray(residuals * rng.choice([-1.0, 1.0], size=shape))


def _changing(days: Array, ratio: float) -> Array:
    """Relative spread that changes evenly with time by a ratio; its mean square is 1."""
    span = max(float(np.ptp(days)), 1.0)
    spread = 1 + (ratio - 1) * (days - days.min()) / span
    return np.asarray(spread / np.sqrt(np.mean(spread**2)))


def _shrinking(
    days: Array, residuals: Array, shape: tuple[int, int], rng: np.random.Generator
) -> Array:
    """Normal scatter that falls with time."""
    return _normal(days, residuals, shape, rng) * _changing(days, 1 / SPREAD_RATIO)


def _growing(
    days: Array, residuals: Array, shape: tuple[int, int], rng: np.random.Generator
) -> Array:
    """Normal scatter that rises with time."""
    return _normal(days, residuals, shape, rng) * _changing(days, SPREAD_RATIO)


def _skewed(
    days: Array, residuals: Array, shape: tuple[int, int], rng: np.random.Generator
) -> Array:
    """Scatter with a long tail upwards."""
    drawn = rng.gamma(GAMMA_SHAPE, size=shape)
    return np.asarray(_spread(residuals) * (drawn - GAMMA_SHAPE) / np.sqrt(GAMMA_SHAPE))


def _heavy_tails(
    days: Array, residuals: Array, shape: tuple[int, int], rng: np.random.Generator
) -> Array:
    """Symmetric scatter with heavy tails."""
    unit = np.sqrt((STUDENT_DEGREES - 2) / STUDENT_DEGREES)
    return np.asarray(_spread(residuals) * unit * rng.standard_t(STUDENT_DEGREES, size=shape))


LAWS: dict[str, Law] = {
    "normal": _normal,
    "permuted": _permuted,
    "wild": _wild,
    "shrinking": _shrinking,
    "growing": _growing,
    "skewed": _skewed,
    "heavy_tails": _heavy_tails,
}
