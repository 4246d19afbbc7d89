from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from compute_trends.fit.loglinear import Array
from compute_trends.fit.skewed_line import (
    SHAPES,
    SkewedLine,
    fit_skewed,
    moments,
    normal_loglik,
    scatter,
)

# Of the numerical search
OPTIONS = {"maxiter": 4000, "maxfev": 4000, "xatol": 1e-6, "fatol": 1e-8, "adaptive": True}


def standard(values: Array) -> tuple[Array, Array]:
    """Residuals of the least-squares lines of worlds, as `fit_skewed` takes them."""
    x = np.linspace(-1, 1, values.shape[1])
    x /= x.std()
    rest = values - values.mean(axis=1, keepdims=True)
    rest -= np.outer(rest @ x / x.size, x)
    return x, rest / rest.std(axis=1, keepdims=True)


def worlds(shape: float, n: int, count: int) -> tuple[Array, Array]:
    return standard(scatter(np.full(count, shape), n, np.random.default_rng(4)))


def log_density(residual: Array, scale: float, shape: float) -> Array:
    """The law as scipy has it: -shape x residual / scale is a generalised log-gamma variable."""
    k = shape**-2
    return stats.loggamma(k, loc=-np.log(k) / shape * scale, scale=scale / shape).logpdf(residual)


def test_moments_are_those_of_the_law() -> None:
    for shape in (0.3, 0.6, 1.5):
        mean, variance, skewness = stats.loggamma(shape**-2).stats("mvs")
        ours = moments(np.array([shape, -shape]))
        assert ours[0][0] == pytest.approx((mean - np.log(shape**-2)) / shape, abs=1e-6)
        assert ours[1][0] == pytest.approx(np.sqrt(variance) / shape, rel=1e-6)
        assert ours[2][0] == pytest.approx(float(skewness), rel=1e-4)
        assert ours[0][1] == -ours[0][0] and ours[2][1] == -ours[2][0]
    assert [float(each) for each in moments(np.array(0.0))] == [0, 1, 0]


def test_draws_have_these_moments() -> None:
    shapes = np.array([-1.0, 0.0, 0.6])
    drawn = scatter(shapes, 200_000, np.random.default_rng(1))
    mean, deviation, skewness = moments(shapes)
    np.testing.assert_allclose(drawn.mean(axis=1), mean, atol=0.01)
    np.testing.assert_allclose(drawn.std(axis=1), deviation, rtol=0.01)
    np.testing.assert_allclose(stats.skew(drawn, axis=1), skewness, atol=0.05)


def test_the_fit_is_the_one_that_a_numerical_search_finds() -> None:
    x, values = worlds(0.7, 60, 3)
    line = fit_skewed(x, values)
    for world, value in enumerate(values):

        def loss(theta: Array, value: Array = value) -> float:
            level, slope, scale, shape = theta
            sign = np.sign(shape) or 1.0
            residual = sign * (value - level - slope * x)
            return -float(log_density(residual, np.exp(scale), max(abs(shape), 0.02)).sum())

        searches = [
            optimize.minimize(loss, [0, 0, 0, start], method="Nelder-Mead", options=OPTIONS)
            for start in (-0.5, 0.5)
        ]
        best = max(normal_loglik(value.size), *(-search.fun for search in searches))
        assert line.loglik[world] == pytest.approx(best, abs=0.01)


def test_the_likelihood_is_that_of_the_law() -> None:
    x, values = worlds(-0.8, 80, 4)
    line = fit_skewed(x, values)
    for world, value in enumerate(values):
        one = SkewedLine(*(part[world] for part in line))
        residual = np.sign(one.shape) * (value - one.level - one.slope * x)
        ours = log_density(residual, float(one.scale), abs(float(one.shape))).sum()
        assert one.loglik == pytest.approx(ours, abs=1e-6)


def test_the_shape_is_found_on_many_systems() -> None:
    for shape in (-1.0, 0.5):
        x, values = worlds(shape, 4000, 3)
        assert fit_skewed(x, values).shape == pytest.approx(np.full(3, shape), abs=0.15)


def test_skew_to_one_side_is_that_to_the_other_turned_around() -> None:
    x, values = worlds(0.9, 50, 10)
    line, turned = fit_skewed(x, values), fit_skewed(x, -values)
    np.testing.assert_allclose(line.loglik, turned.loglik, atol=1e-6)
    np.testing.assert_allclose(line.shape, -turned.shape, atol=1e-6)


def test_it_is_never_less_likely_than_a_normal_line() -> None:
    x, values = worlds(0.0, 25, 300)
    line = fit_skewed(x, values)
    assert (line.loglik >= normal_loglik(25)).all()
    assert (np.abs(line.shape) <= SHAPES[-1]).all()
    # 2 ln of the likelihood ratio has about the law of chi-squared with one degree of freedom.
    assert np.mean(2 * (line.loglik - normal_loglik(25))) == pytest.approx(1, abs=0.4)


def test_one_system_far_from_all_others_is_no_obstacle() -> None:
    for distance in (10.0, 1e3, 1e6):
        values = np.random.default_rng(3).normal(size=(3, 400))
        values[:, 7] += distance * np.array([1, -1, 1])
        line = fit_skewed(*standard(values))
        assert np.isfinite(line.loglik).all()
        # One end is as far away as the other.
        assert line.shape[0] <= 0 <= line.shape[1]
