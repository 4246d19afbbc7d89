"""What the page says of today, on made-up headlines."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from html_tree import Element, parse
from report_in_memory import FIGURE_FILES

from compute_trends.render.figures.formats import export_figures
from compute_trends.render.head import page_head
from compute_trends.render.report import digest_lead, render_section, report_environment
from compute_trends.render.report_figures import report_figures
from compute_trends.render.report_inputs import ReportFiles, ReportInputs
from compute_trends.render.sections import answer, eras, findings, limits, today
from compute_trends.settings.clean import ExportFile
from compute_trends.tables.dictionary import typed

DATA = "Epoch AI's data of 19 August 2026"
OLD = ExportFile(name="old", path="old.csv", date="2024-07-16")
NEW = ExportFile(name="new", path="new.csv", date="2026-08-19")


def headline(name: str, trend: str, period: str, growth: float | None, **more: Any) -> Any:
    """A row of table headlines on the newest export; its interval is as wide as a tenth."""
    low, high = (None, None) if growth is None else (0.9 * growth, 1.1 * growth)
    return {
        "headline_name": name,
        "title": f"Title of {name}",
        "leads": True,
        "export": "new",
        "vintage": pd.Timestamp(NEW.date),
        "models": "notable",
        "trend": trend,
        "period": period,
        "n": 90,
        "growth_per_year": growth,
        "growth_per_year_ci90_low": low,
        "growth_per_year_ci90_high": high,
        "doubling_time_months": 6.04,
        "doubling_time_months_ci90_low": 5.0,
        "doubling_time_months_ci90_high": 7.5,
        "n_listed": 200,
        "n_with_compute": 90,
        "share_with_compute": 0.45,
    } | more


def rows(frontier: float = 4.3) -> list[Any]:
    since = "2009-12-31/2026-08-19"
    of_old = {"leads": False, "export": "old", "growth_per_year": 9.9}
    return [
        headline("all", "all_from_2010", since, 4.0, **of_old),
        headline("all", "all_from_2010", since, 4.0),
        headline("frontier", "top_10_from_2018", "2017-12-31/2026-08-19", frontier, n=30),
        headline("before", "all_until_2009", "1950-01-01/2009-12-31", 1.5),
    ]


@pytest.fixture
def with_exports(inputs: ReportInputs) -> Any:
    """Inputs with exports and made-up headlines; those of the real data but for these."""

    def made(table: list[Any], *exports: ExportFile) -> ReportInputs:
        clean = inputs.settings.clean.model_copy(update={"exports": list(exports)})
        settings = inputs.settings.model_copy(update={"clean": clean})
        headlines = typed(pd.DataFrame(table), "headlines")
        return replace(inputs, settings=settings, tables={**inputs.tables, "headlines": headlines})

    return made


def shown(inputs: ReportInputs, section: Any = today) -> Element:
    return parse(render_section(report_environment({}, {}), section, section.digest(inputs)))


def head(inputs: ReportInputs) -> Element:
    """The page but for its sections."""
    lead = digest_lead(inputs)
    page = {
        "head": page_head(lead, inputs.settings),
        "changes": None,
        "parts": [],
        "stylesheet": "",
        "script": "",
        "policy": "",
        "archive": "",
    }
    template = report_environment({}, {}).get_template("report.html.jinja")
    return parse(template.render(lead, **page))


def test_a_card_for_each_headline_of_the_newest_data(with_exports: Any) -> None:
    cards = shown(with_exports(rows(), OLD, NEW)).all("article")
    titles = ["Title of all", "Title of frontier", "Title of before"]
    assert [card.one("h3").text for card in cards] == titles
    first, second, third = cards
    assert first.one("p", "big").text == "4.0 times a year, 3.6 to 4.4"
    assert (
        f"Doubling every 6.0 months (5.0 to 7.5): 2010 to 19 August 2026, in {DATA}" in first.text
    )
    known = "90 of 200 notable models of these years have a known training compute (45 %)."
    assert known in first.text and "The trend is of all of them: n = 90." in first.text
    picked = "of those that were among the 10 largest when they were released: n = 30."
    assert picked in second.text
    assert f"1950 to 2009, in {DATA}" in third.text


@pytest.mark.parametrize(
    ("frontier", "words"),
    [
        (4.3, "The intervals overlap: that the frontier grows faster is undecided."),
        (5.5, "The intervals do not meet: the frontier grows faster."),
        (2.0, "The intervals do not meet: the frontier grows slower."),
    ],
)
def test_the_frontier_outgrows_the_rest_only_where_the_intervals_say_so(
    with_exports: Any, frontier: float, words: str
) -> None:
    assert words in shown(with_exports(rows(frontier), NEW)).text


def test_without_an_interval_nothing_is_compared(with_exports: Any) -> None:
    table = rows()
    table[2] |= {"growth_per_year_ci90_low": None, "growth_per_year_ci90_high": None}
    text = shown(with_exports(table, NEW)).text
    assert "no interval" in text and "outgrow" not in text


def test_a_headline_without_numbers_says_why(with_exports: Any) -> None:
    table = rows()
    table[1] |= {"growth_per_year": None, "note": "a trend needs at least three systems, got 2"}
    made = with_exports(table, NEW)
    card = shown(made).all("article")[0]
    assert f"No trend in {DATA}: a trend needs at least three systems, got 2." in card.text
    # The page leads with the next one.
    answered = shown(made, answer).one("p", "answer").text
    assert answered.startswith("Title of frontier: 4.3 times a year")


def test_compute_that_does_not_grow_is_not_said_to_double(with_exports: Any) -> None:
    falling = {"growth_per_year": 0.8, "doubling_time_months": float("inf")}
    card = shown(with_exports([rows()[1] | falling], NEW)).one("article")
    assert "No growth" in card.text and "Doubling" not in card.text


@pytest.mark.parametrize(
    ("export", "words"),
    [
        ({"models": "all"}, f"In {DATA} used here are models."),
        ({"models": "large_scale"}, "large-scale models, chosen by their compute, whose threshold"),
        ({"models": "benchmarked"}, "benchmarked models, chosen because benchmarks list them"),
    ],
)
def test_what_is_no_export_of_notable_models_is_said_so(
    with_exports: Any, export: Any, words: str
) -> None:
    how = {"large_scale": "compute", "benchmarked": "benchmarks", "all": None}[export["models"]]
    made = with_exports([rows()[1] | export | {"selection": how}], NEW.model_copy(update=export))
    assert "These are not notable models." in (text := shown(made).text) and words in text
    assert "These are not" not in shown(with_exports(rows(), NEW)).text


def test_where_systems_are_chosen_the_answer_says_so(with_exports: Any) -> None:
    made = with_exports([rows()[1] | {"selection": "none small"}], NEW)
    text = shown(made).text
    assert "Not known to be a sample of notable models." in text
    assert "notable models, of which none is small" in text
    assert "Its systems: none small." in shown(made, answer).one("p", "answer").text


def test_what_filters_keep_is_said(with_exports: Any) -> None:
    filters = {"notability": "any", "confidence": ["Confident", "Likely"], "versions": "drop"}
    filtered = ExportFile(name="new", path="new.csv", date=NEW.date, filters=filters)
    text = shown(with_exports(rows(), filtered)).text
    kept = "models that meet a criterion of notability; confidence: Confident, Likely"
    assert f"only these are kept: {kept}; versions: drop." in text
    assert "only these are kept" not in shown(with_exports(rows(), NEW)).text


def test_links_lead_to_the_other_rules(with_exports: Any) -> None:
    links = [link.attributes["href"] for link in shown(with_exports(rows(), OLD, NEW)).all("a")]
    rules = {"#newer-data", "#changes", "#findings", "#claims"}
    assert rules <= set(links)
    alone = [link.attributes["href"] for link in shown(with_exports(rows(), NEW)).all("a")]
    assert "#changes" not in alone and "#what-holds" not in alone


def test_the_page_answers_first_with_date_and_interval(with_exports: Any) -> None:
    made = with_exports(rows(), OLD, NEW)
    page, answered = head(made), shown(made, answer).one("p", "answer").text
    assert answered == (
        "Title of all: 4.0 times a year (90 % interval 3.6 to 4.4), doubling every 6.0 months "
        f"(5.0 to 7.5), in {DATA}. Title of frontier: 4.3 times a year (3.9 to 4.7), doubling "
        "every 6.0 months (5.0 to 7.5). Title of before: 1.5 times a year (1.4 to 1.7), doubling "
        "every 6.0 months (5.0 to 7.5)."
    )
    [about] = [one for one in page.all("meta") if one.attributes.get("name") == "description"]
    assert "4.0 times a year" in about.attributes["content"]
    assert DATA in about.attributes["content"]


def test_without_exports_the_page_leads_with_the_paper(inputs: ReportInputs) -> None:
    assert shown(inputs).text.strip() == ""
    answered = shown(inputs, answer)
    first = inputs.settings.render.findings[-1].title
    assert answered.one("p", "answer").text.startswith(f"{first}: ")
    assert "in the paper’s data of 1952 to 2022" in answered.text
    assert "Epoch AI's data of" not in answered.text + head(inputs).text


@pytest.mark.parametrize("section", [findings, eras, limits])
def test_what_is_of_the_paper_leads_on_to_today(
    with_exports: Any, inputs: ReportInputs, section: Any
) -> None:
    def links(made: ReportInputs) -> list[str]:
        return [link.attributes["href"] for link in shown(made, section).all("a")]

    assert "#today" not in links(inputs) and "#today" in links(with_exports(rows(), NEW))


def test_figures_are_described_with_their_numbers(with_exports: Any, files: ReportFiles) -> None:
    made = with_exports(rows(), OLD, NEW)
    images = dict(files.figures)
    names = export_figures(["new"], made.settings.fit.crossed)
    for name, ending in itertools.product(names, FIGURE_FILES):
        images[name + ending] = b""
    figures = report_figures(made, images)
    now, growth, hidden, ahead = (figures[name] for name in names[:4])
    assert now["title"] == f"Training compute in {DATA}"
    assert "Title of all, 90 models: doubles every 6.0 months, 90 %" in now["description"]
    assert "Title of all: 9.9 (old), 4.0 (new)" in growth["description"]
    assert hidden["title"] == "Is it slowing, or hidden?"
    assert ahead["description"].startswith("Forecasts of the largest training compute: the most")
