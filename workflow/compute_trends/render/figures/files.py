"""Figures as files: each drawn at each width and written in each format."""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd
from fontTools import subset
from matplotlib.backends import _backend_pdf_ps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from compute_trends.common.records import Record
from compute_trends.render.figures.formats import SUFFIXES
from compute_trends.render.figures.short_svg import short_svg
from compute_trends.render.figures.style import DPI, SOURCE, STYLE, WIDTHS, Width, covered
from compute_trends.run.seals import write_whole

# Letters of a run's fingerprint that a figure shows
RUN_LETTERS = 8
# A figure holds few colours and their mixtures at edges; a palette makes the file a
# third as large.
PNG_COLOURS = 128
# A colour that fills this share of a figure is kept as it is; others are this far from those of
# the palette in one channel, of 255 levels
AREA = 0.0005
COLOUR_DISTANCE = 8
# Most frequent colours that a palette is chosen from
CANDIDATES = 800
# Tables of a font by which a program lays out text
LAYOUT_TABLES = ("GDEF", "GPOS", "GSUB")
# Letters that nearly all figures do with: ASCII, Latin-1, those of powers of ten, and the
# ligatures from ff to ffl, which text is set with
COMMON = [*map(chr, range(0x20, 0x7F)), *map(chr, range(0xA0, 0x100)), *"⁰¹²³⁴⁵⁶⁷⁸⁹⁻–—’−"]
COMMON += map(chr, range(0xFB00, 0xFB05))


class Drawing(NamedTuple):
    """A figure, how many systems it shows and how many of them it names."""

    figure: Figure
    n_shown: int
    n_named: int


class Plan(NamedTuple):
    """A figure to draw: its name, its title, and what draws it when called with ``width=``.

    To be pickled where several processes draw.
    """

    name: str
    title: str
    draw: Callable[..., Drawing]


def save_drawings(
    plans: list[Plan], paths: list[str], *, fingerprint: str, processes: int = 1
) -> pd.DataFrame:
    """Draw each figure at each width and write it to its files; table ``drawings``.

    The ``paths`` are named as `formats.FIGURE_FILES` says; so many ``processes`` draw at once.
    """
    by_stem: dict[str, list[str]] = {}
    for path in paths:
        by_stem.setdefault(Path(path).stem, []).append(path)
    tasks = [
        (plan, width, by_stem[plan.name + SUFFIXES[width.name]], fingerprint)
        for plan in plans
        for width in WIDTHS.values()
    ]
    if processes == 1:
        return pd.DataFrame([_save_drawing(*task) for task in tasks])
    # Forked, because importing the tools again would take longer than a tenth of the drawing.
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=fork) as pool:
        return pd.DataFrame(list(pool.map(_save_drawing, *zip(*tasks, strict=True))))


def _save_drawing(plan: Plan, width: Width, paths: list[str], fingerprint: str) -> Record:
    """Draw one figure at one width and write its files; its row of the table."""
    drawing = plan.draw(width=width)
    _state_run(drawing.figure, fingerprint)
    for path in paths:
        save_figure(drawing.figure, path, title=plan.title, fingerprint=fingerprint)
    counts = {"n_shown": drawing.n_shown, "n_named": drawing.n_named}
    return {"figure": plan.name, "width": width.name, **counts}


def _state_run(figure: Figure, fingerprint: str) -> None:
    """Say below a figure which run it is of, on a line of its own where the first is full."""
    for text in [text for text in figure.texts if text.get_gid() == SOURCE]:
        source, run = text.get_text(), f"Run {fingerprint[:RUN_LETTERS]}"
        text.set_text(f"{source} · {run}")
        if covered(text).x1 > figure.bbox.x1:
            text.set_text(f"{source}\n{run}")


def save_figure(figure: Figure, path: str, *, title: str, fingerprint: str) -> None:
    """Write a figure in the format of the path's ending, the same bytes every time.

    SVG, PNG (300 dpi) or PDF; its metadata say what it shows, and of which run (see
    `provenance.fingerprint`).
    """
    ending = path.rpartition(".")[2]
    written = BytesIO()
    with mpl.rc_context(STYLE), _quickly_cut_fonts():
        if ending == "png":
            _save_png(figure, written, title, fingerprint)
        elif ending == "svg":
            about = {"Title": title, "Date": None, "Identifier": fingerprint}
            figure.savefig(svg := StringIO(), format="svg", metadata=about)
            written.write(short_svg(svg.getvalue()).encode("utf-8"))
        else:
            about = {"Title": title, "CreationDate": None, "Keywords": fingerprint}
            figure.savefig(written, format=ending, metadata=about)
    # Only now, so that one that cannot be drawn leaves the file as it was.
    write_whole(path, written.getvalue())


@contextlib.contextmanager
def _quickly_cut_fonts() -> Iterator[None]:
    """Cut the fonts that PDFs embed out of `_common_font` where it holds all of their glyphs.

    Reading a font of 6000 glyphs takes most of the time of writing a PDF. Matplotlib has no option
    for what it embeds, so its own function is replaced for as long as a file is written, and no
    longer.
    """
    cut = _backend_pdf_ps.get_glyphs_subset

    @contextlib.contextmanager
    def cut_quickly(fontfile: Any, glyphs: set[Any]) -> Iterator[Any]:
        data, places = _common_font(cut, fontfile)
        inside = places.keys() >= set(glyphs)
        numbers = {glyph: places[glyph] if inside else glyph for glyph in glyphs}
        with (
            _font_read_from(data if inside else None),
            cut(fontfile, set(numbers.values())) as font,
        ):
            index = font.glyph_index_map
            yield font._replace(
                glyph_index_map={glyph: index[number] for glyph, number in numbers.items()}
            )

    _backend_pdf_ps.get_glyphs_subset = cut_quickly
    try:
        yield
    finally:
        _backend_pdf_ps.get_glyphs_subset = cut


@functools.cache
def _common_font(cut: Callable[..., Any], path: Any) -> tuple[bytes, dict[Any, Any]]:
    """A font with the glyphs of `COMMON` only; their numbers in it by those in the whole font."""
    whole = get_font(path)
    glyphs = {whole.get_char_index(ord(letter)) for letter in COMMON}
    with _font_read_from(None), cut(path, glyphs) as font:
        return _backend_pdf_ps.font_as_file(font.font).getvalue(), font.glyph_index_map


@contextlib.contextmanager
def _font_read_from(data: bytes | None) -> Iterator[None]:
    """Have fonts read from these data, if given, instead of their files.

    Without `LAYOUT_TABLES`, as a PDF states the place of each glyph, and without hints for screens
    of few pixels, which are half of a font.
    """
    load_font = subset.load_font

    def load_without(path: Any, options: Any, **more: Any) -> Any:
        options.drop_tables += LAYOUT_TABLES
        options.hinting = False
        return load_font(path if data is None else BytesIO(data), options, **more)

    subset.load_font = load_without
    try:
        yield
    finally:
        subset.load_font = load_font


def _save_png(figure: Figure, file: BytesIO, title: str, fingerprint: str) -> None:
    """Write a figure as PNG with a palette."""
    figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    about = PngInfo()
    about.add_text("Title", title)
    about.add_text("Identifier", fingerprint)
    _with_palette(pixels).save(file, format="png", dpi=(DPI, DPI), pnginfo=about)


def _with_palette(pixels: Image.Image) -> Image.Image:
    """A picture in the colours of `_palette`; areas are exactly as they were."""
    colours, areas = _palette(pixels)
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours.ravel().tolist())
    picture = pixels.quantize(palette=palette, dither=Image.Dither.NONE)
    # The library looks colours up in cells of four levels, and so mistakes one for one close by.
    close = _distances(colours[:areas, None], colours) < COLOUR_DISTANCE
    mistaken = np.flatnonzero(close.sum(axis=1) > 1)
    if mistaken.size:
        exact = np.asarray(picture).copy()
        codes, wanted = _codes(np.asarray(pixels)), _codes(colours)
        for index in mistaken:
            exact[codes == wanted[index]] = index
        picture = Image.fromarray(exact, "P")
        picture.putpalette(colours.ravel().tolist())
    return picture


def _distances(colours: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.int_]:
    """How far colours are from others in the channel in which they differ most."""
    return np.asarray(np.abs(colours.astype(int) - others.astype(int)).max(axis=-1))


def _codes(colours: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """One number for each colour of an array whose last axis is red, green and blue."""
    red, green, blue = (colours[..., place].astype(np.uint32) for place in range(3))
    return np.asarray(red << 16 | green << 8 | blue, dtype=np.uint32)


def _palette(pixels: Image.Image) -> tuple[NDArray[np.uint8], int]:
    """The most frequent colours of a picture, shape (n, 3), and how many of them fill areas.

    These come first; others are not close to any.
    """
    small = pixels.resize((pixels.width // 4, pixels.height // 4), Image.Resampling.NEAREST)
    found: Any = small.getcolors(small.width * small.height)
    counts = sorted(found, reverse=True)[:CANDIDATES]
    least = AREA * small.width * small.height
    areas = min(sum(count >= least for count, _ in counts), PNG_COLOURS)
    frequent = np.array([colour for _, colour in counts], dtype=np.uint8)
    colours = frequent[: max(areas, 1)]
    for colour in frequent[areas:]:
        if len(colours) >= PNG_COLOURS:
            break
        if _distances(colours, colour).min() >= COLOUR_DISTANCE:
            colours = np.vstack([colours, colour])
    return colours, areas
