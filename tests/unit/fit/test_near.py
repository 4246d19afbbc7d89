"""Which systems are near a running top, against every pair of systems."""

from __future__ import annotations

import numpy as np
import pytest

from compute_trends.fit import near


@pytest.mark.parametrize("block", [3, 50, 1024])
@pytest.mark.parametrize("days", [1, 20, 5000], ids=["one date", "few dates", "many dates"])
def test_those_that_few_dated_no_later_exceed(
    block: int, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near, "BLOCK", block)
    for n, within in ((0, 1), (1, 1), (7, 3), (200, 1), (200, 11), (200, 300)):
        rng = np.random.default_rng(n + within)
        day = np.sort(rng.integers(0, days, n)).astype(float)
        values = np.round(day / 1000 + rng.normal(size=n), 1)
        above = [((day <= d) & (values > v)).sum() for d, v in zip(day, values, strict=True)]
        expected = np.flatnonzero(np.array(above, dtype=int) < within)
        np.testing.assert_array_equal(near.near_places(day, values, within=within), expected)
