"""Which systems a trend is fitted on: datasets, scores, outliers, scale, records, domains."""

from __future__ import annotations

import numpy as np
import pandas as pd

from compute_trends.common.dates import day_number, day_numbers, in_period
from compute_trends.common.records import Record
from compute_trends.estimate.formulas import spread_oom
from compute_trends.fit.loglinear import window_scores

# What a fit needs of a system, besides its key.
POINT_COLUMNS = ["domain", "day", "log_flop", "noise_oom"]


def compute_column(basis: str) -> str:
    """Column of table ``compute`` that holds a basis."""
    return f"training_compute_{basis}_flop"


def compute_points(systems: pd.DataFrame, compute: pd.DataFrame, *, basis: str) -> pd.DataFrame:
    """Date and compute of each system that has a value on a basis, as a fit needs them.

    Parameters
    ----------
    systems, compute : pandas.DataFrame
        Tables of these names, one row per system each.
    basis : str
        Which compute value.

    Returns
    -------
    pandas.DataFrame
        basis, system_id, snapshot, domain, day (day number since 1970), log_flop, noise_oom
        (standard deviation of log10 compute after the interval of the system's
        estimate, on either basis; missing where there is none).
    """
    flop = compute_column(basis)
    both = systems.merge(compute, on="system_id", validate="one_to_one").dropna(subset=flop)
    ends = (both[f"training_compute_estimated_flop_ci90_{end}"] for end in ("low", "high"))
    return pd.DataFrame(
        {
            "basis": basis,
            "system_id": both["system_id"],
            "snapshot": both["snapshot"],
            "domain": both["domain"],
            "day": day_numbers(both["publication_date"]),
            "log_flop": np.log10(both[flop]),
            "noise_oom": spread_oom(*ends),
        }
    )


def select_datasets(
    systems: pd.DataFrame, compute: pd.DataFrame, *, datasets: list[Record], bases: list[str]
) -> pd.DataFrame:
    """Systems of each dataset on each basis.

    Parameters
    ----------
    systems, compute : pandas.DataFrame
        Tables of these names, one row per system each.
    datasets : list of dict
        Records with ``name``, ``snapshots`` and ``through`` (day y-m-d, inclusive).
    bases : list of str
        Bases to select; systems without a value on a basis are left out of it.

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
        for snapshot in dataset["snapshots"]:
            if snapshot not in known:
                raise ValueError(
                    f"dataset {dataset['name']}: no system has the snapshot {snapshot!r}; "
                    f"known snapshots: {', '.join(sorted(known))}"
                )
    selections = []
    for basis in bases:
        points = compute_points(systems, compute, basis=basis)
        for dataset in datasets:
            chosen = points[
                points["snapshot"].isin(dataset["snapshots"])
                & (points["day"] <= day_number(dataset["through"]))
            ]
            selections.append(chosen.drop(columns="snapshot").assign(dataset=dataset["name"]))
    return pd.concat(selections, ignore_index=True)


def join_members(
    members: pd.DataFrame, systems: pd.DataFrame, compute: pd.DataFrame
) -> pd.DataFrame:
    """Date and compute of the systems behind each trend.

    Parameters
    ----------
    members, systems, compute : pandas.DataFrame
        Tables of these names.

    Returns
    -------
    pandas.DataFrame
        ``members`` with day, log_flop and noise_oom (see `compute_points`).
    """
    bases = members["basis"].unique()
    points = pd.concat([compute_points(systems, compute, basis=basis) for basis in bases])
    return members.merge(
        points.drop(columns=["snapshot", "domain"]),
        on=["basis", "system_id"],
        validate="many_to_one",
    )


def is_large_scale(z: pd.Series, day: pd.Series, *, high_z: float, after: str) -> pd.Series:
    """Whether systems are large-scale: z above the threshold and dated after a day.

    Parameters
    ----------
    z, day : pandas.Series
        Standard scores and day numbers.
    high_z : float
        Threshold, exclusive.
    after : str
        Day y-m-d, exclusive.
    """
    return (z > high_z) & (day > day_number(after))


def score_systems(selected: pd.DataFrame, *, outliers: Record) -> pd.DataFrame:
    """Score systems against those of about their date, and mark outliers and scale.

    Parameters
    ----------
    selected : pandas.DataFrame
        From `select_datasets`.
    outliers : dict
        ``window_days``, ``low_z``, ``high_z``, ``large_scale_from``.

    Returns
    -------
    pandas.DataFrame
        ``selected`` with window_n, z_score, low_outlier (bool) and scale
        (regular or large). Each dataset and basis is scored on its own, before
        anything is left out of it.
    """
    scored = []
    for _, group in selected.groupby(["dataset", "basis"], sort=False):
        window_n, z = window_scores(
            group["day"], group["log_flop"], window_days=outliers["window_days"]
        )
        scored.append(group.assign(window_n=window_n, z_score=z, low_outlier=z < outliers["low_z"]))
    scores = pd.concat(scored)
    large = is_large_scale(
        scores["z_score"],
        scores["day"],
        high_z=outliers["high_z"],
        after=outliers["large_scale_from"],
    )
    return scores.assign(scale=np.where(large, "large", "regular"))


def is_record(points: pd.DataFrame, *, without: list[str]) -> pd.Series:
    """Whether systems set a record: no system dated no later has more compute.

    Parameters
    ----------
    points : pandas.DataFrame
        system_id, day and log_flop of one dataset and basis, low outliers included.
    without : list of str
        Systems that are left out beforehand; they set no record.

    Returns
    -------
    pandas.Series of bool
        In the order of ``points``.
    """
    kept = points[~points["system_id"].isin(without)]
    highest = kept.groupby("day")["log_flop"].max().sort_index().cummax()
    return points["system_id"].isin(kept["system_id"]) & (
        points["log_flop"] >= points["day"].map(highest)
    )


def domain_groups(domains: pd.Series, *, least: int) -> pd.Series:
    """Domains, those of fewer than ``least`` systems put together as Other."""
    small = domains.map(domains.value_counts()) < least
    return domains.mask(small, "Other")


def select_trend(
    scores: pd.DataFrame, trend: Record, *, outliers: Record, domains: Record
) -> pd.DataFrame:
    """Systems of one dataset and basis that a trend is fitted on.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `score_systems`, one dataset and basis.
    trend : dict
        ``period`` (see `in_period`), ``scale`` (all, regular or large) and,
        optionally, ``large_scale_from`` and ``high_z`` instead of those of
        ``outliers``, ``records`` (see `is_record`) and ``domain`` (see
        `domain_groups`, among the systems of the period).
    outliers : dict
        ``high_z`` and the default ``large_scale_from``.
    domains : dict
        ``least``: systems that a domain needs to stand for itself.

    Returns
    -------
    pandas.DataFrame
        Rows of ``scores`` without low outliers.
    """
    chosen = in_period(scores["day"], trend["period"]) & ~scores["low_outlier"]
    if "domain" in trend:
        groups = domain_groups(scores.loc[chosen, "domain"], least=domains["least"])
        chosen &= groups.reindex(scores.index) == trend["domain"]
    if "records" in trend:
        chosen &= is_record(scores, without=trend["records"]["without"])
    if trend["scale"] != "all":
        large = is_large_scale(
            scores["z_score"],
            scores["day"],
            high_z=trend["high_z"] if "high_z" in trend else outliers["high_z"],
            after=str(trend.get("large_scale_from", outliers["large_scale_from"])),
        )
        chosen &= large if trend["scale"] == "large" else ~large
    return scores[chosen]
