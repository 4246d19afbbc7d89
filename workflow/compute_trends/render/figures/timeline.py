"""Figures: systems over time on a logarithmic axis, eras shaded, trends drawn."""

from __future__ import annotations

import textwrap
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator, date2num
from matplotlib.text import Text

from compute_trends.common.dates import day_number, day_numbers, in_period
from compute_trends.common.records import Record
from compute_trends.fit.selection import compute_column, domain_groups, is_large_scale, is_record
from compute_trends.render.figures.files import Drawing
from compute_trends.render.figures.label_placement import (
    covered,
    line_obstacles,
    place_texts,
    text_box,
)
from compute_trends.render.figures.style import (
    ERA_SHADES,
    LINE_STYLES,
    MARKS,
    STYLE,
    Width,
    caption,
    dark,
    draw_marks,
    log_axis,
    new_figure,
)
from compute_trends.render.wording import growth, interval

# Inches, by what a figure names and by its width
HEIGHTS = {
    "none": {"full": 4.7, "column": 3.6},
    "marked": {"full": 5.6, "column": 4.0},
    "all": {"full": 9.4, "column": 4.6},
}
LEGEND = {
    "all": "Systems",
    "regular": "Regular-scale",
    "large": "Large-scale",
    "low": "Low outliers",
    "record": "Record setters",
    "no record": "Other systems",
}
# Kinds that a figure which labels only what is marked gives names to, and those that
# choose their place first where it labels all
SPECIAL = ("large", "low", "record")
# Where along a line the text that states its doubling time is anchored
ANCHOR = 0.55
# Longest line of a label
LABEL_LETTERS = 30
# Greatest distance between a name and its mark, as a share of the axes. Where little
# room is for many, in a column or where a long time squeezes the newest together, long
# leader lines would cross each other: fewer names are shown.
REACH = {"full": 0.35, "column": 0.08}
# An axis of more days than this is long.
LONG_DAYS = 10_000


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
        system_id, system, publication_date, flop and kind (a key of `style.MARKS`, or a
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
    bands: pd.DataFrame,
    *,
    figure: Record,
    width: Width,
    eras: list[Record],
    records: list[Record],
    units: Record,
) -> Drawing:
    """Draw systems, eras and trends.

    Parameters
    ----------
    points : pandas.DataFrame
        From `figure_points`.
    lines : pandas.DataFrame
        From `trend_lines`.
    bands : pandas.DataFrame
        Table of this name.
    figure : dict
        Record of ``render.figures``.
    width : style.Width
        How wide to draw it.
    eras : list of dict
        Records of ``render.eras``; the figure says which to shade.
    records : list of dict
        Records of ``fit.trends``, for their labels.
    units : dict
        ``fit.units`` of the config, for a reference line.

    Returns
    -------
    Drawing
        Not yet written; see `style.save_figure`.
    """
    lines = lines.assign(
        kind=[_line_kind(record) for record in _in_order(records, lines.index)],
        label=[record["label"] for record in _in_order(records, lines.index)],
    )
    with mpl.rc_context(STYLE | {"font.size": width.points}):
        drawing, axes = new_figure(width, HEIGHTS[figure["label"]][width.name])
        axes.set_yscale("log")
        handles = _draw_points(axes, points, width)
        _draw_bands(axes, lines, bands[bands["basis"] == figure["basis"]])
        _draw_lines(axes, lines, width)
        texts = _line_texts(lines)
        if "reference" in figure:
            texts.append(
                _draw_reference(axes, lines.iloc[0], figure["reference"], units=units, width=width)
            )
        _frame(axes, points, figure, width)
        shaded = [era for era in eras if era["name"] in figure["eras"]]
        taken = [_marks(points), covered(axes, _shade_eras(axes, shaded, width))]
        sns.despine(ax=axes)
        basis = "as published" if figure["basis"] == "published" else "re-derived"
        caption(
            axes,
            width,
            title=figure["title"],
            note=f"{len(points)} systems, compute {basis}",
            handles=handles,
        )
        taken.append(covered(axes, _state_growth(axes, lines, texts, taken, width)))
        named = _name_systems(axes, points, lines, taken, figure, width)
    return Drawing(drawing, len(points), named)


def _in_order(records: list[Record], names: pd.Index) -> list[Record]:
    """Records by name, in the order of the names."""
    by_name = {record["name"]: record for record in records}
    return [by_name[name] for name in names]


def _line_kind(record: Record) -> str:
    """Kind of system whose colour the line of a trend takes."""
    return str(record.get("domain", "record" if "records" in record else record["scale"]))


def _draw_points(axes: Axes, points: pd.DataFrame, width: Width) -> list[Any]:
    """Draw one mark per system, each kind in its own way; the entries of the legend."""
    handles = []
    for kind in sorted(points["kind"].unique(), key=[*MARKS, *points["kind"]].index):
        group = points[points["kind"] == kind]
        label = LEGEND.get(kind, kind)
        x, y = group["publication_date"], group["flop"]
        handles.append(draw_marks(axes, x, y, kind=kind, label=label, width=width))
    return handles


def _draw_bands(axes: Axes, lines: pd.DataFrame, bands: pd.DataFrame) -> None:
    """Shade the interval of each line's place."""
    for name, line in lines.iterrows():
        band = bands[bands["trend"] == name]
        axes.fill_between(
            band["date"],
            band["flop_ci95_low"],
            band["flop_ci95_high"],
            color=dark(line["kind"]),
            alpha=0.13,
            linewidth=0,
            zorder=1,
        )


def _draw_lines(axes: Axes, lines: pd.DataFrame, width: Width) -> None:
    """Draw each trend from its first to its last system."""
    for index, (name, line) in enumerate(lines.iterrows()):
        axes.plot(
            [line["first_date"], line["last_date"]],
            [line["start_flop"], line["end_flop"]],
            color=dark(line["kind"]),
            linestyle=LINE_STYLES[index % len(LINE_STYLES)],
            linewidth=width.line,
            zorder=4,
            gid=f"trend-{name}",
        )


def _line_texts(lines: pd.DataFrame) -> list[Record]:
    """What is written at each line, and where along it: label, doubling time, interval."""
    first, last = (date2num(lines[column]) for column in ("first_date", "last_date"))
    # On the axis of compute the middle between two values is their geometric mean.
    y = lines["start_flop"] ** (1 - ANCHOR) * lines["end_flop"] ** ANCHOR
    return [
        {
            "x": x,
            "y": flop,
            "text": "\n".join(
                [
                    *textwrap.wrap(line["label"], LABEL_LETTERS),
                    growth(line),
                    f"({interval(line, 'doubling_time_months')})",
                ]
            ),
            "color": dark(line["kind"]),
        }
        for x, flop, (_, line) in zip(
            first + ANCHOR * (last - first), y, lines.iterrows(), strict=True
        )
    ]


def _draw_reference(
    axes: Axes, line: pd.Series, reference: Record, *, units: Record, width: Width
) -> Record:
    """Draw growth with a given doubling time from the start of a trend; what to write at it."""
    start, days = line["start_flop"], (line["last_date"] - line["first_date"]).days
    months = reference["doubling_time_months"]
    doublings = days / (months * units["days_per_month"])
    axes.plot(
        [line["first_date"], line["last_date"]],
        [start, start * 2**doublings],
        color="0.45",
        linestyle=":",
        linewidth=width.line * 0.8,
        zorder=2,
        gid="reference",
    )
    return {
        "x": date2num(line["first_date"]) + ANCHOR * days,
        "y": start * 2 ** (ANCHOR * doublings),
        "text": f"{reference['label']}:\ndoubles every {months:g} months",
        "color": "0.35",
    }


def _frame(axes: Axes, points: pd.DataFrame, figure: Record, width: Width) -> None:
    """Limits, ticks and labels of the axes."""
    start, end = points["publication_date"].min(), points["publication_date"].max()
    span = end - start
    # Names of the newest systems go to the right of their marks.
    axes.set_xlim(start - span * 0.03, end + span * (0.03 if figure["label"] == "none" else 0.1))
    low, high = np.log10(points["flop"].min()), np.log10(points["flop"].max())
    room = (high - low) * (0.12 if figure["eras"] else 0.03) + 0.3  # orders of magnitude
    axes.set_ylim(10.0 ** (low - 0.6), 10.0 ** (high + room))
    log_axis(axes.yaxis)
    long, narrow = span.days > LONG_DAYS, width.name == "column"
    axes.xaxis.set_major_locator(YearLocator((20 if narrow else 10) if long else 2))
    axes.xaxis.set_minor_locator(YearLocator(5 if long else 1))
    axes.set_xlabel("Publication date", fontsize=width.points)
    axes.set_ylabel("Training compute (FLOP)", fontsize=width.points)


def _shade_eras(axes: Axes, eras: list[Record], width: Width) -> list[Text]:
    """Shade each era that meets the axes, the newest up to the edge; their names.

    A name stands at the top, or, where its era is too narrow for it, upright at the bottom.
    """
    left, right = axes.get_xlim()
    spans = [
        (max(day_number(era["period"]["after"]), left), day_number(era["period"]["through"]), era)
        for era in eras
    ]
    spans = sorted((span for span in spans if span[0] < min(span[1], right)), key=lambda s: s[:2])
    names = []
    for index, (start, through, era) in enumerate(spans):
        end = right if index == len(spans) - 1 else min(through, right)
        shade = ERA_SHADES[index % len(ERA_SHADES)]
        axes.axvspan(start, end, color=shade, linewidth=0, zorder=0)
        narrow = (end - start) / (right - left) < 0.2
        name = axes.text(
            (start + end) / 2,
            0.99,
            textwrap.fill(era["label"], 9) if narrow else era["label"],
            transform=axes.get_xaxis_transform(),
            ha="center",
            va="top",
            fontsize=width.points * 0.87,
            color="0.25",
            linespacing=1.0,
            gid=f"era-{era['name']}",
        )
        if text_box(name).width > (end - start) / (right - left) * axes.bbox.width:
            name.set(text=era["label"], rotation=90, y=0.02, va="bottom")
        names.append(name)
    return names


def _state_growth(
    axes: Axes,
    lines: pd.DataFrame,
    texts: list[Record],
    taken: list[pd.DataFrame],
    width: Width,
) -> list[Text]:
    """Write the doubling time at each line, the highest first."""
    ordered = sorted(texts, key=lambda text: text["y"], reverse=True)
    written = place_texts(
        axes,
        pd.DataFrame(ordered, columns=["x", "y", "text", "color"]),
        marks=pd.concat(taken),
        obstacles=line_obstacles(lines),
        points=width.points * 0.9,
        farthest=0.6,
        draw_all=True,
        avoid_label_lines_overlap=True,
        avoid_crossing_label_lines=True,
        linespacing=1.05,
        zorder=6,
    )
    for text in written:
        text.set_gid("growth")
    return written


def _marks(points: pd.DataFrame) -> pd.DataFrame:
    """Places of marks, in the units of the axes."""
    return pd.DataFrame({"x": date2num(points["publication_date"]), "y": points["flop"].to_numpy()})


def _name_systems(
    axes: Axes,
    points: pd.DataFrame,
    lines: pd.DataFrame,
    taken: list[pd.DataFrame],
    figure: Record,
    width: Width,
) -> int:
    """Write the names of systems near their marks; how many found a place.

    Those of a special kind choose first, then the newest, because they crowd. A name
    that finds no free place within reach is left out.
    """
    if figure["label"] == "none":
        return 0
    newest_first = points.sort_values(["publication_date", "system_id"], ascending=False)
    special = newest_first["kind"].isin(SPECIAL)
    long = (points["publication_date"].max() - points["publication_date"].min()).days > LONG_DAYS
    groups = [(newest_first[special], REACH[width.name])]
    if figure["label"] == "all":
        reach = REACH["column" if long else width.name]
        groups.append((newest_first[~special], reach))
    written: list[Text] = []
    for group, reach in groups:
        written += place_texts(
            axes,
            _marks(group).assign(text=group["system"].to_list(), color="0.1"),
            marks=pd.concat([*taken, covered(axes, written)]),
            obstacles=line_obstacles(lines),
            points=width.label_points,
            farthest=reach,
            draw_all=False,
            zorder=5,
        )
    return len(written)
