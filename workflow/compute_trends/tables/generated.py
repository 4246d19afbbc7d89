"""Tables that a run writes, checked and sealed, and reads back."""

from __future__ import annotations

import pandas as pd

from compute_trends.common.numbers import neutral, restored
from compute_trends.common.problems import stop_on
from compute_trends.run.seals import broken_seal, write_sealed
from compute_trends.tables.checks import table_problems
from compute_trends.tables.dictionary import generated_table
from compute_trends.tables.schemas import PANDAS_TYPES, Table


def write_table(frame: pd.DataFrame, path: str, name: str) -> None:
    """Check a generated table, write it and seal it, columns in the order of its schema.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table, with the columns of its schema.
    path : str
        CSV file to write: UTF-8, full precision, dates as y-m-d; text that a
        spreadsheet program would run as a formula stands behind an apostrophe.
    name : str
        Name of the table in ``workflow/schemas/tables.yaml``.

    Raises
    ------
    InputError
        If the table breaks its schema.
    """
    numbered = frame.set_axis(pd.RangeIndex(2, len(frame) + 2), axis="index")
    table = generated_table(name)
    stop_on(table_problems(numbered, table, path))
    written = numbered[table.columns].copy()
    for column in _columns_of("string", table):
        written[column] = written[column].map(neutral, na_action="ignore")
    text = written.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
    write_sealed(path, text)


def _columns_of(kind: str, table: Table) -> list[str]:
    """Columns of a type."""
    return [field.name for field in table.fields if field.type == kind]


def read_table(path: str, name: str) -> pd.DataFrame:
    """Read a table that an earlier stage wrote, with the types of its schema.

    Parameters
    ----------
    path : str
        CSV file written by `write_table`.
    name : str
        Name of the table in ``workflow/schemas/tables.yaml``.

    Returns
    -------
    pandas.DataFrame
        Typed columns, rows numbered from 0.

    Raises
    ------
    InputError
        If the file is not what the stage wrote.
    """
    stop_on(broken_seal(path))
    table = generated_table(name)
    dates = _columns_of("date", table)
    frame = pd.read_csv(
        path,
        dtype={f.name: PANDAS_TYPES[f.type] for f in table.fields if f.type != "date"},
        parse_dates=dates,
        keep_default_na=False,
        na_values=[""],
    )
    for column in _columns_of("string", table):
        frame[column] = restored(frame[column])
    # A column of dates without any is not recognized as one.
    return frame.astype(dict.fromkeys(dates, PANDAS_TYPES["date"]))
