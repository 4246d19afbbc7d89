"""Intervals of the trends against other noise, other methods and simulated truth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from compute_trends.checks.other_methods import robust_table
from compute_trends.common.random_streams import random_stream
from compute_trends.fit.bootstrap import NOISES, noise_settings, resampled_lines
from compute_trends.fit.loglinear import bootstrap_lines, fit_line, quantiles
from compute_trends.fit.selection import join_members
from compute_trends.fit.trend_numbers import CI95_ENDS, bootstrap_interval, interval_columns
from compute_trends.settings.fit import Bootstrap, Coverage, Units
from compute_trends.tables.dictionary import typed


def check_intervals(
    members: pd.DataFrame,
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    *,
    bootstrap: Bootstrap,
    units: Units,
    other_methods: Sequence[str],
    coverage: Coverage,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Hold the intervals of the trends against others, and against a known truth.

    Parameters
    ----------
    members, systems, compute : pandas.DataFrame
        Tables of these names. The other parameters are sections of ``fit`` in config.yaml, and
        the seed of the run.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``noise`` (see `noise_table`), ``robust`` (see
        `other_methods.robust_table`) and ``coverage`` (see `coverage_table`).
    """
    points = join_members(members, systems, compute)
    return {
        "noise": noise_table(points, bootstrap=bootstrap, units=units, seed=seed),
        "robust": robust_table(points, methods=other_methods, units=units),
        "coverage": coverage_table(points, coverage=coverage, bootstrap=bootstrap, seed=seed),
    }


def noise_table(
    points: pd.DataFrame, *, bootstrap: Bootstrap, units: Units, seed: int
) -> pd.DataFrame:
    """Table ``noise``: bootstrap interval of every trend with each kind of noise.

    The rows with the noise of the config hold the intervals of table ``trends``. Noise per
    system is left out of a trend with a system that has no interval. ``points`` are from
    `selection.join_members`.
    """
    rows = []
    for (trend, basis), group in points.groupby(["trend", "basis"], sort=False):
        for noise in NOISES:
            if noise == "per_system" and group["noise_oom"].isna().any():
                continue
            noisy = bootstrap.model_copy(update={"noise": noise})
            lines = resampled_lines(group, bootstrap=noisy, rng=random_stream(seed, str(trend)))
            interval = bootstrap_interval(lines.slope, units=units)
            labels = {"trend": trend, "basis": basis, "noise": noise}
            rows.append(labels | interval_columns(interval))
    return typed(pd.DataFrame(rows), "noise")


def coverage_table(
    points: pd.DataFrame, *, coverage: Coverage, bootstrap: Bootstrap, seed: int
) -> pd.DataFrame:
    """Table ``coverage``: share of simulated data sets whose interval holds their true slope.

    The data sets imitate trends: systems of the same dates, compute on the line fitted to the
    basis ``published``, with normal scatter as wide as that of the real residuals. ``points``
    are from `selection.join_members`.
    """
    published = points[points["basis"] == "published"]
    rows = []
    for trend in coverage.trends:
        systems = published[published["trend"] == trend]
        rng = random_stream(seed, f"coverage {trend}")
        numbers = _coverage(systems, coverage.simulations, bootstrap, rng)
        rows.append({"trend": trend, **numbers})
    return typed(pd.DataFrame(rows), "coverage")


def _coverage(
    points: pd.DataFrame, simulations: int, bootstrap: Bootstrap, rng: np.random.Generator
) -> dict[str, float]:
    """Numeric columns of table ``coverage`` for one trend."""
    days, log_flop = points["day"].to_numpy(dtype=float), points["log_flop"].to_numpy()
    line = fit_line(days, log_flop)
    truth = log_flop.mean() + line.slope * (days - days.mean())
    scatter = float(np.sqrt(((log_flop - truth) ** 2).sum() / (days.size - 2)))
    noise, samples = noise_settings(points, bootstrap), bootstrap.samples
    hits = 0
    for _ in range(simulations):
        values = truth + rng.normal(scale=scatter, size=days.size)
        lines = bootstrap_lines(days, values, samples=samples, rng=rng.spawn(1)[0], **noise)
        low, high = quantiles(lines.slope, CI95_ENDS)
        hits += int(low <= line.slope <= high)
    share = hits / simulations
    return {
        "n": days.size,
        "scatter_oom": scatter,
        "simulations": simulations,
        "coverage": share,
        "coverage_standard_error": float(np.sqrt(share * (1 - share) / simulations)),
    }
