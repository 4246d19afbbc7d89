from __future__ import annotations

import pytest

from compute_trends.common.numbers import fixed


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (5.84, 1, "5.8"),
        (0.0457, 3, "0.046"),
        (18.92, 2, "18.9"),
        (99.96, 1, "100"),
        (128.7, 1, "129"),
        (-104.77, 2, "-105"),
        (2927.8, 1, "2930"),
        (12345.0, 0, "12345"),
        (float("inf"), 1, "∞"),
        (None, 1, ""),
    ],
)
def test_a_number_has_three_digits_at_most(value: float | None, digits: int, shown: str) -> None:
    assert fixed(value, digits) == shown
