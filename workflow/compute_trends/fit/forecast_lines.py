"""Forecasts that draw a line on, and the largest of systems that scatter around one.

Arrays in, arrays out, as `loglinear`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from compute_trends.fit.forecast_paths import (
    STEPS_PER_YEAR,
    Drawn,
    Past,
    Rules,
    balanced,
    resampled_steps,
    running,
    step_days,
)
from compute_trends.fit.intervals import poisson_counts
from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import Pool, Procedure, select, selected_lines

# ASSUME: each resample of the systems serves so many draws; its line varies far less than what
# scatters around it.
DRAWS_PER_LINE = 5
# Steps from which it is learnt how fast distances return to their mean
LEAST_STEPS = 4
# ASSUME: the number of systems a year grows on for so many years, then stays.
GROWING_YEARS = 3


class Lines(NamedTuple):
    """A line on the systems that it is of, and on resamples of them.

    ``slope`` and ``level`` (at the origin) are of the line itself and then of each resample, in
    OOM per day and log10 FLOP; ``residuals`` are of its systems, ``gaps`` of the record.
    """

    slope: Array
    level: Array
    residuals: Array
    gaps: Array

    def drawn(self, draws: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Slopes and levels of resamples, one for each draw."""
        those = balanced(np.arange(1.0, self.slope.size), draws, rng).astype(np.intp)
        return self.slope[those], self.level[those]


def line_since(
    past: Past, rules: Rules, steps: int, draws: int, rng: np.random.Generator
) -> Drawn | None:
    """The line of all systems since a day goes on, and what scatters around it."""
    lines = _lines(past, rules, rules.since, None, draws, rng)
    return lines and gone_on(past, rules, lines, steps, draws, rng, of_models=True)


def line_recent(
    past: Past, rules: Rules, steps: int, draws: int, rng: np.random.Generator
) -> Drawn | None:
    """The line of the systems of recent years goes on, and what scatters around it."""
    lines = _lines(past, rules, past.origin - rules.recent, None, draws, rng)
    return lines and gone_on(past, rules, lines, steps, draws, rng, of_models=True)


def line_top(
    past: Past, rules: Rules, steps: int, draws: int, rng: np.random.Generator
) -> Drawn | None:
    """The line of systems in the running top goes on, and the record's distance from it."""
    lines = _lines(past, rules, past.origin - rules.longer, rules.top, draws, rng)
    return lines and gone_on(past, rules, lines, steps, draws, rng, of_models=False)


def line_records(
    past: Past, rules: Rules, steps: int, draws: int, rng: np.random.Generator
) -> Drawn | None:
    """The line of the record setters goes on, and the record's distance from it."""
    lines = _lines(past, rules, past.origin - rules.longer, 1, draws, rng)
    return lines and gone_on(past, rules, lines, steps, draws, rng, of_models=False)


def _lines(
    past: Past, rules: Rules, after: float, top: int | None, draws: int, rng: np.random.Generator
) -> Lines | None:
    """Line of the systems after a day, its systems selected anew in each resample."""
    eligible = past.days > after
    everyone = np.ones(past.days.size, dtype=bool)
    procedure = Procedure(eligible=eligible, markable=everyone, rivals=everyone, top=top)
    pool = Pool(past.days, past.log_flop, np.nan)
    inside = select(procedure, pool, None, np.ones((1, past.days.size)))[0]
    if inside.sum() < rules.least:
        return None
    resamples = poisson_counts((max(draws // DRAWS_PER_LINE, 2), past.days.size), rng)
    counts = np.concatenate([np.ones((1, past.days.size), dtype=np.uint8), resamples])
    [fitted] = selected_lines(pool, [procedure], counts)
    there = np.isfinite(fitted.slope)
    if not there[0] or there.sum() < 2:
        return None
    slope, level = fitted.slope[there], (fitted.level + fitted.slope * past.origin)[there]

    def line(days: Array) -> Array:
        return np.asarray(level[0] + slope[0] * (days - past.origin))

    residuals = past.log_flop[inside] - line(past.days[inside])
    ends = past_ends(past, rules, past.days[inside][0])
    # What two coefficients take of the scatter
    wider = np.sqrt(inside.sum() / (inside.sum() - 2))
    return Lines(slope, level, wider * residuals, past.records_on(ends) - line(ends))


def past_ends(past: Past, rules: Rules, first: float) -> Array:
    """Ends of the steps from a day to the origin, that of the origin always."""
    number = int((past.origin - first) // (rules.year / STEPS_PER_YEAR))
    return np.asarray(past.origin - rules.year / STEPS_PER_YEAR * np.arange(number, -1, -1))


def gone_on(
    past: Past,
    rules: Rules,
    lines: Lines,
    steps: int,
    draws: int,
    rng: np.random.Generator,
    *,
    of_models: bool,
) -> Drawn:
    """Lines drawn on: the record moves around them as before, systems scatter as before.

    The record's distance from a line starts from what it is and returns to its mean as fast as
    it used to, with shocks drawn from a resample of those of the past, so that their mean is as
    uncertain as it is: an autoregression from step to step.
    """
    slope, level = lines.drawn(draws, rng)
    ahead = step_days(0.0, steps, rules.year)
    mean, kept, shocks = _autoregression(lines.gaps)
    paths = level[:, np.newaxis] + slope[:, np.newaxis] * ahead
    gap, drawn = past.record - level, resampled_steps(shocks, steps, draws, rng)
    for step in range(steps):
        gap = mean + kept * (gap - mean) + drawn[:, step]
        paths[:, step] += gap
    models = None
    if of_models:
        published = rng.uniform(0, rules.year, draws)
        models = level + slope * published + balanced(lines.residuals, draws, rng)
    return Drawn(running(past, paths), models)


def _autoregression(gaps: Array) -> tuple[float, float, Array]:
    """Mean of distances, the share of one that is left a step later, and shocks around that.

    Least squares of each distance from the mean on the one before, without its bias of
    -(1 + 3 kept) / n (Kendall 1954); no share above 1, where distances would run away, or below
    0.
    """
    mean = float(gaps.mean())
    before, after = gaps[:-1] - mean, gaps[1:] - mean
    spread = float(before @ before)
    if before.size < LEAST_STEPS or not spread > 0:
        return mean, 0.0, gaps - mean
    kept = float(before @ after) / spread
    kept = min(max(kept + (1 + 3 * kept) / before.size, 0.0), 1.0)
    wider = np.sqrt(before.size / (before.size - 2))
    shocks = after - kept * before
    return mean, kept, wider * (shocks - shocks.mean())


def simulated_maximum(
    past: Past, rules: Rules, steps: int, draws: int, rng: np.random.Generator
) -> Drawn | None:
    """The record is the largest of simulated systems, as many a year as their number grows to.

    Systems scatter around the line of recent years, above and below the median by halves of
    normal distributions as wide as the scatter was: none that was seen need be the largest. Of
    N that scatter alike the largest is the quantile U^(1/N), U uniform between 0 and 1. Numbers
    are Poisson around an exponential through those of the last steps, see `_numbers`.
    """
    lines = _lines(past, rules, past.origin - rules.recent, None, draws, rng)
    if lines is None:
        return None
    slope, level = lines.drawn(draws, rng)
    number = _numbers(past, rules, steps, draws, rng)
    # Within a step systems are published in its middle.
    middle = step_days(0.0, steps, rules.year) - rules.year / STEPS_PER_YEAR / 2
    with np.errstate(divide="ignore"):
        share = rng.uniform(size=number.shape) ** (1 / number)
    largest = _scattered(lines.residuals, share)
    paths = np.where(
        number > 0, level[:, np.newaxis] + slope[:, np.newaxis] * middle + largest, -np.inf
    )
    return Drawn(running(past, paths), None)


def _scattered(residuals: Array, share: Array) -> Array:
    """Quantiles of two halves of normal distributions that meet in the median of residuals."""
    # Here, because the paper's part of a run needs none of scipy.
    from scipy.special import ndtri

    apart = residuals - np.median(residuals)
    below, above = (np.sqrt((part**2).mean()) for part in (apart[apart <= 0], apart[apart >= 0]))
    z = ndtri(share)
    return np.asarray(np.median(residuals) + z * np.where(z > 0, above, below))


def _numbers(
    past: Past, rules: Rules, steps: int, draws: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Systems published in each step to come; shape (draws, steps).

    A Poisson regression of the numbers of the recent steps on time; its coefficients are drawn
    from their normal approximation, widened by the scatter of the numbers where that exceeds
    Poisson's. The growth ends after `GROWING_YEARS`.
    """
    width = rules.year / STEPS_PER_YEAR
    back = round(rules.recent / width)
    age = np.floor((past.origin - past.days) / width).astype(int)
    counts = np.bincount(age[age < back], minlength=back)[::-1].astype(float)
    time = np.arange(-back, 0) / STEPS_PER_YEAR
    columns = np.stack([np.ones(back), time - time.mean()], axis=1)
    coefficients = np.array([np.log(counts.mean()), 0.0])
    for _ in range(25):
        mean = np.exp(columns @ coefficients)
        inverse = np.linalg.inv(columns.T @ (columns * mean[:, np.newaxis]))
        coefficients = coefficients + inverse @ (columns.T @ (counts - mean))
    mean = np.exp(columns @ coefficients)
    wider = max(1.0, float(((counts - mean) ** 2 / mean).sum() / (back - 2)))
    drawn = rng.multivariate_normal(coefficients, wider * inverse, draws, method="cholesky")
    ahead = np.minimum(np.arange(steps) / STEPS_PER_YEAR, GROWING_YEARS) - time.mean()
    return np.asarray(rng.poisson(np.exp(drawn[:, :1] + drawn[:, 1:] * ahead)))
