from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import Real
from pipeline import PaperRun

from compute_trends.render.figures.comparison import comparison_plans, draw_comparison
from compute_trends.render.figures.files import save_drawings, save_figure
from compute_trends.render.figures.formats import CHECK_FIGURES, SUFFIXES
from compute_trends.render.figures.style import FULL, WIDTHS
from compute_trends.settings.render import Comparison

COMPARISON = Comparison(name="c", title="Two", x="published", y="estimated")
NAMES = {"a": "Near", "b": "Far above", "c": "Far below"}


def points() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "system_id": ["a", "b", "c"],
            "x_flop": [1e10, 1e12, 1e20],
            "y_flop": [1.5e10, 1e15, 1e17],
            "method": ["operation_count", "operation_count", "hardware_time"],
        }
    )


def svg(tmp_path: Path, frame: pd.DataFrame, **comparison: Any) -> str:
    drawing = draw_comparison(
        frame, NAMES, comparison=COMPARISON.model_copy(update=comparison), factor=2, width=FULL
    )
    path = tmp_path / "c.svg"
    save_figure(drawing.figure, str(path), title="Two", fingerprint="f")
    return path.read_text(encoding="utf-8")


def test_marks_band_and_the_names_of_the_far_ones(tmp_path: Path) -> None:
    text = svg(tmp_path, points())
    for words in (
        "3 systems. Data: Epoch AI, CC BY 4.0",
        "By counting operations (2)",
        "From chips and time (1)",
        "Within ×2",
        "Training compute as published (FLOP)",
        "Far above",
        "Far below",
    ):
        assert f">{words}<" in text
    assert ">Near<" not in text


def test_two_methods_are_not_marked_by_method(tmp_path: Path) -> None:
    text = svg(tmp_path, points(), x="hardware_time", y="operation_count")
    assert ">Systems (3)<" in text
    assert "By counting" not in text


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    assert svg(tmp_path, points()) == svg(tmp_path, points())


def test_each_comparison_has_its_files_at_each_width(
    real: Real, paper_run: PaperRun, tmp_path: Path
) -> None:
    estimate, comparisons = real.settings.estimate, real.settings.render.comparisons
    names = [*(comparison.name for comparison in comparisons), *CHECK_FIGURES]
    paths = [tmp_path / f"{name}{suffix}.svg" for name in names for suffix in SUFFIXES.values()]
    plans = comparison_plans(
        real.systems,
        real.estimates,
        real.compute,
        paper_run["utilization"],
        real.error_model,
        *(paper_run[name] for name in ("scores", "eras", "era_lines")),
        *(paper_run[f"inference_{name}"] for name in ("models", "trends", "members")),
        comparisons=comparisons,
        preference=estimate.choice.preference,
        factor=estimate.disagreements.factor,
        era_settings=real.settings.fit.eras,
    )
    table = save_drawings(plans, list(map(str, paths)), fingerprint="f")
    assert table["figure"].to_list() == [name for name in names for _ in WIDTHS]
    both = real.compute.filter(regex="_(published|estimated)_flop$").notna().all(axis=1).sum()
    shown = dict(zip(names, table["n_shown"][::2], strict=True))
    assert shown["published_estimated"] == both
    for path, n_shown in zip(paths, table["n_shown"], strict=True):
        assert re.search(rf">{n_shown} (systems|models)", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("x", ["published", "reported"])
def test_nothing_to_compare_is_an_empty_figure(tmp_path: Path, x: str) -> None:
    assert "0 systems." in svg(tmp_path, points().iloc[:0], x=x)
