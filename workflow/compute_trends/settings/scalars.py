"""Scalars of YAML as its versions 1.1 and 1.2 read them: a value where both agree.

017 is 15 in the one and 17 in the other, ``1:30`` is 90 or text, 1e28 text or a number,
``yes`` true or text.
"""

from __future__ import annotations

import contextlib
from typing import Any, NamedTuple

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import ScalarNode

from compute_trends.settings.config_text import as_yaml

TAG = "tag:yaml.org,2002:"
NO_YAML = "YAML in UTF-8"
BOTH = "which YAML 1.1 and YAML 1.2 read alike"


class Reading(NamedTuple):
    """Value of a scalar; its text, and what should stand there, where it cannot be used."""

    value: Any
    expected: str | None = None


def read_scalar(node: ScalarNode, reader: YAML) -> Reading:
    """Value of a scalar by both versions of YAML.

    Parameters
    ----------
    node : ScalarNode
        From ``reader``.
    reader : YAML
        Safe reader of YAML 1.2.
    """
    text, kinds = str(node.value), (node.style is None, node.style is not None)
    if node.tag != str(reader.resolver.resolve(ScalarNode, text, kinds)):
        return Reading(text, f"{NO_YAML} without tags")
    if node.tag == f"{TAG}merge":
        return Reading(text, "no merge key, which YAML 1.2 does not have: write the keys out")
    readings = []
    older: Any = yaml.SafeLoader("")
    with contextlib.suppress(YAMLError, ValueError):
        readings.append(reader.constructor.construct_object(node))
    with contextlib.suppress(yaml.YAMLError, ValueError):
        tag = older.resolve(yaml.ScalarNode, text, kinds)
        readings.append(older.construct_object(yaml.ScalarNode(tag, text)))
    if len(readings) == 2 and repr(readings[0]) == repr(readings[1]):
        return Reading(readings[0])
    if not readings and node.tag == f"{TAG}timestamp":
        return Reading(text, "a date y-m-d")
    # Infinite numbers and dates with a time are of no use, however they are written.
    numbers = [as_yaml(value) for value in readings if isinstance(value, (bool, int, float))]
    quoted = "'" + text.replace("'", "''") + "'"
    return Reading(text, f"{' or '.join(dict.fromkeys([*numbers, quoted]))}, {BOTH}")
