from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from compute_trends.common.problems import InputError
from compute_trends.tables.dictionary import typed
from compute_trends.tables.generated import read_table, write_table


def test_tables_come_back_as_they_were_written(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "dataset": ["=d", "'@d"],
            "basis": "published",
            "system_id": ["a", "NA"],
            "window_n": pd.array([3, 1], dtype="Int64"),
            "z_score": [0.1 + 0.2, float("nan")],
            "low_outlier": [False, True],
            "scale": ["regular", "large"],
        }
    )
    path = str(tmp_path / "scores.csv")
    write_table(frame, path, "scores")
    pd.testing.assert_frame_equal(read_table(path, "scores"), frame, check_dtype=False)


def test_no_cell_of_text_is_a_formula_to_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "'=1", "''-", "'quoted'", "a=b", "'"]
    frame = pd.DataFrame({"trend": texts, "basis": "published", "system_id": "s"})
    write_table(frame, str(path), "members")
    with path.open(newline="") as file:
        cells = [row["trend"] for row in csv.DictReader(file)]
    assert all(cell[0] not in "=+-@\t\r\n" for cell in cells)
    assert cells[0] == "'=1+1" and cells[-3:] == ["'quoted'", "a=b", "'"]
    assert read_table(str(path), "members")["trend"].tolist() == texts


def test_numbers_stay_numbers(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    row = {"dataset": "d", "basis": "published", "system_id": "a", "window_n": 1}
    frame = pd.DataFrame([row | {"z_score": -1.5, "low_outlier": True, "scale": "regular"}])
    write_table(frame, str(path), "scores")
    assert ",-1.5," in path.read_text()


def test_a_table_changed_by_hand_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    frame = pd.DataFrame({"trend": ["a"], "basis": ["published"], "system_id": ["a"]})
    write_table(frame, str(path), "members")
    path.write_text(path.read_text().replace("a,published", "b,published"))
    with pytest.raises(InputError, match="changed after the run wrote it"):
        read_table(str(path), "members")


def test_a_table_that_breaks_its_schema_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    frame = pd.DataFrame({"trend": [None], "basis": ["published"], "system_id": ["a"]})
    with pytest.raises(InputError):
        write_table(frame, str(path), "members")
    assert not path.exists()


def test_a_table_without_rows_comes_back_with_its_types(tmp_path: Path) -> None:
    path = str(tmp_path / "excluded.csv")
    write_table(typed(pd.DataFrame(), "excluded"), path, "excluded")
    assert read_table(path, "excluded")["publication_date"].dtype == "datetime64[s]"
