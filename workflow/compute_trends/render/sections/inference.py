"""Inference: the compute of one image or one token, how it grows, and training over it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import TASK_UNITS
from compute_trends.estimate.inference import FAR
from compute_trends.render.look_ups import grouped
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.settings import inference as config

PART = 4
ORDER = 80
TABLES = (
    "claims",
    "inference_agreement",
    "inference_disagreements",
    "inference_models",
    "inference_null",
    "inference_trends",
    "training_inference",
    "training_inference_trends",
)

# p up to which a picked group is told from what the rule that picks it makes by itself
LEVEL = 0.05
# ASSUME: growth that differs by less than this share of its slope is hardly another
MOVES = 0.1
# What a trend takes unless its record in the config says otherwise
PLAIN: Record = {
    name: config.InferenceTrend.model_fields[name].default
    for name in ("quantity", "selection", "extra_data", "at_least_percent", "at_equal_accuracy")
} | {"through": None}
# Trends that have a sentence, by what their records say otherwise: of each the first
TOLD: dict[str, Record] = {
    "all": {},
    "no_extra_data": {"extra_data": "none"},
    "equal": {"at_equal_accuracy": True},
    "per_parameter": {"quantity": "flop_per_parameter"},
}
RULES = ("extra_data", "at_least_percent", "at_equal_accuracy")
# Whose inference compute has become an example of what training costs
EXAMPLE = "GPT-3"
# Who studied the same, as table ``claims`` names them
STUDY = "Desislavov"


def digest(inputs: ReportInputs) -> Record:
    """Trends side by side and in sentences, nulls beside them, agreement, training over use.

    ``told`` holds, by task, the trends of `TOLD`, the first of those ``picked`` by accuracy or
    size and the first of the ``least``; ``columns`` are the samples that stand side by side.
    """
    tables, settings = inputs.tables, inputs.settings.fit.inference
    trends = trends_with_rules(tables, settings)
    of_models = [row for row in trends if row["task"] in TASK_UNITS]
    listed = records(tables["inference_disagreements"])
    claims = tables["claims"]
    return {
        "counts": counts(tables["inference_models"]),
        "told": {task: told(of_models, task) for task in TASK_UNITS},
        "trends": trends,
        "columns": columns(of_models),
        "rows": side_by_side(of_models),
        "chips": [row for row in trends if row["task"] == "chips"],
        "agreement": records(tables["inference_agreement"]),
        "n_listed": len(listed),
        "wrong": [row for row in listed if row["right"] is not None],
        "far": FAR - 1,
        "level": LEVEL,
        "choice_moves": choice_moves(told(of_models, "image classification")),
        "training": training_over_use(tables),
        "example": example(tables["training_inference"]),
        "draws": settings.draws,
        "least_papers": inputs.settings.fit.intervals.least_systems,
        "study_claims": bool(claims["study"].str.contains(STUDY).any()),
    }


def choice_moves(images: Record) -> bool:
    """Whether growth without extra data differs from that of all by more than `MOVES` of it."""
    rows = (images["all"], images["no_extra_data"])
    if None in rows:
        return False
    every, without = (row["slope_oom_per_year"] for row in rows)
    return bool(abs(without - every) > MOVES * abs(every))


def counts(models: pd.DataFrame) -> dict[str, Record]:
    """Models and papers of each task, how many are counted, and how far that is from listings.

    A network at images of another size is another one, with an accuracy of its own.
    """
    found = {}
    images = models["input_unit"] == "pixels"
    sizes = models["input_size"].astype(str).where(images, "")
    for task, own in models.assign(one=models["model"] + " " + sizes).groupby("task", sort=False):
        is_counted = (own["flop_from"] == "counted").groupby(own["one"]).any()
        found[str(task)] = {
            "n": len(is_counted),
            "n_papers": own["paper"].nunique(),
            "n_counted": int(is_counted.sum()),
            "n_both": int(own["counted_over_listed"].notna().sum()),
            "ratio_least": own["counted_over_listed"].min(),
            "ratio_most": own["counted_over_listed"].max(),
        }
    return found


def trends_with_rules(tables: Tables, settings: config.Inference) -> list[Record]:
    """Rows of table ``inference_trends`` with what the config says of each, and its nulls.

    ``nulls`` are by law.
    """
    rules = {trend.name: trend for trend in settings.trends}
    nulls = grouped(records(tables["inference_null"]), "trend")
    rows = records(tables["inference_trends"])
    for row in rows:
        rule = rules.get(row["trend"])
        row |= {name: getattr(rule, name) if rule else PLAIN[name] for name in RULES}
        row["through"] = rule.period.through if rule else None
        row["nulls"] = {null["law"]: null for null in nulls.get(row["trend"], [])}
    return rows


def told(trends: Sequence[Record], task: str) -> Record:
    """Trends of a task that have a sentence; None where the config has no such record."""
    own = [row for row in trends if row["task"] == task and row["growth_per_year"] is not None]
    found: Record = {}
    for name, changes in TOLD.items():
        found[name] = next((row for row in own if _are(row, PLAIN | changes)), None)
    here = [row for row in own if _are(row, {"quantity": "forward_flop", "through": None})]
    for name, selections in {
        "picked": ("accuracy_records", "best_of_year", "largest"),
        "least": ("least",),
    }.items():
        picked = (row for row in here if row["selection"] in selections)
        found[name] = next(picked, None)
    return found


def _are(row: Record, values: Record) -> bool:
    """Whether a row has these values."""
    return all(row[name] == value for name, value in values.items())


def columns(trends: Sequence[Record]) -> list[tuple[str, str | None]]:
    """Samples that stand side by side: with extra data or without, and through which day."""
    flop = [row for row in trends if row["quantity"] == "forward_flop"]
    return list(dict.fromkeys((row["extra_data"], row["through"]) for row in flop))


def side_by_side(trends: Sequence[Record]) -> list[Record]:
    """Rules that are on several samples, of FLOP of one image or token, with cells by sample."""
    rows: dict[tuple[object, ...], Record] = {}
    names = ("task", "selection", "at_least_percent", "at_equal_accuracy")
    for trend in trends:
        if trend["quantity"] == "forward_flop":
            row = {name: trend[name] for name in names}
            cells = rows.setdefault(tuple(row.values()), row | {"cells": {}})["cells"]
            cells.setdefault((trend["extra_data"], trend["through"]), []).append(trend)
    return [row for row in rows.values() if len(row["cells"]) > 1]


def training_over_use(tables: Tables) -> list[Record]:
    """Of each sample and unit how many uses cost as much as the training, with growth.

    ``lines`` are by quantity; none of too few systems. Those of most systems come first.
    """
    lines = records(tables["training_inference_trends"])
    found = []
    of_samples = tables["training_inference"].groupby(["sample", "pass_unit"], sort=False)
    for (sample, unit), group in of_samples:
        own = {
            line["quantity"]: line
            for line in lines
            if (line["sample"], line["pass_unit"]) == (sample, unit)
        }
        median = float(group["units_per_training"].median())
        row = {"sample": sample, "pass_unit": unit, "n": len(group), "median": median}
        found.append(row | {"lines": own})
    return sorted(found, key=lambda row: (row["sample"] == "annotations", -row["n"]))


def example(ratios: pd.DataFrame) -> Record | None:
    """A system whose training everybody knows, if it is there."""
    known = ratios[ratios["system"].str.startswith(EXAMPLE, na=False)]
    rows = records(known.sort_values("training_flop", ascending=False, kind="stable"))
    return rows[0] if rows else None
