"""Criteria and intervals on simulated data with known breaks."""

from __future__ import annotations

import os

import numpy as np
import pytest

from compute_trends.fit.break_criteria import (
    bic,
    break_interval,
    critical_shares,
    cross_validated,
    f_statistics,
    has_room,
    moved_break,
    p_values,
)
from compute_trends.fit.break_dates import date_test, worlds_as_stated
from compute_trends.fit.break_worlds import (
    NULL_LAWS,
    Case,
    date_intervals,
    interval_rates,
    line_and_scatter,
    null_of_dates,
    p_of_laws,
    possible,
    rates_of_choice,
    rates_of_f,
    search_worlds,
    worlds_as_found,
)
from compute_trends.fit.breaks import search, squares_at
from compute_trends.fit.gaps import sort_dates
from compute_trends.fit.loglinear import Array, fit_line

GATE = os.environ.get("GATE") == "1"
WORLDS = 1000 if GATE else 200
KINDS = ("discontinuous", "continuous")
LEVEL = 0.05


def a_case(kind: str = "discontinuous", *, n: int = 80, slope: float = 2.0, seed: int = 1) -> Case:
    """Systems of 20 years, with scatter of 1 OOM, whose growth rises by ``slope`` after 12."""
    rng = np.random.default_rng(seed)
    dates = sort_dates(np.sort(rng.integers(0, 7300, n)).astype(float))
    knot = dates.years(12 * 365.0)
    y = 0.3 * dates.x + slope * np.maximum(dates.x - knot, 0) + rng.normal(size=n)
    return Case(dates, y, kind, 3, 8)


def binomial_band(share: float, worlds: int) -> float:
    """Three standard errors of a share."""
    return float(3 * np.sqrt(share * (1 - share) / worlds))


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_break_false_alarms_are_as_rare_as_the_level_says(kind: str) -> None:
    """The null distribution once for the dates, and worlds of its own that are held against it."""
    rng = np.random.default_rng(20220205)
    case = a_case(kind, slope=0)
    null = null_of_dates(case, worlds=999, rng=rng)
    line = 3 + 0.5 * case.dates.x
    worlds = line + 0.7 * rng.standard_normal((WORLDS, line.size))
    found = case.search(worlds, 1)
    f = f_statistics(found.sse, line.size, kind=kind)[0]
    share = float((p_values(f, null.f(case)[0]) <= LEVEL).mean())
    # The null distribution is simulated, too.
    assert abs(share - LEVEL) < binomial_band(LEVEL, WORLDS) + binomial_band(LEVEL, 999)


@pytest.mark.parametrize("law", NULL_LAWS[1:])
def test_laws_made_of_the_residuals_keep_the_level(law: str) -> None:
    """Each world is taken for the real one: its own residuals make its null distribution."""
    rng = np.random.default_rng(7)
    outer, inner = (WORLDS, 199) if GATE else (60, 99)
    alarms = 0
    case = a_case(slope=0, n=60)
    for _ in range(outer):
        world = case._replace(y=0.4 * case.dates.x + rng.standard_normal(60), most=1)
        found = world.search(world.y[np.newaxis], 1)
        wanted = worlds_as_found(world, found, worlds=inner, rng=rng)
        key = ("found", 0, law)
        simulated = search_worlds(world, {key: wanted[key]})[key]
        f = f_statistics(found.sse, 60, kind=world.kind)[0]
        alarms += int(p_values(f, simulated.f(world)[0])[0] <= LEVEL)
    assert abs(alarms / outer - LEVEL) < binomial_band(LEVEL, outer) + 0.02


@pytest.mark.parametrize("kind", KINDS)
def test_a_break_is_found_and_its_interval_holds_the_date(kind: str) -> None:
    rng = np.random.default_rng(3)
    case = a_case(kind)
    found = case.search(case.y[np.newaxis], 3)
    null = null_of_dates(case, worlds=199, rng=rng)
    wanted = worlds_as_found(case, found, worlds=199, rng=rng)
    simulated = {("found", 0, "normal"): null, **search_worlds(case, wanted)}
    f = f_statistics(found.sse, case.y.size, kind=kind)[:, 0]
    assert max(p_of_laws(f[0], simulated, case, 1).values()) <= LEVEL
    power = rates_of_f(null, simulated["found", 1, "normal"], case, 1, LEVEL).power
    assert power >= 0.8
    low, high = date_intervals(case, found, simulated["found", 1, "normal"], 1)[0]
    assert low <= 12 * 365 <= high
    tried = 199 if GATE else 60
    held = interval_rates(case, found, simulated["found", 1, "normal"], 1, tried=tried, rng=rng)[0]
    assert abs(held - 0.9) < binomial_band(0.9, tried) + 0.03


def test_f_is_that_of_two_nested_least_squares() -> None:
    case = a_case()
    found = case.search(case.y[np.newaxis], 1)
    line = fit_line(case.dates.x, case.y)
    total = ((case.y - case.y.mean()) ** 2).sum()
    straight = total * (1 - line.r2)
    assert found.sse[0, 0] == pytest.approx(straight)
    f = f_statistics(found.sse, 80, kind="discontinuous")[0, 0]
    broken = found.sse[1, 0]
    assert f == pytest.approx((straight - broken) / 2 / (broken / 76))


def test_bic_counts_dates_as_parameters() -> None:
    sse = np.array([[80.0], [40.0]])
    values = bic(sse, 80, kind="discontinuous")[:, 0]
    assert values[0] == pytest.approx(3 * np.log(80))
    assert values[1] == pytest.approx(80 * np.log(0.5) + 6 * np.log(80))
    stated = bic(sse, 80, kind="discontinuous", searched=False)[:, 0]
    assert stated[1] == pytest.approx(values[1] - np.log(80))


def test_p_values_count_what_is_at_least_as_extreme() -> None:
    p = p_values(np.array([0.0, 2.0, 9.0]), np.array([2.0, 3.0, 1.0]))
    assert p == pytest.approx([1.0, 0.75, 0.25])


def left_out_one_by_one(case: Case) -> float:
    """Mean squared error of a straight line for each system that is left out."""
    errors = []
    for system in range(case.y.size):
        rest = np.arange(case.y.size) != system
        slope, level = np.polyfit(case.dates.x[rest], case.y[rest], 1)
        errors.append((case.y[system] - level - slope * case.dates.x[system]) ** 2)
    return float(np.mean(errors))


@pytest.mark.parametrize("kind", KINDS)
def test_cross_validation_foretells_systems_that_were_left_out(kind: str) -> None:
    case = a_case(kind, n=40)
    errors = cross_validated(
        case.dates,
        case.y,
        kind=kind,
        most=2,
        least=8,
        folds=40,
        repeats=1,
        rng=np.random.default_rng(1),
    )
    assert errors[0] == pytest.approx(left_out_one_by_one(case))
    assert errors[1] < errors[0]


def test_breaks_need_room_in_each_fold() -> None:
    """Of 17 systems in 12 folds, 15 or 16 are left: two segments of 8 find room in some alone."""
    dates = sort_dates(np.arange(17.0) * 100)
    y = np.random.default_rng(1).standard_normal(17)
    for least, room in ((8, False), (7, True)):
        errors = cross_validated(
            dates, y, kind="discontinuous", most=1, least=least, folds=12, repeats=1,
            rng=np.random.default_rng(2),
        )  # fmt: skip
        assert np.isfinite(errors).tolist() == [True, room]


def test_cross_validation_searches_breaks_without_the_system_left_out() -> None:
    case = a_case(n=40)
    errors = cross_validated(
        case.dates, case.y, kind=case.kind, most=1, least=8, folds=40, repeats=1,
        rng=np.random.default_rng(1),
    )  # fmt: skip
    expected = []
    for system in range(40):
        rest = np.arange(40) != system
        dates = sort_dates(case.dates.day_numbers(case.dates.x[rest]))
        found = search(dates, case.y[rest][np.newaxis], kind=case.kind, most=1, least=8)
        place = found.places[1, 0, 0]
        day = dates.days[place]
        x = (case.dates.day_numbers(case.dates.x[system]) - dates.centre) / 365.25
        side = dates.x > dates.years(day)
        own = side if x > dates.years(day) else ~side
        slope, level = np.polyfit(dates.x[own], case.y[rest][own], 1)
        expected.append((case.y[system] - level - slope * x) ** 2)
    assert errors[1] == pytest.approx(np.mean(expected))


@pytest.mark.parametrize("kind", KINDS)
def test_squares_with_breaks_of_ones_choice(kind: str) -> None:
    case = a_case(kind)
    worlds = np.stack([case.y, case.y[::-1]])
    found = case.search(worlds, 3)
    for breaks in (1, 2, 3):
        at = squares_at(case.dates, worlds, found.places[breaks, :, :breaks][np.newaxis], kind=kind)
        assert at[0] == pytest.approx(found.sse[breaks], rel=1e-5)


def brute_shares(case: Case, turn: int, gap: int, sse: float) -> float:
    """Least rise of the squares of two breaks of which one lies in a gap, by trial."""
    pairs = np.array([[gap, other] for other in range(case.dates.gaps.size)])
    pairs = pairs if turn == 0 else pairs[:, ::-1]
    pairs = pairs[has_room(case.dates, pairs, case.least)]
    left = squares_at(case.dates, case.y[np.newaxis], pairs[:, np.newaxis], kind=case.kind)
    return float(left.min() / sse - 1)


@pytest.mark.parametrize("kind", KINDS)
def test_where_one_of_two_breaks_moves_the_other_is_searched_anew(kind: str) -> None:
    case = a_case(kind)
    found = case.search(case.y[np.newaxis], 2)
    gaps = np.array([[20, 40], [30, 50]])
    shares = moved_break(
        case.dates,
        case.y[np.newaxis],
        found.places[2],
        gaps,
        kind=kind,
        least=8,
        sse=found.sse[2],
    )
    for turn in (0, 1):
        for place, gap in enumerate(gaps[turn]):
            expected = brute_shares(case, turn, gap, found.sse[2, 0])
            assert shares[turn, place, 0] == pytest.approx(expected)
    assert (shares >= -1e-9).all()


def test_a_moved_break_does_not_pass_another() -> None:
    """Else the interval of each of two breaks would hold the other one, too."""
    case = a_case()
    places = case.search(case.y[np.newaxis], 2).places[2]
    assert has_room(case.dates, places[0], 8)
    assert not has_room(case.dates, places[0][::-1], 8)


@pytest.mark.parametrize(
    ("level", "rank"), [(0.9, 90), (0.901, 91), (0.91, 91), (0.5, 50), (0.995, 99), (0.01, 1)]
)
def test_a_critical_share_is_exceeded_in_few_worlds(level: float, rank: int) -> None:
    """Of 99 worlds and the real one, at most 1 - level are above it: the rank among the worlds."""
    shares = np.random.default_rng(1).permuted(np.arange(1, 100.0))
    assert critical_shares(np.stack([shares, 2 * shares]), level=level).tolist() == [rank, 2 * rank]


def test_each_segment_needs_its_systems() -> None:
    dates = sort_dates(np.repeat(np.arange(10.0), 2))
    # Gap k has 2 (k + 1) of 20 systems before it.
    for places, least, room in (
        ([3], 8, True),
        ([3], 9, False),
        ([5], 8, True),
        ([5], 9, False),
        ([2, 5], 6, True),
        ([2, 5], 7, False),
        ([2, 4], 5, False),
        ([5, 2], 2, False),
        ([2, 2], 2, False),
    ):
        assert has_room(dates, np.array(places), least) == room, (places, least)
    assert has_room(dates, np.array([[2, 5], [2, 4]]), 6).tolist() == [True, False]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("breaks", [1, 3])
def test_a_break_that_moves_leaves_one_or_two_others_where_they_are(kind: str, breaks: int) -> None:
    case = a_case(kind)
    worlds = np.stack([case.y, case.y[::-1]])
    found = case.search(worlds, breaks)
    places, sse = found.places[breaks, :, :breaks], found.sse[breaks]
    gaps = np.tile([3, 20, 40, 70], (breaks, 1))
    shares = moved_break(case.dates, worlds, places, gaps, kind=kind, least=8, sse=sse)
    assert shares.shape == (breaks, 4, 2)
    seen = set()
    for turn, place, world in np.ndindex(shares.shape):
        moved = places[world].copy()
        moved[turn] = gaps[turn, place]
        room = has_room(case.dates, moved, 8)
        seen.add(bool(room))
        left = squares_at(case.dates, worlds[[world]], moved[np.newaxis, np.newaxis], kind=kind)
        expected = left[0, 0] / sse[world] - 1 if room else np.inf
        assert shares[turn, place, world] == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert seen == {True, False}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("breaks", [1, 2])
def test_a_break_may_lie_where_it_raises_the_squares_by_no_critical_share(
    kind: str, breaks: int
) -> None:
    case = a_case(kind)
    found = case.search(case.y[np.newaxis], breaks)
    places, sse = found.places[breaks, 0, :breaks], found.sse[breaks]
    every = np.tile(np.arange(case.dates.gaps.size), (breaks, 1))
    shares = moved_break(
        case.dates, case.y[np.newaxis], places[np.newaxis], every, kind=kind, least=8, sse=sse
    )[:, :, 0]

    def interval(critical: float) -> list[list[int]]:
        each = np.full(breaks, critical)
        found = break_interval(case.dates, case.y, places, each, kind=kind, least=8, sse=sse[0])
        return [[int(first), int(last)] for first, last in found]

    # Also as much as the first gap that has room raises them
    edge = shares[0][np.isfinite(shares[0])][0]
    for critical in (0.02, 0.2, edge):
        allowed = [np.flatnonzero(of_break <= critical) for of_break in shares]
        assert interval(critical) == [[each.min(), each.max()] for each in allowed]
    # The best gap itself is always in it.
    assert interval(-1.0) == [[place, place] for place in places]


@pytest.mark.parametrize("searched", [True, False])
def test_the_criterion_of_a_line_without_any_scatter_is_a_number(searched: bool) -> None:
    values = bic(np.array([[0.0], [np.inf]]), 80, kind="continuous", searched=searched)
    assert np.isfinite(values[0, 0]) and values[1, 0] == np.inf
    assert values[0, 0] < bic(np.array([[1e-9]]), 80, kind="continuous", searched=searched)[0, 0]


def stated_test(case: Case, days: list[float], worlds: int, rng: np.random.Generator):  # type: ignore[no-untyped-def]
    """Test of the last of some dates."""
    simulated = search_worlds(case, worlds_as_stated(case, days, worlds=worlds, rng=rng))
    return date_test(case, days, simulated, level=LEVEL, rng=rng)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stated_date_is_tested_as_by_the_f_distribution(kind: str) -> None:
    """Under normal scatter the p of a date that was not searched is known."""
    from scipy.stats import f as f_distribution

    rng = np.random.default_rng(11)
    case = a_case(kind, slope=0.25)
    test = stated_test(case, [12 * 365.0], 1999, rng)
    added, coefficients = (2, 4) if kind == "discontinuous" else (1, 3)
    expected = f_distribution.sf(test.f, added, 80 - coefficients)
    assert test.p["normal"] == pytest.approx(expected, abs=0.03)
    assert test.p["wild"] == pytest.approx(expected, abs=0.1)


def test_power_at_a_date_grows_with_the_break_and_beats_the_search() -> None:
    rng = np.random.default_rng(5)
    tests = [
        stated_test(a_case("continuous", slope=slope), [12 * 365.0], 199, rng)
        for slope in (0.0, 0.3, 2.0)
    ]
    assert tests[0].power < 0.5
    assert tests[2].power > 0.95
    assert tests[1].power >= tests[1].power_of_search - 0.05


def test_a_second_date_is_tested_beside_the_first() -> None:
    rng = np.random.default_rng(2)
    case = a_case("continuous")
    first = stated_test(case, [12 * 365.0], 199, rng)
    second = stated_test(case, [12 * 365.0, 16 * 365.0], 199, rng)
    assert first.p["normal"] <= LEVEL < second.p["normal"]
    assert first.bic < second.bic


def test_a_date_with_few_systems_beside_it_is_not_tested() -> None:
    with pytest.raises(ValueError, match="fewer than 8"):
        worlds_as_stated(a_case(), [100.0], worlds=9, rng=np.random.default_rng(1))


def test_residuals_have_the_spread_of_what_scatters() -> None:
    rng = np.random.default_rng(9)
    case = a_case(n=40)
    spreads: list[float] = []
    for _ in range(400):
        _, scatter = line_and_scatter(case, rng.standard_normal(40), case.dates.gaps[[10, 25]])
        spreads.append(float((scatter**2).mean()))
    assert np.mean(spreads) == pytest.approx(1, abs=0.05)


def test_rates_of_a_choice() -> None:
    assert rates_of_choice([0, 0, 1, 2], [1, 0, 1, 1], 1) == (0.5, 0.75)


def test_breaks_that_find_no_room_are_left_out() -> None:
    rng = np.random.default_rng(1)
    dates = sort_dates(np.arange(20.0) * 100)
    y: Array = rng.standard_normal(20)
    case = Case(dates, y, "discontinuous", 3, 8)
    found = case.search(y[np.newaxis], 3)
    assert possible(found) == 1
    wanted = worlds_as_found(case, found, worlds=19, rng=rng)
    assert {breaks for _, breaks, _ in wanted} == {0, 1}
    assert np.isnan(f_statistics(found.sse, 20, kind=case.kind)[1:]).all()
