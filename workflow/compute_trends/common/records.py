"""Rows of a table, or of the config, as dicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

Record = dict[str, Any]


def records(frame: pd.DataFrame) -> list[Record]:
    """Rows as dicts, missing values as None."""
    cells = frame.to_numpy(dtype=object).copy()
    cells[frame.isna().to_numpy()] = None
    names = list(frame.columns)
    return [dict(zip(names, row, strict=True)) for row in cells.tolist()]


def by_name(tables: Iterable[Mapping[str, pd.DataFrame]]) -> dict[str, list[pd.DataFrame]]:
    """Tables of several exports, each by name, as for each name a list in their order."""
    lists: dict[str, list[pd.DataFrame]] = {}
    for of_one in tables:
        for name, table in of_one.items():
            lists.setdefault(name, []).append(table)
    return lists
