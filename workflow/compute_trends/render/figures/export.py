"""Figures of exports: the systems of each with its headline trends, and growth by vintage."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

from compute_trends.common.numbers import fixed
from compute_trends.common.vocabulary import CHOSEN_SHORT
from compute_trends.render.figures import style
from compute_trends.render.figures.files import Drawing, Plan, save_drawings
from compute_trends.render.figures.formats import export_figures
from compute_trends.render.figures.style import Width
from compute_trends.settings.clean import ExportFile

Corner = Literal["upper left", "lower left"]
HEIGHTS = {"full": 4.6, "column": 3.2}
MARKERS = ("o", "s", "^", "D", "v")
PALETTE: Any = sns.color_palette("dark")
# What one line of growth by vintage is of
KINDS = ["trend", "models", "selection"]
# Vintages are drawn this many days apart at least, beside each other where trends share a day.
BESIDE_DAYS = 6


def draw_exports(
    growth: pd.DataFrame,
    systems: list[pd.DataFrame],
    members: list[pd.DataFrame],
    trends: list[pd.DataFrame],
    *,
    exports: Sequence[ExportFile],
    headlines: Sequence[str],
    paths: list[str],
    fingerprint: str,
) -> pd.DataFrame:
    """Draw growth by vintage and each export at each width, and write the files.

    Parameters
    ----------
    growth : pandas.DataFrame
        Table ``growth_by_vintage``.
    systems, members, trends : list of pandas.DataFrame
        Tables ``systems``, ``export_members`` and ``export_trends`` of each export.
    exports : sequence of ExportFile
        ``clean.exports`` of the config; at least one.
    headlines : sequence of str
        ``fit.exports.followed``: trends whose lines are drawn.
    paths, fingerprint
        See `files.save_drawings`, which also says what comes back.
    """
    of_exports = zip(systems, members, trends, strict=True)
    draws = [partial(draw_growth, growth), *(partial(draw_export, *each) for each in of_exports)]
    names = export_figures([export.name for export in exports])
    titles = ["Growth by vintage of the data"]
    titles += [f"Training compute in the export of {export.date}" for export in exports]
    plans = [
        Plan(name, title, partial(draw, headlines=headlines, title=title))
        for name, title, draw in zip(names, titles, draws, strict=True)
    ]
    return save_drawings(plans, paths, fingerprint=fingerprint)


def draw_export(
    systems: pd.DataFrame,
    members: pd.DataFrame,
    trends: pd.DataFrame,
    *,
    headlines: Sequence[str],
    title: str,
    width: Width,
) -> Drawing:
    """Draw the systems of an export since the first headline trend begins.

    For tables and headlines see `draw_exports`; the members of the last headline that selects a
    frontier are marked.
    """
    lines = trends[trends["trend"].isin(headlines) & trends["note"].isna()]
    start = min((period.partition("/")[0] for period in lines["period"]), default="1950-01-01")
    recent = systems[systems["publication_date"] > start]
    frontiers = lines[lines["frontier"].notna()].tail(1)
    highlights = members.loc[members["trend"].isin(frontiers["trend"]), "system_id"]
    frontier = recent["system_id"].isin(highlights)
    with mpl.rc_context(style.STYLE | {"font.size": width.points}):
        drawing, axes = style.new_figure(width, HEIGHTS[width.name])
        axes.set_yscale("log")
        handles = [_draw_points(axes, recent[~frontier], "no record", "Systems", width)]
        if frontier.any():
            label = frontiers["label"].iloc[0]
            handles.append(_draw_points(axes, recent[frontier], "large", label, width))
        dates = members.merge(recent[["system_id", "publication_date"]], on="system_id")
        _draw_lines(axes, lines, dates, width)
        axes.set_ylabel("Training compute (FLOP)", fontsize=width.points)
        style.log_axis(axes.yaxis)
        locator = AutoDateLocator(minticks=3, maxticks=8)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
        _legend(axes, axes.get_lines(), "upper left", width)
        note = f"{len(recent)} systems after {start}{_chosen(trends)}, compute as stated"
        style.caption(axes, width, title=title, note=note, handles=handles)
    return Drawing(drawing, len(recent), 0)


def draw_growth(
    growth: pd.DataFrame, *, headlines: Sequence[str], title: str, width: Width
) -> Drawing:
    """Draw the growth of the headline trends, one mark for each vintage."""
    lines = growth[growth["trend"].isin(headlines) & growth["note"].isna()]
    with mpl.rc_context(style.STYLE | {"font.size": width.points}):
        drawing, axes = style.new_figure(width, HEIGHTS[width.name])
        by_trend = [group for _, group in lines.groupby(KINDS, sort=False, dropna=False)]
        handles = [
            # Intervals of one day would hide each other.
            _draw_trend(axes, group, index, BESIDE_DAYS * (index - (len(by_trend) - 1) / 2), width)
            for index, group in enumerate(by_trend)
        ]
        axes.set_ylabel("Growth of compute per year (factor)", fontsize=width.points)
        axes.set_xlabel("Vintage of the data", fontsize=width.points)
        axes.set_ylim(bottom=0)
        axes.margins(x=0.25)
        vintages = sorted(lines["vintage"].unique())
        axes.set_xticks(date2num(vintages), [f"{day:%Y-%m-%d}" for day in vintages])
        _legend(axes, handles, "lower left", width)
        note = "Bars: 90 % intervals; beside each mark the factor and the doubling time"
        style.caption(axes, width, title=title, note=note, handles=[])
    return Drawing(drawing, len(lines), 0)


def _draw_points(axes: Axes, systems: pd.DataFrame, group: str, label: str, width: Width) -> Any:
    """Draw one mark per system; the entry of the legend."""
    x, y = systems["publication_date"], systems["training_compute_flop"]
    return style.draw_marks(axes, x, y, group=group, label=label, width=width)


def _draw_lines(axes: Axes, lines: pd.DataFrame, dates: pd.DataFrame, width: Width) -> None:
    """Draw each trend from its first to its last system."""
    for index, line in enumerate(lines.itertuples()):
        span = dates.loc[dates["trend"] == line.trend, "publication_date"]
        axes.plot(
            np.array([date2num(span.min()), date2num(span.max())]),
            np.array([line.start_flop, line.end_flop], dtype=float),
            color="0.15",
            linestyle=style.LINE_STYLES[index % len(style.LINE_STYLES)],
            linewidth=width.line,
            label=f"{line.label}: {_growth(line)}",
        )


def _growth(line: Any) -> str:
    """Growth per year of a trend with its 90 % interval."""
    low, high = line.growth_per_year_ci90_low, line.growth_per_year_ci90_high
    return f"×{fixed(line.growth_per_year, 2)} a year ({fixed(low, 2)} to {fixed(high, 2)})"


def _draw_trend(
    axes: Axes, group: pd.DataFrame, index: int, shift_days: float, width: Width
) -> Any:
    """Draw the growth of one trend on every vintage, with intervals; the entry of the legend."""
    group = group.sort_values("vintage")
    dates, value = group["vintage"] + pd.Timedelta(days=shift_days), group["growth_per_year"]
    ends = [value - group["growth_per_year_ci90_low"], group["growth_per_year_ci90_high"] - value]
    bars = axes.errorbar(
        dates,
        value,
        yerr=np.array(ends),
        color=PALETTE[index % len(PALETTE)],
        marker=MARKERS[index % len(MARKERS)],
        linestyle=style.LINE_STYLES[index % len(style.LINE_STYLES)],
        linewidth=width.line,
        capsize=3,
        label=f"{group['label'].iloc[0]} ({_models(group)})",
    )
    for x, y, months in zip(dates, value, group["doubling_time_months"], strict=True):
        axes.annotate(
            f" ×{fixed(y, 2)}, {fixed(months)} months",
            (x, y),
            xytext=(3, 3),
            textcoords="offset points",
            va="bottom",
            fontsize=width.points * 0.87,
        )
    return bars


def _models(trends: pd.DataFrame) -> str:
    """Which models trends of one kind are about, and how these were chosen."""
    return f"{trends['models'].iloc[0].replace('_', '-')} models{_chosen(trends)}"


def _chosen(trends: pd.DataFrame) -> str:
    """How the systems of one export were chosen, after a comma; empty where that is no matter."""
    return "".join(f", {CHOSEN_SHORT[how]}" for how in trends["selection"].dropna().unique())


def _legend(axes: Axes, handles: Any, place: Corner, width: Width) -> None:
    """Legend within the axes, which keep two of their edges."""
    axes.legend(handles=handles, loc=place, frameon=False, fontsize=width.points * 0.9)
    sns.despine(ax=axes)
