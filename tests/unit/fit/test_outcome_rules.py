"""Groups picked by an outcome, against loops; worlds of exchanged dates, by what stays in them."""

from __future__ import annotations

import numpy as np
import pytest

from compute_trends.common.random_streams import random_stream
from compute_trends.fit.outcome_rules import best_of_year, best_so_far, shuffled_dates

RNG = random_stream(5, "outcome rules")


def plain_best(days: np.ndarray, scores: np.ndarray) -> list[bool]:
    """Whether a row is there and no row dated no later is better."""
    return [
        score > -np.inf and not any(scores[days <= day] > score)
        for day, score in zip(days, scores, strict=True)
    ]


@pytest.mark.parametrize("per_sample", [False, True])
def test_the_best_so_far_are_those_of_a_loop(per_sample: bool) -> None:
    scores = RNG.integers(0, 9, size=(300, 14)).astype(float)
    scores[RNG.random(scores.shape) < 0.3] = -np.inf
    days = np.sort(RNG.integers(0, 9, size=(300, 14)).astype(float), axis=1)
    days = days if per_sample else days[0]
    found = best_so_far(days, scores)
    of_sample = np.broadcast_to(days, scores.shape)
    for own, row, best in zip(of_sample, scores, found, strict=True):
        assert best.tolist() == plain_best(own, row)


def test_the_best_of_a_year_are_those_of_a_loop() -> None:
    scores = RNG.integers(0, 5, size=(200, 12)).astype(float)
    scores[RNG.random(scores.shape) < 0.3] = -np.inf
    years = np.sort(RNG.integers(2000, 2004, size=12)).astype(float)
    for row, best in zip(scores, best_of_year(years, scores), strict=True):
        for year, score, is_best in zip(years, row, best, strict=True):
            assert is_best == (score > -np.inf and score == row[years == year].max())


def rows(n_groups: int = 30) -> tuple[np.ndarray, ...]:
    """Rows of papers along a known line and plane."""
    groups = np.repeat(np.arange(n_groups), RNG.integers(1, 4, size=n_groups))
    days = np.sort(RNG.uniform(0, 4000, size=n_groups))[groups]
    values = 2 + 3e-4 * days + RNG.normal(0, 0.3, size=groups.size)
    scores = 1 + 1e-4 * days + 0.5 * values + RNG.normal(0, 0.1, size=groups.size)
    return days, values, scores, groups


@pytest.mark.parametrize("keeps_line", [True, False])
def test_papers_keep_their_models_and_exchange_their_dates(keeps_line: bool) -> None:
    days, values, scores, groups = rows()
    world = shuffled_dates(
        days, values, scores, groups, keeps_line=keeps_line, worlds=50, rng=RNG
    )  # fmt: skip
    assert (np.diff(world.days, axis=1) >= 0).all()
    assert all(set(own) <= set(days) for own in world.days)
    if not keeps_line:
        pairs = sorted(zip(values, scores, strict=True))
        for own_values, own_scores in zip(world.values, world.scores, strict=True):
            assert sorted(zip(own_values, own_scores, strict=True)) == pairs


def test_the_line_stays_or_goes() -> None:
    days, values, scores, groups = rows(200)
    slopes = {}
    for keeps_line in (True, False):
        world = shuffled_dates(
            days, values, scores, groups, keeps_line=keeps_line, worlds=400, rng=RNG
        )  # fmt: skip
        fits = [np.polyfit(*pair, 1)[0] for pair in zip(world.days, world.values, strict=True)]
        slopes[keeps_line] = np.array(fits)
    own = np.polyfit(days, values, 1)[0]
    for keeps_line, expected in ((True, own), (False, 0.0)):
        error = slopes[keeps_line].std() / np.sqrt(400)
        assert slopes[keeps_line].mean() == pytest.approx(expected, abs=5 * error)


def test_what_date_and_value_tell_of_a_score_stays() -> None:
    """Without scatter, scores of every world lie on the plane of the real ones."""
    days, values, _, groups = rows()
    scores = 1 + 1e-4 * days + 0.5 * values
    world = shuffled_dates(days, values, scores, groups, keeps_line=True, worlds=9, rng=RNG)
    assert world.scores == pytest.approx(1 + 1e-4 * world.days + 0.5 * world.values)
