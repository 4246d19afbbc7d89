"""Dates known only to a month or year, placed elsewhere in it than on its first day.

A date on the first day moves a system ahead of its time, by half a year on average where only
the year is known, and with it the windows of the z-scores and the periods that it falls in.
"""

from __future__ import annotations

import pandas as pd

from compute_trends.common.dates import EPOCH, day_numbers

# Periods of pandas that a date stands for, by its precision
SPANS = {"day": "D", "month": "M", "year": "Y"}


def date_spans(systems: pd.DataFrame) -> pd.DataFrame:
    """Days that the date of each system may be.

    Parameters
    ----------
    systems : pandas.DataFrame
        Table ``systems``: system_id, publication_date and its precision (day, month or year).

    Returns
    -------
    pandas.DataFrame
        By system_id, in the order of the systems: first (day number since 1970), days (how many).
    """
    dates = systems["publication_date"]
    first, days = day_numbers(dates).astype("int64"), pd.Series(1, index=dates.index)
    for precision, period in SPANS.items():
        rows = systems["publication_date_precision"] == precision
        periods = dates[rows].dt.to_period(period)
        first[rows] = day_numbers(periods.dt.start_time)
        days[rows] = (periods + 1).dt.start_time.sub(periods.dt.start_time).dt.days
    return pd.DataFrame({"first": first, "days": days}).set_index(systems["system_id"])


def mid_dates(systems: pd.DataFrame) -> pd.DataFrame:
    """Table ``systems`` with each date in the middle of what it may be (2 July of a year)."""
    spans = date_spans(systems)
    day = (spans["first"] + spans["days"] // 2).to_numpy()
    dates = (EPOCH + pd.to_timedelta(day, "D")).astype("datetime64[s]")
    return systems.assign(publication_date=dates)
