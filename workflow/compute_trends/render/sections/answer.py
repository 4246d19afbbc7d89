"""Answer: the sentence, today's systems, and six questions with a number and a picture each."""

from __future__ import annotations

from compute_trends.common.records import Record
from compute_trends.render import delivered, questions
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections.estimates import agreement_of_values
from compute_trends.render.sections.findings import cancels, most_moved
from compute_trends.render.wording import data_of
from compute_trends.settings.clean import leading_export

PART = 1
ORDER = 10
TABLES = (
    "agreement",
    "claims",
    "era_verdicts",
    "eras",
    "export_claims",
    "forecast_scores",
    "headlines",
    "populations",
    "slowing",
    "slowing_verdicts",
    "specification_quantiles",
    "systems",
    "threshold_dates",
    "trends",
)


def digest(inputs: ReportInputs) -> Record:
    """Numbers and pictures of the six questions; None of those that the run cannot answer."""
    export = leading_export(inputs.settings.clean.exports)
    dates = inputs.tables["systems"]["publication_date"]
    return {
        "data": data_of(export.date) if export else "",
        "notable": export is not None and export.models == "notable",
        "years": (dates.min().year, dates.max().year),
        "fast": questions.how_fast(inputs),
        "sure": questions.how_sure(inputs),
        "eras": questions.how_many_eras(inputs),
        "slowing": questions.is_it_slowing(inputs),
        "threshold": questions.next_threshold(inputs),
        "holds": questions.what_of_the_paper_holds(inputs),
        "moved": agreement_of_values(inputs.tables),
        "before": delivered.before(inputs),
        "most_moved": most_moved(inputs.tables, inputs.settings),
        "cancels": cancels(most_moved(inputs.tables, inputs.settings)),
    }
