from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pipeline import PaperRun

from compute_trends.common.problems import InputError
from compute_trends.estimate.choice import PUBLISHED
from compute_trends.estimate.verdicts import Judgements, judge, name_of

VALUES = [
    "net/published",
    "net/operation_count",
    "net/hardware_time",
    "net/reported",
    "b/published",
]


def verdict(first: str, second: str, right: str, system_id: str = "net") -> dict[str, Any]:
    return {"system_id": system_id, "first": first, "second": second, "right": right}


def judged(*verdicts: dict[str, Any]) -> Judgements:
    rows = pd.DataFrame(list(verdicts), columns=["system_id", "first", "second", "right"])
    rows.index += 2
    return judge(VALUES, rows, file="verdicts.csv")


def test_a_value_goes_by_what_stands_behind_its_system() -> None:
    assert name_of("net/operation_count_2") == "operation_count_2"


@pytest.mark.parametrize("turned", [False, True])
def test_the_right_value_is_better_than_the_other_one(turned: bool) -> None:
    names = ("published", "operation_count")
    found = judged(verdict(*(names[::-1] if turned else names), right="operation_count"))
    assert found.worse("net", {"published", "operation_count"}) == {"published"}
    assert found.held("net", set(names)) == set()


def test_a_value_is_worse_only_where_the_better_one_is_there() -> None:
    found = judged(verdict("operation_count", "hardware_time", "operation_count"))
    assert found.worse("net", {"hardware_time", "reported"}) == set()
    assert found.worse("other", {"operation_count", "hardware_time"}) == set()


def test_verdicts_need_not_be_closed_under_being_better() -> None:
    found = judged(
        verdict("operation_count", "hardware_time", "operation_count"),
        verdict("hardware_time", "reported", "hardware_time"),
    )
    everything = {"operation_count", "hardware_time", "reported"}
    assert found.worse("net", everything) == {"hardware_time", "reported"}


@pytest.mark.parametrize("right", ["undecided", "neither"])
def test_both_values_stay_possible_where_none_is_right(right: str) -> None:
    found = judged(verdict("published", "operation_count", right))
    pair = {"published", "operation_count"}
    assert found.worse("net", pair) == set()
    assert found.held("net", pair | {"reported"}) == pair
    assert found.held("net", {"operation_count", "reported"}) == set()
    assert found.held("b", pair) == set()


def test_two_values_that_count_different_things_say_nothing_of_each_other() -> None:
    found = judged(verdict("published", "operation_count", "both"))
    assert found == Judgements({}, {}, "verdicts.csv")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"right": "reported"}, "row 2, column right: found 'reported', expected one of published"),
        ({"right": "none"}, "row 2, column right: found 'none', expected one of published,"),
        ({"right": None}, "row 2, column right: found 'None', expected one of published,"),
        ({"second": "reported_2"}, "row 2, column second: found 'reported_2', expected one of pub"),
        ({"system_id": "nett"}, "row 2, column system_id: found 'nett', expected a system_id of"),
    ],
)
def test_a_verdict_that_names_none_of_its_values_stops(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        judged(verdict("published", "operation_count", "published") | changes)
    assert f"verdicts.csv, {message}" in str(caught.value)


def test_a_circle_of_verdicts_stops() -> None:
    with pytest.raises(InputError) as caught:
        judged(
            verdict("operation_count", "hardware_time", "operation_count"),
            verdict("hardware_time", "reported", "hardware_time"),
            verdict("reported", "operation_count", "reported"),
        )
    [problem] = caught.value.problems
    assert problem.file == "verdicts.csv" and problem.column == "right"
    assert problem.value is not None
    circle = problem.value.split(", worse than ")
    assert circle[0] == circle[-1]
    assert set(circle) == {"operation_count", "hardware_time", "reported"}
    assert problem.expected == "verdicts on net that do not contradict each other"


def test_every_system_with_a_circle_is_told() -> None:
    values = [f"{system}/{name}" for system in "ab" for name in ("x", "y", "z")]
    rows = [
        verdict(first, second, first, system)
        for system in "ab"
        for first, second in (("x", "y"), ("y", "z"), ("z", "x"))
    ]
    with pytest.raises(InputError) as caught:
        judge(values, pd.DataFrame(rows), file="verdicts.csv")
    assert len(caught.value.problems) == 2


def real_judgements(run: PaperRun) -> Judgements:
    ids = run["estimates"]["estimate_id"].to_list()
    return judge(ids, run.raw("discrepancies"), file="discrepancies.csv")


def test_no_real_value_that_is_taken_is_called_worse_than_another(paper_run: PaperRun) -> None:
    judgements = real_judgements(paper_run)
    candidates = paper_run["estimates"].query("scope != 'without_data'")
    names = candidates["estimate_id"].map(name_of)
    values = names.groupby(candidates["system_id"]).agg(set)
    for row in paper_run["compute"].dropna(subset="estimate_ids").to_dict("records"):
        system, chosen = row["system_id"], name_of(row["estimate_ids"])
        assert chosen not in judgements.worse(system, values[system]), system


def test_the_real_intervals_hold_what_verdicts_leave_open(paper_run: PaperRun) -> None:
    judgements = real_judgements(paper_run)
    estimates = paper_run["estimates"].set_index("estimate_id")["training_compute_flop"]
    compute = paper_run["compute"].set_index("system_id")
    scope = paper_run["estimates"].set_index("estimate_id")["scope"]
    n = 0
    for system, pairs in judgements.undecided.items():
        own = [key for key in estimates.index if key.startswith(f"{system}/")]
        counted = {name_of(key) for key in own if scope[key] != "without_data"}
        standing = counted - judgements.worse(system, counted)
        low, high = (
            compute.loc[system, f"training_compute_estimated_flop_ci90_{end}"]
            for end in ("low", "high")
        )
        for pair in pairs:
            if set(pair) <= standing:
                n += 1
                for name in pair:
                    assert low <= estimates[f"{system}/{name}"] <= high, (system, name)
    assert n >= 5
    assert PUBLISHED in {
        name for pairs in judgements.undecided.values() for p in pairs for name in p
    }
