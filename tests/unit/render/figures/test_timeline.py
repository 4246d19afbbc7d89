from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from compute_trends.render.figures.style import COLUMN, WIDTHS, Width

NAMES = ("figure1", "figure2", "figure3", "figure5", "figure7")


def named(figure: Figure, names: set[str]) -> list[Text]:
    """Texts of a figure that are names of systems."""
    return [text for text in figure.axes[0].texts if text.get_text() in names]


def marks(figure: Figure) -> list[np.ndarray]:
    """Places of the marks of each group."""
    offsets = [np.asarray(c.get_offsets(), dtype=float) for c in figure.axes[0].collections]
    return [places for places in offsets if len(places) > 1 or places.any()]


def boxes_of(texts: list[Text], dpi: float) -> list[Bbox]:
    """Boxes of texts of a figure in pixels, with so many dots per inch."""
    figure = texts[0].get_figure(root=True)
    before = figure.dpi
    figure.set_dpi(dpi)
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [text.get_window_extent(renderer) for text in texts]
    figure.set_dpi(before)
    return boxes


def assert_apart(texts: list[Text], dpi: float = 100) -> None:
    """No text is over another."""
    pairs = itertools.combinations(zip(texts, boxes_of(texts, dpi), strict=True), 2)
    for (one, box), (other, other_box) in pairs:
        assert not box.overlaps(other_box), (one.get_text(), other.get_text())


def trend_line(figure: Figure, name: str) -> Any:
    [line] = [line for line in figure.axes[0].lines if line.get_gid() == f"trend-{name}"]
    return line


@pytest.mark.parametrize("name", ["figure1", "figure2", "figure3"])
def test_figures_show_the_systems_of_the_paper(timelines: Any, name: str) -> None:
    drawing = timelines.drawing(name)
    # No system is in two of these trends, and each is in one of them.
    n_systems = timelines.numbers()["n"][timelines.record(name).trends].sum()
    assert len(timelines.points(name)) == n_systems
    assert sum(len(places) for places in marks(drawing.figure)) == n_systems
    assert drawing.n_shown == n_systems


@pytest.mark.parametrize("name", NAMES)
def test_lines_end_where_the_trend_table_says(timelines: Any, name: str) -> None:
    figure, record, real = timelines.drawing(name).figure, timelines.record(name), timelines.real
    trends = timelines.numbers(record.basis)
    dates = real.systems.set_index("system_id")["publication_date"]
    for trend_name in record.trends:
        trend, line = trends.loc[trend_name], trend_line(figure, trend_name)
        of_trend = (real.members["trend"] == trend_name) & (real.members["basis"] == record.basis)
        members = real.members.loc[of_trend, "system_id"]
        np.testing.assert_allclose(
            np.asarray(line.get_ydata(), dtype=float), [trend["start_flop"], trend["end_flop"]]
        )
        ends = pd.to_datetime([dates[members].min(), dates[members].max()])
        np.testing.assert_allclose(date2num(line.get_xdata()), date2num(ends))


def interval(trend: pd.Series) -> str:
    """Ends of the interval of a doubling time, or that there is none."""
    low, high = (trend[f"doubling_time_months_ci90_{end}"] for end in ("low", "high"))
    if np.isnan(low):
        return "no interval"
    return f"more than {low:.1f}" if np.isinf(high) else f"{low:.1f} to {high:.1f}"


@pytest.mark.parametrize("width", WIDTHS.values(), ids=list(WIDTHS))
@pytest.mark.parametrize("name", NAMES)
def test_the_doubling_time_is_written_at_each_line(timelines: Any, name: str, width: Width) -> None:
    written = sorted(
        " ".join(text.get_text().split())
        for text in timelines.drawing(name, width).figure.axes[0].texts
        if text.get_gid() == "growth" and "Moore" not in text.get_text()
    )
    labels = {trend.name: trend.label for trend in timelines.real.settings.fit.trends}
    trends = timelines.numbers()
    assert written == sorted(
        f"{labels[trend]} doubles every {trends.loc[trend, 'doubling_time_months']:.1f} months "
        f"({interval(trends.loc[trend])})"
        for trend in timelines.record(name).trends
    )


def test_bands_are_those_of_the_file(timelines: Any) -> None:
    collections = timelines.drawing("figure2").figure.axes[0].collections
    shaded = [c for c in collections if len(c.get_paths()) == 1]
    edges = [c.get_paths()[0].vertices[:, 1] for c in shaded if len(c.get_offsets()) <= 1]
    bands = timelines.real.bands.query("basis == 'published'").set_index("trend")
    found = {(edge.min(), edge.max()) for edge in edges if len(edge) > 10}
    for trend in timelines.record("figure2").trends:
        low, high = (bands.loc[trend, f"flop_ci90_{end}"] for end in ("low", "high"))
        assert (low.min(), high.max()) in found


def test_what_readers_look_for_is_named_and_no_name_is_over_another(timelines: Any) -> None:
    figure, points = timelines.drawing("figure3").figure, timelines.points("figure3")
    texts = named(figure, set(points["system"]))
    flops = points["flop"].to_numpy()
    record = np.array([flop == max(flops[:place]) for place, flop in enumerate(flops, 1)])
    known = points["system"].isin(timelines.real.settings.render.known)
    wanted = points.loc[known | record | (points["group"] == "large"), "system"]
    assert len(wanted) > 30 > known.sum() > 10
    written = {text.get_text() for text in texts}
    # A name without a free place is left out.
    assert written <= set(wanted) and len(texts) > 0.9 * len(wanted)
    texts += [text for text in figure.axes[0].texts if text.get_gid() == "growth"]
    assert_apart(texts, dpi=300)


@pytest.mark.parametrize("name", ["figure3", "figure5", "figure8"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=list(WIDTHS))
def test_names_that_find_no_place_are_left_out_and_counted(
    timelines: Any, name: str, width: Width
) -> None:
    points, drawing = timelines.points(name), timelines.draw(name, width, label="all")
    texts = named(drawing.figure, set(points["system"]))
    assert drawing.n_named == len(texts) > 0.3 * len(points)
    assert_apart(texts)
    if width is COLUMN:
        return
    # Large-scale systems and records come first.
    first = set(points.loc[points["group"].isin(["large", "record"]), "system"])
    special = sum(text.get_text() in first for text in texts) / len(first)
    others = sum(text.get_text() not in first for text in texts) / (len(points) - len(first))
    assert special >= others


def test_names_stay_off_the_axes(timelines: Any) -> None:
    for name, width in itertools.product(
        ("figure3", "figure4", "figure5", "figure8"), WIDTHS.values()
    ):
        axes = timelines.drawing(name, width).figure.axes[0]
        names = named(axes.figure, set(timelines.points(name)["system"]))
        for text, box in zip(names, boxes_of(names, axes.figure.dpi), strict=True):
            assert box.x0 >= axes.bbox.x0 and box.y0 >= axes.bbox.y0, (name, text.get_text())


def test_figures_of_the_same_systems_and_years_have_the_same_axes(timelines: Any) -> None:
    plans = timelines.plans("figure1", "figure1_estimated", "figure4")
    one, other, apart = (plan.draw(width=WIDTHS["full"]).figure.axes[0] for plan in plans)
    assert (one.get_xlim(), one.get_ylim()) == (other.get_xlim(), other.get_ylim())
    assert one.get_xlim() != apart.get_xlim()


def test_names_stay_inside_the_figure(timelines: Any) -> None:
    figure = timelines.drawing("figure3").figure
    texts = figure.axes[0].texts
    for text, box in zip(texts, boxes_of(texts, dpi=300), strict=True):
        assert box.x0 >= 0 and box.x1 <= figure.get_figwidth() * 300, text.get_text()


def test_eras_are_named_within_the_axes(timelines: Any) -> None:
    axes = timelines.drawing("figure1").figure.axes[0]
    words = [
        " ".join(text.get_text().replace("-\n", "-").split())
        for text in axes.texts
        if str(text.get_gid()).startswith("era-")
    ]
    assert words == ["Pre deep learning era", "Deep learning era", "Large-scale era"]


def test_names_of_eras_fit_into_them(timelines: Any) -> None:
    for width in WIDTHS.values():
        axes = timelines.drawing("figure1", width).figure.axes[0]
        names = [text for text in axes.texts if str(text.get_gid()).startswith("era-")]
        for left, right in itertools.pairwise(boxes_of(names, dpi=100)):
            assert left.x1 <= right.x0


@pytest.mark.parametrize("name", ["figure2", "figure4", "figure5", "figure6", "figure8"])
def test_the_legend_counts_what_is_marked(timelines: Any, name: str) -> None:
    legend = [text.get_text() for text in timelines.drawing(name).figure.legends[0].get_texts()]
    words = {
        **{"all": "Systems", "regular": "Regular-scale", "large": "Large-scale"},
        **{"low": "Low outliers", "record": "Record setters", "no record": "Other systems"},
    }
    counts = timelines.points(name)["group"].value_counts()
    assert sorted(legend) == sorted(
        f"{words.get(group, group)} ({n})" for group, n in counts.items()
    )
    order = [label for label in words.values() if any(text.startswith(label) for text in legend)]
    assert not order or [text.rpartition(" (")[0] for text in legend] == order


def test_only_marked_systems_are_named_if_asked(timelines: Any) -> None:
    points = timelines.points("figure4")
    marked = set(points.loc[points["group"] != "regular", "system"])
    texts = named(timelines.drawing("figure4").figure, set(points["system"]))
    assert {text.get_text() for text in texts} <= marked
    assert len(texts) > 0.9 * len(marked)


def test_the_reference_line_doubles_as_it_says(timelines: Any) -> None:
    axes = timelines.drawing("figure2").figure.axes[0]
    [line] = [line for line in axes.lines if line.get_gid() == "reference"]
    start, end = np.asarray(line.get_ydata(), dtype=float)
    first, last = date2num(line.get_xdata())
    assert np.log2(end / start) == pytest.approx((last - first) / (24 * 30))


@pytest.mark.parametrize("name", ["figure1", "figure3", "figure4", "figure6", "figure7", "figure8"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=list(WIDTHS))
def test_nothing_lies_over_anything_outside_the_axes(
    timelines: Any, name: str, width: Width
) -> None:
    figure = timelines.drawing(name, width).figure
    FigureCanvasAgg(figure).draw()
    title, note = figure.texts
    axes = figure.axes[0]
    parts = [title, figure.legends[0], axes, axes.xaxis.label, note]
    boxes = [part.get_window_extent() for part in parts]
    for upper, lower in itertools.pairwise(boxes):
        assert lower.y1 <= upper.y1
    assert boxes[0].y0 >= boxes[1].y1 > boxes[1].y0 >= boxes[2].y1
    assert boxes[3].y0 >= boxes[4].y1 and boxes[4].y0 >= 0
    assert max(box.x1 for box in boxes) <= figure.bbox.x1
