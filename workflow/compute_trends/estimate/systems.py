"""Stage estimate: training compute of each system, on each basis.

The basis ``published`` carries the annotated value through; ``estimated`` is computed
from the inputs in compute_inputs.csv, or from those that an export gives. How far an estimate
may be off is learnt from other systems: see `error_model`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from compute_trends.common.problems import stop_on
from compute_trends.common.records import Record
from compute_trends.estimate.choice import alternative_values, choose_compute, warn_of_missing
from compute_trends.estimate.error_model import (
    Errors,
    Evidence,
    error_model_table,
    errors_of_table,
)
from compute_trends.estimate.evaluation import Own, evaluate
from compute_trends.estimate.evidence import (
    collect_evidence,
    estimates_table,
    published_estimates,
    read_inputs,
    related_systems,
)
from compute_trends.estimate.inputs import complete_inputs
from compute_trends.estimate.same_quantity import quantity_problems
from compute_trends.estimate.trace import trace_table
from compute_trends.estimate.verdicts import Judgements, judge
from compute_trends.settings.estimate import Choice, Defaults, Quantities, Uncertainty


class Learnt(NamedTuple):
    """Inputs that were read, and what they tell of errors.

    Parameters
    ----------
    published : pandas.DataFrame
        From `evidence.published_estimates`.
    read : list of (dict, Own)
        From `evidence.read_inputs`.
    judgements : Judgements
        From `verdicts.judge`.
    evidence : Evidence
        From `evidence.collect_evidence`.
    related : dict of str to set of str
        From `evidence.related_systems`.
    """

    published: pd.DataFrame
    read: list[tuple[Record, Own | None]]
    judgements: Judgements
    evidence: Evidence
    related: dict[str, set[str]]

    def errors_for(self, system: str) -> Errors:
        """Errors as the systems show them that share no source with this one."""
        return self.evidence.errors(without=self.related[system])


def learn(
    systems: pd.DataFrame,
    excluded: pd.DataFrame,
    inputs: pd.DataFrame,
    hardware: pd.DataFrame,
    verdicts: pd.DataFrame,
    later_values: pd.DataFrame,
    *,
    files: Sequence[str],
    defaults: Defaults,
    uncertainty: Uncertainty,
    choice: Choice,
    seed: int,
) -> Learnt:
    """Read the inputs and learn errors from them, as `estimate_stage` does."""
    in_force = complete_inputs(
        inputs, hardware, systems, excluded, defaults=defaults, files=files[:2]
    )
    published = published_estimates(systems)
    gone = set(excluded["system_id"].dropna()) - set(systems["system_id"])
    known = [*published["estimate_id"], *in_force["estimate_id"]]
    judgements = judge(known, verdicts[~verdicts["system_id"].isin(gone)], file=files[2])
    read = read_inputs(in_force, uncertainty=uncertainty, seed=seed)
    evidence = collect_evidence(
        published, read, later_values, judgements, choice=choice, uncertainty=uncertainty
    )
    return Learnt(published, read, judgements, evidence, related_systems(in_force))


def estimate_stage(
    systems: pd.DataFrame,
    excluded: pd.DataFrame,
    inputs: pd.DataFrame,
    hardware: pd.DataFrame,
    verdicts: pd.DataFrame,
    later_values: pd.DataFrame,
    *,
    files: Sequence[str],
    defaults: Defaults,
    uncertainty: Uncertainty,
    choice: Choice,
    seed: int,
    quantities: Quantities | None = None,
    exported: pd.DataFrame | None = None,
) -> dict[str, pd.DataFrame]:
    """Estimate the training compute of systems, and choose one value of each.

    Parameters
    ----------
    systems, excluded : pandas.DataFrame
        Tables of these names.
    inputs, hardware, verdicts, later_values : pandas.DataFrame
        Raw tables ``compute_inputs``, ``hardware``, ``discrepancies`` and ``later_values``.
    files : sequence of str
        Files of ``inputs``, ``hardware`` and ``verdicts``, to name in messages.
    defaults : Defaults
        See `inputs.complete_inputs`, also for the errors that it raises.
    uncertainty : Uncertainty
        See `evaluation.evaluate`.
    choice : Choice
        See `choice.choose_compute`.
    seed : int
        Seed of the run.
    quantities, exported
        See `same_quantity.quantity_problems`; without both nothing is compared.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``estimates``, the published values first, ``trace``: how the others follow
        from their inputs, ``compute``, ``alternatives``, and ``error_model``: what is learnt
        from all systems. The interval of a system is learnt from those only that share no
        source with it.
    """
    if quantities is not None and exported is not None:
        stop_on(quantity_problems(systems, inputs, exported, quantities=quantities, file=files[0]))
    learnt = learn(
        *(systems, excluded, inputs, hardware, verdicts, later_values),
        files=files,
        defaults=defaults,
        uncertainty=uncertainty,
        choice=choice,
        seed=seed,
    )
    rows = [
        evaluate(row, own, uncertainty=uncertainty, errors=learnt.errors_for(row["system_id"]))
        for row, own in learnt.read
    ]
    estimates = estimates_table(learnt.published, rows)
    judgements = learnt.judgements
    compute = choose_compute(estimates, judgements, choice=choice)
    warn_of_missing(compute)
    return {
        "estimates": estimates,
        "trace": trace_table(rows, inputs, uncertainty.inputs),
        "compute": compute,
        "alternatives": alternative_values(estimates, compute, judgements, choice=choice),
        "error_model": error_model_table(learnt.evidence),
    }


def estimate_export_stage(
    systems: pd.DataFrame,
    excluded: pd.DataFrame,
    inputs: pd.DataFrame,
    hardware: pd.DataFrame,
    error_model: pd.DataFrame,
    *,
    files: Sequence[str],
    defaults: Defaults,
    uncertainty: Uncertainty,
    choice: Choice,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Estimate the training compute of the systems of an export from its own columns.

    Parameters
    ----------
    inputs, hardware, error_model : pandas.DataFrame
        Tables ``export_inputs``, ``export_hardware`` and ``error_model``. The others are as
        in `estimate_stage`.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``estimates`` and ``compute``.
    """
    in_force = complete_inputs(inputs, hardware, systems, excluded, defaults=defaults, files=files)
    errors = errors_of_table(error_model)
    read = read_inputs(in_force, uncertainty=uncertainty, seed=seed)
    rows = [evaluate(row, own, uncertainty=uncertainty, errors=errors) for row, own in read]
    estimates = estimates_table(published_estimates(systems), rows)
    compute = choose_compute(estimates, Judgements(), choice=choice)
    warn_of_missing(compute)
    return {"estimates": estimates, "compute": compute}
