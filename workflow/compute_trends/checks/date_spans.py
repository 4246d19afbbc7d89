"""Dates known only to a month or year, placed elsewhere in it than on its first day.

A date on the first day moves a system ahead of its time, by half a year on average where only
the year is known, and with it the windows of the z-scores and the periods that it falls in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from compute_trends.common.dates import EPOCH, day_numbers
from compute_trends.common.random_streams import random_stream
from compute_trends.fit.intervals import LEVEL
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.selection import in_dataset
from compute_trends.fit.trend_numbers import interval_columns
from compute_trends.settings.fit import Dataset, Units

# Periods of pandas that a date stands for, by its precision
SPANS = {"day": "D", "month": "M", "year": "Y"}
# Systems of a trend among points of a dataset; see `selection.select_trend`
Select = Callable[[pd.DataFrame], pd.DataFrame]


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


def spread_points(
    points: pd.DataFrame, systems: pd.DataFrame, *, dataset: Dataset, draws: int, seed: int
) -> Iterator[pd.DataFrame]:
    """Systems of a dataset, as `selection.select_datasets` gives them, by dates drawn anew.

    Each date is any day that it may be, all as likely and apart from those of other systems; over
    the draws a system takes all parts of its span equally often (a Latin hypercube, McKay et al.
    1979), so that few draws tell much. One that is dated after the end of the dataset is not in it.

    Parameters
    ----------
    points : pandas.DataFrame
        From `selection.compute_points`.
    systems : pandas.DataFrame
        Table of this name. Every system draws, so that the dates are the same for all trends.
    dataset : Dataset
        To which the systems are kept that belong to it.
    draws, seed : int
        How often dates are drawn, and the seed of the run.
    """
    rng, spans = random_stream(seed, "dates"), date_spans(systems)
    points = points.assign(dataset=dataset.name)
    places = spans.index.get_indexer(pd.Index(points["system_id"]))
    parts = rng.permuted(np.tile(np.arange(draws), (len(spans), 1)), axis=1)
    shares = (parts + rng.random(parts.shape)) / draws
    first, days = spans[["first"]].to_numpy(), spans[["days"]].to_numpy()
    # A share that rounding makes 1 stays inside.
    later = np.minimum((shares * days).astype("int64"), days - 1)
    for dates in (first + later).T:
        drawn = points.assign(day=dates[places])
        yield drawn[in_dataset(drawn["snapshot"], drawn["day"], dataset)]


def spread_numbers(
    drawn: Iterator[pd.DataFrame], select: Select, *, units: Units
) -> dict[str, Any]:
    """Numbers of a trend over draws of `spread_points`, by columns of table ``sensitivity``.

    Medians of n, growth, doubling time and r2, with the interval of the growth over the draws:
    it knows of the dates only, not of the choice of systems.

    Raises
    ------
    ValueError
        If a draw leaves too few systems for a line.
    """
    n, slopes, r2 = [], [], []
    for points in drawn:
        chosen = select(points)
        line = fit_line(chosen["day"], chosen["log_flop"])
        n.append(len(chosen))
        slopes.append(line.slope)
        r2.append(line.r2)
    low, middle, high = np.quantile(slopes, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
    drawn_dates = f"{100 * LEVEL:.0f} % of {len(slopes)} draws of the dates"
    note = f"the interval holds {drawn_dates}, with the systems as they are"
    return {
        "n": int(np.median(n)),
        "r2": float(np.median(r2)),
        "note": note,
        **interval_columns(float(middle), float(low), float(high), units=units),
    }
