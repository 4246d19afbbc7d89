"""Reproduction: each cell of the paper's tables against this run."""

from __future__ import annotations

import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.render import delivered
from compute_trends.render.cell_words import fields_of, quantity
from compute_trends.render.look_ups import paper_trends_on, rows_by, system_names
from compute_trends.render.report_inputs import ReportInputs, Tables

PART = 2
ORDER = 70
RAW_TABLES = ("published_tables",)
TABLES = (
    "corrected_trends",
    "members",
    "paper_intervals",
    "reproduction",
    "systems",
    "trends",
)
# From best to worst.
VERDICTS = ("reproduced", "differs", "not reproducible")


def digest(inputs: ReportInputs) -> Record:
    """Verdicts, and the paper's tables of trends as printed beside this run's rows."""
    tables = inputs.tables
    cells = tables["reproduction"].assign(what=tables["reproduction"]["column"].map(_with_unit))
    return {
        "as_delivered": not delivered.before(inputs),
        "verdicts": verdict_counts(cells),
        "level": inputs.settings.fit.reproduction.level,
        "lost_rows": _lost_rows(tables),
        "differing": records(cells[cells["verdict"] == "differs"]),
        "cells": records(cells),
        "tables": _compared_tables(tables),
        "rederived": bool(paper_trends_on("estimated", tables)),
    }


def _with_unit(column: str) -> str:
    """What a column of the paper's tables is, with its unit."""
    field = fields_of("table2").get(column.partition("_ci95_")[0])
    return f"{quantity(column)} ({field.unit})" if field and field.unit else quantity(column)


def verdict_counts(reproduction: pd.DataFrame) -> list[Record]:
    """Cells of each table by verdict, and all tables together."""
    counts = pd.crosstab(reproduction["table"], reproduction["verdict"])
    counts = counts.reindex(columns=list(VERDICTS), fill_value=0)
    counts.loc["all"] = counts.sum()
    return records(counts.reset_index())


def _lost_rows(tables: Tables) -> list[Record]:
    """Published rows that no released data gives though a trend answers them, with the reason."""
    cells, trends = tables["reproduction"], paper_trends_on("published", tables)
    lost = cells[(cells["verdict"] == "not reproducible") & cells["trend"].notna()]
    return [
        cell | {"ours": trends[cell["trend"]]}
        for cell in records(lost.drop_duplicates(["table", "row"]))
    ]


def _compared_tables(tables: Tables) -> list[Record]:
    """Rows of tables 2 to 9: as printed, from this run, and the worst verdict of their cells."""
    published = paper_trends_on("published", tables)
    rederived = paper_trends_on("estimated", tables)
    answers = {
        (trend["table"], trend["row"]): trend
        for trend in published.values()
        if trend["table"] is not None
    }
    names, corrected = system_names(tables), rows_by(tables, "corrected_trends", "trend")
    verdicts = tables["reproduction"].groupby(["table", "row"])["verdict"].agg(list)
    compared: dict[int, list[Record]] = {}
    for line in records(tables["published_tables"].query("table > 1")):
        key = (line["table"], line["row"])
        ours = answers.get(key)
        again = rederived.get(ours["trend"]) if ours else None
        compared.setdefault(line["table"], []).append(
            {
                "paper": line,
                "ours": ours,
                "corrected": corrected.get(ours["trend"]) if ours else None,
                "estimated": again,
                "changes": _member_changes(tables, again["trend"], names) if again else None,
                "verdict": max(verdicts[key], key=VERDICTS.index),
                "n_cells": len(verdicts[key]),
                "n_differs": verdicts[key].count("differs"),
            }
        )
    return [{"number": number, "rows": rows} for number, rows in compared.items()]


def _member_changes(tables: Tables, trend: str, names: dict[str, str]) -> Record:
    """Systems that a trend gains and loses on re-derived values, by name."""
    members = tables["members"][tables["members"]["trend"] == trend]
    published, estimated = (
        set(members.loc[members["basis"] == basis, "system_id"])
        for basis in ("published", "estimated")
    )
    return {
        "gained": sorted(names[system] for system in estimated - published),
        "lost": sorted(names[system] for system in published - estimated),
    }
