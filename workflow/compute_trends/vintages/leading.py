"""What the report leads with: growth on each vintage, and how much of the systems is behind it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compute_trends.clean.listed import listed
from compute_trends.common.records import Record, records
from compute_trends.settings.clean import leading_export
from compute_trends.settings.fit import ExportFits
from compute_trends.tables.dictionary import typed
from compute_trends.vintages.vintage import Vintage


def headlines_table(vintages: Sequence[Vintage], *, fits: ExportFits) -> pd.DataFrame:
    """Table ``headlines``: each headline of the config on each vintage, the leading one marked."""
    leading = leading_export([vintage.export for vintage in vintages])
    rows: list[Record] = []
    for headline in fits.headlines:
        for vintage in vintages:
            [trend] = records(vintage.trends[vintage.trends["trend"] == headline.trend])
            about = {"headline_name": headline.name, "title": headline.title}
            about |= listed(str(trend["period"]), vintage.systems, vintage.excluded)
            rows.append(trend | about | {"leads": vintage.export == leading})
    return typed(pd.DataFrame(rows), "headlines")
