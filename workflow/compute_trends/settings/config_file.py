"""The config of a run: files merged in order, checked, each problem with the place to mend."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from yaml import YAMLError

from compute_trends.common.problems import Problem
from compute_trends.common.safe_yaml import read_yaml_text
from compute_trends.settings.config_text import plain_dates
from compute_trends.settings.field_types import inside
from compute_trends.settings.hints import written
from compute_trends.settings.messages import Message, check, refusal
from compute_trends.settings.models import Settings
from compute_trends.settings.yaml_file import alike, read_yaml

# What sets keys without a line
OVERLAY = "--configfile or --config"
Origins = dict[str, tuple[str, int | None]]


def read_config(
    files: Sequence[str | Path],
    overlay: Mapping[str, Any] | None = None,
    references: Callable[[Settings], Iterable[tuple[str, str]]] | None = None,
) -> tuple[dict[str, Any], list[Problem]]:
    """Read and check the config of a run.

    Parameters
    ----------
    files : sequence of path
        YAML files, at least one. A later one goes over those before it as in Snakemake:
        maps merge, everything else, lists too, is replaced.
    overlay : mapping, optional
        What goes over all files: the config that Snakemake made from ``--configfile`` and
        ``--config``. Where it repeats what a file says, the file stays the place to mend.
    references : callable, optional
        Key and message of what settings that are right by themselves name, and is not there.

    Returns
    -------
    config : dict
        Dates as text y-m-d, the days of ``boundaries`` in place of their names.
    problems : list of Problem
        Everything that is wrong, each with the file and line that last set the key; see
        `check`. The config can be used only if there are none.
    """
    config: dict[str, Any] = {}
    origins: Origins = {}
    problems = []
    doubts: dict[tuple[str, str], list[Any]] = {}
    for file in files:
        content = read_yaml(str(file))
        problems += content.problems
        merge(config, content.value)
        doubts |= {(str(file), place): values for place, values in content.doubts.items()}
        origins |= {place: (str(file), line) for place, line in content.lines.items()}
    if problems:
        return config, [_narrowed(config, problem, doubts) for problem in problems]
    over = plain_dates(overlay or {})
    for place in _changed(config, over, ""):
        below = (f"{place}.", f"{place}[")
        origins = {key: at for key, at in origins.items() if not key.startswith(below)}
        origins[place] = (OVERLAY, None)
    merge(config, over)
    settings, messages = check(config)
    if settings is not None and references is not None:
        messages = [Message(place, text, place) for place, text in references(settings)]
    if settings is None or messages:
        for message in messages:
            file, row = _origin(message.at, origins, str(files[-1]))
            problems.append(Problem(file, row, message.place or None, None, message.text))
        return config, problems
    return _in_order(config, settings.model_dump(exclude_unset=True)), []


def files_behind(config: Mapping[str, Any], files: Iterable[str | Path]) -> list[str]:
    """Files that a config comes from: those with keys, all of which it has too.

    Parameters
    ----------
    config : mapping
        The config that a workflow hands to its module.
    files : iterable of path
        Files that the workflow names with ``configfile:``. It may hand on a part of one only,
        which says nothing of where in the file a key of the module stands.
    """
    found = []
    for file in files:
        with contextlib.suppress(OSError, UnicodeDecodeError, YAMLError):
            keys = read_yaml_text(Path(file).read_text(encoding="utf-8-sig"))
            if keys and isinstance(keys, dict) and keys.keys() <= config.keys():
                found.append(str(file))
    return found


def _narrowed(
    config: dict[str, Any], problem: Problem, doubts: Mapping[tuple[str, str], list[Any]]
) -> Problem:
    """A problem of a value with two readings, with those alone that its key accepts."""
    place = str(problem.column)
    values = doubts.get((problem.file, place), [])
    refusals = [refusal(config, place, value) for value in values]
    fitting = [written(value) for value, why in zip(values, refusals, strict=True) if not why]
    if fitting:
        return dataclasses.replace(problem, expected=alike(fitting))
    if not refusals or str(refusals[0]).startswith("unknown key"):
        return problem
    return dataclasses.replace(problem, expected=f"another value: {refusals[0]}")


def merge(config: Any, over: Mapping[str, Any]) -> Any:
    """Put one config over another in place, as Snakemake does."""
    for key, value in over.items():
        if not isinstance(config, dict):
            config = {}
        config[key] = merge(config.get(key, {}), value) if isinstance(value, Mapping) else value
    return config


def _changed(config: Any, over: Mapping[str, Any], place: str) -> Iterator[str]:
    """Paths at which a config says something else than what is under it."""
    for key, value in over.items():
        below = config.get(key) if isinstance(config, dict) else None
        if isinstance(value, Mapping) and isinstance(below, dict):
            yield from _changed(below, value, inside(place, key))
        elif below != value:
            yield inside(place, key)


def _origin(place: str, origins: Origins, otherwise: str) -> tuple[str, int | None]:
    """File and line of a key, or of the key that it stands in."""
    while place and place not in origins:
        place = place.rpartition("[" if place.endswith("]") else ".")[0]
    return origins.get(place, (otherwise, None))


def _in_order(config: Any, days: Any) -> Any:
    """What `Settings` says, its keys in the order of the config."""
    if isinstance(config, dict):
        return {key: _in_order(value, days[key]) for key, value in config.items()}
    if isinstance(config, list):
        return [_in_order(*pair) for pair in zip(config, days, strict=True)]
    return days
