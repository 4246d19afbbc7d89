"""Lines of systems selected anew in each resample, against plain loops over repeated systems."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from compute_trends.fit import procedure as engine
from compute_trends.fit.loglinear import fit_line, window_scores
from compute_trends.fit.procedure import (
    Pool,
    Procedure,
    counted_scores,
    higher_counts,
    select,
    selected_lines,
)

WINDOW = 364.0
HIGH, LOW = 0.76, -1.2


def made_up(n: int = 60, *, seed: int = 0) -> Pool:
    """Systems with ties among dates and among values, some alone in their window."""
    rng = np.random.default_rng(seed)
    days = np.sort(np.concatenate([rng.integers(0, 3000, n - 2), [9000, 12000]])).astype(float)
    return Pool(days, np.round(10 + days / 700 + rng.normal(size=n), 1), WINDOW)


def procedure(pool: Pool, **changes: object) -> Procedure:
    """A trend of the later two thirds; every seventh system is no rival."""
    n = pool.days.size
    settings = {
        "eligible": pool.days > pool.days[n // 3],
        "markable": pool.days > pool.days[n // 2],
        "rivals": np.arange(n) % 7 != 3,
        "low_z": LOW,
        "high_z": HIGH,
    }
    return Procedure(**(settings | changes))


CASES = {
    "all": {},
    "large": {"scale": "large"},
    "regular": {"scale": "regular"},
    "records": {"top": 1, "low_z": -np.inf},
    "top 3": {"top": 3},
    "top 3 large": {"top": 3, "scale": "large"},
    "everything": {"low_z": -np.inf},
}


def one_by_one(pool: Pool, rule: Procedure, counts: np.ndarray) -> list[tuple[float, float]]:
    """Repeat the drawn systems, score, select and fit them in a plain loop."""
    lines = []
    for drawn in counts:
        rows = np.repeat(np.arange(drawn.size), drawn)
        days, values = pool.days[rows], pool.log_flop[rows]
        _, z = window_scores(days, values, window_days=pool.window_days)
        chosen = []
        for place, row in enumerate(rows):
            inside = rule.eligible[row] and not z[place] < rule.low_z - 1e-9
            if rule.scale != "all":
                large = z[place] > rule.high_z + 1e-9 and rule.markable[row]
                rated = not np.isnan(z[place])
                inside &= large if rule.scale == "large" else rated and not large
            if rule.top is not None:
                above = (days <= days[place]) & (values > values[place]) & rule.rivals[rows]
                inside &= rule.rivals[row] and above.sum() < rule.top
            if inside:
                chosen.append(place)
        line = (np.nan, np.nan)
        if len(set(rows[chosen])) > 2 and len(set(days[chosen])) > 1:
            found = fit_line(days[chosen], values[chosen])
            line = (found.slope, found.start - found.slope * days[chosen].min())
        lines.append(line)
    return lines


@pytest.mark.parametrize("changes", CASES.values(), ids=list(CASES))
@pytest.mark.parametrize("n", [14, 60])
def test_each_resample_selects_for_itself(n: int, changes: dict[str, object]) -> None:
    pool = made_up(n)
    rule = procedure(pool, **changes)
    counts = np.random.default_rng(1).poisson(1.0, size=(80, n)).astype(np.uint8)
    [lines] = selected_lines(pool, [rule], counts)
    slopes, levels = np.transpose(one_by_one(pool, rule, counts))
    np.testing.assert_allclose(lines.slope, slopes, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(lines.level, levels, rtol=1e-6)


def test_scores_are_those_of_repeated_systems() -> None:
    pool = made_up()
    counts = np.random.default_rng(2).poisson(1.0, size=(5, 60))
    for drawn, scores in zip(counts, counted_scores(pool, counts.astype(float)), strict=True):
        rows = np.repeat(np.arange(60), drawn)
        _, z = window_scores(pool.days[rows], pool.log_flop[rows], window_days=WINDOW)
        np.testing.assert_allclose(scores[rows], z, atol=1e-8)


def test_several_procedures_are_each_as_alone_and_chunks_change_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = made_up()
    rules = [procedure(pool, **changes) for changes in CASES.values()]
    counts = np.random.default_rng(3).poisson(1.0, size=(40, 60)).astype(np.uint8)
    together = selected_lines(pool, [*rules, rules[0]], counts)
    monkeypatch.setattr(engine, "CHUNK", 7)
    monkeypatch.setattr(engine, "CHUNK_VALUES", 60**2 * 3)
    alone = [selected_lines(pool, [rule], counts)[0] for rule in [*rules, rules[0]]]
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_allclose(one.slope, other.slope, rtol=1e-9)
        np.testing.assert_allclose(one.level, other.level, rtol=1e-9)


def any_procedure(rng: np.random.Generator, pool: Pool) -> Procedure:
    """A procedure that reads scores or not, ranks or not, among all or some rivals."""
    n = pool.days.size
    masks = [np.ones(n, dtype=bool), np.arange(n) % 7 != 3, pool.days > pool.days[n // 2]]
    top = int(rng.integers(0, 5)) or None
    return Procedure(
        eligible=masks[rng.integers(3)],
        markable=masks[rng.integers(3)],
        rivals=masks[rng.integers(2)],
        low_z=float(rng.choice([-np.inf, LOW])),
        scale=str(rng.choice(["all", "regular", "large"])),
        high_z=HIGH,
        top=top,
    )


@pytest.mark.parametrize("seed", range(20))
def test_what_procedures_share_changes_none_of_them(seed: int) -> None:
    """Scores and ranks that others need, or that nobody computes, give the lines of each alone."""
    rng = np.random.default_rng(seed)
    pool = made_up(30, seed=seed)
    rules = [any_procedure(rng, pool) for _ in range(8)]
    counts = rng.poisson(1.0, size=(6, 30)).astype(np.uint8)
    for rule, lines in zip(rules, selected_lines(pool, rules, counts), strict=True):
        [alone] = selected_lines(pool, [rule], counts)
        np.testing.assert_array_equal(lines, alone)
        slopes, _ = np.transpose(one_by_one(pool, rule, counts))
        np.testing.assert_allclose(lines.slope, slopes, rtol=1e-6, atol=1e-12)
        # As with scores and ranks of its own, which nobody else asks for.
        weights = counts.astype(float)
        scores = counted_scores(pool, weights)
        inside = select(rule, pool, scores if rule.reads_scores else None, weights)
        np.testing.assert_array_equal(inside, select(rule, pool, scores, weights))
        higher = higher_counts(pool, weights, rule.rivals, top=rule.top or 1)
        np.testing.assert_array_equal(inside, select(rule, pool, scores, weights, higher))


@pytest.mark.parametrize("top", [1, 3])
def test_higher_rivals_are_counted_alike_for_shared_and_own_values(top: int) -> None:
    pool = made_up()
    rivals = np.arange(60) % 7 != 3
    counts = np.random.default_rng(4).poisson(1.0, size=(9, 60)).astype(float)
    shared = higher_counts(pool, counts, rivals, top=top)
    own = pool._replace(log_flop=np.tile(pool.log_flop, (9, 1)))
    np.testing.assert_array_equal(shared, higher_counts(own, counts, rivals, top=top))
    days, values = pool.days, pool.log_flop
    above = (days <= days[:, None]) & (values > values[:, None]) & rivals
    expected = np.where(rivals, counts @ above.T, np.inf)
    np.testing.assert_array_equal(shared, expected)


def test_who_cannot_reach_the_top_is_passed_over() -> None:
    """Two hundred systems, each below all before it."""
    pool = Pool(np.arange(200.0), -np.arange(200.0), WINDOW)
    counts = np.ones((1, 200))
    higher = higher_counts(pool, counts, np.ones(200, dtype=bool), top=5)[0]
    reach = 5 + engine.HIGHER_MARGIN
    assert higher[:reach].tolist() == list(range(reach)) and np.isinf(higher[reach:]).all()


def test_where_nothing_is_eligible_there_is_no_line_and_no_warning() -> None:
    pool = made_up()
    counts = np.ones((4, 60), dtype=np.uint8)
    nobody = np.zeros(60, dtype=bool)
    same_day = pool.days == pool.days[30]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for eligible in (nobody, same_day):
            for changes in ({}, {"top": 2}):
                rule = procedure(pool, eligible=eligible, **changes)
                [lines] = selected_lines(pool, [rule], counts)
                assert np.isnan(lines.slope).all() and lines.slope.shape == (4,)
        [lines] = selected_lines(pool, [procedure(pool)], np.zeros_like(counts))
        assert np.isnan(lines.slope).all()
