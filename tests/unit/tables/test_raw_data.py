"""The hand-kept data itself."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path

import pandas as pd
import pytest
from project import RAW, ROOT

from compute_trends.common.vocabulary import CONVENTIONS
from compute_trends.tables.dictionary import tables_of
from compute_trends.tables.raw import read_checked
from compute_trends.tables.resources import RAW_PACKAGE, package_json, raw_package


def test_data_package_is_valid_frictionless() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Of the validator's own dependencies.
        import frictionless

        report = frictionless.validate(str(RAW / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])


RESOURCES = [table.name for table in tables_of("raw") if table.path is not None]
VINTAGES = sorted((RAW / "vintages").glob("*.csv"))


def test_every_file_is_described() -> None:
    assert {path.stem for path in RAW.glob("*.csv")} == set(RESOURCES)
    listed = read_checked(str(RAW / "vintages.csv"), "vintages")["export"]
    assert sorted(listed) == [path.stem for path in VINTAGES]


def test_data_package_is_written_from_the_dictionary() -> None:
    written = (ROOT / RAW_PACKAGE).read_bytes().decode("utf-8")
    assert written == package_json(raw_package()), "make schema"


@pytest.mark.parametrize("name", RESOURCES)
def test_each_file_keeps_its_schema(name: str) -> None:
    frame = read_checked(str(RAW / f"{name}.csv"), name)
    assert not frame.empty


@pytest.mark.parametrize("path", VINTAGES, ids=lambda path: path.stem)
def test_each_vintage_is_what_the_index_says_and_holds_no_prose(path: Path) -> None:
    index = read_checked(str(RAW / "vintages.csv"), "vintages").set_index("export")
    about = index.loc[path.stem]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == about["sha256"]
    rows = read_checked(str(path), "vintage_rows")
    assert len(rows) == about["n_rows"]
    assert rows["training_compute_flop"].notna().sum() == about["n_with_compute"]
    lengths = rows.select_dtypes("str").apply(lambda texts: texts.str.len().max())
    lists = ["organizations", "developer_type", "countries", "link"]
    assert lengths.drop(lists).max() <= 100


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_each_convention_has_its_rule(convention: str) -> None:
    readme = (RAW / "README.md").read_text(encoding="utf-8").splitlines()
    rules = [line for line in readme if line.startswith(f"| `{convention}` |")]
    assert len(rules) == 1, "a line of the table of conventions"
    assert len(rules[0].split("|")[2].split()) > 5


def test_each_convention_decided_what_some_row_counts() -> None:
    inputs = read_checked(str(RAW / "compute_inputs.csv"), "compute_inputs")
    named = inputs["conventions"].dropna().str.split("; ").explode()
    assert set(named) == set(CONVENTIONS)


def test_a_row_that_calls_itself_a_bound_is_one() -> None:
    inputs = read_checked(str(RAW / "compute_inputs.csv"), "compute_inputs")
    is_part = inputs["scope"].isin(["part", "more"])
    bounds = inputs.loc[is_part, ["scope", "bound"]].drop_duplicates().to_numpy().tolist()
    assert bounds and all(pair in (["part", "low"], ["more", "high"]) for pair in bounds)


def test_what_counts_no_making_of_the_data_stands_beside_what_does() -> None:
    inputs = read_checked(str(RAW / "compute_inputs.csv"), "compute_inputs")
    without = inputs.loc[inputs["scope"] == "without_data", "system_id"]
    assert len(without) > 2
    others = set(inputs.loc[inputs["scope"] != "without_data", "system_id"])
    assert set(without) <= others


def test_later_verdicts_are_on_later_values_that_are_far_off() -> None:
    verdicts = read_checked(str(RAW / "later_verdicts.csv"), "later_verdicts")
    later = read_checked(str(RAW / "later_values.csv"), "later_values")
    rows = verdicts.merge(later, on=["system_id", "vintage"], how="left")
    assert len(rows) == len(verdicts)
    assert rows["training_compute_flop"].to_numpy() == pytest.approx(
        verdicts["later_flop"].to_numpy(), rel=1e-3
    )
    ratio = verdicts["later_flop"] / verdicts["our_flop"]
    assert ((ratio > 1.99) | (ratio < 1 / 1.99)).all()


def test_annotations_keep_their_blemishes() -> None:
    """As received, to the byte; what is wrong with them is mended in corrections.csv."""
    received = "30bfdff86a1d532bc052ed4d8066c0f8f752a5de50e896982478dff21316d592"
    assert hashlib.sha256((RAW / "annotations.csv").read_bytes()).hexdigest() == received
    frame = pd.read_csv(RAW / "annotations.csv")
    assert frame["system"].isna().sum() == 3
    assert (frame["system"] == "OpenAI Five").sum() == 2
    assert frame["organizations"].str.contains("Standford").sum() == 1
