"""Small exports that were misread once, each of a kind, through every stage up to the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pipeline import ExportRun, PaperRun
from project import TINY

from compute_trends.checks.claims import export_claims_table
from compute_trends.common.problems import InputError
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


def american(path: Path, *others: str) -> Path:
    """An export whose dates are m/d/y, with more dates as they are; days of March and up to 28."""
    days = [*(f"0{1 + n % 9}/{15 + n % 14}/{2001 + n // 4}" for n in range(20)), "03/04/2004"]
    lines = [
        HEADER.format(size=TOTAL, criteria="Notability criteria"),
        *(
            f"Net {n},Lab,{day},Language,1e9,{n + 1}e18,,,"
            for n, day in enumerate((*days, *others))
        ),
        "",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_dates_with_the_month_first(
    tmp_path: Path, tiny_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    case = run(american(tmp_path / "a.csv"), tiny_settings)
    days = case["systems"].set_index("system")["publication_date"].dt.strftime("%Y-%m-%d")
    assert len(days) == 21 and case["excluded"].empty and case["export_unread"].empty
    assert (days["Net 0"], days["Net 20"]) == ("2001-01-15", "2004-03-04")
    assert case["export_columns"]["reading"].isna().all() and "set dates" not in caplog.text


def test_one_date_with_the_day_first_swaps_no_other_and_loses_no_row(
    tmp_path: Path, tiny_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    path = american(tmp_path / "a.csv", "13/05/2004")
    with pytest.raises(InputError) as error:
        run(path, tiny_settings)["systems"]
    told = str(error.value)
    assert "20 dates that can only be m/d/y (row 2: 01/15/2001, row 3: 02/16/2001" in told
    assert "and 1 date that can only be d/m/y (row 23: 13/05/2004)" in told
    assert "set dates: m/d/y in the record of this file in clean.exports" in told
    # The hint, typed back: one row is left out, and that is told.
    case = run(path, tiny_settings, dates="m/d/y")
    assert len(case["systems"]) == 21
    assert case["excluded"]["reason"].tolist() == ["publication date cannot be read"]
    assert "rows left out, because their publication date cannot be read: row 23: 13/05/2004" in (
        caplog.text
    )
    assert case["export_columns"]["reading"].dropna().tolist() == [
        "1 cannot be read as m/d/y, which is stated (row 23: 13/05/2004)"
    ]
    with pytest.raises(InputError, match=r"which dates states .*; set dates: m/d/y"):
        run(path, tiny_settings, dates="d/m/y")["systems"]


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2004-00-13", "row 23, column Publication date: found '2004-00-13', expected a date wit"),
        ("0222-01-01", "row 23, column Publication date: found '0222-01-01'"),
        ("2202-01-01", "row 23, column Publication date: found '2202-01-01'"),
        ("20222", "row 23, column Publication date: found '20222'"),
        ("2062-01-01", "found '2062-01-01', expected at most 2031-03-07; if it is right, change"),
        ("1914-01-01", "found '1914-01-01', expected at least 1943-01-01; if it is right, chang"),
    ],
)
def test_a_date_with_a_slip_stops(
    tmp_path: Path, tiny_settings: Settings, day: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        run(american(tmp_path / "a.csv", day), tiny_settings)["systems"]


def test_what_is_left_out_for_its_date_is_told(
    tmp_path: Path, tiny_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    path = american(tmp_path / "a.csv", "soon", "2027-01-01")
    reasons = run(path, tiny_settings)["excluded"]["reason"].tolist()
    assert reasons == ["publication date cannot be read", "dated after the vintage (2026-03-07)"]
    assert f"{path}: rows left out, dated after the vintage (2026-03-07): row 24: 2027-01-01" in (
        caplog.text
    )
    assert "publication date cannot be read: row 23: soon" in caplog.text


def test_a_row_without_a_name_is_called_by_its_reference(
    tmp_path: Path, tiny_settings: Settings
) -> None:
    path = tmp_path / "a.csv"
    lines = [
        "Model,Reference,Publication date,Training compute (FLOP)",
        "Net,A paper on Net,2001-01-15,1e18",
        ",Attention is all  you need,2002-01-15,1e19",
        ",,2003-01-15,1e20",
        "",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    case = run(path, tiny_settings)
    keys = case["systems"].set_index("system_id")["system"].to_dict()
    assert keys == {"net": "Net", "attention-is-all-you-need": "Attention is all you need"}
    assert case["excluded"]["reason"].tolist() == ["no name"]
    columns = case["export_columns"]
    assert columns["reading"].dropna().tolist() == [
        "without a name, called by their reference: row 3"
    ]


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
