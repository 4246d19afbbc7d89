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

    The CSV file is in UTF-8, with full precision and dates as y-m-d; text that a spreadsheet
    program would run as a formula stands behind an apostrophe.

    Raises
    ------
    InputError
        If the table breaks its schema.
    """
    table = generated_table(name)
    numbered = frame.set_axis(pd.RangeIndex(2, len(frame) + 2), axis="index")
    stop_on(table_problems(numbered, table, path))
    written = numbered[table.columns].copy()
    for column in _columns_of("string", table):
        written[column] = written[column].map(neutral, na_action="ignore")
    write_sealed(path, written.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d"))


def _columns_of(kind: str, table: Table) -> list[str]:
    """Columns of a type."""
    return [field.name for field in table.fields if field.type == kind]


def read_table(path: str, name: str) -> pd.DataFrame:
    """Read what `write_table` wrote, with the types of its schema and rows numbered from 0.

    Raises
    ------
    InputError
        If the file is not what the stage wrote.
    """
    stop_on(broken_seal(path))
    table = generated_table(name)
    dates = _columns_of("date", table)
    types = {f.name: PANDAS_TYPES[f.type] for f in table.fields if f.type != "date"}
    frame = pd.read_csv(path, dtype=types, parse_dates=dates, keep_default_na=False, na_values=[""])
    for column in _columns_of("string", table):
        frame[column] = restored(frame[column])
    # A column of dates without any is not recognized as one.
    return frame.astype(dict.fromkeys(dates, PANDAS_TYPES["date"]))
