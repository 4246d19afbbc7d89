"""Inputs of estimates from the columns of an export, in the form of compute_inputs.csv.

Only where the columns mean what the formulas need; what is left out has a reason, and
an input that is not stated is marked as assumed, which makes the estimate speculative.
"""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd

from compute_trends.clean.chips import formats_of, names_of_chips, peak_column
from compute_trends.clean.export import is_fine_tune
from compute_trends.clean.export_headers import header_of
from compute_trends.clean.reasons import first_reason
from compute_trends.common.problems import stop_on
from compute_trends.tables.dictionary import generated_table, typed

LOG = logging.getLogger(__name__)
Frames = tuple[pd.DataFrame, pd.DataFrame]

# ASSUME: before the Transformer (arXiv 1706.03762), tables that are looked up or counted
# made up most parameters of language models, and a token does not use them all.
TRANSFORMER = "2017-06-12"
# ASSUME: data of at least this many tokens are passed once where no epochs are stated;
# less is repeated, up to hundreds of times.
PASSED_ONCE = 1e11
# ASSUME: where no format is stated, the one that training on such a chip mostly uses.
USUAL = ("tensor_fp16", "tf32", "fp32", "fp16")
FINE_TUNE = "made from another model: the columns may be those of the later training alone"
# Where neither a link nor a reference to the web is given.
NO_ADDRESS = "https://epoch.ai/data"


def export_inputs(
    systems: pd.DataFrame,
    attributes: pd.DataFrame,
    columns: pd.DataFrame,
    hardware: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Inputs that the columns of an export give for the systems of it.

    Parameters
    ----------
    systems, attributes, columns, hardware : pandas.DataFrame
        Tables ``systems``, ``export_attributes``, ``export_columns`` and ``export_hardware``
        of the export.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``export_inputs`` and ``export_left_out``. Nothing is said of a system that
        lacks one of the columns that a method needs.
    """
    more = attributes.drop(columns="system_id")
    rows = systems.merge(more, on="annotation_id", validate="one_to_one")
    size_header = header_of(columns, "training_dataset_size_datapoints")
    counts = _operation_counts(rows, size_header=size_header)
    times = _hardware_times(rows, hardware)
    names = ("export_inputs", "export_left_out")
    result = {
        name: typed(pd.concat(parts, ignore_index=True), name)
        for name, *parts in zip(names, counts, times, strict=True)
    }
    LOG.info("%d estimates from columns, %d left out", *map(len, result.values()))
    return result


def _operation_counts(rows: pd.DataFrame, *, size_header: str) -> Frames:
    """Inputs from parameters and data: 2 FLOP per parameter and token in the forward pass."""
    rows = rows.assign(examples=rows["training_dataset_size_datapoints"])
    rows = rows[rows["parameters"].notna() & rows["examples"].notna()]
    reasons = {
        FINE_TUNE: is_fine_tune(rows),
        "not a language model: the size of the data may count images, time steps or "
        "examples, and a parameter may be used more than once in a pass": rows["domain"]
        != "Language",
        "mixture of experts, by its notes: a pass uses fewer parameters than there are": rows[
            "mixture_of_experts"
        ],
        "older than the Transformer: tables that are looked up count as parameters, though a "
        "token does not use them all": rows["publication_date"] < TRANSFORMER,
        "epochs are not stated, and data of this size are repeated": rows["epochs"].isna()
        & (rows["examples"] < PASSED_ONCE),
        "a value out of range": _out_of_range(rows, ["parameters", "examples", "epochs"]),
    }
    usable, left_out = _split_by_reason(rows, reasons, "operation_count")
    assumptions = {
        "examples: the export does not say that its size counts tokens.": ~usable[
            "size_counts_tokens"
        ],
        "epochs: one, none is stated.": usable["epochs"].isna(),
    }
    inputs = usable[["system_id", "parameters", "examples"]].assign(
        method="operation_count",
        epochs=usable["epochs"].fillna(1.0),
        source_locator=f"export columns Parameters, {size_header}, Epochs",
        derivation="2 FLOP per parameter and token in the forward pass, as the export states them.",
    )
    return _with_sources(inputs, usable["link"], assumptions), left_out


def _hardware_times(rows: pd.DataFrame, hardware: pd.DataFrame) -> Frames:
    """Inputs from chips, hours, peak rate and utilization."""
    rows = rows[rows["hardware"].notna() & rows["chips"].notna() & rows["hours"].notna()]
    chips, problems = names_of_chips(hardware, file="hardware.csv")
    stop_on(problems)
    chip = rows["hardware"].str.strip().str.lower().map(chips)
    precision, is_stated = _precisions(rows["numerical_format"], chip, hardware)
    is_mixed = rows["hardware"].str.contains("; ", regex=False)
    unknown = chip.isna() & ~is_mixed
    reasons = {
        FINE_TUNE: is_fine_tune(rows),
        "several kinds of chips": is_mixed,
        "no peak rate of its chip in hardware.csv: ": unknown,
        "no peak rate of its chip in its number format": precision.isna() & ~unknown,
        "a value out of range": _out_of_range(rows, ["chips", "hours"]),
    }
    usable, left_out = _split_by_reason(rows, reasons, "hardware_time")
    by_chip = left_out["reason"].str.endswith(": ")
    names = left_out["system_id"].map(rows.set_index("system_id")["hardware"])
    left_out["reason"] = left_out["reason"].where(~by_chip, left_out["reason"] + names)
    has_utilization = _in_range(usable["utilization"])
    assumptions = {
        "utilization: none is stated, the default is taken.": ~has_utilization,
        "precision: the number format is not stated.": ~is_stated.loc[usable.index],
    }
    inputs = usable[["system_id", "chips", "hours"]].assign(
        method="hardware_time",
        hardware=chip.loc[usable.index],
        precision=precision.loc[usable.index],
        utilization=usable["utilization"].where(has_utilization),
        utilization_kind=has_utilization.map({True: "mfu", False: None}),
        source_locator="export columns Training hardware, Hardware quantity, Training time (hours)",
        derivation="Chips times hours at the chip's peak rate, as the export states them.",
    )
    return _with_sources(inputs, usable["link"], assumptions), left_out


def _out_of_range(rows: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Whether a row has a value that no input may have."""
    wrong = [rows[name].notna() & ~_in_range(rows[name]) for name in columns]
    return pd.concat(wrong, axis="columns").any(axis="columns")


def _in_range(values: pd.Series) -> pd.Series:
    """Whether each value is one that an input of this name may have."""
    return values.between(*generated_table("export_inputs").field(str(values.name)).limits)


def _precisions(
    formats: pd.Series, chip: pd.Series, hardware: pd.DataFrame
) -> tuple[pd.Series, pd.Series]:
    """Number format of the peak rate of each row, and whether the export states it."""
    rates = hardware.set_index("hardware")

    def has(name: str) -> pd.Series:
        return chip.map(rates[peak_column(name)].notna()).eq(True)

    stated = pd.Series(None, index=chip.index, dtype="str")
    for written in formats.dropna().unique():
        for name in formats_of(written):
            stated = stated.mask(stated.isna() & (formats == written) & has(name), name)
    precision = stated.copy()
    for name in USUAL:
        precision = precision.mask(precision.isna() & has(name), name)
    return precision, stated.notna()


def _split_by_reason(rows: pd.DataFrame, reasons: dict[str, pd.Series], method: str) -> Frames:
    """Rows without a reason against them, and table ``export_left_out`` of the others."""
    left_out = rows[["system_id"]].assign(method=method, reason=first_reason(reasons))
    usable = left_out["reason"].isna()
    return rows[usable], left_out[~usable]


def _with_sources(
    inputs: pd.DataFrame, links: pd.Series, assumptions: dict[str, pd.Series]
) -> pd.DataFrame:
    """Inputs with key, confidence and source; the derivation ends with what each row assumes.

    ASSUME: what an export states is second-hand, so that no input of it is confident.
    """
    derivation = inputs["derivation"]
    for text, applies in assumptions.items():
        derivation = derivation + applies.map({True: f" ASSUME {text}", False: ""})
    is_assumed = derivation != inputs["derivation"]
    return inputs.assign(
        estimate_id=inputs["system_id"] + "/" + inputs["method"],
        confidence=np.where(is_assumed, "speculative", "likely"),
        source_url=links.str.extract(r"(https?://[^\s,;]+)")[0].fillna(NO_ADDRESS),
        scope="system",
        operations="needed",
        derivation=derivation,
    )
