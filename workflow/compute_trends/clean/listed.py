"""How many systems an export lists in a period, and how many of them have a known compute."""

from __future__ import annotations

import pandas as pd

from compute_trends.clean.reasons import NO_COMPUTE
from compute_trends.common.records import Record


def listed(period: str, systems: pd.DataFrame, excluded: pd.DataFrame) -> Record:
    """How many systems an export lists in a period, and the share of them with compute.

    Parameters
    ----------
    period : str
        After the first day, through the second, as tables write it.
    systems, excluded : pandas.DataFrame
        Tables of the export. Of what is excluded only systems without compute are listed.

    Returns
    -------
    dict
        n_listed, n_with_compute, share_with_compute (None where none is listed).
    """
    after, _, through = period.partition("/")
    n_with, n_without = (
        int(rows["publication_date"].between(after, through, inclusive="right").sum())
        for rows in (systems, excluded[excluded["reason"] == NO_COMPUTE])
    )
    n_listed = n_with + n_without
    share = n_with / n_listed if n_listed else None
    return {"n_listed": n_listed, "n_with_compute": n_with, "share_with_compute": share}
