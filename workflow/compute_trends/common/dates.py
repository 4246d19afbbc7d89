"""Dates as day numbers, and periods of them."""

from __future__ import annotations

from datetime import date
from typing import Protocol

import pandas as pd

EPOCH = pd.Timestamp("1970-01-01")


def day_number(day: str) -> int:
    """Days since 1970-01-01 of a date y-m-d."""
    return (date.fromisoformat(day) - EPOCH.date()).days


def months_before(day: str, months: int) -> str:
    """The day y-m-d so many months before another; the last of its month where there is none."""
    return str((pd.Timestamp(day) - pd.DateOffset(months=months)).date())


def day_numbers(dates: pd.Series) -> pd.Series:
    """Days since 1970-01-01 of each date."""
    return (dates - EPOCH).dt.days


class Span(Protocol):
    """Two days y-m-d that a period lies between."""

    @property
    def after(self) -> str:
        """Last day before the period."""

    @property
    def through(self) -> str:
        """Last day of the period."""


def in_period(days: pd.Series, period: Span) -> pd.Series:
    """Whether day numbers lie in a period; one on a boundary belongs to the earlier period."""
    return (days > day_number(period.after)) & (days <= day_number(period.through))
