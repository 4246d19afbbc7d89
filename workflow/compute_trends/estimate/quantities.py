"""Numbers on the command line: as people write them, and how well they are known."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from compute_trends.tables.cells.numbers import read_number
from compute_trends.tables.checks import unit_hint
from compute_trends.tables.dictionary import raw_table

# What follows a number that is assumed, and perhaps the factor within which it lies
MARK = "~"
# A size that cannot be the one of a dense model: 8x7B, 671B-A37B, 671B MoE
MIXTURE = re.compile(r"\dx\d|-?A\d+B|moe|mixture|experts?\b", re.IGNORECASE)
ACTIVE = (
    "--active-parameters, those that one token uses: the total of a mixture of experts is not "
    "multiplied, and would overstate compute"
)


class Quantity(NamedTuple):
    """A number, and how well it is known.

    Parameters
    ----------
    assumed : bool
        Whether no source states it.
    factor : float or None
        Within which the true value lies with 90 % probability; None for that of the config.
    """

    value: float
    assumed: bool = False
    factor: float | None = None


def read_quantity(text: str) -> tuple[Quantity, str]:
    """Number of a text such as ``15.6T``, ``280e9~`` or ``280e9~3``, and what was expected.

    NaN where something else was expected.
    """
    number, mark, factor = text.partition(MARK)
    value, expected = read_number(number)
    if math.isnan(value):
        return Quantity(math.nan), expected or "a number"
    if not mark:
        return Quantity(value), ""
    if not factor.strip():
        return Quantity(value, assumed=True), ""
    within, _ = read_number(factor)
    if not 1 <= within <= 1e6:
        return Quantity(math.nan), f"a factor from 1 to 1e6 behind {MARK}, or nothing"
    return Quantity(value, assumed=True, factor=within), ""


def read_size(text: str) -> tuple[Quantity, str]:
    """The same for a number of parameters, where words tell of a mixture of experts."""
    quantity, expected = read_quantity(text)
    return quantity, ACTIVE if expected and MIXTURE.search(text) else expected


def out_of_range(value: float, column: str, per_unit: float = 1) -> str:
    """What was expected of a value that its column of compute_inputs.csv cannot hold; or "".

    The value is in units of its option, ``per_unit`` of those of the column.
    """
    field = raw_table("compute_inputs").field(column)
    least, most = (limit / per_unit for limit in field.limits)
    unit = unit_hint(field) if per_unit == 1 else ""
    if value < least:
        return f"at least {least:.3g}{unit}"
    return f"at most {most:.3g}{unit}" if value > most else ""
