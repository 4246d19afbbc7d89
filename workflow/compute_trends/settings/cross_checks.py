"""config.yaml: strict schema, then checks that span several keys."""

from __future__ import annotations

import difflib
import itertools
import math
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePath
from typing import Any

import jsonschema
import yaml

from compute_trends.common.problems import Problem
from compute_trends.common.project import SCHEMAS
from compute_trends.common.vocabulary import CONFIDENCES, METHODS

DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"
# Deeper documents than this crash the reader that is written in C.
DEPTH = 5000
MOST_KEYS = 100_000
SCHEMA = SCHEMAS / "config.schema.yaml"


def _is_integer(_checker: object, value: object) -> bool:
    """Whether a value is a whole number that Python takes as one: 200.0 is not."""
    return isinstance(value, int) and not isinstance(value, bool)


_Validator = jsonschema.validators.extend(
    jsonschema.Draft202012Validator,
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


def _formats() -> jsonschema.FormatChecker:
    """Formats of the schema: dates, and paths that stay in the project unless absolute."""
    checker = jsonschema.FormatChecker(formats=["date"])

    @checker.checks("path")
    def stays(value: object) -> bool:
        path = PurePath(str(value))
        return path.is_absolute() or ".." not in path.parts

    return checker


def plain_dates(value: Any) -> Any:
    """Copy of a config with dates written as text y-m-d, as YAML reads unquoted dates as dates."""
    if isinstance(value, dict):
        return {key: plain_dates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_dates(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def effective_yaml(config: dict[str, Any]) -> str:
    """Text of the config in force, as YAML that `yaml.safe_load` reads back."""
    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True)


def file_problems(path: str) -> list[Problem]:
    """What is wrong with a config file before anything in it is used.

    Parameters
    ----------
    path : str
        YAML file; nothing is wrong with one that is not there.

    Returns
    -------
    list of Problem
        What is no YAML, a key that stands twice (YAML takes the last in silence), and
        what would run code: Snakemake evaluates expressions in a file with the key
        ``__use_yte__``.
    """
    if not Path(path).is_file():
        return []
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        root = yaml.compose(text, Loader=_loader(text))
        yaml.load(text, Loader=_loader(text))
        # Aliases may multiply what a few lines say beyond any measure.
        keys = list(itertools.islice(_keys(root), MOST_KEYS))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else None
        found = getattr(error, "problem", None) or str(error).partition("\n")[0]
        return [Problem(path, row, None, found, "YAML in UTF-8")]
    if not isinstance(root, yaml.MappingNode):
        return [Problem(path, None, None, None, "keys with values")]
    if len(keys) == MOST_KEYS:
        return [Problem(path, None, None, None, f"fewer than {MOST_KEYS} keys")]
    problems = []
    seen: set[tuple[str, str]] = set()
    for place, key, row in keys:
        if key == "__use_yte__":
            problems.append(Problem(path, row, key, None, "no such key: it would run code"))
        elif (place, key) in seen:
            column = f"{place}.{key}".removeprefix(".")
            problems.append(Problem(path, row, column, None, "this key, once"))
        seen.add((place, key))
    return problems


def _loader(text: str) -> Any:
    """The safe reader of YAML: the one in C, ten times as fast, unless the text may be too deep."""
    nested = sum(text.count(sign) for sign in ("[", "{", "- ", "? "))
    return yaml.SafeLoader if nested > DEPTH else getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _keys(
    node: yaml.Node | None, place: str = "", within: tuple[yaml.Node, ...] = ()
) -> Iterator[tuple[str, str, int]]:
    """Each key of a YAML document with the place that it stands in, and its line."""
    if any(node is outer for outer in within):
        mark = node.start_mark if node else None
        raise yaml.constructor.ConstructorError(None, None, "a value that holds itself", mark)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield place, str(key.value), key.start_mark.line + 1
            yield from _keys(value, f"{place}.{key.value}".removeprefix("."), (*within, node))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _keys(item, f"{place}[{index}]", (*within, node))


def config_problems(config: dict[str, Any], file: str) -> list[Problem]:
    """Everything that is wrong with a config, each problem with its key and its line.

    Parameters
    ----------
    config : dict
        Config with dates as text (see `plain_dates`).
    file : str
        Main config file, to name in messages. Where other files or the command line
        changed what it says, no line is named.
    """
    lines: dict[str, int] = {}
    if Path(file).is_file():
        text = Path(file).read_text(encoding="utf-8-sig")
        if plain_dates(yaml.load(text, Loader=_loader(text))) == config:
            root = yaml.compose(text, Loader=_loader(text))
            for within, key, row in _keys(root):
                lines[f"{within}.{key}".removeprefix(".")] = row
    problems = []
    for message in config_errors(config):
        key, colon, rest = message.partition(": ")
        known = bool(colon) and " " not in key
        place, wrong = (key, rest) if known else (None, message)
        problems.append(Problem(file, _line(place, lines), place, None, wrong))
    return problems


def _line(place: str | None, lines: dict[str, int]) -> int | None:
    """Line of a key, or of the key that it stands in."""
    while place and place not in lines:
        place = place.rpartition("[" if place.endswith("]") else ".")[0]
    return lines.get(place or "")


def told_config(problems: list[Problem]) -> str:
    """Problems of a config as a person reads them on a terminal."""
    lines = ["The config cannot be used:"]
    for problem in problems:
        line = f", line {problem.row}" if problem.row else ""
        key = f"{problem.column}: " if problem.column else ""
        found = f"found {problem.value!r}, expected " if problem.value else ""
        lines.append(f"{problem.file}{line}: {key}{found}{problem.expected}")
    return "\n".join(lines)


def config_errors(config: dict[str, Any]) -> list[str]:
    """Everything that is wrong with a config, each message naming the key.

    Parameters
    ----------
    config : dict
        Config with dates as text (see `plain_dates`).

    Returns
    -------
    list of str
        Empty if the config can be used. Keys that depend on each other are
        compared only once each is right by itself.
    """
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    validator = _Validator(schema, format_checker=_formats())
    errors = sorted(validator.iter_errors(config), key=lambda error: error.json_path)
    # The validator tells of each missing key, and each time all of them are named.
    messages = dict.fromkeys(message for error in errors for message in _messages(error))
    messages |= dict.fromkeys(_not_finite(config, ""))
    return list(messages) or list(_cross_field_errors(config))


def _messages(error: jsonschema.ValidationError) -> Iterator[str]:
    """Say one schema violation in words."""
    place = error.json_path.removeprefix("$").removeprefix(".")
    prefix = f"{place}: " if place else ""
    given: Any = error.instance
    wanted: Any = error.validator_value
    schema: Any = error.schema
    if error.validator == "additionalProperties":
        known = schema["properties"]
        for key in given:
            if key not in known:
                yield f"{prefix}unknown key {key!r}; {_hint(key, list(known))}"
    elif error.validator == "required":
        for key in wanted:
            if key not in given:
                yield f"{prefix}key {key!r} is missing"
    elif wanted == "path":
        yield f"{prefix}{given!r} leaves the project; if that is meant, write an absolute path"
    elif error.validator == "format" or wanted == DATE:
        yield f"{prefix}{given!r} is not a date y-m-d"
    elif error.validator == "type" and (number := _number(given)) is not None:
        yield f"{prefix}{given!r} is text in YAML; write {number}"
    else:
        yield f"{prefix}{error.message}"


def _number(given: object) -> str | None:
    """How YAML writes a number that it took for text, such as 1e28."""
    try:
        return repr(float(given)) if isinstance(given, str) else None
    except ValueError:
        return None


def _not_finite(value: Any, place: str) -> Iterator[str]:
    """Yield a message for each number that is infinite or not a number."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _not_finite(item, f"{place}.{key}".removeprefix("."))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _not_finite(item, f"{place}[{index}]")
    elif isinstance(value, float) and not math.isfinite(value):
        yield f"{place}: {value} is not a finite number"


def _hint(name: str, known: list[str]) -> str:
    """The known name that is nearest to another, or all of them."""
    near = difflib.get_close_matches(str(name), known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known) or 'none'}"


def _cross_field_errors(config: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong between keys that are right by themselves."""
    fit, render = config["fit"], config["render"]
    for place, records in (
        ("clean.exports", config["clean"]["exports"]),
        ("fit.datasets", fit["datasets"]),
        ("fit.trends and fit.parameter_trends", fit["trends"] + fit["parameter_trends"]),
        ("render.eras", render["eras"]),
        ("render.figures and render.comparisons", render["figures"] + render["comparisons"]),
    ):
        for name, times in Counter(record["name"] for record in records).items():
            if times > 1:
                yield f"{place}: the name {name!r} is used {times} times"
    yield from _estimate_errors(config["estimate"])
    yield from _export_errors(config)
    if "published" not in fit["bases"]:
        yield "fit.bases: 'published' is missing; the paper's numbers are held against it"
    if fit["outliers"]["low_z"] >= fit["outliers"]["high_z"]:
        yield "fit.outliers.low_z: must be below fit.outliers.high_z"

    datasets = [dataset["name"] for dataset in fit["datasets"]]
    trends = {trend["name"]: trend for trend in fit["trends"]}
    eras = [era["name"] for era in render["eras"]]
    answered = Counter(
        (trend["table"], trend["row"]) for trend in fit["trends"] if trend.get("table") is not None
    )
    for (table, row), times in answered.items():
        if times > 1:
            yield f"fit.trends: table {table} row {row} is answered by {times} trends"
    for index, trend in enumerate(fit["trends"]):
        place = f"fit.trends[{index}]"
        yield from _unknown(f"{place}.dataset", trend["dataset"], datasets)
        yield from _reversed(f"{place}.period", trend["period"])
    for index, trend in enumerate(fit["parameter_trends"]):
        place = f"fit.parameter_trends[{index}]"
        yield from _unknown(f"{place}.dataset", trend["dataset"], datasets)
        yield from _reversed(f"{place}.period", trend["period"])
    for index, name in enumerate(fit["coverage"]["trends"]):
        yield from _unknown(f"fit.coverage.trends[{index}]", name, list(trends))
    for index, name in enumerate(fit["sensitivity"]["trends"]):
        yield from _unknown(f"fit.sensitivity.trends[{index}]", name, list(trends))
    for index, era in enumerate(render["eras"]):
        yield from _reversed(f"render.eras[{index}].period", era["period"])
    for index, finding in enumerate(render["findings"]):
        yield from _unknown(f"render.findings[{index}].trend", finding["trend"], list(trends))
    yield from _explorer_errors(config)
    for index, figure in enumerate(render["figures"]):
        place = f"render.figures[{index}]"
        yield from _unknown(f"{place}.dataset", figure["dataset"], datasets)
        yield from _unknown(f"{place}.basis", figure["basis"], fit["bases"])
        yield from _reversed(f"{place}.period", figure["period"])
        if "reference" in figure and not figure["trends"]:
            yield f"{place}.reference: starts with the first of 'trends', but there is none"
        for position, name in enumerate(figure["trends"]):
            yield from _unknown(f"{place}.trends[{position}]", name, list(trends))
            if name in trends and trends[name]["dataset"] != figure["dataset"]:
                yield (
                    f"{place}.trends[{position}]: {name!r} is fitted on dataset "
                    f"{trends[name]['dataset']!r}, the figure shows {figure['dataset']!r}"
                )
        for position, name in enumerate(figure["eras"]):
            yield from _unknown(f"{place}.eras[{position}]", name, eras)


def _explorer_errors(config: dict[str, Any]) -> Iterator[str]:
    """Yield what keeps the lines of ``render.explorer`` from starting as their trends."""
    fit = config["fit"]
    trends = {trend["name"]: trend for trend in fit["trends"]}
    for index, choice in enumerate(config["render"]["explorer"]):
        place = f"render.explorer[{index}].lines"
        unknown = [
            message
            for line, name in choice["lines"].items()
            for message in _unknown(f"{place}.{line}", name, list(trends))
        ]
        if unknown:
            yield from unknown
            continue
        lines = {line: trends[name] for line, name in choice["lines"].items()}
        before, until, regular = (lines[name] for name in ("before", "until", "regular"))
        start, turn = before["period"]["through"], until["period"]["through"]
        end = regular["period"]["through"]
        wanted = {
            "before": (before["period"]["after"], start, ("all", "regular")),
            "until": (start, turn, ("all", "regular")),
            "regular": (turn, end, ("regular",)),
            "large": (turn, end, ("large",)),
            "since": (start, end, ("regular",)),
        }
        for line, (after, through, scales) in wanted.items():
            trend = lines[line]
            said = f"{place}.{line}: trend {trend['name']!r}"
            if trend["dataset"] != before["dataset"]:
                yield f"{said} is not of the dataset of 'before', {before['dataset']!r}"
            if trend["period"] != {"after": after, "through": through}:
                yield f"{said} must run after {after} through {through} to join the other lines"
            if trend["scale"] not in scales:
                yield f"{said} has scale {trend['scale']!r}, expected {' or '.join(scales)}"
            for key in ("domain", "records", "high_z"):
                if key in trend:
                    yield f"{said} has {key!r}, which the chart cannot start with"
            if trend.get("large_scale_from", turn) != turn:
                yield f"{said} marks large-scale systems from another day than {turn}"
        if fit["outliers"]["large_scale_from"] != turn:
            yield (
                f"{place}: large scale begins after {turn}, "
                f"fit.outliers.large_scale_from is {fit['outliers']['large_scale_from']}; "
                "change both, or leave the chart out with `explorer: []`"
            )


def _export_errors(config: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with exports and their trends though each key is right by itself."""
    exports, settings = config["clean"]["exports"], config["fit"]["exports"]
    paper = {trend["name"]: trend for trend in config["fit"]["trends"]}
    names = [dataset["name"] for dataset in config["fit"]["datasets"]]
    for index, export in enumerate(exports):
        if export["name"] in names:
            yield f"clean.exports[{index}].name: {export['name']!r} is a dataset of fit.datasets"
    vintages = Counter((export.get("models", "notable"), export["date"]) for export in exports)
    for (models, day), times in vintages.items():
        if times > 1:
            yield f"clean.exports: {times} exports of {models} models are dated {day}"
    for index, name in enumerate(settings["paper_trends"]):
        place = f"fit.exports.paper_trends[{index}]"
        yield from _unknown(place, name, list(paper))
        if "domain" in paper.get(name, {}):
            yield f"{place}: {name!r} has a domain; write it among fit.exports.trends"
    for index, trend in enumerate(settings["trends"]):
        place = f"fit.exports.trends[{index}]"
        if trend["period"]["through"] != "vintage":
            yield from _reversed(f"{place}.period", trend["period"])
        if "frontier" in trend and ("scale" in trend or "low_outliers" in trend):
            yield f"{place}.frontier: selects by itself, without 'scale' and 'low_outliers'"
    known = [trend["name"] for trend in settings["trends"]] + settings["paper_trends"]
    for name, times in Counter(known).items():
        if times > 1:
            yield f"fit.exports: the name {name!r} is used {times} times"
    for index, name in enumerate(config["render"]["exports"]["headlines"]):
        yield from _unknown(f"render.exports.headlines[{index}]", name, known)


def _estimate_errors(estimate: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong in the section ``estimate`` though each key is right by itself."""
    ranked = Counter(
        (method, rank["confidence"])
        for rank in estimate["choice"]["preference"]
        for method in rank["methods"]
    )
    for method, confidence in itertools.product(METHODS, CONFIDENCES):
        if ranked[method, confidence] != 1:
            yield (
                f"estimate.choice.preference: method {method} with confidence {confidence} "
                f"must stand there once, it does {ranked[method, confidence]} times"
            )


def _unknown(place: str, name: str, known: list[str]) -> Iterator[str]:
    """Yield a message if a name is not among the known ones."""
    if name not in known:
        yield f"{place}: {name!r} is not defined; {_hint(name, known)}"


def _reversed(place: str, period: dict[str, str]) -> Iterator[str]:
    """Yield a message if a period ends before it starts."""
    if period["after"] >= period["through"]:
        yield (
            f"{place}: reversed, 'after' ({period['after']}) must be before "
            f"'through' ({period['through']})"
        )
