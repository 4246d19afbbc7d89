from __future__ import annotations

import itertools

import numpy as np
import pytest

from compute_trends.common.numbers import percent
from compute_trends.vintages.attribution import shapley


def test_shapley_values() -> None:
    kinds = ("a", "b", "c")
    sets = [
        frozenset(chosen) for size in range(4) for chosen in itertools.combinations(kinds, size)
    ]
    # a adds 1, b adds 2, a and b together 6 more; c adds nothing.
    value = {
        s: np.array([("a" in s) + 2 * ("b" in s) + 6 * ({"a", "b"} <= s), "c" in s], dtype=float)
        for s in sets
    }
    parts = [shapley(value, kind, kinds) for kind in kinds]
    assert np.transpose(parts) == pytest.approx(np.array([[4, 5, 0], [0, 0, 1]]))


@pytest.mark.parametrize(
    ("change", "text"), [(0.01, "+2.3 %"), (-0.01, "−2.3 %"), (0.0, "±0.0 %"), (None, "")]
)
def test_percent(change: float | None, text: str) -> None:
    assert percent(change) == text
