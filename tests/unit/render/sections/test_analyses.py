from __future__ import annotations

import pandas as pd

from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections.analyses import digest
from compute_trends.settings.models import Settings

from ..conftest import ShowSection

Tables = dict[str, pd.DataFrame]


def test_the_appendices_lead_to_their_tables(show: ShowSection, tables: Tables) -> None:
    """To those that the page has."""
    some = tables["published_tables"].query("table < 8")
    for published, expected in ((tables["published_tables"], [6, 7, 8, 9]), (some, [6, 7])):
        section = show("analyses", published_tables=published)
        links = [link.attributes.get("href") for link in section.all("a")]
        assert [number for number in range(2, 10) if f"#table{number}" in links] == expected


def test_each_figure_is_shown_once(show: ShowSection, settings: Settings) -> None:
    names = [figure.name for figure in settings.render.figures]
    for name in names:
        places = [section for section in ("eras", "analyses") if show(section).has(name)]
        assert len(places) == 1, name


def test_a_figure_that_no_analysis_knows_comes_last(inputs: ReportInputs) -> None:
    first = inputs.settings.render.figures[0]
    figures = [
        first.model_copy(update={"name": name}) for name in ("own", "figure8", "figure1_estimated")
    ]
    render = inputs.settings.render.model_copy(update={"figures": figures})
    settings = inputs.settings.model_copy(update={"render": render})
    tables = {**inputs.tables, "trends": inputs.tables["trends"].query("table == 3")}
    digested = digest(ReportInputs(tables=tables, settings=settings))["analyses"]
    assert [(row["id"], list(row["charts"])) for row in digested] == [
        ("thresholds", ["figure8"]),
        # Without figure 1 the section of the eras is not there to show its companion.
        ("more-figures", ["own", "figure1_estimated"]),
    ]


def test_growth_per_year_is_not_shown_as_a_code(show: ShowSection, tables: Tables) -> None:
    claim = tables["claims"].iloc[:1].assign(quantity="growth_per_year", why="4.2 here")
    section = show("analyses", claims=claim)
    assert section.containing("td", "4.2 here").text == "4.2 here"
    assert "factor of growth per year" in section.containing("th", "source").text


def test_a_claim_is_printed_once_with_every_measurement(show: ShowSection, tables: Tables) -> None:
    section, claims = show("analyses"), tables["claims"]
    stated = [row for row in section.all("th") if row.attributes.get("scope") == "rowgroup"]
    assert len(stated) == claims["claim_id"].nunique()
    verdicts = [word.text for word in section.all("span", "verdict")]
    assert verdicts == claims["verdict"].to_list()
