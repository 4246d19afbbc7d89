from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up import UNITS
from made_up_leading import EXPORT, HERE, RULES, THERE, listed, settings
from pydantic import ValidationError

from compute_trends.checks.countries import (
    country_frontiers,
    country_lags,
    lag_days,
    record_lag_days,
)
from compute_trends.checks.driver_data import Listed, members
from compute_trends.common.dates import day_number
from compute_trends.fit.loglinear import Array, ResampledLines, fit_line
from compute_trends.settings.drivers import Drivers, Group
from compute_trends.tables.dictionary import typed

GATE = os.environ.get("GATE") == "1"


def two_groups(rng: np.random.Generator, months: float, *, n: int = 150) -> tuple[Array, ...]:
    """Years, log10 FLOP and countries of two groups, the second so many months behind."""
    years = np.sort(rng.uniform(0, 8, n))
    there = rng.random(n) < 0.5
    late = np.where(there, months * UNITS.days_per_month / 365, 0)
    log_flop = 20 + 0.7 * (years - late) + rng.normal(0, 0.4, n)
    return years, log_flop, np.where(there, THERE, HERE)


def lags(systems: Listed, drivers: Drivers, *, seed: int = 1) -> pd.DataFrame:
    counts = systems.counts(draws=drivers.draws, seed=seed)
    lines = country_frontiers(systems, counts, drivers=drivers)
    rows = country_lags(lines, drivers=drivers, rules=RULES)
    return typed(pd.DataFrame(rows), "country_lags").set_index(["joint", "at_date"])


def test_a_lag_that_is_put_in_is_found() -> None:
    years, log_flop, countries = two_groups(np.random.default_rng(3), 18, n=2000)
    table = lags(listed(years, log_flop, countries=countries), settings(top=1000))
    assert len(table) == 4
    assert table["lag_months"].to_numpy() == pytest.approx(18, abs=2.5)
    assert (table["lag_months_ci90_low"] < 18).all() and (table["lag_months_ci90_high"] > 18).all()


@pytest.mark.parametrize("months", [0, 24])
def test_intervals_of_lags_hold_the_lag(months: float) -> None:
    """The running top of both groups is equally far above its line, so that the lag stays."""
    held, worlds = 0, 300 if GATE else 25
    for world in range(worlds):
        rng = np.random.default_rng(100 + world)
        years, log_flop, countries = two_groups(rng, months)
        systems = listed(years, log_flop, countries=countries)
        row = lags(systems, settings(joint=["each"], lag_days=["2024-01-01"]), seed=world).iloc[0]
        held += row["lag_months_ci90_low"] <= months <= row["lag_months_ci90_high"]
    # 0.90, less 2.5 standard deviations of so many worlds
    assert held / worlds >= 0.9 - 2.5 * np.sqrt(0.09 / worlds)


def test_the_lag_of_lines_that_are_known() -> None:
    ahead = ResampledLines(np.array([0.002, 0.002, -0.001]), np.array([1.0, 1.0, 1.0]))
    behind = ResampledLines(np.array([0.002, 0.004, 0.002]), np.array([0.4, -1.0, 0.4]))
    found = lag_days(ahead, behind, 800)
    # 1 + 0.002 u = 0.4 + 0.002 * 800 at u = 500; 1 + 0.002 u = -1 + 0.004 * 800 at 600
    assert found[:2] == pytest.approx([300, 200]) and np.isnan(found[2])


def test_frontiers_are_selected_anew_in_each_resample() -> None:
    """A plain loop over the resamples ranks, selects and fits again."""
    years, log_flop, countries = two_groups(np.random.default_rng(5), 12, n=80)
    systems = listed(years, log_flop, countries=countries)
    drivers = settings(top=3)
    counts = systems.counts(draws=30, seed=2)
    lines = country_frontiers(systems, counts, drivers=drivers).by_group["each", "there"].lines
    own = np.flatnonzero(systems.known["countries"] == THERE)
    for drawn, slope in zip(counts, lines.slope, strict=True):
        days, values = [], []
        for one in own:
            rivals = [
                drawn[other]
                for other in own
                if systems.days[other] <= systems.days[one]
                and systems.log_flop[other] > systems.log_flop[one]
            ]
            if sum(map(int, rivals)) < 3:
                days += [systems.days[one]] * int(drawn[one])
                values += [systems.log_flop[one]] * int(drawn[one])
        assert np.polyfit(days, values, 1)[0] == pytest.approx(slope)


def test_growth_is_that_of_the_line() -> None:
    years, log_flop, countries = two_groups(np.random.default_rng(6), 0)
    systems, drivers = listed(years, log_flop, countries=countries), settings(top=500)
    lines = country_frontiers(systems, systems.counts(draws=200, seed=1), drivers=drivers)
    table = typed(pd.DataFrame(lines.rows(rules=RULES)), "country_frontiers")
    row = table.set_index(["joint", "group_name"]).loc[("each", "here")]
    own = (systems.known["countries"] == HERE).to_numpy()
    line = fit_line(systems.days[own], systems.log_flop[own])
    assert row["slope_oom_per_year"] == pytest.approx(line.slope * 365)
    assert row["growth_per_year"] == pytest.approx(10 ** (line.slope * 365))
    assert row["n"] == row["n_with_compute"] == own.sum() and pd.isna(row["note"])


def test_joint_systems_are_of_each_or_of_none() -> None:
    rows = pd.DataFrame(
        {
            "countries": [HERE, f"{THERE}; {HERE}", THERE, f"{HERE}; Utopia", None],
            "organizations": ["A", "A; B", "B", "b", "C"],
        }
    )
    here = Group(name="here", label="Here", countries=[HERE])
    lab = Group(name="lab", label="Lab", organizations=["B"])
    assert members(rows, here, joint="each").tolist() == [True, True, False, True, False]
    assert members(rows, here, joint="left_out").tolist() == [True, False, False, False, False]
    assert members(rows, lab, joint="each").tolist() == [False, True, True, True, False]
    assert members(rows, lab, joint="left_out").tolist() == [False, False, True, True, False]


def test_too_few_systems_have_no_interval() -> None:
    years = np.arange(20) / 3
    countries = np.where(np.arange(20) % 4 == 0, THERE, HERE)
    systems = listed(years, 20 + years + 0.1 * np.sin(9 * years), countries=countries)
    table = lags(systems, settings())
    assert table["n_behind"].eq(5).all() and table["lag_months"].notna().all()
    assert table["lag_months_ci90_low"].isna().all()
    assert table["note"].eq("no interval: fewer than 8 systems").all()


def test_records_say_when_the_group_ahead_was_there() -> None:
    days, log_flop = np.array([0.0, 10, 40, 90]), np.array([20.0, 22, 21, 23])
    ahead, behind = np.array([True, True, False, False]), np.array([False, False, True, True])
    # The record 21 at day 40 was first reached at day 10; nobody ahead has reached 23
    assert record_lag_days(days, log_flop, ahead, behind, 50) == 30
    assert np.isnan(record_lag_days(days, log_flop, ahead, behind, 95))
    assert np.isnan(record_lag_days(days, log_flop, ahead, behind, 20))


def test_days_of_the_config_are_those_of_the_table() -> None:
    years, log_flop, countries = two_groups(np.random.default_rng(7), 6)
    table = lags(listed(years, log_flop, countries=countries), settings())
    dates = table.index.get_level_values("at_date").unique()
    assert [f"{date:%Y-%m-%d}" for date in dates] == ["2022-01-01", EXPORT.date]
    assert day_number(EXPORT.date) == day_number("2026-01-01")


@pytest.mark.parametrize(
    ("changes", "place", "message"),
    [
        ({"pairs": [{"ahead": "here", "behind": "nowhere"}]}, "pairs[0].behind", "nowhere"),
        (
            {"groups": [{"name": "here", "label": "H", "countries": ["A"]}] * 2, "pairs": []},
            "groups",
            "used 2 times",
        ),
    ],
)
def test_what_is_wrong_is_told(changes: dict[str, Any], place: str, message: str) -> None:
    [(key, text)] = settings(**changes).conflicts()
    assert key == place and message in text


def test_a_group_is_of_countries_or_of_organizations() -> None:
    both = Group(name="a", label="A", countries=["A"], organizations=["B"])
    for group in (both, Group(name="a", label="A")):
        assert len(list(group.conflicts())) == 1
    with pytest.raises(ValidationError):
        settings(joint=[])


def test_a_group_without_systems_has_no_line() -> None:
    years, log_flop, _ = two_groups(np.random.default_rng(8), 0)
    systems = listed(years, log_flop, countries=HERE)
    table = lags(systems, settings())
    assert table["n_behind"].eq(0).all() and table["lag_months"].isna().all()
    assert table["record_lag_months"].isna().all()
