"""Small exports that were misread once, each of a kind, through every stage up to the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pipeline import ExportRun, PaperRun
from project import TINY

from compute_trends.checks.claims import export_claims_table
from compute_trends.render.sections import exports as section
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.models import Settings

HEADER = (
    "Model,Organization,Publication date,Domain,Parameters,Training compute (FLOP),"
    "Training compute cost (2023 USD),{size},{criteria}"
)
TOTAL = "Training dataset size (total)"
DEPRECATED = "(DEPRECATED) Training dataset size (datapoints)"
# log10 FLOP of eighteen systems of 2001 to 2006, of which none is below a threshold that rises
LARGE = [23.0, 23.3, 23.5] * 2 + [24.0, 24.3, 24.5] * 2 + [25.0, 25.3, 25.5] * 2


@pytest.fixture(scope="module")
def tiny_settings() -> Settings:
    """The config of the tiny project."""
    return PaperRun.of_folder(TINY).settings


def made(
    path: Path,
    log_flop: list[float],
    *,
    cells: str = ",,SOTA improvement",
    size: str = TOTAL,
    criteria: str = "Notability criteria",
) -> Path:
    """An export with three systems a year from 2001 on; ``cells``: those behind the compute."""
    lines = [HEADER.format(size=size, criteria=criteria)]
    lines += [
        f"Net {n},Lab,{2001 + n // 3}-0{1 + n % 3}-15,Language,1e9,{10**log:g},{cells}"
        for n, log in enumerate(log_flop)
    ]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def run(path: Path, settings: Settings, **record: Any) -> ExportRun:
    export = ExportFile(**{"name": "case", "path": str(path), "date": "2026-03-07"} | record)
    return ExportRun(export, settings, TINY / "raw")


def remarks(case: ExportRun) -> dict[str, Any]:
    """What the page says of the export."""
    return section._counts({name: case[name] for name in section.EXPORT_TABLES})


def test_dollar_cost(tmp_path: Path, tiny_settings: Settings) -> None:
    cells = '"$3,982,638.51",,SOTA improvement'
    case = run(made(tmp_path / "a.csv", [18, 19, 20, 21, 22], cells=cells), tiny_settings)
    costs = case["export_attributes"]["training_compute_cost_2023_usd"]
    assert costs.tolist() == [3982638.51] * 5 and case["export_unread"].empty


def test_large_scale_size_header(tmp_path: Path, tiny_settings: Settings) -> None:
    path = made(tmp_path / "a.csv", [23.8, 24.1, 24.4, 24.7, 25], cells=",1e12,x", size=DEPRECATED)
    case = run(path, tiny_settings, models="large_scale")
    # Older than the Transformer: no system without a count is without a reason.
    told = set(case["export_inputs"]["system_id"]) | set(case["export_left_out"]["system_id"])
    assert told == set(case["systems"]["system_id"]) and len(told) == 5
    assert remarks(case)["deprecated"] == [DEPRECATED]
    path.write_text(path.read_text(encoding="utf-8").replace(",200", ",202"), encoding="utf-8")
    inputs = run(path, tiny_settings, models="large_scale")["export_inputs"]
    assert inputs["confidence"].tolist() == ["speculative"] * 5


def test_unnamed_columns(
    tmp_path: Path, tiny_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    path = made(tmp_path / "a.csv", [18, 19, 20, 21, 22])
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join([f"{header},,,", *(f"{row},stray,,x" for row in rows), ""])
    path.write_text(text, encoding="utf-8")
    told = remarks(run(path, tiny_settings))
    assert told["nameless"] == "2 columns without a name" and told["unknown"] == []
    assert caplog.text.count("2 columns without a name, not read") == 1
    assert "nan" not in caplog.text


@pytest.mark.parametrize(
    ("record", "changes", "selection"),
    [
        ({"models": "large_scale"}, {"cells": ",,Training cost"}, "compute"),
        ({"models": "notable"}, {"cells": ",,Training cost"}, "none small"),
        ({"models": "notable"}, {"criteria": "Mood", "low": True}, "no criteria"),
        ({"models": "notable"}, {"criteria": "INCLUSION  Criteria", "low": True}, None),
    ],
)
def test_selected_by_compute(
    tmp_path: Path,
    tiny_settings: Settings,
    record: dict[str, str],
    changes: dict[str, Any],
    selection: str | None,
) -> None:
    low = changes.pop("low", False)
    log_flop = [log - 10 for log in LARGE] if low else LARGE
    case = run(made(tmp_path / "a.csv", log_flop, **changes), tiny_settings, **record)
    trends = case["export_trends"]
    assert trends["growth_per_year"].notna().any()
    assert remarks(case)["chosen"] == selection
    assert set(trends["selection"].dropna()) == ({selection} if selection else set())
    stated = {"subject": "all_2001_2012", "quantity": "growth_per_year", "about": "all"}
    claims = pd.DataFrame(
        [{"claim_id": "c", "study": "S", "claim": "C", "low": 1.0, "high": 2.0} | stated]
    ).assign(source_url="https://example.org", source_locator="p")
    table = export_claims_table(
        claims, pd.DataFrame({"trend": []}), [trends], verdicts=tiny_settings.fit.verdicts
    )
    assert (table["verdict"] == "not measured").all() == (selection is not None)
