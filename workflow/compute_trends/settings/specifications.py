"""Section ``fit.specifications`` of config.yaml: choices that are crossed, option by option."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, WithJsonSchema, field_validator

from compute_trends.settings.clean import ExportFile, exports_like_leading, leading_export
from compute_trends.settings.days import VINTAGE, Day, day_or_vintage
from compute_trends.settings.field_types import Days, Maybe, Name, Score, Section, Text
from compute_trends.settings.names import repeated

# Values that leave nothing out, and that name the data to fit and the values to take
ANY, NEWEST, FILLED = "any", "newest", "filled"
# "vintage-12": the last day is so many months before the vintage
BEFORE_VINTAGE = re.compile(f"{VINTAGE}-([1-9][0-9]*)")


def _end(text: str, info: ValidationInfo) -> str:
    if BEFORE_VINTAGE.fullmatch(text):
        return text
    if text.startswith(f"{VINTAGE}-"):
        raise ValueError(f"{text!r} is no number of months before the vintage, as vintage-12 is")
    return day_or_vintage(text, info)


End = Annotated[str, AfterValidator(_end), WithJsonSchema({"type": "string"})]
Population = Annotated[str, Field(pattern="^(all|regular|large|records|top_[1-9][0-9]*|flag)$")]
Keep = Literal["keep", "drop"]


def _confidences(value: Any) -> Any:
    words = isinstance(value, list) and value and all(isinstance(word, str) for word in value)
    if value != ANY and not words:
        raise ValueError(f"{value!r} is neither {ANY!r} nor a list of confidences")
    return value


_WORDS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
Confidences = Annotated[
    Any, AfterValidator(_confidences), WithJsonSchema({"anyOf": [{"const": ANY}, _WORDS]})
]


class Option(Section):
    """One way to make a choice; the kinds of it say what its value may be."""

    value: Any
    why: Text = Field(description="what speaks for it, in one line")
    strong: bool = Field(
        default=False, description="readers may well dispute it: another question, or few data"
    )

    @property
    def text(self) -> str:
        """The option as tables write it."""
        return option_text(self.value)


def option_text(value: object) -> str:
    """Value of an option as tables write it, a list joined by commas."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:.12g}" if isinstance(value, float | int) else str(value)


class DayOption(Option):
    """A day."""

    value: Day


class EndOption(Option):
    """A last day."""

    value: End


class TextOption(Option):
    """A name."""

    value: Text


class DatesOption(Option):
    """Where dates known to the month or year stand."""

    value: Literal["first", "middle"]


class PopulationOption(Option):
    """A rule that picks systems."""

    value: Population


class KeepOption(Option):
    """Whether systems of a kind are kept."""

    value: Keep


class NumberOption(Option):
    """A score."""

    value: Score


class WindowOption(Option):
    """Days on either side of a system."""

    value: Days


class ConfidenceOption(Option):
    """Confidences that are kept."""

    value: Confidences


class EstimatorOption(Option):
    """How a line is fitted."""

    value: Literal["least_squares", "theil_sen", "least_absolute"]


class WeightsOption(Option):
    """What a system counts."""

    value: Literal["equal", "certainty"]


class Choices(Section):
    """Choices behind a headline, each with its options; one left out is the headline's own."""

    start: Maybe[list[DayOption]] = Field(default=None, description="systems dated after the day")
    end: Maybe[list[EndOption]] = Field(
        default=None,
        description="last day; vintage-12: twelve months before the date of the data",
    )
    data: Maybe[list[TextOption]] = Field(
        default=None,
        description="newest, the day of a vintage of notable models, or a dataset of fit.datasets",
    )
    basis: Maybe[list[TextOption]] = Field(
        default=None,
        description="published, estimated, filled (estimated if there is one), or an alternative",
    )
    dates: Maybe[list[DatesOption]] = Field(
        default=None, description="where dates known to the month or year stand"
    )
    population: Maybe[list[PopulationOption]] = Field(
        default=None, description="systems of the line"
    )
    low_outliers: Maybe[list[KeepOption]] = None
    high_z: Maybe[list[NumberOption]] = Field(
        default=None, description="score above which a system is large-scale"
    )
    window_days: Maybe[list[WindowOption]] = Field(
        default=None, description="days on either side of a system, for its score"
    )
    confidence: Maybe[list[ConfidenceOption]] = Field(
        default=None, description="confidences that are kept"
    )
    domain: Maybe[list[TextOption]] = Field(
        default=None, description="any, or one that systems list"
    )
    countries: Maybe[list[TextOption]] = Field(
        default=None, description="any, or one that systems list"
    )
    fine_tunes: Maybe[list[KeepOption]] = Field(
        default=None, description="systems trained from another, or with later training"
    )
    versions: Maybe[list[KeepOption]] = Field(
        default=None, description="later versions of systems, their names the same but for the end"
    )
    estimator: Maybe[list[EstimatorOption]] = None
    weights: Maybe[list[WeightsOption]] = None

    @field_validator("*")
    @classmethod
    def _differ(cls, options: list[Option] | None) -> list[Option] | None:
        if options == []:
            raise ValueError("[] should be non-empty")
        texts = [option.text for option in options or []]
        for text in texts:
            if texts.count(text) > 1:
                raise ValueError(f"the option {text!r} stands twice")
        return options

    @property
    def options(self) -> dict[str, list[Option]]:
        """Options of each choice that is made in more ways than the headline's, by its name."""
        return {name: options for name in CHOICES if (options := getattr(self, name)) is not None}


# Names of the choices, in the order of tables
CHOICES = list(Choices.model_fields)


class Direction(Section):
    """A finding that says which of two options gives the faster growth."""

    name: Name
    headline: Name
    choice: Text
    faster: Text
    slower: Text
    finding: Text


class Specifications(Section):
    """Choices that are crossed for each headline."""

    draws: Annotated[int, Field(ge=200, le=100_000)] = Field(
        description="resamples behind each interval"
    )
    most: Annotated[int, Field(ge=100)] = Field(
        description="specifications of a headline; of more combinations a sample"
    )
    members: Literal["reselected", "fixed"] = Field(
        description="whether each resample selects its systems anew"
    )
    headlines: dict[Name, Choices]
    directions: list[Direction]
    published: dict[Name, list[Name]] = Field(
        description="statements of data/raw/claims.csv to mark on the curve of each headline"
    )

    @property
    def number(self) -> int:
        """Specifications of all headlines."""
        options = [choices.options.values() for choices in self.headlines.values()]
        return sum(min(self.most, math.prod(map(len, each))) for each in options)

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield directions whose options are none, and statements on what is not crossed."""
        yield from repeated("directions", [direction.name for direction in self.directions])
        for index, direction in enumerate(self.directions):
            choices = self.headlines.get(direction.headline, Choices()).options
            texts = [option.text for option in choices.get(direction.choice, [])]
            for key in ("faster", "slower"):
                option = getattr(direction, key)
                if option not in texts:
                    place = f"headlines.{direction.headline}.{direction.choice}"
                    message = f"{option!r} is no option of fit.specifications.{place}"
                    yield f"directions[{index}].{key}", message
        for name in self.published:
            if name not in self.headlines:
                yield f"published.{name}", f"{name!r} is not among fit.specifications.headlines"


def crossed_exports(
    specifications: Specifications, exports: Sequence[ExportFile]
) -> list[ExportFile]:
    """Exports that options name, and the one that leads; of the same models as this one."""
    leading = leading_export(exports)
    if leading is None:
        return []
    options = [choices.options.get("data", []) for choices in specifications.headlines.values()]
    days = {option.text for each in options for option in each} | {leading.date}
    return [export for export in exports_like_leading(exports) if export.date in days]
