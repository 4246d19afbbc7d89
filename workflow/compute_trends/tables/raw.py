"""Tables at the borders of the stages: reading, checking against a schema, writing.

Raw tables are described in ``data/raw/datapackage.json``, generated ones in
``workflow/schemas/tables.yaml``; both are Frictionless table schemas.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from compute_trends.common.numbers import shorten
from compute_trends.common.problems import InputError, Problem, stop_on
from compute_trends.tables.cells.columns import Parsed, strip_cells
from compute_trends.tables.cells.dates import parse_dates
from compute_trends.tables.cells.numbers import decimal_mark, parse_integers, parse_numbers
from compute_trends.tables.cells.sheet import read_sheet
from compute_trends.tables.checks import table_problems, unit_hint
from compute_trends.tables.dictionary import Resource, raw_resource


def read_raw(path: str, resource: Resource) -> pd.DataFrame:
    """Read a hand-kept CSV file as text, losing nothing.

    Parameters
    ----------
    path : str
        CSV file as people's programs write it; see `cells.read_sheet`.
    resource : dict
        Schema; its fields must be the file's columns, in any order.

    Returns
    -------
    pandas.DataFrame
        Text cells, empty where nothing was written; columns in the schema's
        order; the index is the row as a spreadsheet counts it (header = 1).
        ``attrs["decimal"]`` is the decimal mark that goes with the file's separator
        of cells, None if that leaves it open.

    Raises
    ------
    InputError
        If the file cannot be read, is no text in UTF-8 or no CSV, a column is
        missing, unknown or doubled, or a row has more or fewer cells than the header.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        found = error.strerror or str(error)
        raise InputError([Problem(path, None, None, found, "a file that can be read")]) from error
    names = [field["name"] for field in resource["fields"]]
    sheet = read_sheet(data, names)
    stop_on([Problem(path, *fault) for fault in sheet.faults])
    if not sheet.rows:
        raise InputError([Problem(path, None, None, "an empty file", "at least a header")])
    top, *below = sheet.rows
    header = [cell.strip() for cell in sheet.rows[top]]
    problems = [
        Problem(path, top, name, None, "this column, once")
        for name in names
        if header.count(name) != 1
    ]
    problems += [
        Problem(path, top, name, None, f"only the columns {', '.join(names)}")
        for name in header
        if name not in names
    ]
    problems += [
        Problem(path, row, None, f"{n} cells", f"{len(header)} cells, as in the header")
        for row in below
        if (n := len(sheet.rows[row])) != len(header)
    ]
    stop_on(problems)
    frame = pd.DataFrame(
        [sheet.rows[row] for row in below],
        columns=header,
        index=pd.Index(below, dtype="int64"),
        dtype="str",
    )[names]
    frame.attrs["decimal"] = sheet.decimal
    return frame


def parse_columns(
    frame: pd.DataFrame, resource: Resource, file: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Give text columns the types of their schema.

    Parameters
    ----------
    frame : pandas.DataFrame
        Text cells; the index is the row number in ``file``.
    resource : dict
        Schema. Fields without a column in ``frame`` are passed over.
    file : str
        File to name in messages.

    Returns
    -------
    parsed : pandas.DataFrame
        Typed columns; an empty cell is a missing value, and so is one that
        cannot be read.
    problems : list of Problem
        Every cell that is not of its column's type.
    """
    parsed = frame.copy()
    problems: list[Problem] = []
    fields = [field for field in resource["fields"] if field["name"] in frame]
    decimal = frame.attrs.get("decimal", ".")
    if decimal is None:
        numbers = [f["name"] for f in fields if f.get("type") in ("number", "integer")]
        decimal = decimal_mark([frame[name] for name in numbers])
    for field in fields:
        name = field["name"]
        read, expected = _parse(frame[name], field, decimal)
        parsed[name] = read
        problems += [
            Problem(file, int(str(row)), name, shorten(str(frame.at[row, name]).strip()), wanted)
            for row, wanted in (expected + unit_hint(field)).items()
        ]
    return parsed, problems


def _parse(texts: pd.Series, field: Resource, decimal: str | None) -> Parsed:
    """Values of a column of text cells, and what was expected of those that cannot be read."""
    kind = field.get("type", "string")
    if kind == "number":
        return parse_numbers(texts, decimal=decimal)
    if kind == "integer":
        return parse_integers(texts, decimal=decimal)
    if kind == "boolean":
        cells = strip_cells(texts)
        values = cells.str.lower().map({"true": True, "false": False}).astype("boolean")
        unread = cells[cells.notna() & values.isna()]
        return Parsed(values, unread.mask(unread.notna(), "True or False"))
    if kind == "date":
        dates = parse_dates(texts, order=field.get("dateOrder"))
        # Neither a month nor a year is a day that a period can begin with.
        vague = dates.precision.notna() & (dates.precision != "day")
        hints = pd.Series("a date y-m-d", index=texts.index[vague], dtype="str")
        generic = dates.expected.replace("a date", "a date y-m-d")
        return Parsed(dates.day.mask(vague), pd.concat([generic, hints]).sort_index())
    return Parsed(strip_cells(texts), pd.Series(dtype="str"))


def read_checked(path: str, datapackage: str, name: str) -> pd.DataFrame:
    """Read a hand-kept file with the types and constraints of its schema.

    Parameters
    ----------
    path : str
        CSV file.
    datapackage : str
        Path of ``datapackage.json``.
    name : str
        Name of the file's resource in it.

    Returns
    -------
    pandas.DataFrame
        Typed columns; the index is the row as a spreadsheet counts it.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    resource = raw_resource(datapackage, name)
    parsed, problems = check_raw(read_raw(path, resource), resource, path)
    stop_on(problems)
    return parsed


def check_raw(
    frame: pd.DataFrame, resource: Resource, file: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Types and constraints of a table of text cells.

    Parameters
    ----------
    frame : pandas.DataFrame
        From `read_raw`.
    resource : dict
        Its schema, or a part of it; other columns are left out.
    file : str
        File to name in messages.

    Returns
    -------
    parsed : pandas.DataFrame
        Typed columns; missing where a cell is empty or cannot be read.
    problems : list of Problem
        Every cell that cannot be read or breaks a constraint.
    """
    names = [field["name"] for field in resource["fields"]]
    parsed, problems = parse_columns(frame[names], resource, file)
    told = {(problem.row, problem.column) for problem in problems}
    problems += [
        problem
        for problem in table_problems(parsed, resource, file)
        if (problem.row, problem.column) not in told
    ]
    return parsed, problems
