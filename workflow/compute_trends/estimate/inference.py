"""Operations of one forward pass of each model: counted from its layers, or as a source lists them.

The convention is that of data/raw/inference_passes.csv: 2 FLOP per multiply-add, products only,
attention over the whole sequence also where a mask hides half of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.common.problems import Problem, did_you_mean, stop_on
from compute_trends.common.records import Record, records
from compute_trends.estimate.architecture import convolution_forward_flop, transformer_forward_flop
from compute_trends.estimate.formulas import FLOP_PER_MULTIPLY_ADD
from compute_trends.estimate.ratios import shares_within
from compute_trends.tables.dictionary import typed

# What the formulas of a kind of layer need
NEEDED = {
    "convolution": (
        *("output_height", "output_width", "in_channels", "out_channels"),
        *("kernel_height", "kernel_width", "groups"),
    ),
    "transformer": ("layers", "model_width", "feed_forward_width", "heads"),
}
# What a stack may have besides, as `architecture.transformer_forward_flop` calls it
MAY_HAVE = (
    *("head_width", "value_head_width", "key_value_heads", "query_rank", "key_value_rank"),
    *("shared_key_width", "experts", "active_experts", "shared_experts", "expert_width"),
    *("dense_layers", "vocabulary"),
)
# Columns that say nothing without the first of them, which needs them
TOGETHER = (
    ("listed_value", "listed_by", "listed_as"),
    ("accuracy_percent", "accuracy_kind", "accuracy_source"),
)
# Numbers further apart than this factor need a verdict: they do not differ by rounding.
FAR = 1.05
# What `inference_agreement` calls the counts of network_flop.csv
LIBRARY = "library"


class Files(NamedTuple):
    """Files of the raw tables, to name in messages."""

    models: str
    layers: str
    listings: str


def estimate_inference(
    models: pd.DataFrame,
    layers: pd.DataFrame,
    listings: pd.DataFrame,
    network_flop: pd.DataFrame,
    *,
    files: Sequence[str],
) -> dict[str, pd.DataFrame]:
    """Count the operations of a forward pass of each model, and hold lists against the counts.

    Parameters
    ----------
    models, layers, listings, network_flop : pandas.DataFrame
        Raw tables ``inference``, ``inference_layers``, ``inference_listings`` and
        ``network_flop``; the index is the row of the file that messages name.
    files : sequence of str
        Files of the first three.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``inference_models``, ``inference_disagreements`` and ``inference_agreement``.

    Raises
    ------
    InputError
        If a model has neither layers nor a listed value, or a listed value far from the count;
        names a network that has no layers; if a layer lacks a number that its formula needs; or
        if a number of another list is far from ours and no verdict says which is right.
    """
    named = Files(*files)
    stop_on([*_layer_problems(layers, named), *_model_problems(models, layers, named)])
    by_network: dict[str, list[Record]] = {}
    for layer in records(layers):
        by_network.setdefault(layer["network"], []).append(layer)
    rows = [_values(model, by_network.get(model["network"], [])) for model in records(models)]
    stop_on(list(_far_from_listed(models, rows, named)))
    estimated = typed(pd.DataFrame(rows), "inference_models")
    listed = _disagreements(estimated, listings, named)
    return {
        "inference_models": estimated,
        "inference_disagreements": listed,
        "inference_agreement": _agreement(estimated, listed, network_flop),
    }


def pass_flop(layers: Sequence[Record], *, input_size: float) -> float:
    """Operations of one forward pass over an input.

    Parameters
    ----------
    layers : sequence of dict
        Rows of raw table ``inference_layers``, of one network.
    input_size : float
        Tokens of the input, which stacks of a language model run over.
    """
    return float(sum(layer["repeats"] * _layer_flop(layer, input_size) for layer in layers))


def _layer_flop(layer: Record, input_size: float) -> float:
    """Operations of one layer or stack in a forward pass."""
    if layer["layer_kind"] == "convolution":
        flop = convolution_forward_flop(**{name: layer[name] for name in NEEDED["convolution"]})
        return flop * (input_size if layer["per"] == "token" else 1)
    positions = layer["positions"] or input_size
    given = [*NEEDED["transformer"], *MAY_HAVE]
    shape = {name: layer[name] for name in given if layer[name] is not None}
    shape["width"] = shape.pop("model_width")
    count = transformer_forward_flop(
        **shape,
        sequence_length=layer["sequence_length"] or positions,
        gated=bool(layer["gated"]),
        causal=False,
    )
    return positions * count.forward_flop


def _layer_problems(layers: pd.DataFrame, files: Files) -> Iterator[Problem]:
    """Yield a problem for each number that a layer lacks, or that does not fit its others."""
    for row, layer in zip(layers.index.to_list(), records(layers), strict=True):
        kind = layer["layer_kind"]
        missing = [name for name in NEEDED[kind] if layer[name] is None]
        for name in missing:
            yield Problem(files.layers, row, name, None, f"a number: a {kind} has one")
        if missing:
            continue
        try:
            _layer_flop(layer, 1)
        except ValueError as error:
            yield Problem(
                files.layers, row, "layer_kind", layer["layer_kind"], f"a layer that fits: {error}"
            )


def _model_problems(models: pd.DataFrame, layers: pd.DataFrame, files: Files) -> Iterator[Problem]:
    """Yield a problem for each model without any number, or of a network that is not there."""
    known = layers["network"].unique().tolist()
    dates: dict[str, pd.Timestamp] = {}
    for row, model in zip(models.index.to_list(), records(models), strict=True):
        network, date = model["network"], model["publication_date"]
        if date != dates.setdefault(model["paper"], date):
            expected = f"one date for a paper, {dates[model['paper']].date()} as in its first row"
            yield Problem(files.models, row, "publication_date", str(date.date()), expected)
        if network is not None and network not in known:
            expected = f"a network of {files.layers}; {did_you_mean(network, known)}"
            yield Problem(files.models, row, "network", network, expected)
        if network is None and model["listed_value"] is None:
            expected = "a listed value, or a network whose layers are known"
            yield Problem(files.models, row, "listed_value", None, expected)
        for value, *about in TOGETHER:
            for column in about:
                if (model[value] is None) != (model[column] is None):
                    expected = f"a value where {value} has one, and nowhere else"
                    yield Problem(files.models, row, column, model[column], expected)


def _values(model: Record, layers: Sequence[Record]) -> Record:
    """Row of table ``inference_models``: the counted value, else the listed one."""
    listed = _in_flop(model["listed_value"], model["listed_as"])
    counted = pass_flop(layers, input_size=model["input_size"]) if layers else None
    flop = listed if counted is None else counted
    assert flop is not None  # see `_model_problems`
    units = model["input_size"] if model["input_unit"] == "tokens" else 1.0
    return model | {
        "listed_forward_flop": listed,
        "counted_forward_flop": counted,
        "counted_over_listed": counted / listed if counted and listed else None,
        "flop_from": "listed" if counted is None else "counted",
        "forward_flop": flop,
        "forward_multiply_adds": flop / FLOP_PER_MULTIPLY_ADD,
        "flop_per_unit": flop / units,
        "flop_per_parameter": flop / units / model["parameters"],
    }


def _far_from_listed(
    models: pd.DataFrame, rows: Sequence[Record], files: Files
) -> Iterator[Problem]:
    """Yield a problem for each listed value that the count does not bear out."""
    for place, row in zip(models.index.to_list(), rows, strict=True):
        if _is_far(row["counted_over_listed"]):
            counted = row["counted_forward_flop"]
            expected = f"within 5 % of the counted {counted:.4g} FLOP; a number that is wrong or"
            expected += f" counts otherwise stands in {files.listings}, with a verdict"
            yield Problem(files.models, place, "listed_value", f"{row['listed_value']:g}", expected)


def _is_far(ratio: float | None) -> bool:
    """Whether two values lie further apart than rounding explains; a missing one does not."""
    return ratio is not None and not 1 / FAR <= ratio <= FAR


def _in_flop(value: float | None, counted_as: str | None) -> float | None:
    """A listed number in FLOP."""
    if value is None:
        return None
    return value * (FLOP_PER_MULTIPLY_ADD if counted_as == "multiply_adds" else 1)


def _disagreements(models: pd.DataFrame, listings: pd.DataFrame, files: Files) -> pd.DataFrame:
    """Table ``inference_disagreements``: what other lists have, over the value that is taken."""
    own = {(row["model"], row["input_size"]): row for row in records(models)}
    rows, problems = [], []
    for row, listing in zip(listings.index.to_list(), records(listings), strict=True):
        model = own.get((listing["model"], listing["input_size"]))
        if model is None:
            names = list(dict.fromkeys(name for name, _ in own))
            at = f"{listing['model']} at {listing['input_size']:g}"
            expected = f"a model and input size of {files.models}; "
            expected += did_you_mean(listing["model"], names)
            problems.append(Problem(files.listings, row, "model, input_size", at, expected))
            continue
        theirs = _in_flop(listing["listed_value"], listing["listed_as"])
        ours = model[listing["listed_quantity"]]
        rows.append(
            listing
            | {"task": model["task"], "theirs": theirs, "ours": ours, "ratio": ours / theirs}
        )
        if _is_far(ours / theirs) and (listing["right"] is None or listing["reason"] is None):
            expected = f"a verdict with its reason: ours is {ours:.4g}, theirs {theirs:.4g}"
            problems.append(Problem(files.listings, row, "right", listing["right"], expected))
    stop_on(problems)
    return typed(pd.DataFrame(rows), "inference_disagreements")


def _agreement(
    models: pd.DataFrame, listed: pd.DataFrame, network_flop: pd.DataFrame
) -> pd.DataFrame:
    """Table ``inference_agreement``: how far lists and counts agree, list by list."""
    counted = models[models["counted_forward_flop"].notna()]
    own = counted[counted["listed_forward_flop"].notna()].assign(
        ratio=counted["counted_over_listed"]
    )
    keys = ["model", "input_size"]
    others = listed[listed["listed_quantity"] == "forward_flop"].merge(counted[keys], on=keys)
    sizes = network_flop["input"].str.extract(r"^(\d+)")[0].astype(float)
    library = network_flop.assign(input_size=sizes)[["network", "input_size", "forward_flop"]]
    both = counted.merge(library, on=["network", "input_size"], suffixes=("", "_library"))
    both = both.drop_duplicates(["network", "input_size"]).assign(listed_by=LIBRARY)
    both["ratio"] = both["counted_forward_flop"] / both["forward_flop_library"]
    columns = ["listed_by", "task", "ratio"]
    pairs = pd.concat([part[columns] for part in (own, others, both)])
    rows: list[Record] = []
    for labels, group in pairs.groupby(columns[:2], sort=False):
        rows.append(dict(zip(columns, labels, strict=False)) | _ratios(group["ratio"]))
    return typed(pd.DataFrame(rows), "inference_agreement")


def _ratios(ratios: pd.Series) -> Record:
    """Number, middle and ends of counted over listed, and shares within factors."""
    return {
        "n": len(ratios),
        "ratio_least": float(ratios.min()),
        "ratio_median": float(ratios.median()),
        "ratio_most": float(ratios.max()),
    } | shares_within(np.log10(ratios.to_numpy(dtype=float)))
