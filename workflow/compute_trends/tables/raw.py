"""Hand-kept tables, read with every problem of their cells."""

from __future__ import annotations

import pandas as pd

from compute_trends.common.files import read_text_file
from compute_trends.common.numbers import shorten
from compute_trends.common.problems import InputError, Problem, stop_on
from compute_trends.tables.cells.columns import Parsed, strip_cells
from compute_trends.tables.cells.dates import parse_dates
from compute_trends.tables.cells.numbers import decimal_mark, parse_integers, parse_numbers
from compute_trends.tables.cells.sheet import read_sheet
from compute_trends.tables.checks import table_problems, unit_hint
from compute_trends.tables.dictionary import raw_table
from compute_trends.tables.schemas import Field, Table


def read_raw(path: str, table: Table) -> pd.DataFrame:
    """Read a hand-kept CSV file as text, losing nothing; see `read_sheet` for its forms.

    Returns
    -------
    pandas.DataFrame
        Text cells, empty where nothing was written; columns in the schema's order; the index is
        the row as a spreadsheet counts it (header = 1). ``attrs["decimal"]`` is `Sheet.decimal`.

    Raises
    ------
    InputError
        If the file cannot be read, is no text in UTF-8 or no CSV, a column is
        missing, unknown or doubled, a row has more or fewer cells than the header, or the
        last line has no end.
    """
    data = read_text_file(path)
    names = table.columns
    sheet = read_sheet(data, names)
    stop_on([Problem(path, *fault) for fault in (*sheet.faults, *filter(None, [sheet.cut]))])
    if not sheet.rows:
        raise InputError([Problem(path, None, None, "an empty file", "at least a header")])
    top, *below = sheet.rows
    header = [cell.strip() for cell in sheet.rows[top]]
    doubled = [name for name in names if header.count(name) != 1]
    problems = [Problem(path, top, name, None, "this column, once") for name in doubled]
    only = f"only the columns {', '.join(names)}"
    problems += [Problem(path, top, name, None, only) for name in header if name not in names]
    stop_on(problems)
    rows = [sheet.rows[row] for row in below]
    index = pd.Index(below, dtype="int64")
    frame = pd.DataFrame(rows, columns=header, index=index, dtype="str")[names]
    frame.attrs["decimal"] = sheet.decimal
    return frame


def parse_columns(
    frame: pd.DataFrame, table: Table, file: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Give text columns the types of their schema.

    Parameters
    ----------
    frame : pandas.DataFrame
        Text cells, of some or all columns of the schema; the index is the row number in ``file``.
    table : Table
        The schema.
    file : str
        File to name in messages.

    Returns
    -------
    parsed : pandas.DataFrame
        Typed columns; missing where a cell is empty or cannot be read.
    problems : list of Problem
        Every cell that is not of its column's type.
    """
    parsed = frame.copy()
    problems: list[Problem] = []
    fields = [field for field in table.fields if field.name in frame]
    decimal = frame.attrs.get("decimal", ".")
    if decimal is None:
        decimal = decimal_mark([frame[f.name] for f in fields if f.type in ("number", "integer")])
    for field in fields:
        name = field.name
        parsed[name], expected = _parse(frame[name], field, decimal)
        problems += [
            Problem(file, int(str(row)), name, shorten(str(frame.at[row, name]).strip()), wanted)
            for row, wanted in (expected + unit_hint(field)).items()
        ]
    return parsed, problems


def _parse(texts: pd.Series, field: Field, decimal: str | None) -> Parsed:
    """Values of a column of text cells, and what was expected of those that cannot be read."""
    if field.type == "number":
        return parse_numbers(texts, decimal=decimal)
    if field.type == "integer":
        return parse_integers(texts, decimal=decimal)
    if field.type == "boolean":
        cells = strip_cells(texts)
        values = cells.str.lower().map({"true": True, "false": False}).astype("boolean")
        unread = cells[cells.notna() & values.isna()]
        return Parsed(values, unread.mask(unread.notna(), "True or False"))
    if field.type == "date":
        dates = parse_dates(texts, order=field.date_order)
        # Neither a month nor a year is a day that a period can begin with.
        vague = dates.precision.notna() & (dates.precision != "day")
        hints = pd.Series("a date y-m-d", index=texts.index[vague], dtype="str")
        generic = dates.expected.replace("a date", "a date y-m-d")
        return Parsed(dates.day.mask(vague), pd.concat([generic, hints]).sort_index())
    return Parsed(strip_cells(texts), pd.Series(dtype="str"))


def read_checked(path: str, name: str) -> pd.DataFrame:
    """Read a hand-kept file as `read_raw`, with the types and constraints of its schema.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    table = raw_table(name)
    parsed, problems = check_raw(read_raw(path, table), table, path)
    stop_on(problems)
    return parsed


def check_raw(frame: pd.DataFrame, table: Table, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Types and constraints of a table of text cells; see `parse_columns` and `table_problems`.

    Columns that are not in ``table``, which may be a part of the schema, are left out; a cell
    that cannot be read is one problem.
    """
    parsed, problems = parse_columns(frame[table.columns], table, file)
    unread = {(problem.row, problem.column) for problem in problems}
    broken = table_problems(parsed, table, file)
    return parsed, problems + [p for p in broken if (p.row, p.column) not in unread]
