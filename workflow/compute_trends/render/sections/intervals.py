"""Intervals: what they hold in simulated data, and what other methods give."""

from __future__ import annotations

from compute_trends.common.records import Record, records
from compute_trends.render.look_ups import rows_by, trend_labels
from compute_trends.render.report_inputs import ReportInputs, Tables

PART = 2
ORDER = 80
TABLES = ("coverage", "robust", "trends")


def digest(inputs: ReportInputs) -> Record:
    """How often intervals hold the truth, and trends by other methods."""
    tables, settings = inputs.tables, inputs.settings
    methods, labels = settings.fit.other_methods, trend_labels(settings)
    others = rows_by(tables, "robust", "trend", "basis", "method")
    return {
        "labels": labels,
        "coverage": coverage_by_law(tables),
        "depth": settings.fit.depth,
        "other_methods": methods,
        "trends": [
            row | {"others": [others[row["trend"], row["basis"], method] for method in methods]}
            for row in records(tables["trends"])
        ],
    }


def coverage_by_law(tables: Tables) -> list[Record]:
    """What the intervals of each checked trend hold on published compute, under each law.

    From table ``coverage``: the trend, its shares by law, the least and the largest of them, the
    share of the paper's intervals over all laws, and the number of worlds.
    """
    rows = tables["coverage"].query("basis == 'published'")
    return [
        {
            "trend": trend,
            "kind": of_trend["kind"].iloc[0],
            "laws": {row["law"]: row for row in records(of_trend)},
            "least": of_trend["coverage"].min(),
            "most": of_trend["coverage"].max(),
            "paper": of_trend["paper_coverage"].mean(),
            "worlds": int(of_trend["worlds"].iloc[0]),
        }
        for trend, of_trend in rows.groupby("trend", sort=False)
    ]
