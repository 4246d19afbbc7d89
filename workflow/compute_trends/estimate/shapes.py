"""Architecture on the command line: options to operations of a forward pass."""

from __future__ import annotations

import re
from typing import NamedTuple

from compute_trends.common.numbers import plain
from compute_trends.estimate.architecture import (
    TransformerCount,
    convolution_forward_flop,
    transformer_forward_flop,
)
from compute_trends.estimate.options import SHAPE
from compute_trends.estimate.reader import StageReader

NEEDED = ("layers", "width", "heads", "sequence_length")
NUMBERS = (
    *(*NEEDED, "feed_forward_width", "vocabulary", "head_width", "value_head_width"),
    *("key_value_heads", "experts", "active_experts", "shared_experts", "expert_width"),
    *("dense_layers", "query_rank", "key_value_rank", "shared_key_width"),
)
# They say that a network is a mixture, whether or not its layers are described.
OF_EXPERTS = ("experts", "active_experts", "shared_experts", "expert_width", "dense_layers")
MAY_BE_NONE = (
    *("vocabulary", "shared_experts", "dense_layers", "feed_forward_width"),
    "shared_key_width",
)
CONVOLUTION = re.compile(
    r"(?P<output_height>\d+)x(?P<output_width>\d+),(?P<in_channels>\d+),(?P<out_channels>\d+),"
    r"(?P<kernel_height>\d+)x(?P<kernel_width>\d+)(?:,(?P<groups>\d+))?"
)


class Shape(NamedTuple):
    """Operations of a forward pass that follow from an architecture.

    Parameters
    ----------
    forward_flop : float
        All of them.
    attention_flop : float
        Those of attention that the number of parameters leaves out.
    note : str
        The attention term in words; "" where there is none.
    """

    forward_flop: float
    attention_flop: float
    note: str


def read_shape(reader: StageReader, *, active_parameters: float | None) -> Shape | None:
    """Architecture of a stage, None if it has none or lacks a part.

    Parameters
    ----------
    active_parameters : float or None
        Multiplied weights where they are given: the architecture then adds attention alone.
    """
    if reader.has("convolution"):
        return _convolutions(reader, alone=active_parameters is None)
    if not reader.has(*(set(SHAPE) - set(OF_EXPERTS))):
        return None
    count = _transformer(reader, has_size=active_parameters is not None)
    if count is None:
        return None
    matrices = count.matrix_flop if active_parameters is None else 2 * active_parameters
    forward = matrices + count.attention_flop
    length = plain(reader.number("sequence_length") or 0)
    note = (
        f"Of {forward:.4g} FLOP in a forward pass per token, attention is "
        f"{count.attention_flop:.3g} ({100 * count.attention_flop / forward:.1f} %) at sequences "
        f"of {length} tokens."
    )
    if active_parameters is None:
        note += (
            f" The layers have {count.total_parameters:.4g} parameters, of which a token uses "
            f"{count.active_parameters:.4g}; the table of embeddings has another "
            f"{count.embedding_parameters:.3g} that are looked up."
        )
    return Shape(forward, count.attention_flop, note)


def _transformer(reader: StageReader, *, has_size: bool) -> TransformerCount | None:
    """Operations of the transformer that a stage describes."""
    values: dict[str, float] = {}
    for name in NUMBERS:
        least = 0 if name in MAY_BE_NONE else 1
        value = reader.number(name, least=least, most=1e9)
        if value is not None:
            values[name] = value
    needed = list(NEEDED)
    if not has_size and not reader.has("expert_width"):
        needed.append("feed_forward_width")
    if reader.has("experts"):
        needed.append("active_experts")
    for name in needed:
        if not reader.has(name):
            reader.tell(name, None, "a value: an architecture needs it")
    if reader.problems:
        return None
    values.setdefault("feed_forward_width", 0)
    try:
        return transformer_forward_flop(
            **values,
            gated=reader.has("gated"),
            causal=not reader.has("bidirectional"),
        )
    except ValueError as error:
        reader.tell("layers", None, f"an architecture that fits together: {error}")
        return None


def _convolutions(reader: StageReader, *, alone: bool) -> Shape | None:
    """Operations of the convolutions of a stage, each given once."""
    others = [name for name in SHAPE if name != "convolution" and reader.has(name)]
    if others or not alone:
        reader.tell("convolution", None, "neither a size nor another architecture beside it")
        return None
    total = 0.0
    for text in reader.stage.given["convolution"]:
        found = CONVOLUTION.fullmatch(text.replace(" ", ""))
        if found is None:
            expected = "height x width of the output, channels in, out, kernel: 112x112,3,64,7x7"
            reader.tell("convolution", text, expected)
            continue
        parts = {name: float(number or 1) for name, number in found.groupdict().items()}
        if min(parts.values()) < 1 or parts["in_channels"] % parts["groups"]:
            reader.tell("convolution", text, "numbers from 1, and groups that divide the channels")
        else:
            total += convolution_forward_flop(**parts)
    return Shape(total, 0.0, "") if total else None
