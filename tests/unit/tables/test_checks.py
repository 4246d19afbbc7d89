from __future__ import annotations

import pandas as pd

from compute_trends.tables.checks import table_problems
from compute_trends.tables.dictionary import generated_table


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
