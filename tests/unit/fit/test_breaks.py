"""The search for breaks against trial of all breaks, and against another library."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from compute_trends.fit.breaks import broken_line, coefficients, search
from compute_trends.fit.gaps import Dates, sort_dates

KINDS = ("discontinuous", "continuous")
Floats = NDArray[np.float64]


def some_dates(rng: np.random.Generator, n: int, *, ties: bool = False) -> Dates:
    """Made-up dates of ten years, some of them twice or more often with ``ties``."""
    days = np.sort(rng.integers(0, 3650, n)).astype(float)
    return sort_dates(np.sort(rng.choice(days, n)) if ties else days)


def some_worlds(rng: np.random.Generator, dates: Dates, worlds: int) -> Floats:
    """Scatter of 1 OOM around lines that part in the middle."""
    after = dates.x > 0
    lines = rng.normal(size=(worlds, 1)) * dates.x + rng.normal(0, 3, (worlds, 1)) * after
    return np.asarray(lines + rng.normal(size=(worlds, dates.x.size)))


def squares(
    dates: Dates, y: Floats, at: list[float], kind: str, counts: NDArray[np.bool_]
) -> float:
    """Sum of squares around a line with breaks, by a solver of least squares."""
    columns = broken_line(dates, at, kind=kind)[counts]
    solution = np.linalg.lstsq(columns, y[counts], rcond=None)[0]
    return float(((y[counts] - columns @ solution) ** 2).sum())


def by_trial(
    dates: Dates, y: Floats, *, kind: str, breaks: int, least: int, counts: NDArray[np.bool_]
) -> float:
    """Least sum of squares of all places for breaks."""
    best = np.inf
    for gaps in itertools.combinations(range(dates.gaps.size), breaks):
        cuts = [0, *dates.before[list(gaps)], y.size]
        parts = [slice(*ends) for ends in itertools.pairwise(cuts)]
        spans = [dates.x[part][counts[part]] for part in parts]
        if min(span.size for span in spans) < least:
            continue
        if kind == "discontinuous" and min(np.ptp(span) for span in spans) == 0:
            continue
        best = min(best, squares(dates, y, list(dates.gaps[list(gaps)]), kind, counts))
    return best


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("left_out", [False, True])
def test_no_other_breaks_leave_less(kind: str, left_out: bool) -> None:
    rng = np.random.default_rng(7)
    for n, ties in ((30, False), (36, True)):
        dates = some_dates(rng, n, ties=ties)
        worlds = some_worlds(rng, dates, 3)
        counts = rng.random(worlds.shape) > (0.1 if left_out else 0)
        weights = counts.astype(float) if left_out else None
        found = search(dates, worlds, kind=kind, most=2, least=5, weights=weights)
        for breaks, world in itertools.product(range(3), range(3)):
            expected = by_trial(
                dates, worlds[world], kind=kind, breaks=breaks, least=5, counts=counts[world]
            )
            assert found.sse[breaks, world] == pytest.approx(expected)


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_breaks_leave_is_what_is_said(kind: str) -> None:
    rng = np.random.default_rng(3)
    dates = some_dates(rng, 123, ties=True)
    worlds = some_worlds(rng, dates, 20)
    found = search(dates, worlds, kind=kind, most=3, least=8)
    everything = np.ones(dates.x.size, dtype=bool)
    for breaks, world in itertools.product(range(4), range(20)):
        at = found.places[breaks, world, :breaks]
        left = squares(dates, worlds[world], list(dates.gaps[at]), kind, everything)
        assert found.sse[breaks, world] == pytest.approx(left)
        assert (found.places[breaks, world, breaks:] == -1).all()
        sizes = np.diff([0, *dates.before[at], dates.x.size])
        assert sizes.min() >= 8
    assert (np.diff(found.sse, axis=0) <= 1e-9).all()


def test_three_breaks_of_lines_that_part_are_exact() -> None:
    rng = np.random.default_rng(11)
    dates = some_dates(rng, 32)
    worlds = some_worlds(rng, dates, 2)
    found = search(dates, worlds, kind="discontinuous", most=3, least=5)
    everything = np.ones(32, dtype=bool)
    for world in range(2):
        expected = by_trial(
            dates, worlds[world], kind="discontinuous", breaks=3, least=5, counts=everything
        )
        assert found.sse[3, world] == pytest.approx(expected)


def three_knots_by_trial(dates: Dates, worlds: Floats, least: int) -> Floats:
    """Least sums of squares of all triples of knots, by projection on each."""
    best = np.full(len(worlds), np.inf)
    for gaps in itertools.combinations(range(dates.gaps.size), 3):
        sizes = np.diff([0, *dates.before[list(gaps)], dates.x.size])
        if sizes.min() >= least:
            columns = broken_line(dates, dates.gaps[list(gaps)], kind="continuous")
            explained = ((worlds @ np.linalg.qr(columns)[0]) ** 2).sum(axis=1)
            best = np.minimum(best, (worlds**2).sum(axis=1) - explained)
    return best


def test_three_knots_are_mostly_the_best_and_else_near() -> None:
    rng = np.random.default_rng(5)
    dates = some_dates(rng, 60)
    worlds = some_worlds(rng, dates, 200)
    found = search(dates, worlds, kind="continuous", most=3, least=8).sse[3]
    best = three_knots_by_trial(dates, worlds, 8)
    assert (found >= best - 1e-8).all()
    missed = found > best + 1e-6
    assert missed.mean() < 0.3
    assert (found / best).max() < 1.05


def test_another_library_finds_the_same_breaks() -> None:
    """The whole search of ruptures, which takes any dates for `[y, 1, x]`."""
    ruptures = pytest.importorskip("ruptures")
    rng = np.random.default_rng(1)
    dates = sort_dates(np.sort(rng.choice(3650, 60, replace=False)))
    worlds = some_worlds(rng, dates, 4)
    found = search(dates, worlds, kind="discontinuous", most=3, least=8)
    for world, y in enumerate(worlds):
        signal = np.column_stack([y, np.ones(y.size), dates.x])
        finder = ruptures.Dynp(model="linear", jump=1, min_size=8).fit(signal)
        for breaks in (1, 2, 3):
            expected = finder.predict(n_bkps=breaks)[:-1]
            at = found.places[breaks, world, :breaks]
            assert dates.before[at].tolist() == expected


def test_dates_are_never_parted_from_their_like() -> None:
    days = np.repeat(np.arange(12) * 100.0, 5)
    dates = sort_dates(days)
    # A step in the middle of the five systems of one date
    y = np.where(np.arange(60) < 32, 0.0, 4.0)
    found = search(dates, y[np.newaxis], kind="discontinuous", most=1, least=8)
    assert dates.before[found.places[1, 0, 0]] % 5 == 0
    assert dates.days[found.places[1, 0, 0]] % 100 == 50


def test_a_line_needs_two_dates() -> None:
    days = np.concatenate([np.zeros(10), np.arange(1, 21)])
    dates = sort_dates(days)
    y = np.concatenate([np.full(10, 9.0), np.zeros(20)])
    found = search(dates, y[np.newaxis], kind="discontinuous", most=1, least=5)
    assert dates.before[found.places[1, 0, 0]] > 10


@pytest.mark.parametrize("kind", KINDS)
def test_breaks_without_room_are_not_found(kind: str) -> None:
    dates = sort_dates(np.arange(20.0))
    found = search(dates, np.zeros((2, 20)), kind=kind, most=3, least=8)
    assert np.isfinite(found.sse[:2]).all()
    assert np.isinf(found.sse[2:]).all()
    assert (found.places[2:] == -1).all()


def test_dates_must_be_sorted_and_differ() -> None:
    for days in ([2.0, 1.0], [1.0, 1.0], [1.0]):
        with pytest.raises(ValueError, match="sorted dates"):
            sort_dates(days)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("breaks", range(4))
def test_the_columns_of_a_line_with_breaks(kind: str, breaks: int) -> None:
    dates = sort_dates(np.arange(0.0, 4000.0, 40.0))
    at = dates.years([1000.0, 2000.0, 3000.0])[:breaks]
    columns = broken_line(dates, at, kind=kind)
    assert columns.shape == (100, coefficients(kind, breaks))
    y = 3 + 2 * dates.x + sum(5 * np.maximum(dates.x - knot, 0) for knot in at)
    if kind == "discontinuous":
        y = y + sum(7.0 * (dates.x > knot) for knot in at)
    fitted = columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    assert fitted == pytest.approx(y)
