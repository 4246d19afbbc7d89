from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from compute_trends.fit import loglinear
from compute_trends.fit.frontier import Rule, at_frontier, frontier_slopes, rule_of, running_top
from compute_trends.fit.loglinear import fit_line, window_scores
from compute_trends.fit.selection import is_record

Z = Rule(None, high_z=0.5, after=100.0, window_days=364)


def made_up(n: int, *, seed: int = 0, dates: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Days and log10 FLOP with ties among both."""
    rng = np.random.default_rng(seed)
    days = rng.integers(0, dates or 4 * n, n).astype(float)
    return days, np.round(10 + days / 700 + rng.normal(size=n), 1)


@pytest.mark.parametrize("top", [1, 3, 10])
@pytest.mark.parametrize("n", [5, 60, 300])
def test_running_top_is_what_counting_says(n: int, top: int) -> None:
    days, values = made_up(n, seed=n, dates=n // 2)
    counted = [
        int(((days <= day) & (values > value)).sum()) < top
        for day, value in zip(days, values, strict=True)
    ]
    assert at_frontier(days, values, Rule(top)).tolist() == counted


def test_the_running_top_1_are_the_record_setters() -> None:
    days, values = made_up(200)
    points = pd.DataFrame({"system_id": range(200), "day": days, "log_flop": values})
    assert at_frontier(days, values, Rule(1)).tolist() == is_record(points, without=[]).tolist()


def test_rows_do_not_touch_each_other() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=(20, 150))
    alone = np.vstack([running_top(row[None, :], 4) for row in values])
    assert (running_top(values, 4) == alone).all()


def test_names_of_rules() -> None:
    z = {"high_z": 0.5, "after": 100.0, "window_days": 364.0}
    assert rule_of("records", **z) == Rule(1)
    assert rule_of("top_10", **z) == Rule(10)
    assert rule_of("z_score", **z) == Z
    assert rule_of("flag", **z) is None
    with pytest.raises(ValueError, match="unknown frontier 'top_0'"):
        rule_of("top_0", **z)


def one_by_one(
    days: np.ndarray,
    values: np.ndarray,
    rule: Rule,
    period: tuple[float, float],
    noise_factor: float,
    samples: int,
) -> list[float]:
    """Resample, select and fit in a plain loop, with the draws of `frontier_slopes`."""
    order = np.lexsort((-values, days))
    x, y = days[order], values[order]
    draw_systems, draw_noise = np.random.default_rng(5).spawn(2)
    spread = np.log10(noise_factor)
    slopes = []
    for _ in range(samples):
        drawn = np.sort(draw_systems.integers(x.size, size=x.size))
        noisy = y[drawn] + (draw_noise.uniform(-spread, spread, x.size) if spread else 0)
        chosen = at_frontier(x[drawn], noisy, rule)
        chosen &= (x[drawn] > period[0]) & (x[drawn] <= period[1])
        if len(np.unique(drawn[chosen])) > 2 and len(np.unique(x[drawn][chosen])) > 1:
            slopes.append(fit_line(x[drawn][chosen], noisy[chosen]).slope)
    return slopes


@pytest.mark.parametrize("rule", [Rule(1), Rule(4), Z])
@pytest.mark.parametrize("noise_factor", [1.0, 2.0])
@pytest.mark.parametrize("n", [12, 90])
def test_each_resample_selects_its_own_frontier(rule: Rule, noise_factor: float, n: int) -> None:
    days, values = made_up(n, dates=n // 2 if rule.top else 1500)
    period = (float(np.quantile(days, 0.2)), float(np.quantile(days, 0.9)))
    slopes = frontier_slopes(
        days,
        values,
        rule=rule,
        period=period,
        samples=60,
        noise_factor=noise_factor,
        rng=np.random.default_rng(5),
    )
    expected = one_by_one(days, values, rule, period, noise_factor, 60)
    assert slopes.tolist() == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    days, values = made_up(80)

    def slopes() -> list[float]:
        rng = np.random.default_rng(1)
        settings = {"rule": Rule(3), "period": (-1.0, 1e9), "samples": 50, "noise_factor": 2.0}
        return frontier_slopes(days, values, rng=rng, **settings).tolist()

    whole = slopes()
    monkeypatch.setattr(loglinear, "CHUNK_VALUES", 400)
    assert slopes() == whole


def test_the_order_of_the_systems_does_not_matter() -> None:
    days, values = made_up(70)
    # Ties would be drawn in another order.
    values += np.arange(70) / 1e6
    shuffled = np.random.default_rng(2).permutation(70)
    settings = {"rule": Rule(3), "period": (-1.0, 1e9), "samples": 20, "noise_factor": 1.0}
    one, other = (
        frontier_slopes(days[o], values[o], rng=np.random.default_rng(1), **settings)
        for o in (np.arange(70), shuffled)
    )
    assert one.tolist() == other.tolist()


def test_noise_of_its_own_moves_only_what_has_some() -> None:
    days, values = made_up(50)
    settings = {"rule": Rule(5), "period": (-1.0, 1e9), "samples": 30, "noise_factor": 1.0}
    without, none, much = (
        frontier_slopes(days, values, rng=np.random.default_rng(1), noise_oom=noise, **settings)
        for noise in (None, np.zeros(50), np.full(50, 0.5))
    )
    assert none.tolist() == without.tolist()
    assert (much != without).any()


def test_the_interval_holds_a_known_growth() -> None:
    """The top of systems that scatter alike around a line grows like the line."""
    held = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        days = np.sort(rng.uniform(0, 3650, 200))
        values = 12 + 0.6 * days / 365 + rng.normal(scale=0.4, size=200)
        slopes = frontier_slopes(
            days,
            values,
            rule=Rule(10),
            period=(1000.0, 3650.0),
            samples=300,
            noise_factor=1.0,
            rng=rng,
        )
        low, high = np.quantile(slopes * 365, [0.05, 0.95])
        held += low <= 0.6 <= high
    assert held >= 30


def test_scores_within_resamples_are_those_of_the_engine() -> None:
    days, values = made_up(60, dates=1200)
    rng = np.random.default_rng(4)
    drawn = np.sort(rng.integers(60, size=(1, 60)), axis=1)
    order = np.argsort(days, kind="stable")
    x, y = days[order], values[order]
    _, z = window_scores(x[drawn[0]], y[drawn[0]], window_days=364)
    from compute_trends.fit.frontier import _resampled_scores, _windows

    ours = _resampled_scores(drawn, y[drawn], _windows(x, 364.0))[0]
    assert ours.tolist() == pytest.approx(z.tolist(), nan_ok=True, abs=1e-9)
