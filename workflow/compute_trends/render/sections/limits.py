"""Limits: what the numbers cannot tell."""

from __future__ import annotations

from compute_trends.common.records import Record
from compute_trends.render.look_ups import answers_for_today
from compute_trends.render.report_inputs import ReportInputs

PART = 4
ORDER = 100
TABLES: tuple[str, ...] = ()


def digest(inputs: ReportInputs) -> Record:
    """How many systems an interval needs; whether newer data lead."""
    newest = answers_for_today(inputs.settings)
    return {"intervals": inputs.settings.fit.intervals, "newest": newest}
