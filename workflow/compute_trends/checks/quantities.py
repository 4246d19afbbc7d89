"""Quantities that a claim can be about, each measured on this run with a 90 % interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record, records
from compute_trends.estimate.formulas import spread_oom
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.selection import compute_column

Z90 = NormalDist().inv_cdf(0.95)
CI90_ENDS = (0.05, 0.95)
# The basis of trends of parameters, and the table of them
PARAMETERS: Literal["parameters"] = "parameters"
# Resamples of two lines; each is two fits.
RESAMPLED_LINES = 400


class Measurement(NamedTuple):
    """A value of this run with the ends of its 90 % interval (NaN where there is none).

    ``window`` holds the dates and the number of the systems behind it; empty where a value
    is not of a trend.
    """

    value: float
    low: float
    high: float
    window: str


class Sources(NamedTuple):
    """Tables that claims are measured on, and how their intervals are drawn.

    ``points`` is from `selection.join_members`, ``samples`` are those of the bootstrap.
    """

    trends: pd.DataFrame
    parameters: pd.DataFrame
    compute: pd.DataFrame
    points: pd.DataFrame
    samples: int
    seed: int

    def missing(self, subject: Sequence[str], table: str) -> list[str]:
        """Names that a claim is about and that a table does not hold."""
        names = getattr(self, table)["system_id" if table == "compute" else "trend"]
        return sorted(set(subject) - set(names))


def _trend(sources: Sources, name: str, basis: str) -> Record:
    """Row of table ``trends``, or of table ``parameters`` for the basis of this name."""
    rows = sources.parameters.assign(basis=basis) if basis == PARAMETERS else sources.trends
    [row] = records(rows[(rows["trend"] == name) & (rows["basis"] == basis)])
    return row


def _members(sources: Sources, name: str, basis: str) -> pd.DataFrame:
    """Systems behind a trend."""
    points = sources.points
    return points[(points["trend"] == name) & (points["basis"] == basis)]


def _doubling_time(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Doubling time of a trend, of compute or of parameters."""
    row = _trend(sources, subject[0], basis)
    low, high = (row[f"doubling_time_months_ci90_{end}"] for end in ("low", "high"))
    return Measurement(row["doubling_time_months"], low, high, _window(row))


def _window(row: Record) -> str:
    """Dates and number of a trend's systems."""
    return f"{row['period']}, n = {row['n']}"


def _growth_factor(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Fitted line at the last system over that at the first."""
    row = _trend(sources, subject[0], basis)
    years = math.log10(row["end_flop"] / row["start_flop"]) / row["slope_oom_per_year"]
    low, high = (10 ** (row[f"slope_oom_per_year_ci90_{end}"] * years) for end in ("low", "high"))
    return Measurement(row["end_flop"] / row["start_flop"], low, high, _window(row))


def _growth_per_year(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Factor by which compute grows in a year along a trend."""
    row = _trend(sources, subject[0], basis)
    low, high = (10 ** row[f"slope_oom_per_year_ci90_{end}"] for end in ("low", "high"))
    return Measurement(10 ** row["slope_oom_per_year"], low, high, _window(row))


def _range_factor(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Largest over smallest compute of a trend's systems, as uncertain as the two estimates."""
    members = _members(sources, subject[0], basis).sort_values("log_flop")
    smallest, largest = members.iloc[0], members.iloc[-1]
    ratio, noise = largest["log_flop"] - smallest["log_flop"], members["noise_oom"].iloc[[0, -1]]
    return _ratio(ratio, noise.to_list(), _window(_trend(sources, subject[0], basis)))


def _ratio(log_ratio: float, noise_oom: Sequence[float], window: str) -> Measurement:
    """Ratio of two independent log-normal values."""
    half = Z90 * math.hypot(*noise_oom)
    low, value, high = (10 ** float(log_ratio + end) for end in (-half, 0.0, half))
    return Measurement(value, low, high, window)


def _oom_above_trend(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Median distance of the systems of one trend above the line of another, in OOM.

    The interval resamples the systems of the first; the line is taken as it is.
    """
    above, below = (_members(sources, name, basis) for name in subject)
    line = fit_line(below["day"], below["log_flop"])
    distance = (
        above["log_flop"] - line.start - line.slope * (above["day"] - below["day"].min())
    ).to_numpy()
    rng = random_stream(sources.seed, f"above {' '.join(subject)}")
    resamples = distance[rng.integers(distance.size, size=(sources.samples, distance.size))]
    low, high = np.quantile(np.median(resamples, axis=1), CI90_ENDS)
    window = _window(_trend(sources, subject[0], basis))
    return Measurement(float(np.median(distance)), float(low), float(high), window)


def _oom_above_at_start(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Distance of two lines at the first system of the first, in OOM, by a paired bootstrap."""
    above, below = (_members(sources, name, basis) for name in subject)
    start = above["day"].min()

    def height(points: pd.DataFrame) -> float:
        line = fit_line(points["day"], points["log_flop"])
        return line.start + line.slope * float(start - points["day"].min())

    rng = random_stream(sources.seed, f"at start {' '.join(subject)}")
    distances: list[float] = []
    while len(distances) < RESAMPLED_LINES:
        resamples = [
            points.iloc[rng.integers(len(points), size=len(points))] for points in (above, below)
        ]
        if all(points["day"].min() < points["day"].max() for points in resamples):
            distances.append(height(resamples[0]) - height(resamples[1]))
    low, high = np.quantile(distances, CI90_ENDS)
    window = _window(_trend(sources, subject[0], basis))
    return Measurement(height(above) - height(below), float(low), float(high), window)


def _doubling_time_ratio(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Doubling time of one trend over that of another, with the widest ends of their intervals."""
    first, second = (_doubling_time(sources, [name], basis) for name in subject)
    return Measurement(
        first.value / second.value,
        first.low / second.high,
        first.high / second.low,
        f"{first.window}, against {second.window}",
    )


def _compute_ratio(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Compute of one system over that of another; both as uncertain as their estimates."""
    rows = sources.compute.set_index("system_id").loc[list(subject)]
    first, second = np.log10(rows[compute_column(basis)])
    low, high = (rows[f"training_compute_estimated_flop_ci90_{end}"] for end in ("low", "high"))
    return _ratio(first - second, spread_oom(low, high).to_list(), "")


class Quantity(NamedTuple):
    """What a claim can be about: how it is measured of names of a table on a basis."""

    measure: Callable[[Sources, Sequence[str], str], Measurement]
    # How many names it takes, and which field of `Sources` holds them
    names: int = 1
    table: Literal["trends", "parameters", "compute"] = "trends"
    # Whether a row of a table of trends is enough, so that exports can give it
    of_trends: bool = False


QUANTITIES = {
    "doubling_time_months": Quantity(_doubling_time, of_trends=True),
    "parameter_doubling_time_months": Quantity(_doubling_time, table=PARAMETERS),
    "growth_factor": Quantity(_growth_factor, of_trends=True),
    "growth_per_year": Quantity(_growth_per_year, of_trends=True),
    "range_factor": Quantity(_range_factor),
    "oom_above_trend": Quantity(_oom_above_trend, names=2),
    "oom_above_at_start": Quantity(_oom_above_at_start, names=2),
    "doubling_time_ratio": Quantity(_doubling_time_ratio, names=2, of_trends=True),
    "compute_ratio": Quantity(_compute_ratio, names=2, table="compute"),
}
