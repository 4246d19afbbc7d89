"""Rows of a table, or of the config, as dicts."""

from __future__ import annotations

from typing import Any

import pandas as pd

Record = dict[str, Any]


def records(frame: pd.DataFrame) -> list[Record]:
    """Rows as dicts, missing values as None."""
    cells = frame.to_numpy(dtype=object).copy()
    cells[frame.isna().to_numpy()] = None
    names = list(frame.columns)
    return [dict(zip(names, row, strict=True)) for row in cells.tolist()]
