"""Forecasts of compute by simple methods: draws of the record to come, and of the next models.

Arrays in, arrays out, as `loglinear`. Each method knows the systems up to a day, its origin, and
nothing later. It draws paths of the running record, the most compute of any system so far, and
where it speaks of all systems, the compute of one that is published within a year.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from compute_trends.fit.forecast_breaks import piecewise
from compute_trends.fit.forecast_lines import (
    line_recent,
    line_records,
    line_since,
    line_top,
    simulated_maximum,
)
from compute_trends.fit.forecast_paths import Drawn, Past, Rules
from compute_trends.fit.forecast_walks import no_growth, random_walk
from compute_trends.fit.loglinear import Array

Draw = Callable[[Past, Rules, int, int, np.random.Generator], Drawn | None]
METHODS: dict[str, Draw] = {
    "line_since": line_since,
    "line_recent": line_recent,
    "line_top": line_top,
    "line_records": line_records,
    "piecewise": piecewise,
    "simulated_maximum": simulated_maximum,
    "random_walk": random_walk,
    "no_growth": no_growth,
}
# What other methods must not be worse than; they need to pass no bar.
REFERENCES = ("random_walk", "no_growth")
# All others together, see `pooled`
POOL = "pooled"


def forecast(
    method: str, past: Past, rules: Rules, *, steps: int, draws: int, rng: np.random.Generator
) -> Drawn | None:
    """Draws of a method of `METHODS`.

    Parameters
    ----------
    steps : int
        Parts of years ahead, `STEPS_PER_YEAR` a year.
    draws : int
        Paths to draw.
    rng : numpy.random.Generator
        Source of the draws.

    Returns
    -------
    Drawn or None
        None where the method finds too few systems.
    """
    return METHODS[method](past, rules, steps, draws, rng) if past.days.size else None


def pooled(members: list[Drawn]) -> Drawn:
    """Draws of several methods in equal shares, taken in turn; a linear pool of them."""

    def in_turn(parts: list[Array]) -> Array:
        turn = np.arange(len(parts[0])) % len(parts)
        return np.stack(parts)[turn, np.arange(len(turn))]

    models = [drawn.models for drawn in members if drawn.models is not None]
    records = in_turn([drawn.records for drawn in members])
    return Drawn(records, in_turn(models) if models else None)
