from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from project import RAW

from compute_trends.render.report_files import read_files, read_inputs
from compute_trends.settings.config_text import effective_yaml
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import path_of, typed
from compute_trends.tables.generated import write_table


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, because a table is known by its place in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(path: str, content: str) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(content, encoding="utf-8")
    return path


def written_table(name: str, export: str | None = None) -> str:
    path = path_of(name, export=export)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    write_table(typed(pd.DataFrame(), name), path, name)
    return path


def test_tables_of_the_run_and_of_exports_are_known_by_their_files(
    folder: Path, config: dict[str, Any], settings: Settings
) -> None:
    inputs = read_inputs(
        {
            "raw": [str(RAW / "annotations.csv"), str(RAW / "corrections.csv")],
            "tables": [
                written_table("disagreements"),
                written_table("systems"),
                written_table("systems", "late"),
                written_table("export_trends", "late"),
            ],
            "config": written("results/config.yaml", effective_yaml(config)),
            "references": written("results/references.bib", "@article{one}"),
            "delivered": written("workflow/delivered.json", "{}"),
            "explorer": [written("results/explorer.json", "{}"), "results/not-read.js"],
        },
        provenance=json.dumps({"seed": 7}),
        settings=settings,
    )
    assert set(inputs.tables) == {"annotations", "corrections", "disagreements", "systems"}
    assert {name: set(tables) for name, tables in inputs.exports.items()} == {
        "late": {"systems", "export_trends"}
    }
    assert inputs.settings == settings
    assert inputs.config_text == effective_yaml(config)
    assert (inputs.provenance, inputs.references) == ({"seed": 7}, "@article{one}")
    assert inputs.explorer == {}


def test_a_table_is_saved_under_its_name_in_every_format(folder: Path) -> None:
    paths = [
        written(path_of("disagreements"), "a\n"),
        written("results/tables/disagreements.tex", "b"),
        written("results/tables/disagreements.md", "c"),
    ]
    files = read_files(
        {
            "figures": [written("results/figures/figure1.svg", "<svg/>")],
            "downloads": paths,
            "stylesheets": [written("one.css", "p {}")],
            "scripts": [written("one.js", "1"), written("two.js", "2")],
        }
    )
    [(name, links)] = files.downloads.items()
    assert name == "disagreements"
    assert [link["name"] for link in links] == [f"{name}.csv", f"{name}.tex", f"{name}.md"]
    assert [(link["path"], link["text"]) for link in links] == list(
        zip(paths, ["a\n", "b", "c"], strict=True)
    )
    assert files.figures == {"figure1.svg": b"<svg/>"}
    assert (files.stylesheets, files.scripts) == (["p {}"], ["1", "2"])
