"""Estimates: how compute was derived again, and how far the values lie apart."""

from __future__ import annotations

from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import NO_WINNER
from compute_trends.render.look_ups import grouped, rows_by, system_names
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.settings.models import Settings

PART = 3
ORDER = 30
TABLES = (
    "agreement",
    "compute",
    "disagreements",
    "estimate_kinds",
    "estimates",
    "physics",
    "scores",
    "systems",
    "utilization",
)


def digest(inputs: ReportInputs) -> Record:
    """Counts of estimates, their agreement, disagreements, low outliers and utilizations."""
    tables, settings = inputs.tables, inputs.settings
    estimate = settings.estimate
    pairs = agreement_of_methods(tables)
    outliers = low_outliers(tables, settings)
    by_system = grouped(outliers, "system_id")
    return {
        "counts": estimate_counts(tables),
        "n_systems": len(tables["systems"]),
        "backward_forward_ratio": estimate.defaults.backward_forward_ratio,
        "factor": estimate.disagreements.factor,
        "comparisons": [comparison.name for comparison in settings.render.comparisons],
        "agreement": records(tables["agreement"]),
        "disagreements": _disagreements(tables),
        "outliers": [rows[0] | {"scores": rows} for rows in by_system.values()],
        "pair": pairs.get("all"),
        "stated": pairs.get("utilization stated"),
        "default": pairs.get("utilization assumed"),
        "implied_utilizations": _implied_utilizations(tables, settings),
        "utilization_rule": estimate.defaults.utilization.rule,
        "fixed_utilization": estimate.defaults.utilization.fixed,
        "replayable_only": estimate.choice.replayable_only,
        "partial": partial_values(tables),
        "physics": above_limits(tables),
        "highest_utilization": estimate.physics.highest_utilization,
        "eras": _kinds_by_era(tables, settings),
    }


def agreement_of_methods(tables: Tables) -> dict[str, Record]:
    """How far counted operations and chips and time agree, by the kind of their systems.

    From table ``agreement``.
    """
    return {
        row["kind"]: row
        for row in records(tables["agreement"])
        if (row["first"], row["second"]) == ("operation_count", "hardware_time")
    }


def agreement_of_values(tables: Tables) -> Record | None:
    """How far values that are computed here agree with those published; from ``agreement``."""
    rows = rows_by(tables, "agreement", "first", "second", "kind")
    return rows.get(("published", "estimated", "computed"))


def estimate_counts(tables: Tables) -> Record:
    """How many estimates and systems there are of each kind.

    From tables ``compute`` and ``estimates``.
    """
    estimates = tables["estimates"]
    estimated = estimates[estimates["basis"] == "estimated"]
    computed = estimated[estimated["method"] != "reported"]
    methods = computed.groupby("system_id")["method"].nunique()
    used = tables["compute"].dropna(subset="estimate_ids")
    from_chips = used[used["method"] == "hardware_time"]
    assumed = from_chips["assumed"].fillna("")
    return {
        "estimates": len(estimated),
        "by_method": estimated["method"].value_counts().to_dict(),
        "systems": len(used),
        "reported": int((used["method"] == "reported").sum()),
        "computed": int(computed["system_id"].nunique()),
        "two_methods": int((methods > 1).sum()),
        "assumed": int(used["assumed"].notna().sum()),
        "from_chips": len(from_chips),
        "default_utilization": int(assumed.str.contains("utilization").sum()),
        "from_class": int((estimated["interval_from"] == "confidence").sum()),
    }


def partial_values(tables: Tables) -> Record:
    """Values used that are bounds, or do not count just what the conventions do.

    From tables ``compute`` and ``systems``: rows by bound, and counts by bound and scope.
    """
    used, names = tables["compute"].dropna(subset="estimate_ids"), system_names(tables)
    is_partial = used["bound"].notna() | (used["scope"].fillna("system") != "system")
    rows = used[is_partial].sort_values("bound", kind="stable", na_position="last")
    bounds = rows.dropna(subset="bound")
    counts = bounds.groupby(["bound", "scope"]).size().rename("n").reset_index()
    return {
        "rows": [row | {"system": names[row["system_id"]]} for row in records(rows)],
        "n_bounds": len(bounds),
        "counts": records(counts),
    }


def above_limits(tables: Tables) -> Record:
    """Counts above what the chips of the same system could do, the farthest above first.

    From tables ``physics`` and ``systems``.
    """
    pairs, names = tables["physics"], system_names(tables)
    above = pairs[pairs["exceeds"] != "nothing"]
    above = above.sort_values("implied_utilization", ascending=False, kind="stable")
    rows = [row | {"system": names[row["system_id"]]} for row in records(above)]
    return {
        "n": len(pairs),
        "rows": rows,
        "unexplained": sum(row["explained"] is None for row in rows),
    }


def _disagreements(tables: Tables) -> Record:
    """Disagreements by what they are between, the largest first, and counts of the verdicts."""
    names = system_names(tables)
    winners = {"published": "published", None: "none"} | {word: word for word in NO_WINNER}
    rows = tables["disagreements"]
    expected = expected_pairs(tables)
    rows = rows.assign(
        expected=expected,
        system=rows["system_id"].map(names),
        distance=[max(ratio, 1 / ratio) for ratio in rows["ratio"]],
        side=[
            "expected" if held else winners.get(row["right"], "estimate")
            for row, held in zip(records(rows), expected, strict=True)
        ],
    ).sort_values("distance", ascending=False, kind="stable")
    of_systems = rows[rows["of_system"]]
    with_published = rows["first"] == "published"
    return {
        "systems": records(of_systems),
        "methods": records(rows[~with_published]),
        "others": records(rows[with_published & ~rows["of_system"]]),
        "verdicts": of_systems["side"].value_counts().to_dict(),
    }


def expected_pairs(tables: Tables) -> list[bool]:
    """Whether each disagreement has no verdict and needs none.

    Where no utilization is stated, values lie far apart as a rule: no verdict is due as long as
    the interval of one holds the other. From tables ``disagreements`` and ``estimates``.
    """
    estimates = rows_by(tables, "estimates", "estimate_id")
    return [
        row["right"] is None
        and (
            _holds(estimates.get(f"{row['system_id']}/{row['first']}"), row["second_flop"])
            or _holds(estimates.get(f"{row['system_id']}/{row['second']}"), row["first_flop"])
        )
        for row in records(tables["disagreements"])
    ]


def _holds(estimate: Record | None, flop: float) -> bool:
    """Whether an estimate rests on a learnt utilization and its interval holds a value."""
    if estimate is None or estimate["interval_from"] != "utilization":
        return False
    low, high = (estimate[f"training_compute_flop_ci90_{end}"] for end in ("low", "high"))
    return bool(low <= flop <= high)


def low_outliers(tables: Tables, settings: Settings) -> list[Record]:
    """Low outliers of the datasets on published values, and what the estimates make of them.

    From tables ``compute``, ``disagreements``, ``estimates``, ``scores`` and ``systems``.
    """
    scores = rows_by(tables, "scores", "basis", "dataset", "system_id")
    disagreements = records(tables["disagreements"])
    verdicts = {row["system_id"]: row for row in disagreements if row["of_system"]}
    values, names = rows_by(tables, "compute", "system_id"), system_names(tables)
    derivations = tables["estimates"].set_index("estimate_id")["derivation"].to_dict()
    rows = []
    for dataset in settings.fit.dataset_names:
        for (basis, of_dataset, system), score in scores.items():
            if basis != "published" or of_dataset != dataset or not score["low_outlier"]:
                continue
            again = scores.get(("estimated", dataset, system))
            value, verdict = values[system], verdicts.get(system)
            first = (value["estimate_ids"] or "").split("; ")[0]
            rows.append(
                {
                    "system_id": system,
                    "system": names[system],
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


def _implied_utilizations(tables: Tables, settings: Settings) -> list[Record]:
    """Quantiles of the implied utilization, by whether one is stated and by time."""
    since = settings.fit.outliers.large_scale_from
    dates = tables["systems"][["system_id", "publication_date"]]
    rows = tables["utilization"].merge(dates, on="system_id")
    late = rows["publication_date"] > since
    summary = []
    for assumed in (False, True):
        for label, of_time in ((f"until {since}", ~late), (f"after {since}", late)):
            chosen = rows[(rows["utilization_assumed"] == assumed) & of_time]
            if len(chosen):
                low, median, high = chosen["implied_utilization"].quantile([0.05, 0.5, 0.95])
                numbers = {"low": low, "median": median, "high": high}
                taken = {"assumed": assumed, "taken": chosen["utilization"].median()}
                summary.append({"label": label, "n": len(chosen), **taken, **numbers})
    return summary


def _kinds_by_era(tables: Tables, settings: Settings) -> list[Record]:
    """Systems of each era by method and by confidence of their estimate."""
    kinds, names = tables["estimate_kinds"], ("method", "confidence")
    rows = []
    for era in settings.render.eras:
        of_era = kinds[kinds["era"] == era.name]
        counts = {name: of_era.groupby(name)["n"].sum().to_dict() for name in names}
        rows.append({"era": era, "n": int(of_era["n"].sum())} | counts)
    return rows
