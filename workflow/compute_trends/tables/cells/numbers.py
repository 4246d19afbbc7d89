"""Numbers as people and spreadsheets write them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

import pandas as pd

from compute_trends.tables.cells.columns import LONGEST, Parsed, distinct, spread, stripped

PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
SUPERSCRIPTS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
SUPERSCRIPT = re.compile("10([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$")
# "10^9", and the same behind a factor: "2.5 × 10^9"
ALONE = re.compile(r"^(?P<sign>[+-]?)10(?:\^|\*\*)(?P<power>[+-]?[0-9]+)$")
TIMES = re.compile(r"(?<!\s)\s*[×x*·]\s*10(?:\^|\*\*)(?P<power>[+-]?[0-9]+)$")
WORDS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12, "quadrillion": 15}
# Behind the digits: 405B, 15.6T
LETTERS = {"K": 3, "M": 6, "B": 9, "T": 12}
PARTS = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>[0-9](?:[0-9.,' ]*[0-9.,])?|[.,][0-9]+)"
    rf"(?:[eE](?P<exponent>[+-]?[0-9]+)| +(?P<word>{'|'.join(WORDS)})"
    rf"| ?(?P<letter>[{''.join(LETTERS)}]))?"
)
# Groups of three: the same sign between all of them, and another before the decimals.
# A single comma or dot before three digits could also be a decimal mark.
GROUPS = (
    (re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}(?:\.[0-9]+)?"), "."),
    (re.compile(r"[1-9][0-9]{0,2},[0-9]{3}\.[0-9]+"), "."),
    (re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?"), ","),
    (re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3},[0-9]+"), ","),
    (re.compile(r"[1-9][0-9]{0,2}(?:([ '])[0-9]{3})(?:\1[0-9]{3})*(?:\.[0-9]+)?"), "."),
    (re.compile(r"[1-9][0-9]{0,2}(?:([ '])[0-9]{3})(?:\1[0-9]{3})*,[0-9]+"), ","),
)
SINGLE = re.compile(r"[0-9]+\.?|[0-9]*(?P<mark>[.,])[0-9]+")
EITHER = re.compile(r"[1-9][0-9]{0,2}(?P<mark>[.,])[0-9]{3}")
# The largest whole number that no other number has the float of.
LARGEST_INTEGER = 2**53 - 1
# Value of a stripped cell, given the decimal mark of the file, and what was expected of it.
Reader = Callable[[str, str | None], tuple[float | None, str]]


def decimal_mark(columns: Sequence[pd.Series]) -> str | None:
    """The decimal mark that columns of one file, which one program wrote, show beyond doubt.

    Point or comma; None if no cell tells, or cells contradict each other.
    """
    marks = {_shown_mark(cell) for texts in columns for cell in distinct(texts)[0]} - {None}
    return marks.pop() if len(marks) == 1 else None


def parse_numbers(texts: pd.Series, *, decimal: str | None = ".") -> Parsed:
    """Read numbers as people and spreadsheets write them.

    Parameters
    ----------
    texts : pandas.Series of str
        Cells such as ``4.7e17``, ``1,2e9``, ``1,234,567``, ``2.5 × 10^9``,
        ``10 billion``, ``10B``. ``1,234`` is refused, because it may be 1234 or 1.234.
    decimal : str or None
        The decimal mark of the file, by which a single mark before three digits is
        read; None if it is not known, which refuses ``1.234``, too.

    Returns
    -------
    Parsed
        float64. Numbers that a float cannot hold are refused.
    """
    return _parsed(texts, _number, decimal, "float64")


def read_number(text: str) -> tuple[float, str]:
    """Value of one text, read like a cell of `parse_numbers`, and what was expected of it.

    NaN where it cannot be read, or is empty; "" where nothing else was expected.
    """
    return _number(stripped(text), ".")


def parse_integers(texts: pd.Series, *, decimal: str | None = ".") -> Parsed:
    """Read whole numbers (Int64), also those written as ``3.0``; see `parse_numbers`.

    Numbers beyond `LARGEST_INTEGER` are refused.
    """
    return _parsed(texts, _whole, decimal, "Int64")


def _parsed(texts: pd.Series, read: Reader, decimal: str | None, dtype: str) -> Parsed:
    """Values of a column, each different cell read once."""
    cells, places = distinct(texts)
    pairs = [read(cell, decimal) for cell in cells]
    values = pd.Series([value for value, _ in pairs], dtype=dtype)
    return spread(texts, places, values, [expected for _, expected in pairs])


def _number(cell: str, decimal: str | None) -> tuple[float, str]:
    """Value of a stripped cell, or NaN and what was expected; "" where nothing was."""
    if not cell:
        return math.nan, ""
    parts = _parts(cell)
    if parts is None:
        return math.nan, "a number"
    sign, digits, power = parts
    either = EITHER.fullmatch(digits)
    if either and either["mark"] != decimal:
        whole, point = re.sub("[.,]", "", digits), re.sub("[.,]", ".", digits)
        told = f"{whole}, or {point} with a decimal point (as written it may be either)"
        return math.nan, f"a number: {told}"
    plain = _plain(digits)
    if plain is None:
        return math.nan, "a number"
    value = float(f"{sign}{plain}e{power}")
    # What floats cannot hold becomes infinite or, near zero, zero.
    lost = math.isinf(value) or (value == 0 and plain.strip("0.") != "")
    return (math.nan, "a number") if lost else (value, "")


def _parts(cell: str) -> tuple[str, str, str] | None:
    """Sign, digits and power of ten of a number, None if it is none."""
    if len(cell) > LONGEST:
        return None
    if PLAIN.fullmatch(cell):
        mantissa, _, power = cell.lower().partition("e")
        digits = mantissa.lstrip("+-")
        return mantissa[: len(mantissa) - len(digits)], digits, power or "0"
    cell = SUPERSCRIPT.sub(lambda found: "10^" + found[1].translate(SUPERSCRIPTS), cell)
    cell = cell.replace("−", "-").replace("’", "'")
    cell = TIMES.sub(r"e\g<power>", ALONE.sub(r"\g<sign>1e\g<power>", cell))
    found = PARTS.fullmatch(cell)
    if found is None:
        return None
    power = found["exponent"] or str(WORDS.get(found["word"], LETTERS.get(found["letter"], 0)))
    return found["sign"], found["digits"], power


def _plain(digits: str) -> str | None:
    """Digits with a decimal point and without groups, None if they cannot be read."""
    if SINGLE.fullmatch(digits):
        return digits.replace(",", ".")
    for form, mark in GROUPS:
        if form.fullmatch(digits):
            return re.sub(rf"[^0-9{mark}]", "", digits).replace(",", ".")
    return None


def _shown_mark(cell: str) -> str | None:
    """The decimal mark that a number shows beyond doubt."""
    parts = _parts(cell) if cell else None
    if parts is None or EITHER.fullmatch(parts[1]):
        return None
    if single := SINGLE.fullmatch(parts[1]):
        return single["mark"]
    found = (mark for form, mark in GROUPS if form.fullmatch(parts[1]))
    # Groups apart by spaces tell nothing of the mark unless there is one.
    return next(found, None) if re.search("[.,]", parts[1]) else None


def _whole(cell: str, decimal: str | None) -> tuple[int | None, str]:
    """Value of a stripped cell that holds a whole number; see `_number`."""
    value, expected = _number(cell, decimal)
    if expected or not cell:
        return None, "a whole number" if expected == "a number" else expected
    if not value.is_integer() or abs(value) > LARGEST_INTEGER:
        return None, "a whole number"
    return int(value), ""
