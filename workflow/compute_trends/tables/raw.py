"""Tables at the borders of the stages: reading, checking against a schema, writing.

Raw tables are described in ``data/raw/datapackage.json``, generated ones in
``workflow/schemas/tables.yaml``; both are Frictionless table schemas.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, cast

import jsonschema
import pandas as pd
import yaml

from compute_trends.common.numbers import as_written, neutral, restored, shorten
from compute_trends.common.problems import InputError, Problem, stop_on
from compute_trends.common.project import SCHEMAS
from compute_trends.run.seals import broken_seal, write_sealed
from compute_trends.tables.cells.sheet import (
    Parsed,
    decimal_mark,
    parse_dates,
    parse_integers,
    parse_numbers,
    read_sheet,
    strip_cells,
)

# Safe, too, and several times faster, where PyYAML was built with it; each job waits for it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TABLES = SCHEMAS / "tables.yaml"
PANDAS_TYPES = {
    "string": "str",
    "number": "float64",
    "integer": "Int64",
    "boolean": "bool",
    "date": "datetime64[s]",
}

# What a table's schema must look like for its table to be checked.
RESOURCE_SCHEMA = """
type: object
properties:
  name: {type: string}
  primaryKey: {type: array, minItems: 1, items: {type: string}}
  fields:
    type: array
    minItems: 1
    items:
      type: object
      required: [name]
      properties:
        name: {type: string, minLength: 1}
        type: {enum: [string, number, integer, boolean, date]}
        unit: {type: string}
        dateOrder: {enum: [d/m/y, m/d/y]}
        constraints:
          type: object
          additionalProperties: false
          properties:
            required: {type: boolean}
            unique: {type: boolean}
            minimum: {type: number}
            maximum: {type: number}
            enum: {type: array, minItems: 1, items: {type: [string, number]}}
            pattern: {type: string, format: regex}
"""

Resource = dict[str, Any]


@functools.cache
def generated_resources() -> dict[str, Resource]:
    """Schemas of the tables that a run writes, by name."""
    described = yaml.load(TABLES.read_text(encoding="utf-8"), Loader=LOADER)
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
        resource = {"name": name, "fields": schema["fields"], "primaryKey": schema["primaryKey"]}
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError([Problem(datapackage, None, None, str(error), "JSON in UTF-8")]) from error
    except (KeyError, TypeError) as error:
        expected = f"a resource named {name} with schema, fields and primaryKey"
        raise InputError([Problem(datapackage, None, None, None, expected)]) from error
    shape = jsonschema.Draft202012Validator(
        yaml.safe_load(RESOURCE_SCHEMA), format_checker=jsonschema.FormatChecker(["regex"])
    )
    problems = [
        Problem(datapackage, None, f"{name}{error.json_path[1:]}", None, error.message)
        for error in shape.iter_errors(resource)
    ]
    stop_on(problems)
    names = [field["name"] for field in resource["fields"]]
    if len(set(names)) != len(names) or not set(resource["primaryKey"]) <= set(names):
        expected = "fields with names of their own, and among them those of the primary key"
        raise InputError([Problem(datapackage, None, name, None, expected)])
    return resource


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
            for row, wanted in (expected + _unit(field)).items()
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


def _unit(field: Resource) -> str:
    """The unit of a field as the end of a message."""
    return f" (unit: {field['unit']})" if "unit" in field else ""


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

    key = resource.get("primaryKey", [])

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
            nullable=not (constraints.get("required") or field["name"] in key),
            unique=constraints.get("unique", False),
        )

    schema = pa.DataFrameSchema(
        {field["name"]: column(field) for field in resource["fields"]},
        strict=True,
        unique=key or None,
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


def keys_only(resource: Resource) -> Resource:
    """The part of a schema that holds for cells which a correction may still replace."""
    fields = [
        field
        for field in resource["fields"]
        if field["name"] in resource["primaryKey"] or field.get("constraints", {}).get("required")
    ]
    return resource | {"fields": fields}


def date_order(resource: Resource, column: str) -> str | None:
    """Order of day and month that a schema states for a column; None if it does not."""
    field = next(field for field in resource["fields"] if field["name"] == column)
    return cast(str | None, field.get("dateOrder"))


def _problems(cases: pd.DataFrame, resource: Resource, file: str) -> list[Problem]:
    """Translate pandera's failure cases into problems with a place."""
    key = resource.get("primaryKey", [])
    alone = "a value that no other row has"
    together = f"a combination of {', '.join(key)} that no other row has"
    wording = {
        "not_nullable": "a value",
        "field_uniqueness": alone,
        "multiple_fields_uniqueness": alone if len(key) == 1 else together,
        "column_in_dataframe": "this column",
        "column_in_schema": "no such column",
    }
    problems = []
    for case in cases.to_dict("records"):
        about_column = str(case["check"]).startswith("column_in")
        missing = pd.isna(case["failure_case"])
        if missing and str(case["check"]).endswith("uniqueness"):
            # That it is missing is another problem.
            continue
        problem = Problem(
            file=file,
            row=None if pd.isna(case["index"]) else int(case["index"]),
            column=str(case["failure_case"] if about_column else case["column"]),
            value=None if about_column or missing else shorten(as_written(case["failure_case"])),
            expected=wording.get(case["check"], str(case["check"])),
        )
        if problem not in problems:
            problems.append(problem)
    return problems


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
    stop_on(table_problems(numbered, generated_resources()[name], path))
    written = numbered[column_names(name)].copy()
    for column in _texts(name):
        written[column] = written[column].map(neutral, na_action="ignore")
    text = written.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
    write_sealed(path, text)


def _texts(name: str) -> list[str]:
    """Columns of text of a generated table."""
    fields = generated_resources()[name]["fields"]
    return [field["name"] for field in fields if field.get("type", "string") == "string"]


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
    fields = generated_resources()[name]["fields"]
    kinds = {field["name"]: field.get("type", "string") for field in fields}
    frame = pd.read_csv(
        path,
        dtype={name: PANDAS_TYPES[kind] for name, kind in kinds.items() if kind != "date"},
        parse_dates=[name for name, kind in kinds.items() if kind == "date"],
        keep_default_na=False,
        na_values=[""],
    )
    for column in _texts(name):
        frame[column] = restored(frame[column])
    # A column of dates without any is not recognized as one.
    dates = [name for name, kind in kinds.items() if kind == "date"]
    return frame.astype(dict.fromkeys(dates, PANDAS_TYPES["date"]))
