"""Verdicts on values of one system that disagree: which are worse, and which stay open."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

import pandas as pd

from compute_trends.common.problems import Problem, stop_on
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import NO_WINNER

# Verdicts that leave both values possible
OPEN = ("undecided", "neither")
# System, and the names of two of its values, in no order
PairKey = tuple[str, frozenset[str]]


@dataclass(frozen=True)
class Judgements:
    """What the verdicts say of the values of systems, by system; values go by their name.

    Parameters
    ----------
    better : mapping of str to list of (str, str)
        Pairs of a value and of the better one.
    undecided : mapping of str to list of (str, str)
        Pairs of which both values stay possible.
    file : str
        File of the verdicts, to name in messages.
    """

    better: Mapping[str, list[tuple[str, str]]] = field(default_factory=dict)
    undecided: Mapping[str, list[tuple[str, str]]] = field(default_factory=dict)
    file: str = ""

    def worse(self, system: str, values: Collection[str]) -> set[str]:
        """Names of the values of a system that a verdict calls worse than one of ``values``."""
        return {worse for worse, better in self.better.get(system, []) if better in values}

    def held(self, system: str, values: Collection[str]) -> set[str]:
        """Names of ``values`` of a system that stay as possible as another one of them."""
        pairs = (pair for pair in self.undecided.get(system, []) if set(pair) <= set(values))
        return {name for pair in pairs for name in pair}


def name_of(estimate_id: str) -> str:
    """Name of a value among those of its system: its estimate_id behind the slash."""
    return estimate_id.partition("/")[2]


def judge(estimate_ids: Collection[str], verdicts: pd.DataFrame, *, file: str) -> Judgements:
    """Verdicts as they steer the choice among the values of each system.

    Parameters
    ----------
    estimate_ids : collection of str
        Every value, ``system/published`` among them.
    verdicts : pandas.DataFrame
        Raw table ``discrepancies``; the index is the row of the ``file`` that messages name.

    Raises
    ------
    InputError
        See `verdicts_by_pair`; and if verdicts on a system contradict each other.
    """
    better: dict[str, list[tuple[str, str]]] = {}
    undecided: dict[str, list[tuple[str, str]]] = {}
    for (system, names), verdict in verdicts_by_pair(estimate_ids, verdicts, file).items():
        right = str(verdict["right"])
        if right in OPEN:
            undecided.setdefault(system, []).append((verdict["first"], verdict["second"]))
        elif right in names:
            [wrong] = names - {right}
            better.setdefault(system, []).append((wrong, right))
    stop_on(list(_contradictions(better, file)))
    return Judgements(better, undecided, file)


def _contradictions(better: Mapping[str, list[tuple[str, str]]], file: str) -> Iterator[Problem]:
    """Yield a problem for each system whose verdicts run in a circle."""
    for system, pairs in better.items():
        graph: dict[str, set[str]] = {}
        for worse, value in pairs:
            graph.setdefault(worse, set()).add(value)
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = ", worse than ".join(error.args[1])
            expected = f"verdicts on {system} that do not contradict each other"
            yield Problem(file, None, "right", circle, expected)


def verdicts_by_pair(
    estimate_ids: Collection[str], verdicts: pd.DataFrame, file: str
) -> dict[PairKey, Record]:
    """Verdicts by the system and the names of the two values.

    Parameters
    ----------
    estimate_ids, verdicts, file
        See `judge`.

    Raises
    ------
    InputError
        If a verdict is about values that do not exist, names none of them as right, or
        stands there twice.
    """
    known: dict[str, list[str]] = {}
    for key in estimate_ids:
        known.setdefault(key.partition("/")[0], []).append(name_of(key))
    by_pair: dict[PairKey, Record] = {}
    problems = []
    for row, verdict in zip(verdicts.index.to_list(), records(verdicts), strict=True):
        system, *names = (str(verdict[column]) for column in ("system_id", "first", "second"))
        if system not in known:
            expected = "a system_id of data/processed/systems.csv"
            problems.append(Problem(file, row, "system_id", system, expected))
            continue
        for column, value in zip(("first", "second"), names, strict=True):
            if value not in known[system]:
                expected = f"one of {', '.join(known[system])}"
                problems.append(Problem(file, row, column, value, expected))
        if names[0] == names[1]:
            problems.append(Problem(file, row, "second", names[1], "another value than the first"))
        if verdict["right"] not in (*names, *NO_WINNER):
            expected = f"one of {', '.join((*names, *NO_WINNER))}"
            problems.append(Problem(file, row, "right", str(verdict["right"]), expected))
        pair = (system, frozenset(names))
        if pair in by_pair:
            problems.append(Problem(file, row, "first, second", ", ".join(names), "one verdict"))
        by_pair[pair] = verdict
    stop_on(problems)
    return by_pair
