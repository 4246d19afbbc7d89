from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from made_up import UNITS

from compute_trends.checks.other_methods import (
    METHODS,
    hc3_interval,
    jackknife_interval,
    robust_table,
    theil_sen,
)
from compute_trends.fit.loglinear import fit_line

Estimator = Callable[[np.ndarray, np.ndarray], tuple[float, float, float]]
ALL = list(METHODS.values())


def cloud(rng: np.random.Generator, n: int = 40, uneven: float = 0.0) -> tuple[np.ndarray, ...]:
    days = np.sort(rng.uniform(0, 3650, n))
    scatter = 0.3 * (1 + uneven * np.abs(days - 1825) / 1825)
    return days, 10 + 0.002 * days + rng.normal(size=n) * scatter


@pytest.mark.parametrize("method", ALL)
def test_an_exact_line_is_found_without_uncertainty(method: Estimator) -> None:
    days = np.arange(20.0)
    assert method(days, 3 + 0.5 * days) == pytest.approx((0.5, 0.5, 0.5))


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize("uneven", [0.0, 4.0])
def test_intervals_hold_the_true_slope(method: Estimator, uneven: float) -> None:
    """Also where the scatter grows along the line, which a plain interval would miss."""
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(400):
        _, low, high = method(*cloud(rng, uneven=uneven))
        held += low <= 0.002 <= high
    # 90 %, less three standard errors and what 40 systems cost these methods; Theil-Sen
    # takes the scatter as the same everywhere.
    least = 0.78 if method is theil_sen and uneven else 0.84
    assert least <= held / 400 <= 0.95


def test_least_squares_keeps_its_slope() -> None:
    points = cloud(np.random.default_rng(12))
    for method in (hc3_interval, jackknife_interval):
        assert method(*points)[0] == pytest.approx(fit_line(*points).slope)


def test_jackknife_is_that_of_leaving_each_system_out() -> None:
    days, log_flop = cloud(np.random.default_rng(13), n=12)
    without = np.array(
        [fit_line(np.delete(days, i), np.delete(log_flop, i)).slope for i in range(12)]
    )
    variance = 11 / 12 * ((without - without.mean()) ** 2).sum()
    slope, low, high = jackknife_interval(days, log_flop)
    # Two-sided 90 % quantile of Student's t with 10 degrees of freedom
    assert (high - low) / 2 == pytest.approx(1.812461 * np.sqrt(variance), rel=1e-6)
    assert slope - low == pytest.approx(high - slope)


def test_hc3_is_the_matrix_formula() -> None:
    """(X'X)^-1 X' diag((e / (1 - h))^2) X (X'X)^-1, and Student's t with n - 2 degrees."""
    days, log_flop = cloud(np.random.default_rng(16), n=12, uneven=3.0)
    x = np.column_stack([np.ones(12), days])
    inverse = np.linalg.inv(x.T @ x)
    hat = np.diag(x @ inverse @ x.T)
    residuals = log_flop - x @ (inverse @ x.T @ log_flop)
    meat = x.T @ np.diag((residuals / (1 - hat)) ** 2) @ x
    error = np.sqrt((inverse @ meat @ inverse)[1, 1])
    slope, low, high = hc3_interval(days, log_flop)
    assert slope - low == pytest.approx(1.812461 * error, rel=1e-6)
    assert high - slope == pytest.approx(1.812461 * error, rel=1e-6)


def test_theil_sen_is_not_moved_by_a_few_outliers() -> None:
    days, log_flop = cloud(np.random.default_rng(14), n=60)
    log_flop[-5:] -= 20
    slope, low, high = theil_sen(days, log_flop)
    assert low < 0.002 < high
    assert abs(slope - 0.002) < abs(fit_line(days, log_flop).slope - 0.002) / 5


@pytest.mark.parametrize("method", ALL)
def test_what_no_line_can_be_fitted_to_is_refused(method: Estimator) -> None:
    with pytest.raises(ValueError, match="at least three systems, got 2"):
        method(np.array([1.0, 2.0]), np.array([1.0, 2.0]))


# All but one of one date; of dates that lie as near to each other as rounding leaves them
@pytest.mark.parametrize("spread", [0.0, 1e-7])
@pytest.mark.parametrize("n", [3, 4, 30])
@pytest.mark.parametrize("alone", [0.0, 5000.0])
@pytest.mark.filterwarnings("error")
def test_where_one_system_decides_the_slope_no_interval_is_told(
    n: int, alone: float, spread: float
) -> None:
    days = 17000.0 + spread * np.arange(n)
    days[-1] = 16000.0 + alone
    log_flop = np.random.default_rng(17).normal(20, 1, n)
    for method in (hc3_interval, jackknife_interval):
        with pytest.raises(ValueError, match="one system decides the slope alone"):
            method(days, log_flop)
    # The median of the pairs needs no such system.
    assert np.isfinite(theil_sen(days, log_flop)).all()
    points = pd.DataFrame({"trend": "t", "basis": "published", "day": days, "log_flop": log_flop})
    table = robust_table(points, methods=list(METHODS), units=UNITS).set_index("method")
    refused = table.loc[["hc3", "jackknife"]]
    assert refused["note"].str.startswith("one system decides").all()
    assert refused.filter(regex="slope|months").isna().all(axis=None)
    assert pd.isna(table.loc["theil_sen", "note"])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("method", ALL)
def test_three_systems_of_three_dates_have_an_interval(method: Estimator) -> None:
    """One degree of freedom; the line without any one of them goes through the other two."""
    days, log_flop = np.array([0.0, 400.0, 1000.0]), np.array([20.0, 21.5, 21.0])
    slope, low, high = method(days, log_flop)
    assert np.isfinite([slope, low, high]).all() and low <= slope <= high
    if method is not theil_sen:
        pairs = [np.delete(np.arange(3), left) for left in range(3)]
        without = np.array([np.polyfit(days[pair], log_flop[pair], 1)[0] for pair in pairs])
        moves = without - (without.mean() if method is jackknife_interval else slope)
        share = 2 / 3 if method is jackknife_interval else 1
        # Two-sided 90 % quantile of Student's t with one degree of freedom
        half = 6.31375151 * np.sqrt(share * (moves**2).sum())
        assert high - slope == pytest.approx(half)


def test_the_table_turns_ends_around_for_doubling_times() -> None:
    days, log_flop = cloud(np.random.default_rng(15))
    points = pd.DataFrame({"trend": "t", "basis": "published", "day": days, "log_flop": log_flop})
    table = robust_table(points, methods=list(METHODS), units=UNITS)
    for method, values in table.set_index("method").iterrows():
        slope, low, high = METHODS[str(method)](days, log_flop)
        assert values["slope_oom_per_year"] == pytest.approx(slope * 365)
        assert values["slope_oom_per_year_ci90_low"] == pytest.approx(low * 365)
        assert values["slope_oom_per_year_ci90_high"] == pytest.approx(high * 365)
    row = table.set_index("method").loc["hc3"]
    assert row["slope_oom_per_year"] == pytest.approx(fit_line(days, log_flop).slope * 365)
    assert (
        row["doubling_time_months_ci90_low"]
        < row["doubling_time_months"]
        < row["doubling_time_months_ci90_high"]
    )
    for end, other in (("low", "high"), ("high", "low")):
        assert row[f"doubling_time_months_ci90_{end}"] == pytest.approx(
            np.log10(2) / row[f"slope_oom_per_year_ci90_{other}"] * 365 / 30
        )
