from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from html_tree import parse

from compute_trends.common.records import Record
from compute_trends.render.report import render_section, report_environment
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections import SECTIONS
from compute_trends.render.sections.what_holds import digest
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import typed

[SECTION] = [one for one in SECTIONS if one.__name__.endswith(".what_holds")]
EXPORT = ExportFile(name="late", path="late.csv", date="2026-08-19")


def claim(claim_id: str, subject: str, verdict: str, **changes: Any) -> Record:
    return {
        "claim_id": claim_id,
        "study": "The paper",
        "claim": f"Statement {claim_id}",
        "basis": "published",
        "export": "late",
        "subject": subject,
        "quantity": "doubling_time_months",
        "value": 6.0,
        "value_ci90_low": 5.0,
        "value_ci90_high": 7.5,
        "window": "2009-12-31/2022-02-01, n = 95",
        "verdict": verdict,
        "why": f"{verdict} of {subject}.",
    } | changes


def inputs_of(
    settings: Settings, own: list[Record], today: list[Record], *, exports: bool = True
) -> ReportInputs:
    """Statements on the paper's data and on an export, with what both say of eras and scale."""
    lead = settings.fit.eras.lead.model_dump()
    eras = [
        lead | {"dataset": dataset, "question": question, "verdict": verdict, "n": n, "why": "E."}
        for dataset, n, verdict in (
            (lead["dataset"], 118, "undecided"),
            ("late", 520, "consistent"),
        )
        for question in ("break_1", "break_2", "number")
    ]
    groups = [("paper_tables", "2015/2022"), ("late", "2015/2022"), ("late", "2015/2026")]
    populations = [
        {"dataset": dataset, "period": period, "verdict": "undecided", "n": 79, "why": "P."}
        for dataset, period in groups
    ]
    clean = settings.clean.model_copy(update={"exports": [EXPORT] if exports else []})
    tables = {
        "claims": own,
        "export_claims": today,
        "era_verdicts": eras,
        "populations": populations,
    }
    return ReportInputs(
        tables={name: typed(pd.DataFrame(rows), name) for name, rows in tables.items()},
        settings=settings.model_copy(update={"clean": clean}),
    )


@pytest.fixture
def inputs(settings: Settings) -> ReportInputs:
    own = [
        claim("open", "from_2010_regular", "undecided"),
        claim("closed", "until_2009", "undecided"),
        claim("gone", "from_2015_large", "consistent"),
        claim("open", "from_2010_regular", "rejected", basis="estimated"),
        claim("other", "until_2009", "rejected", study="Somebody"),
        claim("unasked", "records_until_2009", "rejected"),
    ]
    today = [
        claim("open", "from_2010_regular", "consistent"),
        claim("open", "from_2010_regular_continued", "established", value=5.5),
        claim("closed", "until_2009", "undecided"),
        claim("gone", "from_2015_large", "consistent"),
        claim("gone", "from_2015_large_continued", "rejected"),
        claim("other", "until_2009", "rejected", study="Somebody"),
        claim("closed", "until_2009", "rejected", export="earlier"),
    ]
    return inputs_of(settings, own, today)


def test_each_statement_stands_on_its_own_data_then_and_now(inputs: ReportInputs) -> None:
    growth = digest(inputs)["statements"][:3]
    places = [
        [row[place] and row[place]["verdict"] for place in ("own", "then", "now")] for row in growth
    ]
    assert places == [
        ["undecided", "consistent", "established"],
        ["undecided", "undecided", None],
        ["consistent", "consistent", "rejected"],
    ]
    assert [row["why"] for row in growth] == [
        "established of from_2010_regular_continued.",
        "undecided of until_2009.",
        "rejected of from_2015_large_continued.",
    ]


def test_what_is_settled_and_what_is_rejected_is_told(inputs: ReportInputs) -> None:
    digested = digest(inputs)
    # One statement on growth and three on eras
    assert digested["settled"] == 1 + 3
    assert digested["rejected"] == ["Statement gone"]
    assert dict(digested["counts"]["now"]) == {
        "established": 1, "consistent": 3, "undecided": 1, "rejected": 1
    }  # fmt: skip
    page = parse(render_section(report_environment({}, {}), SECTION, digested))
    assert "It rejects these: Statement gone." in page.one("p", "lead").text
    assert "its own data leave 6 undecided" in page.one("p", "lead").text
    [table] = page.all("table")
    assert len(table.all("tbody")) == 3 + 3 + 1
    assert "5.5 (5.0 to 7.5) months; n = 95" in table.text


def test_that_nothing_is_settled_or_rejected_is_told(inputs: ReportInputs) -> None:
    digested = digest(inputs) | {"settled": 0, "rejected": []}
    page = parse(render_section(report_environment({}, {}), SECTION, digested))
    assert "settles none of these. It rejects none." in page.one("p", "lead").text


def test_eras_and_large_scale_are_asked_of_the_export_that_leads(inputs: ReportInputs) -> None:
    *_, first, second, number, large = digest(inputs)["statements"]
    assert first["claim"].startswith("In January 2010 ")
    assert second["claim"].startswith("In September 2015 ")
    assert {row["now"]["dataset"] for row in (first, second, number, large)} == {"late"}
    assert large["then"]["period"] == "2015/2022" and large["now"]["period"] == "2015/2026"


def test_without_an_export_there_is_no_section(settings: Settings) -> None:
    digested = digest(inputs_of(settings, [], [], exports=False))
    assert digested["statements"] == []
    assert not render_section(report_environment({}, {}), SECTION, digested).strip()
