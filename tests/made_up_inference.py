"""Made-up tables of inference compute: a few trends of the delivered config, with their models."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from compute_trends.tables.dictionary import typed

Tables = dict[str, pd.DataFrame]
# Trends of config.yaml: task, quantity and selection of each, and its slope in OOM per year
TRENDS = {
    "vision": ("image classification", "forward_flop", "all", 0.2),
    "vision_study": ("image classification", "forward_flop", "all", 0.1),
    "vision_no_extra_data": ("image classification", "forward_flop", "all", 0.05),
    "vision_records": ("image classification", "forward_flop", "accuracy_records", 0.3),
    "vision_flop_per_parameter": ("image classification", "flop_per_parameter", "all", 0.02),
    "vision_least_for_70": ("image classification", "forward_flop", "least", -0.4),
    "vision_at_equal_accuracy": ("image classification", "forward_flop", "all", -0.1),
    "language": ("language", "forward_flop", "all", 0.7),
    "language_largest": ("language", "forward_flop", "largest", 1.0),
    "chips_fp32": ("chips", "peak_flop_per_second_per_watt", "all", 0.09),
}


def tables(**changes: pd.DataFrame) -> Tables:
    """Tables that the section and the figure show, with changed ones."""
    made = {
        "claims": pd.DataFrame(),
        "inference_agreement": agreement(),
        "inference_disagreements": disagreements(),
        "inference_models": models(),
        "inference_members": members(),
        "inference_null": nulls(),
        "inference_trends": trends(),
        "training_inference": training(),
        "training_inference_trends": training_trends(),
    }
    return {name: typed(table, name) for name, table in (made | changes).items()}


def growth(slope: float, half_width: float = 0.04) -> dict[str, Any]:
    """Columns of a growth with its interval."""
    ends = {"": slope, "_ci90_low": slope - half_width, "_ci90_high": slope + half_width}
    row: dict[str, Any] = {f"slope_oom_per_year{end}": value for end, value in ends.items()}
    row |= {f"growth_per_year{end}": 10**value for end, value in ends.items()}
    months = {name: 12 * np.log10(2) / value for name, value in ends.items()}
    for word, sign in (("doubling", 1), ("halving", -1)):
        own = {end: value * sign for end, value in months.items()}
        own = {end: value if value > 0 else np.inf for end, value in own.items()}
        low, high = own["_ci90_low"], own["_ci90_high"]
        row[f"{word}_time_months"] = own[""]
        row |= {f"{word}_time_months_ci90_low": min(low, high)}
        row |= {f"{word}_time_months_ci90_high": max(low, high)}
    return row


def trends(**half_widths: float) -> pd.DataFrame:
    """Table ``inference_trends``; half widths of intervals by the name of a trend."""
    rows = []
    for name, (task, quantity, selection, slope) in TRENDS.items():
        row = {"trend": name, "label": name.replace("_", " "), "task": task}
        row |= {"quantity": quantity, "selection": selection, "n": 10, "n_papers": 9, "r2": 0.5}
        row |= {"period": "2012-09-29/2024-12-31", "note": None}
        row |= {"start_value": 1e9, "end_value": 1e9 * 10 ** (slope * 10)}
        if name == "vision_at_equal_accuracy":
            row |= {"start_value": np.nan, "end_value": np.nan}
        rows.append(row | growth(slope, half_widths.get(name, 0.04)))
    return pd.DataFrame(rows)


def models(n: int = 24) -> pd.DataFrame:
    """Table ``inference_models``: image classifiers, of which every fourth has extra data."""
    rows = [_model(f"Net {number}", "image classification", number) for number in range(n)]
    rows += [_model(f"Text {number}", "language", number) for number in range(n // 2)]
    return pd.DataFrame(rows)


def _model(name: str, task: str, number: int) -> dict[str, Any]:
    image = task == "image classification"
    flop = 1e9 * 10 ** (number / 6 + 0.3 * (number % 3))
    return {
        "model": name,
        "input_size": 224 if image else 512,
        "input_unit": "pixels" if image else "tokens",
        "task": task,
        "publication_date": pd.Timestamp("2014-01-01") + pd.Timedelta(days=120 * number),
        "publication_date_precision": "day",
        "paper": f"{name} and next" if number % 2 else name,
        "parameters": 1e7,
        "flop_from": "counted" if number % 3 == 0 else "listed",
        "counted_over_listed": 0.97 + number / 1000 if number % 6 == 0 else None,
        "forward_flop": flop,
        "forward_multiply_adds": flop / 2,
        "flop_per_unit": flop,
        "flop_per_parameter": flop / 1e7,
        "accuracy_percent": 60 + number if image else None,
        "accuracy_kind": "imagenet_top_1" if image else None,
        "extra_data": ("Web" if number % 4 == 3 else "none") if image else None,
        "source_url": "https://example.org",
        "source_locator": "table 1",
    }


def members() -> pd.DataFrame:
    """Table ``inference_members``: all models, and every fifth of them for those picked."""
    own = models()[["model", "input_size", "task"]]
    vision, text = own[own["input_size"] == 224], own[own["input_size"] == 512]
    parts = {"vision": vision, "vision_records": vision[::5]}
    parts |= {"language": text, "language_largest": text[::5]}
    rows = pd.concat(part.assign(trend=name) for name, part in parts.items())
    return rows.drop(columns="task")


def nulls(**p_values: float) -> pd.DataFrame:
    """Table ``inference_null``; p by the name of a trend, 0.3 unless said."""
    rows = []
    for name, (_, _, selection, slope) in TRENDS.items():
        if selection == "all":
            continue
        p = p_values.get(name, 0.3)
        row = {"trend": name, "slope_oom_per_year": slope, "null_q05": slope - 0.2}
        row |= {"null_median": slope - 0.1, "null_q95": slope + 0.1, "worlds": 500}
        row |= (
            {"p_at_least": 1 - p, "p_at_most": p}
            if slope < 0
            else {
                "p_at_least": p,
                "p_at_most": 1 - p,
            }
        )
        rows += [row | {"law": law} for law in ("one_line", "no_change")]
    return pd.DataFrame(rows)


def agreement() -> pd.DataFrame:
    """Table ``inference_agreement`` of one list and a library."""
    row = {"task": "image classification", "n": 8, "ratio_median": 1.0}
    row |= {"within_1_05": 1.0, "within_1_5": 1.0, "within_2": 1.0}
    own = row | {"listed_by": "library", "ratio_least": 0.97, "ratio_most": 1.03}
    return pd.DataFrame([own, row | {"listed_by": "A list", "ratio_least": 0.5, "ratio_most": 2}])


def disagreements() -> pd.DataFrame:
    """Table ``inference_disagreements``: one number of a list that is wrong, one that is not."""
    row = {"model": "Net 0", "input_size": 224, "task": "image classification"}
    row |= {"listed_by": "A list", "source_url": "https://example.org", "source_locator": "row 1"}
    wrong = {"listed_quantity": "forward_flop", "theirs": 5e8, "ours": 1e9, "ratio": 2.0}
    wrong |= {"right": "ours", "reason": "A number of multiply-adds"}
    fine = {"listed_quantity": "parameters", "theirs": 1e7, "ours": 1e7, "ratio": 1.0}
    return pd.DataFrame([row | wrong, row | fine])


def training(example: str = "GPT-3 made up") -> pd.DataFrame:
    """Table ``training_inference``: systems that cost as much as 1e11 tokens and more."""
    rows = []
    for number in range(4):
        name = example if number == 0 else f"System {number}"
        row = {"sample": "models", "system_id": f"s{number}", "system": name}
        row |= {"vintage": "2026-01-01", "pass_unit": "token", "training_flop": 1e22}
        row |= {"publication_date": pd.Timestamp("2020-01-01")}
        rows.append(row | {"flop_per_unit": 1e11, "units_per_training": 10.0 ** (11 + number)})
    alone = {"sample": "annotations", "system_id": "alone", "pass_unit": "pattern"}
    return pd.DataFrame([*rows, rows[-1] | alone])


def training_trends() -> pd.DataFrame:
    """Table ``training_inference_trends`` of the models."""
    slopes = {"training_flop": 0.9, "flop_per_unit": 0.5, "units_per_training": 0.4}
    row = {"sample": "models", "pass_unit": "token", "n": 4, "n_papers": 4}
    row |= {"start_value": 1e10, "end_value": 1e12, "r2": 0.5, "note": None}
    return pd.DataFrame(
        [row | growth(slope) | {"quantity": name} for name, slope in slopes.items()]
    )
