"""What the keys of config.yaml may hold, and the base of its sections."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    TypeAdapter,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")


class Section(BaseModel):
    """A section of config.yaml: unknown keys are errors, values keep the type they have."""

    # Built when first used: a job pays for its own sections only.
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True
    )

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong between keys that are right by themselves.

        Yields
        ------
        key, message : str
            Key relative to this section; empty for the section itself.
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
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from all_conflicts(item, inside(place, index))


def parse(kind: type[T], value: object) -> T:
    """Typed object of a part of the checked config, as a job gets it: plain dicts and lists.

    Parameters
    ----------
    kind : type
        A section such as ``Outliers``, or a list of sections such as ``list[Trend]``.
    value : object
        Part of the config that `read_config` gave.
    """
    return TypeAdapter(kind).validate_python(value)


def _as_written(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
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


class OneOf:
    """One of some words that are listed elsewhere; for `typing.Annotated`."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Let pydantic treat the words like those of a `typing.Literal`."""
        return core_schema.literal_schema(list(self.words))


# A key that may be left out; it holds None then, which cannot be written.
Maybe = Annotated[T | None, BeforeValidator(_given)]
Unique = Annotated[
    list[T], AfterValidator(_without_repeats), Field(json_schema_extra={"uniqueItems": True})
]
AS_WRITTEN = WrapValidator(_as_written)
Number = Annotated[float, AS_WRITTEN]
Positive = Annotated[float, Field(gt=0), AS_WRITTEN]
Share = Annotated[float, Field(gt=0, le=1), AS_WRITTEN]
# A value lies within so many times more and less.
Factor = Annotated[float, Field(ge=1), AS_WRITTEN]
Count = Annotated[int, Field(ge=1)]
Text = Annotated[str, Field(min_length=1)]
# Names become names of files, which so stay in their folders.
Name = Annotated[str, Field(pattern="^[a-z0-9_]+$")]
ProjectPath = Annotated[
    str, Field(min_length=1, json_schema_extra={"format": "path"}), AfterValidator(_stays)
]
