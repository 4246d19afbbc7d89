"""Trends of the number of parameters, by the same engine as those of compute."""

from __future__ import annotations

import numpy as np
import pandas as pd

from compute_trends.common.dates import day_number, day_numbers, in_period
from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.fit.loglinear import bootstrap_slopes, fit_line
from compute_trends.fit.trend_numbers import trend_numbers
from compute_trends.tables.dictionary import typed


def parameter_table(
    systems: pd.DataFrame,
    *,
    trends: list[Record],
    datasets: list[Record],
    samples: int,
    units: Record,
    seed: int,
) -> pd.DataFrame:
    """Fit log10 parameters on the date.

    Parameters
    ----------
    systems : pandas.DataFrame
        Table ``systems``.
    trends : list of dict
        Records of ``fit.parameter_trends`` in config.yaml.
    datasets : list of dict
        Records of ``fit.datasets``.
    samples : int
        Bootstrap samples; no noise, because parameters are counted.
    units : dict
        ``days_per_year`` and ``days_per_month``.
    seed : int
        Seed of the run.

    Returns
    -------
    pandas.DataFrame
        Table ``parameters``.

    Raises
    ------
    ValueError
        If a trend cannot be fitted; names the trend.
    """
    of_dataset = {dataset["name"]: dataset for dataset in datasets}
    rows = []
    for trend in trends:
        dataset = of_dataset[trend["dataset"]]
        days = day_numbers(systems["publication_date"])
        chosen = (
            systems["snapshot"].isin(dataset["snapshots"])
            & (days <= day_number(dataset["through"]))
            & in_period(days, trend["period"])
            & systems["parameters"].notna()
        )
        if "domain" in trend:
            chosen &= systems["domain"] == trend["domain"]
        x, y = days[chosen], np.log10(systems.loc[chosen, "parameters"])
        try:
            line = fit_line(x, y)
        except ValueError as error:
            raise ValueError(f"parameter trend {trend['name']}: {error}") from error
        rng = random_stream(seed, trend["name"])
        slopes = bootstrap_slopes(x, y, samples=samples, noise_factor=1.0, rng=rng)
        labels = {
            "trend": trend["name"],
            "dataset": trend["dataset"],
            "period": f"{trend['period']['after']}/{trend['period']['through']}",
            "domain": trend.get("domain"),
        }
        rows.append(labels | trend_numbers(line, slopes, n=int(chosen.sum()), units=units))
    return typed(pd.DataFrame(rows), "parameters")
