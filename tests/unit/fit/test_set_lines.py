"""Lines of many sets of systems against one set at a time, and that nothing else changes a bit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from compute_trends.fit import set_lines as module
from compute_trends.fit import set_sums
from compute_trends.fit.intervals import interval, poisson_counts
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.procedure import weighted_lines
from compute_trends.fit.set_lines import REASONS, SetLines, set_lines


class World(NamedTuple):
    days: np.ndarray
    log_flop: np.ndarray
    masks: np.ndarray
    counts: np.ndarray
    weights: np.ndarray


def world(n: int = 90, sets: int = 300, draws: int = 400, seed: int = 1) -> World:
    """Sets of few and of many systems, among them of none, of one date, of all."""
    rng = np.random.default_rng(seed)
    days = 13_000.0 + np.sort(rng.integers(0, 6000, n))
    days[:12] = days[0]
    log_flop = 20 + 0.0015 * (days - 14_000) + rng.normal(scale=1.3, size=n)
    masks = rng.random((sets, n)) < rng.uniform(0.02, 0.95, (sets, 1))
    masks[:4] = False
    masks[1, 3] = masks[2, :12] = masks[3, :13] = masks[4] = True
    masks[5:9] = np.arange(n) < np.array([2, 3, 16, 20])[:, np.newaxis]
    return World(days, log_flop, masks, poisson_counts((draws, n), rng), rng.uniform(0.2, 1, n))


def alone(made: World, mask: np.ndarray, weights: np.ndarray | None) -> list[object]:
    """Numbers of a set, by the functions that know one set."""
    days, values, counts = made.days[mask], made.log_flop[mask], made.counts[:, mask].astype(float)
    own = np.ones(days.size) if weights is None else weights[mask]
    n = int(mask.sum())
    slope = float(weighted_lines(days, values, own[np.newaxis]).slope[0]) if n else np.nan
    if n < 3:
        return [n, np.nan, np.nan, np.nan, np.nan, REASONS[1].format(least_systems=8)]
    slopes = weighted_lines(days, values, counts * own).slope
    low, high, note = interval(days, slopes, least_systems=8)
    sd = np.nan if note else float(np.nanstd(slopes, ddof=1))
    return [n, slope, low, high, sd, note or ""]


def assert_same(ours: SetLines, others: SetLines) -> None:
    """Demand the same bytes."""
    for name, one, other in zip(SetLines._fields, ours, others, strict=True):
        assert one.tobytes() == other.tobytes(), name


def rows(lines: SetLines, which: object) -> SetLines:
    return SetLines(*(column[which] for column in lines))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.filterwarnings("error")
def test_each_set_has_the_line_and_interval_that_it_has_alone(weighted: bool) -> None:
    made = world()
    weights = made.weights if weighted else None
    lines = set_lines(*made[:4], weights=weights)
    # One reason each: of few systems, one decides, too few lines
    assert set(np.unique(lines.reason)) >= {0, 1, 2}
    for place, mask in enumerate(made.masks):
        n, *numbers, note = alone(made, mask, weights)
        assert lines.n[place] == n
        assert REASONS[lines.reason[place]].format(least_systems=8)[:45] == note[:45]
        ours = [column[place] for column in (lines.slope, lines.low, lines.high, lines.sd)]
        np.testing.assert_allclose(ours, numbers, rtol=1e-9, atol=1e-15)


def test_slope_is_that_of_least_squares() -> None:
    made = world()
    lines = set_lines(*made[:4])
    for mask, slope in zip(made.masks[9:40], lines.slope[9:40], strict=True):
        assert slope == pytest.approx(
            fit_line(made.days[mask], made.log_flop[mask]).slope, rel=1e-11
        )


def test_resamples_that_hold_no_line_leave_a_set_without_interval() -> None:
    """Of eight systems, a resample often draws fewer than three."""
    made = world(n=12, draws=1000)
    masks = np.array([np.arange(12) < 8, np.arange(12) < 12])
    days = np.arange(12.0)
    counts = made.counts.copy()
    counts[:60, 2:8] = 0
    lines = set_lines(days, made.log_flop, masks, counts)
    assert lines.reason.tolist() == [3, 0]
    assert np.isnan([lines.low[0], lines.high[0], lines.sd[0]]).all()
    assert not np.isnan([lines.slope[0], lines.low[1]]).any()


@pytest.mark.parametrize("weighted", [False, True])
def test_no_bit_depends_on_workers_chunks_or_other_sets(
    weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world()
    weights = made.weights if weighted else None

    def lines_of(masks: np.ndarray, **options: int) -> SetLines:
        return set_lines(made.days, made.log_flop, masks, made.counts, weights=weights, **options)

    lines = lines_of(made.masks)
    for workers in (2, 3):
        assert_same(lines_of(made.masks, workers=workers), lines)
    order = np.random.default_rng(5).permutation(len(made.masks))[:97]
    some = rows(lines, order)
    assert_same(lines_of(made.masks[order]), some)
    for place in (4, 8, 20, 100):
        assert_same(lines_of(made.masks[[place]]), rows(lines, [place]))
    for chunk in (1, 7, 50):
        monkeypatch.setattr(module, "CHUNK", chunk)
        assert_same(lines_of(made.masks[order], workers=2), some)


def test_no_bit_depends_on_how_sums_are_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """In parts that sets have in common, in many and in few, or in one product."""
    made = world(draws=50)
    filters, starts, ends = made.masks[20:25], np.arange(0, 60, 6), np.arange(61, 90, 4)
    periods = (np.arange(90) >= starts[:, np.newaxis])[:, np.newaxis] & (
        np.arange(90) < ends[:, np.newaxis]
    )
    masks = (filters[:, np.newaxis] & periods.reshape(-1, 90)).reshape(-1, 90)
    found = []
    for leaf, joining in ((48, 10**9), (48, 5), (10, 1), (1, 0)):
        monkeypatch.setattr(set_sums, "LEAF", leaf)
        monkeypatch.setattr(set_sums, "JOINING", joining)
        sums = set_sums.SetSums(made.days, made.log_flop, made.weights, masks, made.counts)
        out, few = sums.drawn(masks, np.empty((sums.TERMS, len(masks), 50)))
        found.append((out.tobytes(), few.tobytes(), sums.once(masks).tobytes()))
    assert len({*found}) == 1
    parts = set_sums._parts(masks[:, sums.kinds].astype(float))
    assert parts.halves and parts.cost < masks.size / 4
    exact = (made.counts * made.weights) @ masks.T
    np.testing.assert_allclose(out[0].T, exact, rtol=1e-11)


def test_sums_are_not_rounded() -> None:
    """Terms add up to the same in any order, and are what they stand for but for 40 bits."""
    made = world()
    x = made.days - 15_000
    exact = [made.weights * x**power for power in (0, 1, 2)]
    terms = set_sums._terms(x, made.log_flop, made.weights, made.counts)
    rng = np.random.default_rng(7)
    for term, value in zip(terms, exact, strict=False):
        wide = term.astype(float)
        np.testing.assert_allclose(wide, value, atol=2**-40 * np.abs(value).max())
        drawn = made.counts * wide
        whole = drawn.sum(axis=1)
        for _ in range(20):
            order = rng.permutation(len(wide))
            assert (np.cumsum(drawn[:, order], axis=1)[:, -1] == whole).all()


def test_weights_must_be_positive() -> None:
    made = world()
    with pytest.raises(ValueError, match="weights must be positive"):
        set_lines(*made[:4], weights=np.zeros(made.days.size))
