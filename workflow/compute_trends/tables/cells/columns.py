"""Columns of text cells: each different cell is read once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Signs that only look like a blank, or like nothing at all: joiners, marks of direction, selectors.
BLANKS = {ord(sign): " " for sign in "\u00a0\u2007\u2009\u202f"}
NOTHING = (
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0),
    *(*range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F)),
    *(*range(0x2060, 0x2070), *range(0xFE00, 0xFE10), *range(0xE0000, 0xE0200)),
)
INVISIBLE = BLANKS | dict.fromkeys(NOTHING)
# No number and no date is longer, and patterns take too long on cells that are.
LONGEST = 100


class Parsed(NamedTuple):
    """Values of a column of text cells.

    Parameters
    ----------
    value : pandas.Series
        Missing where the cell is empty or cannot be read.
    expected : pandas.Series of str
        Message of each cell that cannot be read.
    """

    value: pd.Series
    expected: pd.Series


def strip_cells(texts: pd.Series) -> pd.Series:
    """Cells without blanks at their ends and without invisible signs; missing where empty.

    No-break and thin spaces become plain ones.
    """
    cells, places = distinct(texts)
    stripped = pd.Series(cells, dtype="str").replace("", None)
    return pd.Series(stripped.array[places], index=texts.index)


def distinct(texts: pd.Series) -> tuple[list[str], NDArray[np.intp]]:
    """Each different cell once, stripped, and where among these each cell stands."""
    places, distinct = pd.factorize(texts.astype("str"), use_na_sentinel=False)
    return [stripped(cell) for cell in distinct], places


def stripped(cell: object) -> str:
    """A cell without blanks at its ends and without invisible signs; "" if it is missing."""
    if not isinstance(cell, str):
        return ""
    return cell.strip() if cell.isascii() else cell.translate(INVISIBLE).strip()


def spread(
    texts: pd.Series, places: NDArray[np.intp], values: pd.Series, expected: list[str]
) -> Parsed:
    """Values of different cells as those of all cells; nothing is expected where "" is."""
    told = np.array(expected, dtype=object)[places]
    unread = told != ""
    hints = pd.Series(told[unread], index=texts.index[unread], dtype="str")
    return Parsed(pd.Series(values.array[places], index=texts.index), hints)
