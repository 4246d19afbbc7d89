"""Files that describe columns and tables: what they say, and that their faults are told."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from project import ROOT

from compute_trends.common.problems import InputError
from compute_trends.tables.schemas import FIELDS, TABLES, read_schemas

SCHEMAS = ROOT / "workflow" / "schemas"
COLUMNS = """
name: {required: true, description: Name}
size: {type: number, unit: m, minimum: 0, maximum: 9, description: Size}
size_low: {type: number, unit: m, description: Lower end}
day: {type: date, description: Day}
"""
CONTENT = """
package: {licence: {name: CC-BY-4.0}, sources: [{title: Made up}]}
groups: {sizes: &sizes [size, size_low]}
raw:
  things:
    path: data/raw/things.csv
    title: Things
    key: [name]
    columns: [name, *sizes, day]
    differs:
      - {columns: *sizes, type: string, minimum: null, pattern: "[0-9]+"}
      - {columns: day, date_order: d/m/y}
generated:
  sizes:
    stage: fit
    path: results/sizes.csv
    export_path: results/{export}/sizes.csv
    title: Sizes
    key: [name, day]
    columns: [name, day, *sizes]
    printed: [name, size]
"""


def write(folder: Path, columns: str = COLUMNS, content: str = CONTENT) -> Path:
    (folder / FIELDS).write_text(columns)
    (folder / TABLES).write_text(content)
    return folder


def test_a_table_has_the_columns_as_they_are_described_but_for_what_differs(tmp_path: Path) -> None:
    schemas = read_schemas(write(tmp_path))
    sizes, things = schemas.generated["sizes"], schemas.raw["things"]
    assert sizes.columns == ["name", "day", "size", "size_low"]
    assert sizes.field("size").limits == (0, 9) and sizes.field("size").unit == "m"
    assert things.stage == "raw" and things.columns == ["name", "size", "size_low", "day"]
    size = things.field("size")
    assert (size.type, size.minimum, size.maximum) == ("string", None, 9)
    assert (size.unit, size.description, size.pattern) == ("m", "Size", "[0-9]+")
    assert things.field("day").date_order == "d/m/y" and sizes.field("day").date_order is None


def test_a_key_has_a_value_in_each_row_and_alone_each_value_once(tmp_path: Path) -> None:
    schemas = read_schemas(write(tmp_path))
    [name] = schemas.raw["things"].required_part().fields
    assert name.name == "name" and name.unique
    required = schemas.generated["sizes"].required_part().fields
    assert [(field.name, field.unique) for field in required] == [("name", False), ("day", False)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "unit: m, minimum: 0",
            "units: m",
            "size: found 'units', expected an attribute of a column; did you mean 'unit'?",
        ),
        ("type: date", "type: text", "day: found 'type: text', expected one of string, number"),
        ("minimum: 0", "minimum: low", "size: found 'minimum: low', expected a number"),
        ("minimum: 0", "enum: []", "size: found 'enum: []', expected a list of values"),
        ("minimum: 0", 'pattern: "("', "size: found 'pattern: (', expected a regular expression"),
        ("required: true", 'required: "yes"', "name: found 'required: yes', expected true or fal"),
        (", description: Size", "", "size: found 'description: None', expected a text"),
    ],
)
def test_a_column_that_is_not_described_well_is_told(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    folder = write(tmp_path, columns=COLUMNS.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        read_schemas(folder)
    assert f"{FIELDS}, column {message}" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "[name, day, *sizes]",
            "[name, day, *sizes, sized]",
            "found 'columns: sized', expected a column that fields.yaml describes, such as size",
        ),
        ("[name, day, *sizes]", "[name, day, *sizes, size]", "columns: size', expected each colu"),
        ("key: [name, day]", "key: [colour]", "found 'key: colour', expected a column of the tabl"),
        ("printed: [name, size]", "printed: [colour]", "found 'printed: colour', expected a colum"),
        ("stage: fit", "stage: fits", "found 'stage: fits', expected one of clean, estimate, fit"),
        (
            "title: Sizes",
            "titel: Sizes",
            "found 'titel', expected an attribute of a table; did you mean 'title'?",
        ),
        ("title: Sizes", "titel: Sizes", "found 'no title', expected title, stage, key, columns"),
        ("path: results/sizes.csv", "path: null\n    export_path: null", "found 'no path'"),
    ],
)
def test_a_table_that_is_not_described_well_is_told(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    if "null" in new:
        content = re.sub(r"    (export_)?path: results.*\n", "", CONTENT)
    else:
        content = CONTENT.replace(old, new, 1)
    with pytest.raises(InputError) as caught:
        read_schemas(write(tmp_path, content=content))
    assert f"{TABLES}, column sizes: " in str(caught.value) and message in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("columns: day, ", "columns: colour, ", "found 'differs: colour', expected a column of"),
        ("date_order: d/m/y", "date_order: y/m/d", "'date_order: y/m/d', expected one of d/m/y"),
        ("date_order: d/m/y", "dateOrder: d/m/y", "found 'dateOrder', expected an attribute of a"),
        ("key: [name]", "key: [name]\n    refers_to: {colour: sizes}", "found 'refers_to: colour'"),
    ],
)
def test_what_differs_must_be_an_attribute_of_a_column(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_schemas(write(tmp_path, content=CONTENT.replace(old, new, 1)))
    assert f"{TABLES}, column things: " in str(caught.value) and message in str(caught.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path, COLUMNS.replace("number", "real"), CONTENT.replace("[name]", "[a]"))
    with pytest.raises(InputError) as caught:
        read_schemas(folder)
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("file", [FIELDS, TABLES])
def test_each_column_and_each_table_is_described_once(file: str) -> None:
    # YAML takes the last of two.
    level = "" if file == FIELDS else "  "
    text = (SCHEMAS / file).read_text(encoding="utf-8").split("\ngenerated:\n")[-1]
    names = re.findall(rf"^{level}(\w+):", text, re.MULTILINE)
    assert [name for name, n in Counter(names).items() if n > 1] == []


def test_every_column_stands_in_a_table() -> None:
    raw, generated, _ = read_schemas(SCHEMAS)
    used = {column for table in [*raw.values(), *generated.values()] for column in table.columns}
    text = (SCHEMAS / FIELDS).read_text(encoding="utf-8")
    assert set(re.findall(r"^(\w+):", text, re.MULTILINE)) == used


def flat(parts: Any) -> list[Any]:
    return [item for part in parts for item in flat(part)] if isinstance(parts, list) else [parts]


def test_what_differs_is_not_what_the_columns_are_anyway() -> None:
    described, content = (
        yaml.safe_load((SCHEMAS / file).read_text(encoding="utf-8")) for file in (FIELDS, TABLES)
    )
    for name, entry in [*content["raw"].items(), *content["generated"].items()]:
        for record in flat(entry.get("differs", [])):
            columns = [described[column] for column in flat(record["columns"])]
            for attribute in record.keys() - {"columns"}:
                assert any(c.get(attribute) != record[attribute] for c in columns), (name, record)
