"""Training over inference, on made-up systems."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd

from compute_trends.fit.training_inference import training_inference


def system(name: str, **changes: Any) -> dict[str, Any]:
    cells = {"system_id": name, "system": name.upper(), "publication_date": "2020-01-01"}
    return cells | {"inference_compute_flop": None} | changes


def compute(name: str, published: float | None, estimated: float | None) -> dict[str, Any]:
    columns = ("training_compute_published_flop", "training_compute_estimated_flop")
    return {"system_id": name} | dict(zip(columns, (published, estimated), strict=True))


def test_a_ratio_is_of_the_best_known_training_compute_and_of_one_unit() -> None:
    systems = pd.DataFrame(
        [system("a", inference_compute_flop=50.0), system("b", inference_compute_flop=8.0)]
    )
    values = pd.DataFrame([compute("a", 900.0, 1000.0), compute("b", 400.0, None)])
    passes = pd.DataFrame(
        {
            "system_id": ["a", "b", "c"],
            "units_per_pass": [5.0, None, 1.0],
            "pass_unit": ["token", "image", "image"],
            "inference_compute_flop": [50.0, 8.0, 1.0],
        }
    )
    models = pd.DataFrame(
        {
            "model": ["M", "M", "N"],
            "export_system_id": ["m", "m", None],
            "input_size": [4.0, 9.0, 1.0],
            "input_unit": ["tokens", "tokens", "pixels"],
            "flop_per_unit": [2.0, 3.0, 5.0],
        }
    )
    export = SimpleNamespace(date="2026-01-01")
    rows = training_inference(
        [systems, pd.DataFrame([system("m"), system("x")])],
        [values, pd.DataFrame([compute("m", 600.0, 1.0), compute("x", 5.0, None)])],
        models,
        passes,
        leading=[export],  # type: ignore[list-item]
    )
    assert rows[["sample", "system_id"]].to_numpy().tolist() == [
        ["annotations", "a"],
        ["models", "m"],
    ]
    # 1000 re-derived over 10 a token; 600 as the export states it over 3, at the longest input
    assert rows["units_per_training"].tolist() == [100, 200]
    assert rows["pass_unit"].tolist() == ["token", "token"]
