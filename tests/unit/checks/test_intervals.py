from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import Real
from made_up import BOOTSTRAP, UNITS, bootstrap

from compute_trends.checks.intervals import coverage_table, noise_table
from compute_trends.fit.bootstrap import noise_settings
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.selection import join_members
from compute_trends.fit.trend_numbers import interval_names
from compute_trends.settings.fit import Bootstrap
from compute_trends.settings.simulations import Coverage

NOISY = bootstrap(samples=4000, noise="paper")


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


def coverage(
    n: int, scatter: float, simulations: int = 300, settings: Bootstrap = BOOTSTRAP
) -> pd.Series:
    both = pd.concat([points(n, scatter), points(n, 20.0).assign(basis="estimated")])
    of_trend = Coverage(trends=["t"], simulations=simulations)
    return coverage_table(both, coverage=of_trend, bootstrap=settings, seed=1).iloc[0]


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
    settings = [bootstrap(noise=noise, noise_factor=10) for noise in ("none", "paper")]
    shares = [coverage(15, 0.3, 200, noisy)["coverage"] for noisy in settings]
    assert shares[1] > shares[0] + 0.02


def line(noise_oom: float) -> pd.DataFrame:
    """Fifty systems exactly on a line."""
    days = np.linspace(0, 3650, 50)
    return pd.DataFrame(
        {
            "trend": "line",
            "basis": "published",
            "system_id": [f"s{index}" for index in range(50)],
            "day": days,
            "log_flop": 10 + days / 365,
            "noise_oom": noise_oom,
        }
    )


def widths(points: pd.DataFrame) -> pd.Series:
    table = noise_table(points, bootstrap=NOISY, units=UNITS, seed=1).set_index("noise")
    return table["slope_oom_per_year_ci95_high"] - table["slope_oom_per_year_ci95_low"]


def test_noise_widens_the_interval_by_its_size() -> None:
    """On an exact line the spread of the slope is that of the noise, truth in closed form."""
    points = line(0.3)
    width = widths(points)
    assert width["none"] == pytest.approx(0, abs=1e-9)
    # Standard deviation of a log-uniform factor of 2: log10(2) / sqrt(3).
    uniform = np.log10(2) / np.sqrt(3)
    assert width["per_system"] / width["paper"] == pytest.approx(0.3 / uniform, rel=0.05)
    years = (points["day"] - points["day"].mean()) / 365
    expected = 2 * 1.96 * 0.3 / np.sqrt((years**2).sum())
    assert width["per_system"] == pytest.approx(expected, rel=0.1)


def test_each_system_gets_the_noise_of_its_own() -> None:
    """Noise at the ends of the line moves the slope, noise in its middle does not."""
    points = line(0.0)
    middle = points["day"].between(1500, 2150)
    outer = points["day"].between(0, 300) | points["day"].between(3350, 3650)
    inside = widths(points.assign(noise_oom=np.where(middle, 0.3, 0.0)))["per_system"]
    outside = widths(points.assign(noise_oom=np.where(outer, 0.3, 0.0)))["per_system"]
    years = ((points["day"] - points["day"].mean()) / 365).to_numpy()
    spread = 0.3 * np.sqrt((years[outer] ** 2).sum()) / (years**2).sum()
    assert outside == pytest.approx(2 * 1.96 * spread, rel=0.2)
    assert outside > 5 * inside


def test_noise_per_system_needs_an_interval_for_each() -> None:
    points = line(0.3)
    points.loc[3, "noise_oom"] = np.nan
    assert "per_system" not in widths(points).index
    with pytest.raises(ValueError, match=r"no row of compute_inputs\.csv gives an interval for s3"):
        noise_settings(points, bootstrap(noise="per_system"))


def test_the_noise_of_the_config_is_that_of_the_trends(real: Real) -> None:
    fit = real.settings.fit
    members = real.members[real.members["trend"] == "from_2015_regular"]
    table = noise_table(
        join_members(members, real.systems, real.compute),
        bootstrap=fit.bootstrap,
        units=fit.units,
        seed=real.settings.seed,
    )
    ours = table[table["noise"] == fit.bootstrap.noise].set_index("basis")
    trends = real.trends[real.trends["trend"] == "from_2015_regular"].set_index("basis")
    for basis in fit.bases:
        for name in interval_names("ci95"):
            assert ours.loc[basis, name] == trends.loc[basis, name]
