"""Provenance: inputs, code and environment of this run."""

from __future__ import annotations

from compute_trends.common.records import Record
from compute_trends.render.report_inputs import ReportInputs

PART = 4
ORDER = 160
TABLES = ()


def digest(inputs: ReportInputs) -> Record:
    """Record of the run, and its config."""
    return {"provenance": inputs.provenance, "config_text": inputs.config_text}
