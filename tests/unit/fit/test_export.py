from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import made_up
import numpy as np
import pandas as pd
import pytest
from made_up import INTERVALS, UNITS

from compute_trends.clean.replay import all_corrected
from compute_trends.fit.export import (
    VintageTrend,
    choose_points,
    export_scores,
    fit_export,
    flagged_systems,
    trends_of,
)
from compute_trends.fit.selection import select_trend
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.export_rules import ExportTrend
from compute_trends.settings.fit import ExportFits, Trend
from compute_trends.tables.dictionary import column_names, typed

OUTLIERS = made_up.OUTLIERS.model_copy(update={"large_scale_from": "2005-01-01"})
EXPORT = ExportFile(name="made_up", path="export.csv", date="2020-01-01")
PERIOD = {"after": "2000-12-31", "through": "2019-12-31"}


def export_tables(
    n: int = 120, *, seed: int = 0, scatter: float = 0.8
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Systems and compute over twenty years; half an order of magnitude of growth a year."""
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
    return typed(all_corrected(systems), "systems"), typed(compute, "compute")


def scores(**settings: Any) -> pd.DataFrame:
    return export_scores(*export_tables(**settings), export=EXPORT, outliers=OUTLIERS)


def trend(**changes: Any) -> ExportTrend:
    return ExportTrend.model_validate({"name": "t", "label": "T", "period": PERIOD} | changes)


def fits_of(*trends: ExportTrend, paper: Sequence[Trend] = ()) -> ExportFits:
    names = [each.name for each in paper]
    return ExportFits(
        headlines=[], followed=[], change_draws=200, paper_trends=names, trends=list(trends)
    )


def on_vintage(*trends: ExportTrend, paper: Sequence[Trend] = ()) -> list[VintageTrend]:
    """Trends, then those of the paper, on the vintage of `EXPORT`."""
    return trends_of(EXPORT, fits_of(*trends, paper=paper), paper, OUTLIERS)


def fitted(
    tables: tuple[pd.DataFrame, pd.DataFrame],
    *trends: ExportTrend,
    flagged: Sequence[str] = (),
    **changes: Any,
) -> dict[str, pd.DataFrame]:
    """Tables of the rule, of an export that flags some systems as frontier."""
    attributes = pd.DataFrame({"system_id": tables[0]["system_id"]})
    attributes["frontier"] = attributes["system_id"].isin(flagged)
    settings: dict[str, Any] = {
        "export": EXPORT,
        "leads": True,
        "fits": fits_of(*trends),
        "paper": [],
        "outliers": OUTLIERS,
        "intervals": INTERVALS,
        "units": UNITS,
        "seed": 1,
    }
    none_left = typed(pd.DataFrame(), "excluded")
    return fit_export(*tables, attributes, none_left, **(settings | changes))


def chosen(table: pd.DataFrame, record: ExportTrend, flagged: Collection[str] = ()) -> set[str]:
    [vintage_trend] = on_vintage(record)
    selection = choose_points(table, vintage_trend, flagged=set(flagged), outliers=OUTLIERS)
    return set(selection.points["system_id"])


@pytest.mark.parametrize("frontier", [None, "records", "top_5", "z_score"])
def test_a_known_growth_lies_in_its_interval(frontier: str | None) -> None:
    line = trend() if frontier is None else trend(frontier=frontier)
    [row] = fitted(export_tables(), line)["export_trends"].to_dict("records")
    assert row["growth_per_year_ci90_low"] < 10**0.5 < row["growth_per_year_ci90_high"]
    assert row["growth_per_year"] == pytest.approx(10 ** row["slope_oom_per_year"])
    assert row["growth_per_year_ci90_low"] == pytest.approx(
        10 ** row["slope_oom_per_year_ci90_low"]
    )
    expected = np.log10(2) / row["slope_oom_per_year"] * 365 / 30
    assert row["doubling_time_months"] == pytest.approx(expected)
    assert row["doubling_time_months_ci90_low"] == pytest.approx(
        np.log10(2) / row["slope_oom_per_year_ci90_high"] * 365 / 30
    )


def test_without_scatter_nothing_is_uncertain() -> None:
    [row] = fitted(export_tables(scatter=0), trend())["export_trends"].to_dict("records")
    ends = [row[f"growth_per_year{end}"] for end in ("", "_ci90_low", "_ci90_high")]
    assert ends == pytest.approx([10**0.5] * 3)


def test_a_trend_that_cannot_be_fitted_says_why_and_stops_nothing() -> None:
    table = fitted(export_tables(), trend(frontier="flag"), trend(name="u"))["export_trends"]
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


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({}, False),
        ({"frontier": "top_5"}, False),
        ({"scale": "large"}, True),
        ({"frontier": "z_score"}, True),
    ],
)
def test_a_system_that_is_not_rated_is_told_where_trends_miss_it(
    caplog: pytest.LogCaptureFixture, changes: dict[str, Any], warned: bool
) -> None:
    systems, compute = export_tables()
    near = systems["publication_date"].between("2017-06-01", "2019-12-31")
    last = systems["system_id"] == systems["system_id"].iloc[-1]
    kept = systems[~near | last], compute[~near | last]
    results = fitted(kept, trend(**changes))
    scores = results["scores"].set_index("system_id")
    [name] = scores.index[scores["scale"] == "not rated"]
    assert name == scores.index[-1]
    assert (name in set(results["export_members"]["system_id"])) == (not warned)
    warnings = [one.getMessage() for one in caplog.records if "not rated" in one.getMessage()]
    assert any(text.endswith(f": {name}") for text in warnings) == warned


def test_the_flag_is_the_export_s_own() -> None:
    assert chosen(scores(), trend(frontier="flag"), {"s3", "s5"}) == {"s3", "s5"}
    attributes = pd.DataFrame({"system_id": ["a", None, "c"], "frontier": [True, True, False]})
    assert flagged_systems(attributes) == {"a"}


def test_low_outliers_stay_if_they_are_to() -> None:
    table = scores()
    table.loc[table["system_id"] == "s60", ["low_outlier", "z_score"]] = [True, -2.5]
    assert "s60" not in chosen(table, trend())
    assert "s60" in chosen(table, trend(low_outliers="keep"))


def test_a_domain_holds_every_system_that_lists_it() -> None:
    table = scores()
    assert chosen(table, trend(domain="Language", low_outliers="keep")) == set(table["system_id"])
    vision = table.loc[table["domain"].str.contains("Vision"), "system_id"]
    assert chosen(table, trend(domain="Vision", low_outliers="keep")) == set(vision)


@pytest.mark.parametrize("changes", [{}, {"frontier": "top_5"}, {"scale": "large"}])
def test_a_domain_that_no_system_lists_has_no_trend(changes: dict[str, Any]) -> None:
    table = fitted(export_tables(), trend(domain="Robotics", **changes))["export_trends"]
    assert table["note"].tolist() == ["a trend needs at least three systems, got 0"]


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
    another = EXPORT.model_copy(update={"name": "another"})
    one, other = (
        fitted(export_tables(), trend(), export=export)["export_trends"]
        for export in (EXPORT, another)
    )
    same = [name for name in one if name not in ("export", "dataset")]
    pd.testing.assert_frame_equal(one[same], other[same])


def test_periods_that_end_with_the_vintage() -> None:
    open_period = {"after": "2000-01-01", "through": "vintage"}
    paper = made_up.trend(name="p", period=PERIOD)
    trends = on_vintage(trend(name="a", period=open_period), trend(name="b"), paper=[paper])
    assert [each.trend.name for each in trends] == ["a", "b", "p"]
    assert [each.resolved.fixed for each in trends] == [False, True, True]
    assert trends[0].resolved.period.through == EXPORT.date


def test_a_trend_of_the_paper_is_selected_as_in_the_paper() -> None:
    table = scores()
    table.loc[table["system_id"] == "s60", ["low_outlier", "z_score"]] = [True, -2.5]
    paper = [made_up.trend(name=name, period=PERIOD, scale=name) for name in ("all", "large")]
    for vintage_trend in on_vintage(paper=paper):
        selection = choose_points(table, vintage_trend, flagged=set(), outliers=OUTLIERS)
        expected = select_trend(
            table, vintage_trend.trend, outliers=OUTLIERS, domains=made_up.DOMAINS
        )
        pd.testing.assert_frame_equal(selection.points, expected)


def test_a_period_that_ends_after_the_vintage_is_not_fitted() -> None:
    early = EXPORT.model_copy(update={"date": "2019-06-01"})
    table = fitted(export_tables(), trend(), export=early)["export_trends"]
    assert table["note"].tolist() == ["the period ends after the vintage"]
    assert table["growth_per_year"].isna().all()


@pytest.mark.parametrize(
    ("date", "told"), [("2019-12-24", True), ("2019-12-30", True), ("2019-12-23", False)]
)
def test_a_vintage_a_few_days_early_is_told_which_date_would_do(date: str, told: bool) -> None:
    early = EXPORT.model_copy(update={"date": date})
    [note] = fitted(export_tables(), trend(), export=early)["export_trends"]["note"]
    asks = "the period ends on 2019-12-31, after the vintage: if the file is complete until then, "
    assert note == (f"{asks}date it so" if told else "the period ends after the vintage")
    dated = EXPORT.model_copy(update={"date": "2019-12-31"})
    assert fitted(export_tables(), trend(), export=dated)["export_trends"]["note"].isna().all()


@pytest.mark.parametrize(
    ("models", "raised", "criteria", "selection"),
    [
        ("notable", 0, "Highly cited", None),
        ("all", 0, None, None),
        ("large_scale", 10, "Training cost", "compute"),
        ("frontier", 0, None, "compute"),
        ("benchmarked", 0, "Highly cited", "benchmarks"),
        ("notable", 0, None, "no criteria"),
        ("notable", 13, "Training cost", "none small"),
        ("notable", 13, None, "none small"),
        ("all", 13, None, "none small"),
    ],
)
def test_how_systems_were_chosen_stands_in_every_trend(
    models: str,
    raised: float,
    criteria: str | None,
    selection: str | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    systems, compute = export_tables()
    systems["inclusion_criteria"] = criteria
    systems["training_compute_flop"] *= 10**raised
    export = EXPORT.model_copy(update={"models": models})
    table = fitted((systems, compute), trend(), trend(name="u"), export=export)["export_trends"]
    found = table["selection"].astype(object).where(table["selection"].notna(), None)
    assert found.tolist() == [selection] * 2
    assert caplog.text.count("made_up, ") == (selection is not None)


def test_one_call_makes_every_table_of_an_export() -> None:
    paper = [made_up.trend(name="p", period=PERIOD)]
    fits = fits_of(trend(frontier="flag"), paper=paper)
    flagged = ["s3", "s50", "s90"]
    tables = fitted(export_tables(), flagged=flagged, fits=fits, paper=paper)
    assert {name: table.columns.tolist() for name, table in tables.items()} == {
        name: column_names(name)
        for name in ("scores", "export_trends", "export_members", "rules_by_window")
    }
    assert tables["export_trends"]["trend"].tolist() == ["t", "p"]
    members = tables["export_members"].groupby("trend")["system_id"].agg(list)
    assert members["t"] == flagged
    assert len(members["p"]) == len(tables["scores"]) - tables["scores"]["low_outlier"].sum()


def test_a_trend_of_the_paper_is_continued_to_the_vintage() -> None:
    paper = made_up.trend(name="p", period={"after": "2004-12-31", "through": "2012-12-31"})
    fits = fits_of(paper=[paper]).model_copy(update={"continued": ["p"]})
    own, longer = trends_of(EXPORT, fits, [paper], OUTLIERS)
    assert (own.trend.name, longer.trend.name) == ("p", "p_continued")
    assert own.resolved.fixed and not longer.resolved.fixed
    assert longer.resolved.period.text == "2004-12-31/2020-01-01"
    table = scores()
    chosen_by = [
        choose_points(table, one, flagged=set(), outliers=OUTLIERS) for one in (own, longer)
    ]
    systems = [set(selection.points["system_id"]) for selection in chosen_by]
    late = set(
        table.loc[(table["day"] > own.resolved.days[1]) & ~table["low_outlier"], "system_id"]
    )
    # The rule is the paper's: only the last day differs.
    assert systems[1] == systems[0] | late and late
