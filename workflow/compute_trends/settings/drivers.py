"""Section ``fit.drivers`` of config.yaml: parts of growth, counts above thresholds, countries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from compute_trends.settings.days import LastDay, OpenPeriod
from compute_trends.settings.field_types import AS_WRITTEN, Count, Name, Section, Text, Unique
from compute_trends.settings.names import repeated, unknown

Flop = Annotated[float, Field(ge=1), AS_WRITTEN]


class DriverWindow(Section):
    """Years whose growth is split into parts."""

    name: Name
    label: Text
    period: OpenPeriod


class Group(Section):
    """Systems of some countries, or of some organizations."""

    name: Name
    label: Text
    countries: Unique[Text] = Field(default=[], description="names as the export writes them")
    organizations: Unique[Text] = Field(default=[], description="names as the export writes them")

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message unless the group is of countries or of organizations."""
        if bool(self.countries) == bool(self.organizations):
            yield "", "needs either 'countries' or 'organizations'"


class Pair(Section):
    """Two groups, the second of which may be behind the first."""

    ahead: Name
    behind: Name


class Drivers(Section):
    """What drives growth, how many systems are above thresholds, and who is how far behind."""

    draws: Annotated[int, Field(ge=200, le=20_000)] = Field(
        description="resamples of the systems, and draws of their values"
    )
    windows: Annotated[list[DriverWindow], Field(min_length=1)]
    top: Count = Field(description="systems in the running top of the frontier, also of a group")
    thresholds: Annotated[Unique[Flop], Field(min_length=1)] = Field(description="FLOP")
    groups: Annotated[list[Group], Field(min_length=1)]
    joint: Annotated[Unique[Literal["each", "left_out"]], Field(min_length=1)] = Field(
        description="systems of several groups belong to each, or to none; the first rule leads"
    )
    group_period: OpenPeriod = Field(description="of the frontier lines of groups")
    pairs: Unique[Pair] = Field(description="groups whose lag is measured")
    lag_days: Annotated[Unique[LastDay], Field(min_length=1)] = Field(
        description="days at which it is"
    )

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield names that are used twice or not defined."""
        names = [group.name for group in self.groups]
        yield from repeated("windows", [window.name for window in self.windows])
        yield from repeated("groups", names)
        for side in ("ahead", "behind"):
            of_pairs = [getattr(pair, side) for pair in self.pairs]
            yield from unknown(f"pairs[{{}}].{side}", of_pairs, names)
