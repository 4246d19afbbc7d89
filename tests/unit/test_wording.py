from __future__ import annotations

from compute_trends.wording import fixed, growth, interval

INF = float("inf")


def test_fixed_decimals() -> None:
    assert [fixed(21.26), fixed(0.666, 2), fixed(INF), fixed(None)] == ["21.3", "0.67", "∞", ""]


def test_growth_in_words() -> None:
    assert growth({"doubling_time_months": 5.58}) == "doubles every 5.6 months"
    assert growth({"doubling_time_months": INF}) == "does not grow"


def test_interval_in_words() -> None:
    ends = {"doubling_time_months_ci95_low": 7.83, "doubling_time_months_ci95_high": INF}
    assert interval(ends, "doubling_time_months") == "7.8 to ∞"
