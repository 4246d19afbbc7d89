"""The report as a reader's browser shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser
from project import Project

from compute_trends.render.sections import PARTS

from .conftest import Visit, picture, violations

pytestmark = pytest.mark.browser

PHONE, DESKTOP = {"width": 360, "height": 800}, {"width": 1280, "height": 900}
WIDE = {"width": 1600, "height": 1000}
PLACES = [part.id for part in PARTS]
SCREENS = {"phone": PHONE, "desktop": DESKTOP, "wide": WIDE}


def address(full_run: Project) -> str:
    return (full_run.folder / "report" / "index.html").as_uri()


@pytest.fixture(
    scope="module", params=["phone", "desktop", pytest.param("wide", marks=pytest.mark.gate)]
)
def visit(browser: Browser, full_run: Project, request: pytest.FixtureRequest) -> Iterator[Visit]:
    page = browser.new_page(viewport=SCREENS[request.param])
    yield Visit(page, address(full_run)).settled()
    page.close()


@pytest.fixture(scope="module")
def desktop(browser: Browser, full_run: Project) -> Iterator[Visit]:
    """The page on a desktop, opened once; each test shows the part that it looks at."""
    page = browser.new_page(viewport=DESKTOP)
    yield Visit(page, address(full_run)).settled()
    page.close()


def test_no_request_leaves_the_page(visit: Visit) -> None:
    outside = [url for url in visit.requests if not url.startswith("data:")]
    assert outside == [visit.address]
    assert visit.complaints == []


def test_the_page_is_light_enough_to_pass_on(full_run: Project) -> None:
    assert (full_run.folder / "report" / "index.html").stat().st_size < 7_000_000


def test_page_fits_the_screen(visit: Visit) -> None:
    page = visit.page
    width = (page.viewport_size or {})["width"]
    for part in PLACES:
        visit.show(part)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), part
        picture(page, f"report-{part}-{width}")


def test_the_first_screen_of_a_phone_answers_for_today(browser: Browser, full_run: Project) -> None:
    headlines = pd.read_csv(full_run.folder / "results" / "fits" / "headlines.csv")
    first = headlines[headlines["leads"]].iloc[0]
    day = pd.Timestamp(first["vintage"])
    growth, low, high = (
        f"{first[f'growth_per_year{end}']:.1f}" for end in ("", "_ci90_low", "_ci90_high")
    )
    page = browser.new_page(viewport={"width": 390, "height": 844})
    visit = Visit(page, address(full_run)).settled()
    answer = page.locator(".answer")
    text = " ".join(answer.inner_text().split())
    assert text.startswith(
        f"{first['title']}: {growth} times a year (90 % interval {low} to {high})"
    )
    assert f"Epoch AI's data of {day.day} {day:%B %Y}" in text
    for shown in (answer, page.locator(".parts")):
        box = shown.bounding_box()
        assert box is not None and box["y"] + box["height"] <= 844
    # And the picture begins on it.
    box = page.locator("#figure_today").bounding_box()
    assert box is not None and box["y"] < 844
    assert visit.complaints == []
    page.close()


def test_figures_are_shown_and_described(visit: Visit, full_run: Project) -> None:
    images = visit.page.locator("figure picture img")
    for part in PLACES:
        visit.show(part)
    drawn = list((full_run.folder / "results" / "figures").glob("*.pdf"))
    assert images.count() == len(drawn)
    for image in images.all():
        assert image.evaluate("image => image.complete && image.naturalWidth > 0")
        described = image.get_attribute("alt") or ""
        assert "doubles every" in described or re.search("scatter plot|axis against", described)


def test_a_phone_gets_figures_of_its_width(browser: Browser, full_run: Project) -> None:
    widths = {}
    for name in ("phone", "desktop"):
        page = browser.new_page(viewport=SCREENS[name])
        page.goto(address(full_run) + "#figure1")
        widths[name] = page.locator("#figure1 img").evaluate("image => image.naturalWidth")
        page.close()
    assert widths["phone"] < 0.6 * widths["desktop"]


def test_every_link_within_the_page_leads_somewhere(desktop: Visit) -> None:
    broken = desktop.page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')]"
        ".filter((link) => !link.closest('#explore-chart')).map((link) => link.hash)"
        ".filter((hash) => !document.getElementById(hash.slice(1)))"
    )
    assert broken == []


def test_numbers_shown_are_those_of_the_files(desktop: Visit, full_run: Project) -> None:
    results = full_run.folder / "results"
    for table in (2, 3, 4):
        desktop.show(f"table{table}")
        trends = pd.read_csv(results / "tables" / f"table{table}.csv")
        shown = desktop.page.locator(f"#table{table} tr.ours, #table{table} tr.again").all()
        assert len(shown) == len(trends)
        for line, trend in zip(shown, trends.to_dict("records"), strict=True):
            cells = line.locator("td").all_inner_texts()
            assert cells[1] == str(trend["n"])
            assert cells[3].split()[0] == f"{trend['slope_oom_per_year']:.2f}"
            months = [trend[name] for name in trend if name.startswith("doubling_time_months")]
            told = re.split(r"[\s;]+", cells[4])
            assert [float(each) for each in told] == [
                pytest.approx(value, abs=0.05 if value < 100 else 0.5) for value in months
            ]
            assert cells[5] == f"{trend['r2']:.2f}"


def test_details_open(desktop: Visit) -> None:
    cells = desktop.show("reproduction").page.locator("#cells")
    assert not cells.locator("tbody tr").first.is_visible()
    cells.locator("summary").click()
    assert cells.locator("tbody tr").count() > 100
    assert cells.locator("tbody tr").first.is_visible()


def test_a_link_into_a_closed_part_opens_it(browser: Browser, full_run: Project) -> None:
    page = browser.new_page(viewport=DESKTOP)
    page.goto(address(full_run) + "#trends")
    assert page.locator("#trends table").is_visible()
    page.close()


def test_systems_can_be_searched_and_sorted_by_keyboard(desktop: Visit, full_run: Project) -> None:
    page = desktop.show("systems-table").page
    rows = page.locator("#systems-table tbody tr:visible")
    compute = pd.read_csv(full_run.folder / "data" / "processed" / "compute.csv")
    assert rows.count() == len(compute)
    page.get_by_label("Search the table").fill("alphago games")
    names = [row.inner_text() for row in rows.locator("th").all()]
    assert set(names) >= {"AlphaGo Fan", "AlphaGo Lee", "AlphaGo Zero"}
    texts = [row.text_content() or "" for row in rows.all()]
    assert all("alphago" in text.lower() and "games" in text.lower() for text in texts)
    assert page.locator("#systems-found").inner_text() == f"{len(names)} of {len(compute)} systems"
    page.get_by_label("Search the table").fill("")

    header = page.locator("#systems-table thead th", has_text="Published")
    header.locator("button").focus()
    for direction in ("ascending", "descending"):
        page.keyboard.press("Enter")
        assert header.get_attribute("aria-sort") == direction
        values = rows.locator("td:nth-of-type(1)").evaluate_all(
            "cells => cells.map((cell) => Number(cell.dataset.value))"
        )
        assert values == sorted(values, reverse=direction == "descending")


def test_without_scripts_the_page_is_complete(browser: Browser, full_run: Project) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=DESKTOP)
    page = context.new_page()
    page.goto(address(full_run))
    assert page.locator("#systems-table tbody tr").count() == 128
    for part in PLACES:
        assert page.locator(f"#{part} p").first.is_visible(), part
    assert not page.locator("#explore-controls").is_visible()
    assert page.locator("#explore-lines tbody tr").count() == 5
    saved = page.locator("#table3 .take a", has_text="CSV").get_attribute("href") or ""
    assert (full_run.folder / "report" / saved).resolve().exists()
    context.close()


@pytest.mark.parametrize(
    ("place", "link", "file"),
    [
        ("#figure1", "SVG", "figures/figure1.svg"),
        ("#figure1", "PNG", "figures/figure1.png"),
        ("#figure1", "PDF", "figures/figure1.pdf"),
        ("#table3", "CSV", "tables/table3.csv"),
        ("#table3", "LaTeX", "tables/table3.tex"),
        ("#table3", "Markdown", "tables/table3.md"),
    ],
)
def test_what_is_saved_is_the_file(
    desktop: Visit, full_run: Project, tmp_path: Path, place: str, link: str, file: str
) -> None:
    desktop.show(place[1:])
    desktop.page.evaluate(
        "place => { for (const one of document.querySelectorAll(`${place} details`)) "
        "one.open = true; }",
        place,
    )
    links = desktop.page.locator(f"{place} .take a", has_text=re.compile(f"^{link}$"))
    with desktop.page.expect_download() as saving:
        links.first.click()
    assert saving.value.suggested_filename == Path(file).name
    saving.value.save_as(tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == (full_run.folder / "results" / file).read_bytes()


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("screen", "scheme"),
    [("phone", "light"), ("phone", "dark"), ("desktop", "dark"), ("desktop", "light")],
)
def test_axe_finds_no_serious_violation(
    browser: Browser, full_run: Project, scheme: str, screen: str
) -> None:
    page = browser.new_page(viewport=SCREENS[screen], color_scheme=scheme, bypass_csp=True)
    visit = Visit(page, address(full_run)).settled()
    for part in PLACES:
        visit.show(part)
        assert violations(page, options={"resultTypes": ["violations"]}) == [], part
        picture(page, f"report-{part}-{screen}-{scheme}")
    page.close()
