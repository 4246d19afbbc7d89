"""Figures of two values of each system against each other."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
import textalloc
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from .figures import PALETTE, STYLE, power_of_ten
from .selection import Record
from .terms import METHODS

SIZE_INCHES = (7.0, 6.4)
LABELS = {
    "published": "as published",
    "estimated": "as re-derived",
    "operation_count": "by counting operations",
    "hardware_time": "from chips and time",
    "reported": "as reported",
}
MARKS: dict[str, dict[str, Any]] = {
    "operation_count": {"color": PALETTE[0], "marker": "o"},
    "hardware_time": {"color": PALETTE[3], "marker": "s"},
    "reported": {"color": PALETTE[2], "marker": "D"},
    "geometric_mean": {"color": PALETTE[4], "marker": "v"},
}
# Systems further apart than this are named.
NAMED_FACTOR = 20
LABEL_POINTS = 7


def draw_comparison(
    points: pd.DataFrame, names: dict[str, str], *, comparison: Record, factor: float
) -> Figure:
    """Draw two values of each system, with the diagonal and a band around it.

    Parameters
    ----------
    points : pandas.DataFrame
        From `agreement.compared_values`.
    names : dict of str to str
        Name of each system, by system_id.
    comparison : dict
        Record of ``render.comparisons``.
    factor : float
        Half width of the band.

    Returns
    -------
    matplotlib.figure.Figure
        See `figures.save_figure`.
    """
    theme: Any = sns.axes_style("ticks") | sns.plotting_context("paper") | STYLE
    with mpl.rc_context(theme):
        drawing = Figure(figsize=SIZE_INCHES)
        axes = drawing.add_axes((0.11, 0.09, 0.86, 0.85))
        axes.set(xscale="log", yscale="log", aspect="equal")
        values = points[["x_flop", "y_flop"]].to_numpy()
        low, high = (values.min(), values.max()) if len(points) else (1.0, 10.0)
        ends = np.array([low / 10, high * 10])
        axes.fill_between(ends, ends / factor, ends * factor, color="0.9", linewidth=0, zorder=0)
        axes.plot(ends, ends, color="0.45", linewidth=0.8, zorder=1)
        # Where the two axes show methods, the method of the chosen estimate says nothing.
        by_method = not {comparison["x"], comparison["y"]} & set(METHODS)
        groups = points.groupby("method") if by_method else [("", points)]
        for method, group in groups:
            mark = MARKS.get(str(method), {"color": PALETTE[0], "marker": "o"})
            label = LABELS.get(str(method), "mean of methods") if by_method else "systems"
            axes.scatter(
                group["x_flop"],
                group["y_flop"],
                s=30,
                alpha=0.75,
                linewidth=0.4,
                edgecolor="white",
                zorder=3,
                label=f"{label.capitalize()} ({len(group)})",
                **mark,
            )
        axes.set(
            xlim=tuple(ends),
            ylim=tuple(ends),
            title=f"{comparison['title']} (n = {len(points)})",
            xlabel=f"Training compute {LABELS[comparison['x']]} (FLOP)",
            ylabel=f"Training compute {LABELS[comparison['y']]} (FLOP)",
        )
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(LogLocator(base=10, numticks=9))
            axis.set_major_formatter(FuncFormatter(power_of_ten))
            axis.set_minor_locator(LogLocator(base=10, numticks=99))
            axis.set_minor_formatter(NullFormatter())
        handles, labels = axes.get_legend_handles_labels()
        band = mpl.patches.Patch(color="0.9")
        axes.legend(
            [*handles, band],
            [*labels, f"Within a factor of {factor:g}"],
            loc="upper left",
            frameon=False,
        )
        sns.despine(ax=axes)
        _name_the_far(axes, points, names)
    return drawing


def _name_the_far(axes: Any, points: pd.DataFrame, names: dict[str, str]) -> None:
    """Write the names of the systems whose values lie furthest apart, none over another."""
    ratio = points["y_flop"] / points["x_flop"]
    far = points[(ratio > NAMED_FACTOR) | (ratio < 1 / NAMED_FACTOR)]
    if far.empty:
        return
    textalloc.allocate(
        axes,
        far["x_flop"].to_numpy(),
        far["y_flop"].to_numpy(),
        [names[system] for system in far["system_id"]],
        x_scatter=points["x_flop"].to_numpy(),
        y_scatter=points["y_flop"].to_numpy(),
        textsize=LABEL_POINTS,
        margin=0.006,
        min_distance=0.012,
        max_distance=0.2,
        draw_all=False,
        linecolor="0.6",
        linewidth=0.4,
    )
