from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from compute_trends.common.problems import InputError
from compute_trends.tables.checks import table_problems
from compute_trends.tables.dictionary import generated_resources, raw_resource, typed
from compute_trends.tables.generated import read_table, write_table
from compute_trends.tables.raw import check_raw, parse_columns, read_raw

RESOURCE: dict[str, Any] = {
    "fields": [
        {"name": "key", "type": "integer"},
        {"name": "text", "type": "string"},
        {"name": "size", "type": "number"},
    ],
    "primaryKey": ["key"],
}


def read(tmp_path: Path, content: bytes | str) -> pd.DataFrame:
    path = tmp_path / "raw.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_raw(str(path), RESOURCE)


def test_raw_cells_stay_as_they_are_and_rows_count_as_in_a_spreadsheet(tmp_path: Path) -> None:
    frame = read(tmp_path, '\ufeffsize,key,text\n1e3,1," a\nb "\n\n,2,NA\n')
    assert frame.columns.tolist() == ["key", "text", "size"]
    assert frame.index.tolist() == [2, 4]
    assert frame.loc[2].tolist() == ["1", " a\nb ", "1e3"]
    assert frame.loc[4].tolist() == ["2", "NA", ""]


def test_line_ends_within_cells_are_the_same_whatever_program_wrote_them(tmp_path: Path) -> None:
    frame = read(tmp_path, 'key,text,size\r\n1,"a\r\nb",2\r\n')
    assert frame.loc[2].tolist() == ["1", "a\nb", "2"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("key,text\n1,a\n", "row 1, column size: expected this column, once"),
        ("key,text,size,size\n", "row 1, column size: expected this column, once"),
        ("key,text,size,colour\n", "row 1, column colour: expected only the columns"),
        ("key,text,size\n1,a\n", "row 2: found '2 cells', expected 3 cells"),
        ("key,text,size\n1,a,2,3\n", "row 2: found '4 cells', expected 3 cells"),
        ('key,text,size\n1,"a"b,2\n', "row 2: found .* expected quotes around a cell"),
        (b"key,text,size\n1,\xff,2\n", "row 2, column text: found .* expected text in UTF-8"),
        ("", "found 'an empty file', expected at least a header"),
        ("key;text;colour\n", "row 1, column size: expected this column, once"),
    ],
)
def test_a_broken_file_is_told(tmp_path: Path, content: bytes | str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        (
            "key,text,size\n1,a,2\n1,b,3\n",
            {
                f"f.csv, row {row}, column key: found '1', expected a value that no other row has"
                for row in (2, 3)
            },
        ),
        ("key,text,size\n,a,2\n", {"f.csv, row 2, column key: expected a value"}),
        (
            "key,text,size\n1,a,x\none,b,3\n",
            {
                "f.csv, row 2, column size: found 'x', expected a number",
                "f.csv, row 3, column key: found 'one', expected a whole number",
            },
        ),
    ],
)
def test_keys_and_types_are_checked_together(
    tmp_path: Path, content: str, messages: set[str]
) -> None:
    _, problems = check_raw(read(tmp_path, content), RESOURCE, "f.csv")
    assert {str(problem) for problem in problems} == messages


def test_a_file_that_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a file that can be read"):
        read_raw(str(tmp_path), RESOURCE)
    with pytest.raises(InputError, match=r"none\.csv: found 'No such file or directory'"):
        read_raw(str(tmp_path / "none.csv"), RESOURCE)


@pytest.mark.parametrize(
    ("content", "sizes"),
    [
        ("key;text;size\n1;a;1,5\n2;b;1,234\n", [1.5, 1.234]),
        ("key;text;size\n1;a;1.5\n2;b;1.234\n", [1.5, 1.234]),
        ("key;text;size\n1;a;7\n2;b;1.234\n", None),
        ("key,text,size\n1,a,7\n2,b,1.234\n", [7, 1.234]),
    ],
)
def test_the_decimal_mark_comes_from_the_file(
    tmp_path: Path, content: str, sizes: list[float] | None
) -> None:
    parsed, problems = parse_columns(read(tmp_path, content), RESOURCE, "f.csv")
    if sizes is None:
        assert [problem.row for problem in problems] == [3]
    else:
        assert problems == [] and parsed["size"].tolist() == sizes


def test_a_date_needs_its_day_and_an_order_of_its_numbers() -> None:
    field = {"name": "d", "type": "date"}
    frame = pd.DataFrame({"d": ["2015-04-03", "03/04/2015", "2015-04", "x"]}, dtype="str")
    _, problems = parse_columns(frame, {"fields": [field], "primaryKey": []}, "f.csv")
    assert [problem.row for problem in problems] == [1, 2, 3]
    assert "2015-04-03 or 2015-03-04" in problems[0].expected
    assert {problem.expected for problem in problems[1:]} == {"a date y-m-d"}
    stated = {"fields": [field | {"dateOrder": "m/d/y"}], "primaryKey": []}
    parsed, _ = parse_columns(frame, stated, "f.csv")
    assert parsed["d"][1] == pd.Timestamp("2015-03-04")


def test_columns_get_their_types(tmp_path: Path) -> None:
    frame = read(tmp_path, "key,text,size\n1,a, 4.7e+17\n2,,\n")
    parsed, problems = parse_columns(frame, RESOURCE, "f.csv")
    assert problems == []
    assert parsed["key"].tolist() == [1, 2]
    assert parsed["size"].iloc[0] == 4.7e17
    assert parsed["size"].isna().tolist() == [False, True]
    assert parsed["text"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    "cell", ["45TB", "12,34,567", "nan", "inf", "1e999", "0x10", "1_000", "--1"]
)
def test_what_is_no_number_is_told(tmp_path: Path, cell: str) -> None:
    frame = read(tmp_path, f'key,text,size\n1,a,"{cell}"\n')
    _, problems = parse_columns(frame, RESOURCE, "f.csv")
    assert [str(problem) for problem in problems] == [
        f"f.csv, row 2, column size: found {cell!r}, expected a number"
    ]


def test_half_a_key_is_no_integer(tmp_path: Path) -> None:
    _, problems = parse_columns(read(tmp_path, "key,text,size\n1.5,a,2\n"), RESOURCE, "f.csv")
    assert problems[0].expected == "a whole number"


def test_constraints_are_told_with_their_place() -> None:
    resource = generated_resources()["members"]
    frame = pd.DataFrame(
        {
            "trend": ["a", "a", None],
            "basis": ["published", "published", "guessed"],
            "system_id": "x",
        },
        index=[2, 3, 4],
    )
    told = {str(problem) for problem in table_problems(frame, resource, "m.csv")}
    assert any("row 4, column trend: expected a value" in line for line in told)
    assert any("row 4, column basis: found 'guessed'" in line for line in told)
    assert any(
        "row 3" in line and "combination of trend, basis, system_id" in line for line in told
    )


def test_a_missing_and_an_unknown_column_are_told() -> None:
    frame = pd.DataFrame({"trend": ["a"], "basis": ["published"], "colour": ["red"]}, index=[2])
    told = {str(p) for p in table_problems(frame, generated_resources()["members"], "m.csv")}
    assert told == {
        "m.csv, column system_id: expected this column",
        "m.csv, column colour: expected no such column",
    }


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


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fields": [{"type": "string"}]}, "annotations.fields[0]: expected 'name' is a required"),
        (
            {"fields": [{"name": "a", "type": "text"}]},
            "annotations.fields[0].type: expected 'text'",
        ),
        ({"fields": [{"name": "a"}, {"name": "a"}]}, "fields with names of their own"),
        ({"primaryKey": ["b"]}, "among them those of the primary key"),
        ({"primaryKey": "a"}, "annotations.primaryKey: expected 'a' is not of type 'array'"),
        ({"fields": [{"name": "a", "constraints": {"pattern": "("}}]}, "is not a 'regex'"),
        ({"fields": [{"name": "a", "dateOrder": "y/m/d"}]}, "dateOrder: expected 'y/m/d'"),
    ],
)
def test_a_schema_that_is_none_is_told(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    package = tmp_path / "datapackage.json"
    schema = {"fields": [{"name": "a"}], "primaryKey": ["a"]} | change
    package.write_text(json.dumps({"resources": [{"name": "annotations", "schema": schema}]}))
    with pytest.raises(InputError) as caught:
        raw_resource(str(package), "annotations")
    assert message in str(caught.value)


def test_an_unknown_resource_is_told(tmp_path: Path) -> None:
    package = tmp_path / "datapackage.json"
    package.write_text('{"resources": []}')
    with pytest.raises(InputError, match="a resource named annotations"):
        raw_resource(str(package), "annotations")


def test_a_table_without_rows_comes_back_with_its_types(tmp_path: Path) -> None:
    path = str(tmp_path / "excluded.csv")
    write_table(typed(pd.DataFrame(), "excluded"), path, "excluded")
    assert read_table(path, "excluded")["publication_date"].dtype == "datetime64[s]"
