from __future__ import annotations

import re

import pandas as pd
import pytest

from compute_trends.tables.dictionary import (
    column_names,
    path_of,
    run_paths,
    table_at,
    tables_of,
    typed,
)
from compute_trends.tables.schemas import STAGES

# Units at the end of a column's name, longer endings first
UNITS = {
    "oom_per_year": "OOM/year",
    "flop_per_second": "FLOP/s",
    "datapoints": "examples",
    "seconds": "s",
    "months": "months",
    "hours": "h",
    "flop": "FLOP",
    "oom": "OOM",
    "usd": "USD",
    "gb": "GB",
    "ms": "ms",
}


def test_every_column_of_every_generated_table_is_described() -> None:
    for table in [*tables_of(), *tables_of("raw")]:
        assert table.fields, table.name
        assert all(field.description for field in table.fields)


def test_the_unit_of_a_column_is_the_one_that_its_name_ends_with() -> None:
    for table in [*tables_of(), *tables_of("raw")]:
        for field in table.fields:
            name = re.sub("_(before|after|ci[0-9]{2}_(low|median|high))", "", field.name)
            ending = next((end for end in UNITS if f"_{name}".endswith(f"_{end}")), None)
            if ending:
                assert UNITS[ending] in str(field.unit).split(" "), (table.name, field.name)


def test_tables_can_be_chosen_by_stage_and_by_whether_they_are_printed() -> None:
    assert [table.name for table in tables_of("estimate")] == [
        "estimates",
        "trace",
        "compute",
        "alternatives",
        "error_model",
        "inference_models",
        "inference_disagreements",
        "inference_agreement",
    ]
    by_stage = [table for stage in STAGES for table in tables_of(stage)]
    assert by_stage == tables_of()
    printed, others = tables_of(printed=True), tables_of(printed=False)
    assert len(printed) + len(others) == len(tables_of())
    assert {"table1", "trends"} <= {table.name for table in printed}
    assert {table.stage for table in tables_of("raw")} == {"raw"}


def test_a_table_is_found_by_its_name_and_by_its_file() -> None:
    assert path_of("trends") == "results/fits/trends.csv"
    assert path_of("export_trends", export="a b") == "results/exports/a b/trends.csv"
    assert path_of("systems", export="a") == "data/processed/exports/a/systems.csv"
    for path in run_paths(["a", "b"]):
        table, export = table_at(path)
        assert path_of(table.name, export=export) == path


@pytest.mark.parametrize(("name", "export"), [("trends", "a"), ("export_trends", None)])
def test_a_file_that_no_table_has_is_told(name: str, export: str | None) -> None:
    with pytest.raises(ValueError, match=f"no file of table {name}"):
        path_of(name, export=export)
    with pytest.raises(ValueError, match="the file of no table"):
        table_at("results/exports/systems.csv")


def test_tables_of_exports_and_vintages_need_exports() -> None:
    assert not [path for path in run_paths() if "exports/" in path or "changes/" in path]
    assert path_of("rules_by_window") not in run_paths()
    paths = run_paths(["a", "b"])
    assert path_of("rules_by_window") in paths
    assert len(set(paths)) == len(paths)
    assert "results/changes/growth.csv" in paths and "results/exports/b/scores.csv" in paths


def test_a_typed_table_has_its_columns_in_order_and_missing_values_where_it_lacks_one() -> None:
    table = typed(pd.DataFrame({"width": ["full"], "figure": ["f"], "other": [1]}), "drawings")
    assert list(table) == column_names("drawings") == ["figure", "width", "n_shown", "n_named"]
    assert table["n_shown"].dtype == "Int64" and table["n_shown"].isna().all()
