"""Steps of an estimate: from its inputs over derived quantities to the result."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from compute_trends.common.numbers import plain
from compute_trends.common.records import Record, records
from compute_trends.estimate.evaluation import uncertain_inputs
from compute_trends.estimate.formulas import FLOP_PER_MULTIPLY_ADD, INPUTS
from compute_trends.estimate.inputs import HAVE_DEFAULT
from compute_trends.settings.estimate import Factors
from compute_trends.tables.dictionary import typed

UNITS = {
    "forward_flop": "FLOP",
    "forward_multiply_adds": "multiply-adds",
    "parameters": "parameters",
    "backward_forward_ratio": "",
    "examples": "passes per epoch",
    "epochs": "epochs",
    "chips": "chips",
    "hours": "h",
    "peak_flop_per_second": "FLOP/s",
    "utilization": "share of the peak rate",
    "reported_flop": "FLOP",
    "scale_factor": "",
}
FLOP = "training_compute_flop"
# Columns of table ``trace``: the key of the estimate, the number of the step, and a `Step`
COLUMNS = [
    *("estimate_id", "number", "step", "step_kind", "expression", "step_value", "step_unit"),
    *("step_value_ci90_low", "step_value_ci90_high"),
]


class Step(NamedTuple):
    """One line of a trace.

    Parameters
    ----------
    step : str
        Name of the quantity.
    kind : str
        ``given``, ``assumed`` (no source states it), ``default`` (from the config), ``learnt``
        (from other systems), ``derived`` or ``result``.
    expression : str
        How it follows from other steps, or for an input the factor within which it lies.
    value : float
    unit : str
    low, high : float or None
        Ends of the 90 % interval; None where the method has none for it.
    """

    step: str
    kind: str
    expression: str
    value: float
    unit: str
    low: float | None
    high: float | None


def trace_steps(
    row: Record, factors: Mapping[str, float] | None, *, defaults: tuple[str, ...] = ()
) -> list[Step]:
    """Steps of an estimate by any method.

    Parameters
    ----------
    row : dict
        From `evaluation.evaluate`.
    factors : mapping of str to float, or None
        Factor of each uncertain input, from `evaluation.uncertain_inputs`.
    defaults : tuple of str
        Inputs that were left out, from `left_to_defaults`.

    Returns
    -------
    list of Step
        Inputs in the order of the formula, what is derived from them, and the result. The
        interval of a derived quantity is that of a product of independent log-normal inputs;
        that of the result is the row's own. The error of a learnt utilization holds those of
        the other inputs.
    """
    known = dict(factors or {})
    if row["learnt"]:
        known["utilization"] = row[FLOP] / row[f"{FLOP}_ci90_low"]
    steps = [*_inputs(row, known, defaults), *_derived(row, known)]
    low, high = (row[f"{FLOP}_ci90_{end}"] for end in ("low", "high"))
    how = f"{_formula(row)}; interval of {_interval_of(row)}"
    return [*steps, Step(FLOP, "result", how, float(row[FLOP]), "FLOP", low, high)]


def left_to_defaults(given: Mapping[str, Any] | pd.Series) -> tuple[str, ...]:
    """Inputs that a row of ``compute_inputs`` leaves to a default."""
    return tuple(
        name for name in HAVE_DEFAULT if name in INPUTS[given["method"]] and pd.isna(given[name])
    )


def trace_table(
    rows: Iterable[Record], inputs: pd.DataFrame, kinds: Mapping[Any, Factors]
) -> pd.DataFrame:
    """Table ``trace``: the steps of estimates.

    Parameters
    ----------
    rows : iterable of dict
        From `evaluation.evaluate`.
    inputs : pandas.DataFrame
        Raw table ``compute_inputs``.
    kinds : mapping of str to Factors
        ``inputs`` of `Uncertainty`.
    """
    given = inputs[["estimate_id", "method", *HAVE_DEFAULT]]
    left_out = {row["estimate_id"]: left_to_defaults(row) for row in records(given)}
    lines = [
        (row["estimate_id"], number, *step)
        for row in rows
        for number, step in enumerate(
            trace_steps(row, uncertain_inputs(row, kinds), defaults=left_out[row["estimate_id"]]),
            start=1,
        )
    ]
    return typed(pd.DataFrame(lines, columns=COLUMNS).replace("", None), "trace")


def _inputs(row: Record, factors: dict[str, float], defaults: tuple[str, ...]) -> Iterator[Step]:
    """Yield the inputs, the size as it was given."""
    assumed = set(filter(None, str(row["assumed"] or "").split("; ")))
    marks = {"peak_flop_per_second": {"hardware", "precision"}}
    scaled = row["scale_factor"] != 1
    for name in (*INPUTS[row["method"]], *(["scale_factor"] if scaled else [])):
        shown = row["size"] if name == "forward_flop" else name
        value = float(row[shown])
        factor = factors.get(name)
        kind = _kind(row, name, defaults, assumed & marks.get(name, {shown}))
        told = []
        if name == "peak_flop_per_second":
            told.append(f"{row['hardware']}, {row['precision']}")
        if name == "utilization" and row.get("utilization_kind"):
            told.append(str(row["utilization_kind"]))
        if name == "scale_factor" and row.get("scale_factor_reason"):
            told.append(str(row["scale_factor_reason"]))
        told += [] if factor is None else [f"within a factor {factor:.4g}"]
        most = 1.0 if name == "utilization" else math.inf
        yield _step(shown, kind, "; ".join(told), value, UNITS[shown], factor, most=most)


def _kind(row: Record, name: str, defaults: tuple[str, ...], marks: set[str]) -> str:
    """How an input is known."""
    if name == "utilization" and row["learnt"]:
        return "learnt"
    if name in defaults:
        return "default"
    return "assumed" if marks else "given"


def _derived(row: Record, factors: dict[str, float]) -> Iterator[Step]:
    """Yield what is derived from the inputs on the way to the result."""
    if row["method"] == "operation_count":
        if row["size"] != "forward_flop":
            how = f"{FLOP_PER_MULTIPLY_ADD} × {row['size']}"
            factor = factors.get("forward_flop")
            yield _step("forward_flop", "derived", how, float(row["forward_flop"]), "FLOP", factor)
        value = float(row["examples"]) * float(row["epochs"])
        factor = _product(factors, "examples", "epochs")
        yield _step("passes", "derived", "examples × epochs", value, "passes", factor)
    elif row["method"] == "hardware_time":
        value, factor = float(row["chip_seconds"]), _product(factors, "chips", "hours")
        yield _step("chip_seconds", "derived", "chips × hours × 3600", value, "chip-s", factor)
        name, how = "effective_flop_per_second", "peak_flop_per_second × utilization"
        of = ("utilization",) if row["learnt"] else ("peak_flop_per_second", "utilization")
        factor = _product(factors, *of)
        most = float(row["peak_flop_per_second"])
        yield _step(name, "derived", how, float(row[name]), "FLOP/s", factor, most=most)


def _formula(row: Record) -> str:
    """The product that gives the result, by the names of the steps."""
    formula = {
        "operation_count": "forward_flop × (1 + backward_forward_ratio) × passes",
        "hardware_time": "chip_seconds × effective_flop_per_second",
        "reported": "reported_flop",
    }[row["method"]]
    return formula if row["scale_factor"] == 1 else f"{formula} × scale_factor"


def _interval_of(row: Record) -> str:
    """What the interval of the result comes from, in words."""
    words = {
        "inputs": f"the inputs and of the class {row['confidence']}",
        "utilization": "the utilization",
        "confidence": f"the class {row['confidence']}, by its factor in the config",
    }[row["interval_from"]]
    return words if row["bound"] is None else f"{words}; the value is a bound, {row['bound']}"


def _product(factors: Mapping[str, float], *names: str) -> float | None:
    """Factor of a product of independent inputs, None where that of an input is not known."""
    if not set(names) <= set(factors):
        return None
    return math.exp(math.hypot(*(math.log(factors[name]) for name in names)))


def _step(
    step: str,
    kind: str,
    expression: str,
    value: float,
    unit: str,
    factor: float | None,
    *,
    most: float = math.inf,
) -> Step:
    low = None if factor is None else value / factor
    high = None if factor is None else min(value * factor, most)
    return Step(step, kind, expression, value, unit, low, high)


def trace_text(steps: list[Step]) -> str:
    """Steps as a table for a terminal."""
    rows: list[tuple[str, ...]] = [("step", "kind", "value", "unit", "90 % interval", "how")]
    for one in steps:
        ends = "" if one.low is None or one.high is None else f"{one.low:.3g} to {one.high:.3g}"
        value = plain(one.value) if one.step != FLOP else f"{one.value:.4g}"
        rows.append((one.step, one.kind, value, one.unit, ends, one.expression))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def as_records(steps: list[Step]) -> list[dict[str, Any]]:
    """Steps for JSON, or for rows of a table."""
    return [one._asdict() for one in steps]
