from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from project import TINY

from compute_trends.clean.export import clean_export, read_values
from compute_trends.common.problems import InputError
from compute_trends.settings.clean import ExportFile
from compute_trends.tables.generated import write_table
from compute_trends.tables.raw import read_checked

EXPORTS = TINY / "exports"
HEADER = (
    "Model,Publication date,Training compute (FLOP),Organization,Domain,Confidence,"
    "Notability criteria,Base model,Parameters"
)


def cleaned(path: Path, **export: Any) -> dict[str, pd.DataFrame]:
    chips = str(TINY / "raw" / "hardware.csv")
    file = ExportFile(**{"name": "made_up", "path": str(path), "date": "2026-03-07"} | export)
    return clean_export(
        read_values(file),
        read_checked(chips, "hardware"),
        export=file,
        published_after="1950-01-01",
        first_day_is_placeholder=True,
    )


def rows(tmp_path: Path, *lines: str, **export: Any) -> dict[str, pd.DataFrame]:
    """Tables of an export; cells that a line lacks are empty."""
    path = tmp_path / "a.csv"
    width = HEADER.count(",") + 1
    whole = [line + "," * (width - len(next(csv.reader([line])))) for line in lines]
    path.write_text("\n".join([HEADER, *whole, ""]), encoding="utf-8")
    return cleaned(path, **export)


def test_every_row_is_a_system_or_excluded_with_a_reason() -> None:
    tables = cleaned(EXPORTS / "notable_2022.csv")
    assert (
        len(tables["systems"]) + len(tables["excluded"]) == len(tables["export_attributes"]) == 11
    )
    reasons = tables["excluded"].set_index("annotation_id")["reason"].to_dict()
    assert reasons == {
        10: "no name",
        11: "no training compute",
        12: "dated after the vintage (2026-03-07)",
    }
    both = set(tables["systems"]["annotation_id"]) | set(reasons)
    assert both == set(tables["export_attributes"]["annotation_id"])


@pytest.mark.parametrize(
    "name", ["notable_2022", "notable_2023", "notable_2024", "all_2025", "notable_2026"]
)
def test_tables_keep_their_schemas(tmp_path: Path, name: str) -> None:
    for table, frame in cleaned(EXPORTS / f"{name}.csv").items():
        write_table(frame, str(tmp_path / f"{table}.csv"), table)


def test_cells_come_tidy() -> None:
    systems = cleaned(EXPORTS / "notable_2022.csv")["systems"].set_index("system_id")
    alpha = systems.loc["al-pha"]
    assert alpha["system"] == "Al pha"
    assert alpha["organizations"] == "Here; There"
    assert alpha["authors"] == "A. One; B. Two"
    assert alpha["domain"] == "Vision; Games"
    assert alpha["snapshot"] == "made_up"
    assert systems.loc["charlie", "citations"] == 1234
    assert systems.loc["echo", "publication_date_precision"] == "day"


def test_a_first_day_written_in_numbers_is_a_month_or_a_year(tmp_path: Path) -> None:
    systems = rows(
        tmp_path, "a,01/03/2001,1", "b,01/01/2001,1", "c,2001-01-01,1", "d,13/03/2001,1"
    )["systems"]
    assert systems["publication_date_precision"].tolist() == ["month", "year", "day", "day"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",2001-01-01,1", "no name"),
        ("a,soon,1", "publication date cannot be read"),
        ("a,,1", "no publication date"),
        ("a,1949-01-01,1", "not published after 1950-01-01"),
        ("a,2001-01-01,many", "training compute cannot be read"),
        ("a,2001-01-01,-5", "training compute cannot be read"),
        ("a,2001-01-01,", "no training compute"),
        ("a,2001-01-01,0", "training compute of zero"),
        ("a,2001-01-01,0.5", "training compute below 1 FLOP"),
    ],
)
def test_reasons(tmp_path: Path, line: str, reason: str, caplog: pytest.LogCaptureFixture) -> None:
    assert rows(tmp_path, "z,2001-01-01,1", line)["excluded"]["reason"].tolist() == [reason]
    # A system whose compute is stated is not left out without a word, but for its years.
    words = ("no training compute", "not published after 1950-01-01")
    assert ("row 3: " in caplog.text and "rows left out" in caplog.text) == (reason not in words)


def test_what_cannot_be_read_is_listed(tmp_path: Path) -> None:
    unread = rows(tmp_path, "z,2001-01-01,1,,,,,,-3", "a,soon,many")["export_unread"]
    assert unread[["row", "column"]].to_numpy().tolist() == [
        [2, "parameters"],
        [3, "publication_date"],
        [3, "training_compute_flop"],
    ]


def test_nothing_left_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no system left, all rows are excluded \(1 x no name\)"):
        rows(tmp_path, ",2001-01-01,1")


def test_namesakes_get_keys_of_their_own(tmp_path: Path) -> None:
    tables = rows(
        tmp_path,
        "Net,2001-01-01,1,Here",
        "Net,2002-01-01,1,Here",
        "Net,2002-01-01,2,There",
        "Net,2002-01-01,2,There",
        "Net,2002-01-01,3,There",
        "文,2001-01-01,1",
        "Other,2001-01-01,1",
    )
    keys = tables["systems"]["system_id"].tolist()
    assert keys[:4] == [
        "net-2001-01-01",
        "net-2002-01-01-here",
        "net-2002-01-01-there",
        "net-2002-01-01-there-2",
    ]
    assert keys[4].startswith("name-") and keys[5] == "other"
    assert tables["excluded"]["reason"].tolist() == [
        "same name, date, organization and compute as an earlier row"
    ]


def test_a_key_does_not_depend_on_other_rows(tmp_path: Path) -> None:
    lines = ["Net,2001-01-01,1,Here", "文,2001-01-01,1", "B,2001-01-01,2"]
    alone = [rows(tmp_path, line)["systems"]["system_id"].iloc[0] for line in lines]
    assert rows(tmp_path, *lines)["systems"]["system_id"].tolist() == alone


@pytest.mark.parametrize(
    ("filters", "left_out"),
    [
        ({"confidence": ["confident"]}, {"b", "c", "d"}),
        ({"domains": ["Language"]}, {"c", "d"}),
        ({"notability": ["Highly cited"]}, {"a", "d"}),
        # Of an export of all models: the rows that are among the notable ones
        ({"notability": "any"}, {"d"}),
        ({"fine_tunes": "drop"}, {"b"}),
        ({"fine_tunes": "keep"}, set()),
        ({"confidence": ["Confident", "Likely"], "domains": ["Games"]}, {"a", "b", "d"}),
    ],
)
def test_filters(tmp_path: Path, filters: dict[str, Any], left_out: set[str]) -> None:
    tables = rows(
        tmp_path,
        "a,2001-01-01,1,,Language,Confident,SOTA improvement",
        'b,2001-01-01,1,,"Vision,Language",Likely,"Highly cited,Other",a',
        "c,2001-01-01,1,,Games,Likely,Highly cited",
        "d,2001-01-01,1,,,,",
        filters=filters,
    )
    assert set(tables["excluded"]["system"]) == left_out
    assert tables["excluded"]["reason"].str.startswith("filter: ").all()


@pytest.mark.parametrize(
    "filters",
    [{"notability": "any"}, {"notability": ["Other"]}, {"confidence": ["Likely"]}],
)
def test_a_filter_by_a_column_that_the_file_lacks_leaves_nothing(
    tmp_path: Path, filters: dict[str, Any]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Model,Publication date,Training compute (FLOP)\na,2001-01-01,1\n")
    [name] = filters
    with pytest.raises(InputError, match=f"1 x filter: {name}"):
        cleaned(path, filters=filters)
    assert cleaned(path)["systems"]["organizations"].isna().all()


def test_of_the_versions_of_a_system_the_first_stays(tmp_path: Path) -> None:
    tables = rows(
        tmp_path,
        "GPT-4o (Aug 2024),2024-08-06,1",
        "GPT-4o (May 2024),2024-05-13,1",
        "GPT-4,2023-03-15,1",
        "Llama 4 (preview),2025-04-05,1",
        "Gopher (280B),2021-12-08,1",
        "Gopher (7B),2021-12-08,1",
        filters={"versions": "drop"},
    )
    assert tables["excluded"]["system"].tolist() == ["GPT-4o (Aug 2024)"]


def test_a_date_after_the_vintage_is_no_system(tmp_path: Path) -> None:
    tables = rows(tmp_path, "a,2001-01-01,1", "b,2029-02-01,1", date="2024-07-16")
    assert tables["excluded"]["reason"].tolist() == ["dated after the vintage (2024-07-16)"]


def test_two_vintages_give_one_system_one_key() -> None:
    one, other = (
        set(cleaned(EXPORTS / f"{name}.csv")["systems"]["system_id"])
        for name in ("notable_2024", "notable_2026")
    )
    assert {"alpha", "bravo", "hotel"} <= one & other
    assert pd.Series(sorted(one)).is_unique
