from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from compute_trends.fit.export import (
    choose_points,
    export_scores,
    fit_export,
    flagged_systems,
    trends_of,
)
from compute_trends.tables.dictionary import typed

OUTLIERS = {"window_days": 364, "low_z": -2, "high_z": 0.76, "large_scale_from": "2005-01-01"}
UNITS = {"days_per_year": 365, "days_per_month": 30}
BOOTSTRAP = {"samples": 200, "noise": "none", "noise_factor": 2}
EXPORT = {"name": "made_up", "date": "2020-01-01"}
PERIOD = {"after": "2000-12-31", "through": "2019-12-31"}


def scores(n: int = 120, *, seed: int = 0, scatter: float = 0.8) -> pd.DataFrame:
    """Systems over twenty years that grow by half an order of magnitude a year."""
    rng = np.random.default_rng(seed)
    days = np.sort(rng.integers(0, 365 * 19, n))
    log_flop = 10 + 0.5 * days / 365 + rng.normal(scale=scatter, size=n)
    systems = pd.DataFrame(
        {
            "system_id": [f"s{number}" for number in range(n)],
            "annotation_id": range(2, n + 2),
            "snapshot": "made_up",
            "system": "S",
            "domain": np.where(np.arange(n) % 2, "Language", "Vision; Language"),
            "publication_date": pd.Timestamp("2001-01-01") + pd.to_timedelta(days, "D"),
            "publication_date_precision": "day",
            "training_compute_flop": 10**log_flop,
        }
    )
    compute = pd.DataFrame(
        {
            "system_id": systems["system_id"],
            "training_compute_published_flop": systems["training_compute_flop"],
        }
    )
    return export_scores(
        typed(systems, "systems"), typed(compute, "compute"), export=EXPORT, outliers=OUTLIERS
    )


def trend(**changes: Any) -> dict[str, Any]:
    return {"name": "t", "label": "T", "period": PERIOD, "fixed": True} | changes


def fitted(table: pd.DataFrame, *trends: dict[str, Any], **changes: Any) -> pd.DataFrame:
    settings: dict[str, Any] = {
        "export": EXPORT,
        "trends": list(trends),
        "flagged": set(),
        "bootstrap": BOOTSTRAP,
        "outliers": OUTLIERS,
        "units": UNITS,
        "seed": 1,
    }
    return fit_export(table, **(settings | changes))[0]


def chosen(table: pd.DataFrame, record: dict[str, Any], flagged: set[str] | None = None) -> set:
    found = choose_points(table, record, flagged=flagged or set(), outliers=OUTLIERS)
    return set(found.points["system_id"])


@pytest.mark.parametrize("frontier", [None, "records", "top_5", "z_score"])
def test_a_known_growth_lies_in_its_interval(frontier: str | None) -> None:
    record = trend() if frontier is None else trend(frontier=frontier)
    [row] = fitted(scores(), record).to_dict("records")
    assert row["growth_per_year_ci90_low"] < 10**0.5 < row["growth_per_year_ci90_high"]
    assert row["growth_per_year"] == pytest.approx(10 ** row["slope_oom_per_year"])
    assert row["growth_per_year_ci90_low"] == pytest.approx(
        10 ** row["slope_oom_per_year_ci90_low"]
    )
    # An interval of 95 % holds that of 90 %.
    assert row["slope_oom_per_year_ci95_low"] <= row["slope_oom_per_year_ci90_low"]
    assert row["slope_oom_per_year_ci95_high"] >= row["slope_oom_per_year_ci90_high"]
    expected = np.log10(2) / row["slope_oom_per_year"] * 365 / 30
    assert row["doubling_time_months"] == pytest.approx(expected)
    assert row["doubling_time_months_ci90_low"] == pytest.approx(
        np.log10(2) / row["slope_oom_per_year_ci90_high"] * 365 / 30, rel=0.02
    )


def test_without_scatter_nothing_is_uncertain() -> None:
    [row] = fitted(scores(scatter=0), trend()).to_dict("records")
    ends = [row[f"growth_per_year{end}"] for end in ("", "_ci90_low", "_ci90_high")]
    assert ends == pytest.approx([10**0.5] * 3)


def test_a_trend_that_cannot_be_fitted_says_why_and_stops_nothing() -> None:
    table = fitted(scores(), trend(frontier="flag"), trend(name="u"))
    assert table["note"].tolist()[0] == "a trend needs at least three systems, got 0"
    assert table["n"].tolist()[0] == 0 and np.isnan(table["growth_per_year"].iloc[0])
    assert pd.isna(table["note"].iloc[1])


def test_a_frontier_ranks_against_systems_before_its_period() -> None:
    table = scores()
    late = PERIOD | {"after": "2010-12-31"}
    whole, part = (
        chosen(table, trend(frontier="top_5", period=period)) for period in (PERIOD, late)
    )
    days = table.set_index("system_id")["day"]
    boundary = (pd.Timestamp("2010-12-31") - pd.Timestamp("1970-01-01")).days
    assert part == {system for system in whole if days[system] > boundary}


def test_the_flag_is_the_export_s_own() -> None:
    assert chosen(scores(), trend(frontier="flag"), {"s3", "s5"}) == {"s3", "s5"}
    attributes = pd.DataFrame({"system_id": ["a", None, "c"], "frontier": [True, True, False]})
    assert flagged_systems(attributes) == {"a"}


def test_low_outliers_stay_if_they_are_to() -> None:
    table = scores()
    table.loc[table["system_id"] == "s60", "low_outlier"] = True
    assert "s60" not in chosen(table, trend())
    assert "s60" in chosen(table, trend(low_outliers="keep"))


def test_a_domain_holds_every_system_that_lists_it() -> None:
    table = scores()
    assert chosen(table, trend(domain="Language", low_outliers="keep")) == set(table["system_id"])
    vision = table.loc[table["domain"].str.contains("Vision"), "system_id"]
    assert chosen(table, trend(domain="Vision", low_outliers="keep")) == set(vision)


def test_the_top_of_a_domain_is_that_of_its_systems() -> None:
    table = scores()
    top = chosen(table, trend(domain="Vision", frontier="records"))
    vision = table[table["domain"].str.contains("Vision")]
    assert top == chosen(vision, trend(frontier="records"))


def test_systems_left_out_beforehand_set_no_record() -> None:
    table = scores()
    top = chosen(table, trend(frontier="records"))
    without = chosen(table, trend(frontier="records", without=sorted(top)))
    assert without and not without & top


def test_the_scale_of_the_paper_is_the_z_score_frontier() -> None:
    table = scores()
    since = {"large_scale_from": "2003-01-01"}
    assert chosen(table, trend(scale="large", **since)) == chosen(
        table, trend(frontier="z_score", **since)
    )


def test_a_name_not_an_export_gives_the_draws() -> None:
    one = fitted(scores(), trend())
    other = fitted(scores(), trend(), export=EXPORT | {"name": "another"})
    same = [name for name in one if name not in ("export", "dataset")]
    pd.testing.assert_frame_equal(one[same], other[same])


def test_periods_that_end_with_the_vintage() -> None:
    settings = {
        "trends": [
            {"name": "a", "label": "A", "period": {"after": "2000-01-01", "through": "vintage"}},
            {"name": "b", "label": "B", "period": PERIOD},
        ],
        "paper_trends": ["p"],
    }
    paper = [{"name": "q"}, {"name": "p", "label": "P", "period": PERIOD, "scale": "all"}]
    found = trends_of({"name": "e", "date": "2024-07-16"}, settings, paper)
    assert [record["name"] for record in found] == ["a", "b", "p"]
    assert [record["fixed"] for record in found] == [False, True, True]
    assert found[0]["period"]["through"] == "2024-07-16"
    assert settings["trends"][0]["period"]["through"] == "vintage"


def test_noise_widens_the_interval() -> None:
    widths = []
    for noise in ("none", "paper"):
        bootstrap = BOOTSTRAP | {"noise": noise, "noise_factor": 100}
        [row] = fitted(scores(), trend(frontier="top_5"), bootstrap=bootstrap).to_dict("records")
        widths.append(row["slope_oom_per_year_ci90_high"] - row["slope_oom_per_year_ci90_low"])
    assert widths[1] > widths[0]


def test_a_period_that_ends_after_the_vintage_is_not_fitted() -> None:
    table = fitted(scores(), trend(), export=EXPORT | {"date": "2019-06-01"})
    assert table["note"].tolist() == ["the period ends after the vintage"]
    assert table["growth_per_year"].isna().all()
