"""Look-ups of the calculator in the project's own data: systems, their inputs and domains."""

from __future__ import annotations

from typing import NoReturn

import pandas as pd

from compute_trends.clean.names import system_key
from compute_trends.common.problems import Problem, nearest, stop_on
from compute_trends.common.project import PROJECT
from compute_trends.common.records import records
from compute_trends.estimate.inputs import ASSUMPTION, COLUMNS
from compute_trends.estimate.options import METHOD_OPTIONS, Stage, option, overridden
from compute_trends.estimate.quantities import MARK
from compute_trends.estimate.rates import PLAIN_FP16
from compute_trends.settings.estimate import Defaults
from compute_trends.tables.dictionary import raw_table
from compute_trends.tables.raw import read_checked, read_raw

RAW = PROJECT / "data" / "raw"
INPUTS = str(RAW / "compute_inputs.csv")


def annotated_domains() -> dict[str, str]:
    """Domain of each annotated system, by its key."""
    table = read_raw(str(RAW / "annotations.csv"), raw_table("annotations"))
    named = table[table["domain"].str.fullmatch(r"[A-Z][a-z]+").fillna(False)]
    return dict(zip(named["system"].map(system_key), named["domain"], strict=True))


def domain_problem(domain: str, defaults: Defaults, place: str) -> list[Problem]:
    """What is wrong with a domain: that neither the config nor a system has it."""
    known = [*defaults.utilization.by_domain, "Other"]
    if domain in known:
        return []
    known = [*dict.fromkeys([*known, *sorted(set(annotated_domains().values()))])]
    if domain in known:
        return []
    return [Problem(place, None, "--domain", domain, f"one of {', '.join(known)}")]


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
    if "domain" not in own and (domain := annotated_domains().get(row["system_id"])):
        start["domain"] = [domain]
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


def base_model_rows(name: str, place: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Checked rows of ``compute_inputs`` of a base model, and its system with its domain."""
    rows = rows_of(name, read_checked(INPUTS, "compute_inputs"), "base_model", place)
    system = rows["system_id"].iloc[0]
    domain = annotated_domains().get(system, "Other")
    return rows, pd.DataFrame({"system_id": [system], "domain": [domain]})
