"""Utilization that counted operations imply for the chips and the time of a system."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from compute_trends.estimate.choice import FLOP, rank_estimates
from compute_trends.estimate.verdicts import Judgements, name_of
from compute_trends.settings.estimate import Preference

# Of a count beside chips and time
COUNTED = ["estimate_id", "confidence", "scope", "bound", *FLOP]


def implied_utilization(
    estimates: pd.DataFrame, judgements: Judgements, *, preference: Sequence[Preference]
) -> pd.DataFrame:
    """Utilization that would make chips and time of a system equal to its counted operations.

    Parameters
    ----------
    estimates, judgements, preference
        See `choice.rank_estimates`; of each method the preferred estimate that no verdict
        calls worse than another by it.

    Returns
    -------
    pandas.DataFrame
        Per system with both: the row of chips and time, that of the count with its columns
        called counted_..., implied_utilization (above 1 where the two contradict each
        other), utilization_assumed, and comparable: whether both are of the whole system
        and no bounds.
    """
    ranked = rank_estimates(estimates, preference)
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
        utilization_assumed=both["assumed"].fillna("").str.contains("utilization"),
        comparable=whole & both["bound"].isna() & both["counted_bound"].isna(),
    )


def hold_contradictions(
    estimates: pd.DataFrame, judgements: Judgements, *, preference: Sequence[Preference]
) -> pd.DataFrame:
    """Estimates with wider intervals where the two methods of a system contradict each other.

    They do where the interval of chips and time does not hold the counted operations. One of
    the two is wrong then, by more than its errors tell, and which one is a matter of judgement;
    so each interval is made to hold the value of the other. ``interval_from`` is methods.

    Parameters
    ----------
    estimates, judgements, preference
        See `implied_utilization`.
    """
    pairs = implied_utilization(estimates, judgements, preference=preference)
    low, high = (pairs[name] for name in FLOP[1:])
    counted = pairs["counted_flop"]
    apart = pairs[pairs["comparable"] & ~counted.between(low, high)]
    values = pd.concat(
        [
            pd.Series(apart["counted_flop"].to_numpy(), index=apart["estimate_id"]),
            pd.Series(apart[FLOP[0]].to_numpy(), index=apart["counted_estimate_id"]),
        ]
    )
    other = estimates["estimate_id"].map(values)
    return estimates.assign(
        **{
            FLOP[1]: np.fmin(estimates[FLOP[1]], other),
            FLOP[2]: np.fmax(estimates[FLOP[2]], other),
            "interval_from": estimates["interval_from"].mask(other.notna(), "methods"),
        }
    )
