"""Limits: what the numbers cannot tell."""

from __future__ import annotations

from compute_trends.common.records import Record
from compute_trends.render.look_ups import answers_for_today, crossed_headlines
from compute_trends.render.report_inputs import ReportInputs

PART = 4
ORDER = 120
TABLES: tuple[str, ...] = ()


def digest(inputs: ReportInputs) -> Record:
    """How many systems an interval needs; whether newer data lead, and choices are crossed."""
    settings = inputs.settings
    return {
        "intervals": settings.fit.intervals,
        "newest": answers_for_today(settings),
        "crossed": bool(crossed_headlines(settings)),
    }
