"""Numbers in words, the same in figures and report."""

from __future__ import annotations

from typing import Any

import numpy as np

from compute_trends.training_compute import FLOP_PER_MULTIPLY_ADD


def fixed(value: float | None, digits: int = 1) -> str:
    """A fixed number of decimals; infinity as its sign; nothing for a missing value."""
    if value is None:
        return ""
    return "∞" if np.isinf(value) else f"{value:.{digits}f}"


def growth(trend: Any) -> str:
    """What compute does along a trend.

    Parameters
    ----------
    trend : mapping
        Row of table ``trends``.

    Returns
    -------
    str
        Such as "doubles every 5.6 months", or "does not grow".
    """
    months = trend["doubling_time_months"]
    return "does not grow" if np.isinf(months) else f"doubles every {fixed(months)} months"


def interval(trend: Any, name: str, digits: int = 1) -> str:
    """Ends of the 95 % interval of a column, such as "5.1 to 6.2"."""
    low, high = (fixed(trend[f"{name}_ci95_{end}"], digits) for end in ("low", "high"))
    return f"{low} to {high}"


def change(published: Any, estimated: Any) -> str:
    """What becomes of a trend on re-derived values.

    Parameters
    ----------
    published, estimated : mapping
        Rows of table ``trends``, one on each basis.

    Returns
    -------
    str
        Doubling times with their intervals, the change of the slope, R².
    """
    name = "doubling_time_months"
    text = f"compute {growth(estimated)} ({interval(estimated, name)})"
    text += f" instead of {fixed(published[name])} ({interval(published, name)})"
    if published["slope_oom_per_year"] > 0:
        share = 100 * (estimated["slope_oom_per_year"] / published["slope_oom_per_year"] - 1)
        faster = (
            "as fast, within 1 %"
            if abs(share) < 1
            else (f"{abs(share):.0f} % {'faster' if share > 0 else 'slower'}")
        )
        text += f", growth {faster}"
    if estimated["slope_oom_per_year_ci95_low"] <= 0 < published["slope_oom_per_year_ci95_low"]:
        text += " and no longer distinguishable from none"
    return f"{text}; R² {fixed(estimated['r2'], 2)} instead of {fixed(published['r2'], 2)}"


def percent(oom_per_year: float | None) -> str:
    """A part of a change of growth as percent of growth per year; nothing where there is none."""
    if oom_per_year is None or np.isnan(oom_per_year):
        return ""
    value = 100 * (10**oom_per_year - 1)
    sign = "−" if value < -0.05 else "+" if value >= 0.05 else "±"
    return f"{sign}{fixed(abs(value))} %"


def plain(value: float) -> str:
    """A number as a person writes it: 390 408, 0.33, 1.746e11."""
    round_number = value >= 1e7 and float(f"{value:.3e}") == value
    if float(value).is_integer() and value < 1e10 and not round_number:
        return f"{int(value):,}".replace(",", "\N{NO-BREAK SPACE}")
    if 1e-3 <= value < 1e6:
        return f"{value:.6g}"
    mantissa, _, exponent = f"{value:.5e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def arithmetic(method: str, row: Any, flop: float) -> str:
    """The sum of an estimate, written out.

    Parameters
    ----------
    method : str
        operation_count, hardware_time or reported.
    row : mapping
        Inputs in force, as `training_compute.training_compute` takes them; and
        ``size``, the column that an operation count starts from, with its value.
    flop : float
        Result.

    Returns
    -------
    str
        Such as "2 × 390 408 × 3 × 60 000 × 20 = 2.81e12".
    """
    if method == "operation_count":
        size = row["size"]
        per_unit = 1 if size == "forward_flop" else FLOP_PER_MULTIPLY_ADD
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
