"""What chips can do at most: no system needs more operations than its chips could execute."""

from __future__ import annotations

import logging

import pandas as pd

from compute_trends.common.numbers import as_written
from compute_trends.common.problems import Problem, stop_on
from compute_trends.common.records import Record, records
from compute_trends.settings.estimate import Physics
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

# Kinds of utilization that may be high: operations that are done twice count, or none was measured.
MAY_BE_HIGH = ("hfu", "rule_of_thumb")
# What lets one estimate count more than the chips of another could do: column of the count or of
# the estimate from chips and time, values in it, and the explanation.
EXPLANATIONS = (
    ("bound", ("high",), "the count is a ceiling"),
    ("bound_timed", ("low",), "chips and time are a floor"),
    ("scope", ("more", "other_run"), "the count is of more or of another run"),
    ("scope_timed", ("part", "without_data", "other_run"), "chips and time are of less or other"),
)
# Digits that a source rounds away, and no more
ROUNDING = 1 + 1e-9


def check_physics(
    estimates: pd.DataFrame, inputs: pd.DataFrame, *, settings: Physics, file: str
) -> pd.DataFrame:
    """Hold counts and stated totals against what the chips of the same system could do.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Table of this name.
    inputs : pandas.DataFrame
        Raw table ``compute_inputs``: only the row of the file of each estimate is used.
    settings, file : Physics, str
        Highest utilization, what an impossible count does, and file of the inputs, to name in
        messages.

    Returns
    -------
    pandas.DataFrame
        Table ``physics``. What exceeds a limit without an explanation is logged as a warning,
        and so is a stated utilization above the highest.

    Raises
    ------
    InputError
        If a count is above what its chips could do and nothing explains it, and ``settings``
        say that this stops the run.
    """
    rows = dict(zip(inputs["estimate_id"], inputs.index, strict=True))
    pairs = physics_table(estimates, highest=settings.highest_utilization)
    impossible = []
    for pair in records(pairs):
        if pair["exceeds"] == "nothing" or pair["explained"]:
            continue
        problem = _pair_problem(pair, file, rows.get(pair["counted_id"]))
        is_count = "/operation_count" in pair["counted_id"]
        if pair["exceeds"] == "peak" and is_count and settings.impossible == "stop":
            impossible.append(problem)
        else:
            LOG.warning("%s", problem)
    stop_on(impossible)
    for estimate in records(_too_high(estimates, settings.highest_utilization)):
        kinds = " or ".join(MAY_BE_HIGH)
        expected = f"at most {settings.highest_utilization:g}, or utilization_kind {kinds}"
        value = as_written(estimate["utilization"])
        row = rows.get(estimate["estimate_id"])
        LOG.warning("%s", Problem(file, row, "utilization", value, expected))
    return pairs


def physics_table(estimates: pd.DataFrame, *, highest: float) -> pd.DataFrame:
    """Table ``physics``: each count or stated total with each estimate from chips and time.

    Parameters
    ----------
    highest : float
        Share of the peak rate that no training exceeds; the limit where no source states
        the utilization. A stated total, which may be of executed operations, is only held
        against the peak rate.
    """
    ours = estimates[estimates["basis"] == "estimated"]
    is_timed = ours["method"] == "hardware_time"
    pairs = ours[~is_timed].merge(ours[is_timed], on="system_id", suffixes=("", "_timed"))
    speed = pairs["peak_flop_per_second_timed"] * pairs["scale_factor_timed"].fillna(1.0)
    pairs["peak_flop"] = speed * pairs["chip_seconds_timed"]
    pairs["implied_utilization"] = pairs["training_compute_flop"] / pairs["peak_flop"]
    is_stated = ~pairs["assumed_timed"].fillna("").str.split("; ").map(_has_utilization)
    kinds = pairs["utilization_kind_timed"].fillna("stated")
    pairs["limit"] = pairs["utilization_timed"].where(is_stated, highest)
    pairs["limit_from"] = kinds.where(is_stated, "highest")
    is_total = pairs["method"] == "reported"
    pairs.loc[is_total, "limit"] = 1.0
    pairs.loc[is_total, "limit_from"] = "peak"
    share = pairs["implied_utilization"] / ROUNDING
    exceeds = pd.Series("nothing", pairs.index).mask(share > pairs["limit"], "limit")
    pairs["exceeds"] = exceeds.mask(share > 1, "peak")
    explained = [_explanation(pair) for pair in records(pairs)]
    pairs["explained"] = pd.Series(explained, pairs.index, dtype="str").where(
        share > pairs["limit"]
    )
    names = {
        "estimate_id": "counted_id",
        "estimate_id_timed": "timed_id",
        "training_compute_flop": "counted_flop",
    }
    kept = pairs.drop(columns=["hardware", "precision"])
    timed = {"hardware_timed": "hardware", "precision_timed": "precision"}
    return typed(kept.rename(columns=names | timed), "physics")


def _has_utilization(assumed: list[str]) -> bool:
    """Whether the utilization is among the inputs that no source states."""
    return "utilization" in assumed


def _explanation(pair: Record) -> str | None:
    """What lets the count of a pair be above its limit, joined by "; "."""
    found = [words for column, values, words in EXPLANATIONS if pair[column] in values]
    return "; ".join(found) or None


def _too_high(estimates: pd.DataFrame, highest: float) -> pd.DataFrame:
    """Estimates whose stated utilization no training reaches."""
    timed = estimates[estimates["method"] == "hardware_time"]
    assumed = timed["assumed"].fillna("").str.split("; ").map(_has_utilization)
    may_be_high = timed["utilization_kind"].isin(MAY_BE_HIGH)
    return timed[(timed["utilization"] > highest) & ~assumed.astype("bool") & ~may_be_high]


def _pair_problem(pair: Record, file: str, row: int | None) -> Problem:
    """Problem of a count or a total above its limit."""
    most = pair["limit"] * pair["peak_flop"]
    where = "the highest" if pair["limit_from"] == "highest" else "as stated"
    share = f"{pair['limit']:.3g} of the peak rate, {where}"
    if pair["exceeds"] == "peak":
        most, share = pair["peak_flop"], "their peak rate"
    expected = f"at most {most:.3g} FLOP from the chips of {pair['timed_id']} ({share})"
    value = f"{pair['counted_id']}: {pair['counted_flop']:.3g} FLOP"
    return Problem(file, row, "estimate_id", value, expected)
