from __future__ import annotations

from typing import Any

import pandas as pd

from compute_trends.common.records import Record
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections.exports import digest
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import typed


def digest_of(settings: Settings, *claims: Record, **changes: list[Record]) -> Record:
    """Digest of claims and of changes between two vintages, without any export's tables."""
    pair = {"before": "old", "after": "new"}
    tables = {
        f"changed_{name}": typed(pd.DataFrame([pair | row for row in rows]), f"changed_{name}")
        for name, rows in changes.items()
    }
    tables["export_claims"] = typed(pd.DataFrame(list(claims)), "export_claims")
    return digest(ReportInputs(tables=tables, settings=settings))


def row(status: str, before: float | None, after: float | None) -> dict[str, Any]:
    return {
        "status": status,
        "training_compute_flop_before": before,
        "training_compute_flop_after": after,
        "is_system_before": before is not None,
        "is_system_after": after is not None,
    }


def test_without_exports_there_is_nothing_but_what_is_not_measured(settings: Settings) -> None:
    digested = digest_of(
        settings, {"claim_id": "a", "export": "none"}, {"claim_id": "b", "export": "e"}
    )
    assert digested["exports"] == [] and digested["changes"] == []
    assert [claim["claim_id"] for claim in digested["unmeasured"]] == ["a"]
    assert [claim["claim_id"] for claim in digested["claims"]] == ["b"]


def test_changes_are_counted(settings: Settings) -> None:
    flop = {"column": "training_compute_flop"}
    [pair] = digest_of(
        settings,
        rows=[
            row("kept", 1e20, 1e20),
            row("kept", 1e20, 5e22),
            row("renamed", 1e20, 2e20),
            row("kept", None, 1e19),
            row("added", None, 1e25),
            row("added", None, None),
            row("removed", 1e10, None),
        ],
        values=[
            flop | {"change": "restated", "factor": 2.0, "system": "Twice"},
            flop | {"change": "restated", "factor": 0.002, "system": "Less"},
            flop | {"change": "given", "system": "Given"},
            {"column": "epochs", "change": "withdrawn", "system": "Other", "after_row": 4},
        ],
        columns=[{"status": "kept"}, {"status": "added", "header_after": "New"}],
        trends=[{"trend": "t", "headline": "T."}],
    )["changes"]
    assert (pair["n_both"], pair["n_restated"], pair["n_tenfold"]) == (3, 2, 1)
    assert (pair["given"], pair["withdrawn"]) == (1, 0)
    assert (pair["n_new"], pair["n_gone"]) == (1, 1)
    assert pair["statuses"] == {"kept": 3, "added": 2, "renamed": 1, "removed": 1}
    assert [value["system"] for value in pair["restated"]] == ["Less", "Twice"]
    assert [column["header_after"] for column in pair["columns"]] == ["New"]
    epochs = next(line for line in pair["by_column"] if line["column"] == "epochs")
    assert (epochs["restated"], epochs["given"], epochs["withdrawn"]) == (0, 0, 1)


def test_only_as_many_rows_are_listed_as_the_config_says(settings: Settings) -> None:
    listed = settings.render.exports.listed
    [pair] = digest_of(
        settings,
        rows=[row("added", None, 10.0**number) for number in range(1, listed + 6)],
        values=[],
        columns=[],
        trends=[],
    )["changes"]
    assert len(pair["new"]) == listed
    assert pair["new"][0]["training_compute_flop_after"] == 10.0 ** (listed + 5)
