"""Dates as day numbers, and periods of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

EPOCH = pd.Timestamp("1970-01-01")


def day_number(day: str) -> int:
    """Days since 1970-01-01 of a date y-m-d."""
    return (date.fromisoformat(day) - EPOCH.date()).days


def day_numbers(dates: pd.Series) -> pd.Series:
    """Days since 1970-01-01 of each date."""
    return (dates - EPOCH).dt.days


def in_period(days: pd.Series, period: dict[str, Any]) -> pd.Series:
    """Whether day numbers lie in a period.

    Parameters
    ----------
    days : pandas.Series
        Day numbers.
    period : dict
        ``after`` (exclusive) and ``through`` (inclusive), days y-m-d: a date on a
        boundary belongs to the earlier period.
    """
    return (days > day_number(period["after"])) & (days <= day_number(period["through"]))
