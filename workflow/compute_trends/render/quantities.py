"""Keys of the quantities that the page states, so that one quantity has one number everywhere."""

from __future__ import annotations

from typing import Any

# Of a trend that is fitted as the report stands by; tables of other methods name theirs.
OWN_METHOD = "least_squares"


def quantity(row: Any, name: str) -> str:
    """Key of what a column of a trend states: column, trend, data and method.

    Parameters
    ----------
    row : mapping
        A row with ``trend`` (or ``subject``) and ``basis``, of this project's systems, or with
        ``export``, of an export; and with ``method`` if that is not the report's own.
    name : str
        The column, such as ``growth_per_year``; its interval belongs to it.

    Returns
    -------
    str
        Such as ``growth_per_year all_from_2010 notable_2026_08_19 least_squares``. Places of the
        page with the same key show the same number and the same interval.
    """
    trend = row.get("trend") or row.get("subject")
    data = row.get("export") or row.get("basis")
    return f"{name} {trend} {data} {row.get('method') or OWN_METHOD}"
