"""What may be meant by a value that cannot be used, as it would have to be written."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from compute_trends.settings.config_text import as_yaml

STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
DAY = re.compile(r"(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})")
WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
# Beyond it, a number is not written digit by digit.
LONGEST = 1e15


def number(value: float) -> float | None:
    """A number as a config holds it, whole where it can be; None for one that is not finite."""
    if not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() and abs(value) < LONGEST else value


def meant(given: Any) -> Iterator[Any]:
    """Yield values of other types that a value may stand for."""
    if isinstance(given, bool):
        return
    if isinstance(given, float) and (whole := number(given)) is not None:
        yield whole
    if isinstance(given, int | float):
        yield str(given)
    if isinstance(given, str):
        text = given.strip()
        if text.lower() in WORDS:
            yield WORDS[text.lower()]
        try:
            value = number(float(text))
        except ValueError:
            value = None
        if value is not None:
            yield value
    if isinstance(given, int | str) and (day := _day(str(given))):
        yield day


def _day(text: str) -> str | None:
    """The day y-m-d that a text is with other signs between year, month and day, or none."""
    found = DAY.fullmatch(text.strip())
    with contextlib.suppress(ValueError):
        return date(*map(int, found.groups())).isoformat() if found else None
    return None


def written(value: Any) -> str:
    """A value as YAML of both versions reads it."""
    if isinstance(value, str):
        # What PyYAML leaves without quotes may be a number to others.
        return "'" + value.replace("'", "''") + "'"
    return as_yaml(value)


def put(config: Any, place: str, value: Any) -> Any:
    """Copy of a config with a value at a path such as ``fit.trends[3].period``."""
    steps = [int(index) if index else key for index, key in STEP.findall(place)]

    def with_value(below: Any, left: list[Any]) -> Any:
        if not left:
            return value
        if isinstance(below, dict):
            return below | {left[0]: with_value(below.get(left[0]), left[1:])}
        if isinstance(below, list) and isinstance(left[0], int) and left[0] < len(below):
            items = list(below)
            items[left[0]] = with_value(items[left[0]], left[1:])
            return items
        return below

    return with_value(config, steps)
