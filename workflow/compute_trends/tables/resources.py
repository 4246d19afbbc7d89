"""Tables described for other programs, as resources of a Data Package (version 2).

As a command, ``python -m compute_trends.tables.resources`` writes the data package of the
hand-kept tables, ``data/raw/datapackage.json``.
"""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

from compute_trends.common.project import PROJECT
from compute_trends.common.records import Record
from compute_trends.tables.dictionary import schemas
from compute_trends.tables.schemas import Field, Table

RAW_PACKAGE = "data/raw/datapackage.json"
# Says in a package which version of the standard it follows; the parts of it follow the same.
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def table_resource(table: Table, path: str, **more: object) -> Record:
    """Description of a table (https://datapackage.org/standard/data-resource/).

    Its path is relative to the package; ``more`` are further properties, such as ``hash``, or
    another ``name`` and ``title``.
    """
    about: Record = {"name": table.name, "path": path, "title": table.title}
    if table.description:
        about["description"] = table.description
    about |= {"type": "table", "format": "csv", "mediatype": "text/csv"}
    schema: Record = {"fields": [_field(field) for field in table.fields]}
    schema |= {"primaryKey": list(table.key), "missingValues": [""]}
    if table.refers_to:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": other, "fields": [column]}}
            for column, other in table.refers_to.items()
        ]
    return {**about, "encoding": "utf-8", **more, "schema": schema}


def _field(field: Field) -> Record:
    """A column as the specification has it; pandas writes infinity and truth in its own way."""
    names = ("name", "type", "title", "unit", "description")
    attributes: Record = {name: getattr(field, name) for name in names}
    attributes["dateOrder"] = field.date_order
    attributes["constraints"] = {
        name: list(value) if isinstance(value, tuple) else value
        for name in ("required", "unique", "minimum", "maximum", "enum", "pattern")
        if (value := getattr(field, name)) is not None and value is not False
    }
    described = {name: value for name, value in attributes.items() if value not in (None, {})}
    if field.type == "boolean":
        described |= {"trueValues": ["True"], "falseValues": ["False"]}
    return described


def raw_package(folder: Path = PROJECT / "data" / "raw") -> Record:
    """Data package of the hand-kept tables, each compact file in their folder among them."""
    raw, _, about = schemas()
    licenses = [about["licence"]]
    files: list[tuple[Table, str, Record]] = [
        (table, path, {})
        for table in raw.values()
        if table.path is not None
        for path in [PurePosixPath(table.path).name]
    ]
    files += [
        (table, f"vintages/{file.name}", {"name": f"{table.name}_{file.stem}"})
        for table in raw.values()
        if table.path is None
        for file in sorted(folder.glob("vintages/*.csv"))
    ]
    return {
        "$schema": PROFILE,
        "name": "compute-trends-raw",
        "title": "Training compute of milestone machine-learning systems, raw annotations",
        "contributors": about["contributors"],
        "licenses": licenses,
        "sources": about["sources"],
        "resources": [
            table_resource(table, path, licenses=licenses, sources=list(table.sources), **more)
            for table, path, more in files
        ],
    }


def package_json(package: Record) -> str:
    """Text of a ``datapackage.json``."""
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (PROJECT / RAW_PACKAGE).write_text(package_json(raw_package()), encoding="utf-8")
