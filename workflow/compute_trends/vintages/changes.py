"""Stage vintages: everything that changed from one vintage to the next, and growth on each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from compute_trends.fit.export import trends_of
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.fit import ExportFits, Intervals, Outliers, Units
from compute_trends.tables.dictionary import typed
from compute_trends.vintages.attribution import attribute_changes
from compute_trends.vintages.differences import changed_columns, changed_values, name_rows
from compute_trends.vintages.growth import growth_by_vintage
from compute_trends.vintages.leading import headlines_table
from compute_trends.vintages.matching import match_rows
from compute_trends.vintages.vintage import Vintage, pairs_of

TABLES = ("changed_rows", "changed_values", "changed_columns", "changed_trends")


def track_changes(
    *tables: list[pd.DataFrame],
    exports: Sequence[ExportFile],
    fits: ExportFits,
    outliers: Outliers,
    intervals: Intervals,
    units: Units,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Compare consecutive vintages, and follow their trends.

    Parameters
    ----------
    *tables : list of pandas.DataFrame
        For each table of `Vintage`, in its order, that of every export.
    exports, fits, outliers, intervals, units
        ``clean.exports``, ``fit.exports``, ``fit.outliers``, ``fit.intervals`` and
        ``fit.units`` of config.yaml.
    seed : int
        Seed of the run.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables of `compare_vintages`, ``headlines`` and ``growth_by_vintage``.
    """
    vintages = [Vintage(*each) for each in zip(exports, *tables, strict=True)]
    changes = compare_vintages(
        vintages,
        fits=fits,
        outliers=outliers,
        intervals=intervals,
        units=units,
        seed=seed,
    )
    headlines = headlines_table(vintages, fits=fits)
    return changes | {"headlines": headlines, "growth_by_vintage": growth_by_vintage(vintages)}


def compare_vintages(
    vintages: list[Vintage],
    *,
    fits: ExportFits,
    outliers: Outliers,
    intervals: Intervals,
    units: Units,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """What changed from each vintage to the next, and from the first to the last.

    Tables `TABLES` of all pairs, each row named by ``before`` and ``after``; empty if there is
    only one vintage of each kind of models. See `track_changes` for the settings.
    """
    settings: dict[str, Any] = {"outliers": outliers, "intervals": intervals, "units": units}
    settings |= {"draws": fits.change_draws, "seed": seed}
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    for before, after in pairs_of(vintages):
        rows_before, rows_after = before.rows, after.rows
        matches = match_rows(rows_before, rows_after)
        common = before.read_columns & after.read_columns
        trends = [
            trend
            for trend in trends_of(after.export, fits, [], outliers)
            if trend.trend.name in (*fits.leading_trends, *fits.followed)
        ]
        changes = (
            _numbered(name_rows(matches, rows_before, rows_after)),
            changed_values(matches, rows_before, rows_after, columns=common),
            _numbered(changed_columns(before.columns, after.columns)),
            attribute_changes(matches, before, after, trends=trends, **settings),
        )
        pair = {"before": before.export.name, "after": after.export.name}
        for name, table in zip(TABLES, changes, strict=True):
            parts[name].append(table.assign(**pair))
    return {
        name: typed(pd.concat(of_pairs, ignore_index=True) if of_pairs else pd.DataFrame(), name)
        for name, of_pairs in parts.items()
    }


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    """A table with the numbers of its rows."""
    return table.assign(number=range(1, len(table) + 1))
