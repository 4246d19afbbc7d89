"""What is not seen: models that are listed without compute, and what scenarios make of them."""

from __future__ import annotations

import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.render.look_ups import grouped
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections.slowing import grown
from compute_trends.settings.clean import leading_export

PART = 4
ORDER = 40
TABLES = (
    "slowing",
    "slowing_dropped",
    "visibility",
    "visibility_ages",
    "visibility_delay",
    "visibility_later",
)
# Last years of the table of shares
YEARS = 6


def digest(inputs: ReportInputs) -> Record:
    """Shares by group and year, delays, values that came later, and scenarios since the lead."""
    tables, settings = inputs.tables, inputs.settings.fit
    export = leading_export(inputs.settings.clean.exports)
    if "visibility" not in tables or export is None:
        return {"groups": []}
    rows = records(tables["visibility"])
    years = sorted({row["year"] for row in rows})[-YEARS:]
    lead = pd.Timestamp(settings.slowing.lead) + pd.Timedelta(days=1)
    scenarios = tables["slowing"]
    scenarios = scenarios[scenarios["since"] == lead]
    delay = {row["age_class"]: row for row in records(tables["visibility_delay"])}
    return {
        "groups": [_of_group(own, years) for own in _by_group(rows)],
        "years": years,
        "export": export,
        "settings": settings,
        "lead": lead,
        "scenarios": _by_headline(records(scenarios)),
        "titles": {one.name: one.title for one in settings.exports.headlines},
        "dropped": grouped(records(tables["slowing_dropped"]), "headline_name"),
        "delay": [row for name, row in delay.items() if name != "all ages"],
        "delay_all": delay.get("all ages"),
        "later": records(tables["visibility_later"]),
        "vintages": tables["visibility_ages"]["vintage"].nunique(),
    }


def _by_group(rows: list[Record]) -> list[list[Record]]:
    """Rows of each group, the groups in the order of the table."""
    return [
        own
        for of_kind in grouped(rows, "group_kind").values()
        for own in grouped(of_kind, "group_name").values()
    ]


def _of_group(rows: list[Record], years: list[int]) -> Record:
    """A group with its numbers in each of some years, None where it lists nothing."""
    by_year = {row["year"]: row for row in rows}
    kind, label = rows[0]["group_kind"], rows[0]["label"]
    return {"kind": kind, "label": label, "years": [by_year.get(year) for year in years]}


def _by_headline(rows: list[Record]) -> list[Record]:
    """Each scenario, with its growth for each headline."""
    return [
        {
            "label": own[0]["label"],
            "bound": own[0]["bound_kind"] != "none",
            "grown": {row["headline_name"]: grown(row) for row in own},
        }
        for own in grouped(rows, "scenario").values()
    ]
