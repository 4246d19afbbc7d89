"""Timelines: systems over time on a logarithmic axis, eras shaded, trends drawn."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import partial
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator, date2num
from matplotlib.text import Text

from compute_trends.common.dates import day_number
from compute_trends.common.records import Record
from compute_trends.common.vocabulary import NOT_RATED
from compute_trends.render.figures import label_placement, style
from compute_trends.render.figures.files import Drawing, Plan
from compute_trends.render.figures.free_room import Room
from compute_trends.render.figures.timeline_content import figure_points, trend_lines
from compute_trends.render.wording import growth, interval
from compute_trends.settings.fit import Domains, Outliers, Trend, Units
from compute_trends.settings.render import Era, Figure, Reference

# Inches, by what a figure names and by its width
HEIGHTS = {
    "none": {"full": 4.7, "column": 3.6},
    "marked": {"full": 5.6, "column": 4.0},
    "known": {"full": 6.4, "column": 4.2},
    "all": {"full": 9.4, "column": 4.6},
}
LEGEND = {
    "all": "Systems",
    "regular": "Regular-scale",
    "large": "Large-scale",
    "low": "Low outliers",
    NOT_RATED: "Not rated",
    "record": "Record setters",
    "no record": "Other systems",
}
# Groups that a figure which labels only what is marked gives names to, and those that
# choose their place first where it names others, too
SPECIAL = ("large", "low", "record")
# Where along a line the text that states its doubling time is anchored
ANCHOR = 0.55
# Longest line of a label
LABEL_LETTERS = 30
# Greatest distance between a name and its mark, as a share of the axes. Where little
# room is for many, in a column or where a long time squeezes the newest together, long
# leader lines would cross each other: fewer names are shown.
REACH = {"full": 0.3, "column": 0.08}
# An axis of more days than this is long.
LONG_DAYS = 10_000


def timeline_plans(
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    scores: pd.DataFrame,
    fits: pd.DataFrame,
    members: pd.DataFrame,
    bands: pd.DataFrame,
    *,
    figures: Sequence[Figure],
    known: Sequence[str],
    eras: Sequence[Era],
    trends: Sequence[Trend],
    outliers: Outliers,
    domains: Domains,
    units: Units,
) -> list[Plan]:
    """Every timeline that the config names, to be drawn.

    Parameters
    ----------
    systems, compute, scores, fits, members, bands : pandas.DataFrame
        Tables of these names; ``fits`` is table ``trends``.
    figures, known, eras, trends, outliers, domains, units
        Sections of ``render`` and of ``fit`` in config.yaml.
    """
    points = [
        figure_points(systems, compute, scores, figure=figure, outliers=outliers, domains=domains)
        for figure in figures
    ]
    plans = []
    for figure, of_figure in zip(figures, points, strict=True):
        # Figures of the same systems and years can be held against each other.
        alike = [
            other
            for one, other in zip(figures, points, strict=True)
            if (one.dataset, one.period) == (figure.dataset, figure.period)
        ]
        lines = trend_lines(fits, members, systems, figure=figure, trends=trends)
        draw = partial(draw_timeline, of_figure, lines, bands, figure=figure, known=known)
        draw = partial(draw, frame=pd.concat(alike), eras=eras, units=units)
        plans.append(Plan(figure.name, figure.title, draw))
    return plans


def draw_timeline(
    points: pd.DataFrame,
    lines: pd.DataFrame,
    bands: pd.DataFrame,
    *,
    figure: Figure,
    known: Sequence[str],
    frame: pd.DataFrame,
    width: style.Width,
    eras: Sequence[Era],
    units: Units,
) -> Drawing:
    """Draw systems, eras and trends.

    Parameters
    ----------
    points, lines : pandas.DataFrame
        From `figure_points` and `trend_lines`.
    bands : pandas.DataFrame
        Table of this name.
    figure, eras : Figure, sequence of Era
        What to show and how; all of ``render.eras``, of which the figure names those to shade.
    known : sequence of str
        ``render.known``: systems that a figure may name besides those that it marks.
    frame : pandas.DataFrame
        Points, as from `figure_points`, that the axes have room for.
    width, units : style.Width, Units
        How wide to draw it; lengths of time for a reference line.
    """
    with mpl.rc_context(style.STYLE | {"font.size": width.points}):
        drawing, axes = style.new_figure(width, HEIGHTS[figure.label][width.name])
        axes.set_yscale("log")
        handles = _draw_points(axes, points, width)
        _draw_bands(axes, lines, bands[bands["basis"] == figure.basis])
        _draw_lines(axes, lines, width)
        texts = _line_texts(lines)
        if figure.reference is not None:
            first = lines.iloc[0]
            texts.append(_draw_reference(axes, first, figure.reference, units=units, width=width))
        _frame(axes, frame, figure, width)
        of_figure = [era for era in eras if era.name in figure.eras]
        eras_named = shade_eras(axes, of_figure, width)
        sns.despine(ax=axes)
        basis = "as published" if figure.basis == "published" else "re-derived"
        note = f"{len(points)} systems, compute {basis}"
        style.caption(axes, width, title=figure.title, note=note, handles=handles)
        drawn = label_placement.line_obstacles(lines)
        radius = style.mark_radius(width)
        room = label_placement.room_in(
            axes, _places(points), drawn, radius=radius, texts=eras_named
        )
        _state_growth(axes, texts, room, width)
        n_named = _name_systems(axes, _to_name(points, figure, known), points, room, width)
    return Drawing(drawing, len(points), n_named)


def _draw_points(axes: Axes, points: pd.DataFrame, width: style.Width) -> list[Any]:
    """Draw one mark per system, each group in its own way; the entries of the legend."""
    handles = []
    for group in sorted(points["group"].unique(), key=[*style.MARKS, *points["group"]].index):
        systems, label = points[points["group"] == group], LEGEND.get(group, group)
        x, y = systems["publication_date"], systems["flop"]
        handles.append(style.draw_marks(axes, x, y, group=group, label=label, width=width))
    return handles


def _draw_bands(axes: Axes, lines: pd.DataFrame, bands: pd.DataFrame) -> None:
    """Shade the interval of each line's place; outline that of a line that may not grow at all."""
    for name, line in lines.iterrows():
        band = bands[bands["trend"] == name]
        ends, color = (band["flop_ci90_low"], band["flop_ci90_high"]), style.dark(line["group"])
        look: Record = {"color": color, "alpha": 0.13, "linewidth": 0}
        if line["slope_oom_per_year_ci90_low"] <= 0:
            look = {"facecolor": "none", "edgecolor": color, "alpha": 0.5, "linewidth": 0.5}
        axes.fill_between(band["date"], *ends, zorder=1, **look)


def _draw_lines(axes: Axes, lines: pd.DataFrame, width: style.Width) -> None:
    """Draw each trend from its first to its last system."""
    for index, (name, line) in enumerate(lines.iterrows()):
        axes.plot(
            [line["first_date"], line["last_date"]],
            [line["start_flop"], line["end_flop"]],
            color=style.dark(line["group"]),
            linestyle=style.LINE_STYLES[index % len(style.LINE_STYLES)],
            linewidth=width.line,
            zorder=4,
            gid=f"trend-{name}",
        )


def _line_texts(lines: pd.DataFrame) -> list[Record]:
    """What is written at each line, and where along it: label, doubling time, interval."""
    first, last = (date2num(lines[column]) for column in ("first_date", "last_date"))
    x = first + ANCHOR * (last - first)
    # On the axis of compute the middle between two values is their geometric mean.
    y = lines["start_flop"] ** (1 - ANCHOR) * lines["end_flop"] ** ANCHOR
    return [
        {
            "x": x,
            "y": flop,
            "text": f"{textwrap.fill(line['label'], LABEL_LETTERS)}\n"
            f"{growth(line)}\n({interval(line, 'doubling_time_months')})",
            "color": style.dark(line["group"]),
        }
        for x, flop, (_, line) in zip(x, y, lines.iterrows(), strict=True)
    ]


def _draw_reference(
    axes: Axes, line: pd.Series, reference: Reference, *, units: Units, width: style.Width
) -> Record:
    """Draw growth with a given doubling time from the start of a trend; what to write at it."""
    start, days = line["start_flop"], (line["last_date"] - line["first_date"]).days
    months = reference.doubling_time_months
    doublings = days / (months * units.days_per_month)
    dates, ends = [line["first_date"], line["last_date"]], [start, start * 2**doublings]
    thin = width.line * 0.8
    axes.plot(dates, ends, color="0.45", linestyle=":", linewidth=thin, zorder=2, gid="reference")
    return {
        "x": date2num(line["first_date"]) + ANCHOR * days,
        "y": start * 2 ** (ANCHOR * doublings),
        "text": f"{reference.label}:\ndoubles every {months:g} months",
        "color": "0.35",
    }


def _frame(axes: Axes, points: pd.DataFrame, figure: Figure, width: style.Width) -> None:
    """Limits, ticks and labels of the axes."""
    start, end = points["publication_date"].min(), points["publication_date"].max()
    span = end - start
    # Names of the newest systems go to the right of their marks.
    axes.set_xlim(start - span * 0.03, end + span * (0.03 if figure.label == "none" else 0.1))
    low, high = np.log10(points["flop"].min()), np.log10(points["flop"].max())
    room = (high - low) * (0.12 if figure.eras else 0.03) + 0.3  # orders of magnitude
    axes.set_ylim(10.0 ** (low - 0.6), 10.0 ** (high + room))
    style.log_axis(axes.yaxis)
    long, narrow = span.days > LONG_DAYS, width.name == "column"
    axes.xaxis.set_major_locator(YearLocator((20 if narrow else 10) if long else 2))
    axes.xaxis.set_minor_locator(YearLocator(5 if long else 1))
    axes.set_xlabel("Publication date", fontsize=width.points)
    axes.set_ylabel("Training compute (FLOP)", fontsize=width.points)


def shade_eras(axes: Axes, eras: list[Era], width: style.Width) -> list[Text]:
    """Shade each era that meets the axes, the newest up to the edge; their names.

    A name stands at the top, or, where its era is too narrow for it, upright at the bottom.
    """
    left, right = axes.get_xlim()
    spans = [
        (max(day_number(era.period.after), left), day_number(era.period.through), era)
        for era in eras
    ]
    spans = sorted((span for span in spans if span[0] < min(span[1], right)), key=lambda s: s[:2])
    names = []
    for index, (start, through, era) in enumerate(spans):
        end = right if index == len(spans) - 1 else min(through, right)
        shade = style.ERA_SHADES[index % len(style.ERA_SHADES)]
        axes.axvspan(start, end, color=shade, linewidth=0, zorder=0)
        narrow = (end - start) / (right - left) < 0.2
        name = axes.text(
            (start + end) / 2,
            0.99,
            textwrap.fill(era.label, 9) if narrow else era.label,
            transform=axes.get_xaxis_transform(),
            ha="center",
            va="top",
            fontsize=width.points * 0.87,
            color="0.25",
            linespacing=1.0,
            gid=f"era-{era.name}",
        )
        if style.covered(name).width > (end - start) / (right - left) * axes.bbox.width:
            name.set(text=era.label, rotation=90, y=0.02, va="bottom")
        names.append(name)
    return names


def _state_growth(axes: Axes, texts: list[Record], room: Room, width: style.Width) -> None:
    """Write the doubling time at each line, the highest first."""
    highest_first = sorted(texts, key=lambda text: text["y"], reverse=True)
    label_placement.write_texts(
        axes,
        room,
        pd.DataFrame(highest_first, columns=["x", "y", "text", "color"]),
        points=width.points * 0.9,
        start=style.mark_radius(width),
        farthest=0.6,
        draw_all=True,
        linespacing=1.05,
        gid="growth",
    )


def _places(points: pd.DataFrame) -> pd.DataFrame:
    """Places of marks, in the units of the axes."""
    return pd.DataFrame({"x": date2num(points["publication_date"]), "y": points["flop"].to_numpy()})


def _to_name(
    points: pd.DataFrame, figure: Figure, known: Sequence[str]
) -> list[tuple[pd.DataFrame, bool]]:
    """Systems that a figure names, in the order in which they choose a place.

    Those of a special group come first, as a table with True; each table has the newest first,
    because they crowd.
    """
    newest_first = points.sort_values(["publication_date", "system_id"], ascending=False)
    special = newest_first["group"].isin(SPECIAL)
    others = pd.Series(figure.label == "all", index=newest_first.index)
    if figure.label == "known":
        # Points come oldest first.
        record = points["flop"] == points["flop"].cummax()
        others = newest_first["system"].isin(known) | record.loc[newest_first.index]
    if figure.label == "none":
        return []
    return [(newest_first[special], True), (newest_first[~special & others], False)]


def _name_systems(
    axes: Axes,
    names: list[tuple[pd.DataFrame, bool]],
    points: pd.DataFrame,
    room: Room,
    width: style.Width,
) -> int:
    """Name systems, from `_to_name`, near their marks; the number of names with a free place.

    A name that finds no free place within reach is left out.
    """
    long = (points["publication_date"].max() - points["publication_date"].min()).days > LONG_DAYS
    labels: list[Text] = []
    for systems, special in names:
        labels += label_placement.write_texts(
            axes,
            room,
            _places(systems).assign(text=systems["system"].to_list(), color="0.1"),
            points=width.label_points,
            start=style.mark_radius(width) + label_placement.GAP,
            farthest=REACH["column" if long and not special else width.name],
            draw_all=False,
        )
    return len(labels)
