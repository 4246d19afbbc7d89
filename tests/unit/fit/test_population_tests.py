"""Tests of two populations: levels under one line, power under two. GATE=1: many more worlds."""

from __future__ import annotations

import os

import numpy as np
import pytest
from scipy import stats

from compute_trends.fit.loglinear import Array
from compute_trends.fit.population_tests import (
    ONE_LINE,
    TWO,
    Comparison,
    RuleLines,
    bic_calls,
    compare,
    draw_worlds,
    likelihood_ratios,
    overlap,
    p_value,
    rule_lines,
    skewed_worlds,
    upper_members,
)
from compute_trends.fit.populations import Search, fit_models
from compute_trends.fit.skewed_line import scatter

GATE = os.environ.get("GATE") == "1"
WORLDS = 1000 if GATE else 200
SEARCH = Search(starts=8, least_share=0.1)
DAYS = np.sort(np.random.default_rng(2).uniform(17_000, 19_300, 60)).round()
LINE = 20 + 0.6 / 365 * (DAYS - DAYS.mean())


def binomial_bounds(share: float, worlds: int = WORLDS) -> tuple[float, float]:
    """Shares of worlds that 99.8 % of binomial counts lie between."""
    low, high = stats.binom(worlds, share).ppf([0.001, 0.999])
    return low / worlds, high / worlds


def compared(
    values: Array, simulations: int = WORLDS, seed: int = 1, rule: RuleLines | None = None
) -> Comparison:
    return compare(
        DAYS,
        values,
        rule=rule,
        simulations=simulations,
        search=SEARCH,
        level=0.05,
        rng=np.random.default_rng(seed),
    )


def skewed_world(shape: float, seed: int = 8) -> Array:
    return LINE + scatter(np.array([shape]), DAYS.size, np.random.default_rng(seed))[0]


def two_populations(offset: float, seed: int = 6) -> Array:
    rng = np.random.default_rng(seed)
    upper = rng.random(DAYS.size) < 0.4
    return np.asarray(LINE + offset * upper + rng.normal(scale=0.4, size=DAYS.size))


def test_a_p_value_counts_those_that_reach_it() -> None:
    null = np.arange(1.0, 20.0)
    assert p_value(np.array([0.0, 10.0, 19.0, 20.0]), null) == pytest.approx(
        [1, (1 + 10) / 20, (1 + 1) / 20, 1 / 20]
    )
    # Among the null ones, the largest is surpassed by none of the 18 others.
    assert p_value(null, null, among=True)[-1] == pytest.approx(1 / 19)
    assert p_value(null, null, among=True)[0] == 1


def test_the_groups_of_a_rule_give_the_paper_lines() -> None:
    values = two_populations(3)
    upper = values - LINE > 1.5
    lines = rule_lines(DAYS, values, upper, first=DAYS[29])
    assert lines is not None
    for group, level, slope, spread in zip(
        (~upper, upper), lines.level, lines.slope, lines.scatter, strict=True
    ):
        fit = stats.linregress(DAYS[group], values[group])
        assert (slope, level) == pytest.approx((fit.slope, fit.intercept + fit.slope * DAYS.mean()))
        residual = values[group] - fit.intercept - fit.slope * DAYS[group]
        assert spread == pytest.approx(np.sqrt((residual**2).sum() / (group.sum() - 2)))
    assert lines.share == upper[30:].mean()
    few = np.arange(DAYS.size) < 4
    assert rule_lines(DAYS, values, few, first=0) is None


def test_worlds_have_the_line_and_the_scatter_that_they_are_drawn_from() -> None:
    values = two_populations(3)
    upper = values - LINE > 1.5
    first = DAYS[29]
    rng = np.random.default_rng(1)
    models = fit_models(DAYS, values, search=SEARCH, rng=rng)
    rule = rule_lines(DAYS, values, upper, first=first)
    worlds = draw_worlds(models, DAYS, rule, simulations=4000, rng=rng)
    assert list(worlds) == [*ONE_LINE, "fitted", "paper"]
    standard = models.standard
    line = standard.level + standard.slope * standard.x
    for law in ("normal", "shrinking", "heavy_tails", "fitted"):
        np.testing.assert_allclose(worlds[law].mean(axis=0), line, atol=0.15)
        spread = np.sqrt(np.mean((worlds[law] - line) ** 2))
        assert spread == pytest.approx(standard.spread[0], rel=0.05)
    assert rule is not None
    # The paper's large systems begin after a day.
    early = first >= DAYS
    before = worlds["paper"][:, early]
    lower = rule.level[0] + rule.slope[0] * (DAYS - DAYS.mean())
    np.testing.assert_allclose(before.mean(axis=0), lower[early], atol=0.1)
    above = (worlds["paper"] - lower)[:, ~early] > 1.5
    assert above.mean() == pytest.approx(rule.share, abs=0.02)
    assert "paper" not in draw_worlds(models, DAYS, None, simulations=2, rng=rng)


def test_skewed_worlds_are_those_of_their_line() -> None:
    rng = np.random.default_rng(1)
    models = fit_models(DAYS, skewed_world(-1.0), search=SEARCH, rng=rng)
    drawn = fit_models(DAYS, skewed_worlds(models, times=300, rng=rng), search=SEARCH, rng=rng)
    assert np.median(drawn.skewed.shape) == pytest.approx(models.skewed.shape[0], abs=0.15)
    slopes = drawn.standard.slope / models.standard.slope
    assert slopes.mean() == pytest.approx(1, abs=0.1)


def test_one_normal_line_is_seldom_taken_for_two() -> None:
    found = compared(LINE + np.random.default_rng(4).normal(size=DAYS.size)).found
    low, high = binomial_bounds(0.05)
    for model in TWO:
        assert low <= found[model, "skewed_test", "normal"] <= high + 0.01
        assert found[model, "normal_test", "normal"] == pytest.approx(0.05, abs=1 / WORLDS)
        assert found[model, "bic", "normal"] < 0.06


def test_one_skewed_line_is_seldom_taken_for_two_by_the_test_that_knows_of_skew() -> None:
    found = compared(skewed_world(-1.0)).found
    low, high = binomial_bounds(0.05)
    for model in TWO:
        assert low - 0.01 <= found[model, "skewed_test", "skewed"] <= high + 0.01
    # The test that knows of normal lines only takes most of them for two populations.
    assert found["parallel", "normal_test", "skewed"] > 0.5


def test_two_populations_far_apart_are_found() -> None:
    comparison = compared(two_populations(2.5))
    for law in ONE_LINE:
        assert comparison.p["parallel", "skewed", law] <= 2 / (1 + WORLDS)
    assert comparison.found["parallel", "skewed_test", "fitted"] > 0.95
    assert comparison.found["parallel", "bic", "fitted"] > 0.95
    # Two parallel lines explain them as well as two lines do.
    assert comparison.p["separate", "parallel", "fitted"] > 0.01


@pytest.mark.parametrize(("offset", "least", "most"), [(0.4, 0.0, 0.25), (2.0, 0.9, 1.0)])
def test_power_grows_with_the_distance(offset: float, least: float, most: float) -> None:
    slope = 0.6 / 365
    rule = RuleLines((20, 20 + offset), (slope, slope), (0.4, 0.4), share=0.4, first=0)
    found = compared(two_populations(1), rule=rule).found
    assert least <= found["parallel", "skewed_test", "paper"] <= most


def test_slopes_of_their_own_are_found_in_scatter_that_shrinks() -> None:
    """Why the verdict rests on parallel lines."""
    found = compared(LINE + np.random.default_rng(4).normal(size=DAYS.size)).found
    assert found["separate", "skewed_test", "shrinking"] > 0.3
    assert found["parallel", "skewed_test", "shrinking"] < 0.15


def test_ratios_and_calls_are_those_of_the_likelihoods() -> None:
    one_normal = LINE + np.random.default_rng(4).normal(size=DAYS.size)
    models = fit_models(
        DAYS,
        np.stack([two_populations(3), one_normal]),
        search=SEARCH,
        rng=np.random.default_rng(1),
    )
    loglik, ratio = models.loglik, likelihood_ratios(models)
    assert set(ratio) == {(model, base) for model in TWO for base in ("normal", "skewed")} | {
        ("separate", "parallel")
    }
    np.testing.assert_allclose(
        ratio["parallel", "skewed"], 2 * (loglik["parallel"] - loglik["skewed"])
    )
    assert bic_calls(models)["parallel", "bic"].tolist() == [True, False]


def test_members_and_overlap() -> None:
    values = two_populations(4)
    upper = values - LINE > 2
    models = fit_models(DAYS, values, search=SEARCH, rng=np.random.default_rng(1))
    for model in TWO:
        assert (upper_members(models, model) == upper).all()
    none = np.zeros(3, dtype=bool)
    assert overlap(none, none) == 0
    assert overlap(np.array([True, True, False]), np.array([False, True, True])) == 1 / 3


def test_the_same_seed_gives_the_same_numbers() -> None:
    values = two_populations(1)
    one, same = compared(values, 20), compared(values, 20)
    assert (one.p, one.found, one.ratio) == (same.p, same.found, same.ratio)
    assert one.p != compared(values, 20, seed=2).p


@pytest.mark.skipif(not GATE, reason="many worlds")
@pytest.mark.parametrize("shape", [0.0, -0.5, -1.0, 1.0])
def test_the_whole_test_keeps_its_level(shape: float) -> None:
    """Worlds of one line, each with a null simulated for it alone: p is uniform."""
    rng = np.random.default_rng(9)
    values = LINE + scatter(np.full(400, shape), DAYS.size, rng)
    fits = fit_models(DAYS, values, search=SEARCH, rng=rng)
    null = fit_models(DAYS, skewed_worlds(fits, times=99, rng=rng), search=SEARCH, rng=rng)
    own, ratios = likelihood_ratios(fits), likelihood_ratios(null)
    low, high = binomial_bounds(0.05, 400)
    for model in TWO:
        of_world = ratios[model, "skewed"].reshape(400, 99)
        p = (1 + (of_world >= own[model, "skewed"][:, np.newaxis]).sum(axis=1)) / 100
        assert low - 0.01 <= (p <= 0.05).mean() <= high + 0.01
