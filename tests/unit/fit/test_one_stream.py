"""The same systems have the same interval, whatever the trend is called, and by the pair."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from conftest import Real
from made_up import INTERVALS
from pipeline import PaperRun, changed, settings_of

from compute_trends.checks.reproduction import check_reproduction
from compute_trends.fit.bootstrap import resampled_trends
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.selection import score_systems, select_datasets, select_trend
from compute_trends.fit.trends import fit_trends

SAME = [
    ("until_2009", "main_before_2010"),
    ("main_2015_large", "from_2015_large", "since_alexnet_large"),
]


@pytest.fixture(scope="module")
def scores(real: Real) -> pd.DataFrame:
    fit = real.settings.fit
    points = select_datasets(real.systems, real.compute, datasets=fit.datasets, bases=fit.bases)
    return score_systems(points, outliers=fit.outliers)


@pytest.mark.parametrize("names", SAME, ids=lambda names: names[0])
def test_two_names_of_the_same_systems_have_one_interval(
    real: Real, names: tuple[str, ...]
) -> None:
    trends = real.trends.set_index(["trend", "basis"])
    members = real.members.groupby(["trend", "basis"])["system_id"].agg(set)
    ends = [name for name in trends if "_ci90_" in name]
    for basis in real.settings.fit.bases:
        for one, other in combinations(names, 2):
            if members[one, basis] == members[other, basis]:
                pair = trends.loc[[(one, basis), (other, basis)], ends].to_numpy(dtype=float)
                np.testing.assert_allclose(pair[0], pair[1], rtol=1e-9)
    assert members[names[0], "published"] == members[names[1], "published"]


def test_all_trends_of_the_same_systems_and_rules_agree(real: Real) -> None:
    """Also of another dataset, as far as all that is scored is the same."""
    trends = real.trends.set_index(["trend", "basis"])
    width = trends["slope_oom_per_year_ci90_high"] - trends["slope_oom_per_year_ci90_low"]
    members = real.members.groupby(["trend", "basis"])["system_id"].agg(set)
    one, other = ("until_2009", "published"), ("figure_before_2010", "published")
    assert members[one] <= members[other] or members[other] <= members[one]
    if members[one] == members[other]:
        assert width[one] == pytest.approx(width[other], rel=0.02)


def test_bases_are_resampled_in_pairs(real: Real, scores: pd.DataFrame) -> None:
    """What the bases have in common cancels in their difference."""
    fit = real.settings.fit
    trend = fit.trends_by_name["from_2015_regular"]
    slopes = {}
    for basis in fit.bases:
        group = scores.query("dataset == @trend.dataset and basis == @basis")
        lines = resampled_trends(
            group, [trend], outliers=fit.outliers, domains=fit.domains, draws=999, seed=5
        )
        slopes[basis] = lines[trend.name].slope
    assert np.corrcoef(slopes["published"], slopes["estimated"])[0, 1] > 0.5


def test_systems_are_selected_as_the_rules_read(real: Real, scores: pd.DataFrame) -> None:
    """Every trend of the config, read from its record with pandas alone."""
    fit = real.settings.fit
    for (dataset, basis), group in scores.groupby(["dataset", "basis"]):
        date = pd.Timestamp("1970-01-01") + pd.to_timedelta(group["day"], "D")
        for trend in fit.trends:
            if trend.dataset != dataset:
                continue
            after, through = map(pd.Timestamp, (trend.period.after, trend.period.through))
            inside = (date > after) & (date <= through)
            high_z = fit.outliers.high_z if trend.high_z is None else trend.high_z
            since = pd.Timestamp(trend.large_scale_from or fit.outliers.large_scale_from)
            large = (group["z_score"] > high_z) & (date > since)
            kept = ~(group["z_score"] < fit.outliers.low_z)
            if trend.domain:
                sizes = group.loc[inside & kept, "domain"].value_counts()
                big = sizes.index[sizes >= fit.domains.least]
                domain = group["domain"].where(group["domain"].isin(big), "Other")
                inside &= domain.where(group["domain"].notna()) == trend.domain
            if trend.scale != "all":
                rated = group["z_score"].notna()
                inside &= large if trend.scale == "large" else rated & ~large
            if trend.records:
                rivals = group[~group["system_id"].isin(trend.records.without)]
                above = [
                    ((rivals["day"] <= row.day) & (rivals["log_flop"] > row.log_flop)).sum()
                    for row in group.itertuples()
                ]
                inside &= (np.array(above) < trend.records.top) & group.index.isin(rivals.index)
            chosen = select_trend(group, trend, outliers=fit.outliers, domains=fit.domains)
            expected = set(group.loc[inside & kept, "system_id"])
            assert set(chosen["system_id"]) == expected, (trend.name, basis)


def test_the_reported_intervals_do_not_touch_the_reproduction(real: Real) -> None:
    """Other resamples leave all that is held against print; it reads none of the 90 % ends."""
    fit = real.settings.fit
    trends = [trend for trend in fit.trends if trend.dataset == "paper_figures"]
    few = changed(real.settings, "fit.intervals", INTERVALS)
    few = changed(few, "fit.reproduction", fit.reproduction.model_copy(update={"replicates": 10}))
    fits = [
        fit_trends(real.systems, real.compute, **settings_of(one, fit_trends, trends=trends))
        for one in (few, changed(few, "fit.intervals.draws", 1999))
    ]
    ends = [name for name in fits[0]["trends"] if "_ci90_" in name]
    assert (fits[0]["trends"][ends] != fits[1]["trends"][ends]).any(axis=None)
    for name in ("members", "paper_intervals"):
        pd.testing.assert_frame_equal(fits[0][name], fits[1][name])
    rest = [one["trends"].drop(columns=ends) for one in fits]
    pd.testing.assert_frame_equal(*rest)
    published = real.published[real.published["table"] == 9]
    others = (fits[0]["paper_intervals"], fits[0]["members"], real.systems, real.compute)
    settings = settings_of(few, check_reproduction)
    checked = check_reproduction(published, rest[0], *others, **settings)["reproduction"]
    assert len(checked)


def test_the_paper_s_intervals_are_those_of_its_method(real: Real, paper_run: PaperRun) -> None:
    """Systems drawn with replacement, each value off by up to a factor of two, in a plain loop."""
    fit = real.settings.fit
    table = paper_run["paper_intervals"].set_index(["trend", "basis"])
    members = real.members.query("trend == 'from_2015_large' and basis == 'published'")
    points = members.merge(real.scores.query("dataset == 'paper_tables'"))
    points = points.merge(real.systems[["system_id", "publication_date"]]).merge(real.compute)
    days = (points["publication_date"] - pd.Timestamp("1970-01-01")).dt.days.to_numpy(float)
    log_flop = np.log10(points["training_compute_published_flop"].to_numpy())
    rng, slopes = np.random.default_rng(1), []
    off = np.log10(fit.paper_method.noise_factor)
    for _ in range(4000):
        drawn = rng.integers(days.size, size=days.size)
        values = log_flop[drawn] + rng.uniform(-off, off, days.size)
        slopes.append(fit_line(days[drawn], values).slope * fit.units.days_per_year)
    expected = np.quantile(slopes, [0.025, 0.5, 0.975])
    width = expected[2] - expected[0]
    row = table.loc[("from_2015_large", "published")]
    for end, value in zip(("low", "median", "high"), expected, strict=True):
        assert row[f"slope_oom_per_year_ci95_{end}"] == pytest.approx(value, abs=0.08 * width)
