"""Reasons to exclude rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from compute_trends.clean.examples import named_cells
from compute_trends.common.notices import tell
from compute_trends.common.problems import Problem, stop_on

NO_NAME, NO_DATE = "no name", "no publication date"
NO_COMPUTE = "no training compute"
ZERO, BELOW_ONE = "training compute of zero", "training compute below 1 FLOP"
# Of a row that states a compute: more likely a slip than what was meant
SLIPS = (NO_NAME, NO_DATE, ZERO, BELOW_ONE)


def first_reason(reasons: Mapping[str, pd.Series]) -> pd.Series:
    """Reason of each row: the first one that applies to it; missing where none does."""
    applies = pd.DataFrame(dict(reasons))
    reason = pd.Series(None, index=applies.index, dtype="str")
    for text in applies:
        reason = reason.mask(reason.isna() & applies[text], text)
    return reason


def tell_slips(excluded: pd.DataFrame, file: str) -> None:
    """Tell on the terminal which rows with a compute are left out for one of `SLIPS`.

    The index of ``excluded`` is the row of the file.
    """
    stated = excluded[excluded["training_compute_flop"].notna()]
    for reason in SLIPS:
        rows = stated[stated["reason"] == reason]
        tell_left_out(rows["system"].fillna("without a name"), reason, file)


def tell_left_out(cells: pd.Series, why: str, file: str) -> None:
    """Tell on the terminal which rows are left out and why; the index is the row of the file."""
    if len(cells):
        tell(f"{file}: rows left out, {why}: {named_cells(cells)}")


def require_system(systems: pd.DataFrame, reasons: Iterable[str], file: str) -> None:
    """Stop if no system of a file is left, and count what its rows were excluded for."""
    if systems.empty:
        counts = ", ".join(f"{n} x {reason}" for reason, n in Counter(reasons).most_common())
        found = f"no system left, all rows are excluded ({counts})" if counts else "no row"
        stop_on([Problem(file, None, None, found, "at least one system")])
