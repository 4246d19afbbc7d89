"""The report of the real data in memory: whole, once, and each section by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from html_tree import Element, parse
from pipeline import PaperRun
from report_in_memory import report_files, report_inputs

from compute_trends.common.records import Record
from compute_trends.render.report import render_report, render_section, report_environment
from compute_trends.render.report_figures import report_figures
from compute_trends.render.report_inputs import ReportFiles, ReportInputs
from compute_trends.render.sections import SECTIONS
from compute_trends.settings.config_text import effective_yaml
from compute_trends.settings.models import Settings

# Shows one section, of the real data but for tables given by name.
ShowSection = Callable[..., Element]


@pytest.fixture(scope="session")
def inputs(paper_run: PaperRun, config: dict[str, Any]) -> ReportInputs:
    """What the report of the real data is made of."""
    return report_inputs(paper_run, effective_yaml(config))


@pytest.fixture(scope="session")
def files(settings: Settings) -> ReportFiles:
    """What the page holds besides its text."""
    return report_files(settings)


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
