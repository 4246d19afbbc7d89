from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT

from compute_trends.settings.cross_checks import (
    SCHEMA,
    config_errors,
    config_problems,
    effective_yaml,
    file_problems,
    plain_dates,
    told_config,
)

# Nine lines that say a billion
BOMB = (
    "a: &a0 {"
    + ", ".join(f"k{key}: 1" for key in range(10))
    + "}\n"
    + "".join(
        f"b{n}: &a{n + 1} {{{', '.join(f'k{key}: *a{n}' for key in range(10))}}}\n"
        for n in range(9)
    )
)
Edit = Callable[[dict[str, Any]], Any]


def test_the_delivered_config_is_sound(config: dict[str, Any]) -> None:
    assert config_errors(config) == []
    assert yaml.safe_load(effective_yaml(config)) == config


def test_unquoted_dates_become_text() -> None:
    assert plain_dates({"a": [date(2012, 9, 30), {"b": 1}]}) == {"a": ["2012-09-30", {"b": 1}]}


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            lambda c: c["fit"]["outliers"].update(hihg_z=1),
            "fit.outliers: unknown key 'hihg_z'; did you mean 'high_z'?",
        ),
        (lambda c: c.update(plot={}), "unknown key 'plot'; known: seed, clean, estimate,"),
        (lambda c: c["fit"]["outliers"].pop("high_z"), "fit.outliers: key 'high_z' is missing"),
        (lambda c: c["fit"]["outliers"].update(high_z="big"), "fit.outliers.high_z: 'big' is not"),
        (lambda c: c["fit"]["outliers"].update(high_z=-3), "fit.outliers.low_z: must be below"),
        (
            lambda c: c["clean"].update(published_after="1950-13-01"),
            "clean.published_after: '1950-13-01' is not a date",
        ),
        (
            lambda c: c["clean"].update(published_after="19500101"),
            "clean.published_after: '19500101' is not a date",
        ),
        (
            lambda c: c["clean"]["plausible"].update(training_compute_flop="1e28"),
            "clean.plausible.training_compute_flop: '1e28' is text in YAML; write 1e+28",
        ),
        (
            lambda c: c["render"]["figures"][0].update(name="../../figure1"),
            "render.figures[0].name: '../../figure1' does not match",
        ),
        (
            lambda c: c["fit"]["trends"][0].update(name="/etc/trend"),
            "fit.trends[0].name: '/etc/trend' does not match",
        ),
        (
            lambda c: c["fit"]["trends"][0].update(name="trend\n"),
            "fit.trends[0].name: 'trend\\n' does not match",
        ),
        (lambda c: c["fit"]["bootstrap"].update(samples=200.0), "fit.bootstrap.samples: 200.0 is"),
        (
            lambda c: c["fit"]["outliers"].update(high_z=float("nan")),
            "fit.outliers.high_z: nan is not a finite number",
        ),
        (
            lambda c: c["render"]["figures"][2].update(trends=["from_2015_large"]),
            "render.figures[2].trends[0]: 'from_2015_large' is fitted on dataset 'paper_tables'",
        ),
        (
            lambda c: c["render"]["explorer"][0]["lines"].update(large="figure_2015_larg"),
            "render.explorer[0].lines.large: 'figure_2015_larg' is not defined; did you mean",
        ),
        (
            lambda c: c["render"]["explorer"][0]["lines"].update(large="figure_2015_regular"),
            "render.explorer[0].lines.large: trend 'figure_2015_regular' has scale",
        ),
        (
            lambda c: c["render"]["explorer"][1]["lines"].update(before="until_2011"),
            "render.explorer[1].lines.until: trend 'from_2010_until_2015_all' must run after",
        ),
        (
            lambda c: c["render"]["explorer"][1]["lines"].update(since="from_2010_regular"),
            "render.explorer[1].lines.since: trend 'from_2010_regular' marks large",
        ),
        (
            lambda c: c["fit"]["outliers"].update(large_scale_from="2016-01-01"),
            "render.explorer[0].lines: large scale begins after 2015-09-01, fit.outliers",
        ),
        (
            lambda c: c["fit"].update(bases=["estimated"]),
            "fit.bases: 'published' is missing; the paper's numbers are held against it",
        ),
        (
            lambda c: c["fit"]["bootstrap"].update(noise="loud"),
            "fit.bootstrap.noise: 'loud' is not one of ['paper', 'per_system', 'none']",
        ),
        (
            lambda c: c["estimate"]["choice"]["preference"].pop(0),
            "estimate.choice.preference: method operation_count with confidence confident must",
        ),
        (
            lambda c: c["estimate"]["choice"]["preference"][1]["methods"].append("reported"),
            "estimate.choice.preference: method reported with confidence confident must stand "
            "there once, it does 2 times",
        ),
        (
            lambda c: c["estimate"]["defaults"]["utilization"].update(otherwise=40),
            "estimate.defaults.utilization.otherwise: 40 is greater than the maximum of 1",
        ),
        (
            lambda c: c["estimate"]["uncertainty"]["inputs"].update(tokens={"stated": 1}),
            "estimate.uncertainty.inputs: unknown key 'tokens'",
        ),
        (
            lambda c: c["render"]["comparisons"][0].update(name="figure1"),
            "render.figures and render.comparisons: the name 'figure1' is used 2 times",
        ),
        (
            lambda c: c["render"]["figures"][2].update(trends=[], eras=[]),
            "render.figures[2].reference: starts with the first of 'trends', but there is none",
        ),
        (lambda c: c["fit"]["bootstrap"].update(samples=3), "fit.bootstrap.samples: 3 is less"),
        (lambda c: c["fit"].update(bases=["guessed"]), "fit.bases[0]: 'guessed' is not one of"),
        (
            lambda c: c["fit"]["trends"][3].update(dataset="paper_tabels"),
            "fit.trends[3].dataset: 'paper_tabels' is not defined; did you mean 'paper_tables'?",
        ),
        (
            lambda c: c["fit"]["trends"][3]["period"].update(through="1949-01-01"),
            "fit.trends[3].period: reversed, 'after' (1950-01-01) must be before",
        ),
        (lambda c: c["fit"]["trends"][3].pop("row"), "fit.trends[3]: 'row' is a dependency"),
        (
            lambda c: c["fit"]["trends"][4].update(name="main_before_2010"),
            "fit.trends and fit.parameter_trends: the name 'main_before_2010' is used 2 times",
        ),
        (
            lambda c: c["fit"]["trends"][4].update(row=1),
            "fit.trends: table 2 row 1 is answered by 2 trends",
        ),
        (
            lambda c: c["render"]["figures"][0]["trends"].append("nothing"),
            "render.figures[0].trends[4]: 'nothing' is not defined",
        ),
        (
            lambda c: c["render"]["figures"][0]["eras"].append("stone_age"),
            "render.figures[0].eras[3]: 'stone_age' is not defined",
        ),
        (
            lambda c: c["render"]["findings"][0].update(trend="until_2010"),
            "render.findings[0].trend: 'until_2010' is not defined; did you mean 'until_2011'?",
        ),
        (
            lambda c: c["render"]["eras"][0]["period"].update(after="2020-01-01"),
            "render.eras[0].period: reversed",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_key(
    config: dict[str, Any], edit: Edit, message: str
) -> None:
    broken = copy.deepcopy(config)
    edit(broken)
    errors = config_errors(broken)
    assert any(error.startswith(message) for error in errors), errors


def test_all_errors_are_told_at_once(config: dict[str, Any]) -> None:
    broken = copy.deepcopy(config)
    broken["seed"] = -1
    broken["fit"]["units"]["days_per_month"] = 0
    broken["clean"]["colour"] = "red"
    assert len(config_errors(broken)) == 3


def test_each_missing_key_is_told_once(config: dict[str, Any]) -> None:
    broken = copy.deepcopy(config)
    broken["fit"]["trends"][0] = {"name": "bare"}
    errors = config_errors(broken)
    assert len(errors) == len(set(errors)) == 4


def export(**changes: Any) -> dict[str, Any]:
    return {"name": "notable", "path": "a.csv", "date": "2024-07-16"} | changes


def with_exports(config: dict[str, Any], *exports: dict[str, Any]) -> list[str]:
    edited = copy.deepcopy(config)
    edited["clean"]["exports"] = list(exports)
    return config_errors(edited)


def test_a_record_of_three_keys_is_an_export(config: dict[str, Any]) -> None:
    assert with_exports(config, export()) == []
    full = export(
        name="other",
        format="epoch_models",
        models="all",
        dates="m/d/y",
        hardware="b.csv",
        filters={
            "notability": ["Highly cited"],
            "confidence": ["Likely"],
            "domains": ["Language"],
            "fine_tunes": "drop",
            "versions": "keep",
        },
    )
    assert with_exports(config, export(), full) == []


@pytest.mark.parametrize(
    ("exports", "message"),
    [
        ([export(pth="a")], "clean.exports[0]: unknown key 'pth'; did you mean 'path'?"),
        ([{"name": "a", "path": "b"}], "clean.exports[0]: key 'date' is missing"),
        ([export(date="soon")], "clean.exports[0].date: 'soon' is not a date"),
        ([export(name="No Name")], "clean.exports[0].name: 'No Name' does not match"),
        ([export(models="some")], "clean.exports[0].models: 'some' is not one of"),
        ([export(filters={"a": 1})], "clean.exports[0].filters: unknown key 'a'"),
        (
            [export(), export(date="2025-01-01")],
            "clean.exports: the name 'notable' is used 2 times",
        ),
        (
            [export(), export(name="again")],
            "clean.exports: 2 exports of notable models are dated 2024-07-16",
        ),
        (
            [export(name="paper_tables")],
            "clean.exports[0].name: 'paper_tables' is a dataset of fit.datasets",
        ),
    ],
)
def test_what_is_wrong_with_an_export_is_told(
    config: dict[str, Any], exports: list[dict[str, Any]], message: str
) -> None:
    [told] = with_exports(config, *exports)
    assert told.startswith(message)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            lambda c: c["fit"]["exports"]["paper_trends"].append("until_2010"),
            "fit.exports.paper_trends[7]: 'until_2010' is not defined; did you mean 'until_20",
        ),
        (
            lambda c: c["fit"]["exports"]["paper_trends"].append("vision_from_2010"),
            "fit.exports.paper_trends[7]: 'vision_from_2010' has a domain; write it among",
        ),
        (
            lambda c: c["fit"]["exports"]["trends"][1].update(scale="large"),
            "fit.exports.trends[1].frontier: selects by itself, without 'scale' and",
        ),
        (
            lambda c: c["fit"]["exports"]["trends"][1].update(frontier="top_0"),
            "fit.exports.trends[1].frontier: 'top_0' does not match",
        ),
        (
            lambda c: c["fit"]["exports"]["trends"][0]["period"].update(through="2001-01-01"),
            "fit.exports.trends[0].period: reversed",
        ),
        (
            lambda c: c["fit"]["exports"]["trends"][0]["period"].update(through="always"),
            "fit.exports.trends[0].period.through: 'always' is not",
        ),
        (
            lambda c: c["fit"]["exports"]["trends"][0].update(name="until_2009"),
            "fit.exports: the name 'until_2009' is used 2 times",
        ),
        (
            lambda c: c["render"]["exports"].update(headlines=["all_2010_2025"]),
            "render.exports.headlines[0]: 'all_2010_2025' is not defined; did you mean 'all_20",
        ),
    ],
)
def test_what_is_wrong_with_trends_of_exports_is_told(
    config: dict[str, Any], edit: Edit, message: str
) -> None:
    edited = copy.deepcopy(config)
    edit(edited)
    told = config_errors(edited)
    assert any(line.startswith(message) for line in told), told


def keys(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every key that a schema describes, with its description."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for part in schema.values():
            yield from keys(part)


def test_every_path_of_the_config_stays_in_the_project() -> None:
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    for key, described in keys(schema):
        if key in ("path", "file", "folder", "directory") and described.get("type") == "string":
            assert described["format"] == "path", key


@pytest.mark.parametrize(
    ("path", "stays"),
    [
        ("data/raw/a.csv", True),
        ("/absolute/a.csv", True),
        ("../a.csv", False),
        ("data/../../a.csv", False),
        ("a..b.csv", True),
    ],
)
def test_a_path_that_leaves_the_project_is_told(
    config: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str, stays: bool
) -> None:
    schema = tmp_path / "schema.yaml"
    schema.write_text("properties: {a: {type: string, format: path}}")
    monkeypatch.setattr("compute_trends.settings.cross_checks.SCHEMA", schema)
    monkeypatch.setattr("compute_trends.settings.cross_checks._cross_field_errors", lambda _: [])
    told = f"a: {path!r} leaves the project; if that is meant, write an absolute path"
    assert config_errors({"a": path}) == ([] if stays else [told])


@pytest.mark.parametrize(
    ("text", "row", "column", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "a", "this key, once"),
        ("a:\n  b: [{c: 1, c: 2}]\n", 2, "a.b[0].c", "this key, once"),
        ("__use_yte__: true\n?if True: {a: 1}\n", 1, "__use_yte__", "it would run code"),
        ("a: !!python/object/apply:os.system [true]\n", 1, None, "YAML in UTF-8"),
        ("a: [1\nb: 2\n", 2, None, "YAML in UTF-8"),
        ("a: 2022-02-30\n", None, None, "YAML in UTF-8"),
        ("\ta: 1\n", 1, None, "YAML in UTF-8"),
        ("- 1\n", None, None, "keys with values"),
        ("", None, None, "keys with values"),
        ("[" * 100_000, None, None, "YAML in UTF-8"),
        ("a: &a [*a]\n", 1, None, "YAML in UTF-8"),
        (BOMB, None, None, "fewer than"),
        ("a: \x00\n", None, None, "YAML in UTF-8"),
    ],
)
def test_a_file_is_checked_before_it_is_loaded(
    tmp_path: Path, text: str, row: int | None, column: str | None, message: str
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    [problem] = file_problems(str(path))
    assert (problem.row, problem.column) == (row, column)
    assert message in problem.expected


def test_the_delivered_file_is_sound(tmp_path: Path) -> None:
    assert file_problems(str(ROOT / "config.yaml")) == []
    assert file_problems(str(tmp_path / "none.yaml")) == []
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9\n")
    assert len(file_problems(str(tmp_path / "latin.yaml"))) == 1


def test_a_problem_names_the_line_of_its_key(config: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    text = (
        (ROOT / "config.yaml")
        .read_text(encoding="utf-8")
        .replace("days_per_month: 30", "days_per_month: 0")
    )
    path.write_text(text, encoding="utf-8")
    row = next(n for n, line in enumerate(text.splitlines(), 1) if "days_per_month: 0" in line)
    broken = plain_dates(yaml.safe_load(text))
    del broken["fit"]["units"]["days_per_year"]
    # What was changed elsewhere has no line here.
    assert {problem.row for problem in config_problems(broken, str(path))} == {None}
    broken = plain_dates(yaml.safe_load(text))
    [problem] = config_problems(broken, str(path))
    assert (problem.row, problem.column) == (row, "fit.units.days_per_month")
    assert told_config([problem]).splitlines()[1] == (
        f"{path}, line {row}: fit.units.days_per_month: 0 is less than or equal to the minimum of 0"
    )
