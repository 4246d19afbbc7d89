"""Quantities that a claim can be about, each measured on this run with a 90 % interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from compute_trends.checks.pairs import Pairs
from compute_trends.common.records import Record, records
from compute_trends.estimate.formulas import Z90, spread_oom
from compute_trends.fit.intervals import Interval
from compute_trends.fit.selection import compute_column

# The bases of trends that are not of training compute, and the tables of them
PARAMETERS: Literal["parameters"] = "parameters"
INFERENCE: Literal["inference"] = "inference"
# Of exports: models of inference.csv are none
NO_MODELS = pd.DataFrame({"trend": [], "pass_unit": []})
NOT_PAIRED = "no interval: the trends of earlier exports are not resampled together"
EXTREMES = (
    "no interval: the two systems are chosen for their compute, and no resample of the systems "
    "spans more than all of them"
)


class Measurement(NamedTuple):
    """A value of this run with the ends of its 90 % interval, or a note why there is none (NaN).

    ``window`` holds the dates and the number of the systems behind it; empty where a value
    is not of a trend.
    """

    value: float
    low: float
    high: float
    window: str
    note: str | None = None


class Sources(NamedTuple):
    """Tables that claims are measured on, and by basis the trends that are resampled together.

    ``pairs`` is empty for exports but the one that answers for today, the last two for all.
    """

    trends: pd.DataFrame
    parameters: pd.DataFrame
    compute: pd.DataFrame
    pairs: Mapping[str, Pairs]
    inference: pd.DataFrame = NO_MODELS
    training_inference: pd.DataFrame = NO_MODELS

    def missing(self, subject: Sequence[str], table: str) -> list[str]:
        """Names that a claim is about and that a table does not hold."""
        column = {"compute": "system_id", "training_inference": "pass_unit"}.get(table, "trend")
        return sorted(set(subject) - set(getattr(self, table)[column]))


def _trend(sources: Sources, name: str, basis: str) -> Record:
    """Row of table ``trends``, or of the table of another quantity for its basis."""
    others = {PARAMETERS: sources.parameters, INFERENCE: sources.inference}
    rows = others[basis].assign(basis=basis) if basis in others else sources.trends
    [row] = records(rows[(rows["trend"] == name) & (rows["basis"] == basis)])
    return row


def _window(row: Record) -> str:
    """Dates and number of a trend's systems."""
    return f"{row['period']}, n = {row['n']}"


def _of_column(sources: Sources, name: str, basis: str, column: str) -> Measurement:
    """A column of a table of trends, with its interval."""
    row = _trend(sources, name, basis)
    ends = (row[f"{column}_ci90_{end}"] for end in ("low", "high"))
    low, high = (math.nan if end is None else end for end in ends)
    return Measurement(row[column], low, high, _window(row), row["note"])


def _doubling_time(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Doubling time of a trend, of compute or of parameters."""
    return _of_column(sources, subject[0], basis, "doubling_time_months")


def _growth_per_year(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Factor by which compute grows in a year along a trend."""
    return _of_column(sources, subject[0], basis, "growth_per_year")


def _growth_factor(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Fitted line at the last system over that at the first, as uncertain as its slope."""
    row = _trend(sources, subject[0], basis)
    slope = _of_column(sources, subject[0], basis, "slope_oom_per_year")
    value = row["end_flop"] / row["start_flop"]
    years = math.log10(value) / slope.value
    return slope._replace(
        value=value, low=10 ** (slope.low * years), high=10 ** (slope.high * years)
    )


def _range_factor(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Largest over smallest compute of a trend's systems; without an interval, see `EXTREMES`."""
    values = sources.pairs[basis].points(subject[0])["log_flop"]
    window = _window(_trend(sources, subject[0], basis))
    value = 10 ** float(values.max() - values.min())
    return Measurement(value, math.nan, math.nan, window, EXTREMES)


def _oom_above_trend(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Median distance of the systems of one trend above the line of another, in OOM."""
    above, below = subject
    pairs = sources.pairs[basis]
    points, (line, start) = pairs.points(above), pairs.fitted(below)
    distance = points["log_flop"] - line.start - line.slope * (points["day"] - start)
    value, interval = float(distance.median()), pairs.median_distance(above, below)
    return _paired(value, interval, _window(_trend(sources, above, basis)))


def _oom_above_at_start(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Distance of two lines at the first system of the first, in OOM."""
    pairs = sources.pairs[basis]
    (above, day), (below, start) = (pairs.fitted(name) for name in subject)
    value = above.start - below.start - below.slope * (day - start)
    interval = pairs.distance_at(day, *subject)
    return _paired(value, interval, _window(_trend(sources, subject[0], basis)))


def _doubling_time_ratio(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Doubling time of one trend over that of another."""
    first, second = (_doubling_time(sources, [name], basis) for name in subject)
    interval = Interval(math.nan, math.nan, NOT_PAIRED)
    if basis in sources.pairs:
        interval = sources.pairs[basis].doubling_time_ratio(*subject)
    return _paired(first.value / second.value, interval, f"{first.window}, against {second.window}")


def _paired(value: float, interval: Interval, window: str) -> Measurement:
    """Measurement of two trends that are resampled together."""
    return Measurement(value, interval.low, interval.high, window, interval.note)


def _compute_ratio(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Compute of one system over that of another; both as uncertain as their estimates."""
    rows = sources.compute.set_index("system_id").loc[list(subject)]
    first, second = np.log10(rows[compute_column(basis)])
    ends = (rows[f"training_compute_estimated_flop_ci90_{end}"] for end in ("low", "high"))
    half = Z90 * math.hypot(*spread_oom(*ends))
    low, value, high = (10 ** float(first - second + end) for end in (-half, 0.0, half))
    return Measurement(value, low, high, "", "no interval" if math.isnan(half) else None)


def _units_per_training(sources: Sources, subject: Sequence[str], basis: str) -> Measurement:
    """Median number of units of one kind that cost as much as the training of their system."""
    rows = sources.training_inference
    ratios = rows.loc[rows["pass_unit"] == subject[0], "units_per_training"]
    note = f"median of {len(ratios)} systems, chosen by what is known of them"
    return Measurement(float(ratios.median()), math.nan, math.nan, "", note)


def _itself(value: float) -> float:
    """A distance in OOM or a ratio, as it is judged."""
    return value


def _per_month(months: float) -> float:
    """Doublings per month of a doubling time: the growth that it is judged by."""
    return 0.0 if math.isinf(months) else 1 / months


class Quantity(NamedTuple):
    """What a claim can be about: how it is measured of names of a table on a basis.

    ``judged`` gives what is judged of a value: growth in OOM (or doublings) per time or over
    a period, a distance in OOM, or a ratio itself. ``nothing`` is zero of it, in words.
    """

    measure: Callable[[Sources, Sequence[str], str], Measurement]
    judged: Callable[[float], float]
    # How many names it takes, which field of `Sources` holds them, and how many of them,
    # the first ones, a claim is about (a second may only be compared with)
    names: int = 1
    table: Literal["trends", "parameters", "inference", "training_inference", "compute"] = "trends"
    about: int = 1
    # Whether a row of a table of trends is enough, so that exports can give it
    of_trends: bool = False
    # Whether the systems of the trends are needed themselves
    of_systems: bool = False
    # Whether it is of the years that are stated, so that systems of more years give another
    of_period: bool = False
    nothing: str = "no growth"
    # Whether no number of it is stated, so that it is told and not judged
    unstated: bool = False

    @property
    def is_of_inference(self) -> bool:
        """Whether it is measured on models of inference.csv."""
        return self.table in (INFERENCE, "training_inference")

    def bases(self, of_compute: Sequence[str]) -> Sequence[str]:
        """Bases on which it is measured: those of training compute, or its own."""
        if self.is_of_inference:
            return [INFERENCE]
        return [PARAMETERS] if self.table == PARAMETERS else of_compute


QUANTITIES = {
    "doubling_time_months": Quantity(_doubling_time, _per_month, of_trends=True),
    "parameter_doubling_time_months": Quantity(_doubling_time, _per_month, table=PARAMETERS),
    "growth_factor": Quantity(_growth_factor, math.log10, of_trends=True),
    "growth_per_year": Quantity(_growth_per_year, math.log10, of_trends=True),
    "range_factor": Quantity(_range_factor, math.log10, of_systems=True, of_period=True),
    "oom_above_trend": Quantity(
        _oom_above_trend, _itself, names=2, of_systems=True, nothing="no distance"
    ),
    "oom_above_at_start": Quantity(
        _oom_above_at_start, _itself, names=2, of_systems=True, nothing="no distance"
    ),
    "doubling_time_ratio": Quantity(
        _doubling_time_ratio, _itself, names=2, about=2, of_trends=True, of_systems=True
    ),
    "inference_growth_per_year": Quantity(_growth_per_year, math.log10, table=INFERENCE),
    "units_per_training": Quantity(
        _units_per_training, math.log10, table="training_inference", unstated=True
    ),
    "compute_ratio": Quantity(_compute_ratio, _itself, names=2, table="compute", about=0),
}
