"""Systems that tell of the errors of estimates: later values, and two methods for one system."""

from __future__ import annotations

import numpy as np
import pandas as pd

from compute_trends.clean.replay import systems_on
from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import CONFIDENCES
from compute_trends.estimate.choice import choose_compute
from compute_trends.estimate.error_model import (
    Errors,
    Evidence,
    UtilizationFit,
    fit_utilization,
)
from compute_trends.estimate.evaluation import Own, evaluate, own_half_widths
from compute_trends.estimate.ranks import FLOP, rank_estimates
from compute_trends.estimate.utilization import implied_utilization
from compute_trends.estimate.verdicts import Judgements
from compute_trends.settings.estimate import Choice, Uncertainty
from compute_trends.tables.dictionary import typed


def published_estimates(systems: pd.DataFrame) -> pd.DataFrame:
    """Rows of table ``estimates`` with the training compute of each system as annotated."""
    systems = systems_on(systems, "published")
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


def estimates_table(published: pd.DataFrame, rows: list[Record]) -> pd.DataFrame:
    """Table ``estimates`` of published values and of evaluated rows of inputs."""
    evaluated = [row | {"basis": "estimated", "assumed": row["assumed"] or None} for row in rows]
    return pd.concat([published, typed(pd.DataFrame(evaluated), "estimates")], ignore_index=True)


def read_inputs(
    in_force: pd.DataFrame, *, uncertainty: Uncertainty, seed: int
) -> list[tuple[Record, Own | None]]:
    """Rows of `inputs.complete_inputs`, each with what its inputs leave open.

    Each row draws from a stream of its own.
    """
    return [
        (
            row,
            own_half_widths(
                row, uncertainty=uncertainty, rng=random_stream(seed, row["estimate_id"])
            ),
        )
        for row in records(in_force)
    ]


def related_systems(in_force: pd.DataFrame) -> dict[str, set[str]]:
    """Systems that share a source with each system, itself included."""
    by_source = in_force.groupby("source_url")["system_id"].agg(set)
    related: dict[str, set[str]] = {}
    for system, source in zip(in_force["system_id"], in_force["source_url"], strict=True):
        related.setdefault(system, set()).update(by_source[source])
    return related


def collect_evidence(
    published: pd.DataFrame,
    read: list[tuple[Record, Own | None]],
    later_values: pd.DataFrame,
    judgements: Judgements,
    *,
    choice: Choice,
    uncertainty: Uncertainty,
) -> Evidence:
    """Systems with a later value, and systems with both methods, as `Evidence` takes them.

    Parameters
    ----------
    published : pandas.DataFrame
        From `published_estimates`.
    read : list of (dict, Own)
        From `read_inputs`.
    later_values : pandas.DataFrame
        Raw table of this name; each vintage counts, as an interval is to hold them all.
    judgements, choice
        See `choice.choose_compute`.
    """

    def table(line: UtilizationFit | None) -> pd.DataFrame:
        """Estimates with the errors of their inputs alone."""
        errors = Errors(line, dict.fromkeys(CONFIDENCES, 0.0))
        rows = [evaluate(row, own, uncertainty=uncertainty, errors=errors) for row, own in read]
        return estimates_table(published, rows)

    least = uncertainty.least_systems
    ranked = rank_estimates(table(None), choice.preference)
    pairs = _pairs(implied_utilization(ranked, judgements))
    values = (pairs[name].to_numpy() for name in ("log_peak", "log_implied"))
    by_inputs = table(fit_utilization(*values) if len(pairs) >= least else None)
    taken = values_like_later(by_inputs, judgements, later_values, choice=choice)
    return Evidence(_distances(taken, by_inputs), pairs, least=least)


def values_like_later(
    estimates: pd.DataFrame, judgements: Judgements, later_values: pd.DataFrame, *, choice: Choice
) -> pd.DataFrame:
    """Later values, each with the value of its system that counts the same.

    Parameters
    ----------
    later_values : pandas.DataFrame
        Raw table of this name; its scope tells whether a value counts the making of the
        data that the system learned from.
    estimates, judgements, choice
        See `choice.choose_compute`.

    Returns
    -------
    pandas.DataFrame
        Columns of table ``compute``, and vintage, later_flop, stated_or_assumed.
    """
    later = later_values.rename(columns={"training_compute_flop": "later_flop"})
    later = later[["system_id", "vintage", "later_flop", "stated_or_assumed", "scope"]]
    parts = []
    for scope, generated_data in (("system", "counted"), ("without_data", "left_out")):
        update = {"rule": "preference", "generated_data": generated_data}
        compute = choose_compute(estimates, judgements, choice=choice.model_copy(update=update))
        own = later[later["scope"] == scope].drop(columns="scope")
        parts.append(own.merge(compute.dropna(subset="estimate_ids"), on="system_id"))
    return pd.concat(parts, ignore_index=True)


def _pairs(utilization: pd.DataFrame) -> pd.DataFrame:
    """Systems whose two methods count the same, as `Evidence` takes them."""
    rows = utilization[utilization["comparable"]]
    return pd.DataFrame(
        {
            "system_id": rows["system_id"],
            "log_peak": np.log10(rows["peak_flop"]),
            "log_implied": np.log10(rows["implied_utilization"]),
        }
    )


def _distances(taken: pd.DataFrame, by_inputs: pd.DataFrame) -> pd.DataFrame:
    """Distance of each value taken to the later one, in orders of magnitude.

    Left out are bounds, which are off to one side only, and what rests on chips and time,
    whose error is learnt from counts. The half widths are those on the side of the later
    value: own_oom of the errors of the inputs alone (``by_inputs``), held_oom of the interval
    that holds what a verdict or another method asks for.
    """
    rows = taken.merge(
        by_inputs[["estimate_id", *FLOP]], left_on="estimate_ids", right_on="estimate_id"
    )
    rows = rows[rows["bound"].isna() & (rows["method"] != "hardware_time")]
    flop = rows[FLOP[0]]
    is_above = rows["later_flop"] > flop

    def side(name: str) -> pd.Series:
        """Half width, towards the later value, of the interval in columns of a name."""
        ratio = (rows[f"{name}_ci90_high"] / flop).where(is_above, flop / rows[f"{name}_ci90_low"])
        return ratio.map(np.log10)

    return rows[["system_id", "confidence"]].assign(
        distance_oom=(rows["later_flop"] / flop).map(np.log10),
        own_oom=side("training_compute_flop"),
        held_oom=side("training_compute_estimated_flop"),
    )
