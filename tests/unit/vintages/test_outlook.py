"""Tests of forecasts from vintages: what each knows, thresholds, and what was issued."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_up_outlook import YEARLY, known_of, made_up_systems, of_day, tables_of
from made_up_vintages import vintage

from compute_trends.common.dates import day_number
from compute_trends.tables.generated import write_table
from compute_trends.vintages.forecasting import LEVELS
from compute_trends.vintages.outlook import TABLES, crossing_days
from compute_trends.vintages.vintage import Vintage

OLD, NEW = "notable_2017_03_01", "notable_2020_12_31"
Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def vintages() -> list[Vintage]:
    return [of_day("2015-06-30", "all"), of_day("2017-03-01"), of_day("2020-12-31")]


@pytest.fixture(scope="module")
def tables(vintages: list[Vintage]) -> Tables:
    return tables_of(vintages)


def test_tables_are_as_described(tables: Tables, tmp_path: Path) -> None:
    assert tuple(sorted(tables)) == tuple(sorted(TABLES))
    for name, table in tables.items():
        assert len(table)
        write_table(table, str(tmp_path / f"{name}.csv"), name)


def test_a_forecast_is_made_from_its_vintage_alone(vintages: list[Vintage], tables: Tables) -> None:
    # Ten times the compute in the newest vintage: only what came is another.
    newest = vintages[-1]
    restated = newest.compute.assign(
        training_compute_published_flop=10 * newest.compute["training_compute_published_flop"]
    )
    other = tables_of([*vintages[:-1], newest._replace(compute=restated)])
    names = ["method", "target", "horizon_years", *(f"forecast_flop_{q}" for q in LEVELS)]
    ours, theirs = (
        made[made["export"] == OLD].reset_index(drop=True)
        for made in (tables["forecast_outcomes"], other["forecast_outcomes"])
    )
    pd.testing.assert_frame_equal(ours[names], theirs[names])
    np.testing.assert_allclose(theirs["truth_flop"], 10 * ours["truth_flop"])


def test_a_forecast_knows_nothing_later_than_its_origin(vintages: list[Vintage]) -> None:
    newest = vintages[-1]
    early = newest.systems["publication_date"] <= "2012-01-01"
    flop = newest.compute["training_compute_published_flop"]
    bent = newest._replace(
        compute=newest.compute.assign(training_compute_published_flop=flop.where(early, flop * 50))
    )
    key = ["origin", "method", "target", "horizon_years"]
    one, other = (tables_of([made])["backtest"].set_index(key) for made in (newest, bent))
    names = [f"forecast_flop_{q}" for q in LEVELS]
    both = one[names].join(other[names], suffixes=("", "_bent"), how="inner").reset_index()
    differs = both["forecast_flop_q50"] != both["forecast_flop_q50_bent"]
    assert not differs[both["origin"] <= "2012-01-01"].any()
    assert differs[both["origin"] > "2013-01-01"].any()


def test_a_past_forecast_stands_in_both_tables_with_its_score(tables: Tables) -> None:
    own = tables["forecast_outcomes"]
    own = own[(own["export"] == OLD) & (own["horizon_years"] == 3)]
    tested = tables["backtest"]
    tested = tested[(tested["data"] == "of_the_day") & (tested["origin"] == "2017-03-01")]
    both = own.merge(tested, on=["method", "target", "horizon_years"], suffixes=("", "_tested"))
    assert len(both) == len(own) == len(tested[tested["horizon_years"] == 3]) > 6
    for name in ("forecast_flop_q50", "truth_flop", "crps_oom", "log_score"):
        pd.testing.assert_series_equal(both[name], both[f"{name}_tested"], check_names=False)


def test_what_has_not_come_yet_is_open(tables: Tables) -> None:
    outcomes = tables["forecast_outcomes"]
    newest = outcomes[outcomes["export"] == NEW]
    assert newest["truth_flop"].isna().all()
    assert newest["crps_oom"].isna().all()
    came = outcomes[outcomes["target_date"] <= "2020-12-31"]
    # Systems of an export of all models are not held against notable ones.
    open_ones = came[came["truth_flop"].isna()]
    assert set(open_ones["target"]) == {"model"}
    assert set(open_ones["export"]) == {"all_2015_06_30"}


def test_thresholds_that_are_crossed_name_the_system(
    vintages: list[Vintage], tables: Tables
) -> None:
    dates = tables["threshold_dates"]
    crossed = dates[dates["method"] == "data"]
    assert set(crossed["threshold_flop"]) == {1e14}
    systems = vintages[-1].systems.sort_values("publication_date")
    first = systems[systems["training_compute_flop"] >= 1e14].iloc[0]
    assert set(crossed["crossed_by"]) == {first["system_id"]}
    assert set(crossed["crossed_on"]) == {first["publication_date"]}
    expected = dates[dates["method"] != "data"]
    assert (expected["expected_q05"] <= expected["expected_q95"]).all()
    # Truth: half an order of magnitude a year from 1e10 in 2001, and scatter above it
    line = expected[(expected["export"] == NEW) & (expected["method"] == "line_since")]
    assert abs(line["expected_q50"].item() - pd.Timestamp("2028-09-01")).days < 400


def test_days_of_crossing_are_those_of_each_path() -> None:
    known = known_of(of_day("2010-12-31"))
    top = known.log_flop.max()
    rises = np.random.default_rng(1).exponential(0.1, (50, 12))
    paths = top + rises.cumsum(axis=1)
    found = crossing_days(paths, known, top + 0.5, 365.0)
    for path, day in zip(paths, found, strict=True):
        values, ends = [top, *path], [known.day + 365 / 4 * k for k in range(13)]
        if values[-1] < top + 0.5:
            assert np.isinf(day)
        else:
            assert np.interp(day, ends, values) == pytest.approx(top + 0.5)


def test_a_later_date_than_is_drawn_is_empty_and_counted(vintages: list[Vintage]) -> None:
    near = YEARLY.model_copy(update={"through": "2021-12-31", "by": "2021-06-30"})
    dates = tables_of([vintages[-1]], outlook=near)["threshold_dates"]
    late = dates[dates["method"] != "data"]
    assert late["expected_q05"].isna().all()
    assert (late["share_later"] == 1).all()
    assert (late["share_not_by"] == 1).all()


def issued(target_date: str, ends: tuple[float, ...], target: str = "record") -> pd.DataFrame:
    """A forecast that was issued in 2016."""
    about = {
        "issued_on": pd.Timestamp("2016-01-05"),
        "code_commit": "a" * 40,
        "export": "notable_2016_01_01",
        "origin": pd.Timestamp("2016-01-01"),
        "method": "line_top",
        "target": target,
        "horizon_years": 1,
        "target_date": pd.Timestamp(target_date),
    }
    quantiles = {f"forecast_flop_{q}": end for q, end in zip(LEVELS, ends, strict=True)}
    return pd.DataFrame([about | quantiles])


def test_issued_forecasts_are_scored_as_they_stand(vintages: list[Vintage]) -> None:
    known = known_of(vintages[-1])
    record = known.until(day_number("2017-01-01")).record
    ends = tuple(10 ** (record + shift) for shift in (-1.0, -0.5, 0.2, 0.5, 1.0))
    came, later, of_models = (
        issued("2017-01-01", ends),
        issued("2030-01-01", ends),
        issued("2017-01-01", ends, "model"),
    )
    rows = pd.concat([came, later.assign(horizon_years=2), of_models])
    found = tables_of([vintages[-1]], forecasts=rows)["forecast_outcomes"]
    kept = found[found["made"] == "issued"].reset_index(drop=True)
    assert kept["forecast_flop_q05"].tolist() == [ends[0]] * 3
    assert kept["truth_flop"].iloc[0] == pytest.approx(10**record)
    assert kept["n_truths"].tolist()[0] == 1
    assert kept["n_truths"].iloc[2] > 10
    # 2 x 1/5 of the losses at five levels: 0.05 x 1, 0.25 x 0.5, 0.5 x 0.2 and again
    losses = 2 * (0.05 * 1 + 0.25 * 0.5) + 0.5 * 0.2
    assert kept["interval_score_oom"].iloc[0] == pytest.approx(2 * losses / 5)
    assert kept.loc[1, ["truth_flop", "interval_score_oom"]].isna().all()


def test_without_exports_or_systems_there_is_nothing(vintages: list[Vintage]) -> None:
    newest = vintages[-1]
    empty = newest._replace(systems=newest.systems[:0], compute=newest.compute[:0])
    for tables in (tables_of([]), tables_of([empty])):
        assert all(table.empty for table in tables.values())


def test_a_handful_of_systems_gives_no_line_and_stops_nothing() -> None:
    few = vintage("new", "2020-12-31", made_up_systems("2020-12-31")[::80])
    tables = tables_of([few])
    assert set(tables["backtest"]["method"]) <= {"no_growth", "random_walk"}
    assert tables["threshold_dates"]["method"].isin(["data"]).all()
