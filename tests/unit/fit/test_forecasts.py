"""Tests of forecasts: simulated data of known truth. GATE=1: many more worlds."""

from __future__ import annotations

import os

import numpy as np
import pytest

from compute_trends.fit.forecast_lines import _autoregression
from compute_trends.fit.forecast_paths import STEPS_PER_YEAR, Drawn, Past, Rules, balanced
from compute_trends.fit.forecasts import METHODS, REFERENCES, forecast, pooled
from compute_trends.fit.loglinear import Array

GATE = os.environ.get("GATE") == "1"
WORLDS = 1000 if GATE else 100
YEAR = 365.0
ORIGIN = 20 * YEAR
RULES = Rules(
    since=5 * YEAR, recent=5 * YEAR, longer=10 * YEAR, top=10, most_breaks=2, least=8, year=YEAR
)
GROWTH, SCATTER = 0.6, 0.8


def world(rng: np.random.Generator, *, n: int = 400, years: float = 20, late: float = 0.0) -> Past:
    """Systems at random dates around a line; its slope changes by ``late`` in the last 5 years."""
    days = np.sort(rng.uniform(ORIGIN - years * YEAR, ORIGIN, n))
    return Past(days, mean_on(days, late) + rng.normal(0, SCATTER, n), ORIGIN)


def mean_on(days: Array, late: float = 0.0) -> Array:
    bent = late * np.maximum(days - (ORIGIN - 5 * YEAR), 0)
    return np.asarray(20 + (GROWTH * (days - ORIGIN) + bent) / YEAR)


def drawn_by(
    method: str, past: Past, *, draws: int = 2000, seed: int = 1, steps: int = 12
) -> Drawn:
    rng = np.random.default_rng(seed)
    found = forecast(method, past, RULES, steps=steps, draws=draws, rng=rng)
    assert found is not None
    return found


@pytest.mark.parametrize("method", METHODS)
def test_a_record_never_falls_and_starts_from_the_one_reached(method: str) -> None:
    past = world(np.random.default_rng(3))
    records = drawn_by(method, past).records
    assert records.shape == (2000, 12)
    assert (records >= past.record).all()
    assert (np.diff(records, axis=1) >= 0).all()


@pytest.mark.parametrize("method", METHODS)
def test_the_same_stream_gives_the_same_draws(method: str) -> None:
    past = world(np.random.default_rng(3))
    one, same, other = (drawn_by(method, past, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.records, same.records)
    if method != "no_growth":
        assert (one.records != other.records).any()


@pytest.mark.parametrize("method", ["line_since", "line_recent", "piecewise"])
def test_intervals_of_a_system_of_next_year_hold_as_many_as_they_say(method: str) -> None:
    held = []
    for number in range(WORLDS):
        rng = np.random.default_rng([7, number])
        models = drawn_by(method, world(rng, n=150), draws=400, seed=number).models
        assert models is not None
        low, high = np.quantile(models, [0.05, 0.95])
        days = rng.uniform(ORIGIN, ORIGIN + YEAR, 50)
        came = mean_on(days) + rng.normal(0, SCATTER, 50)
        held.append(((low <= came) & (came <= high)).mean())
    # Two standard errors of the mean over worlds, and what 400 draws leave
    assert np.mean(held) == pytest.approx(0.9, abs=0.03)


def test_the_largest_of_simulated_systems_is_that_of_systems_made_one_by_one() -> None:
    rng = np.random.default_rng(5)
    past = world(rng, n=8000, years=20)
    records = drawn_by("simulated_maximum", past, draws=8000).records
    # 400 a year around the line that the past was made of
    made = np.empty((4000, 3))
    for path in made:
        days = rng.uniform(ORIGIN, ORIGIN + 3 * YEAR, rng.poisson(1200))
        values = mean_on(days) + rng.normal(0, SCATTER, days.size)
        ends = ORIGIN + YEAR * np.arange(1, 4)
        path[:] = [max(past.record, values[days <= end].max()) for end in ends]
    ours = records[:, STEPS_PER_YEAR - 1 :: STEPS_PER_YEAR]
    for level, within in ((0.05, 0.1), (0.5, 0.1), (0.95, 0.2)):
        quantiles = [np.quantile(one, level, axis=0) for one in (ours, made)]
        np.testing.assert_allclose(*quantiles, atol=within)


def test_numbers_of_systems_grow_on_as_they_did() -> None:
    # Twice as many each year: the record gains the more, the more systems there are.
    rng = np.random.default_rng(6)
    growing = [
        rng.uniform(ORIGIN - (k + 1) * YEAR, ORIGIN - k * YEAR, 2 ** (9 - k)) for k in range(9)
    ]
    days = np.sort(np.concatenate(growing))
    even = np.sort(rng.uniform(ORIGIN - 9 * YEAR, ORIGIN, days.size))
    medians = []
    for dates in (days, even):
        past = Past(dates, mean_on(dates) + rng.normal(0, SCATTER, dates.size), ORIGIN)
        medians.append(np.median(drawn_by("simulated_maximum", past).records[:, -1]))
    assert medians[0] > medians[1]


def test_joined_lines_go_on_with_the_last_slope() -> None:
    past = world(np.random.default_rng(8), n=1500, late=0.6)
    for method, slope in (("piecewise", GROWTH + 0.6), ("line_recent", GROWTH + 0.6)):
        records = drawn_by(method, past, steps=40).records
        grown = np.median(records[:, 39] - records[:, 19]) / 5
        assert grown == pytest.approx(slope, abs=0.12)
    records = drawn_by("piecewise", world(np.random.default_rng(8), n=1500), steps=40).records
    assert np.median(records[:, 39] - records[:, 19]) / 5 == pytest.approx(GROWTH, abs=0.06)


@pytest.mark.parametrize("method", ["line_since", "line_top", "line_records", "random_walk"])
def test_where_growth_is_constant_the_record_goes_on_as_fast(method: str) -> None:
    past = world(np.random.default_rng(9), n=3000)
    records = drawn_by(method, past, steps=40).records
    assert np.median(records[:, 39] - records[:, 19]) / 5 == pytest.approx(GROWTH, abs=0.1)


def test_a_walk_holds_records_that_walk() -> None:
    held = []
    for number in range(WORLDS):
        rng = np.random.default_rng([11, number])
        # A record each quarter, of steps that are often nothing
        steps = rng.exponential(0.4, 60 + 12) * (rng.uniform(size=72) < 0.4)
        days = ORIGIN + YEAR / 4 * np.arange(-59, 13)
        values = 10 + steps.cumsum()
        past = Past(days[:60], values[:60], ORIGIN)
        records = drawn_by("random_walk", past, draws=400, seed=number).records
        for year in (1, 2, 3):
            low, high = np.quantile(records[:, 4 * year - 1], [0.05, 0.95])
            held.append(low <= values[59 + 4 * year] <= high)
    # Forty steps of the past tell a little less than all.
    assert 0.84 <= np.mean(held) <= 0.95


def test_no_growth_is_the_past_again() -> None:
    past = Past(np.array([10.0, 400.0, 700.0]), np.array([3.0, 7.0, 5.0]), 760.0)
    records, models = drawn_by("no_growth", past)
    assert (records == 7.0).all()
    assert models is not None
    assert set(models) == {5.0, 7.0}


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"no_growth"}))
def test_too_few_systems_give_no_forecast(method: str) -> None:
    rng = np.random.default_rng(1)
    few = world(rng, n=5, years=1)
    assert forecast(method, few, RULES, steps=4, draws=100, rng=rng) is None
    nothing = Past(np.empty(0), np.empty(0), ORIGIN)
    assert forecast(method, nothing, RULES, steps=4, draws=100, rng=rng) is None
    of_one_day = Past(np.full(20, ORIGIN - 9.0), rng.normal(size=20), ORIGIN)
    assert forecast(method, of_one_day, RULES, steps=4, draws=100, rng=rng) is None


def test_a_pool_holds_equal_shares_of_its_members() -> None:
    members = [Drawn(np.full((9, 2), float(k)), np.full(9, k + 0.5)) for k in range(3)]
    members[2] = members[2]._replace(models=None)
    records, models = pooled(members)
    assert [(records == k).all(axis=1).sum() for k in range(3)] == [3, 3, 3]
    assert models is not None
    assert sorted(models) == [0.5] * 5 + [1.5] * 4
    assert pooled([members[2]]).models is None


def test_balanced_draws_are_even() -> None:
    values = np.arange(7.0)
    drawn = balanced(values, 24, np.random.default_rng(2))
    counts = [(drawn == value).sum() for value in values]
    assert set(counts) == {3, 4}
    assert set(REFERENCES) < set(METHODS)


@pytest.mark.parametrize("method", ["line_since", "line_top", "line_records"])
def test_intervals_of_the_record_hold_about_as_many_as_they_say(method: str) -> None:
    held = []
    for number in range(WORLDS):
        rng = np.random.default_rng([13, number])
        whole = world(rng, n=460, years=23)
        days = whole.days + 3 * YEAR
        there = days <= ORIGIN
        # Three years more than are known
        past = Past(days[there], whole.log_flop[there], ORIGIN)
        drawn = forecast(method, past, RULES, steps=12, draws=400, rng=rng)
        # A few worlds have too few record setters.
        for year in (1, 2, 3) if drawn else ():
            truth = whole.log_flop[days <= ORIGIN + year * YEAR].max()
            low, high = np.quantile(drawn.records[:, 4 * year - 1], [0.05, 0.95])
            held.append(low <= truth <= high)
    assert len(held) > 2 * WORLDS
    # The record moves by jumps, which an autoregression only resembles.
    assert 0.8 <= np.mean(held) <= 0.98


def test_the_record_starts_from_where_it_is_and_returns_to_the_line() -> None:
    past = world(np.random.default_rng(14), n=3000)
    low = past._replace(log_flop=np.minimum(past.log_flop, mean_on(past.days[-1:] - 3 * YEAR)))
    soon, late = (drawn_by("line_since", one, steps=40).records for one in (past, low))
    assert np.median(soon[:, 0]) < past.record + 0.4
    assert np.median(late[:, 0]) < low.record + 0.4
    gaps = [3.0, 1.0, 2.0, 4.0] * 5
    mean, kept, shocks = _autoregression(np.array(gaps))
    expected = np.polyfit(np.array(gaps[:-1]) - mean, np.array(gaps[1:]) - mean, 1)[0]
    assert mean == 2.5
    assert kept == pytest.approx(max(expected + (1 + 3 * expected) / 19, 0), abs=0.05)
    assert shocks.mean() == pytest.approx(0, abs=1e-12)
    assert _autoregression(np.full(9, 1.5))[:2] == (1.5, 0.0)
    assert _autoregression(np.arange(30.0) ** 2)[1] <= 1
