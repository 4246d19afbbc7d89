"""Combinations of options: their numbers, a sample of them, and what each choice explains.

Arrays in, arrays out. A combination is a number that counts through the options of all choices,
the last choice fastest, as the digits of a number count.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from compute_trends.fit.loglinear import Array

Integers = NDArray[np.int64]


class Effects(NamedTuple):
    """Shares of the variance of a value that choices explain, arrays of shape (choices,).

    ``main``: what one knows of the value from the option of the choice alone. ``total``: what
    stays unknown when the options of all other choices are known.
    """

    main: Array
    total: Array


def strides(sizes: Sequence[int]) -> list[int]:
    """By how much the number of a combination grows with the option of each choice."""
    return [math.prod(sizes[place + 1 :]) for place in range(len(sizes))]


def combination_numbers(sizes: Sequence[int], *, most: int, rng: np.random.Generator) -> Integers:
    """Numbers of all combinations in order, or of a sample where there are more than ``most``.

    A sample is random combinations, and beside each, for every choice, one that differs in this
    choice alone, so that `variance_effects` has pairs for each choice.

    Parameters
    ----------
    sizes : sequence of int
        Options of each choice.
    most : int
        The sample has about so many, never more. At least one more than there are choices.
    rng : numpy.random.Generator
        Source of the sample.
    """
    total = math.prod(sizes)
    if total <= most:
        return np.arange(total)
    varied = [place for place, size in enumerate(sizes) if size > 1]
    base = rng.integers(total, size=max(1, most // (1 + len(varied))))
    found = [base]
    for place in varied:
        stride, size = strides(sizes)[place], sizes[place]
        option = base // stride % size
        other = (option + rng.integers(1, size, size=base.size)) % size
        found.append(base + (other - option) * stride)
    return np.unique(np.concatenate(found))


def option_places(numbers: Integers, sizes: Sequence[int]) -> Integers:
    """Place of the option of each choice, shape (combinations, choices)."""
    places = [numbers // stride % size for stride, size in zip(strides(sizes), sizes, strict=True)]
    return np.array(places, dtype=np.int64).reshape(len(sizes), numbers.size).T


def variance_effects(numbers: Integers, values: Array, sizes: Sequence[int]) -> Effects:
    """Shares of the variance of the values of combinations that each choice explains.

    Main effect: variance of the means of its options, each by how many values it has, over the
    variance of all. Total effect: mean over sets of combinations that differ in this choice
    alone of the variance within a set, over the variance of all; a set of which a sample holds
    only a part estimates it with (m - 1) / m for the m options of the choice, without bias
    where no value is missing. (Sobol 1993; Homma and Saltelli 1996, for choices that are made as
    often in each way.)

    Parameters
    ----------
    numbers : numpy.ndarray of int, shape (c,)
        From `combination_numbers`.
    values : numpy.ndarray, shape (c,)
        NaN where a combination has none: it is left out.
    sizes : sequence of int
        Options of each choice.

    Returns
    -------
    Effects
        NaN where the values do not vary.
    """
    there = ~np.isnan(values)
    numbers, values = numbers[there], values[there]
    variance = float(values.var()) if values.size else 0.0
    if not variance > 0:
        return Effects(*np.full((2, len(sizes)), np.nan))
    centred = values - values.mean()
    main, total = np.zeros((2, len(sizes)))
    for place, (stride, size) in enumerate(zip(strides(sizes), sizes, strict=True)):
        option = numbers // stride % size
        count = np.maximum(np.bincount(option, minlength=size), 1)
        main[place] = (np.bincount(option, centred, size) ** 2 / count).sum() / values.size
        total[place] = _variance_within(numbers - option * stride, centred) * (size - 1) / size
    return Effects(main / variance, total / variance)


def _variance_within(groups: Integers, values: Array) -> float:
    """Mean over the values of the variance (ddof 1) of their groups of two and more."""
    _, group, count = np.unique(groups, return_inverse=True, return_counts=True)
    mean = np.bincount(group, values) / count
    squares = np.bincount(group, (values - mean[group]) ** 2)
    shared = count > 1
    if not shared.any():
        return 0.0
    within = squares[shared] / (count[shared] - 1)
    return float((within * count[shared]).sum() / count[shared].sum())
