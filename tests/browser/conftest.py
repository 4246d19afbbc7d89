"""A browser for the tests of the page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from compute_trends.render.sections import PARTS

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; the gate demands it, elsewhere its tests are skipped without it."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(f"none of {', '.join(NAMES)} is installed")
        pytest.skip(f"none of {', '.join(NAMES)} is installed")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield launched
        launched.close()


class Visit:
    """A page, what it asked for, and what it complained of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.requests, self.complaints = list[str](), list[str]()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.set_default_timeout(20_000)
        page.goto(address)

    def settled(self) -> Visit:
        """The page once its chart is drawn."""
        self.page.locator("#explore-controls:not([hidden])").wait_for(state="attached")
        return self

    def show(self, place: str) -> Visit:
        """The page with the part that a place is in, what it is folded into opened."""
        self.page.evaluate("place => { location.hash = place; }", place)
        self.page.locator(f"#{place}").wait_for(state="visible")
        return self


# Axe takes seconds to walk through parts that are hidden, of which it says nothing.
PUT_APART = """() => {
  window.apart = [...document.querySelectorAll("main > [id^=part-][hidden]")].map((part) => {
    const place = document.createComment("");
    part.replaceWith(place);
    return [place, part];
  });
  return window.apart.length;
}"""
PUT_BACK = "() => { for (const [place, part] of window.apart) place.replaceWith(part); }"


def violations(page: Page, **options: Any) -> list[tuple[str, list[Any]]]:
    """Rules of accessibility that what is shown breaks seriously, and where; see `Axe.run`."""
    assert page.evaluate(PUT_APART) == len(PARTS) - 1
    found = Axe().run(page, **options).response["violations"]
    page.evaluate(PUT_BACK)
    return [
        (rule["id"], [node["target"] for node in rule["nodes"]][:5])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]


def picture(page: Page, name: str) -> None:
    """Save a picture of the whole page where the gate asks for pictures."""
    if folder := os.environ.get("SCREENSHOTS"):
        Path(folder).mkdir(exist_ok=True)
        # A whole page of 50 screens takes a busy machine longer than any click may.
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True, timeout=120_000)
