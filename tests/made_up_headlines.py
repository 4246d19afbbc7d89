"""Made-up rows of table headlines, and what they are cited with."""

from __future__ import annotations

from typing import Any

import pandas as pd

from compute_trends.common.records import Record
from compute_trends.render.citation import Run, headline_citations
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import typed

NEW = ExportFile(name="new", path="new.csv", date="2026-08-19")
RUN = Run("9.8", "0123456789abcdef" * 4, "")
# Number and interval of each column; the faster end is the shorter doubling time
GROWTH = {
    "growth_per_year": (4.27, 3.97, 4.62),
    "slope_oom_per_year": (0.6304, 0.5988, 0.6646),
    "doubling_time_months": (5.81, 5.51, 6.12),
}


def row(growth: dict[str, Any] | None = None, **more: Any) -> Record:
    """A row of the headline of all models since 2010, on the newest export."""
    numbers = {
        f"{name}{end}": value
        for name, values in (GROWTH | (growth or {})).items()
        for end, value in zip(("", "_ci90_low", "_ci90_high"), values, strict=True)
    }
    about = {
        "headline_name": "all",
        "title": "Notable models since 2010",
        "leads": True,
        "export": "new",
        "vintage": pd.Timestamp(NEW.date),
        "models": "notable",
        "trend": "all_from_2010",
        "label": "All systems since 2010",
        "period": "2009-12-31/2026-08-19",
        "n": 473,
        "n_listed": 924,
        "n_with_compute": 473,
        "share_with_compute": 473 / 924,
    }
    return about | numbers | more


def cited(settings: Settings, *rows: Record, **changes: Any) -> list[Record]:
    """What headlines on the newest export are cited with."""
    arguments: dict[str, Any] = {
        "exports": [NEW],
        "fits": settings.fit.exports,
        "intervals": settings.fit.intervals,
        "seed": 7,
        "run": RUN,
    }
    table = typed(pd.DataFrame(rows), "headlines")
    return headline_citations(table, **(arguments | changes))
