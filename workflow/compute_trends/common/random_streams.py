"""Random numbers that depend on a seed and a name alone."""

from __future__ import annotations

import hashlib

import numpy as np


def random_stream(seed: int, name: str) -> np.random.Generator:
    """Random numbers of one trend or estimate.

    Derived from the seed and the name alone, so that adding a trend, or their
    order, changes no other trend's numbers.
    """
    words = np.frombuffer(hashlib.sha256(name.encode()).digest(), dtype="<u4").tolist()
    return np.random.default_rng([seed, *words])
