"""What the page offers to cite, on made-up numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from html_tree import Element, parse
from made_up_headlines import NEW, cited, row
from pipeline import changed

from compute_trends.render.citation import Run
from compute_trends.render.report import render_section, report_environment
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections import cite
from compute_trends.settings.clean import ExportFile
from compute_trends.tables.dictionary import typed


def shown(inputs: ReportInputs) -> Element:
    return parse(render_section(report_environment({}, {}), cite, cite.digest(inputs)))


def cells(inputs: ReportInputs) -> pd.DataFrame:
    """Each rule of the config in each of its windows; the last has no interval."""
    rows = [
        row() | {"rule": rule.name, "window": window.name, "label": trend.label, "n": n}
        for n, (rule, window, trend) in enumerate(
            inputs.settings.fit.exports.rule_table.cells, start=100
        )
    ]
    ends = dict.fromkeys(("growth_per_year_ci90_low", "growth_per_year_ci90_high"))
    rows[-1] |= {"note": "no interval: fewer than 8 systems", **ends}
    return typed(pd.DataFrame(rows), "rules_by_window")


@pytest.fixture
def today(inputs: ReportInputs) -> ReportInputs:
    """Inputs with an export and two made-up headlines; those of the real data but for these."""
    settings = changed(inputs.settings, "clean.exports", [NEW])
    frontier = row(headline_name="frontier", title="The frontier", trend="top_10_from_2018", n=75)
    headlines = typed(pd.DataFrame([row(), frontier]), "headlines")
    tables = {**inputs.tables, "headlines": headlines, "rules_by_window": cells(inputs)}
    return replace(inputs, settings=settings, tables=tables)


def copied(section: Element) -> dict[str, str]:
    """Text that each button copies, by the id of the element that holds it."""
    buttons = [one.attributes["data-copy"] for one in section.all("button")]
    return {name: section.by_id(name).raw_text for name in buttons}


def test_a_card_and_one_button_for_each_headline(today: ReportInputs) -> None:
    section = shown(today)
    cards = section.all("article")
    titles = ["Notable models since 2010", "The frontier"]
    assert [card.one("h3").text.removesuffix(" #") for card in cards] == titles
    rows = [row(), row(headline_name="frontier", title="The frontier", trend="top_10_from_2018")]
    rows[1]["n"] = 75
    about = today.provenance
    run = Run(about["environment"]["compute-trends"], about["fingerprint"], "")
    expected = cited(today.settings, *rows, seed=today.settings.seed, run=run)
    for card, one in zip(cards, expected, strict=True):
        assert card.all("p")[0].text == one["sentence"]
        [button] = card.all("button")
        # What the file holds, character for character
        assert copied(section)[button.attributes["data-copy"]] == one["citation"]
        assert card.one("details").by_id(button.attributes["data-copy"])


def test_cards_link_only_where_the_report_is_published(today: ReportInputs) -> None:
    address = "https://example.org/trends.html"
    published = replace(today, settings=changed(today.settings, "render.address", address))
    assert f"Where: {address}#cite-all" in copied(shown(published))["cite-all-text"]
    assert shown(published).by_id("cite-all").tag == "h3"
    links = {link.attributes["href"] for link in shown(published).all("a")}
    assert address in links
    alone = shown(today)
    fingerprint = today.provenance["fingerprint"][:12]
    assert f"Where: this file, fingerprint {fingerprint}" in copied(alone)["cite-all-text"]
    assert "example.org" not in alone.raw_text


def test_another_rule_has_growth_interval_and_n_in_each_window(today: ReportInputs) -> None:
    section = shown(today)
    settings = today.settings.fit.exports.rule_table
    [table] = section.all("table")
    head, *body = table.all("tr")
    labels = [window.label for window in settings.windows]
    assert [cell.text for cell in head.all("th")] == ["Rule", *labels, "Copy"]
    assert [line.all("th")[0].text for line in body] == [rule.label for rule in settings.rules]
    assert body[0].all("td")[0].text == "4.3 4.0 to 4.6 n 100"
    assert body[-1].all("td")[-2].text.startswith("4.3 no interval n ")
    text = copied(section)[f"rule-{settings.rules[0].name}"]
    assert len(text.splitlines()) == 1 + len(labels) + 3
    assert "no outlier left out" in text.splitlines()[0] and "n = 100;" in text


def test_without_exports_the_paper_is_cited(inputs: ReportInputs) -> None:
    section = shown(inputs)
    assert not section.all("article") and not section.all("table")
    assert copied(section) == {"references": inputs.references}
    assert "Cite this report with its version" in section.text


@pytest.mark.parametrize("nothing", [{"rules": []}, {"windows": []}])
def test_without_rules_nothing_is_said_of_them(today: ReportInputs, nothing: Any) -> None:
    tables = {**today.tables, "rules_by_window": today.tables["rules_by_window"].head(0)}
    exports = today.settings.fit.exports
    table = exports.rule_table.model_copy(update=nothing)
    settings = changed(today.settings, "fit.exports.rule_table", table)
    section = shown(replace(today, tables=tables, settings=settings))
    assert "Another rule" not in section.text and section.all("article")


def test_filters_of_the_export_are_among_what_is_copied(today: ReportInputs) -> None:
    filtered = ExportFile(name="new", path="n.csv", date=NEW.date, filters={"versions": "drop"})
    settings = changed(today.settings, "clean.exports", [filtered])
    text = copied(shown(replace(today, settings=settings)))["cite-all-text"]
    assert "of the export only these are kept: versions: drop" in text
