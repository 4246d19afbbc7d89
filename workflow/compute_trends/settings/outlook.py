"""Section ``fit.outlook`` of config.yaml: forecasts, their test on the past, thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from compute_trends.settings.days import Day
from compute_trends.settings.field_types import (
    Count,
    Positive,
    Section,
    Share,
    Text,
    Unique,
)
from compute_trends.settings.simulations import Depths


class Origins(Section):
    """Days in the past on which forecasts are made as if nothing later were known."""

    first: Day
    last: Day
    step_months: Annotated[int, Field(ge=1, le=12)]

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message if the last origin is before the first, or years are not kept."""
        if self.first > self.last:
            yield "last", f"({self.last}) must not be before 'first' ({self.first})"
        if 12 % self.step_months:
            yield "step_months", "must be a part of a year: 1, 2, 3, 4, 6 or 12"


class ForecastRules(Section):
    """What the methods look at."""

    since: Day = Field(description="systems of lines since a day are dated after it")
    recent_years: Count = Field(description="that lines of recent systems look back")
    longer_years: Count = Field(description="that lines of few systems, and the walk, look back")
    top: Count = Field(description="systems in the running top")
    most_breaks: Annotated[int, Field(ge=0, le=3)] = Field(description="that BIC chooses among")
    least_systems: Annotated[int, Field(ge=4)] = Field(description="of a line")


class Bar(Section):
    """What a method must reach on the past before its forecasts are drawn."""

    level: Share = Field(description="p of the binomial test up to which coverage is rejected")
    power_against: Share = Field(description="true coverage for which the power is printed")
    least_windows: Count = Field(description="windows that do not overlap; fewer test nothing")
    resamples: Annotated[int, Field(ge=200)] = Field(description="of blocks of origins")


class Threshold(Section):
    """A training compute that people ask about."""

    flop: Positive
    why: Text


class Outlook(Section):
    """Forecasts of the largest training compute, held against what came."""

    draws: Depths
    horizons: Annotated[Unique[Annotated[int, Field(ge=1, le=10)]], Field(min_length=1)] = Field(
        description="years ahead; the first is the one that a method must pass"
    )
    origins: Origins
    rules: ForecastRules
    bar: Bar
    thresholds: Annotated[list[Threshold], Field(min_length=1)]
    by: Day = Field(description="day by which thresholds may be crossed or not")
    through: Day = Field(description="last day that is drawn; later is only called later")

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield messages for numbers and days that are not in order."""
        flop = [threshold.flop for threshold in self.thresholds]
        if self.horizons != sorted(self.horizons):
            yield "horizons", "the years must be in order"
        if flop != sorted(set(flop)):
            yield "thresholds", "must be in order, each once"
        if self.by > self.through:
            yield "by", f"({self.by}) must not be after 'through' ({self.through})"
