"""The config as text: in YAML, and what is wrong with it for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import yaml

from compute_trends.common.problems import Problem


def plain_dates(value: Any) -> Any:
    """Copy of a config with dates written as text y-m-d, as YAML reads unquoted dates as dates."""
    if isinstance(value, Mapping):
        return {plain_dates(key): plain_dates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_dates(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def as_yaml(value: float | bool | None) -> str:
    """A number or a truth value as both versions of YAML read it, such as 1.0e+28."""
    return yaml.safe_dump(value).partition("\n")[0]


def effective_yaml(config: dict[str, Any]) -> str:
    """Text of the config in force, as YAML that `yaml.safe_load` reads back."""
    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True)


def config_problems_text(problems: Sequence[Problem]) -> str:
    """Problems of a config as a person reads them on a terminal."""
    lines = ["The config cannot be used:"]
    for problem in problems:
        line = f", line {problem.row}" if problem.row else ""
        key = f"{problem.column}: " if problem.column else ""
        found = f"found {problem.value!r}, expected " if problem.value else ""
        lines.append(f"{problem.file}{line}: {key}{found}{problem.expected}")
    return "\n".join(lines)
