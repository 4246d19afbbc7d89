"""Database: values of Epoch AI's database of today that we think are wrong, and why."""

from __future__ import annotations

import math

from compute_trends.checks.calibration import MOVED
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import FAULT_WORDS
from compute_trends.render.look_ups import grouped, rows_by, system_names
from compute_trends.render.report_inputs import ReportInputs, Tables

PART = 3
ORDER = 50
TABLES = ("compute", "systems")
RAW_TABLES = ("later_verdicts",)


def digest(inputs: ReportInputs) -> Record:
    """Verdicts on the latest values, by fault, and how many there are of each."""
    rows = judged_values(inputs.tables)
    by_fault = grouped(rows, "fault")
    return {
        "n": len(rows),
        "faults": {fault: by_fault[fault] for fault in FAULT_WORDS if fault in by_fault},
        "newest": max((row["vintage"] for row in rows), default=None),
        "n_earlier": sum(row["vintage"] < max(one["vintage"] for one in rows) for row in rows),
        "moved": [row["system"] for row in rows if row["moved"]],
        "factor": inputs.settings.estimate.disagreements.factor,
    }


def judged_values(tables: Tables) -> list[Record]:
    """Verdicts on later values with the names of their systems, the farthest apart first.

    From tables ``later_verdicts``, ``compute`` and ``systems``. ``moved`` says that our value
    is another one now; systems that were left out are passed over.
    """
    names, compute = system_names(tables), rows_by(tables, "compute", "system_id")
    rows = [
        row
        | {
            "system": names[row["system_id"]],
            "ratio": row["later_flop"] / row["our_flop"],
            "moved": _has_moved(compute[row["system_id"]], row["our_flop"]),
        }
        for row in records(tables["later_verdicts"])
        if row["system_id"] in names
    ]
    return sorted(rows, key=lambda row: -abs(math.log(row["ratio"])))


def _has_moved(compute: Record, judged: float) -> bool:
    """Whether the value of a system is no longer the one that was judged."""
    now = compute["training_compute_estimated_flop"]
    return now is None or abs(math.log(now / judged)) > math.log(MOVED)
