"""What the keys of config.yaml may hold, and the base of its sections."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import PurePath
from typing import Annotated, Any, TypeVar

import pydantic
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, WrapValidator
from pydantic_core import core_schema

from compute_trends.common.numbers import shorten

T = TypeVar("T")
# Bytes of the name of a file, and of a path; what most systems allow
LONGEST_NAME, LONGEST_PATH = 255, 4000


class Section(BaseModel):
    """A section of config.yaml: unknown keys are errors, values keep the type they have."""

    # Built when first used: a job pays for its own sections only.
    model_config = pydantic.ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True
    )

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield key and message for what is wrong between keys that are right by themselves.

        Keys are relative to this section; the section's own is empty.
        """
        yield from ()


def inside(place: str, key: str | int) -> str:
    """Path of a key or of the item of a list, such as ``fit.trends[3].period``."""
    if isinstance(key, int):
        return f"{place}[{key}]"
    return f"{place}.{key}" if place and key != "" else place or str(key)


def all_conflicts(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield the conflicts of a section and of all that it holds, each with its path."""
    if isinstance(value, Section):
        yield from ((inside(place, key), message) for key, message in value.conflicts())
        for name in type(value).model_fields:
            yield from all_conflicts(getattr(value, name), inside(place, name))
    elif isinstance(value, list | dict):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from all_conflicts(item, inside(place, key))


def _as_written(value: Any, check: pydantic.ValidatorFunctionWrapHandler) -> Any:
    """Check a number; a whole one stays whole, or 2 would be printed as 2.0."""
    check(value)
    return value


def _without_repeats(value: list[Any]) -> list[Any]:
    if any(item in value[:index] for index, item in enumerate(value)):
        raise ValueError(f"{value!r} has non-unique elements")
    return value


def _given(value: Any) -> Any:
    if value is None:
        raise ValueError("None is no value; leave the key out instead")
    return value


def _stays(path: str) -> str:
    if ".." in PurePath(path).parts and not PurePath(path).is_absolute():
        raise ValueError(f"{path!r} leaves the project; if that is meant, write an absolute path")
    return path


def _plain(path: str) -> str:
    if "{" in path or "}" in path:
        raise ValueError(f"{path!r} has braces, which are wildcards to Snakemake; rename the file")
    if path.startswith(("~", "$")):
        raise ValueError(f"{path!r} is taken as it is written; write the folder out")
    if "://" in path:
        raise ValueError(f"{path!r} is an address; a run fetches nothing: download the file")
    if any(sign < " " or sign == "\x7f" for sign in path):
        raise ValueError(f"{path!r} has a sign that cannot be printed")
    longest = max(len(os.fsencode(part)) for part in (*PurePath(path).parts, ""))
    if longest > LONGEST_NAME or len(os.fsencode(path)) > LONGEST_PATH:
        shown = shorten(path, 60)
        raise ValueError(f"{shown!r} is longer than a path can be: {len(path)} letters")
    return path


def one_of(*words: str) -> pydantic.GetPydanticSchema:
    """Words that are listed elsewhere, to be treated like those of a `typing.Literal`."""
    return pydantic.GetPydanticSchema(lambda *_: core_schema.literal_schema(list(words)))


# A key that may be left out; it holds None then, which cannot be written.
Maybe = Annotated[T | None, BeforeValidator(_given)]
Unique = Annotated[
    list[T], AfterValidator(_without_repeats), Field(json_schema_extra={"uniqueItems": True})
]
AS_WRITTEN = WrapValidator(_as_written)
Number = Annotated[float, AS_WRITTEN]
Positive = Annotated[float, Field(gt=0), AS_WRITTEN]
# Beyond these a length of time or a standard score is a slip.
Days = Annotated[float, Field(gt=0, le=36525), AS_WRITTEN]
Score = Annotated[float, Field(ge=-100, le=100), AS_WRITTEN]
Months = Annotated[float, Field(gt=0, le=12_000), AS_WRITTEN]
Years = Annotated[float, Field(gt=0, le=200), AS_WRITTEN]
Share = Annotated[float, Field(gt=0, le=1), AS_WRITTEN]
# A value lies within so many times more and less.
Factor = Annotated[float, Field(ge=1, le=1_000_000), AS_WRITTEN]
Count = Annotated[int, Field(ge=1, le=1_000_000_000)]
Text = Annotated[str, Field(min_length=1)]
# Names become names of files, which so stay in their folders; something is put behind them.
Name = Annotated[str, Field(pattern="^[a-z0-9_]+$", max_length=100)]
ProjectPath = Annotated[
    str,
    Field(min_length=1, json_schema_extra={"format": "path"}),
    AfterValidator(_plain),
    AfterValidator(_stays),
]
