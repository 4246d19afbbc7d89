"""Analyses: each of the paper's figures and tables, its earlier studies, every trend."""

from __future__ import annotations

from typing import NamedTuple

from compute_trends.common.records import Record, records
from compute_trends.render.look_ups import grouped, trend_labels
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections.eras import era_charts
from compute_trends.settings.fit import Fit
from compute_trends.settings.models import Settings

PART = 2
ORDER = 60
RAW_TABLES = ("published_tables",)
TABLES = ("claims", "parameters", "table1", "trends")


class Analysis(NamedTuple):
    """Figures of one question, and the table of the paper that goes with them."""

    id: str
    title: str
    charts: tuple[str, ...]
    table: int | None = None


ANALYSES = (
    Analysis("since-2010", "Before and since deep learning", ("figure2", "figure3")),
    Analysis("marked-outliers", "Outliers", ("figure4",)),
    Analysis("records", "Systems that set a record", ("figure5",), 6),
    Analysis("domains", "Domains since 2010", ("figure6",), 7),
    Analysis("periods", "The period of Amodei and Hernandez, and since", ("figure7",), 8),
    Analysis("thresholds", "Other thresholds for large-scale systems", ("figure8",), 9),
)


def digest(inputs: ReportInputs) -> Record:
    """Analyses with their figures, earlier studies, claims and trends."""
    tables, settings = inputs.tables, inputs.settings
    fit, claims = settings.fit, tables["claims"]
    verdicts = claims.groupby("basis", sort=False)["verdict"]
    labels = trend_labels(settings)
    return {
        "analyses": _analyses(settings),
        "compared": set(tables["published_tables"]["table"]),
        "labels": labels,
        "studies": records(tables["table1"]),
        "claims": _claims(records(claims), labels | _other_labels(fit)),
        "verdicts": fit.verdicts,
        "least_systems": fit.intervals.least_systems,
        "claim_counts": {basis: words.value_counts().to_dict() for basis, words in verdicts},
        "parameters": records(tables["parameters"]),
        "parameter_labels": {trend.name: trend.label for trend in fit.parameter_trends},
        "trends": records(tables["trends"]),
    }


def _other_labels(fit: Fit) -> dict[str, str]:
    """Labels of trends of parameters, of inference compute and of chips."""
    labels = {trend.name: trend.label for trend in fit.parameter_trends}
    labels |= {trend.name: trend.label for trend in fit.inference.trends}
    return labels | {trend.name: trend.label for trend in fit.inference.chips}


def _claims(rows: list[Record], labels: dict[str, str]) -> list[list[Record]]:
    """Rows of table ``claims`` by claim, each with the labels of its trends."""
    for row in rows:
        names = row["subject"].split("; ")
        row["systems"] = ", against ".join(labels.get(name, name) for name in names)
    return [*grouped(rows, "claim_id").values()]


def _analyses(settings: Settings) -> list[Record]:
    """Analyses that this run has a figure of; figures of no analysis come last."""
    names = [figure.name for figure in settings.render.figures]
    placed = era_charts(settings) + [name for analysis in ANALYSES for name in analysis.charts]
    further = tuple(name for name in names if name not in placed)
    rows = [
        analysis._asdict() | {"charts": [name for name in analysis.charts if name in names]}
        for analysis in (*ANALYSES, Analysis("more-figures", "More figures", further))
    ]
    return [row for row in rows if row["charts"]]
