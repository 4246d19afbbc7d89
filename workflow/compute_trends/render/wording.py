"""Numbers in words, the same in figures and report."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from compute_trends.common.numbers import fixed
from compute_trends.common.vocabulary import OPTION_WORDS

# Times to double or to halve: where growth is hardly told from none, an interval of one ends
# anywhere. ASSUME: an end of more than five times the value is told as open
TIMES = ("doubling_time_months", "halving_time_months")
FAR_END = 5
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def growth(trend: Any) -> str:
    """What compute does along a trend, such as "doubles every 5.6 months"."""
    months = trend["doubling_time_months"]
    return "does not grow" if np.isinf(months) else f"doubles every {fixed(months)} months"


def interval(trend: Any, name: str, digits: int = 1) -> str:
    """Ends of the 90 % interval of a column, such as "5.1 to 6.2".

    "more than 5.1" where it has no upper end, or one of a time that is so far off that it means
    little; "no interval" where there is none.
    """
    ends = [trend[f"{name}_ci90_{end}"] for end in ("low", "high")]
    if any(end is None or np.isnan(end) for end in ends):
        return "no interval"
    low, high = (fixed(end, digits) for end in ends)
    is_open = np.isinf(ends[1]) or (name in TIMES and ends[1] > FAR_END * trend[name])
    return f"more than {low}" if is_open else f"{low} to {high}"


def may_not_grow(trend: Any) -> bool:
    """Whether the interval of a trend holds no growth: its doubling time has no upper end."""
    high = trend["doubling_time_months_ci90_high"]
    return high is not None and bool(np.isinf(high))


def change(published: Any, estimated: Any) -> str:
    """What becomes of the growth of a trend on re-derived values, from rows of table ``trends``.

    Such as "growth is 6 % faster", and whether it can no longer be told from none.
    """
    if published["slope_oom_per_year"] <= 0:
        text = growth(estimated)
    else:
        share = 100 * (estimated["slope_oom_per_year"] / published["slope_oom_per_year"] - 1)
        faster = f"{abs(share):.0f} % {'faster' if share > 0 else 'slower'}"
        text = f"growth is {'as fast, within 1 %' if abs(share) < 1 else faster}"
    lows = [trend["slope_oom_per_year_ci90_low"] for trend in (published, estimated)]
    if None not in lows and lows[1] <= 0 < lows[0]:
        text += " and can no longer be told from none"
    return text


def times_a_year(trend: Any, *, sign: bool = False) -> str:
    """Growth per year with its interval, such as "4.3 times a year (4.0 to 4.6)".

    With ``sign``, for figures, "×4.3 a year (4.0 to 4.6)".
    """
    value = fixed(trend["growth_per_year"])
    words = f"×{value} a year" if sign else f"{value} times a year"
    return f"{words} ({interval(trend, 'growth_per_year')})"


def doubling(trend: Any) -> str:
    """Doubling time with its interval, such as "doubling every 5.8 months (5.5 to 6.1)"."""
    if np.isinf(trend["doubling_time_months"]):
        return "no growth"
    if may_not_grow(trend):
        return f"doubling takes {interval(trend, 'doubling_time_months')} months"
    months = fixed(trend["doubling_time_months"])
    return f"doubling every {months} months ({interval(trend, 'doubling_time_months')})"


def spanned(quantiles: Any, digits: int = 1) -> str:
    """Growth of all but the slowest and the fastest 5 % of specifications, such as "3.4 to 5.9"."""
    low, high = (fixed(quantiles[f"growth_per_year_q{level}"], digits) for level in ("05", "95"))
    return f"{low} to {high}"


def day_in_words(day: pd.Timestamp) -> str:
    """A day as people write it, such as "19 August 2026"."""
    return f"{day.day} {day:%B %Y}"


def data_of(day: str) -> str:
    """Where numbers of a vintage come from, such as "Epoch AI's data of 19 August 2026"."""
    return f"Epoch AI's data of {day_in_words(pd.Timestamp(day))}"


def period_in_words(period: str) -> str:
    """A period of table ``headlines`` in words, such as "2010 to 19 August 2026".

    It begins on the day after its first date; where that is the turn of a year, and where it
    ends with one, only the year is told.
    """
    after, _, through = period.partition("/")
    return f"{start_in_words(after)} to {end_in_words(through)}"


def start_in_words(after: str) -> str:
    """Start of a period of systems dated after a day: that of the next, or its year."""
    first = pd.Timestamp(after) + pd.Timedelta(days=1)
    return str(first.year) if (first.month, first.day) in ((1, 1), (1, 2)) else day_in_words(first)


def end_in_words(through: str) -> str:
    """Last day of a period, or its year where that ends."""
    last = pd.Timestamp(through)
    return str(last.year) if (last.month, last.day) == (12, 31) else day_in_words(last)


def option_words(choice: str, option: str) -> str:
    """An option of a choice of ``fit.specifications``, as tables write it, in words."""
    if (choice, option) in OPTION_WORDS:
        return OPTION_WORDS[choice, option]
    if choice == "start":
        return start_in_words(option)
    if choice == "end":
        _, _, months = option.partition("vintage-")
        return f"{months} months earlier" if months else end_in_words(option)
    if choice == "data":
        is_day = DAY.fullmatch(option)
        return day_in_words(pd.Timestamp(option)) if is_day else option.replace("_", " ")
    return option.replace("_", " ") if choice == "population" else option


def first_year(period: str) -> int:
    """Year that a period of table ``headlines`` begins in."""
    return int((pd.Timestamp(period.partition("/")[0]) + pd.Timedelta(days=1)).year)
