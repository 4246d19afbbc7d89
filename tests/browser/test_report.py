"""The report as a reader's browser shows it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator

import pandas as pd
import pytest
from conftest import Project
from playwright.sync_api import Browser, Page, sync_playwright

pytestmark = pytest.mark.browser

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(f"none of {', '.join(names)} is installed")
        pytest.skip(f"none of {', '.join(names)} is installed")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield launched
        launched.close()


class Visit:
    """A page and what happened while it loaded."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.requests, self.complaints = page, list[str](), list[str]()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address)
        self.address = address


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def visit(browser: Browser, full_run: Project, request: pytest.FixtureRequest) -> Iterator[Visit]:
    page = browser.new_page(viewport=request.param)
    yield Visit(page, (full_run.folder / "report" / "index.html").as_uri())
    page.close()


def test_no_request_leaves_the_page(visit: Visit) -> None:
    outside = [url for url in visit.requests if not url.startswith("data:")]
    assert outside == [visit.address]
    assert visit.complaints == []


def test_page_fits_the_screen(visit: Visit) -> None:
    page = visit.page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_figures_are_shown_and_described(visit: Visit) -> None:
    images = visit.page.locator("figure img")
    assert images.count() == 11
    for image in images.all():
        assert image.evaluate("image => image.complete && image.naturalWidth > 0")
        described = image.get_attribute("alt") or ""
        assert "doubles every" in described or "scatter plot" in described


def test_every_link_within_the_page_leads_somewhere(visit: Visit) -> None:
    for link in visit.page.locator("a[href^='#']").all():
        target = link.get_attribute("href") or ""
        assert visit.page.locator(target).count() == 1, target


def test_numbers_shown_are_those_of_the_files(visit: Visit, full_run: Project) -> None:
    results = full_run.folder / "results"
    for table in (2, 3, 4):
        trends = pd.read_csv(results / "tables" / f"table{table}.csv")
        shown = visit.page.locator(f"#table{table} tr.ours, #table{table} tr.again").all()
        assert len(shown) == len(trends)
        for line, trend in zip(shown, trends.to_dict("records"), strict=True):
            cells = [cell.inner_text() for cell in line.locator("td").all()]
            assert cells[1] == str(trend["n"])
            assert cells[3].split()[0] == f"{trend['slope_oom_per_year']:.2f}"
            assert re.split(r"[\s;]+", cells[4]) == [
                f"{trend[name]:.1f}" for name in trend if name.startswith("doubling_time_months")
            ]
            assert cells[5] == f"{trend['r2']:.2f}"


def test_details_open(visit: Visit) -> None:
    cells = visit.page.locator("#cells")
    cells.locator("summary").click()
    assert cells.locator("tbody tr").count() > 100
    assert cells.locator("tbody tr").first.is_visible()
