"""The figure of slowing or hidden: growth since dates that models without compute allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from compute_trends.common.records import Record, records
from compute_trends.render.figures import style
from compute_trends.render.figures.files import Drawing
from compute_trends.render.figures.slowing_content import SLOPE, WITH_YEARS, possible
from compute_trends.render.figures.style import Width

HEIGHTS = {"full": 3.5, "column": 5.0}
# Room between the panels, in heights of letters
GAP = 3.8
# Growth per year that is named on the axis, in OOM per year
TICKS = {-1.0: "×0.1", -0.5: "×0.3", 0.0: "×1", 0.5: "×3", 1.0: "×10", 1.5: "×30", 2.0: "×100"}
# Half widths of what stands at a date, of a distance of 1 between dates
WIDE, NARROW = 0.36, 0.26
BEFORE, KNOWN = style.VERMILION, style.dark("all")


def draw_slowing(
    slowing: pd.DataFrame, titles: dict[str, str], *, title: str, width: Width
) -> Drawing:
    """Draw growth since each date: what is known, what scenarios give, what is possible at all.

    Parameters
    ----------
    slowing : pandas.DataFrame
        Table ``slowing``.
    titles : dict of str to str
        Title of each headline; a panel for each of those that the table has, two at most.
    title, width : str, Width
        Title of the figure; how wide to draw it.
    """
    names = list(dict.fromkeys(slowing["headline_name"]))[:2]
    with mpl.rc_context(style.STYLE | {"font.size": width.points}):
        drawing, axes = style.new_figure(width, HEIGHTS[width.name])
        panels: Sequence[Axes] = [axes]
        stacked = width.name == "column"
        if len(names) > 1:
            panels = style.split(axes, width, share=0.5, gap=GAP, stacked=stacked)
        for panel, name in zip(panels, names, strict=False):
            rows = slowing[slowing["headline_name"] == name]
            words = WITH_YEARS.sub("", titles[name])
            panel.text(0.02, 0.98, words, va="top", transform=panel.transAxes, fontweight="bold")
            _draw_panel(panel, rows, slowing, width)
            if stacked or panel is axes:
                panel.set_ylabel("Growth per year", fontsize=width.points, labelpad=1)
        sns.despine(drawing)
        note = "Lines: 90 % intervals; light grey: with sampling"
        style.caption(axes, width, title=title, note=note, handles=_handles())
    return Drawing(drawing, len(slowing), 0)


def _draw_panel(axes: Axes, rows: pd.DataFrame, both: pd.DataFrame, width: Width) -> None:
    """Draw one headline, a column for each date."""
    days = sorted(set(both["since"]))
    axes.set_xlim(-0.6, len(days) - 0.4)
    axes.set_xticks(range(len(days)), [f"since {day.year}" for day in days])
    axes.tick_params(axis="x", length=0, labelsize=width.points * (0.87 if len(days) > 4 else 1))
    ends = [f"{SLOPE}{end}_after" for end in ("", "_ci90_low", "_ci90_high")]
    low, high = both[ends].min().min(), both[ends].max().max()
    if low < high:
        axes.set_ylim(low - 0.05, high + 0.05)
        named = {at: words for at, words in TICKS.items() if low <= at <= high}
        axes.set_yticks(list(named), list(named.values()))
    axes.axhline(0, color="0.8", linewidth=0.6, zorder=0)
    for place, day in enumerate(days):
        own = records(rows[rows["since"] == day])
        if any(row[f"{SLOPE}_after"] is not None for row in own):
            _draw_date(axes, own, place, width)


def _draw_date(axes: Axes, rows: Sequence[Record], place: int, width: Width) -> None:
    """Draw what is possible since a date, scenarios, what is known, and growth before."""
    low, high, widest_low, widest_high = possible(rows)
    for bottom, top, shade in ((widest_low, widest_high, "0.92"), (low, high, "0.80")):
        axes.bar(place, top - bottom, 2 * WIDE, bottom, color=shade, linewidth=0, zorder=1)
    before = rows[0][f"{SLOPE}_before"]
    if before is not None:
        line: Any = {"color": BEFORE, "linewidth": width.line, "zorder": 3}
        axes.plot([place - WIDE, place + WIDE], [before, before], **line)
    named = [row for row in rows if row["bound_kind"] == "none" and row["scenario"] != "known"]
    size = 1.9 * width.line
    for number, row in enumerate(named):
        at = place + NARROW * (2 * number / max(len(named) - 1, 1) - 0.6) * 0.8
        look: Any = {"marker": "D", "markersize": size, "color": "0.3", "linestyle": ""}
        if row[f"{SLOPE}_after"] is not None:
            axes.plot([at], [row[f"{SLOPE}_after"]], **look, zorder=4)
    [known] = [row for row in rows if row["scenario"] == "known"]
    at, value = place - NARROW, known[f"{SLOPE}_after"]
    ends = [known[f"{SLOPE}_ci90_{end}_after"] for end in ("low", "high")]
    if value is not None:
        axes.plot([at], [value], "o", color=KNOWN, markersize=1.4 * size, zorder=5)
    if None not in ends:
        axes.plot([at, at], ends, color=KNOWN, linewidth=width.line * 0.8, zorder=5)


def _handles() -> list[Any]:
    """Entries of the legend."""
    from matplotlib.lines import Line2D

    return [
        Line2D([], [], color=KNOWN, marker="o", markersize=3.5, label="Known models"),
        Line2D([], [], color="0.3", marker="D", markersize=2.8, linestyle="", label="Scenarios"),
        Patch(color="0.80", label="Possible"),
        Line2D([], [], color=BEFORE, label="Before the date"),
    ]
