"""How soon something comes that is only looked for now and then. Arrays in, arrays out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from compute_trends.estimate.formulas import Z90
from compute_trends.fit.loglinear import Array

# Rates per year that are tried: from one in ten thousand years to one in two weeks
RATES = np.geomspace(1e-4, 26.0, 4001)
# Half the 90 % quantile of chi squared of 1 degree of freedom: what a likelihood interval loses
DROP = Z90**2 / 2


class Rate(NamedTuple):
    """How many of those that wait get it in a year, as a rate, with its 90 % interval."""

    rate: float
    low: float
    high: float

    def share(self, years: float) -> tuple[float, float, float]:
        """Share that has it after some years, and the ends of its interval."""
        value, low, high = (float(-np.expm1(-rate * years)) for rate in self)
        return value, low, high


def waiting_rate(waiting: Array, came: Array, years: Array) -> Rate:
    """Rate at which something comes, from looks that are years apart.

    Between two looks it came to ``came`` of ``waiting``, nobody knows when: the likelihood of a
    constant rate h is the product of binomials of probability 1 - exp(-h years).

    Parameters
    ----------
    waiting, came, years : numpy.ndarray, shape (k,)
        Of each pair of looks.

    Returns
    -------
    Rate
        The most likely rate per year, and those that are likely enough for an interval of 90 %
        (likelihood ratio); NaN where nobody waits.
    """
    if not waiting.sum() > 0:
        return Rate(np.nan, np.nan, np.nan)
    hazard = RATES[:, None] * years
    likelihood = (came * np.log(-np.expm1(-hazard)) - (waiting - came) * hazard).sum(axis=1)
    best = int(likelihood.argmax())
    inside = RATES[likelihood >= likelihood[best] - DROP]
    # To nobody or to everybody: the end is no end of what was tried.
    low = 0.0 if not came.any() else float(inside[0])
    high = np.inf if (came == waiting).all() else float(inside[-1])
    rate = 0.0 if not came.any() else np.inf if np.isinf(high) else float(RATES[best])
    return Rate(rate, low, high)
