"""Values of a system that lie far apart, each with a verdict."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from compute_trends.common.problems import Problem, stop_on
from compute_trends.common.records import Record, records
from compute_trends.estimate.verdicts import name_of, verdicts_by_pair
from compute_trends.settings.estimate import Disagreements
from compute_trends.tables.dictionary import column_names, typed

LOG = logging.getLogger(__name__)

VERDICT_COLUMNS = ("right", "reason", "source_url", "source_locator")
FLOP = "training_compute_flop"
# The method, and so the name, of a value that is a mean of several estimates
MEAN = "geometric_mean"
# A verdict holds as long as the ratio of the two values stays within this factor of the
# one that was judged; more where it moves with what other systems imply.
SAME = 1.1
SAME_LEARNT = 1.5


class Pair(NamedTuple):
    """Two values of one system: rows of table ``estimates`` with a name, ``value``."""

    first: Record
    second: Record

    @property
    def key(self) -> tuple[str, frozenset[str]]:
        """System and names of the values; a pair has no order."""
        return str(self.first["system_id"]), frozenset((self.first["value"], self.second["value"]))

    @property
    def ratio(self) -> float:
        """The second value over the first."""
        return float(self.second[FLOP] / self.first[FLOP])

    @property
    def is_learnt(self) -> bool:
        """Whether one of them rests on the utilization that other systems imply."""
        return any(value["interval_from"] == "utilization" for value in self)

    @property
    def is_expected(self) -> bool:
        """Whether one of them rests on it and its interval holds the other: no verdict is due."""
        return any(
            value["interval_from"] == "utilization"
            and value[f"{FLOP}_ci90_low"] <= other[FLOP] <= value[f"{FLOP}_ci90_high"]
            for value, other in (self, self[::-1])
        )

    @property
    def has_mean(self) -> bool:
        """Whether the second value is a mean of methods, which needs no verdict."""
        return bool(self.second["value"] == MEAN)

    def __str__(self) -> str:
        first, second = (f"{value['value']} ({value[FLOP]:.3g} FLOP)" for value in self)
        return f"{self.first['system_id']}: {first} against {second}, ratio {self.ratio:.3g}"


def disagreements(
    estimates: pd.DataFrame,
    compute: pd.DataFrame,
    verdicts: pd.DataFrame,
    *,
    settings: Disagreements,
    file: str,
) -> pd.DataFrame:
    """Pairs of values of one system that lie far apart, each with the verdict on it.

    Parameters
    ----------
    verdicts : pandas.DataFrame
        Raw table ``discrepancies``; the index is the row of the ``file`` that messages name.
    settings : Disagreements
        Factor beyond which a pair disagrees, and what to do with one that has no verdict.

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
    values = estimates.assign(value=estimates["estimate_id"].map(name_of))
    by_pair = verdicts_by_pair(estimates["estimate_id"].to_list(), verdicts, file)
    estimate_ids = set(compute["estimate_ids"])
    rows: list[Record] = []
    problems = []
    for pair in _far_apart(pd.concat([values, _means(compute)]), settings.factor):
        verdict = by_pair.get(pair.key)
        ratio = _judged_ratio(verdict, pair.first["value"]) if verdict else None
        same = SAME_LEARNT if pair.is_learnt else SAME
        holds = ratio is not None and 1 / same < pair.ratio / ratio < same
        if not holds and not pair.has_mean and not pair.is_expected:
            found = None if ratio is None else f"a verdict on a ratio of {ratio:.3g}"
            problems.append(Problem(file, None, None, found, f"a verdict on {pair}"))
        reasons = {name: verdict[name] for name in VERDICT_COLUMNS} if verdict and holds else {}
        rows.append(_row(pair, estimate_ids) | reasons)
    for problem in problems:
        LOG.warning("%s", problem)
    if problems and settings.missing_verdict == "stop":
        key = "estimate.disagreements.missing_verdict"
        hint = "list, to go on without these verdicts"
        stop_on([*problems, Problem("config.yaml", None, key, "stop", hint)])
    return typed(pd.DataFrame(rows, columns=column_names("disagreements")), "disagreements")


def _row(pair: Pair, estimate_ids: set[str]) -> Record:
    """Row of table ``disagreements`` without a verdict; ids of what is a system's value."""
    first, second = pair
    return {
        "system_id": first["system_id"],
        "first": first["value"],
        "second": second["value"],
        "first_flop": first[FLOP],
        "second_flop": second[FLOP],
        "ratio": pair.ratio,
        "of_system": first["basis"] == "published" and second["estimate_id"] in estimate_ids,
    }


def _means(compute: pd.DataFrame) -> pd.DataFrame:
    """Means of estimates as values of their systems, in columns of table ``estimates``."""
    means = compute[compute["method"] == MEAN].assign(value=MEAN, basis="estimated")
    names = {"estimate_ids": "estimate_id", "training_compute_estimated_flop": FLOP}
    return means[["system_id", "value", "basis", *names]].rename(columns=names)


def _far_apart(values: pd.DataFrame, factor: float) -> Iterator[Pair]:
    """Pairs of values of each system that are further apart than a factor."""
    by_system: dict[str, list[Record]] = {}
    for row in records(values):
        by_system.setdefault(row["system_id"], []).append(row)
    for own in by_system.values():
        for first, second in itertools.combinations(own, 2):
            pair = Pair(first, second)
            # A mean of methods is held against the published value only.
            if pair.has_mean and first["basis"] != "published":
                continue
            if not 1 / factor <= pair.ratio <= factor:
                yield pair


def _judged_ratio(verdict: Record, first: str) -> float:
    """Ratio on which a verdict was given, the other value over the one named here first."""
    ratio = float(verdict["ratio"])
    return ratio if verdict["first"] == first else 1 / ratio
