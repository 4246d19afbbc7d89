"""Training compute of one row of inputs, with its interval and its arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from compute_trends.common.records import Record
from compute_trends.estimate import formulas
from compute_trends.estimate.error_model import Errors
from compute_trends.settings.estimate import Factors, Uncertainty


class Own(NamedTuple):
    """Half widths of the interval that the inputs of an estimate leave open, in OOM."""

    low: float
    high: float


# Nothing is left open.
NONE = Own(0.0, 0.0)


def uncertain_inputs(row: Record, kinds: Mapping[Any, Factors]) -> dict[str, float] | None:
    """Factor within which each uncertain input of an estimate lies with 90 % probability.

    Parameters
    ----------
    row, kinds : dict, mapping of str to Factors
        Row of `complete_inputs`, and ``inputs`` of `Uncertainty`.

    Returns
    -------
    dict of str to float, or None
        By input of `training_compute`; None if the config gives no factor for one
        of them.
    """
    assumed = set(row["assumed"].split("; "))
    # The config tells how sizes are known, and chip and format give the peak rate.
    kind_of: dict[str, str] = {"forward_flop": row["size"]}
    marks_of = {"peak_flop_per_second": {"hardware", "precision"}}
    factors = {}
    for name in (*formulas.INPUTS[row["method"]], *(["scale_factor"] if row["scaled"] else [])):
        kind = kind_of.get(name, name)
        if kind not in kinds:
            return None
        marks = marks_of.get(name, {kind})
        factors[name] = float(kinds[kind].assumed if assumed & marks else kinds[kind].stated)
    return factors


def with_learnt_utilization(row: Record, errors: Errors) -> Record:
    """Row of inputs with the utilization that other systems imply, where it is to be learnt.

    Parameters
    ----------
    row, errors : dict, Errors
        Row of `complete_inputs`, and what is learnt from other systems.

    Returns
    -------
    dict
        The row; ``learnt`` is False where nothing is learnt.
    """
    if not row["learnt"] or errors.utilization is None:
        return row | {"learnt": False}
    return row | {"utilization": errors.utilization.utilization(peak_flop(row))}


def peak_flop(row: Record) -> float:
    """FLOP that the chips of a row of inputs would make at their peak rate in its time."""
    flop = formulas.training_compute("hardware_time", _inputs(row) | {"utilization": 1.0})
    return float(flop["training_compute_flop"])


def own_half_widths(
    row: Record, *, uncertainty: Uncertainty, rng: np.random.Generator
) -> Own | None:
    """How far the inputs of an estimate leave it open; None where the config does not say.

    Parameters
    ----------
    row : dict
        Row of `complete_inputs`.
    uncertainty : Uncertainty
        Draws, and factors of inputs.
    """
    factors = uncertain_inputs(row, uncertainty.inputs)
    if factors is None:
        return None
    if not factors:
        return NONE
    inputs = _inputs(row)
    flop = formulas.training_compute(row["method"], inputs)["training_compute_flop"]
    draws = formulas.draw_training_compute(
        row["method"], inputs, factors, samples=uncertainty.samples, rng=rng
    )
    low, high = formulas.interval90(draws)
    return Own(float(np.log10(flop / low)), float(np.log10(high / flop)))


def _inputs(row: Record) -> dict[str, float]:
    """Inputs of a row as `training_compute` takes them."""
    return {name: float(row[name]) for name in (*formulas.INPUTS[row["method"]], "scale_factor")}


def evaluate(row: Record, own: Own | None, *, uncertainty: Uncertainty, errors: Errors) -> Record:
    """Training compute of one row of inputs, with its interval and its arithmetic.

    Parameters
    ----------
    row, own : dict, Own
        Row of `complete_inputs`, and its `own_half_widths`.
    uncertainty : Uncertainty
        The factor of the confidence class holds where an input has none, or where nothing
        is learnt of the class.
    errors : Errors
        What other systems tell of the errors of this one.

    Returns
    -------
    dict
        The row with its utilization, what `training_compute` gives, and
        training_compute_flop_ci90_low and _high, interval_from (see table ``estimates``)
        and arithmetic.
    """
    row = with_learnt_utilization(row, errors)
    value = formulas.training_compute(row["method"], _inputs(row))
    flop = value["training_compute_flop"]
    half_widths, interval_from = _half_widths(row, own, uncertainty=uncertainty, errors=errors)
    return {
        **row,
        **value,
        **interval(flop, half_widths),
        "interval_from": interval_from,
        "arithmetic": formulas.arithmetic(row["method"], row, flop),
    }


def interval(flop: float, half_widths: Own) -> Record:
    """Ends of the interval of a value, by their column in table ``estimates``."""
    return {
        "training_compute_flop_ci90_low": flop / 10**half_widths.low,
        "training_compute_flop_ci90_high": flop * 10**half_widths.high,
    }


def _half_widths(
    row: Record, own: Own | None, *, uncertainty: Uncertainty, errors: Errors
) -> tuple[Own, str]:
    """Half widths of the interval of an estimate, its bound respected, and what they come from."""
    structural = errors.structural_oom.get(row["confidence"])
    if row["learnt"] and errors.utilization is not None:
        # The error of the chips and the time is in it, as those of others had it, too.
        width, source = errors.utilization.half_width_oom, "utilization"
        both = Own(width, min(width, -float(np.log10(row["utilization"]))))
        own = both
    elif own is None or structural is None:
        width, source = float(np.log10(uncertainty.classes[row["confidence"]])), "confidence"
        own, both = own or NONE, Own(width, width)
    else:
        both, source = Own(*(float(np.hypot(side, structural)) for side in own)), "inputs"
    # A bound is off to one side only, but for errors of its inputs.
    low = own.low if row["bound"] == "low" else both.low
    high = own.high if row["bound"] == "high" else both.high
    return Own(low, high), source
