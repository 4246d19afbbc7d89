"""Training compute over that of one image or token, of systems that have both."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compute_trends.settings.clean import ExportFile
from compute_trends.tables.dictionary import typed

# Where a pair of values is from
ANNOTATED, MODELS = "annotations", "models"
UNITS = {"pixels": "image", "tokens": "token"}


def training_inference(
    systems: Sequence[pd.DataFrame],
    compute: Sequence[pd.DataFrame],
    models: pd.DataFrame,
    passes: pd.DataFrame,
    *,
    leading: Sequence[ExportFile],
) -> pd.DataFrame:
    """Table ``training_inference``: training compute, inference compute and their ratio.

    Parameters
    ----------
    systems, compute : sequence of pandas.DataFrame
        Tables of these names: of the annotations, then of the export in ``leading``.
    models, passes : pandas.DataFrame
        Table ``inference_models`` and raw table ``inference_passes``.

    Returns
    -------
    pandas.DataFrame
        A row for each annotated system that states its inference compute, and for each model
        that the export knows by its training compute. The ratio is the number of images,
        tokens, ... that cost as much as the training.
    """
    parts = [_annotated(systems[0], compute[0], passes)]
    for export, own, values in zip(leading, systems[1:], compute[1:], strict=True):
        parts.append(_of_models(models, own, values).assign(vintage=export.date))
    rows = pd.concat(parts, ignore_index=True)
    rows["units_per_training"] = rows["training_flop"] / rows["flop_per_unit"]
    return typed(rows, "training_inference")


def _annotated(systems: pd.DataFrame, compute: pd.DataFrame, passes: pd.DataFrame) -> pd.DataFrame:
    """Annotated systems with their re-derived training compute, else the published one."""
    both = systems.merge(compute, on="system_id").merge(
        passes.drop(columns=["inference_compute_flop"]), on="system_id"
    )
    both["training_flop"] = both["training_compute_estimated_flop"].fillna(
        both["training_compute_published_flop"]
    )
    both["flop_per_unit"] = both["inference_compute_flop"] / both["units_per_pass"]
    there = both.dropna(subset=["training_flop", "flop_per_unit"])
    columns = ["system_id", "system", "publication_date", "pass_unit"]
    return there[[*columns, "training_flop", "flop_per_unit"]].assign(sample=ANNOTATED)


def _of_models(models: pd.DataFrame, systems: pd.DataFrame, compute: pd.DataFrame) -> pd.DataFrame:
    """Models at their largest input, with the training compute that the export states."""
    known = at_largest_input(models).dropna(subset="export_system_id")
    known = known[["model", "export_system_id", "input_unit", "flop_per_unit"]]
    both = known.merge(
        systems.merge(compute, on="system_id"), left_on="export_system_id", right_on="system_id"
    )
    both["training_flop"] = both["training_compute_published_flop"]
    both["pass_unit"] = both["input_unit"].map(UNITS)
    columns = ["system_id", "system", "publication_date", "pass_unit"]
    there = both.dropna(subset=["training_flop"])
    return there[[*columns, "training_flop", "flop_per_unit"]].assign(sample=MODELS)


def at_largest_input(models: pd.DataFrame) -> pd.DataFrame:
    """Rows of table ``inference_models``, of each model the one at its largest input."""
    largest = models.groupby("model")["input_size"].transform("max")
    return models[models["input_size"] == largest]
