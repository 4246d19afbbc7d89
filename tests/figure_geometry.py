"""What lies over what in a drawn figure, by boxes of texts and ends of lines."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from compute_trends.render.figures.label_placement import LEADER
from compute_trends.render.figures.style import DPI

# So many pixels at the edge of a box are air.
SLACK = 1
# Texts that stand clear of marks and lines: names of systems, and what is said of lines
PLACED = 6
# Pixels of a leader that may lie in its own text
OWN = 4


def faults(figure: Figure) -> list[str]:
    """What is wrong with where the texts of a figure are, each in words."""
    found: list[str] = []
    before = figure.dpi
    figure.set_dpi(DPI)
    FigureCanvasAgg(figure).draw()
    texts = [(text, text.get_window_extent().padded(-SLACK)) for text in _texts(figure)]
    found += [*_outside(figure, texts), *_over_each_other(texts)]
    for axes in figure.axes:
        placed = [(text, box) for text, box in texts if _is_placed(text, axes)]
        found += _legend_faults(axes)
        found += _over_what_is_drawn(axes, placed)
        found += _leader_faults(axes, texts)
    figure.set_dpi(before)
    return list(dict.fromkeys(found))


Boxed = list[tuple[Text, Bbox]]


def _texts(figure: Figure) -> list[Text]:
    """Texts that are seen: those of ticks beyond the axes are not."""
    ticks, inside = set(), []
    for axes in figure.axes:
        shown = axes.axison
        for axis, low, high in (
            (axes.xaxis, *sorted(axes.get_xlim())),
            (axes.yaxis, *sorted(axes.get_ylim())),
        ):
            labels = axis.get_ticklabels(which="both")
            ticks |= {*labels, axis.get_offset_text(), *([] if shown else [axis.label])}
            for minor in (False, True):
                places, named = axis.get_ticklocs(minor=minor), axis.get_ticklabels(minor=minor)
                pairs = zip(places, named, strict=False)
                inside += [text for place, text in pairs if shown and low <= place <= high]
    every = figure.findobj(lambda artist: isinstance(artist, Text))
    rest = [text for text in every if text not in ticks]
    return [text for text in [*rest, *inside] if text.get_visible() and text.get_text().strip()]


def _words(text: Text) -> str:
    return " ".join(text.get_text().split())


def _outside(figure: Figure, texts: Boxed) -> Iterator[str]:
    """Texts and legends that the edge of the figure cuts."""
    whole = figure.bbox
    named = [(_words(text), box) for text, box in texts]
    named += [("a legend", legend.get_window_extent()) for legend in _legends(figure)]
    for name, box in named:
        if box.x0 < 0 or box.y0 < 0 or box.x1 > whole.x1 or box.y1 > whole.y1:
            yield f"cut off: {name}"


def _legends(figure: Figure) -> list[Any]:
    own = [axes.get_legend() for axes in figure.axes]
    return [legend for legend in (*figure.legends, *own) if legend]


def _over_each_other(texts: Boxed) -> Iterator[str]:
    for (one, box), (other, other_box) in itertools.combinations(texts, 2):
        if box.overlaps(other_box):
            yield f"text over text: {_words(one)} | {_words(other)}"


def _is_placed(text: Text, axes: Axes) -> bool:
    return text.axes is axes and text.get_zorder() == PLACED


def _legend_faults(axes: Axes) -> Iterator[str]:
    """Marks and lines under a legend that stands in axes."""
    legend = axes.get_legend()
    if legend is None:
        return
    boxes = [text.get_window_extent() for text in legend.get_texts()]
    boxes += [handle.get_window_extent() for handle in legend.legend_handles if handle]
    for box in boxes:
        if any(box.contains(*mark) for mark in _marks(axes)):
            yield "a mark under a legend"
        for line in _lines(axes):
            if _meets(line, box):
                yield f"a line under a legend: {line.get_gid() or line.get_label()}"


def _marks(axes: Axes) -> Iterator[Any]:
    for one in axes.collections:
        if isinstance(one, PathCollection):
            yield from axes.transData.transform(np.asarray(one.get_offsets(), dtype=float))


def _radii(axes: Axes) -> Iterator[float]:
    figure: Any = axes.get_figure(root=True)
    for one in axes.collections:
        if isinstance(one, PathCollection):
            radius = np.sqrt(one.get_sizes()[0]) / 2 * figure.dpi / 72
            yield from [radius] * len(np.asarray(one.get_offsets()))


def _lines(axes: Axes) -> list[Line2D]:
    return [line for line in axes.lines if line.get_label() != LEADER]


def _meets(line: Line2D, box: Bbox) -> bool:
    path = line.get_transform().transform_path(line.get_path())
    # Only what is seen
    seen = line.axes is not None and box.overlaps(line.axes.bbox)
    return seen and bool(path.intersects_bbox(box, filled=False))


def _over_what_is_drawn(axes: Axes, placed: Boxed) -> Iterator[str]:
    """Names and other placed texts that cover marks, lines or the edges of the axes."""
    frame = axes.bbox
    centres = np.array(list(_marks(axes))).reshape(-1, 2)
    radii = np.array(list(_radii(axes)))
    for text, box in placed:
        if len(centres):
            near = np.clip(centres, [box.x0, box.y0], [box.x1, box.y1])
            if (np.hypot(*(near - centres).T) < radii).any():
                yield f"text over a mark: {_words(text)}"
        yield from (
            f"text over a line: {_words(text)} | {line.get_gid()}"
            for line in _lines(axes)
            if _meets(line, box)
        )
        if box.x0 < frame.x0 or box.y0 < frame.y0:
            yield f"text over an axis: {_words(text)}"


def _leader_faults(axes: Axes, texts: Boxed) -> Iterator[str]:
    """Leaders over texts, over each other, or out of the axes."""
    leaders = [line for line in axes.lines if line.get_label() == LEADER]
    ends = [axes.transData.transform(np.column_stack(line.get_data())) for line in leaders]
    for start, end in ends:
        # It begins at the edge of its own text.
        away = start + (end - start) * min(1, OWN / np.hypot(*(end - start)))
        path = Path([away, end])
        for text, box in texts:
            if path.intersects_bbox(box, filled=False):
                yield f"a leader over a text: {_words(text)}"
        inside = [axes.bbox.contains(*place) for place in (start, end)]
        if not all(inside):
            yield "a leader over the edge of the axes"
    for one, other in itertools.combinations(ends, 2):
        if _cross(one, other):
            yield "a leader over a leader"


def _cross(one: Any, other: Any) -> bool:
    """Whether two lines, each as its two ends, cross."""

    def side(line: Any, point: Any) -> float:
        (x, y), (to_x, to_y) = line
        return float((to_x - x) * (point[1] - y) - (to_y - y) * (point[0] - x))

    apart = [side(one, point) for point in other], [side(other, point) for point in one]
    return all(first * second < 0 for first, second in apart)
