"""The chart whose lines are fitted anew in the page."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, expect
from project import Project

from compute_trends.common.dates import day_number, day_numbers
from compute_trends.common.numbers import fixed
from compute_trends.fit.intervals import interval_levels, system_counts
from compute_trends.fit.loglinear import Array, fit_line
from compute_trends.fit.procedure import Pool, Procedure, select, selected_lines
from compute_trends.settings.models import Settings

from .conftest import Visit, violations

pytestmark = pytest.mark.browser

PAPER = ["paper_figures", "paper_tables"]
DRAWS_OF_PAGE = 4000


def open_page(
    browser: Browser, full_run: Project, place: str = "#explorer", **options: Any
) -> Visit:
    size = options.pop("viewport", {"width": 1280, "height": 900})
    page = browser.new_page(viewport=size, **options)
    address = (full_run.folder / "report" / "index.html").as_uri()
    return Visit(page, address + place).settled()


@pytest.fixture(scope="module")
def opened(browser: Browser, full_run: Project) -> Iterator[Visit]:
    visit = open_page(browser, full_run)
    yield visit
    assert visit.complaints == []
    visit.page.close()


@pytest.fixture
def visit(opened: Visit) -> Visit:
    """The page, its chart as at first."""
    opened.page.get_by_role("button", name="Start again").click()
    return still(opened)


def still(visit: Visit) -> Visit:
    """The page once no interval is waited for."""
    visit.page.wait_for_timeout(120)
    expect(visit.page.locator("#explore-lines")).not_to_contain_text("…")
    return visit


def control(visit: Visit, name: str) -> Locator:
    return visit.page.locator(f"#explore-controls [name={name}]")


def choose(visit: Visit, **values: str) -> None:
    for name, value in values.items():
        control(visit, name).select_option(value)
    still(visit)


def slide(visit: Visit, **values: float) -> None:
    for name, value in values.items():
        slider = visit.page.locator(f"#explore-controls :is([data-boundary={name}], [name={name}])")
        slider.evaluate(
            "(input, value) => { input.value = value;"
            " input.dispatchEvent(new Event('input', {bubbles: true})); }",
            value,
        )
    still(visit)


def lines(visit: Visit) -> dict[str, list[str]]:
    """What the table of lines shows of each, cell by cell."""
    rows = visit.page.locator("#explore-lines tr[data-line]:visible").all()
    return {
        row.get_attribute("data-line") or "": row.locator("th, td").all_inner_texts()
        for row in rows
    }


def saved(visit: Visit, button: str) -> list[dict[str, str]]:
    """Rows of a CSV file that a button saves."""
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name=button).click()
    text = download.value.path().read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def cells(trend: Any) -> list[str]:
    def told(name: str) -> str:
        low, high = (fixed(trend[f"{name}_ci90_{end}"]) for end in ("low", "high"))
        return f"more than {low}" if high == "∞" else f"{low} to {high}"

    growth, months = "growth_per_year", "doubling_time_months"
    return [
        f"×{trend[growth]:.1f}\n{told(growth)}",
        f"{trend[months]:.1f}\n{told(months)}",
        f"{trend['r2']:.2f}",
    ]


def check_lines(visit: Visit, trends: pd.DataFrame, names: dict[str, str]) -> None:
    shown = lines(visit)
    assert set(shown) == set(names)
    for line, name in names.items():
        trend = trends.loc[name]
        assert shown[line][1:] == cells(trend), line
        assert shown[line][0].endswith(f", n = {trend['n']}")


@pytest.mark.sampled(3)
@pytest.mark.parametrize("basis", ["published", "estimated"])
@pytest.mark.parametrize("choice", [0, 1])
def test_lines_of_the_paper_start_as_the_trends_of_the_run(
    visit: Visit, full_run: Project, config: dict[str, Any], basis: str, choice: int
) -> None:
    trends = pd.read_csv(full_run.folder / "results" / "fits" / "trends.csv")
    trends = trends[trends["basis"] == basis].set_index("trend")
    choose(visit, data=PAPER[choice])
    choose(visit, basis=basis)
    check_lines(visit, trends, config["render"]["explorer"][choice]["lines"])


def test_the_chart_starts_as_the_headlines(visit: Visit, full_run: Project) -> None:
    headlines = pd.read_csv(full_run.folder / "results" / "fits" / "headlines.csv")
    headlines = headlines[headlines["leads"]].assign(r2=0.0).set_index("headline_name")
    shown = lines(visit)
    assert set(shown) == {"all", "frontier", "before"}
    for name, headline in headlines.iterrows():
        assert shown[str(name)][1:3] == cells(headline)[:2]
        assert shown[str(name)][0].endswith(f", n = {headline['n']}")
    assert not visit.page.locator("#explore-resampled").is_visible()


class Engine:
    """Lines of the engine through systems of the run's files."""

    def __init__(self, folder: Any, of: str, dataset: str, basis: str = "published") -> None:
        self.name = dataset
        scores = folder / "results" / (f"exports/{of}/scores.csv" if of else "fits/scores.csv")
        table = pd.read_csv(scores)
        rows = table[(table["dataset"] == dataset) & (table["basis"] == basis)]
        for name in ("systems", "compute"):
            place = f"exports/{of}/{name}.csv" if of else f"{name}.csv"
            rows = rows.merge(pd.read_csv(folder / "data" / "processed" / place), on="system_id")
        if basis == "published":
            rows = rows.drop(columns=["publication_date", "domain"]).rename(
                columns={
                    "publication_date_published": "publication_date",
                    "domain_published": "domain",
                }
            )
        rows["day"] = day_numbers(pd.to_datetime(rows["publication_date"]))
        rows = rows.sort_values(["day", "system_id"], ignore_index=True)
        self.rows = rows
        days, flop = (
            rows[column].to_numpy(float) for column in ("day", f"training_compute_{basis}_flop")
        )
        self.pool = Pool(days, np.log10(flop), 365.25)

    def check(self, row: dict[str, str], procedure: Procedure, draws: int = 12_000) -> None:
        """Hold a row of the page's file of lines against the line and the interval."""
        z = self.rows["z_score"].to_numpy(float)[np.newaxis]
        each = np.ones((1, len(self.rows)))
        inside = select(procedure, self.pool, z, each)[0]
        days = self.pool.days[inside]
        line = fit_line(days, self.pool.log_flop[inside])
        assert int(row["n"]) == inside.sum()
        assert float(row["growth_per_year"]) == pytest.approx(10 ** (365 * line.slope), rel=1e-4)
        assert float(row["r2"]) == pytest.approx(line.r2, abs=1e-4)
        counts = system_counts(self.rows["system_id"].to_list(), draws=draws, seed=1)
        [resampled] = selected_lines(self.pool, [procedure], counts)
        self._check_ends(row, days, resampled.slope[~np.isnan(resampled.slope)])
        assert row["interval_from"] == f"{DRAWS_OF_PAGE} resamples in the page"

    @staticmethod
    def _check_ends(row: dict[str, str], days: Array, slopes: Array) -> None:
        low, high, _ = interval_levels(days, least_systems=1)
        for end, level in {"low": low, "high": high}.items():
            least, middle, most = np.quantile(
                slopes, np.clip([level - 0.01, level, level + 0.01], 0, 1)
            )
            # Standard error of a quantile: of the page's draws, and of those here
            width = min(0.02, 0.01 + min(level, 1 - level))
            error = np.sqrt(level * (1 - level) * (1 / DRAWS_OF_PAGE + 1 / len(slopes)))
            error *= (most - least) / width
            slope = np.log10(float(row[f"growth_per_year_ci90_{end}"])) / 365
            assert abs(slope - middle) < 4.5 * error, (row["line"], end)


def test_moved_lines_are_those_of_the_engine_with_their_intervals(
    visit: Visit, full_run: Project, settings: Settings
) -> None:
    """Other boundaries and another threshold on the paper's systems."""
    choose(visit, data="paper_figures")
    deep, large = day_number("2009-12-31") + 7 * 60, day_number("2015-09-01") + 7 * 40
    slide(visit, deep_learning=deep, large_scale=large, high_z=0.5)
    engine = Engine(full_run.folder, "", "paper_figures")
    day, outliers = engine.rows["day"].to_numpy(), settings.fit.outliers
    end = day_number("2022-02-01")
    periods = {"large": (large, end), "regular": (large, end), "since": (deep, end)}
    scales = {"large": "large", "regular": "regular", "since": "regular"}
    rows = {row["line"]: row for row in saved(visit, "Save lines")}
    names = {"large": "Large-scale", "regular": "Regular-scale, large-scale era"}
    names["since"] = "Regular-scale since deep learning"
    for line, (after, through) in periods.items():
        procedure = Procedure(
            eligible=(day > after) & (day <= through),
            markable=day > large,
            rivals=np.ones(len(day), dtype=bool),
            low_z=outliers.low_z,
            scale=scales[line],
            high_z=0.5,
        )
        engine.check(rows[names[line]], procedure)
    assert visit.page.locator("#explore-resampled").is_visible()
    assert "°" in lines(visit)["large"][1]


def bands(visit: Visit) -> dict[str, pd.DataFrame]:
    """Edges of the band of each line in the page, once all that have an interval are there."""
    rows = "explorer.lines().filter((row) => row.from !== 'none' && !row.note)"
    visit.page.wait_for_function(f"() => {rows}.every((row) => row.band)")
    found = visit.page.evaluate(f"{rows}.map((row) => [row.line, row.band])")
    return {line: pd.DataFrame(band) for line, band in found}


def test_bands_are_those_of_the_engine(
    visit: Visit, full_run: Project, config: dict[str, Any]
) -> None:
    """Of lines that nothing has moved, against the table, where the page makes 4000 draws."""
    choose(visit, data="paper_figures")
    table = pd.read_csv(full_run.folder / "results" / "fits" / "bands.csv", parse_dates=["date"])
    names, shown = config["render"]["explorer"][0]["lines"], bands(visit)
    assert set(shown) >= {"before", "until", "regular", "large"}
    for line, band in shown.items():
        own = table[(table["trend"] == names[line]) & (table["basis"] == "published")]
        days = day_numbers(own["date"])
        low, high = (
            np.interp(band["day"], days, np.log10(own[f"flop_ci90_{end}"]))
            for end in ("low", "high")
        )
        assert band["day"].iloc[[0, -1]].to_list() == [days.min(), days.max()]
        for end, expected in (("low", low), ("high", high)):
            assert (np.abs(band[end] - expected) < 0.12 * (high - low)).all(), (line, end)
    areas = visit.page.locator("#explore-chart path[opacity='0.2']")
    assert areas.count() == len(shown)


def test_the_band_of_a_moved_line_moves_with_it(visit: Visit) -> None:
    choose(visit, data="paper_figures")
    before = bands(visit)["large"]
    slide(visit, large_scale=day_number("2015-09-01") + 7 * 60)
    after = bands(visit)["large"]
    assert after["day"].iloc[0] > before["day"].iloc[0]
    fit = visit.page.evaluate(
        "(({fit}) => [fit.level, fit.slope])(explorer.lines().find((row) => row.line === 'large'))"
    )
    heights = fit[0] + fit[1] * after["day"]
    assert ((after["low"] < heights) & (heights < after["high"])).all()


def test_the_frontier_of_a_country_is_ranked_among_its_systems(
    visit: Visit, full_run: Project, settings: Settings
) -> None:
    exports = [path.name for path in (full_run.folder / "results" / "exports").iterdir()]
    name = max(export for export in exports if export.startswith("notable"))
    choose(visit, country="United States of America")
    start = day_number("2017-12-31") - 7 * 52
    slide(visit, frontier=start)
    engine = Engine(full_run.folder, name, name)
    place = full_run.folder / "data" / "processed" / "exports" / name / "attributes.csv"
    countries = pd.read_csv(place).dropna(subset="system_id").set_index("system_id")["countries"]
    own = engine.rows["system_id"].map(countries).fillna("unknown").str.split("; ")
    of_country = own.map(lambda names: "United States of America" in names).to_numpy()
    day = engine.rows["day"].to_numpy()
    rows = {row["line"]: row for row in saved(visit, "Save lines")}
    everything = {"markable": day > 0, "rivals": of_country}
    engine.check(
        rows["Ten largest of their day (United States of America)"],
        Procedure(eligible=of_country & (day > start), top=10, **everything),
    )
    deep = day_number("2009-12-31")
    engine.check(
        rows["All notable models (United States of America)"],
        Procedure(eligible=of_country & (day > deep), **everything),
    )
    assert settings.fit.exports.headlines


def test_boundaries_cannot_cross(visit: Visit) -> None:
    choose(visit, data="paper_tables")
    slide(visit, deep_learning=day_number("2015-09-01") + 100)

    def days() -> list[str]:
        names = ("deep_learning", "large_scale")
        sliders = (visit.page.locator(f"[data-boundary={name}]") for name in names)
        return [str(slider.get_attribute("aria-valuetext")) for slider in sliders]

    deep, large = days()
    assert large == "2015-09-01"
    assert "2015-08-20" < deep < large
    slide(visit, large_scale=day_number("2011-01-01"))
    deep_after, large_after = days()
    assert deep_after == deep < large_after


def test_years_change_what_is_shown_and_no_line(visit: Visit) -> None:
    page = visit.page
    before = lines(visit)
    assert control(visit, "from").input_value() == "2010"
    page.get_by_role("button", name="All years").click()
    still(visit)
    assert control(visit, "from").input_value() < "1960"
    assert lines(visit) == before
    everything = len(saved(visit, "Save systems"))
    page.get_by_role("button", name="Since 2010").click()
    still(visit)
    since = saved(visit, "Save systems")
    assert len(since) < everything
    assert min(row["publication_date"] for row in since) >= "2010"
    assert page.locator("#explore-shown").inner_text() == f"{len(since)} systems shown."
    control(visit, "from").fill("2030")
    assert "the first not after the last" in page.locator("#explore-wrong").inner_text()
    assert control(visit, "from").get_attribute("aria-invalid") == "true"


def test_too_few_systems_are_said_so(visit: Visit) -> None:
    choose(visit, data="paper_figures", domain="Driving")
    shown = lines(visit)
    assert all("fewer than 3 systems" in cells[0] for cells in shown.values())
    assert all(cells[1:] == ["", "", ""] for cells in shown.values())


def test_a_search_shows_and_names_what_it_finds(visit: Visit) -> None:
    choose(visit, data="paper_figures")
    control(visit, "find").fill("alexnet")
    still(visit)
    told = visit.page.locator("#explore-told")
    assert told.locator("li").count() == 1
    assert "AlexNet" in told.inner_text()
    assert "FLOP as published" in told.inner_text()
    texts = visit.page.locator("#explore-chart .mark-text text").all_text_contents()
    assert "AlexNet" in texts
    assert [row["system"] for row in saved(visit, "Save systems")] == ["AlexNet"]
    told.get_by_role("link", name="Arithmetic").click()
    assert visit.page.locator("#systems-table tbody details[open]").count() == 1
    assert visit.page.locator("tr:target").get_by_text("AlexNet").first.is_visible()
    control(visit, "find").fill("no such system")
    still(visit)
    assert told.inner_text() == "0 found."


def test_a_mark_that_is_clicked_tells_of_its_system_below(visit: Visit) -> None:
    page = visit.page
    choose(visit, data="paper_figures")
    page.locator("#explore-chart").scroll_into_view_if_needed()
    mark = page.locator("#explore-chart .mark-symbol path[aria-label*='AlexNet']").first
    mark.hover()
    hover = page.locator("#vg-tooltip-element").inner_text()
    for word in ("System", "Organization", "Published (FLOP)", "z-score", "AlexNet"):
        assert word in hover
    mark.click()
    told = page.locator("#explore-told")
    assert "AlexNet" in told.inner_text()
    address = told.get_by_role("link", name="Source").get_attribute("href") or ""
    assert address.startswith("https://")


def test_the_address_holds_what_is_chosen(
    visit: Visit, browser: Browser, full_run: Project
) -> None:
    page = visit.page
    choose(visit, data="paper_tables", domain="Vision")
    slide(visit, deep_learning=day_number("2009-12-31") + 70, high_z=0.6)
    control(visit, "find").fill("net")
    control(visit, "from").fill("2005")
    still(visit)
    page.get_by_role("button", name="Copy link").click()
    place = page.evaluate("location.hash")
    assert place.startswith("#explorer?")
    other = open_page(browser, full_run, place)
    still(other)
    assert lines(other) == lines(visit)
    for name in ("data", "domain", "find", "from", "high_z"):
        assert control(other, name).input_value() == control(visit, name).input_value()
    # The section is in view, and links within the page lead where they did.
    assert other.page.locator("#explorer").evaluate(
        "heading => Math.abs(heading.getBoundingClientRect().top) < innerHeight"
    )
    other.page.evaluate("location.hash = '#systems'")
    other.page.wait_for_timeout(100)
    assert other.page.evaluate("location.hash") == "#systems"
    assert other.complaints == []
    other.page.close()
    page.get_by_role("button", name="Start again").click()
    page.wait_for_timeout(400)
    assert page.evaluate("location.hash") == "#explorer"


def test_an_address_that_says_nothing_sensible_does_no_harm(visit: Visit) -> None:
    before = lines(visit)
    for query in (
        "data=nothing&from=abc&deep_learning=x&high_z=y",
        "from=9&to=1",
        "domain=%3Cscript%3E&country=&basis=guessed",
        "frontier=1066-10-14&frontier=",
    ):
        visit.page.evaluate(f"location.hash = '#explorer?{query}'")
        still(visit)
        assert control(visit, "from").input_value() == "2010"
        assert visit.page.locator("#explore-wrong").inner_text() == ""
        if "frontier" not in query:
            assert lines(visit) == before


def test_ticks_are_powers_of_ten(visit: Visit) -> None:
    ticks = visit.page.locator("#explore-chart .role-axis-label text").all_text_contents()
    powers = [tick for tick in ticks if not re.fullmatch(r"\d{4}", tick)]
    assert len(powers) >= 5
    assert all(re.fullmatch("10[⁰¹²³⁴⁵⁶⁷⁸⁹]+", tick) for tick in powers)


def test_the_chart_zooms_without_taking_the_page_from_the_wheel(visit: Visit) -> None:
    page = visit.page
    chart = page.locator("#explore-chart svg.marks")
    chart.scroll_into_view_if_needed()

    def dates() -> list[str]:
        return sorted(chart.locator(".role-axis-label text").all_text_contents())

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
    # Years that are chosen end the zoom.
    page.get_by_role("button", name="Since 2010").click()
    still(visit)
    assert dates() == before


@pytest.mark.gate
def test_the_legend_is_coloured_and_inside_the_chart(browser: Browser, full_run: Project) -> None:
    for width, options in ((1280, {}), (390, {"has_touch": True, "is_mobile": True})):
        visit = open_page(browser, full_run, viewport={"width": width, "height": 844}, **options)
        chart = visit.page.locator("#explore-chart svg.marks")
        chart.scroll_into_view_if_needed()
        legend = chart.locator("text", has_text="×4").all()
        assert len(legend) == 2
        box = chart.bounding_box()
        assert box is not None
        for text in legend:
            place = text.bounding_box()
            assert place is not None
            assert box["x"] < place["x"] and place["x"] + place["width"] <= box["x"] + box["width"]
        strokes = chart.locator(".mark-symbol path").evaluate_all(
            "paths => new Set(paths.map((path) => path.getAttribute('stroke'))).size"
        )
        assert strokes >= 2
        touch = visit.page.get_by_text("Tap a mark for its data")
        assert touch.is_visible() == (width == 390)
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        visit.page.close()


def test_names_do_not_cross(visit: Visit) -> None:
    choose(visit, data="paper_figures")
    control(visit, "find").fill("google")
    still(visit)
    boxes = visit.page.locator("#explore-chart .names text, #explore-chart g[class*=names] text")
    shown = boxes.evaluate_all(
        "texts => texts.filter((text) => getComputedStyle(text).opacity > 0 && text.textContent)"
        ".map((text) => { const b = text.getBoundingClientRect();"
        " return [b.left, b.right, b.top + 1, b.bottom - 1]; })"
    )
    assert len(shown) > 3
    for place, one in enumerate(shown):
        for other in shown[:place]:
            apart = one[0] > other[1] or one[1] < other[0] or one[2] > other[3] or one[3] < other[2]
            assert apart, (one, other)


@pytest.mark.gate
def test_what_is_found_and_what_is_wrong_has_no_serious_violation(
    browser: Browser, full_run: Project
) -> None:
    visit = open_page(browser, full_run, color_scheme="dark")
    control(visit, "find").fill("gpt")
    visit.page.get_by_text("Open the calculator").click()
    visit.page.locator("#calculator-form [name=tokens]").fill("none")
    still(visit)
    parts = {
        "include": [["#explore"], ["#calculator-form"], ["#systems-controls"], ["#explore-lines"]]
    }
    assert violations(visit.page, context=parts) == []
    visit.page.close()


def test_everything_works_by_keyboard(visit: Visit) -> None:
    page = visit.page
    slider = page.locator("[data-boundary=frontier]")
    slider.focus()
    before = slider.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") != before
    still(visit)
    assert "°" in lines(visit)["frontier"][1]
    page.get_by_role("button", name="Start again").focus()
    page.keyboard.press("Enter")
    still(visit)
    assert slider.get_attribute("aria-valuetext") == before
