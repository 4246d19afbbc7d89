from __future__ import annotations

import math

import pytest

from compute_trends.checks.judgement import (
    NO_INTERVAL,
    NOTHING,
    TOO_WIDE,
    Judgement,
    Span,
    judge,
    relative_width,
)

OPEN = math.inf


@pytest.mark.parametrize(
    ("interval", "stated", "expected"),
    [
        # Ends that touch lie within and meet.
        ((5.0, 6.0), (5.0, 6.0), Judgement("established")),
        ((5.0, 6.01), (5.0, 6.0), Judgement("consistent")),
        ((6.0, 7.0), (5.0, 6.0), Judgement("consistent")),
        ((6.01, 7.0), (5.0, 6.0), Judgement("rejected")),
        ((3.0, 5.0), (5.0, 6.0), Judgement("consistent")),
        ((3.0, 4.99), (5.0, 6.0), Judgement("rejected")),
        ((5.0, 6.0), (5.5, 5.5), Judgement("consistent")),
        # Twice is not too wide, more is.
        ((4.0, 8.0), (5.0, 6.0), Judgement("consistent")),
        ((3.99, 8.0), (5.0, 6.0), Judgement("undecided", TOO_WIDE)),
        ((-8.0, -4.0), (-6.0, -5.0), Judgement("consistent")),
        ((-8.0, -3.99), (-6.0, -5.0), Judgement("undecided", TOO_WIDE)),
        # No growth lies within, or at an end.
        ((-1.0, 5.5), (5.0, 6.0), Judgement("undecided", NOTHING)),
        ((0.0, 5.5), (5.0, 6.0), Judgement("undecided", NOTHING)),
        ((-0.1, 0.1), (0.0, 0.05), Judgement("undecided", NOTHING)),
        # However wide, it lies within or does not meet.
        ((0.1, 9.0), (0.0, OPEN), Judgement("established")),
        ((-9.0, 4.0), (-OPEN, 5.0), Judgement("established")),
        ((-9.0, 4.0), (5.0, OPEN), Judgement("rejected")),
        ((7.0, 99.0), (5.0, 6.0), Judgement("rejected")),
        ((3.0, 5.5), (5.0, OPEN), Judgement("consistent")),
        ((math.nan, math.nan), (-OPEN, OPEN), Judgement("undecided", NO_INTERVAL)),
        ((5.5, math.nan), (5.0, 6.0), Judgement("undecided", NO_INTERVAL)),
    ],
)
def test_a_verdict_is_of_the_interval(
    interval: tuple[float, float], stated: tuple[float, float], expected: Judgement
) -> None:
    assert judge(Span(*interval), Span(*stated), widest_factor=2.0) == expected


def test_a_consistent_interval_excludes_twice_and_half_of_what_it_holds_of_the_statement() -> None:
    for tenths in range(1, 100):
        interval, stated = Span(tenths / 10, tenths / 5), Span(3.0, 4.0)
        if judge(interval, stated, widest_factor=2.0).word != "consistent":
            continue
        for held in (value / 100 for value in range(300, 401)):
            if interval.low < held < interval.high:
                assert not interval.holds(2 * held) and not interval.holds(held / 2)


@pytest.mark.parametrize(
    ("interval", "stated", "expected"),
    [
        ((4.0, 7.0), (5.0, 6.0), 3.0),
        # Open on one side: as wide as the end is far from no growth
        ((0.0, 1.0), (-OPEN, 0.5), 2.0),
        ((0.0, 1.0), (0.5, OPEN), 2.0),
        ((-1.0, 1.0), (-OPEN, -0.5), 4.0),
        ((5.0, 6.0), (5.5, 5.5), OPEN),
        # Open from no growth on: that says nothing of a width
        ((5.0, 6.0), (0.0, OPEN), math.nan),
        ((math.nan, math.nan), (5.0, 6.0), math.nan),
        ((math.nan, math.nan), (5.5, 5.5), math.nan),
    ],
)
def test_the_width_is_relative_to_the_statement(
    interval: tuple[float, float], stated: tuple[float, float], expected: float
) -> None:
    width = relative_width(Span(*interval), Span(*stated))
    assert width == pytest.approx(expected, nan_ok=True)
