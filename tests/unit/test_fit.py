from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real

from compute_trends.fit import (
    compute_points,
    fit_trend,
    fit_trends,
    join_members,
    score_systems,
    select_datasets,
    select_trend,
)
from compute_trends.tables import typed

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
        {"system_id": keys, "snapshot": "a", "publication_date": pd.to_datetime(dates)}
    )
    compute = {"system_id": keys, "training_compute_published_flop": flop}
    return systems, typed(pd.DataFrame(compute), "compute")


def scored(dates: list[str], z: list[float]) -> pd.DataFrame:
    """Scores of one dataset, as `score_systems` gives them."""
    systems, compute = tables(dates, [1e10] * len(dates))
    points = compute_points(systems, compute, basis="published")
    return points.assign(z_score=z, low_outlier=np.array(z) < -2)


def trend(**changes: Any) -> dict[str, Any]:
    record = {
        "name": "t",
        "dataset": "d",
        "period": {"after": "2009-12-31", "through": "2015-09-01"},
        "scale": "all",
    }
    return record | changes


def test_a_boundary_date_belongs_to_the_earlier_period() -> None:
    scores = scored(["2009-12-31", "2010-01-01", "2015-09-01", "2015-09-02"], [0.0] * 4)
    chosen = select_trend(scores, trend(), outliers=OUTLIERS)
    assert chosen["system_id"].tolist() == ["s1", "s2"]


def test_scales_share_the_systems_out_and_low_outliers_are_in_neither() -> None:
    dates = ["2012-01-01", "2015-09-01", "2015-09-02", "2016-01-01", "2016-01-02"]
    scores = scored(dates, [5.0, 5.0, 5.0, 0.76, -2.5])
    period = {"after": "2009-12-31", "through": "2017-01-01"}

    def chosen(scale: str, **changes: str) -> list[str]:
        record = trend(period=period, scale=scale, **changes)
        return select_trend(scores, record, outliers=OUTLIERS)["system_id"].tolist()

    assert chosen("all") == ["s0", "s1", "s2", "s3"]
    assert chosen("large") == ["s2"]
    assert chosen("regular") == ["s0", "s1", "s3"]
    assert chosen("large", large_scale_from="2009-12-31") == ["s0", "s1", "s2"]
    assert chosen("regular", large_scale_from="2009-12-31") == ["s3"]


def test_an_outlier_is_below_the_threshold_not_on_it() -> None:
    systems, compute = tables(["2012-01-01", "2012-02-01"], [1e10, 1e12])
    datasets = [{"name": "one", "snapshots": ["a"], "through": "2020-01-01"}]
    selected = select_datasets(systems, compute, datasets=datasets, bases=["published"])
    for low_z, expected in ((-1.0, [False, False]), (-0.99, [True, False])):
        scores = score_systems(selected, outliers=OUTLIERS | {"low_z": low_z})
        assert scores["low_outlier"].tolist() == expected


def test_datasets_are_scored_apart() -> None:
    systems, compute = tables(["2012-01-01", "2012-02-01", "2012-03-01"], [1e10, 1e12, 1e17])
    systems["snapshot"] = ["a", "a", "b"]
    datasets = [
        {"name": "one", "snapshots": ["a"], "through": "2020-01-01"},
        {"name": "two", "snapshots": ["a", "b"], "through": "2012-03-01"},
        {"name": "early", "snapshots": ["a", "b"], "through": "2012-02-29"},
    ]
    selected = select_datasets(systems, compute, datasets=datasets, bases=["published"])
    scores = score_systems(selected, outliers=OUTLIERS).set_index(["dataset", "system_id"])
    np.testing.assert_allclose(scores.loc["one", "z_score"], [-1, 1])
    np.testing.assert_allclose(scores.loc["early", "z_score"], [-1, 1])
    values = np.array([10, 12, 17])
    np.testing.assert_allclose(
        scores.loc["two", "z_score"], (values - values.mean()) / values.std()
    )


def test_a_misspelt_snapshot_is_told() -> None:
    systems, compute = tables(["2012-01-01"], [1e10])
    datasets = [{"name": "mine", "snapshots": ["a", "2022-99"], "through": "2022-01-01"}]
    with pytest.raises(ValueError, match=r"dataset mine: .*'2022-99'.*known snapshots: a"):
        select_datasets(systems, compute, datasets=datasets, bases=["published"])


def test_known_trend_is_recovered_in_its_units() -> None:
    days = pd.Series(np.arange(0, 3650, 50))
    log_flop = 10 + 0.5 * days / 365
    points = pd.DataFrame({"day": days, "log_flop": log_flop})
    fitted = fit_trend(points, bootstrap=BOOTSTRAP, units=UNITS, rng=np.random.default_rng(1))
    assert fitted["n"] == 73
    assert fitted["slope_oom_per_year"] == pytest.approx(0.5)
    assert fitted["doubling_time_months"] == pytest.approx(np.log10(2) / 0.5 * 365 / 30)
    assert fitted["start_flop"] == pytest.approx(1e10)
    assert fitted["end_flop"] == pytest.approx(10 ** (10 + 0.5 * 3600 / 365))
    assert fitted["doubling_time_months_ci95_low"] == pytest.approx(fitted["doubling_time_months"])


def test_an_interval_of_shrinking_compute_has_no_upper_bound() -> None:
    rng = np.random.default_rng(2)
    points = pd.DataFrame({"day": np.arange(40.0), "log_flop": 10 + rng.normal(size=40)})
    fitted = fit_trend(points, bootstrap=BOOTSTRAP, units=UNITS, rng=rng)
    assert fitted["slope_oom_per_year_ci95_low"] < 0 < fitted["slope_oom_per_year_ci95_high"]
    assert fitted["doubling_time_months_ci95_high"] == np.inf
    assert 0 < fitted["doubling_time_months_ci95_low"] < np.inf


def test_order_and_number_of_trends_change_no_trend(real: Real) -> None:
    fit = real.config["fit"]
    chosen = [fit["trends"][index] for index in (9, 3)]
    again, _ = fit_trends(
        real.scores,
        trends=chosen,
        bases=fit["bases"],
        outliers=fit["outliers"],
        bootstrap=fit["bootstrap"],
        units=fit["units"],
        seed=real.config["seed"],
    )
    names = [record["name"] for record in chosen]
    expected = real.trends.set_index("trend").loc[names]
    pd.testing.assert_frame_equal(again.set_index("trend"), expected)


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


def test_outliers_of_the_real_datasets(real: Real) -> None:
    scores = real.scores[real.scores["basis"] == "published"]
    low = scores[scores["low_outlier"]].groupby("dataset")["system_id"].agg(set)
    five = {"deepstack", "hanabi-4-player", "hide-and-seek", "lsun-bedroom-model", "ernie-3-0"}
    assert low["paper_tables"] == five
    assert low["paper_figures"] == five | {"variational-autoencoders", "adam-cifar-10"}
    large = scores[scores["scale"] == "large"].groupby("dataset")["system_id"].agg(set)
    assert len(large["paper_tables"]) == 19
    assert large["paper_figures"] - large["paper_tables"] == {"biggan-deep-512x512"}


def test_noise_is_that_of_each_system_s_estimate(real: Real) -> None:
    points = compute_points(real.systems, real.compute, basis="published").set_index("system_id")
    wide, narrow = points.loc["rnn-for-speech", "noise_oom"], points.loc["gpt-3-175b", "noise_oom"]
    # Reported, speculative: a factor of 31 with 90 % probability
    assert wide == pytest.approx(np.log10(31) / 1.645, rel=1e-3)
    assert narrow < 0.15


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
            bootstrap=BOOTSTRAP,
            units=UNITS,
            seed=1,
        )
