"""Inputs of estimates: check them, put defaults in, evaluate one by one."""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from compute_trends.clean.chips import find_chip, implausible_rates, names_of_chips, peak_rate
from compute_trends.common.numbers import as_written
from compute_trends.common.problems import Problem, nearest, stop_on
from compute_trends.common.records import Record, records
from compute_trends.estimate import formulas
from compute_trends.settings.estimate import Defaults, Factors, Uncertainty

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
        Tables of these names; system_id and domain are used. Rows of excluded
        systems are passed over.
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
        `SIZES` was given), scaled (whether a scale factor was), assumed (inputs
        that no source states, joined by "; ").

    Raises
    ------
    InputError
        With every row that lacks an input, has one that its method does not use,
        names a chip, a precision or a system that does not exist, or assumes
        something without saying so.
    """
    file, hardware_file = files
    chips, problems = names_of_chips(hardware, file=hardware_file)
    problems += implausible_rates(hardware, file=hardware_file)
    problems += _unknown_domains(defaults, systems)
    domains = dict(zip(systems["system_id"], systems["domain"], strict=True))
    excluded_ids = set(excluded["system_id"].dropna()) - set(domains)
    rows: list[Record] = []
    for row, line in zip(inputs.index.to_list(), records(inputs), strict=True):
        cells = {name: value for name, value in line.items() if value is not None}
        if cells["system_id"] in excluded_ids:
            LOG.info("%s: its system is excluded", cells["estimate_id"])
            continue
        faults = [
            *_key_problems(cells, domains, file, row),
            *_column_problems(cells, file, row),
            *_assumption_problems(cells, file, row),
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
            rows.append(_with_defaults(cells, domains[cells["system_id"]], defaults))
    stop_on(problems)
    names = [*inputs.columns, "peak_flop_per_second", "size", "scaled", "assumed"]
    return pd.DataFrame(rows, columns=names)


def _unknown_domains(defaults: Defaults, systems: pd.DataFrame) -> list[Problem]:
    """Problems of domains in the config that no system has, but that look like one."""
    known = set(systems["domain"])
    key = "estimate.defaults.utilization.by_domain"
    return [
        Problem("config.yaml", None, key, domain, f"a domain of a system, such as {near[0]}")
        for domain in defaults.utilization.by_domain
        if domain not in known and (near := nearest(domain, known))
    ]


def _key_problems(cells: Record, domains: dict[str, str], file: str, row: int) -> Iterator[Problem]:
    """Yield what is wrong with the system and the key of a row."""
    system, method = cells["system_id"], cells["method"]
    if system not in domains:
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


def _with_defaults(cells: Record, domain: str, defaults: Defaults) -> Record:
    """Inputs of a sound row with defaults put in."""
    rates = defaults.utilization
    row: Record = {"scale_factor": 1.0, "scaled": "scale_factor" in cells} | cells
    if cells["method"] == "operation_count":
        size = next(name for name in SIZES if name in cells)
        per_unit = 1 if size == "forward_flop" else formulas.FLOP_PER_MULTIPLY_ADD
        row |= {"size": size, "forward_flop": per_unit * cells[size]}
        row.setdefault("backward_forward_ratio", defaults.backward_forward_ratio)
    if cells["method"] == "hardware_time":
        row.setdefault("utilization", rates.by_domain.get(domain, rates.otherwise))
    return row | {"assumed": "; ".join(dict.fromkeys(ASSUMPTION.findall(cells["derivation"])))}


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


def evaluate(row: Record, *, uncertainty: Uncertainty, rng: np.random.Generator) -> Record:
    """Training compute of one row of inputs, with its interval and its arithmetic.

    Parameters
    ----------
    row : dict
        Row of `complete_inputs`.
    uncertainty : Uncertainty
        Draws and factors of inputs; the factor of the confidence class holds where an
        input has none.

    Returns
    -------
    dict
        What `training_compute` gives, and training_compute_flop_ci90_low and
        _high, interval_from (inputs or confidence) and arithmetic.
    """
    method = row["method"]
    inputs = {name: float(row[name]) for name in (*formulas.INPUTS[method], "scale_factor")}
    value = formulas.training_compute(method, inputs)
    flop = value["training_compute_flop"]
    factors = uncertain_inputs(row, uncertainty.inputs)
    if factors is None:
        factor = uncertainty.classes[row["confidence"]]
        low, high = flop / factor, flop * factor
    else:
        samples = uncertainty.samples
        draws = formulas.draw_training_compute(method, inputs, factors, samples=samples, rng=rng)
        low, high = formulas.interval90(draws)
    return value | {
        "training_compute_flop_ci90_low": low,
        "training_compute_flop_ci90_high": high,
        "interval_from": "confidence" if factors is None else "inputs",
        "arithmetic": formulas.arithmetic(method, row, flop),
    }
