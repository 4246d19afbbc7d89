"""Cite: versions and references."""

from __future__ import annotations

from compute_trends.common.records import Record
from compute_trends.render.report_inputs import ReportInputs

PART = 4
ORDER = 140
TABLES = ()


def digest(inputs: ReportInputs) -> Record:
    """Version, fingerprint and references."""
    return {
        "version": inputs.provenance["environment"]["compute-trends"],
        "fingerprint": inputs.provenance["fingerprint"],
        "references": inputs.references,
    }
