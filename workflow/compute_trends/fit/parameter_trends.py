"""Trends of the number of model parameters, by the same engine as those of compute."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from compute_trends.common.dates import day_numbers, in_period
from compute_trends.common.records import Record
from compute_trends.fit.intervals import interval, system_counts
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.procedure import weighted_lines
from compute_trends.fit.selection import in_dataset
from compute_trends.fit.trend_numbers import trend_numbers
from compute_trends.settings.fit import Dataset, Intervals, ParameterTrend, Units
from compute_trends.tables.dictionary import typed


def parameter_table(
    systems: pd.DataFrame,
    *,
    trends: Sequence[ParameterTrend],
    datasets: Sequence[Dataset],
    intervals: Intervals,
    units: Units,
    seed: int,
) -> pd.DataFrame:
    """Table ``parameters``: fits of log10 of the number of model parameters on the date.

    Nothing is selected by its size, so that each resample holds the drawn systems.

    Raises
    ------
    ValueError
        If a trend cannot be fitted; names the trend.
    """
    by_name = {dataset.name: dataset for dataset in datasets}
    days = day_numbers(systems["publication_date"])
    rows = []
    for trend in trends:
        inside = (
            in_dataset(systems["snapshot"], days, by_name[trend.dataset])
            & in_period(days, trend.period)
            & systems["parameters"].notna()
        )
        if trend.domain is not None:
            inside &= systems["domain"] == trend.domain
        x = days[inside].to_numpy(dtype=float)
        y = np.log10(systems.loc[inside, "parameters"].to_numpy(dtype=float))
        try:
            line = fit_line(x, y)
        except ValueError as error:
            raise ValueError(f"parameter trend {trend.name}: {error}") from error
        names = systems.loc[inside, "system_id"].to_list()
        counts = system_counts(names, draws=intervals.draws, seed=seed)
        lines = weighted_lines(x, y, counts.astype(float))
        labels: Record = {
            "trend": trend.name,
            "dataset": trend.dataset,
            "period": trend.period.text,
            "domain": trend.domain,
        }
        least = intervals.least_systems
        ends = interval(x, lines.slope, least_systems=least)
        rows.append(labels | trend_numbers(line, ends, n=x.size, units=units))
    return typed(pd.DataFrame(rows), "parameters")
