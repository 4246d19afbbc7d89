"""Figures of two values of each system against each other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from compute_trends.checks.agreement import compared_values
from compute_trends.common.vocabulary import METHODS, VALUE_WORDS
from compute_trends.render.figures import style
from compute_trends.render.figures.eras import draw_eras
from compute_trends.render.figures.files import Drawing, Plan
from compute_trends.render.figures.formats import (
    ERAS_FIGURE,
    ERAS_TITLE,
    INFERENCE_FIGURE,
    INFERENCE_TITLE,
    UTILIZATION_FIGURE,
    UTILIZATION_TITLE,
)
from compute_trends.render.figures.inference import draw_inference
from compute_trends.render.figures.label_placement import GAP, room_in, write_texts
from compute_trends.render.figures.style import Width
from compute_trends.render.figures.utilization import draw_utilization
from compute_trends.settings.estimate import Preference
from compute_trends.settings.render import Comparison
from compute_trends.settings.simulations import Eras

# Inches, by width: the axes come out about square.
HEIGHTS = {"full": 7.2, "column": 4.0}
# Systems further apart than this are named.
NAMED_FACTOR = 20
REACH = {"full": 0.2, "column": 0.1}


def comparison_plans(
    systems: pd.DataFrame,
    estimates: pd.DataFrame,
    compute: pd.DataFrame,
    utilization: pd.DataFrame,
    error_model: pd.DataFrame,
    scores: pd.DataFrame,
    eras: pd.DataFrame,
    era_lines: pd.DataFrame,
    *inference: pd.DataFrame,
    comparisons: Sequence[Comparison],
    preference: Sequence[Preference],
    factor: float,
    era_settings: Eras,
) -> list[Plan]:
    """Every comparison that the config names and the figures of checks, to be drawn.

    See `draw_comparison`, `utilization.draw_utilization`, `eras.draw_eras`,
    `inference.draw_inference` (of whose tables ``inference`` are) and `agreement.compared_values`.
    """
    names = dict(zip(systems["system_id"], systems["system"], strict=True))
    plans = []
    for comparison in comparisons:
        axes = {"x": comparison.x, "y": comparison.y}
        points = compared_values(estimates, compute, **axes, preference=preference)
        draw = partial(draw_comparison, points, names, comparison=comparison, factor=factor)
        plans.append(Plan(comparison.name, comparison.title, draw))
    draw = partial(draw_utilization, utilization, error_model)
    plans.append(Plan(UTILIZATION_FIGURE, UTILIZATION_TITLE, draw))
    tables = (systems, compute, scores, eras, era_lines)
    plans.append(Plan(ERAS_FIGURE, ERAS_TITLE, partial(draw_eras, *tables, settings=era_settings)))
    plans.append(Plan(INFERENCE_FIGURE, INFERENCE_TITLE, partial(draw_inference, *inference)))
    return plans


def draw_comparison(
    points: pd.DataFrame,
    names: dict[str, str],
    *,
    comparison: Comparison,
    factor: float,
    width: Width,
) -> Drawing:
    """Draw two values of each system, with the diagonal and a band around it.

    Parameters
    ----------
    points : pandas.DataFrame
        From `agreement.compared_values`.
    names : dict of str to str
        Name of each system, by system_id.
    comparison, width : Comparison, style.Width
        What is on the axes, and how wide to draw them.
    factor : float
        Half width of the band: ``estimate.disagreements.factor``.
    """
    with mpl.rc_context(style.STYLE | {"font.size": width.points}):
        drawing, axes = style.new_figure(width, HEIGHTS[width.name])
        axes.set(xscale="log", yscale="log", aspect="equal")
        values = points[["x_flop", "y_flop"]].to_numpy()
        low, high = (values.min(), values.max()) if len(points) else (1.0, 10.0)
        ends = np.array([low / 10, high * 10])
        axes.fill_between(ends, ends / factor, ends * factor, color="0.9", linewidth=0, zorder=0)
        axes.plot(ends, ends, color="0.45", linewidth=0.8, zorder=1)
        handles = _draw_points(axes, points, comparison, width)
        axes.set(xlim=tuple(ends), ylim=tuple(ends))
        majors = 9 if width.name == "full" else 6
        for axis, value in ((axes.xaxis, comparison.x), (axes.yaxis, comparison.y)):
            label = f"Training compute {VALUE_WORDS[value]} (FLOP)"
            axis.set_label_text(label, fontsize=width.points)
            style.log_axis(axis, majors=majors)
        sns.despine(ax=axes)
        handles.append(Patch(color="0.9", label=f"Within ×{factor:g}"))
        note = f"{len(points)} systems"
        style.caption(axes, width, title=comparison.title, note=note, handles=handles)
        n_named = _name_farthest(axes, points, names, width)
    return Drawing(drawing, len(points), n_named)


def _draw_points(
    axes: Axes, points: pd.DataFrame, comparison: Comparison, width: Width
) -> list[Any]:
    """Draw one mark per system, by the method of its estimate; the entries of the legend."""
    # Where the two axes show methods, the method of the chosen estimate says nothing.
    by_method = not {comparison.x, comparison.y} & set(METHODS)
    handles = []
    for group, systems in points.groupby("method") if by_method else [("all", points)]:
        label = VALUE_WORDS[str(group)] if by_method else "systems"
        x, y, name = systems["x_flop"], systems["y_flop"], label.capitalize()
        handles.append(style.draw_marks(axes, x, y, group=str(group), label=name, width=width))
    return handles


def _name_farthest(axes: Axes, points: pd.DataFrame, names: dict[str, str], width: Width) -> int:
    """Name the systems whose values lie furthest apart; the number of names with a free place."""
    places = pd.DataFrame({"x": points["x_flop"], "y": points["y_flop"]})
    distance = np.abs(np.log10(points["y_flop"] / points["x_flop"]))
    far = points.assign(distance=distance)[distance > np.log10(NAMED_FACTOR)]
    far = far.sort_values("distance", ascending=False, kind="stable")
    texts = places.loc[far.index].assign(text=far["system_id"].map(names), color="0.1")
    radius = style.mark_radius(width)
    diagonal = (axes.get_xlim(), axes.get_xlim())
    labels = write_texts(
        axes,
        room_in(axes, places, [diagonal], radius=radius),
        texts,
        points=width.label_points + 0.5,
        start=radius + GAP,
        farthest=REACH[width.name],
        draw_all=False,
    )
    return len(labels)
