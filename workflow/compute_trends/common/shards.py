"""Numbered work in parts that several jobs share; gathered, it is the same whatever the parts.

What is numbered (a world, a specification) draws from a random stream of its own, so that its
numbers depend on no part; what is summed is summed once all of it is gathered, in its order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

# Of each number of a part a row, by the name of what the rows are
Arrays = dict[str, NDArray[Any]]


class Part(NamedTuple):
    """One of so many parts of numbered work; ``number`` counts from 1."""

    number: int
    of: int

    @classmethod
    def named(cls, name: str) -> Part:
        """The part that Snakemake calls such as ``3-of-16``."""
        number, _, of = name.partition("-of-")
        return cls(int(number), int(of))

    def numbers(self, total: int) -> range:
        """Numbers of this part among 0 to ``total`` - 1.

        They follow each other; parts differ by one at most, and some are empty where there are
        more parts than numbers.
        """
        first, end = (total * before // self.of for before in (self.number - 1, self.number))
        return range(first, end)


# All of the work in one job
WHOLE = Part(1, 1)


def gather(parts: Mapping[Part, Arrays]) -> Arrays:
    """Rows of all parts by name, in the order of their numbers.

    Parameters
    ----------
    parts : mapping of Part to dict of str to numpy.ndarray
        In any order.

    Raises
    ------
    ValueError
        If parts are missing, or of another division.
    """
    ordered = sorted(parts)
    expected = [Part(number, len(ordered)) for number in range(1, len(ordered) + 1)]
    if not ordered or ordered != expected:
        raise ValueError(f"{[tuple(part) for part in ordered]} are not all parts of one whole")
    names = list(parts[ordered[0]])
    return {name: np.concatenate([parts[part][name] for part in ordered]) for name in names}
