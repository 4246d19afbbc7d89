"""Estimates by the order of preference."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compute_trends.settings.estimate import Preference

# Columns of an estimate and of the ends of its interval.
FLOP = [f"training_compute_flop{end}" for end in ("", "_ci90_low", "_ci90_high")]

# What counts another thing than the system by the conventions
OF_OTHER = ("without_data", "other_run")


def rank_estimates(estimates: pd.DataFrame, preference: Sequence[Preference]) -> pd.DataFrame:
    """Rows of table ``estimates`` on the basis ``estimated``, the preferred ones first.

    The ranks of ``preference`` stand from the best to the worst; what is of another run than
    the system's, or leaves out the making of its data, stands behind all. Within a rank bounds
    come last, then those with fewer assumed inputs come first, then the methods in the order
    of the rank, then as in the file.
    """
    ranks = {
        kind: (place, rank.methods.index(kind[0]))
        for place, rank in enumerate(preference)
        for kind in rank.kinds
    }
    rows = estimates[estimates["basis"] == "estimated"]
    kinds = zip(rows["method"], rows["confidence"], rows["operations"], strict=True)
    order = pd.DataFrame(
        [ranks[kind] for kind in kinds], columns=["rank", "position"], index=rows.index
    )
    order["of_other"] = rows["scope"].isin(OF_OTHER)
    order["bound"] = rows["bound"].notna()
    order["assumed"] = rows["assumed"].str.count(";").add(1).fillna(0)
    by = ["of_other", "rank", "bound", "assumed", "position"]
    return rows.loc[order.sort_values(by, kind="stable").index]
