"""Compute values of the systems held against each other, and what they rest on."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compute_trends.checks.agreement import agreement_table
from compute_trends.checks.calibration import (
    calibration_table,
    check_calibration,
    held_values,
)
from compute_trends.checks.physics import check_physics
from compute_trends.checks.verdicts import disagreements
from compute_trends.common.dates import day_numbers, in_period
from compute_trends.estimate.ranks import rank_estimates
from compute_trends.estimate.utilization import implied_utilization
from compute_trends.estimate.verdicts import judge
from compute_trends.settings.estimate import Estimate
from compute_trends.settings.render import Era
from compute_trends.tables.dictionary import typed


def check_estimates(
    systems: pd.DataFrame,
    estimates: pd.DataFrame,
    compute: pd.DataFrame,
    excluded: pd.DataFrame,
    discrepancies: pd.DataFrame,
    later_values: pd.DataFrame,
    later_verdicts: pd.DataFrame,
    inputs: pd.DataFrame,
    *,
    settings: Estimate,
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
    discrepancies, later_values, later_verdicts, inputs : pandas.DataFrame
        Raw tables of these names, the last ``compute_inputs``; verdicts on excluded systems
        are passed over.
    settings, eras
        ``estimate`` and ``render.eras`` of config.yaml.
    seed, file, inputs_file
        Seed of the run, and files of the verdicts and of the inputs, to name in messages.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``disagreements``, ``agreement``, ``utilization``, ``physics``,
        ``estimate_kinds``, ``held_values`` and ``calibration``.

    Raises
    ------
    InputError
        See `disagreements`, `check_physics` and `check_calibration`.
    """
    gone = set(excluded["system_id"].dropna()) - set(systems["system_id"])
    verdicts = discrepancies[~discrepancies["system_id"].isin(gone)]
    judgements = judge(estimates["estimate_id"].to_list(), verdicts, file=file)
    preference = settings.choice.preference
    held = held_values(estimates, later_values, later_verdicts, judgements, choice=settings.choice)
    calibration = calibration_table(held, estimates, settings.uncertainty.classes)
    check_calibration(calibration, settings.calibration)
    utilization = implied_utilization(rank_estimates(estimates, preference), judgements)
    return {
        "disagreements": disagreements(
            estimates, compute, verdicts, settings=settings.disagreements, file=file
        ),
        "agreement": agreement_table(estimates, compute, preference=preference, seed=seed),
        "utilization": typed(utilization, "utilization"),
        "physics": check_physics(estimates, inputs, settings=settings.physics, file=inputs_file),
        "estimate_kinds": estimate_kinds(systems, compute, eras=eras),
        "held_values": held,
        "calibration": calibration,
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
