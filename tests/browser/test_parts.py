"""The four parts of the report: one is shown, links and searches lead into the others."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from project import Project

from compute_trends.render.sections import PARTS

from .conftest import Visit
from .test_report import DESKTOP, address

pytestmark = pytest.mark.browser

PLACES = [part.id for part in PARTS]
PHONE = {"width": 390, "height": 844}
# Limits that the page is edited to: a first part that is read in three minutes, and a whole that
# can be looked through.
WORDS_OF_ANSWER, SCREENS_OF_ANSWER = 600, 7
WORDS, TAB_STOPS = 9000, 300
# And with every fold open, but for what is no prose: tables, the names in lists to choose from,
# and the config, which is quoted as a file.
WORDS_UNFOLDED, NO_PROSE = 14_000, "table, option, pre.listing"
FOCUSABLE = "a[href], button, input, select, summary, [tabindex='0']"
SEEN = "one => one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true})"


@pytest.fixture
def phone(browser: Browser, full_run: Project) -> Iterator[Visit]:
    page = browser.new_page(viewport=PHONE)
    yield Visit(page, address(full_run)).settled()
    page.close()


def shown(page: Page) -> list[str]:
    return [place for place in PLACES if page.locator(f"#{place}").is_visible()]


def current(page: Page) -> str | None:
    return page.locator(".parts a[aria-current]").get_attribute("href")


def words(page: Page, place: str) -> int:
    return len(page.locator(place).inner_text().split())


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_the_answer_is_short(browser: Browser, full_run: Project, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    Visit(page, address(full_run)).settled()
    assert words(page, "body") <= WORDS_OF_ANSWER
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= SCREENS_OF_ANSWER * 844
    assert page.locator(".question").count() == 6
    assert page.locator(".question svg").count() == 6
    page.close()


@pytest.mark.sampled(2)
@pytest.mark.parametrize("width", [390, 1280])
def test_the_whole_can_be_looked_through(browser: Browser, full_run: Project, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    visit = Visit(page, address(full_run)).settled()
    counts, stops = {}, {}
    for place in PLACES:
        visit.show(place)
        counts[place] = words(page, f"#{place}")
        found = page.locator(f"#{place}").locator(FOCUSABLE)
        stops[place] = found.evaluate_all(f"all => all.filter({SEEN}).length")
    assert sum(counts.values()) <= WORDS, counts
    assert sum(stops.values()) <= TAB_STOPS, stops
    page.close()


def test_with_all_folds_open_it_is_no_book(browser: Browser, full_run: Project) -> None:
    page = browser.new_page(viewport=DESKTOP)
    visit = Visit(page, address(full_run)).settled()
    page.evaluate(
        """noProse => {
          document.querySelectorAll(noProse).forEach(one => one.remove());
          document.querySelectorAll("details").forEach(one => { one.open = true; });
        }""",
        NO_PROSE,
    )
    counts = {}
    for place in PLACES:
        visit.show(place)
        counts[place] = words(page, f"#{place}")
    assert sum(counts.values()) < WORDS_UNFOLDED, counts
    page.close()


def test_numbers_are_written_as_people_write_them(phone: Visit) -> None:
    # What is quoted as it was typed, or is replayed to its last digit, keeps its form.
    told = phone.page.evaluate(
        """places => {
          document.querySelectorAll("pre, code, option, script, template, sup, a")
            .forEach(one => one.remove());
          const all = places.flatMap(place =>
            [...document.querySelectorAll(`#${place} :is(p, li, td, th, dd, summary)`)]);
          return all.filter(one => !one.querySelector("table")).map(one => ({
            text: one.textContent,
            exact: one.closest("td.why, .remark, .text") !== null,
          }));
        }""",
        PLACES,
    )
    by_machine = re.compile(r"(?<![\w.])\d+(\.\d+)?e[+-]?\d+(?!\w)|[(\s]-\d| x \d")
    decimal = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")
    assert len(told) > 1000
    for one in told:
        assert not by_machine.search(one["text"]), one
        numbers = [] if one["exact"] else decimal.findall(one["text"])
        digits = [number.replace(".", "").lstrip("0") for number in numbers]
        assert all(len(each) <= 3 for each in digits), one


def test_one_part_is_shown_that_of_the_address(phone: Visit) -> None:
    page = phone.page
    assert shown(page) == PLACES[:1] and current(page) == f"#{PLACES[0]}"
    for place in reversed(PLACES):
        page.locator(f".parts a[href='#{place}']").click()
        assert page.url.endswith(f"#{place}")
        assert shown(page) == [place] and current(page) == f"#{place}"
        assert page.evaluate("scrollY") == 0
    page.go_back()
    page.locator(f"#{PLACES[1]}").wait_for(state="visible")
    assert shown(page) == [PLACES[1]]
    assert phone.complaints == []


def test_a_link_opens_the_part_that_it_leads_into(phone: Visit) -> None:
    page = phone.page
    page.locator("#part-answer .links a", has_text="Proof").first.click()
    page.locator("#today").wait_for(state="visible")
    assert shown(page) == ["part-methods"]
    box = page.locator("#today").bounding_box()
    # Below the names of the parts, which stay in sight
    assert box is not None and 30 <= box["y"] < 200


def test_a_search_of_the_browser_finds_what_is_hidden(phone: Visit) -> None:
    page = phone.page
    for place in PLACES[1:]:
        assert page.locator(f"#{place}").get_attribute("hidden") == "until-found"
    # What the browser does when it finds something there
    page.evaluate("document.getElementById('part-paper').dispatchEvent(new Event('beforematch'))")
    assert shown(page) == ["part-paper"]


def test_a_search_of_the_systems_opens_their_table(phone: Visit) -> None:
    page = phone.show("systems").page
    rows = page.locator("#systems-table tbody tr")
    assert not rows.first.is_visible()
    page.get_by_label("Search the table").fill("alphago")
    page.locator("#systems-table table").wait_for(state="visible")
    assert 0 < page.locator("#systems-table tbody tr:visible").count() < rows.count()


def test_parts_are_reached_by_keyboard(phone: Visit) -> None:
    page = phone.page
    page.locator(".parts a").nth(1).focus()
    page.keyboard.press("Enter")
    page.locator("#part-paper").wait_for(state="visible")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#part-paper, .parts') !== null")


def test_no_box_scrolls_inside_another(phone: Visit) -> None:
    nested = phone.page.evaluate(
        "[...document.querySelectorAll('.scroll')]"
        ".filter((box) => box.parentElement.closest('.scroll')).length"
    )
    assert nested == 0


def printed(page: Page) -> dict[str, int]:
    """Headings that are printed over nothing, and things that a page may split."""
    return page.evaluate(
        """() => {
          const visible = (one) => one.checkVisibility() && one.getClientRects().length > 0;
          const kinds = "h2, h3, p, li, img, svg, tr, dd";
          const all = [...document.querySelectorAll(kinds)].filter(visible);
          const level = (one) => /^H[23]$/.test(one.tagName) ? Number(one.tagName[1]) : 9;
          const over = all.filter((one, index) => level(one) < 9
            && (index + 1 === all.length || level(all[index + 1]) <= level(one)));
          const avoids = (one, where) => getComputedStyle(one)[where] === "avoid";
          const kept = [...document.querySelectorAll(".card, .question, tr, figure:not(.table)")];
          const split = kept.filter((one) => visible(one) && !avoids(one, "breakInside"));
          const last = all.filter((one) => level(one) < 9 && !avoids(one, "breakAfter"));
          return {
            over_nothing: over.map((one) => one.textContent),
            split: split.length,
            at_the_end: last.length,
          };
        }"""
    )


def test_print_is_a_clean_document(browser: Browser, full_run: Project, tmp_path: Path) -> None:
    page = browser.new_page(viewport=DESKTOP)
    visit = Visit(page, address(full_run)).settled()
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(exist_ok=True)
    for place in PLACES:
        page.emulate_media(media="screen")
        visit.show(place)
        page.emulate_media(media="print")
        for hidden in (".contents", ".parts", "#explorer", ".take", "#systems-table"):
            assert not page.locator(hidden).first.is_visible(), hidden
        assert shown(page) == [place]
        assert printed(page) == {"over_nothing": [], "split": 0, "at_the_end": 0}, place
        page.pdf(path=str(folder / f"{place}.pdf"), format="A4", print_background=True)
        headings = page.locator(f"#{place} :is(h2, h3):visible").all_inner_texts()
        ends = last_lines(folder / f"{place}.pdf")
        assert [end for end in ends if any(text.endswith(end) for text in headings)] == []
    page.close()


def last_lines(pdf: Path) -> list[str]:
    """Last line of text of each page of a file; nothing where pdftotext is not installed."""
    if shutil.which("pdftotext") is None:
        return []
    command = ["pdftotext", "-layout", str(pdf), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [page.strip().splitlines()[-1].strip() for page in text.split("\f") if page.strip()]


def test_all_parts_can_be_printed(phone: Visit) -> None:
    page = phone.page
    page.evaluate("window.print = () => { window.asked = document.documentElement.className; }")
    page.locator(".print-all").click()
    assert page.evaluate("window.asked") == "all-parts"
    page.emulate_media(media="print")
    assert shown(page) == PLACES
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert shown(page) == PLACES[:1]


def test_tables_on_a_phone_need_no_sideways_scrolling(phone: Visit) -> None:
    page = phone.page
    for place in PLACES[1:]:
        phone.show(place)
        page.evaluate(
            "place => { for (const one of document.querySelectorAll(`#${place} details`)) "
            "one.open = true; }",
            place,
        )
    # The chart's tools and the table of systems have a way of their own.
    wide = page.evaluate(
        "[...document.querySelectorAll('.scroll')]"
        ".filter((box) => !box.closest('[aria-labelledby=explorer], #systems-table'))"
        ".filter((box) => box.checkVisibility() && box.scrollWidth > box.clientWidth + 1)"
        ".map((box) => box.textContent.trim().slice(0, 60))"
    )
    assert wide == []
    cell = page.locator("#trends td[data-label^='Growth']").first
    label = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert label == '"Growth (times a year): "'
