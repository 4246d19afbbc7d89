from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real
from made_up import DOMAINS, OUTLIERS, dataset, tables, trend

from compute_trends.common.vocabulary import NOT_RATED
from compute_trends.fit.selection import (
    compute_points,
    domain_groups,
    is_of_scale,
    is_record,
    of_dataset,
    scale_names,
    score_systems,
    select_datasets,
    select_trend,
)
from compute_trends.settings.trends import large_scale


def scored(dates: list[str], z: list[float]) -> pd.DataFrame:
    """Scores of one dataset, as `score_systems` gives them."""
    systems, compute = tables(dates, [1e10] * len(dates))
    points = compute_points(systems, compute, basis="published")
    return points.assign(z_score=z, low_outlier=np.array(z) < -2)


def selected(scores: pd.DataFrame, **changes: Any) -> list[str]:
    """Systems of a trend from 2000 to 2020 with some settings of its own."""
    period = {"after": "2000-01-01", "through": "2020-01-01"}
    points = select_trend(
        scores, trend(**{"period": period} | changes), outliers=OUTLIERS, domains=DOMAINS
    )
    return [str(system) for system in points["system_id"]]


def test_a_boundary_date_belongs_to_the_earlier_period() -> None:
    scores = scored(["2009-12-31", "2010-01-01", "2015-09-01", "2015-09-02"], [0.0] * 4)
    period = {"after": "2009-12-31", "through": "2015-09-01"}
    assert selected(scores, period=period) == ["s1", "s2"]


def test_scales_share_the_systems_out_and_low_outliers_are_in_neither() -> None:
    dates = ["2012-01-01", "2015-09-01", "2015-09-02", "2016-01-01", "2016-01-02"]
    scores = scored(dates, [5.0, 5.0, 5.0, 0.76, -2.5])
    assert selected(scores, scale="all") == ["s0", "s1", "s2", "s3"]
    assert selected(scores, scale="large") == ["s2"]
    assert selected(scores, scale="regular") == ["s0", "s1", "s3"]
    assert selected(scores, scale="large", large_scale_from="2009-12-31") == ["s0", "s1", "s2"]
    assert selected(scores, scale="regular", large_scale_from="2009-12-31") == ["s3"]


def test_an_outlier_is_below_the_threshold_not_on_it() -> None:
    systems, compute = tables(["2012-01-01", "2012-02-01"], [1e10, 1e12])
    datasets = [dataset("one", "a")]
    points = select_datasets(systems, compute, datasets=datasets, bases=["published"])
    for low_z, expected in ((-1.0, [False, False]), (-0.99, [True, False])):
        scores = score_systems(points, outliers=OUTLIERS.model_copy(update={"low_z": low_z}))
        assert scores["low_outlier"].tolist() == expected


def test_datasets_are_scored_apart() -> None:
    systems, compute = tables(["2012-01-01", "2012-02-01", "2012-03-01"], [1e10, 1e12, 1e17])
    systems["snapshot"] = ["a", "a", "b"]
    datasets = [
        dataset("one", "a"),
        dataset("two", "a", "b", through="2012-03-01"),
        dataset("early", "a", "b", through="2012-02-29"),
    ]
    points = select_datasets(systems, compute, datasets=datasets, bases=["published"])
    scores = score_systems(points, outliers=OUTLIERS).set_index(["dataset", "system_id"])
    np.testing.assert_allclose(scores.loc["one", "z_score"], [-1, 1])
    np.testing.assert_allclose(scores.loc["early", "z_score"], [-1, 1])
    values = np.array([10, 12, 17])
    np.testing.assert_allclose(
        scores.loc["two", "z_score"], (values - values.mean()) / values.std()
    )


def test_a_misspelt_snapshot_is_told() -> None:
    systems, compute = tables(["2012-01-01"], [1e10])
    datasets = [dataset("mine", "a", "2022-99")]
    with pytest.raises(ValueError, match=r"dataset mine: .*'2022-99'.*known snapshots: a"):
        select_datasets(systems, compute, datasets=datasets, bases=["published"])


def test_outliers_of_the_real_datasets(real: Real) -> None:
    scores = real.scores[real.scores["basis"] == "published"]
    low = scores[scores["low_outlier"]].groupby("dataset")["system_id"].agg(set)
    five = {"deepstack", "hanabi-4-player", "hide-and-seek", "lsun-bedroom-model", "ernie-3-0"}
    assert low["paper_tables"] == five
    assert low["paper_figures"] == five | {"variational-autoencoders", "adam-cifar-10"}
    large = scores[scores["scale"] == "large"].groupby("dataset")["system_id"].agg(set)
    assert len(large["paper_tables"]) == 19
    assert large["paper_figures"] - large["paper_tables"] == {"biggan-deep-512x512"}


def test_a_record_is_a_system_that_no_earlier_one_surpasses() -> None:
    systems, compute = tables(
        ["2012-01-01", "2013-01-01", "2013-01-01", "2014-01-01", "2015-01-01", "2016-01-01"],
        [1e10, 1e12, 1e11, 1e12, 1e11, 1e13],
    )
    points = compute_points(systems, compute, basis="published")
    # Of two of one day only the larger; an equal later one sets the record again.
    assert is_record(points).tolist() == [True, True, False, True, False, True]
    others = is_record(points[~points["system_id"].isin(["s1", "s3"])])
    assert others.tolist() == [True, True, True, True]


def test_low_outliers_count_when_records_are_set_but_are_not_fitted() -> None:
    scores = scored(["2012-01-01", "2013-01-01", "2014-01-01"], [0.0, -2.5, 0.0])
    scores["log_flop"] = [10.0, 12.0, 11.0]
    assert selected(scores, records={"without": []}) == ["s0"]
    assert selected(scores, records={"without": ["s1"]}) == ["s0", "s2"]


def test_the_running_top_holds_systems_that_few_exceed() -> None:
    dates = [f"{year}-01-01" for year in range(2010, 2016)]
    scores = scored(dates, [0.0] * 6)
    scores["log_flop"] = [10.0, 12.0, 11.0, 9.0, 11.5, 10.5]
    assert selected(scores, records={"without": [], "top": 2}) == ["s0", "s1", "s2", "s4"]
    assert selected(scores, records={"without": [], "top": 3}) == ["s0", "s1", "s2", "s4"]
    assert selected(scores, records={"without": ["s1"], "top": 2}) == ["s0", "s2", "s4"]


def test_small_domains_stand_together() -> None:
    domains = pd.Series(["Vision", "Vision", "Games", "Driving", "Other"])
    assert domain_groups(domains, among=domains.notna(), least=2).tolist() == [
        "Vision",
        "Vision",
        *["Other"] * 3,
    ]
    # Counted among some of them: there a domain may be small.
    few = pd.Series([True, False, True, True, True])
    assert domain_groups(domains, among=few, least=2).tolist() == ["Other"] * 5


def test_a_domain_is_counted_among_the_systems_of_the_period() -> None:
    scores = scored(["1999-01-01", "2012-01-01", "2013-01-01", "2014-01-01"], [0.0] * 4)
    scores["domain"] = ["Games", "Games", "Vision", "Vision"]
    assert selected(scores, domain="Vision") == ["s2", "s3"]
    assert selected(scores, domain="Games") == []
    assert selected(scores, domain="Other") == ["s1"]


def test_a_trend_may_have_a_threshold_of_its_own() -> None:
    scores = scored(["2016-01-01", "2016-01-02", "2016-01-03"], [0.5, 0.7, 0.9])
    assert selected(scores, scale="large") == ["s2"]
    assert selected(scores, scale="large", high_z=0.6) == ["s1", "s2"]
    assert selected(scores, scale="regular", high_z=0.6) == ["s0"]


def test_appendix_slices_of_the_real_data(real: Real) -> None:
    """What the definitions fix: parts add up, and the default threshold is that of the fit."""
    rows = real.trends[real.trends["basis"] == "published"].set_index(["table", "row"])["n"]
    since_2010 = real.trends.set_index(["trend", "basis"]).loc[("from_2010_all", "published"), "n"]
    # LaMDA is in these and not in from_2010_all; systems without a domain are in none of them.
    members = real.members.query("trend == 'from_2010_all' and basis == 'published'")
    of_it = real.systems["system_id"].isin(members["system_id"])
    nameless = real.systems.loc[of_it, "domain_published"].isna().sum()
    assert nameless > 0
    assert sum(rows[7, row] for row in (1, 2, 3, 4)) == since_2010 + 1 - nameless
    # Row 8 marks large-scale systems from AlexNet on, row 9 only from September 2015.
    for whole, parts in ((1, (2, 3)), (4, (5, 6))):
        assert rows[8, whole] == sum(rows[8, part] for part in parts)
    assert rows[8, 7] == rows[8, 1] + rows[8, 4]
    assert rows[8, 8] == rows[3, 6]
    assert rows[8, 9] == rows[4, 4]
    for first in (1, 3, 5):
        assert rows[9, first] + rows[9, first + 1] == rows[9, 1] + rows[9, 2]
    assert rows[9, 2] == 20
    assert rows[9, 2] < rows[9, 4] < rows[9, 6]
    assert rows[6, 4] >= 3


# On the threshold, above it by what rounding leaves, above it, below it, without a score
HIGH = [0.76, 0.76 + 1e-12, 0.7601, 0.7599, np.nan]


def test_scales_of_scores_about_the_threshold() -> None:
    scores = scored([f"2016-01-0{day}" for day in range(1, 6)], HIGH)
    threshold = large_scale(OUTLIERS)
    expected = {
        "all": [True] * 5,
        "large": [False, False, True, False, False],
        "regular": [True, True, False, True, False],
    }
    for scale, of_scale in expected.items():
        assert is_of_scale(scores, scale, threshold).tolist() == of_scale
    names = ["regular", "regular", "large", "regular", NOT_RATED]
    assert scale_names(scores, threshold).tolist() == names
    # The day itself is not after it.
    scores = scored(["2015-09-01", "2015-09-02"], [5.0, 5.0])
    assert is_of_scale(scores, "large", threshold).tolist() == [False, True]


def test_one_system_below_four_equal_ones_scores_minus_two_and_is_no_outlier() -> None:
    """Whatever the values: -2 is what arithmetic gives, in some but for the last digit."""
    rng = np.random.default_rng(1)
    dates, flop = [], []
    # Groups so far apart in time that each is scored by itself
    for year in range(1950, 2020, 3):
        level, apart = rng.uniform([15, 0.1], [25, 3])
        dates += [f"{year}-01-0{day}" for day in range(1, 6)]
        flop += [10 ** (level - apart), *[10**level] * 4]
    points = select_datasets(
        *tables(dates, flop), datasets=[dataset("d", "a")], bases=["published"]
    )
    scores = score_systems(points, outliers=OUTLIERS)
    low = scores["z_score"].iloc[::5]
    np.testing.assert_allclose(low, -2)
    assert (low < -2).any() and not scores["low_outlier"].any()


def test_systems_of_a_dataset_are_those_with_a_value_after_and_through_its_days() -> None:
    dates = ["2012-01-01", "2012-01-02", "2012-01-03", "2012-01-04", "2012-01-05"]
    systems, compute = tables(dates, [1e10, 1e11, 1e12, np.nan, 1e14])
    late = dataset("late", "a", through="2012-01-04")
    datasets = [late.model_copy(update={"after": "2012-01-01"}), dataset("early", "a")]
    points = select_datasets(systems, compute, datasets=datasets, bases=["published"])
    found = points[["dataset", "system_id"]].to_numpy().tolist()
    whole = [["early", name] for name in ("s0", "s1", "s2", "s4")]
    assert found == [["late", "s1"], ["late", "s2"], *whole]
    assert points.index.tolist() == list(range(6))
    # Scored each by itself, in the order in which they came
    scores = score_systems(points, outliers=OUTLIERS)
    assert scores[["dataset", "system_id"]].to_numpy().tolist() == found
    assert of_dataset(scores, "late", "published")["system_id"].tolist() == ["s1", "s2"]
    other = scores.assign(basis=["published", "estimated"] * 3)
    assert of_dataset(other, "early", "estimated")["system_id"].tolist() == ["s1", "s4"]


def test_a_domain_that_none_of_the_counted_systems_has_is_small() -> None:
    domains = pd.Series(["Vision", "Games", None])
    among = pd.Series([True, False, True])
    grouped = domain_groups(domains, among=among, least=1)
    assert grouped.fillna("none").tolist() == ["Vision", "Other", "none"]
