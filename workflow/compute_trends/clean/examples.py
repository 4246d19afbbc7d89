"""Some cells with their rows, as messages name them."""

from __future__ import annotations

import pandas as pd

SHOWN = 5


def named_cells(cells: pd.Series) -> str:
    """Some cells with their rows, and how many more there are; the index is the row."""
    some = ", ".join(f"row {row}: {cell}" for row, cell in cells.head(SHOWN).items())
    return some + (f" and {len(cells) - SHOWN} more" if len(cells) > SHOWN else "")


def bracketed(cells: pd.Series) -> str:
    """`named_cells` behind a blank, in brackets."""
    return f" ({named_cells(cells)})"
