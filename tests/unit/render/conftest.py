"""The report of the real data in memory: whole, once, and each section by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from conftest import ROOT
from html_tree import Element, parse

from compute_trends.common.records import Record
from compute_trends.render.page import packed_file
from compute_trends.render.report import render_report, render_section, report_environment
from compute_trends.render.report_figures import report_figures
from compute_trends.render.report_inputs import ReportFiles, ReportInputs
from compute_trends.render.sections import SECTIONS
from compute_trends.settings.config_text import effective_yaml
from compute_trends.settings.models import Settings

# Ending of a figure's file, and the attribute that holds its bytes
FIGURE_FILES = {".svg": "src", ".png": "href", ".pdf": "href", "_column.svg": "srcset"}
PROVENANCE = {
    "fingerprint": "f" * 64,
    "seed": 7,
    "inputs": {"data/raw/annotations.csv": "a" * 64},
    "config": "c" * 64,
    "code": {"commit": "d" * 40, "dirty": True, "sha256": "e" * 64, "files": {"Snakefile": ""}},
    "environment": {"compute-trends": "1", "python": "3", "requirements.txt": "b" * 64},
}
# Shows one section, of the real data but for tables given by name.
ShowSection = Callable[..., Element]


@pytest.fixture(scope="session")
def inputs(
    tables: dict[str, pd.DataFrame], config: dict[str, Any], settings: Settings
) -> ReportInputs:
    """What the report of the real data is made of."""
    return ReportInputs(
        tables=tables,
        settings=settings,
        config_text=effective_yaml(config),
        provenance=PROVENANCE,
        references="@article{one}",
    )


@pytest.fixture(scope="session")
def files(settings: Settings) -> ReportFiles:
    """What the page holds; of the figures any bytes do, for the page only holds them."""
    render = settings.render
    names = [figure.name for figure in (*render.figures, *render.comparisons)]
    report = ROOT / "workflow" / "report"
    return ReportFiles(
        figures={
            f"{name}{end}": f"{name} as {end}".encode() for name in names for end in FIGURE_FILES
        },
        downloads={"table3": [packed_file("table3", "results/tables/table3.csv", "n\n1\n")]},
        stylesheets=[(report / "report.css").read_text(encoding="utf-8")],
        scripts=[(report / "page.js").read_text(encoding="utf-8")],
    )


@pytest.fixture(scope="session")
def html(inputs: ReportInputs, files: ReportFiles) -> str:
    """The page of the real data."""
    return render_report(inputs, files)


@pytest.fixture(scope="session")
def page(html: str) -> Element:
    """The page of the real data, as a tree."""
    return parse(html)


@pytest.fixture(scope="session")
def figures(inputs: ReportInputs, files: ReportFiles) -> dict[str, Record]:
    """Figures of the report of the real data."""
    return report_figures(inputs, files.figures)


@pytest.fixture(scope="session")
def show(inputs: ReportInputs, figures: dict[str, Record]) -> ShowSection:
    """Show one section, which gets the tables that it names and no others."""

    def shown(name: str, **changes: pd.DataFrame) -> Element:
        [section] = [one for one in SECTIONS if one.__name__.endswith(f".{name}")]
        names = (*section.TABLES, *getattr(section, "RAW_TABLES", ()))
        tables = {table: inputs.tables[table] for table in names if table in inputs.tables}
        changed = replace(inputs, tables=tables | changes)
        html = render_section(report_environment(figures, {}), section, section.digest(changed))
        return parse(html)

    return shown
