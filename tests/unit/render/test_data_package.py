from __future__ import annotations

import json
from pathlib import Path

import frictionless
import pandas as pd
import pytest

from compute_trends.render.data_package import data_dictionary, write_package
from compute_trends.tables.dictionary import column_names, generated_table, path_of
from compute_trends.tables.generated import write_table


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A results folder with two tables, one of them from outside it."""
    monkeypatch.chdir(tmp_path)
    for folder in ("data/processed", "results/checks", "results/data", "results/tables"):
        (tmp_path / folder).mkdir(parents=True)
    names = ("compute", "coverage")
    paths = [path_of(name) for name in names]
    compute = pd.DataFrame({"system_id": ["a"], "training_compute_published_flop": [1e20]}).reindex(
        columns=column_names("compute")
    )
    coverage = pd.DataFrame({name: [0.9] for name in column_names("coverage")}).assign(
        trend="t",
        basis="published",
        dataset="d",
        kind="all",
        law="normal",
        held="yes",
        worlds=3,
        paper_worlds=3,
    )
    for frame, path, name in zip((compute, coverage), paths, names, strict=True):
        write_table(frame, path, name)
    write_package(
        "results",
        paths,
        labels={"t": "A trend"},
        references="version = {@VERSION@}",
        fingerprint="f" * 64,
        version="9.8",
    )
    return tmp_path / "results"


def test_the_folder_is_a_valid_data_package(results: Path) -> None:
    package = frictionless.Package(str(results / "datapackage.json"))
    assert [resource.path for resource in package.resources] == [
        "data/compute.csv",
        "checks/coverage.csv",
    ]
    assert package.to_dict()["fingerprint"] == "f" * 64
    report = package.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])


def test_every_column_is_in_the_dictionary(results: Path) -> None:
    text = (results / "README.md").read_text(encoding="utf-8")
    for name in ("compute", "coverage"):
        for field in generated_table(name).fields:
            assert f"| `{field.name}` |" in text
            assert str(field.description) in text
    package = json.loads((results / "datapackage.json").read_text(encoding="utf-8"))
    assert data_dictionary(package) == text


def test_printed_tables_and_references(results: Path) -> None:
    assert (results / "references.bib").read_text() == "version = {9.8}"
    printed = sorted(path.name for path in (results / "tables").iterdir())
    assert printed == ["compute.md", "compute.tex", "coverage.md", "coverage.tex"]
    assert "A trend" in (results / "tables" / "coverage.md").read_text(encoding="utf-8")
