"""Systems of the leading export with what drivers, counts and countries ask of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.clean.export import is_fine_tune, lists_any
from compute_trends.clean.reasons import NO_COMPUTE
from compute_trends.common.dates import day_number
from compute_trends.common.records import Record
from compute_trends.fit.bootstrap import in_order_of_dates
from compute_trends.fit.intervals import system_counts
from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import Counts, Mask, Pool, Procedure
from compute_trends.fit.selection import compute_points
from compute_trends.fit.trend_numbers import interval_columns
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.days import OpenPeriod, Period
from compute_trends.settings.drivers import Group
from compute_trends.settings.fit import Intervals, Units

# What an export states of a system besides its name, date and compute
STATED = [
    "confidence",
    "countries",
    "chips",
    "hours",
    "hardware",
    "utilization",
    "training_compute_cost_2023_usd",
    "training_power_draw_w",
]
OURS = [f"training_compute_estimated_flop{end}" for end in ("", "_ci90_low", "_ci90_high")]


class Rules(NamedTuple):
    """Sections ``fit.intervals`` and ``fit.units`` of config.yaml."""

    intervals: Intervals
    units: Units


class Listed(NamedTuple):
    """Systems that an export lists.

    Attributes
    ----------
    export : ExportFile
        Which.
    known : pandas.DataFrame
        Systems with compute, in order of their dates: system_id, day, log_flop (as stated),
        year, organizations, fine_tune, `STATED`, and what we estimate (`OURS`).
    unknown : pandas.DataFrame
        Systems without: year, countries, organizations.
    """

    export: ExportFile
    known: pd.DataFrame
    unknown: pd.DataFrame

    @property
    def tables(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Systems with compute and without."""
        return self.known, self.unknown

    @property
    def labels(self) -> Record:
        """Columns that name the export."""
        return {"export": self.export.name, "vintage": self.export.date}

    @property
    def days(self) -> Array:
        """Day numbers of the systems with compute."""
        return self.known["day"].to_numpy(dtype=float)

    @property
    def log_flop(self) -> Array:
        """log10 of the compute that is stated of them."""
        return self.known["log_flop"].to_numpy(dtype=float)

    @property
    def pool(self) -> Pool:
        """Systems that are ranked together; nothing asks for their scores."""
        return Pool(self.days, self.log_flop, 0.0)

    def within(self, period: Period) -> Mask:
        """Which systems with compute are dated in a period."""
        after, through = day_number(period.after), day_number(period.through)
        return (self.days > after) & (self.days <= through)

    def period(self, period: OpenPeriod) -> Period:
        """A period of the config on this vintage."""
        return period.until(self.export.date)

    def counts(self, *, draws: int, seed: int) -> Counts:
        """How often each system is drawn: once in the first row, then in each resample."""
        names = self.known["system_id"].to_list()
        drawn = system_counts(names, draws=draws, seed=seed)
        return np.concatenate([np.ones((1, len(names)), dtype=drawn.dtype), drawn])


def listed_systems(
    export: ExportFile,
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    attributes: pd.DataFrame,
    excluded: pd.DataFrame,
) -> Listed:
    """Systems that an export lists, from its tables of these names."""
    stated = attributes[["annotation_id", *STATED]].assign(fine_tune=is_fine_tune(attributes))
    own = ["system_id", "annotation_id", "organizations", "publication_date"]
    more = systems[own].merge(stated, on="annotation_id", validate="one_to_one")
    ours = compute[["system_id", *OURS]]
    points = compute_points(systems, compute, basis="published")
    points = points[["system_id", "day", "log_flop"]]
    known = points.merge(more, on="system_id").merge(ours, on="system_id")
    known = in_order_of_dates(known.assign(year=known["publication_date"].dt.year))
    without = excluded[excluded["reason"] == NO_COMPUTE]
    columns = ["annotation_id", "organizations", "publication_date"]
    unknown = without[columns].merge(stated, on="annotation_id", validate="one_to_one")
    return Listed(export, known, unknown.assign(year=unknown["publication_date"].dt.year))


def in_top(*, rivals: Mask, eligible: Mask, top: int) -> Procedure:
    """The running top at release, whose systems are ranked among the rivals."""
    return Procedure(eligible, np.zeros_like(eligible), rivals, top=top)


def members(rows: pd.DataFrame, group: Group, *, joint: str) -> Mask:
    """Which systems are of a group.

    Parameters
    ----------
    rows : pandas.DataFrame
        With countries and organizations, each a list joined by "; ".
    joint : str
        each: those that list a country or organization of it; left_out: those that list no
        other.
    """
    names = group.countries or group.organizations
    column = rows["countries" if group.countries else "organizations"]
    inside = lists_any(column, names).to_numpy(dtype=bool)
    if joint == "left_out":
        own = {name.lower() for name in names}
        listed = column.fillna("").str.lower().str.split("; ")
        inside = inside & np.array([own.issuperset(names) for names in listed], dtype=bool)
    return np.asarray(inside)


def growth_numbers(ends: Sequence[float], *, units: Units) -> dict[str, float]:
    """Factor per year and OOM per year of a slope in OOM per day and the ends of its interval."""
    slope, low, high = ends
    columns = interval_columns(slope, low, high, units=units)
    return {name: value for name, value in columns.items() if not name.startswith("doubling")}
