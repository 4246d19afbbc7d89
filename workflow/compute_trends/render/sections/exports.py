"""Newer data: trends on exports of Epoch AI's database, and what changed between them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from compute_trends.clean.export_headers import deprecated_columns, nameless_columns
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import NOT_RATED
from compute_trends.render.look_ups import grouped
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.settings.models import Settings
from compute_trends.vintages.headlines import interaction_leads

PART = 4
ORDER = 80
# What changed is there only where there are exports.
TABLES = ("changed_columns", "changed_rows", "changed_trends", "changed_values", "export_claims")
EXPORT_TABLES = (
    "agreement",
    "compute",
    "estimates",
    "excluded",
    "export_columns",
    "export_left_out",
    "export_trends",
    "export_unread",
    "scores",
    "systems",
)


def digest(inputs: ReportInputs) -> Record:
    """Exports with their trends, claims about them, and what changed between vintages."""
    settings = inputs.settings
    claims = records(inputs.tables["export_claims"])
    found = (row for row in claims if row["export"] != "none")
    measured = grouped((row | {"of": (row["claim_id"], row["subject"])} for row in found), "of")
    exports: list[Record] = [
        {"name": export.name, "date": export.date, "models": export.models}
        | _counts(inputs.exports[export.name])
        for export in settings.clean.exports
    ]
    return {
        "exports": exports,
        "notable": [of for of in exports if of["models"] == "notable" and not of["chosen"]],
        "trends": trends_by_name(inputs.exports),
        "claims": [rows[0] | {"rows": rows} for rows in measured.values()],
        "unmeasured": [row for row in claims if row["export"] == "none"],
        "changes": _changes(inputs.tables, settings),
        "days_per_year": settings.fit.units.days_per_year,
        "draws": settings.fit.intervals.draws,
        "window_days": settings.fit.outliers.window_days,
    }


def _counts(tables: Tables) -> Record:
    """Rows, columns and estimates of an export, counted."""
    columns, estimates = tables["export_columns"], tables["estimates"]
    computed = estimates[estimates["basis"] == "estimated"]
    methods = computed.groupby("system_id")["method"].nunique()
    reasons = tables["export_left_out"]["reason"].str.replace(": .*", "", regex=True)
    left_out = tables["export_left_out"].assign(reason=reasons).value_counts(["method", "reason"])
    return {
        "n_rows": len(tables["systems"]) + len(tables["excluded"]),
        "n_systems": len(tables["systems"]),
        "first": tables["systems"]["publication_date"].min(),
        "last": tables["systems"]["publication_date"].max(),
        "reasons": tables["excluded"]["reason"].value_counts().to_dict(),
        "unknown": columns.loc[columns["status"] == "unknown", "header"].dropna().to_list(),
        "deprecated": deprecated_columns(columns),
        "nameless": nameless_columns(columns),
        "doubled": columns.loc[columns["status"] == "doubled", "header"].to_list(),
        "n_unread": len(tables["export_unread"]),
        "chosen": next(iter(tables["export_trends"]["selection"].dropna()), None),
        "unrated": _unrated(tables),
        "n_without_notability": _without_notability(tables),
        "n_estimates": len(computed),
        "n_checked": len(methods),
        "n_two_methods": int((methods > 1).sum()),
        "n_assumed": int(tables["compute"]["assumed"].notna().sum()),
        "agreement": records(tables["agreement"]),
        "left_out": records(left_out.rename("n").reset_index()),
    }


def _unrated(tables: Tables) -> list[str]:
    """Names of the systems that are not rated, oldest first."""
    scores = tables["scores"]
    unrated = set(scores.loc[scores["scale"] == NOT_RATED, "system_id"])
    systems = tables["systems"].sort_values(["publication_date", "system_id"])
    names: list[str] = systems.loc[systems["system_id"].isin(unrated), "system"].to_list()
    return names


def _without_notability(tables: Tables) -> int:
    """Rows that state no notability criteria; zero where the export has no such column."""
    columns = tables["export_columns"]
    if not (columns["column"].eq("inclusion_criteria") & columns["status"].eq("read")).any():
        return 0
    criteria = (tables[name]["inclusion_criteria"] for name in ("systems", "excluded"))
    return sum(int(texts.isna().sum()) for texts in criteria)


def trends_by_name(exports: Mapping[str, Tables]) -> list[Record]:
    """Trends of the exports, each with its rows by export; from tables ``export_trends``."""
    rows = [row for tables in exports.values() for row in records(tables["export_trends"])]
    return [{"label": of[0]["label"], "rows": of} for of in grouped(rows, "trend").values()]


def _changes(tables: Tables, settings: Settings) -> list[Record]:
    """What changed between each pair of vintages."""
    if "changed_rows" not in tables:
        return []
    changes = {name: tables[f"changed_{name}"] for name in ("rows", "values", "columns", "trends")}
    return [
        {"before": before, "after": after}
        | _pair(
            {
                name: table[(table["before"] == before) & (table["after"] == after)]
                for name, table in changes.items()
            },
            settings,
        )
        for before, after in changes["rows"][["before", "after"]].drop_duplicates().to_numpy()
    ]


def _pair(tables: Tables, settings: Settings) -> Record:
    """What changed between two vintages: counts, and the most telling rows."""
    most = settings.render.exports.listed
    rows, values = tables["rows"], tables["values"]
    compute = values[values["column"] == "training_compute_flop"]
    restatements = compute[compute["change"] == "restated"]
    far = np.log10(restatements["factor"]).abs()
    restatements = restatements.loc[far.sort_values(ascending=False, kind="stable").index]
    both = rows[["training_compute_flop_before", "training_compute_flop_after"]].notna().all(axis=1)
    by_column = values.pivot_table("after_row", "column", "change", aggfunc="count", fill_value=0)
    by_column = by_column.reindex(columns=["restated", "given", "withdrawn"], fill_value=0)
    new = rows[(rows["status"] == "added") & rows["is_system_after"]]
    gone = rows[(rows["status"] == "removed") & rows["is_system_before"]]
    return {
        "statuses": rows["status"].value_counts().to_dict(),
        "n_new": len(new),
        "n_gone": len(gone),
        "n_both": int(both.sum()),
        "n_restated": len(restatements),
        "n_tenfold": int((far > 1).sum()),
        "given": int((compute["change"] == "given").sum()),
        "withdrawn": int((compute["change"] == "withdrawn").sum()),
        "restated": records(restatements.head(most)),
        "by_column": records(by_column.reset_index()),
        "renamed": records(rows[rows["status"] == "renamed"].head(most)),
        "new": records(new.nlargest(most, "training_compute_flop_after")),
        "gone": records(gone.nlargest(most, "training_compute_flop_before")),
        "columns": records(tables["columns"][tables["columns"]["status"] != "kept"]),
        "trends": [
            row | {"interaction_leads": interaction_leads(row)} for row in records(tables["trends"])
        ],
        "headlines": [row["headline"] for row in records(tables["trends"])],
    }
