"""Sections of the report: each a module here, and a template of its name.

A module says in which `PART` of the report its section stands and where in it (`ORDER`),
which tables it needs, by name (`TABLES`; hand-kept ones in `RAW_TABLES`, those of every export
in `EXPORT_TABLES`), and in ``digest`` what its template writes, under the template's names.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from typing import NamedTuple, Protocol, cast

from compute_trends.common.records import Record
from compute_trends.render.report_inputs import PAGE_TABLES, ReportInputs
from compute_trends.tables.dictionary import run_paths, table_at


class Part(NamedTuple):
    """A part of the report: sections that are shown together, with a title and a short one."""

    number: int
    name: str
    short: str
    title: str

    @property
    def id(self) -> str:
        """Its place in the page."""
        return f"part-{self.name}"


PARTS = (
    Part(1, "answer", "Answer", ""),
    Part(2, "paper", "Paper", "The paper of 2022, replayed"),
    Part(3, "systems", "Systems", "Every system, with its arithmetic"),
    Part(4, "methods", "Methods", "Proof of today's numbers, methods and data"),
)


class Section(Protocol):
    """Module of a section."""

    __name__: str
    PART: int
    ORDER: int
    TABLES: tuple[str, ...]

    def digest(self, inputs: ReportInputs) -> Record:
        """Numbers and rows of the template, by the template's names."""


SECTIONS = sorted(
    (
        cast(Section, importlib.import_module(f"{__name__}.{module.name}"))
        for module in pkgutil.iter_modules(__path__)
    ),
    key=lambda section: (section.PART, section.ORDER),
)


def names_in(attribute: str) -> list[str]:
    """Names of the tables that sections list as ``TABLES``, or as another such attribute."""
    return sorted({name for section in SECTIONS for name in getattr(section, attribute, ())})


def table_paths(exports: Sequence[str] = ()) -> list[str]:
    """Files of a run's tables that the report needs."""
    own, of_exports = [*names_in("TABLES"), *PAGE_TABLES], names_in("EXPORT_TABLES")
    tables = [(path, *table_at(path)) for path in run_paths(exports)]
    return [path for path, table, export in tables if table.name in (of_exports if export else own)]
