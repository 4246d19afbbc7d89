"""Pools of very many systems: the lines of small ones, in memory that resamples do not fill."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from pipeline import settings_in

from compute_trends.fit import bootstrap, intervals
from compute_trends.fit.bootstrap import resampled_selections
from compute_trends.fit.loglinear import ResampledLines
from compute_trends.fit.many_systems import many_lines
from compute_trends.fit.procedure import Pool, Procedure, selected_lines
from compute_trends.fit.selection import Selection, score_systems

OUTLIERS = settings_in().fit.outliers


def made_up(n: int, *, dates: int, seed: int = 0) -> Pool:
    """Systems with ties among dates and values, the last two alone in their windows."""
    rng = np.random.default_rng(seed)
    days = np.sort(np.concatenate([rng.integers(0, dates, n - 2), [9000, 12000]])).astype(float)
    return Pool(days, np.round(10 + days / 700 + rng.normal(size=n), 1), 364.0)


def rules(pool: Pool, eligible: np.ndarray) -> list[Procedure]:
    """Procedures of every kind, with and without low outliers, of two thresholds."""
    n = pool.days.size
    masks = {
        "eligible": eligible,
        "markable": pool.days > pool.days[n // 2],
        "rivals": np.arange(n) % 7 != 3,
    }
    return [
        Procedure(**masks, low_z=low_z, scale=scale, high_z=high_z, top=top)
        for low_z in (-np.inf, -1.2, 0.6)
        for scale, high_z in (("all", np.inf), ("large", 0.76), ("regular", 0.76), ("large", 0.5))
        for top in (None, 1, 3)
    ]


@pytest.mark.parametrize("dates", [12, 300, 3000])
@pytest.mark.parametrize("n", [14, 400])
def test_lines_are_those_of_small_pools(n: int, dates: int) -> None:
    rng = np.random.default_rng(n)
    pool = made_up(n, dates=dates)
    late = pool.days > pool.days[n // 3]
    some, few = rng.random(n) < 0.6, rng.random(n) < 0.03
    every = [rule for mask in (late, some, few, late & some, ~late) for rule in rules(pool, mask)]
    counts = rng.poisson(1.0, size=(60, n)).astype(np.uint8)
    expected = selected_lines(pool, every, counts)
    lines = many_lines(pool, every, [counts[:24], counts[24:]])
    assert n < 400 or sum(np.isfinite(line.slope).any() for line in lines) > len(every) / 3
    # Of so few systems, some lie on two days next to each other.
    rtol = 1e-6 if n < 400 else 1e-9
    for one, other in zip(lines, expected, strict=True):
        np.testing.assert_allclose(one.slope, other.slope, rtol=rtol, atol=1e-11)
        np.testing.assert_allclose(one.level, other.level, rtol=rtol, atol=1e-7)


def test_systems_of_a_date_are_large_scale_together() -> None:
    pool = made_up(40, dates=3)
    [*_, rule] = rules(pool, np.ones(40, dtype=bool))
    odd = Procedure(rule.eligible, np.arange(40) % 2 == 1, rule.rivals, scale="large", high_z=0.5)
    with pytest.raises(ValueError, match="markable together"):
        many_lines(pool, [odd], [np.ones((4, 40), dtype=np.uint8)])


def test_counts_are_the_same_drawn_a_few_resamples_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intervals, "COUNTS_AT_ONCE", 1000)
    names = [f"system-{number}" for number in range(50)]
    streamed = [*intervals.streamed_counts(names, draws=103, seed=5, log=bootstrap.LOG)]
    assert len(streamed) > 3
    whole = intervals.system_counts(names, draws=103, seed=5)
    np.testing.assert_array_equal(np.concatenate(streamed), whole)


def selections(n: int) -> list[Selection]:
    """All, regular and large-scale systems and the running top of a made-up export."""
    rng = np.random.default_rng(n)
    days = np.sort(rng.integers(0, 3000, n))
    points = pd.DataFrame(
        {
            **{"dataset": "made_up", "basis": "published", "domain": "Games"},
            "system_id": [f"system-{number}" for number in range(n)],
            "day": days,
            "log_flop": 10 + days / 700 + rng.normal(size=n),
        }
    )
    scores = score_systems(points, outliers=OUTLIERS)
    everyone = np.ones(n, dtype=bool)
    common = {"eligible": everyone, "markable": everyone, "rivals": everyone, "low_z": -2.0}
    kinds = [{}, {"scale": "regular", "high_z": 0.76}, {"scale": "large", "high_z": 0.76}]
    procedures = [Procedure(**common, **kind) for kind in [*kinds, {"top": 10}]]
    return [Selection(scores, procedure, OUTLIERS.window_days) for procedure in procedures]


def lines_of(n: int, draws: int) -> list[ResampledLines]:
    """Lines of the selections, of so many resamples."""
    return resampled_selections(selections(n), draws=draws, seed=1)


def test_trends_do_not_tell_how_they_were_resampled(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = lines_of(500, 150)
    monkeypatch.setattr(bootstrap, "MANY", 499)
    for one, other in zip(lines_of(500, 150), expected, strict=True):
        np.testing.assert_allclose(one.slope, other.slope, rtol=1e-9)


def peak_mib(n: int, draws: int) -> float:
    """Memory of the resamples of so many systems."""
    tracemalloc.start()
    lines_of(n, draws)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**20


def test_memory_does_not_grow_with_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "COUNTS_AT_ONCE", 400_000)
    monkeypatch.setattr("compute_trends.fit.many_systems.CHUNK_VALUES", 100_000)
    n = bootstrap.MANY + 1
    few, many = peak_mib(n, 40), peak_mib(n, 300)
    # Counts alone, of a byte each, would be 4 MiB; with them come ten arrays of eight bytes.
    assert many < few + 2
