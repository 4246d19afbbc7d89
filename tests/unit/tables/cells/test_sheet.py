"""Spreadsheet habits: read where there is one way, refused where there are two."""

from __future__ import annotations

import csv
import time
from datetime import date

import numpy as np
import pandas as pd
import pytest

from compute_trends.tables.cells.columns import LONGEST, strip_cells
from compute_trends.tables.cells.dates import parse_dates
from compute_trends.tables.cells.numbers import decimal_mark, parse_integers, parse_numbers
from compute_trends.tables.cells.sheet import decode, detect_delimiter, read_sheet


def column(*cells: str | None) -> pd.Series:
    return pd.Series(list(cells), dtype="str")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("4.7e17", 4.7e17),
        ("-4.7E+17", -4.7e17),
        ("1" * LONGEST, float("1" * LONGEST)),
        ("1,2e9", 1.2e9),
        ("1,5", 1.5),
        ("0,123", 0.123),
        ("1234,567", 1234.567),
        ("1,234,567", 1234567),
        ("1,234,567.25", 1234567.25),
        ("1,234.5", 1234.5),
        ("1.234.567", 1234567),
        ("1.234,5", 1234.5),
        ("1 234 567", 1234567),
        ("1\u202f000", 1000),
        ("1'234'567", 1234567),
        ("1’234", 1234),
        ("1 234,5", 1234.5),
        ("2.5 × 10^9", 2.5e9),
        ("2.5×10²³", 2.5e23),
        ("2.5 x 10^-3", 2.5e-3),
        ("2,5 · 10⁹", 2.5e9),
        ("3*10**5", 3e5),
        ("10^24", 1e24),
        ("-10^3", -1e3),
        ("10 billion", 1e10),
        ("1.5 million", 1.5e6),
        ("2 thousand", 2e3),
        ("1 trillion", 1e12),
        ("1 quadrillion", 1e15),
        ("10\u00a0billion", 1e10),
        ("175B", 1.75e11),
        ("15.6T", 1.56e13),
        ("300 M", 3e8),
        ("1K", 1e3),
        ("\u00a0 7 \ufeff", 7),
        ("−5", -5),
        ("+5.", 5),
        (".5", 0.5),
        ("0", 0),
        ("0e5", 0),
        ("1.7976931348623157e308", 1.7976931348623157e308),
        ("5e-324", 5e-324),
    ],
)
def test_numbers(cell: str, number: float) -> None:
    value, expected = parse_numbers(column(cell))
    assert value.tolist() == [number]
    assert expected.empty


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "45TB",
            "175b",
            "1 BB",
            "nan",
            "inf",
            "-inf",
            "1e999",
            "1e-999",
            "0x10",
            "1_000",
            "--1",
            "1e",
        ),
        *("12,34,567", "1,23,456", "0,123,456", "1.234,567.8", "1 2", "1 23", "1'23", "1,", "5 e3"),
        *("2.5 × 1023", "=1+2", "30%", "$5", "about 5", "3-5", "3–5", "１２", "٣", "1e5 billion"),
        "1" * (LONGEST + 1),
    ],
)
def test_what_is_no_number_is_refused(cell: str) -> None:
    value, expected = parse_numbers(column("1", cell))
    assert value.isna().tolist() == [False, True]
    assert expected.to_dict() == {1: "a number"}


@pytest.mark.parametrize(
    ("decimal", "cell", "number"),
    [
        (".", "1.234", 1.234),
        (".", "1,234", None),
        (".", "1,234e9", None),
        (".", "123,456 million", None),
        (",", "1,234", 1.234),
        (",", "1.234", None),
        (",", "1.234e9", None),
        (None, "1.234", None),
        (None, "1,234", None),
        (None, "-1.234", None),
        (None, "1.25", 1.25),
        (None, "1,25", 1.25),
        (None, "1234", 1234),
    ],
)
def test_one_mark_before_three_digits_needs_a_decimal_mark_that_is_known(
    decimal: str | None, cell: str, number: float | None
) -> None:
    value, expected = parse_numbers(column(cell), decimal=decimal)
    if number is None:
        assert value.isna().all()
        assert "or" in expected[0] and "either" in expected[0]
    else:
        assert value.tolist() == [number]


def test_the_hint_names_both_readings() -> None:
    _, expected = parse_numbers(column("1,234"))
    assert expected[0].startswith("a number: 1234, or 1.234 with a decimal point")


def test_values_keep_their_places() -> None:
    texts = pd.Series(["x", "1", None, "", "2,5", "x"], index=[7, 7, 3, 2, 1, 0], dtype="str")
    value, expected = parse_numbers(texts)
    assert value.index.tolist() == [7, 7, 3, 2, 1, 0]
    np.testing.assert_array_equal(value, [np.nan, 1, np.nan, np.nan, 2.5, np.nan])
    assert expected.index.tolist() == [7, 0]


@pytest.mark.parametrize(
    ("cell", "number"),
    [("3", 3), ("3.0", 3), ("1e3", 1000), ("1,234,567", 1234567), ("9007199254740991", 2**53 - 1)],
)
def test_integers(cell: str, number: int) -> None:
    value, expected = parse_integers(column(cell))
    assert value.tolist() == [number]
    assert expected.empty


@pytest.mark.parametrize("cell", ["1.5", "9007199254740993", "1e30", "one", "-1e17"])
def test_what_is_no_integer_is_refused(cell: str) -> None:
    value, expected = parse_integers(column(cell))
    assert value.isna().all()
    assert expected.tolist() == ["a whole number"]


@pytest.mark.parametrize(
    ("columns", "mark"),
    [
        ([["1,5", "1.234"]], ","),
        ([["1.5", "1,234"]], "."),
        ([["1.234.567"], ["7"]], ","),
        ([["1,234,567"]], "."),
        ([["7"], ["1 234,5"]], ","),
        ([["1,5", "1.5"]], None),
        ([["1.234", "7", None, "text"]], None),
    ],
)
def test_the_decimal_mark_of_a_file(columns: list[list[str]], mark: str | None) -> None:
    assert decimal_mark([column(*cells) for cells in columns]) == mark


@pytest.mark.parametrize(
    ("cell", "day", "precision"),
    [
        ("2012-09-30", date(2012, 9, 30), "day"),
        ("2012/9/30", date(2012, 9, 30), "day"),
        ("20120930", date(2012, 9, 30), "day"),
        ("2012-09-30 00:00:00", date(2012, 9, 30), "day"),
        ("2012-09-30T00:00:00Z", date(2012, 9, 30), "day"),
        ("30/09/2012", date(2012, 9, 30), "day"),
        ("30.9.2012", date(2012, 9, 30), "day"),
        ("9/30/2012", date(2012, 9, 30), "day"),
        ("9/9/2012", date(2012, 9, 9), "day"),
        ("30 September 2012", date(2012, 9, 30), "day"),
        ("30-Sep-2012", date(2012, 9, 30), "day"),
        ("Sept. 30, 2012", date(2012, 9, 30), "day"),
        # 1 January 2000 is day 36526 of a spreadsheet, 1 March 1900 is day 61.
        ("36526", date(2000, 1, 1), "day"),
        ("36526.0", date(2000, 1, 1), "day"),
        ("05/1992", date(1992, 5, 1), "month"),
        ("1992-05", date(1992, 5, 1), "month"),
        ("May 1992", date(1992, 5, 1), "month"),
        ("Sept. 1992", date(1992, 9, 1), "month"),
        (" 1952\u00a0", date(1952, 1, 1), "year"),
        ("29/02/2012", date(2012, 2, 29), "day"),
        ("2199-12-31", date(2199, 12, 31), "day"),
    ],
)
def test_dates(cell: str, day: date, precision: str) -> None:
    dates = parse_dates(column(cell))
    assert dates.expected.empty
    assert (dates.day[0].date(), dates.precision[0]) == (day, precision)


@pytest.mark.parametrize(
    "cell",
    [
        *("31/02/2012", "29/02/2013", "2013-02-29", "13/13/2012", "2012-13-01"),
        *(
            "12/05/21",
            "soon",
            "Foo 2012",
            "2012-09-30 12:30",
            "30/9-2012",
            "99",
            "-1",
        ),
    ],
)
def test_what_is_no_date_is_refused(cell: str) -> None:
    dates = parse_dates(column(cell))
    assert dates.day.isna().all() and dates.precision.isna().all()
    assert dates.expected.tolist() == ["a date"]


def test_day_and_month_need_an_order_where_both_fit() -> None:
    texts = column("03/04/2015", "13/04/2015")
    unstated, day_first, month_first = (
        parse_dates(texts, order=order) for order in (None, "d/m/y", "m/d/y")
    )
    assert unstated.expected[0].startswith("a date y-m-d: 2015-04-03 or 2015-03-04")
    assert unstated.day[1] == pd.Timestamp("2015-04-13")
    assert day_first.day.tolist() == [pd.Timestamp("2015-04-03"), pd.Timestamp("2015-04-13")]
    assert month_first.day[0] == pd.Timestamp("2015-03-04")
    assert month_first.expected.to_dict() == {1: "a date m/d/y, as the file's description states"}


def test_dates_tell_how_they_were_written() -> None:
    dates = parse_dates(column("2015-04-03", "3/4/2015", "42097", "2015", ""), order="d/m/y")
    assert dates.form.dropna().tolist() == ["y-m-d", "d/m/y", "serial", "y"]


SOUND = 'key,text\n1,Ünïcode\n2,"a, b"\n'
ROWS = {1: ["key", "text"], 2: ["1", "Ünïcode"], 3: ["2", "a, b"]}


@pytest.mark.parametrize(
    "data",
    [
        SOUND.encode(),
        SOUND.encode("utf-8-sig"),
        SOUND.encode("utf-16"),
        SOUND.replace("\n", "\r\n").encode(),
        SOUND.replace("\n", "\r").encode(),
        b"sep=,\r\n" + SOUND.encode(),
        SOUND.replace("key,", "key;").replace("\n1,", "\n1;").replace("\n2,", "\n2;").encode(),
        SOUND.replace("key,", "key\t").replace("\n1,", "\n1\t").replace("\n2,", "\n2\t").encode(),
        SOUND.replace("text\n", "text,,\n").replace("code\n", "code,,\n").encode()[:-1]
        + b",,\n,,,\n \n",
        SOUND.replace("code\n", "code,,\n").replace('b"\n', 'b",,\n').encode(),
    ],
)
def test_one_table_in_the_forms_of_many_programs(data: bytes) -> None:
    sheet = read_sheet(data, ["key", "text"])
    assert sheet.faults == []
    assert sheet.rows == ROWS


def test_the_separator_tells_the_decimal_mark() -> None:
    assert read_sheet(b"a,b\n").decimal == "."
    assert read_sheet(b"a;b\n").decimal is None
    assert detect_delimiter("a,b;c", ["a,b", "c"]) == ";"


def test_rows_count_as_in_a_spreadsheet() -> None:
    assert list(read_sheet(b'\na,b\n"x\r\ny",2\n\n3,4\n').rows) == [2, 3, 5]


@pytest.mark.parametrize(
    ("data", "row", "column", "expected"),
    [
        (b"a,b\n1,\xff\n", 2, "b", "text in UTF-8"),
        ("a,b\n1,é\n".encode("latin-1"), 2, "b", "text in UTF-8"),
        (b"a,b\n1,x\x00\n", 2, "b", "text in UTF-8"),
        (b"a,b\n1,2,\x07\n", 2, None, "text in UTF-8"),
        (b'a,b\n1,"x"y\n', 2, None, "quotes around a cell"),
        (b'a,b\n1,"x\n', 2, None, "quotes around a cell"),
        (b"a,b\n1," + b"x" * 200_000, 2, None, "cells of at most"),
        (b'a,b,c\n1,"x,y\n2,z",w\n', 2, "b", "what looks like further rows"),
        (b"a,b,c\n1,2\n3,4,5\n", 2, None, "3 cells, as in the header"),
        (b"a,b,c\n1,2,3\n3,4\n", 3, None, "in the header (a download that was cut off ends so"),
        # One cell too many, where the last one of the row is empty
        (b"a,b,c\n1,2,3,\n3,4,5\n6,7,8\n", 2, None, "3 cells, as in the header"),
        (b"a,b,c,\n1,2,3\n3,4,5,\n", 2, None, "4 cells, as in the header"),
        (b"a,b\n1,2\na,b\n3,4\n", 3, None, "its header once"),
        ("\ufeffa,b\n1,2\n\ufeffa,b \n".encode(), 3, None, "its header once"),
    ],
)
def test_what_would_be_lost_is_told(
    data: bytes, row: int, column: str | None, expected: str
) -> None:
    # As Python has it; the validator of data packages raises it for the whole process.
    csv.field_size_limit(131_072)
    fault = read_sheet(data).faults[0]
    assert (fault.row, fault.column) == (row, column)
    assert expected in fault.expected


def test_a_last_line_without_an_end_may_be_cut() -> None:
    for data in (
        b"a,b\n1,1.94e+2",
        b"a,b\r1,2",
        b"a,b\n1,",
        b'a,b\n1,"x"',
        "a,b\n1,ü".encode("utf-16"),
    ):
        sheet = read_sheet(data)
        assert sheet.faults == [] and sheet.cut is not None
        assert (sheet.cut.row, sheet.cut.column) == (2, "b")
        assert "get it again" in sheet.cut.expected and "add the line break" in sheet.cut.expected
    assert read_sheet(b"a,b").cut is not None
    # Nothing can be lost of a line that holds nothing.
    for data in (b"a,b\n1,2\n", b"a,b\r1,2\r", b"a,b\n1,2\n  ", b"", b" "):
        assert read_sheet(data).cut is None


def test_each_place_at_which_a_download_is_cut_off_is_told() -> None:
    whole = 'key,text,size\n1,"a, ""b""",1.5e9\n2,,2.5e21\n'
    for end in range(1, len(whole)):
        sheet = read_sheet(whole[:end].encode())
        complete = whole[:end].endswith("\n")
        assert complete or sheet.cut or sheet.faults


def test_invisible_signs_are_no_part_of_a_cell() -> None:
    stripped = strip_cells(column("\u00a0a\u202fb\u200b ", "\ufeff", None))
    assert stripped.fillna("missing").tolist() == ["a b", "missing", "missing"]
    assert decode(b"\xef\xbb\xbfa") == "a"


def test_a_hundred_thousand_cells_take_seconds() -> None:
    rng = np.random.default_rng(1)
    numbers = pd.Series(rng.lognormal(50, 10, 100_000).astype("str"), dtype="str")
    days = pd.Series((np.datetime64("1900-01-01") + np.arange(100_000)).astype("str"), dtype="str")
    start = time.process_time()
    assert parse_numbers(numbers.str.replace(".", ",")).expected.empty
    assert parse_dates(days).expected.empty
    # About 2 s on a slow machine; row by row it would be 20.
    assert time.process_time() - start < 10


@pytest.mark.parametrize("filling", [" ", "1", ",", ".", "1 ", "×", "e", "10^", "1,000"])
def test_no_cell_takes_long(filling: str) -> None:
    texts = column(filling * (100_000 // len(filling)) + "x")
    start = time.process_time()
    assert parse_numbers(texts).value.isna().all()
    assert parse_dates(texts).day.isna().all()
    assert decimal_mark([texts]) is None
    assert time.process_time() - start < 1
