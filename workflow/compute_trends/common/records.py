"""Rows of a table, or of the config, as dicts."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd

Record = dict[str, Any]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts, missing values as None."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return cast(list[dict[str, Any]], rows)
