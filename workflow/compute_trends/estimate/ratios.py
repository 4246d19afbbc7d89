"""How far ratios of two values of the same thing lie from one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

# Columns of tables, and the factor that each is about
WITHIN = {"within_1_05": 1.05, "within_1_5": 1.5, "within_2": 2.0}


def shares_within(log_ratios: ArrayLike) -> dict[str, float]:
    """Share of ratios, given as log10 of shape (n,), within each factor of `WITHIN`."""
    far = np.abs(np.asarray(log_ratios, dtype=float))
    # A rounded value such as 1.05 times another is within 1.05.
    return {
        name: float((far <= np.log10(factor) + 1e-12).mean()) for name, factor in WITHIN.items()
    }
