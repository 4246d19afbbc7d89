"""Systems: every one with its published value and its estimates written out."""

from __future__ import annotations

from compute_trends.common.records import Record, records
from compute_trends.render.look_ups import grouped, trends_on
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.render.sections.estimates import estimate_counts

PART = 3
ORDER = 20
TABLES = ("compute", "estimates", "systems", "trends")


def digest(inputs: ReportInputs) -> Record:
    """Systems by date with their estimates, and counts of these."""
    counts = estimate_counts(inputs.tables)
    return {
        "systems": _systems(inputs.tables),
        "n_estimates": counts["estimates"],
        "n_from_class": counts["from_class"],
        "rederived": bool(trends_on("estimated", inputs.tables)),
    }


def _systems(tables: Tables) -> list[Record]:
    """Each system with its published value and its estimates, the chosen ones marked."""
    chosen = set(tables["compute"]["estimate_ids"].dropna().str.split("; ").explode())
    estimates = tables["estimates"]
    estimated = records(estimates[estimates["basis"] == "estimated"])
    rows = (row | {"chosen": row["estimate_id"] in chosen} for row in estimated)
    by_system = grouped(rows, "system_id")
    told = ["system_id", "system", "organizations", "publication_date", "domain", "link"]
    systems = tables["systems"][told]
    values = tables["compute"].merge(systems, on="system_id")
    values = values.sort_values(["publication_date", "system_id"])
    return [row | {"estimates": by_system.get(row["system_id"], [])} for row in records(values)]
