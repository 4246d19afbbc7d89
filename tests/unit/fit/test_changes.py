"""Changes of slope at a date: exact numbers, the level and power of the test, waiting times."""

from __future__ import annotations

import os

import numpy as np
import pytest

from compute_trends.fit.changes import FallTest, Line, bent, slowing_test, worst
from compute_trends.fit.delays import waiting_rate
from compute_trends.fit.loglinear import Array, fit_line

GATE = os.environ.get("GATE") == "1"
WORLDS = 1000 if GATE else 200
DAYS = np.linspace(0, 5000, 160).round()
CUT = 3000.0
SLOPE = 0.6 / 365


def worlds(rng: np.random.Generator, number: int, *, scatter: float = 0.6) -> Array:
    """Worlds of one line with normal scatter."""
    return 20 + SLOPE * DAYS + scatter * rng.standard_normal((number, DAYS.size))


@pytest.mark.parametrize("top", [None, 5])
def test_slopes_of_both_sides_are_those_of_the_systems_there(top: int | None) -> None:
    values = worlds(np.random.default_rng(1), 1)
    line = Line(DAYS, 400.0, top)
    higher = (values[0] > values[0][:, None]) & (DAYS[:, None] >= DAYS)
    inside = DAYS > 400
    if top is not None:
        inside &= higher.sum(axis=1) < top
    early, late = inside & (DAYS <= CUT), inside & (DAYS > CUT)
    before, after = (fit_line(DAYS[side], values[0][side]).slope for side in (early, late))
    assert line.before(values, CUT) == pytest.approx([before])
    assert line.after(values, CUT) == pytest.approx([after])


def test_a_bend_changes_the_slope_of_a_line_of_all_by_as_much() -> None:
    values, line = worlds(np.random.default_rng(2), 3), Line(DAYS, -1.0, None)
    changed = line.change(bent(DAYS, values, CUT, -0.001), CUT)
    np.testing.assert_allclose(changed, line.change(values, CUT) - 0.001, atol=1e-12)


@pytest.mark.parametrize("top", [None, 5])
def test_level_power_and_smallest_change_hold_in_new_worlds(top: int | None) -> None:
    rng = np.random.default_rng(3)
    line, drawn = Line(DAYS, -1.0, top), worlds(rng, WORLDS)
    settings = {"level": 0.05, "power": 0.8, "change": -0.5 * SLOPE}
    new = worlds(rng, WORLDS)
    found = slowing_test(line, new[0], drawn, CUT, **settings)
    without = line.change(drawn, CUT)
    p = [(1 + (without <= one).sum()) / (1 + WORLDS) for one in line.change(new, CUT)]
    assert found.p == pytest.approx(p[0])
    assert found.worlds == WORLDS
    # Binomial errors of both sets of worlds
    error = 3 * np.sqrt(2 * 0.25 / WORLDS)
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + error
    for change, power in ((settings["change"], found.power), (found.smallest, 0.8)):
        seen = [
            (1 + (without <= one).sum()) / (1 + WORLDS) <= 0.05
            for one in line.change(bent(DAYS, new, CUT, change), CUT)
        ]
        assert np.mean(seen) == pytest.approx(power, abs=error)


def test_without_a_line_on_one_side_nothing_is_told() -> None:
    drawn = worlds(np.random.default_rng(4), 20)
    found = slowing_test(
        Line(DAYS, -1.0, None), drawn[0], drawn, 6000.0, level=0.1, power=0.8, change=-0.001
    )
    assert np.isnan([found.p, found.power, found.smallest]).all()


def test_a_fall_that_no_world_shows_has_no_smallest() -> None:
    # Nobody enters the running top after a steep fall, so that there is no line to see it on.
    drawn = worlds(np.random.default_rng(5), 50, scatter=3.0)
    found = slowing_test(
        Line(DAYS, -1.0, 2), drawn[0], drawn, 4800.0, level=0.05, power=0.8, change=-SLOPE
    )
    assert np.isnan(found.smallest)


def test_the_worst_of_several_laws_is_the_one_that_sees_least() -> None:
    both = worst([FallTest(0.01, 99, 0.9, -0.1), FallTest(0.2, 90, 0.5, -0.3)])
    assert both == (0.2, 90, 0.5, -0.3)


def test_waiting_rates_are_found_again_and_their_intervals_hold() -> None:
    rng = np.random.default_rng(6)
    years, waiting = np.array([0.2, 0.6, 0.9, 0.5]), np.array([300, 400, 500, 200])
    held = []
    for _ in range(WORLDS):
        came = rng.binomial(waiting, -np.expm1(-0.08 * years))
        rate = waiting_rate(waiting, came, years)
        held.append(rate.low <= 0.08 <= rate.high)
    assert np.mean(held) == pytest.approx(0.9, abs=3 * np.sqrt(0.09 / WORLDS))
    # Equal steps: as many as came of those that waited
    same = waiting_rate(np.array([50.0, 50.0]), np.array([5.0, 10.0]), np.ones(2))
    assert same.share(1.0)[0] == pytest.approx(0.15, abs=2e-3)


def test_nobody_waiting_and_nobody_given_have_no_rate_and_none() -> None:
    assert np.isnan(waiting_rate(np.zeros(2), np.zeros(2), np.ones(2))).all()
    rate = waiting_rate(np.array([100.0]), np.zeros(1), np.ones(1))
    assert rate[:2] == (0, 0)
    assert rate.share(1.0)[2] == pytest.approx(1 - np.exp(-2.7055 / 200), rel=0.01)
    assert waiting_rate(np.array([3.0]), np.array([3.0]), np.ones(1)).share(1.0)[0] == 1
