"""Which systems a trend is fitted on: datasets, scores, outliers, scale, records, domains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.clean.replay import systems_on
from compute_trends.common.dates import day_number, day_numbers, in_period
from compute_trends.common.rounding import nine_digits
from compute_trends.common.vocabulary import NOT_RATED
from compute_trends.fit.loglinear import window_scores
from compute_trends.fit.procedure import Pool, Procedure, select
from compute_trends.fit.running_top import near_top
from compute_trends.settings.export_rules import Scale
from compute_trends.settings.fit import Dataset, Domains, Outliers, Trend
from compute_trends.settings.trends import LargeScale, large_scale, resolve


def compute_column(basis: str) -> str:
    """Column of table ``compute`` that holds a basis."""
    return f"training_compute_{basis}_flop"


def compute_points(systems: pd.DataFrame, compute: pd.DataFrame, *, basis: str) -> pd.DataFrame:
    """Date and compute of each system that has a value on a basis, as a fit needs them.

    On the basis ``published`` as the paper had them, see `clean.replay.systems_on`.

    Returns
    -------
    pandas.DataFrame
        basis, system_id, snapshot, domain, day (day number since 1970), log_flop.
    """
    flop, systems = compute_column(basis), systems_on(systems, basis)
    both = systems.merge(compute, on="system_id", validate="one_to_one").dropna(subset=flop)
    return pd.DataFrame(
        {
            "basis": basis,
            "system_id": both["system_id"],
            "snapshot": both["snapshot"],
            "domain": both["domain"],
            "day": day_numbers(both["publication_date"]),
            "log_flop": np.log10(both[flop]),
        }
    )


def select_datasets(
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    *,
    datasets: Sequence[Dataset],
    bases: Sequence[str],
) -> pd.DataFrame:
    """Systems of each dataset on each basis that they have a value on.

    Returns
    -------
    pandas.DataFrame
        dataset and the columns of `compute_points` but snapshot.

    Raises
    ------
    ValueError
        If a dataset names a snapshot that no system has.
    """
    known = set(systems["snapshot"])
    for dataset in datasets:
        for snapshot in dataset.snapshots:
            if snapshot not in known:
                raise ValueError(
                    f"dataset {dataset.name}: no system has the snapshot {snapshot!r}; "
                    f"known snapshots: {', '.join(sorted(known))}"
                )
    selections = []
    for basis in bases:
        points = compute_points(systems, compute, basis=basis)
        for dataset in datasets:
            inside = in_dataset(points["snapshot"], points["day"], dataset)
            selections.append(points[inside].drop(columns="snapshot").assign(dataset=dataset.name))
    return pd.concat(selections, ignore_index=True)


def of_dataset(scores: pd.DataFrame, dataset: str, basis: str) -> pd.DataFrame:
    """Scored systems of one dataset on one basis."""
    return scores[(scores["dataset"] == dataset) & (scores["basis"] == basis)]


def in_dataset(snapshot: pd.Series, day: pd.Series, dataset: Dataset) -> pd.Series:
    """Whether systems of some snapshots and day numbers belong to a dataset."""
    inside = snapshot.isin(dataset.snapshots) & (day <= day_number(dataset.through))
    return inside if dataset.after is None else inside & (day > day_number(dataset.after))


def join_members(
    members: pd.DataFrame, systems: pd.DataFrame, compute: pd.DataFrame
) -> pd.DataFrame:
    """Table ``members``, systems behind each trend, with day and log_flop.

    See `compute_points`.
    """
    bases = members["basis"].unique()
    points = pd.concat([compute_points(systems, compute, basis=basis) for basis in bases])
    points = points.drop(columns=["snapshot", "domain"])
    return members.merge(points, on=["basis", "system_id"], validate="many_to_one")


def is_of_scale(scores: pd.DataFrame, scale: Scale, threshold: LargeScale) -> pd.Series:
    """Whether scored systems are of a scale.

    Large-scale is a z_score above one and a day after another (of the threshold), both exclusive;
    regular is what else has a z_score. A system without one is not rated: it is of neither scale.
    Scores are compared as rounded by `nine_digits`.
    """
    if scale == "all":
        return pd.Series(True, index=scores.index)
    late = scores["day"] > threshold.large_scale_day
    large = late & (nine_digits(scores["z_score"]) > threshold.high_z)
    return large if scale == "large" else scores["z_score"].notna() & ~large


def score_systems(points: pd.DataFrame, *, outliers: Outliers) -> pd.DataFrame:
    """Score systems against those of about their date, and mark outliers and scale.

    Returns
    -------
    pandas.DataFrame
        ``points``, such as from `select_datasets`, with window_n, z_score, low_outlier (bool)
        and scale (regular, large or not rated). Each dataset and basis is scored on its own, before
        anything is left out of it.
    """
    groups = []
    for _, group in points.groupby(["dataset", "basis"], sort=False):
        days, log_flop = group["day"], group["log_flop"]
        window_n, z = window_scores(days, log_flop, window_days=outliers.window_days)
        low = nine_digits(z) < outliers.low_z
        groups.append(group.assign(window_n=window_n, z_score=z, low_outlier=low))
    scores = pd.concat(groups)
    return scores.assign(scale=scale_names(scores, large_scale(outliers)))


def scale_names(scores: pd.DataFrame, threshold: LargeScale) -> pd.Series:
    """Scale of scored systems: regular, large, or `NOT_RATED` without a z_score."""
    named = np.where(is_of_scale(scores, "large", threshold), "large", "regular")
    return pd.Series(np.where(scores["z_score"].isna(), NOT_RATED, named), index=scores.index)


def domain_groups(domains: pd.Series, *, among: pd.Series, least: int) -> pd.Series:
    """Domains, those of fewer than ``least`` of the systems ``among`` put together as Other."""
    count = domains.map(domains[among].value_counts()).fillna(0)
    return domains.mask((count < least) & domains.notna(), "Other")


def procedure_of(
    scores: pd.DataFrame, trend: Trend, *, outliers: Outliers, domains: Domains
) -> Procedure:
    """How a trend selects its systems among the scored ones of one dataset and basis.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `score_systems`.
    trend : Trend
        Selects by period and scale and, if it says so, by records and domain (see
        `domain_groups`, among the systems of the period that are no low outliers; which
        domains are small is not asked anew in resamples).
    outliers : Outliers
        What makes a system a low outlier, and large-scale where the trend says nothing of its
        own.
    domains : Domains
        Systems that a domain needs to stand for itself.
    """
    resolved = resolve(trend, outliers)
    eligible = in_period(scores["day"], resolved.period)
    if trend.domain is not None:
        among = eligible & ~scores["low_outlier"]
        groups = domain_groups(scores["domain"], among=among, least=domains.least)
        eligible &= groups == trend.domain
    without = trend.records.without if trend.records else []
    return Procedure(
        eligible=eligible.to_numpy(),
        markable=(scores["day"] > resolved.large_scale_day).to_numpy(),
        rivals=~scores["system_id"].isin(without).to_numpy(),
        low_z=outliers.low_z,
        scale=trend.scale,
        high_z=resolved.high_z,
        top=trend.records.top if trend.records else None,
    )


def is_record(points: pd.DataFrame) -> pd.Series:
    """Whether systems set a record: no system dated no later has more compute.

    ``points`` hold day and log_flop of one dataset and basis, low outliers included.
    """
    days, values = (points[name].to_numpy(dtype=float) for name in ("day", "log_flop"))
    return pd.Series(near_top(days, values, within=1), index=points.index)


class Selection(NamedTuple):
    """Systems that are scored and ranked together, and how a trend selects among them.

    ``pool`` holds rows of the scores, ``window_days`` is the width of their window.
    """

    pool: pd.DataFrame
    procedure: Procedure
    window_days: float

    @property
    def arrays(self) -> Pool:
        """The pool as arrays; its rows are in order of the dates where it is resampled."""
        days, values = (self.pool[name].to_numpy(dtype=float) for name in ("day", "log_flop"))
        return Pool(days, values, self.window_days)

    @property
    def points(self) -> pd.DataFrame:
        """Rows of the scores that the trend is fitted on."""
        each = np.ones((1, len(self.pool)))
        z = self.pool["z_score"].to_numpy(dtype=float)[np.newaxis]
        rows: pd.DataFrame = self.pool[select(self.procedure, self.arrays, z, each)[0]]
        return rows


def select_trend(
    scores: pd.DataFrame, trend: Trend, *, outliers: Outliers, domains: Domains
) -> pd.DataFrame:
    """Systems that a trend is fitted on, rows of the scores; see `procedure_of`."""
    procedure = procedure_of(scores, trend, outliers=outliers, domains=domains)
    return Selection(scores, procedure, outliers.window_days).points
