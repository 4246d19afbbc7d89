"""What each table holds: its columns, their types, units and constraints."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, cast

import jsonschema
import pandas as pd
import yaml

from compute_trends.common.problems import InputError, Problem, stop_on
from compute_trends.common.project import SCHEMAS

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
