from __future__ import annotations

import json
import re
from pathlib import Path

import frictionless
import pandas as pd
import pytest
from made_up_headlines import row
from made_up_tables import made_up_rows
from pipeline import changed
from project import ROOT

from compute_trends.render.data_package import data_dictionary, write_package
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import column_names, generated_table, path_of, typed
from compute_trends.tables.generated import write_table

FOLDERS = ("checks", "data", "fits", "tables")


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Path:
    """A results folder with three tables, one of them from outside it."""
    monkeypatch.chdir(tmp_path)
    for folder in ("data/processed", *(f"results/{name}" for name in FOLDERS)):
        (tmp_path / folder).mkdir(parents=True)
    names = ("compute", "coverage", "headlines")
    paths = [path_of(name) for name in names]
    compute = pd.DataFrame({"system_id": ["a"], "training_compute_published_flop": [1e20]}).reindex(
        columns=column_names("compute")
    )
    coverage = pd.DataFrame({name: [0.9] for name in column_names("coverage")}).assign(
        trend="from_2015_large",
        basis="published",
        dataset="d",
        kind="all",
        law="normal",
        held="yes",
        worlds=3,
        paper_worlds=3,
    )
    headlines = typed(pd.DataFrame([row()]), "headlines")
    systems = made_up_rows(generated_table("systems"), 1).assign(system_id="a", system="A system")
    write_table(systems, path_of("systems"), "systems")
    exports = [
        ExportFile(name="old", path="a.csv", date="2023-12-20", filters={"notability": "any"}),
        ExportFile(name="new", path="b.csv", date="2026-08-19"),
    ]
    for frame, path, name in zip((compute, coverage, headlines), paths, names, strict=True):
        write_table(frame, path, name)
    write_package(
        "results",
        paths,
        [path_of("systems")],
        references="@misc{paper}\n",
        settings=changed(settings, "clean.exports", exports),
        fingerprint="f" * 64,
        version="9.8",
    )
    return tmp_path / "results"


def test_the_folder_is_a_valid_data_package(results: Path) -> None:
    package = frictionless.Package(str(results / "datapackage.json"))
    assert [resource.path for resource in package.resources] == [
        "data/compute.csv",
        "checks/coverage.csv",
        "fits/headlines.csv",
    ]
    assert package.to_dict()["fingerprint"] == "f" * 64
    report = package.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])


def test_the_package_follows_version_2_of_the_standard(results: Path) -> None:
    for path in (results / "datapackage.json", ROOT / "data" / "raw" / "datapackage.json"):
        package = json.loads(path.read_text(encoding="utf-8"))
        # Nothing of version 1 is left that an upgrade would change.
        read = frictionless.Package(str(path))
        assert read.upgrade().to_descriptor() == read.to_descriptor()
        assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
        assert {resource["type"] for resource in package["resources"]} == {"table"}
        assert "profile" not in json.dumps(package["resources"])
        for part in ("contributors", "licenses", "sources"):
            assert package[part]
        assert all(one["title"] and one["roles"] for one in package["contributors"])
        assert "homepage" not in package


def test_each_export_is_a_source_by_its_date(results: Path) -> None:
    package = json.loads((results / "datapackage.json").read_text(encoding="utf-8"))
    exports = [source for source in package["sources"] if "export of" in source["title"]]
    assert [source["title"] for source in exports] == [
        "Epoch AI: Data on AI Models, export of 20 December 2023 (models that meet a "
        "criterion of notability), CC BY 4.0",
        "Epoch AI: Data on AI Models, export of 19 August 2026 (notable models), CC BY 4.0",
    ]
    assert {source["path"] for source in exports} == {"https://epoch.ai/data"}
    # Only the newest is what numbers of today are cited with.
    cited = (results / "references.bib").read_text(encoding="utf-8")
    assert "@misc{epoch20260819data" in cited and "Export of 19 August 2026" in cited
    assert "2023" not in cited


def test_the_licence_names_the_exports() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    dates = set(re.findall(r"20\d\d-\d\d-\d\d", licence))
    listed = pd.read_csv(ROOT / "data" / "raw" / "vintages.csv")["vintage"]
    assert len(dates) >= 6 and dates <= set(listed)
    for words in ("Epoch AI", "https://epoch.ai/data", "CC BY 4.0", "Changes made"):
        assert words in licence


def test_every_column_is_in_the_dictionary(results: Path) -> None:
    text = (results / "README.md").read_text(encoding="utf-8")
    for name in ("compute", "coverage"):
        for field in generated_table(name).fields:
            assert f"| `{field.name}` |" in text
            assert str(field.description) in text
    package = json.loads((results / "datapackage.json").read_text(encoding="utf-8"))
    assert data_dictionary(package) == text


def test_headlines_are_cited_from_their_table(results: Path) -> None:
    [headline] = json.loads((results / "headlines.json").read_text(encoding="utf-8"))
    [written] = pd.read_csv(results / "fits" / "headlines.csv").to_dict("records")
    for name in ("growth_per_year", "slope_oom_per_year", "doubling_time_months"):
        low, high = (written[f"{name}_ci90_{end}"] for end in ("low", "high"))
        assert headline[name] == {"value": written[name], "ci90": [low, high]}
    assert headline["n"] == written["n"]
    assert (headline["version"], headline["fingerprint"]) == ("9.8", "f" * 64)
    assert "`headlines.json`" in (results / "README.md").read_text(encoding="utf-8")


def test_printed_tables_and_references(results: Path, settings: Settings) -> None:
    cited = (results / "references.bib").read_text(encoding="utf-8")
    keys = re.findall(r"^@misc\{(\w+)", cited, re.MULTILINE)
    assert keys == ["computetrendsreport", "computetrends", "paper", "epoch20260819data"]
    own = cited.partition("@misc{paper}")[0]
    assert own.count("  version = {9.8},\n") == 2 and "url     =" not in own
    assert "fingerprint ffffffffffff; Data of 19 August 2026" in own
    printed = sorted(path.name for path in (results / "tables").iterdir())
    names = ("compute", "coverage", "headlines")
    assert printed == [f"{name}.{end}" for name in names for end in ("md", "tex")]
    tables = results / "tables"
    trend = settings.fit.trends[[one.name for one in settings.fit.trends].index("from_2015_large")]
    assert trend.label in (tables / "coverage.md").read_text(encoding="utf-8")
    for end in ("md", "tex"):
        text = (tables / f"compute.{end}").read_text(encoding="utf-8")
        assert "A system" in text and "fingerprint ffffffffffff" in text
