"""Sections of ``fit`` in config.yaml whose checks simulate data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from compute_trends.settings.days import Day, OpenPeriod, Period
from compute_trends.settings.field_types import (
    AS_WRITTEN,
    Count,
    Name,
    Section,
    Share,
    Text,
    Unique,
)
from compute_trends.settings.names import repeated, unknown

Basis = Literal["published", "estimated"]
Depth = Literal["light", "deep"]
OneLine = Literal["normal", "skewed", "shrinking", "heavy_tails"]


class Depths(Section):
    """A number for each depth of the checks."""

    light: Count
    deep: Count

    def at(self, depth: Depth) -> int:
        """The number at a depth."""
        return self.light if depth == "light" else self.deep


class Worlds(Depths):
    """How many worlds a check simulates, by ``fit.depth``."""

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message if the deep setting simulates hardly more than the light one."""
        if self.deep < 20 * self.light:
            yield "deep", f"must be at least 20 times {self.light}, the light one"


class Populations(Section):
    """Whether systems are of one line or of two, and when that counts as known."""

    periods: Unique[Period] = Field(description="of the datasets")
    export_periods: Unique[OpenPeriod] = Field(description="of each export")
    least_systems: Annotated[int, Field(ge=20)] = Field(description="fewer are not analysed")
    starts: Annotated[int, Field(ge=1, le=1000)] = Field(description="of EM, for each fit")
    least_share: Annotated[float, Field(gt=0, lt=0.5), AS_WRITTEN] = Field(
        description="of the systems that either population holds"
    )
    worlds: Worlds = Field(description="of each law")
    nulls: Annotated[Unique[OneLine], Field(min_length=1)] = Field(
        description="laws of one line, none of which may explain two populations"
    )
    level: Annotated[float, Field(gt=0, lt=1), AS_WRITTEN]
    power: Annotated[float, Field(gt=0, lt=1), AS_WRITTEN]
    overlap: Share = Field(
        description="systems that are large-scale and of the upper population, over those of either"
    )


class Coverage(Section):
    """Simulations of how often the reported intervals hold."""

    worlds: Worlds
    draws: Depths = Field(description="resamples of each world")
    trends: Unique[Name] = Field(description="trends that the light depth checks")
    eras: Annotated[list[Period], Field(min_length=1)] = Field(
        description="periods of one line each, that simulated compute scatters around"
    )


class Group(Section):
    """A trend whose systems are selected by compute, and the one that it is held against."""

    trend: Name
    beside: Name


class SelectionNull(Section):
    """What one line gives under the rules that select groups by compute."""

    worlds: Worlds
    line: Period = Field(description="systems that scatter around the line")
    groups: Annotated[list[Group], Field(min_length=1)]


class EraSpan(Section):
    """Systems among which breaks are searched."""

    name: Name
    label: Text
    after: Day


class CrossValidation(Section):
    """Folds of systems that are left out in turn."""

    folds: Annotated[int, Field(ge=2, le=100)]
    repeats: Annotated[int, Field(ge=1, le=100)]


class EraLead(Section):
    """What the report leads with of all that is searched."""

    dataset: Name
    basis: Basis
    span: Name
    low_outliers: Literal["keep", "drop"]
    kind: Literal["discontinuous", "continuous"]


class Eras(Section):
    """Search for breaks of the trend of all systems, and what is stated of them."""

    datasets: Unique[Name]
    spans: Annotated[list[EraSpan], Field(min_length=1)]
    stated: Annotated[Unique[Day], Field(min_length=1, max_length=3)] = Field(
        description="days after which breaks are said to be"
    )
    least_systems: Annotated[int, Field(ge=3)] = Field(description="of a segment")
    level: Share = Field(description="p up to which a break counts as found")
    power: Share = Field(description="below it a break that is not found stays undecided")
    worlds: Worlds
    repeated: Worlds = Field(description="worlds in which intervals and folds are made anew")
    cross_validation: CrossValidation
    lead: EraLead

    @property
    def lead_span(self) -> EraSpan:
        """Span of what the report leads with."""
        return next(span for span in self.spans if span.name == self.lead.span)

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield names that are not defined, and days that are not in order of time."""
        spans = [span.name for span in self.spans]
        yield from unknown("lead.dataset", [self.lead.dataset], self.datasets)
        yield from unknown("lead.span", [self.lead.span], spans)
        yield from repeated("spans", spans)
        if self.stated != sorted(self.stated):
            yield "stated", "the days must be in order of time"
