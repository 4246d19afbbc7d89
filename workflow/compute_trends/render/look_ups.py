"""Rows of a run's tables by the key that several sections of the report look them up by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.render.report_inputs import Tables
from compute_trends.settings.fit import Headline
from compute_trends.settings.models import Settings
from compute_trends.settings.simulations import EraLead
from compute_trends.tables.dictionary import typed


def trends_on(basis: str, tables: Tables) -> dict[str, Record]:
    """Trends on one basis by name; from table ``trends``."""
    return {row["trend"]: row for row in records(tables["trends"]) if row["basis"] == basis}


def paper_trends(tables: Tables) -> pd.DataFrame:
    """Trends that answer a row of the paper, with its intervals of 95 %.

    From tables ``trends`` and ``paper_intervals``.
    """
    return tables["trends"].merge(tables["paper_intervals"], on=["trend", "basis"])


def paper_trends_on(basis: str, tables: Tables) -> dict[str, Record]:
    """`paper_trends` on one basis by name."""
    rows = records(paper_trends(tables))
    return {row["trend"]: row for row in rows if row["basis"] == basis}


def trend_labels(settings: Settings) -> dict[str, str]:
    """Label of each trend by its name."""
    return {trend.name: trend.label for trend in settings.fit.trends}


def system_names(tables: Tables) -> dict[str, str]:
    """Name of each system by its key; from table ``systems``."""
    systems = tables["systems"]
    return dict(zip(systems["system_id"], systems["system"], strict=True))


def inference_lines(trends: pd.DataFrame, task: str) -> list[Record]:
    """Lines of inference compute that lead: the first through all models, the first through some.

    From table ``inference_trends``, whose order is that of the config; FLOP of one image or
    token, and only lines that have a place. Fewer where there are none.
    """
    own = [
        row
        for row in records(trends)
        if (row["task"], row["quantity"]) == (task, "forward_flop")
        and row["start_value"] is not None
        and row["selection"] != "least"
    ]
    parts = (
        [row for row in own if (row["selection"] == "all") == every] for every in (True, False)
    )
    return [rows[0] for rows in parts if rows]


def answers_for_today(settings: Settings) -> bool:
    """Whether the report has a section of today: there are exports, and headlines for them."""
    return bool(settings.clean.exports and settings.fit.exports.headlines)


def crossed_headlines(settings: Settings) -> list[Headline]:
    """Headlines whose choices are crossed; none without exports."""
    if not settings.clean.exports:
        return []
    crossed = settings.fit.crossed
    return [headline for headline in settings.fit.exports.headlines if headline.name in crossed]


def rows_by(tables: Tables, name: str, *columns: str) -> dict[Any, Record]:
    """Rows of a table by the values of some columns: one value, or a tuple of several."""
    rows = records(tables[name])
    if len(columns) == 1:
        return {row[columns[0]]: row for row in rows}
    return {tuple(row[column] for column in columns): row for row in rows}


def grouped(rows: Iterable[Record], column: str) -> dict[Any, list[Record]]:
    """Rows by their value of a column, in the order of the first row of each."""
    groups: dict[Any, list[Record]] = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return groups


def of_lead(table: pd.DataFrame, lead: EraLead) -> pd.DataFrame:
    """Rows, of a table of eras, of what the report leads with."""
    here = pd.Series(True, index=table.index)
    for column, value in lead.model_dump().items():
        here &= table[column] == value
    return table[here]


def table_or_empty(tables: Tables, name: str) -> pd.DataFrame:
    """A table of the run; one that there is only with exports is empty without them."""
    return tables[name] if name in tables else typed(pd.DataFrame(), name)
