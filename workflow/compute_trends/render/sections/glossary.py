"""Glossary: the paper's key of terms, and the words of this report."""

from __future__ import annotations

from compute_trends.common.records import Record, records
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections.data import dataset_systems

PART = 4
ORDER = 140
TABLES = ("scores", "systems", "table5")


def digest(inputs: ReportInputs) -> Record:
    """Terms with their meanings, and the datasets."""
    return {
        "terms": records(inputs.tables["table5"]),
        "datasets": dataset_systems(inputs.tables, inputs.settings),
    }
