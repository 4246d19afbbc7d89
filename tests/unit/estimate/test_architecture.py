"""Formulas of layer shapes against public counts, and both against what a library counts.

Shapes: Touvron et al. 2023 (arXiv 2307.09288) and Llama team 2024 (arXiv 2407.21783, table 3),
DeepSeek-AI 2024 (arXiv 2412.19437, section 4.2, and its config.json), Moonshot AI 2025 (config.json
of Kimi K2), Chen et al. 2020 (Image GPT, section 3.3; heads from the README of openai/image-gpt),
Devlin et al. 2018, Radford et al. 2018 and 2019, Brown et al. 2020 (table 2.1), Raffel et al. 2019
(section 3.7), Vaswani et al. 2017 (table 3), Dosovitskiy et al. 2020 (table 1), Krizhevsky et al.
2012 (figure 2), Simonyan and Zisserman 2014 (table 1), He et al. 2015 (table 1), Xie et al. 2016
(table 1), Liu et al. 2022 (ConvNeXt, section 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd
import pytest
from project import RAW

from compute_trends.estimate.architecture import (
    TransformerCount,
    convolution_backward_forward_ratio,
    convolution_forward_flop,
    transformer_forward_flop,
)
from compute_trends.settings.models import Settings
from compute_trends.tables.raw import read_checked

LLAMA_3_1_405B = {
    "layers": 126,
    "width": 16384,
    "feed_forward_width": 53248,
    "heads": 128,
    "key_value_heads": 8,
    "vocabulary": 128256,
    "gated": True,
}
LLAMA_2_70B = LLAMA_3_1_405B | {
    "layers": 80,
    "width": 8192,
    "feed_forward_width": 28672,
    "heads": 64,
    "vocabulary": 32000,
}
DEEPSEEK_V3 = {
    "layers": 61,
    "dense_layers": 3,
    "width": 7168,
    "feed_forward_width": 18432,
    "heads": 128,
    "head_width": 192,
    "value_head_width": 128,
    "query_rank": 1536,
    "key_value_rank": 512,
    "shared_key_width": 64,
    "vocabulary": 129280,
    "gated": True,
    "experts": 256,
    "active_experts": 8,
    "shared_experts": 1,
    "expert_width": 2048,
}
KIMI_K2 = DEEPSEEK_V3 | {"dense_layers": 1, "heads": 64, "experts": 384, "vocabulary": 163840}


def gpt(layers: float, width: float, heads: float, vocabulary: float = 0) -> dict[str, Any]:
    """Shape of a transformer with a feed-forward block of four times its width."""
    shape = {"layers": layers, "width": width, "heads": heads, "vocabulary": vocabulary}
    return shape | {"feed_forward_width": 4 * width}


IGPT_L = gpt(48, 1536, 16, 512)
IGPT_XL = gpt(60, 3072, 16, 512)
BERT_LARGE = gpt(24, 1024, 16, 30522)
GPT_1 = gpt(12, 768, 12, 40478)
GPT_2 = gpt(48, 1600, 25, 50257)
GPT_3 = gpt(96, 12288, 96, 50257)
T5_11B = {"layers": 24, "width": 1024, "heads": 128, "head_width": 128}
T5_WIDE = T5_11B | {"feed_forward_width": 65536}
# Cross-attention is attention without a feed-forward block.
T5_CROSS = T5_11B | {"feed_forward_width": 0}
BIG = gpt(6, 1024, 16)
BIG_CROSS = BIG | {"feed_forward_width": 0}


def of(shape: dict[str, Any], tokens: float, *, causal: bool = False) -> TransformerCount:
    """Count of a shape, with full attention unless said, as libraries count it."""
    return transformer_forward_flop(**shape, sequence_length=tokens, causal=causal)


def network_flop() -> pd.DataFrame:
    """The raw table, by network and the number in front of its input."""
    frame = read_checked(str(RAW / "network_flop.csv"), "network_flop")
    sizes = frame["input"].str.extract(r"^(\d+)")[0].astype(int)
    return frame.set_index(pd.MultiIndex.from_arrays([frame["network"], sizes]))


COUNTED = network_flop()


def counted(network: str, size: int) -> float:
    """Forward FLOP as the library counts them."""
    return float(COUNTED.at[(network, size), "forward_flop"])


# Attention


@pytest.mark.parametrize(
    ("shape", "tokens", "by_hand", "added"),
    [
        (LLAMA_3_1_405B, 8192, 126 * 4096 * 128 * (128 + 128), 0.042),
        (LLAMA_3_1_405B, 131072, 126 * 65536 * 128 * (128 + 128), 0.670),
        (DEEPSEEK_V3, 4096, 61 * 2048 * 128 * (192 + 128), 0.140),
        (IGPT_L, 48 * 48, 48 * 1152 * (1536 + 1536), 0.125),
        (IGPT_XL, 64 * 64, 60 * 2048 * (3072 + 3072), 0.111),
    ],
    ids=["Llama 3.1 8k", "Llama 3.1 128k", "DeepSeek-V3 4k", "iGPT-L", "iGPT-XL"],
)
def test_what_causal_attention_adds(
    shape: dict[str, Any], tokens: int, by_hand: float, added: float
) -> None:
    """Multiply-adds by hand: layers x half the tokens x heads x (scores + values)."""
    count = of(shape, tokens, causal=True)
    assert count.attention_flop == 2 * by_hand
    assert count.attention_flop / count.matrix_flop == pytest.approx(added, abs=5e-4)
    assert count.forward_flop == count.matrix_flop + count.attention_flop
    assert of(shape, tokens).attention_flop == 2 * count.attention_flop


# Parameters


@pytest.mark.parametrize(
    ("shape", "total", "active", "tolerance"),
    [
        # README_WEIGHTS.md of the model: 671B, and 36.6B with the output layer
        (DEEPSEEK_V3, 671e9, 36.6e9, 1e-3),
        # Model card: 1T, 32B
        (KIMI_K2, 1e12, 32e9, 0.03),
        (LLAMA_3_1_405B, 405e9, 405e9, 0.01),
        (LLAMA_2_70B, 70e9, 70e9, 0.02),
        # Chen et al. 2020, linear probes: 1362M and 6801M
        (IGPT_L, 1362e6, 1362e6, 2e-3),
        (IGPT_XL, 6801e6, 6801e6, 2e-3),
    ],
    ids=["DeepSeek-V3", "Kimi K2", "Llama 3.1", "Llama 2", "iGPT-L", "iGPT-XL"],
)
def test_parameters_are_those_stated(
    shape: dict[str, Any], total: float, active: float, tolerance: float
) -> None:
    count = of(shape, 4096)
    assert count.total_parameters + count.embedding_parameters == pytest.approx(
        total, rel=tolerance
    )
    assert count.active_parameters == pytest.approx(active, rel=tolerance)
    assert count.matrix_flop == 2 * count.active_parameters
    assert count.embedding_parameters == shape["vocabulary"] * shape["width"]


@pytest.mark.parametrize(
    ("shape", "network", "size", "shared"),
    [
        (BERT_LARGE, "BERT-Large", 512, True),
        (GPT_1, "GPT 117M", 512, True),
        (GPT_2, "GPT-2 1.5B", 1024, True),
        (GPT_3, "GPT-3 175B", 2048, True),
        (LLAMA_3_1_405B, "Llama 3.1 405B", 8192, False),
        (LLAMA_2_70B, "Llama 2 70B", 4096, False),
    ],
    ids=["BERT", "GPT", "GPT-2", "GPT-3", "Llama 3.1", "Llama 2"],
)
def test_parameters_are_those_of_the_library(
    shape: dict[str, Any], network: str, size: int, shared: bool
) -> None:
    count = of(shape, size)
    parameters = count.total_parameters + (0 if shared else count.embedding_parameters)
    # Left out: biases, normalizations, positions, BERT's small layers (up to 0.6 %)
    assert parameters == pytest.approx(COUNTED.at[(network, size), "parameters"], rel=0.01)
    assert parameters <= COUNTED.at[(network, size), "parameters"]


# Known formulas


def test_the_formulas_of_others_are_special_cases() -> None:
    layers, d, n, vocabulary = 96, 12288, 2048, 51200
    full = of(gpt(layers, d, 96, vocabulary), n)
    # Narayanan et al. 2021, equation 3: a forward pass of four, the output layer's of three
    narayanan = 24 * layers * d**2 * (1 + n / (6 * d)) + 2 * d * vocabulary
    assert full.forward_flop == pytest.approx(narayanan, rel=1e-12)
    # Chowdhery et al. 2022, appendix B: 6 N + 12 L H Q T for forward and backward pass
    palm = 6 * full.active_parameters + 12 * layers * 96 * 128 * n
    ratio = convolution_backward_forward_ratio()
    assert (1 + ratio) * full.forward_flop == pytest.approx(palm, rel=1e-12)
    # Kaplan et al. 2020, table 1: 2 N + 2 layers n d, without the output layer
    kaplan = of(gpt(layers, d, 96), n, causal=True)
    assert kaplan.forward_flop == 2 * (12 * layers * d**2) + 2 * layers * n * d


def test_a_mixture_of_one_expert_is_a_feed_forward_block() -> None:
    dense = gpt(12, 768, 12)
    assert of(dense | {"shared_experts": 0, "expert_width": 99}, 128) == of(dense, 128)
    shared = of(dense | {"shared_experts": 1}, 128)
    assert shared.active_parameters == of(dense | {"feed_forward_width": 2 * 3072}, 128)[4]


def test_a_mixture_meets_its_active_experts_and_has_all() -> None:
    shape = gpt(12, 768, 12) | {"experts": 8, "active_experts": 2, "dense_layers": 4}
    expert, router, dense = 2 * 768 * 3072, 768 * 8, of(gpt(12, 768, 12), 128)
    count = of(shape, 128)
    assert count.active_parameters == dense.active_parameters + 8 * (expert + router)
    assert count.total_parameters == dense.total_parameters + 8 * (7 * expert + router)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("dense_layers", 13, "dense_layers is 13, expected at most the layers, 12"),
        ("active_experts", 2, "active_experts is 2, expected at most the experts, 1"),
        ("key_value_heads", 24, "key_value_heads is 24, expected at most the heads, 12"),
        ("shared_key_width", 65, "shared_key_width is 65, expected at most the head_width, 64"),
    ],
)
def test_a_part_is_no_larger_than_the_whole(name: str, value: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        of(gpt(12, 768, 12) | {name: value}, 128)


# Transformers against the library, with full attention: to the operation, but for the angles
# of rotating positions, which are products too (one in 1e9)
EXACT = 1e-8


@pytest.mark.parametrize(
    ("shape", "network", "tokens"),
    [
        (GPT_1, "GPT 117M", 512),
        (GPT_2, "GPT-2 1.5B", 1024),
        (GPT_3, "GPT-3 175B", 2048),
        (LLAMA_3_1_405B, "Llama 3.1 405B", 8192),
        (LLAMA_2_70B, "Llama 2 70B", 4096),
    ],
    ids=["GPT", "GPT-2", "GPT-3", "Llama 3.1", "Llama 2"],
)
def test_decoders_are_as_counted(shape: dict[str, Any], network: str, tokens: int) -> None:
    flop = tokens * of(shape, tokens).forward_flop
    assert flop == pytest.approx(counted(network, tokens), rel=EXACT)


@pytest.mark.parametrize("tokens", [128, 512])
def test_bert_is_as_counted(tokens: int) -> None:
    layer_before_output = 2 * 1024 * 1024
    flop = tokens * (of(BERT_LARGE, tokens).forward_flop + layer_before_output)
    assert flop == counted("BERT-Large", tokens)


def test_encoders_with_decoders_are_as_counted() -> None:
    parts = [of(T5_WIDE, 512), of(T5_WIDE | {"vocabulary": 32128}, 512), of(T5_CROSS, 512)]
    assert 512 * sum(part.forward_flop for part in parts) == counted("T5-11B", 512)
    parts = [of(BIG, 30), of(BIG, 30), of(BIG_CROSS, 30)]
    assert 30 * sum(part.forward_flop for part in parts) == counted("Transformer big", 30)


@pytest.mark.parametrize(
    ("network", "shape", "patch", "classes"),
    [
        ("vit_large_patch16_224", gpt(24, 1024, 16), 16, 1000),
        ("vit_huge_patch14_224", gpt(32, 1280, 16), 14, 0),
    ],
)
def test_vision_transformers_are_as_counted(
    network: str, shape: dict[str, Any], patch: int, classes: int
) -> None:
    side, width = 224 // patch, shape["width"]
    positions = side**2 + 1
    flop = positions * of(shape, positions).forward_flop
    flop += convolution(side, 3, width, patch) + 2 * width * classes
    assert flop == counted(network, 224)


# Convolutions against the library, layer by layer


class Layer(NamedTuple):
    """Forward FLOP of a layer, and the groups of its channels."""

    flop: float
    groups: int = 1


def rectangle(
    height: int, width: int, inside: int, outside: int, kernel: int, groups: int
) -> Layer:
    flop = convolution_forward_flop(
        output_height=height,
        output_width=width,
        in_channels=inside,
        out_channels=outside,
        kernel_height=kernel,
        kernel_width=kernel,
        groups=groups,
    )
    return Layer(flop, groups)


def convolution(size: int, inside: int, outside: int, kernel: int, groups: int = 1) -> float:
    """Forward FLOP of a square convolution."""
    return rectangle(size, size, inside, outside, kernel, groups).flop


def stack(*shapes: tuple[int, ...]) -> list[Layer]:
    """Layers from arguments of `convolution`."""
    return [Layer(convolution(*shape), *shape[4:]) for shape in shapes]


ALEXNET = stack(
    (55, 3, 96, 11),
    (27, 96, 256, 5, 2),
    (13, 256, 384, 3),
    (13, 384, 384, 3, 2),
    (13, 384, 256, 3, 2),
    (1, 256 * 6 * 6, 4096, 1),
    (1, 4096, 4096, 1),
    (1, 4096, 1000, 1),
)


def vgg(repeats: list[int]) -> list[Layer]:
    shapes: list[tuple[int, ...]] = []
    inside = 3
    for stage, (n, outside) in enumerate(zip(repeats, [64, 128, 256, 512, 512], strict=True)):
        for _ in range(n):
            shapes.append((224 >> stage, inside, outside, 3))
            inside = outside
    return stack(*shapes, (1, 512 * 7 * 7, 4096, 1), (1, 4096, 4096, 1), (1, 4096, 1000, 1))


def resnet(
    repeats: list[int],
    height: int = 224,
    width: int = 224,
    groups: int = 1,
    group_width: int = 64,
    last_stride: int = 2,
) -> Iterator[Layer]:
    """Layers of a ResNet or ResNeXt up to its last map, its strides in the 3 x 3 convolutions."""
    height, width = -(-height // 2), -(-width // 2)
    yield rectangle(height, width, 3, 64, 7, 1)
    height, width, inside = -(-height // 2), -(-width // 2), 64
    for stage, n in enumerate(repeats):
        outside = 256 << stage
        middle = groups * group_width << stage
        for block in range(n):
            stride = {0: 1, 3: last_stride}.get(stage, 2) if block == 0 else 1
            yield rectangle(height, width, inside, middle, 1, 1)
            height, width = -(-height // stride), -(-width // stride)
            yield rectangle(height, width, middle, middle, 3, groups)
            yield rectangle(height, width, middle, outside, 1, 1)
            if block == 0:
                yield rectangle(height, width, inside, outside, 1, 1)
            inside = outside


def convnext(repeats: list[int], widths: list[int]) -> list[Layer]:
    """Depthwise 7 x 7 convolutions, each followed by two dense layers."""
    shapes: list[tuple[int, ...]] = [(56, 3, widths[0], 4)]
    for stage, (n, width) in enumerate(zip(repeats, widths, strict=True)):
        size = 56 >> stage
        if stage:
            shapes.append((size, widths[stage - 1], width, 2))
        shapes += n * [
            (size, width, width, 7, width),
            (size, width, 4 * width, 1),
            (size, 4 * width, width, 1),
        ]
    return stack(*shapes, (1, widths[-1], 1000, 1))


CLASSES = Layer(2 * 2048 * 1000)
BY_LAYERS = {
    ("vgg16", 224): vgg([2, 2, 3, 3, 3]),
    ("vgg19", 224): vgg([2, 2, 4, 4, 4]),
    ("resnet50", 224): [*resnet([3, 4, 6, 3]), CLASSES],
    ("resnet101", 224): [*resnet([3, 4, 23, 3]), CLASSES],
    ("resnet152", 224): [*resnet([3, 8, 36, 3]), CLASSES],
    ("AlexNet (two towers)", 227): ALEXNET,
    ("resnext101_32x8d", 224): [*resnet([3, 4, 23, 3], groups=32, group_width=8), CLASSES],
    ("convnext_xlarge", 224): convnext([3, 3, 27, 3], [256, 512, 1024, 2048]),
}


@pytest.mark.parametrize("key", BY_LAYERS, ids=[network for network, _ in BY_LAYERS])
def test_convolutions_are_as_counted(key: tuple[str, int]) -> None:
    assert sum(layer.flop for layer in BY_LAYERS[key]) == counted(*key)


def test_alexnet_layer_by_layer() -> None:
    """Multiply-adds by hand; groups halve the second, fourth and fifth layer."""
    by_hand = [
        55 * 55 * 96 * 363,
        27 * 27 * 256 * 48 * 25,
        13 * 13 * 384 * 256 * 9,
        13 * 13 * 384 * 192 * 9,
        13 * 13 * 256 * 192 * 9,
        9216 * 4096,
        4096 * 4096,
        4096 * 1000,
    ]
    assert [layer.flop / 2 for layer in ALEXNET] == by_hand


# The backward pass


def backward(layers: list[Layer]) -> float:
    """FLOP of the backward pass of a whole network."""
    first, *others = layers
    flop = convolution_backward_forward_ratio(first_layer=True) * first.flop
    return flop + convolution_backward_forward_ratio() * sum(layer.flop for layer in others)


@pytest.mark.parametrize("key", BY_LAYERS, ids=[network for network, _ in BY_LAYERS])
def test_backward_passes_are_as_counted_but_for_forgotten_groups(key: tuple[str, int]) -> None:
    layers, row = BY_LAYERS[key], COUNTED.loc[key]
    # What the counter adds: the gradient of the weights as if each group met all channels
    forgotten = sum((layer.groups - 1) * layer.flop for layer in layers)
    assert row["backward_flop"] == backward(layers) + forgotten
    assert row["backward_flop_is_right"] == (forgotten == 0)


# Of the other networks whose backward count is right, the convolution that meets the image
FIRST = {
    ("inception_v3", 299): convolution(149, 3, 32, 3),
    ("inception_v4", 299): convolution(149, 3, 32, 3),
    ("densenet201", 224): convolution(112, 3, 64, 7),
    ("vit_large_patch16_224", 224): convolution(14, 3, 1024, 16),
    ("vit_huge_patch14_224", 224): convolution(16, 3, 1280, 14),
    ("swin_large_patch4_window12_384", 384): convolution(96, 3, 192, 4),
}


def test_the_backward_pass_is_twice_the_forward_pass_less_the_first_layer() -> None:
    first = FIRST | {key: layers[0].flop for key, layers in BY_LAYERS.items()}
    right = COUNTED[COUNTED["backward_flop_is_right"]]
    # Embeddings are looked up, so no layer of a language model is spared the gradient.
    spared = pd.Series({key: first.get(key, 0.0) for key in right.index})
    expected = 2 * right["forward_flop"] - spared
    assert right["backward_flop"].to_numpy() == pytest.approx(expected.to_numpy(), rel=EXACT)
    assert len(right) == 20


def test_the_default_ratio_has_its_evidence(settings: Settings) -> None:
    right = COUNTED[COUNTED["backward_flop_is_right"]]
    ratios = right["backward_flop"] / right["forward_flop"]
    assert ratios.min() > 1.97 and ratios.max() <= 2
    default = settings.estimate.defaults.backward_forward_ratio
    assert (default / ratios).between(1, 1.02).all()
    # The largest first layer of all is a seventh of its network
    layers = BY_LAYERS["AlexNet (two towers)", 227]
    assert backward(layers) / sum(layer.flop for layer in layers) == pytest.approx(1.854, abs=1e-3)


def test_counts_that_forget_groups_are_marked() -> None:
    ratios = COUNTED["backward_flop"] / COUNTED["forward_flop"]
    assert ((ratios <= 2.0001) == COUNTED["backward_flop_is_right"]).all()
    assert ratios[~COUNTED["backward_flop_is_right"]].min() > 2.4


# Inputs of estimates against the same networks


def t5_of_the_paper() -> float:
    """T5-11B at 512 tokens in and 114 out; keys and values of cross-attention meet the former."""
    encoder, cross = of(T5_WIDE, 512), of(T5_CROSS, 512)
    decoder = of(T5_WIDE | {"vocabulary": 32128}, 114)
    flop = 512 * encoder.forward_flop + 114 * decoder.forward_flop
    return flop + (512 + 114) / 2 * cross.matrix_flop + 114 * cross.attention_flop


def r_fcn() -> float:
    """ResNet-101 at 800 x 600, its last stage at stride 16, with proposals and score maps."""
    backbone = resnet([3, 4, 23, 3], height=600, width=800, last_stride=1)
    heads = [(2048, 1024, 1), (1024, 49 * (81 + 4), 1), (1024, 512, 3), (512, 9 * 6, 1)]
    layers = [*backbone, *(rectangle(38, 50, *shape, 1) for shape in heads)]
    return sum(layer.flop for layer in layers)


SAME = {
    "alexnet/operation_count": counted("AlexNet (two towers)", 227),
    "vgg16/operation_count": counted("vgg16", 224),
    "resnet-152-imagenet/operation_count": counted("resnet152", 224),
    "jft/operation_count": sum(
        layer.flop for layer in [*resnet([3, 4, 23, 3], height=299, width=299), CLASSES]
    ),
    "r-fcn/operation_count": counted("resnet101", 224),
    "vit-h-14/operation_count": counted("vit_huge_patch14_224", 224),
    # Per token, where the row has parameters
    "bert-large/operation_count": counted("BERT-Large", 512) / 512,
    "gpt/operation_count": counted("GPT 117M", 512) / 512,
    "gpt-2/operation_count": counted("GPT-2 1.5B", 1024) / 1024,
    "gpt-3-175b/operation_count": counted("GPT-3 175B", 2048) / 2048,
    # Per pair of tokens, with the output layer for some 37,000 tokens
    "transformer/operation_count": counted("Transformer big", 30) / 30 + 2 * 37000 * 1024,
    "t5-11b/operation_count": t5_of_the_paper(),
}


@pytest.mark.parametrize("estimate", SAME)
def test_inputs_of_estimates_are_as_counted(estimate: str, settings: Settings) -> None:
    """Within the factor that the config gives a size that a source states."""
    inputs = read_checked(str(RAW / "compute_inputs.csv"), "compute_inputs")
    row = inputs.set_index("estimate_id").loc[estimate]
    sizes = row[["forward_flop", "forward_multiply_adds", "parameters"]].dropna()
    [kind] = sizes.index
    flop = sizes[kind] * (1 if kind == "forward_flop" else 2)
    factor = float(settings.estimate.uncertainty.inputs[kind].stated)
    assert 1 / factor < flop / SAME[estimate] < factor


def test_vgg16_and_vit_are_exact() -> None:
    inputs = read_checked(str(RAW / "compute_inputs.csv"), "compute_inputs")
    counts = 2 * inputs.set_index("estimate_id")["forward_multiply_adds"]
    assert counts["vgg16/operation_count"] == SAME["vgg16/operation_count"]
    # Rounded to four digits in the file
    vit = "vit-h-14/operation_count"
    assert counts[vit] == pytest.approx(SAME[vit], rel=5e-4)
    t5 = "t5-11b/operation_count"
    assert counts[t5] == pytest.approx(SAME[t5], rel=5e-4)


def test_the_detector_adds_to_its_backbone_what_its_shapes_make() -> None:
    """960,000 images of R-FCN, in two alternating steps, on top of 1.536e8 of ResNet-101."""
    inputs = read_checked(str(RAW / "compute_inputs.csv"), "compute_inputs")
    row = inputs.set_index("estimate_id").loc["r-fcn/operation_count"]
    backbone = 2 * row["forward_multiply_adds"] * row["examples"]
    added = 2 * 960_000 * r_fcn() / backbone
    assert row["scale_factor"] - 1 == pytest.approx(added, rel=0.02)


def test_xception41_is_another_network_than_that_of_the_paper() -> None:
    """The paper's has 22,855,952 parameters (arXiv 1610.02357, table 3)."""
    parameters = COUNTED.at[("xception41", 299), "parameters"]
    assert parameters / 22_855_952 > 1.15
    assert not [estimate for estimate in SAME if estimate.startswith("xception")]
