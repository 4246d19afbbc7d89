"""Sections of ``fit`` in config.yaml on what is not seen: models without compute, and slowing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from compute_trends.settings.days import Day
from compute_trends.settings.field_types import (
    AS_WRITTEN,
    Count,
    Factor,
    Name,
    Section,
    Share,
    Text,
    Unique,
    Years,
)
from compute_trends.settings.names import repeated
from compute_trends.settings.simulations import Depths, Worlds

# What a model without compute is taken to be, in words, or FLOP; `fit.hidden` says what they mean
HiddenWord = Literal["left_out", "known", "low", "frontier", "record", "high"]
HiddenValue = HiddenWord | Annotated[float, Field(gt=0), AS_WRITTEN]


class OrganizationGroup(Section):
    """Organizations that are counted together."""

    name: Name
    label: Text
    members: Annotated[Unique[Text], Field(min_length=1)] = Field(
        description="names as the export has them"
    )
    leading: bool = Field(default=False, description="one of those called leading labs")


class Visibility(Section):
    """Which models are listed without compute, and how long a value takes to appear."""

    after: Day = Field(description="models dated after the day are counted")
    organizations: list[OrganizationGroup]
    least_listed: Count = Field(description="models that a domain needs to stand for itself")
    ages: Annotated[Unique[Years], Field(min_length=1)] = Field(
        description="years since release that part the classes of age"
    )
    draws: Annotated[int, Field(ge=200, le=100_000)] = Field(description="resamples")

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield names that stand twice, organizations of two groups, and ages out of order."""
        yield from repeated("organizations", [group.name for group in self.organizations])
        members = [member for group in self.organizations for member in group.members]
        for member in sorted({one for one in members if members.count(one) > 1}):
            yield "organizations", f"{member!r} is a member of two groups"
        if self.ages != sorted(self.ages):
            yield "ages", "the ages must rise"

    @property
    def leading(self) -> list[str]:
        """Organizations of the groups that are called leading labs."""
        groups = [group for group in self.organizations if group.leading]
        return [member for group in groups for member in group.members]


class Scenario(Section):
    """What models without compute are taken to be."""

    name: Name
    label: Text
    leading: HiddenValue = Field(description="models of leading labs")
    leading_share: Share = Field(
        default=1, description="share of these, the others are as those of other organizations"
    )
    others: HiddenValue = Field(description="models of other organizations")


class Hidden(Section):
    """What models without compute may be: a range for all of them, and scenarios."""

    low_quantile: Share = Field(description="low: quantile of the known of about their date")
    high_factor: Factor = Field(description="high: so many times the record of their date")
    scenarios: Annotated[list[Scenario], Field(min_length=1)]

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield names that stand twice, or are those of the ends of the range."""
        names = [scenario.name for scenario in self.scenarios]
        yield from repeated("scenarios", names)
        for name in {"known", "least", "most"} & set(names):
            yield "scenarios", f"{name!r} is the name of a row that there is anyway"


class Statement(Section):
    """What is said of growth since a date."""

    name: Name
    label: Text
    share: Share = Field(description="growth since in OOM/year is below this share of before")


class Slowing(Section):
    """Whether growth has slowed since dates, and what models without compute could hide."""

    headlines: Unique[Name] = Field(description="of fit.exports.headlines, whose rules select")
    after: Day = Field(description="growth before a date is that of systems since this day")
    dates: Annotated[Unique[Day], Field(min_length=1)] = Field(
        description="last days before growth is said to have slowed"
    )
    lead: Day = Field(description="of the dates, the one that the report tells first")
    dropped_months: Unique[Annotated[int, Field(ge=0)]]
    statements: Annotated[list[Statement], Field(min_length=1)]
    level: Share = Field(description="p up to which a slowdown is no chance")
    power: Share = Field(description="share of worlds in which the smallest change is seen")
    worlds: Worlds = Field(description="of each law")
    draws: Depths = Field(description="resamples behind each interval")
    hidden: Hidden

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield names that stand twice, and dates that leave nothing before them."""
        yield from repeated("statements", [statement.name for statement in self.statements])
        if self.lead not in self.dates:
            yield "lead", f"{self.lead} is none of fit.slowing.dates"
        for index, day in enumerate(self.dates):
            if day <= self.after:
                yield f"dates[{index}]", f"must be later than fit.slowing.after ({self.after})"
