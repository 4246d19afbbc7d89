"""The figure of growth by vintage: how trends move as the data are filled in and restated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from compute_trends.common.numbers import fixed
from compute_trends.common.records import records
from compute_trends.common.vocabulary import CHOSEN_SHORT
from compute_trends.render.figures import style
from compute_trends.render.figures.files import Drawing
from compute_trends.render.figures.style import Width
from compute_trends.render.wording import interval

HEIGHTS = {"full": 3.6, "column": 4.8}
MARKERS = ("o", "s", "^", "D", "v")
PALETTE: Any = sns.color_palette("dark")
# Beside each other by this share of the axis, so that intervals of one day do not hide each other
BESIDE = 0.006
# Least distance of two dates that are named, in heights of their letters: their width and a space
APART = 6.2
# Entries of the legend hold about this share of the axis each, above everything drawn.
ENTRY = {"full": 0.055, "column": 0.075}
# Room between the panels, in heights of letters
GAP = 4.6
GROWTH = ("growth_per_year", "growth_per_year_ci90_low", "growth_per_year_ci90_high")
PANELS = ("To the date of each vintage", "Over the same years on each vintage")


def draw_growth(
    headlines: pd.DataFrame,
    growth: pd.DataFrame,
    *,
    followed: Sequence[str],
    title: str,
    width: Width,
) -> Drawing:
    """Draw growth on every vintage: headlines, and trends of a fixed period.

    Parameters
    ----------
    headlines, growth : pandas.DataFrame
        Tables ``headlines`` and ``growth_by_vintage``.
    followed : sequence of str
        ``fit.exports.followed``: trends of the second table that are drawn, beside the headlines
        whose period is the same on every vintage.
    title, width : str, Width
        Title of the figure; how wide to draw it.
    """
    moving, same = growth_panels(headlines, growth, followed)
    with mpl.rc_context(style.STYLE | {"font.size": width.points}):
        drawing, axes = style.new_figure(width, HEIGHTS[width.name])
        stacked = width.name == "column"
        panels = style.split(axes, width, share=0.5, gap=GAP, stacked=stacked)
        both = pd.concat([moving, same])
        most = max(part["line"].nunique() for part in (moving, same))
        for panel, rows, name in zip(panels, (moving, same), PANELS, strict=True):
            _frame(panel, both, most, width)
            _draw_trends(panel, rows, width)
            panel.set_title(name, fontsize=width.points, loc="left", pad=3)
            panel.set_ylabel("Growth per year (factor)", fontsize=width.points)
        panels[-1].set_xlabel("Date of the data", fontsize=width.points)
        sns.despine(drawing)
        note = "Bars: 90 % intervals; numbers: the newest vintage"
        style.caption(axes, width, title=title, note=note, handles=[])
    return Drawing(drawing, len(moving) + len(same), 0)


def growth_panels(
    headlines: pd.DataFrame, growth: pd.DataFrame, followed: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of the two panels, each with ``line``, what its legend calls it.

    Headlines whose period ends with the vintage; those whose period is fixed, and ``followed``.
    Rows without numbers are left out.
    """
    named = headlines.assign(line=headlines["title"])
    is_fixed = named["trend"].isin(growth["trend"])
    others = growth[growth["trend"].isin(followed) & ~growth["trend"].isin(named["trend"])]
    columns = ["line", "models", "selection", "vintage", *GROWTH]
    same = pd.concat([named[is_fixed][columns], others.assign(line=others["label"])[columns]])
    moving = named[~is_fixed][columns]
    return moving[moving["growth_per_year"].notna()], same[same["growth_per_year"].notna()]


def _frame(axes: Axes, rows: pd.DataFrame, entries: int, width: Width) -> None:
    """Limits and ticks, the same for both panels: every vintage is marked, some are named.

    Those are named that have room: the newest first, then the oldest, then back in time. Above
    all that is drawn there is room for ``entries`` of the legend.
    """
    days = sorted(set(date2num(rows["vintage"])))
    first, last = (days[0], days[-1]) if days else (0.0, 1.0)
    room = 0.08 * (last - first) + 20
    axes.set_xlim(first - room, last + room)
    ends = rows[list(GROWTH)]
    low, high = min(ends.min().min(), 1.0), ends.max().max() if days else 2.0
    axes.set_ylim(low, low + (high - low) / (0.97 - ENTRY[width.name] * entries))
    axes.axhline(1, color="0.8", linewidth=0.6, zorder=0)
    drawing = axes.get_figure(root=True)
    assert drawing is not None
    inches = axes.bbox.width / drawing.dpi
    apart = APART * width.points / 72 / inches * (last - first + 2 * room)
    named: list[float] = []
    for day in [*days[-1:], *days[:1], *reversed(days)]:
        if all(abs(day - other) >= apart for other in named):
            named.append(day)
    axes.set_xticks(days, minor=True)
    axes.set_xticks(named, [f"{np.datetime64(int(day), 'D')}" for day in named])
    axes.tick_params(axis="x", labelsize=width.points * 0.87)


def _draw_trends(axes: Axes, rows: pd.DataFrame, width: Width) -> None:
    """Draw the trends of one panel over the vintages, and the legend with the newest numbers."""
    left, right = axes.get_xlim()
    groups = [group for _, group in rows.groupby(["line", "models"], sort=False)]
    handles, labels = [], []
    for index, group in enumerate(groups):
        shift = BESIDE * (index - (len(groups) - 1) / 2) * (right - left)
        handles.append(
            _draw_trend(axes, group.sort_values("vintage", kind="stable"), index, shift, width)
        )
        newest = records(group.nlargest(1, "vintage"))[0]
        of = "" if newest["models"] == "notable" else f" ({newest['models']} models)"
        of += f", {CHOSEN_SHORT[newest['selection']]}" if newest["selection"] else ""
        words = f"×{fixed(newest['growth_per_year'])} ({interval(newest, 'growth_per_year')})"
        labels.append(f"{newest['line']}{of.replace('_', '-')}: {words}")
    if groups:
        look: Any = {"frameon": False, "borderpad": 0.1, "handlelength": 2.2, "labelspacing": 0.35}
        axes.legend(handles, labels, loc="upper left", fontsize=width.points * 0.87, **look)


def _draw_trend(axes: Axes, group: pd.DataFrame, index: int, shift: float, width: Width) -> Any:
    """Draw the growth of one trend on every vintage, with intervals; the entry of the legend."""
    value, low, high = (group[name] for name in GROWTH)
    bars = axes.errorbar(
        date2num(group["vintage"]) + shift,
        value,
        yerr=np.nan_to_num(np.array([value - low, high - value])),
        color=PALETTE[index % len(PALETTE)],
        marker=MARKERS[index % len(MARKERS)],
        markersize=width.points * 0.6,
        linestyle=style.LINE_STYLES[index % len(style.LINE_STYLES)],
        linewidth=width.line * 0.8,
        capsize=2,
    )
    return bars.lines[0]
