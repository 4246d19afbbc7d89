"""Look-ups of the calculator in the project's own data: systems, their inputs and errors."""

from __future__ import annotations

from functools import cache
from typing import NoReturn

import pandas as pd

from compute_trends.clean.annotations import clean_annotations
from compute_trends.clean.names import system_key
from compute_trends.common.problems import Problem, nearest, stop_on
from compute_trends.common.project import PROJECT
from compute_trends.common.records import records
from compute_trends.common.vocabulary import CONFIDENCES
from compute_trends.estimate.error_model import Errors
from compute_trends.estimate.inputs import ASSUMPTION, COLUMNS
from compute_trends.estimate.options import METHOD_OPTIONS, Stage, option, overridden
from compute_trends.estimate.quantities import MARK
from compute_trends.estimate.rates import PLAIN_FP16
from compute_trends.estimate.systems import Learnt, learn
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import raw_table
from compute_trends.tables.raw import read_checked, read_raw

RAW = PROJECT / "data" / "raw"
INPUTS = str(RAW / "compute_inputs.csv")


def domain_problems(stage: Stage, place: str) -> list[Problem]:
    """What is wrong with the domains that a stage names: that no system has them."""
    domains = stage.given.get("domain", [])
    if not domains:
        return []
    table = read_raw(str(RAW / "annotations.csv"), raw_table("annotations"))
    named = table["domain"][table["domain"].str.fullmatch(r"[A-Z][a-z]+").fillna(False)]
    known = sorted({*named, "Other"})
    expected = f"one of {', '.join(known)}"
    return [
        Problem(place, None, "--domain", domain, expected)
        for domain in domains
        if domain not in known
    ]


@cache
def _learnt(settings_text: str) -> Learnt:
    settings = Settings.model_validate_json(settings_text)
    clean, estimate = settings.clean, settings.estimate
    annotated = ("annotations", "corrections", "paper_values")
    cleaned = clean_annotations(
        *(read_raw(str(RAW / f"{name}.csv"), raw_table(name)) for name in annotated),
        files=annotated,
        published_after=clean.published_after,
        first_day_is_placeholder=clean.first_day_is_placeholder,
        plausible=clean.plausible,
    )
    names = ("compute_inputs", "hardware", "discrepancies", "later_values")
    return learn(
        cleaned["systems"],
        cleaned["excluded"],
        *(read_checked(str(RAW / f"{name}.csv"), name) for name in names),
        files=names,
        defaults=estimate.defaults,
        uncertainty=estimate.uncertainty,
        choice=estimate.choice,
        seed=settings.seed,
    )


def learnt_errors(settings: Settings, of: str | None = None) -> Errors:
    """Errors that the systems of our data show, as a run with these settings learns them.

    Of one of these systems, as those show them that share no source with it.
    """
    learnt = _learnt(settings.model_dump_json(exclude_none=True))
    return learnt.evidence.errors() if of is None else learnt.errors_for(of)


def errors_of_inputs(errors: Errors) -> Errors:
    """Errors of a value whose inputs somebody gives: those inputs are what it is to count.

    An input that is marked as assumed has a factor of its own, so that the value has the error
    of an estimate whose inputs are all stated.
    """
    least = errors.structural_oom.get(CONFIDENCES[0])
    same = {} if least is None else dict.fromkeys(CONFIDENCES, least)
    return errors._replace(structural_oom=same)


def with_like(stage: Stage, place: str) -> Stage:
    """A stage with the inputs of the system that its option ``like`` names, below its own.

    The estimate is the one named (gpt-3-175b/hardware_time), or the first of the system by a
    method that the own options open, counted operations before chips and time.
    """
    if "like" not in stage.given:
        return stage
    [name, *more] = stage.given["like"]
    if more:
        stop_on([Problem(place, None, "--like", more[0], "one system")])
    own = {key: texts for key, texts in stage.given.items() if key != "like"}
    rows = rows_of(name, read_raw(INPUTS, raw_table("compute_inputs")), "like", place)
    opened = [method for method, names in METHOD_OPTIONS.items() if names & set(own)]
    order = [*opened, *COLUMNS]
    row = min(records(rows), key=lambda one: order.index(one["method"]))
    assumed = set(ASSUMPTION.findall(row["derivation"]))
    start: dict[str, list[str]] = {}
    for column in (*COLUMNS[row["method"]], "scale_factor"):
        key = column
        if column == "utilization" and row["utilization_kind"] in ("mfu", "hfu"):
            key = row["utilization_kind"]
        text = PLAIN_FP16 if (column, row[column]) == ("precision", "fp16") else row[column]
        if text:
            start[key] = [text + (MARK if column in assumed else "")]
    return Stage(stage.name, overridden(start, own))


def rows_of(name: str, inputs: pd.DataFrame, asked_by: str, place: str) -> pd.DataFrame:
    """Rows of ``compute_inputs`` of a system or of one estimate, as asked by an option."""
    written = name.strip().lower()
    rows = inputs[inputs["estimate_id"] == written]
    if rows.empty:
        rows = inputs[inputs["system_id"] == system_key(name)]
    if rows.empty:
        _unknown(name, inputs, asked_by, place)
    return rows


def _unknown(name: str, inputs: pd.DataFrame, asked_by: str, place: str) -> NoReturn:
    known = list(inputs["system_id"].drop_duplicates())
    key = system_key(name)
    near = [one for one in known if key and key in one]
    near += [one for one in nearest(key, known, most=3, likeness=0.5) if one not in near]
    hint = f", such as {', '.join(near[:3])}" if near else ""
    expected = f"a system of data/raw/compute_inputs.csv{hint}"
    stop_on([Problem(place, None, option(asked_by), name, expected)])
    raise AssertionError


def base_model_rows(name: str, place: str) -> pd.DataFrame:
    """Checked rows of ``compute_inputs`` of a base model."""
    return rows_of(name, read_checked(INPUTS, "compute_inputs"), "base_model", place)
