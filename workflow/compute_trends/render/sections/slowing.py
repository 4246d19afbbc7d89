"""Is it slowing? What models with compute say, and what those without allow."""

from __future__ import annotations

from typing import Any

import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.render.figures.slowing_content import WITH_YEARS, possible
from compute_trends.render.look_ups import grouped
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.settings.models import Settings

PART = 4
ORDER = 30
TABLES = ("slowing", "slowing_verdicts")

GROWTH = "growth_per_year"
VERDICTS = ("established", "consistent", "rejected", "undecided")


def digest(inputs: ReportInputs) -> Record:
    """Each headline since each date, the lead of each, and how often each verdict is given."""
    cases = slowing_cases(inputs.tables, inputs.settings)
    settings = inputs.settings.fit.slowing
    return {
        "cases": cases,
        "leads": [case for case in cases if case["is_lead"]],
        "settings": settings,
        "counts": [
            (statement.label, _counts([case["verdicts"][statement.name] for case in cases]))
            for statement in settings.statements
        ],
        "first": settings.statements[0].name,
        "start": (pd.Timestamp(settings.after) + pd.Timedelta(days=1)).year,
    }


def slowing_cases(tables: Tables, settings: Settings) -> list[Record]:
    """Each headline since each date, in the order of the table; none without exports.

    ``title`` of the headline, ``year`` from which on, ``is_lead``, ``known`` (row of table
    ``slowing`` of models with compute), ``grown`` (its growth), ``least`` and ``most`` (growth per
    year that is possible) and ``verdicts``, rows of table ``slowing_verdicts`` by statement.
    """
    if "slowing" not in tables:
        return []
    titles = {one.name: WITH_YEARS.sub("", one.title) for one in settings.fit.exports.headlines}
    lead = pd.Timestamp(settings.fit.slowing.lead) + pd.Timedelta(days=1)
    verdicts: dict[tuple[Any, ...], dict[str, Record]] = {}
    for row in records(tables["slowing_verdicts"]):
        verdicts.setdefault((row["headline_name"], row["since"]), {})[row["statement"]] = row
    cases = []
    for name, rows in grouped(records(tables["slowing"]), "headline_name").items():
        for since, own in grouped(rows, "since").items():
            [known] = [row for row in own if row["scenario"] == "known"]
            has_line = known["slope_oom_per_year_after"] is not None
            least, most = possible(own)[:2] if has_line else (None, None)
            case = {"title": titles[name], "year": since.year, "known": known}
            case |= {"is_lead": since == lead and has_line, "verdicts": verdicts[name, since]}
            case |= {"before": _factor(known["slope_oom_per_year_before"])}
            case |= {"least": _factor(least), "most": _factor(most), "grown": grown(known)}
            cases.append(case | {"n_listed": known["n_hidden"] + known["n_with_compute"]})
    return cases


def grown(row: Record) -> Record:
    """Growth since a date with its interval, by the names of columns without a side."""
    names = (GROWTH, f"{GROWTH}_ci90_low", f"{GROWTH}_ci90_high")
    return {name: row[f"{name}_after"] for name in names}


def _factor(slope: float | None) -> float | None:
    """Growth per year of a slope in OOM per year."""
    return None if slope is None else 10**slope


def _counts(verdicts: list[Record]) -> list[tuple[str, int]]:
    """How often each verdict is given, those that are."""
    words = [row["verdict"] for row in verdicts]
    return [(word, words.count(word)) for word in VERDICTS if word in words]
