"""The chart whose lines are fitted anew in the page, and the calculator."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser
from project import ROOT, Project

from compute_trends.common.dates import day_number

from .conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(browser: Browser, full_run: Project) -> Iterator[Visit]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield (
        Visit(page, (full_run.folder / "report" / "index.html").as_uri()).settled().show("explorer")
    )
    page.close()


def lines(visit: Visit) -> dict[str, list[str]]:
    """What the table of lines shows: n, doubling time, growth, R² of each."""
    visit.page.wait_for_timeout(150)
    return {
        row.get_attribute("data-line") or "": [
            cell.inner_text() for cell in row.locator("td").all()
        ]
        for row in visit.page.locator("#explore-lines tr[data-line]").all()
    }


def slide(visit: Visit, signal: str, value: float) -> None:
    visit.page.locator(f"[data-signal={signal}]").evaluate(
        "(input, value) => { input.value = value;"
        " input.dispatchEvent(new Event('input', {bubbles: true})); }",
        value,
    )


def choose(visit: Visit, signal: str, value: str) -> None:
    visit.page.locator(f"[data-signal={signal}]").select_option(value)


def cells(trend: Any) -> list[str]:
    return [
        str(trend["n"]),
        f"{trend['doubling_time_months']:.1f}",
        f"{trend['slope_oom_per_year']:.2f}",
        f"{trend['r2']:.2f}",
    ]


@pytest.mark.parametrize("basis", ["published", "estimated"])
@pytest.mark.parametrize("choice", [0, 1])
def test_lines_start_as_the_trends_of_the_run(
    visit: Visit, full_run: Project, config: dict[str, Any], basis: str, choice: int
) -> None:
    chosen = config["render"]["explorer"][choice]["lines"]
    trends = pd.read_csv(full_run.folder / "results" / "fits" / "trends.csv")
    trends = trends[trends["basis"] == basis].set_index("trend")
    choose(visit, "dataset", trends.loc[chosen["before"], "dataset"])
    choose(visit, "basis", basis)
    shown = lines(visit)
    assert shown == {line: cells(trends.loc[name]) for line, name in chosen.items()}


def test_lines_are_fitted_anew_as_the_engine_would(visit: Visit, full_run: Project) -> None:
    """Other boundaries, threshold and domain, against numpy on the result files."""
    starts = {"deep_learning": "2012-10-06", "large_scale": "2016-08-30"}
    days = {name: day_number(date) for name, date in starts.items()}
    # Seven-day steps from where the run has them
    days["deep_learning"] -= (days["deep_learning"] - day_number("2009-12-31")) % 7
    days["large_scale"] -= (days["large_scale"] - day_number("2015-09-01")) % 7
    for name, day in days.items():
        slide(visit, name, day)
    slide(visit, "high_z", 0.5)
    choose(visit, "domain", "Language")
    shown = lines(visit)

    folder = full_run.folder
    points = pd.read_csv(folder / "results" / "fits" / "scores.csv")
    points = points[(points["dataset"] == "paper_figures") & (points["basis"] == "published")]
    for name in ("systems", "compute"):
        table = pd.read_csv(folder / "data" / "processed" / f"{name}.csv")
        points = points.merge(table, on="system_id")
    # On the published basis as the paper had them
    points = points[~points["low_outlier"] & (points["domain_published"] == "Language")]
    day = (
        pd.to_datetime(points["publication_date_published"]) - pd.Timestamp("1970-01-01")
    ).dt.days
    late, large = day > days["large_scale"], points["z_score"] > 0.5
    rated = points["z_score"].notna()
    early = day <= days["deep_learning"]
    groups = {
        "before": early,
        "until": ~early & ~late & rated,
        "regular": late & ~large & rated,
        "large": late & large,
        "since": ~early & ~(late & large) & rated,
    }
    assert shown["until"][0] != "19"
    for line, chosen in groups.items():
        if chosen.sum() < 3:
            assert shown[line] == ["fewer than 3", "", "", ""]
            continue
        slope = np.polyfit(
            day[chosen] - 18_000, np.log10(points.loc[chosen, "training_compute_published_flop"]), 1
        )[0]
        assert shown[line][0] == str(chosen.sum())
        months = math.log10(2) / slope / 30 if slope > 0 else math.inf
        assert float(shown[line][1].replace("∞", "inf")) == pytest.approx(months, abs=0.0501)
        assert float(shown[line][2]) == pytest.approx(slope * 365, abs=0.00501)
    assert visit.complaints == []


def test_filters_restrict_what_is_shown(visit: Visit) -> None:
    page = visit.page
    assert page.locator("#explore-shown").inner_text() == "128 systems shown."
    choose(visit, "scale", "large")
    assert lines(visit)["large"][0] == "20"
    assert page.locator("#explore-shown").inner_text() == "20 systems shown."
    choose(visit, "era", "before")
    lines(visit)
    assert page.locator("#explore-shown").inner_text() == "0 systems shown."
    page.locator("#explore-controls button").click()
    assert lines(visit)["before"][0] == "19"
    assert page.locator("#explore-shown").inner_text() == "128 systems shown."


def test_a_mark_tells_of_its_system_and_links_to_its_source(visit: Visit) -> None:
    page = visit.page
    page.locator("#explore-chart").scroll_into_view_if_needed()
    mark = page.locator("#explore-chart .mark-symbol path[aria-label*='AlexNet']").first
    mark.hover()
    told = page.locator("#vg-tooltip-element").inner_text()
    for word in ("System", "Published (FLOP)", "Re-derived (FLOP)", "z-score"):
        assert word in told
    assert "AlexNet" in told
    # The click asks for a new tab; what is there is not this page's to say.
    page.context.route("**/*", lambda route: route.abort())
    with page.expect_popup() as opened:
        mark.click()
    opened.value.close()


def test_the_chart_zooms_without_taking_the_page_from_the_wheel(visit: Visit) -> None:
    page = visit.page
    chart = page.locator("#explore-chart svg.marks")
    chart.scroll_into_view_if_needed()

    def dates() -> str:
        return chart.locator(".role-axis-label").first.text_content() or ""

    before, top = dates(), page.evaluate("scrollY")
    chart.hover()
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(400)
    assert page.evaluate("scrollY") > top
    assert dates() == before
    chart.hover()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_timeout(300)
    assert dates() != before


@pytest.mark.parametrize(
    ("way", "fields", "options"),
    [
        (
            "counted",
            {"parameters": "1.5e9", "tokens": "40,000,000,000"},
            ["--parameters", "1.5e9", "--tokens", "4e10"],
        ),
        (
            "timed",
            {"chips": "512", "days": "12.5", "utilization": "0.33"},
            ["--chips", "512", "--days", "12.5", "--utilization", "0.33"],
        ),
    ],
)
def test_the_calculator_gives_what_the_command_gives(
    visit: Visit, way: str, fields: dict[str, str], options: list[str]
) -> None:
    form = visit.page.locator("#calculator-form")
    form.locator("[name=way]").select_option(way)
    if way == "timed":
        chip = form.locator("[name=chip]")
        chip.select_option(label="NVIDIA V100, tensor_fp16")
        options = [*options, "--hardware", "NVIDIA V100", "--precision", "tensor_fp16"]
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("button").click()
    visit.page.wait_for_timeout(150)
    said = visit.page.locator("#calculated")
    command = [sys.executable, "-m", "compute_trends.estimate", *options, "--json"]
    printed = subprocess.run(
        command, cwd=ROOT / "workflow", capture_output=True, text=True, check=True
    ).stdout
    flop = json.loads(printed)["training_compute_flop"]
    assert float(said.get_attribute("data-flop") or "nan") == pytest.approx(flop, rel=5e-4)


def test_a_calculated_system_has_its_distance_from_each_line(
    visit: Visit, full_run: Project
) -> None:
    form = visit.page.locator("#calculator-form")
    form.locator("[name=parameters]").fill("175e9")
    form.locator("[name=tokens]").fill("300e9")
    form.locator("[name=date]").fill("2021-10-11")
    visit.page.wait_for_timeout(150)
    said = visit.page.locator("#calculated").inner_text()
    trend = pd.read_csv(full_run.folder / "results" / "fits" / "trends.csv").set_index(
        ["trend", "basis"]
    )
    # The line of large-scale systems ends on the day of the newest of them.
    line = trend.loc[("figure_2015_large", "published")]
    days = day_number("2022-01-20") - day_number("2021-10-11")
    expected = math.log10(3.15e23 / line["end_flop"]) + line["slope_oom_per_year"] * days / 365
    assert f"“Large-scale” ({'+' if expected > 0 else '−'}{abs(expected):.1f} OOM)" in said


@pytest.mark.parametrize("value", ["", "-3", "abc", "0", "1e999"])
def test_what_is_no_number_is_said_so(visit: Visit, value: str) -> None:
    field = visit.page.locator("#calculator-form [name=parameters]")
    field.fill(value)
    assert "Every field needs a number above 0" in visit.page.locator("#calculated").inner_text()
    assert field.get_attribute("aria-invalid") == "true"
