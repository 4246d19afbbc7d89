from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from compute_trends.common.vocabulary import CONFIDENCES
from compute_trends.estimate.error_model import Errors, UtilizationFit
from compute_trends.estimate.evaluation import (
    Own,
    evaluate,
    own_half_widths,
    peak_flop,
    uncertain_inputs,
    with_learnt_utilization,
)
from compute_trends.settings.estimate import Factors, Uncertainty

KINDS = {
    "parameters": Factors(stated=1.2, assumed=3),
    "examples": Factors(stated=1.1, assumed=4),
    "epochs": Factors(stated=1.1, assumed=4),
    "backward_forward_ratio": Factors(stated=1.25, assumed=2),
    "scale_factor": Factors(stated=1.5, assumed=3),
    "chips": Factors(stated=1.1, assumed=2),
    "hours": Factors(stated=1.1, assumed=2),
    "peak_flop_per_second": Factors(stated=1.05, assumed=2.5),
    "utilization": Factors(stated=1.1, assumed=5),
    "reported_flop": Factors(stated=1.3, assumed=4),
}
CLASSES = {"confident": 3, "likely": 10, "speculative": 31}
UNCERTAINTY = Uncertainty(samples=4000, inputs=KINDS, least_systems=10, classes=CLASSES)
# A class of which nothing is learnt, and one that is never off but by its inputs
NOTHING = Errors(None, {})
SURE = Errors(None, dict.fromkeys(CONFIDENCES, 0.0))
LINE = UtilizationFit(-1.0, 0.1, 1e16, 1e24, half_width_oom=0.5)

COMMON = {
    "scale_factor": 1.0,
    "size": None,
    "scaled": False,
    "learnt": False,
    "assumed": "",
    "bound": None,
    "confidence": "confident",
}
COUNTED = COMMON | {
    "method": "operation_count",
    "size": "parameters",
    "forward_flop": 2e6,
    "backward_forward_ratio": 2.0,
    "examples": 5000.0,
    "epochs": 10.0,
}
TIMED = COMMON | {
    "method": "hardware_time",
    "peak_flop_per_second": 1e13,
    "chips": 8.0,
    "hours": 24.0,
    "utilization": 0.4,
}
REPORTED = COMMON | {"method": "reported", "reported_flop": 3e16, "confidence": "likely"}
NOT_STATED = {"assumed": "utilization", "learnt": True, "confidence": "speculative"}


def own_of(row: dict[str, Any], **kinds: Factors) -> Own | None:
    uncertainty = UNCERTAINTY.model_copy(update={"inputs": KINDS | kinds})
    return own_half_widths(row, uncertainty=uncertainty, rng=np.random.default_rng(5))


def evaluated(row: dict[str, Any], errors: Errors = SURE, own: Own | None = None) -> dict[str, Any]:
    own = own_of(row) if own is None else own
    return evaluate(row, own, uncertainty=UNCERTAINTY, errors=errors)


def half_widths(value: dict[str, Any]) -> tuple[float, float]:
    """How far the ends of an interval are from the value, in orders of magnitude."""
    flop = value["training_compute_flop"]
    low, high = (value[f"training_compute_flop_ci90_{end}"] for end in ("low", "high"))
    return float(np.log10(flop / low)), float(np.log10(high / flop))


def test_an_input_is_as_uncertain_as_its_kind_and_more_so_if_assumed() -> None:
    stated = {"examples": 1.1, "epochs": 1.1, "backward_forward_ratio": 1.25}
    assert uncertain_inputs(COUNTED, KINDS) == stated | {"forward_flop": 1.2}
    row = COUNTED | {"scaled": True, "scale_factor": 5.0, "assumed": "epochs; parameters"}
    assumed = {"forward_flop": 3, "epochs": 4, "scale_factor": 1.5}
    assert uncertain_inputs(row, KINDS) == stated | assumed
    assert uncertain_inputs(REPORTED, KINDS) == {"reported_flop": 1.3}
    assert uncertain_inputs(REPORTED | {"assumed": "reported_flop"}, KINDS) == {"reported_flop": 4}


@pytest.mark.parametrize("name", ["hardware", "precision"])
def test_a_peak_rate_is_as_uncertain_as_the_chip_and_its_format(name: str) -> None:
    factors = uncertain_inputs(TIMED | {"assumed": f"{name}; utilization"}, KINDS)
    assert factors is not None
    assert factors["peak_flop_per_second"] == 2.5
    assert factors["utilization"] == 5


def test_the_errors_of_inputs_add_as_independent_ones() -> None:
    """Truth: sums of independent normal errors in logs have the root of the summed squares."""
    exact = Factors(stated=1, assumed=1)
    own = own_of(TIMED, peak_flop_per_second=exact, utilization=exact)
    expected = np.hypot(np.log10(1.1), np.log10(1.1))
    assert own == pytest.approx((expected, expected), rel=0.05)
    assert own_of(REPORTED) == pytest.approx([np.log10(1.3)] * 2, rel=0.05)


def test_an_input_of_a_kind_without_uncertainty_leaves_the_class() -> None:
    kinds = {name: kind for name, kind in KINDS.items() if name != "epochs"}
    assert uncertain_inputs(COUNTED, kinds) is None
    uncertainty = UNCERTAINTY.model_copy(update={"inputs": kinds})
    own = own_half_widths(COUNTED, uncertainty=uncertainty, rng=np.random.default_rng(5))
    assert own is None
    value = evaluate(COUNTED, own, uncertainty=uncertainty, errors=SURE)
    assert value["interval_from"] == "confidence"
    assert half_widths(value) == pytest.approx([np.log10(3)] * 2)


def test_an_estimate_and_its_interval() -> None:
    value = evaluated(COUNTED)
    assert value["training_compute_flop"] == 2e6 * 3 * 5000 * 10
    assert value["passes"] == 50_000
    assert value["interval_from"] == "inputs"
    assert half_widths(value) == pytest.approx(own_of(COUNTED))
    flop = evaluated(TIMED)["training_compute_flop"]
    assert flop == pytest.approx(8 * 24 * 3600 * 1e13 * 0.4)
    assert evaluated(REPORTED)["training_compute_flop"] == 3e16


@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_of_a_class_of_which_nothing_is_learnt_the_factor_of_the_config_holds(
    confidence: str,
) -> None:
    value = evaluated(REPORTED | {"confidence": confidence}, NOTHING)
    assert value["interval_from"] == "confidence"
    assert half_widths(value) == pytest.approx([np.log10(CLASSES[confidence])] * 2)


def test_the_error_of_the_class_comes_on_top_of_those_of_the_inputs() -> None:
    own = own_of(COUNTED)
    assert own is not None
    for structural in (0.3, 0.8):
        errors = Errors(None, {"confident": structural, "likely": 5.0})
        low, high = half_widths(evaluated(COUNTED, errors))
        assert max(own.low, structural) < low < own.low + structural
        assert max(own.high, structural) < high < own.high + structural
    widths = [half_widths(evaluated(COUNTED, Errors(None, {"confident": h}))) for h in (0.3, 0.8)]
    assert widths[0] < widths[1]


@pytest.mark.parametrize("row", [COUNTED, REPORTED, TIMED])
@pytest.mark.parametrize("errors", [NOTHING, Errors(None, dict.fromkeys(CONFIDENCES, 0.9))])
def test_a_bound_is_off_to_one_side_but_for_the_errors_of_its_inputs(
    row: dict[str, Any], errors: Errors
) -> None:
    open_low, open_high = half_widths(evaluated(row, errors))
    own = own_of(row)
    assert own is not None
    low, high = half_widths(evaluated(row | {"bound": "low"}, errors))
    assert high == pytest.approx(open_high) and low < open_low
    assert low <= own.low + 1e-12
    low, high = half_widths(evaluated(row | {"bound": "high"}, errors))
    assert low == pytest.approx(open_low) and high < open_high
    assert high <= own.high + 1e-12


def test_a_bound_on_inputs_is_as_far_on_its_side_as_they_leave_open() -> None:
    errors = Errors(None, dict.fromkeys(CONFIDENCES, 0.9))
    own = own_of(COUNTED)
    assert own is not None
    assert half_widths(evaluated(COUNTED | {"bound": "low"}, errors))[0] == pytest.approx(own.low)
    assert half_widths(evaluated(COUNTED | {"bound": "high"}, errors))[1] == pytest.approx(own.high)


def test_a_utilization_that_is_not_stated_is_taken_from_other_systems() -> None:
    row, errors = TIMED | NOT_STATED, Errors(LINE, {"speculative": 2.0})
    peak = 8 * 24 * 3600 * 1e13
    assert peak_flop(row) == pytest.approx(peak)
    expected = 10 ** (-1 + 0.1 * np.log10(peak / 1e20))
    value = evaluated(row, errors)
    assert value["utilization"] == pytest.approx(expected)
    assert value["training_compute_flop"] == pytest.approx(peak * expected)
    assert value["interval_from"] == "utilization" and value["learnt"]
    # The error of the class is not added: what other systems are off by holds it.
    assert half_widths(value) == pytest.approx((0.5, 0.5))


def test_a_stated_utilization_stays_and_so_does_the_default_where_nothing_is_learnt() -> None:
    assert evaluated(TIMED, Errors(LINE, {"confident": 0.1}))["utilization"] == 0.4
    row = TIMED | NOT_STATED
    for errors in (SURE, NOTHING):
        value = evaluated(row, errors)
        assert value["utilization"] == 0.4 and not value["learnt"]
        assert value["interval_from"] != "utilization"
    assert with_learnt_utilization(TIMED, Errors(LINE, {})) == TIMED


def test_no_interval_leads_beyond_the_peak_rate_of_the_chips() -> None:
    fit = LINE._replace(log_at_reference=float(np.log10(0.5)), utilization_slope=0.0)
    value = evaluated(TIMED | NOT_STATED, Errors(fit, {}))
    low, high = half_widths(value)
    assert low == pytest.approx(0.5)
    assert value["training_compute_flop_ci90_high"] == pytest.approx(8 * 24 * 3600 * 1e13)
    assert high == pytest.approx(np.log10(2))


def test_a_scale_factor_scales_chips_and_time() -> None:
    row = TIMED | NOT_STATED | {"scaled": True, "scale_factor": 4.0}
    assert peak_flop(row) == pytest.approx(4 * 8 * 24 * 3600 * 1e13)
