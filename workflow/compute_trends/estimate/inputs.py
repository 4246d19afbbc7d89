"""Inputs of estimates: check them, and put defaults in."""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Iterator, Sequence

import pandas as pd

from compute_trends.clean.chips import find_chip, implausible_rates, names_of_chips, peak_rate
from compute_trends.common.numbers import as_written
from compute_trends.common.problems import Problem, did_you_mean, stop_on
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import CONVENTIONS
from compute_trends.estimate import formulas
from compute_trends.settings.estimate import Defaults

LOG = logging.getLogger(__name__)

# Columns of compute_inputs.csv that each method takes; exactly one of `SIZES` stands for
# the forward pass.
SIZES = ("forward_flop", "forward_multiply_adds", "parameters")
COLUMNS = {
    "operation_count": (*SIZES, "examples", "epochs", "backward_forward_ratio"),
    "hardware_time": ("hardware", "precision", "chips", "hours", "utilization"),
    "reported": ("reported_flop",),
}
# A cell that may be empty, because the config has a default for it.
HAVE_DEFAULT = ("backward_forward_ratio", "utilization")
# Operations that a utilization of a kind is of
OPERATIONS_OF_KIND = {"mfu": "needed", "hfu": "executed"}
# "ASSUME column: reason" in a derivation, and what looks like it.
ASSUMPTION = re.compile(r"\bASSUME ([a-z_]+):")
LIKE_ASSUMPTION = re.compile(r"\bASSUM\w*\s*\S*|\b[Aa]ssume \w+:")


def complete_inputs(
    inputs: pd.DataFrame,
    hardware: pd.DataFrame,
    systems: pd.DataFrame,
    excluded: pd.DataFrame,
    *,
    defaults: Defaults,
    files: Sequence[str],
) -> pd.DataFrame:
    """Check the inputs of each estimate and put defaults and peak rates in.

    Parameters
    ----------
    inputs, hardware : pandas.DataFrame
        Raw tables ``compute_inputs`` and ``hardware``; the index is the row of the file.
    systems, excluded : pandas.DataFrame
        Tables of these names; rows of excluded systems are passed over.
    defaults : Defaults
        Inputs where none is given.
    files : sequence of str
        Files of ``inputs`` and ``hardware``, to name in messages.

    Returns
    -------
    pandas.DataFrame
        ``inputs`` with each method's inputs in force as `training_compute` takes
        them (forward_flop of every operation count, peak_flop_per_second,
        utilization, backward_forward_ratio, scale_factor) and: size (which of
        `SIZES` was given), scaled (whether a scale factor was), learnt (whether the
        utilization is to be learnt from other systems), assumed (inputs that no source
        states, joined by "; ").

    Raises
    ------
    InputError
        With every row that lacks an input, has one that its method does not use,
        names a chip, a precision or a system that does not exist, assumes something
        without saying so, or counts what its utilization does not.
    """
    file, hardware_file = files
    chips, problems = names_of_chips(hardware, file=hardware_file)
    problems += implausible_rates(hardware, file=hardware_file)
    known = set(systems["system_id"])
    excluded_ids = set(excluded["system_id"].dropna()) - known
    rows: list[Record] = []
    for row, line in zip(inputs.index.to_list(), records(inputs), strict=True):
        cells = {name: value for name, value in line.items() if value is not None}
        if cells["system_id"] in excluded_ids:
            LOG.info("%s: its system is excluded", cells["estimate_id"])
            continue
        faults = [
            *_key_problems(cells, known, file, row),
            *_column_problems(cells, file, row),
            *_assumption_problems(cells, file, row),
            *_convention_problems(cells, file, row),
        ]
        if cells["method"] == "hardware_time" and {"hardware", "precision"} <= set(cells):
            chip, hint = find_chip(cells["hardware"], chips)
            if chip is None:
                faults.append(Problem(file, row, "hardware", cells["hardware"], hint))
            else:
                rate, hint = peak_rate(hardware, chip, cells["precision"])
                if rate is None:
                    faults.append(Problem(file, row, "precision", cells["precision"], hint))
                cells |= {"hardware": chip, "peak_flop_per_second": rate}
        problems += faults
        if not faults:
            rows.append(_with_defaults(cells, defaults))
    stop_on(problems)
    names = [*inputs.columns, "peak_flop_per_second", "size", "scaled", "learnt", "assumed"]
    return pd.DataFrame(rows, columns=names)


def _key_problems(cells: Record, known: set[str], file: str, row: int) -> Iterator[Problem]:
    """Yield what is wrong with the system and the key of a row."""
    system, method = cells["system_id"], cells["method"]
    if system not in known:
        yield Problem(file, row, "system_id", system, "a system_id of data/processed/systems.csv")
    if not re.fullmatch(rf"{re.escape(system)}/{method}(_\d)?", cells["estimate_id"]):
        expected = f"{system}/{method}, or that with _2, _3 and so on"
        yield Problem(file, row, "estimate_id", cells["estimate_id"], expected)


def _column_problems(cells: Record, file: str, row: int) -> Iterator[Problem]:
    """Yield the inputs that a row lacks, or has though its method does not use them."""
    method = cells["method"]
    used = COLUMNS[method]
    unused = f"nothing: {method} does not use it"
    for name in itertools.chain(*COLUMNS.values()):
        if name in cells and name not in used:
            yield Problem(file, row, name, as_written(cells[name]), unused)
    sizes = [name for name in SIZES if name in cells]
    if method == "operation_count" and len(sizes) != 1:
        expected = f"a value in exactly one of {', '.join(SIZES)}"
        yield Problem(file, row, ", ".join(sizes) or SIZES[0], None, expected)
    for name in used:
        if name not in cells and name not in (*SIZES, *HAVE_DEFAULT):
            yield Problem(file, row, name, None, f"a value: {method} needs it")
    if ("scale_factor" in cells) != ("scale_factor_reason" in cells):
        missing = "scale_factor" if "scale_factor_reason" in cells else "scale_factor_reason"
        yield Problem(file, row, missing, None, "a factor and its reason, or neither")


def _assumption_problems(cells: Record, file: str, row: int) -> Iterator[Problem]:
    """Yield assumptions that are not marked, or marked wrongly."""
    assumptions = ASSUMPTION.findall(cells["derivation"])
    known = [name for name in COLUMNS[cells["method"]] if name in cells or name in HAVE_DEFAULT]
    known += ["scale_factor"] if "scale_factor" in cells else []
    for mark in LIKE_ASSUMPTION.findall(cells["derivation"]):
        match = ASSUMPTION.match(mark)
        if match is None or match[1] not in known:
            expected = f"ASSUME, one of {', '.join(known)}, and a colon"
            yield Problem(file, row, "derivation", mark, expected)
    has_utilization = "utilization" in cells or "utilization" in assumptions
    if cells["method"] == "hardware_time" and not has_utilization:
        expected = 'a value, or "ASSUME utilization" in the derivation: the default is taken'
        yield Problem(file, row, "utilization", None, expected)
    if bool(assumptions) != (cells["confidence"] == "speculative"):
        place = "an input is assumed (ASSUME in the derivation)"
        expected = f"speculative where {place}, and only there"
        yield Problem(file, row, "confidence", cells["confidence"], expected)


def _convention_problems(cells: Record, file: str, row: int) -> Iterator[Problem]:
    """Yield what a row says of what it counts that cannot be."""
    has_kind = "utilization_kind" in cells
    if has_kind and "utilization" not in cells:
        expected = "nothing: no utilization is stated"
        yield Problem(file, row, "utilization_kind", cells["utilization_kind"], expected)
    if "utilization" in cells and not has_kind:
        yield Problem(file, row, "utilization_kind", None, "mfu, hfu or rule_of_thumb")
    operations = OPERATIONS_OF_KIND.get(cells.get("utilization_kind", ""), cells["operations"])
    if cells["operations"] != operations:
        expected = f"{operations}, as its utilization is {cells['utilization_kind']}"
        yield Problem(file, row, "operations", cells["operations"], expected)
    for convention in cells.get("conventions", "").split("; "):
        if convention and convention not in CONVENTIONS:
            hint = f"a convention of data/raw/README.md; {did_you_mean(convention, CONVENTIONS)}"
            yield Problem(file, row, "conventions", convention, hint)


def _with_defaults(cells: Record, defaults: Defaults) -> Record:
    """Inputs of a sound row with defaults put in."""
    row: Record = {"scale_factor": 1.0, "scaled": "scale_factor" in cells} | cells
    row["learnt"] = False
    if cells["method"] == "operation_count":
        size = next(name for name in SIZES if name in cells)
        per_unit = 1 if size == "forward_flop" else formulas.FLOP_PER_MULTIPLY_ADD
        row |= {"size": size, "forward_flop": per_unit * cells[size]}
        row.setdefault("backward_forward_ratio", defaults.backward_forward_ratio)
    if cells["method"] == "hardware_time" and "utilization" not in cells:
        row |= {"utilization": defaults.utilization.fixed}
        row["learnt"] = defaults.utilization.rule == "learnt"
    return row | {"assumed": "; ".join(dict.fromkeys(ASSUMPTION.findall(cells["derivation"])))}
