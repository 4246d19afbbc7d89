"""Numbers and texts as people read them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

# Of a number that people read
MOST_DIGITS = 3


def fixed(value: float | None, digits: int = 1) -> str:
    """A number with so many decimals, or fewer where they would make more than three digits.

    Without decimals it is only rounded. Infinity as its sign; nothing for a missing value.
    """
    if value is None:
        return ""
    if np.isinf(value):
        return "∞"
    places = digits
    while places and len(f"{abs(value):.{places}f}".replace(".", "").lstrip("0")) > MOST_DIGITS:
        places -= 1
    if digits and abs(value) >= 10**MOST_DIGITS:
        value = float(f"{value:.{MOST_DIGITS}g}")
    return f"{value:.{places}f}"


def percent(oom_per_year: float | None) -> str:
    """A part of a change of growth as percent of growth per year; nothing where there is none."""
    if oom_per_year is None or np.isnan(oom_per_year):
        return ""
    value = 100 * (10**oom_per_year - 1)
    sign = "−" if value < -0.05 else "+" if value >= 0.05 else "±"
    return f"{sign}{fixed(abs(value))} %"


def plain(value: float) -> str:
    """A number as a person writes it: 390 408, 0.33, 1.746e11."""
    round_number = value >= 1e7 and float(f"{value:.3e}") == value
    if float(value).is_integer() and value < 1e10 and not round_number:
        return f"{int(value):,}".replace(",", "\N{NO-BREAK SPACE}")
    if 1e-3 <= value < 1e6:
        return f"{value:.6g}"
    mantissa, _, exponent = f"{value:.5e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


# Signs that begin what a spreadsheet program may run, and the full-width and small forms of them
# that it may take for them; OWASP, CSV injection.
SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
# Where a cell begins, or may begin in a program that separates cells by semicolons or tabs
AT_START, BEHIND = "^", "(?<=[;\t\r\n])"
RISKS = ((AT_START, f"(?='*[ \"]*[\t\r\n{SIGNS}])"), (BEHIND, f"(?='*[ \"]*[{SIGNS}])"))
FORMULA = re.compile("|".join(place + what for place, what in RISKS))
NEUTRAL = re.compile("|".join(f"{place}'{what}" for place, what in RISKS))


def shorten(text: str, width: int = 60) -> str:
    """A text for a message: cut where it is long."""
    return text if len(text) <= width else text[: width - 1] + "…"


def neutral(text: str) -> str:
    """A text that a spreadsheet program takes as text, not as a formula; see `restored`.

    An apostrophe is put before what begins with =, +, -, @ (or a wide or small form of them), a tab
    or a line break, before such signs behind a semicolon, a tab or a line break, and before what
    would be read as such a text with an apostrophe.
    """
    return FORMULA.sub("'", text)


def restored(texts: pd.Series) -> pd.Series:
    """Texts as they were before `neutral`."""
    if not texts.str.contains("'", regex=False, na=False).any():
        return texts
    return texts.str.replace(NEUTRAL, "", regex=True)


def as_written(value: object) -> str:
    """A value for a message: whole numbers without the decimals that pandas gave them."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)
