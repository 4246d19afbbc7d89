"""Systems that tell of the errors of estimates: later values, and two methods for one system."""

from __future__ import annotations

import numpy as np
import pandas as pd

from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import CONFIDENCES
from compute_trends.estimate.choice import FLOP, choose_compute
from compute_trends.estimate.error_model import (
    Errors,
    Evidence,
    UtilizationFit,
    fit_utilization,
)
from compute_trends.estimate.evaluation import Own, evaluate, own_half_widths
from compute_trends.estimate.utilization import hold_contradictions, implied_utilization
from compute_trends.estimate.verdicts import Judgements
from compute_trends.settings.estimate import Choice, Uncertainty
from compute_trends.tables.dictionary import typed


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
        Raw table of this name; of each system the latest counts.
    judgements, choice
        See `choice.choose_compute`.
    """

    def table(line: UtilizationFit | None) -> pd.DataFrame:
        """Estimates with the errors of their inputs alone."""
        errors = Errors(line, dict.fromkeys(CONFIDENCES, 0.0))
        rows = [evaluate(row, own, uncertainty=uncertainty, errors=errors) for row, own in read]
        return estimates_table(published, rows)

    least, preference = uncertainty.least_systems, choice.preference
    pairs = _pairs(implied_utilization(table(None), judgements, preference=preference))
    values = (pairs[name].to_numpy() for name in ("log_peak", "log_implied"))
    line = fit_utilization(*values) if len(pairs) >= least else None
    by_inputs = table(line)
    held = hold_contradictions(by_inputs, judgements, preference=preference)
    by_preference = choice.model_copy(update={"rule": "preference"})
    compute = choose_compute(held, judgements, choice=by_preference)
    return Evidence(_distances(compute, by_inputs, later_values), pairs, least=least)


def _pairs(utilization: pd.DataFrame) -> pd.DataFrame:
    """Systems whose two methods count the same, as `Evidence` takes them."""
    rows = utilization[utilization["comparable"]]
    implied = rows["implied_utilization"]
    return pd.DataFrame(
        {
            "system_id": rows["system_id"],
            "log_peak": np.log10(rows["counted_flop"] / implied),
            "log_implied": np.log10(implied),
        }
    )


def _distances(
    compute: pd.DataFrame, by_inputs: pd.DataFrame, later_values: pd.DataFrame
) -> pd.DataFrame:
    """Distance of each value taken to the latest of the later ones, in orders of magnitude.

    Left out are bounds, which are off to one side only, and what rests on the utilization of
    others, whose error is learnt from these. The half widths are those on the side of the later
    value: own_oom of the errors of the inputs alone (``by_inputs``), held_oom of the interval
    that holds what a verdict or another method asks for.
    """
    latest = later_values.sort_values("vintage").drop_duplicates("system_id", keep="last")
    later = latest.set_index("system_id")["training_compute_flop"].rename("later_flop")
    rows = compute.join(later, on="system_id", how="inner")
    rows = rows.merge(
        by_inputs[["estimate_id", *FLOP]], left_on="estimate_ids", right_on="estimate_id"
    )
    rows = rows[rows["bound"].isna() & (rows["method"] != "hardware_time")]
    distance = np.log10(rows["later_flop"] / rows[FLOP[0]])

    def side(name: str) -> pd.Series:
        """Half width, towards the later value, of the interval that columns of a name hold."""
        low, high = (
            np.log10(rows[f"{name}_ci90_{end}"] / rows[FLOP[0]]) for end in ("low", "high")
        )
        return high.where(distance > 0, -low)

    return rows[["system_id", "confidence"]].assign(
        distance_oom=distance,
        own_oom=side("training_compute_flop"),
        held_oom=side("training_compute_estimated_flop"),
    )
