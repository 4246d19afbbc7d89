"""Calculator: the compute of a run from its stages, by the rules of the pipeline."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from compute_trends.common.problems import InputError, Problem, stop_on
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import CONFIDENCES
from compute_trends.estimate import formulas
from compute_trends.estimate.error_model import Errors
from compute_trends.estimate.evaluation import evaluate, own_half_widths, uncertain_inputs
from compute_trends.estimate.inputs import SIZES, complete_inputs
from compute_trends.estimate.options import Call, Stage, option
from compute_trends.estimate.ours import (
    base_model_rows,
    domain_problems,
    errors_of_inputs,
    learnt_errors,
    with_like,
)
from compute_trends.estimate.parts import Part, read_parts
from compute_trends.estimate.quantities import read_quantity
from compute_trends.estimate.ranks import rank_estimates
from compute_trends.estimate.rates import HARDWARE, Chips
from compute_trends.estimate.reader import StageReader
from compute_trends.estimate.trace import left_to_defaults, trace_steps
from compute_trends.settings.config_file import read_config
from compute_trends.settings.estimate import Factors, Uncertainty
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import raw_table
from compute_trends.tables.raw import parse_columns

FLOP = "training_compute_flop"
ENDS = (f"{FLOP}_ci90_low", f"{FLOP}_ci90_high")
NO_DIFFERENCE = (
    "--domain makes no difference: a utilization that is not given is learnt from the counted "
    "systems of all domains."
)
# The place of inputs in messages of the pipeline
HERE = "calculator"
# The same question gets the same answer.
SEED = 0
NO_SIZE = "a value: the size of a forward pass (or --active-parameters, an architecture, ...)"


def calculate(call: Call) -> dict[str, Any]:
    """Compute of a run as it was asked.

    Returns
    -------
    dict
        training_compute_flop and the ends of its interval, operations (needed, executed, or
        mixed where only some stages count the latter), defaults and notes (sentences), and
        stages: each with its value, and estimates by each method with the rows of their phases.

    Raises
    ------
    InputError
        With every problem; ``file`` is the stage ("" where there is one), ``column`` the option.
    """
    problems = list(call.problems)
    try:
        settings = _read_settings(call.config)
    except InputError as error:
        stop_on([*problems, *error.problems])
        raise
    chips = cache(Chips)
    many = len(call.stages) > 1
    read: list[tuple[Stage, str, list[Part]]] = []
    for one in call.stages:
        place = one.name if many else ""
        try:
            stage = with_like(one, place)
        except InputError as error:
            problems += error.problems
            continue
        reader = StageReader(stage, place)
        parts = _stage_parts(reader, chips, settings)
        problems += [*reader.problems, *domain_problems(stage, place)]
        read.append((stage, place, parts))
    parts = [part for _, _, parts in read for part in parts]
    rows = _rows(parts, chips, settings, problems)
    stages = [
        _stage_answer(stage.name, [row for row in rows if row["part"] in map(id, parts)], settings)
        for stage, _, parts in read
    ]
    no_difference = [NO_DIFFERENCE] if any("domain" in one.given for one in call.stages) else []
    return _sum(stages) | {
        "defaults": _sentences(rows, many, "defaults"),
        "notes": [*no_difference, *_sentences(rows, many, "notes")],
        "stages": stages,
    }


def _stage_parts(reader: StageReader, chips: Any, settings: Settings) -> list[Part]:
    """Parts of a stage; those of a base model are of its own estimate."""
    name = reader.text("base_model")
    if name is None:
        return read_parts(reader, chips)
    quantity, unread = read_quantity(name)
    part = Part(reader.stage.name, reader.place, "reported")
    if not unread:
        part.put("reported_flop", "base_model", quantity)
        return [part]
    try:
        row = _base_model(name, reader.place, chips(), settings)
    except InputError as error:
        reader.problems += error.problems
        return []
    part.cells["evaluated"] = row
    part.notes.append(f"{row['estimate_id']} of our data.")
    return [part]


def _base_model(name: str, place: str, chips: Chips, settings: Settings) -> Record:
    """The preferred estimate of a system of our data."""
    inputs = base_model_rows(name, place)
    errors = learnt_errors(settings, of=inputs["system_id"].iloc[0])
    values = _evaluated(inputs, chips, settings, errors)
    rows = [row | {"basis": "estimated"} for row in values]
    frame = pd.DataFrame(rows).assign(place=range(len(rows)))
    frame["assumed"] = frame["assumed"].replace("", None).astype("str")
    best = rank_estimates(frame, settings.estimate.choice.preference)["place"].iloc[0]
    return rows[int(best)]


def _evaluated(
    inputs: pd.DataFrame,
    chips: Chips | None,
    settings: Settings,
    errors: Errors,
    uncertainties: list[Uncertainty] | None = None,
) -> list[Record]:
    """Rows of inputs with values, intervals and traces: as the pipeline has them.

    The one place where the calculator asks the pipeline for a value.
    """
    hardware = chips.table if chips is not None else _no_chips()
    excluded = pd.DataFrame({"system_id": []})
    files = (HERE, HARDWARE)
    in_force = complete_inputs(
        inputs, hardware, inputs, excluded, defaults=settings.estimate.defaults, files=files
    )
    rows = []
    for number, row in enumerate(records(in_force)):
        uncertainty = uncertainties[number] if uncertainties else settings.estimate.uncertainty
        rng = np.random.default_rng(SEED)
        own = own_half_widths(row, uncertainty=uncertainty, rng=rng)
        value = evaluate(row, own, uncertainty=uncertainty, errors=errors)
        factors = uncertain_inputs(row, uncertainty.inputs)
        left_out = left_to_defaults(inputs.iloc[number])
        told = dict(value)
        if uncertainties and value["interval_from"] == "inputs":
            # The class whose error `errors_of_inputs` takes
            told["confidence"] = CONFIDENCES[0]
        rows.append(value | {"trace": trace_steps(told, factors, defaults=left_out)})
    return rows


def _no_chips() -> pd.DataFrame:
    """Table ``hardware`` where no chip is asked for, which spares reading it."""
    table = raw_table("hardware")
    return parse_columns(pd.DataFrame(columns=table.columns, dtype="str"), table, HARDWARE)[0]


def _rows(
    parts: list[Part],
    chips: Any,
    settings: Settings,
    problems: list[Problem],
) -> list[Record]:
    """Evaluated rows of all parts; stop on the problems of all of them."""
    asked = [part for part in parts if "evaluated" not in part.cells]
    cells = [_cells(part, f"part-{number}") for number, part in enumerate(asked)]
    table = pd.DataFrame(cells, columns=raw_table("compute_inputs").columns)
    timed = any(part.method == "hardware_time" for part in asked)
    uncertainties = [_uncertainty(part, settings.estimate.uncertainty) for part in asked]
    errors = errors_of_inputs(learnt_errors(settings))
    try:
        held = chips() if timed else None
        values = _evaluated(table, held, settings, errors, uncertainties)
    except InputError as error:
        values = []
        for problem in error.problems:
            problems += _in_options(problem, asked, problems)
    stop_on(problems)
    done = dict(zip(map(id, asked), values, strict=True))
    rows = []
    for part in parts:
        row = done.get(id(part)) or part.cells["evaluated"]
        rows.append(_with_defaults_told(part, row) | {"part": id(part)})
    return rows


def _cells(part: Part, system: str) -> Record:
    """A part as a row of compute_inputs.csv."""
    assumed = list(dict.fromkeys(part.assumed))
    stated = "confident" if part.method == "reported" else "likely"
    scaled = {"scale_factor_reason": "as given"} if "scale_factor" in part.cells else {}
    return {
        "estimate_id": f"{system}/{part.method}",
        "system_id": system,
        "method": part.method,
        "confidence": "speculative" if assumed else stated,
        "scope": "system",
        "operations": "needed",
        "source_url": "https://example.org",
        "source_locator": "command line",
        "derivation": " ".join(f"ASSUME {name}: marked." for name in assumed) or "As given.",
        **scaled,
        **part.cells,
    }


def _uncertainty(part: Part, uncertainty: Uncertainty) -> Uncertainty:
    """Uncertainty of the config, with the factors that the command line says."""
    if not part.factors:
        return uncertainty
    own = {name: Factors(stated=factor, assumed=factor) for name, factor in part.factors.items()}
    return uncertainty.model_copy(update={"inputs": {**uncertainty.inputs, **own}})


def _in_options(problem: Problem, parts: list[Part], told: list[Problem]) -> list[Problem]:
    """A problem of a row in the words of the command line; nothing if it was told already."""
    if problem.row is None or problem.file != HERE:
        return [problem]
    part = parts[problem.row]
    columns = (problem.column or "").split(", ")
    if set(columns) & set(SIZES):
        sizes = ("--parameters", "--active-parameters", "--total-parameters", "--forward-flop")
        about_size = any(
            old.file == part.place and (old.column in sizes or "architecture" in old.expected)
            for old in told
        )
        return [] if about_size else [Problem(part.place, None, "--parameters", None, NO_SIZE)]
    [column] = columns
    name = option(part.typed_as.get(column, column))
    if any(old.file == part.place and old.column == name for old in told):
        return []
    return [Problem(part.place, None, name, problem.value, problem.expected)]


def _with_defaults_told(part: Part, row: Record) -> Record:
    """A row with its stage and the sentences on what was taken by default."""
    defaults, notes = list(part.defaults), list(part.notes)
    for step in row["trace"]:
        if step.kind == "learnt":
            whose = "learnt from our counted systems"
            defaults.append(f"utilization {step.value:.3g}, {whose} (--mfu)")
        elif step.kind == "default" and step.step == "utilization":
            defaults.append(f"utilization {step.value:.3g}, of config.yaml (--mfu)")
        elif step.kind == "default":
            defaults.append(f"a backward pass of {step.value:g} times the forward pass")
    return row | {"stage": part.stage, "defaults": defaults, "notes": notes}


def _stage_answer(name: str, rows: list[Record], settings: Settings) -> dict[str, Any]:
    """Value of a stage by each method, its phases added up; counted operations come first."""
    estimates = []
    for method in formulas.INPUTS:
        phases = [row for row in rows if row["method"] == method]
        if phases:
            estimates.append({"method": method, **_sum(phases), "phases": phases})
    first = estimates[0]
    answer = {"stage": name, **{key: first[key] for key in (FLOP, *ENDS, "operations")}}
    answer |= {"method": first["method"], "estimates": estimates}
    by_method = {one["method"]: one for one in estimates}
    if {"operation_count", "hardware_time"} <= set(by_method):
        count, time = by_method["operation_count"], by_method["hardware_time"]
        peak = sum(row["chip_seconds"] * row["peak_flop_per_second"] for row in time["phases"])
        answer["chips_to_count_ratio"] = time[FLOP] / count[FLOP]
        answer["implied_utilization"] = count[FLOP] / peak
        answer["highest_utilization"] = settings.estimate.physics.highest_utilization
    return answer


def _sum(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Sum of values with its interval, by draws of the parts with independent errors.

    A part is drawn from the log-normal on either side of its value that has the ends of its
    interval; a part alone keeps these.
    """
    counted = {part["operations"] for part in parts}
    answer = {FLOP: sum(part[FLOP] for part in parts)}
    if len(parts) == 1:
        answer |= {end: parts[0][end] for end in ENDS}
    else:
        rng = np.random.default_rng(SEED)
        total = np.zeros(100_000)
        for part in parts:
            errors = rng.standard_normal(len(total)) / formulas.Z90
            below, above = (abs(math.log(part[end] / part[FLOP])) for end in ENDS)
            total += part[FLOP] * np.exp(errors * np.where(errors < 0, below, above))
        answer |= dict(zip(ENDS, formulas.interval90(total), strict=True))
    return answer | {"operations": counted.pop() if len(counted) == 1 else "mixed"}


def _sentences(rows: list[Record], many: bool, kind: str) -> list[str]:
    """Sentences of all rows, each once, with its stages where there are several."""
    stages: dict[str, list[str]] = {}
    for row in rows:
        for text in row[kind]:
            stages.setdefault(text, []).append(row["stage"])
    if not many:
        return list(stages)
    return [f"{', '.join(dict.fromkeys(names))}: {text}" for text, names in stages.items()]


def _read_settings(path: str) -> Settings:
    """Settings of a config file, checked like those of a run."""
    if not Path(path).is_file():
        stop_on([Problem("", None, "--config", path, "a config file")])
    config, problems = read_config([path])
    keys = [": ".join(filter(None, [problem.column, problem.expected])) for problem in problems]
    stop_on([Problem("", None, "--config", path, f"sound keys: {key}") for key in keys])
    return Settings(**config)
