"""Tables at the borders of the stages: reading, checking against a schema, writing.

Raw tables are described in ``data/raw/datapackage.json``, generated ones in
``workflow/schemas/tables.yaml``; both are Frictionless table schemas.
"""

from __future__ import annotations

import csv
import functools
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any, cast

import pandas as pd
import yaml

from .problems import InputError, Problem, stop_on

SCHEMAS = Path(__file__).parents[1] / "schemas" / "tables.yaml"
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
PANDAS_TYPES = {
    "string": "str",
    "number": "float64",
    "integer": "Int64",
    "boolean": "bool",
    "date": "datetime64[s]",
}

Resource = dict[str, Any]


@functools.cache
def generated_resources() -> dict[str, Resource]:
    """Schemas of the tables that a run writes, by name."""
    described = yaml.safe_load(SCHEMAS.read_text(encoding="utf-8"))
    return {resource["name"]: resource for resource in described["resources"]}


def column_names(table: str) -> list[str]:
    """Names of a generated table's columns, in order."""
    return [field["name"] for field in generated_resources()[table]["fields"]]


def typed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """A generated table's columns in order and with the types of its schema.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table; a column that it lacks is missing throughout.
    name : str
        Name of the table in ``workflow/schemas/tables.yaml``.
    """
    fields = generated_resources()[name]["fields"]
    types = {field["name"]: PANDAS_TYPES[field.get("type", "string")] for field in fields}
    return frame.reindex(columns=list(types)).astype(types)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts, missing values as None."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return cast(list[dict[str, Any]], rows)


def raw_resource(datapackage: str, name: str) -> Resource:
    """Schema of a raw table.

    Parameters
    ----------
    datapackage : str
        Path of ``datapackage.json``.
    name : str
        Name of the resource, such as ``annotations``.

    Returns
    -------
    dict
        ``name``, ``fields`` and ``primaryKey`` as in a generated table's schema.

    Raises
    ------
    InputError
        If the data package cannot be read or has no such resource.
    """
    try:
        package = json.loads(Path(datapackage).read_text(encoding="utf-8"))
        schemas = {resource["name"]: resource["schema"] for resource in package["resources"]}
        schema = schemas[name]
        return {"name": name, "fields": schema["fields"], "primaryKey": schema["primaryKey"]}
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError([Problem(datapackage, None, None, str(error), "JSON in UTF-8")]) from error
    except (KeyError, TypeError) as error:
        expected = f"a resource named {name} with schema, fields and primaryKey"
        raise InputError([Problem(datapackage, None, None, None, expected)]) from error


def read_raw(path: str, resource: Resource) -> pd.DataFrame:
    """Read a hand-kept CSV file as text, losing nothing.

    Parameters
    ----------
    path : str
        CSV file in UTF-8, with or without a byte order mark.
    resource : dict
        Schema; its fields must be the file's columns, in any order.

    Returns
    -------
    pandas.DataFrame
        Text cells, empty where nothing was written; columns in the schema's
        order; the index is the row as a spreadsheet counts it (header = 1).

    Raises
    ------
    InputError
        If the file is no UTF-8 or no CSV, a column is missing, unknown or
        doubled, a row has more or fewer cells than the header, a required cell
        is empty, or a key is doubled.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            # A line break within a cell is the same whatever program wrote it.
            text = file.read().replace("\r\n", "\n")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError([Problem(path, None, None, str(error), "a CSV file in UTF-8")]) from error
    names = [field["name"] for field in resource["fields"]]
    if not rows:
        raise InputError([Problem(path, None, None, "an empty file", "at least a header")])
    header = rows[0]
    if len(header) == 1 and header[0].count(";") >= len(names) - 1:
        hint = "commas between the cells; export the file with commas"
        raise InputError([Problem(path, 1, None, "semicolons", hint)])
    problems = [
        Problem(path, 1, name, None, "this column, once")
        for name in names
        if header.count(name) != 1
    ]
    problems += [
        Problem(path, 1, name, None, f"only the columns {', '.join(names)}")
        for name in header
        if name not in names
    ]
    problems += [
        Problem(path, number, None, f"{len(row)} cells", f"{len(header)} cells, as in the header")
        for number, row in enumerate(rows[1:], start=2)
        if row and len(row) != len(header)
    ]
    stop_on(problems)
    numbered = {number: row for number, row in enumerate(rows[1:], start=2) if row}
    frame = pd.DataFrame(
        list(numbered.values()),
        columns=header,
        index=pd.Index(list(numbered), dtype="int64"),
        dtype="str",
    )[names]
    key = resource["primaryKey"]
    doubled = frame.index[frame.duplicated(key, keep=False)]
    problems = [
        Problem(path, int(row), ", ".join(key), ", ".join(frame.loc[row, key]), "a key of its own")
        for row in doubled
    ]
    problems += [
        Problem(path, int(row), field["name"], None, "a value")
        for field in resource["fields"]
        if field.get("constraints", {}).get("required") or field["name"] in key
        for row in frame.index[frame[field["name"]] == ""]
    ]
    stop_on(problems)
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
    for field in resource["fields"]:
        name, kind = field["name"], field.get("type", "string")
        if name not in frame:
            continue
        text = frame[name].str.strip()
        text = text.where(text != "")
        readable = text.isna() | text.map(lambda cell, kind=kind: _is_readable(cell, kind))
        expected = {"number": "a number", "integer": "a whole number", "date": "a date y-m-d"}
        wanted = expected.get(kind, kind) + _unit(field)
        problems += [
            Problem(file, int(row), name, str(text[row]), wanted) for row in frame.index[~readable]
        ]
        text = text.where(readable)
        if kind == "integer":
            parsed[name] = text.astype("float64").astype("Int64")
        elif kind == "string":
            parsed[name] = text
        else:
            parsed[name] = text.astype(PANDAS_TYPES[kind])
    return parsed, problems


def _unit(field: Resource) -> str:
    """The unit of a field as the end of a message."""
    return f" (unit: {field['unit']})" if "unit" in field else ""


def _is_readable(cell: object, kind: str) -> bool:
    """Whether a text cell can be read as a value of this kind."""
    if not isinstance(cell, str) or kind == "string":
        return True
    if kind == "date":
        try:
            date.fromisoformat(cell)
        except ValueError:
            return False
        return True
    number = NUMBER.fullmatch(cell) is not None and float(cell) < float("inf")
    return number and (kind == "number" or float(cell).is_integer())


def table_problems(frame: pd.DataFrame, resource: Resource, file: str) -> list[Problem]:
    """Check columns against the constraints of their schema.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns of the schema's types; the index is the row number to name in messages.
    resource : dict
        Schema: fields with constraints, and ``primaryKey``.
    file : str
        File to name in messages.

    Returns
    -------
    list of Problem
        Every cell that breaks a constraint.
    """
    # Here, because it takes a fifth of a second that jobs which only read need not spend.
    import pandera.pandas as pa

    def column(field: Resource) -> pa.Column:
        constraints = field.get("constraints", {})
        checks = []
        if "enum" in constraints:
            options = ", ".join(str(option) for option in constraints["enum"])
            checks.append(pa.Check.isin(constraints["enum"], error=f"one of {options}"))
        if "minimum" in constraints:
            least = constraints["minimum"]
            checks.append(pa.Check.ge(least, error=f"at least {least:g}{_unit(field)}"))
        if "maximum" in constraints:
            most = constraints["maximum"]
            checks.append(pa.Check.le(most, error=f"at most {most:g}{_unit(field)}"))
        if "pattern" in constraints:
            form = constraints["pattern"]
            checks.append(pa.Check.str_matches(f"^(?:{form})$", error=f"the form {form}"))
        return pa.Column(
            dtype=None,
            checks=checks,
            nullable=not constraints.get("required", False),
            unique=constraints.get("unique", False),
        )

    schema = pa.DataFrameSchema(
        {field["name"]: column(field) for field in resource["fields"]},
        strict=True,
        unique=resource.get("primaryKey"),
    )
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        return _problems(error.failure_cases, resource, file)
    return []


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
    parsed, problems = parse_columns(read_raw(path, resource), resource, path)
    stop_on(problems or table_problems(parsed, resource, path))
    return parsed


def _problems(cases: pd.DataFrame, resource: Resource, file: str) -> list[Problem]:
    """Translate pandera's failure cases into problems with a place."""
    key = ", ".join(resource.get("primaryKey", []))
    wording = {
        "not_nullable": "a value",
        "field_uniqueness": "a value that no other row has",
        "multiple_fields_uniqueness": f"a combination of {key} that no other row has",
        "column_in_dataframe": "this column",
        "column_in_schema": "no such column",
    }
    problems = []
    for case in cases.to_dict("records"):
        about_column = str(case["check"]).startswith("column_in")
        missing = pd.isna(case["failure_case"])
        problem = Problem(
            file=file,
            row=None if pd.isna(case["index"]) else int(case["index"]),
            column=str(case["failure_case"] if about_column else case["column"]),
            value=None if about_column or missing else as_written(case["failure_case"]),
            expected=wording.get(case["check"], str(case["check"])),
        )
        if problem not in problems:
            problems.append(problem)
    return problems


def as_written(value: object) -> str:
    """A value for a message: whole numbers without the decimals that pandas gave them."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def write_table(frame: pd.DataFrame, path: str, name: str) -> None:
    """Check a generated table and write it, columns in the order of its schema.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table, with the columns of its schema.
    path : str
        CSV file to write: UTF-8, full precision, dates as y-m-d.
    name : str
        Name of the table in ``workflow/schemas/tables.yaml``.

    Raises
    ------
    InputError
        If the table breaks its schema.
    """
    numbered = frame.set_axis(pd.RangeIndex(2, len(frame) + 2), axis="index")
    stop_on(table_problems(numbered, generated_resources()[name], path))
    numbered[column_names(name)].to_csv(
        path, index=False, lineterminator="\n", date_format="%Y-%m-%d"
    )


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
    """
    fields = generated_resources()[name]["fields"]
    kinds = {field["name"]: field.get("type", "string") for field in fields}
    return pd.read_csv(
        path,
        dtype={name: PANDAS_TYPES[kind] for name, kind in kinds.items() if kind != "date"},
        parse_dates=[name for name, kind in kinds.items() if kind == "date"],
        keep_default_na=False,
        na_values=[""],
    )
