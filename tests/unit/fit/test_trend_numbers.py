from __future__ import annotations

import numpy as np
import pytest
from made_up import UNITS

from compute_trends.fit.intervals import WITHHELD, Interval
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.paper_method import paper_interval
from compute_trends.fit.trend_numbers import (
    VALUE_AND_ENDS,
    growth,
    growth_columns,
    interval_columns,
    trend_numbers,
)

# OOM per day that are 0.1, 0.2, ..., 10 per year
SLOPES = np.linspace(0.1, 10, 100) / 365
QUANTITIES = ("growth_per_year", "slope_oom_per_year", "doubling_time_months")


def test_growth_is_per_year_and_a_doubling_in_months() -> None:
    numbers = growth_columns(0.5 / 365, units=UNITS)
    assert numbers["slope_oom_per_year"] == pytest.approx(0.5)
    assert numbers["doubling_time_months"] == pytest.approx(np.log10(2) / 0.5 * 365 / 30)
    assert growth(-SLOPES, units=UNITS).doubling_time_months.tolist() == [np.inf] * 100


def test_the_paper_s_intervals_hold_what_they_say() -> None:
    slow, middle, fast = paper_interval(SLOPES, units=UNITS).slope_oom_per_year
    inside = np.mean((slow < SLOPES * 365) & (fast > SLOPES * 365))
    assert (inside, middle) == (pytest.approx(0.95, abs=0.02), pytest.approx(5.05))


def test_the_paper_s_intervals_of_several_trends_at_once_are_those_of_each() -> None:
    both = paper_interval(np.array([SLOPES, 2 * SLOPES]), units=UNITS)
    assert both.doubling_time_months.shape == (3, 2)
    for number, slopes in enumerate((SLOPES, 2 * SLOPES)):
        alone = paper_interval(slopes, units=UNITS)
        assert both.doubling_time_months[:, number] == pytest.approx(alone.doubling_time_months)


def test_columns_are_named_by_quantity_and_end_and_the_faster_end_doubles_sooner() -> None:
    columns = interval_columns(*(value / 365 for value in (0.5, 0.25, 1.0)), units=UNITS)
    assert list(columns) == [f"{name}{end}" for name in QUANTITIES for end in VALUE_AND_ENDS]
    months = np.log10(2) * 365 / 30
    expected = [10**0.5, 10**0.25, 10, 0.5, 0.25, 1, months / 0.5, months, months / 0.25]
    assert list(columns.values()) == pytest.approx(expected)


def test_growth_that_may_be_none_has_no_longest_doubling_time() -> None:
    columns = interval_columns(0.5 / 365, -0.1 / 365, 1 / 365, units=UNITS)
    assert columns["doubling_time_months_ci90_high"] == np.inf
    assert 0 < columns["doubling_time_months_ci90_low"] < np.inf


@pytest.mark.parametrize("ends", [Interval(0.5 / 365, 2 / 365, None), WITHHELD])
def test_numbers_of_a_trend_are_those_of_its_line_and_its_interval(ends: Interval) -> None:
    days = np.arange(10.0)
    line = fit_line(days, 20 + days / 365)
    numbers = trend_numbers(line, ends, n=10, units=UNITS)
    assert (numbers["n"], numbers["r2"]) == (10, pytest.approx(1))
    assert numbers["start_flop"] == pytest.approx(1e20)
    assert numbers["end_flop"] == pytest.approx(10 ** (20 + 9 / 365))
    assert numbers["slope_oom_per_year"] == pytest.approx(1)
    assert numbers["note"] == ends.note
    expected = interval_columns(1 / 365, ends.low, ends.high, units=UNITS)
    assert {name: numbers[name] for name in expected} == pytest.approx(expected, nan_ok=True)
