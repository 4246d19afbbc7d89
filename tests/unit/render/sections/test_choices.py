"""What the page says of choices, on made-up specifications of known growth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import made_up_choices
import pandas as pd
import pytest
from html_tree import Element, parse
from report_in_memory import FIGURE_FILES

from compute_trends.render.figures.formats import choices_figure, export_figures
from compute_trends.render.report import render_section, report_environment
from compute_trends.render.report_figures import report_figures
from compute_trends.render.report_inputs import ReportFiles, ReportInputs
from compute_trends.render.sections import choices, limits, today
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.specifications import Direction
from compute_trends.tables.dictionary import typed

EXPORT = ExportFile(name="new", path="new.csv", date="2026-08-19")
HEADLINE = {
    "export": "new",
    "vintage": pd.Timestamp(EXPORT.date),
    "models": "notable",
    "trend": "all_from_2010",
    "period": "2009-12-31/2026-08-19",
    "n": 50,
    "n_listed": 90,
    "n_with_compute": 50,
    "doubling_time_months": 6.0,
}
FINDING = Direction(
    name="large_slower",
    headline="all",
    choice="population",
    faster="regular",
    slower="large",
    finding="Large-scale systems grow slower than the others",
)
Made = Callable[..., ReportInputs]


@pytest.fixture
def made(inputs: ReportInputs) -> Made:
    """Inputs with an export and made-up specifications of one headline."""

    def changed(
        exports: tuple[ExportFile, ...] = (EXPORT,), crossed: bool = True, **tables: pd.DataFrame
    ) -> ReportInputs:
        settings = inputs.settings
        specifications = settings.fit.specifications
        own = {"all": specifications.headlines["all"]} if crossed else {}
        update = {"headlines": own, "directions": [FINDING]}
        fit = {"specifications": specifications.model_copy(update=update)}
        clean = {"exports": list(exports)}
        settings = settings.model_copy(
            update={
                "fit": settings.fit.model_copy(update=fit),
                "clean": settings.clean.model_copy(update=clean),
            }
        )
        rows = pd.DataFrame([made_up_choices.headline() | HEADLINE])
        given = {"headlines": typed(rows, "headlines")} | made_up_choices.tables() | tables
        systems = pd.DataFrame({"system_id": ["big-model"], "system": ["Big Model"]})
        of_export = {"new": {"systems": systems}}
        return replace(
            inputs, settings=settings, exports=of_export, tables={**inputs.tables, **given}
        )

    return changed


def shown(inputs: ReportInputs, section: Any = choices) -> Element:
    return parse(render_section(report_environment({}, {}), section, section.digest(inputs)))


def test_a_headline_stands_beside_its_specifications(made: Made) -> None:
    text = shown(made()).text
    assert "Models since 2010: 4.0, by other choices" in text
    assert "4.0 times a year (3.7 to 4.3)" in text
    # Six without the running top, slopes 0.599 to 0.701, and three with it, to 0.801
    mild, every = made_up_choices.quantiles().sort_values("curve", ascending=False).iloc
    assert "Without strong options, the middle 90 % of 6 specifications give 4.0 to 5.0" in text
    assert f"of all 9 give 4.0 to {every['growth_per_year_q95']:.1f}" in text
    assert f"half of them more than {mild['growth_per_year_q50']:.1f}" in text
    # Only Theil-Sen from 2010 on all models is slower.
    assert "faster than 17 % of them" in text and "faster than 11 % of them" in text
    # 0.06 over 0.03, and 0.09 over 0.03
    assert "move the number 2.0 and 3.0 times as much as the choice of models does" in text
    assert "Of 12 specifications 3 have no number (fewer than 8 systems)." in text
    assert "3 different sets" in text and "a sample" not in text


def test_what_explains_most_and_what_hardly_anything(made: Made) -> None:
    text = shown(made()).text
    assert "Most on “which models” and “first year” (by themselves 60 and 20 % of" in text
    assert "Hardly (less than 2 %) on “how the line is fitted”." in text


@pytest.mark.parametrize(("share", "words"), [(0.02, "larger"), (0.98, "smaller"), (0.5, None)])
def test_a_headline_at_the_edge_of_its_curve_is_said_to_be_there(
    made: Made, share: float, words: str | None
) -> None:
    table = made_up_choices.quantiles(share_below_own=share)
    text = shown(made(specification_quantiles=table)).text
    assert (f"nearly every other combination makes it {words}." in text) == (words is not None)


def test_a_sample_and_several_reasons_are_told(made: Made) -> None:
    why = "2: fewer than 8 systems; 1: the data state no confidence"
    table = made_up_choices.quantiles(combinations=5000, without_number_why=why)
    text = shown(made(specification_quantiles=table)).text
    assert "a sample of 5 000 combinations" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert f"({why})" in text


def test_the_headline_has_the_digits_that_it_has_everywhere(made: Made) -> None:
    slow = {"growth_per_year": 1.5, "growth_per_year_ci90_low": 1.392}
    rows = pd.DataFrame([made_up_choices.headline() | HEADLINE | slow])
    text = shown(made(headlines=typed(rows, "headlines"))).text
    assert "1.5 times a year (1.4 to 4.3)" in text


def test_tables_of_options_effects_publications_and_models(made: Made) -> None:
    section = shown(made())
    text = section.text
    assert "top 10 strong*" in text and "2010 (the headline's)" in text
    assert "what speaks for theil_sen" in text
    assert "Compute grew 4.6 times a year" in text and "2.0 to 3.0" in text
    # Named where the export knows it, else by its key
    assert "Big Model" in text and "small-model" in text
    assert "Leaving out any single model gives 3.90 to 4.10." in text
    # Long ones are folded.
    folded = [table for details in section.all("details") for table in details.all("table")]
    assert len(folded) == len(section.all("table")) == 4


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ((0.82, 0.86), "Few choices turn it round."),
        ((0.82, 0.7), "The choices decide"),
        ((0.47, 0.57), "The choices decide"),
        ((0.1, 0.2), "Nearly all choices say the opposite."),
    ],
)
def test_how_often_the_direction_of_a_finding_holds(
    made: Made, shares: tuple[float, ...], words: str
) -> None:
    table = made_up_choices.directions(*shares)
    text = shown(made(specification_directions=table)).text
    assert f"{FINDING.finding}: so in {100 * shares[0]:.0f} % of 100 pairs" in text
    assert f"in {100 * shares[1]:.0f} % of the 100 without other strong options" in text
    assert words in text
    assert "no p value" in text


def test_without_pairs_nothing_is_said_of_a_finding(made: Made) -> None:
    table = made_up_choices.directions(None, None)
    assert "survive" not in shown(made(specification_directions=table)).text


def test_without_exports_or_choices_or_numbers_there_is_no_section(
    made: Made, inputs: ReportInputs
) -> None:
    none = made_up_choices.quantiles(with_number=0)
    bare = replace(made(), tables=inputs.tables)
    for given in (inputs, made(exports=()), made(crossed=False), bare):
        assert shown(given).text.strip() == ""
    assert shown(made(specification_quantiles=none)).text.strip() == ""


@pytest.mark.parametrize("section", [today, limits])
def test_other_sections_lead_here_only_where_it_is(made: Made, section: Any) -> None:
    def links(given: ReportInputs) -> list[str]:
        return [link.attributes["href"] for link in shown(given, section).all("a")]

    assert "#choices" in links(made()) and "#choices" not in links(made(crossed=False))


def test_the_figure_is_described_and_stands_in_the_section(made: Made, files: ReportFiles) -> None:
    given = made()
    names = export_figures(["new"], [made_up_choices.NAME])
    images = dict(files.figures) | {name + end: b"" for name in names for end in FIGURE_FILES}
    figures = report_figures(given, images)
    figure = figures[choices_figure("all")]
    assert figure["title"] == "Notable models since 2010: growth by every choice"
    assert "4.0 to" in figure["description"] and figure["files"] == []
    digest = choices.digest(given)
    page = parse(render_section(report_environment(figures, {}), choices, digest))
    assert page.one("img").attributes["alt"] == figure["description"]
