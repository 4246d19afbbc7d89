"""Vintages of one export: their tables, pairs of neighbours and growth in each."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from compute_trends.common.records import Record
from compute_trends.tables.dictionary import typed
from compute_trends.tables.generated import read_table


class Vintage(NamedTuple):
    """One export: its record of ``clean.exports`` and its tables."""

    export: Record
    systems: pd.DataFrame
    excluded: pd.DataFrame
    compute: pd.DataFrame
    attributes: pd.DataFrame
    columns: pd.DataFrame
    trends: pd.DataFrame


def pairs_of(exports: list[Record]) -> list[tuple[Record, Record]]:
    """Vintages to compare: each with the next later one of the same models.

    Parameters
    ----------
    exports : list of dict
        Records of ``clean.exports``.

    Returns
    -------
    list of tuple
        Earlier and later record, in the order of the dates.
    """
    by_models: dict[str, list[Record]] = {}
    for export in sorted(exports, key=lambda export: str(export["date"])):
        by_models.setdefault(export.get("models", "notable"), []).append(export)
    return [pair for same in by_models.values() for pair in itertools.pairwise(same)]


def read_vintages(paths: Mapping[str, list[str]], exports: list[Record]) -> dict[str, Vintage]:
    """Tables of every export from their files.

    Parameters
    ----------
    paths : mapping of str to list of str
        For each table of `Vintage` by its name, the files of the exports in their order.
    exports : list of dict
        Records of ``clean.exports``.

    Returns
    -------
    dict of str to Vintage
        By name.
    """
    names = {"systems": "systems", "excluded": "excluded", "compute": "compute"}
    names |= {name: f"export_{name}" for name in ("attributes", "columns", "trends")}
    return {
        export["name"]: Vintage(
            export, **{name: read_table(paths[name][at], table) for name, table in names.items()}
        )
        for at, export in enumerate(exports)
    }


def growth_by_vintage(vintages: dict[str, Vintage]) -> pd.DataFrame:
    """Trends whose period and rules are the same on every vintage, the oldest vintage first.

    Parameters
    ----------
    vintages : dict of str to Vintage
        Every export by name.

    Returns
    -------
    pandas.DataFrame
        Table ``growth_by_vintage``.
    """
    trends = pd.concat([vintage.trends for vintage in vintages.values()], ignore_index=True)
    order = trends[trends["fixed"]].sort_values(["trend", "models", "vintage"], kind="stable")
    return typed(order, "growth_by_vintage")
