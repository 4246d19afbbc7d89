"""One YAML file, read so that what is checked is what Snakemake runs with.

Snakemake reads config files with PyYAML, which knows YAML 1.1; ruamel.yaml knows YAML 1.2. A value
that the two read apart is refused: 017 is 15 in the one and 17 in the other, ``1:30`` is 90 or
text, 1e28 text or a number, ``yes`` true or text.
"""

from __future__ import annotations

import codecs
import contextlib
from typing import Any, NoReturn

import yaml
from ruamel.yaml import YAML, nodes
from ruamel.yaml.error import YAMLError
from yaml import MappingNode, Node, ScalarNode

from compute_trends.common.files import no_file, read_text_file
from compute_trends.common.problems import InputError, Problem
from compute_trends.common.safe_yaml import LOADER, read_yaml_text
from compute_trends.settings.config_text import as_yaml, plain_dates
from compute_trends.settings.field_types import inside
from compute_trends.settings.hints import number, written

# Aliases may multiply what a few lines say beyond any measure.
MOST_VALUES = 100_000
MOST_LEVELS = 100
TAG = "tag:yaml.org,2002:"
NO_YAML = "YAML in UTF-8"
TOO_DEEP = f"{NO_YAML} with at most {MOST_LEVELS} levels"
BOTH = "which YAML 1.1 and YAML 1.2 read alike"


def read_yaml(path: str) -> YamlFile:
    """Read a YAML file with keys at its top; refuse what has two readings or would run code.

    Among the problems are: no such file, no YAML, a key that stands twice (YAML takes the last
    in silence), a date that is none, a value that YAML 1.1 and 1.2 read apart, and the key
    ``__use_yte__``, with which Snakemake evaluates expressions in a file.
    """
    file = YamlFile(path)
    try:
        file.value = plain_dates(file.document())
    except InputError:
        pass
    except (YAMLError, yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        found = getattr(error, "problem", None) or str(error).partition("\n")[0]
        file.problems.append(Problem(path, mark.line + 1 if mark else None, None, found, NO_YAML))
    return file


class YamlFile:
    """What a config file says, gathered on a way through its nodes.

    Attributes
    ----------
    value : dict
        Content, dates as text y-m-d; of no use if there are problems.
    lines : dict of str to int
        Line of each key and item by its path, such as ``fit.trends[3].period``.
    problems : list of Problem
        What keeps the file from being used.
    doubts : dict of str to list
        What may be meant by a value with two readings, by its path.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.value: dict[str, Any] = {}
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []
        self.newer = YAML(typ="safe", pure=True)
        self.readings: dict[tuple[object, ...], tuple[Any, str | None, list[Any]]] = {}
        self.doubts: dict[str, list[Any]] = {}
        self.count = 0

    def document(self) -> Any:
        """Content of the file."""
        text = self.text()
        self.count_levels(text)
        root = yaml.compose(text, Loader=LOADER)
        if not isinstance(root, MappingNode):
            self.report(None, "keys with values", None, None if root else "an empty file")
            raise InputError(self.problems)
        content = self.content(root, "", ())
        if not self.problems and repr(read_yaml_text(text)) != repr(content):
            self.stop(None, f"a text {BOTH}")
        return content

    def count_levels(self, text: str) -> None:
        """Refuse a text of so many levels that reading it would crash."""
        levels = 0
        for event in yaml.parse(text, Loader=LOADER):
            levels += isinstance(event, yaml.CollectionStartEvent)
            levels -= isinstance(event, yaml.CollectionEndEvent)
            if levels > MOST_LEVELS:
                self.stop(event, TOO_DEEP)

    def text(self) -> str:
        """Text of the file."""
        if (found := no_file(self.path)) == "no such file":
            self.stop(None, found)
        try:
            data = read_text_file(self.path, "YAML")
        except InputError as error:
            self.problems += error.problems
            raise
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            row = None if wide else data[: error.start].count(b"\n") + 1
            found = "text in UTF-16" if wide else "a byte that is none of UTF-8"
            self.problems.append(Problem(self.path, row, None, found, NO_YAML))
            raise InputError(self.problems) from error

    def content(self, node: Node, place: str, around: tuple[Node, ...]) -> Any:
        """Value of a node with a path, inside other nodes."""
        self.count += 1
        if self.count > MOST_VALUES:
            self.stop(None, f"fewer than {MOST_VALUES} values")
        if isinstance(node, ScalarNode):
            return self.scalar(node, place)
        if node in around:
            self.stop(node, f"{NO_YAML} without a value that holds itself")
        if len(around) > MOST_LEVELS:
            self.stop(node, TOO_DEEP)
        kind = "map" if isinstance(node, MappingNode) else "seq"
        if node.tag != f"{TAG}{kind}":
            self.stop(node, f"{NO_YAML} without tags")
        values: dict[Any, Any] = {}
        for index, item in enumerate(node.value):
            key_node, below = item if kind == "map" else (item, item)
            key = self.key(key_node, place, values) if kind == "map" else index
            at = inside(place, key)
            self.lines[at] = key_node.start_mark.line + 1
            values[key] = self.content(below, at, (*around, node))
        return values if kind == "map" else list(values.values())

    def key(self, node: Node, place: str, known: dict[Any, Any]) -> Any:
        """A key of a mapping that holds the known ones already."""
        if not isinstance(node, ScalarNode):
            self.stop(node, f"{NO_YAML} with keys that are text")
        key = self.scalar(node, inside(place, node.value))
        if key == "__use_yte__":
            self.report(node, "no such key: it would run code", inside(place, key))
        elif key in known:
            self.report(node, "this key, once", inside(place, key))
        return key

    def scalar(self, node: ScalarNode, place: str) -> Any:
        """Value of a scalar; its text where it cannot be used."""
        known = (node.value, node.tag, node.style)
        if known not in self.readings:
            self.readings[known] = _read_scalar(node, self.newer)
        value, expected, meant = self.readings[known]
        if expected:
            self.report(node, expected, place, node.value)
            self.doubts[place] = meant
        return value

    def report(
        self,
        node: Node | yaml.Event | None,
        expected: str,
        place: str | None = None,
        found: str | None = None,
    ) -> None:
        """Add what is wrong with a node."""
        mark = node.start_mark if node else None
        row = mark.line + 1 if mark else None
        self.problems.append(Problem(self.path, row, place, found, expected))

    def stop(self, node: Node | yaml.Event | None, expected: str) -> NoReturn:
        """Add what is wrong, and read nothing more of the file."""
        self.report(node, expected)
        raise InputError(self.problems)


def alike(options: list[str]) -> str:
    """What was expected of a value that YAML 1.1 and YAML 1.2 read apart."""
    return f"{' or '.join(dict.fromkeys(options))}, {BOTH}"


def _read_scalar(node: ScalarNode, newer: YAML) -> tuple[Any, str | None, list[Any]]:
    """Value of a scalar by both versions of YAML; its text, and what should stand there, if none.

    And what may be meant then.

    The node is one of YAML 1.1, the other reader the safe one of YAML 1.2.
    """
    text, kinds = str(node.value), (not node.style, bool(node.style))
    older: Any = yaml.SafeLoader("")
    if node.tag != str(older.resolve(ScalarNode, text, kinds)):
        return text, f"{NO_YAML} without tags", []
    if node.tag == f"{TAG}merge":
        return text, "no merge key, which YAML 1.2 does not have: write the keys out", []
    readings = []
    with contextlib.suppress(YAMLError, ValueError):
        tag = newer.resolver.resolve(nodes.ScalarNode, text, kinds)
        readings.append(newer.constructor.construct_object(nodes.ScalarNode(tag, text)))
    with contextlib.suppress(yaml.YAMLError, ValueError):
        tag = older.resolve(yaml.ScalarNode, text, kinds)
        readings.append(older.construct_object(yaml.ScalarNode(tag, text)))
    if len(readings) == 2 and repr(readings[0]) == repr(readings[1]):
        return readings[0], None, []
    if not readings and node.tag == f"{TAG}timestamp":
        return text, "a date y-m-d", []
    # Infinite numbers and dates with a time are of no use, however they are written.
    values = [value for value in readings if isinstance(value, (bool, int, float))]
    meant = [value if isinstance(value, bool) else number(value) for value in values]
    usable = [value for value in meant if value is not None]
    return text, alike([*map(as_yaml, values), written(text)]), [*usable, text]
