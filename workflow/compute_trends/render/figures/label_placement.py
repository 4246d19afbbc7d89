"""Texts in a figure that stand clear of marks, lines and each other."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import textalloc
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import date2num
from matplotlib.text import Text
from matplotlib.transforms import Bbox

# Candidate places for each text, per share of the axes that it may be away from its anchor
CANDIDATES = 2000
# Less than the height of the smallest text, at the resolution at which texts are placed
GRID_PIXELS = 6

Obstacle = tuple[list[float], list[float]]


@contextlib.contextmanager
def _ties_in_order() -> Iterator[None]:
    """Let textalloc try places at one distance in the order in which it makes them.

    It sorts by numpy's fastest sort, which puts equal numbers in another order on another kind of
    processor, and has no option for it. So that sort is replaced for as long as texts are placed.
    """
    fastest = np.argsort
    np.argsort = functools.partial(fastest, kind="stable")
    try:
        yield
    finally:
        np.argsort = fastest


@_ties_in_order()
def place_texts(
    axes: Axes,
    texts: pd.DataFrame,
    *,
    marks: pd.DataFrame,
    obstacles: list[Obstacle],
    points: float,
    farthest: float,
    draw_all: bool,
    **style: Any,
) -> list[Text]:
    """Write texts near their anchors, each with a thin leader line, none over another.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Its limits are final.
    texts : pandas.DataFrame
        x, y, text and color; those further up choose their place first.
    marks : pandas.DataFrame
        x and y of the marks to stand clear of.
    obstacles : list of (x, y)
        Ends of straight lines to stand clear of, as of the two axes.
    points : float
        Size of the text.
    farthest : float
        Greatest distance between a text and its anchor, as a share of the axes.
    draw_all : bool
        Whether a text without a free place is written all the same; else it is left out.
    **style
        Of `textalloc.allocate` and the texts.
    """
    if texts.empty:
        return []
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    obstacles = [*obstacles, ([left, left], [bottom, top]), ([left, right], [bottom, bottom])]
    _, _, labels, _ = textalloc.allocate(
        axes,
        texts["x"].to_numpy(float),
        texts["y"].to_numpy(float),
        texts["text"].to_list(),
        x_scatter=marks["x"].to_numpy(float),
        y_scatter=marks["y"].to_numpy(float),
        x_lines=[x for x, _ in obstacles],
        y_lines=[y for _, y in obstacles],
        textsize=points,
        textcolor=texts["color"].to_list(),
        margin=0.005,
        min_distance=0.008,
        max_distance=farthest,
        nbr_candidates=round(CANDIDATES * farthest),
        draw_all=draw_all,
        linecolor="0.6",
        linewidth=0.4,
        **style,
    )
    return [text for text in labels if text is not None and text.get_text()]


def place_names(
    axes: Axes,
    names: pd.DataFrame,
    *,
    marks: pd.DataFrame,
    obstacles: list[Obstacle],
    points: float,
    farthest: float,
) -> int:
    """Write names of marks where there is room, see `place_texts`; how many found a place."""
    labels = place_texts(
        axes,
        names,
        marks=marks,
        obstacles=obstacles,
        points=points,
        farthest=farthest,
        draw_all=False,
        zorder=6,
    )
    for label in labels:
        label.set_gid("name")
    return len(labels)


def text_places(axes: Axes, texts: list[Text]) -> pd.DataFrame:
    """Places of texts, for other texts to stand clear of as of marks.

    x and y, in the units of the axes, of points all over each box and on its edge, so close to
    each other that no text fits between them.
    """
    grids = []
    for text in texts:
        box = text_box(text)
        x = np.linspace(box.x0, box.x1, int(box.width / GRID_PIXELS) + 2)
        y = np.linspace(box.y0, box.y1, int(box.height / GRID_PIXELS) + 2)
        grids.append(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))
    pixels = np.concatenate(grids) if grids else np.empty((0, 2))
    return pd.DataFrame(axes.transData.inverted().transform(pixels), columns=["x", "y"])


def text_box(text: Text) -> Bbox:
    """Box that a text covers, in pixels of its figure."""
    figure = text.get_figure(root=True)
    assert figure is not None
    canvas = figure.canvas
    if not isinstance(canvas, FigureCanvasAgg):
        canvas = FigureCanvasAgg(figure)  # of this figure from now on
    return text.get_window_extent(canvas.get_renderer())


def line_obstacles(lines: pd.DataFrame) -> list[Obstacle]:
    """Ends of fitted lines: first_date, last_date, start_flop and end_flop of each."""
    x = date2num(lines[["first_date", "last_date"]]).tolist()
    y = lines[["start_flop", "end_flop"]].to_numpy(float).tolist()
    return list(zip(x, y, strict=True))
