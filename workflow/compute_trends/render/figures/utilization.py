"""Figure of the utilization that counted operations imply, with the line learnt from it."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from compute_trends.estimate.error_model import UtilizationFit, errors_of_table
from compute_trends.render.figures import style
from compute_trends.render.figures.files import Drawing
from compute_trends.render.figures.formats import UTILIZATION_TITLE
from compute_trends.render.figures.style import Width

# Inches, by width
HEIGHTS = {"full": 3.8, "column": 3.0}
# How far beyond the outermost marks the axes go, as a factor
MARGIN = 3.0


def draw_utilization(
    utilization: pd.DataFrame, error_model: pd.DataFrame, *, width: Width
) -> Drawing:
    """Draw implied utilization against FLOP at peak, with the line learnt from it and its band.

    Parameters
    ----------
    utilization, error_model : pandas.DataFrame
        Tables of these names. Systems that are not comparable are marked apart; without a
        line in the error model none is drawn.
    width : style.Width
        How wide to draw.
    """
    with mpl.rc_context(style.STYLE | {"font.size": width.points}):
        drawing, axes = style.new_figure(width, HEIGHTS[width.name])
        axes.set(xscale="log", yscale="log")
        x, y = utilization["peak_flop"], utilization["implied_utilization"]
        ends = (x.min() / MARGIN, x.max() * MARGIN) if len(x) else (1e15, 1e25)
        lowest, highest = (y.min(), y.max()) if len(y) else (0.01, 1.0)
        axes.set(xlim=ends, ylim=(lowest / MARGIN, max(1.0, highest) * MARGIN))
        handles = _draw_points(axes, utilization, width)
        if (line := errors_of_table(error_model).utilization) is not None:
            handles += _draw_line(axes, line, ends, width)
        axes.set_xlabel("Chips × time × peak rate (FLOP)", fontsize=width.points)
        axes.set_ylabel("Counted operations, as a share of these", fontsize=width.points)
        for axis in (axes.xaxis, axes.yaxis):
            style.log_axis(axis, majors=9 if width.name == "full" else 6)
        sns.despine(ax=axes)
        note = f"{len(utilization)} systems with both methods"
        style.caption(axes, width, title=UTILIZATION_TITLE, note=note, handles=handles)
    return Drawing(drawing, len(utilization), 0)


def _draw_points(axes: Axes, utilization: pd.DataFrame, width: Width) -> list[Any]:
    """Draw one mark per system, by whether the line is learnt from it; entries of the legend."""
    learnt = utilization["comparable"].to_numpy(bool)
    handles = []
    for group, label, is_in in (("all", "Learnt from", learnt), ("Other", "Left out", ~learnt)):
        systems = utilization[is_in]
        x, y = systems["peak_flop"], systems["implied_utilization"]
        handles.append(style.draw_marks(axes, x, y, group=group, label=label, width=width))
    return handles


def _draw_line(
    axes: Axes, line: UtilizationFit, ends: tuple[float, float], width: Width
) -> list[Any]:
    """Draw the line, flat outside its sizes, and its 90 % band; entries of the legend."""
    corners = [line.smallest_peak_flop, line.largest_peak_flop]
    x = np.array([ends[0], *(at for at in corners if ends[0] < at < ends[1]), ends[1]])
    y, factor = np.array([line.utilization(at) for at in x]), 10**line.half_width_oom
    # No chip does more than its peak rate.
    axes.fill_between(x, y / factor, np.minimum(1, y * factor), color="0.9", linewidth=0, zorder=0)
    color, label = style.dark("all"), "Learnt line"
    drawn = axes.plot(x, y, color=color, linewidth=width.line, label=label, zorder=2)
    return [*drawn, Patch(color="0.9", label="Band of 90 %")]
