from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from compute_trends.common.problems import InputError
from compute_trends.tables.raw import check_raw, parse_columns, read_raw
from compute_trends.tables.schemas import Field, Table

FIELDS = (
    Field("key", type="integer", required=True),
    Field("text"),
    Field("size", type="number"),
)
MADE_UP = Table("made_up", "Made up", "raw", FIELDS, key=("key",))


def read(tmp_path: Path, content: bytes | str) -> pd.DataFrame:
    path = tmp_path / "raw.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_raw(str(path), MADE_UP)


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
    _, problems = check_raw(read(tmp_path, content), MADE_UP, "f.csv")
    assert {str(problem) for problem in problems} == messages


def test_a_file_that_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a file that can be read"):
        read_raw(str(tmp_path), MADE_UP)
    with pytest.raises(InputError, match=r"none\.csv: found 'no such file'"):
        read_raw(str(tmp_path / "none.csv"), MADE_UP)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "key,text,size\n1,a,2.5e9\n2,b,2.5e2",
            "row 3, column size: found '2.5e2', expected the end",
        ),
        (
            "key,text,size\n1,a,2\n2,b\n",
            "row 3: found '2 cells', expected 3 cells, as in the header",
        ),
        ("key,text,size\n1,,a,\n2,b,3\n3,c,4\n", "row 2: found '4 cells', expected 3 cells"),
        ('key,text,size\n1,"a,2\n', "row 2: found 'a quote that is never closed'"),
        ("<!DOCTYPE html>", "found 'a web page"),
    ],
)
def test_a_file_that_was_cut_off_or_is_ragged_is_told(
    tmp_path: Path, content: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, content)


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
    parsed, problems = parse_columns(read(tmp_path, content), MADE_UP, "f.csv")
    if sizes is None:
        assert [problem.row for problem in problems] == [3]
    else:
        assert problems == [] and parsed["size"].tolist() == sizes


def test_a_date_needs_its_day_and_an_order_of_its_numbers() -> None:
    table = Table("made_up", "Made up", "raw", (Field("d", type="date"),), key=())
    frame = pd.DataFrame({"d": ["2015-04-03", "03/04/2015", "2015-04", "x"]}, dtype="str")
    _, problems = parse_columns(frame, table, "f.csv")
    assert [problem.row for problem in problems] == [1, 2, 3]
    assert "2015-04-03 or 2015-03-04" in problems[0].expected
    assert {problem.expected for problem in problems[1:]} == {"a date y-m-d"}
    stated = replace(table, fields=(Field("d", type="date", date_order="m/d/y"),))
    parsed, _ = parse_columns(frame, stated, "f.csv")
    assert parsed["d"][1] == pd.Timestamp("2015-03-04")


def test_columns_get_their_types(tmp_path: Path) -> None:
    frame = read(tmp_path, "key,text,size\n1,a, 4.7e+17\n2,,\n")
    parsed, problems = parse_columns(frame, MADE_UP, "f.csv")
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
    _, problems = parse_columns(frame, MADE_UP, "f.csv")
    assert [str(problem) for problem in problems] == [
        f"f.csv, row 2, column size: found {cell!r}, expected a number"
    ]


def test_half_a_key_is_no_integer(tmp_path: Path) -> None:
    _, problems = parse_columns(read(tmp_path, "key,text,size\n1.5,a,2\n"), MADE_UP, "f.csv")
    assert problems[0].expected == "a whole number"
