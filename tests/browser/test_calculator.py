"""The calculator in the page gives what the library gives."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator
from project import Project

from compute_trends.common.dates import day_number
from compute_trends.estimate.calculator import calculate
from compute_trends.estimate.options import read_call
from compute_trends.tables.cells.numbers import read_number

from .conftest import Visit

pytestmark = pytest.mark.browser

FLOP = "training_compute_flop"
CHIP = "NVIDIA V100, tensor_fp16"
ON_CHIP = ["--hardware", "NVIDIA V100", "--precision", "tensor_fp16"]
Stage = dict[str, str]


@pytest.fixture(scope="module")
def opened(browser: Browser, full_run: Project) -> Iterator[Visit]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    address = (full_run.folder / "report" / "index.html").as_uri() + "#explorer"
    visit = Visit(page, address).settled()
    page.get_by_text("Open the calculator").click()
    yield visit
    assert visit.complaints == []
    page.close()


@pytest.fixture
def form(opened: Visit) -> Locator:
    """The calculator with one empty stage."""
    form = opened.page.locator("#calculator-form")
    # In one step: each of a visitor's would calculate and draw again.
    form.evaluate(
        "form => {"
        " for (const more of [...form.querySelectorAll('[data-remove]')].slice(1)) more.click();"
        " form.reset(); form.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    return form


def fill(stage: Locator, fields: Stage) -> None:
    """Fill fields of a stage, and let the page calculate once."""
    stage.evaluate(
        "(stage, fields) => {"
        " for (const [name, value] of Object.entries(fields)) {"
        "  const field = stage.querySelector(`[name=${name}]`);"
        "  if (name === 'chip')"
        "   [...field.options].find(({ text }) => text === value).selected = true;"
        "  else if (name === 'forward_only') field.checked = true;"
        "  else field.value = value;"
        " }"
        " stage.querySelector('input').dispatchEvent(new Event('input', { bubbles: true })); }",
        {name: value or "not given" if name == "chip" else value for name, value in fields.items()},
    )


def type_in(stage: Locator, fields: Stage) -> None:
    """Fill fields of a stage one by one, as a visitor does."""
    stage.locator("summary").click()
    for name, value in fields.items():
        field = stage.locator(f"[name={name}]")
        if name == "chip":
            field.select_option(label=value)
        else:
            field.fill(value)


def said(form: Locator, what: str = "flop") -> float:
    form.page.wait_for_timeout(60)
    return float(form.page.locator("#calculated").get_attribute(f"data-{what}") or "nan")


SIZE: Stage = {"parameters": "1.5e9", "tokens": "40,000,000,000"}
TIME: Stage = {"chip": CHIP, "chips": "512", "days": "12.5"}
BY_SIZE = ["--parameters", "1.5e9", "--tokens", "4e10"]
BY_TIME = [*ON_CHIP, "--chips", "512", "--days", "12.5"]


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("stages", "options"),
    [
        ([SIZE], BY_SIZE),
        (
            [SIZE | {"tokens": "40 billion~3", "epochs": "2"}],
            ["--parameters", "1.5e9", "--tokens", "4e10~3", "--epochs", "2"],
        ),
        ([SIZE | {"parameters": "1.5B~"}], ["--parameters", "1.5e9~", "--tokens", "4e10"]),
        ([TIME | {"utilization": "0.33"}], [*BY_TIME, "--utilization", "0.33"]),
        ([TIME | {"utilization": "0.5~"}], [*BY_TIME, "--utilization", "0.5~"]),
        ([TIME], BY_TIME),
        ([SIZE | TIME], [*BY_SIZE, *BY_TIME]),
        (
            [SIZE, SIZE | {"tokens": "3e10", "forward_only": "yes"}, TIME],
            [
                *("--stage", "a", *BY_SIZE),
                *("--stage", "b", "--parameters", "1.5e9", "--tokens", "3e10", "--forward-only"),
                *("--stage", "c", *BY_TIME),
            ],
        ),
    ],
)
def test_it_gives_the_value_and_interval_of_the_library(
    form: Locator, stages: list[Stage], options: list[str]
) -> None:
    for place, fields in enumerate(stages):
        if place:
            form.page.get_by_role("button", name="Add a stage").click()
        fill(form.locator(".stage").nth(place), fields)
    expected = calculate(read_call(options))
    # The page rounds nothing but the rate of the chip.
    assert said(form) == pytest.approx(expected[FLOP], rel=1e-6)
    for end in ("low", "high"):
        wide = abs(math.log(expected[f"{FLOP}_ci90_{end}"] / expected[FLOP]))
        apart = math.log(said(form, end) / expected[f"{FLOP}_ci90_{end}"])
        # An end of 10 000 draws there and of 40 000 here has an error of 1.5 % of its distance.
        assert abs(apart) < 0.06 * wide
    if stages == [SIZE | TIME]:
        implied = expected["stages"][0]["implied_utilization"]
        assert f"a utilization of {implied:.2g}" in form.page.locator("#calculated").inner_text()


@pytest.mark.parametrize(
    "text",
    [
        *("175B", "1.8 trillion", "3e23", "10 billion", "2 000 000", "1,234,567", "15.6T", "1.2e9"),
        *(
            "2.5 × 10^9",
            "2.5 x 10**9",
            "10^12",
            "3·10¹²",
            "1,2e9",
            "1 234,5",
            "12,345.6",
            "7K",
            ".5",
        ),
        *("1,234", "8x7B", "abc", "-3", "0", "1e999", "1.8 trillions", "12 34", "1.2.3", "", "∞"),
    ],
)
def test_it_reads_numbers_as_the_library_does(form: Locator, text: str) -> None:
    value, _ = read_number(text)
    fill(form.locator(".stage"), {"parameters": text, "tokens": "1"})
    if value > 0:
        assert said(form) == pytest.approx(6 * value)
    else:
        assert math.isnan(said(form))


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        (
            SIZE | {"parameters": "12 parsecs"},
            "parameters",
            "Parameters: “12 parsecs” is not a number such as 3e23, 175B",
        ),
        (SIZE | {"tokens": ""}, "tokens", "Tokens: empty"),
        (SIZE | {"tokens": "4e10~0.5"}, "tokens", "Tokens: “4e10~0.5”"),
        (
            TIME | {"utilization": "33"},
            "utilization",
            "Utilization: “33” is not a number above 0 and at most 1",
        ),
        (TIME | {"chip": ""}, "chip", "Chip and number format: choose one"),
        (TIME | {"days": "soon"}, "days", "Days: “soon” is not a number"),
    ],
)
def test_it_names_the_field_that_is_wrong_and_what_is_expected(
    form: Locator, fields: Stage, name: str, words: str
) -> None:
    fill(form.locator(".stage"), fields)
    form.page.wait_for_timeout(60)
    assert words in form.page.locator("#calculated-wrong").inner_text()
    wrong = form.locator("[aria-invalid=true]")
    assert [field.get_attribute("name") for field in wrong.all()] == [name]
    assert math.isnan(said(form))


def test_it_names_the_stage_where_there_are_several(form: Locator) -> None:
    type_in(form.locator(".stage"), SIZE | TIME)
    form.page.get_by_role("button", name="Add a stage").click()
    type_in(form.locator(".stage").nth(1), {"parameters": "many", "tokens": "1"})
    form.page.wait_for_timeout(60)
    assert "Stage 2, Parameters: “many”" in form.page.locator("#calculated-wrong").inner_text()


def test_a_calculated_system_has_its_distance_from_each_line(
    form: Locator, full_run: Project
) -> None:
    page = form.page
    page.locator("#explore-controls [name=data]").select_option("paper_figures")
    fill(form.locator(".stage"), {"parameters": "175e9", "tokens": "300e9"})
    form.locator("[name=date]").fill("2021-10-11")
    trend = pd.read_csv(full_run.folder / "results" / "fits" / "trends.csv")
    trend = trend.set_index(["trend", "basis"])
    # The line of large-scale systems ends on the day of the newest of them.
    line = trend.loc[("figure_2015_large", "published")]
    days = day_number("2022-01-20") - day_number("2021-10-11")
    times = 3.15e23 / line["end_flop"] * 10 ** (line["slope_oom_per_year"] * days / 365)
    page.wait_for_timeout(150)
    of_large = page.locator("#calculated li[data-line=large]")
    assert of_large.inner_text() == f"{times:.2g} times the line “Large-scale” of that day."
    form.locator("[name=date]").fill("2026-01-20")
    page.wait_for_timeout(150)
    assert "Carried on: its systems end on 2022-01-20, 4.0 years before" in of_large.inner_text()
    # The point is in the chart, whose years make room for it.
    mark = page.locator("#explore-chart path[fill='#c8102e']")
    chart, place = page.locator("#explore-chart svg.marks").bounding_box(), mark.bounding_box()
    assert chart is not None and place is not None
    assert chart["x"] < place["x"] < chart["x"] + chart["width"]
