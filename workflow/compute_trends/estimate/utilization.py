"""Utilization that counted operations imply for the chips and the time of a system."""

from __future__ import annotations

import pandas as pd

from compute_trends.estimate.ranks import FLOP
from compute_trends.estimate.verdicts import Judgements, name_of

# Of a count beside chips and time
COUNTED = ["estimate_id", "confidence", "scope", "bound", *FLOP]


def implied_utilization(ranked: pd.DataFrame, judgements: Judgements) -> pd.DataFrame:
    """Utilization that would make chips and time of a system equal to its counted operations.

    Parameters
    ----------
    ranked : pandas.DataFrame
        From `ranks.rank_estimates`.
    judgements : Judgements
        Of each method the preferred estimate is taken that no verdict calls worse than
        another by the same method.

    Returns
    -------
    pandas.DataFrame
        Per system with both: the row of chips and time, that of the count with its columns
        called counted_..., implied_utilization (above 1 where the two contradict each
        other), peak_flop (what the chips could do at most), utilization_assumed, and
        comparable: whether both are of the whole system and no bounds.
    """
    names = ranked["estimate_id"].map(name_of)
    own = ranked.assign(name=names).groupby(["system_id", "method"])["name"].agg(set)
    is_worse = [
        name in judgements.worse(system, own[system, method])
        for system, method, name in zip(ranked["system_id"], ranked["method"], names, strict=True)
    ]
    first = ranked[~pd.Series(is_worse, index=ranked.index, dtype=bool)]
    first = first.drop_duplicates(["system_id", "method"])
    counts, times = (
        first[first["method"] == method].set_index("system_id")
        for method in ("operation_count", "hardware_time")
    )
    counts = counts[COUNTED].rename(
        columns=lambda name: f"counted_{name.removeprefix('training_compute_')}"
    )
    both = times.join(counts, how="inner").reset_index()
    implied = both["utilization"] * both["counted_flop"] / both[FLOP[0]]
    whole = (both["scope"] == "system") & (both["counted_scope"] == "system")
    return both.assign(
        implied_utilization=implied,
        peak_flop=both["counted_flop"] / implied,
        utilization_assumed=both["assumed"].fillna("").str.contains("utilization"),
        comparable=whole & both["bound"].isna() & both["counted_bound"].isna(),
    )


def contradictions(ranked: pd.DataFrame, judgements: Judgements) -> dict[str, list[float]]:
    """Values, by estimate_id, of the other method where the two of a system contradict each other.

    They do where the interval of chips and time does not hold the counted operations: one of
    the two is wrong then by more than its errors tell, and which one is a matter of judgement.
    See `implied_utilization`.
    """
    pairs = implied_utilization(ranked, judgements)
    held = pairs["counted_flop"].between(pairs[FLOP[1]], pairs[FLOP[2]])
    apart = pairs[pairs["comparable"] & ~held]
    of_counts = zip(apart["counted_estimate_id"], apart[FLOP[0]], strict=True)
    of_times = zip(apart["estimate_id"], apart["counted_flop"], strict=True)
    return {key: [float(value)] for key, value in (*of_counts, *of_times)}
