"""Figure of the lines with no break, one and two, with the intervals of their breaks."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator, date2num

from compute_trends.checks.eras import scored_points
from compute_trends.common.dates import EPOCH
from compute_trends.common.records import records
from compute_trends.fit.selection import of_dataset
from compute_trends.render.figures import style
from compute_trends.render.figures.files import Drawing
from compute_trends.render.figures.formats import ERAS_TITLE
from compute_trends.render.figures.style import Width
from compute_trends.render.look_ups import of_lead
from compute_trends.settings.simulations import EraLead, Eras

# Inches, by width
HEIGHTS = {"full": 4.7, "column": 3.6}
# Lines of so many breaks: words, group of marks whose dark colour they take, dashes
LINES = {
    0: ("No break", "no record", "--"),
    1: ("One break", "all", "-"),
    2: ("Two breaks", "large", "-."),
}
# Height of the bars of one and of two breaks, as shares of the axes
BARS = {1: 0.10, 2: 0.05}


def draw_eras(
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    scores: pd.DataFrame,
    eras: pd.DataFrame,
    lines: pd.DataFrame,
    *,
    settings: Eras,
    width: Width,
) -> Drawing:
    """Draw the systems of the lead, its best lines with no to two breaks, and bars of intervals.

    Parameters
    ----------
    systems, compute, scores, eras, lines : pandas.DataFrame
        Tables of these names; ``lines`` is table ``era_lines``.
    settings : Eras
        ``fit.eras``; dotted lines stand on the stated days.
    width : style.Width
        How wide to draw.
    """
    lead = settings.lead
    points = _points(systems, compute, scores, lead)
    with mpl.rc_context(style.STYLE | {"font.size": width.points}):
        drawing, axes = style.new_figure(width, HEIGHTS[width.name])
        axes.set_yscale("log")
        dates = EPOCH + pd.to_timedelta(points["day"], unit="D")
        flop, look = 10 ** points["log_flop"], {"group": "regular", "label": "Systems"}
        handles = [style.draw_marks(axes, dates, flop, **look, width=width)]
        handles += _draw_lines(axes, of_lead(lines, lead), width)
        _draw_bars(axes, of_lead(eras, lead), width)
        for day in settings.stated:
            axes.axvline(
                date2num(pd.Timestamp(day)), color="0.4", linestyle=":", linewidth=0.8, zorder=1
            )
        axes.set_ylabel("Training compute (FLOP)", fontsize=width.points)
        style.log_axis(axes.yaxis)
        axes.xaxis.set_major_locator(YearLocator(10))
        sns.despine(ax=axes)
        note = f"{len(points)} systems; bars: 90 % intervals of breaks; dotted: the paper's"
        style.caption(axes, width, title=ERAS_TITLE, note=note, handles=handles)
    return Drawing(drawing, len(points), 0)


def _points(
    systems: pd.DataFrame, compute: pd.DataFrame, scores: pd.DataFrame, lead: EraLead
) -> pd.DataFrame:
    """Systems of the lead."""
    own = of_dataset(scores, lead.dataset, lead.basis)
    if lead.low_outliers == "drop":
        own = own[~own["low_outlier"]]
    return scored_points(systems, compute, own)


def _draw_lines(axes: Axes, lines: pd.DataFrame, width: Width) -> list[Any]:
    """Draw each segment of each line; an entry of the legend for each line."""
    handles = []
    for breaks, (label, group, dashes) in LINES.items():
        for segment in records(lines[lines["breaks"] == breaks]):
            drawn = axes.plot(
                date2num([segment["start_date"], segment["end_date"]]),
                [segment["start_flop"], segment["end_flop"]],
                color=style.dark(group),
                linestyle=dashes,
                linewidth=width.line,
                label=label,
                zorder=4,
            )
            handles += drawn if segment["segment"] == 1 else []
    return handles


def _draw_bars(axes: Axes, eras: pd.DataFrame, width: Width) -> None:
    """Draw the interval of each break near the bottom, with a mark on its date."""
    across = axes.get_xaxis_transform()
    for row in records(eras[eras["breaks"].isin(BARS)]):
        look: Any = {"color": style.dark(LINES[row["breaks"]][1]), "transform": across}
        for number in range(1, row["breaks"] + 1):
            ends = [row[f"break_{number}_ci90_{end}"] for end in ("low", "high")]
            # Bars of two breaks may overlap.
            height = BARS[row["breaks"]] - 0.02 * (number - 1)
            axes.plot(date2num(ends), [height, height], linewidth=2 * width.line, **look)
            date = date2num(row[f"break_{number}"])
            size = 2.5 * width.line
            axes.plot([date], [height], marker="|", markersize=3 * size, **look)
