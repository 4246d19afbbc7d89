"""Values of a system that lie far apart, each with a verdict."""

from __future__ import annotations

import itertools
import logging

import pandas as pd

from compute_trends.common.problems import Problem, stop_on
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import NO_WINNER
from compute_trends.tables.dictionary import column_names, typed

LOG = logging.getLogger(__name__)

VERDICT_COLUMNS = ("right", "reason", "source_url", "source_locator")


# A verdict holds as long as the ratio of the two values stays within this factor of the
# one that was judged.
SAME = 1.1


def disagreements(
    estimates: pd.DataFrame,
    compute: pd.DataFrame,
    verdicts: pd.DataFrame,
    *,
    factor: float,
    missing_verdict: str,
    file: str,
) -> pd.DataFrame:
    """Every pair of values of one system that lie far apart, with the verdict on it.

    Parameters
    ----------
    estimates, compute : pandas.DataFrame
        Tables of these names.
    verdicts : pandas.DataFrame
        Raw table ``discrepancies``; the index is the row of the file.
    factor : float
        Pairs further apart than this factor disagree.
    missing_verdict : str
        ``stop`` or ``list``: what to do with a pair that has no verdict.
    file : str
        File of the verdicts, to name in messages.

    Returns
    -------
    pandas.DataFrame
        Table ``disagreements``, in the order of the estimates.

    Raises
    ------
    InputError
        If a verdict is about values that do not exist, or names none of them as
        right, or stands there twice; and, if asked to stop, for each pair without
        a verdict, or with one that was given on another ratio.
    """
    values = estimates.assign(value=estimates["estimate_id"].str.partition("/")[2])
    by_pair = _read_verdicts(values, verdicts, file)
    means = compute[compute["method"] == "geometric_mean"].assign(
        value="geometric_mean", basis="estimated", estimate_id=compute["estimate_ids"]
    )
    means["training_compute_flop"] = means["training_compute_estimated_flop"]
    values = pd.concat([values, means])[
        ["system_id", "basis", "estimate_id", "value", "training_compute_flop"]
    ]
    chosen = set(compute["estimate_ids"])
    rows: list[Record] = []
    problems = []
    for system, group in values.groupby("system_id", sort=False):
        for first, second in itertools.combinations(records(group), 2):
            ratio = second["training_compute_flop"] / first["training_compute_flop"]
            mean = second["value"] == "geometric_mean"
            if 1 / factor <= ratio <= factor or (mean and first["basis"] != "published"):
                continue
            pair = (str(system), frozenset((first["value"], second["value"])))
            verdict = by_pair.get(pair)
            judged = _judged_ratio(verdict, first["value"]) if verdict else None
            if judged is not None and not 1 / SAME < ratio / judged < SAME:
                verdict = None
            if verdict is None and not mean:
                expected = (
                    f"a verdict on {system}: {first['value']} "
                    f"({first['training_compute_flop']:.3g} FLOP) against {second['value']} "
                    f"({second['training_compute_flop']:.3g} FLOP), ratio {ratio:.3g}"
                )
                found = None if judged is None else f"a verdict on a ratio of {judged:.3g}"
                problems.append(Problem(file, None, None, found, expected))
            rows.append(
                {
                    "system_id": system,
                    "first": first["value"],
                    "second": second["value"],
                    "first_flop": first["training_compute_flop"],
                    "second_flop": second["training_compute_flop"],
                    "ratio": ratio,
                    "of_system": first["basis"] == "published" and second["estimate_id"] in chosen,
                }
                | {name: verdict[name] for name in VERDICT_COLUMNS if verdict}
            )
    for problem in problems:
        LOG.warning("%s", problem)
    if problems and missing_verdict == "stop":
        key = "estimate.disagreements.missing_verdict"
        hint = "list, to go on without these verdicts"
        stop_on([*problems, Problem("config.yaml", None, key, "stop", hint)])
    return typed(pd.DataFrame(rows, columns=column_names("disagreements")), "disagreements")


def _read_verdicts(
    values: pd.DataFrame, verdicts: pd.DataFrame, file: str
) -> dict[tuple[str, frozenset[str]], Record]:
    """Verdicts by system and pair of values; a pair has no order."""
    known = values.groupby("system_id")["value"].agg(list).to_dict()
    by_pair: dict[tuple[str, frozenset[str]], Record] = {}
    problems = []
    for row, verdict in zip(verdicts.index.to_list(), records(verdicts), strict=True):
        system = str(verdict["system_id"])
        named = (str(verdict["first"]), str(verdict["second"]))
        if system not in known:
            expected = "a system_id of data/processed/systems.csv"
            problems.append(Problem(file, row, "system_id", system, expected))
            continue
        for column, value in zip(("first", "second"), named, strict=True):
            if value not in known[system]:
                expected = f"one of {', '.join(known[system])}"
                problems.append(Problem(file, row, column, value, expected))
        if named[0] == named[1]:
            problems.append(Problem(file, row, "second", named[1], "another value than the first"))
        if verdict["right"] not in (*named, *NO_WINNER):
            expected = f"one of {', '.join((*named, *NO_WINNER))}"
            problems.append(Problem(file, row, "right", str(verdict["right"]), expected))
        pair = (system, frozenset(named))
        if pair in by_pair:
            problems.append(Problem(file, row, "first, second", ", ".join(named), "one verdict"))
        by_pair[pair] = verdict
    stop_on(problems)
    return by_pair


def _judged_ratio(verdict: Record, first: str) -> float:
    """Ratio on which a verdict was given, the other value over the one named here first."""
    ratio = float(verdict["ratio"])
    return ratio if verdict["first"] == first else 1 / ratio
