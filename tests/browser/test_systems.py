"""The table of systems: search, filters, addresses."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from playwright.sync_api import Browser, expect
from project import Project

from .conftest import Visit

pytestmark = pytest.mark.browser

ROWS = "#systems-table tbody tr:visible"


@pytest.fixture(scope="module")
def opened(browser: Browser, full_run: Project) -> Iterator[Visit]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    address = (full_run.folder / "report" / "index.html").as_uri() + "#systems-table"
    yield (visit := Visit(page, address).settled())
    assert visit.complaints == []
    page.close()


@pytest.fixture
def visit(opened: Visit) -> Visit:
    opened.page.get_by_role("button", name="Show all").click()
    return opened


def shown(visit: Visit) -> list[str]:
    """What the rows show that are there, without their folds."""
    return [
        " ".join(row.locator("th, td:not(.why)").all_inner_texts()).lower()
        for row in visit.page.locator(ROWS).all()
    ]


@pytest.fixture
def systems(full_run: Project) -> pd.DataFrame:
    return pd.read_csv(full_run.folder / "data" / "processed" / "systems.csv")


@pytest.mark.parametrize("word", ["OpenAI", "alphago zero", "2021", "assumed"])
def test_a_search_finds_only_what_is_shown(visit: Visit, word: str) -> None:
    visit.page.get_by_label("Search the table").fill(word)
    rows = shown(visit)
    assert all(part in row for row in rows for part in word.lower().split())
    assert rows or word == "assumed"
    marked = visit.page.evaluate("CSS.highlights.get('found').size")
    assert marked >= len(rows)
    if word == "assumed":
        assert rows == []
        assert "No system has this" in visit.page.locator("#systems-found").inner_text()
        assert not visit.page.locator("#systems-table table").is_visible()


def test_organizations_are_shown_and_found(visit: Visit, systems: pd.DataFrame) -> None:
    visit.page.get_by_label("Search the table").fill("deepmind")
    own = systems["organizations"].str.contains("deepmind", case=False, na=False)
    own |= systems["system"].str.contains("deepmind", case=False)
    assert len(shown(visit)) == own.sum()


def test_filters_go_together_with_the_search(visit: Visit, systems: pd.DataFrame) -> None:
    controls = visit.page.locator("#systems-controls")
    controls.get_by_label("Domain").select_option("Games")
    games = systems["domain"] == "Games"
    assert len(shown(visit)) == games.sum()
    assert visit.page.locator("#systems-found").inner_text() == f"{games.sum()} of 128 systems"
    visit.page.get_by_label("Search the table").fill("alphago")
    alphago = systems["system"].str.contains("AlphaGo")
    assert len(shown(visit)) == (games & alphago).sum()
    controls.get_by_label("Method").select_option("reported total")
    assert all("reported total" in row for row in shown(visit))
    assert len(shown(visit)) < (games & alphago).sum()


def test_the_address_of_a_system_shows_it_unfolded(visit: Visit) -> None:
    page = visit.page
    page.get_by_label("Search the table").fill("alphago")
    page.evaluate("location.hash = '#system-alexnet'")
    row = page.locator("#system-alexnet")
    row.wait_for(state="visible")
    assert row.locator("details[open] p").first.is_visible()
    expect(row).to_be_in_viewport()
    link = row.get_by_role("link", name="Link to AlexNet")
    assert link.get_attribute("href") == "#system-alexnet"


@pytest.mark.parametrize("width", [390, 1280])
def test_the_address_of_a_system_brings_its_arithmetic_into_view(
    browser: Browser, full_run: Project, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    address = (full_run.folder / "report" / "index.html").as_uri() + "#system-gpt-3-175b"
    row = Visit(page, address).settled().page.locator("#system-gpt-3-175b")
    for part in (row.locator("th"), row.locator(".why .sum").first):
        box = part.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
    page.close()


def test_a_phone_shows_both_values_without_scrolling(browser: Browser, full_run: Project) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    address = (full_run.folder / "report" / "index.html").as_uri() + "#systems-table"
    visit = Visit(page, address).settled()
    row = visit.page.locator("#system-gpt-3-175b")
    for column in (0, 1):
        box = row.locator("td").nth(column).bounding_box()
        assert box is not None and box["x"] + box["width"] <= 390
    page.close()
