"""Data: what became of each raw annotation, the datasets, the corrections."""

from __future__ import annotations

from compute_trends.clean.replay import REPLAYED, replayed_values
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import BASIS_WORDS, NOT_RATED
from compute_trends.render.attribution import export_sources
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.settings.models import Settings

PART = 4
ORDER = 130
RAW_TABLES = ("annotations", "corrections")
TABLES = ("excluded", "scores", "systems")


def digest(inputs: ReportInputs) -> Record:
    """Counts of annotations, systems of each dataset, corrections, what the paper had; exports."""
    tables = inputs.tables
    systems = tables["systems"]
    used = systems["system_id"].isin(tables["scores"]["system_id"])
    corrections = [
        row | {"touches_fits": row["column"] in REPLAYED} for row in records(tables["corrections"])
    ]
    return {
        "n_raw": len(tables["annotations"]),
        "n_systems": len(systems),
        "excluded": records(tables["excluded"]),
        "precisions": systems["publication_date_precision"].value_counts().to_dict(),
        "unused": records(systems.loc[~used, ["system", "snapshot"]]),
        "datasets": dataset_systems(tables, inputs.settings),
        "window_days": inputs.settings.fit.outliers.window_days,
        "corrections": corrections,
        "replayed": records(replayed_values(systems)),
        "sources": export_sources(inputs.settings.clean.exports),
        "n_touching": sum(row["touches_fits"] for row in corrections),
    }


def dataset_systems(tables: Tables, settings: Settings) -> list[Record]:
    """Each dataset's size, its low outliers, its large-scale and its unrated systems, by name.

    From tables ``scores`` and ``systems``.
    """
    systems = tables["systems"][["system_id", "system", "publication_date"]]
    named = tables["scores"].merge(systems, on="system_id")
    named = named.sort_values(["publication_date", "system_id"])
    rows = []
    for dataset in settings.fit.datasets:
        of_it = named[named["dataset"] == dataset.name]
        published, estimated = (of_it[of_it["basis"] == basis] for basis in BASIS_WORDS)
        rows.append(
            {
                "name": dataset.name,
                "snapshots": dataset.snapshots,
                "after": dataset.after,
                "through": dataset.through,
                "n": len(published),
                "low": published.loc[published["low_outlier"], "system"].to_list(),
                "low_estimated": estimated.loc[estimated["low_outlier"], "system"].to_list(),
                "large": published.loc[published["scale"] == "large", "system"].to_list(),
                "unrated": published.loc[published["scale"] == NOT_RATED, "system"].to_list(),
            }
        )
    return rows
