"""Rules that select the systems of an export, and the table of rules and years."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from compute_trends.settings.days import Day, OpenPeriod
from compute_trends.settings.field_types import Maybe, Name, Score, Section, Text, Unique
from compute_trends.settings.names import repeated

Scale = Literal["all", "regular", "large"]
Frontier = Annotated[str, Field(pattern="^(records|top_[1-9][0-9]*|z_score|flag)$")]


class OwnThresholds(Section):
    """A trend that may mark large-scale systems in its own way."""

    large_scale_from: Maybe[Day] = Field(
        default=None, description="instead of fit.outliers.large_scale_from"
    )
    high_z: Maybe[Score] = Field(default=None, description="instead of fit.outliers.high_z")


class ExportRule(OwnThresholds):
    """Which systems of an export a trend takes, of whatever years."""

    name: Name
    label: Text
    frontier: Maybe[Frontier] = Field(
        default=None, description="rule that picks the largest systems"
    )
    scale: Scale = "all"
    low_outliers: Literal["keep", "drop"] = "drop"
    domain: Maybe[Text] = Field(default=None, description="every system that lists it")
    without: Unique[Text] = Field(default=[], description="keys of systems that are left out")

    @property
    def top(self) -> int | None:
        """How many systems the running top holds; 1 for records, None for another rule."""
        return running_top(str(self.frontier))

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message if a frontier stands with what selects besides it."""
        if self.frontier and {"scale", "low_outliers"} & self.model_fields_set:
            yield "frontier", "selects by itself, without 'scale' and 'low_outliers'"


def running_top(rule: str) -> int | None:
    """How many systems the running top of a rule holds; 1 for records, None for another rule."""
    if rule == "records":
        return 1
    return int(rule.removeprefix("top_")) if rule.startswith("top_") else None


class ExportTrend(ExportRule):
    """A line through the systems of an export."""

    period: OpenPeriod


class Window(Section):
    """Years of the table of rules and years."""

    name: Name
    label: Text = Field(description="after the label of a rule, such as 'since 2018'")
    period: OpenPeriod


class RuleTable(Section):
    """Each rule in each window, on the newest export; without rules or windows there is none."""

    rules: list[ExportRule]
    windows: list[Window]

    @property
    def cells(self) -> list[tuple[ExportRule, Window, ExportTrend]]:
        """Each rule in each window, and the trend that they make."""
        return [
            (rule, window, _trend(rule, window)) for rule in self.rules for window in self.windows
        ]

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield names that are used twice."""
        yield from repeated("rules", [rule.name for rule in self.rules])
        yield from repeated("windows", [window.name for window in self.windows])


def _trend(rule: ExportRule, window: Window) -> ExportTrend:
    """The trend of a rule in a window."""
    own = {name: getattr(rule, name) for name in rule.model_fields_set}
    names = {"name": f"{rule.name}_{window.name}", "label": f"{rule.label} {window.label}"}
    return ExportTrend.model_construct(**own | names | {"period": window.period})
