"""Rules and years: growth by each rule in each window, on the export that answers for today."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compute_trends.clean.listed import listed
from compute_trends.common.records import Record
from compute_trends.settings.export_rules import ExportRule, ExportTrend, Window
from compute_trends.tables.dictionary import typed


def rules_by_window(
    cells: Sequence[tuple[ExportRule, Window, ExportTrend]],
    rows: Sequence[Record],
    systems: pd.DataFrame,
    excluded: pd.DataFrame,
) -> pd.DataFrame:
    """Table ``rules_by_window``, with all that a headline carries.

    Parameters
    ----------
    cells : sequence of tuple
        `settings.export_rules.RuleTable.cells`.
    rows : sequence of dict
        Labels and numbers of the trend of each, by the columns of table ``export_trends``.
    systems, excluded : pandas.DataFrame
        Tables of the export.
    """
    table = [
        row
        | {"rule": rule.name, "window": window.name}
        | listed(str(row["period"]), systems, excluded)
        for (rule, window, _), row in zip(cells, rows, strict=True)
    ]
    return typed(pd.DataFrame(table), "rules_by_window")
