from __future__ import annotations

import re
import zlib
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from PIL import Image

from compute_trends.render.figures.files import LAYOUT_TABLES, save_figure
from compute_trends.render.figures.style import (
    COLUMN,
    ERA_SHADES,
    FULL,
    STYLE,
    caption,
    new_figure,
)


@pytest.fixture(scope="module")
def drawn_twice(timelines: Any) -> list[Figure]:
    """A figure that was drawn two times."""
    return [timelines.draw("figure1").figure for _ in range(2)]


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_same_bytes_every_time(drawn_twice: list[Figure], tmp_path: Path, ending: str) -> None:
    paths = [tmp_path / f"{number}.{ending}" for number in (1, 2)]
    for path, figure in zip(paths, drawn_twice, strict=True):
        save_figure(figure, str(path), title="Eras", fingerprint="f")
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_text_is_text_in_svg(timelines: Any, tmp_path: Path) -> None:
    path = tmp_path / "figure.svg"
    figure = timelines.drawing("figure2").figure
    save_figure(figure, str(path), title="Two eras", fingerprint="f")
    assert "Training compute (FLOP)" in path.read_text(encoding="utf-8")


def test_pdf_holds_the_outlines_of_its_fonts(timelines: Any, tmp_path: Path) -> None:
    """Publishers refuse fonts of type 3, and fonts that are only named."""
    path = tmp_path / "figure.pdf"
    figure, load_font = timelines.drawing("figure2").figure, subset.load_font
    save_figure(figure, str(path), title="Two eras", fingerprint="0")
    assert subset.load_font is load_font, "changed for longer than a file is written"
    content = path.read_bytes()
    assert b"/CIDFontType2" in content and b"/FontFile2" in content
    assert b"/Type3" not in content
    fonts = _fonts(content)
    assert fonts and all("glyf" in font for font in fonts)
    assert not any(table in font for font in fonts for table in LAYOUT_TABLES)


@pytest.mark.parametrize("title", ["Two eras", "Two eras Ωж"])
def test_letters_of_a_pdf_have_the_outlines_of_the_whole_font(tmp_path: Path, title: str) -> None:
    path = tmp_path / "figure.pdf"
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(FULL, 3.0)
        axes.set_title(title)
    save_figure(figure, str(path), title="", fingerprint="0")
    held = _fonts(path.read_bytes())
    whole = TTFont(findfont("DejaVu Sans"))
    letters = whole.getBestCmap()
    outlines = {_outline(font, name) for font in held for name in font.getGlyphOrder()}
    assert {_outline(whole, letters[ord(letter)]) for letter in title if letter != " "} <= outlines


def _fonts(content: bytes) -> list[TTFont]:
    """Fonts that a PDF holds."""
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    return [
        TTFont(BytesIO(data))
        for part in parts
        if part.startswith(b"x") and (data := zlib.decompress(part)).startswith(b"\0\1\0\0")
    ]


def _outline(font: TTFont, name: str) -> str:
    """Strokes of a glyph, in the units of its font."""
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    return str(pen.value)


def test_png_has_300_dots_per_inch(timelines: Any, tmp_path: Path) -> None:
    path = tmp_path / "figure.png"
    figure = timelines.draw("figure1").figure
    save_figure(figure, str(path), title="Three eras", fingerprint="f")
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


@pytest.mark.parametrize("name", ["figure3", "figure6"])
def test_shades_of_a_png_are_those_that_were_drawn(
    timelines: Any, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "figure.png"
    figure = timelines.draw(name, width=COLUMN).figure
    save_figure(figure, str(path), title="", fingerprint="0")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = _colours(canvas.buffer_rgba())
    with Image.open(path) as image:
        kept = _colours(image.convert("RGB"))
    colours, numbers = np.unique(drawn, return_counts=True)
    areas = colours[numbers > len(drawn) / 1000]
    assert len(areas) >= 4
    for area in areas:
        assert (kept[drawn == area] == area).all(), f"{area:06x}"


def _colours(image: Any) -> np.ndarray:
    """Colour of each pixel as one number, red first."""
    red, green, blue = np.moveaxis(np.asarray(image)[..., :3].astype(np.int64), -1, 0)
    return ((red * 256 + green) * 256 + blue).ravel()


def test_shades_one_level_apart_stay_apart(tmp_path: Path) -> None:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(1, 1))
        for place, red in enumerate((222, 223, 221)):
            shade = (red / 255, 237 / 255, 233 / 255)
            figure.add_artist(Rectangle((place / 3, 0), 1 / 3, 1, color=shade, linewidth=0))
    save_figure(figure, str(tmp_path / "figure.png"), title="", fingerprint="0")
    with Image.open(tmp_path / "figure.png") as image:
        held = image.convert("RGB")
        reds = [held.getpixel((x, 150))[0] for x in (50, 150, 250)]
    assert reds == [222, 223, 221]


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_each_drawing_goes_to_the_files_of_its_name_and_width(
    timelines: Any, tmp_path: Path, processes: int
) -> None:
    paths = [str(tmp_path / name) for name in ("figure2.png", "figure2_column.png")]
    table = timelines.save("figure2", paths, processes)
    for path, width in zip(paths, (FULL, COLUMN), strict=True):
        with Image.open(path) as image:
            assert image.width == round(width.inches * 300)
            assert image.text["Title"] == timelines.record("figure2").title
    assert table["width"].to_list() == ["full", "column"]
    assert table["n_shown"].to_list() == [len(timelines.points("figure2"))] * 2


MATHEMATICS = ("$^{AlphaGo Zero$^{", "Runs of $1M to $10M", "$\\frac{x}", "a_b^c $x_1$ %")


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_a_dollar_in_a_name_is_no_mathematics(ending: str, tmp_path: Path) -> None:
    with mpl.rc_context(STYLE):
        figure, axes = new_figure(FULL, 3)
        for place, name in enumerate(MATHEMATICS):
            axes.scatter([place], [1], label=name)
            axes.text(place, 1, name)
        caption(axes, FULL, title=MATHEMATICS[0], note=MATHEMATICS[1], handles=axes.collections[:])
        axes.set_xticks(range(len(MATHEMATICS)), MATHEMATICS)
    path = tmp_path / f"a.{ending}"
    save_figure(figure, str(path), title=MATHEMATICS[0], fingerprint="f")
    if ending == "svg":
        drawn = "".join(ElementTree.parse(path).getroot().itertext())
        assert all(drawn.count(name) >= 2 for name in MATHEMATICS)


def test_every_text_of_a_drawn_figure_is_text(timelines: Any) -> None:
    with mpl.rc_context(STYLE):
        texts = timelines.drawing("figure1").figure.findobj(Text)
    assert len(texts) > 50 and not any(text.get_parse_math() for text in texts)


def test_a_figure_that_cannot_be_drawn_leaves_the_last_ones_as_they_were(tmp_path: Path) -> None:
    class Broken(Figure):
        def savefig(self, file: Any, **_options: Any) -> None:
            file.write("<svg>" if isinstance(file, StringIO) else b"half")
            raise ValueError("no such glyph")

    for ending in ("svg", "pdf"):
        path = tmp_path / f"a.{ending}"
        path.write_text("the last one")
        with pytest.raises(ValueError, match="no such glyph"):
            save_figure(Broken(), str(path), title="t", fingerprint="f")
        assert path.read_text() == "the last one"
    assert len(list(tmp_path.iterdir())) == 2
