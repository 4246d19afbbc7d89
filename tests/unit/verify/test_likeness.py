"""How alike two texts or tables are, and where they first differ."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from compute_trends.tables.dictionary import generated_table
from compute_trends.verify.likeness import Likeness, shares, tables_alike, texts_alike, together
from compute_trends.verify.tolerance import Tolerance

CLOSED, ITERATED = 1e-10, 1e-6
TOLERANCE = Tolerance(CLOSED, ITERATED, ["bands"], ["*_ci90_*"])


def test_differences_are_shares_of_the_larger_number_or_of_a_hundredth() -> None:
    found = shares([1, -1, 2, 0, 1e-5, 0.02, np.nan], [2, 1, 2, 0.002, 0, 0.01, 1])
    np.testing.assert_allclose(found, [0.5, 2, 0, 0.2, 1e-3, 0.5, np.nan])
    np.testing.assert_allclose(shares([2, 1, -2, 1], [1, -1, 1, -2]), [0.5, 2, 1.5, 1.5])


def test_together_they_differ_by_as_much_as_the_first_parts_up_to_a_different_one() -> None:
    assert together([]) == Likeness(0.0, None)
    parts = [Likeness(0.2), Likeness(0.5), Likeness(0.3)]
    assert together(parts) == Likeness(0.5, None)
    parts += [Likeness(0.1, "here"), Likeness(0.9), Likeness(0.9, "there")]
    assert together(parts) == Likeness(0.5, "here")


@pytest.mark.parametrize(
    ("ours", "again", "largest"),
    [
        ("a 0.123456789 b", "a 0.123456788 b", 1e-9 / 0.123456789),
        # Digits count from the first that is not zero to the last; one of the two has nine.
        ("0.000123456789", "0.000123456788", 1e-12 / 0.01),
        ("1.23456789e25", "1.2345679e+25", 1e-8 / 1.2345679),
        ("-0.5000000001", "-0.5", 1e-10 / 0.5000000001),
        # The largest of several, wherever it stands
        ("1.00000001 2.00000001 x", "1.0 2.00000002 x", 1e-8 / 1.00000001),
        ("2.00000001 1.00000001\nx", "2.00000002 1.0\nx", 1e-8 / 1.00000001),
        ("2.00000001\n1.00000001", "2.00000002\n1.0", 1e-8 / 1.00000001),
        ("same 1.5", "same 1.5", 0.0),
    ],
)
def test_texts_whose_long_numbers_differ_little_are_the_same(
    ours: str, again: str, largest: float
) -> None:
    likeness = texts_alike(ours, again, 0.01)
    assert likeness.different is None
    assert likeness.largest == pytest.approx(largest, rel=1e-6)
    # The tolerance is the most that they may differ by.
    if largest:
        assert texts_alike(ours, again, likeness.largest).different is None
        assert texts_alike(ours, again, 0.999 * likeness.largest).different is not None


@pytest.mark.parametrize(
    ("ours", "again", "different"),
    [
        # Eight digits are shown to people.
        ("a 0.12345678", "a 0.12345679", "line 1: a 0.12345678, again a 0.12345679"),
        ("x\n10000000001.5e3 b", "x\n2.5 b", "line 2: 10000000001.5e3 b, again 2.5 b"),
        ("1\n2\n3", "1\n2", "3 lines, again 2"),
        ("1", "1\n2", "1 lines, again 2"),
        ("1.5 a", "1.5 b", "line 1: 1.5 a, again 1.5 b"),
        ("a 1.5 b 2", "a 1.5 b ", "line 1 is longer in one of the two"),
        ("a 1.5", "a 1.5 b 2", "line 1: a 1.5, again a 1.5 b 2"),
    ],
)
def test_where_texts_differ_is_said(ours: str, again: str, different: str) -> None:
    assert texts_alike(ours, again, 0.01).different == different


def test_of_a_long_line_what_stands_around_is_shown() -> None:
    before, after = "b" * 50, "c" * 50
    found = str(texts_alike(f"{before} 1 {after}", f"{before} 2 {after}", 0.01).different)
    one, other = found.removeprefix("line 1: ").split(", again ")
    assert one.startswith("b" * 29 + " 1") and other.startswith("b" * 29 + " 2")
    assert max(len(one), len(other)) == 60


def rows(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame(columns).astype("str")


def alike(ours: pd.DataFrame, again: pd.DataFrame, table: str = "trends") -> Likeness:
    return tables_alike(ours, again, generated_table(table), TOLERANCE)


def test_numbers_of_tables_have_the_tolerance_of_their_column() -> None:
    ours = rows(trend=["a", "b", "c"], r2=[0.5, 0.6, 0.7], slope_oom_per_year_ci90_low=[1, 2, 4])
    assert alike(ours, ours) == Likeness(0.0, None)
    near = ours.assign(r2=["0.5", str(0.6 * (1 + 0.9 * CLOSED)), str(0.7 * (1 + 0.5 * CLOSED))])
    likeness = alike(ours, near)
    assert likeness.different is None and likeness.largest == pytest.approx(9e-11, rel=1e-3)
    cells = [0.5 * (1 + 0.5 * CLOSED), 0.6 * (1 + 1.1 * CLOSED), 0.7 * (1 + 2 * CLOSED)]
    far = ours.assign(r2=list(map(str, cells)))
    assert str(alike(ours, far).different).startswith("row 3, column r2: 0.6, again 0.6000")
    assert str(alike(ours, far).different).endswith(" (2 such cells)")
    # Ends of intervals, and the whole of tables that are found step by step
    ends = ours.assign(slope_oom_per_year_ci90_low=["1", "2", str(4 * (1 + 0.9 * ITERATED))])
    assert alike(ours, ends).largest == pytest.approx(9e-7, rel=1e-3)
    assert alike(ours, ends).different is None


def test_what_is_no_number_is_the_same_to_the_letter() -> None:
    ours = rows(trend=["a", "b"], r2=["0.5", ""], n=["7", "8"])
    for column, cell, found in (("trend", "x", "b"), ("r2", "0.5", ""), ("n", "8.0", "8")):
        again = ours.assign(**{column: [ours[column].iloc[0], cell]})
        expected = f"row 3, column {column}: {found}, again {cell} (1 such cells)"
        assert alike(ours, again).different == expected
    assert alike(ours, ours[["trend", "n", "r2"]]).different == "other columns"
    assert alike(ours, ours.head(1)).different == "2 rows, again 1"


def test_the_largest_difference_is_that_up_to_the_column_that_is_different() -> None:
    ours = rows(trend=["a", "b"], start_flop=["1.0", "2.0"], r2=["0.5", "0.6"])
    again = ours.assign(start_flop=["1.00000000005", "2.0"], r2=["0.51", "0.6"])
    likeness = alike(ours, again)
    assert likeness.largest == pytest.approx(5e-11, rel=1e-3)
    assert likeness.different == "row 2, column r2: 0.5, again 0.51 (1 such cells)"
