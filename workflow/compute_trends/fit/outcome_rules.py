"""Groups that are picked by an outcome: the best so far, the best of a year. Arrays in and out.

Such a group grows by the rule alone: the more rows there are, the further out the best lies. So
each stands beside worlds in which its rows are the same but for what is asked, see
`shuffled_dates`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from compute_trends.fit.loglinear import Array

Mask = NDArray[np.bool_]


def best_so_far(days: Array, scores: Array) -> Mask:
    """Whether no row dated no later has a higher score, in each sample.

    Parameters
    ----------
    days : numpy.ndarray, shape (n,) or (samples, n)
        Day numbers, in order within each sample.
    scores : numpy.ndarray, shape (samples, n)
        Minus infinity for a row that is not there.

    Returns
    -------
    numpy.ndarray of bool, shape (samples, n)
    """
    n = scores.shape[1]
    days = np.broadcast_to(days, scores.shape)
    # Place of the last row of the same date: rows of one date come at once.
    ends_day = np.ones(scores.shape, dtype=bool)
    ends_day[:, :-1] = days[:, 1:] != days[:, :-1]
    place = np.where(ends_day, np.arange(n), n)
    last = np.minimum.accumulate(place[:, ::-1], axis=1)[:, ::-1]
    highest = np.take_along_axis(np.maximum.accumulate(scores, axis=1), last, axis=1)
    return np.asarray((scores >= highest) & (scores > -np.inf))


def best_of_year(years: Array, scores: Array) -> Mask:
    """Whether no row of the same year has a higher score, in each sample.

    Parameters
    ----------
    years : numpy.ndarray, shape (n,) or (samples, n)
        Calendar years.
    scores : numpy.ndarray, shape (samples, n)
        Minus infinity for a row that is not there.
    """
    years = np.broadcast_to(years, scores.shape)
    best = np.zeros(scores.shape, dtype=bool)
    for year in np.unique(years):
        own = np.where(years == year, scores, -np.inf)
        best |= (own == own.max(axis=1, keepdims=True)) & (own > -np.inf)
    return best


class Worlds(NamedTuple):
    """Rows of worlds whose groups exchanged their dates, each in order of its dates.

    ``days``, ``values`` and ``scores`` are of shape (worlds, n).
    """

    days: Array
    values: Array
    scores: Array


def shuffled_dates(
    days: Array,
    values: Array,
    scores: Array,
    groups: NDArray[np.int64],
    *,
    keeps_line: bool,
    worlds: int,
    rng: np.random.Generator,
) -> Worlds:
    """Worlds in which the groups of rows get each other's dates.

    Parameters
    ----------
    days, values, scores : numpy.ndarray, shape (n,)
        Day numbers, log10 of what grows, and what a rule picks by.
    groups : numpy.ndarray of int, shape (n,)
        Number of the group of each row, from 0 on; its rows have one date and stay together.
    keeps_line : bool
        Whether values keep the line that all of them have on the date, and scores what date and
        value tell of them; else nothing changes with time at all.

    Notes
    -----
    With the line a + b day of all values, and the plane c + d day + e value of all scores, a row
    of another date has its own residuals on both: what it is beside its time stays, and the
    order in which the good ones came is by chance.
    """
    first = np.unique(groups, return_index=True)[1]
    permuted = rng.permuted(np.tile(days[first], (worlds, 1)), axis=1)
    moved = permuted[:, groups]
    own_values, own_scores = (np.tile(each, (worlds, 1)) for each in (values, scores))
    if keeps_line:
        ones = np.ones_like(days)
        line = np.linalg.lstsq(np.column_stack([ones, days]), values, rcond=None)[0]
        own_values = values + line[1] * (moved - days)
        plane = np.column_stack([ones, days, values])
        slopes = np.linalg.lstsq(plane, scores, rcond=None)[0]
        own_scores = scores + slopes[1] * (moved - days) + slopes[2] * (own_values - values)
    order = np.argsort(moved, axis=1, kind="stable")
    parts = (moved, own_values, own_scores)
    return Worlds(*(np.take_along_axis(part, order, axis=1) for part in parts))
