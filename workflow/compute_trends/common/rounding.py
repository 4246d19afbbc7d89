"""Numbers as they are compared: without the digits that depend on the processor."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Significant digits, and decimals at most. Processors sum in another order, and their last two or
# three of 16 digits differ; and one system against four copies of another scores exactly -2.
DIGITS = 9


def nine_digits(values: ArrayLike) -> NDArray[np.float64]:
    """Numbers rounded to `DIGITS`, before they are compared with a threshold or put in order."""
    numbers = np.asarray(values, dtype=float)
    with np.errstate(divide="ignore"):
        places = DIGITS - 1 - np.floor(np.log10(np.abs(numbers)))
    factor = 10.0 ** np.where(np.isnan(places), 0.0, np.minimum(places, DIGITS))
    return np.asarray(np.round(numbers * factor) / factor)


def half_digit(threshold: float) -> float:
    """Half of the last digit of a threshold.

    A number further above the threshold than this is above it when rounded as by `nine_digits`,
    which would take long where there are millions of them.
    """
    if not math.isfinite(threshold):
        return 0.0
    places = DIGITS - 1 - math.floor(math.log10(abs(threshold) or 10.0**-DIGITS))
    return 0.5 * 10.0 ** -min(places, DIGITS)
