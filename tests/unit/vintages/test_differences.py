from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from project import TINY

from compute_trends.clean.export import clean_export, read_values
from compute_trends.settings.clean import ExportFile
from compute_trends.tables.dictionary import typed
from compute_trends.tables.raw import read_checked
from compute_trends.vintages.differences import changed_columns, changed_values
from compute_trends.vintages.matching import match_rows
from compute_trends.vintages.vintage import Vintage


def test_columns_are_matched_by_their_meaning() -> None:
    def columns(**headers: str) -> pd.DataFrame:
        named = {"x": None, "y": None, "system": "system", "size": "size"}
        rows = [
            {"number": n, "position": n, "header": h, "column": named[k], "status": "read"}
            for n, (k, h) in enumerate(headers.items(), start=1)
        ]
        return typed(pd.DataFrame(rows).assign(filled=1), "export_columns")

    found = changed_columns(
        columns(system="System", size="Size (a)", x="Mood"), columns(system="Model", y="Colour")
    )
    headers = found[["status", "header_before", "header_after"]].fillna("")
    assert headers.to_numpy().tolist() == [
        ["renamed", "System", "Model"],
        ["removed", "Size (a)", ""],
        ["removed", "Mood", ""],
        ["added", "", "Colour"],
    ]


def test_columns_without_a_name_are_no_change() -> None:
    nameless = {"number": 1, "position": 1, "header": None, "column": None, "status": "unknown"}
    columns = typed(pd.DataFrame([nameless | {"filled": 3}]), "export_columns")
    assert changed_columns(columns, columns.iloc[:0]).empty


def of_file(path: Path, header: str, cost: str) -> Vintage:
    """An export of five systems with a column of costs."""
    rows = [f'System {n},201{n}-03-01,1e{n + 18},"{cost}"' for n in range(5)]
    columns = f"Model,Publication date,Training compute (FLOP),{header}"
    path.write_text("\n".join([columns, *rows, ""]), encoding="utf-8")
    export = ExportFile(name=path.stem, path=str(path), date="2026-03-07")
    tables = clean_export(
        read_values(export),
        read_checked(str(TINY / "raw" / "hardware.csv"), "hardware"),
        export=export,
        published_after="1950-01-01",
        first_day_is_placeholder=True,
    )
    names = ("systems", "excluded", "export_attributes", "export_columns")
    systems, excluded, attributes, columns_of = (tables[name] for name in names)
    nothing = pd.DataFrame()
    return Vintage(export, systems, excluded, nothing, attributes, columns_of, nothing)


@pytest.mark.parametrize(
    ("years", "n_restated"), [((2020, 2023), 0), ((2023, 2023), 5), ((2020, 2020), 5)]
)
def test_dollars_of_two_years_are_never_compared(
    tmp_path: Path, years: tuple[int, int], n_restated: int
) -> None:
    old, new = (
        of_file(tmp_path / f"{side}.csv", f"Training compute cost ({year} USD)", cost)
        for side, year, cost in zip(("a", "b"), years, ("$3,982,638.51", "4.5e6"), strict=True)
    )
    common = old.read_columns & new.read_columns
    values = changed_values(match_rows(old.rows, new.rows), old.rows, new.rows, columns=common)
    assert len(values) == n_restated
    assert set(values["value_before"]) <= {"3.98264e+06"}
    columns = changed_columns(old.columns, new.columns)
    statuses = columns[columns["column"].str.contains("cost", na=False)]["status"].tolist()
    assert statuses == (["kept"] if n_restated else ["removed", "added"])
