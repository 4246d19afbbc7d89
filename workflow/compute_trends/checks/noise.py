"""What the uncertainty of each compute value does to the intervals of the trends."""

from __future__ import annotations

from typing import Any

import pandas as pd

from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.fit.bootstrap import NOISES, resampled_lines
from compute_trends.fit.trend_numbers import bootstrap_interval, interval_columns
from compute_trends.tables.dictionary import typed


def compare_noise(
    points: pd.DataFrame, *, bootstrap: Record, units: Record, seed: int
) -> pd.DataFrame:
    """Bootstrap interval of every trend with each kind of noise.

    Parameters
    ----------
    points : pandas.DataFrame
        From `selection.join_members`.
    bootstrap, units : dict
        See `fit.fit_trend`; ``noise`` is not used.
    seed : int
        Seed of the run.

    Returns
    -------
    pandas.DataFrame
        Table ``noise``; the rows with the noise of the config hold the intervals of
        table ``trends``. Noise per system is left out of a trend with a system that
        has no interval.
    """
    rows: list[dict[str, Any]] = []
    for (trend, basis), group in points.groupby(["trend", "basis"], sort=False):
        for noise in NOISES:
            if noise == "per_system" and group["noise_oom"].isna().any():
                continue
            lines = resampled_lines(
                group, bootstrap=bootstrap | {"noise": noise}, rng=random_stream(seed, str(trend))
            )
            interval = bootstrap_interval(lines.slope, units=units)
            labels = {"trend": trend, "basis": basis, "noise": noise}
            rows.append(labels | interval_columns(interval))
    return typed(pd.DataFrame(rows), "noise")
