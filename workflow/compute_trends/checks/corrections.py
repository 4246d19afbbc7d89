"""Trends of the paper that a correction of an annotation moves, with the correction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from compute_trends.clean.replay import all_corrected, replayed_values
from compute_trends.common.records import Record
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.selection import score_systems, select_datasets, select_trend
from compute_trends.fit.trend_numbers import growth_columns
from compute_trends.settings.fit import Dataset, Domains, Outliers, Trend, Units
from compute_trends.tables.dictionary import typed

# What a line is fitted on
FITTED = ["system_id", "day", "log_flop"]


def corrected_trends(
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    *,
    datasets: Sequence[Dataset],
    trends: Sequence[Trend],
    outliers: Outliers,
    domains: Domains,
    units: Units,
) -> pd.DataFrame:
    """Table ``corrected_trends``: those that replay the paper, with corrected annotations, too.

    Parameters
    ----------
    systems, compute : pandas.DataFrame
        Tables of these names. The other parameters are sections of ``fit`` in config.yaml.

    Returns
    -------
    pandas.DataFrame
        The trends that answer a row of the paper and that the corrections move, on published
        compute.
    """
    rows: list[Record] = []
    replaying = [trend for trend in trends if trend.table is not None]
    if len(replayed_values(systems)):
        both = [(systems, compute), _with_corrections(systems, compute)]
        points = [select_datasets(*one, datasets=datasets, bases=["published"]) for one in both]
        before, after = (
            list(_members(one, trends=replaying, outliers=outliers, domains=domains))
            for one in points
        )
        names = systems.set_index("system_id")["system"]
        for trend, had, has in zip(replaying, before, after, strict=True):
            if not had.equals(has):
                rows.append(_row(trend, had, has, names=names, units=units))
    return typed(pd.DataFrame(rows), "corrected_trends")


def _with_corrections(
    systems: pd.DataFrame, compute: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables as if the paper had had every correction."""
    flop = systems.set_index("system_id")["training_compute_flop"]
    published = compute["system_id"].map(flop)
    return all_corrected(systems), compute.assign(training_compute_published_flop=published)


def _members(
    points: pd.DataFrame, *, trends: Sequence[Trend], outliers: Outliers, domains: Domains
) -> Iterator[pd.DataFrame]:
    """Systems that each trend is fitted on, of `select_datasets`, sorted by their key."""
    scores = score_systems(points, outliers=outliers)
    for trend in trends:
        of_dataset = scores[scores["dataset"] == trend.dataset]
        fitted = select_trend(of_dataset, trend, outliers=outliers, domains=domains)
        yield fitted[FITTED].sort_values("system_id", kind="stable").reset_index(drop=True)


def _row(
    trend: Trend, had: pd.DataFrame, has: pd.DataFrame, *, names: pd.Series, units: Units
) -> Record:
    """Row of table ``corrected_trends``, from systems as the paper had them and as corrected."""
    line = fit_line(has["day"], has["log_flop"])
    gained, lost = (
        "; ".join(names[one.loc[~one["system_id"].isin(other["system_id"]), "system_id"]])
        for one, other in ((has, had), (had, has))
    )
    return {
        "trend": trend.name,
        "table": trend.table,
        "row": trend.row,
        "n_published": len(had),
        "n": len(has),
        "start_flop": 10**line.start,
        "end_flop": 10**line.end,
        **growth_columns(line.slope, units=units),
        "r2": line.r2,
        "gained": gained or None,
        "lost": lost or None,
    }
