"""Which systems are near a running top at release, in time that grows with the systems alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Systems compared with each other at once
BLOCK = 1024


def near_places(days: Values, values: Values, *, within: int) -> NDArray[np.intp]:
    """Places of the systems that fewer than ``within`` dated no later exceed, in order.

    What exceeds one of them is itself one of them, so that a block of dates is compared with
    its own systems and the largest before it, and of these only with those as large.

    Parameters
    ----------
    days, values : numpy.ndarray, shape (n,)
        Day numbers in order, and log10 FLOP.
    """
    largest = np.empty(0)
    found = [np.empty(0, dtype=np.intp)]
    first = 0
    while first < days.size:
        # Systems of one date are in one block.
        last = days[min(first + BLOCK, days.size) - 1]
        end = int(np.searchsorted(days, last, side="right"))
        floor = largest[0] if largest.size == within else -np.inf
        places = first + np.flatnonzero(values[first:end] >= floor)
        own = values[places]
        above = largest.size - np.searchsorted(largest, own, side="right")
        for part in range(0, places.size, BLOCK):
            some = slice(part, part + BLOCK)
            before = days[places] <= days[places[some], np.newaxis]
            above[some] += (before & (own > own[some, np.newaxis])).sum(axis=1)
        found.append(places[above < within])
        largest = np.sort(np.concatenate([largest, own]))[-within:]
        first = end
    return np.concatenate(found)
