"""Whoever types a hint back is not refused again."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from project import TINY

from compute_trends.settings.config_file import read_config
from compute_trends.settings.hints import put
from compute_trends.settings.messages import check, refusal

WORLDS = 1500 if os.environ.get("GATE") == "1" else 120
FLOP = "clean: {plausible: {training_compute_flop:"
HINT = re.compile(r"did you mean '(.+?)'|; write (.+)$")


def leaves(config: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Each value of a config with its path."""
    if isinstance(config, dict):
        for key, below in config.items():
            yield from leaves(below, f"{place}.{key}" if place else key)
    elif isinstance(config, list):
        for index, below in enumerate(config):
            yield from leaves(below, f"{place}[{index}]")
    else:
        yield place, config


def misspelt(value: Any, rng: np.random.Generator) -> Any:
    """A value as people mistype it, or write it in another type."""
    if isinstance(value, bool):
        return ["yes", str(value), int(value), str(value).upper()][rng.integers(4)]
    if isinstance(value, int | float):
        return [str(value), f"{value:e}", float(value), f" {value} "][rng.integers(4)]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        forms = [value.replace("-", "/"), value.replace("-", ""), int(value.replace("-", ""))]
        return [*forms, value.replace("-0", "-")][rng.integers(4)]
    if not value:
        return 0
    place = int(rng.integers(len(value)))
    return [value[:place] + value[place + 1 :], value + value[-1], value.upper()][rng.integers(3)]


def test_every_hint_of_the_config_is_accepted_when_it_is_typed_back(config: dict[str, Any]) -> None:
    rng = np.random.default_rng(5)
    every = list(leaves(config))
    told = 0
    for number in rng.permutation(len(every))[:WORLDS]:
        place, value = every[number]
        wrong = put(config, place, misspelt(value, rng))
        for message in check(wrong)[1]:
            for name, written in HINT.findall(message.text):
                told += 1
                meant = name or yaml.safe_load(written)
                if message.text.startswith(f"{message.place.rpartition('.')[2]!r} is no headline"):
                    # For the key, not for a value
                    headlines = wrong["fit"]["exports"]["headlines"]
                    assert meant in [headline["name"] for headline in headlines]
                    continue
                assert refusal(wrong, message.place, meant) is None, message
    assert told > WORLDS / 8


def test_another_threshold_asks_for_an_option_that_can_be_added(config: dict[str, Any]) -> None:
    changed = put(config, "fit.outliers.high_z", 0.8)
    [message] = check(changed)[1]
    crossed = "fit.specifications.headlines.frontier.high_z"
    assert message.place == crossed
    options = changed["fit"]["specifications"]["headlines"]["frontier"]["high_z"]
    added = yaml.safe_load(message.text.partition("speaks for it: ")[2])
    assert check(put(changed, crossed, [*options, added]))[1] == []


@pytest.mark.parametrize(
    ("key", "text"),
    [
        *((key, text) for key in ("seed", "number") for text in ("017", "1:30", "1e3", "09")),
        *(("number", text) for text in ("1e2", "1.0e2", "1E2", "0o144")),
        *(("flag", text) for text in ("yes", "Off", "ON", "no")),
        *(("label", text) for text in ("yes", "1e3", "017", "1:30", "it's: 1:30", "=")),
    ],
)
def test_every_hint_of_yaml_is_accepted_when_it_is_typed_back(
    tmp_path: Path, key: str, text: str
) -> None:
    path = tmp_path / "over.yaml"
    over = {
        "seed": "seed: {}\n",
        "number": "fit: {{units: {{days_per_year: 365}}, outliers: {{window_days: {}}}}}\n",
        "flag": "clean: {{first_day_is_placeholder: {}}}\n",
        "label": "fit: {{exports: {{headlines: [{{name: a, title: {}, trend: b}}]}}}}\n",
    }[key]

    def problems(value: str) -> list[Any]:
        path.write_text(over.format(value), encoding="utf-8")
        return read_config([TINY / "config.yaml", path])[1]

    [problem] = [each for each in problems(text) if each.value is not None]
    options = problem.expected.partition(", which YAML 1.1 and")[0].split(" or ")
    assert options and "another value" not in problem.expected
    for option in options:
        again = problems(option)
        assert [each for each in again if each.column == problem.column] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("seed: yes", "another value: True is not of type 'integer'"),
        ("seed: 1e400", "another value: '1e400' is not of type 'integer'"),
        ("seed: '5'", "'5' is text in YAML; write 5"),
        ("seed: 5.0", "5.0 is not of type 'integer'; write 5"),
        ("seed: '1e3'", "'1e3' is text in YAML; write 1000"),
        (f"{FLOP} '1e28'}}}}", "'1e28' is text in YAML; write 1.0e+28"),
        (f"{FLOP} 1e28}}}}", "1.0e+28, which YAML 1.1 and YAML 1.2 read alike"),
        (
            "clean: {published_after: 2010-2-3}",
            "'2010-2-3' is not a date y-m-d; write '2010-02-03'",
        ),
        ("fit: {units: {days_per_year: 36500}}", "36500 is greater than the maximum of 366"),
        ("fit: {units: {days_per_month: 3000}}", "3000 is greater than the maximum of 31"),
        ("fit: {units: {days_per_year: 1.0e-300}}", "1e-300 is less than the minimum of 360"),
        ("fit: {outliers: {window_days: 99999}}", "99999 is greater than the maximum of 36525"),
    ],
)
def test_a_value_is_refused_with_what_its_key_takes(
    tmp_path: Path, text: str, expected: str
) -> None:
    path = tmp_path / "over.yaml"
    path.write_text(f"{text}\n", encoding="utf-8")
    [problem] = read_config([TINY / "config.yaml", path])[1]
    assert (problem.file, problem.row, problem.expected) == (str(path), 1, expected)
