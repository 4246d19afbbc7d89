"""Vintages: exports with their tables, and which of them are compared."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import pandas as pd

from compute_trends.clean.export import NOT_NOTABLE
from compute_trends.settings.clean import ExportFile


class Vintage(NamedTuple):
    """One export and its tables."""

    export: ExportFile
    systems: pd.DataFrame
    excluded: pd.DataFrame
    compute: pd.DataFrame
    attributes: pd.DataFrame
    columns: pd.DataFrame
    trends: pd.DataFrame

    @property
    def rows(self) -> pd.DataFrame:
        """Every row: columns of ``systems`` and ``export_attributes``, and is_system.

        Without those that are no notable models where the export is filtered by notability: an
        export of notable models would not have them.
        """
        left = self.excluded[self.excluded["reason"] != NOT_NOTABLE]
        both = [self.systems.assign(is_system=True), left.assign(is_system=False)]
        rows = pd.concat(both, ignore_index=True)
        attributes = self.attributes.drop(columns="system_id")
        return rows.merge(attributes, on="annotation_id", validate="one_to_one")

    @property
    def read_columns(self) -> set[str]:
        """Columns that the file has and that are read."""
        return set(self.columns.loc[self.columns["status"] == "read", "column"])

    @property
    def flagged_rows(self) -> set[int]:
        """Rows that the export flags as frontier, by annotation_id."""
        return set(self.attributes.loc[self.attributes["frontier"], "annotation_id"])


def pairs_of(vintages: list[Vintage]) -> list[tuple[Vintage, Vintage]]:
    """Vintages to compare, of the same models by date: the first with the last, then each step.

    The whole change stands first where there is more than one step; the newest step follows.
    """
    by_models: dict[str, list[Vintage]] = {}
    for vintage in sorted(vintages, key=lambda vintage: vintage.export.date):
        by_models.setdefault(vintage.export.models, []).append(vintage)
    pairs = []
    for same in by_models.values():
        steps = list(itertools.pairwise(same))
        pairs += [(same[0], same[-1])] if len(steps) > 1 else []
        pairs += reversed(steps)
    return pairs
