"""A browser for the tests of the page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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


def picture(page: Page, name: str) -> None:
    """Save a picture of the whole page where the gate asks for pictures."""
    if folder := os.environ.get("SCREENSHOTS"):
        Path(folder).mkdir(exist_ok=True)
        # A whole page of 50 screens takes a busy machine longer than any click may.
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True, timeout=120_000)
