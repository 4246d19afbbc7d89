from __future__ import annotations

import sys
from collections.abc import Callable

import pandas as pd
import pytest

from compute_trends.tables import checks
from compute_trends.tables.checks import table_problems
from compute_trends.tables.dictionary import generated_table
from compute_trends.tables.schemas import Field, Table

# A table with every kind of constraint
MADE_UP = Table(
    "made_up",
    "Made up",
    "fit",
    (
        Field("name", required=True, unique=True, pattern="[a-z]+"),
        Field("kind", enum=("one", "two")),
        Field("other", unique=True),
        Field("size", "number", minimum=0, maximum=10),
        Field("count", "integer", minimum=1),
    ),
    ("name",),
)


def made_up() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "name": ["a", "b", "c"],
            "kind": ["one", None, "two"],
            "other": [None, "x", None],
            "size": [0.0, 10.0, None],
            "count": [1, None, 2],
        },
        index=[2, 3, 4],
    )
    return frame.astype({"name": "str", "kind": "str", "other": "str", "count": "Int64"})


CHANGES: dict[str, Callable[[pd.DataFrame], object]] = {
    "missing": lambda frame: frame.assign(name=["a", None, "c"]),
    "twice": lambda frame: frame.assign(name=["a", "b", "b"]),
    "no form": lambda frame: frame.assign(name=["a", "B", "c"]),
    "more than the form": lambda frame: frame.assign(name=["a", "b", "c1"]),
    "unknown word": lambda frame: frame.assign(kind=["one", "three", None]),
    "twice with gaps": lambda frame: frame.assign(other=["x", "x", None]),
    "too small": lambda frame: frame.assign(size=[-1.0, None, 1.0]),
    "too large": lambda frame: frame.assign(size=[1.0, None, 11.0]),
    "infinite": lambda frame: frame.assign(size=[1.0, None, float("inf")]),
    "too few": lambda frame: frame.assign(count=pd.array([0, None, 1], "Int64")),
    "another type": lambda frame: frame.assign(size=["1", "2", "x"]),
    "numbers for text": lambda frame: frame.assign(name=[1, 2, 3]),
    "no column": lambda frame: frame.drop(columns="size"),
    "one column more": lambda frame: frame.assign(colour="red"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_what_breaks_a_constraint_is_never_passed_by(
    change: Callable[[pd.DataFrame], pd.DataFrame],
) -> None:
    assert table_problems(change(made_up()), MADE_UP, "m.csv") != []


def test_what_holds_is_told_without_a_library_that_takes_long_to_load(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pandera.pandas", None)  # Importing it fails.
    assert table_problems(made_up(), MADE_UP, "m.csv") == []
    assert table_problems(made_up().iloc[:0], MADE_UP, "m.csv") == []


def test_pandera_finds_nothing_either_in_what_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_holds", lambda *_: False)
    assert table_problems(made_up(), MADE_UP, "m.csv") == []


def test_constraints_are_told_with_their_place() -> None:
    frame = pd.DataFrame(
        {
            "trend": ["a", "a", None],
            "basis": ["published", "published", "guessed"],
            "system_id": "x",
        },
        index=[2, 3, 4],
    )
    told = {str(problem) for problem in table_problems(frame, generated_table("members"), "m.csv")}
    assert any("row 4, column trend: expected a value" in line for line in told)
    assert any("row 4, column basis: found 'guessed'" in line for line in told)
    assert any(
        "row 3" in line and "combination of trend, basis, system_id" in line for line in told
    )


def test_a_missing_and_an_unknown_column_are_told() -> None:
    frame = pd.DataFrame({"trend": ["a"], "basis": ["published"], "colour": ["red"]}, index=[2])
    told = {str(p) for p in table_problems(frame, generated_table("members"), "m.csv")}
    assert told == {
        "m.csv, column system_id: expected this column",
        "m.csv, column colour: expected no such column",
    }
