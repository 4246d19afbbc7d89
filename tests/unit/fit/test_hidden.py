"""Running tops of many worlds, and what models without compute may be: against brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from compute_trends.fit.hidden import (
    Known,
    Range,
    TopSearch,
    at_quantile,
    like_frontier,
    like_known,
    line_bounds,
    records,
    spread,
)
from compute_trends.fit.loglinear import Array, fit_line
from compute_trends.fit.procedure import Pool, higher_counts
from compute_trends.fit.running_top import RunningTop, in_running_top, near_top


def systems(rng: np.random.Generator, n: int = 40) -> Known:
    """Systems over four years, some on the same day."""
    days = np.sort(rng.integers(0, 1460, n)).astype(float)
    return Known(days, 20 + 0.6 * days / 365 + rng.normal(scale=0.8, size=n))


@pytest.mark.parametrize("top", [1, 3, 10])
def test_the_running_top_is_that_of_all_pairs(top: int) -> None:
    rng = np.random.default_rng(top)
    days = np.sort(rng.integers(0, 30, 60)).astype(float)
    values = np.round(rng.normal(size=(7, 60)), 1)
    counts, rivals = np.ones(values.shape), np.ones(60, dtype=bool)
    expected = higher_counts(Pool(days, values, 1.0), counts, rivals, top=top) < top
    np.testing.assert_array_equal(in_running_top(days, values, top=top), expected)
    np.testing.assert_array_equal(near_top(days, values[0], within=top), expected[0])
    late = days > 12
    running = RunningTop.after(values[:, ~late], top)
    later = in_running_top(days[late], values[:, late], top=top, running=running)
    np.testing.assert_array_equal(later, expected[:, late])


def test_a_system_that_is_not_there_is_in_no_top() -> None:
    values = np.array([[1.0, -np.inf, 2.0]])
    assert in_running_top(np.arange(3.0), values, top=3).tolist() == [[True, False, True]]


def test_likenesses_are_known_systems_of_about_the_date() -> None:
    known = Known(np.array([0.0, 10.0, 20.0, 1000.0]), np.array([3.0, 5.0, 4.0, 9.0]))
    days = np.array([-1.0, 15.0, 25.0, 500.0])
    assert records(known, days).tolist() == [0, 1, 1, 1]
    # The window of the last holds nobody: the nearest in time is taken.
    assert at_quantile(known, days, 0.5, window_days=100).tolist() == [2, 2, 2, 2]
    assert at_quantile(known, days, 0.1, window_days=100).tolist() == [0, 0, 0, 2]
    assert like_known(known, days, window_days=100).tolist() == [2, 0, 1, 2]
    assert like_frontier(known, days, top=2).tolist() == [0, 0, 1, 2]
    np.testing.assert_allclose(spread(5), [1 / 2, 1 / 4, 3 / 4, 1 / 8, 5 / 8])


def allowed_range(known: Known, days: Array) -> Range:
    """From the 10th percentile of about the date to twice the record."""
    low = known.log_flop[at_quantile(known, days, 0.1, window_days=364)]
    high = known.log_flop[records(known, days)] + np.log10(2)
    return Range(np.minimum(low, high), high)


def test_bounds_of_a_line_of_all_are_the_extremes_of_all_corners() -> None:
    rng = np.random.default_rng(3)
    known, days = systems(rng, 6), np.array([100.0, 700.0, 800.0, 1400.0])
    allowed = Range(np.full(4, 18.0), np.full(4, 24.0))

    def slope(values: Array) -> float:
        both = np.concatenate([known.days, days])
        return fit_line(both, np.concatenate([known.log_flop, values])).slope

    corners = [slope(np.array(one)) for one in itertools.product([18.0, 24.0], repeat=4)]
    inner = [slope(rng.uniform(18, 24, 4)) for _ in range(200)]
    least, most = map(slope, line_bounds(known.days, days, allowed))
    assert (least, most) == pytest.approx((min(corners), max(corners)))
    assert least <= min(inner)
    assert max(inner) <= most


def top_slope(
    known: Known, days: Array, values: Array, after: float, top: int
) -> tuple[Array, Array]:
    """Slope of the running top since a day in each world, by all pairs; and of which."""
    both = np.concatenate([known.days, days])
    order = np.argsort(both, kind="stable")
    worlds = np.concatenate([np.tile(known.log_flop, (len(values), 1)), values], axis=1)[:, order]
    rivals, pool = np.ones(both.size, dtype=bool), Pool(both[order], worlds, 1.0)
    inside = higher_counts(pool, np.ones(worlds.shape), rivals, top=top) < top
    inside &= both[order] > after
    slopes = [
        fit_line(both[order][own], world[own]).slope if own.sum() > 2 else np.nan
        for world, own in zip(worlds, inside, strict=True)
    ]
    return np.array(slopes), inside


@pytest.mark.parametrize("seed", range(3))
def test_the_search_attains_what_it_says_and_nothing_random_goes_further(seed: int) -> None:
    rng = np.random.default_rng(seed)
    known, after, top = systems(rng), 500.0, 4
    days = np.sort(rng.integers(501, 1460, 6)).astype(float)
    allowed = allowed_range(known, days)
    ends = np.array(TopSearch(known, days, allowed, after=after, top=top).bounds())
    assert (ends >= allowed.low - 1e-12).all()
    assert (ends <= allowed.high + 1e-12).all()
    (least, most), _ = top_slope(known, days, ends, after, top)
    grid = np.linspace(0, 1, 4)
    shares = np.array(list(itertools.product(grid, repeat=6)))
    values = allowed.low + shares * (allowed.high - allowed.low)
    slopes, _ = top_slope(known, days, values[:: 1 + len(values) // 1500], after, top)
    scale = np.nanmax(slopes) - np.nanmin(slopes)
    # A search promises no more: it may miss a little of what is possible.
    assert least <= np.nanmin(slopes) + 0.02 * scale
    assert most >= np.nanmax(slopes) - 0.02 * scale


def test_a_search_among_models_that_can_be_anything_contains_every_guess() -> None:
    rng = np.random.default_rng(8)
    known = systems(rng, 120)
    days = np.sort(rng.integers(501, 1460, 40)).astype(float)
    allowed = allowed_range(known, days)
    ends = np.array(TopSearch(known, days, allowed, after=500.0, top=10).bounds())
    (least, most), _ = top_slope(known, days, ends, 500.0, 10)
    shares = rng.beta(0.4, 0.4, size=(400, 40))
    late = days > rng.uniform(500, 1460, size=(400, 1))
    shares = np.where(rng.random((400, 1)) < 0.5, shares, np.where(late, shares, 1 - shares))
    guesses = allowed.low + shares * (allowed.high - allowed.low)
    slopes, _ = top_slope(known, days, guesses, 500.0, 10)
    assert least < np.nanmin(slopes)
    assert np.nanmax(slopes) < most
