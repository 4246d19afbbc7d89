"""Dates that slipped in typing, and the order of day and month that a column shows."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from compute_trends.tables.cells.dates import (
    YEAR_SLIP,
    ZERO,
    is_slip,
    parse_dates,
    shown_orders,
)


def column(*cells: str | None) -> pd.Series:
    return pd.Series(list(cells), dtype="str")


@pytest.mark.parametrize("order", [None, "d/m/y", "m/d/y"])
@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        *(
            (cell, ZERO)
            for cell in (
                *("00/05/2021", "05/00/2021", "0/1/2012", "1.0.2012", "2021-00-05", "2021-05-00"),
                *("00/2021", "2021-00", "0 May 2021", "May 0, 2021", "20220005", "20220500"),
                *("2021/05/00 00:00", "0000-00-00", "00/00/2021"),
            )
        ),
        *(
            (cell, YEAR_SLIP)
            for cell in (
                *("0222", "0222-05-01", "25/05/0021", "5 May 0222", "0000-01-01", "1799-12-31"),
                *("2202", "2202-05-01", "25/05/2202", "May 2202", "2202-05", "9999-12-31"),
                *("20222-05-01", "25/05/20222", "5 May 20222", "May 20222", "202222", "02220501"),
                *("202-05-01", "25/05/202", "5 May 222", "222"),
            )
        ),
    ],
)
def test_a_slip_is_refused_as_one(cell: str, expected: str, order: str | None) -> None:
    dates = parse_dates(column(cell, "2012-03-04"), order=order)
    assert dates.day.isna().tolist() == [True, False]
    assert dates.expected.to_dict() == {0: expected}
    assert is_slip(dates.expected).all()


@pytest.mark.parametrize(
    ("cell", "day", "year"),
    [
        ("20222", "1955-05-13", "2022"),
        ("20222.0", "1955-05-13", "2022"),
        ("22022", "1960-04-16", "2022"),
        ("19999", "1954-10-02", "1999"),
        ("20821", "1957-01-01", "2021"),
        ("20224", "1955-05-15", "2022 or 2024"),
        # The first and the last year that may be meant
        ("19500", "1953-05-21", "1950"),
        ("20299", "1955-07-29", "2029"),
    ],
)
def test_a_year_of_five_digits_may_be_a_spreadsheet_s_day(cell: str, day: str, year: str) -> None:
    dates = parse_dates(column(cell))
    assert dates.day.isna().all() and is_slip(dates.expected).all()
    expected = f"a date y-m-d: {day} as a spreadsheet counts, or {year} with a digit too many"
    assert dates.expected.tolist() == [expected]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        # 1 January 1952, 1970 and 2015: no year has one digit less, or it is too late for a slip
        ("18994", date(1952, 1, 1)),
        ("25569", date(1970, 1, 1)),
        ("42005", date(2015, 1, 1)),
        ("42022", date(2015, 1, 18)),
        ("20330", date(1955, 8, 29)),
        ("1800", date(1800, 1, 1)),
        ("2199-12-31", date(2199, 12, 31)),
        ("6/25/2024 0:00", date(2024, 6, 25)),
    ],
)
def test_what_is_no_slip(cell: str, day: date) -> None:
    assert parse_dates(column(cell)).day[0].date() == day


@pytest.mark.parametrize(
    "cell", ["31/02/2012", "2012-02-30", "13/13/2012", "soon", "12/05/21", "0", "Net 20222", "TBD"]
)
def test_what_is_no_date_is_not_taken_for_a_slip(cell: str) -> None:
    dates = parse_dates(column(cell))
    assert dates.expected.tolist() == ["a date"] and not is_slip(dates.expected).any()


def test_dates_in_numbers_show_their_order() -> None:
    texts = pd.Series(
        [
            *("13/05/2024", " 5.13.2024 ", "13-05-24", "05/06/2024", "05/05/2024", "13/13/2024"),
            *("2024-05-13", "00/13/2024", "13/05-2024", "6/25/2024 0:00", "42097", None, "13/5/1"),
        ],
        index=range(2, 15),
        dtype="str",
    )
    shown = shown_orders(texts)
    assert shown.cells["d/m/y"].to_dict() == {2: "13/05/2024", 4: "13-05-24"}
    assert shown.cells["m/d/y"].to_dict() == {3: "5.13.2024", 11: "6/25/2024 0:00"}
    assert shown.either.to_dict() == {5: "05/06/2024"}
    for order, cells in shown.cells.items():
        long = cells[cells != "13-05-24"]
        assert parse_dates(long, order=order).expected.empty
        other = {"d/m/y": "m/d/y", "m/d/y": "d/m/y"}[order]
        assert parse_dates(long, order=other).day.isna().all()


@pytest.mark.parametrize(
    ("cell", "readings"),
    [
        # The least and the most that day and month can be
        ("1/5/2021", ["2021-05-01", "2021-01-05"]),
        ("5/1/2021", ["2021-01-05", "2021-05-01"]),
        ("12/1/2021", ["2021-01-12", "2021-12-01"]),
        ("11/12/2021", ["2021-12-11", "2021-11-12"]),
        # One way alone
        ("12/25/2021", ["2021-12-25"]),
        ("25/12/2021", ["2021-12-25"]),
        ("13/12/2021", ["2021-12-13"]),
        ("12/13/2021", ["2021-12-13"]),
        ("1/1/2021", ["2021-01-01"]),
        ("12/12/2021", ["2021-12-12"]),
    ],
)
def test_without_an_order_what_may_be_two_dates_is_refused(cell: str, readings: list[str]) -> None:
    dates = parse_dates(column(cell))
    if len(readings) == 1:
        assert dates.expected.empty and dates.day.tolist() == [pd.Timestamp(readings[0])]
    else:
        expected = f"a date y-m-d: {' or '.join(readings)} (no order of day and month is stated)"
        assert dates.day.isna().all() and dates.expected.tolist() == [expected]


def is_date(day: int, month: int) -> bool:
    """Whether there is such a day, of 2024."""
    try:
        return bool(date(2024, month, day))
    except ValueError:
        return False


def test_the_orders_that_dates_show_are_those_in_which_they_are_dates() -> None:
    numbers = (*range(14), 29)
    pairs = {f"{one}/{other}/2024": (one, other) for one in numbers for other in numbers}
    shown = shown_orders(column(*pairs))
    expected: dict[str, list[str]] = {"d/m/y": [], "m/d/y": [], "either": []}
    for cell, (one, other) in pairs.items():
        day_first, month_first = is_date(one, other), is_date(other, one)
        if day_first and month_first and one != other:
            expected["either"].append(cell)
        elif day_first != month_first:
            expected["d/m/y" if day_first else "m/d/y"].append(cell)
    assert shown.either.tolist() == expected["either"]
    assert {order: cells.tolist() for order, cells in shown.cells.items()} == {
        order: expected[order] for order in ("d/m/y", "m/d/y")
    }
