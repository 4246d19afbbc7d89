"""Sensitivity: what other choices, noises and methods make of the trends."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import NOISE_WORDS
from compute_trends.render.look_ups import rows_by, system_names, trend_labels, trends_on
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.settings.fit import Fit
from compute_trends.settings.models import Settings

PART = 4
ORDER = 90
TABLES = ("coverage", "noise", "robust", "sensitivity", "systems", "trends")
# Farthest that an axis of doubling times goes from the one as fitted, as a factor
AXIS_REACH = 6
MONTHS = [f"doubling_time_months{end}" for end in ("", "_ci95_low", "_ci95_high")]


def digest(inputs: ReportInputs) -> Record:
    """Trends under other choices, noises and methods, and how often intervals hold the truth."""
    tables, settings = inputs.tables, inputs.settings
    methods, labels = settings.fit.other_methods, trend_labels(settings)
    coverage = records(tables["coverage"])
    others = rows_by(tables, "robust", "trend", "basis", "method")
    return {
        "variations": variations(tables),
        "labels": labels,
        "date_draws": date_draws(settings.fit),
        "findings": _findings_by_noise(tables, settings) if len(tables["noise"]) else [],
        "noise_reach": noise_reach(tables, settings),
        "bootstrap": settings.fit.bootstrap,
        "coverage": coverage,
        "narrow": [
            labels[row["trend"]]
            for row in coverage
            if row["coverage"] + 2 * row["coverage_standard_error"] < 0.95
        ],
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


def _findings_by_noise(tables: Tables, settings: Settings) -> list[Record]:
    """Each finding on each basis, with its interval under every noise."""
    noises = rows_by(tables, "noise", "trend", "basis", "noise")
    fits = {basis: trends_on(basis, tables) for basis in ("published", "estimated")}
    return [
        {
            "title": finding.title,
            "basis": basis,
            "fitted": fits[basis][finding.trend],
            "intervals": [noises.get((finding.trend, basis, noise)) for noise in NOISE_WORDS],
        }
        for finding in settings.render.findings
        for basis in fits
        if finding.trend in fits[basis]
    ]


def noise_reach(tables: Tables, settings: Settings) -> float | None:
    """Largest relative change of an interval end of the findings, per-system noise over paper's.

    On published values, from table ``noise``; None where there is nothing to compare.
    """
    rows = rows_by(tables, "noise", "trend", "basis", "noise")
    changes = [
        abs(own[end] / paper[end] - 1)
        for finding in settings.render.findings
        if (own := rows.get((finding.trend, "published", "per_system")))
        and (paper := rows.get((finding.trend, "published", "paper")))
        for end in MONTHS[1:]
        if paper[end] is not None and math.isfinite(paper[end])
    ]
    return max(changes, default=None)
