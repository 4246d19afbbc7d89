"""Texts in a figure that stand clear of marks, lines and each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text

from compute_trends.render.figures.free_room import Array, Room, find_places, take
from compute_trends.render.figures.style import covered

# Points between a text and what it stands clear of
GAP = 0.6
# A leader is drawn where so many points of it are seen.
SEEN = 3.0
# What names a leader among the lines of axes
LEADER = "_leader"
LEADER_LOOK: dict[str, Any] = {"color": "0.6", "linewidth": 0.4, "zorder": 2, "label": LEADER}

Obstacle = tuple[Sequence[float], Sequence[float]]


def room_in(
    axes: Axes,
    marks: pd.DataFrame,
    lines: Iterable[Obstacle],
    *,
    radius: float | Array,
    texts: Iterable[Text | Legend] = (),
) -> Room:
    """Room in axes for texts, between marks, straight lines and texts that are there.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Its limits are final.
    marks : pandas.DataFrame
        x and y.
    lines : iterable of (x, y)
        Both ends of each.
    radius : float or array
        Of the marks, in points.
    texts : iterable of matplotlib.text.Text or matplotlib.legend.Legend
        In these axes.
    """
    discs = np.empty((len(marks), 3))
    discs[:, :2], discs[:, 2] = _points(axes, marks[["x", "y"]]), radius
    ends = np.array([np.column_stack(line) for line in lines]).reshape(-1, 2)
    frame = np.ravel(axes.bbox.get_points()) / _scale(axes)
    room = Room(frame, discs, _points(axes, ends).reshape(-1, 4))
    room.boxes += [_box(axes, text) for text in texts]
    return room


def write_texts(
    axes: Axes,
    room: Room,
    texts: pd.DataFrame,
    *,
    points: float,
    start: float,
    farthest: float,
    draw_all: bool,
    **style: Any,
) -> list[Text]:
    """Write texts near their anchors, each with a thin leader line, none over another.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Its limits are final.
    room : Room
        From `room_in`; the texts take their places in it.
    texts : pandas.DataFrame
        x, y, text and color; those further up choose their place first.
    points, start : float
        Size of the text, and least distance from its anchor, in points.
    farthest : float
        Greatest distance between a text and its anchor, as a share of the axes' width.
    draw_all : bool
        Whether a text without a free place is written over marks; else it is left out.
    **style
        Of the texts.
    """
    anchors = _points(axes, texts[["x", "y"]])
    look: dict[str, Any] = {"fontsize": points, "zorder": 6, "va": "bottom"} | style
    written = [
        axes.text(0, 0, words, transform=None, color=color, **look)
        for words, color in zip(texts["text"], texts["color"], strict=True)
    ]
    sizes = [np.diff(_box(axes, text).reshape(2, 2), axis=0)[0] for text in written]
    reach = farthest * float(room.frame[2] - room.frame[0])
    near: dict[str, Any] = {"gap": GAP, "start": start, "reach": reach}
    places = find_places(room, anchors, sizes, **near, must=draw_all)
    for text, box, anchor in zip(written, places, anchors, strict=True):
        if box is None:
            text.remove()
            continue
        _stand(axes, text, box, anchor)
        leader = take(room, box, anchor)
        if np.hypot(*(leader[2:] - leader[:2])) >= start + SEEN:
            ends = axes.transData.inverted().transform(leader.reshape(2, 2) * _scale(axes))
            axes.add_line(Line2D(*ends.T, **LEADER_LOOK))
    return [text for text, box in zip(written, places, strict=True) if box is not None]


def line_obstacles(lines: pd.DataFrame) -> list[Obstacle]:
    """Ends of fitted lines: first_date, last_date, start_flop and end_flop of each."""
    x = date2num(lines[["first_date", "last_date"]]).tolist()
    y = lines[["start_flop", "end_flop"]].to_numpy(float).tolist()
    return list(zip(x, y, strict=True))


def _scale(axes: Axes) -> float:
    """Pixels of a point."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure.dpi / 72


def _points(axes: Axes, places: Any) -> Array:
    """Places in the units of the axes as points from the corner of the figure."""
    pixels = axes.transData.transform(np.asarray(places, dtype=float).reshape(-1, 2))
    return np.asarray(pixels / _scale(axes), dtype=float)


def _box(axes: Axes, text: Text | Legend) -> Array:
    """Box that a text covers, in points."""
    return np.ravel(covered(text).get_points()) / _scale(axes)


def _stand(axes: Axes, text: Text, box: Array, anchor: Array) -> None:
    """Put a text into a box, held at the side that is next to its anchor."""
    left, _, right, _ = box
    side = "left" if left >= anchor[0] else "right" if right <= anchor[0] else "center"
    x = {"left": left, "right": right, "center": (left + right) / 2}[side]
    place = axes.transData.inverted().transform(np.array([x, box[1]]) * _scale(axes))
    text.set(transform=axes.transData, position=tuple(place), horizontalalignment=side)
