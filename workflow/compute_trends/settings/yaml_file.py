"""One YAML file, read so that what is checked is what Snakemake runs with.

Snakemake reads config files with PyYAML, which knows YAML 1.1. ruamel.yaml knows YAML 1.2,
and gives each key its line. What the two read apart is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from compute_trends.common.problems import InputError, Problem
from compute_trends.common.safe_yaml import read_yaml_text
from compute_trends.settings.config_text import plain_dates
from compute_trends.settings.field_types import inside
from compute_trends.settings.scalars import BOTH, NO_YAML, TAG, Reading, read_scalar

# Aliases may multiply what a few lines say beyond any measure.
MOST_VALUES = 100_000
MOST_LEVELS = 100
TOO_DEEP = f"{NO_YAML} with at most {MOST_LEVELS} levels"


class YamlFile(NamedTuple):
    """What a file says.

    Parameters
    ----------
    value : dict
        Content, dates as text y-m-d; of no use if there are problems.
    lines : dict of str to int
        Line of each key and item by its path, such as ``fit.trends[3].period``.
    problems : list of Problem
        What keeps the file from being used.
    """

    value: dict[str, Any]
    lines: dict[str, int]
    problems: list[Problem]


def read_yaml(path: str) -> YamlFile:
    """Read a config file, and refuse what can be read in two ways or would run code.

    Parameters
    ----------
    path : str
        YAML file with keys at its top.

    Returns
    -------
    YamlFile
        Among the problems are: no such file, no YAML, a key that stands twice (YAML takes
        the last in silence), a date that is none, a value that YAML 1.1 and 1.2 read apart,
        and the key ``__use_yte__``, with which Snakemake evaluates expressions in a file.
    """
    walk = _Walk(path)
    try:
        value = walk.document()
    except InputError as error:
        return YamlFile({}, {}, error.problems)
    except MaxDepthExceededError as error:
        row = error.problem_mark.line + 1
        return YamlFile({}, {}, [Problem(path, row, None, None, TOO_DEEP)])
    except (YAMLError, yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else None
        found = getattr(error, "problem", None) or str(error).partition("\n")[0]
        return YamlFile({}, {}, [*walk.problems, Problem(path, row, None, found, NO_YAML)])
    return YamlFile(plain_dates(value), walk.lines, walk.problems)


class _Walk:
    """Way through the nodes of a document, with the lines and problems met on it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []
        self.reader = YAML(typ="safe", pure=True)
        self.reader.max_depth = MOST_LEVELS
        # PyYAML refuses it.
        self.reader.composer.warn_double_anchors = False
        self.readings: dict[tuple[object, ...], Reading] = {}
        self.count = 0

    def document(self) -> Any:
        """Content of the file."""
        if not Path(self.path).is_file():
            raise self.stop(None, "no such file")
        text = Path(self.path).read_text(encoding="utf-8-sig")
        root = self.reader.compose(text)
        if not isinstance(root, MappingNode):
            raise self.stop(None, "keys with values")
        value = self.value(root, "", ())
        if not self.problems:
            # The reader in C is fast; what is not too deep cannot crash it.
            other = read_yaml_text(text)
            if repr(other) != repr(value):
                raise self.stop(None, f"a text {BOTH}")
        return value

    def value(self, node: Node, place: str, around: tuple[Node, ...]) -> Any:
        """Value of a node with a path, inside other nodes."""
        self.count += 1
        if self.count > MOST_VALUES:
            raise self.stop(None, f"fewer than {MOST_VALUES} values")
        if isinstance(node, ScalarNode):
            return self.scalar(node, place)
        if node in around:
            raise self.stop(node, f"{NO_YAML} without a value that holds itself")
        if len(around) > MOST_LEVELS:
            raise self.stop(node, TOO_DEEP)
        kind = "map" if isinstance(node, MappingNode) else "seq"
        if node.tag != f"{TAG}{kind}":
            raise self.stop(node, f"{NO_YAML} without tags")
        around = (*around, node)
        if kind == "seq":
            return [self.item(*pair, place, around) for pair in enumerate(node.value)]
        values: dict[Any, Any] = {}
        for key_node, item in node.value:
            key = self.key(key_node, place, values)
            values[key] = self.value(item, inside(place, key), around)
        return values

    def item(self, index: int, node: Node, place: str, around: tuple[Node, ...]) -> Any:
        """Value of an item of a list, and its line."""
        at = inside(place, index)
        self.lines[at] = node.start_mark.line + 1
        return self.value(node, at, around)

    def key(self, node: Node, place: str, known: Mapping[Any, Any]) -> Any:
        """A key of a mapping, and its line."""
        if not isinstance(node, ScalarNode):
            raise self.stop(node, f"{NO_YAML} with keys that are text")
        key = self.scalar(node, inside(place, node.value))
        at = inside(place, key)
        self.lines[at] = node.start_mark.line + 1
        if key == "__use_yte__":
            self.problems.append(self.problem(node, "no such key: it would run code", at))
        elif key in known:
            self.problems.append(self.problem(node, "this key, once", at))
        return key

    def scalar(self, node: ScalarNode, place: str) -> Any:
        """Value of a scalar; its text where it cannot be used."""
        known = (node.value, node.tag, node.style)
        if known not in self.readings:
            self.readings[known] = read_scalar(node, self.reader)
        value, expected = self.readings[known]
        if expected:
            self.problems.append(self.problem(node, expected, place, node.value))
        return value

    def problem(
        self, node: Node | None, expected: str, place: str | None = None, found: str | None = None
    ) -> Problem:
        """What is wrong with a node."""
        row = node.start_mark.line + 1 if node else None
        return Problem(self.path, row, place, found, expected)

    def stop(self, node: Node | None, expected: str) -> InputError:
        """Error after which nothing more of the file is read."""
        return InputError([*self.problems, self.problem(node, expected)])
