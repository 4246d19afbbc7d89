"""Reasons to exclude rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from compute_trends.common.problems import Problem, stop_on


def first_reason(reasons: Mapping[str, pd.Series]) -> pd.Series:
    """Reason of each row: the first one that applies to it; missing where none does."""
    applies = pd.DataFrame(dict(reasons))
    reason = pd.Series(None, index=applies.index, dtype="str")
    for text in applies:
        reason = reason.mask(reason.isna() & applies[text], text)
    return reason


def require_system(systems: pd.DataFrame, reasons: Iterable[str], file: str) -> None:
    """Stop if no system of a file is left, and count what its rows were excluded for."""
    if systems.empty:
        counts = ", ".join(f"{n} x {reason}" for reason, n in Counter(reasons).most_common())
        found = f"no system left, all rows are excluded ({counts})" if counts else "no row"
        stop_on([Problem(file, None, None, found, "at least one system")])
