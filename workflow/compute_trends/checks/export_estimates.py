"""Compute of the systems of every export, by method, and how far the methods agree."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compute_trends.checks.agreement import agreement_table
from compute_trends.common.records import by_name
from compute_trends.estimate.export import export_inputs
from compute_trends.estimate.systems import estimate_export_stage
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.estimate import Choice, Defaults, Uncertainty
from compute_trends.tables.dictionary import path_of


def estimate_exports(
    systems: Sequence[pd.DataFrame],
    excluded: Sequence[pd.DataFrame],
    attributes: Sequence[pd.DataFrame],
    columns: Sequence[pd.DataFrame],
    hardware: Sequence[pd.DataFrame],
    error_model: pd.DataFrame,
    *,
    exports: Sequence[ExportFile],
    defaults: Defaults,
    uncertainty: Uncertainty,
    choice: Choice,
    seed: int,
) -> dict[str, list[pd.DataFrame]]:
    """Estimate the compute of the systems of every export from its own columns.

    Parameters
    ----------
    systems, excluded, attributes, columns, hardware : sequence of pandas.DataFrame
        Tables ``systems``, ``excluded``, ``export_attributes``, ``export_columns`` and
        ``export_hardware`` of each export.
    error_model : pandas.DataFrame
        Errors of methods as learnt from the annotations.
    exports : sequence of ExportFile
        ``clean.exports`` of config.yaml.
    defaults, uncertainty, choice, seed
        Of section ``estimate``, and the seed of the run.

    Returns
    -------
    dict of str to list of pandas.DataFrame
        For each export: ``export_inputs`` and ``export_left_out``, ``estimates`` and
        ``compute``, ``agreement``.
    """
    parts = []
    of_exports = zip(exports, systems, excluded, attributes, columns, hardware, strict=True)
    for export, own, left, more, headers, chips in of_exports:
        tables = export_inputs(own, more, headers, chips)
        files = [path_of(name, export=export.name) for name in ("export_inputs", "export_hardware")]
        values = estimate_export_stage(
            *(own, left, tables["export_inputs"], chips, error_model),
            files=files,
            defaults=defaults,
            uncertainty=uncertainty,
            choice=choice,
            seed=seed,
        )
        tables |= values
        tables["agreement"] = agreement_table(**values, preference=choice.preference, seed=seed)
        parts.append(tables)
    return by_name(parts)
