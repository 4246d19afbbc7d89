from __future__ import annotations

import itertools
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from compute_trends.render.figures.files import Drawing, save_drawings
from compute_trends.render.figures.label_placement import text_box
from compute_trends.render.figures.style import (
    COLUMN,
    ERA_SHADES,
    FULL,
    WIDTHS,
    Width,
    mark,
    save_figure,
)
from compute_trends.render.figures.timeline import draw_systems, figure_points, trend_lines

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


def drawing(real: Real, name: str, width: Width = FULL) -> Drawing:
    figure = record(real, name)
    return draw_systems(
        shown_points(real, figure),
        trend_lines(real.trends, real.members, real.systems, figure=figure),
        real.bands,
        figure=figure,
        width=width,
        eras=real.config["render"]["eras"],
        records=real.config["fit"]["trends"],
        units=real.config["fit"]["units"],
    )


def draw(real: Real, name: str, width: Width = FULL) -> Figure:
    return drawing(real, name, width).figure


def named(figure: Figure, names: set[str]) -> list[Text]:
    """Texts of a figure that are names of systems."""
    return [text for text in figure.axes[0].texts if text.get_text() in names]


def marks(figure: Figure) -> list[np.ndarray]:
    """Places of the marks of each kind."""
    offsets = [np.asarray(c.get_offsets(), dtype=float) for c in figure.axes[0].collections]
    return [places for places in offsets if len(places) > 1 or places.any()]


def trend_drawn(figure: Figure, name: str) -> Any:
    [line] = [line for line in figure.axes[0].lines if line.get_gid() == f"trend-{name}"]
    return line


@pytest.fixture(scope="module")
def labelled(real: Real) -> Figure:
    return draw(real, "figure3")


@pytest.mark.parametrize(("name", "shown"), [("figure1", 121), ("figure2", 121), ("figure3", 102)])
def test_figures_show_the_systems_of_the_paper(real: Real, name: str, shown: int) -> None:
    figure = record(real, name)
    assert len(shown_points(real, figure)) == shown
    assert sum(len(places) for places in marks(draw(real, name))) == shown
    assert drawing(real, name).shown == shown


@pytest.mark.parametrize("name", NAMES)
def test_lines_end_where_the_trend_table_says(real: Real, name: str) -> None:
    figure = draw(real, name)
    basis = record(real, name)["basis"]
    trends = real.trends[real.trends["basis"] == basis].set_index("trend")
    dates = real.systems.set_index("system_id")["publication_date"]
    for trend_name in record(real, name)["trends"]:
        trend, line = trends.loc[trend_name], trend_drawn(figure, trend_name)
        of_trend = (real.members["trend"] == trend_name) & (real.members["basis"] == basis)
        members = real.members.loc[of_trend, "system_id"]
        np.testing.assert_allclose(
            np.asarray(line.get_ydata(), dtype=float), [trend["start_flop"], trend["end_flop"]]
        )
        ends = pd.to_datetime([dates[members].min(), dates[members].max()])
        np.testing.assert_allclose(date2num(line.get_xdata()), date2num(ends))


@pytest.mark.parametrize("width", WIDTHS.values(), ids=list(WIDTHS))
@pytest.mark.parametrize("name", NAMES)
def test_the_doubling_time_is_written_at_each_line(real: Real, name: str, width: Width) -> None:
    written = sorted(
        " ".join(text.get_text().split())
        for text in draw(real, name, width).axes[0].texts
        if text.get_gid() == "growth" and "Moore" not in text.get_text()
    )
    labels = {trend["name"]: trend["label"] for trend in real.config["fit"]["trends"]}
    trends = real.trends[real.trends["basis"] == "published"].set_index("trend")
    end = "doubling_time_months_ci95_"
    assert written == sorted(
        f"{labels[trend]} doubles every {trends.loc[trend, 'doubling_time_months']:.1f} months "
        f"({trends.loc[trend, end + 'low']:.1f} to {trends.loc[trend, end + 'high']:.1f})"
        for trend in record(real, name)["trends"]
    )


def test_bands_are_those_of_the_file(real: Real) -> None:
    shaded = [c for c in draw(real, "figure2").axes[0].collections if len(c.get_paths()) == 1]
    edges = [c.get_paths()[0].vertices[:, 1] for c in shaded if len(c.get_offsets()) <= 1]
    bands = real.bands[real.bands["basis"] == "published"].set_index("trend")
    found = {(edge.min(), edge.max()) for edge in edges if len(edge) > 10}
    for trend in record(real, "figure2")["trends"]:
        low, high = (bands.loc[trend, f"flop_ci95_{end}"] for end in ("low", "high"))
        assert (low.min(), high.max()) in found


def test_every_system_is_named_and_no_name_is_over_another(real: Real, labelled: Figure) -> None:
    shown = set(shown_points(real, record(real, "figure3"))["system"])
    texts = named(labelled, shown)
    assert sorted(text.get_text() for text in texts) == sorted(shown)
    labelled.set_dpi(300)
    texts += [text for text in labelled.axes[0].texts if text.get_gid() == "growth"]
    boxes = [text_box(text) for text in texts]
    for (one, box), (other, other_box) in itertools.combinations(zip(texts, boxes, strict=True), 2):
        assert not box.overlaps(other_box), (one.get_text(), other.get_text())


@pytest.mark.parametrize("name", ["figure3", "figure5", "figure8"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=list(WIDTHS))
def test_names_that_find_no_place_are_left_out_and_counted(
    real: Real, name: str, width: Width
) -> None:
    points = shown_points(real, record(real, name))
    drawn = drawing(real, name, width)
    texts = named(drawn.figure, set(points["system"]))
    assert drawn.named == len(texts) > 0.3 * len(points)
    boxes = [text_box(text) for text in texts]
    for (one, box), (other, other_box) in itertools.combinations(zip(texts, boxes, strict=True), 2):
        assert not box.overlaps(other_box), (one.get_text(), other.get_text())
    if width is COLUMN:
        return
    # Large-scale systems and records come first.
    first = set(points.loc[points["kind"].isin(["large", "record"]), "system"])
    special = sum(text.get_text() in first for text in texts) / len(first)
    others = sum(text.get_text() not in first for text in texts) / (len(points) - len(first))
    assert special >= others


def test_names_stay_inside_the_figure(labelled: Figure) -> None:
    page = labelled.bbox
    for text in labelled.axes[0].texts:
        box = text_box(text)
        assert box.x0 >= page.x0 and box.x1 <= page.x1, text.get_text()


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_same_bytes_every_time(real: Real, tmp_path: Path, ending: str) -> None:
    paths = [tmp_path / f"{number}.{ending}" for number in (1, 2)]
    for path in paths:
        save_figure(draw(real, "figure1"), str(path), title="Eras", fingerprint="f")
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_text_is_text_in_svg(real: Real, tmp_path: Path) -> None:
    path = tmp_path / "figure.svg"
    save_figure(draw(real, "figure2"), str(path), title="Two eras", fingerprint="f")
    assert "Training compute (FLOP)" in path.read_text(encoding="utf-8")


def test_pdf_holds_the_outlines_of_its_fonts(real: Real, tmp_path: Path) -> None:
    """Publishers refuse fonts of type 3, and fonts that are only named."""
    path = tmp_path / "figure.pdf"
    save_figure(draw(real, "figure2"), str(path), title="Two eras", fingerprint="0")
    held = path.read_bytes()
    assert b"/CIDFontType2" in held and b"/FontFile2" in held
    assert b"/Type3" not in held


def test_png_has_300_dots_per_inch(real: Real, tmp_path: Path) -> None:
    path = tmp_path / "figure.png"
    save_figure(draw(real, "figure1"), str(path), title="Three eras", fingerprint="f")
    with Image.open(path) as image:
        assert image.width == round(FULL.inches * 300)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        assert image.text == {"Title": "Three eras", "Identifier": "f"}
        held = image.convert("RGB")
        # Paper and the shades of the eras, left to right, exactly as they were drawn.
        row = round(image.height * 0.2)
        colours = {held.getpixel((x, row)) for x in range(0, image.width, 20)}
    shades = {(round(255 * float(shade)),) * 3 for shade in ERA_SHADES}
    assert shades | {(255, 255, 255)} <= colours


def test_eras_are_named_within_the_axes(real: Real) -> None:
    axes = draw(real, "figure1").axes[0]
    words = [
        " ".join(text.get_text().replace("-\n", "-").split())
        for text in axes.texts
        if str(text.get_gid()).startswith("era-")
    ]
    assert words == ["Pre deep learning era", "Deep learning era", "Large-scale era"]


def test_names_of_eras_fit_into_them(real: Real) -> None:
    for width in WIDTHS.values():
        axes = draw(real, "figure1", width).axes[0]
        boxes = [text_box(t) for t in axes.texts if str(t.get_gid()).startswith("era-")]
        for (_, left), (_, right) in itertools.pairwise(enumerate(boxes)):
            assert left.x1 <= right.x0


def legend(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_what_is_marked_is_what_the_figure_says(real: Real) -> None:
    assert legend(draw(real, "figure4")) == [
        "Regular-scale (82)",
        "Large-scale (20)",
        "Low outliers (7)",
    ]
    assert {label.split(" (")[0] for label in legend(draw(real, "figure6"))} == {
        "Vision",
        "Language",
        "Games",
        "Other",
    }
    threshold = draw(real, "figure8")
    n = real.trends[real.trends["basis"] == "published"].set_index("trend")["n"]
    assert f"Large-scale ({n['z_0_54_large']})" in legend(threshold)


def test_only_marked_systems_are_named_if_asked(real: Real) -> None:
    points = shown_points(real, record(real, "figure4"))
    marked = set(points.loc[points["kind"] != "regular", "system"])
    texts = named(draw(real, "figure4"), set(points["system"]))
    assert {text.get_text() for text in texts} <= marked
    assert len(texts) > 0.9 * len(marked)


@pytest.mark.parametrize("kinds", [("regular", "large", "low"), ("record", "no record")])
def test_kinds_differ_in_shape_and_in_grey(kinds: tuple[str, ...]) -> None:
    def lightness(kind: str) -> float:
        linear = [((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(mark(kind)["color"])]
        return float(116 * np.cbrt(np.dot([0.2126, 0.7152, 0.0722], linear)) - 16)

    for one, other in itertools.combinations(kinds, 2):
        assert mark(one)["marker"] != mark(other)["marker"]
        assert abs(lightness(one) - lightness(other)) > 3


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_each_drawing_goes_to_the_files_of_its_name_and_width(
    real: Real, tmp_path: Path, processes: int
) -> None:
    figure = record(real, "figure2")
    drawn = [(figure, width, partial(drawing, real, "figure2", width)) for width in WIDTHS.values()]
    paths = [str(tmp_path / name) for name in ("figure2.png", "figure2_column.png")]
    table = save_drawings(drawn, paths, fingerprint="f", processes=processes)
    for path, width in zip(paths, (FULL, COLUMN), strict=True):
        with Image.open(path) as image:
            assert image.width == round(width.inches * 300)
    assert table["width"].to_list() == ["full", "column"]
    assert table["n_shown"].to_list() == [121, 121]


def test_the_reference_line_doubles_as_it_says(real: Real) -> None:
    axes = draw(real, "figure2").axes[0]
    [line] = [line for line in axes.lines if line.get_gid() == "reference"]
    start, end = np.asarray(line.get_ydata(), dtype=float)
    first, last = date2num(line.get_xdata())
    assert np.log2(end / start) == pytest.approx((last - first) / (24 * 30))


@pytest.mark.parametrize("name", ["figure1", "figure3", "figure4", "figure6", "figure7", "figure8"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=list(WIDTHS))
def test_nothing_lies_over_anything_outside_the_axes(real: Real, name: str, width: Width) -> None:
    figure = draw(real, name, width)
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
