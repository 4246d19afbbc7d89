from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from html_tree import parse

from compute_trends.common.records import Record
from compute_trends.render.report import render_section, report_environment
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections import SECTIONS
from compute_trends.render.sections.vintages import digest
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import typed

[SECTION] = [one for one in SECTIONS if one.__name__.endswith(".vintages")]
FLOP = {"column": "training_compute_flop"}


def inputs_of(settings: Settings, *steps: tuple[str, str], **changes: list[Record]) -> ReportInputs:
    """Changes between vintages: the same rows for every step, those of exports of its names.

    A vintage of the name ``v2021`` is of the first day of its year.
    """
    steps = steps or (("v2021", "v2022"),)
    rows = {name: changes.get(name, []) for name in ("rows", "values", "columns", "trends")}
    rows["trends"] = rows["trends"] or [{"trend": "t", "label": "T", "headline": "T."}]
    pairs = [{"before": before, "after": after} for before, after in steps]
    tables = {
        f"changed_{name}": typed(
            pd.DataFrame([pair | row for pair in pairs for row in of]), f"changed_{name}"
        )
        for name, of in rows.items()
    }
    names = sorted({name for step in steps for name in step})
    exports = [ExportFile(name=name, path=name, date=f"{name[1:]}-01-01") for name in names]
    headlines = [
        {
            "headline_name": headline.name,
            "title": headline.title,
            "leads": export is exports[-1],
            "export": export.name,
            "vintage": pd.Timestamp(export.date),
            "models": "notable",
            "n": 10 * place,
            "growth_per_year": 4.0,
        }
        for headline in settings.fit.exports.headlines
        for place, export in enumerate(exports)
    ]
    tables["headlines"] = typed(pd.DataFrame(headlines), "headlines")
    clean = settings.clean.model_copy(update={"exports": exports})
    return ReportInputs(tables=tables, settings=settings.model_copy(update={"clean": clean}))


def row(status: str, before: float | None, after: float | None) -> dict[str, Any]:
    return {
        "status": status,
        "training_compute_flop_before": before,
        "training_compute_flop_after": after,
        "is_system_before": before is not None,
        "is_system_after": after is not None,
    }


def restated(system: str, before: float, after: float) -> Record:
    texts = {"value_before": f"{before:.6g}", "value_after": f"{after:.6g}"}
    return FLOP | texts | {"system": system, "change": "restated", "factor": after / before}


def chain(years: int) -> list[tuple[str, str]]:
    """Pairs of so many vintages, as `vintage.pairs_of` orders them."""
    names = [f"v{2001 + year}" for year in range(years)]
    steps = list(itertools.pairwise(names))
    return [(names[0], names[-1]), *reversed(steps)]


def test_without_exports_there_is_nothing(settings: Settings) -> None:
    digested = digest(ReportInputs(tables={}, settings=settings))
    assert digested["pairs"] == digested["growth"] == digested["restated"] == []
    html = render_section(report_environment({}, {}), SECTION, digested)
    assert not html.strip()


def test_changes_are_counted(settings: Settings) -> None:
    inputs = inputs_of(
        settings,
        rows=[
            row("kept", 1e20, 1e20),
            row("kept", 1e20, 5e22),
            row("renamed", 1e20, 2e20),
            row("kept", None, 1e19),
            row("added", None, 1e25),
            row("added", None, None),
            row("removed", 1e10, None),
        ],
        values=[
            restated("Twice", 1e20, 2e20),
            restated("Less", 5e20, 1e18),
            FLOP | {"change": "given", "system": "Given"},
            {"column": "epochs", "change": "withdrawn", "system": "Other", "after_row": 4},
        ],
        columns=[{"status": "kept"}, {"status": "added", "header_after": "New"}],
    )
    [pair] = digest(inputs)["pairs"]
    assert (pair["n_both"], pair["n_restated"], pair["n_tenfold"]) == (3, 2, 1)
    assert (pair["given"], pair["withdrawn"]) == (1, 0)
    assert (pair["n_new"], pair["n_gone"]) == (1, 1)
    assert pair["statuses"] == {"kept": 3, "added": 2, "renamed": 1, "removed": 1}
    assert pair["column_statuses"] == {"added": 1}
    assert [value["system"] for value in pair["restated"]] == ["Less", "Twice"]
    assert [column["header_after"] for column in pair["columns"]] == ["New"]
    epochs = next(line for line in pair["by_column"] if line["column"] == "epochs")
    assert (epochs["restated"], epochs["given"], epochs["withdrawn"]) == (0, 0, 1)


def test_only_as_many_rows_are_listed_as_the_config_says(settings: Settings) -> None:
    listed = settings.render.exports.listed
    rows = [row("added", None, 10.0**number) for number in range(1, listed + 6)]
    [pair] = digest(inputs_of(settings, rows=rows))["pairs"]
    assert len(pair["new"]) == listed
    assert pair["new"][0]["training_compute_flop_after"] == 10.0 ** (listed + 5)


@pytest.mark.parametrize("factor", [10.0001, 1 / 10.0001])
def test_values_restated_by_more_than_ten_times_are_named_with_both_dates(
    settings: Settings, factor: float
) -> None:
    values = [
        restated("Far", 1e20, 1e20 * factor),
        restated("Ten times", 6.027e23, 6.027e22),
        restated("Near", 1e20, 9.9e20),
    ]
    # Three vintages: the whole change tells the same value, too, and is not counted again.
    found = digest(inputs_of(settings, *chain(3), values=values))["restated"]
    assert [one["system"] for one in found] == ["Far", "Far"]
    assert {(one["before_date"], one["after_date"]) for one in found} == {
        ("2001-01-01", "2002-01-01"),
        ("2002-01-01", "2003-01-01"),
    }


def test_the_whole_change_and_the_newest_step_are_open(settings: Settings) -> None:
    digested = digest(inputs_of(settings, *chain(5)))
    opened = [(pair["before_date"][:4], pair["after_date"][:4]) for pair in digested["opened"]]
    assert opened == [("2001", "2005"), ("2004", "2005")]
    assert [pair["whole"] for pair in digested["opened"]] == [True, False]
    assert len(digested["folded"]) == 3
    [alone] = digest(inputs_of(settings))["opened"]
    assert not alone["whole"]


def test_ten_vintages_make_rows_and_no_columns(settings: Settings) -> None:
    environment = report_environment({}, {})
    widths = []
    for years in (2, 10):
        inputs = inputs_of(settings, *chain(years)[years == 2 :])
        html = parse(render_section(environment, SECTION, digest(inputs)))
        growth, changed = html.all("table")[:2]
        assert len(growth.rows()) == years
        assert len(changed.rows()) == (1 if years == 2 else years)
        widths.append([len(table.one("thead").all("th")) for table in html.all("table")[:2]])

    assert widths[0] == widths[1]


def test_the_newest_vintage_stands_first(settings: Settings) -> None:
    growth = digest(replace(inputs_of(settings, *chain(4))))["growth"]
    assert [of["vintage"].year for of in growth] == [2004, 2003, 2002, 2001]
    assert [of["leads"] for of in growth] == [True, False, False, False]
    first = settings.fit.exports.headlines[0].name
    assert [of["headlines"][first]["n"] for of in growth] == [30, 20, 10, 0]
