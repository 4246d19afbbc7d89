"""Stage fit: the trends of config.yaml and their intervals."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.common.problems import nearest
from compute_trends.common.records import Record
from compute_trends.fit.bootstrap import resampled_trends
from compute_trends.fit.intervals import WITHHELD, interval, interval_levels
from compute_trends.fit.loglinear import Array, Line, ResampledLines, fit_line
from compute_trends.fit.paper_method import paper_interval_table
from compute_trends.fit.parameter_trends import parameter_table
from compute_trends.fit.selection import of_dataset, score_systems, select_datasets, select_trend
from compute_trends.fit.trend_numbers import trend_numbers
from compute_trends.fit.unrated import tell_unrated_of_datasets
from compute_trends.settings import fit as config
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

# Days along a trend at which its band is stated, both ends included
BAND_DAYS = 25
# Resamples behind it: a band is looked at, not quoted
BAND_DRAWS = 5000
MISSING = "; a system without a row in compute_inputs.csv has no value on this basis"


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
    intervals: config.Intervals,
    paper_method: config.PaperMethod,
    units: config.Units,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Score the systems of each dataset and fit every trend on every basis.

    Parameters
    ----------
    systems, compute : pandas.DataFrame
        Tables of these names. The other parameters are sections of ``fit`` in config.yaml.
    seed : int
        Seed of the run. A resample depends on it and the systems alone.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``scores``, ``trends``, ``members`` (systems behind each trend), ``bands``
        (intervals around each line), ``paper_intervals`` (by the paper's method) and
        ``parameters``.

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
    fitted: list[FittedTrend] = []
    for basis, dataset in itertools.product(bases, datasets):
        group = of_dataset(scores, dataset.name, basis)
        own = [trend for trend in trends if trend.dataset == dataset.name]
        fitted += fit_dataset(
            group,
            basis,
            own,
            outliers=outliers,
            domains=domains,
            intervals=intervals,
            units=units,
            seed=seed,
        )
    order = {trend.name: place for place, trend in enumerate(trends)}
    fitted.sort(key=lambda each: (order[each.row["trend"]], bases.index(each.row["basis"])))
    members = pd.concat([each.members for each in fitted], ignore_index=True)
    return {
        "scores": typed(scores, "scores"),
        "trends": typed(pd.DataFrame([each.row for each in fitted]), "trends"),
        "members": typed(members, "members"),
        "bands": typed(pd.concat([each.band for each in fitted], ignore_index=True), "bands"),
        "paper_intervals": paper_interval_table(
            members, trends=trends, method=paper_method, units=units, seed=seed
        ),
        "parameters": parameter_table(
            systems,
            trends=parameter_trends,
            datasets=datasets,
            intervals=intervals,
            units=units,
            seed=seed,
        ),
    }


class FittedTrend(NamedTuple):
    """A trend on a basis: its row of table ``trends``, its systems, and its band.

    ``members`` hold trend, basis, system_id, day and log_flop, ``band`` is of table ``bands``.
    """

    row: Record
    members: pd.DataFrame
    band: pd.DataFrame


def fit_dataset(
    scores: pd.DataFrame,
    basis: str,
    trends: Sequence[config.Trend],
    *,
    outliers: config.Outliers,
    domains: config.Domains,
    intervals: config.Intervals,
    units: config.Units,
    seed: int,
) -> list[FittedTrend]:
    """Fit the trends of one dataset to its systems on one basis, rows of the scores.

    Raises
    ------
    ValueError
        If a trend cannot be fitted; names the trend.
    """
    resampled = resampled_trends(
        scores, trends, outliers=outliers, domains=domains, draws=intervals.draws, seed=seed
    )
    fitted = []
    for trend in trends:
        points = select_trend(scores, trend, outliers=outliers, domains=domains)
        key = {"trend": trend.name, "basis": basis}
        try:
            numbers, band = fit_trend(
                points,
                resampled[trend.name],
                least_systems=intervals.least_systems,
                withheld=trend.name in intervals.withheld,
                units=units,
            )
        except ValueError as error:
            hint = "" if key["basis"] == "published" else MISSING
            raise ValueError(f"trend {trend.name}, basis {key['basis']}: {error}{hint}") from error
        members = points[["system_id", "day", "log_flop"]].assign(**key)
        fitted.append(FittedTrend(key | _labels(trend) | numbers, members, band.assign(**key)))
        LOG.info("%s (%s): n = %d", *key.values(), len(points))
    return fitted


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
    resampled: ResampledLines,
    *,
    least_systems: int,
    withheld: bool,
    units: config.Units,
) -> tuple[Record, pd.DataFrame]:
    """Fit one trend to its systems, rows of the scores.

    Parameters
    ----------
    least_systems : int
        Fewer have no interval.
    withheld : bool
        Whether the trend has none, whatever its number of systems.

    Returns
    -------
    numbers : dict
        The numeric columns of table ``trends``.
    band : pandas.DataFrame
        Table ``bands``, the interval around the line, without trend and basis.

    Raises
    ------
    ValueError
        See `loglinear.fit_line`.
    """
    line = fit_line(points["day"], points["log_flop"])
    days = points["day"].to_numpy(dtype=float)
    ends = WITHHELD if withheld else interval(days, resampled.slope, least_systems=least_systems)
    numbers = trend_numbers(line, ends, n=days.size, units=units)
    return numbers, _band(days, line, resampled, has_interval=ends.note is None)


def _band(
    days: Array, line: Line, resampled: ResampledLines, *, has_interval: bool
) -> pd.DataFrame:
    """Line at days from the first to the last, with its pointwise 90 % interval if it has one."""
    band_days = np.unique(np.linspace(days.min(), days.max(), BAND_DAYS).round())
    ends = np.full((2, band_days.size), np.nan)
    if has_interval:
        low, high, _ = interval_levels(days, least_systems=days.size)
        there = np.flatnonzero(~np.isnan(resampled.slope))[:BAND_DRAWS]
        heights = resampled.level[there] + resampled.slope[there] * band_days[:, np.newaxis]
        ends = np.quantile(heights, [low, high], axis=1)
    return pd.DataFrame(
        {
            "date": pd.to_datetime(band_days, unit="D").astype("datetime64[s]"),
            "flop": 10 ** (line.start + line.slope * (band_days - days.min())),
            "flop_ci90_low": 10 ** ends[0],
            "flop_ci90_high": 10 ** ends[1],
        }
    )
