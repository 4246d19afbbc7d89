"""Methods: how each number was computed, with the settings in force."""

from __future__ import annotations

from compute_trends.common.records import Record
from compute_trends.render.report_inputs import ReportInputs

PART = 4
ORDER = 120
TABLES = ()


def digest(inputs: ReportInputs) -> Record:
    """Settings, and trends that mark large-scale systems from a date of their own."""
    return {
        "settings": inputs.settings,
        "own_marking": [
            trend.label for trend in inputs.settings.fit.trends if trend.large_scale_from
        ],
    }
