"""Numbers in words, the same in figures and report."""

from __future__ import annotations

from typing import Any

import numpy as np

from compute_trends.common.numbers import fixed


def growth(trend: Any) -> str:
    """What compute does along a trend, such as "doubles every 5.6 months"."""
    months = trend["doubling_time_months"]
    return "does not grow" if np.isinf(months) else f"doubles every {fixed(months)} months"


def interval(trend: Any, name: str, digits: int = 1) -> str:
    """Ends of the 90 % interval of a column, such as "5.1 to 6.2".

    "more than 5.1" where it has no upper end, "no interval" where there is none.
    """
    ends = [trend[f"{name}_ci90_{end}"] for end in ("low", "high")]
    if any(end is None or np.isnan(end) for end in ends):
        return "no interval"
    low, high = (fixed(end, digits) for end in ends)
    return f"more than {low}" if np.isinf(ends[1]) else f"{low} to {high}"


def change(published: Any, estimated: Any) -> str:
    """What becomes of a trend on re-derived values, from its rows of table ``trends``.

    Doubling times with their intervals, the change of the slope, R².
    """
    name = "doubling_time_months"
    text = f"compute {growth(estimated)} ({interval(estimated, name)})"
    text += f" instead of {fixed(published[name])} ({interval(published, name)})"
    if published["slope_oom_per_year"] > 0:
        share = 100 * (estimated["slope_oom_per_year"] / published["slope_oom_per_year"] - 1)
        faster = f"{abs(share):.0f} % {'faster' if share > 0 else 'slower'}"
        text += f", growth {'as fast, within 1 %' if abs(share) < 1 else faster}"
    lows = [trend["slope_oom_per_year_ci90_low"] for trend in (published, estimated)]
    if None not in lows and lows[1] <= 0 < lows[0]:
        text += " and no longer distinguishable from none"
    return f"{text}; R² {fixed(estimated['r2'], 2)} instead of {fixed(published['r2'], 2)}"
