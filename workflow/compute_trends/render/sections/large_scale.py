"""Is there a large-scale trend? Whether the largest systems are a population of their own."""

from __future__ import annotations

from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import HYPOTHESIS_WORDS
from compute_trends.render.look_ups import grouped, trend_labels
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.settings.clean import leading_export
from compute_trends.settings.simulations import Populations

PART = 2
ORDER = 40
TABLES = ("populations", "selection_null")


def digest(inputs: ReportInputs) -> Record:
    """The answer in a sentence, the hypotheses behind it, and the answers on other systems."""
    fit = inputs.settings.fit
    rules, exports = fit.populations, {one.name for one in inputs.settings.clean.exports}
    leading = leading_export(inputs.settings.clean.exports)
    groups = population_groups(inputs.tables, rules)
    # Of one selection of the paper's systems, on each basis; published first.
    lead = [group for group in groups if group["of_lead"]]
    others = [group for group in groups if not group["of_lead"]]
    return {
        "lead": lead,
        "others": [group for group in others if group["dataset"] not in exports],
        "leading": leading,
        "of_exports": [group for group in others if group["dataset"] in exports],
        "rules": rules,
        "simulations": rules.worlds.at(fit.depth),
        "depth": fit.depth,
        "high_z": fit.outliers.high_z,
        "selected": list(grouped(selected_groups(inputs.tables), "group").values()),
        "null_worlds": fit.selection_null.worlds.at(fit.depth),
        "trend_labels": trend_labels(inputs.settings),
    }


def selected_groups(tables: Tables) -> list[Record]:
    """Groups that compute selects beside what one line gives, one row for each law.

    On published compute, from table ``selection_null``: each with its statistics by name.
    """
    rows = records(tables["selection_null"].query("basis == 'published'"))
    for row in rows:
        row["case"] = tuple(row[name] for name in ("group", "law"))
    return [
        {name: of_case[0][name] for name in ("group", "beside", "law")}
        | {row["statistic"]: row for row in of_case}
        for of_case in grouped(rows, "case").values()
    ]


def population_groups(tables: Tables, rules: Populations) -> list[Record]:
    """Selections of systems with their hypotheses, the verdict and a sentence that tells it.

    From table ``populations``. The first selection leads, on whatever basis.
    """
    rows = records(tables["populations"])
    for row in rows:
        row["group"] = tuple(row[name] for name in ("dataset", "basis", "period"))
    groups = [_group(list(of), rules) for of in grouped(rows, "group").values()]
    first = groups[0]
    same = ("dataset", "period")
    for group in groups:
        group["of_lead"] = all(group[name] == first[name] for name in same)
    return groups


def _group(rows: list[Record], rules: Populations) -> Record:
    """One selection of systems."""
    real = [row for row in rows if row["world"] == "real"]
    [judged] = [row for row in real if row["verdict"]]
    least = min((row["bic"] for row in real if row["bic"] is not None), default=0.0)
    hypotheses = []
    for name in HYPOTHESIS_WORDS:
        for row in real:
            if row["hypothesis"] == name and row["slope_oom_per_year"] is not None:
                worlds = {of["world"]: of for of in rows if of["hypothesis"] == name}
                bic = None if row["bic"] is None else row["bic"] - least
                hypotheses.append(row | {"bic_above": bic} | _of_worlds(worlds, rules))
    group = {name: judged[name] for name in ("dataset", "basis", "period", "n", "verdict")}
    group["after"], group["through"] = group["period"].split("/")
    by_name = {row["hypothesis"]: row for row in hypotheses}
    lines = {name: by_name.get(name) for name in ("parallel", "rule")}
    return group | lines | {"hypotheses": hypotheses, "sentence": judged["why"]}


def _of_worlds(worlds: dict[str, Record], rules: Populations) -> Record:
    """What simulated worlds say of two populations: p, false alarms and power."""
    nulls = [worlds[law] for law in rules.nulls if law in worlds]
    return {
        "p": max((row["p_skewed"] for row in nulls), default=None),
        "false_alarms": max((row["found_skewed_test"] for row in nulls), default=None),
        "power": worlds["paper"]["found_skewed_test"] if "paper" in worlds else None,
    }
