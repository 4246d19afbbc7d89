from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from compute_trends.fit import loglinear
from compute_trends.fit.loglinear import (
    bootstrap_lines,
    doubling_time,
    fit_line,
    quantiles,
    window_scores,
)

RNG = np.random.default_rng


def simulated(n: int, slope: float, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Systems at random days of ten years, on a known line with normal noise."""
    rng = RNG(seed)
    days = np.sort(rng.integers(10_000, 13_650, size=n)).astype(float)
    return days, 12 + slope * days + rng.normal(0, noise, size=n)


def test_line_equals_scipy() -> None:
    days, log_flop = simulated(77, 0.002, 1.0, seed=1)
    line, expected = fit_line(days, log_flop), stats.linregress(days, log_flop)
    assert line.slope == pytest.approx(expected.slope, rel=1e-10)
    assert line.r2 == pytest.approx(expected.rvalue**2, rel=1e-10)
    assert line.start == pytest.approx(expected.intercept + expected.slope * days[0], rel=1e-10)
    assert line.end == pytest.approx(expected.intercept + expected.slope * days[-1], rel=1e-10)


def test_known_line_is_recovered_whatever_the_order_and_the_origin() -> None:
    days, log_flop = simulated(30, 0.0015, 0.0, seed=2)
    order = RNG(3).permutation(30)
    for shift in (0.0, -719_000.0):
        line = fit_line(days[order] + shift, log_flop[order])
        assert line.slope == pytest.approx(0.0015, rel=1e-9)
        assert line.r2 == pytest.approx(1.0)
        assert line.end - line.start == pytest.approx(0.0015 * np.ptp(days), rel=1e-9)


@pytest.mark.parametrize(
    ("days", "log_flop", "message"),
    [
        ([1, 2], [1, 2], "three systems"),
        ([5, 5, 5], [1, 2, 3], "two dates"),
        ([1, 2, 3], [1, np.nan, 3], "finite"),
        ([1, 2, 3], [1, -np.inf, 3], "finite"),
        ([1, np.nan, 3], [1, 2, 3], "finite"),
        ([1, 2, np.inf], [1, 2, 3], "finite"),
    ],
)
def test_unusable_systems_are_refused(
    days: list[float], log_flop: list[float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        fit_line(days, log_flop)


def test_the_bootstrap_refuses_what_the_line_does() -> None:
    with pytest.raises(ValueError, match="two dates"):
        bootstrap_lines([5, 5, 5], [1, 2, 3], samples=100, noise_factor=1, rng=RNG(1))


def test_a_line_through_equal_values_explains_nothing_and_through_near_ones_something() -> None:
    line = fit_line([1, 2, 6], [20.0, 20.0, 20.0])
    assert line[:3] == (0, 20, 20) and np.isnan(line.r2)
    # Values 0, 1, 0 about a mean of 1/3: nothing; 0, 1, 2: all; 0, 1, 1: 3/4
    for values, r2 in (([0, 1, 0], 0), ([0, 1, 2], 1), ([0, 1, 1], 0.75)):
        assert fit_line([1, 2, 3], 20 + 0.001 * np.array(values)).r2 == pytest.approx(r2)


def test_units_of_time_and_compute_change_only_the_units() -> None:
    days, log_flop = simulated(40, 0.002, 0.7, seed=4)
    line = fit_line(days, log_flop)
    in_years = fit_line(days / 365, log_flop)
    in_petaflop_days = fit_line(days, log_flop - np.log10(8.64e19))
    assert in_years.slope == pytest.approx(365 * line.slope)
    assert in_petaflop_days.slope == pytest.approx(line.slope)
    assert in_petaflop_days.end == pytest.approx(line.end - np.log10(8.64e19))
    assert in_years.r2 == pytest.approx(line.r2) == in_petaflop_days.r2
    for changed in ((days / 365, 365), (days - 719_000, 1)):
        slopes = bootstrap_lines(changed[0], log_flop, samples=50, noise_factor=2, rng=RNG(5)).slope
        expected = bootstrap_lines(days, log_flop, samples=50, noise_factor=2, rng=RNG(5)).slope
        np.testing.assert_allclose(slopes, changed[1] * expected, rtol=1e-8)


def test_slopes_on_both_sides_of_a_known_break_are_recovered() -> None:
    """Growth that triples at a date, as between two eras."""
    rng = RNG(6)
    days = np.sort(rng.uniform(0, 7300, 400))
    slow, fast, turn = 0.0005, 0.0015, 3650.0
    log_flop = 10 + slow * days + (fast - slow) * np.clip(days - turn, 0, None)
    log_flop += rng.normal(0, 0.5, size=400)
    before = days <= turn
    for era, slope in ((before, slow), (~before, fast)):
        fitted = bootstrap_lines(
            days[era], log_flop[era], samples=2000, noise_factor=1, rng=RNG(7)
        ).slope
        low, high = quantiles(fitted, [0.0005, 0.9995])
        assert low < slope < high
        assert high - low < 0.5 * (fast - slow)


def test_doubling_time() -> None:
    one_doubling_in_90_days = np.log10(2) / 90
    months = doubling_time([one_doubling_in_90_days, 0.0, -1.0], days_per_month=30)
    assert months == pytest.approx([3.0, np.inf, np.inf])


def test_quantiles_are_infinite_where_they_touch_infinity() -> None:
    values = np.array([1.0, 2.0, 3.0, np.inf, np.inf])
    assert quantiles(values, [0.0, 0.5, 0.6, 1.0]).tolist() == [1.0, 3.0, np.inf, np.inf]
    # Between finite values they are as if nothing were infinite, below zero, too.
    assert quantiles(values, [0.3, 0.45]).tolist() == pytest.approx([2.2, 2.8])
    assert quantiles(values - 10, [0.3, 0.45]).tolist() == pytest.approx([-7.8, -7.2])
    rows = np.arange(20.0).reshape(2, 10)
    np.testing.assert_allclose(quantiles(rows, [0.1, 0.9]), np.quantile(rows, [0.1, 0.9], axis=1))


def test_bootstrap_of_an_exact_line_without_noise_gives_its_slope() -> None:
    days, log_flop = simulated(19, 0.001, 0.0, seed=4)
    slopes = bootstrap_lines(days, log_flop, samples=1000, noise_factor=1, rng=RNG(5)).slope
    assert slopes.shape == (1000,)
    np.testing.assert_allclose(slopes, 0.001, rtol=1e-9)


def test_bootstrap_has_the_distribution_of_one_regression_per_resample() -> None:
    days, log_flop = simulated(19, 0.001, 0.2, seed=6)
    rng = RNG(7)
    one_by_one = []
    for _ in range(4000):
        drawn = rng.integers(19, size=19)
        noise = np.log10(4) * rng.uniform(-1, 1, size=19)
        one_by_one.append(stats.linregress(days[drawn], log_flop[drawn] + noise).slope)
    slopes = bootstrap_lines(days, log_flop, samples=4000, noise_factor=4, rng=RNG(8)).slope
    # The difference between two samples of one distribution rejects at this level once in 1000.
    assert stats.ks_2samp(slopes, one_by_one).pvalue > 1e-3


def test_resampled_lines_are_those_of_one_regression_per_resample() -> None:
    days, log_flop = simulated(19, 0.001, 0.4, seed=6)
    lines = bootstrap_lines(days, log_flop, samples=200, noise_factor=1, rng=RNG(8))
    draw_systems, _ = RNG(8).spawn(2)
    for drawn, slope, level in zip(
        draw_systems.integers(19, size=(200, 19)), lines.slope, lines.level, strict=True
    ):
        expected = stats.linregress(days[drawn], log_flop[drawn])
        assert slope == pytest.approx(expected.slope)
        assert level == pytest.approx(expected.intercept + expected.slope * days.mean())


def test_bootstrap_does_not_depend_on_the_size_of_its_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    days, log_flop = simulated(12, 0.001, 0.4, seed=9)

    def draw() -> np.ndarray:
        return bootstrap_lines(days, log_flop, samples=1001, noise_factor=2, rng=RNG(10)).slope

    whole = draw()
    monkeypatch.setattr(loglinear, "CHUNK", 7)
    np.testing.assert_array_equal(draw(), whole)


def test_bootstrap_skips_resamples_of_two_or_fewer_systems() -> None:
    days, log_flop = np.array([0.0, 100.0, 200.0]), np.array([1.0, 2.0, 3.0])
    slopes = bootstrap_lines(days, log_flop, samples=20_000, noise_factor=1, rng=RNG(11)).slope
    # All three systems are in 3! / 3^3 of the resamples.
    assert slopes.size / 20_000 == pytest.approx(6 / 27, abs=0.01)


def test_bootstrap_skips_resamples_of_one_date() -> None:
    """Of five systems all but the last are of one day: the others alone hold no line."""
    days, log_flop = np.array([7.0, 7.0, 7.0, 7.0, 8.0]), np.arange(5.0)
    slopes = bootstrap_lines(days, log_flop, samples=20_000, noise_factor=1, rng=RNG(1)).slope
    assert np.isfinite(slopes).all()
    drawn = RNG(2).integers(5, size=(20_000, 5))
    distinct = np.array([len(set(row)) for row in drawn])
    usable = (distinct > 2) & (drawn == 4).any(axis=1)
    assert slopes.size / 20_000 == pytest.approx(usable.mean(), abs=0.015)
    # A day or a millionth of one
    unit = 2.0**-20
    short = bootstrap_lines(days * unit, log_flop, samples=20_000, noise_factor=1, rng=RNG(1)).slope
    np.testing.assert_allclose(short, slopes / unit)


def test_interval_covers_the_true_slope() -> None:
    covered = 0
    for seed in range(300):
        days, log_flop = simulated(60, 0.0018, 0.8, seed=1000 + seed)
        slopes = bootstrap_lines(days, log_flop, samples=500, noise_factor=1, rng=RNG(seed)).slope
        low, high = quantiles(slopes, [0.025, 0.975])
        covered += bool(low <= 0.0018 <= high)
    # Binomial(300, 0.95) lies in this range in all but one of 10 000 cases; the bootstrap of
    # 60 systems covers a little less than it says.
    assert 0.87 <= covered / 300 <= 0.99


def brute_force_scores(
    days: np.ndarray, values: np.ndarray, window: float
) -> tuple[list[int], list[float]]:
    """The definition, system by system."""
    counts, scores = [], []
    for day, value in zip(days, values, strict=True):
        near = values[np.abs(days - day) <= window]
        counts.append(near.size)
        usable = near.size >= 2 and near.std() > 0
        scores.append((value - near.mean()) / near.std() if usable else np.nan)
    return counts, scores


def test_window_scores_equal_the_definition() -> None:
    rng = RNG(12)
    days = rng.integers(0, 20_000, size=400).astype(float)
    values = 15 + days / 3000 + rng.normal(size=400)
    counts, scores = window_scores(days, values, window_days=364)
    expected_counts, expected_scores = brute_force_scores(days, values, 364)
    assert counts.tolist() == expected_counts
    np.testing.assert_allclose(scores, expected_scores, atol=1e-9)


def test_window_holds_both_its_ends_and_needs_two_different_values() -> None:
    counts, scores = window_scores([0, 364, 729, 5000, 5001], [1, 3, 9, 4, 4], window_days=364)
    assert counts.tolist() == [2, 2, 1, 2, 2]
    np.testing.assert_allclose(scores, [-1, 1, np.nan, np.nan, np.nan])


def test_a_spread_is_one_if_it_is_more_than_rounding_leaves() -> None:
    """Two systems score -1 and 1, however near they are, down to a millionth of an OOM."""
    for apart, scores in ((2.4e-6, [-1, 1]), (1.6e-6, [np.nan, np.nan])):
        found = window_scores([0, 1], [20.0, 20.0 + apart], window_days=1)[1]
        np.testing.assert_allclose(found, scores, rtol=1e-3)
