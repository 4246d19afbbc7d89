"""What a report of other settings or data says of that."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import yaml
from html_tree import parse
from project import ROOT

from compute_trends.common.records import Record
from compute_trends.render.delivered import answers, before, changes, differing
from compute_trends.render.keep_delivered import FILE
from compute_trends.render.report import render_report
from compute_trends.render.report_inputs import ReportFiles, ReportInputs
from compute_trends.run.inputs import file_checksums
from compute_trends.settings.config_file import read_config

KEY = "fit.outliers.high_z"


@pytest.fixture(scope="module")
def delivered(inputs: ReportInputs) -> ReportInputs:
    """Inputs of a run as delivered."""
    state: Record = {
        "config": yaml.safe_load(inputs.config_text),
        "inputs": inputs.provenance["inputs"],
        "answers": answers(inputs),
    }
    return replace(inputs, delivered=state)


def other(delivered: ReportInputs, **state: Any) -> ReportInputs:
    """The same run, where something else was delivered."""
    return replace(delivered, delivered=delivered.delivered | state)  # type: ignore[operator]


def other_threshold(delivered: ReportInputs) -> ReportInputs:
    config = yaml.safe_load(delivered.config_text)
    config["fit"]["outliers"]["high_z"] = 0.5
    return other(delivered, config=config)


def test_settings_are_compared_by_key_and_records_by_name() -> None:
    now = {"a": {"b": 1, "c": [1, 2]}, "trends": [{"name": "one", "n": 1}, {"name": "two"}]}
    then = {"a": {"b": 2, "c": [1, 2]}, "trends": [{"name": "one", "n": 2}]}
    assert [*differing(now, then)] == [
        ("a.b", 1, 2),
        ("trends.one.n", 1, 2),
        ("trends.two", {"name": "two"}, None),
    ]
    assert [*differing(now, now)] == []


def test_as_delivered_nothing_is_said(delivered: ReportInputs, inputs: ReportInputs) -> None:
    assert changes(delivered) is None and before(delivered) == {}
    # Nor where it is not known what was delivered.
    assert changes(inputs) is None and before(inputs) == {}


def test_each_setting_that_differs_is_named_with_both_values(
    delivered: ReportInputs, files: ReportFiles
) -> None:
    changed = other_threshold(delivered)
    found = changes(changed)
    now = delivered.settings.fit.outliers.high_z
    assert found is not None
    assert found["settings"] == [{"key": KEY, "now": str(now), "delivered": "0.5"}]
    page = parse(render_report(changed, files))
    banner = page.one("aside", "changed").text
    assert "1 setting differs" in banner and f"{KEY}: {now} (delivered: 0.5)" in banner
    assert "No answer moves" in banner
    # What is known of the paper's rows is known for the settings as delivered.
    notes = delivered.tables["published_tables"]["note"].dropna()
    [note] = [one for one in notes if one.startswith("The slice gives a doubling time")][:1]
    assert note not in page.text and note in parse(render_report(delivered, files)).text


def test_data_that_differ_say_what_they_moved(delivered: ReportInputs, files: ReportFiles) -> None:
    answered = answers(delivered)
    key = next(key for key in answered if key.startswith("finding"))
    then = answered | {key: answered[key] | {"text": "9.9 times a year (8.0 to 12.0)"}}
    data = {"data/raw/annotations.csv": "0" * 64}
    page = parse(render_report(other(delivered, inputs=data, answers=then), files))
    banner = page.one("aside", "changed").text
    assert "data/raw/annotations.csv" in banner
    now = f"{answered[key]['title']}: {answered[key]['text']}"
    assert f"{now}, as delivered 9.9 times a year (8.0 to 12.0)" in banner
    cards = page.by_id("part-paper").all("article", "card")
    assert ["As delivered: 9.9" in card.text for card in cards].count(True) == 1


def test_an_address_moves_no_number(delivered: ReportInputs) -> None:
    config = yaml.safe_load(delivered.config_text)
    config["render"]["address"] = "https://example.org/"
    assert changes(other(delivered, config=config)) is None


def test_what_is_kept_is_of_the_files_of_the_project() -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    config, problems = read_config([ROOT / "config.yaml"])
    again = "after a run as delivered, make delivered keeps it"
    assert not problems and [*differing(json.loads(json.dumps(config)), kept["config"])] == [], (
        again
    )
    files = {path: str(ROOT / path) for path in kept["inputs"]}
    assert file_checksums(files) == kept["inputs"], again
