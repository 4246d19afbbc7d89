"""What a forecast knows and what it draws. Arrays in, arrays out, as `loglinear`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from compute_trends.fit.loglinear import Array

# Records are drawn at the ends of so many parts of each year.
STEPS_PER_YEAR = 4


class Past(NamedTuple):
    """Systems that are known at an origin, in order of their dates.

    Attributes
    ----------
    days, log_flop : numpy.ndarray, shape (n,)
        Day numbers, none after the origin, and log10 FLOP.
    origin : float
        Day number on which the forecast begins.
    """

    days: Array
    log_flop: Array
    origin: float

    @property
    def record(self) -> float:
        """Most compute so far, log10 FLOP."""
        return float(self.log_flop.max())

    def records_on(self, days: Array) -> Array:
        """The record on each day, minus infinity before the first system."""
        highest = np.maximum.accumulate(np.concatenate([[-np.inf], self.log_flop]))
        return np.asarray(highest[np.searchsorted(self.days, days, side="right")])


class Rules(NamedTuple):
    """What the methods look at.

    Attributes
    ----------
    since : float
        Day number after which the lines that are named so begin.
    recent, longer : float
        Days that the lines of recent systems look back, and those of few systems and the walk.
    top : int
        Systems in the running top.
    most_breaks : int
        Of the line whose breaks BIC chooses, 0 to 3.
    least : int
        A line of fewer systems is not drawn.
    year : float
        Days of a year.
    """

    since: float
    recent: float
    longer: float
    top: int
    most_breaks: int
    least: int
    year: float


class Drawn(NamedTuple):
    """What a method expects.

    Attributes
    ----------
    records : numpy.ndarray, shape (draws, steps)
        Running record in log10 FLOP at the end of each step, see `step_days`. Never falls.
    models : numpy.ndarray, shape (draws,), or None
        log10 FLOP of a system published within a year of the origin; None where the method
        speaks of records alone.
    """

    records: Array
    models: Array | None


def step_days(origin: float, steps: int, year: float) -> Array:
    """Day number of the end of each step, shape (steps,)."""
    return np.asarray(origin + year * np.arange(1, steps + 1) / STEPS_PER_YEAR)


def running(past: Past, paths: Array) -> Array:
    """Paths as running records: never below what is reached already."""
    return np.maximum.accumulate(np.maximum(paths, past.record), axis=1)


def balanced(values: Array, draws: int, rng: np.random.Generator) -> Array:
    """Draws from values, each as often as any other or once more, in random order.

    As drawing with replacement, with less of its noise.
    """
    return np.asarray(rng.permutation(np.resize(rng.permutation(values), draws)))


def resampled_steps(steps: Array, number: int, draws: int, rng: np.random.Generator) -> Array:
    """Steps drawn from a resample of the past ones, a resample for each draw; (draws, number)."""
    resamples = steps[rng.integers(steps.size, size=(draws, steps.size))]
    return np.take_along_axis(resamples, rng.integers(steps.size, size=(draws, number)), axis=1)
