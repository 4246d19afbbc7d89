"""What of the paper still holds: its statements on its own data and on the newest vintage."""

from __future__ import annotations

from typing import Any

import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import STATEMENT_WORDS
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.settings.clean import leading_export
from compute_trends.settings.fit import continued
from compute_trends.settings.models import Settings

PART = 2
ORDER = 20
TABLES = ("claims", "era_verdicts", "export_claims", "populations")

# As tables ``claims`` and ``export_claims`` name who states it
PAPER = "The paper"
# Where a statement is measured: on the paper's data, and on the newest vintage over the
# years of the statement and over all years.
PLACES = ("own", "then", "now")
# Decimals of a number of a quantity, and what follows it; others are written as factors.
UNITS = {
    "doubling_time_months": (1, "months"),
    "oom_above_trend": (1, "orders of magnitude"),
    "oom_above_at_start": (1, "orders of magnitude"),
    "doubling_time_ratio": (2, ""),
}
# What the paper says of eras and of large-scale systems, which no single number answers.
ERA_STATEMENTS = {
    "break_1": "In {month} a new era begins: the growth of all systems changes",
    "break_2": "In {month} another era begins: the growth of all systems changes again",
    "number": "These are all the eras: growth changes as often as that, no more and no less",
}
LARGE_STATEMENT = "Large-scale systems, from late 2015 on, follow a trend of their own"


def digest(inputs: ReportInputs) -> Record:
    """Statements with what each place says of them, and how many hold."""
    settings, tables = inputs.settings, inputs.tables
    leading = leading_export(settings.clean.exports)
    name = leading.name if leading else ""
    growth = growth_statements(tables, name)
    structure = [*_eras(tables, settings, name), *_large_scale(tables, settings, name)]
    statements = growth + structure if leading else []
    return {
        "statements": statements,
        "leading": leading,
        "units": UNITS,
        "counts": {place: _counts(statements, place) for place in PLACES},
        "rejected": [row["claim"] for row in statements if row["latest"] == "rejected"],
        "settled": sum(_is_settled(row) for row in statements),
        "draws": min(settings.fit.intervals.draws, settings.fit.exports.change_draws),
    }


def growth_statements(tables: Tables, export: str) -> list[Record]:
    """Statements about trends that the export answers, too; on published compute."""
    own = [row for row in records(tables["claims"]) if row["study"] == PAPER]
    there = {
        (row["claim_id"], row["subject"]): row
        for row in records(tables["export_claims"])
        if row["export"] == export
    }
    statements = []
    for row in own:
        names = row["subject"].split("; ")
        longer = "; ".join(continued(name) for name in names)
        then = there.get((row["claim_id"], row["subject"]))
        if row["basis"] == "published" and then:
            now = there.get((row["claim_id"], longer))
            statements.append(_statement(row["claim"], own=row, then=then, now=now))
    return statements


def _statement(claim: str, *, own: Any, then: Any, now: Any) -> Record:
    """One statement; of each place its verdict, the number behind it, and a sentence."""
    latest = now or then
    return {
        "claim": claim,
        "own": own,
        "then": then,
        "now": now,
        "why": latest["why"],
        "latest": latest["verdict"],
    }


def _is_settled(statement: Record) -> bool:
    """Whether a statement that the paper's data leave undecided is not undecided today."""
    return bool(statement["own"]["verdict"] == "undecided" != statement["latest"])


def _eras(tables: Tables, settings: Settings, export: str) -> list[Record]:
    """What the paper says of eras: on the lead of the section on eras, and its like today."""
    eras = settings.fit.eras
    table = tables["era_verdicts"]
    of_lead = eras.lead.model_dump()
    own, now = (
        {row["question"]: row for row in records(table[_are(table, of_lead | changes)])}
        for changes in ({}, {"dataset": export})
    )
    days = [pd.Timestamp(day) + pd.Timedelta(days=1) for day in eras.stated]
    months = {f"break_{number}": f"{day:%B %Y}" for number, day in enumerate(days, start=1)}
    return [
        _statement(claim.format(month=months.get(name)), own=own[name], then=None, now=now[name])
        for name, claim in ERA_STATEMENTS.items()
        if name in own and name in now
    ]


def _are(table: pd.DataFrame, values: Record) -> pd.Series:
    """Whether the columns of a table have these values."""
    return (table[list(values)] == pd.Series(values)).all(axis=1)


def _large_scale(tables: Tables, settings: Settings, export: str) -> list[Record]:
    """Whether large-scale systems are a population of their own, then and now."""
    rows = records(tables["populations"].dropna(subset="verdict"))
    own = rows[0] if rows else None
    of = {row["period"]: row for row in rows if row["dataset"] == export}
    if own is None or not of:
        return []
    then = of.get(own["period"])
    longer = [row for period, row in of.items() if period != own["period"]]
    return [_statement(LARGE_STATEMENT, own=own, then=then, now=longer[-1] if longer else None)]


def _counts(statements: list[Record], place: str) -> list[tuple[str, int]]:
    """How many statements each verdict is given to at a place, from the best on."""
    words = [row[place]["verdict"] for row in statements if row[place]]
    return [(word, words.count(word)) for word in STATEMENT_WORDS if word in words]
