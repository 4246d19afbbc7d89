"""Forecasts held against what came: coverage, scores, and how sure a difference of scores is.

Arrays in, arrays out, as `loglinear`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from compute_trends.fit.loglinear import Array

# Probabilities that differ by less are equal: rounding must not decide what is as unlikely.
SAME_PROBABILITY = 1 + 1e-7


def binomial_p(successes: int, trials: int, share: float) -> float:
    """Exact two-sided p of a number of successes where each has the probability ``share``.

    The sum of the probabilities of all numbers that are no more likely than the one seen, as
    ``scipy.stats.binomtest`` and R's ``binom.test`` have it.
    """
    probabilities = _probabilities(trials, share)
    no_likelier = probabilities <= probabilities[successes] * SAME_PROBABILITY
    return min(1.0, float(probabilities[no_likelier].sum()))


def binomial_power(trials: int, share: float, against: float, *, level: float) -> float:
    """Probability that `binomial_p` is at most ``level`` where the true share is ``against``."""
    rejected = [binomial_p(k, trials, share) <= level for k in range(trials + 1)]
    return float(_probabilities(trials, against)[rejected].sum())


def _probabilities(trials: int, share: float) -> Array:
    """Binomial probability of each number of successes, shape (trials + 1,)."""
    return np.array(
        [math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(trials + 1)]
    )


class Scores(NamedTuple):
    """Scores of forecasts, arrays of shape (...), the less the better.

    ``crps`` is the continuous ranked probability score in OOM, ``log_score`` minus the natural
    logarithm of the density per OOM; NaN where a forecast has no spread.
    """

    crps: Array
    log_score: Array


def scores(truth: ArrayLike, draws: Array) -> Scores:
    """Scores of draws against what came.

    The CRPS is that of the ensemble by its probability-weighted moments, which is fair to few
    draws; the log score is that of the normal distribution with their mean and standard
    deviation.

    Parameters
    ----------
    truth : array_like, shape (k,)
        log10 FLOP.
    draws : numpy.ndarray, shape (k, m) or (m,)
        Forecasts of each, or one for all.
    """
    # Here, because only forecasts need it.
    import scoringrules

    truth = np.asarray(truth, dtype=float)
    ordered = np.broadcast_to(np.sort(draws, axis=-1), (truth.size, draws.shape[-1]))
    crps = scoringrules.crps_ensemble(
        truth, ordered, estimator="pwm", sorted_ensemble=True, backend="numpy"
    )
    mean, spread = draws.mean(axis=-1), draws.std(axis=-1)
    # Draws that are all the same have no more spread than rounding leaves.
    spread = np.where(spread > 1e-9, spread, np.nan)
    log_score = scoringrules.logs_normal(truth, mean, spread, backend="numpy")
    # An estimate, which rounding or few draws may bring below zero
    return Scores(np.maximum(crps, 0.0), np.broadcast_to(log_score, truth.shape))


def interval_score(truth: float, quantiles: Array) -> float:
    """Weighted interval score of the quantiles 0.05, 0.25, 0.5, 0.75 and 0.95, in OOM.

    (|y - median| / 2 + sum of alpha / 2 times the interval score of each interval) / 2.5, which is
    near to the CRPS (Bracher et al. 2021). Put together here, because that of scoringrules 0.10
    takes the median itself for its distance from y.
    """
    import scoringrules

    low, lower, median, upper, high = quantiles.tolist()
    total = float(abs(truth - median) / 2)
    for alpha, ends in ((0.5, (lower, upper)), (0.1, (low, high))):
        of_one = scoringrules.interval_score(truth, *ends, alpha, backend="numpy")
        total += alpha / 2 * float(of_one)
    return total / 2.5


def mean_interval(
    values: Array, *, block: int, resamples: int, rng: np.random.Generator
) -> tuple[float, float]:
    """90 % interval of the mean of a series whose neighbours depend on each other.

    Moving blocks (Künsch 1989) of ``block`` neighbours are drawn with replacement, the series
    closed to a ring so that each value stands in as many blocks as the others.

    Parameters
    ----------
    values : numpy.ndarray, shape (n,)
        In order of time.
    """
    n = values.size
    starts = rng.integers(n, size=(resamples, math.ceil(n / block)))
    places = (starts[..., np.newaxis] + np.arange(block)) % n
    means = values[places.reshape(resamples, -1)[:, :n]].mean(axis=1)
    low, high = np.quantile(means, [0.05, 0.95])
    return float(low), float(high)
