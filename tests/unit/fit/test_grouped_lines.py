"""Slopes of samples against least squares, and intervals of grouped rows with a known truth."""

from __future__ import annotations

import os

import numpy as np
import pytest

from compute_trends.common.random_streams import random_stream
from compute_trends.fit.grouped_lines import grouped_interval, slopes
from compute_trends.fit.intervals import poisson_counts

GATE = os.environ.get("GATE") == "1"
RNG = random_stream(7, "grouped lines")


@pytest.mark.parametrize("with_beside", [False, True])
@pytest.mark.parametrize("per_sample", [False, True])
def test_slopes_are_those_of_least_squares(with_beside: bool, per_sample: bool) -> None:
    n, samples = 12, 40
    shape = (samples, n) if per_sample else (n,)
    days, values = RNG.uniform(0, 3000, size=shape), RNG.normal(size=shape)
    beside = RNG.normal(size=n) if with_beside else None
    weights = RNG.integers(0, 4, size=(samples, n)).astype(float)
    found = slopes(days, values, weights, beside)
    for sample in range(samples):
        x, y = ((each[sample] if per_sample else each) for each in (days, values))
        columns = [np.ones(n), x, *([] if beside is None else [beside])]
        root = np.sqrt(weights[sample])
        design = np.column_stack(columns) * root[:, np.newaxis]
        plain = np.linalg.lstsq(design, y * root, rcond=None)[0][1]
        assert found[sample] == pytest.approx(plain, rel=1e-8)


def test_too_few_rows_or_dates_have_no_slope() -> None:
    days, values = np.array([0.0, 0, 9, 9]), np.array([1.0, 2, 3, 4])
    weights = np.array([[1.0, 1, 0, 0], [1, 0, 1, 0], [1, 1, 1, 0]])
    assert np.isnan(slopes(days, values, weights)).tolist() == [True, True, False]
    beside = np.array([1.0, 0, 1, 0])
    assert np.isnan(slopes(days, values, weights, beside)).all()
    same = days / 9
    assert np.isnan(slopes(days, values, np.ones((1, 4)), same)).all()


@pytest.mark.parametrize("with_beside", [False, True])
def test_intervals_hold_nine_times_in_ten_where_models_of_a_paper_are_alike(
    with_beside: bool,
) -> None:
    """Half of the scatter is of the paper; resampled one by one, models would hold less often."""
    worlds = 1000 if GATE else 150
    held = alone = 0
    for _ in range(worlds):
        groups = np.repeat(np.arange(40), RNG.integers(1, 6, size=40))
        days = np.sort(RNG.uniform(0, 4000, size=40))[groups]
        beside = RNG.normal(size=groups.size) - 1e-4 * days
        own = RNG.normal(0, 0.5, size=40)[groups] + RNG.normal(0, 0.5, size=groups.size)
        values = 3e-4 * days + own - (0.7 * beside if with_beside else 0)
        given = beside if with_beside else None
        for each in (groups, np.arange(groups.size)):
            counts = poisson_counts((400, each.max() + 1), RNG)[:, each].astype(float)
            drawn = slopes(days, values, counts, given)
            ends = grouped_interval(days, each, drawn, least_groups=8)
            inside = ends.low <= 3e-4 <= ends.high
            held, alone = (held + inside, alone) if each is groups else (held, alone + inside)
    margin = 3 * np.sqrt(0.9 * 0.1 / worlds)
    assert abs(held / worlds - 0.9) <= margin + 0.02
    assert alone < held


def test_few_papers_have_no_interval() -> None:
    days, groups = np.arange(9.0) * 100, np.array([0, 0, 1, 1, 2, 2, 3, 3, 4])
    ends = grouped_interval(days, groups, RNG.normal(size=100), least_groups=8)
    assert ends.note == "no interval: fewer than 8 papers"
    assert np.isnan([ends.low, ends.high]).all()
