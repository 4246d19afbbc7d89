from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real

from compute_trends.fit.selection import join_members, score_systems, select_datasets
from compute_trends.fit.trends import fit_trend, fit_trends
from compute_trends.tables.dictionary import typed

UNITS = {"days_per_year": 365, "days_per_month": 30}
BOOTSTRAP = {"samples": 400, "noise": "none", "noise_factor": 2}
OUTLIERS = {
    "window_days": 364,
    "low_z": -2,
    "high_z": 0.76,
    "large_scale_from": "2015-09-01",
}


def tables(dates: list[str], flop: list[float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables ``systems`` and ``compute`` of systems s0, s1, ..."""
    keys = [f"s{number}" for number in range(len(dates))]
    systems = pd.DataFrame(
        {
            "system_id": keys,
            "snapshot": "a",
            "domain": "Vision",
            "publication_date": pd.to_datetime(dates),
        }
    )
    compute = {"system_id": keys, "training_compute_published_flop": flop}
    return systems, typed(pd.DataFrame(compute), "compute")


def trend(**changes: Any) -> dict[str, Any]:
    record = {
        "name": "t",
        "dataset": "d",
        "period": {"after": "2009-12-31", "through": "2015-09-01"},
        "scale": "all",
    }
    return record | changes


def test_known_trend_is_recovered_in_its_units() -> None:
    days = pd.Series(np.arange(0, 3650, 50))
    log_flop = 10 + 0.5 * days / 365
    points = pd.DataFrame({"day": days, "log_flop": log_flop})
    fitted, _ = fit_trend(points, bootstrap=BOOTSTRAP, units=UNITS, rng=np.random.default_rng(1))
    assert fitted["n"] == 73
    assert fitted["slope_oom_per_year"] == pytest.approx(0.5)
    assert fitted["doubling_time_months"] == pytest.approx(np.log10(2) / 0.5 * 365 / 30)
    assert fitted["start_flop"] == pytest.approx(1e10)
    assert fitted["end_flop"] == pytest.approx(10 ** (10 + 0.5 * 3600 / 365))
    assert fitted["doubling_time_months_ci95_low"] == pytest.approx(fitted["doubling_time_months"])
    for level in ("low", "median", "high"):
        assert fitted[f"slope_oom_per_year_ci95_{level}"] == pytest.approx(0.5)


def test_an_interval_of_shrinking_compute_has_no_upper_bound() -> None:
    rng = np.random.default_rng(2)
    points = pd.DataFrame({"day": np.arange(40.0), "log_flop": 10 + rng.normal(size=40)})
    fitted, _ = fit_trend(points, bootstrap=BOOTSTRAP, units=UNITS, rng=rng)
    assert fitted["slope_oom_per_year_ci95_low"] < 0 < fitted["slope_oom_per_year_ci95_high"]
    assert fitted["doubling_time_months_ci95_high"] == np.inf
    assert 0 < fitted["doubling_time_months_ci95_low"] < np.inf


def test_order_and_number_of_trends_change_no_trend(real: Real) -> None:
    fit = real.config["fit"]
    chosen = [fit["trends"][index] for index in (9, 3)]
    again = fit_trends(
        real.scores,
        trends=chosen,
        bases=fit["bases"],
        outliers=fit["outliers"],
        domains=fit["domains"],
        bootstrap=fit["bootstrap"],
        units=fit["units"],
        seed=real.config["seed"],
    )
    names = [record["name"] for record in chosen]
    expected = real.trends.set_index("trend").loc[names]
    pd.testing.assert_frame_equal(again.trends.set_index("trend"), expected)


def test_bands_run_along_each_line(real: Real) -> None:
    ends = real.bands.groupby(["trend", "basis"])["flop"].agg(["first", "last"])
    lines = real.trends.set_index(["trend", "basis"]).loc[ends.index]
    np.testing.assert_allclose(ends["first"], lines["start_flop"])
    np.testing.assert_allclose(ends["last"], lines["end_flop"])
    assert (real.bands["flop_ci95_low"] < real.bands["flop"]).all()
    assert (real.bands["flop"] < real.bands["flop_ci95_high"]).all()


def test_a_band_is_as_wide_as_theory_says() -> None:
    """At the mean date: 1.96 standard deviations of the mean of the scatter, on either side."""
    rng = np.random.default_rng(3)
    days, scatter = np.arange(400.0), rng.normal(0, 0.3, 400)
    points = pd.DataFrame({"day": days, "log_flop": 20 + 0.001 * days + scatter})
    many = BOOTSTRAP | {"samples": 4000}
    _, band = fit_trend(points, bootstrap=many, units=UNITS, rng=rng)
    columns = ["flop_ci95_low", "flop", "flop_ci95_high"]
    low, line, high = np.log10(band[columns].to_numpy(dtype="float64")[len(band) // 2])
    half = 1.96 * scatter.std() / np.sqrt(400)
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
    fit = real.config["fit"]
    record = trend(dataset="paper_tables") | {"records": {"without": [system]}}
    with pytest.raises(ValueError, match=f"trend t: records.without {message}"):
        fit_trends(
            real.scores,
            trends=[record],
            bases=["published"],
            outliers=fit["outliers"],
            domains=fit["domains"],
            bootstrap=BOOTSTRAP,
            units=UNITS,
            seed=1,
        )


def test_a_trend_of_too_few_systems_is_named(real: Real) -> None:
    fit = real.config["fit"]
    record = trend(name="lonely", dataset="paper_tables") | {
        "period": {"after": "1951-12-31", "through": "1952-12-31"}
    }
    with pytest.raises(ValueError, match=r"trend lonely, .*three systems, got 1"):
        fit_trends(
            real.scores,
            trends=[record],
            bases=["published"],
            outliers=fit["outliers"],
            domains=fit["domains"],
            bootstrap=fit["bootstrap"],
            units=fit["units"],
            seed=1,
        )


def test_members_are_the_systems_of_each_trend(real: Real) -> None:
    counts = real.members.groupby(["trend", "basis"])["system_id"].nunique()
    expected = real.trends.set_index(["trend", "basis"])["n"]
    assert (counts.loc[expected.index] == expected).all()
    joined = join_members(real.members, real.systems, real.compute)
    assert len(joined) == len(real.members)
    assert joined["log_flop"].notna().all()


def test_a_trend_is_fitted_on_its_dataset_and_no_other() -> None:
    """Two datasets of the same systems but one: that one shows which was taken."""
    dates = [f"201{year}-01-15" for year in range(0, 5)]
    systems, compute = tables(dates, [1e10, 1e11, 1e12, 1e13, 1e14])
    systems.loc[4, "snapshot"] = "b"
    datasets = [
        {"name": "d", "snapshots": ["a"], "through": "2020-01-01"},
        {"name": "e", "snapshots": ["a", "b"], "through": "2020-01-01"},
    ]
    selected = select_datasets(systems, compute, datasets=datasets, bases=["published"])
    fits = fit_trends(
        score_systems(selected, outliers=OUTLIERS),
        trends=[trend(name="one"), trend(name="two", dataset="e")],
        bases=["published"],
        outliers=OUTLIERS,
        domains={"least": 10},
        bootstrap=BOOTSTRAP,
        units=UNITS,
        seed=1,
    )
    assert fits.trends["n"].tolist() == [4, 5]
    assert fits.members["system_id"].tolist() == ["s0", "s1", "s2", "s3", *systems["system_id"]]


def test_a_basis_without_values_is_told() -> None:
    systems, compute = tables(["2012-01-01", "2012-02-01", "2012-03-01"], [1e10, 1e11, 1e12])
    datasets = [{"name": "d", "snapshots": ["a"], "through": "2020-01-01"}]
    selected = select_datasets(
        systems, compute, datasets=datasets, bases=["published", "estimated"]
    )
    scores = score_systems(selected, outliers=OUTLIERS)
    with pytest.raises(ValueError, match=r"basis estimated: .*got 0; a system without a row in"):
        fit_trends(
            scores,
            trends=[trend()],
            bases=["estimated"],
            outliers=OUTLIERS,
            domains={"least": 10},
            bootstrap=BOOTSTRAP,
            units=UNITS,
            seed=1,
        )
