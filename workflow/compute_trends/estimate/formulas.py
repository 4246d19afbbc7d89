"""Training compute from its inputs: two formulas, and draws where inputs are uncertain.

Numbers or arrays in, the same out. The formulas are those of Sevilla et al. (2022),
Estimating training compute of deep learning models,
https://epoch.ai/blog/estimating-training-compute.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compute_trends.common.numbers import plain

Array = NDArray[np.float64]

# A multiply-add is one multiplication and one addition.
FLOP_PER_MULTIPLY_ADD = 2
SECONDS_PER_HOUR = 3600
# Standard deviations from the median to an end of the central 90 % of a normal distribution.
Z90 = NormalDist().inv_cdf(0.95)

# Inputs of each method, as `training_compute` takes them.
INPUTS = {
    "operation_count": ("forward_flop", "backward_forward_ratio", "examples", "epochs"),
    "hardware_time": ("chips", "hours", "peak_flop_per_second", "utilization"),
    "reported": ("reported_flop",),
}


def training_compute(method: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Training compute and the factors that it is the product of.

    Parameters
    ----------
    method : str
        operation_count, hardware_time or reported.
    inputs : mapping
        The method's `INPUTS`, numbers or arrays of one shape: forward_flop (FLOP
        of one forward pass), backward_forward_ratio, examples (forward passes in
        an epoch), epochs; chips, hours, peak_flop_per_second, utilization (share
        of the peak, 0 to 1); reported_flop. And scale_factor.

    Returns
    -------
    dict
        training_compute_flop and, as the method has them, forward_flop, passes
        (examples x epochs), chip_seconds, effective_flop_per_second (peak x
        utilization):

        - operation_count: forward_flop x (1 + ratio) x passes x scale_factor
        - hardware_time: chip_seconds x effective_flop_per_second x scale_factor
        - reported: reported_flop x scale_factor
    """
    scale = inputs["scale_factor"]
    if method == "operation_count":
        forward, passes = inputs["forward_flop"], inputs["examples"] * inputs["epochs"]
        total = forward * (1 + inputs["backward_forward_ratio"]) * passes * scale
        return {"forward_flop": forward, "passes": passes, "training_compute_flop": total}
    if method == "hardware_time":
        chip_seconds = inputs["chips"] * inputs["hours"] * SECONDS_PER_HOUR
        rate = inputs["peak_flop_per_second"] * inputs["utilization"]
        return {
            "chip_seconds": chip_seconds,
            "effective_flop_per_second": rate,
            "training_compute_flop": chip_seconds * rate * scale,
        }
    if method == "reported":
        return {"training_compute_flop": inputs["reported_flop"] * scale}
    raise ValueError(f"unknown method {method!r}")


def draw_training_compute(
    method: str,
    inputs: Mapping[str, float],
    factors: Mapping[str, float],
    *,
    samples: int,
    rng: np.random.Generator,
) -> Array:
    """Training compute with each input off by a log-normal factor of its own.

    Parameters
    ----------
    method, inputs : str, mapping of str to float
        See `training_compute`; medians.
    factors : mapping of str to float
        For each uncertain input, the factor (at least 1) within which the true
        value lies with 90 % probability, on either side.

    Returns
    -------
    numpy.ndarray, shape (samples,)
        FLOP. Utilization never exceeds 1.
    """
    draws: dict[str, Any] = dict(inputs)
    for name, factor in factors.items():
        errors = rng.standard_normal(samples) * (np.log(factor) / Z90)
        draws[name] = inputs[name] * np.exp(errors)
    if "utilization" in factors:
        draws["utilization"] = np.minimum(draws["utilization"], 1.0)
    flop: Array = np.broadcast_to(training_compute(method, draws)["training_compute_flop"], samples)
    return flop


def interval90(draws: Array) -> tuple[float, float]:
    """Ends of the central 90 % of draws."""
    low, high = np.quantile(draws, [0.05, 0.95])
    return float(low), float(high)


def spread_oom(low: Any, high: Any) -> Any:
    """Standard deviation, in orders of magnitude, of the log-normal with this 90 % interval.

    log10(high / low) / (2 x 1.645); of positive numbers or arrays.
    """
    return np.log10(high / low) / (2 * Z90)


def arithmetic(method: str, row: Any, flop: float) -> str:
    """Arithmetic of an estimate as text.

    Parameters
    ----------
    method, row : str, mapping
        See `training_compute`; and ``size``, the column that an operation count starts from.
    flop : float
        Result.

    Returns
    -------
    str
        Such as "2 × 390 408 × 3 × 60 000 × 20 = 2.81e12".
    """
    if method == "operation_count":
        per_unit = 1 if row["size"] == "forward_flop" else FLOP_PER_MULTIPLY_ADD
        factors = [] if per_unit == 1 else [plain(per_unit)]
        factors += [plain(row["forward_flop"] / per_unit)]
        factors += [plain(1 + row["backward_forward_ratio"]), plain(row["examples"])]
        factors += [] if row["epochs"] == 1 else [plain(row["epochs"])]
    elif method == "hardware_time":
        chips = f"{plain(row['chips'])} chip{'' if row['chips'] == 1 else 's'}"
        factors = [chips, f"{plain(row['hours'])} h", "3600 s/h"]
        factors += [f"{plain(row['peak_flop_per_second'])} FLOP/s", plain(row["utilization"])]
    else:
        factors = [plain(row["reported_flop"])]
    factors += [] if row["scale_factor"] == 1 else [plain(row["scale_factor"])]
    mantissa, _, exponent = f"{flop:.2e}".partition("e")
    return f"{' × '.join(factors)} = {mantissa}e{int(exponent)}"
