"""Slopes over many periods at once, against lines of each period alone."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

from compute_trends.fit import window_lines
from compute_trends.fit.procedure import (
    Pool,
    Procedure,
    counted_scores,
    select,
    selected_lines,
    weighted_lines,
)
from compute_trends.fit.window_lines import Request, window_slopes

N = 60
LOW, HIGH = -1.2, 0.76


def made_up(n: int = N, *, seed: int = 0) -> Pool:
    """Systems with ties among dates and among values, some alone in their window of scores."""
    rng = np.random.default_rng(seed)
    days = np.sort(np.concatenate([rng.integers(0, 3000, n - 2), [9000, 12000]])).astype(float)
    return Pool(days, np.round(10 + days / 700 + rng.normal(size=n), 1), 364.0)


def procedure(pool: Pool, **changes: object) -> Procedure:
    """Some of the systems by what is no date, of all dates."""
    n = pool.days.size
    settings = {
        "eligible": np.arange(n) % 11 != 5,
        "markable": pool.days > pool.days[n // 3],
        "rivals": np.arange(n) % 7 != 3,
        "high_z": HIGH,
    }
    return Procedure(**(settings | changes))


CASES = {
    "all": {},
    "low outliers dropped": {"low_z": LOW},
    "regular": {"scale": "regular"},
    "regular without low outliers": {"scale": "regular", "low_z": LOW},
    "large": {"scale": "large"},
    "top 3": {"top": 3},
    "records": {"top": 1},
}
# Overlapping, the same, the whole, short ones, and one without systems
WINDOWS = np.array(
    [[0, N], [5, 40], [20, 58], [20, 20], [0, 30], [5, 40], [30, 33], [57, N], [40, 41]]
)


def drawn(samples: int = 80, *, n: int = N, mean: float = 1.0, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(mean, size=(samples, n)).astype(np.uint8)


def equal(n: int = N) -> np.ndarray:
    return np.ones((1, n))


def period(pool: Pool, rule: Procedure, window: np.ndarray) -> Procedure:
    """The rule for the systems of one period."""
    places = np.arange(pool.days.size)
    inside = (places >= window[0]) & (places < window[1])
    return replace(rule, eligible=rule.eligible & inside)


# A mean of 0.3 leaves many periods with fewer than three systems.
@pytest.mark.parametrize("mean", [1.0, 0.3])
@pytest.mark.parametrize("changes", CASES.values(), ids=list(CASES))
def test_each_period_is_that_of_a_procedure_of_its_own(
    changes: dict[str, object], mean: float
) -> None:
    pool, counts = made_up(), drawn(mean=mean)
    rule = procedure(pool, **changes)
    [slopes] = window_slopes(pool, [Request(rule, WINDOWS)], counts, equal())
    assert slopes.shape == (80, len(WINDOWS), 1)
    alone = selected_lines(pool, [period(pool, rule, window) for window in WINDOWS], counts)
    expected = np.array([lines.slope for lines in alone]).T
    there = ~np.isnan(expected)
    assert 0 < there.sum() < there.size and not there[:, 3].any()
    np.testing.assert_allclose(slopes[:, :, 0], expected, rtol=1e-7, atol=1e-13)


@pytest.mark.parametrize("changes", CASES.values(), ids=list(CASES))
def test_weights_say_what_a_system_counts_and_nothing_of_who_is_selected(
    changes: dict[str, object],
) -> None:
    pool, counts = made_up(), drawn()
    rule = procedure(pool, **changes)
    weights = np.random.default_rng(2).uniform(0.2, 1, size=(2, N))
    both = np.concatenate([equal(), weights])
    [slopes] = window_slopes(pool, [Request(rule, WINDOWS)], counts, both)
    assert slopes.shape == (80, len(WINDOWS), 3)
    scores = counted_scores(pool, counts.astype(float))
    for place, window in enumerate(WINDOWS):
        own = period(pool, rule, window)
        inside = counts * select(own, pool, scores, counts.astype(float))
        unweighted = weighted_lines(pool.days, pool.log_flop, inside).slope
        for kind, each in enumerate(weights, start=1):
            expected = weighted_lines(pool.days, pool.log_flop, inside * each).slope
            there = ~np.isnan(unweighted)
            np.testing.assert_allclose(slopes[there, place, kind], expected[there], rtol=1e-7)
            # Which resamples hold a line, the systems say, not what they count for.
            assert np.isnan(slopes[~there, place, kind]).all()


def test_requests_are_each_as_alone_and_chunks_change_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool, counts = made_up(), drawn()
    requests = [
        Request(procedure(pool, **changes), WINDOWS[place:])
        for place, changes in enumerate([*CASES.values(), {"top": 10}])
    ]
    together = window_slopes(pool, requests, counts, equal())
    monkeypatch.setattr(window_lines, "CHUNK", 7)
    for request, slopes in zip(requests, together, strict=True):
        [alone] = window_slopes(pool, [request], counts, equal())
        np.testing.assert_allclose(slopes, alone, rtol=1e-9, atol=1e-15)


def slopes_of(days: list[float], counts: list[list[int]]) -> list[float]:
    """Slopes of all systems of a pool whose compute grows by their number."""
    n = len(days)
    pool = Pool(np.array(days), np.arange(n, dtype=float), 364.0)
    everything = np.ones(n, dtype=bool)
    request = Request(Procedure(everything, everything, everything), np.array([[0, n]]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        [slopes] = window_slopes(pool, [request], np.array(counts), equal(n))
    return [float(slope) for slope in slopes[:, 0, 0]]


def test_a_line_needs_three_systems_of_two_dates() -> None:
    two, three, one_date, nobody = slopes_of(
        [0, 1, 2, 2, 2, 3], [[9, 9, 0, 0, 0, 0], [1, 1, 0, 0, 0, 1], [0, 0, 3, 1, 1, 0], [0] * 6]
    )
    # However often two are drawn
    assert np.isnan([two, one_date, nobody]).all()
    assert three == pytest.approx(np.polyfit([0, 1, 3], [0, 1, 5], 1)[0])
    # Also where dates are large numbers, and a day apart
    far, same = slopes_of([20000, 20000, 20000, 20001], [[1, 1, 1, 1], [1, 1, 1, 0]])
    assert far == pytest.approx(2) and np.isnan(same)


def test_periods_without_systems_have_no_line_and_no_warning() -> None:
    pool, counts = made_up(), drawn(4)
    nobody = np.zeros(N, dtype=bool)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for windows in ([[0, 0]], [[N, N], [7, 7]], [[3, 3], [0, 5]]):
            for rule in (procedure(pool, eligible=nobody), procedure(pool, scale="large")):
                request = Request(rule, np.array(windows))
                [slopes] = window_slopes(pool, [request], counts, np.ones((2, N)))
                assert slopes.shape == (4, len(windows), 2) and np.isnan(slopes).all()
        [slopes] = window_slopes(pool, [Request(procedure(pool), WINDOWS)], 0 * counts, equal())
        assert np.isnan(slopes).all()
    assert window_slopes(pool, [], counts, equal()) == []
