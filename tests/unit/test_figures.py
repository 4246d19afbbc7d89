from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from compute_trends.figures import draw_systems, figure_points, save_figure, trend_lines

NAMES = ("figure1", "figure2", "figure3", "figure5", "figure7")


def record(real: Real, name: str) -> dict[str, Any]:
    return next(figure for figure in real.config["render"]["figures"] if figure["name"] == name)


def shown_points(real: Real, figure: dict[str, Any]) -> pd.DataFrame:
    fit = real.config["fit"]
    return figure_points(
        real.systems,
        real.compute,
        real.scores,
        figure=figure,
        outliers=fit["outliers"],
        domains=fit["domains"],
    )


def draw(real: Real, name: str) -> Figure:
    figure = record(real, name)
    return draw_systems(
        shown_points(real, figure),
        trend_lines(real.trends, real.members, real.systems, figure=figure),
        figure=figure,
        eras=real.config["render"]["eras"],
        records=real.config["fit"]["trends"],
        units=real.config["fit"]["units"],
    )


@pytest.fixture(scope="module")
def labelled(real: Real) -> Figure:
    return draw(real, "figure3")


@pytest.mark.parametrize(("name", "shown"), [("figure1", 121), ("figure2", 121), ("figure3", 102)])
def test_figures_show_the_systems_of_the_paper(real: Real, name: str, shown: int) -> None:
    figure = record(real, name)
    assert len(shown_points(real, figure)) == shown
    marks = [len(np.asarray(c.get_offsets())) for c in draw(real, name).axes[0].collections]
    assert sum(marks) == shown


@pytest.mark.parametrize("name", NAMES)
def test_lines_end_where_the_trend_table_says(real: Real, name: str) -> None:
    axes = draw(real, name).axes[0]
    basis = record(real, name)["basis"]
    trends = real.trends[real.trends["basis"] == basis].set_index("trend")
    dates = real.systems.set_index("system_id")["publication_date"]
    drawn = [line for line in axes.lines if "95 % interval" in str(line.get_label())]
    assert len(drawn) == len(record(real, name)["trends"])
    for trend_name, line in zip(record(real, name)["trends"], drawn, strict=True):
        trend = trends.loc[trend_name]
        of_trend = (real.members["trend"] == trend_name) & (real.members["basis"] == basis)
        members = real.members.loc[of_trend, "system_id"]
        np.testing.assert_allclose(
            np.asarray(line.get_ydata(), dtype=float), [trend["start_flop"], trend["end_flop"]]
        )
        ends = pd.to_datetime([dates[members].min(), dates[members].max()])
        np.testing.assert_allclose(date2num(line.get_xdata()), date2num(ends))
        assert f"doubles every {trend['doubling_time_months']:.1f} months" in str(line.get_label())


def test_every_system_is_named_and_no_name_is_over_another(real: Real, labelled: Figure) -> None:
    names = real.systems.set_index("system_id")["system"]
    figure = record(real, "figure3")
    shown = shown_points(real, figure)
    texts = [text for text in labelled.axes[0].texts if text.get_text()]
    assert sorted(text.get_text() for text in texts) == sorted(names[shown["system_id"]])
    labelled.set_dpi(300)
    canvas = FigureCanvasAgg(labelled)
    boxes = [text.get_window_extent(canvas.get_renderer()) for text in texts]
    for (one, box), (other, other_box) in itertools.combinations(zip(texts, boxes, strict=True), 2):
        overlap = box.overlaps(other_box)
        assert not overlap, (one.get_text(), other.get_text())


def test_names_stay_inside_the_figure(labelled: Figure) -> None:
    canvas = FigureCanvasAgg(labelled)
    page = labelled.bbox
    for text in labelled.axes[0].texts:
        box = text.get_window_extent(canvas.get_renderer())
        assert box.x0 >= page.x0 and box.x1 <= page.x1, text.get_text()


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_same_bytes_every_time(real: Real, tmp_path: Path, ending: str) -> None:
    paths = [tmp_path / f"{number}.{ending}" for number in (1, 2)]
    for path in paths:
        save_figure(draw(real, "figure1"), str(path))
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_text_is_text_in_svg(real: Real, tmp_path: Path) -> None:
    path = tmp_path / "figure.svg"
    save_figure(draw(real, "figure2"), str(path))
    assert "Training compute (FLOP)" in path.read_text(encoding="utf-8")


def test_png_has_300_dots_per_inch(real: Real, tmp_path: Path) -> None:
    path = tmp_path / "figure.png"
    save_figure(draw(real, "figure1"), str(path))
    width = int.from_bytes(path.read_bytes()[16:20], "big")
    assert width == 9.0 * 300


def test_eras_are_named_within_the_axes(real: Real) -> None:
    axes = draw(real, "figure1").axes[0]
    words = [" ".join(text.get_text().split()) for text in axes.texts]
    assert words == ["Pre deep learning era", "Deep learning era", "Large-scale era"]


def legend(figure: Figure) -> list[str]:
    return [str(label) for label in figure.axes[0].get_legend_handles_labels()[1]]


def test_what_is_marked_is_what_the_figure_says(real: Real) -> None:
    assert legend(draw(real, "figure4"))[:3] == [
        "Regular-scale systems (82)",
        "Large-scale systems (20)",
        "Low outliers (7)",
    ]
    assert {label.split(" (")[0] for label in legend(draw(real, "figure6"))[:4]} == {
        "Vision",
        "Language",
        "Games",
        "Other",
    }
    threshold = draw(real, "figure8")
    n = real.trends[real.trends["basis"] == "published"].set_index("trend")["n"]
    assert f"Large-scale systems ({n['z_0_54_large']})" in legend(threshold)


def test_only_marked_systems_are_named_if_asked(real: Real) -> None:
    figure = draw(real, "figure5")
    points = shown_points(real, record(real, "figure5"))
    records = set(points.loc[points["kind"] == "record", "system"])
    named = {text.get_text() for text in figure.axes[0].texts if text.get_text()}
    assert named <= records
    assert len(named) > 0.9 * len(records)


def test_the_reference_line_doubles_as_it_says(real: Real) -> None:
    axes = draw(real, "figure2").axes[0]
    [line] = [line for line in axes.lines if str(line.get_label()).startswith("Moore")]
    start, end = np.asarray(line.get_ydata(), dtype=float)
    first, last = date2num(line.get_xdata())
    assert np.log2(end / start) == pytest.approx((last - first) / (24 * 30))


@pytest.mark.parametrize("name", ["figure1", "figure3", "figure4", "figure6", "figure7", "figure8"])
def test_no_mark_lies_under_the_legend(real: Real, name: str) -> None:
    figure = draw(real, name)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    axes = figure.axes[0]
    box = axes.get_legend().get_window_extent(canvas.get_renderer())
    marks = [
        point
        for collection in axes.collections
        for point in axes.transData.transform(np.asarray(collection.get_offsets(), dtype=float))
    ]
    assert not any(box.contains(x, y) for x, y in marks)
