"""Worlds that the laws of scatter draw."""

import numpy as np
import pytest

from compute_trends.fit.laws import LAWS, draw_scatter

DAYS = np.linspace(0.0, 4000.0, 60)
RESIDUALS = np.sin(np.arange(60.0) * 2.3) * np.linspace(0.4, 1.2, 60)
WORLDS = 4000


@pytest.mark.parametrize("law", LAWS)
def test_scatter_has_mean_zero_and_the_spread_of_the_residuals(law):
    residuals = RESIDUALS - RESIDUALS.mean()
    drawn = draw_scatter(law, DAYS, residuals, worlds=WORLDS, rng=np.random.default_rng(1))
    assert drawn.shape == (WORLDS, DAYS.size)
    assert drawn.mean() == pytest.approx(0, abs=0.01)
    assert (drawn**2).mean() == pytest.approx((residuals**2).mean(), rel=0.03)


def test_spread_shrinks_or_grows_threefold():
    for law, ratio in (("shrinking", 1 / 3), ("growing", 3.0)):
        drawn = draw_scatter(law, DAYS, RESIDUALS, worlds=WORLDS, rng=np.random.default_rng(2))
        spread = drawn.std(axis=0)
        assert spread[-1] / spread[0] == pytest.approx(ratio, rel=0.08)


def test_skewed_scatter_has_its_tail_upwards():
    drawn = draw_scatter("skewed", DAYS, RESIDUALS, worlds=WORLDS, rng=np.random.default_rng(3))
    assert ((drawn / drawn.std()) ** 3).mean() == pytest.approx(1.0, abs=0.1)


def test_wild_scatter_keeps_each_size_at_its_date():
    drawn = draw_scatter("wild", DAYS, RESIDUALS, worlds=50, rng=np.random.default_rng(4))
    np.testing.assert_array_equal(np.abs(drawn), np.tile(np.abs(RESIDUALS), (50, 1)))
    assert 0.3 < (drawn > 0).mean() < 0.7


def test_permuted_scatter_holds_each_residual_once():
    drawn = draw_scatter("permuted", DAYS, RESIDUALS, worlds=5, rng=np.random.default_rng(5))
    for row in drawn:
        np.testing.assert_allclose(np.sort(row), np.sort(RESIDUALS - RESIDUALS.mean()))
