"""The figure of inference compute: FLOP of one image and of one token against dates."""

from __future__ import annotations

import textwrap
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from compute_trends.common.records import Record
from compute_trends.common.vocabulary import TASK_UNITS, TOP_1
from compute_trends.fit.training_inference import at_largest_input
from compute_trends.render.figures import label_placement, style
from compute_trends.render.figures.files import Drawing
from compute_trends.render.figures.formats import INFERENCE_TITLE
from compute_trends.render.figures.style import Width
from compute_trends.render.look_ups import inference_lines
from compute_trends.render.wording import times_a_year

HEIGHTS = {"full": 4.0, "column": 5.8}
# Room between the panels, in heights of letters
GAP = 6.5
# Greatest distance between a name and its mark, as a share of the axes
REACH = 0.3
# Steps of accuracy, the more accurate the darker: told apart in grey, too
SHADES: Any = tuple(sns.set_hls_values(style.BLUE, l=light) for light in (0.76, 0.45, 0.16))
UNRATED = "0.6"
MARKERS = {False: "o", True: "^"}
# Area of a ring over that of a mark, and points of it that names stand clear of
RING = 3.0
# Letters of a line of a legend
LEGEND = 56
# What follows a name, such as the size of its images: names are short in a figure.
IN_BRACKETS = r"\s*\(.*\)$"
CREDIT = "Data: torchvision, timm, papers; Epoch AI, CC BY 4.0"


Array = NDArray[Any]


class Panel(NamedTuple):
    """What a panel shows: models, and the lines through all and through those picked."""

    task: str
    models: pd.DataFrame
    lines: list[Record]
    picked: pd.DataFrame


def draw_inference(
    models: pd.DataFrame, trends: pd.DataFrame, members: pd.DataFrame, *, width: Width
) -> Drawing:
    """Draw the FLOP of one image, and of one token, of each model, with the lines that lead.

    Parameters
    ----------
    models, trends, members : pandas.DataFrame
        Tables ``inference_models``, ``inference_trends`` and ``inference_members``. Of each task
        the lines of `look_ups.inference_lines` are drawn, and the members of the second marked
        and named.
    width : Width
        How wide to draw it.
    """
    panels = [_panel(task, models, trends, members) for task in TASK_UNITS]
    with mpl.rc_context(style.STYLE | {"font.size": width.points}):
        drawing, axes = style.new_figure(width, HEIGHTS[width.name])
        stacked = width.name == "column"
        both = style.split(axes, width, share=0.5, gap=GAP, stacked=stacked)
        named = 0
        handles: list[Any] = []
        for panel, own in zip(panels, both, strict=True):
            handles += _draw_models(own, panel, width)
            _draw_lines(own, panel, width)
            named += _name_picked(own, panel, width)
        sns.despine(drawing)
        shown = sum(len(panel.models) for panel in panels)
        ringed = any(len(panel.picked) for panel in panels)
        note = f"{shown} models{'; ringed: of the dashed line' if ringed else ''}"
        caption = {"title": INFERENCE_TITLE, "note": note, "credit": CREDIT}
        style.caption(axes, width, handles=handles, **caption)
    return Drawing(drawing, shown, named)


def _panel(task: str, models: pd.DataFrame, trends: pd.DataFrame, members: pd.DataFrame) -> Panel:
    """Models of a task, a language model at its longest input, with the lines that lead."""
    own = models[models["task"] == task]
    drawn, lines = [], []
    for line in inference_lines(trends, task):
        of_line = members[members["trend"] == line["trend"]]
        through = own.merge(of_line, on=["model", "input_size"])
        dates = through["publication_date"]
        lines.append(line | {"first_date": dates.min(), "last_date": dates.max()})
        drawn.append(through)
    picked = [table for table, line in zip(drawn, lines, strict=True) if line["selection"] != "all"]
    shown = at_largest_input(own) if task == "language" else own
    return Panel(task, shown, lines, picked[0] if picked else own.iloc[:0])


def _draw_models(axes: Axes, panel: Panel, width: Width) -> list[Any]:
    """Draw a mark for each model, shaded by accuracy; the entries of the legend."""
    own = panel.models
    axes.set_yscale("log")
    axes.set_ylabel(f"FLOP of one {TASK_UNITS[panel.task]}", fontsize=width.points)
    if own.empty:
        return []
    shaded = own["accuracy_kind"] == TOP_1
    accuracy = own.loc[shaded, "accuracy_percent"].to_numpy(dtype=float)
    steps = np.round(np.quantile(accuracy, [1 / 3, 2 / 3])) if len(accuracy) else np.zeros(2)
    step = np.where(
        shaded, np.searchsorted(steps, own["accuracy_percent"], side="right"), len(SHADES)
    )
    extra = own["extra_data"].notna() & (own["extra_data"] != "none")
    _draw_marks(axes, own, step, extra.to_numpy(), width)
    _frame(axes, own)
    names = []
    if shaded.any():
        low, high = (f"{end:.0f}" for end in steps)
        words = (f"Below {low} % top-1", f"{low} to {high} %", f"{high} % or more")
        names = [(name, shade, "o") for name, shade in zip(words, SHADES, strict=True)]
    names += [("Extra data", UNRATED, "^")] if extra.any() else []
    return [
        Line2D([], [], linestyle="", marker=marker, color=colour, label=name, markersize=4)
        for name, colour, marker in names
    ]


def _draw_marks(axes: Axes, models: pd.DataFrame, step: Array, extra: Array, width: Width) -> None:
    """Draw marks of one look at a time: the file says their look once."""
    look: Any = {"s": width.mark_area, "linewidth": 0.35, "edgecolor": "white", "zorder": 3}
    dates, flop = models["publication_date"].to_numpy(), models["flop_per_unit"].to_numpy(float)
    for place, colour in enumerate((*SHADES, UNRATED)):
        for with_extra, marker in MARKERS.items():
            own = (step == place) & (extra == with_extra)
            if own.any():
                axes.scatter(dates[own], flop[own], color=[colour], marker=marker, **look)


def _frame(axes: Axes, models: pd.DataFrame) -> None:
    """Limits and ticks, with room above for the legend and beside for names."""
    dates, flop = date2num(models["publication_date"]), np.log10(models["flop_per_unit"])
    span, height = np.ptp(dates) or 365.0, np.ptp(flop) or 1.0
    axes.set_xlim(dates.min() - 0.04 * span, dates.max() + 0.08 * span)
    axes.set_ylim(10.0 ** (flop.min() - 0.08 * height), 10.0 ** (flop.max() + 0.46 * height))
    style.log_axis(axes.yaxis)
    locator = AutoDateLocator(minticks=3, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))


def _draw_lines(axes: Axes, panel: Panel, width: Width) -> None:
    """Draw the line of all and of those picked, with rings around these, and say their growth."""
    ring: dict[str, Any] = {"edgecolor": style.VERMILION, "facecolor": "none", "zorder": 4}
    picked = panel.picked
    dates, flop = picked["publication_date"], picked["flop_per_unit"]
    axes.scatter(dates, flop, s=RING * width.mark_area, linewidth=0.6 * width.line, **ring)
    for line in panel.lines:
        is_all = line["selection"] == "all"
        axes.plot(
            date2num([line["first_date"], line["last_date"]]),
            _ends(line),
            color="0.1" if is_all else style.dark("large"),
            linestyle=style.LINE_STYLES[0 if is_all else 1],
            linewidth=width.line,
            zorder=4,
            label=textwrap.fill(f"{line['label']} ({line['n']}):", LEGEND)
            + f"\n{times_a_year(line, sign=True)}",
            gid=f"trend-{line['trend']}",
        )
    if panel.lines:
        axes.legend(loc="upper left", frameon=False, fontsize=width.points * 0.87, handlelength=2)


def _name_picked(axes: Axes, panel: Panel, width: Width) -> int:
    """Name the models that are picked, the newest first; how many found a free place."""
    if panel.picked.empty:
        return 0
    newest = panel.picked.sort_values("publication_date", ascending=False, kind="stable")
    texts, marks = (
        pd.DataFrame({"x": date2num(part["publication_date"]), "y": part["flop_per_unit"]})
        for part in (newest, panel.models)
    )
    names = newest["model"].str.replace(IN_BRACKETS, "", regex=True)
    ends = [
        (date2num([line["first_date"], line["last_date"]]).tolist(), _ends(line))
        for line in panel.lines
    ]
    ring = float(np.sqrt(RING)) * style.mark_radius(width)
    # Rings are marks of their own.
    radii = np.repeat([style.mark_radius(width), ring], [len(marks), len(texts)])
    legend = [legend] if (legend := axes.get_legend()) else []
    written = label_placement.write_texts(
        axes,
        label_placement.room_in(axes, pd.concat([marks, texts]), ends, radius=radii, texts=legend),
        texts.assign(text=names, color="0.1"),
        points=width.points * 0.8,
        start=ring + label_placement.GAP,
        farthest=REACH,
        draw_all=False,
        gid="name",
    )
    return len(written)


def _ends(line: Record) -> list[float]:
    """Values at the ends of a line."""
    return [line["start_value"], line["end_value"]]
