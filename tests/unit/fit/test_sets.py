"""Sets of systems of all combinations of options, against a loop over them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from compute_trends.fit import sets as module
from compute_trends.fit.sets import crossed_sets, distinct_sets


def options(*numbers: int, n: int = 70) -> list[np.ndarray]:
    """Masks of as many options for each choice, few of which leave much out."""
    rng = np.random.default_rng(n)
    return [rng.random((number, n)) < rng.choice([0.02, 0.98]) for number in numbers]


@pytest.mark.parametrize("n", [1, 63, 64, 65, 300])
def test_crossed_sets_are_those_of_each_combination(n: int) -> None:
    choices = options(3, 1, 4, 2, n=n)
    sets, which = crossed_sets(choices)
    expected = [np.logical_and.reduce(each) for each in itertools.product(*choices)]
    np.testing.assert_array_equal(sets[which], expected)
    assert len({each.tobytes() for each in sets}) == len(sets)
    # In the order in which they come
    assert (np.maximum.accumulate(which) <= np.arange(which.size)).all()
    assert np.unique(which, return_index=True)[1].tolist() == sorted(
        np.unique(which, return_index=True)[1]
    )


@pytest.mark.parametrize("same_key", [False, True])
def test_distinct_sets_stand_where_they_come_first(
    same_key: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where two sets happen to have one key."""
    if same_key:
        monkeypatch.setattr(module, "_mixed", lambda words: words[:, 0] & np.uint64(1))
    rng = np.random.default_rng(4)
    some = rng.random((20, 130)) < 0.5
    masks = some[rng.integers(20, size=100)]
    first, which = distinct_sets(masks)
    np.testing.assert_array_equal(masks[first][which], masks)
    seen: list[bytes] = []
    for mask in masks:
        if mask.tobytes() not in seen:
            seen.append(mask.tobytes())
    assert [mask.tobytes() for mask in masks[first]] == seen
