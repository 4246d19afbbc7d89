"""Made-up rows of any generated table, for tests of what is printed."""

from __future__ import annotations

from itertools import count, cycle, islice

import pandas as pd

from compute_trends.tables.dictionary import typed
from compute_trends.tables.schemas import Field, Table

# Where a cell holds no text of any kind
CELLS = {
    "choice": ["start"],
    "option": ["2009-12-31"],
    "faster": ["2009-12-31"],
    "slower": ["2012-09-29"],
    "period": ["2009-12-31/2022-02-01"],
    "estimate_id": ["alexnet/operation_count_2"],
    "estimate_ids": ["alexnet/operation_count_2; alexnet/hardware_time"],
    "system_id": ["alexnet"],
    "trend": ["from_2010_regular"],
    "group": ["from_2015_large"],
    "dataset": ["paper_tables"],
    "column": ["slope_oom_per_year_ci95_low"],
}


def made_up_rows(table: Table, rows: int = 2) -> pd.DataFrame:
    """Rows with each code of a column, and with numbers of which no two are equal."""
    numbers = count(101)
    frame = {field.name: _cells(field, rows, numbers) for field in table.fields}
    return typed(pd.DataFrame(frame), table.name)


def most_codes(table: Table) -> int:
    """Rows that it takes to show each code of each column."""
    return max(len(field.enum or ()) for field in table.fields) or 1


def _cells(field: Field, rows: int, numbers: count[int]) -> list[object]:
    if field.type in ("number", "integer"):
        return [float(next(numbers)) for _ in range(rows)]
    if field.type == "date":
        return [pd.Timestamp("2010-01-02")] * rows
    if field.type == "boolean":
        return [True] * rows
    texts = field.enum or CELLS.get(field.name, ["Some words that a reader understands"])
    return list(islice(cycle(texts), rows))
