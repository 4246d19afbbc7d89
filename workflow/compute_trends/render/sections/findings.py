"""Findings: what the report leads with, and what speaks for and against it."""

from __future__ import annotations

from compute_trends.common.records import Record
from compute_trends.render import delivered
from compute_trends.render.look_ups import (
    answers_for_today,
    rows_by,
    trend_labels,
    trends_on,
)
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.render.sections.data import dataset_systems
from compute_trends.render.sections.estimates import (
    agreement_of_methods,
    expected_pairs,
    low_outliers,
)
from compute_trends.render.sections.intervals import coverage_by_law
from compute_trends.render.sections.reproduction import verdict_counts
from compute_trends.settings.models import Settings

PART = 2
ORDER = 10
TABLES = (
    "agreement",
    "compute",
    "coverage",
    "disagreements",
    "estimates",
    "reproduction",
    "scores",
    "systems",
    "trends",
)

# ASSUME: growth that moves by less than this share, where values move by a factor of 2, stands
LITTLE_MOVED = 0.15


def digest(inputs: ReportInputs) -> Record:
    """Cards of the findings, and counts of what was reproduced and re-derived."""
    tables, settings = inputs.tables, inputs.settings
    dates = tables["systems"]["publication_date"]
    outliers = {row["system_id"]: row for row in low_outliers(tables, settings)}
    disagreements = tables["disagreements"].assign(expected=expected_pairs(tables))
    of_system = disagreements[disagreements["of_system"]]
    is_judged = of_system["right"].notna() | of_system["expected"]
    agreement = rows_by(tables, "agreement", "first", "second", "kind")
    return {
        "cards": _cards(tables, settings),
        "n_systems": len(dates),
        "first_date": dates.min(),
        "last_date": dates.max(),
        "newest": answers_for_today(settings),
        "datasets": dataset_systems(tables, settings),
        "before": delivered.before(inputs),
        "total": verdict_counts(tables["reproduction"])[-1],
        "units": settings.fit.units,
        "window_days": settings.fit.outliers.window_days,
        "recomputation": agreement.get(("published", "estimated", "computed")),
        "most_moved": most_moved(tables, settings),
        "cancels": cancels(most_moved(tables, settings)),
        "all_judged": bool(len(of_system) and is_judged.all()),
        "n_open": int((~is_judged).sum()),
        "n_expected": int(of_system["expected"].sum()),
        "factor": settings.estimate.disagreements.factor,
        "n_outliers": len(outliers),
        "n_wrong_outliers": [row["annotation"] for row in outliers.values()].count("error"),
        "pair": agreement_of_methods(tables).get("all"),
    }


def most_moved(tables: Tables, settings: Settings) -> float | None:
    """Largest change of the growth of a finding when its compute is computed here, as a share.

    None where nothing is computed here; from table ``trends``.
    """
    published, rederived = trends_on("published", tables), trends_on("estimated", tables)
    changes = [
        abs(rederived[name]["growth_per_year"] / published[name]["growth_per_year"] - 1)
        for name in (finding.trend for finding in settings.render.findings)
        if name in rederived
    ]
    return max(changes, default=None)


def cancels(most: float | None) -> bool:
    """Whether errors of single values cancel: growth moved by less than `LITTLE_MOVED`."""
    return most is not None and most < LITTLE_MOVED


def _cards(tables: Tables, settings: Settings) -> list[Record]:
    """Each finding with its trend and what the checks say of it."""
    trends, rederived = trends_on("published", tables), trends_on("estimated", tables)
    labels = trend_labels(settings)
    coverage = {row["trend"]: row for row in coverage_by_law(tables)}

    return [
        {
            "title": finding.title,
            "trend": trends[finding.trend],
            "label": labels[finding.trend],
            "again": rederived.get(finding.trend),
            "coverage": coverage.get(finding.trend),
        }
        for finding in settings.render.findings
    ]
