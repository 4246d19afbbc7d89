from __future__ import annotations

import pytest

from compute_trends.common.numbers import fixed, plain
from compute_trends.render.wording import (
    change,
    data_of,
    doubling,
    first_year,
    growth,
    interval,
    period_in_words,
    times_a_year,
)

INF = float("inf")


def test_fixed_decimals() -> None:
    assert [fixed(21.26), fixed(0.666, 2), fixed(INF), fixed(None)] == ["21.3", "0.67", "∞", ""]


def test_growth_in_words() -> None:
    assert growth({"doubling_time_months": 5.58}) == "doubles every 5.6 months"
    assert growth({"doubling_time_months": INF}) == "does not grow"


def test_interval_in_words() -> None:
    name = "doubling_time_months"
    ends = {name: 9.0, f"{name}_ci90_low": 7.83, f"{name}_ci90_high": INF}
    assert interval(ends, name) == "more than 7.8"
    assert interval(ends | {f"{name}_ci90_high": 9}, name) == "7.8 to 9.0"
    # An end that is so far off says no more than that there is none.
    assert interval(ends | {f"{name}_ci90_high": 128.7}, name) == "more than 7.8"
    for nothing in (None, float("nan")):
        assert interval(dict.fromkeys(ends, nothing), name) == "no interval"


def trend(
    slope: float, months: float, low: float, high: float, slope_low: float
) -> dict[str, float]:
    return {
        "slope_oom_per_year": slope,
        "slope_oom_per_year_ci90_low": slope_low,
        "doubling_time_months": months,
        "doubling_time_months_ci90_low": low,
        "doubling_time_months_ci90_high": high,
        "r2": 0.5,
    }


def test_a_change_in_words() -> None:
    before = trend(0.6, 6.1, 5.0, 7.5, 0.5)
    assert change(before, trend(0.48, 7.6, 5.0, 15.0, 0.2)) == "growth is 20 % slower"
    assert change(before, trend(0.66, 5.5, 5.0, 6.0, 0.6)) == "growth is 10 % faster"
    alike = change(before, trend(0.603, 6.1, 5.0, 7.0, 0.5))
    assert alike == "growth is as fast, within 1 %"
    lost = change(before, trend(0.3, 12.2, 6.0, INF, -0.1))
    assert lost == "growth is 50 % slower and can no longer be told from none"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (390408, "390\N{NO-BREAK SPACE}408"),
        (13994528, "13\N{NO-BREAK SPACE}994\N{NO-BREAK SPACE}528"),
        (1.746e11, "1.746e11"),
        (3e8, "3e8"),
        (9_999_999.5, "1e7"),
        (0.33, "0.33"),
        (31.6227766, "31.6228"),
        (2.5e-5, "2.5e-5"),
    ],
)
def test_plain_numbers(value: float, written: str) -> None:
    assert plain(value) == written


TREND = {
    "growth_per_year": 4.27,
    "growth_per_year_ci90_low": 3.97,
    "growth_per_year_ci90_high": 4.62,
    "doubling_time_months": 5.81,
    "doubling_time_months_ci90_low": 5.51,
    "doubling_time_months_ci90_high": float("inf"),
}


def test_growth_and_doubling_stand_with_their_intervals() -> None:
    assert times_a_year(TREND) == "4.3 times a year (4.0 to 4.6)"
    assert times_a_year(TREND, sign=True) == "×4.3 a year (4.0 to 4.6)"
    assert doubling(TREND) == "doubling takes more than 5.5 months"
    closed = TREND | {"doubling_time_months_ci90_high": 6.1}
    assert doubling(closed) == "doubling every 5.8 months (5.5 to 6.1)"
    assert doubling(TREND | {"doubling_time_months": float("inf")}) == "no growth"


@pytest.mark.parametrize(
    ("period", "words", "year"),
    [
        ("2009-12-31/2026-08-19", "2010 to 19 August 2026", 2010),
        ("1950-01-01/2009-12-31", "1950 to 2009", 1950),
        ("2017-05-31/2024-05-31", "1 June 2017 to 31 May 2024", 2017),
    ],
)
def test_periods_in_words(period: str, words: str, year: int) -> None:
    assert (period_in_words(period), first_year(period)) == (words, year)


def test_data_are_told_by_their_day() -> None:
    assert data_of("2026-08-09") == "Epoch AI's data of 9 August 2026"
