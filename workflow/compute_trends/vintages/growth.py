"""Growth of the same trends, followed over the vintages."""

from __future__ import annotations

import pandas as pd

from compute_trends.tables.dictionary import typed
from compute_trends.vintages.vintage import Vintage


def growth_by_vintage(vintages: list[Vintage]) -> pd.DataFrame:
    """Trends whose period and rules are the same on every vintage, the oldest vintage first."""
    if not vintages:
        return typed(pd.DataFrame(), "growth_by_vintage")
    trends = pd.concat([vintage.trends for vintage in vintages], ignore_index=True)
    order = trends[trends["fixed"]].sort_values(["trend", "models", "vintage"], kind="stable")
    return typed(order, "growth_by_vintage")
