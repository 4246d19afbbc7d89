"""Limits: what the numbers cannot tell."""

from __future__ import annotations

from compute_trends.common.records import Record
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections.estimates import agreement_of_methods

PART = 4
ORDER = 100
TABLES = ("agreement",)


def digest(inputs: ReportInputs) -> Record:
    """Noise of the bootstrap, and whether two methods say how large it should be."""
    pair = agreement_of_methods(inputs.tables).get("all")
    return {
        "bootstrap": inputs.settings.fit.bootstrap,
        "noise_is_measured": bool(pair and pair["noise_factor"]),
    }
