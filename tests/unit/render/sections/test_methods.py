from __future__ import annotations

import pandas as pd

from compute_trends.common.vocabulary import CONVENTIONS
from compute_trends.render.sections.methods import convention_counts

from ..conftest import ShowSection


def test_conventions_are_counted_by_their_codes() -> None:
    estimates = pd.DataFrame(
        {
            "system_id": ["a", "a", "b", "c"],
            "conventions": ["run; board", "run", "run", None],
        }
    )
    counts = {
        row["code"]: (row["n"], row["systems"])
        for row in convention_counts({"estimates": estimates})
    }
    assert counts == {"board": (1, 1), "run": (3, 2)}


def test_every_convention_has_a_row_that_shows_it(
    show: ShowSection, tables: dict[str, pd.DataFrame]
) -> None:
    [table] = [one for one in show("methods").all("figure") if "each convention" in one.text]
    cells = tables["estimates"]["conventions"].dropna().str.split("; ").explode()
    assert [(row[0], int(row[2])) for row in table.rows()] == [
        (code, (cells == code).sum()) for code in CONVENTIONS
    ]


def test_without_conventions_there_is_no_table_of_them(
    show: ShowSection, tables: dict[str, pd.DataFrame]
) -> None:
    estimates = tables["estimates"].assign(conventions=None)
    assert "each convention decided" not in show("methods", estimates=estimates).text
