from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compute_trends.common.rounding import half_digit, nine_digits


def test_nine_digits_are_those_of_a_print() -> None:
    values = np.array([0.7600000004, -1.9999999999999998, 2.2e-17, 0.0, 12.3456789012, np.nan])
    expected = [0.76, -2.0, 0.0, 0.0, 12.3456789, np.nan]
    np.testing.assert_array_equal(nine_digits(values), expected)
    assert nine_digits(np.float64(1.5)) == 1.5


@given(
    # Below a power of ten the last digit is another one.
    threshold=st.floats(-9, 9).map(lambda value: round(value, 3)).filter(lambda t: abs(t) != 1),
    away=st.sampled_from([-1.0, -0.6, -0.4, -1e-6, 0.0, 1e-6, 0.4, 0.6, 1.0, 700.0]),
)
def test_a_score_is_beyond_a_threshold_if_it_is_when_rounded(threshold: float, away: float) -> None:
    half = half_digit(threshold)
    score = threshold + 2 * half * away
    rounded = float(nine_digits(score))
    assert (score > threshold + half) == (rounded > float(nine_digits(threshold)))
    assert (score < threshold - half) == (rounded < float(nine_digits(threshold)))


@pytest.mark.parametrize("threshold", [np.inf, -np.inf])
def test_what_is_never_reached_has_no_last_digit(threshold: float) -> None:
    assert half_digit(threshold) == 0
