"""Intervals of lines from resamples, and how often each resample draws each system."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from compute_trends.fit.intervals import (
    LEVEL,
    WIDER,
    degrees_of_freedom,
    expanded_reach,
    interval,
    interval_at,
    interval_levels,
    poisson_counts,
    system_counts,
)


def clustered(n: int = 20, seed: int = 1) -> np.ndarray:
    """Dates of which a few early ones decide the slope."""
    rng = np.random.default_rng(seed)
    return np.sort(np.concatenate([rng.uniform(0, 9000, 4), rng.uniform(9000, 9900, n - 4)]))


@pytest.mark.parametrize("days", [np.arange(12.0), clustered(), clustered(9, 2)])
def test_degrees_of_freedom_are_those_of_bell_and_mccaffrey(days: np.ndarray) -> None:
    """From the eigenvalues of the matrix whose quadratic form is the HC2 variance."""
    x = np.column_stack([np.ones(days.size), days - days.mean()])
    inverse = np.linalg.inv(x.T @ x)
    hat = x @ inverse @ x.T
    maker = np.eye(days.size) - hat
    weights = (inverse @ x.T)[1] / np.sqrt(1 - np.diag(hat))
    values = np.linalg.eigvalsh(np.diag(weights) @ maker @ np.diag(weights))
    expected = values.sum() ** 2 / (values**2).sum()
    assert degrees_of_freedom(days) == pytest.approx(expected)
    assert degrees_of_freedom(365 * days - 7e5) == pytest.approx(expected)


def test_levels_are_those_of_student_s_t() -> None:
    """Of evenly spaced dates nearly n - 2 degrees, of many systems the normal ones."""
    for n in (10, 30):
        days = np.arange(float(n))
        degrees = degrees_of_freedom(days)
        assert 0.4 * (n - 2) < degrees <= n - 2
        reach = WIDER * stats.t.ppf((1 + LEVEL) / 2, degrees) * np.sqrt(n / (n - 1))
        low, high, note = interval_levels(days, least_systems=8)
        assert (low, high) == (pytest.approx(stats.norm.cdf(-reach)), 1 - low)
        assert note is None
    low, high, _ = interval_levels(np.arange(20_000.0), least_systems=8)
    assert high == pytest.approx(stats.norm.cdf(WIDER * stats.norm.ppf(0.95)), abs=1e-4)
    # Few early systems decide: further out than those of as many even dates
    assert interval_levels(clustered(), least_systems=8).low < (
        interval_levels(np.arange(20.0), least_systems=8).low / 2
    )


def test_between_the_ends_are_ninety_in_a_hundred_and_a_few_more() -> None:
    """As in simulated worlds: without the few more, less than 90 hold the truth."""
    low, high, _ = interval_levels(np.arange(20_000.0), least_systems=8)
    assert 0.91 < high - low < 0.93
    # By hand for degrees so many that t is normal, and four systems
    assert expanded_reach(4, 1e9) == pytest.approx(1.05 * 1.6448536 * np.sqrt(4 / 3))


@pytest.mark.parametrize(
    ("systems", "empty", "is_there"), [(8, 0, True), (7, 0, False), (8, 50, True), (8, 51, False)]
)
def test_the_least_that_an_interval_needs(systems: int, empty: int, is_there: bool) -> None:
    values = np.arange(1000.0)
    values[:empty] = np.nan
    found = interval(np.arange(float(systems)), values, least_systems=8)
    assert (found.note is None) == is_there == np.isfinite([found.low, found.high]).all()


def test_ends_are_quantiles_of_the_resamples() -> None:
    days, values = np.arange(25.0), np.random.default_rng(3).normal(size=5000)
    low, high, _ = interval_levels(days, least_systems=8)
    some = values.copy()
    some[::50] = np.nan
    ends = interval(days, some, least_systems=8)
    assert ends[:2] == tuple(np.quantile(some[~np.isnan(some)], [low, high]))
    assert ends.note is None and interval_at(interval_levels(days, least_systems=8), some) == ends


@pytest.mark.parametrize(
    ("days", "empty", "note"),
    [
        (np.arange(7.0), 0, "no interval: fewer than 8 systems"),
        (np.array([0.0, *[5000.0] * 9]), 0, "no interval: one system alone decides the slope"),
        (np.full(9, 5.0), 0, "no interval: one system alone decides the slope"),
        (np.arange(9.0), 60, "no interval: too many resamples hold fewer than three"),
        (np.arange(9.0), 1000, "no interval: too many resamples hold fewer than three"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_where_an_interval_would_not_hold_there_is_none(
    days: np.ndarray, empty: int, note: str
) -> None:
    values = np.random.default_rng(4).normal(size=1000)
    values[:empty] = np.nan
    ends = interval(days, values, least_systems=8)
    assert np.isnan([ends.low, ends.high]).all() and str(ends.note).startswith(note)


class EachOnce(np.random.Generator):
    """Gives each number of 16 bits once."""

    def integers(self, *_: object, **__: object) -> np.ndarray:  # type: ignore[override]
        return np.arange(2**16)


def test_counts_have_the_probabilities_of_poisson_as_near_as_sixteen_bits_can() -> None:
    counts = poisson_counts((2**16,), EachOnce(np.random.PCG64(1)))
    up_to = np.cumsum(np.bincount(counts))
    np.testing.assert_allclose(up_to, 2**16 * stats.poisson.cdf(np.arange(9), 1), atol=0.5)


def test_systems_are_drawn_by_streams_of_their_own() -> None:
    names = [f"s{number}" for number in range(30)]
    counts = system_counts(names, draws=4000, seed=7)
    assert counts.shape == (4000, 30)
    # Of 120 000 draws, less or more by five standard errors
    assert counts.mean() == pytest.approx(1, abs=5 / np.sqrt(120_000))
    assert counts.var() == pytest.approx(1, abs=5 * np.sqrt(3 / 120_000))
    observed = np.bincount(counts.ravel(), minlength=9)[:6] / counts.size
    assert observed == pytest.approx(stats.poisson.pmf(np.arange(6), 1), abs=0.006)
    # The same system is drawn alike in another set, whatever its place there.
    other = system_counts(["new", "s20", "s3"], draws=4000, seed=7)
    np.testing.assert_array_equal(other[:, 1:], counts[:, [20, 3]])
    assert (system_counts(["s3"], draws=4000, seed=8)[:, 0] != counts[:, 3]).any()
    between = np.corrcoef(counts.T)[np.triu_indices(30, 1)]
    assert np.abs(between).max() < 5 / np.sqrt(4000)
    assert between.std() == pytest.approx(1 / np.sqrt(4000), rel=0.2)
