from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import vl_convert
from conftest import Real
from pipeline import changed
from project import RAW, ROOT
from scipy import stats

from compute_trends.common.dates import day_number
from compute_trends.fit.export import trends_of
from compute_trends.fit.selection import compute_points
from compute_trends.render.explorer import (
    build_explorer,
    explorer_rules,
    library_bundle,
    offered_chips,
)
from compute_trends.render.explorer_choices import NUMBERS, export_choices
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.models import Settings
from compute_trends.tables.raw import read_checked

TEMPLATE = ROOT / "workflow" / "report" / "explorer.vl.json"
EXPORT = ExportFile(name="newest", path="newest.csv", date="2026-08-19")


@pytest.fixture(scope="module")
def hardware() -> pd.DataFrame:
    return read_checked(str(RAW / "hardware.csv"), "hardware")


def build(real: Real, hardware: pd.DataFrame, **changes: Any) -> tuple[dict[str, Any], ...]:
    """The chart of the real data without exports, of tables and settings that are changed."""
    fit = real.settings.fit
    settings = {name: getattr(fit, name) for name in ("trends", "outliers", "intervals", "units")}
    return build_explorer(
        real.trends,
        real.members,
        hardware,
        [changes.pop("systems", real.systems)],
        [real.compute],
        [real.scores],
        *([], [], []),
        template=json.loads(TEMPLATE.read_text(encoding="utf-8")),
        leading=[],
        fits=fit.exports,
        **settings | {"explorer": real.settings.render.explorer} | changes,
    )


@pytest.fixture(scope="module")
def built(real: Real, hardware: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    return build(real, hardware)


def test_boundaries_are_those_of_the_trends(built: tuple[dict[str, Any], ...]) -> None:
    choices = built[1]["choices"]
    assert [choice["pool"] for choice in choices] == ["paper_figures", "paper_tables"]
    for choice in choices:
        days = choice["boundaries"]
        assert days["deep_learning"] == day_number("2009-12-31")
        assert days["large_scale"] == day_number("2015-09-01")
        of = {line["line"]: (line["after"], line["through"]) for line in choice["lines"]}
        assert of["until"] == ("deep_learning", "large_scale")
        assert of["before"][1] == of["since"][0] == "deep_learning"
        assert of["large"] == of["regular"]
        assert all(line["marked_after"] == "large_scale" for line in choice["lines"])


def test_pools_hold_the_scored_systems_by_date(
    real: Real, built: tuple[dict[str, Any], ...]
) -> None:
    page = built[1]
    for choice in page["choices"]:
        pool = page["pools"][choice["pool"]]
        for basis in ("published", "estimated"):
            columns, names = pool["bases"][basis], page["systems"][pool["source"]]
            points = compute_points(real.systems, real.compute, basis=basis).set_index("system_id")
            own = (real.scores["dataset"] == choice["pool"]) & (real.scores["basis"] == basis)
            there = [names["id"][at] for at in columns["system"]]
            assert set(there) == set(real.scores.loc[own, "system_id"])
            assert columns["day"] == sorted(columns["day"])
            assert columns["day"] == list(points.loc[there, "day"])
            expected = 10 ** points.loc[there, "log_flop"].to_numpy()
            np.testing.assert_allclose(columns["flop"], expected, rtol=5e-6)


def test_lines_carry_the_numbers_of_their_trends(
    real: Real, built: tuple[dict[str, Any], ...]
) -> None:
    trends = real.trends.set_index(["trend", "basis"])
    for choice in built[1]["choices"]:
        for line in choice["lines"]:
            for basis, numbers in line["numbers"].items():
                trend = trends.loc[(line["trend"], basis)]
                assert numbers["n"] == trend["n"]
                for name in NUMBERS:
                    value = math.nan if numbers[name] is None else float(numbers[name])
                    np.testing.assert_equal(value, trend[name])


def test_the_chart_by_itself_draws_the_first_choice(
    real: Real, built: tuple[dict[str, Any], ...]
) -> None:
    chart, page = built
    svg = vl_convert.vegalite_to_svg(chart | {"width": 800})
    lines = page["choices"][0]["lines"]
    for line in lines:
        n = line["numbers"]["published"]["n"]
        assert re.search(rf">{line['words']}: ×[0-9.]+ a year \([^)]*\), n = {n}<", svg)
    counted = pd.Series([row["line"] for row in chart["datasets"]["systems"]]).value_counts()
    for line in ("large", "regular", "until", "before"):
        [own] = (one for one in lines if one["line"] == line)
        assert counted[line] == own["numbers"]["published"]["n"]
    # Ticks as powers, none as a program writes them
    assert "10²⁴" in svg and "10^" not in svg


def test_the_page_fills_data_sets_that_are_there(built: tuple[dict[str, Any], ...]) -> None:
    spec = built[1]["spec"]
    names = {data["name"] for data in spec["data"]}
    assert {"systems", "lines", "boundaries", "named", "calculated"} <= names
    assert {"x0", "x1", "y0", "y1", "ink"} <= {signal["name"] for signal in spec["signals"]}
    # No value that JSON has no word for
    json.dumps(built, allow_nan=False)


def test_only_addresses_of_the_web_are_links(real: Real, hardware: pd.DataFrame) -> None:
    first = real.settings.render.explorer[:1]
    links = build(real, hardware, explorer=first)[1]["systems"]["annotations"]["link"]
    assert any(links) and all(link is None or link.startswith("http") for link in links)
    hostile = real.systems.assign(link="javascript:alert(1)")
    page = build(real, hardware, systems=hostile, explorer=first)[1]
    assert set(page["systems"]["annotations"]["link"]) == {None}


def table_of(settings: Settings, **numbers: Any) -> pd.DataFrame:
    """Table ``export_trends`` as far as choices read it."""
    fit = settings.fit
    names = [one.trend.name for one in trends_of(EXPORT, fit.exports, fit.trends, fit.outliers)]
    row = {"basis": "published", "n": 40, "r2": 0.9, "note": None} | dict.fromkeys(NUMBERS, 2.0)
    return pd.DataFrame([row | {"trend": name} | numbers.get(name, {}) for name in names])


def choices_of(settings: Settings, table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    fit = settings.fit
    choices = export_choices(
        EXPORT,
        table,
        explorer=settings.render.explorer,
        trends=fit.trends,
        fits=fit.exports,
        outliers=fit.outliers,
    )
    return {choice["name"]: choice for choice in choices}


def test_an_export_is_offered_with_its_headlines_and_the_eras(settings: Settings) -> None:
    choices = choices_of(settings, table_of(settings))
    today, eras = choices["today"], choices["today_eras"]
    lines = {line["line"]: line for line in today["lines"]}
    assert {name: line["trend"] for name, line in lines.items()} == {
        "frontier": "top_10_from_2018",
        "all": "all_from_2010",
        "before": "all_until_2009",
    }
    assert lines["frontier"]["top"] == 10 and lines["all"]["top"] is None
    assert all(line["keeps_low"] for line in lines.values())
    assert today["since"] == 2010 and today["high_z"] is None
    assert today["period"][1] == day_number("2026-08-19")
    assert {line["line"]: line["trend"] for line in eras["lines"]} == {
        "large": "from_2015_large_continued",
        "regular": "from_2015_regular_continued",
        "until": "from_2010_until_2015_all",
        "before": "until_2009",
    }
    assert not any(line["keeps_low"] for line in eras["lines"])


def test_what_the_page_cannot_fit_is_not_offered(settings: Settings) -> None:
    nothing = {"growth_per_year": None}
    table = table_of(settings, all_from_2010=nothing, until_2009=nothing)
    choices = choices_of(settings, table)
    # Without numbers before deep learning there are no eras.
    assert {line["line"] for line in choices["today"]["lines"]} == {"frontier", "before"}
    assert "today_eras" not in choices
    headlines = settings.fit.exports.headlines
    flagged = [headline.model_copy(update={"trend": "flagged_from_2010"}) for headline in headlines]
    assert "today" not in choices_of(
        changed(settings, "fit.exports.headlines", flagged[:1]), table_of(settings)
    )


def test_how_far_intervals_reach_is_as_of_student(settings: Settings) -> None:
    fit = settings.fit
    rules = explorer_rules(fit.outliers, fit.intervals, fit.units)
    degrees = np.array([1, 2, 4, 10, 100])
    at = (len(rules["reach"]) - 1) / degrees
    between = np.exp(np.interp(at, np.arange(len(rules["reach"])), np.log(rules["reach"])))
    np.testing.assert_allclose(between, 1.05 * stats.t.ppf(0.95, degrees), rtol=2e-4)


def test_every_rate_of_every_chip_is_offered(hardware: pd.DataFrame) -> None:
    rates = hardware.filter(regex="^peak_")
    chips = offered_chips(hardware)
    assert len(chips) == int(rates.notna().to_numpy().sum())
    assert {chip["name"] for chip in chips} == set(hardware["hardware"][rates.notna().any(axis=1)])
    assert all(np.isfinite(chip["rate"]) and chip["rate"] > 0 for chip in chips)


def test_the_libraries_make_the_embedder_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = library_bundle(tmp_path / "kept")
    assert "window.vegaEmbed" in bundle
    assert len(bundle) < 1_200_000
    # They are kept, and made anew where the copy is no longer what was kept.
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda _: "made anew")
    assert library_bundle(tmp_path / "kept") == bundle
    [kept] = (tmp_path / "kept").glob("vega-*.js")
    kept.write_text(bundle[:1000], encoding="utf-8")
    assert library_bundle(tmp_path / "kept") == "made anew"
    kept.unlink()
    assert library_bundle(tmp_path / "kept") == "made anew"
