"""Section ``clean`` of config.yaml: what is read, and what of it can be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from compute_trends.settings.days import Day
from compute_trends.settings.field_types import (
    AS_WRITTEN,
    Maybe,
    Name,
    Positive,
    ProjectPath,
    Section,
    Text,
    Unique,
)

Words = Annotated[Unique[Text], Field(min_length=1)]


class PlausibleSince(Section):
    """Limits for systems that are dated from a year on, up to the next such year."""

    year: Annotated[int, Field(ge=1900, le=2100)]
    least_flop: Positive = Field(description="least training compute of any system")
    least_notable_flop: Positive = Field(description="of a notable one, as all annotated ones are")
    most_flop: Positive = Field(description="most training compute")
    most_parameters: Positive

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message if nothing lies between the limits."""
        if not self.least_flop <= self.least_notable_flop < self.most_flop:
            yield "", "least_flop, least_notable_flop and most_flop must go up in this order"


class Plausible(Section):
    """Limits beyond which a value is taken for a slip and stops the run."""

    published_from: Day = Field(description="no system is dated earlier")
    published_through: Day = Field(description="no system is dated later")
    training_compute_flop: Annotated[float, Field(ge=1), AS_WRITTEN] = Field(description="FLOP")
    since: list[PlausibleSince] = Field(
        default=[], description="further limits by the year of the publication, by year"
    )

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield messages for years that do not go up, and limits with no day between them."""
        years = [limits.year for limits in self.since]
        if years != sorted(set(years)):
            yield "since", "each year must be later than the one before"
        if self.published_from > self.published_through:
            yield "published_from", f"{self.published_from} is after published_through"


class Filters(Section):
    """What to leave out of an export; nothing unless said."""

    notability: Maybe[Literal["any"] | Words] = Field(
        default=None,
        description="criteria of which a system needs one, in the export's words, or any of them",
    )
    confidence: Maybe[Words] = Field(default=None, description="confidences to keep")
    domains: Maybe[Words] = Field(default=None, description="domains of which a system needs one")
    fine_tunes: Literal["keep", "drop"] = "keep"
    versions: Literal["keep", "drop"] = "keep"


class ExportFile(Section):
    """A file of Epoch AI's databases that was downloaded."""

    name: Name
    path: ProjectPath
    date: Day = Field(description="day of the download; systems dated later are excluded")
    format: Literal["epoch_models"] = "epoch_models"
    models: Literal["notable", "all", "large_scale", "frontier", "benchmarked"] = Field(
        default="notable", description="which export it is; vintages of the same are compared"
    )
    dates: Maybe[Literal["d/m/y", "m/d/y"]] = Field(
        default=None,
        description="order of day and month, where the dates do not tell or a slip contradicts",
    )
    hardware: Maybe[ProjectPath] = Field(
        default=None, description="Epoch AI's export of hardware, for chips that we do not know"
    )
    filters: Filters = Field(default_factory=Filters)


class Clean(Section):
    """What is read, and what of it can be used."""

    vintages: Literal["all"] | Unique[Day] = Field(
        description="exports of data/raw/vintages.csv that are used: all, or those of some days"
    )
    published_after: Day = Field(description="systems dated on this day or earlier are excluded")
    first_day_is_placeholder: bool = Field(
        description="whether 1 January stands for a year, and the first of a month for a month"
    )
    plausible: Plausible
    exports: list[ExportFile]

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message for exports that are the same vintage of the same database."""
        vintages = Counter((export.models, export.date) for export in self.exports)
        for (models, day), times in vintages.items():
            if times > 1:
                yield "exports", f"{times} exports of {models} models are dated {day}"


def leading_export(exports: Sequence[ExportFile]) -> ExportFile | None:
    """Export that answers for today: the newest of notable models, else the newest, else none."""
    notable = [export for export in exports if export.models == "notable"]
    return max(notable or exports, key=lambda export: export.date, default=None)


def exports_like_leading(exports: Sequence[ExportFile]) -> list[ExportFile]:
    """Exports of the same models as the one that answers for today, which is among them."""
    leading = leading_export(exports)
    return [export for export in exports if leading and export.models == leading.models]
