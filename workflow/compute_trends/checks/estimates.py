"""Compute values of the systems held against each other, and what they rest on."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compute_trends.checks.agreement import agreement_table, implied_utilization
from compute_trends.checks.physics import check_physics
from compute_trends.checks.verdicts import disagreements
from compute_trends.common.dates import day_numbers, in_period
from compute_trends.settings.estimate import Disagreements, Physics, Preference
from compute_trends.settings.render import Era
from compute_trends.tables.dictionary import typed


def check_estimates(
    systems: pd.DataFrame,
    estimates: pd.DataFrame,
    compute: pd.DataFrame,
    excluded: pd.DataFrame,
    discrepancies: pd.DataFrame,
    inputs: pd.DataFrame,
    *,
    settings: Disagreements,
    physics: Physics,
    preference: Sequence[Preference],
    eras: Sequence[Era],
    seed: int,
    file: str,
    inputs_file: str,
) -> dict[str, pd.DataFrame]:
    """Hold the compute values of each system against each other.

    Parameters
    ----------
    systems, estimates, compute, excluded : pandas.DataFrame
        Tables of these names.
    discrepancies : pandas.DataFrame
        Raw table of this name: verdicts; those on excluded systems are passed over.
    inputs : pandas.DataFrame
        Raw table ``compute_inputs``.
    settings, physics, preference, eras
        ``estimate.disagreements``, ``estimate.physics``, ``estimate.choice.preference`` and
        ``render.eras`` of config.yaml.
    seed, file, inputs_file
        Seed of the run, and files of the verdicts and of the inputs, to name in messages.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``disagreements``, ``agreement``, ``utilization``, ``physics`` and
        ``estimate_kinds``.

    Raises
    ------
    InputError
        See `disagreements` and `check_physics`.
    """
    gone = set(excluded["system_id"].dropna()) - set(systems["system_id"])
    verdicts = discrepancies[~discrepancies["system_id"].isin(gone)]
    return {
        "disagreements": disagreements(estimates, compute, verdicts, settings=settings, file=file),
        "agreement": agreement_table(estimates, compute, preference=preference, seed=seed),
        "utilization": implied_utilization(estimates, preference=preference),
        "physics": check_physics(estimates, inputs, settings=physics, file=inputs_file),
        "estimate_kinds": estimate_kinds(systems, compute, eras=eras),
    }


def estimate_kinds(
    systems: pd.DataFrame, compute: pd.DataFrame, *, eras: Sequence[Era]
) -> pd.DataFrame:
    """Table ``estimate_kinds``: what kind of estimate the systems of each era rest on."""
    dates = systems[["system_id", "publication_date"]]
    kinds = compute.merge(dates, on="system_id").fillna({"method": "none", "confidence": "none"})
    days = day_numbers(kinds["publication_date"])
    tables = [pd.DataFrame()]
    for era in eras:
        groups = kinds[in_period(days, era.period)].groupby(["method", "confidence"])
        counts = groups.size().rename("n").reset_index()
        tables.append(counts.assign(era=era.name, period=era.period.text))
    return typed(pd.concat(tables, ignore_index=True), "estimate_kinds")
