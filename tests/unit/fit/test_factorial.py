"""Combinations and what choices explain, against plain loops and functions of known variance."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from compute_trends.fit.factorial import (
    combination_numbers,
    option_places,
    strides,
    variance_effects,
)

SIZES = [3, 2, 1, 4]


def every(sizes: list[int]) -> np.ndarray:
    return combination_numbers(sizes, most=math.prod(sizes), rng=np.random.default_rng(0))


def sample(sizes: list[int], most: int, seed: int = 0) -> np.ndarray:
    return combination_numbers(sizes, most=most, rng=np.random.default_rng(seed))


def test_numbers_count_through_the_options_the_last_choice_fastest() -> None:
    numbers = every(SIZES)
    assert numbers.tolist() == list(range(24))
    places = option_places(numbers, SIZES)
    assert list(map(tuple, places)) == list(itertools.product(*map(range, SIZES)))
    np.testing.assert_array_equal(places @ strides(SIZES), numbers)
    # Of some combinations as of all.
    np.testing.assert_array_equal(option_places(np.array([17, 3]), SIZES), places[[17, 3]])


def test_no_choice_is_one_combination() -> None:
    assert every([]).tolist() == [0]
    assert option_places(every([]), []).shape == (1, 0)
    main, total = variance_effects(np.arange(1), np.ones(1), [])
    assert main.shape == total.shape == (0,)


@pytest.mark.parametrize("most", [8, 30, 500, 2879])
def test_a_sample_has_pairs_of_each_choice_and_is_never_larger_than_asked(most: int) -> None:
    sizes = [3, 2, 1, 4, 5, 4, 3, 2]
    numbers = sample(sizes, most)
    assert 0 < numbers.size <= most and numbers.max() < math.prod(sizes)
    assert (np.diff(numbers) > 0).all()
    np.testing.assert_array_equal(numbers, sample(sizes, most))
    assert not np.array_equal(numbers, sample(sizes, most, seed=1))
    assert numbers.size > 0.5 * most
    places = option_places(numbers, sizes)
    for place, size in enumerate(sizes):
        others = np.delete(places, place, axis=1)
        _, count = np.unique(others, axis=0, return_counts=True)
        # Two or more that differ in this choice alone, for about each of the random ones
        assert size == 1 or (count > 1).sum() >= 0.6 * (most // 8)


def test_combinations_of_a_sample_are_equally_likely() -> None:
    """Of 24, each stands in about as many of 400 samples of at most 12."""
    times = np.bincount(np.concatenate([sample(SIZES, 12, seed) for seed in range(400)]))
    assert times.size == 24
    expected = times.mean()
    assert abs(times - expected).max() < 4.5 * expected**0.5


def plain_effects(
    sizes: list[int], values: dict[tuple[int, ...], float]
) -> tuple[list[float], list[float]]:
    """Main and total effects by loops over sets of combinations."""
    there = {key: value for key, value in values.items() if not math.isnan(value)}
    mean = sum(there.values()) / len(there)
    variance = sum((value - mean) ** 2 for value in there.values()) / len(there)
    mains, totals = [], []
    for place, size in enumerate(sizes):
        main = 0.0
        for option in range(size):
            own = [value for key, value in there.items() if key[place] == option]
            if own:
                main += len(own) * (sum(own) / len(own) - mean) ** 2
        within, members = 0.0, 0
        for rest in {(*key[:place], *key[place + 1 :]) for key in there}:
            own = [v for key, v in there.items() if (*key[:place], *key[place + 1 :]) == rest]
            if len(own) > 1:
                within += len(own) * float(np.var(own, ddof=1))
                members += len(own)
        mains.append(main / len(there) / variance)
        totals.append((within / members if members else 0.0) * (size - 1) / size / variance)
    return mains, totals


@pytest.mark.parametrize("missing", [0.0, 0.3, 0.8])
@pytest.mark.parametrize("seed", [0, 1])
def test_effects_are_those_of_a_plain_loop(missing: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    numbers = every(SIZES)
    values = rng.normal(size=numbers.size) + numbers % 4
    values[rng.random(values.size) < missing] = np.nan
    found = variance_effects(numbers, values, SIZES)
    keys = map(tuple, option_places(numbers, SIZES).tolist())
    main, total = plain_effects(SIZES, dict(zip(keys, values.tolist(), strict=True)))
    np.testing.assert_allclose(found.main, main, atol=1e-12)
    np.testing.assert_allclose(found.total, total, atol=1e-12)


def test_effects_of_a_sum_are_its_variances() -> None:
    """Options of one to three choices add numbers: each explains its own variance alone."""
    sizes = [3, 2, 4]
    added = [np.array([0.0, 1.0, 5.0]), np.array([0.0, 2.0]), np.array([1.0, 1.0, 1.0, 3.0])]
    numbers = every(sizes)
    places = option_places(numbers, sizes)
    values = sum(each[places[:, place]] for place, each in enumerate(added))
    shares = np.array([each.var() for each in added])
    found = variance_effects(numbers, np.asarray(values), sizes)
    np.testing.assert_allclose(found.main, shares / shares.sum())
    np.testing.assert_allclose(found.total, shares / shares.sum())
    assert found.main.sum() == pytest.approx(1)


def test_effects_of_an_interaction_are_all_total() -> None:
    """Product of two signs: neither tells anything alone, each everything beside the other."""
    sizes = [2, 2, 3]
    numbers = every(sizes)
    first, second, _ = option_places(numbers, sizes).T
    found = variance_effects(numbers, (2.0 * first - 1) * (2 * second - 1), sizes)
    np.testing.assert_allclose(found.main, [0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(found.total, [1, 1, 0], atol=1e-12)


def test_where_nothing_varies_there_is_no_share() -> None:
    numbers = every(SIZES)
    for values in (np.full(24, np.nan), np.full(24, 3.0), np.where(numbers == 5, 1.0, np.nan)):
        found = variance_effects(numbers, values, SIZES)
        assert np.isnan(found.main).all() and np.isnan(found.total).all()


def test_a_choice_of_one_option_explains_nothing() -> None:
    rng = np.random.default_rng(3)
    found = variance_effects(every(SIZES), rng.normal(size=24), SIZES)
    assert found.main[2] == pytest.approx(0) and found.total[2] == 0


@pytest.mark.parametrize(("missing", "bias"), [(False, 0.01), (True, 0.04)])
def test_effects_of_a_sample_are_near_those_of_all(missing: bool, bias: float) -> None:
    """A function of eight choices with sums, a product and perhaps a missing corner.

    Where values are missing, sets of which all are there weigh more in a sample than in all.
    """
    sizes = [3, 2, 4, 3, 2, 3, 2, 5]
    numbers = every(sizes)

    def value(numbers: np.ndarray) -> np.ndarray:
        a, b, c, d, e, f, *_ = option_places(numbers, sizes).T.astype(float)
        values = a + 0.5 * c + 1.5 * (b - 0.5) * (d - 1) + 0.3 * np.sin(f + e)
        return np.where((a == 2) & (b == 1) & missing, np.nan, values)

    exact = variance_effects(numbers, value(numbers), sizes)
    assert exact.total[1] > exact.main[1] + 0.1 and exact.total[6] == pytest.approx(0)
    differences = []
    for seed in range(20):
        some = sample(sizes, 2000, seed)
        found = variance_effects(some, value(some), sizes)
        differences.append([found.main - exact.main, found.total - exact.total])
    assert np.abs(differences).max() < 0.1
    assert np.abs(np.mean(differences, axis=0)).max() < bias
