from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up_leading import CLASSES, FIRST, HERE, THERE, listed, settings

from compute_trends.checks.driver_data import Listed
from compute_trends.checks.threshold_counts import (
    Values,
    count_numbers,
    drawn_values,
    our_values,
    shrunk_values,
    stated_values,
    threshold_counts,
    value_normals,
)
from compute_trends.estimate.formulas import Z90
from compute_trends.fit.loglinear import Array
from compute_trends.tables.dictionary import typed

GATE = os.environ.get("GATE") == "1"
KEY = ["basis", "errors", "group_name", "threshold_flop", "year"]
STATED = ("published", "around_stated")


def made_up(seed: int = 1, *, n: int = 120, **stated: Any) -> Listed:
    rng = np.random.default_rng(seed)
    years = np.sort(rng.uniform(0, 8, n))
    log_flop = 20 + 0.7 * years + rng.normal(0, 1, n)
    log_flop[rng.random(n) < 0.2] = np.nan
    values = {
        "confidence": rng.choice(["Confident", "Likely", "Speculative", None], n),
        "countries": rng.choice([HERE, THERE, f"{HERE}; {THERE}", "Utopia"], n),
    }
    return listed(years, log_flop, **values | stated)


def counts_of(systems: Listed, classes: dict[str, float], **changes: Any) -> pd.DataFrame:
    drivers = settings(thresholds=[1e23], **changes)
    rows = threshold_counts(systems, drivers=drivers, classes=classes, seed=1)
    return typed(pd.DataFrame(rows), "threshold_counts").set_index(KEY)


def test_counts_of_certain_values_are_those_of_a_plain_loop() -> None:
    systems = made_up()
    table = counts_of(systems, dict.fromkeys(CLASSES, 1.0))
    assert set(table.index.get_level_values("errors")) == {"around_stated", "around_truth"}
    for (_, _, group, threshold, year), row in table.iterrows():
        counted = {"above": 0, "known": 0, "unknown": 0}
        first = min(one.year for one in systems.known.itertuples() if 10**one.log_flop >= threshold)
        own = {"all": "", "here": HERE, "there": THERE}[str(group)]
        for name, rows in (("known", systems.known), ("unknown", systems.unknown)):
            for one in rows.itertuples():
                if own not in one.countries or one.year < first:
                    continue
                if year in ("all", str(one.year)):
                    counted[name] += 1
                    if name == "known":
                        counted["above"] += 10**one.log_flop >= threshold
        ends = row[["n_above_ci90_low", "n_above_ci90_high", "n_above"]]
        assert ends.tolist() == [counted["above"]] * 3 and row["n_above_mean"] == counted["above"]
        assert row["n_with_compute"] == counted["known"]
        assert row["n_without_compute"] == counted["unknown"]
        assert row["n_above_bound"] == counted["above"] + counted["unknown"]


def test_the_mean_is_the_sum_of_the_chances() -> None:
    from scipy.stats import norm

    systems = made_up()
    row = counts_of(systems, CLASSES, draws=5000).loc[(*STATED, "all", 1e23, "all")]
    factors = systems.known["confidence"].str.lower().map(CLASSES).fillna(31)
    chances = norm.sf(23, systems.log_flop, np.log10(factors) / norm.ppf(0.95))
    first = systems.known["year"][chances > 0.05].min()
    chances = chances[(systems.known["year"] >= first).to_numpy()]
    assert row["n_above_mean"] == pytest.approx(chances.sum(), abs=0.15)
    spread = np.sqrt((chances * (1 - chances)).sum())
    width = row["n_above_ci90_high"] - row["n_above_ci90_low"]
    assert width == pytest.approx(2 * Z90 * spread, abs=1.5)


def test_years_add_up_and_groups_overlap() -> None:
    table = counts_of(made_up(), CLASSES)
    years = table.drop("all", level="year").groupby(level=KEY[:4])
    sums = ["n_above", "n_above_mean", "n_with_compute", "n_without_compute"]
    whole = table.xs("all", level="year")
    pd.testing.assert_frame_equal(
        years[sums].sum().sort_index(), whole[sums].sort_index(), check_dtype=False
    )
    joint = counts_of(made_up(), CLASSES, joint=["left_out"]).xs("all", level="year")
    for group in ("here", "there"):
        fewer = joint.xs(group, level="group_name")["n_with_compute"]
        assert (fewer < whole.xs(group, level="group_name")["n_with_compute"]).all()


def test_a_value_and_its_interval_are_ours_where_there_is_one() -> None:
    ours = np.array([24.0, np.nan, 22.0])
    systems = listed(
        np.arange(3.0), np.array([22.0, 22, 22]), ours=(ours, 0.5), confidence=["Likely"] * 3
    )
    values = our_values(systems.known, CLASSES)
    assert values.log_flop.tolist() == [24, 22, 22]
    assert values.below == pytest.approx([0.5, 1, 0.5]) == values.above
    stated = stated_values(
        systems.known.assign(confidence=[None, "Who knows", "confident"]), CLASSES
    )
    assert stated.above == pytest.approx(np.log10([31, 31, 3]))


def test_nine_of_ten_draws_lie_within_an_interval_of_unequal_halves() -> None:
    normals = value_normals(["a", "b"], draws=20_000, seed=1)
    values = Values(np.array([24.0, 20]), np.array([0.2, 1]), np.array([1.5, 0.1]))
    drawn = drawn_values(values, normals)
    ends = np.quantile(drawn, [0.05, 0.5, 0.95], axis=0)
    assert ends[:, 0] == pytest.approx([23.8, 24, 25.5], abs=0.06)
    assert ends[:, 1] == pytest.approx([19, 20, 20.1], abs=0.06)
    again = value_normals(["b"], draws=20_000, seed=1)
    assert (again[:, 0] == normals[:, 1]).all()


def world(seed: int, reading: str) -> tuple[Array, Array, Array, Array]:
    """Days, stated values, their errors and the true values where errors are read so."""
    rng = np.random.default_rng(seed)
    days = np.sort(rng.uniform(0, 2900, 300))
    population = 20 + 0.7 * days / 365 + rng.normal(0, 1.2, days.size)
    error = np.log10(rng.choice([3, 10, 31], days.size, p=[0.6, 0.25, 0.15])) / Z90
    other = population + error * rng.standard_normal(days.size)
    pair = (population, other) if reading == "around_stated" else (other, population)
    return days, pair[0], error, pair[1]


@pytest.mark.parametrize("reading", ["around_stated", "around_truth"])
def test_each_reading_of_errors_holds_where_it_is_the_truth(reading: str) -> None:
    worlds, above = 400 if GATE else 60, 10.0**26
    held = {"around_stated": 0, "around_truth": 0}
    excess = dict.fromkeys(held, 0.0)
    for seed in range(worlds):
        days, stated, error, truth = world(seed, reading)
        values = Values(stated, error * Z90, error * Z90)
        normals = np.random.default_rng(1000 + seed).standard_normal((300, days.size))
        shrunk = shrunk_values(values, days, np.ones(days.size, dtype=bool))
        for name, own in (("around_stated", values), ("around_truth", shrunk)):
            numbers = count_numbers(stated, drawn_values(own, normals), above)
            true = int((truth >= np.log10(above)).sum())
            held[name] += numbers["n_above_ci90_low"] <= true <= numbers["n_above_ci90_high"]
            excess[name] += (numbers["n_above_mean"] - true) / worlds
    assert held[reading] / worlds >= 0.9 - 2.5 * np.sqrt(0.09 / worlds)
    assert abs(excess[reading]) < 1
    # The other reading counts too many, or too few
    wrong = next(name for name in held if name != reading)
    assert held[wrong] < held[reading] and abs(excess[wrong]) > 1


def test_values_without_errors_or_scatter() -> None:
    days, y = np.arange(6.0), np.array([1.0, 2, 3, 4, 5, 7])
    everything = np.ones(6, dtype=bool)
    nothing, much = np.zeros(6), np.full(6, 9.0)
    sure = shrunk_values(Values(y, nothing, nothing), days, everything)
    assert sure.log_flop == pytest.approx(y) and (sure.above == 0).all()
    # Errors explain all of the scatter: every system is on the line
    vague = shrunk_values(Values(y, much, much), days, everything)
    assert vague.log_flop == pytest.approx(np.polyval(np.polyfit(days, y, 1), days))
    nobody = shrunk_values(Values(y, much, much), days, ~everything)
    assert np.isfinite(nobody.log_flop).all()


def test_a_threshold_that_nothing_reaches_has_the_year_of_the_vintage() -> None:
    drivers = settings(thresholds=[1e40])
    rows = pd.DataFrame(threshold_counts(made_up(), drivers=drivers, classes=CLASSES, seed=1))
    assert set(rows["year"]) == {"all", "2026"} and (rows["n_above"] == 0).all()
    assert FIRST.year == 2018
