"""Forecasts that need no line: no growth, and the steps of the past again.

Arrays in, arrays out, as `loglinear`.
"""

from __future__ import annotations

import numpy as np

from compute_trends.fit.forecast_paths import (
    STEPS_PER_YEAR,
    Drawn,
    Past,
    Rules,
    balanced,
    resampled_steps,
)
from compute_trends.fit.loglinear import Array


def no_growth(
    past: Past, rules: Rules, steps: int, draws: int, rng: np.random.Generator
) -> Drawn | None:
    """Nothing changes: the record stays, and systems are like those of the last year."""
    last = past.log_flop[past.days > past.origin - rules.year]
    models = balanced(last, draws, rng) if last.size else None
    return Drawn(np.full((draws, steps), past.record), models)


def random_walk(
    past: Past, rules: Rules, steps: int, draws: int, rng: np.random.Generator
) -> Drawn | None:
    """Steps of the past come again: a random walk with drift.

    The record rises by steps drawn from those of ``rules.longer`` days, which are resampled
    first for each path, so that the drift is as uncertain as it is. Systems move as their
    yearly means did, and scatter around these as before.
    """
    back = round(rules.longer / rules.year)
    ends = past.origin - rules.year * np.arange(back * STEPS_PER_YEAR, -1, -1) / STEPS_PER_YEAR
    records = past.records_on(ends)
    rises = np.diff(records[np.isfinite(records)])
    if rises.size < rules.least:
        return None
    walks = past.record + resampled_steps(rises, steps, draws, rng).cumsum(axis=1)
    return Drawn(walks, _walking_models(past, rules, back, draws, rng))


def _walking_models(
    past: Past, rules: Rules, back: int, draws: int, rng: np.random.Generator
) -> Array | None:
    """Compute of next year's systems where the yearly mean walks; None with too few years."""
    # Years before the origin: 0 is the last one.
    age = np.floor((past.origin - past.days) / rules.year).astype(int)
    years = [past.log_flop[age == number] for number in range(back) if (age == number).any()]
    if len(years) < 3 or not (age == 0).any():
        return None
    means = np.array([values.mean() for values in years])
    moved = resampled_steps(means[:-1] - means[1:], 1, draws, rng)[:, 0]
    around = np.concatenate([values - values.mean() for values in years])
    return np.asarray(means[0] + moved + balanced(around, draws, rng))
