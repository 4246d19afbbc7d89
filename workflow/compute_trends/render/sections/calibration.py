"""Calibration: what the intervals of the estimates hold, and what is learnt of their errors."""

from __future__ import annotations

import math

from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import CONFIDENCES
from compute_trends.estimate.error_model import errors_of_table
from compute_trends.render.look_ups import grouped, rows_by, system_names
from compute_trends.render.report_inputs import ReportInputs, Tables

PART = 3
ORDER = 40
TABLES = ("calibration", "error_model", "held_values", "systems")
# What the intervals are held against, with the groups that are shown of each, in this order
SHOWN = {
    "latest": ("all", "not identical", "confidence", "method", "stated_or_assumed", "vintage"),
    "operation_count": ("all", "confidence", "stated_or_assumed"),
}
# Chips and time of so many FLOP at peak, to tell what utilization is taken for them
EXAMPLES = (1e20, 1e26)


def digest(inputs: ReportInputs) -> Record:
    """Shares that the intervals hold, what they miss, and the errors that they are made of."""
    tables, estimate = inputs.tables, inputs.settings.estimate
    groups = shares_held(tables)
    rows = {(row["other"], row["group"]): row for row in records(tables["calibration"])}
    classes = estimate.uncertainty.classes
    errors = errors_of_classes(tables, classes)
    least = estimate.calibration.least_systems
    return {
        "later": rows.get(("latest", "all")),
        "not_identical": rows.get(("latest", "not identical")),
        "counted": rows.get(("operation_count", "all")),
        "groups": groups,
        "blunter": [
            row
            for row in groups["latest"]
            if row["group"] == "confidence"
            and row["n"] >= least
            and row["interval_score"] >= row["interval_score_epoch_classes"]
        ],
        "misses": misses(tables),
        "errors": errors,
        "wider": [row for row in errors if row["factor"] > row["epoch_factor"]],
        "utilization": learnt_utilization(tables),
        "utilization_rule": estimate.defaults.utilization.rule,
        "settings": estimate.calibration,
        "least_learnt": estimate.uncertainty.least_systems,
    }


def shares_held(tables: Tables) -> dict[str, list[Record]]:
    """Rows of table ``calibration`` with values, by what the intervals are held against.

    In the order of `SHOWN`; classes from the best to the worst, the rest as they stand there.
    """
    by_group = grouped(records(tables["calibration"]), "other")
    shown = {}
    for other, groups in SHOWN.items():
        rows = [row for row in by_group.get(other, []) if row["n"] and row["group"] in groups]
        places = {group: place for place, group in enumerate(groups)}
        shown[other] = sorted(rows, key=lambda row: (places[row["group"]], _class_rank(row)))
    return shown


def _class_rank(row: Record) -> int:
    """Place of a class of confidence among the classes; 0 for other groups."""
    return CONFIDENCES.index(row["group_name"]) if row["group"] == "confidence" else 0


def misses(tables: Tables) -> list[Record]:
    """Latest values outside the interval of their system, the farthest off first.

    From tables ``held_values`` and ``systems``.
    """
    held, names = tables["held_values"], system_names(tables)
    outside = records(held[held["latest"] & ~held["inside"]])
    rows = [
        row | {"system": names[row["system_id"]], "ratio": row["other_flop"] / row["value_flop"]}
        for row in outside
    ]
    return sorted(rows, key=lambda row: -abs(math.log(row["ratio"])))


def errors_of_classes(tables: Tables, classes: dict[str, float]) -> list[Record]:
    """What is learnt of each class of confidence, beside the factor of Epoch AI's class.

    From table ``error_model``; a class of which nothing is learnt is left out.
    """
    counts = rows_by(tables, "error_model", "error")
    structural = errors_of_table(tables["error_model"]).structural_oom
    return [
        {
            "name": name,
            "n": counts[name]["n"],
            "factor": 10 ** structural[name],
            "epoch_factor": classes[name],
        }
        for name in CONFIDENCES
        if name in structural
    ]


def learnt_utilization(tables: Tables) -> Record | None:
    """Utilization that is taken for chips and time of two sizes; None if none is learnt.

    From table ``error_model``.
    """
    line = errors_of_table(tables["error_model"]).utilization
    if line is None:
        return None
    return {
        "n": rows_by(tables, "error_model", "error")["utilization"]["n"],
        "factor": 10**line.half_width_oom,
        "smallest_peak_flop": line.smallest_peak_flop,
        "largest_peak_flop": line.largest_peak_flop,
        "examples": [{"peak_flop": flop, "taken": line.utilization(flop)} for flop in EXAMPLES],
    }
