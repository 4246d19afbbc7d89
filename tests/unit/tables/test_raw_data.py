"""The hand-kept data itself."""

from __future__ import annotations

import hashlib
import warnings

import pandas as pd
import pytest
from project import RAW, ROOT

from compute_trends.tables.dictionary import tables_of
from compute_trends.tables.raw import read_checked
from compute_trends.tables.resources import RAW_PACKAGE, package_json, raw_package


def test_data_package_is_valid_frictionless() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Of the validator's own dependencies.
        import frictionless

        report = frictionless.validate(str(RAW / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])


RESOURCES = [table.name for table in tables_of("raw")]


def test_every_file_is_described() -> None:
    assert {path.stem for path in RAW.glob("*.csv")} == set(RESOURCES)


def test_data_package_is_written_from_the_dictionary() -> None:
    written = (ROOT / RAW_PACKAGE).read_bytes().decode("utf-8")
    assert written == package_json(raw_package()), "make schema"


@pytest.mark.parametrize("name", RESOURCES)
def test_each_file_keeps_its_schema(name: str) -> None:
    frame = read_checked(str(RAW / f"{name}.csv"), name)
    assert not frame.empty


def test_annotations_keep_their_blemishes() -> None:
    """As received, to the byte; what is wrong with them is mended in corrections.csv."""
    received = "30bfdff86a1d532bc052ed4d8066c0f8f752a5de50e896982478dff21316d592"
    assert hashlib.sha256((RAW / "annotations.csv").read_bytes()).hexdigest() == received
    frame = pd.read_csv(RAW / "annotations.csv")
    assert frame["system"].isna().sum() == 3
    assert (frame["system"] == "OpenAI Five").sum() == 2
    assert frame["organizations"].str.contains("Standford").sum() == 1
