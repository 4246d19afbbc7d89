"""How often the 95 % interval of a trend holds the truth, by simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.fit.bootstrap import noise_settings
from compute_trends.fit.loglinear import bootstrap_slopes, fit_line, quantiles
from compute_trends.fit.trend_numbers import CI95_ENDS
from compute_trends.tables.dictionary import typed


def coverage_table(
    points: pd.DataFrame,
    *,
    trends: list[str],
    simulations: int,
    bootstrap: Record,
    seed: int,
) -> pd.DataFrame:
    """Share of simulated data sets whose bootstrap interval holds the slope they were made with.

    Parameters
    ----------
    points : pandas.DataFrame
        From `selection.join_members`; the basis ``published`` is used.
    trends : list of str
        Trends to imitate: systems of the same dates, compute on the fitted line with
        normal scatter as wide as that of the real residuals.
    simulations : int
        Simulated data sets per trend.
    bootstrap : dict
        See `fit.fit_trend`.
    seed : int
        Seed of the run.

    Returns
    -------
    pandas.DataFrame
        Table ``coverage``.
    """
    published = points[points["basis"] == "published"]
    rows = []
    for trend in trends:
        real = published[published["trend"] == trend]
        days, log_flop = real["day"].to_numpy(dtype=float), real["log_flop"].to_numpy()
        line = fit_line(days, log_flop)
        truth = log_flop.mean() + line.slope * (days - days.mean())
        scatter = float(np.sqrt(((log_flop - truth) ** 2).sum() / (days.size - 2)))
        rng = random_stream(seed, f"coverage {trend}")
        noise = noise_settings(real, bootstrap)
        held = 0
        for _ in range(simulations):
            drawn = truth + rng.normal(scale=scatter, size=days.size)
            slopes = bootstrap_slopes(
                days, drawn, samples=bootstrap["samples"], rng=rng.spawn(1)[0], **noise
            )
            low, high = quantiles(slopes, CI95_ENDS)
            held += int(low <= line.slope <= high)
        share = held / simulations
        rows.append(
            {
                "trend": trend,
                "n": days.size,
                "scatter_oom": scatter,
                "simulations": simulations,
                "coverage": share,
                "coverage_standard_error": float(np.sqrt(share * (1 - share) / simulations)),
            }
        )
    return typed(pd.DataFrame(rows), "coverage")
