"""Counted forward passes against lists, a library and the annotations, and what is refused."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from project import RAW, ROOT

from compute_trends.common.problems import InputError
from compute_trends.estimate.architecture import (
    convolution_forward_flop,
    transformer_forward_flop,
)
from compute_trends.estimate.inference import FAR, LIBRARY, estimate_inference, pass_flop
from compute_trends.tables.raw import read_checked

NAMES = ("inference", "inference_layers", "inference_listings", "network_flop")
FILES = tuple(f"{name}.csv" for name in NAMES[:3])
TINY = ROOT / "tests" / "data" / "raw"


def estimated(tables: list[pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return estimate_inference(*tables, files=FILES)


@pytest.fixture(scope="module")
def raw() -> list[pd.DataFrame]:
    return [read_checked(str(RAW / f"{name}.csv"), name) for name in NAMES]


@pytest.fixture(scope="module")
def real(raw: list[pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return estimated(raw)


@pytest.fixture
def tiny() -> list[pd.DataFrame]:
    return [read_checked(str(TINY / f"{name}.csv"), name) for name in NAMES]


def test_layers_add_up(tiny: list[pd.DataFrame]) -> None:
    models = estimated(tiny)["inference_models"].set_index(["model", "input_size"])
    twice = 2 * convolution_forward_flop(
        output_height=2, output_width=2, in_channels=1, out_channels=1, kernel_height=3,
        kernel_width=3,
    )  # fmt: skip
    assert models.at[("Net A", 8), "counted_forward_flop"] == twice == 2 * 2 * 4 * 9
    shape = {"layers": 2, "width": 4, "feed_forward_width": 16, "heads": 2, "vocabulary": 10}
    for tokens in (4, 8):
        stack = transformer_forward_flop(**shape, sequence_length=tokens, causal=False)
        whole = tokens * (stack.forward_flop + 2 * 4 * 4)
        assert models.at[("Words", tokens), "forward_flop"] == whole
        assert models.at[("Words", tokens), "flop_per_unit"] == whole / tokens
        assert models.at[("Words", tokens), "flop_per_parameter"] == whole / tokens / 1000
    assert models.at[("Net B", 8), "forward_flop"] == 300
    assert models.at[("Net B", 8), "flop_from"] == "listed"
    assert models.at[("Net C", 8), "forward_multiply_adds"] == 125


def test_a_stack_may_have_other_positions_than_the_input() -> None:
    layer: dict[str, Any] = dict.fromkeys(read_checked(str(TINY / f"{NAMES[1]}.csv"), NAMES[1]))
    layer |= {"layer_kind": "transformer", "repeats": 3, "per": "pass", "positions": 9}
    layer |= {"layers": 1, "model_width": 4, "feed_forward_width": 0, "heads": 1}
    layer |= {"sequence_length": 2}
    one = transformer_forward_flop(
        layers=1, width=4, feed_forward_width=0, heads=1, sequence_length=2, causal=False
    )
    assert pass_flop([layer], input_size=100) == 3 * 9 * one.forward_flop


@pytest.mark.parametrize(
    ("table", "row", "changes", "told"),
    [
        (0, 2, {"network": "net_b"}, "row 2, column network: found 'net_b', expected a network of"),
        (0, 3, {"listed_value": None}, "row 3, column listed_value: expected a li"),
        (0, 4, {"listed_as": None}, "row 4, column listed_as: expected a value wh"),
        (0, 4, {"listed_by": None}, "row 4, column listed_by"),
        (0, 4, {"accuracy_kind": None}, "row 4, column accuracy_kind"),
        (
            0,
            2,
            {"listed_as": "flop"},
            "row 2, column listed_value: found '72', expected within 5 %",
        ),
        (0, 3, {"paper": "first"}, "row 3, column publication_date: found '2002-03-01', expected"),
        (1, 2, {"kernel_width": None}, "row 2, column kernel_width: expected a nu"),
        (1, 3, {"key_value_heads": 3}, "row 3, column layer_kind"),
        (2, 2, {"right": None}, "row 2, column right: expected a verdict"),
        (2, 2, {"reason": None}, "row 2, column right: found 'ours', expected a verdict"),
        (2, 3, {"model": "Net Bee"}, "did you mean 'Net B'?"),
        (2, 3, {"input_size": 9}, "row 3, column model, input_size: found 'Net B at 9', expected"),
    ],
)
def test_rows_that_cannot_be_taken_are_told(
    tiny: list[pd.DataFrame], table: int, row: int, changes: dict[str, Any], told: str
) -> None:
    for column, value in changes.items():
        tiny[table].loc[row, column] = value
    with pytest.raises(InputError) as caught:
        estimated(tiny)
    assert told in str(caught.value)


def test_a_model_is_a_row(tiny: list[pd.DataFrame]) -> None:
    added = tiny[0].loc[[3]].assign(model="Net E", listed_value=77.0)
    tiny[0] = pd.concat([tiny[0], added], ignore_index=True)
    models = estimated(tiny)["inference_models"].set_index("model")
    assert models.at["Net E", "forward_flop"] == 77


# The real data


def test_language_models_and_the_networks_of_the_library_are_counted(
    real: dict[str, pd.DataFrame], raw: list[pd.DataFrame]
) -> None:
    models = real["inference_models"]
    language = models["task"] == "language"
    assert (models.loc[language, "flop_from"] == "counted").all()
    # Of these the zoo has another variant: Xception-71, and ViT and ConvNeXt at 384 pixels.
    elsewhere = {"xception41", "vit_large_patch16_224", "convnext_xlarge"}
    library = raw[3]
    images = set(library.loc[library["library"].str.startswith("timm"), "network"]) - elsewhere
    assert images <= set(models["network"])
    assert {"vit_large_patch16_384", "convnext_xlarge_384"} <= set(models["network"])


def test_counts_equal_those_of_the_library(real: dict[str, pd.DataFrame]) -> None:
    """Shapes were read off the papers and the code, the library ran the networks."""
    library = real["inference_agreement"].set_index("listed_by").loc[[LIBRARY]]
    assert (library["n"] >= 6).all()
    assert library[["ratio_least", "ratio_most"]].to_numpy() == pytest.approx(1, abs=1e-3)


def test_lists_agree_or_have_a_verdict(real: dict[str, pd.DataFrame]) -> None:
    own = real["inference_models"]["counted_over_listed"].dropna()
    assert own.between(1 / FAR, FAR).all()
    others = real["inference_disagreements"]
    far = ~others["ratio"].between(1 / FAR, FAR)
    judged = others["right"].notna() & others["reason"].notna()
    assert judged[far].all()
    assert not judged[~far].any()


def test_wrong_rows_of_public_tables_stand_as_such(real: dict[str, pd.DataFrame]) -> None:
    listings = real["inference_disagreements"].set_index(["model", "listed_by", "listed_quantity"])
    wall = "AI and Memory Wall"
    # In multiply-adds, a copy of GPT-2's row, without the output layer
    assert listings.at[("Inception v3", wall, "forward_flop"), "ratio"] == pytest.approx(2, 0.01)
    copied = listings.loc[("RoBERTa-Large", wall, "forward_flop"), "theirs"]
    models = real["inference_models"].set_index("model")
    assert copied == models.at["GPT-2 1.5B", "listed_forward_flop"]
    assert listings.at[("GPT-1", wall, "forward_flop"), "ratio"] == pytest.approx(4 / 3, 0.01)
    assert (listings["right"].dropna() == "ours").all()


def test_annotated_passes_follow_the_same_conventions(
    real: dict[str, pd.DataFrame], raw: list[pd.DataFrame]
) -> None:
    passes = read_checked(str(RAW / "inference_passes.csv"), "inference_passes")
    models = real["inference_models"].dropna(subset="system_id")
    both = models.merge(passes, on="system_id")
    tokens = both["input_unit"] == "tokens"
    same = both[~tokens | (both["input_size"] == both["units_per_pass"])]
    same = same[same["inference_compute_flop"].notna()]
    ratio = same["forward_flop"] / same["inference_compute_flop"]
    assert len(same) >= 8
    assert ratio.between(1 / FAR, FAR).all(), same.assign(ratio=ratio)[["model", "ratio"]]


def test_keys_of_systems_are_there(raw: list[pd.DataFrame], paper_run: Any) -> None:
    known = set(paper_run["systems"]["system_id"])
    assert set(raw[0]["system_id"].dropna()) <= known
