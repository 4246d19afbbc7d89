"""Numbers in words, the same in figures and report."""

from __future__ import annotations

from typing import Any

import numpy as np


def fixed(value: float | None, digits: int = 1) -> str:
    """A fixed number of decimals; infinity as its sign; nothing for a missing value."""
    if value is None:
        return ""
    return "∞" if np.isinf(value) else f"{value:.{digits}f}"


def growth(trend: Any) -> str:
    """What compute does along a trend.

    Parameters
    ----------
    trend : mapping
        Row of table ``trends``.

    Returns
    -------
    str
        Such as "doubles every 5.6 months", or "does not grow".
    """
    months = trend["doubling_time_months"]
    return "does not grow" if np.isinf(months) else f"doubles every {fixed(months)} months"


def interval(trend: Any, name: str, digits: int = 1) -> str:
    """Ends of the 95 % interval of a column, such as "5.1 to 6.2"."""
    low, high = (fixed(trend[f"{name}_ci95_{end}"], digits) for end in ("low", "high"))
    return f"{low} to {high}"
