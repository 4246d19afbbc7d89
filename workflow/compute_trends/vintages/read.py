"""Vintages of one export: their tables, pairs of neighbours and growth in each."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import pandas as pd

from compute_trends.common.records import Record
from compute_trends.tables.dictionary import typed


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


def vintages_of(exports: list[Record], *tables: list[pd.DataFrame]) -> dict[str, Vintage]:
    """Vintages by name.

    Parameters
    ----------
    exports : list of dict
        Records of ``clean.exports``.
    *tables : list of pandas.DataFrame
        For each table of `Vintage` in its order, that of every export.
    """
    return {
        export["name"]: Vintage(export, *of_export)
        for export, *of_export in zip(exports, *tables, strict=True)
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
