"""The hand-kept data itself."""

from __future__ import annotations

import warnings

import pandas as pd
import pytest
from conftest import RAW

from compute_trends.tables.dictionary import generated_resources
from compute_trends.tables.raw import read_checked


def test_data_package_is_valid_frictionless() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Of the validator's own dependencies.
        import frictionless

        report = frictionless.validate(str(RAW / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])


RESOURCES = [
    "annotations",
    "corrections",
    "compute_inputs",
    "hardware",
    "discrepancies",
    "claims",
    "published_tables",
]


def test_every_file_is_described() -> None:
    assert {path.stem for path in RAW.glob("*.csv")} == set(RESOURCES)


@pytest.mark.parametrize("name", RESOURCES)
def test_each_file_keeps_its_schema(name: str) -> None:
    frame = read_checked(str(RAW / f"{name}.csv"), str(RAW / "datapackage.json"), name)
    assert not frame.empty


def test_annotations_keep_their_blemishes() -> None:
    text = (RAW / "annotations.csv").read_text(encoding="utf-8")
    for blemish in ("Standford", "zero- shot", "Is this supposed to be in this row?", "45TB"):
        assert blemish in text
    frame = pd.read_csv(RAW / "annotations.csv")
    assert frame["system"].isna().sum() == 3
    assert (frame["system"] == "OpenAI Five").sum() == 2


def test_every_column_of_every_generated_table_is_described() -> None:
    for resource in generated_resources().values():
        assert resource["fields"], resource["name"]
        assert all(field["description"] for field in resource["fields"])
