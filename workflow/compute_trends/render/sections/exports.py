"""What the report says of exports and of what changed between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from compute_trends.common.numbers import fixed
from compute_trends.common.records import Record, records
from compute_trends.render.page import data_uri, saved_file
from compute_trends.tables.dictionary import path_of
from compute_trends.tables.generated import read_table

# Tables of each export that the report shows, with the names of their schemas.
OF_EXPORT = {
    "systems": "systems",
    "excluded": "excluded",
    "columns": "export_columns",
    "unread": "export_unread",
    "left_out": "export_left_out",
    "estimates": "estimates",
    "compute": "compute",
    "trends": "export_trends",
    "agreement": "agreement",
}
# Tables that hold each row of an export once
ROWS = ("systems", "excluded")
CHANGES = ("rows", "values", "columns", "trends")


@dataclass(frozen=True, kw_only=True)
class ExportResults:
    """Tables of the exports of a run, by name of the export; empty without exports."""

    claims: pd.DataFrame = field(default_factory=pd.DataFrame)
    tables: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict)
    changes: dict[str, pd.DataFrame] = field(default_factory=dict)


def read_exports(exports: Sequence[str]) -> ExportResults:
    """Tables of exports from the files of a run in the working directory.

    Parameters
    ----------
    exports : sequence of str
        Names of the exports of the run.

    Returns
    -------
    ExportResults
    """
    changes = {name: f"changed_{name}" for name in CHANGES if exports}
    return ExportResults(
        claims=read_table(path_of("export_claims"), "export_claims"),
        tables={
            export: {
                short: read_table(path_of(name, export=export), name)
                for short, name in OF_EXPORT.items()
            }
            for export in exports
        },
        changes={short: read_table(path_of(name), name) for short, name in changes.items()},
    )


def digest_exports(results: ExportResults, config: Record) -> Record:
    """Everything that the report's text needs of exports.

    Parameters
    ----------
    results : ExportResults
        Tables of a run.
    config : dict
        The config in force.

    Returns
    -------
    dict
        ``exports``, ``export_trends``, ``export_claims``, ``unmeasured`` and
        ``vintage_changes``, as the section uses them.
    """
    listed = config["render"]["exports"]["listed"]
    exports = [export for export in config["clean"]["exports"] if export["name"] in results.tables]
    claims = records(results.claims)
    return {
        "exports": [export | _counts(results.tables[export["name"]]) for export in exports],
        "export_trends": _by_trend(results, [export["name"] for export in exports]),
        "export_claims": _by_claim([row for row in claims if row["export"] != "none"]),
        "unmeasured": [row for row in claims if row["export"] == "none"],
        "vintage_changes": _changes(results.changes, listed),
    }


def _counts(tables: dict[str, pd.DataFrame]) -> Record:
    """Rows, columns and estimates of an export, counted."""
    columns, estimates = tables["columns"], tables["estimates"]
    computed = estimates[estimates["basis"] == "estimated"]
    methods = computed.groupby("system_id")["method"].nunique()
    return {
        "n_rows": len(tables["systems"]) + len(tables["excluded"]),
        "n_systems": len(tables["systems"]),
        "first": tables["systems"]["publication_date"].min(),
        "last": tables["systems"]["publication_date"].max(),
        "reasons": tables["excluded"]["reason"].value_counts().to_dict(),
        "unknown": columns.loc[columns["status"] == "unknown", "header"].to_list(),
        "doubled": columns.loc[columns["status"] == "doubled", "header"].to_list(),
        "n_unread": len(tables["unread"]),
        "n_without_notability": _without_notability(tables),
        "n_estimates": len(computed),
        "n_checked": len(methods),
        "n_two_methods": int((methods > 1).sum()),
        "n_assumed": int(tables["compute"]["assumed"].notna().sum()),
        "agreement": records(tables["agreement"]),
        "left_out": records(
            tables["left_out"]
            .assign(reason=tables["left_out"]["reason"].str.replace(": .*", "", regex=True))
            .value_counts(["method", "reason"])
            .rename("n")
            .reset_index()
        ),
    }


def _without_notability(tables: dict[str, pd.DataFrame]) -> int:
    """Rows that state no notability criteria; zero where the export has no such column."""
    columns = tables["columns"]
    if not (columns["column"].eq("inclusion_criteria") & columns["status"].eq("read")).any():
        return 0
    return sum(int(tables[name]["inclusion_criteria"].isna().sum()) for name in ROWS)


def _by_trend(results: ExportResults, names: list[str]) -> list[Record]:
    """Trends of the exports, each with its rows by export."""
    found: dict[str, Record] = {}
    for name in names:
        for row in records(results.tables[name]["trends"]):
            trend = found.setdefault(row["trend"], {"label": row["label"], "rows": []})
            trend["rows"].append(row)
    return list(found.values())


def _by_claim(rows: list[Record]) -> list[Record]:
    """Claims, each with its rows by export."""
    found: dict[str, Record] = {}
    for row in rows:
        found.setdefault(row["claim_id"], row | {"rows": []})["rows"].append(row)
    return list(found.values())


def _changes(changes: dict[str, pd.DataFrame], listed: int) -> list[Record]:
    """What changed between each pair of vintages: counts, and the most telling rows."""
    if not changes:
        return []
    return [
        _pair(
            {
                name: table[(table["before"] == before) & (table["after"] == after)]
                for name, table in changes.items()
            },
            before,
            after,
            listed,
        )
        for before, after in changes["rows"][["before", "after"]].drop_duplicates().to_numpy()
    ]


def _pair(tables: dict[str, pd.DataFrame], before: str, after: str, listed: int) -> Record:
    """What changed between two vintages."""
    rows, values = tables["rows"], tables["values"]
    compute = values[values["column"] == "training_compute_flop"]
    restated = compute[compute["change"] == "restated"]
    far = np.log10(restated["factor"]).abs()
    restated = restated.loc[far.sort_values(ascending=False, kind="stable").index]
    both = (
        rows["training_compute_flop_before"].notna() & rows["training_compute_flop_after"].notna()
    )
    new = rows[(rows["status"] == "added") & rows["is_system_after"]]
    gone = rows[(rows["status"] == "removed") & rows["is_system_before"]]
    return {
        "before": before,
        "after": after,
        "statuses": rows["status"].value_counts().to_dict(),
        "n_new": len(new),
        "n_gone": len(gone),
        "n_both": int(both.sum()),
        "n_restated": len(restated),
        "n_tenfold": int((far > 1).sum()),
        "given": int((compute["change"] == "given").sum()),
        "withdrawn": int((compute["change"] == "withdrawn").sum()),
        "restated": records(restated.head(listed)),
        "by_column": records(
            values.pivot_table(
                index="column", columns="change", values="after_row", aggfunc="count", fill_value=0
            )
            .reindex(columns=["restated", "given", "withdrawn"], fill_value=0)
            .reset_index()
        ),
        "renamed": records(rows[rows["status"] == "renamed"].head(listed)),
        "new": records(new.nlargest(listed, "training_compute_flop_after")),
        "gone": records(gone.nlargest(listed, "training_compute_flop_before")),
        "columns": records(tables["columns"][tables["columns"]["status"] != "kept"]),
        "trends": records(tables["trends"]),
    }


def export_figures(
    results: ExportResults, config: Record, paths: list[str], *, first: int
) -> dict[str, Record]:
    """Figures of exports by name, as the report shows them.

    Parameters
    ----------
    results : ExportResults
        Tables of a run.
    config : dict
        The config in force.
    paths : list of str
        Files of figures.
    first : int
        Number of the first of them.

    Returns
    -------
    dict of str to dict
    """
    files = {Path(path).name: path for path in paths}
    titles = {f"export_{name}": f"Export {name}" for name in results.tables}
    titles |= {"growth_by_vintage": "Growth by vintage of the data"} if titles else {}
    headlines = config["render"]["exports"]["headlines"]
    drawn = {}
    for number, (name, title) in enumerate(titles.items(), start=first):
        told = [
            f"{row['label']} on {row['export']}: {fixed(row['growth_per_year'], 2)} times a year."
            for trend in _by_trend(results, list(results.tables))
            for row in trend["rows"]
            if row["trend"] in headlines
            and row["note"] is None
            and name in ("growth_by_vintage", f"export_{row['export']}")
        ]
        drawn[name] = {
            "kind": "export",
            "title": title,
            "number": number,
            "source": data_uri(files[f"{name}.svg"]),
            "column": data_uri(files[f"{name}_column.svg"]),
            "description": " ".join([f"{title}.", *told]),
            "files": [saved_file(files[f"{name}.{ending}"]) for ending in ("png", "pdf")],
        }
    return drawn
