"""What is wrong with a config, in words that name the key."""

from __future__ import annotations

import functools
import typing
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from compute_trends.common.problems import did_you_mean
from compute_trends.settings.field_types import Section, all_conflicts, inside
from compute_trends.settings.hints import meant, put, written
from compute_trends.settings.models import Settings

Location = tuple[str | int, ...]
# What is wrong with a value by what pydantic calls it; types as the editor schema calls them
TEXTS = {
    "int_type": "{given!r} is not of type 'integer'",
    "float_type": "{given!r} is not of type 'number'",
    "string_type": "{given!r} is not of type 'string'",
    "bool_type": "{given!r} is not of type 'boolean'",
    "list_type": "{given!r} is not of type 'array'",
    "dict_type": "{given!r} is not of type 'object'",
    "model_type": "{given!r} is not of type 'object'",
    "greater_than": "{given!r} is less than or equal to the minimum of {gt:.12g}",
    "greater_than_equal": "{given!r} is less than the minimum of {ge:.12g}",
    "less_than": "{given!r} is greater than or equal to the maximum of {lt:.12g}",
    "less_than_equal": "{given!r} is greater than the maximum of {le:.12g}",
    "string_pattern_mismatch": "{given!r} does not match {pattern!r}",
    "too_short": "{given!r} should be non-empty",
    "string_too_short": "{given!r} should be non-empty",
    "string_too_long": "{given!r} is longer than {max_length} letters",
    "finite_number": "{given} is not a finite number",
    "value_error": "{error}",
}


# Keys that an earlier config has, and what stands in their place
REPLACED = {
    "fit.sensitivity": "choices are crossed now, not made differently one at a time: its options "
    "belong into fit.specifications, each with what speaks for it (docs/choices.md)",
}


class Message(NamedTuple):
    """What is wrong with a key, such as ``fit.units``, or the whole config, whose place is empty.

    The line to mend is the one of the key ``at``.
    """

    place: str
    text: str
    at: str
    given: Any = None


def check(config: Mapping[str, Any]) -> tuple[Settings | None, list[Message]]:
    """Typed settings of a config whose dates are text, or None and everything that is wrong.

    Keys that depend on each other are compared only once each is right by itself.
    """
    named = config.get("boundaries")
    days = {str(name): day for name, day in named.items()} if isinstance(named, dict) else {}
    try:
        settings = Settings.model_validate(config, context={"boundaries": days})
    except ValidationError as error:
        details = error.errors(include_url=False)
        told = {message[:3]: message for message in map(_message, details)}
        return None, [_with_hint(config, message) for message in told.values()]
    messages = [Message(place, text, place) for place, text in all_conflicts(settings)]
    return (None if messages else settings), messages


def refusal(config: Mapping[str, Any], place: str, value: Any) -> str | None:
    """What is wrong with a value at a path of a config, whatever else may be; None if nothing."""
    named = config.get("boundaries")
    days = {str(name): day for name, day in named.items()} if isinstance(named, dict) else {}
    changed = put(config, place, value)
    try:
        settings = Settings.model_validate(changed, context={"boundaries": days})
    except ValidationError as error:
        found = [_message(detail)[:3] for detail in error.errors(include_url=False)]
    else:
        found = [(key, text, key) for key, text in all_conflicts(settings)]
    within = (f"{place}.", f"{place}[")
    for key, text, at in found:
        if place in (key, at) or key.startswith(within):
            return text
    return None


def _with_hint(config: Mapping[str, Any], message: Message) -> Message:
    """A message with what would be accepted in place of a value of another type."""
    if message.given is None:
        return message
    for value in meant(message.given):
        if refusal(config, message.place, value) is None:
            is_text = isinstance(message.given, str) and not isinstance(value, str)
            text = f"{message.given!r} is text in YAML" if is_text else message.text
            return message._replace(text=f"{text}; write {written(value)}")
    return message


def _message(error: ErrorDetails) -> Message:
    """An error of pydantic in words."""
    location = error["loc"]
    if location[-1:] == ("[key]",):
        location = location[:-1]
        if error["type"] == "literal_error":
            known = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
            return _unknown_key(location, known.split(", "))
        return Message(_place(location[:-1]), _text(error), _place(location))
    if error["type"] in ("extra_forbidden", "invalid_key"):
        return _unknown_key(location, list(_section_at(location[:-1]).model_fields))
    if error["type"] == "missing":
        parent = _place(location[:-1])
        return Message(parent, f"key {location[-1]!r} is missing", parent)
    place = _place(location)
    wrong_type = error["type"].endswith("_type") or error["type"] in (
        "value_error",
        "literal_error",
    )
    given = error["input"] if wrong_type else None
    return Message(place, _text(error), place, given)


def _text(error: ErrorDetails) -> str:
    """What is wrong with a value, without its key."""
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "literal_error":
        return f"{given!r} is not one of [{context['expected'].replace(' or ', ', ')}]"
    text = TEXTS.get(kind, "{given!r} cannot be used: {msg}")
    return text.format(given=given, msg=error["msg"], **context)


def _unknown_key(location: Location, known: list[str]) -> Message:
    key = location[-1]
    if (now := REPLACED.get(_place(location))) is not None:
        return Message(_place(location[:-1]), f"key {key!r} is no more; {now}", _place(location))
    text = f"unknown key {key!r}; {did_you_mean(str(key), known)}"
    return Message(_place(location[:-1]), text, _place(location))


def _place(location: Location) -> str:
    """Path of a key as people write it."""
    return functools.reduce(inside, location, "")


def _section_at(location: Location) -> type[Section]:
    """Class of the section that a location leads to."""
    section: type[Section] = Settings
    for step in location:
        field = section.model_fields.get(str(step))
        section = next(_sections_in(field.annotation), section) if field else section
    return section


def _sections_in(annotation: Any) -> Iterator[type[Section]]:
    """Sections that a type is made of, such as the one of a list."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _sections_in(part)
