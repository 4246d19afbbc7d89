"""Which of a system's estimates is its value on the basis ``estimated``."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd

from compute_trends.common.problems import InputError, Problem, stop_on
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import CONFIDENCES
from compute_trends.estimate.formulas import Z90
from compute_trends.estimate.ranks import FLOP, rank_estimates
from compute_trends.estimate.utilization import contradictions
from compute_trends.estimate.verdicts import Judgements, name_of
from compute_trends.settings.estimate import ALTERNATIVES, Choice
from compute_trends.tables.dictionary import column_names, typed

LOG = logging.getLogger(__name__)

# What else a value says of itself.
ABOUT = ["method", "confidence", "assumed", "scope", "operations", "bound", "interval_from"]
# Systems that a message names.
MOST_NAMES = 20
PUBLISHED = "published"


def candidates(estimates: pd.DataFrame, judgements: Judgements, choice: Choice) -> pd.DataFrame:
    """Estimates that may be the value of their system, the preferred ones first.

    Parameters
    ----------
    estimates, judgements, choice
        See `choose_compute`, also for the errors.

    Returns
    -------
    pandas.DataFrame
        Rows of table ``estimates``: of the convention asked for, and none that a verdict
        calls worse than another one of them or than the published value.
    """
    ranked = rank_estimates(estimates, choice.preference)
    if choice.replayable_only:
        ranked = ranked[ranked["method"] != "reported"]
    without_data = ranked["scope"] == "without_data"
    if choice.generated_data == "left_out":
        has_other = ranked["system_id"].isin(ranked.loc[without_data, "system_id"])
        ranked = ranked[without_data | ~has_other]
    else:
        ranked = ranked[~without_data]
    names = ranked["estimate_id"].map(name_of)
    # The published value cannot be replayed either.
    others = set() if choice.replayable_only else {PUBLISHED}
    standing = pd.Series(True, index=ranked.index)
    problems = []
    for system, own in names.groupby(ranked["system_id"]):
        worse = judgements.worse(str(system), {*own, *others})
        standing[own.index] = ~own.isin(worse)
        if not standing[own.index].any():
            expected = "an estimate of this system that no verdict calls worse than another value"
            problems.append(
                Problem(judgements.file, None, "right", f"{system}: {', '.join(own)}", expected)
            )
    stop_on(problems)
    return ranked[standing]


def choose_compute(
    estimates: pd.DataFrame, judgements: Judgements, *, choice: Choice
) -> pd.DataFrame:
    """Training compute of each system, one column per basis.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Table ``estimates``.
    judgements : Judgements
        What verdicts call worse is not chosen; the interval of a value that a verdict
        leaves open holds the other value, too.
    choice : Choice
        Its rule ``preference`` takes the estimate that stands first; ``geometric_mean``
        takes the geometric mean over the computed methods of a system, each by its
        preferred estimate, and a reported total where there is none.

    Returns
    -------
    pandas.DataFrame
        Table ``compute``, in the order of the published estimates. The columns of
        the basis ``estimated`` are missing where there is no such estimate.

    Raises
    ------
    InputError
        If verdicts call each estimate of a system worse than another value.
    """
    ranked = candidates(estimates, judgements, choice)
    if choice.rule == "preference":
        chosen = ranked.drop_duplicates("system_id").rename(columns={"estimate_id": "estimate_ids"})
    else:
        one_each = ranked.drop_duplicates(["system_id", "method"])
        is_computed = one_each["method"] != "reported"
        is_alone = ~one_each["system_id"].isin(one_each.loc[is_computed, "system_id"])
        chosen = _geometric_mean(one_each[is_computed | is_alone])
    chosen = _with_held_values(chosen, estimates, ranked, judgements, choice)
    values = chosen[[*FLOP, "system_id", *ABOUT, "estimate_ids"]].rename(
        columns=lambda name: name.replace("_flop", "_estimated_flop")
    )
    published = estimates.loc[estimates["basis"] == "published", ["system_id", FLOP[0]]]
    published.columns = pd.Index(["system_id", "training_compute_published_flop"])
    compute = published.merge(values, on="system_id", how="left", validate="one_to_one")
    estimated = compute["training_compute_estimated_flop"]
    ratio = estimated / compute["training_compute_published_flop"]
    compute["estimated_to_published_ratio"] = ratio
    return typed(compute, "compute")


def alternative_choices(choice: Choice) -> dict[str, Choice]:
    """Choices that differ from one in a single setting, by a name for what they do."""
    return {
        name: choice.model_copy(update={setting: value})
        for name, setting, value in ALTERNATIVES
        if getattr(choice, setting) != value
    }


def alternative_values(
    estimates: pd.DataFrame, compute: pd.DataFrame, judgements: Judgements, *, choice: Choice
) -> pd.DataFrame:
    """Table ``alternatives``: systems whose value another choice among their estimates changes.

    Parameters
    ----------
    compute : pandas.DataFrame
        What `choose_compute` gives from the other parameters.
    """
    taken = compute["estimate_ids"].fillna("")
    tables = []
    for name, other in alternative_choices(choice).items():
        try:
            values = choose_compute(estimates, judgements, choice=other)
        except InputError as error:
            LOG.warning("alternative %s is left out: %s", name, error)
            continue
        differ = values[values["estimate_ids"].fillna("") != taken]
        tables.append(differ.assign(alternative=name))
    columns = column_names("alternatives")
    return typed(pd.concat([pd.DataFrame(columns=columns), *tables]), "alternatives")


def warn_of_missing(compute: pd.DataFrame) -> None:
    """Say which systems of table ``compute`` have no value on the basis ``estimated``."""
    without = compute.loc[compute["training_compute_estimated_flop"].isna(), "system_id"]
    if len(without):
        more = ", and others" if len(without) > MOST_NAMES else ""
        listing = ", ".join(without[:MOST_NAMES]) + more
        LOG.warning("no value on basis estimated for %d systems: %s", len(without), listing)


def _with_held_values(
    chosen: pd.DataFrame,
    estimates: pd.DataFrame,
    ranked: pd.DataFrame,
    judgements: Judgements,
    choice: Choice,
) -> pd.DataFrame:
    """Chosen values with intervals that hold what may as well be right.

    That is what a verdict leaves as possible as others, and what another method gives that
    contradicts the chosen one.
    """
    flop = dict(zip(estimates["estimate_id"], estimates[FLOP[0]], strict=True))
    standing = ranked["estimate_id"].map(name_of).groupby(ranked["system_id"]).agg(set)
    against = contradictions(rank_estimates(estimates, choice.preference), judgements)
    rows = []
    for row in records(chosen):
        system = row["system_id"]
        names = standing[system]
        if PUBLISHED not in judgements.worse(system, names):
            names = names | {PUBLISHED}
        undecided = [flop[f"{system}/{name}"] for name in judgements.held(system, names)]
        for source, values in (
            ("methods", against.get(row["estimate_ids"], [])),
            ("verdict", undecided),
        ):
            ends = min([row[FLOP[1]], *values]), max([row[FLOP[2]], *values])
            if ends != (row[FLOP[1]], row[FLOP[2]]):
                row |= {"interval_from": source} | dict(zip(FLOP[1:], ends, strict=True))
        rows.append(row)
    return pd.DataFrame(rows, columns=chosen.columns)


def _geometric_mean(one_per_method: pd.DataFrame) -> pd.DataFrame:
    """Geometric mean of the estimates of each system, taken as independent and log-normal.

    Its interval is no narrower than the scatter between them, and holds each of them. It is
    as confident as the least confident of them, and assumes what any of them does.
    """
    rows: list[Record] = []
    columns = [*FLOP, "system_id", *ABOUT, "estimate_ids"]
    values = one_per_method.rename(columns={"estimate_id": "estimate_ids"})[columns]
    is_alone = ~values["system_id"].duplicated(keep=False)
    for system, group in values[~is_alone].groupby("system_id", sort=False):
        flop, low, high = (group[name] for name in FLOP)
        logs = np.log10(flop)
        # The half width in logs is as many standard deviations as that of each estimate.
        own = np.sqrt(((np.log10(high / low) / 2) ** 2).sum()) / len(group)
        off = (logs - logs.mean()).abs().max()
        half = max(own, Z90 * logs.std(ddof=1), off)
        ends = logs.mean(), logs.mean() - half, logs.mean() + half
        assumed = group["assumed"].dropna().str.split("; ").explode().drop_duplicates()
        rows.append(
            {
                "system_id": system,
                "method": "geometric_mean",
                "confidence": max(group["confidence"], key=CONFIDENCES.index),
                "assumed": "; ".join(assumed) or None,
                "interval_from": "methods",
                "estimate_ids": "; ".join(group["estimate_ids"]),
            }
            | {name: _same(group[name]) for name in ("scope", "operations", "bound")}
            | {name: 10**end for name, end in zip(FLOP, ends, strict=True)}
        )
    return pd.concat([values[is_alone], pd.DataFrame(rows, columns=columns)], ignore_index=True)


def _same(values: pd.Series) -> object:
    """The value that all have; None where they differ."""
    different = set(values.dropna())
    return values.iloc[0] if len(different) == 1 and values.notna().all() else None
