from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real
from made_up import DOMAINS, INTERVALS, OUTLIERS, UNITS, dataset, tables, trend
from pipeline import settings_of
from scipy.stats import norm

from compute_trends.fit.intervals import interval_levels, poisson_counts
from compute_trends.fit.procedure import weighted_lines
from compute_trends.fit.selection import join_members
from compute_trends.fit.trends import fit_trend, fit_trends
from compute_trends.settings.fit import PaperMethod
from compute_trends.tables.dictionary import column_names


def fit(
    points: pd.DataFrame, *, draws: int = 999, withheld: bool = False
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Numbers and band of a trend of systems that nothing selects."""
    days, log_flop = (points[name].to_numpy(dtype=float) for name in ("day", "log_flop"))
    counts = poisson_counts((draws, days.size), np.random.default_rng(1)).astype(float)
    lines = weighted_lines(days, log_flop, counts)
    return fit_trend(points, lines, least_systems=8, withheld=withheld, units=UNITS)


def test_known_trend_is_recovered_in_its_units() -> None:
    days = pd.Series(np.arange(0, 3650, 50))
    numbers, _ = fit(pd.DataFrame({"day": days, "log_flop": 10 + 0.5 * days / 365}))
    assert numbers["n"] == 73
    months = np.log10(2) / 0.5 * 365 / 30
    assert numbers["start_flop"] == pytest.approx(1e10)
    assert numbers["end_flop"] == pytest.approx(10 ** (10 + 0.5 * 3600 / 365))
    for end in ("", "_ci90_low", "_ci90_high"):
        assert numbers[f"growth_per_year{end}"] == pytest.approx(10**0.5)
        assert numbers[f"slope_oom_per_year{end}"] == pytest.approx(0.5)
        assert numbers[f"doubling_time_months{end}"] == pytest.approx(months)


def test_an_interval_of_shrinking_compute_has_no_upper_bound() -> None:
    rng = np.random.default_rng(2)
    numbers, _ = fit(pd.DataFrame({"day": np.arange(40.0), "log_flop": 10 + rng.normal(size=40)}))
    assert numbers["slope_oom_per_year_ci90_low"] < 0 < numbers["slope_oom_per_year_ci90_high"]
    assert numbers["doubling_time_months_ci90_high"] == np.inf
    assert 0 < numbers["doubling_time_months_ci90_low"] < np.inf


@pytest.mark.parametrize(("n", "withheld"), [(7, False), (30, True)])
def test_without_an_interval_there_are_a_line_and_a_note(n: int, withheld: bool) -> None:
    rng = np.random.default_rng(3)
    points = pd.DataFrame({"day": np.arange(float(n)), "log_flop": rng.normal(size=n)})
    numbers, band = fit(points, withheld=withheld)
    assert numbers["note"].startswith("no interval: ")
    ends = [value for name, value in numbers.items() if "_ci90_" in name]
    assert len(ends) == 6 and np.isnan(ends).all()
    assert band["flop"].notna().all() and band.filter(like="_ci90_").isna().all(axis=None)


def refitted(real: Real, **changes: Any) -> dict[str, pd.DataFrame]:
    """Fits of the real data, some of the settings changed."""
    return fit_trends(
        real.systems, real.compute, **settings_of(real.settings, fit_trends, **changes)
    )


def test_order_and_number_of_trends_change_no_trend(real: Real) -> None:
    two = [real.settings.fit.trends[index] for index in (9, 3)]
    again = refitted(real, trends=two)
    names = [trend.name for trend in two]
    expected = real.trends.set_index("trend").loc[names]
    pd.testing.assert_frame_equal(again["trends"].set_index("trend"), expected)


def test_bands_run_along_each_line(real: Real) -> None:
    ends = real.bands.groupby(["trend", "basis"])["flop"].agg(["first", "last"])
    lines = real.trends.set_index(["trend", "basis"]).loc[ends.index]
    np.testing.assert_allclose(ends["first"], lines["start_flop"])
    np.testing.assert_allclose(ends["last"], lines["end_flop"])
    has = real.trends.set_index(["trend", "basis"])["note"].isna()
    bands = real.bands.set_index(["trend", "basis"])
    assert bands["flop_ci90_low"].notna().eq(has.loc[bands.index]).all()
    bands = bands.dropna()
    assert (bands["flop_ci90_low"] < bands["flop"]).mean() > 0.99
    assert (bands["flop"] < bands["flop_ci90_high"]).mean() > 0.99


def test_a_band_is_as_wide_as_theory_says() -> None:
    """At the mean date: so many standard deviations of the mean of the scatter, on either side."""
    rng = np.random.default_rng(3)
    days, scatter = np.arange(400.0), rng.normal(0, 0.3, 400)
    points = pd.DataFrame({"day": days, "log_flop": 20 + 0.001 * days + scatter})
    _, band = fit(points, draws=4000)
    columns = ["flop_ci90_low", "flop", "flop_ci90_high"]
    low, line, high = np.log10(band[columns].to_numpy(dtype="float64")[len(band) // 2])
    half = norm.ppf(interval_levels(days, least_systems=8).high) * scatter.std() / np.sqrt(400)
    assert line == pytest.approx(20 + 0.001 * 200, abs=4 * half)
    assert line - low == pytest.approx(half, rel=0.15)
    assert high - line == pytest.approx(half, rel=0.15)


@pytest.mark.parametrize(
    ("system", "message"),
    [
        ("alphago-maste", "names 'alphago-maste', which no dataset holds; did you mean 'alphago-"),
        ("qqq", "names 'qqq', which no dataset holds$"),
    ],
)
def test_a_system_to_leave_out_must_be_there(real: Real, system: str, message: str) -> None:
    without = trend(dataset="paper_tables", records={"without": [system]})
    with pytest.raises(ValueError, match=f"trend t: records.without {message}"):
        refitted(real, trends=[without])


def test_a_trend_of_too_few_systems_is_named(real: Real) -> None:
    period = {"after": "1951-12-31", "through": "1952-12-31"}
    lonely = trend(name="lonely", dataset="paper_tables", period=period)
    with pytest.raises(ValueError, match=r"trend lonely, .*three systems, got 1"):
        refitted(real, trends=[lonely])


def test_members_are_the_systems_of_each_trend(real: Real) -> None:
    counts = real.members.groupby(["trend", "basis"])["system_id"].nunique()
    expected = real.trends.set_index(["trend", "basis"])["n"]
    assert (counts.loc[expected.index] == expected).all()
    joined = join_members(real.members, real.systems, real.compute)
    assert len(joined) == len(real.members)
    assert joined["log_flop"].notna().all()


def fitted(systems: pd.DataFrame, compute: pd.DataFrame, **changes: Any) -> dict[str, pd.DataFrame]:
    settings: dict[str, Any] = {
        "datasets": [dataset("d", "a")],
        "bases": ["published"],
        "trends": [trend()],
        "parameter_trends": [],
        "outliers": OUTLIERS,
        "domains": DOMAINS,
        "intervals": INTERVALS,
        "paper_method": PaperMethod(samples=100, noise_factor=2),
        "units": UNITS,
        "seed": 1,
    }
    return fit_trends(systems, compute, **(settings | changes))


def test_a_trend_is_fitted_on_its_dataset_and_no_other() -> None:
    """Two datasets of the same systems but one: that one shows which was taken."""
    dates = [f"201{year}-01-15" for year in range(0, 5)]
    systems, compute = tables(dates, [1e10, 1e11, 1e12, 1e13, 1e14])
    systems.loc[4, "snapshot"] = "b"
    fits = fitted(
        systems,
        compute,
        datasets=[dataset("d", "a"), dataset("e", "a", "b")],
        trends=[trend(name="one"), trend(name="two", dataset="e")],
    )
    assert fits["trends"]["n"].tolist() == [4, 5]
    members = fits["members"]["system_id"].tolist()
    assert members == ["s0", "s1", "s2", "s3", *systems["system_id"]]
    assert fits["scores"]["dataset"].tolist() == ["d"] * 4 + ["e"] * 5
    assert fits["scores"].columns.tolist() == column_names("scores")


def test_a_basis_without_values_is_told() -> None:
    systems, compute = tables(["2012-01-01", "2012-02-01", "2012-03-01"], [1e10, 1e11, 1e12])
    with pytest.raises(ValueError, match=r"basis estimated: .*got 0; a system without a row in"):
        fitted(systems, compute, bases=["published", "estimated"])
