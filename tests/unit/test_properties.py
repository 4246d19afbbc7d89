"""What holds for every cell and every file, not only for those that somebody thought of."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compute_trends.common.numbers import neutral, restored
from compute_trends.tables.cells.dates import parse_dates
from compute_trends.tables.cells.numbers import parse_integers, parse_numbers
from compute_trends.tables.cells.sheet import DELIMITERS, read_sheet

# The machine that runs the tests may be slow.
settings.register_profile("steady", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("steady")

FINITE = st.floats(allow_nan=False, allow_infinity=False)
SIGNS = st.text(alphabet="0123456789.,eE+-×^ '−%billon\u00a0/x", max_size=20)
KNOWN_DAYS = st.dates(date(1800, 1, 1), date(2199, 12, 31))
PRINTABLE = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffd\ufffe\uffff"),
    max_size=12,
)


def cells(*texts: str) -> pd.Series:
    return pd.Series(list(texts), dtype="str")


@given(FINITE)
def test_a_number_comes_back_as_it_was_written(number: float) -> None:
    value, expected = parse_numbers(cells(repr(number)))
    assert expected.empty and value.tolist() == [number]


@given(st.floats(-1e50, 1e50), st.sampled_from(["{:.3f}", "{:.6e}", "{:,.2f}"]))
def test_a_decimal_comma_is_a_decimal_point(number: float, form: str) -> None:
    text = form.format(number)
    swapped = text.translate(str.maketrans(",.", ".,"))
    point, comma = (
        parse_numbers(cells(written), decimal=mark).value[0]
        for written, mark in ((text, "."), (swapped, ","))
    )
    assert point == comma == float(text.replace(",", ""))


@given(st.integers(-(2**53) + 1, 2**53 - 1))
def test_an_integer_comes_back_with_and_without_groups(number: int) -> None:
    plain, grouped, spaced = f"{number}", f"{number:,}", f"{number:,}".replace(",", "\u202f")
    value, expected = parse_integers(cells(plain, spaced))
    assert expected.empty and value.tolist() == [number, number]
    value, expected = parse_integers(cells(grouped))
    # One group alone may be decimals.
    assert expected.empty == (grouped.count(",") != 1)
    assert value.isna().all() or value.tolist() == [number]


@given(st.one_of(SIGNS, st.text(max_size=20)), st.sampled_from([".", ",", None]))
def test_any_cell_is_a_number_or_told(text: str, mark: str | None) -> None:
    value, expected = parse_numbers(cells(text), decimal=mark)
    empty = not text.translate(dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))).strip()
    outcome = (math.isfinite(value[0]), len(expected))
    assert outcome == (False, 0) if empty else outcome in [(True, 0), (False, 1)]


@given(SIGNS)
def test_what_is_read_without_a_decimal_mark_is_read_the_same_with_either(text: str) -> None:
    unknown = parse_numbers(cells(text), decimal=None).value[0]
    for mark in (".", ","):
        known = parse_numbers(cells(text), decimal=mark).value[0]
        assert math.isnan(unknown) or known == unknown


@given(KNOWN_DAYS, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d.%m.%Y"]))
def test_a_date_comes_back_as_it_was_written(day: object, form: str) -> None:
    text = pd.Timestamp(str(day)).strftime(form)
    read = parse_dates(cells(text), order="d/m/y")
    assert read.expected.empty and read.day[0] == pd.Timestamp(str(day))


@given(KNOWN_DAYS)
def test_an_order_is_needed_where_both_fit_and_only_there(day: object) -> None:
    stamp = pd.Timestamp(str(day))
    read = parse_dates(cells(f"{stamp.day}/{stamp.month}/{stamp.year:04}"))
    if stamp.day <= 12 and stamp.day != stamp.month:
        assert read.day.isna().all() and "or" in read.expected[0]
    else:
        assert read.day[0] == stamp


@given(st.text(max_size=20))
def test_any_cell_is_a_date_or_told(text: str) -> None:
    read = parse_dates(cells(text))
    assert len(read.expected) <= 1
    assert read.day.notna().sum() + len(read.expected) <= 1


@given(st.lists(st.text(max_size=10), max_size=5))
def test_neutral_texts_come_back_and_are_no_formulas(texts: list[str]) -> None:
    written = [neutral(text) for text in texts]
    assert not any(text[:1] in tuple("=+-@\t\r\n") for text in written if text)
    assert restored(cells(*written)).tolist() == texts


@given(
    st.text(alphabet="x;\t\r\n'\" =-\N{FULLWIDTH EQUALS SIGN}\N{SMALL COMMERCIAL AT}", max_size=8)
)
def test_no_cell_is_a_formula_however_a_program_separates_them(text: str) -> None:
    written = neutral(text)
    seen = [cell.lstrip(' "') for cell in re.split("[;\t\r\n]", written)]
    assert not any(unicodedata.normalize("NFKC", cell[:1]) in tuple("=-@") for cell in seen if cell)
    assert restored(cells(written)).tolist() == [text]


@given(
    st.lists(st.lists(PRINTABLE, min_size=3, max_size=3), min_size=1, max_size=5),
    st.sampled_from(DELIMITERS),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_no_cell_of_a_sheet_is_lost(
    rows: list[list[str]], delimiter: str, line_end: str, encoding: str
) -> None:
    file = io.StringIO(newline="")
    written = [["one", "two", "three"], *rows]
    csv.writer(file, delimiter=delimiter, lineterminator=line_end).writerows(written)
    sheet = read_sheet(file.getvalue().encode(encoding), ["one", "two", "three"])
    assert sheet.faults == []
    kept = [row for row in written if any(cell.strip() for cell in row)]
    assert list(sheet.rows.values()) == kept


@given(st.binary(max_size=300))
def test_any_bytes_are_a_sheet_or_told(data: bytes) -> None:
    sheet = read_sheet(data)
    assert all(fault.expected for fault in sheet.faults)
    assert all(isinstance(cell, str) for row in sheet.rows.values() for cell in row)


@pytest.mark.parametrize("function", [parse_numbers, parse_integers, parse_dates])
def test_cells_do_not_change_each_other(function: object) -> None:
    rng = np.random.default_rng(1)
    kinds = ["1", "1,5", "1,234", "x", "", "2015-04-03", "3/4/2015", "42097", "10 billion"]
    texts = cells(*rng.choice(kinds, 200))
    together = function(texts)  # type: ignore[operator]
    for place, text in enumerate(texts):
        alone = function(cells(text))  # type: ignore[operator]
        assert (place in together.expected.index) == (len(alone.expected) == 1)
