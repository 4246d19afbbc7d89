"""A run works in any folder: from elsewhere, from an awkward path, as a module of another."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from project import TINY, Project

AWKWARD = "Ort mit Leerzeichen und Ümläuten"
PROVENANCE = "results/provenance.json"


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The tiny project at a path with spaces and umlauts, never run in."""
    return Project.tiny(tmp_path_factory.mktemp("elsewhere") / AWKWARD / "Projekt")


@pytest.fixture
def elsewhere(delivered: Project, tmp_path: Path) -> Project:
    """An empty folder to work in."""
    folder = tmp_path / AWKWARD
    folder.mkdir()
    return Project(folder)


@pytest.mark.gate
def test_a_run_elsewhere_gives_the_same_bytes(
    delivered: Project, elsewhere: Project, finished_tiny: Project
) -> None:
    # A raw table that is the same changes nothing but that it is named.
    (elsewhere.folder / "data" / "raw").mkdir(parents=True)
    own = "data/raw/corrections.csv"
    shutil.copy(delivered.folder / own, elsewhere.folder / own)
    shown = delivered.make(directory=elsewhere.folder, snakefile=delivered.folder / "Snakefile")
    assert f"Taken from this folder, not as delivered: {own}" in shown
    ours, theirs = elsewhere.products(), finished_tiny.products()
    record = json.loads(ours[PROVENANCE])
    assert record.pop("replaced") == [own]
    assert record == {
        key: value for key, value in json.loads(theirs[PROVENANCE]).items() if key != "replaced"
    }
    # The report shows this part of the record, and whose it is.
    for products in (ours, theirs):
        products.pop(PROVENANCE), products.pop("report/index.html")
    assert ours == theirs
    assert delivered.products() == {}


@pytest.mark.gate
def test_a_module_of_another_workflow_gives_the_same_bytes(
    delivered: Project, elsewhere: Project, finished_tiny: Project
) -> None:
    module = delivered.module(elsewhere.folder)
    module.make()
    assert module.products() == finished_tiny.products()


@pytest.mark.gate
def test_a_module_takes_the_config_that_it_is_given(delivered: Project, elsewhere: Project) -> None:
    module = delivered.module(elsewhere.folder, "config: {'seed': 7}")
    module.make("results/config.yaml")
    assert module.config_in_force() == delivered.config() | {"seed": 7}


def test_a_config_of_the_working_folder_goes_over_the_delivered_one(
    delivered: Project, elsewhere: Project
) -> None:
    own = elsewhere.folder / "config.yaml"
    own.write_text("clean: {published_after: 2011-12-31}\n", encoding="utf-8")
    where = {"snakefile": delivered.folder / "workflow" / "Snakefile"}
    product = "data/processed/excluded.csv"
    elsewhere.make(product, **where)
    assert "not published after 2011-12-31" in set(elsewhere.table(product)["reason"])
    # The command line goes over both.
    elsewhere.make(product, "--config", "clean={published_after: 2009-12-31}", **where)
    assert "not published after 2009-12-31" in set(elsewhere.table(product)["reason"])
    own.write_text("fit:\n  outliers:\n    hihg_z: 1\n", encoding="utf-8")
    shown = elsewhere.fail(product, **where)
    assert "config.yaml, line 3: fit.outliers: unknown key 'hihg_z'; did you mean" in shown


# The whole config in force is one of the last results.
@pytest.mark.gate
def test_a_config_of_the_working_folder_merges_over_the_delivered_one(
    delivered: Project, elsewhere: Project
) -> None:
    config = delivered.config()
    datasets = [config["fit"]["datasets"][0]]
    over = {"fit": {"outliers": {"high_z": 0.6}, "datasets": datasets}}
    own = elsewhere.folder / "config.yaml"
    own.write_text(yaml.safe_dump(over), encoding="utf-8")
    where = {"snakefile": delivered.folder / "workflow" / "Snakefile"}
    elsewhere.make("results/config.yaml", **where)
    config["fit"]["outliers"]["high_z"], config["fit"]["datasets"] = 0.6, datasets
    assert elsewhere.config_in_force() == config
    # The command line goes over both.
    elsewhere.make("results/config.yaml", "--config", "seed=5", **where)
    assert elsewhere.config_in_force() == config | {"seed": 5}


@pytest.mark.gate
def test_a_raw_table_of_the_working_folder_replaces_the_delivered_one_whole(
    delivered: Project, elsewhere: Project
) -> None:
    names = ("annotations", "corrections", "paper_values")
    raw = {
        name: pd.read_csv(delivered.folder / f"data/raw/{name}.csv", dtype=str) for name in names
    }
    folder = elsewhere.folder / "data" / "raw"
    folder.mkdir(parents=True)
    raw["annotations"][:3].to_csv(folder / "annotations.csv", index=False)
    for name in ("corrections", "paper_values"):
        raw[name][:0].to_csv(folder / f"{name}.csv", index=False)
    where = {"snakefile": delivered.folder / "Snakefile"}
    elsewhere.make("data/processed/systems.csv", **where)
    tables = [elsewhere.table(f"data/processed/{name}.csv") for name in ("systems", "excluded")]
    assert sum(map(len, tables)) == 3
    raw["annotations"][:3].assign(system="").to_csv(folder / "annotations.csv", index=False)
    shown = elsewhere.fail("data/processed/systems.csv", **where)
    assert "data/raw/annotations.csv" in shown and str(delivered.folder / "data") not in shown


def test_paths_of_exports_start_in_the_working_folder(
    delivered: Project, elsewhere: Project
) -> None:
    (elsewhere.folder / "downloads").mkdir()
    shutil.copy(TINY / "exports" / "notable_2024.csv", elsewhere.folder / "downloads")
    export = {"name": "own", "path": "downloads/notable_2024.csv", "date": "2024-07-16"}
    config = {"clean": {"exports": [export]}}
    (elsewhere.folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    product = "data/processed/exports/own/systems.csv"
    elsewhere.make(product, snakefile=delivered.folder / "Snakefile")
    assert len(elsewhere.table(product))


def test_a_config_that_is_not_there_is_missed_by_its_name(tmp_path: Path) -> None:
    project = Project.tiny(tmp_path / "tiny")
    (project.folder / "config.yaml").unlink()
    shown = project.fail()
    assert "config.yaml: no such file" in shown
    assert "is missing" not in shown
