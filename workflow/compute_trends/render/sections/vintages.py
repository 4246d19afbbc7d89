"""What changed between vintages: rows, values, columns, and what that does to growth."""

from __future__ import annotations

import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.render.look_ups import grouped
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.settings.models import Settings
from compute_trends.vintages.differences import FAR, FAR_OOM, distance_oom
from compute_trends.vintages.headlines import interaction_leads

PART = 4
ORDER = 90
TABLES = ("changed_columns", "changed_rows", "changed_trends", "changed_values", "headlines")


def digest(inputs: ReportInputs) -> Record:
    """Growth on each vintage, every pair that is compared, and the values restated most."""
    tables, settings = inputs.tables, inputs.settings
    dates = {export.name: export.date for export in settings.clean.exports}
    pairs = compared_pairs(tables, settings, dates) if TABLES[0] in tables else []
    return {
        "pairs": pairs,
        "opened": [pair for pair in pairs if pair["opened"]],
        "folded": [pair for pair in pairs if not pair["opened"]],
        "headlines": settings.fit.exports.headlines,
        "growth": growth_rows(tables["headlines"]) if "headlines" in tables else [],
        "restated": far_restated(tables["changed_values"], pairs) if pairs else [],
        "far": FAR,
        "draws": settings.fit.exports.change_draws,
    }


def growth_rows(headlines: pd.DataFrame) -> list[Record]:
    """One row for each vintage, the newest first: its headlines by name."""
    rows = records(headlines.sort_values("vintage", ascending=False, kind="stable"))
    return [
        {name: of[0][name] for name in ("export", "vintage", "models", "leads")}
        | {"headlines": {row["headline_name"]: row for row in of}}
        for of in grouped(rows, "export").values()
    ]


def compared_pairs(tables: Tables, settings: Settings, dates: dict[str, str]) -> list[Record]:
    """What changed between the vintages of each pair, in the order of the tables.

    ``whole`` is the first vintage against the last of more than two; it and the newest step are
    ``opened``, and have lists of rows and columns.
    """
    changes = {name: tables[f"changed_{name}"] for name in ("rows", "values", "columns", "trends")}
    names = changes["trends"][["before", "after"]].drop_duplicates().to_numpy().tolist()
    # Headlines first
    fits = settings.fit.exports
    order = {name: place for place, name in enumerate([*fits.leading_trends, *fits.followed])}
    firsts, lasts = ([pair[side] for pair in names] for side in (0, 1))
    pairs = []
    for before, after in names:
        whole = firsts.count(before) > 1 and lasts.count(after) > 1
        newest = not whole and after not in firsts
        of_pair = {
            name: table[(table["before"] == before) & (table["after"] == after)]
            for name, table in changes.items()
        }
        place = of_pair["trends"]["trend"].map(order.get)
        of_pair["trends"] = of_pair["trends"].loc[place.sort_values(kind="stable").index]
        about = {"before": before, "after": after, "whole": whole, "opened": whole or newest}
        about |= {"before_date": dates.get(before, before), "after_date": dates.get(after, after)}
        pairs.append(about | _counted(of_pair) | _listed(of_pair, settings.render.exports.listed))
    return pairs


def _counted(tables: Tables) -> Record:
    """Rows, values and columns of a pair by what happened to them, and its trends."""
    rows, values = tables["rows"], tables["values"]
    compute = values[values["column"] == "training_compute_flop"]
    both = rows[["training_compute_flop_before", "training_compute_flop_after"]].notna().all(axis=1)
    new = rows[(rows["status"] == "added") & rows["is_system_after"]]
    gone = rows[(rows["status"] == "removed") & rows["is_system_before"]]
    statuses = tables["columns"]["status"].value_counts()
    restated = compute[compute["change"] == "restated"]
    return {
        "statuses": rows["status"].value_counts().to_dict(),
        "n_new": len(new),
        "n_gone": len(gone),
        "n_both": int(both.sum()),
        "n_restated": len(restated),
        "n_tenfold": int((distance_oom(restated["factor"]) > FAR_OOM).sum()),
        "given": int((compute["change"] == "given").sum()),
        "withdrawn": int((compute["change"] == "withdrawn").sum()),
        "column_statuses": statuses.drop("kept", errors="ignore").to_dict(),
        "trends": [
            row | {"interaction_leads": interaction_leads(row)} for row in records(tables["trends"])
        ],
    }


def _listed(tables: Tables, most: int) -> Record:
    """The most telling rows of a pair."""
    rows, values = tables["rows"], tables["values"]
    by_column = values.pivot_table("after_row", "column", "change", aggfunc="count", fill_value=0)
    by_column = by_column.reindex(columns=["restated", "given", "withdrawn"], fill_value=0)
    new = rows[(rows["status"] == "added") & rows["is_system_after"]]
    gone = rows[(rows["status"] == "removed") & rows["is_system_before"]]
    return {
        "restated": records(_farthest(values).head(most)),
        "by_column": records(by_column.reset_index()),
        "renamed": records(rows[rows["status"] == "renamed"].head(most)),
        "new": records(new.nlargest(most, "training_compute_flop_after")),
        "gone": records(gone.nlargest(most, "training_compute_flop_before")),
        "columns": records(tables["columns"][tables["columns"]["status"] != "kept"]),
    }


def far_restated(values: pd.DataFrame, pairs: list[Record]) -> list[Record]:
    """Compute values restated by more than `FAR` in a step, with the dates of its vintages.

    The farthest first. The first vintage against the last would tell the same ones again.
    """
    steps = {(pair["before"], pair["after"]): pair for pair in pairs if not pair["whole"]}
    farthest = _farthest(values)
    rows = records(farthest[distance_oom(farthest["factor"]) > FAR_OOM])
    for row in rows:
        row["pair"] = steps.get((row["before"], row["after"]))
    return [
        row | {name: row["pair"][name] for name in ("before_date", "after_date")}
        for row in rows
        if row["pair"]
    ]


def _farthest(values: pd.DataFrame) -> pd.DataFrame:
    """Restated compute values, the farthest from what they were first."""
    compute = values["column"] == "training_compute_flop"
    restated = values[compute & (values["change"] == "restated")]
    far = distance_oom(restated["factor"]).sort_values(ascending=False, kind="stable")
    return restated.loc[far.index]
