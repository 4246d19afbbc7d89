"""Section ``fit.inference`` of config.yaml: trends of the compute of one forward pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from compute_trends.settings.days import Day, Period
from compute_trends.settings.field_types import AS_WRITTEN, Maybe, Name, Section, Text
from compute_trends.settings.names import repeated
from compute_trends.settings.simulations import Worlds

Task = Literal["image classification", "language"]
Selection = Literal["all", "accuracy_records", "best_of_year", "largest", "least"]
# Selections by accuracy
BY_ACCURACY = ("accuracy_records", "best_of_year", "least")


class Years(Section):
    """Models dated after a day, and no later than another where one is given."""

    after: Day
    through: Maybe[Day] = Field(default=None, description="left out: to the newest model")

    def until(self, newest: str) -> Period:
        """The years with both ends, the second of them the newest day where it is open."""
        return Period(after=self.after, through=self.through or newest)

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message if the years end before they start."""
        if self.through is not None and self.after >= self.through:
            yield "", f"reversed, 'after' ({self.after}) must be before 'through' ({self.through})"


class InferenceTrend(Section):
    """A line through the models of inference.csv that a rule selects."""

    name: Name
    label: Text
    task: Task
    period: Years
    quantity: Literal["forward_flop", "parameters", "flop_per_parameter"] = Field(
        default="forward_flop",
        description="of an image or a token; the other two with it as its model has them",
    )
    selection: Selection = Field(
        default="all",
        description="accuracy_records: more accurate than all before; best_of_year: the most "
        "accurate of a year; largest: most FLOP so far; least: fewest FLOP so far of those with "
        "at_least_percent",
    )
    accuracy_kind: Maybe[Text] = Field(
        default=None, description="models with an accuracy of this kind only"
    )
    at_least_percent: Maybe[Annotated[float, Field(ge=0, le=100), AS_WRITTEN]] = Field(
        default=None, description="models with at least this accuracy only"
    )
    extra_data: Literal["any", "none"] = Field(
        default="any", description="none: trained on the images of the benchmark alone"
    )
    at_equal_accuracy: bool = Field(
        default=False, description="growth beside what the accuracy of a model explains"
    )

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message if the rule reads an accuracy and no kind of it is named."""
        reads = self.selection in BY_ACCURACY or self.at_equal_accuracy
        if (reads or self.at_least_percent is not None) and self.accuracy_kind is None:
            yield "accuracy_kind", "is needed: the rule compares accuracies, of one kind"
        if self.at_equal_accuracy and self.selection != "all":
            yield "at_equal_accuracy", "is for all models: the selection reads the accuracy already"
        if self.selection == "least" and self.at_least_percent is None:
            yield "at_least_percent", "is needed for the selection 'least'"


class ChipTrend(Section):
    """A line through the peak rate per watt of chips, at one number format."""

    name: Name
    label: Text
    precision: Literal["fp32", "tensor_fp16"]
    types: Annotated[list[Literal["GPU", "TPU", "CPU", "Other"]], Field(min_length=1)]
    period: Years


class Inference(Section):
    """Trends of inference compute, and what rules that select by an outcome make by themselves."""

    draws: Annotated[int, Field(ge=200, le=20_000)] = Field(
        description="resamples of the papers that the models are from"
    )
    worlds: Worlds = Field(description="simulated for each trend that selects by an outcome")
    trends: list[InferenceTrend]
    chips: list[ChipTrend]

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield names that are used twice."""
        yield from repeated("trends", [trend.name for trend in self.trends])
        yield from repeated("chips", [trend.name for trend in self.chips])

    @property
    def names(self) -> list[str]:
        """Names of all trends."""
        return [*(trend.name for trend in self.trends), *(one.name for one in self.chips)]
