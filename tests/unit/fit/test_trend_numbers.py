from __future__ import annotations

import numpy as np
import pytest
from made_up import UNITS

from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.trend_numbers import (
    bootstrap_interval,
    growth,
    growth_columns,
    interval_columns,
    trend_numbers,
)

# OOM per day that are 0.1, 0.2, ..., 10 per year
SLOPES = np.linspace(0.1, 10, 100) / 365


def test_growth_is_per_year_and_a_doubling_in_months() -> None:
    numbers = growth_columns(0.5 / 365, units=UNITS)
    assert numbers["slope_oom_per_year"] == pytest.approx(0.5)
    assert numbers["doubling_time_months"] == pytest.approx(np.log10(2) / 0.5 * 365 / 30)
    assert growth(-SLOPES, units=UNITS).doubling_time_months.tolist() == [np.inf] * 100


def test_an_interval_holds_the_share_that_its_name_says() -> None:
    slow, middle, fast = bootstrap_interval(SLOPES, units=UNITS).slope_oom_per_year
    inside = np.mean((slow < SLOPES * 365) & (fast > SLOPES * 365))
    assert (inside, middle) == (pytest.approx(0.95, abs=0.02), pytest.approx(5.05))
    slow, fast = bootstrap_interval(SLOPES, units=UNITS, level="ci90").slope_oom_per_year
    assert np.mean((slow < SLOPES * 365) & (fast > SLOPES * 365)) == pytest.approx(0.9, abs=0.02)


def test_intervals_of_several_trends_at_once_are_those_of_each() -> None:
    both = bootstrap_interval(np.array([SLOPES, 2 * SLOPES]), units=UNITS)
    assert both.doubling_time_months.shape == (3, 2)
    for number, slopes in enumerate((SLOPES, 2 * SLOPES)):
        alone = bootstrap_interval(slopes, units=UNITS)
        assert both.doubling_time_months[:, number] == pytest.approx(alone.doubling_time_months)


def test_columns_are_named_by_quantity_level_and_end() -> None:
    interval = bootstrap_interval(SLOPES, units=UNITS, level="ci90")
    columns = interval_columns(interval, level="ci90")
    assert list(columns) == [
        "slope_oom_per_year_ci90_low",
        "slope_oom_per_year_ci90_high",
        "doubling_time_months_ci90_low",
        "doubling_time_months_ci90_high",
    ]
    assert columns["doubling_time_months_ci90_low"] < columns["doubling_time_months_ci90_high"]


def test_numbers_of_a_trend_are_those_of_its_line_and_its_resamples() -> None:
    days = np.arange(10.0)
    line = fit_line(days, 20 + days / 365)
    numbers = trend_numbers(line, SLOPES, n=10, units=UNITS)
    assert (numbers["n"], numbers["r2"]) == (10, pytest.approx(1))
    assert numbers["start_flop"] == pytest.approx(1e20)
    assert numbers["end_flop"] == pytest.approx(10 ** (20 + 9 / 365))
    assert numbers["slope_oom_per_year"] == pytest.approx(1)
    assert numbers["slope_oom_per_year_ci95_median"] == pytest.approx(5.05)
