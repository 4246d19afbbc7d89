"""Compute values of the systems held against each other, and what they rest on."""

from __future__ import annotations

import pandas as pd

from compute_trends.checks.agreement import agreement_table, implied_utilization
from compute_trends.checks.verdicts import disagreements
from compute_trends.common.dates import day_numbers, in_period
from compute_trends.common.records import Record, records
from compute_trends.tables.dictionary import column_names, typed


def check_estimates(
    systems: pd.DataFrame,
    estimates: pd.DataFrame,
    compute: pd.DataFrame,
    excluded: pd.DataFrame,
    verdicts: pd.DataFrame,
    *,
    settings: Record,
    preference: list[Record],
    eras: list[Record],
    seed: int,
    file: str,
) -> dict[str, pd.DataFrame]:
    """Hold the values of each system against each other.

    Parameters
    ----------
    systems, estimates, compute, excluded : pandas.DataFrame
        Tables of these names; verdicts on excluded systems are passed over.
    verdicts, file : pandas.DataFrame, str
        See `disagreements`.
    settings : dict
        ``estimate.disagreements`` of the config: ``factor`` and ``missing_verdict``.
    preference : list of dict
        See `estimate.rank_estimates`.
    eras : list of dict
        Records of ``render.eras``.
    seed : int
        Seed of the run.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``disagreements``, ``agreement``, ``utilization`` and ``estimate_kinds``.

    Raises
    ------
    InputError
        See `disagreements`.
    """
    gone = set(excluded["system_id"].dropna()) - set(systems["system_id"])
    verdicts = verdicts[~verdicts["system_id"].isin(gone)]
    return {
        "disagreements": disagreements(estimates, compute, verdicts, file=file, **settings),
        "agreement": agreement_table(estimates, compute, preference=preference, seed=seed),
        "utilization": implied_utilization(estimates, preference=preference),
        "estimate_kinds": estimate_kinds(systems, compute, eras=eras),
    }


def estimate_kinds(
    systems: pd.DataFrame, compute: pd.DataFrame, *, eras: list[Record]
) -> pd.DataFrame:
    """What kind of estimate the systems of each era rest on.

    Parameters
    ----------
    systems, compute : pandas.DataFrame
        Tables of these names.
    eras : list of dict
        Records of ``render.eras``.

    Returns
    -------
    pandas.DataFrame
        Table ``estimate_kinds``.
    """
    dated = compute.merge(systems[["system_id", "publication_date"]], on="system_id")
    dated[["method", "confidence"]] = dated[["method", "confidence"]].fillna("none")
    days = day_numbers(dated["publication_date"])
    rows = []
    for era in eras:
        inside = dated[in_period(days, era["period"])]
        counts = inside.groupby(["method", "confidence"], as_index=False).size()
        labels = {
            "era": era["name"],
            "period": f"{era['period']['after']}/{era['period']['through']}",
        }
        rows += [
            labels | {name: kind[name] for name in ("method", "confidence")} | {"n": kind["size"]}
            for kind in records(counts)
        ]
    return typed(pd.DataFrame(rows, columns=column_names("estimate_kinds")), "estimate_kinds")
