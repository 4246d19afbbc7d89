"""Quantities of one system that several files state, held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from compute_trends.common.numbers import as_written
from compute_trends.common.problems import Problem
from compute_trends.common.records import Record, records
from compute_trends.settings.estimate import Quantities

ANNOTATIONS = "data/raw/annotations.csv"
# Columns of the annotations that exports of Epoch AI have, too
EXPORTED = ("parameters", "training_dataset_size_datapoints")
HOURS = "equivalent_training_time_hours"
EXPECTED = (
    "within a factor {factor:g} of {other}; correct the one that is wrong, or, if both are right, "
    "say why in estimate.quantities.differ of config.yaml"
)


def quantity_problems(
    systems: pd.DataFrame,
    inputs: pd.DataFrame,
    exported: pd.DataFrame,
    *,
    quantities: Quantities,
    file: str,
) -> list[Problem]:
    """Problems of quantities that are far from what another file states of the same system.

    Parameters
    ----------
    systems : pandas.DataFrame
        Table of this name, of the annotations.
    inputs : pandas.DataFrame
        Raw table ``compute_inputs``; the index is the row of the ``file`` that messages name.
    exported : pandas.DataFrame
        See `exported_quantities`.
    quantities : Quantities
        How far is too far, and which are known to differ.
    """
    known = {(each.system, each.quantity) for each in quantities.differ}
    by_id = {row["system_id"]: row for row in records(systems)}
    problems = []
    for column, own, other, place in (
        *_with_inputs(by_id, inputs, file),
        *_with_exports(by_id, exported),
    ):
        system, (where, values) = by_id[own], other
        value = system[column]
        nearest = min(values, key=lambda each: abs(np.log(each / value)))
        if (own, column) in known or _ratio(nearest, value) <= quantities.factor:
            continue
        stated, annotated = as_written(nearest), as_written(value)
        if place is not None:
            about = f"{annotated}, {column} of annotation {system['annotation_id']}"
            expected = EXPECTED.format(factor=quantities.factor, other=about)
            problems.append(Problem(file, place, where, stated, expected))
        else:
            expected = EXPECTED.format(factor=quantities.factor, other=f"{stated} in {where}")
            named = f"{column} of annotation_id {system['annotation_id']} ({system['system']})"
            problems.append(Problem(ANNOTATIONS, None, named, annotated, expected))
    return problems


def _ratio(one: float, other: float) -> float:
    return max(one / other, other / one)


Pair = tuple[str, str, tuple[str, list[float]], int | None]


def _with_inputs(systems: dict[str, Record], inputs: pd.DataFrame, file: str) -> Iterator[Pair]:
    """Yield annotated column, system, the column and values of an input, and its row.

    Hours of training are annotated as those of the run, or of all its chips together.
    """
    for row, line in zip(inputs.index.to_list(), records(inputs), strict=True):
        system = systems.get(line["system_id"])
        if system is None or line["method"] == "reported":
            continue
        if _positive(line["parameters"], system["parameters"]):
            yield "parameters", line["system_id"], ("parameters", [line["parameters"]]), row
        if _positive(line["hours"], system[HOURS]):
            hours = [line["hours"], line["hours"] * (line["chips"] or 1)]
            yield HOURS, line["system_id"], ("hours", hours), row


def _with_exports(systems: dict[str, Record], exported: pd.DataFrame) -> Iterator[Pair]:
    """Yield annotated column, system, an export and its value, and None for a row."""
    for line in records(exported):
        system = systems.get(line["system_id"])
        column = line["column"]
        if system is not None and _positive(line["value"], system[column]):
            where = f"{line['export']} ({line['model']})"
            yield column, line["system_id"], (where, [line["value"]]), None


def _positive(*values: float | None) -> bool:
    return all(value is not None and value > 0 for value in values)


def exported_quantities(
    later_values: pd.DataFrame, vintages: pd.DataFrame, paths: Sequence[str]
) -> pd.DataFrame:
    """What the newest exports that the project carries state of systems of the annotations.

    Parameters
    ----------
    later_values, vintages : pandas.DataFrame
        Raw tables of these names; the first says what a system is called in an export.
    paths : sequence of str
        Files of exports, named as in the second.

    Returns
    -------
    pandas.DataFrame
        system_id, column (of `EXPORTED`), value, and model and export: the newest that states it.
    """
    columns = ["system_id", "model", "export"]
    found = [pd.DataFrame(columns=[*columns, "column", "value"])]
    files = {Path(path).stem: path for path in paths}
    for vintage in records(vintages.sort_values("vintage", ascending=False, kind="stable")):
        if path := files.get(vintage["export"]):
            rows = pd.read_csv(path, usecols=["system", *EXPORTED]).drop_duplicates("system")
            names = later_values.loc[later_values["vintage"] == vintage["vintage"]]
            pairs = names[["system_id", "model"]].merge(rows, left_on="model", right_on="system")
            pairs = pairs.assign(export=vintage["export"])
            found.append(pairs.melt(columns, EXPORTED, "column").dropna(subset="value"))
    return pd.concat(found, ignore_index=True).drop_duplicates(["system_id", "column"])
