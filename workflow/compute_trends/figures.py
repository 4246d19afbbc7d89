"""Figures: systems over time on a logarithmic axis, eras shaded, trends drawn."""

from __future__ import annotations

import textwrap
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
import textalloc
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from .dates import day_number, day_numbers, in_period
from .selection import Record, compute_column, domain_groups, is_large_scale, is_record
from .wording import growth, interval

# Fixed in every respect that could differ between machines or runs.
STYLE: Any = {
    "figure.dpi": 100,
    "font.family": "sans-serif",
    # DejaVu Sans comes with matplotlib; the others are for readers of the SVG who lack it,
    # Verdana first because its letters are as wide.
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "pdf.fonttype": 42,
    "savefig.dpi": 300,
    "svg.fonttype": "none",
    "svg.hashsalt": "compute-trends",
}
METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
    "png": {},
}
SIZE_INCHES = (9.0, 5.6)
LABELLED_SIZE_INCHES = (11.0, 9.0)
MARGIN_INCHES = (0.65, 0.1, 0.5, 0.3)  # left, right, bottom, top
LABEL_POINTS = 6
# Between the legend and a mark, as a share of the axes
LEGEND_GAP = 0.02
PALETTE: Any = sns.color_palette("colorblind")
# How the systems of each kind are drawn, and what the legend calls them.
MARKS: dict[str, dict[str, Any]] = {
    "all": {"color": PALETTE[0], "marker": "o"},
    "regular": {"color": PALETTE[0], "marker": "o"},
    "large": {"color": PALETTE[3], "marker": "^"},
    "low": {"color": PALETTE[2], "marker": "v"},
    "record": {"color": PALETTE[3], "marker": "D"},
    "no record": {"color": PALETTE[7], "marker": "o"},
    "Vision": {"color": PALETTE[0], "marker": "o"},
    "Language": {"color": PALETTE[3], "marker": "^"},
    "Games": {"color": PALETTE[2], "marker": "s"},
    "Other": {"color": PALETTE[7], "marker": "D"},
}
LEGEND = {
    "all": "Systems",
    "regular": "Regular-scale systems",
    "large": "Large-scale systems",
    "low": "Low outliers",
    "record": "Record setters",
    "no record": "Other systems",
}
# A domain without a mark of its own
OTHER_MARK: dict[str, Any] = {"color": PALETTE[4], "marker": "P"}
# Kinds that a figure which labels only what is marked gives names to
SPECIAL = ("large", "low", "record")
# Darker than the marks that the lines run through.
LINE_LIGHTNESS = 0.22
LINE_STYLES = ("-", "--", "-.", ":")
ERA_SHADES = ("0.96", "0.90", "0.84")


def figure_points(
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    figure: Record,
    outliers: Record,
    domains: Record,
) -> pd.DataFrame:
    """Systems that a figure shows, each with its kind.

    Parameters
    ----------
    systems, compute, scores : pandas.DataFrame
        Tables of these names.
    figure : dict
        Record of ``render.figures``; ``mark`` says what the kinds are.
    outliers, domains : dict
        Sections of ``fit`` in config.yaml.

    Returns
    -------
    pandas.DataFrame
        system_id, system, publication_date, flop and kind (a key of `MARKS`, or a
        domain): the systems of the figure's dataset and period, oldest first. Low
        outliers are left out unless outliers are what is marked.

    Raises
    ------
    ValueError
        If there is none.
    """
    of_figure = scores.loc[
        (scores["dataset"] == figure["dataset"]) & (scores["basis"] == figure["basis"]),
        ["system_id", "z_score", "low_outlier"],
    ]
    points = of_figure.merge(systems, on="system_id", validate="one_to_one").merge(
        compute, on="system_id", validate="one_to_one"
    )
    points["flop"] = points[compute_column(figure["basis"])]
    points["day"] = day_numbers(points["publication_date"])
    inside = in_period(points["day"], figure["period"])
    if figure["mark"] != "outliers":
        inside &= ~points["low_outlier"]
    points["kind"] = _kinds(points, inside, figure, outliers=outliers, domains=domains)
    columns = ["system_id", "system", "publication_date", "flop", "kind"]
    shown: pd.DataFrame = points.loc[inside, columns]
    if shown.empty:
        raise ValueError(f"figure {figure['name']}: no system of its dataset in its period")
    return shown.sort_values(["publication_date", "system_id"])


def _kinds(
    points: pd.DataFrame, shown: pd.Series, figure: Record, *, outliers: Record, domains: Record
) -> pd.Series:
    """Kind of each system of a dataset, by what the figure marks."""
    if figure["mark"] == "none":
        return pd.Series("all", index=points.index)
    if figure["mark"] == "domain":
        groups = domain_groups(points.loc[shown, "domain"], least=domains["least"])
        return groups.reindex(points.index)
    if figure["mark"] == "records":
        record = is_record(points.assign(log_flop=np.log10(points["flop"])), without=[])
        return record.map({True: "record", False: "no record"})
    large = is_large_scale(
        points["z_score"],
        points["day"],
        high_z=figure["high_z"] if "high_z" in figure else outliers["high_z"],
        after=outliers["large_scale_from"],
    )
    kinds = large.map({True: "large", False: "regular"})
    return kinds.mask(points["low_outlier"], "low")


def trend_lines(
    trends: pd.DataFrame, members: pd.DataFrame, systems: pd.DataFrame, *, figure: Record
) -> pd.DataFrame:
    """Trends that a figure draws, each with the dates that its start and end belong to.

    Parameters
    ----------
    trends, members, systems : pandas.DataFrame
        Tables of these names.
    figure : dict
        Record of ``render.figures``.

    Returns
    -------
    pandas.DataFrame
        Rows of ``trends`` in the figure's order, with first_date and last_date.
    """
    dates = members.merge(systems[["system_id", "publication_date"]], on="system_id")
    ends = dates.groupby(["trend", "basis"])["publication_date"].agg(
        first_date="min", last_date="max"
    )
    lines = trends[trends["basis"] == figure["basis"]].set_index("trend", drop=False)
    drawn: pd.DataFrame = lines.loc[figure["trends"]]
    return drawn.join(ends.xs(figure["basis"], level="basis"))


def draw_systems(
    points: pd.DataFrame,
    lines: pd.DataFrame,
    *,
    figure: Record,
    eras: list[Record],
    records: list[Record],
    units: Record,
) -> Figure:
    """Draw systems, eras and trends.

    Parameters
    ----------
    points : pandas.DataFrame
        From `figure_points`.
    lines : pandas.DataFrame
        From `trend_lines`.
    figure : dict
        Record of ``render.figures``.
    eras : list of dict
        Records of ``render.eras``; the figure says which to shade.
    records : list of dict
        Records of ``fit.trends``, for their labels.
    units : dict
        ``fit.units`` of the config, for a reference line.

    Returns
    -------
    matplotlib.figure.Figure
        Not yet written; see `save_figure`.
    """
    theme: Any = sns.axes_style("ticks") | sns.plotting_context("paper") | STYLE
    with mpl.rc_context(theme):
        size = SIZE_INCHES if figure["label"] == "none" else LABELLED_SIZE_INCHES
        drawing = Figure(figsize=size)
        # Fixed margins: a layout engine would draw everything twice for each format.
        axes = drawing.add_axes(_axes_box(size))
        axes.set_yscale("log")
        _draw_points(axes, points)
        _draw_lines(axes, lines, {record["name"]: record for record in records})
        if "reference" in figure:
            _draw_reference(axes, lines.iloc[0], figure["reference"], units=units)
        _frame(axes, points, figure)
        _shade_eras(axes, [era for era in eras if era["name"] in figure["eras"]])
        sns.despine(ax=axes)
        if figure["label"] != "none":
            special = points["kind"].isin(SPECIAL) | (figure["label"] == "all")
            _label_systems(axes, points, points[special], lines)
    return drawing


def _axes_box(size: tuple[float, float]) -> tuple[float, float, float, float]:
    """Left, bottom, width and height of the axes as shares of the figure."""
    width, height = size
    left, right, bottom, top = MARGIN_INCHES
    return (
        left / width,
        bottom / height,
        1 - (left + right) / width,
        1 - (bottom + top) / height,
    )


def _draw_points(axes: Axes, points: pd.DataFrame) -> None:
    """Draw one mark per system, each kind in its own way."""
    for kind in sorted(points["kind"].unique(), key=[*MARKS, *points["kind"]].index):
        group = points[points["kind"] == kind]
        sns.scatterplot(
            data=group,
            x="publication_date",
            y="flop",
            ax=axes,
            s=34,
            alpha=0.75,
            linewidth=0.4,
            edgecolor="white",
            zorder=3,
            label=f"{LEGEND.get(kind, kind)} ({len(group)})",
            **MARKS.get(kind, OTHER_MARK),
        )


def _draw_lines(axes: Axes, lines: pd.DataFrame, records: dict[str, Record]) -> None:
    """Draw each trend from its first to its last system; the legend gives its doubling time."""
    for index, (name, line) in enumerate(lines.iterrows()):
        record = records[str(name)]
        kind = record.get("domain", "record" if "records" in record else line["scale"])
        axes.plot(
            [line["first_date"], line["last_date"]],
            [line["start_flop"], line["end_flop"]],
            color=sns.set_hls_values(MARKS.get(kind, OTHER_MARK)["color"], l=LINE_LIGHTNESS),
            linestyle=LINE_STYLES[index % len(LINE_STYLES)],
            linewidth=1.8,
            zorder=4,
            label=(
                f"{record['label']}: {growth(line)}"
                f" (95 % interval {interval(line, 'doubling_time_months')})"
            ),
        )


def _draw_reference(axes: Axes, line: pd.Series, reference: Record, *, units: Record) -> None:
    """Draw growth with a given doubling time from the start of a trend over its dates."""
    days = (line["last_date"] - line["first_date"]).days
    doublings = days / (reference["doubling_time_months"] * units["days_per_month"])
    axes.plot(
        [line["first_date"], line["last_date"]],
        [line["start_flop"], line["start_flop"] * 2**doublings],
        color="0.45",
        linestyle=":",
        linewidth=1.2,
        zorder=2,
        label=f"{reference['label']}: doubles every {reference['doubling_time_months']:g} months",
    )


def _frame(axes: Axes, points: pd.DataFrame, figure: Record) -> None:
    """Axes, ticks, title and legend."""
    start, end = points["publication_date"].min(), points["publication_date"].max()
    span = end - start
    # Names of the newest systems go to the right of their marks.
    axes.set_xlim(start - span * 0.03, end + span * (0.03 if figure["label"] == "none" else 0.09))
    low, high = np.log10(points["flop"].min()), np.log10(points["flop"].max())
    headroom = 1.5 if figure["eras"] else 0.3  # orders of magnitude
    axes.set_ylim(10.0 ** (np.floor(low) - 0.5), 10.0 ** (np.ceil(high) + headroom))
    axes.yaxis.set_major_locator(LogLocator(base=10, numticks=9))
    axes.yaxis.set_major_formatter(FuncFormatter(power_of_ten))
    axes.yaxis.set_minor_locator(LogLocator(base=10, numticks=99))
    axes.yaxis.set_minor_formatter(NullFormatter())
    long = span.days > 10_000
    axes.xaxis.set_major_locator(YearLocator(10 if long else 2))
    axes.xaxis.set_minor_locator(YearLocator(5 if long else 1))
    axes.set(
        title=f"{figure['title']} (n = {len(points)})",
        xlabel="Publication date",
        ylabel="Training compute (FLOP)",
    )
    top = 0.92 if figure["eras"] else 1.0
    axes.legend(loc="upper left", bbox_to_anchor=(0.0, top), frameon=False)
    _keep_legend_clear(axes, points)


def _keep_legend_clear(axes: Axes, points: pd.DataFrame) -> None:
    """Raise the upper limit of the compute axis until no mark lies under the legend."""
    figure = axes.get_figure(root=True)
    legend = axes.get_legend()
    assert figure is not None and legend is not None
    figure.draw_without_rendering()
    box = legend.get_window_extent().transformed(axes.transAxes.inverted())
    right, bottom = box.x1 + LEGEND_GAP, box.y0 - LEGEND_GAP
    first, last = axes.get_xlim()
    share = (date2num(points["publication_date"]) - first) / (last - first)
    under = np.log10(points["flop"].to_numpy())[share < right]
    low, high = np.log10(axes.get_ylim())
    if under.size and under.max() > low + bottom * (high - low):
        axes.set_ylim(10.0**low, 10.0 ** (low + (under.max() - low) / bottom))


def power_of_ten(value: float, _position: int | None) -> str:
    """Ten with its exponent as plain text: mathematical text would stay in one font in SVG."""
    exponent = f"{np.log10(value):.0f}"
    return "10" + exponent.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _shade_eras(axes: Axes, eras: list[Record]) -> None:
    """Shade each era that meets the axes and name it at the top, the newest up to the edge."""
    left, right = axes.get_xlim()
    spans = [
        (max(day_number(era["period"]["after"]), left), day_number(era["period"]["through"]), era)
        for era in eras
    ]
    spans = sorted((span for span in spans if span[0] < min(span[1], right)), key=lambda s: s[:2])
    for index, (start, through, era) in enumerate(spans):
        end = right if index == len(spans) - 1 else min(through, right)
        shade = ERA_SHADES[index % len(ERA_SHADES)]
        axes.axvspan(start, end, color=shade, linewidth=0, zorder=0)
        narrow = (end - start) / (right - left) < 0.15
        axes.annotate(
            textwrap.fill(era["label"], 11) if narrow else era["label"],
            ((start + end) / 2, 0.985),
            xycoords=("data", "axes fraction"),
            ha="center",
            va="top",
            fontsize="small",
            color="0.25",
        )


def _label_systems(
    axes: Axes, points: pd.DataFrame, named: pd.DataFrame, lines: pd.DataFrame
) -> None:
    """Write each system's name near its mark, with a leader line, no name over another.

    Newest first, because they crowd. A name that finds no free place is left out.
    """
    newest_first = named[::-1]
    dates, flop = date2num(newest_first["publication_date"]), newest_first["flop"].to_numpy()
    textalloc.allocate(
        axes,
        dates,
        flop,
        newest_first["system"].to_list(),
        x_scatter=date2num(points["publication_date"]),
        y_scatter=points["flop"].to_numpy(),
        x_lines=date2num(lines[["first_date", "last_date"]]).tolist(),
        y_lines=lines[["start_flop", "end_flop"]].to_numpy().tolist(),
        textsize=LABEL_POINTS,
        margin=0.004,
        min_distance=0.008,
        max_distance=0.35,
        nbr_candidates=1000,
        draw_all=False,
        linecolor="0.6",
        linewidth=0.4,
    )


def save_figure(drawing: Figure, path: str) -> None:
    """Write a figure in the format of the path's ending, the same bytes every time.

    Parameters
    ----------
    drawing : matplotlib.figure.Figure
        From `draw_systems`.
    path : str
        Ending in svg, png (300 dpi) or pdf.
    """
    with mpl.rc_context(STYLE):
        drawing.savefig(path, metadata=METADATA[path.rpartition(".")[2]])
