"""Sensitivity: what other choices and methods make of the trends, and what intervals hold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.render.look_ups import rows_by, system_names, trend_labels
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.settings.fit import Fit

PART = 4
ORDER = 90
TABLES = ("coverage", "robust", "sensitivity", "systems", "trends")
# Farthest that an axis of doubling times goes from the one as fitted, as a factor
AXIS_REACH = 6
MONTHS = [f"doubling_time_months{end}" for end in ("", "_ci90_low", "_ci90_high")]


def digest(inputs: ReportInputs) -> Record:
    """Trends under other choices and methods, and how often intervals hold the truth."""
    tables, settings = inputs.tables, inputs.settings
    methods, labels = settings.fit.other_methods, trend_labels(settings)
    others = rows_by(tables, "robust", "trend", "basis", "method")
    return {
        "variations": variations(tables),
        "labels": labels,
        "date_draws": date_draws(settings.fit),
        "paper_method": settings.fit.paper_method,
        "coverage": coverage_by_law(tables),
        "depth": settings.fit.depth,
        "other_methods": methods,
        "trends": [
            row | {"others": [others[row["trend"], row["basis"], method] for method in methods]}
            for row in records(tables["trends"])
        ],
    }


def date_draws(fit: Fit) -> int | None:
    """How often dates are drawn to spread them; None where they are not spread."""
    chosen = fit.sensitivity
    return chosen.date_draws.at(fit.depth) if "spread" in chosen.dates else None


def variations(tables: Tables) -> list[Record]:
    """Variations of each trend, with places on a logarithmic axis of months, 0 to 100.

    From tables ``sensitivity`` and ``systems``.
    """
    return [
        {"trend": trend} | _variations_of(rows, system_names(tables))
        for trend, rows in tables["sensitivity"].groupby("trend", sort=False)
    ]


def _variations_of(table: pd.DataFrame, names: dict[str, str]) -> Record:
    """Variations of one trend: rows, how many change nothing, the slowest and the fastest."""
    values = table[MONTHS].to_numpy(float)
    months = float(values[0, 0])
    finite = values[np.isfinite(values)]
    # What lies further out than this is cut off, or nothing else could be told apart.
    low = max(finite.min() / 1.1, months / AXIS_REACH)
    high = min(finite.max() * 1.1, months * AXIS_REACH)
    places = 100 * np.log(np.clip(values, low, high) / low) / np.log(high / low)
    columns = records(table), places.tolist(), (values[:, 2] > high).tolist()
    rows = [
        row | {"setting": names.get(row["setting"], row["setting"]), "place": place, "beyond": far}
        for row, place, far in zip(*columns, strict=True)
    ]
    variations = [row for row in rows[1:] if row["doubling_time_months"] is not None]
    return {
        "rows": rows,
        "unchanged": sum(row["doubling_time_months"] == months for row in variations),
        "least": min(variations, key=lambda row: row["doubling_time_months"], default=None),
        "most": max(variations, key=lambda row: row["doubling_time_months"], default=None),
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
