"""Forecasts from what one vintage knew on a day, by every method."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.common.dates import EPOCH, day_number
from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.fit.forecast_paths import STEPS_PER_YEAR, Drawn, Past, Rules
from compute_trends.fit.forecasts import (
    METHODS,
    POOL,
    REFERENCES,
    forecast,
    pooled,
)
from compute_trends.fit.loglinear import Array
from compute_trends.fit.selection import compute_points
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.fit import Units
from compute_trends.settings.outlook import Outlook
from compute_trends.settings.simulations import Depth

LEVELS = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
# What is forecast: the running record, and a system of the next year
RECORD, MODELS = "record", "model"


class Known(NamedTuple):
    """Systems with a compute in one vintage, in order of their dates.

    Attributes
    ----------
    export : ExportFile
        Which vintage.
    days, log_flop : numpy.ndarray, shape (n,)
        Day numbers and log10 FLOP as the vintage states them.
    systems : list of str
        Their keys.
    """

    export: ExportFile
    days: Array
    log_flop: Array
    systems: list[str]

    @classmethod
    def of(cls, export: ExportFile, systems: pd.DataFrame, compute: pd.DataFrame) -> Known:
        """What tables ``systems`` and ``compute`` of an export hold, up to its own day."""
        points = compute_points(systems, compute, basis="published")
        points = points[points["day"] <= day_number(export.date)]
        points = points.sort_values(["day", "system_id"])
        days, log_flop = (points[name].to_numpy(dtype=float) for name in ("day", "log_flop"))
        return cls(export, days, log_flop, points["system_id"].to_list())

    @property
    def day(self) -> int:
        """Day number of the vintage."""
        return day_number(self.export.date)

    def until(self, origin: float) -> Past:
        """What it knows of the time up to a day."""
        there = self.days <= origin
        return Past(self.days[there], self.log_flop[there], origin)

    def within(self, after: float, through: float) -> Array:
        """log10 FLOP of the systems after a day and through another, in order of time."""
        return self.log_flop[(self.days > after) & (self.days <= through)]


class Forecaster(NamedTuple):
    """How forecasts are made: ``fit.outlook``, ``fit.units``, depth and seed of the config."""

    outlook: Outlook
    units: Units
    depth: Depth
    seed: int

    @property
    def year(self) -> float:
        """Days of a year."""
        return float(self.units.days_per_year)

    @property
    def rules(self) -> Rules:
        """What the methods look at, in days."""
        own = self.outlook.rules
        return Rules(
            since=day_number(own.since),
            recent=own.recent_years * self.year,
            longer=own.longer_years * self.year,
            top=own.top,
            most_breaks=own.most_breaks,
            least=own.least_systems,
            year=self.year,
        )

    def target_day(self, origin: float, horizon: int) -> int:
        """Day number so many years after an origin."""
        return math.floor(origin + horizon * self.year)

    def draw(self, known: Known, origin: float, *, through: float | None = None) -> Drawings:
        """Draws of every method from what a vintage knows of the time up to a day.

        Each method has a stream of its own for each origin, whatever the vintage.

        Parameters
        ----------
        through : float, optional
            Day number that records are drawn to; the last horizon otherwise.
        """
        past = known.until(origin)
        steps = max(self.outlook.horizons) * STEPS_PER_YEAR
        if through is not None:
            steps = max(steps, math.ceil((through - origin) / self.year * STEPS_PER_YEAR))
        draws = self.outlook.draws.at(self.depth)
        drawn: Drawings = {}
        for method in METHODS:
            rng = random_stream(self.seed, f"forecast by {method} from {iso_day(origin)}")
            of_method = forecast(method, past, self.rules, steps=steps, draws=draws, rng=rng)
            if of_method is not None:
                drawn[method] = of_method
        members = [drawn[method] for method in drawn if method not in REFERENCES]
        return drawn | {POOL: pooled(members)} if members else drawn


# Draws of each method that finds enough systems
Drawings = dict[str, Drawn]


class Target(NamedTuple):
    """What a method forecasts for a time.

    Attributes
    ----------
    draws : numpy.ndarray, shape (draws,)
        log10 FLOP, sorted.
    ends : numpy.ndarray, shape (5,)
        Their quantiles `LEVELS`.
    """

    method: str
    target: str
    horizon: int
    draws: Array
    ends: Array


def targets(drawn: Drawings, horizons: Sequence[int]) -> list[Target]:
    """Records after each number of years, and systems of the year that begins at the origin."""
    found = []
    steps = np.array(horizons) * STEPS_PER_YEAR - 1
    for method, (records, models) in drawn.items():
        keys = [(RECORD, horizon) for horizon in horizons]
        values = records[:, steps].T
        if models is not None:
            keys, values = [*keys, (MODELS, 1)], np.concatenate([values, models[np.newaxis]])
        values = np.sort(values, axis=1)
        ends = np.quantile(values, list(LEVELS.values()), axis=1).T
        found += [Target(method, *key, *own) for key, *own in zip(keys, values, ends, strict=True)]
    return found


def target_columns(target: Target, export: str, origin: float, day: float) -> Record:
    """What a forecast is of, by the names of columns; days as day numbers."""
    return {
        "export": export,
        "origin": timestamp(origin),
        "method": target.method,
        "target": target.target,
        "horizon_years": target.horizon,
        "target_date": timestamp(day),
    }


def quantile_columns(ends: Array) -> Record:
    """Quantiles of log10 FLOP in FLOP, by the names of columns."""
    values = 10.0**ends
    return {
        f"forecast_flop_{name}": float(value) for name, value in zip(LEVELS, values, strict=True)
    }


def iso_day(day: float) -> str:
    """A day number as a date y-m-d."""
    return f"{timestamp(day):%Y-%m-%d}"


# The same days stand in many rows.
@functools.lru_cache(maxsize=1024)
def timestamp(day: float) -> pd.Timestamp:
    """A day number as a time of pandas, of the day."""
    return EPOCH + pd.Timedelta(days=math.floor(day))
