from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real
from made_up_leading import CLASSES, EXPORT, RULES, listed, settings, tables

from compute_trends.checks.drivers import (
    PARTS,
    SECONDS,
    Factors,
    capped_mean,
    check_drivers,
    factors_of,
    learnt_utilization,
    samples_of,
    slopes_of,
    utilization_spread,
)
from compute_trends.estimate.formulas import Z90
from compute_trends.fit.loglinear import Array
from compute_trends.tables.dictionary import typed

GATE = os.environ.get("GATE") == "1"
# OOM per year that are put in
TRUTH = {"chips": 0.3, "rate": 0.2, "time": 0.1, "utilization": 0.05}
ERRORS = pd.DataFrame({"error": ["utilization", "likely"], "half_width_oom": [0.9, 1.3]})
Tables = dict[str, pd.DataFrame]


class World:
    """Systems whose factors grow as `TRUTH`, with scatter, and compute that is their product."""

    def __init__(self, seed: int, *, n: int = 120, stated: float = 0.3, off: float = 0.0) -> None:
        rng = np.random.default_rng(seed)
        self.years = np.sort(rng.uniform(0, 8, n))
        starts = {"chips": 1.0, "rate": 13.0, "time": 5.0, "utilization": -0.9}
        scatter = {"chips": 0.6, "rate": 0.2, "time": 0.4, "utilization": 0.1}
        self.parts = {
            name: starts[name] + slope * self.years + rng.normal(0, scatter[name], n)
            for name, slope in TRUTH.items()
        }
        self.log_flop = sum(self.parts.values()) + off * self.years
        self.stated = rng.random(n) < stated

    def tables(self, **stated: Any) -> list[pd.DataFrame]:
        """Tables of the export, estimates last."""
        chips, time = 10 ** self.parts["chips"], 10 ** self.parts["time"]
        columns = {"chips": chips, "hours": time / SECONDS, "hardware": "A"} | stated
        own = tables(self.years, self.log_flop, **columns)
        utilization = 10 ** self.parts["utilization"]
        estimates = pd.DataFrame(
            {
                "system_id": own[0]["system_id"],
                "method": "hardware_time",
                "peak_flop_per_second": 10 ** self.parts["rate"],
                "utilization": np.where(self.stated, utilization, 0.2),
                "utilization_kind": np.where(self.stated, "mfu", None),
            }
        )
        return [*own, estimates]


def checked(own: list[pd.DataFrame], real: Real, **changes: Any) -> Tables:
    """Every table of the stage."""
    return check_drivers(
        *([table] for table in own),
        ERRORS,
        exports=[EXPORT],
        drivers=settings(**changes),
        uncertainty=real.settings.estimate.uncertainty.model_copy(update={"classes": CLASSES}),
        intervals=RULES.intervals,
        units=RULES.units,
        seed=1,
    )


def of_all(found: Tables, missing: str = "implied", population: str = "all") -> pd.DataFrame:
    rows = found["drivers"].query("missing_utilization == @missing and population == @population")
    return rows.set_index("driver")


def test_parts_and_residual_add_up_to_the_total(real: Real) -> None:
    table = checked(World(1, off=0.1).tables(), real)["drivers"]
    groups = table.groupby(["population", "window", "missing_utilization"])
    assert len(groups) == 4
    for _, rows in groups:
        for column in ("slope_oom_per_year", "share_of_growth"):
            values = rows.set_index("driver")[column]
            assert list(values.index) == [*PARTS, "compute"]
            assert abs(values[list(PARTS)].sum() - values["compute"]) < 1e-9


def test_parts_add_up_in_every_resample() -> None:
    world, rng = World(2, off=0.1), np.random.default_rng(2)
    stated = np.where(world.stated, world.parts["utilization"], np.nan)
    own = (world.parts[name] for name in ("chips", "rate", "time"))
    factors = Factors(world.log_flop, *own, stated, np.full(120, -0.7))
    weights = rng.poisson(1, (500, 120)).astype(float)
    for utilization in (factors.implied, rng.normal(-0.7, 0.5, (500, 120))):
        values = factors.parts(utilization)
        slopes = slopes_of(world.years * 365, values | {"compute": world.log_flop}, weights)
        total = sum(slopes[name] for name in PARTS)
        assert np.abs(total - slopes["compute"]).max() * 365 < 1e-9
        # Where it is stated, it is taken
        taken = np.broadcast_to(values["utilization"], (500, 120))[:, world.stated]
        assert (taken == stated[world.stated]).all()


def test_growth_that_is_put_in_is_found(real: Real) -> None:
    """Each slope is that of a plain fit, and its interval holds the truth in most worlds."""
    held, worlds = dict.fromkeys(TRUTH, 0), 200 if GATE else 8
    for seed in range(worlds):
        world = World(seed)
        rows = of_all(checked(world.tables(), real))
        days = np.round(world.years * 365)
        for name, truth in TRUTH.items():
            row = rows.loc[name]
            slope = np.polyfit(days, world.parts[name], 1)[0] * 365
            assert row["slope_oom_per_year"] == pytest.approx(slope, abs=1e-9)
            low, high = row["slope_oom_per_year_ci90_low"], row["slope_oom_per_year_ci90_high"]
            held[name] += low <= truth <= high
        assert abs(rows.loc["residual", "slope_oom_per_year"]) < 1e-9
    share = np.array(list(held.values())) / worlds
    assert share.mean() >= (0.87 if GATE else 0.75)


def test_what_no_part_explains_is_left_over(real: Real) -> None:
    """Compute that outgrows the product of all factors, which are all stated."""
    rows = of_all(checked(World(3, stated=1.1, off=0.15).tables(), real))
    assert rows.loc["residual", "slope_oom_per_year"] == pytest.approx(0.15, abs=1e-3)
    assert rows.loc["chips", "n_stated_utilization"] == 120


def test_implied_and_learnt_utilization_share_the_same_growth(real: Real) -> None:
    found = checked(World(4).tables(), real)
    implied, learnt = of_all(found), of_all(found, "learnt")
    for name in ("chips", "rate", "time", "compute"):
        assert implied.loc[name, "growth_per_year"] == learnt.loc[name, "growth_per_year"]
    sums = [
        rows.loc[["utilization", "residual"], "slope_oom_per_year"].sum()
        for rows in (implied, learnt)
    ]
    assert sums[0] == pytest.approx(sums[1])
    # One that is drawn widens the interval of its part
    width = [
        rows["slope_oom_per_year_ci90_high"] - rows["slope_oom_per_year_ci90_low"]
        for rows in (implied, learnt)
    ]
    assert width[1]["utilization"] > width[0]["utilization"]


def test_a_rate_is_that_of_the_number_format(real: Real) -> None:
    """The same chip in two formats: its rate grows where training turned to the faster one."""
    world = World(5)
    world.parts["rate"] = np.where(world.years < 4, 13.0, 14.0)
    own = world.tables()
    rate = of_all(checked(own, real)).loc["rate", "slope_oom_per_year"]
    assert rate == pytest.approx(np.polyfit(world.years, world.parts["rate"], 1)[0], rel=0.01)
    factors, has_all = factors_of(listed(world.years, world.log_flop, chips=1.0, hours=1.0), own[4])
    assert has_all.all() and factors.rate == pytest.approx(world.parts["rate"])


def test_what_is_not_behind_the_line_is_told(real: Real) -> None:
    world = World(6, stated=0)
    *own, estimates = world.tables()
    # Ten of the systems were made from others, so that nothing was estimated from their columns
    rows = of_all(checked([*own, estimates.iloc[10:]], real))
    assert rows["n_stating"].eq(120).all() and rows["n"].eq(110).all()
    # All imply 0.3, of which ten are more than chips can do, and a tenth of the rest is at random
    implied = np.full(120, np.log10(0.3))
    implied[:10] = np.log10(1.7)
    world.log_flop = world.log_flop - world.parts["utilization"] + implied
    rows = of_all(checked(world.tables(), real))
    assert rows["n_above_peak"].eq(10).all() and rows["n_round_utilization"].eq(120).all()
    assert rows["n_stated_utilization"].eq(0).all()


def test_the_frontier_is_selected_anew_in_each_resample() -> None:
    world = World(7, n=60)
    systems, drivers = listed(world.years, world.log_flop), settings(top=3)
    counts = systems.counts(draws=25, seed=1)
    [frontier] = [each for each in samples_of(systems, counts, drivers) if each.population != "all"]
    days, values = systems.days, systems.log_flop
    for drawn, weights in zip(counts, frontier.weights, strict=True):
        for one in range(60):
            rivals = drawn[(days <= days[one]) & (values > values[one])].sum()
            assert weights[one] == (drawn[one] if rivals < 3 else 0)
    assert (frontier.inside == (frontier.weights[0] > 0)).all()


def test_a_frontier_of_too_few_systems_has_no_interval(real: Real) -> None:
    world = World(8)
    *own, estimates = world.tables()
    few = of_all(checked([*own, estimates.iloc[::30]], real))
    assert few["n"].eq(4).all() and few["slope_oom_per_year"].notna().all()
    assert few["slope_oom_per_year_ci90_low"].isna().all()
    assert few["note"].eq("no interval: fewer than 8 systems").all()
    none = of_all(checked([*own, estimates.iloc[:0]], real))
    assert none["n"].eq(0).all() and none["slope_oom_per_year"].isna().all()


def test_the_mean_of_a_capped_normal() -> None:
    draws = np.minimum(-0.5 + 0.55 * np.random.default_rng(1).standard_normal(400_000), 0)
    assert capped_mean(np.array([-0.5]), 0.55) == pytest.approx(draws.mean(), abs=0.003)
    nothing = np.full(2, np.nan)
    factors = Factors(*[nothing] * 4, np.array([-0.4, np.nan]), np.array([np.nan, -0.6]))
    drawn = learnt_utilization(factors, ["a", "b"], draws=4000, spread=0.5, seed=1)
    assert np.isnan(drawn[:, 0]).all() and drawn[1:, 1].max() == 0
    assert drawn[0, 1] == pytest.approx(drawn[1:, 1].mean(), abs=0.03)


def test_the_spread_of_a_learnt_utilization(real: Real) -> None:
    uncertainty = real.settings.estimate.uncertainty
    assert utilization_spread(ERRORS, uncertainty) == pytest.approx(0.9 / Z90)
    assert utilization_spread(ERRORS.iloc[1:], uncertainty) == pytest.approx(1 / Z90)


def test_cost_and_power_where_they_are_stated(real: Real) -> None:
    world, rng = World(9), np.random.default_rng(9)
    cost: Array = 10 ** (3 + 0.5 * world.years + rng.normal(0, 0.3, 120))
    cost[::3] = np.nan
    base = pd.Series(["Base"] * 12 + [None] * 108)
    own = world.tables(training_compute_cost_2023_usd=cost, base_model=base)
    table = checked(own, real)["stated_growth"].query("population == 'all'").set_index("quantity")
    there = np.flatnonzero(~np.isnan(cost) & base.isna().to_numpy())
    days = np.round(world.years * 365)[there]
    row = table.loc["cost"]
    assert row["n"] == len(there)
    slopes = [np.polyfit(days, y[there], 1)[0] * 365 for y in (np.log10(cost), world.log_flop)]
    assert row["slope_oom_per_year"] == pytest.approx(slopes[0])
    assert row["compute_oom_per_year"] == pytest.approx(slopes[1])
    assert row["share_of_growth"] == pytest.approx(slopes[0] / slopes[1])
    # Compute is of all, also of those that were made from others; power nobody states
    assert table.loc["compute", "n"] == 120 and table.loc["power", "n"] == 0
    assert table.loc["compute", "share_of_growth"] == 1


def test_without_exports_there_is_nothing(real: Real) -> None:
    found = check_drivers(
        *([] for _ in range(5)),
        ERRORS,
        exports=[],
        drivers=settings(),
        uncertainty=real.settings.estimate.uncertainty,
        intervals=RULES.intervals,
        units=RULES.units,
        seed=1,
    )
    assert all(table.empty for table in found.values())
    for name, table in found.items():
        pd.testing.assert_frame_equal(table, typed(table, name))
