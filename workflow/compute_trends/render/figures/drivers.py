"""The figure of what growth is made of, and of how many models are above a threshold."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from compute_trends.common.records import Record, records
from compute_trends.render.figures import style
from compute_trends.render.figures.files import Drawing
from compute_trends.render.figures.style import Width
from compute_trends.render.look_ups import grouped

HEIGHTS = {"full": 3.6, "column": 5.2}
# Room between the panels, in heights of letters
GAP = 5.0
# Colours of the parts, the same lightness in no two that meet
COLOURS = {
    "chips": style.BLUE,
    "rate": style.SKY,
    "time": style.GREEN,
    "utilization": style.VERMILION,
    "residual": style.GREY,
}
# Width of a bar of a place, and of the steps between the intervals of its parts
BAR = 0.66
SLOPE = ("slope_oom_per_year", "slope_oom_per_year_ci90_low", "slope_oom_per_year_ci90_high")
SHADES = (style.SKY, style.BLUE, style.VERMILION)


def draw_drivers(
    drivers: pd.DataFrame, thresholds: pd.DataFrame, *, title: str, width: Width
) -> Drawing:
    """Draw the parts of growth as stacked bars, and counts above thresholds by year.

    Parameters
    ----------
    drivers, thresholds : pandas.DataFrame
        Tables ``drivers`` and ``threshold_counts``; drawn are the implied utilization, and all
        countries on stated values, errors around what is stated.
    title, width : str, Width
        Title of the figure; how wide to draw it.
    """
    parts = records(drivers[drivers["missing_utilization"] == "implied"])
    counted = thresholds[(thresholds["basis"] == "published") & (thresholds["year"] != "all")]
    counted = counted[(counted["errors"] == "around_stated") & (counted["group_name"] == "all")]
    with mpl.rc_context(style.STYLE | {"font.size": width.points}):
        drawing, axes = style.new_figure(width, HEIGHTS[width.name])
        stacked = width.name == "column"
        left, right = style.split(axes, width, share=0.5, gap=GAP, stacked=stacked)
        handles = _draw_parts(left, parts, width)
        _draw_counts(right, records(counted), width)
        sns.despine(drawing)
        note = "Bars on bars: 90 % intervals"
        style.caption(axes, width, title=title, note=note, handles=handles)
    return Drawing(drawing, len(parts) + len(counted), 0)


def _draw_parts(axes: Axes, rows: list[Record], width: Width) -> list[Any]:
    """Draw a stacked bar of each population and window; the entries of the legend."""
    for row in rows:
        row["sample"] = (row["population"], row["window"])
    bars = grouped(rows, "sample")
    for place, of_bar in enumerate(bars.values()):
        _draw_bar(axes, place, [row for row in of_bar if row["driver"] in COLOURS], width)
    names = [
        f"{'All' if population == 'all' else population.replace('_', ' ').capitalize()}, "
        f"n = {of[0]['n']}\n{window.replace('_', ' ').replace('from', 'since')}"
        for (population, window), of in bars.items()
    ]
    axes.set_xticks(range(len(names)), names, fontsize=width.points * 0.87)
    axes.axhline(0, color="0.35", linewidth=0.6)
    axes.set_ylabel("Parts of growth (OOM per year)", fontsize=width.points)
    return [Patch(color=colour, label=name.capitalize()) for name, colour in COLOURS.items()]


def _draw_bar(axes: Axes, place: int, rows: list[Record], width: Width) -> None:
    """Draw the parts of one sum, those that shrink below zero, each with its interval."""
    ends = {True: 0.0, False: 0.0}
    for number, row in enumerate(rows):
        value, low, high = (row[name] for name in SLOPE)
        if value is None:
            continue
        above = value >= 0
        axes.bar(place, value, BAR, bottom=ends[above], color=COLOURS[row["driver"]], linewidth=0)
        ends[above] += value
        if low is not None and row["driver"] != "residual":
            at = place + BAR * ((number + 1) / (len(rows) + 1) - 0.5)
            reach = [[value - low], [high - value]]
            axes.errorbar(
                at, ends[above], yerr=reach, color="0.15", linewidth=width.line * 0.5, capsize=1.5
            )


def _draw_counts(axes: Axes, rows: list[Record], width: Width) -> None:
    """Draw the number of models above each threshold by year, and of those without compute."""
    groups = grouped(rows, "threshold_flop")
    years = sorted({int(row["year"]) for row in rows})
    bar = BAR / max(1, len(groups))
    for number, (threshold, of) in enumerate(sorted(groups.items())):
        shift = bar * (number - (len(groups) - 1) / 2)
        at = np.array([int(row["year"]) + shift for row in of])
        value, low, high = (
            np.array([row[f"n_above{end}"] for row in of], dtype=float)
            for end in ("", "_ci90_low", "_ci90_high")
        )
        colour = SHADES[number % len(SHADES)]
        label = f"At least {style.power_of_ten(threshold, None)} FLOP"
        axes.bar(at, value, bar, color=colour, label=label, linewidth=0)
        # Where values lie just below a threshold, the interval lies above the number listed
        axes.vlines(at, low, high, color="0.15", linewidth=width.line * 0.7)
    first = list(groups.values())[:1]
    for of in first:
        x, y = ([int(row["year"]) for row in of], [row["n_without_compute"] for row in of])
        axes.plot(x, y, color="0.45", marker="o", markersize=2.5, linestyle=":", linewidth=1)
        highest = int(np.argmax(y))
        axes.annotate("listed without compute", (x[highest], y[highest]), **_above(width))
    if years:
        axes.set_xticks(years)
        axes.legend(fontsize=width.points * 0.87, frameon=False, loc="upper left")
    axes.set_ylabel("Models of the year above a threshold", fontsize=width.points)


def _above(width: Width) -> dict[str, Any]:
    """How a name stands above the highest point of a line."""
    return {
        "xytext": (0, 5),
        "textcoords": "offset points",
        "ha": "center",
        "fontsize": width.points * 0.87,
        "color": "0.35",
    }
