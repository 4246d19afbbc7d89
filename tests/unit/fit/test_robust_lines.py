"""Theil-Sen and least absolute deviations against scipy, a linear program and plain loops."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import linprog

from compute_trends.fit.robust_lines import least_absolute_slope, theil_sen_slope

SLOPES = [theil_sen_slope, least_absolute_slope]


@st.composite
def scatters(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Days, values and weights: many ties and repeated dates, systems on one line, or neither."""
    n = draw(st.integers(3, 14))
    last = draw(st.sampled_from([1, 3, 8, 4000]))
    days = draw(
        st.lists(st.integers(0, last), min_size=n, max_size=n).filter(lambda x: len({*x}) > 1)
    )
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    values = draw(
        st.sampled_from([rng.integers(0, 4, n), rng.integers(0, 2, n), rng.normal(size=n)])
    )
    weights = draw(
        st.sampled_from([np.ones(n), rng.choice([0.25, 0.5, 1], n), rng.uniform(0.1, 1, n)])
    )
    return np.array(days, dtype=float), 15 + values + 0.001 * np.array(days), weights


def made_up(n: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As many systems as a trend has, and their weights."""
    rng = np.random.default_rng(seed)
    days = 14_000.0 + np.sort(rng.integers(0, 6000, n))
    return days, 20 + 0.0015 * (days - 14_000) + rng.normal(size=n), rng.choice([0.25, 0.5, 1], n)


def least_absolute_program(
    days: np.ndarray, values: np.ndarray, weights: np.ndarray
) -> tuple[float, float]:
    """Lowest and highest slope of a line of least absolute deviations, by linear programs."""
    n, x, y = days.size, days - days.mean(), values - values.mean()
    lines = np.column_stack([np.ones(n), x, np.eye(n), -np.eye(n)])
    cost = np.concatenate([[0, 0], weights, weights])
    bounds = [(None, None)] * 2 + [(0, None)] * (2 * n)
    least = linprog(cost, A_eq=lines, b_eq=y, bounds=bounds).fun
    slope = np.eye(2 * n + 2)[1]
    ends = [
        linprog(
            sign * slope,
            A_eq=lines,
            b_eq=y,
            A_ub=[cost],
            b_ub=[least + 1e-9],
            bounds=bounds,
        ).fun
        * sign
        for sign in (1, -1)
    ]
    return ends[0], ends[1]


def least_absolute_lines(
    days: np.ndarray, values: np.ndarray, weights: np.ndarray
) -> tuple[float, float]:
    """Lowest and highest slope of a line of least absolute deviations, by trial of all.

    The best lines with these slopes pass through two systems. A linear program is only right to
    within its tolerance, which moves the slope by far more where lines are nearly as good.
    """
    x, y = days - days.mean(), values - values.mean()
    slopes, totals = [], []
    for i, j in itertools.combinations(range(x.size), 2):
        if x[i] != x[j]:
            slope = (y[j] - y[i]) / (x[j] - x[i])
            slopes.append(slope)
            totals.append((weights * np.abs(y - y[i] - slope * (x - x[i]))).sum())
    best = np.array(slopes)[np.array(totals) <= min(totals) * (1 + 1e-12) + 1e-14]
    return float(best.min()), float(best.max())


def weighted_median(values: list[float], weights: list[float]) -> float:
    """Middle of the values that part the weight in halves, found one by one."""
    least = [
        v
        for v in values
        if sum(w for u, w in zip(values, weights, strict=True) if u < v) <= sum(weights) / 2 + 1e-9
        and sum(w for u, w in zip(values, weights, strict=True) if u > v) <= sum(weights) / 2 + 1e-9
    ]
    return (min(least) + max(least)) / 2


@settings(max_examples=100, deadline=None, derandomize=True)
@given(scatters())
def test_theil_sen_is_the_weighted_median_over_all_pairs(
    scatter: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    days, values, weights = scatter
    systems = zip(days, values, weights, strict=True)
    slopes, products = [], []
    for (x1, y1, w1), (x2, y2, w2) in itertools.combinations(systems, 2):
        if x1 != x2:
            slopes.append((y2 - y1) / (x2 - x1))
            products.append(w1 * w2)
    expected = weighted_median(slopes, products)
    assert theil_sen_slope(days, values, weights) == pytest.approx(expected, abs=1e-12)
    assert theil_sen_slope(days, values) == pytest.approx(np.median(slopes), abs=1e-14)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(scatters())
def test_least_absolute_deviations_are_those_of_the_best_of_all_lines(
    scatter: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Where many lines are as good, the slope is the middle one of them."""
    low, high = least_absolute_lines(*scatter)
    assert least_absolute_slope(*scatter) == pytest.approx((low + high) / 2, abs=1e-6)


@pytest.mark.parametrize("n", [3, 4, 60, 199, 200])
def test_many_systems(n: int) -> None:
    days, values, weights = made_up(n)
    expected = stats.theilslopes(values, days).slope
    assert theil_sen_slope(days, values) == pytest.approx(expected, abs=1e-14)
    assert theil_sen_slope(days, values, np.full(n, 0.3)) == pytest.approx(expected, abs=1e-14)
    low, high = least_absolute_program(days, values, weights)
    assert least_absolute_slope(days, values, weights) == pytest.approx((low + high) / 2, abs=1e-9)


def test_where_the_sampled_bracket_misses_the_median() -> None:
    """Pairs in the order of a period that the sample steps over."""
    n = 601
    days = np.arange(n, dtype=float)
    values = np.where(np.arange(n) % 2 == 0, 0.0, 1000.0) + 0.01 * days
    expected = stats.theilslopes(values, days).slope
    assert theil_sen_slope(days, values) == expected
    weights = np.where(np.arange(n) < 30, 1000.0, 1.0)
    some = theil_sen_slope(days, values, weights)
    assert some == pytest.approx(theil_sen_slope(days[:30], values[:30]), abs=1e-3)


@pytest.mark.parametrize("slope_of", SLOPES)
def test_order_and_whole_numbers_of_weight(slope_of: object) -> None:
    """Systems may come in any order; a weight of zero is no system."""
    days, values, weights = made_up(41)
    slope = slope_of(days, values, weights)
    order = np.random.default_rng(2).permutation(41)
    assert slope_of(days[order], values[order], weights[order]) == pytest.approx(slope, abs=1e-13)
    longer = [
        np.append(each, extra)
        for each, extra in zip((days, values, weights), (9, 9, 0), strict=True)
    ]
    assert slope_of(*longer) == pytest.approx(slope, abs=1e-13)
    assert slope_of(days, 0.002 * days) == pytest.approx(0.002)
    assert slope_of(days, -values, weights) == pytest.approx(-slope, abs=1e-13)


def test_least_absolute_deviations_count_a_weight_of_two_as_two_systems() -> None:
    days, values, _ = made_up(30)
    twice = np.random.default_rng(3).integers(1, 4, 30)
    repeated = least_absolute_slope(np.repeat(days, twice), np.repeat(values, twice))
    assert least_absolute_slope(days, values, twice) == pytest.approx(repeated, abs=1e-13)


@pytest.mark.parametrize("slope_of", SLOPES)
@pytest.mark.parametrize(
    ("days", "values", "weights", "message"),
    [
        ([1, 2], [1, 2], None, "at least three systems"),
        ([5, 5, 5], [1, 2, 3], None, "two dates"),
        ([1, 2, 3], [1, 2, np.inf], None, "finite"),
        ([1, 2, 3], [1, 2, 3], [1, 1, 0], "at least three systems"),
        ([1, 2, 3], [1, 2, 3], [1, 1, -1], "weights"),
    ],
)
def test_what_no_line_can_be_fitted_to(
    slope_of: object, days: list[float], values: list[float], weights: list[float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        slope_of(days, values, weights)
