"""What every section has to keep to."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from jinja2 import meta, nodes
from project import ROOT

from compute_trends.render.report import TEMPLATES, report_environment
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections import PARTS, SECTIONS, Section, names_in, table_paths
from compute_trends.settings.clean import ExportFile
from compute_trends.tables.dictionary import generated_table, path_of, raw_table, typed

EXPORT = ExportFile(name="late", path="late.csv", date="2026-03-07")


class Recorded(dict[str, pd.DataFrame]):
    """Tables that know which of them were asked for."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        super().__init__(tables)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> pd.DataFrame:
        self.asked.add(name)
        return super().__getitem__(name)


@functools.cache
def no_rows(name: str) -> pd.DataFrame:
    return typed(pd.DataFrame(), name)


def empty(names: tuple[str, ...]) -> Recorded:
    return Recorded({name: no_rows(name) for name in names})


def name_of(section: Section) -> str:
    return section.__name__.rpartition(".")[2]


@pytest.fixture(params=SECTIONS, ids=name_of)
def section(request: pytest.FixtureRequest) -> Section:
    chosen: Section = request.param
    return chosen


@pytest.fixture
def everything(inputs: ReportInputs) -> ReportInputs:
    """Inputs with an export, of which nothing is known."""
    changes = tuple(name for name in names_in("TABLES") if name not in inputs.tables)
    clean = inputs.settings.clean.model_copy(update={"exports": [EXPORT]})
    settings = inputs.settings.model_copy(update={"clean": clean})
    return replace(
        inputs,
        settings=settings,
        tables={**inputs.tables, **empty(changes)},
        exports={"late": empty(tuple(names_in("EXPORT_TABLES")))},
    )


def test_each_section_is_a_module_and_a_template() -> None:
    templates = [path.name.partition(".")[0] for path in TEMPLATES.glob("sections/*")]
    modules = (ROOT / "workflow" / "compute_trends" / "render" / "sections").glob("[!_]*.py")
    assert sorted(map(name_of, SECTIONS)) == sorted(templates)
    assert sorted(path.stem for path in modules) == sorted(templates)


def test_each_section_has_a_place_of_its_own() -> None:
    places = [(section.PART, section.ORDER) for section in SECTIONS]
    assert places == sorted(set(places))
    assert {section.PART for section in SECTIONS} == {part.number for part in PARTS}


def test_a_section_reads_the_tables_that_it_names(
    section: Section, everything: ReportInputs
) -> None:
    tables = Recorded(everything.tables)
    section.digest(replace(everything, tables=tables))
    assert tables.asked == {*section.TABLES, *getattr(section, "RAW_TABLES", ())}
    of_export: Any = everything.exports["late"]
    assert of_export.asked == set(getattr(section, "EXPORT_TABLES", ()))


def test_a_template_writes_what_its_digest_gives(
    section: Section, everything: ReportInputs
) -> None:
    environment = report_environment({}, {})
    source = (TEMPLATES / "sections" / f"{name_of(section)}.html.jinja").read_text("utf-8")
    tree = environment.parse(source)
    own = {
        name.name
        for set_ in tree.find_all(nodes.Assign)
        for name in set_.find_all(nodes.Name)
        if name.ctx == "store"
    }
    digest = set(section.digest(everything))
    assert meta.find_undeclared_variables(tree) - set(environment.globals) - own == digest
    assert not own & digest


def test_the_rule_gets_the_files_of_these_tables() -> None:
    assert path_of("changed_rows") not in table_paths()
    paths = table_paths(["late"])
    assert path_of("changed_rows") in paths and path_of("trends") in paths
    assert path_of("systems", export="late") in paths
    assert path_of("export_members", export="late") not in paths
    for name in names_in("TABLES"):
        assert generated_table(name).path in paths
    for name in names_in("RAW_TABLES"):
        assert raw_table(name).name == name


def test_the_page_is_made_without_the_tools_of_drawing() -> None:
    code = (
        "import sys, compute_trends.render.report; "
        "print({'matplotlib', 'seaborn', 'scipy', 'pandera'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT / "workflow")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "set()\n"
