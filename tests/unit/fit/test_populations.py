from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, special

from compute_trends.fit.loglinear import Array, fit_line
from compute_trends.fit.populations import (
    FREE,
    Models,
    Search,
    TwoLines,
    climb,
    fit_models,
    lines_of,
    memberships,
    standardise,
    start_members,
    worlds_of,
)

SEARCH = Search(starts=8, least_share=0.1)
DAYS = np.sort(np.random.default_rng(2).uniform(17_000, 19_300, 80)).round()
PER_DAY = 0.6 / 365


def worlds(
    count: int, *, offset: float, share: float = 0.4, scatter: float = 0.4, turn: float = 0.0
) -> Array:
    """Two lines of the same scatter, the upper one ``turn`` OOM per year steeper."""
    rng = np.random.default_rng(3)
    upper = rng.random((count, DAYS.size)) < share
    years = (DAYS - DAYS.mean()) / 365
    lines = 20 + PER_DAY * (DAYS - DAYS.mean()) + upper * (offset + turn * years)
    return np.asarray(lines + rng.normal(scale=scatter, size=upper.shape))


def fitted(values: Array, search: Search = SEARCH) -> Models:
    return fit_models(DAYS, values, search=search, rng=np.random.default_rng(1))


def test_two_lines_far_apart_are_found() -> None:
    models = fitted(worlds(40, offset=2.5))
    standard, two = models.standard, models.parallel
    slope = (standard.slope + two.slope[1] * standard.spread) / standard.unit
    assert slope.mean() == pytest.approx(PER_DAY, rel=0.03)
    assert ((two.level[1] - two.level[0]) * standard.spread).mean() == pytest.approx(2.5, abs=0.05)
    assert two.share.mean() == pytest.approx(0.4, abs=0.02)
    assert (two.scatter * standard.spread).mean() == pytest.approx(0.4, abs=0.02)
    assert (models.bic["parallel"] < models.bic["normal"]).all()
    assert (models.bic["parallel"] < models.bic["skewed"]).all()


def test_lines_with_slopes_of_their_own_are_found() -> None:
    models = fitted(worlds(40, offset=2.5, turn=0.5))
    standard, two = models.standard, models.separate
    slopes = (standard.slope + two.slope * standard.spread) / standard.unit * 365
    assert slopes.mean(axis=1) == pytest.approx([0.6, 1.1], abs=0.04)
    assert (models.loglik["separate"] > models.loglik["parallel"] + 5).mean() > 0.9


def test_the_lower_line_stands_first() -> None:
    for share in (0.2, 0.8):
        two = fitted(worlds(20, offset=3, share=share)).parallel
        assert (two.level[1] >= two.level[0]).all()
        assert two.share.mean() == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("separate", [False, True])
@pytest.mark.parametrize("offset", [0.0, 0.8])
def test_the_likelihood_never_falls_along_em(separate: bool, offset: float) -> None:
    standard = standardise(DAYS, worlds(20, offset=offset))
    simulated = worlds_of(standard.x, standard.values)
    rng = np.random.default_rng(5)
    members = start_members(standard.x, standard.values, starts=10, rng=rng)
    lines = lines_of(simulated, members, separate=separate, least_share=0.1)
    before = np.full(members.shape[:2], -np.inf)
    for _ in range(60):
        lines = climb(simulated, lines, steps=1, separate=separate, least_share=0.1)
        assert (lines.loglik >= before - 1e-9).all()
        before = lines.loglik


def direct_loglik(theta: Array, x: Array, values: Array) -> float:
    """The same likelihood, written down a second time."""
    levels, slopes, scatter = theta[:2], theta[2:4], np.exp(np.clip(theta[4], -20, 20))
    residuals = values - levels[:, np.newaxis] - np.outer(slopes, x)
    logs = -0.5 * (residuals / scatter) ** 2 - np.log(scatter) - 0.5 * np.log(2 * np.pi)
    weights = special.log_expit([[-theta[5]], [theta[5]]])
    return float(special.logsumexp(logs + weights, axis=0).sum())


@pytest.mark.parametrize("hypothesis", ["parallel", "separate"])
def test_a_direct_search_finds_nothing_more_likely(hypothesis: str) -> None:
    models = fitted(worlds(4, offset=1.5, turn=0.2))
    x, values = models.standard.x, models.standard.values
    # Of parallel lines: the slope of the second follows the first.
    full = [0, 1, 2, 3, 4, 5] if hypothesis == "separate" else [0, 1, 2, 2, 3, 4]
    for world, value in enumerate(values):
        lines: TwoLines = getattr(models, hypothesis)
        found = [*lines.level[:, world], *lines.slope[:, world][: len(set(full)) - 4]]
        found += [np.log(lines.scatter[world]), special.logit(lines.share[world])]
        ours = direct_loglik(np.array(found)[full], x, value)
        assert lines.loglik[world] == pytest.approx(ours, abs=1e-8)
        rng = np.random.default_rng(world)
        best = -np.inf
        for start in range(6):
            turned = rng.normal(size=len(found)) * (start > 0)
            begin = np.where(start > 0, turned * [0.7] * len(found), found)
            search = optimize.minimize(lambda t, v=value: -direct_loglik(t[full], x, v), begin)
            if 0.1 <= special.expit(search.x[-1]) <= 0.9 and np.exp(search.x[-2]) > 0.05:
                best = max(best, -search.fun)
        assert lines.loglik[world] > best - 0.02


def test_likelihoods_are_those_of_the_values_themselves() -> None:
    value = worlds(1, offset=1)[0]
    models = fitted(value)
    line = fit_line(DAYS, value)
    residual = value - value.mean() - line.slope * (DAYS - DAYS.mean())
    spread = residual.std()
    expected = -0.5 * DAYS.size * (np.log(2 * np.pi * spread**2) + 1)
    assert models.loglik["normal"][0] == pytest.approx(expected)
    for name, loglik in models.loglik.items():
        bic = FREE[name] * np.log(DAYS.size) - 2 * loglik
        assert models.bic[name] == pytest.approx(bic)


def test_more_numbers_are_never_less_likely() -> None:
    loglik = fitted(worlds(60, offset=0)).loglik
    assert (loglik["parallel"] >= loglik["normal"]).all()
    assert (loglik["separate"] >= loglik["parallel"]).all()


def test_a_change_of_units_changes_no_ratio() -> None:
    values = worlds(5, offset=1)
    one = fitted(values).loglik
    other = fitted(7 + 3 * values - 0.01 * DAYS).loglik
    for name in ("skewed", "parallel", "separate"):
        ratio, same = one[name] - one["normal"], other[name] - other["normal"]
        np.testing.assert_allclose(ratio, same, atol=1e-6)


def test_a_population_is_not_a_handful_on_a_line() -> None:
    """Three systems exactly on a line far above the others do not make a population."""
    value = worlds(1, offset=0)[0]
    value[[10, 40, 70]] = 26
    models = fitted(value)
    for two in (models.parallel, models.separate):
        assert 0.1 <= two.share[0] <= 0.9
        assert two.scatter[0] > 0.3


def test_more_starts_find_hardly_more() -> None:
    values = worlds(100, offset=0)
    few, many = (fitted(values, Search(starts, 0.1)).loglik for starts in (8, 30))
    for name in ("parallel", "separate"):
        assert np.mean(2 * (many[name] - few[name]) > 0.1) <= 0.06


def test_members_of_lines_far_apart_are_certain() -> None:
    value = worlds(1, offset=6, share=0.5)[0]
    models = fitted(value)
    lines = TwoLines(*(part[..., np.newaxis] for part in models.parallel))
    member = memberships(worlds_of(models.standard.x, models.standard.values), lines)[0, 0]
    line = 20 + PER_DAY * (DAYS - DAYS.mean())
    assert ((member > 0.5) == (value - line > 3)).all()
    assert (np.minimum(member, 1 - member) < 1e-6).all()


def test_systems_on_one_line_are_refused() -> None:
    with pytest.raises(ValueError, match="all systems lie on one line"):
        fitted(20 + PER_DAY * DAYS)
    with pytest.raises(ValueError, match="compute positive and finite"):
        fitted(np.where(DAYS > 18_000, np.nan, DAYS))


def test_worlds_are_fitted_alike_together_and_alone() -> None:
    """Starts from ranks alone: the random ones would differ."""
    values = worlds(6, offset=1)
    search = Search(starts=5, least_share=0.1)
    together = fitted(values, search).loglik
    for name, loglik in together.items():
        alone = [fitted(value, search).loglik[name][0] for value in values]
        np.testing.assert_allclose(loglik, alone, atol=1e-8)
