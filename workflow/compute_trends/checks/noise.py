"""What the uncertainty of each compute value does to the intervals of the trends."""

from __future__ import annotations

from typing import Any

import pandas as pd

from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.fit.loglinear import bootstrap_slopes
from compute_trends.fit.trends import bootstrap_interval, noise_settings
from compute_trends.tables.dictionary import typed

NOISES = ("none", "paper", "per_system")


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
            slopes = bootstrap_slopes(
                group["day"],
                group["log_flop"],
                samples=bootstrap["samples"],
                rng=random_stream(seed, str(trend)),
                **noise_settings(group, bootstrap | {"noise": noise}),
            )
            interval = bootstrap_interval(slopes, units=units)
            labels = {"trend": trend, "basis": basis, "noise": noise}
            rows.append(labels | interval.columns())
    return typed(pd.DataFrame(rows), "noise")
