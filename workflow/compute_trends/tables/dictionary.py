"""Look-ups of what each table holds and where it is, by name."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from compute_trends.common.project import SCHEMAS
from compute_trends.tables.schemas import PANDAS_TYPES, RAW, Schemas, Table, read_schemas


@functools.cache
def schemas() -> Schemas:
    """Every table of the project."""
    return read_schemas(SCHEMAS)


def raw_table(name: str) -> Table:
    """A hand-kept table, such as ``annotations``."""
    return schemas().raw[name]


def generated_table(name: str) -> Table:
    """A table that a run writes, such as ``trends``."""
    return schemas().generated[name]


def tables_of(stage: str | None = None, *, printed: bool | None = None) -> list[Table]:
    """Tables in the order of ``tables.yaml``: hand-kept (``raw``), of a stage, or of all stages.

    If ``printed`` is not None, only those also written as LaTeX and Markdown, or only others.
    """
    tables = (schemas().raw if stage == RAW else schemas().generated).values()
    own = [table for table in tables if stage in (None, table.stage)]
    return [table for table in own if printed in (None, bool(table.printed))]


def path_of(name: str, *, export: str | None = None) -> str:
    """File of a generated table, of the annotations or of an export.

    Raises
    ------
    ValueError
        If there is no such file.
    """
    table = generated_table(name)
    path = table.path if export is None else table.export_path
    if path is None:
        raise ValueError(f"no file of table {name} {'with' if export else 'without'} an export")
    return path.format(export=export)


def table_at(path: str) -> tuple[Table, str | None]:
    """Generated table that a file is of, and the export that it is of, if it is of one.

    Raises
    ------
    ValueError
        If it is the file of no table.
    """
    export = Path(path).parent.name
    for table in tables_of():
        if path == table.path:
            return table, None
        if table.export_path is not None and path == table.export_path.format(export=export):
            return table, export
    raise ValueError(f"{path} is the file of no table")


def run_paths(exports: Sequence[str] = ()) -> list[str]:
    """Files of all tables that a run writes; without exports none that is only of them."""
    own = [table for table in tables_of() if table.stage != "vintages" and not table.with_exports]
    tables = tables_of() if exports else own
    of_exports = [table.export_path for table in tables if table.export_path]
    paths = [table.path for table in tables if table.path]
    return paths + [path.format(export=name) for name in exports for path in of_exports]


def column_names(name: str) -> list[str]:
    """Names of a generated table's columns, in order."""
    return generated_table(name).columns


def typed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """A generated table's columns in order and typed; one that is not there is all missing."""
    types = {field.name: PANDAS_TYPES[field.type] for field in generated_table(name).fields}
    return frame.reindex(columns=list(types)).astype(types)
