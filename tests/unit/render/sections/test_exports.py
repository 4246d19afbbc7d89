from __future__ import annotations

from typing import Any

import pandas as pd

from compute_trends.common.records import Record
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections.exports import EXPORT_TABLES, digest, leading_trends
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import typed

YEARS = ("2021", "2022", "2023")


def digest_of(settings: Settings, *claims: Record, **models: str) -> Record:
    """Digest of claims on exports, of names ``e2021`` and so on, of which nothing else is known."""
    exports = [
        ExportFile(name=name, path=name, date=f"{name[1:]}-01-01", models=of)
        for name, of in models.items()
    ]
    clean = settings.clean.model_copy(update={"exports": exports})
    nothing = {name: typed(pd.DataFrame(), name) for name in EXPORT_TABLES}
    inputs = ReportInputs(
        tables={"export_claims": typed(pd.DataFrame(list(claims)), "export_claims")},
        settings=settings.model_copy(update={"clean": clean}),
        exports={export.name: nothing for export in exports},
    )
    return digest(inputs)


def test_without_exports_there_is_nothing_but_what_is_not_measured(settings: Settings) -> None:
    digested = digest_of(
        settings, {"claim_id": "a", "export": "none"}, {"claim_id": "b", "export": "e"}
    )
    assert digested["lead"] is None and digested["others"] == digested["trends"] == []
    assert [claim["claim_id"] for claim in digested["unmeasured"]] == ["a"]
    assert [claim["claim_id"] for claim in digested["claims"]] == ["b"]


def test_the_newest_of_notable_models_leads_and_the_others_follow_it(settings: Settings) -> None:
    digested = digest_of(settings, e2021="notable", e2022="notable", e2023="all")
    assert digested["lead"]["name"] == "e2022"
    assert [export["name"] for export in digested["others"]] == ["e2023", "e2021"]
    assert [export["name"] for export in digested["notable"]] == ["e2021"]


def test_what_was_taken_for_granted_in_reading_is_told(settings: Settings) -> None:
    export = ExportFile(name="mine", path="a.csv", date="2022-01-01")
    clean = settings.clean.model_copy(update={"exports": [export]})
    nothing = {name: typed(pd.DataFrame(), name) for name in EXPORT_TABLES}
    reading = {"header": "Date", "column": "publication_date", "status": "read", "reading": "so"}
    nothing["export_columns"] = typed(
        pd.DataFrame([reading | {"number": 1, "filled": 1}]), "export_columns"
    )
    inputs = ReportInputs(
        tables={"export_claims": typed(pd.DataFrame(), "export_claims")},
        settings=settings.model_copy(update={"clean": clean}),
        exports={"mine": nothing},
    )
    assert digest(inputs)["lead"]["readings"] == ["Date: so"]


def test_statements_have_their_verdicts_by_export_and_those_of_the_paper_stand_elsewhere(
    settings: Settings,
) -> None:
    claims = [
        {"claim_id": name, "study": study, "export": f"e{year}", "value": float(year)}
        for name, study in (("a", "Epoch AI"), ("b", "The paper"))
        for year in YEARS
    ]
    [claim] = digest_of(settings, *claims)["claims"]
    assert claim["claim_id"] == "a"
    assert {name: row["value"] for name, row in claim["rows"].items()} == {
        f"e{year}": float(year) for year in YEARS
    }


def trends_on(year: str, *, models: str = "notable", **growth: float | None) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            "export": f"e{year}",
            "vintage": pd.Timestamp(f"{year}-01-01"),
            "models": models,
            "trend": name,
            "growth_per_year": value,
        }
        for name, value in growth.items()
    ]
    return typed(pd.DataFrame(rows), "export_trends")


def test_each_trend_is_shown_beside_the_first_vintage_of_the_same_models() -> None:
    tables = {
        "e2020": trends_on("2020", models="all", a=9.0, b=9.0),
        "e2021": trends_on("2021", a=None, b=2.0),
        "e2022": trends_on("2022", a=3.0, b=4.0),
        "e2023": trends_on("2023", a=5.0, b=6.0, c=7.0),
        "e2024": trends_on("2024", models="all", a=8.0, d=8.0),
    }
    rows = leading_trends(
        {name: {"export_trends": table} for name, table in tables.items()}, {"name": "e2023"}
    )
    first = {row["now"]["trend"]: row["first"] and row["first"]["growth_per_year"] for row in rows}
    assert [row["now"]["growth_per_year"] for row in rows] == [5.0, 6.0, 7.0]
    assert first == {"a": 3.0, "b": 2.0, "c": None}
