from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from compute_trends.coverage import coverage_table

BOOTSTRAP = {"samples": 400, "noise": "none", "noise_factor": 2}


def points(n: int, scatter: float) -> pd.DataFrame:
    rng = np.random.default_rng(21)
    days = np.sort(rng.uniform(0, 3650, n))
    return pd.DataFrame(
        {
            "trend": "t",
            "basis": "published",
            "system_id": [f"s{index}" for index in range(n)],
            "day": days,
            "log_flop": 10 + 0.002 * days + rng.normal(scale=scatter, size=n),
            "noise_oom": 0.1,
        }
    )


def coverage(n: int, scatter: float, simulations: int = 300) -> pd.Series:
    table = coverage_table(
        points(n, scatter), trends=["t"], simulations=simulations, bootstrap=BOOTSTRAP, seed=1
    )
    return table.iloc[0]


def test_many_systems_are_covered_as_they_should_be() -> None:
    row = coverage(150, 0.5)
    assert row["coverage"] == pytest.approx(0.95, abs=0.04)
    assert row["scatter_oom"] == pytest.approx(0.5, rel=0.2)


def test_few_systems_are_covered_less() -> None:
    """The percentile bootstrap of six systems is known to be too narrow."""
    assert coverage(6, 0.5)["coverage"] < 0.93


def test_the_standard_error_is_that_of_a_share() -> None:
    row = coverage(20, 0.5, simulations=100)
    share = row["coverage"]
    assert row["coverage_standard_error"] == pytest.approx(np.sqrt(share * (1 - share) / 100))
