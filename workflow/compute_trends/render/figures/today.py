"""The figure of today: systems of the newest data, the lines that the report leads with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

from compute_trends.common.dates import day_numbers
from compute_trends.common.records import records
from compute_trends.common.vocabulary import CHOSEN_SHORT
from compute_trends.fit.selection import is_record
from compute_trends.render.figures import label_placement, style
from compute_trends.render.figures.files import Drawing
from compute_trends.render.figures.style import Width
from compute_trends.render.figures.timeline import shade_eras
from compute_trends.render.rule_words import frontier_name
from compute_trends.render.wording import times_a_year
from compute_trends.settings.render import Era

HEIGHTS = {"full": 4.4, "column": 5.2}
# Share of the panel that shows all years: less where the panels stand side by side
SHARES = {"full": 0.4, "column": 0.42}
# Room beside the years shown, as a share of them
ROOM = 0.03
# And to the right of the newest, whose names stand there
RIGHT = 0.1
# Room between the panels, in heights of letters
GAP = 3.4
# Greatest distance between a name and its mark, as a share of the axes
REACH = 0.3
# What follows a name, such as a version: names are short in a figure.
IN_BRACKETS = r"\s*\(.*\)$"


def headline_lines(
    headlines: pd.DataFrame, trends: pd.DataFrame, members: pd.DataFrame, systems: pd.DataFrame
) -> pd.DataFrame:
    """Lines of the leading headlines, each through the last day of its period.

    Parameters
    ----------
    headlines : pandas.DataFrame
        Table of this name.
    trends, members, systems : pandas.DataFrame
        Tables ``export_trends``, ``export_members`` and ``systems`` of the leading export.

    Returns
    -------
    pandas.DataFrame
        Rows of ``headlines`` that lead and have numbers, in their order, with ``frontier``,
        ``after``, ``first_date``, ``last_date``, ``start_flop`` and ``end_flop``: the line on the
        date of the first system and, drawn on if need be, on the last day of the period.
    """
    lines = headlines[headlines["leads"] & headlines["growth_per_year"].notna()]
    fits = trends[["trend", "frontier", "start_flop", "end_flop"]]
    lines = lines.merge(fits, on="trend", validate="many_to_one")
    dates = members.merge(systems[["system_id", "publication_date"]], on="system_id")
    spans = dates.groupby("trend")["publication_date"].agg(["min", "max"])
    first, fitted = (lines["trend"].map(spans[end]) for end in ("min", "max"))
    period = lines["period"].str.extract("(?P<after>.*)/(?P<last>.*)")
    after, last = (pd.to_datetime(period[end]) for end in ("after", "last"))
    start, end = np.log10(lines["start_flop"]), np.log10(lines["end_flop"])
    drawn_on = start + (end - start) * ((last - first) / (fitted - first))
    ends = {"after": after, "first_date": first, "last_date": last, "end_flop": 10**drawn_on}
    return lines.assign(**ends)


def named_systems(systems: pd.DataFrame, frontier: pd.Series, *, most: int) -> pd.DataFrame:
    """Systems to be named: those of the frontier that set a record, the newest first.

    Parameters
    ----------
    systems : pandas.DataFrame
        Table ``systems``.
    frontier : pandas.Series
        Which of them are at the frontier.
    most : int
        How many at most. A system that only equals the record is not named.
    """
    log_flop = np.log10(systems["training_compute_flop"])
    points = systems.assign(day=day_numbers(systems["publication_date"]), log_flop=log_flop)
    setters = points[is_record(points)].sort_values(["day", "system_id"])
    setters = setters.drop_duplicates("training_compute_flop")
    return setters[frontier[setters.index]].tail(most).iloc[::-1]


def draw_today(
    systems: pd.DataFrame,
    members: pd.DataFrame,
    lines: pd.DataFrame,
    *,
    eras: Sequence[Era],
    named: int,
    title: str,
    vintage: str,
    width: Width,
) -> Drawing:
    """Draw all years, and those since the first headline begins with the frontier named.

    Parameters
    ----------
    systems, members : pandas.DataFrame
        Tables ``systems`` and ``export_members`` of the leading export.
    lines : pandas.DataFrame
        From `headline_lines`. The members of the last one that picks a frontier are marked.
    eras : sequence of Era
        Eras that are shaded where all years are shown.
    named : int
        How many systems are named at most; fewer where there is no room.
    title, vintage : str
        Title of the figure, date of the data.
    width : Width
        How wide to draw it.
    """
    frontiers = lines[lines["frontier"].notna()].tail(1)
    at_frontier = members.loc[members["trend"].isin(frontiers["trend"]), "system_id"]
    labels = [frontier_name(rule) for rule in frontiers["frontier"]]
    is_frontier = systems["system_id"].isin(at_frontier)
    since = lines["after"].iloc[0] if len(lines) else pd.Timestamp.min
    with mpl.rc_context(style.STYLE | {"font.size": width.points}):
        drawing, whole = style.new_figure(width, HEIGHTS[width.name])
        stacked = width.name == "column"
        share = SHARES[width.name]
        whole, recent = style.split(whole, width, share=share, gap=GAP, stacked=stacked)
        later = systems["publication_date"] > since
        _draw_panel(recent, systems[later], is_frontier[later], labels, width)
        handles = _draw_panel(whole, systems, is_frontier, labels, width)
        _draw_lines(whole, lines, width)
        _draw_lines(recent, lines[lines["last_date"] > since], width)
        shade_eras(whole, list(eras), width)
        _legend(whole, width)
        whole.set_ylabel("Training compute (FLOP)", fontsize=width.points)
        sns.despine(drawing)
        note = f"{len(systems)} models with known compute{_how_chosen(lines)}, data of {vintage}"
        style.caption(whole, width, title=title, note=note, handles=handles)
        shown = named_systems(systems, is_frontier, most=named)
        n_named = _name_systems(recent, shown, systems[later], lines, width)
    return Drawing(drawing, len(systems), n_named)


def _how_chosen(lines: pd.DataFrame) -> str:
    """How the systems were chosen, where they are no sample."""
    return "".join(f", {CHOSEN_SHORT[how]}" for how in lines["selection"].dropna().unique())


def _draw_panel(
    axes: Axes, systems: pd.DataFrame, frontier: pd.Series, labels: Sequence[str], width: Width
) -> list[Any]:
    """Draw one mark per system, those of the frontier in their own way; entries of the legend."""
    dates = systems["publication_date"]
    span, highest = dates.max() - dates.min(), np.log10(systems["training_compute_flop"].max())
    lowest = np.log10(systems["training_compute_flop"].min())
    axes.set_yscale("log")
    axes.set_xlim(dates.min() - span * ROOM, dates.max() + span * RIGHT)
    # Room above for the names of eras and systems
    axes.set_ylim(10.0 ** (lowest - 0.5), 10.0 ** (highest + 2))
    style.log_axis(axes.yaxis)
    locator = AutoDateLocator(minticks=3, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    groups = [("no record", "Other models" if len(labels) else "Models", ~frontier)]
    groups += [("large", label, frontier) for label in labels]
    return [
        style.draw_marks(
            axes,
            dates[those],
            systems.loc[those, "training_compute_flop"],
            group=group,
            label=label,
            width=width,
        )
        for group, label, those in groups
    ]


def _draw_lines(axes: Axes, lines: pd.DataFrame, width: Width) -> None:
    """Draw each line; those of a frontier in the colour of its marks."""
    for index, line in enumerate(records(lines)):
        axes.plot(
            date2num([line["first_date"], line["last_date"]]),
            np.array([line["start_flop"], line["end_flop"]], dtype=float),
            color="0.1" if line["frontier"] is None else style.dark("large"),
            linestyle=style.LINE_STYLES[index % len(style.LINE_STYLES)],
            linewidth=width.line,
            zorder=4,
            label=f"{line['title']}:\n{times_a_year(line, sign=True)}",
            gid=f"trend-{line['trend']}",
        )


def _legend(axes: Axes, width: Width) -> None:
    """What each line says, where the compute of early years leaves room: below the eras' names."""
    handles = axes.get_lines()
    if handles:
        axes.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(0, 0.93),
            frameon=False,
            fontsize=width.points * 0.95,
            handlelength=2.2,
            labelspacing=0.6,
        )


def _name_systems(
    axes: Axes, named: pd.DataFrame, systems: pd.DataFrame, lines: pd.DataFrame, width: Width
) -> int:
    """Name systems near their marks; the number of names that found a free place."""
    places = [
        pd.DataFrame(
            {
                "x": date2num(table["publication_date"]),
                "y": table["training_compute_flop"].to_numpy(),
                "text": table["system"].str.replace(IN_BRACKETS, "", regex=True).to_list(),
                "color": "0.1",
            }
        )
        for table in (named, systems)
    ]
    radius = style.mark_radius(width)
    ends = label_placement.line_obstacles(lines)
    written = label_placement.write_texts(
        axes,
        label_placement.room_in(axes, places[1], ends, radius=radius),
        places[0],
        points=width.points * 0.9,
        start=radius + label_placement.GAP,
        farthest=REACH,
        draw_all=False,
        gid="name",
    )
    return len(written)
