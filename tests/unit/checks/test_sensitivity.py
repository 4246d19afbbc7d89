from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real
from pipeline import PaperRun, changed, settings_of

from compute_trends.checks.sensitivity import Variation, check_sensitivity, shifted, variations
from compute_trends.clean.replay import systems_on
from compute_trends.fit.trends import fit_trends
from compute_trends.settings.days import Period
from compute_trends.settings.models import Settings
from compute_trends.settings.trends import resolve

FINDING = "from_2010_regular"


def sensitivity(real: Real, **changes: Any) -> pd.DataFrame:
    settings = settings_of(real.settings, check_sensitivity)
    settings["sensitivity"] = settings["sensitivity"].model_copy(update=changes)
    tables = (real.systems, real.compute, real.alternatives)
    return check_sensitivity(*tables, **settings)["sensitivity"]


@pytest.fixture(scope="module")
def table(real: Real) -> pd.DataFrame:
    return sensitivity(real)


@pytest.fixture(scope="module")
def as_often(real: Real) -> Settings:
    """Settings by which trends are resampled as often as their variations."""
    return changed(real.settings, "fit.intervals.draws", real.settings.fit.sensitivity.draws)


def row(table: pd.DataFrame, choice: str, setting: str, trend: str = FINDING) -> pd.Series:
    found = table[
        (table["trend"] == trend) & (table["choice"] == choice) & (table["setting"] == setting)
    ]
    assert len(found) == 1
    return found.iloc[0]


def test_the_trend_itself_is_the_one_of_the_run(
    real: Real, table: pd.DataFrame, as_often: Settings
) -> None:
    fitted = [as_often.fit.trends_by_name[name] for name in as_often.fit.sensitivity.trends]
    settings = settings_of(as_often, fit_trends, trends=fitted)
    refitted = fit_trends(real.systems, real.compute, **settings)["trends"]
    columns = [name for name in table if name in refitted and name not in ("trend", "note")]
    for fits, basis, choice, setting in (
        (real.trends, "published", "none", "as fitted"),
        (refitted, "estimated", "basis", "estimated"),
    ):
        trends = fits[fits["basis"] == basis].set_index("trend")
        for name in real.settings.fit.sensitivity.trends:
            ours = row(table, choice, setting, name)[columns].astype(float)
            pd.testing.assert_series_equal(
                ours, trends.loc[name, columns].astype(float), check_names=False
            )


@pytest.mark.parametrize(
    ("choice", "setting", "changes"),
    [
        ("high_z", "0.54", {"high_z": 0.54}),
        ("dataset", "paper_figures", {"dataset": "paper_figures"}),
        (
            "start",
            "2016-09-01",
            {
                "period": Period(after="2016-09-01", through="2022-02-01"),
                "large_scale_from": "2016-09-01",
            },
        ),
    ],
)
def test_a_variation_is_the_trend_that_a_config_would_give(
    real: Real,
    table: pd.DataFrame,
    as_often: Settings,
    choice: str,
    setting: str,
    changes: dict[str, Any],
) -> None:
    fit = real.settings.fit
    trend = fit.trends_by_name["from_2015_large"].model_copy(update=changes)
    settings = settings_of(as_often, fit_trends, trends=[trend], bases=["published"])
    expected = fit_trends(real.systems, real.compute, **settings)["trends"].iloc[0]
    varied = row(table, choice, setting, "from_2015_large")
    for name in ("n", "doubling_time_months", "doubling_time_months_ci90_high", "r2"):
        assert varied[name] == pytest.approx(expected[name])


def test_another_choice_among_the_estimates_is_fitted_as_the_config_would(
    real: Real, table: pd.DataFrame
) -> None:
    names = set(real.alternatives["alternative"])
    assert names == {"replayable_only", "generated_data_left_out", "geometric_mean"}
    choice = real.settings.estimate.choice.model_copy(update={"rule": "geometric_mean"})
    run = PaperRun(changed(real.settings, "estimate.choice", choice))
    fit = real.settings.fit
    trends = [fit.trends_by_name[FINDING]]
    settings = settings_of(
        real.settings, fit_trends, trends=trends, bases=["published", "estimated"]
    )
    fitted = fit_trends(run["systems"], run["compute"], **settings)["trends"]
    expected = fitted[fitted["basis"] == "estimated"].iloc[0]
    varied = row(table, "estimates", "geometric_mean")
    assert varied["n"] == expected["n"]
    assert varied["doubling_time_months"] == pytest.approx(expected["doubling_time_months"])


def test_leaving_out_is_what_it_says(real: Real, table: pd.DataFrame) -> None:
    members = real.members[
        (real.members["trend"] == FINDING) & (real.members["basis"] == "published")
    ]
    systems = systems_on(real.systems, "published")
    points = members.merge(systems, on="system_id").merge(real.compute, on="system_id")
    days = (points["publication_date"] - pd.Timestamp("1970-01-01")).dt.days
    log_flop = np.log10(points["training_compute_published_flop"])
    language = points["domain"] == "Language"
    slope = np.polyfit(days[~language], log_flop[~language], 1)[0] * 365
    varied = row(table, "without_domain", "Language")
    assert varied["n"] == int((~language).sum())
    assert varied["slope_oom_per_year"] == pytest.approx(slope)

    slopes = {
        system: np.polyfit(days[kept], log_flop[kept], 1)[0] * 365
        for system in points["system_id"]
        for kept in [points["system_id"] != system]
    }
    for pick in (min, max):
        system = pick(slopes, key=lambda name: slopes[name])
        varied = row(table, "without_system", system)
        assert varied["slope_oom_per_year"] == pytest.approx(slopes[system])
        assert np.isnan(varied["doubling_time_months_ci90_low"])


def test_a_start_moves_the_marking_of_large_scale_with_it(real: Real) -> None:
    fit = real.settings.fit
    for name, moves in (("from_2015_large", True), ("main_2010_regular", False)):
        trend = fit.trends_by_name[name]
        as_fitted = Variation("none", "", trend, "published", fit.outliers)
        others = dict.fromkeys(("datasets", "bases", "alternatives", "domains"), ())
        found = list(variations(as_fitted, sensitivity=fit.sensitivity, **others))
        starts = [variation for variation in found if variation.choice == "start"]
        assert len(starts) == len(fit.sensitivity.start_years)
        for variation in starts:
            marked_from = resolve(variation.trend, fit.outliers).large_scale_from
            assert (marked_from == variation.setting) == moves
            assert variation.trend.period.after == variation.setting


def test_days_are_moved_by_calendar_years() -> None:
    assert shifted("2015-09-01", -1) == "2014-09-01"
    assert shifted("2012-02-29", 1) == "2013-02-28"


def test_what_leaves_too_few_systems_is_said(real: Real) -> None:
    table = sensitivity(real, trends=[FINDING], start_years=[12])
    varied = row(table, "start", "2021-12-31")
    assert "at least three systems" in varied["note"]
    assert pd.isna(varied["n"]) and np.isnan(varied["doubling_time_months"])


def test_no_choice_is_varied_to_what_it_is(real: Real, table: pd.DataFrame) -> None:
    outliers = real.settings.fit.outliers
    for name in ("low_z", "high_z", "window_days"):
        settings = set(table.loc[table["choice"] == name, "setting"].astype(float))
        assert settings and getattr(outliers, name) not in settings
    # A trend over both scales does not depend on what is large.
    assert not ((table["trend"] == "until_2009") & (table["choice"] == "high_z")).any()
