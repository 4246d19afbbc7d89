"""Days and periods of config.yaml, written as y-m-d or as the name of a boundary."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, WithJsonSchema

from compute_trends.common.problems import did_you_mean
from compute_trends.settings.field_types import Section

# The last day of a period that goes on to the date of the vintage
VINTAGE = "vintage"
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
NAME = re.compile("[a-z][a-z0-9_]*")


def _plain_day(text: str) -> str:
    with contextlib.suppress(ValueError):
        if DAY.fullmatch(text) and date.fromisoformat(text):
            return text
    raise ValueError(f"{text!r} is not a date y-m-d")


def _day(text: str, info: ValidationInfo) -> str:
    """The day that a text is or names; the boundaries come with the context."""
    boundaries: dict[str, str] = (info.context or {}).get("boundaries", {})
    if text in boundaries and not DAY.fullmatch(text):
        return boundaries[text]
    if boundaries and NAME.fullmatch(text):
        known = did_you_mean(text, boundaries)
        raise ValueError(f"{text!r} is not a date y-m-d or a name of boundaries; {known}")
    return _plain_day(text)


def day_or_vintage(text: str, info: ValidationInfo) -> str:
    """The day that a text is or names, or the word for the date of each export."""
    return text if text == VINTAGE else _day(text, info)


def _not_vintage(name: str) -> str:
    if name == VINTAGE:
        raise ValueError(f"{name!r} is the date of each export, so no boundary has this name")
    return name


_DAY_SCHEMA = {"type": "string", "format": "date"}
_DAY_OR_NAME = {"anyOf": [_DAY_SCHEMA, {"type": "string", "pattern": f"^{NAME.pattern}$"}]}
Boundary = Annotated[str, Field(pattern=f"^{NAME.pattern}$"), AfterValidator(_not_vintage)]
PlainDay = Annotated[str, AfterValidator(_plain_day), WithJsonSchema(_DAY_SCHEMA)]
Day = Annotated[str, AfterValidator(_day), WithJsonSchema(_DAY_OR_NAME)]
LastDay = Annotated[str, AfterValidator(day_or_vintage), WithJsonSchema(_DAY_OR_NAME)]


class Period(Section):
    """Systems dated after the first day and no later than the second."""

    after: Day
    through: Day

    @property
    def text(self) -> str:
        """Period as tables write it: both days, with a slash between them."""
        return f"{self.after}/{self.through}"

    @property
    def years(self) -> str:
        """Years of the first and the last day, such as "2010 to 2022"."""
        first = date.fromisoformat(self.after) + timedelta(days=1)
        return f"{first.year} to {self.through[:4]}"

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message if the period ends before it starts."""
        if self.through != VINTAGE and self.after >= self.through:
            ends = f"'after' ({self.after}) must be before 'through' ({self.through})"
            yield "", f"reversed, {ends}"


class OpenPeriod(Period):
    """A period that may go on to the date of the export: ``through: vintage``."""

    through: LastDay

    @property
    def fixed(self) -> bool:
        """Whether the period is the same on every vintage."""
        return self.through != VINTAGE

    def until(self, vintage: str) -> Period:
        """The period on a vintage, both ends of it days."""
        return Period(after=self.after, through=self.through if self.fixed else vintage)
