"""Theil-Sen and least absolute deviations of many sets against one set at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from compute_trends.fit.robust_lines import least_absolute_slope, theil_sen_slope
from compute_trends.fit.robust_sets import least_absolute_slopes, theil_sen_slopes

ESTIMATORS = [(theil_sen_slope, theil_sen_slopes), (least_absolute_slope, least_absolute_slopes)]


def pool(n: int, *, tied: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Days and values, with few different ones if tied, and sets of none to all systems."""
    rng = np.random.default_rng(n)
    days = np.sort(rng.integers(0, 9 if tied else 6000, n)).astype(float)
    values = rng.integers(0, 4, n).astype(float) if tied else rng.normal(size=n) + 0.002 * days
    masks = rng.random((150, n)) < rng.uniform(0, 1, (150, 1))
    masks[:3], masks[3], masks[4] = False, True, days == days[0]
    masks[1, 1], masks[2, :2] = True, True
    return days, values, masks


@pytest.mark.parametrize(("slope_of", "slopes_of"), ESTIMATORS)
@pytest.mark.parametrize("n", [8, 23, 24, 71])
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_each_set_has_the_slope_that_it_has_alone(
    slope_of: Callable[..., float],
    slopes_of: Callable[..., np.ndarray],
    n: int,
    tied: bool,
    weighted: bool,
) -> None:
    days, values, masks = pool(n, tied=tied)
    weights = np.random.default_rng(1).choice([0.25, 0.5, 1], n) if weighted else None
    slopes = slopes_of(days, values, masks, weights)
    for mask, slope in zip(masks, slopes, strict=True):
        if mask.sum() < 3 or np.unique(days[mask]).size < 2:
            assert np.isnan(slope)
            continue
        own = None if weights is None else weights[mask]
        assert slope == slope_of(days[mask], values[mask], own)
    order = np.random.default_rng(2).permutation(len(masks))
    assert slopes_of(days, values, masks[order], weights).tobytes() == slopes[order].tobytes()


@pytest.mark.parametrize("slopes_of", [theil_sen_slopes, least_absolute_slopes])
def test_weights_must_be_positive(slopes_of: Callable[..., np.ndarray]) -> None:
    days, values, masks = pool(8, tied=False)
    with pytest.raises(ValueError, match="weights must be positive"):
        slopes_of(days, values, masks, np.zeros(8))
