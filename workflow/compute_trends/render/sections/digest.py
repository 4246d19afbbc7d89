"""What the report says of the results: counts, pairs and lists made from their tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import NO_WINNER
from compute_trends.render.sections.exports import ExportResults, digest_exports, read_exports
from compute_trends.tables.dictionary import path_of
from compute_trends.tables.generated import read_table
from compute_trends.tables.raw import read_checked

# Farthest that an axis of doubling times goes from the one as fitted, as a factor
AXIS_REACH = 6
# From best to worst.
VERDICTS = ("reproduced", "differs", "not reproducible")


@dataclass(frozen=True, kw_only=True)
class Results:
    """Tables that the report shows: hand-kept ones, and what the stages wrote."""

    corrections: pd.DataFrame
    published_tables: pd.DataFrame
    systems: pd.DataFrame
    excluded: pd.DataFrame
    estimates: pd.DataFrame
    compute: pd.DataFrame
    scores: pd.DataFrame
    trends: pd.DataFrame
    members: pd.DataFrame
    noise: pd.DataFrame
    robust: pd.DataFrame
    parameters: pd.DataFrame
    coverage: pd.DataFrame
    sensitivity: pd.DataFrame
    claims: pd.DataFrame
    table1: pd.DataFrame
    table5: pd.DataFrame
    reproduction: pd.DataFrame
    disagreements: pd.DataFrame
    agreement: pd.DataFrame
    utilization: pd.DataFrame
    estimate_kinds: pd.DataFrame
    drawings: pd.DataFrame
    comparisons: pd.DataFrame
    exports: ExportResults = field(default_factory=ExportResults)

    RAW: ClassVar = ("corrections", "published_tables")
    GENERATED: ClassVar = (
        "systems",
        "excluded",
        "estimates",
        "compute",
        "scores",
        "trends",
        "members",
        "noise",
        "robust",
        "parameters",
        "coverage",
        "sensitivity",
        "claims",
        "table1",
        "table5",
        "reproduction",
        "disagreements",
        "agreement",
        "utilization",
        "estimate_kinds",
        "drawings",
        "comparisons",
    )


def read_results(raw: Any, *, exports: Sequence[str]) -> Results:
    """Tables of the report from the files of a run in the working directory.

    Parameters
    ----------
    raw : mapping of str to str
        Files of the hand-kept tables by name.
    exports : sequence of str
        Names of the exports of the run.

    Returns
    -------
    Results
    """
    return Results(
        **{name: read_checked(raw[name], name) for name in Results.RAW},
        **{name: read_table(path_of(name), name) for name in Results.GENERATED},
        exports=read_exports(exports),
    )


def table_files(printed: Iterable[str]) -> dict[str, list[str]]:
    """Files of each table that can be saved from the page, by its name.

    Parameters
    ----------
    printed : iterable of str
        Files of the tables written as LaTeX and Markdown.
    """
    files: dict[str, list[str]] = {}
    for path in printed:
        name = Path(path).stem
        files.setdefault(name, [path_of(name)]).append(path)
    return files


def digest_results(results: Results, config: Record) -> Record:
    """Everything that the report's text needs of the results.

    Parameters
    ----------
    results : Results
        Tables of a run.
    config : dict
        The config in force.

    Returns
    -------
    dict
        By name as the report's sections use it: rows as dicts, counts, and lookups
        by key (a trend's name, or a tuple such as trend, basis and method).
    """
    trends, rederived = (
        {trend["trend"]: trend for trend in records(results.trends) if trend["basis"] == basis}
        for basis in ("published", "estimated")
    )
    names = dict(zip(results.systems["system_id"], results.systems["system"], strict=True))
    return {
        "trends": trends,
        "rederived": rederived,
        "names": names,
        "labels": {trend["name"]: trend["label"] for trend in config["fit"]["trends"]},
        "studies": records(results.table1),
        "terms": records(results.table5),
        "appendix": _appendix_tables(results),
        "claims": records(results.claims),
        "claim_counts": {
            basis: group["verdict"].value_counts().to_dict()
            for basis, group in results.claims.groupby("basis", sort=False)
        },
        "parameters": records(results.parameters),
        "coverage": {row["trend"]: row for row in records(results.coverage)},
        "sensitivity": _sensitivity(results, names),
        "others": {
            (row["trend"], row["basis"], row["method"]): row for row in records(results.robust)
        },
        "tables": _compared_tables(results, trends, rederived),
        "estimates": _estimates(results),
        "estimate_counts": _estimate_counts(results),
        "agreement": {
            (row["first"], row["second"], row["kind"]): row for row in records(results.agreement)
        },
        "disagreements": _disagreements(results),
        "changes": {
            trend: _member_changes(results, trend, names) for trend in trends if trend in rederived
        },
        "noise_reach": _noise_reach(results, config),
        "implied": _implied_utilization(results, config),
        "noises": {
            (row["trend"], row["basis"], row["noise"]): row for row in records(results.noise)
        },
        "kinds": _kinds(results, config),
        "outliers": _low_outliers(results, config),
        "all_trends": records(results.trends),
        "tolerances": _interval_tolerances(results.reproduction),
        "notes": {
            (line["table"], line["row"]): line["note"] for line in records(results.published_tables)
        },
        "unused": _unused_systems(results),
        "own_marking": [
            trend["label"] for trend in config["fit"]["trends"] if "large_scale_from" in trend
        ],
        "cells": records(results.reproduction),
        "verdicts": _verdict_counts(results.reproduction),
        "lost_rows": _lost_rows(results),
        "corrections": records(results.corrections),
        "excluded": records(results.excluded),
        "n_systems": len(results.systems),
        "first_date": results.systems["publication_date"].min(),
        "last_date": results.systems["publication_date"].max(),
        "precisions": results.systems["publication_date_precision"].value_counts().to_dict(),
        "datasets": _datasets(results, config),
    } | digest_exports(results.exports, config)


def _compared_tables(
    results: Results, trends: dict[str, Record], rederived: dict[str, Record]
) -> list[Record]:
    """Rows of tables 2 to 4: as printed, from this run, and the worst verdict of its cells."""
    answers = {
        (trend["table"], trend["row"]): trend
        for trend in trends.values()
        if trend["table"] is not None
    }
    verdicts = results.reproduction.groupby(["table", "row"])["verdict"].agg(list)
    tables: list[Record] = []
    for line in records(results.published_tables[results.published_tables["table"] > 1]):
        key = (line["table"], line["row"])
        if not tables or tables[-1]["number"] != line["table"]:
            tables.append({"number": line["table"], "rows": []})
        tables[-1]["rows"].append(
            {
                "paper": line,
                "ours": answers.get(key),
                "estimated": rederived.get(answers[key]["trend"]) if key in answers else None,
                "verdict": max(verdicts[key], key=VERDICTS.index),
                "n_cells": len(verdicts[key]),
                "n_differs": verdicts[key].count("differs"),
                "note": line["note"],
            }
        )
    return tables


def _appendix_tables(results: Results) -> dict[int, list[Record]]:
    """Trends that answer tables 6 to 9 of the paper, by table, each row on both bases."""
    rows = results.trends[results.trends["table"] > 5].sort_values(["table", "row"], kind="stable")
    tables: dict[int, list[Record]] = {}
    for row in records(rows):
        tables.setdefault(row["table"], []).append(row)
    return tables


def _interval_tolerances(reproduction: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Tolerance of each interval end, by trend and column: about what two draws differ by."""
    ends = reproduction[reproduction["column"].str.contains("_ci95_")].dropna(subset="trend")
    return {
        str(trend): dict(zip(group["column"], group["tolerance"], strict=True))
        for trend, group in ends.groupby("trend")
    }


def _unused_systems(results: Results) -> list[Record]:
    """Systems that no dataset holds, so that no trend and no figure shows them."""
    used = results.systems["system_id"].isin(results.scores["system_id"])
    return records(results.systems.loc[~used, ["system", "snapshot"]])


def _verdict_counts(reproduction: pd.DataFrame) -> list[Record]:
    """Cells of each table by verdict, and all tables together."""
    counts = pd.crosstab(reproduction["table"], reproduction["verdict"])
    counts = counts.reindex(columns=list(VERDICTS), fill_value=0)
    counts.loc["all"] = counts.sum()
    return records(counts.reset_index())


def _lost_rows(results: Results) -> list[Record]:
    """Published rows that no released data gives though a trend answers them, with the reason."""
    cells = results.reproduction
    lost = cells[(cells["verdict"] == "not reproducible") & cells["trend"].notna()]
    return records(lost.drop_duplicates(["table", "row"]))


def _datasets(results: Results, config: Record) -> list[Record]:
    """Each dataset's size, its low outliers and its large-scale systems, by name."""
    named = results.scores.merge(
        results.systems[["system_id", "system", "publication_date"]], on="system_id"
    ).sort_values(["publication_date", "system_id"])
    rows = []
    for dataset in config["fit"]["datasets"]:
        of_dataset, of_dataset_again = (
            named[(named["dataset"] == dataset["name"]) & (named["basis"] == basis)]
            for basis in ("published", "estimated")
        )
        rows.append(
            dataset
            | {
                "n": len(of_dataset),
                "low_estimated": of_dataset_again.loc[
                    of_dataset_again["low_outlier"], "system"
                ].to_list(),
                "low": of_dataset.loc[of_dataset["low_outlier"], "system"].to_list(),
                "large": of_dataset.loc[of_dataset["scale"] == "large", "system"].to_list(),
            }
        )
    return rows


def _estimates(results: Results) -> list[Record]:
    """Each system with its published value and its estimates, the chosen ones marked."""
    chosen = set(results.compute["estimate_ids"].dropna().str.split("; ").explode())
    by_system: dict[str, list[Record]] = {}
    for estimate in records(results.estimates[results.estimates["basis"] == "estimated"]):
        estimate["chosen"] = estimate["estimate_id"] in chosen
        by_system.setdefault(estimate["system_id"], []).append(estimate)
    values = results.compute.merge(
        results.systems[["system_id", "system", "publication_date", "domain", "link"]],
        on="system_id",
    ).sort_values(["publication_date", "system_id"])
    return [row | {"estimates": by_system.get(row["system_id"], [])} for row in records(values)]


def _estimate_counts(results: Results) -> Record:
    """How many estimates and systems there are of each kind."""
    estimated = results.estimates[results.estimates["basis"] == "estimated"]
    computed = estimated[estimated["method"] != "reported"]
    methods = computed.groupby("system_id")["method"].nunique()
    used = results.compute.dropna(subset="estimate_ids")
    from_chips = used[used["method"] == "hardware_time"]
    return {
        "estimates": len(estimated),
        "by_method": estimated["method"].value_counts().to_dict(),
        "systems": len(used),
        "computed": int(computed["system_id"].nunique()),
        "two_methods": int((methods > 1).sum()),
        "assumed": int(used["assumed"].notna().sum()),
        "from_chips": len(from_chips),
        "default_utilization": int(
            from_chips["assumed"].fillna("").str.contains("utilization").sum()
        ),
        "from_class": int((estimated["interval_from"] == "confidence").sum()),
    }


def _disagreements(results: Results) -> Record:
    """Disagreements by what they are between, the largest first, and counts of the verdicts."""
    rows = results.disagreements
    winners = {"published": "published", None: "none"} | {word: word for word in NO_WINNER}
    rows = rows.assign(
        distance=[max(ratio, 1 / ratio) for ratio in rows["ratio"]],
        side=[winners.get(row["right"], "estimate") for row in records(rows)],
    ).sort_values("distance", ascending=False, kind="stable")
    of_systems = rows[rows["of_system"]]
    return {
        "systems": records(of_systems),
        "methods": records(rows[rows["first"] != "published"]),
        "others": records(rows[(rows["first"] == "published") & ~rows["of_system"]]),
        "verdicts": of_systems["side"].value_counts().to_dict(),
    }


def _member_changes(results: Results, trend: str, names: dict[str, str]) -> Record:
    """Systems that a trend gains and loses on re-derived values, by name."""
    members = results.members[results.members["trend"] == trend]
    published, estimated = (
        set(members.loc[members["basis"] == basis, "system_id"])
        for basis in ("published", "estimated")
    )
    return {
        "gained": sorted(names[system] for system in estimated - published),
        "lost": sorted(names[system] for system in published - estimated),
    }


def _noise_reach(results: Results, config: Record) -> float | None:
    """Largest relative change of an interval end of the findings, per-system noise over paper's.

    On published values; None where there is nothing to compare.
    """
    ends = ["doubling_time_months_ci95_low", "doubling_time_months_ci95_high"]
    rows = results.noise[results.noise["basis"] == "published"].set_index(["trend", "noise"])
    changes = [
        abs(rows.loc[(finding["trend"], "per_system"), end] / paper - 1)
        for finding in config["render"]["findings"]
        for end in ends
        if (finding["trend"], "per_system") in rows.index
        and math.isfinite(paper := float(rows.loc[(finding["trend"], "paper"), end]))
    ]
    return max(changes) if changes else None


def _sensitivity(results: Results, names: dict[str, str]) -> list[Record]:
    """Variations of each trend, with places on a logarithmic axis of months, 0 to 100."""
    groups = []
    for trend, rows in results.sensitivity.groupby("trend", sort=False):
        ends = rows[[f"doubling_time_months{end}" for end in ("", "_ci95_low", "_ci95_high")]]
        values = ends.to_numpy(float)
        months = float(values[0, 0])
        finite = values[np.isfinite(values)]
        # What lies further out than this is cut off, or nothing else could be told apart.
        low = max(finite.min() / 1.1, months / AXIS_REACH)
        high = min(finite.max() * 1.1, months * AXIS_REACH)
        places = 100 * np.log(np.clip(values, low, high) / low) / np.log(high / low)
        shown = [
            row
            | {
                "setting": names.get(row["setting"], row["setting"]),
                "place": place.tolist(),
                "beyond": bool(value[2] > high),
            }
            for row, place, value in zip(records(rows), places, values, strict=True)
        ]
        varied = [row for row in shown[1:] if row["doubling_time_months"] is not None]
        changed = [row for row in varied if row["doubling_time_months"] != months]
        groups.append(
            {
                "trend": trend,
                "rows": shown,
                "unchanged": len(varied) - len(changed),
                "least": min(varied, key=lambda row: row["doubling_time_months"], default=None),
                "most": max(varied, key=lambda row: row["doubling_time_months"], default=None),
            }
        )
    return groups


def _implied_utilization(results: Results, config: Record) -> list[Record]:
    """Quantiles of the implied utilization where none is stated, by default and by time."""
    since = config["fit"]["outliers"]["large_scale_from"]
    rows = results.utilization[results.utilization["utilization_assumed"]].merge(
        results.systems[["system_id", "publication_date"]], on="system_id"
    )
    late = rows["publication_date"] > since
    summary = []
    for default, of_default in rows.groupby("utilization"):
        for label, chosen in ((f"until {since}", ~late), (f"after {since}", late)):
            values = of_default.loc[chosen[of_default.index], "implied_utilization"]
            if len(values):
                low, median, high = values.quantile([0.05, 0.5, 0.95])
                numbers = {"n": len(values), "low": low, "median": median, "high": high}
                summary.append({"label": label, "default": default} | numbers)
    return summary


def _kinds(results: Results, config: Record) -> list[Record]:
    """Systems of each era by method and by confidence of their estimate."""
    rows = []
    for era in config["render"]["eras"]:
        of_era = results.estimate_kinds[results.estimate_kinds["era"] == era["name"]]
        counts = {
            name: of_era.groupby(name)["n"].sum().to_dict() for name in ("method", "confidence")
        }
        rows.append(era | counts | {"n": int(of_era["n"].sum())})
    return rows


def _low_outliers(results: Results, config: Record) -> list[Record]:
    """Low outliers of the datasets on published values, and what the estimates make of them."""
    scores = {
        (row["basis"], row["dataset"], row["system_id"]): row for row in records(results.scores)
    }
    verdicts = {row["system_id"]: row for row in records(results.disagreements) if row["of_system"]}
    values = {row["system_id"]: row for row in records(results.compute)}
    derivations = dict(
        zip(results.estimates["estimate_id"], results.estimates["derivation"], strict=True)
    )
    rows = []
    for dataset in [dataset["name"] for dataset in config["fit"]["datasets"]]:
        for (basis, of_dataset, system), score in scores.items():
            if basis != "published" or of_dataset != dataset or not score["low_outlier"]:
                continue
            again = scores.get(("estimated", dataset, system))
            value, verdict = values[system], verdicts.get(system)
            first = (value["estimate_ids"] or "").split("; ")[0]
            rows.append(
                {
                    "dataset": dataset,
                    "compute": value,
                    "z_published": score["z_score"],
                    "z_estimated": again["z_score"] if again else None,
                    "still_low": again["low_outlier"] if again else None,
                    "verdict": verdict,
                    "annotation": _annotation(value, verdict),
                    "derivation": derivations.get(first),
                }
            )
    return rows


def _annotation(value: Record, verdict: Record | None) -> str:
    """Whether the published value of a system was wrong: error, confirmed, open or unknown."""
    if value["training_compute_estimated_flop"] is None:
        return "unknown"
    if verdict is None or verdict["right"] == "published":
        return "confirmed"
    return "error" if verdict["right"] == verdict["second"] else "open"
