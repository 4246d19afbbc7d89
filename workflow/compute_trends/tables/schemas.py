"""Columns and tables as the two schema files describe them, and what is wrong with these files.

``fields.yaml`` describes each column once; ``tables.yaml`` each table, with the names of its
columns and in what they differ there.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from compute_trends.common.problems import Problem, did_you_mean, nearest, stop_on
from compute_trends.common.records import Record
from compute_trends.common.safe_yaml import read_yaml_text
from compute_trends.tables.cells.dates import ORDERS

FIELDS, TABLES = "fields.yaml", "tables.yaml"
PANDAS_TYPES = {"string": "str", "number": "float64", "integer": "Int64", "boolean": "bool"}
PANDAS_TYPES["date"] = "datetime64[s]"
RAW = "raw"
STAGES = ("clean", "estimate", "fit", "checks", "vintages", "render")
# Of columns to print
ALL = "all"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table.

    Parameters
    ----------
    name : str
        Lower snake case, with the unit at the end.
    title : str or None
        Heading that people read, without the unit, where the name in words is none.
    type : str
        One of `PANDAS_TYPES`.
    required, unique : bool
        Whether each row has a value, and whether no value stands in two rows.
    enum : tuple or None
        All values that there may be.
    pattern : str or None
        Regular expression that the whole text matches.
    date_order : str or None
        One of `ORDERS`, in which the file writes dates in numbers.
    """

    name: str
    type: str = "string"
    unit: str | None = None
    title: str | None = None
    description: str | None = None
    required: bool = False
    unique: bool = False
    minimum: float | None = None
    maximum: float | None = None
    enum: tuple[str | float, ...] | None = None
    pattern: str | None = None
    date_order: str | None = None

    @property
    def limits(self) -> tuple[float, float]:
        """Least and largest value, infinite where there is none."""
        least = -math.inf if self.minimum is None else self.minimum
        return least, math.inf if self.maximum is None else self.maximum


@dataclass(frozen=True, slots=True)
class Table:
    """A table that people keep or that a run writes.

    Parameters
    ----------
    title : str
        What its rows are.
    stage : str
        ``raw``, or the one of `STAGES` that writes it.
    key : tuple of str
        Columns that together tell rows apart.
    path, export_path : str or None
        Its file below the project, and that of the same table of an export, with ``{export}``
        for its name; one of them may be None.
    with_exports : bool
        Whether a run has it only with exports.
    description : str or None
        What to know about all of its cells.
    printed : tuple of str
        Columns in LaTeX and Markdown; empty if it is not printed.
    sources : tuple of dict
        Where a raw table comes from: ``title`` and, if there is one, ``path``.
    refers_to : dict of str to str
        Raw table whose key a column holds, by the column.
    """

    name: str
    title: str
    stage: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    path: str | None = None
    export_path: str | None = None
    with_exports: bool = False
    description: str | None = None
    printed: tuple[str, ...] = ()
    sources: tuple[dict[str, str], ...] = ()
    refers_to: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return [field.name for field in self.fields]

    def required_part(self) -> Table:
        """The table with only the columns that have a value in each row."""
        return replace(self, fields=tuple(field for field in self.fields if field.required))

    def field(self, column: str) -> Field:
        """Description of a column by its name."""
        return next(field for field in self.fields if field.name == column)


class Schemas(NamedTuple):
    """Hand-kept tables and those that a run writes, by name in the order of the file.

    ``package`` has ``contributors``, ``licence`` and ``sources`` of the data, as a Data Package
    has them.
    """

    raw: dict[str, Table]
    generated: dict[str, Table]
    package: Record


def _is_regex(value: object) -> bool:
    try:
        return isinstance(value, str) and re.compile(value) is not None
    except re.error:
        return False


# What an attribute must be, and each attribute of a column.
Check = tuple[Callable[[Any], bool], str]
TEXT: Check = (lambda value: isinstance(value, str) and value != "", "a text")
FLAG: Check = (lambda value: isinstance(value, bool), "true or false")
NUMBER: Check = (lambda value: type(value) in (int, float), "a number")
ATTRIBUTES: dict[str, Check] = {
    "type": (PANDAS_TYPES.__contains__, f"one of {', '.join(PANDAS_TYPES)}"),
    **{"unit": TEXT, "title": TEXT, "description": TEXT},
    **{"required": FLAG, "unique": FLAG},
    **{"minimum": NUMBER, "maximum": NUMBER},
    "enum": (lambda value: isinstance(value, list) and value != [], "a list of values"),
    "pattern": (_is_regex, "a regular expression"),
    "date_order": (ORDERS.__contains__, f"one of {', '.join(ORDERS)}"),
}
NEEDED = ("title", "stage", "key", "columns")
PLACES = ("path", "export_path", "with_exports")
MORE = (*PLACES, "description", "differs", "printed", "sources", "refers_to")
TABLE_ATTRIBUTES = (*NEEDED, *MORE)


def read_schemas(folder: Path) -> Schemas:
    """Read ``fields.yaml`` and ``tables.yaml`` of a folder.

    Raises
    ------
    InputError
        With everything in them that is no description of a column or of a table.
    """
    columns, content = (
        read_yaml_text((folder / file).read_text(encoding="utf-8")) for file in (FIELDS, TABLES)
    )
    raw = {name: {"stage": RAW, **entry} for name, entry in content["raw"].items()}
    generated = content["generated"]
    faults = [
        (FIELDS, name, *fault)
        for name, attributes in columns.items()
        for fault in _attribute_problems({"description": None, **attributes})
    ]
    for name, entry in [*raw.items(), *generated.items()]:
        faults += [(TABLES, name, *fault) for fault in _table_problems(entry, columns)]
    stop_on([Problem(str(folder / file), None, *fault) for file, *fault in faults])
    fields = {name: Field(name, **_values(attributes)) for name, attributes in columns.items()}
    raw_tables, run_tables = (
        {name: _table(name, entry, fields) for name, entry in entries.items()}
        for entries in (raw, generated)
    )
    return Schemas(raw_tables, run_tables, content["package"])


def _attribute_problems(attributes: Record) -> Iterator[tuple[str, str]]:
    """Yield what was found and what was expected, for each wrong attribute of a column."""
    for name, value in attributes.items():
        if name not in ATTRIBUTES:
            yield name, f"an attribute of a column; {did_you_mean(name, ATTRIBUTES)}"
        elif not ATTRIBUTES[name][0](value):
            yield f"{name}: {value}", ATTRIBUTES[name][1]


def _table_problems(entry: Record, described: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield what was found and what was expected, for each fault of a table's description."""
    for name in entry:
        if name not in TABLE_ATTRIBUTES:
            yield name, f"an attribute of a table; {did_you_mean(name, TABLE_ATTRIBUTES)}"
    missing = [name for name in NEEDED if name not in entry]
    missing += [] if entry.get("path") or entry.get("export_path") else ["path"]
    for name in missing:
        yield f"no {name}", f"{', '.join(NEEDED)} and a path"
    if missing:
        return
    if entry["stage"] not in (RAW, *STAGES):
        yield f"stage: {entry['stage']}", f"one of {', '.join(STAGES)}"
    columns = _flat(entry["columns"])
    for column, n in Counter(columns).items():
        if column not in described:
            near = "".join(f", such as {known}" for known in nearest(column, described))
            yield f"columns: {column}", f"a column that {FIELDS} describes{near}"
        elif n > 1:
            yield f"columns: {column}", "each column once"
    differs = _flat(entry.get("differs", []))
    for record in differs:
        changes = {k: v for k, v in record.items() if k != "columns" and v is not None}
        yield from _attribute_problems(changes)
    named = {
        "key": entry["key"],
        "printed": [] if entry.get("printed") == ALL else entry.get("printed", []),
        "differs": [record.get("columns", []) for record in differs],
        "refers_to": list(entry.get("refers_to", {})),
    }
    for name, places in named.items():
        for column in _flat(places):
            if column not in columns:
                yield f"{name}: {column}", f"a column of the table; {did_you_mean(column, columns)}"


def _table(name: str, entry: Record, fields: Mapping[str, Field]) -> Table:
    """A table with its columns as they are there."""
    own = {column: fields[column] for column in _flat(entry["columns"])}
    for record in _flat(entry.get("differs", [])):
        changes = _values(record)
        for column in _flat(changes.pop("columns")):
            own[column] = replace(own[column], **changes)
    key = tuple(entry["key"])
    for column in key:
        alone = own[column].unique or len(key) == 1
        own[column] = replace(own[column], required=True, unique=alone)
    printed = entry.get("printed", [])
    same = ("title", "stage", *PLACES, "description", "refers_to")
    return Table(
        name=name,
        fields=tuple(own.values()),
        key=key,
        printed=tuple(own if printed == ALL else _flat(printed)),
        sources=tuple(entry.get("sources", ())),
        **{attribute: entry[attribute] for attribute in same if attribute in entry},
    )


def _values(attributes: Record) -> Record:
    """Attributes of a column that cannot be changed."""
    enum = attributes.get("enum")
    return attributes | ({"enum": tuple(enum)} if enum else {})


def _flat(parts: Any) -> list[Any]:
    """Items of a list that may hold lists, which YAML cannot join; one item if it is no list."""
    if not isinstance(parts, list):
        return [parts]
    return [item for part in parts for item in _flat(part)]
