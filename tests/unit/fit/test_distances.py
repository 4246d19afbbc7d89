"""What two trends have together, against a plain loop over the resamples."""

from __future__ import annotations

import numpy as np
import pytest

from compute_trends.fit.distances import (
    distances_at,
    doubling_time_ratios,
    median_distances,
    paired_interval,
    weighted_medians,
)
from compute_trends.fit.intervals import interval, system_counts
from compute_trends.fit.loglinear import Array, ResampledLines, window_scores
from compute_trends.fit.procedure import Pool, Procedure, selected_lines

SYSTEMS, DRAWS = 60, 300
NAMES = [f"s{index}" for index in range(SYSTEMS)]
DAYS = np.sort(np.random.default_rng(3).integers(0, 3650, size=SYSTEMS)).astype(float)


@pytest.fixture(scope="module")
def pool() -> Pool:
    """Systems of ten years whose compute grows by half an order of magnitude a year."""
    noise = np.random.default_rng(4).normal(size=SYSTEMS)
    return Pool(DAYS, 0.5 * DAYS / 365 + noise, 364.0)


def procedure(after: float, scale: str) -> Procedure:
    eligible = after < DAYS
    everyone = np.ones(SYSTEMS, dtype=bool)
    return Procedure(eligible, eligible, everyone, low_z=-2.0, scale=scale, high_z=0.76)


def drawn_again(pool: Pool, counts: Array, of: Procedure) -> tuple[Array, Array]:
    """Systems of one resample as often as they are drawn, scored and selected in a loop."""
    places = np.repeat(np.arange(SYSTEMS), counts)
    days, values = pool.days[places], pool.log_flop[places]
    _, z = window_scores(days, values, window_days=pool.window_days)
    # Copies of one system alone have no spread but that of rounding; ties are no outliers.
    near = np.abs(days - days[:, np.newaxis]) <= pool.window_days
    alone = [len(set(values[window])) == 1 for window in near]
    z = np.where(alone, np.nan, z)
    large = z > of.high_z + 1e-9
    inside = of.eligible[places] & ~(z < of.low_z - 1e-9)
    inside &= large if of.scale == "large" else ~large & ~np.isnan(z)
    return days[inside], values[inside]


def test_pairs_are_those_of_a_plain_loop(pool: Pool) -> None:
    counts = system_counts(NAMES, draws=DRAWS, seed=1)
    wide, narrow = procedure(500, "regular"), procedure(900, "regular")
    large = procedure(500, "large")
    lines = selected_lines(pool, [wide, narrow, large], counts)
    ratios = doubling_time_ratios(lines[1], lines[0])
    starts = distances_at(2000.0, lines[2], lines[0])
    medians = median_distances(pool, large, lines[0], counts)
    for draw in range(DRAWS):
        systems = [drawn_again(pool, counts[draw], of) for of in (wide, narrow, large)]
        (slope, level), (other, _), (steep, above) = (np.polyfit(*each, 1) for each in systems)
        expected = slope / other if slope > 0 and other > 0 else np.nan
        assert ratios[draw] == pytest.approx(expected, rel=1e-6, nan_ok=True)
        distance = above + steep * 2000 - level - slope * 2000
        assert starts[draw] == pytest.approx(distance, rel=1e-6, abs=1e-6)
        median = np.median(systems[2][1] - level - slope * systems[2][0])
        assert medians[draw] == pytest.approx(median, rel=1e-6, abs=1e-6)


def test_nested_trends_are_compared_more_closely_than_by_the_ends_of_their_intervals(
    pool: Pool,
) -> None:
    counts = system_counts(NAMES, draws=2000, seed=1)
    first, second = selected_lines(
        pool, [procedure(900, "regular"), procedure(500, "regular")], counts
    )
    days = [pool.days[pool.days > after] for after in (900, 500)]
    paired = paired_interval(days, doubling_time_ratios(first, second), least_systems=8)
    ends = [
        interval(each, of.slope, least_systems=8)
        for each, of in zip(days, (first, second), strict=True)
    ]
    widest = ends[1].high / ends[0].low - ends[1].low / ends[0].high
    assert paired.low < 1 < paired.high
    assert paired.high - paired.low < widest / 2


def test_a_trend_against_itself_has_the_ratio_1(pool: Pool) -> None:
    counts = system_counts(NAMES, draws=50, seed=2)
    [line] = selected_lines(pool, [procedure(500, "regular")], counts)
    assert np.all(doubling_time_ratios(line, line) == 1)
    assert np.all(distances_at(123.0, line, line) == 0)


def test_what_does_not_grow_has_no_ratio() -> None:
    slopes = [np.array([1.0, 0.0, -1.0, 2.0]), np.array([2.0, 1.0, 1.0, -1.0])]
    lines = [ResampledLines(slope, np.zeros(4)) for slope in slopes]
    assert doubling_time_ratios(*lines) == pytest.approx([2.0, *[np.nan] * 3], nan_ok=True)


def test_a_median_counts_values_as_often_as_they_are_drawn() -> None:
    rng = np.random.default_rng(4)
    values, counts = rng.normal(size=(200, 7)), rng.poisson(0.8, size=(200, 7)).astype(float)
    expected = [
        np.median(np.repeat(row, often.astype(int))) if often.any() else np.nan
        for row, often in zip(values, counts, strict=True)
    ]
    assert weighted_medians(values, counts) == pytest.approx(expected, nan_ok=True)


def test_either_trend_of_too_few_systems_leaves_no_interval() -> None:
    values = np.random.default_rng(5).normal(size=999)
    many, few = np.arange(30.0), np.arange(7.0)
    assert paired_interval([many, few], values, least_systems=8).note is not None
    assert paired_interval([few, many], values, least_systems=8).note is not None
    both = paired_interval([many, np.arange(9.0)], values, least_systems=8)
    assert both == interval(np.arange(9.0), values, least_systems=8)
