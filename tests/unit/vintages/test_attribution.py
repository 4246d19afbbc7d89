from __future__ import annotations

import itertools

import pytest

from compute_trends.common.numbers import percent
from compute_trends.vintages.attribution import shapley


def test_shapley_values() -> None:
    kinds = ("a", "b", "c")
    sets = [
        frozenset(chosen) for size in range(4) for chosen in itertools.combinations(kinds, size)
    ]
    # a adds 1, b adds 2, a and b together 6 more; c adds nothing.
    value = {s: ("a" in s) + 2 * ("b" in s) + 6 * ({"a", "b"} <= s) for s in sets}
    assert [shapley(value, kind, kinds) for kind in kinds] == pytest.approx([4, 5, 0])


@pytest.mark.parametrize(
    ("change", "text"), [(0.01, "+2.3 %"), (-0.01, "−2.3 %"), (0.0, "±0.0 %"), (None, "")]
)
def test_percent(change: float | None, text: str) -> None:
    assert percent(change) == text
