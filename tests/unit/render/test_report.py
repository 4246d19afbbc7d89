from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from html_tree import Element, as_read, parse
from report_in_memory import FIGURE_FILES

from compute_trends.render.page import web_address
from compute_trends.render.report import (
    flop,
    powers,
    printed_flop,
    ratio,
    render_report,
    report_environment,
)
from compute_trends.render.report_inputs import ReportFiles, ReportInputs
from compute_trends.settings.models import Settings


def changed(inputs: ReportInputs, settings: Settings, **tables: pd.DataFrame) -> ReportInputs:
    return replace(inputs, settings=settings, tables={**inputs.tables, **tables})


def having(settings: Settings, section: str, **values: Any) -> Settings:
    """Settings with other values in one section."""
    changed = getattr(settings, section).model_copy(update=values)
    return settings.model_copy(update={section: changed})


def test_numbers_as_shown() -> None:
    assert as_read(flop(29253.2)) == "2.9\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10^4"
    assert as_read(printed_flop("3e4")) == "3\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10^4"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.5, "0.5"),
        (0.0098, "9.8\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10^-3"),
        (15.2, "15"),
        (99.7, "100"),
    ],
)
def test_ratios_as_shown(value: float, shown: str) -> None:
    assert as_read(ratio(value)) == shown


def test_only_addresses_of_the_web_become_links() -> None:
    assert web_address("https://example.org/a") == "https://example.org/a"
    assert web_address("javascript:alert(1)") is None
    assert web_address(None) is None


def test_a_page_without_findings_and_corrections(inputs: ReportInputs, files: ReportFiles) -> None:
    settings = having(inputs.settings, "render", findings=[])
    corrections = inputs.tables["corrections"].iloc[:0]
    page = parse(render_report(changed(inputs, settings, corrections=corrections), files))
    assert "We corrected 0 annotated values" in page.text


def test_figures_are_inside_the_page(page: Element, html: str, inputs: ReportInputs) -> None:
    render = inputs.settings.render
    for name in [figure.name for figure in (*render.figures, *render.comparisons)]:
        shown = page.by_id(name)
        for ending, place in FIGURE_FILES.items():
            held = base64.b64encode(f"{name} as {ending}".encode()).decode()
            values = [element.attributes.get(place, "") for element in shown]
            pattern = rf"data:[a-z/+]+;base64,{re.escape(held)}"
            assert any(re.fullmatch(pattern, value) for value in values), ending
    assert 'src="http' not in html


def test_tables_can_be_saved_from_the_page(page: Element) -> None:
    link = page.by_id("table3").one("p", "take").one("a")
    assert (link.attributes["download"], link.text) == ("table3.csv", "CSV")
    assert link.attributes["data-file"] == "table3.csv"
    held = zlib.decompress(base64.b64decode(page.by_id("archive").text))
    assert json.loads(held) == {"table3.csv": "n\n1\n"}


def test_captions_say_how_many_systems_are_named(page: Element) -> None:
    assert "90 of 100 systems are named" in page.by_id("figure3").text
    assert "systems are named" not in page.by_id("figure1").text


def test_only_published_values_are_shown_as_such(inputs: ReportInputs, files: ReportFiles) -> None:
    figures = [one for one in inputs.settings.render.figures if one.basis == "published"]
    settings = having(inputs.settings, "fit", bases=["published"])
    settings = having(settings, "render", figures=figures)
    tables = {
        name: table[table["basis"] == "published"]
        for name, table in inputs.tables.items()
        if name in ("scores", "trends", "members", "table1")
    }
    page = parse(render_report(changed(inputs, settings, **tables), files)).text
    for words in ("rows marked “re-derived”", "On re-derived compute", "Still below"):
        assert words not in page


def test_without_claims_and_other_methods_nothing_points_to_them(
    inputs: ReportInputs, files: ReportFiles
) -> None:
    settings = having(inputs.settings, "fit", other_methods=[])
    tables = {
        name: inputs.tables[name].iloc[:0]
        for name in ("claims", "robust", "coverage", "parameters")
    }
    page = parse(render_report(changed(inputs, settings, **tables), files))
    assert "#claims" not in [link.attributes.get("href") for link in page.all("a")]
    assert "Can the intervals be trusted?" not in page.text
    assert "Checks:" not in page.text


def test_every_part_of_the_page_is_in_the_contents(page: Element) -> None:
    links = [link for contents in page.all("nav", "contents") for link in contents.all("a")]
    entries = [link.attributes["href"].removeprefix("#") for link in links]
    headings = [
        element.attributes["id"]
        for element in page
        if element.tag == "h2" and "id" in element.attributes
    ]
    # The first part is one screen after the other, and needs no contents.
    answers = [
        one.attributes["id"]
        for one in page.by_id("part-answer").all("h2")
        if "id" in one.attributes
    ]
    assert entries == headings[len(answers) :]
    assert entries[0] == "findings" and len(entries) == len(set(entries))


def test_links_within_the_page_lead_somewhere(page: Element) -> None:
    identities = [element.attributes["id"] for element in page if "id" in element.attributes]
    assert len(identities) == len(set(identities))
    addresses = {link.attributes.get("href", "") for link in page.all("a")}
    targets = {address[1:] for address in addresses if address.startswith("#")}
    assert targets <= set(identities)


def test_captions_are_numbered_once(page: Element) -> None:
    places = [*page.all("figcaption"), *page.all("summary")]
    captions = [caption.all("b")[0].text for caption in places if caption.all("b")]
    for word in ("Figure", "Table"):
        numbers = [
            int(match[1]) for text in captions if (match := re.match(rf"{word} (\d+)\.$", text))
        ]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_one_script_may_run_and_it_is_the_pages_own(page: Element) -> None:
    [script] = [one for one in page.all("script") if "type" not in one.attributes]
    digest = base64.b64encode(hashlib.sha256(script.raw_text.encode()).digest()).decode()
    [policy] = [
        meta.attributes["content"]
        for meta in page.all("meta")
        if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    allowed = dict(part.split(" ", 1) for part in policy.split("; "))
    assert allowed["default-src"] == "'none'"
    assert allowed["script-src"] == f"'sha256-{digest}'"
    assert "connect-src" not in allowed


def test_numbers_in_texts_are_written_as_everywhere() -> None:
    assert as_read(powers("2.7e7 <here>, v1e3x")) == (
        "2.7\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10^7 <here>, v1e3x"
    )
    assert powers(None) == ""
    fixed = report_environment({}, {}).filters["fixed"]
    assert (fixed(-0.25, 2), fixed(None)) == ("\N{MINUS SIGN}0.25", "")
