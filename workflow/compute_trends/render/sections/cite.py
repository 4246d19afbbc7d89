"""Cite: versions and references."""

from __future__ import annotations

from compute_trends.common.records import Record
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.wording import data_of
from compute_trends.settings.clean import leading_export

PART = 4
ORDER = 140
TABLES = ()


def digest(inputs: ReportInputs) -> Record:
    """Version, fingerprint, the data that answer for today, and references."""
    export = leading_export(inputs.settings.clean.exports)
    return {
        "data": data_of(export.date) if export else "",
        "version": inputs.provenance["environment"]["compute-trends"],
        "fingerprint": inputs.provenance["fingerprint"],
        "references": inputs.references,
    }
