"""Newer data: trends on exports of Epoch AI's database, how each was read."""

from __future__ import annotations

from collections.abc import Mapping

from compute_trends.clean.export_headers import deprecated_columns, nameless_columns
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import NOT_RATED
from compute_trends.render.look_ups import grouped
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.render.sections.what_holds import PAPER
from compute_trends.settings.clean import leading_export

PART = 4
ORDER = 100
TABLES = ("export_claims",)
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
    """Exports and how each was read, trends on the newest, and claims about them.

    ``lead`` is the export that answers for today, ``others`` are the rest, the newest first.
    """
    settings = inputs.settings
    leading = leading_export(settings.clean.exports)
    exports: list[Record] = [
        {"name": export.name, "date": export.date, "models": export.models}
        | {"filtered": bool(export.filters.notability)}
        | _counts(inputs.exports[export.name])
        for export in sorted(settings.clean.exports, key=lambda one: one.date, reverse=True)
    ]
    lead = next((of for of in exports if leading and of["name"] == leading.name), None)
    others = [of for of in exports if of is not lead]
    claims = records(inputs.tables["export_claims"])
    return {
        "lead": lead,
        "others": others,
        "notable": [of for of in others if of["models"] == "notable" and not of["chosen"]],
        "trends": leading_trends(inputs.exports, lead),
        "claims": _claims(claims),
        "unmeasured": [row for row in claims if row["export"] == "none"],
        "days_per_year": settings.fit.units.days_per_year,
        "draws": settings.fit.intervals.draws,
        "window_days": settings.fit.outliers.window_days,
    }


def _claims(rows: list[Record]) -> list[Record]:
    """What others than the paper state, each with its rows by export; see `what_holds`."""
    measured = [
        row | {"of": (row["claim_id"], row["subject"])}
        for row in rows
        if row["export"] != "none" and row["study"] != PAPER
    ]
    return [
        of[0] | {"rows": {row["export"]: row for row in of}}
        for of in grouped(measured, "of").values()
    ]


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
        "readings": [
            f"{row['header']}: {row['reading']}" for row in records(columns) if row["reading"]
        ],
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


def leading_trends(exports: Mapping[str, Tables], lead: Record | None) -> list[Record]:
    """Trends of the export that leads, each with its row on the first of the same models.

    ``first`` is None where no other has the trend.
    """
    trends = []
    for trend in trends_by_name(exports):
        now = next((row for row in trend["rows"] if lead and row["export"] == lead["name"]), None)
        if now:
            earlier = [
                row
                for row in trend["rows"]
                if row["vintage"] < now["vintage"]
                and row["models"] == now["models"]
                and row["growth_per_year"] is not None
            ]
            first = min(earlier, key=lambda row: row["vintage"], default=None)
            trends.append({"now": now, "first": first})
    return trends
