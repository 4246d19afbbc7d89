"""By how much a number may differ on another kind of processor."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import NamedTuple

from compute_trends.common.project import SCHEMAS
from compute_trends.common.safe_yaml import read_yaml_text
from compute_trends.tables.schemas import TABLES


class Tolerance(NamedTuple):
    """Differences of two numbers that are the same, as a share of them.

    ``iterated`` in tables of ``iterated_tables`` and in columns that match a pattern of
    ``iterated_columns``, ``closed`` elsewhere.
    """

    closed: float
    iterated: float
    iterated_tables: list[str]
    iterated_columns: list[str]

    def of(self, table: str, column: str) -> float:
        """Tolerance of a column of a generated table."""
        steps = any(fnmatchcase(column, pattern) for pattern in self.iterated_columns)
        return self.iterated if steps or table in self.iterated_tables else self.closed


def read_tolerance() -> Tolerance:
    """Tolerance as ``tables.yaml`` states it."""
    text = (SCHEMAS / TABLES).read_text(encoding="utf-8")
    return Tolerance(**read_yaml_text(text)["tolerance"])
