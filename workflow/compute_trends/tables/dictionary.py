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
    """Tables in the order of ``tables.yaml``.

    Parameters
    ----------
    stage : str or None
        ``raw`` for the hand-kept ones, or the stage that writes them; None for all
        stages.
    printed : bool or None
        Only tables that are also written as LaTeX and Markdown, or only others.
    """
    raw, generated, _ = schemas()
    return [
        table
        for table in (raw if stage == RAW else generated).values()
        if stage in (None, table.stage) and printed in (None, bool(table.printed))
    ]


def path_of(name: str, *, export: str | None = None) -> str:
    """File of a generated table.

    Parameters
    ----------
    name : str
        Name of the table.
    export : str or None
        Name of the export whose table it is; None for the table of the annotations.

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
    """Files of all tables that a run writes.

    Parameters
    ----------
    exports : sequence of str
        Names of its exports; without any there are no tables of stage ``vintages``.
    """
    tables = [table for table in tables_of() if exports or table.stage != "vintages"]
    own = [table.path for table in tables if table.path is not None]
    return own + [
        table.export_path.format(export=export)
        for export in exports
        for table in tables
        if table.export_path is not None
    ]


def column_names(name: str) -> list[str]:
    """Names of a generated table's columns, in order."""
    return generated_table(name).columns


def typed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """A generated table's columns in order and with the types of its schema.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table; a column that it lacks is missing throughout.
    name : str
        Name of the table in ``workflow/schemas/tables.yaml``.
    """
    types = {field.name: PANDAS_TYPES[field.type] for field in generated_table(name).fields}
    return frame.reindex(columns=list(types)).astype(types)
