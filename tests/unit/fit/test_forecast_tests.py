"""Tests of how forecasts are judged, against scipy and scores as they are defined."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from compute_trends.fit.forecast_tests import (
    binomial_p,
    binomial_power,
    interval_score,
    mean_interval,
    scores,
)


@pytest.mark.parametrize("trials", [1, 4, 8, 14, 28])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_the_binomial_test_is_that_of_scipy(trials: int, share: float) -> None:
    for successes in range(trials + 1):
        expected = stats.binomtest(successes, trials, share).pvalue
        assert binomial_p(successes, trials, share) == pytest.approx(expected, rel=1e-9)


def test_power_is_how_often_a_false_share_is_rejected() -> None:
    held = np.random.default_rng(1).binomial(14, 0.7, 20_000)
    rejected = np.array([binomial_p(k, 14, 0.9) <= 0.05 for k in range(15)])[held].mean()
    assert binomial_power(14, 0.9, 0.7, level=0.05) == pytest.approx(rejected, abs=0.01)
    assert binomial_power(4, 0.9, 0.9, level=0.05) <= 0.05


def test_scores_are_those_of_their_definitions() -> None:
    rng = np.random.default_rng(2)
    draws, truth = rng.normal(3, 2, (2, 300)), np.array([3.5, 9.0])
    found = scores(truth, draws)
    for k in range(2):
        own = draws[k]
        apart = np.abs(own[:, np.newaxis] - own).sum() / (300 * 299)
        assert found.crps[k] == pytest.approx(np.abs(own - truth[k]).mean() - apart / 2)
        expected = -stats.norm.logpdf(truth[k], own.mean(), own.std())
        assert found.log_score[k] == pytest.approx(expected)
    # The known CRPS of a normal distribution
    many = scores([1.0], rng.normal(0, 1, 200_000))
    exact = 1 * (2 * stats.norm.cdf(1) - 1) + 2 * stats.norm.pdf(1) - 1 / np.sqrt(np.pi)
    assert many.crps[0] == pytest.approx(exact, abs=0.01)


def test_one_forecast_serves_several_truths_and_one_without_spread_has_no_density() -> None:
    draws = np.random.default_rng(3).normal(size=50)
    both = scores([0.0, 1.0], draws)
    each = [scores([value], draws[np.newaxis]) for value in (0.0, 1.0)]
    np.testing.assert_allclose(both.crps, [one.crps[0] for one in each])
    np.testing.assert_allclose(both.log_score, [one.log_score[0] for one in each])
    point = scores([2.0], np.full(50, 1.5))
    assert point.crps[0] == pytest.approx(0.5)
    assert np.isnan(point.log_score[0])


def test_the_score_of_quantiles_is_a_mean_of_their_quantile_losses() -> None:
    levels, ends = np.array([0.05, 0.25, 0.5, 0.75, 0.95]), np.array([1.0, 2, 3, 5, 8])
    for truth in (0.0, 2.5, 9.0):
        losses = ((truth <= ends) - levels) * (ends - truth)
        assert interval_score(truth, ends) == pytest.approx(2 * losses.sum() / 5)


def test_intervals_of_means_of_dependent_series_hold() -> None:
    held, narrow = [], []
    for world in range(300):
        rng = np.random.default_rng([4, world])
        series = np.convolve(rng.normal(size=43), np.ones(4), mode="valid")
        for block, found in ((4, held), (1, narrow)):
            low, high = mean_interval(series, block=block, resamples=300, rng=rng)
            found.append(low <= 0 <= high)
    # Ten blocks: less than 0.9, but far more than without blocks
    assert np.mean(held) > 0.75
    assert np.mean(narrow) < np.mean(held) - 0.1
