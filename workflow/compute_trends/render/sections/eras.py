"""Three eras: all systems over time, as published and as re-derived."""

from __future__ import annotations

from compute_trends.common.records import Record
from compute_trends.render.look_ups import answers_for_today
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.settings.models import Settings

PART = 2
ORDER = 50
TABLES = ()


def digest(inputs: ReportInputs) -> Record:
    """Names of the figures; whether there are newer data than theirs."""
    newest = answers_for_today(inputs.settings)
    return {"charts": era_charts(inputs.settings), "newest": newest}


def era_charts(settings: Settings) -> list[str]:
    """Names of the figures of this section; none without the first of them."""
    names = [figure.name for figure in settings.render.figures]
    if "figure1" not in names:
        return []
    return [name for name in ("figure1", "figure1_estimated") if name in names]
