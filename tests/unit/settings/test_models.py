from __future__ import annotations

import copy
import functools
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest
from project import ROOT
from pydantic import ValidationError

from compute_trends.settings.editor_schema import editor_schema
from compute_trends.settings.export_rules import ExportTrend
from compute_trends.settings.fit import Intervals, Outliers, Trend
from compute_trends.settings.messages import check
from compute_trends.settings.models import Settings

Edit = Callable[[dict[str, Any]], Any]


def config_errors(config: dict[str, Any]) -> list[str]:
    """What is wrong with a config, as a person reads it."""
    _, messages = check(config)
    return [f"{message.place}: {message.text}".removeprefix(": ") for message in messages]


def edited(config: dict[str, Any], edit: Edit) -> dict[str, Any]:
    """A copy of a config with a change."""
    copied = copy.deepcopy(config)
    edit(copied)
    return copied


def test_the_delivered_config_is_sound(config: dict[str, Any]) -> None:
    settings, messages = check(config)
    assert messages == []
    # Nothing is made of what the config says: no 2.0 of a 2, no default written into it.
    assert settings is not None
    assert settings.model_dump(exclude_unset=True) == config
    assert type(settings.estimate.defaults.backward_forward_ratio) is int


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
            "clean.plausible.training_compute_flop: '1e28' is text in YAML; write 1.0e+28",
        ),
        (
            lambda c: c["render"].update(address="ftp://example.org"),
            "render.address: 'ftp://example.org' is no address of a page, such as https://",
        ),
        (
            lambda c: c["render"].update(address="https://example.org/}#today"),
            "render.address: 'https://example.org/}#today' is no address of a page",
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
        (lambda c: c["fit"]["intervals"].update(draws=2000.0), "fit.intervals.draws: 2000.0 is"),
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
            "fit.bases: 'published' is missing; the paper's numbers are compared with it",
        ),
        (
            lambda c: c["fit"].update(depth="bottomless"),
            "fit.depth: 'bottomless' is not one of ['light', 'deep']",
        ),
        (
            lambda c: c["fit"]["intervals"].update(least_systems=3),
            "fit.intervals.least_systems: 3 is less than",
        ),
        (
            lambda c: c["fit"]["intervals"].update(withheld=["from_2015_larg"]),
            "fit.intervals.withheld[0]: 'from_2015_larg' is not defined; did you mean",
        ),
        (
            lambda c: c["fit"]["selection_null"]["groups"][0].update(beside="from_2015_regula"),
            "fit.selection_null.groups[0].beside: 'from_2015_regula' is not defined; did you mean",
        ),
        (
            lambda c: c["estimate"]["choice"]["preference"].pop(0),
            "estimate.choice.preference: method reported with confidence confident of needed "
            "operations must stand there once, it does 0 times",
        ),
        (
            lambda c: c["estimate"]["choice"]["preference"][2]["methods"].append("reported"),
            "estimate.choice.preference: method reported with confidence confident of executed "
            "operations must stand there once, it does 2 times",
        ),
        (
            lambda c: c["estimate"]["choice"]["preference"][2].update(operations="all"),
            "estimate.choice.preference[2].operations: 'all' is not one of ['needed', 'executed']",
        ),
        (
            lambda c: c["estimate"]["choice"].update(generated_data="both"),
            "estimate.choice.generated_data: 'both' is not one of ['counted', 'left_out']",
        ),
        (
            lambda c: c["estimate"]["defaults"]["utilization"].update(fixed=40),
            "estimate.defaults.utilization.fixed: 40 is greater than the maximum of 1",
        ),
        (
            lambda c: c["estimate"]["defaults"]["utilization"].update(rule="guessed"),
            "estimate.defaults.utilization.rule: 'guessed' is not one of ['learnt', 'fixed']",
        ),
        (
            lambda c: c["estimate"]["calibration"].update(coverage=90),
            "estimate.calibration.coverage: 90 is greater than the maximum of 1",
        ),
        (
            lambda c: c["estimate"]["uncertainty"].pop("least_systems"),
            "estimate.uncertainty: key 'least_systems' is missing",
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
        (lambda c: c["fit"]["intervals"].update(draws=99), "fit.intervals.draws: 99 is less"),
        (
            lambda c: c["fit"]["paper_method"].update(samples=3),
            "fit.paper_method.samples: 3 is less",
        ),
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
            lambda c: c["render"]["exports"].update(eras=["deep_learnin"]),
            "render.exports.eras[0]: 'deep_learnin' is not defined; did you mean 'deep_learning'",
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
    errors = config_errors(edited(config, edit))
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
    return config_errors(edited(config, lambda c: c["clean"].update(exports=list(exports))))


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
    [error] = with_exports(config, *exports)
    assert error.startswith(message)


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
            lambda c: c["fit"]["exports"].update(continued=["until_2009", "until_2010"]),
            "fit.exports.continued[1]: 'until_2010' is not among fit.exports.paper_trends",
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
            lambda c: c["fit"]["exports"]["headlines"][1].update(trend="from_2010_all"),
            "fit.exports.headlines[1].trend: 'from_2010_all' is no trend of fit.exports.trends",
        ),
        (
            lambda c: c["fit"]["exports"].update(followed=["all_2010_2025"]),
            "fit.exports.followed[0]: 'all_2010_2025' is no trend of fit.exports.trends; did you",
        ),
        (
            lambda c: c["fit"]["exports"]["headlines"].append(
                c["fit"]["exports"]["headlines"][0] | {"title": "Again"}
            ),
            "fit.exports.headlines: the name 'all' is used 2 times",
        ),
    ],
)
def test_what_is_wrong_with_trends_of_exports_is_told(
    config: dict[str, Any], edit: Edit, message: str
) -> None:
    errors = config_errors(edited(config, edit))
    assert any(error.startswith(message) for error in errors), errors


def crossed(headline: str, choice: str, *options: dict[str, Any]) -> Edit:
    """Give a headline more options of a choice."""
    return lambda c: c["fit"]["specifications"]["headlines"][headline][choice].extend(options)


def option(value: Any, **others: Any) -> dict[str, Any]:
    return {"value": value, "why": "for a reason"} | others


def direction(**changes: Any) -> Edit:
    """Change the first finding whose direction is counted."""
    return lambda c: c["fit"]["specifications"]["directions"][0].update(changes)


CROSSED = "fit.specifications.headlines"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            lambda c: c["fit"].update(sensitivity={"draws": 2000}),
            "fit: key 'sensitivity' is no more; choices are crossed now, not made differently one "
            "at a time: its options belong into fit.specifications",
        ),
        (
            crossed("all", "population", option("all")),
            f"{CROSSED}.all.population: the option 'all' stands twice",
        ),
        (
            crossed("frontier", "high_z", option(0.760)),
            f"{CROSSED}.frontier.high_z: the option '0.76' stands twice",
        ),
        (
            lambda c: c["fit"]["specifications"]["headlines"]["all"].update(weights=[]),
            f"{CROSSED}.all.weights: [] should be non-empty",
        ),
        (
            lambda c: c["fit"]["specifications"]["headlines"]["all"].update(weights=None),
            f"{CROSSED}.all.weights: None is no value; leave the key out instead",
        ),
        (
            lambda c: c["fit"]["specifications"]["headlines"]["frontier"]["population"].pop(0),
            f"{CROSSED}.frontier.population: the headline's own option is missing: top_10; add it "
            'with what speaks for it: {value: top_10, why: "..."}',
        ),
        (
            lambda c: c["fit"]["specifications"]["headlines"].update(beffore={}),
            f"{CROSSED}.beffore: 'beffore' is no headline of fit.exports.headlines; did you mean",
        ),
        (
            lambda c: c["fit"]["specifications"]["headlines"]["all"].update(colour=[option("red")]),
            f"{CROSSED}.all: unknown key 'colour'; known: start, end, data, basis",
        ),
        (
            crossed("all", "end", option("vintage-0")),
            f"{CROSSED}.all.end[3].value: 'vintage-0' is no number of months before the vintage",
        ),
        (
            crossed("all", "end", option("vintage-x")),
            f"{CROSSED}.all.end[3].value: 'vintage-x' is no number of months before the vintage",
        ),
        (
            crossed("all", "start", option("vintage")),
            f"{CROSSED}.all.start[3].value: 'vintage' is not a date y-m-d or a name of",
        ),
        (
            crossed("all", "start", option("deep_learnin")),
            f"{CROSSED}.all.start[3].value: 'deep_learnin' is not a date y-m-d or a name of "
            "boundaries; did you mean 'deep_learning'?",
        ),
        (
            crossed("all", "data", option("2024-07-17"), option("paper_table")),
            f"{CROSSED}.all.data[4].value: 'paper_table' is no day of a vintage, and not defined; "
            "did you mean 'paper_tables'?",
        ),
        (
            crossed("all", "basis", option("geometric_mean"), option("estimatd")),
            f"{CROSSED}.all.basis[3].value: 'estimatd' is no basis; did you mean 'estimated'?",
        ),
        (
            crossed("all", "confidence", option("Likely")),
            f"{CROSSED}.all.confidence[2].value: 'Likely' is neither 'any' nor a list of "
            "confidences",
        ),
        (
            crossed("all", "population", option("top_0")),
            f"{CROSSED}.all.population[4].value: 'top_0' does not match",
        ),
        (
            crossed("all", "population", {"value": "top_3"}),
            f"{CROSSED}.all.population[4]: key 'why' is missing",
        ),
        (
            crossed("before", "window_days", option(0)),
            f"{CROSSED}.before.window_days[2].value: 0 is less than or equal to",
        ),
        (
            direction(name="frontier_faster"),
            "fit.specifications.directions: the name 'frontier_faster' is used 2 times",
        ),
        (
            lambda c: c["fit"]["specifications"]["published"].update(hindmost=[]),
            "fit.specifications.published.hindmost: 'hindmost' is not among fit.specifications.he",
        ),
        (
            lambda c: c["fit"]["specifications"].update(draws=10),
            "fit.specifications.draws: 10 is less than the minimum of 200",
        ),
        (
            lambda c: c["fit"]["specifications"].update(members="frozen"),
            "fit.specifications.members: 'frozen' is not one of ['reselected', 'fixed']",
        ),
    ],
)
def test_what_is_wrong_with_choices_that_are_crossed_is_told(
    config: dict[str, Any], edit: Edit, message: str
) -> None:
    [error] = config_errors(edited(config, edit))
    assert error.startswith(message)


@pytest.mark.parametrize(
    ("edit", "faster", "slower"),
    [
        (direction(faster="regula"), "'regula' is no option of {}.all.population", None),
        (
            direction(headline="al"),
            "'regular' is no option of {}.al.population",
            "'large' is no option of {}.al.population",
        ),
        (
            direction(choice="populace"),
            "'regular' is no option of {}.all.populace",
            "'large' is no option of {}.all.populace",
        ),
    ],
)
def test_a_direction_is_of_options_that_are_crossed(
    config: dict[str, Any], edit: Edit, faster: str, slower: str | None
) -> None:
    told = {"faster": faster, "slower": slower}
    assert config_errors(edited(config, edit)) == [
        f"fit.specifications.directions[0].{key}: {text.format(CROSSED)}"
        for key, text in told.items()
        if text is not None
    ]


def test_ends_and_starts_may_be_days_boundaries_and_months_before_the_vintage(
    config: dict[str, Any],
) -> None:
    full = edited(config, crossed("frontier", "end", *map(option, ("vintage-3", "2025-01-01"))))
    crossed("frontier", "end", option("some_day"))(full)
    crossed("all", "start", option("some_day"))(full)
    full["boundaries"] = {"some_day": "2016-06-30"}
    settings, messages = check(full)
    assert messages == [] and settings is not None
    headlines = settings.fit.specifications.headlines
    assert headlines["all"].options["start"][-1].value == "2016-06-30"
    assert [each.text for each in headlines["frontier"].options["end"]][-3:] == [
        "vintage-3",
        "2025-01-01",
        "2016-06-30",
    ]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda c: c.update(seed=True), "seed: True is not of type 'integer'"),
        (lambda c: c.update(seed="5"), "seed: '5' is text in YAML; write 5"),
        (lambda c: c.update(fit=[]), "fit: [] is not of type 'object'"),
        (lambda c: c["fit"].update(trends={}), "fit.trends: {} is not of type 'array'"),
        (lambda c: c["fit"].update(bases=[]), "fit.bases: [] should be non-empty"),
        (
            lambda c: c["fit"]["outliers"].update(high_z=True),
            "fit.outliers.high_z: True is not of type 'number'",
        ),
        (
            lambda c: c["fit"]["outliers"].update(high_z=10**400),
            "fit.outliers.high_z: 1000",
        ),
        (
            lambda c: c["fit"]["outliers"].update(high_z="1e400"),
            "fit.outliers.high_z: '1e400' is not of type 'number'",
        ),
        (
            lambda c: c["fit"]["trends"][0].update(high_z=None),
            "fit.trends[0].high_z: None is no value; leave the key out instead",
        ),
        (
            lambda c: c["fit"]["trends"][0].update(table=True),
            "fit.trends[0].table: True is not of type 'integer'",
        ),
        (
            lambda c: c["fit"]["trends"][0].update(table=5),
            "fit.trends[0].table: 5 is not one of [1, 2, 3, 4, 6, 7, 8, 9]",
        ),
        (
            lambda c: c["fit"]["reproduction"].update(level=1),
            "fit.reproduction.level: 1 is greater than or equal to the maximum of 1",
        ),
        (lambda c: c["fit"].update({5: 1}), "fit: unknown key 5; known: units, outliers"),
        (
            lambda c: c["estimate"]["uncertainty"]["classes"].update({1: 3}),
            "estimate.uncertainty.classes: unknown key 1; known: confident, likely, speculative",
        ),
        (
            lambda c: c["estimate"]["uncertainty"]["classes"].pop("likely"),
            "estimate.uncertainty.classes: key 'likely' is missing",
        ),
        (
            lambda c: c["estimate"]["uncertainty"]["classes"].update(likly=3),
            "estimate.uncertainty.classes: unknown key 'likly'; did you mean 'likely'?",
        ),
        (
            lambda c: c["estimate"]["uncertainty"]["inputs"]["hours"].update(assume=3),
            "estimate.uncertainty.inputs.hours: unknown key 'assume'; did you mean 'assumed'?",
        ),
        (
            lambda c: c["render"]["figures"][0].update(label="\ud800"),
            "render.figures[0].label: '\\ud800' cannot be used",
        ),
    ],
)
def test_types_are_kept_apart(config: dict[str, Any], edit: Edit, message: str) -> None:
    [error] = config_errors(edited(config, edit))
    assert error.startswith(message)


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
@pytest.mark.parametrize("key", ["path", "hardware"])
def test_a_path_that_leaves_the_project_is_told(
    config: dict[str, Any], key: str, path: str, stays: bool
) -> None:
    message = f"{path!r} leaves the project; if that is meant, write an absolute path"
    expected = [] if stays else [f"clean.exports[0].{key}: {message}"]
    assert with_exports(config, export(**{key: path})) == expected


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("downloads/a{x}.csv", "has braces, which are wildcards to Snakemake; rename the file"),
        ("{a.csv", "has braces"),
        ("~/a.csv", "is taken as it is written; write the folder out"),
        ("~", "is taken as it is written"),
        ("$HOME/a.csv", "is taken as it is written"),
        ("https://example.org/a.csv", "is an address; a run fetches nothing: download the file"),
        ("file:///tmp/a.csv", "is an address"),
        ("a\0.csv", "has a sign that cannot be printed"),
        ("a.csv\n", "has a sign that cannot be printed"),
        (f"downloads/{'x' * 256}", "is longer than a path can be: 266 letters"),
        ("é" * 128, "is longer than a path can be"),
        ("downloads/" * 410, "is longer than a path can be"),
    ],
)
@pytest.mark.parametrize("key", ["path", "hardware"])
def test_a_path_that_names_no_file_is_told(
    config: dict[str, Any], key: str, path: str, message: str
) -> None:
    [told] = with_exports(config, export(**{key: path}))
    assert told.startswith(f"clean.exports[0].{key}: ") and message in told


@pytest.mark.parametrize("path", ["a~1.csv", "b$c.csv", "it's.csv", "d e.csv", "é" * 127, "*.csv"])
def test_odd_names_of_files_are_names(config: dict[str, Any], path: str) -> None:
    assert with_exports(config, export(path=path)) == []


def test_a_name_that_no_file_can_have_is_told(config: dict[str, Any]) -> None:
    assert with_exports(config, export(name="x" * 100)) == []
    [told] = with_exports(config, export(name="x" * 101))
    assert told.endswith("is longer than 100 letters")


def test_limits_of_dates_leave_a_day_between_them(config: dict[str, Any]) -> None:
    changed = copy.deepcopy(config)
    changed["clean"]["plausible"]["published_from"] = "2099-01-01"
    told = [f"{message.place}: {message.text}" for message in check(changed)[1]]
    assert told == ["clean.plausible.published_from: 2099-01-01 is after published_through"]


def dated(value: Any, place: str = "") -> Iterator[str]:
    """Places of the days of a config."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from dated(item, f"{place}.{key}".removeprefix("."))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from dated(item, f"{place}[{index}]")
    elif isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        yield place


def test_a_boundary_may_stand_wherever_a_date_may(config: dict[str, Any]) -> None:
    full = edited(config, lambda c: c["clean"].update(exports=[export()]))
    full["fit"]["exports"]["trends"][0]["large_scale_from"] = "2015-09-01"
    # Other than a boundary, the day of a vintage is its name.
    places = [place for place in dated(full) if not re.match(r"boundaries|.*\.data\[", place)]
    kinds = {re.sub(r"\[\d+\]", "", place) for place in places}
    assert {"fit.trends.period.after", "fit.datasets.after", "fit.coverage.eras.through"} <= kinds
    assert len(kinds) >= 28
    for place in places:
        named = copy.deepcopy(full)
        *path, last = (int(step) if step.isdigit() else step for step in re.findall(r"\w+", place))
        section = functools.reduce(lambda value, step: value[step], path, named)
        named["boundaries"] = {"some_day": section[last]}
        section[last] = "some_day"
        settings, messages = check(named)
        assert messages == [], place
        assert settings is not None
        dump = settings.model_dump(exclude_unset=True)
        assert {**dump, "boundaries": {}} == {**full, "boundaries": {}}


@pytest.mark.parametrize(
    ("boundaries", "day", "messages"),
    [
        (
            {"large_scale": "2015-09-01"},
            "larg_scale",
            [
                "clean.published_after: 'larg_scale' is not a date y-m-d or a name of "
                "boundaries; did you mean 'large_scale'?"
            ],
        ),
        ({}, "start", ["clean.published_after: 'start' is not a date y-m-d"]),
        (
            {"start": "1950-02-30"},
            "start",
            ["boundaries.start: '1950-02-30' is not a date y-m-d"],
        ),
        ({"start": 5}, "start", ["boundaries.start: 5 is not of type 'string'"]),
        (
            {"start": "1950-01-01", "begin": "start"},
            "start",
            ["boundaries.begin: 'start' is not a date y-m-d"],
        ),
        (
            {"vintage": "1950-01-01"},
            "1950-01-01",
            [
                "boundaries: 'vintage' is the date of each export, so no boundary has this name",
            ],
        ),
        (
            {"2010-01-01": "1950-01-01"},
            "1950-01-01",
            ["boundaries: '2010-01-01' does not match '^[a-z][a-z0-9_]*$'"],
        ),
        (
            {"20100101": "1950-01-01"},
            "1950-01-01",
            ["boundaries: '20100101' does not match '^[a-z][a-z0-9_]*$'"],
        ),
        ({2010: "1950-01-01"}, "1950-01-01", ["boundaries: 2010 is not of type 'string'"]),
        (["start"], "1950-01-01", ["boundaries: ['start'] is not of type 'object'"]),
    ],
)
def test_what_is_wrong_with_a_boundary_is_told(
    config: dict[str, Any], boundaries: Any, day: str, messages: list[str]
) -> None:
    copied = edited(config, lambda c: c.update(boundaries=boundaries))
    copied["clean"]["published_after"] = day
    assert [
        error for error in config_errors(copied) if error.startswith(("boundaries", "clean"))
    ] == messages


def test_a_reversed_period_is_told_with_its_days(config: dict[str, Any]) -> None:
    copied = edited(config, lambda c: c.update(boundaries={"late": "2021-01-01"}))
    copied["render"]["eras"][0]["period"]["after"] = "late"
    assert config_errors(copied) == [
        "render.eras[0].period: reversed, 'after' (2021-01-01) must be before 'through' "
        f"({copied['render']['eras'][0]['period']['through']})"
    ]


def test_a_job_gets_objects_of_its_sections(config: dict[str, Any]) -> None:
    fit = config["fit"]
    outliers = Outliers.model_validate(fit["outliers"])
    assert outliers.high_z == fit["outliers"]["high_z"]
    trends = [Trend.model_validate(trend) for trend in fit["trends"]]
    assert [trend.name for trend in trends] == [trend["name"] for trend in fit["trends"]]
    assert trends[0].high_z is None and trends[0].period.text == "2012-09-29/2017-12-05"
    export_trend = ExportTrend.model_validate(fit["exports"]["trends"][-1])
    assert (export_trend.scale, export_trend.without) == ("all", [])
    period = export_trend.period.until("2026-03-07")
    assert (period.text, period.years) == ("2009-12-31/2026-03-07", "2010 to 2026")
    assert Intervals.model_validate(fit["intervals"]).draws == fit["intervals"]["draws"]
    with pytest.raises(ValidationError):
        outliers.high_z = 1.0
    with pytest.raises(ValidationError):
        Outliers.model_validate(fit["outliers"] | {"more": 1})


def test_a_job_does_not_load_what_reads_files() -> None:
    code = (
        "import sys; before = set(sys.modules); from compute_trends.settings import fit, render; "
        "print([name for name in ('ruamel', 'yaml', 'jsonschema') "
        "if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "workflow",
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"


def keys(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every key that a schema describes, with its description."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for part in schema.values():
            yield from keys(part)


def test_every_path_of_the_config_stays_in_the_project() -> None:
    paths = 0
    for key, described in keys(json.loads(editor_schema())):
        if key in ("path", "file", "folder", "directory") and described.get("type") == "string":
            assert described["format"] == "path", key
            paths += 1
    assert paths


def test_editors_know_the_schema(config: dict[str, Any]) -> None:
    file = ROOT / "workflow" / "schemas" / "config.schema.json"
    assert file.read_text(encoding="utf-8") == editor_schema(), "run `make schema`"
    schema = json.loads(editor_schema())
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.FormatChecker(formats=["date"])
    )
    validator.check_schema(schema)
    assert list(validator.iter_errors(config)) == []
    named = edited(config, lambda c: c["clean"].update(published_after="start"))
    assert list(validator.iter_errors(named)) == []
    for edit in (
        lambda c: c["clean"].update(published_after="2010-02-30"),
        lambda c: c["clean"].update(colour="red"),
        lambda c: c["fit"]["trends"][0].update(high_z=None),
        lambda c: c["fit"]["units"].update(days_per_year=0),
        lambda c: c["fit"]["trends"][0].update(table=5),
    ):
        assert len(list(validator.iter_errors(edited(config, edit)))) == 1


def test_every_section_says_what_it_is() -> None:
    sections = json.loads(editor_schema())["$defs"]
    assert all(section["description"].endswith(".") for section in sections.values())
    assert set(Settings.model_fields) > {"seed", "clean", "estimate", "fit", "render"}
