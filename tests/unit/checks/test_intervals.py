from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from compute_trends.checks.intervals import coverage_table
from compute_trends.fit.loglinear import fit_line

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
    both = pd.concat([points(n, scatter), points(n, 20.0).assign(basis="estimated")])
    table = coverage_table(both, trends=["t"], simulations=simulations, bootstrap=BOOTSTRAP, seed=1)
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


def test_the_scatter_is_that_of_the_residuals() -> None:
    frame = points(12, 0.5)
    line = fit_line(frame["day"], frame["log_flop"])
    fitted = line.start + line.slope * (frame["day"] - frame["day"].min())
    expected = np.sqrt(((frame["log_flop"] - fitted) ** 2).sum() / 10)
    assert coverage(12, 0.5, simulations=10)["scatter_oom"] == pytest.approx(expected)


def test_noise_widens_the_interval_and_so_covers_more() -> None:
    shares = [
        coverage_table(
            points(15, 0.3),
            trends=["t"],
            simulations=200,
            bootstrap=BOOTSTRAP | {"noise": noise, "noise_factor": 10},
            seed=1,
        )["coverage"].iloc[0]
        for noise in ("none", "paper")
    ]
    assert shares[1] > shares[0] + 0.02
