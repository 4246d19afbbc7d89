"""The figure of the outlook: forecasts of the record, those of earlier years, and thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.lines import Line2D

from compute_trends.common.records import records
from compute_trends.common.vocabulary import FORECAST_SHORT
from compute_trends.render.figures import style
from compute_trends.render.figures.files import Drawing
from compute_trends.render.figures.style import Width
from compute_trends.vintages.forecast_bar import drawn_methods

HEIGHTS = {"full": 4.0, "column": 5.6}
# Share of the panel of records
SHARES = {"full": 0.6, "column": 0.55}
# Room between the panels, in heights of letters
GAP = 8.5
# Without the one that is near to that of misses
PALETTE: Any = [color for place, color in enumerate(sns.color_palette("dark")) if place != 1]
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<")
# Methods of one date stand beside each other by so many days.
BESIDE = 45
ENDS = ("q05", "q25", "q50", "q75", "q95")
MISSED = style.VERMILION


class Shown(NamedTuple):
    """What the figure shows: see `shown`."""

    ahead: pd.DataFrame
    earlier: pd.DataFrame
    thresholds: pd.DataFrame
    methods: list[str]


def shown(tables: Sequence[pd.DataFrame], export: str) -> Shown:
    """Rows that are drawn.

    Parameters
    ----------
    tables : sequence of pandas.DataFrame
        Tables ``backtest``, ``forecast_scores``, ``forecast_outcomes`` and ``threshold_dates``.
    export : str
        Name of the leading export.

    Returns
    -------
    Shown
        ``ahead`` are forecasts of the record from the leading export, with ``drawn``, by methods
        that passed; ``earlier`` those of the best of these at the first horizon from the newest
        vintage's past, once a year; ``thresholds`` the dates of those not crossed; ``methods``
        the best first (see `vintages.forecast_bar.drawn_methods`).
    """
    backtest, scores, outcomes, thresholds = tables
    newest = scores[(scores["data"] == "newest") & (scores["target"] == "record")]
    first = newest["horizon_years"].min()
    methods = drawn_methods(scores, target="record", horizon=first) if len(newest) else []
    key = ["method", "target", "horizon_years"]
    own = outcomes[(outcomes["made"] == "recomputed") & (outcomes["export"] == export)]
    drawn = newest.loc[newest["drawn"].isin(["solid", "dashed"]), [*key, "drawn"]]
    ahead = own.merge(drawn, on=key)
    of_best = (backtest["data"] == "newest") & backtest["method"].isin(methods[:1])
    of_best &= (backtest["target"] == "record") & (backtest["horizon_years"] == first)
    earlier = backtest[of_best & (backtest["origin"].dt.day_of_year == 1)]
    later = thresholds[(thresholds["export"] == export) & thresholds["method"].isin(methods)]
    return Shown(ahead[ahead["method"].isin(methods)], earlier, later, methods)


def draw_outlook(
    systems: pd.DataFrame, rows: Shown, *, title: str, vintage: str, width: Width
) -> Drawing:
    """Draw the record with forecasts of it, and when thresholds are expected to be crossed.

    Parameters
    ----------
    systems : pandas.DataFrame
        Table ``systems`` of the leading export.
    rows : Shown
        From `shown`.
    title, vintage : str
        Title of the figure, date of the data.
    width : Width
        How wide to draw it.
    """
    with mpl.rc_context(style.STYLE | {"font.size": width.points}):
        drawing, axes = style.new_figure(width, HEIGHTS[width.name])
        stacked, share = width.name == "column", SHARES[width.name]
        left, right = style.split(axes, width, share=share, gap=GAP, stacked=stacked)
        _draw_record(left, systems, rows, width)
        _draw_earlier(left, rows.earlier, width)
        _draw_ahead(left, rows, width)
        _draw_thresholds(right, rows, width)
        sns.despine(drawing)
        note = f"Bars: 50 and 90 % intervals. Data of {vintage}"
        style.caption(left, width, title=title, note=note, handles=[])
    return Drawing(drawing, len(rows.ahead) + len(rows.earlier) + len(rows.thresholds), 0)


def _draw_record(axes: Axes, systems: pd.DataFrame, rows: Shown, width: Width) -> None:
    """Draw the record as a line of steps, and the axes that hold all forecasts."""
    ordered = systems.sort_values(["publication_date", "system_id"])
    records_ = ordered["training_compute_flop"].cummax()
    dates = date2num(ordered["publication_date"])
    axes.step(dates, records_, where="post", color="0.1", linewidth=width.line, zorder=4)
    both = pd.concat([rows.ahead, rows.earlier])
    first = date2num(rows.earlier["origin"]).min() if len(rows.earlier) else dates[:1].min()
    last = date2num(both["target_date"]).max() if len(both) else dates[-1]
    low = records_[dates <= first].max() if (dates <= first).any() else records_.min()
    high = max(both["forecast_flop_q95"].max() if len(both) else 0.0, records_.max())
    axes.set_xlim(first - 60, last + 260)
    axes.set_yscale("log")
    axes.set_ylim(low / 10, high * 10)
    style.log_axis(axes.yaxis)
    _date_axis(axes, width)
    axes.set_ylabel("Most training compute so far (FLOP)", fontsize=width.points)


def _date_axis(axes: Axes, width: Width) -> None:
    """Ticks of an axis of dates."""
    locator = AutoDateLocator(minticks=3, maxticks=8)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    axes.tick_params(axis="x", labelsize=width.points)


def _draw_earlier(axes: Axes, earlier: pd.DataFrame, width: Width) -> None:
    """Draw what the best method would have said in earlier years, and whether it held."""
    for row in records(earlier):
        day = date2num(row["target_date"])
        low, lower, median, upper, high = (row[f"forecast_flop_{end}"] for end in ENDS)
        color = "0.55" if row["within_90"] else MISSED
        look: Any = {"color": color, "solid_capstyle": "butt", "zorder": 2}
        axes.plot([day, day], [low, high], linewidth=width.line * 0.7, **look)
        axes.plot([day, day], [lower, upper], linewidth=width.line * 2.4, alpha=0.6, **look)
        axes.plot(day, median, "_", color=color, markersize=width.points * 0.8, zorder=2)


def _draw_ahead(axes: Axes, rows: Shown, width: Width) -> None:
    """Draw the forecasts of each method that passed, dashed where they are not testable."""
    shift = BESIDE * (np.arange(len(rows.methods)) - (len(rows.methods) - 1) / 2)
    for row in records(rows.ahead):
        place = rows.methods.index(row["method"])
        day = date2num(row["target_date"]) + shift[place]
        ends = [row[f"forecast_flop_{end}"] for end in ENDS]
        _bar(axes, [day] * 5, ends, place, dashed=row["drawn"] == "dashed", width=width)
    handles: list[Any] = [Line2D([], [], color="0.1", linewidth=width.line, label="Record")]
    if len(rows.earlier):
        words = f"{FORECAST_SHORT[rows.methods[0]]}, a year before"
        for color, name in (("0.55", words), (MISSED, "the same, missed")):
            handles.append(Line2D([], [], color=color, linewidth=width.line * 1.5, label=name))
    for place, method in enumerate(rows.methods):
        look = _look(place) | {"markersize": width.points * 0.5, "linewidth": width.line}
        handles.append(Line2D([], [], label=FORECAST_SHORT[method], **look))
    axes.legend(
        handles=handles,
        loc="upper left",
        frameon=False,
        fontsize=width.points * 0.87,
        labelspacing=0.3,
        borderpad=0.1,
        handlelength=1.6,
    )


def _look(place: int) -> dict[str, Any]:
    """Colour and marker of a method by its place."""
    return {"color": PALETTE[place % len(PALETTE)], "marker": MARKERS[place % len(MARKERS)]}


def _bar(
    axes: Axes,
    x: Sequence[float],
    y: Sequence[float],
    place: int,
    *,
    dashed: bool,
    width: Width,
) -> None:
    """Draw five quantiles of a forecast: a thin line, a thick one, and the median."""
    look = _look(place)
    color, line = look["color"], width.line
    style_ = (0, (1.5, 1)) if dashed else "-"
    axes.plot([x[0], x[4]], [y[0], y[4]], color=color, linewidth=line * 0.6, linestyle=style_)
    axes.plot([x[1], x[3]], [y[1], y[3]], color=color, linewidth=line * 1.6, linestyle=style_)
    axes.plot(x[2], y[2], markersize=width.points * 0.45, zorder=5, **look)


def _draw_thresholds(axes: Axes, rows: Shown, width: Width) -> None:
    """Draw the dates on which each method expects thresholds that are not crossed."""
    dates = [f"expected_{end}" for end in ENDS]
    of_methods = rows.thresholds.dropna(subset=dates)
    thresholds = sorted(of_methods["threshold_flop"].unique())
    apart = len(rows.methods) + 1.5
    for row in records(of_methods):
        place = rows.methods.index(row["method"])
        level = -apart * thresholds.index(row["threshold_flop"]) - place
        days = [date2num(row[name]) for name in dates]
        # No date was ever tested.
        _bar(axes, days, [level] * 5, place, dashed=True, width=width)
    ticks = [-apart * number - (len(rows.methods) - 1) / 2 for number in range(len(thresholds))]
    names = [style.power_of_ten(threshold, None) for threshold in thresholds]
    axes.set_yticks(ticks, names, fontsize=width.points)
    axes.tick_params(axis="y", length=0)
    axes.set_ylabel("Threshold (FLOP)", fontsize=width.points)
    axes.set_title("Expected date of crossing", fontsize=width.points, loc="left", pad=3)
    if thresholds:
        _date_axis(axes, width)
    else:
        axes.set_xticks([])
