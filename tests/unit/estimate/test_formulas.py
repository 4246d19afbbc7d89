from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from compute_trends.estimate.formulas import (
    Z90,
    arithmetic,
    draw_training_compute,
    interval90,
    spread_oom,
    training_compute,
)

DAY = 24.0


def counted(forward_flop: float, examples: float, epochs: float, ratio: float = 2) -> float:
    inputs = {
        "forward_flop": forward_flop,
        "backward_forward_ratio": ratio,
        "examples": examples,
        "epochs": epochs,
        "scale_factor": 1,
    }
    return float(training_compute("operation_count", inputs)["training_compute_flop"])


def timed(chips: float, hours: float, peak: float, utilization: float, scale: float = 1) -> float:
    inputs = {
        "chips": chips,
        "hours": hours,
        "peak_flop_per_second": peak,
        "utilization": utilization,
        "scale_factor": scale,
    }
    return float(training_compute("hardware_time", inputs)["training_compute_flop"])


# Derivations that others published: name, our result, theirs, relative tolerance.
PUBLISHED = [
    # LeCun et al. 1998, connections as multiply-adds; the paper has 340908 of them
    ("LeNet-5", counted(2 * 390408, 60_000, 20), 2.8109376e12, 0),
    # Pomerleau 1988
    ("ALVINN", counted(2 * 36627, 1200, 40), 1.0548576e10, 0),
    # He et al. 2015
    ("ResNet-152", counted(2 * 11.3e9, 1.2e6, 128), 1.041408e19, 1e-12),
    # OpenAI, AI and Compute, 2018; printed rounded as 4.7e17
    ("AlexNet", counted(2 * 0.75e9, 1.2e6, 90), 4.7e17, 0.035),
    # The same run at the full peak of its chips (Krizhevsky et al. 2012)
    ("AlexNet at peak", timed(2, 5.5 * DAY, 1.581e12, 1), 1.5e18, 0.01),
    # Vaswani et al. 2017
    ("Transformer", timed(8, 3.5 * DAY, 9.3e12, 0.33), 7.4245248e18, 1e-12),
    # Simonyan and Zisserman 2014
    ("VGG16", timed(4, 21 * DAY, 5.645e12, 0.30), 1.2291e19, 1e-3),
    # Wu et al. 2016 with the factor of AI and Compute
    ("GNMT", timed(96, 9 * DAY, 8.5e12, 0.33, math.sqrt(1000)), 6.62e21, 1e-3),
    # Brown et al. 2020; table D.1 prints 3.14e23
    ("GPT-3 175B", counted(2 * 174.6e9, 300e9, 1), 3.1428e23, 1e-12),
    # Smith et al. 2022
    ("Megatron-Turing NLG 530B", counted(2 * 530e9, 270e9, 1), 8.586e23, 1e-12),
    # Bengio et al. 2003, backward to forward 1:1
    ("NPLM (AP News)", counted(11910864, 13994528, 5, ratio=1), 1.6668692e15, 1e-4),
    # Llama team 2024; the paper states 3.8e25
    ("Llama 3.1 405B", counted(2 * 405e9, 15.6e12, 1), 3.79e25, 0.01),
]


@pytest.mark.parametrize(
    ("ours", "theirs", "tolerance"),
    [case[1:] for case in PUBLISHED],
    ids=[case[0] for case in PUBLISHED],
)
def test_published_derivations(ours: float, theirs: float, tolerance: float) -> None:
    assert ours == pytest.approx(theirs, rel=tolerance, abs=0)


def test_a_published_derivation_that_is_wrong() -> None:
    """The worked example of Epoch AI's guide of 2022: a CNN, an LSTM, a dense layer.

    Its convolution charges each of 400 x 400 pixels with a filter of 400 x 400 instead
    of 5 x 5, and the LSTM is left out.
    """
    images = 20 * 100 * 128  # per sequence, batches, sequences per batch
    as_published = counted(2 * 400**2 * 400**2 * 5 * 16 / 2**2, images, 10)
    assert as_published == pytest.approx(7.86432e18)
    convolution = 2 * (200 * 200 * 16) * (5 * 5 * 5)
    lstm = 2 * 4 * 256 * (200 * 200 * 16 + 256)
    dense = 2 * 256 * 10
    correct = counted(convolution + lstm + dense, images, 10)
    assert correct == pytest.approx(1.13e16, rel=1e-3)
    assert as_published / correct > 600


def test_what_a_value_is_the_product_of() -> None:
    inputs: dict[str, Any] = {"chips": 2, "hours": 3, "peak_flop_per_second": 5, "utilization": 0.5}
    value = training_compute("hardware_time", inputs | {"scale_factor": 10})
    assert value == {
        "chip_seconds": 21600,
        "effective_flop_per_second": 2.5,
        "training_compute_flop": 540_000,
    }
    reported = training_compute("reported", {"reported_flop": 7, "scale_factor": 2})
    assert reported == {"training_compute_flop": 14}
    counts = {"forward_flop": 3, "backward_forward_ratio": 2, "examples": 5, "epochs": 7}
    counted_value = training_compute("operation_count", counts | {"scale_factor": 10})
    assert counted_value == {"forward_flop": 3, "passes": 35, "training_compute_flop": 3150}
    with pytest.raises(ValueError, match="unknown method 'guessed'"):
        training_compute("guessed", {"scale_factor": 1})


def test_the_interval_of_a_product_is_that_of_its_log_normal_factors() -> None:
    """Truth in closed form: variances of logs add."""
    inputs = {"chips": 8.0, "hours": 100.0, "peak_flop_per_second": 1e12, "utilization": 1e-3}
    factors = {"chips": 1.5, "hours": 2.0, "utilization": 3.0}
    rng = np.random.default_rng(1)
    draws = draw_training_compute(
        "hardware_time", inputs | {"scale_factor": 1.0}, factors, samples=400_000, rng=rng
    )
    value = 8 * 100 * 3600 * 1e12 * 1e-3
    half = math.exp(math.sqrt(sum(math.log(factor) ** 2 for factor in factors.values())))
    assert interval90(draws) == pytest.approx((value / half, value * half), rel=0.02)
    low, high = interval90(draws)
    assert spread_oom(low, high) == pytest.approx(math.log10(half) / Z90, rel=0.02)


def test_each_uncertain_input_keeps_the_truth_within_its_factor_nine_times_in_ten() -> None:
    inputs = {"reported_flop": 1e20, "scale_factor": 2.0}
    draws = draw_training_compute(
        "reported", inputs, {"scale_factor": 4.0}, samples=100_000, rng=np.random.default_rng(2)
    )
    inside = (draws > 2e20 / 4) & (draws < 2e20 * 4)
    assert inside.mean() == pytest.approx(0.9, abs=0.005)


def test_utilization_never_exceeds_one() -> None:
    inputs = {"chips": 1.0, "hours": 1.0, "peak_flop_per_second": 1.0, "utilization": 0.9}
    draws = draw_training_compute(
        "hardware_time",
        inputs | {"scale_factor": 1.0},
        {"utilization": 5.0},
        samples=1000,
        rng=np.random.default_rng(3),
    )
    assert draws.max() == 3600


def test_an_estimate_without_uncertain_inputs_has_no_spread() -> None:
    inputs = {"reported_flop": 5.0, "scale_factor": 1.0}
    rng = np.random.default_rng(4)
    draws = draw_training_compute("reported", inputs, {}, samples=10, rng=rng)
    assert interval90(draws) == (5.0, 5.0)


def test_arithmetic_is_written_out() -> None:
    counted = {
        "size": "forward_multiply_adds",
        "forward_flop": 780816,
        "backward_forward_ratio": 2,
        "examples": 60000,
        "epochs": 20,
        "scale_factor": 1,
    }
    assert arithmetic("operation_count", counted, 2.8109e12).replace("\N{NO-BREAK SPACE}", " ") == (
        "2 × 390 408 × 3 × 60 000 × 20 = 2.81e12"
    )
    one_epoch = counted | {"size": "forward_flop", "epochs": 1, "scale_factor": 35}
    assert arithmetic("operation_count", one_epoch, 4.92e12).replace("\N{NO-BREAK SPACE}", " ") == (
        "780 816 × 3 × 60 000 × 35 = 4.92e12"
    )
    timed = {
        "chips": 1,
        "hours": 24,
        "peak_flop_per_second": 1.581e12,
        "utilization": 0.4,
        "scale_factor": 1,
    }
    assert arithmetic("hardware_time", timed, 5.46e16) == (
        "1 chip × 24 h × 3600 s/h × 1.581e12 FLOP/s × 0.4 = 5.46e16"
    )
    two = timed | {"chips": 2, "scale_factor": 3}
    assert arithmetic("hardware_time", two, 3.28e17) == (
        "2 chips × 24 h × 3600 s/h × 1.581e12 FLOP/s × 0.4 × 3 = 3.28e17"
    )
    reported = {"reported_flop": 3.8e25, "scale_factor": 1}
    assert arithmetic("reported", reported, 3.8e25) == "3.8e25 = 3.80e25"
