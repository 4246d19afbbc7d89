"""Stage estimate: training compute of each system, on each basis.

The basis ``published`` carries the annotated value through; ``estimated`` is computed
from the inputs in compute_inputs.csv, or from those that an export gives.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
import pandas as pd

from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import CONFIDENCES
from compute_trends.estimate.inputs import complete_inputs, evaluate
from compute_trends.settings.estimate import Choice, Defaults, Preference, Uncertainty
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

# Columns of an estimate and of the ends of its interval.
FLOP = [f"training_compute_flop{end}" for end in ("", "_ci90_low", "_ci90_high")]
# Systems that a message names.
MOST_NAMES = 20


def estimate_stage(
    systems: pd.DataFrame,
    excluded: pd.DataFrame,
    inputs: pd.DataFrame,
    hardware: pd.DataFrame,
    *,
    files: Sequence[str],
    defaults: Defaults,
    uncertainty: Uncertainty,
    choice: Choice,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Estimate the training compute of systems, and choose one value of each.

    Parameters
    ----------
    systems, excluded : pandas.DataFrame
        Tables of these names.
    inputs, hardware : pandas.DataFrame
        Raw tables ``compute_inputs`` and ``hardware``, or ``export_inputs`` and
        ``export_hardware``.
    files, defaults : sequence of str, Defaults
        See `inputs.complete_inputs`, also for the errors that it raises.
    uncertainty : Uncertainty
        See `inputs.evaluate`.
    choice : Choice
        See `choose_compute`.
    seed : int
        Seed of the run.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``estimates``, the published values first, and ``compute``.
    """
    in_force = complete_inputs(inputs, hardware, systems, excluded, defaults=defaults, files=files)
    rows = [
        row
        | evaluate(row, uncertainty=uncertainty, rng=random_stream(seed, row["estimate_id"]))
        | {"basis": "estimated", "assumed": row["assumed"] or None}
        for row in records(in_force)
    ]
    from_inputs = typed(pd.DataFrame(rows), "estimates")
    estimates = pd.concat([published_estimates(systems), from_inputs], ignore_index=True)
    compute = choose_compute(estimates, rule=choice.rule, preference=choice.preference)
    return {"estimates": estimates, "compute": compute}


def published_estimates(systems: pd.DataFrame) -> pd.DataFrame:
    """Rows of table ``estimates`` with the training compute of each system as annotated."""
    rows = pd.DataFrame(
        {
            "estimate_id": systems["system_id"] + "/published",
            "system_id": systems["system_id"],
            "basis": "published",
            "method": "published",
            "training_compute_flop": systems["training_compute_flop"],
            "source_url": systems["link"],
            "source_locator": "annotation " + systems["annotation_id"].astype("str"),
            "derivation": "Value as annotated.",
        }
    )
    return typed(rows, "estimates")


def rank_estimates(estimates: pd.DataFrame, preference: Sequence[Preference]) -> pd.DataFrame:
    """Rows of table ``estimates`` on the basis ``estimated``, the preferred ones first.

    The ranks of ``preference`` stand from the best to the worst. Within a rank those with
    fewer assumed inputs come first, then the methods in the order of the rank, then as in
    the file.
    """
    ranks = {
        (method, rank.confidence): (place, position)
        for place, rank in enumerate(preference)
        for position, method in enumerate(rank.methods)
    }
    rows = estimates[estimates["basis"] == "estimated"]
    places = [ranks[key] for key in zip(rows["method"], rows["confidence"], strict=True)]
    order = pd.DataFrame(places, columns=["rank", "position"], index=rows.index)
    order["assumed"] = rows["assumed"].str.count(";").add(1).fillna(0)
    order = order.sort_values(["rank", "assumed", "position"], kind="stable")
    return rows.loc[order.index]


def choose_compute(
    estimates: pd.DataFrame, *, rule: str, preference: Sequence[Preference]
) -> pd.DataFrame:
    """Training compute of each system, one column per basis.

    Parameters
    ----------
    rule : str
        ``preference``: the estimate that stands first in the order of preference;
        ``geometric_mean``: the geometric mean over the computed methods of a
        system, each by its preferred estimate; a reported total where there is none.
    estimates, preference : pandas.DataFrame, sequence of Preference
        See `rank_estimates`.

    Returns
    -------
    pandas.DataFrame
        Table ``compute``, in the order of the published estimates. The columns of
        the basis ``estimated`` are missing where there is no such estimate.
    """
    ranks = rank_estimates(estimates, preference)
    if rule == "preference":
        choices = ranks.drop_duplicates("system_id").rename(columns={"estimate_id": "estimate_ids"})
    else:
        one_each = ranks.drop_duplicates(["system_id", "method"])
        is_computed = one_each["method"] != "reported"
        is_alone = ~one_each["system_id"].isin(one_each.loc[is_computed, "system_id"])
        choices = _geometric_mean(one_each[is_computed | is_alone])
    names = [*FLOP, "system_id", "method", "confidence", "assumed", "estimate_ids"]
    values = choices[names].rename(columns=lambda name: name.replace("_flop", "_estimated_flop"))
    published = estimates.loc[estimates["basis"] == "published", ["system_id", FLOP[0]]]
    published.columns = pd.Index(["system_id", "training_compute_published_flop"])
    compute = published.merge(values, on="system_id", how="left", validate="one_to_one")
    estimated = compute["training_compute_estimated_flop"]
    ratio = estimated / compute["training_compute_published_flop"]
    compute["estimated_to_published_ratio"] = ratio
    without = compute.loc[estimated.isna(), "system_id"]
    if len(without):
        more = ", and others" if len(without) > MOST_NAMES else ""
        listing = ", ".join(without[:MOST_NAMES]) + more
        LOG.warning("no value on basis estimated for %d systems: %s", len(without), listing)
    return typed(compute, "compute")


def _geometric_mean(one_per_method: pd.DataFrame) -> pd.DataFrame:
    """Geometric mean of the estimates of each system, taken as independent and log-normal.

    It is as confident as the least confident of them, and assumes what any of them does.
    """
    rows: list[Record] = []
    for system, group in one_per_method.groupby("system_id", sort=False):
        if len(group) == 1:
            rows += records(group.rename(columns={"estimate_id": "estimate_ids"}))
            continue
        flop, low, high = (group[name] for name in FLOP)
        log_mean = np.log10(flop).mean()
        # The half width in logs is as many standard deviations as that of each estimate.
        half = np.sqrt(((np.log10(high / low) / 2) ** 2).sum()) / len(group)
        ends = log_mean, log_mean - half, log_mean + half
        assumed = group["assumed"].dropna().str.split("; ").explode().drop_duplicates()
        rows.append(
            {
                "system_id": system,
                "method": "geometric_mean",
                "confidence": max(group["confidence"], key=CONFIDENCES.index),
                "assumed": "; ".join(assumed) or None,
                "estimate_ids": "; ".join(group["estimate_id"]),
            }
            | {name: 10**end for name, end in zip(FLOP, ends, strict=True)}
        )
    return pd.DataFrame(rows)
