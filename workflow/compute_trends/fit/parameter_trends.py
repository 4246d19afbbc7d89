"""Trends of the number of model parameters, by the same engine as those of compute."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from compute_trends.common.dates import day_numbers, in_period
from compute_trends.common.random_streams import random_stream
from compute_trends.fit.loglinear import bootstrap_lines, fit_line
from compute_trends.fit.selection import in_dataset
from compute_trends.fit.trend_numbers import trend_numbers
from compute_trends.settings.fit import Dataset, ParameterTrend, Units
from compute_trends.tables.dictionary import typed


def parameter_table(
    systems: pd.DataFrame,
    *,
    trends: Sequence[ParameterTrend],
    datasets: Sequence[Dataset],
    samples: int,
    units: Units,
    seed: int,
) -> pd.DataFrame:
    """Table ``parameters``: fits of log10 of the number of model parameters on the date.

    Bootstrap samples have no noise, because parameters are counted.

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
        x, y = days[inside], np.log10(systems.loc[inside, "parameters"])
        try:
            line = fit_line(x, y)
        except ValueError as error:
            raise ValueError(f"parameter trend {trend.name}: {error}") from error
        rng = random_stream(seed, trend.name)
        lines = bootstrap_lines(x, y, samples=samples, noise_factor=1.0, rng=rng)
        labels = {
            "trend": trend.name,
            "dataset": trend.dataset,
            "period": trend.period.text,
            "domain": trend.domain,
        }
        rows.append(labels | trend_numbers(line, lines.slope, n=len(x), units=units))
    return typed(pd.DataFrame(rows), "parameters")
