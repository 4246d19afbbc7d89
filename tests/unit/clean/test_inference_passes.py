"""Inference compute: each annotated value covers what its row says, in one convention."""

from __future__ import annotations

import pandas as pd
import pytest
from conftest import Real
from project import RAW

from compute_trends.clean.names import system_key
from compute_trends.tables.raw import read_checked

# Rows of compute_inputs.csv that count another network or input than the pass, and the factor
# of the pass over them
OTHERWISE = {
    "lstm": 10504 / 93,  # Experiment 2a, whose size is annotated; trained is that of experiment 4
    "back-propagation": 576 / 360,  # With the weights that one-hot inputs pick out
    "mcdnn-mnist": 35,  # One column of 35
    "clip-vit-l-14-336px": 381.92 / 175.33,  # Image and text at 224 pixels
    "yolov3": 140.69 / 85.15,  # Mean of the sizes in training
    "proxylessnas": 465 / 320,  # The network found for phones
}


@pytest.fixture(scope="module")
def passes() -> pd.DataFrame:
    return read_checked(str(RAW / "inference_passes.csv"), "inference_passes").set_index(
        "system_id"
    )


@pytest.fixture(scope="module")
def corrected(real: Real) -> pd.Series:
    return real.systems.set_index("system_id")["inference_compute_flop"]


@pytest.fixture(scope="module")
def annotated() -> pd.Series:
    """Annotated values by key of the system, those without a name by that of the correction."""
    annotations = pd.read_csv(RAW / "annotations.csv", index_col="annotation_id")
    corrections = pd.read_csv(RAW / "corrections.csv")
    names = corrections[corrections["column"] == "system"].set_index("annotation_id")["new_value"]
    system = names.reindex(annotations.index).fillna(annotations["system"])
    values = annotations["inference_compute_flop"].set_axis(system.map(system_key))
    return values.dropna()


def test_each_annotated_value_has_a_row(passes: pd.DataFrame, annotated: pd.Series) -> None:
    assert sorted(passes.index) == sorted(annotated.index)


def test_the_value_in_force_is_the_corrected_annotation(
    passes: pd.DataFrame, corrected: pd.Series
) -> None:
    pd.testing.assert_series_equal(
        passes["inference_compute_flop"].dropna().sort_index(), corrected.dropna().sort_index()
    )


def test_a_value_has_what_its_pass_covers(passes: pd.DataFrame) -> None:
    counted = passes[passes["inference_compute_flop"].notna()]
    assert counted[["units_per_pass", "pass_unit"]].notna().all(axis=None)
    assert passes["units_per_pass"].isna().equals(passes["pass_unit"].isna())


def test_annotated_multiply_adds_are_doubled(passes: pd.DataFrame, annotated: pd.Series) -> None:
    rows = passes[passes["annotated_as"] == "multiply_adds"]
    assert set(rows.index) == {"vgg16", "yolov3"}
    ratio = rows["inference_compute_flop"] / annotated[rows.index]
    assert ratio.between(1.97, 2.03).all()


def test_what_is_kept_was_annotated_in_operations(
    passes: pd.DataFrame, annotated: pd.Series
) -> None:
    kept = passes[passes["inference_compute_flop"] == annotated[passes.index]]
    assert len(kept) > 5
    assert (kept["annotated_as"] == "flop").all()


def test_values_agree_with_the_count_of_the_same_network(passes: pd.DataFrame) -> None:
    """With the forward pass behind the training compute, for as many tokens."""
    inputs = read_checked(str(RAW / "compute_inputs.csv"), "compute_inputs")
    counts = inputs[inputs["method"] == "operation_count"].set_index("system_id")
    forward = counts["forward_flop"].fillna(
        2 * counts["forward_multiply_adds"].fillna(counts["parameters"])
    )
    rows = passes[passes["inference_compute_flop"].notna()].join(forward.rename("forward"))
    rows = rows[rows["forward"].notna()]
    assert rows.index.nunique() > 20
    covered = rows["units_per_pass"] * rows.index.map(lambda key: OTHERWISE.get(key, 1))
    ratio = rows["inference_compute_flop"] / (covered * rows["forward"])
    # Of a system with several counts one may be of another network.
    agrees = ratio.between(1 / 1.2, 1.2).groupby(level=0).any()
    assert agrees.all(), ratio[~agrees.reindex(ratio.index)]


# Counted layer by layer on the network itself, 2 per multiply-add
@pytest.mark.parametrize(
    ("system_id", "counted"),
    [
        ("vgg16", 30940528640),
        ("resnet-152-imagenet", 23027253248),
        ("gpt", 128469958656),
        ("bert-large", 368085827584),  # With the layer that predicts masked words
        ("gpt-2", 3506703564800),
        ("gpt-3-175b", 734804261732352),
    ],
)
def test_values_agree_with_a_layer_by_layer_count(
    passes: pd.DataFrame, system_id: str, counted: float
) -> None:
    assert passes.at[system_id, "inference_compute_flop"] == pytest.approx(counted, rel=0.1)
