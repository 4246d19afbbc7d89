"""Figures of exports: the systems of each with its headline trends, and growth by vintage."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

from compute_trends.common.numbers import fixed
from compute_trends.common.records import Record
from compute_trends.render.figures.files import Drawing
from compute_trends.render.figures.style import (
    LINE_STYLES,
    STYLE,
    Width,
    caption,
    draw_marks,
    log_axis,
    new_figure,
)

HEIGHTS = {"full": 4.6, "column": 3.2}
MARKERS = ("o", "s", "^", "D", "v")
PALETTE: Any = sns.color_palette("dark")
# Vintages are drawn this many days apart at least, beside each other where trends share a day.
BESIDE_DAYS = 6


def export_records(exports: list[Record]) -> list[Record]:
    """Names and titles of the figures of exports, growth by vintage first; none without exports.

    Parameters
    ----------
    exports : list of dict
        Records of ``clean.exports``.
    """
    if not exports:
        return []
    of_each = [
        {
            "name": f"export_{export['name']}",
            "title": f"Training compute in the export of {export['date']}",
            "export": export["name"],
        }
        for export in exports
    ]
    return [{"name": "growth_by_vintage", "title": "Growth by vintage of the data"}, *of_each]


def draw_export(
    systems: pd.DataFrame,
    members: pd.DataFrame,
    trends: pd.DataFrame,
    *,
    headlines: list[str],
    figure: Record,
    width: Width,
) -> Drawing:
    """Draw the systems of an export since the first headline trend begins.

    Parameters
    ----------
    systems, members, trends : pandas.DataFrame
        Tables ``systems``, ``export_members`` and ``export_trends`` of the export.
    headlines : list of str
        Trends whose lines are drawn; the members of the last that selects a frontier
        are marked.
    figure : dict
        From `export_records`.
    width : style.Width
        How wide to draw it.

    Returns
    -------
    figures.Drawing
        See `style.save_figure`.
    """
    lines = trends[trends["trend"].isin(headlines) & trends["note"].isna()]
    start = min((period.partition("/")[0] for period in lines["period"]), default="1950-01-01")
    shown = systems[systems["publication_date"] > start]
    marked = lines.loc[lines["frontier"].notna(), "trend"].tail(1)
    frontier = shown["system_id"].isin(members.loc[members["trend"].isin(marked), "system_id"])
    label = dict(zip(trends["trend"], trends["label"], strict=True))
    with mpl.rc_context(STYLE | {"font.size": width.points}):
        drawing, axes = new_figure(width, HEIGHTS[width.name])
        axes.set_yscale("log")
        handles = [_marks(axes, shown[~frontier], "no record", "Systems", width)]
        if frontier.any():
            named = label[marked.iloc[0]]
            handles.append(_marks(axes, shown[frontier], "large", named, width))
        dates = members.merge(shown[["system_id", "publication_date"]], on="system_id")
        for index, line in enumerate(lines.itertuples()):
            span = dates.loc[dates["trend"] == line.trend, "publication_date"]
            axes.plot(
                np.array([date2num(span.min()), date2num(span.max())]),
                np.array([line.start_flop, line.end_flop], dtype=float),
                color="0.15",
                linestyle=LINE_STYLES[index % len(LINE_STYLES)],
                linewidth=width.line,
                label=f"{line.label}: {_growth(line)}",
            )
        axes.set_ylabel("Training compute (FLOP)", fontsize=width.points)
        log_axis(axes.yaxis)
        _date_axis(axes)
        axes.legend(
            handles=axes.get_lines(), loc="upper left", frameon=False, fontsize=width.points * 0.9
        )
        sns.despine(ax=axes)
        note = f"{len(shown)} systems after {start}, compute as stated"
        caption(axes, width, title=figure["title"], note=note, handles=handles)
    return Drawing(drawing, len(shown), 0)


def draw_growth(
    growth: pd.DataFrame, *, headlines: list[str], figure: Record, width: Width
) -> Drawing:
    """Draw the growth of the headline trends, one mark for each vintage.

    Parameters
    ----------
    growth : pandas.DataFrame
        Table ``growth_by_vintage``.
    headlines : list of str
        Trends to draw, those whose period is the same on every vintage.
    figure : dict
        From `export_records`.
    width : style.Width
        How wide to draw it.

    Returns
    -------
    figures.Drawing
        See `style.save_figure`.
    """
    lines = growth[growth["trend"].isin(headlines) & growth["note"].isna()]
    with mpl.rc_context(STYLE | {"font.size": width.points}):
        drawing, axes = new_figure(width, HEIGHTS[width.name])
        handles = []
        groups = lines.groupby(["trend", "models"], sort=False)
        for index, (_, group) in enumerate(groups):
            group = group.sort_values("vintage")
            # Intervals of one day would hide each other.
            shift = pd.Timedelta(days=BESIDE_DAYS * (index - (len(groups) - 1) / 2))
            value = group["growth_per_year"]
            ends = [
                (value - group["growth_per_year_ci90_low"]).to_numpy(),
                (group["growth_per_year_ci90_high"] - value).to_numpy(),
            ]
            dates = group["vintage"] + shift
            drawn = axes.errorbar(
                dates,
                value,
                yerr=np.array(ends),
                color=PALETTE[index % len(PALETTE)],
                marker=MARKERS[index % len(MARKERS)],
                linestyle=LINE_STYLES[index % len(LINE_STYLES)],
                linewidth=width.line,
                capsize=3,
                label=f"{group['label'].iloc[0]} ({group['models'].iloc[0]} models)",
            )
            handles.append(drawn)
            for x, y, months in zip(dates, value, group["doubling_time_months"], strict=True):
                axes.annotate(
                    f" ×{fixed(y, 2)}, {fixed(months)} months",
                    (x, y),
                    xytext=(3, 3),
                    textcoords="offset points",
                    va="bottom",
                    fontsize=width.points * 0.87,
                )
        axes.set_ylabel("Growth of compute per year (factor)", fontsize=width.points)
        axes.set_xlabel("Vintage of the data", fontsize=width.points)
        axes.set_ylim(bottom=0)
        axes.margins(x=0.25)
        vintages = sorted(lines["vintage"].unique())
        axes.set_xticks(date2num(vintages), [f"{day:%Y-%m-%d}" for day in vintages])
        axes.legend(handles=handles, loc="lower left", frameon=False, fontsize=width.points * 0.9)
        sns.despine(ax=axes)
        note = "Bars: 90 % intervals; beside each mark the factor and the doubling time"
        caption(axes, width, title=figure["title"], note=note, handles=[])
    return Drawing(drawing, len(lines), 0)


def _marks(axes: Axes, points: pd.DataFrame, kind: str, name: str, width: Width) -> Any:
    """Draw one mark per system; the entry of the legend."""
    x, y = points["publication_date"], points["training_compute_flop"]
    return draw_marks(axes, x, y, kind=kind, label=name, width=width)


def _growth(line: Any) -> str:
    """Growth per year of a trend with its 90 % interval."""
    low, high = line.growth_per_year_ci90_low, line.growth_per_year_ci90_high
    return f"×{fixed(line.growth_per_year, 2)} a year ({fixed(low, 2)} to {fixed(high, 2)})"


def _date_axis(axes: Axes) -> None:
    """Ticks of a date axis."""
    locator = AutoDateLocator(minticks=3, maxticks=8)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
