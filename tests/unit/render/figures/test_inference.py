"""The figure of inference compute, on made-up models."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_up_inference import members, models, tables, trends
from matplotlib.collections import PathCollection
from matplotlib.dates import date2num

from compute_trends.render.figures.files import Drawing, save_figure
from compute_trends.render.figures.inference import RING, draw_inference
from compute_trends.render.figures.style import WIDTHS, Width
from compute_trends.render.figures.style import covered as text_box
from compute_trends.tables.dictionary import typed

NAMES = ("inference_models", "inference_trends", "inference_members")


def drawn(width: Width, **changes: pd.DataFrame) -> Drawing:
    made = tables(**changes)
    return draw_inference(*(made[name] for name in NAMES), width=width)


@pytest.mark.parametrize("width", WIDTHS.values(), ids=list(WIDTHS))
def test_each_model_is_drawn_and_each_picked_one_ringed_and_named(
    width: Width, tmp_path: Path
) -> None:
    drawing = drawn(width)
    assert drawing.n_shown == len(models())
    picked = members().query("trend in ('vision_records', 'language_largest')")
    assert drawing.n_named == len(picked)
    for axes, task in zip(drawing.figure.axes, ("vision", "language"), strict=True):
        marks = [one for one in axes.collections if isinstance(one, PathCollection)]
        rings = [one for one in marks if one.get_sizes()[0] == RING * width.mark_area]
        own = picked["trend"].str.startswith(task)
        assert [len(ring.get_offsets()) for ring in rings] == [own.sum()]
        names = [text for text in axes.texts if text.get_gid() == "name"]
        assert {text.get_text() for text in names} == set(picked.loc[own, "model"])
        boxes = [text_box(text) for text in names]
        assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    for end in ("one.svg", "other.svg"):
        save_figure(drawing.figure, str(tmp_path / end), title="t", fingerprint="f")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()


def test_lines_go_from_the_first_to_the_last_model_that_they_are_through() -> None:
    left, _ = drawn(WIDTHS["full"]).figure.axes
    lines = {line.get_gid(): line for line in left.lines}
    dates = models().query("task == 'image classification'")["publication_date"]
    table = trends().set_index("trend")
    every = lines["trend-vision"]
    assert every.get_xdata() == pytest.approx(date2num([dates.min(), dates.max()]))
    ends = table.loc["vision", ["start_value", "end_value"]].astype(float)
    assert every.get_ydata() == pytest.approx(ends.to_numpy())
    assert "trend-vision_records" in lines and len(left.get_legend().get_texts()) == 2


def test_accuracy_and_extra_data_can_be_told_apart() -> None:
    left, right = drawn(WIDTHS["full"]).figure.axes
    looks = {tuple(np.round(one.get_facecolor()[0], 3)) for one in left.collections[:-1]}
    assert len(looks) == 3
    # Three steps, each with and without extra data
    assert len(left.collections) == 6 + 1
    assert len(right.collections) == 1 + 1


def test_a_figure_of_nothing() -> None:
    nothing = [typed(pd.DataFrame(), name) for name in NAMES]
    assert draw_inference(*nothing, width=WIDTHS["column"]).n_shown == 0
    alone = drawn(WIDTHS["full"], inference_trends=pd.DataFrame(), inference_members=pd.DataFrame())
    assert alone.n_shown == len(models()) and alone.n_named == 0
