"""Figure of a headline's specifications: their curve, and below it who takes which option."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from compute_trends.common.numbers import plain
from compute_trends.common.records import Record
from compute_trends.render.figures import style
from compute_trends.render.figures.choices_content import (
    ChoiceStrips,
    Content,
    Curve,
    steps,
)
from compute_trends.render.figures.files import Drawing
from compute_trends.render.figures.style import Width

# Inches of the curve, and of each row below it in heights of letters
CURVE = {"full": 2.5, "column": 2.0}
ROW = 1.14
# Room in heights of letters: left of the axes, for each bar right of them, and for a share
LEFT, BAR, LEAST_RIGHT = 13.2, 1.35, 7.6
# Longest name of an option, and letters of the list of published growth in a line
NAME, LINE = 24, {"full": 118, "column": 66}
ALL, MILD, STRONG, OURS = "0.15", style.BLUE, style.VERMILION, style.dark("before")
# Ticks of growth per year, the finest that leave room
TICKS = (
    [round(0.8 + 0.2 * step, 1) for step in range(30)],
    [0.5, 0.7, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30],
    [0.3, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32],
    [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100],
    [10.0**power for power in range(-6, 13)],
)
MOST_TICKS = 9
# Room for the source, of one line or of two, in heights of letters
BELOW = {"full": 2.2, "column": 3.4}


def draw_choices(content: Content, *, title: str, width: Width) -> Drawing:
    """Draw all specifications of a headline in order, and where along them each option lies.

    Parameters
    ----------
    content : Content
        From `choices_content.choices_content`.
    title, width : str, Width
        Title of the figure; how wide to draw it.
    """
    headline, curve, published = content.headline, content.curve, content.published
    with mpl.rc_context(style.STYLE | {"font.size": width.points}):
        words = " · ".join(f"{letter} {text}" for letter, text, _ in published)
        listed = textwrap.wrap(words, LINE[width.name])
        rows = sum(1 + len(choice.strips) for choice in content.choices)
        right = max(BAR * (1.6 + len(published)), LEAST_RIGHT)
        drawing, upper, side, lower = _axes(width, rows, right, len(listed))
        handles = _draw_curve(upper, curve, content.mild, headline, width)
        _growth_axis(upper, curve, [_own_ends(headline), *(_ends(row) for *_, row in published)])
        upper.set_ylabel("Growth per year (factor)", fontsize=width.points)
        upper.tick_params(labelsize=0.9 * width.points)
        _draw_bars(side, headline, published, upper.get_ylim(), right, width)
        _draw_strips(lower, content.choices, right, width)
        _write_below(drawing, listed, width)
        note = f"{plain(content.number)} specifications; bold: as the headline; * strong"
        style.caption(upper, width, title=title, note=note, handles=handles)
    return Drawing(drawing, content.number, 0)


def _axes(width: Width, rows: int, right: float, lines: int) -> tuple[Any, Axes, Axes, Axes]:
    """The figure with axes of the curve, of bars beside it and of the strips below."""
    letter = width.points / 72
    top, gap = 4.4 * letter, 3.0 * letter
    bottom = (BELOW[width.name] + 1 + 1.25 * lines) * letter
    strips = rows * ROW * letter
    height = top + CURVE[width.name] + gap + strips + bottom
    drawing, upper = style.new_figure(width, height)
    x, w = LEFT * letter / width.inches, 1 - (LEFT + right) * letter / width.inches
    y, h = 1 - (top + CURVE[width.name]) / height, CURVE[width.name] / height
    upper.set_position((x, y, w, h))
    side = drawing.add_axes((x + w, y, right * letter / width.inches, h))
    lower = drawing.add_axes((x, bottom / height, w, strips / height))
    return drawing, upper, side, lower


def _ends(row: Record) -> tuple[float, float]:
    """Growth that is stated; what has no upper end reaches beyond every axis."""
    high = row["growth_per_year_high"]
    return row["growth_per_year_low"], np.inf if high is None else high


def _own_ends(headline: Record) -> tuple[float, float]:
    """Interval of the headline, or the headline alone where there is none."""
    ends = [headline[f"growth_per_year_ci90_{end}"] for end in ("low", "high")]
    value = headline["growth_per_year"]
    low, high = (value if end is None else end for end in ends)
    return (np.nan, np.nan) if value is None else (low, high)


def _draw_curve(axes: Axes, curve: Curve, mild: Curve, headline: Record, width: Width) -> list[Any]:
    """Draw both curves, intervals, and the headline across them; entries of the legend."""
    low, high = _own_ends(headline)
    if not np.isnan(low):
        axes.axhspan(low, high, color=OURS, alpha=0.13, linewidth=0, zorder=0)
        axes.axhline(headline["growth_per_year"], color=OURS, linewidth=0.7 * width.line, zorder=3)
    points = np.column_stack([curve.bar_place, curve.low, curve.bar_place, curve.high])
    look: Any = {"color": "0.72", "linewidth": 0.45 * width.line}
    _lines(axes, points.reshape(-1, 2, 2), look)
    handles = []
    for each, label, color, dashes, part in (
        (curve, "All", ALL, "-", 1.2),
        (mild, "Without strong options", MILD, (0, (3, 0.8)), 1.4),
    ):
        own: Any = {"color": color, "linestyle": dashes, "linewidth": part * width.line}
        handles += axes.plot(each.place, each.growth, label=label, zorder=4, **own)
    return [*handles, Line2D([], [], label="90 % intervals", **look)]


def _lines(axes: Axes, ends: Any, look: dict[str, Any]) -> None:
    """Draw many lines as one, from their ends of shape (n, 2, 2)."""
    if len(ends):
        codes = np.tile([Path.MOVETO, Path.LINETO], len(ends))
        path = Path(np.reshape(ends, (-1, 2)), codes)
        # Added as an artist, because finding its limits takes longer than drawing it.
        axes.add_artist(PathPatch(path, fill=False, zorder=1, **look))


def _growth_axis(axes: Axes, curve: Curve, stated: Sequence[tuple[float, float]]) -> None:
    """Limits that hold the curve and what is stated; ticks at round factors."""
    ends = np.array([*curve.growth, *np.ravel(stated)])
    ends = ends[np.isfinite(ends) & (ends > 0)]
    low, high = (ends.min(), ends.max()) if ends.size else (1.0, 2.0)
    low, high = low / 1.05, high * 1.05
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    axes.set_xlim(0, 1)
    inside = [[tick for tick in ticks if low <= tick <= high] for ticks in TICKS]
    shown = next((ticks for ticks in inside if len(ticks) <= MOST_TICKS), inside[-1])
    axes.yaxis.set_major_locator(FixedLocator(shown))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_xticks(np.linspace(0, 1, 5), ["slowest", "25 %", "half", "75 %", "fastest"])
    first, *_, last = axes.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")
    sns.despine(ax=axes)


def _draw_bars(
    axes: Axes,
    headline: Record,
    published: Sequence[tuple[str, str, Record]],
    limits: tuple[float, float],
    right: float,
    width: Width,
) -> None:
    """Draw the headline and what is published beside the curve, each with a letter above it."""
    axes.set_yscale("log")
    axes.set_ylim(limits)
    axes.set_xlim(0, right / BAR)
    axes.axis("off")
    bars = [("ours", _own_ends(headline), OURS)]
    bars += [(letter, _ends(row), "0.35") for letter, _, row in published]
    for place, (letter, (low, high), color) in enumerate(bars):
        if np.isnan(low):
            continue
        x, top = place + 1.1, min(high, limits[1])
        # The word of the first would touch the letter of the second.
        side = "right" if place == 0 else "center"
        look: Any = {"linewidth": 3.2 * width.line, "solid_capstyle": "butt"}
        axes.plot([x, x], [low, top], color=color, **look)
        axes.annotate(
            letter,
            (x, top),
            (0, 0.35 * width.points),
            textcoords="offset points",
            ha=side,
            fontsize=0.9 * width.points,
            color=color,
            fontweight="bold",
        )


def _draw_strips(axes: Axes, choices: Sequence[ChoiceStrips], right: float, width: Width) -> None:
    """Draw a strip for each option, with its name; what each choice explains beside it."""
    inches = axes.get_position().width * width.inches
    letter = width.points / 72 / inches
    edge, end = (0.6 - LEFT) * letter, 1 + 0.96 * right * letter
    look: Any = {"fontsize": 0.87 * width.points, "va": "baseline"}
    axes.text(end, -0.2, "explains alone; in all", ha="right", color="0.35", **look)
    outlines: dict[bool, list[Any]] = {False: [], True: []}
    row, ends = 0, []
    for choice in choices:
        row += 1
        axes.text(edge, row - 0.16, choice.words, fontweight="bold", **look)
        if choice.main is not None and choice.total is not None:
            words = f"{100 * choice.main:.0f}; {100 * choice.total:.0f} %"
            axes.text(end, row - 0.16, words, ha="right", **look)
        for strip in choice.strips:
            row += 1
            name = textwrap.shorten(strip.words, NAME, placeholder="…") + "*" * strip.strong
            weight = "bold" if strip.own else "normal"
            axes.text(-0.7 * letter, row - 0.16, name, ha="right", fontweight=weight, **look)
            outlines[strip.strong].append(Path(steps(-0.88 * strip.height, row)))
            ends.append([(0, row), (1, row)])
    axes.set_xlim(0, 1)
    axes.set_ylim(max(row, 1), 0)
    axes.axis("off")
    for strong, paths in outlines.items():
        if paths:
            whole, color = Path.make_compound_path(*paths), STRONG if strong else MILD
            axes.add_artist(PathPatch(whole, facecolor=color, linewidth=0))
    _lines(axes, ends, {"edgecolor": "0.75", "linewidth": 0.4, "clip_on": False})


def _write_below(drawing: Any, lines: Sequence[str], width: Width) -> None:
    """Write what is published below the strips."""
    inches, height = drawing.get_size_inches()
    letter = width.points / 72
    for place, text in enumerate(reversed(lines)):
        y = (BELOW[width.name] + 1.25 * place) * letter / height
        drawing.text(0.6 * letter / inches, y, text, fontsize=0.9 * width.points, va="bottom")
