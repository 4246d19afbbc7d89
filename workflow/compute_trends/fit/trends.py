"""Stage fit: the trends of config.yaml and their intervals."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence

import numpy as np
import pandas as pd

from compute_trends.common.problems import nearest
from compute_trends.common.random_streams import random_stream
from compute_trends.fit.bootstrap import resampled_lines
from compute_trends.fit.loglinear import Line, ResampledLines, fit_line, line_band
from compute_trends.fit.parameter_trends import parameter_table
from compute_trends.fit.selection import score_systems, select_datasets, select_trend
from compute_trends.fit.trend_numbers import CI95_ENDS, trend_numbers
from compute_trends.fit.unrated import tell_unrated_of_datasets
from compute_trends.settings import fit as config
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

# Days along a trend at which its band is stated, both ends included
BAND_DAYS = 25


def fit_trends(
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    *,
    datasets: Sequence[config.Dataset],
    bases: Sequence[str],
    trends: Sequence[config.Trend],
    parameter_trends: Sequence[config.ParameterTrend],
    outliers: config.Outliers,
    domains: config.Domains,
    bootstrap: config.Bootstrap,
    units: config.Units,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Score the systems of each dataset and fit every trend on every basis.

    Parameters
    ----------
    systems, compute : pandas.DataFrame
        Tables of these names. The other parameters are sections of ``fit`` in config.yaml.
    seed : int
        Seed of the run. A trend draws from it and its name.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``scores``, ``trends``, ``members`` (systems behind each trend), ``bands``
        (intervals around each line) and ``parameters``.

    Raises
    ------
    ValueError
        If a trend cannot be fitted, or leaves out a system that is not there; names the
        trend. See `select_datasets` too.
    """
    points = select_datasets(systems, compute, datasets=datasets, bases=bases)
    scores = score_systems(points, outliers=outliers)
    _check_left_out(trends, set(scores["system_id"]))
    tell_unrated_of_datasets(scores, trends)
    rows, members, bands = [], [], []
    for trend, basis in itertools.product(trends, bases):
        of_dataset = (scores["dataset"] == trend.dataset) & (scores["basis"] == basis)
        points = select_trend(scores[of_dataset], trend, outliers=outliers, domains=domains)
        rng = random_stream(seed, trend.name)
        try:
            numbers, band = fit_trend(points, bootstrap=bootstrap, units=units, rng=rng)
        except ValueError as error:
            missing = "; a system without a row in compute_inputs.csv has no value on this basis"
            hint = "" if basis == "published" else missing
            raise ValueError(f"trend {trend.name}, basis {basis}: {error}{hint}") from error
        key = {"trend": trend.name, "basis": basis}
        rows.append(key | _labels(trend) | numbers)
        members.append(pd.DataFrame(key | {"system_id": points["system_id"]}))
        bands.append(band.assign(**key))
        LOG.info("%s (%s): n = %d", trend.name, basis, len(points))
    parameters = parameter_table(
        systems,
        trends=parameter_trends,
        datasets=datasets,
        samples=bootstrap.samples,
        units=units,
        seed=seed,
    )
    return {
        "scores": typed(scores, "scores"),
        "trends": typed(pd.DataFrame(rows), "trends"),
        "members": pd.concat(members, ignore_index=True),
        "bands": pd.concat(bands, ignore_index=True),
        "parameters": parameters,
    }


def _labels(trend: config.Trend) -> dict[str, object]:
    """What a trend is, by the names of columns of table ``trends``."""
    return {
        "table": trend.table,
        "row": trend.row,
        "dataset": trend.dataset,
        "period": trend.period.text,
        "scale": trend.scale,
    }


def _check_left_out(trends: Sequence[config.Trend], known: set[str]) -> None:
    """Raise ValueError if a trend of records leaves out a system that no dataset holds."""
    for trend in trends:
        for system in trend.records.without if trend.records else []:
            if system not in known:
                near = nearest(system, known)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise ValueError(
                    f"trend {trend.name}: records.without names {system!r}, which no dataset "
                    f"holds{hint}"
                )


def fit_trend(
    points: pd.DataFrame,
    *,
    bootstrap: config.Bootstrap,
    units: config.Units,
    rng: np.random.Generator,
) -> tuple[dict[str, float], pd.DataFrame]:
    """Fit one trend to systems from `compute_points`.

    Returns
    -------
    numbers : dict
        The numeric columns of table ``trends``.
    band : pandas.DataFrame
        Table ``bands``, the interval around the line, without trend and basis.

    Raises
    ------
    ValueError
        See `loglinear.fit_line` and `bootstrap.noise_settings`.
    """
    line = fit_line(points["day"], points["log_flop"])
    lines = resampled_lines(points, bootstrap=bootstrap, rng=rng)
    numbers = trend_numbers(line, lines.slope, n=len(points), units=units)
    return numbers, _band(points["day"], line, lines)


def _band(days: pd.Series, line: Line, lines: ResampledLines) -> pd.DataFrame:
    """Line at days from the first to the last, with its pointwise 95 % interval."""
    band_days = np.unique(np.linspace(days.min(), days.max(), BAND_DAYS).round())
    low, high = line_band(lines, band_days, centre=days.mean(), levels=CI95_ENDS)
    return pd.DataFrame(
        {
            "date": pd.to_datetime(band_days, unit="D").astype("datetime64[s]"),
            "flop": 10 ** (line.start + line.slope * (band_days - days.min())),
            "flop_ci95_low": 10**low,
            "flop_ci95_high": 10**high,
        }
    )
