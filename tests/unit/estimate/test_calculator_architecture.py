"""Architectures on the command line."""

from __future__ import annotations

from typing import Any

import pytest

from compute_trends.estimate.__main__ import main
from compute_trends.estimate.architecture import transformer_forward_flop
from compute_trends.estimate.calculator import FLOP, calculate
from compute_trends.estimate.options import read_call

# Llama 3.1-405B: table 3 of https://arxiv.org/abs/2407.21783
LLAMA = ["--layers", "126", "--width", "16384", "--heads", "128", "--key-value-heads", "8"]
FEED_FORWARD = ["--feed-forward-width", "53248", "--gated", "--vocabulary", "128256"]
TOKENS = ["--tokens", "1"]


def answer(*arguments: str) -> dict[str, Any]:
    return calculate(read_call(arguments))


def test_operations_follow_from_an_architecture(capsys: pytest.CaptureFixture[str]) -> None:
    run = [*LLAMA, *FEED_FORWARD, "--sequence-length", "8192", *TOKENS]
    expected = transformer_forward_flop(
        layers=126,
        width=16384,
        heads=128,
        key_value_heads=8,
        feed_forward_width=53248,
        gated=True,
        vocabulary=128256,
        sequence_length=8192,
    )
    assert answer(*run)[FLOP] == pytest.approx(3 * expected.forward_flop)
    main(run)
    out = capsys.readouterr().out
    assert "attention is 3.38e+10 (4.0 %) at sequences of 8\N{NO-BREAK SPACE}192 tokens" in out
    assert "The layers have 4.037e+11 parameters, of which a token uses 4.037e+11" in out


@pytest.mark.parametrize(("length", "added"), [("8192", 0.042), ("131072", 0.67)])
def test_attention_is_added_to_a_number_of_parameters(length: str, added: float) -> None:
    plain = answer("--parameters", "405e9", *TOKENS)[FLOP]
    long = answer("--parameters", "405e9", *LLAMA, "--sequence-length", length, *TOKENS)[FLOP]
    assert long / plain - 1 == pytest.approx(added, rel=0.02)
    both = [*LLAMA, "--sequence-length", length, "--bidirectional", *TOKENS]
    twice = answer("--parameters", "405e9", *both)[FLOP]
    assert twice / plain - 1 == pytest.approx(2 * added, rel=0.02)


def test_a_mixture_multiplies_the_experts_that_a_token_uses() -> None:
    mixture = ["--layers", "2", "--width", "64", "--heads", "4", "--feed-forward-width", "256"]
    mixture += ["--sequence-length", "128", "--experts", "16", *TOKENS]
    two = answer(*mixture, "--active-experts", "2")[FLOP]
    four = answer(*mixture, "--active-experts", "4")[FLOP]
    shared = answer(*mixture, "--active-experts", "2", "--shared-experts", "2")[FLOP]
    assert four == shared
    assert four - two == pytest.approx(3 * 2 * 2 * 2 * (2 * 64 * 256))


def test_convolutions_add_up() -> None:
    # First layer of ResNet, and a depthwise layer
    first, depthwise = "112x112,3,64,7x7", "56x56,64,64,3x3,64"
    value = answer("--convolution", first, "--convolution", depthwise, "--examples", "10")[FLOP]
    count = 112**2 * 3 * 64 * 49 + 56**2 * 64 * 9
    assert value == pytest.approx(10 * 3 * 2 * count)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--layers", "2"], "--sequence-length: expected a value: an architecture needs it"),
        (
            [*LLAMA, *FEED_FORWARD, "--sequence-length", "8~"],
            "--sequence-length: found '8~', expected a number without ~",
        ),
        (
            [*LLAMA, *FEED_FORWARD, "--sequence-length", "8", "--dense-layers", "200"],
            "--layers: expected an architecture that fits together: dense_layers is 200",
        ),
        (
            ["--forward-flop", "5", *LLAMA, *FEED_FORWARD, "--sequence-length", "8"],
            "--forward-flop: found '5', expected no architecture beside it, or no size",
        ),
        (["--experts", "8"], "--active-parameters: expected a value, or the layers"),
        (["--convolution", "7x7"], "--convolution: found '7x7', expected height x width"),
        (["--convolution", "7x7,3,8,3x3,2"], "expected numbers from 1, and groups that divide"),
        (
            ["--convolution", "7x7,3,8,3x3", "--layers", "2"],
            "--convolution: expected neither a size nor another architecture beside it",
        ),
    ],
)
def test_an_architecture_that_cannot_be_is_told(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, *TOKENS]) == 1
    assert message in capsys.readouterr().err
