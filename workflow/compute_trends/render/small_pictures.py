"""Small pictures of a few numbers with their intervals, drawn in the page itself.

Scalable, in the colours of the page, so that one serves light and dark, phone and desk.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from markupsafe import Markup

# Units of the drawing; it is shown as wide as there is room, up to what the stylesheet says.
WIDTH, MARGIN, ROW, AXIS = 320.0, 12.0, 30.0, 22.0


class Whisker(NamedTuple):
    """One line of a picture: a number, the interval around it, what it is called.

    ``value``, ``low`` or ``high`` None: there is none; an end that is None or infinite is open.
    ``kind``: ``known``, or ``possible`` for a range that is no estimate.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    kind: str = "known"


def whiskers(
    rows: Sequence[Whisker], ticks: Sequence[tuple[float, str]], *, title: str, logarithmic: bool
) -> Markup:
    """Numbers with their intervals under each other, on one axis.

    Parameters
    ----------
    rows : sequence of Whisker
        In the unit of the axis.
    ticks : sequence of (float, str)
        Places of the axis with their words, the first and the last its ends.
    title : str
        What the picture shows, for those who cannot see it.
    logarithmic : bool
        Whether equal steps of the axis are equal factors.

    Returns
    -------
    markupsafe.Markup
        An ``svg`` element.
    """
    place = _scale(ticks[0][0], ticks[-1][0], logarithmic)
    height = ROW * len(rows) + AXIS
    bottom = ROW * len(rows) + 4
    parts = [
        Markup('<path class="axis" d="M{} {}H{}"/>').format(MARGIN, bottom, WIDTH - MARGIN),
        *(_tick(place(value), bottom, words) for value, words in ticks),
        *(_whisker(row, place, ROW * number) for number, row in enumerate(rows)),
    ]
    return _svg(parts, height, title)


def shares(counts: Sequence[tuple[str, int]], *, title: str) -> Markup:
    """Counts as parts of one bar, each with its number; ``counts`` have a word and a number."""
    whole = sum(n for _, n in counts)
    parts, left = [], MARGIN
    for word, n in counts:
        width = (WIDTH - 2 * MARGIN) * n / whole
        parts.append(
            Markup(
                '<rect class="{}" x="{:.1f}" y="4" width="{:.1f}" height="26"/>'
                '<text class="on" x="{:.1f}" y="22" text-anchor="middle">{}</text>'
            ).format(word.replace(" ", "-"), left, width - 2, left + width / 2 - 1, n)
        )
        left += width
    return _svg(parts, 34, title)


def _scale(first: float, last: float, logarithmic: bool) -> Callable[[float], float]:
    """Place of a value in the drawing; outside the axis, its end."""
    turn = math.log if logarithmic else float
    low, high = turn(first), turn(last)

    def place(value: float) -> float:
        inside = min(max(value, first), last)
        return MARGIN + (WIDTH - 2 * MARGIN) * (turn(inside) - low) / (high - low)

    return place


def _whisker(row: Whisker, place: Callable[[float], float], top: float) -> Markup:
    """Label, interval and mark of one number."""
    line = top + 22
    open_end = row.high is None or math.isinf(row.high)
    left = MARGIN if row.low is None else place(row.low)
    right = WIDTH - MARGIN if row.high is None or math.isinf(row.high) else place(row.high)
    text = Markup('<text x="{}" y="{}">{}</text>').format(MARGIN, top + 13, row.label)
    bar = Markup('<path class="{}" d="M{:.1f} {}H{:.1f}"/>').format(row.kind, left, line, right)
    arrow = Markup("")
    if open_end and row.low is not None:
        arrow = Markup('<path class="arrow" d="M{} {}l7 4.5-7 4.5z"/>').format(right, line - 4.5)
    mark = Markup("")
    if row.value is not None and math.isfinite(row.value):
        mark = Markup('<circle cx="{:.1f}" cy="{}" r="5"/>').format(place(row.value), line)
    return text + bar + arrow + mark


def _tick(x: float, y: float, words: str) -> Markup:
    """Mark of an axis and its words, which stay inside the drawing."""
    anchor = "start" if x < 2 * MARGIN else "end" if x > WIDTH - 2 * MARGIN else "middle"
    return Markup(
        '<path class="axis" d="M{:.1f} {}v4"/><text class="tick" x="{:.1f}" y="{}" '
        'text-anchor="{}">{}</text>'
    ).format(x, y, x, y + 16, anchor, words)


def _svg(parts: Sequence[Markup], height: float, title: str) -> Markup:
    """An ``svg`` element with what it shows in words."""
    head = Markup('<svg class="small" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}">')
    return head.format(WIDTH, height, title) + Markup("").join(parts) + Markup("</svg>")
