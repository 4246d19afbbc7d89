"""How every figure looks: sizes, fonts, colours, marks, axes."""

from __future__ import annotations

from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from compute_trends.common.vocabulary import NOT_RATED

# Whatever a matplotlibrc says, at home or in the working folder
mpl.rcdefaults()
# Of a PNG; texts are measured as it draws them, letters of an SVG are as wide.
DPI = 300
TICKS = {"color": "0.25", "major.width": 0.6, "minor.width": 0.4, "major.size": 4, "minor.size": 2}
# Fixed in every respect that could differ between machines or runs.
STYLE: Any = (
    sns.axes_style("ticks")
    | sns.plotting_context("paper")
    | {
        "axes.linewidth": 0.6,
        "axes.edgecolor": "0.35",
        "axes.labelcolor": "0.15",
        "figure.dpi": DPI,
        "font.family": "sans-serif",
        # DejaVu Sans comes with matplotlib; the others are for readers of the SVG who
        # lack it, Verdana first because its letters are as wide.
        "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
        "pdf.fonttype": 42,
        "savefig.dpi": DPI,
        # A dollar in a name is a dollar; powers of ten are written in letters, too.
        "text.parse_math": False,
        "text.usetex": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "compute-trends",
    }
    | {f"{axis}tick.{part}": value for axis in "xy" for part, value in TICKS.items()}
)


class Width(NamedTuple):
    """Width of a figure on a page, with the sizes of what is in it."""

    name: str
    inches: float
    points: float  # of text
    label_points: float  # of the names of systems
    mark_area: float  # points squared
    line: float  # points


# Two columns of a journal page, and one.
FULL = Width("full", 7.2, 7.5, 5.0, 20.0, 1.5)
COLUMN = Width("column", 3.5, 6.0, 4.5, 9.0, 1.1)
WIDTHS = {width.name: width for width in (FULL, COLUMN)}

PALETTE: Any = sns.color_palette("colorblind")
BLUE, _, GREEN, VERMILION, PINK, _, _, GREY, _, SKY = PALETTE
# How the systems of each group are drawn: groups that meet in a figure differ in shape and
# in lightness, so that they can be told apart in grey.
MARKS: dict[str, dict[str, Any]] = {
    "all": {"color": BLUE, "marker": "o"},
    "regular": {"color": SKY, "marker": "o"},
    "large": {"color": VERMILION, "marker": "^"},
    "low": {"color": GREEN, "marker": "v"},
    NOT_RATED: {"color": BLUE, "marker": "s"},
    "record": {"color": VERMILION, "marker": "D"},
    "no record": {"color": GREY, "marker": "o"},
    "Vision": {"color": BLUE, "marker": "o"},
    "Language": {"color": VERMILION, "marker": "^"},
    "Games": {"color": GREEN, "marker": "s"},
    "Other": {"color": GREY, "marker": "D"},
    "operation_count": {"color": SKY, "marker": "o"},
    "hardware_time": {"color": VERMILION, "marker": "s"},
    "reported": {"color": GREEN, "marker": "D"},
    "geometric_mean": {"color": PINK, "marker": "v"},
}
# A group without a mark of its own
OTHER_MARK: dict[str, Any] = {"color": PINK, "marker": "P"}
# Darker than the marks that lines run through and texts stand beside.
DARK = 0.24
LINE_STYLES = ("-", "--", "-.", (0, (4, 1, 1, 1, 1, 1)))
ERA_SHADES = ("0.97", "0.925", "0.88")
CREDIT = "Data: Epoch AI, CC BY 4.0"
# What names the line below a figure
SOURCE = "source"


def mark(group: str) -> dict[str, Any]:
    """Colour and marker of a group of systems."""
    return MARKS.get(group, OTHER_MARK)


def dark(group: str) -> Any:
    """Colour of lines and texts that belong to a group of systems."""
    return sns.set_hls_values(mark(group)["color"], l=DARK)


def new_figure(width: Width, height: float) -> tuple[Figure, Axes]:
    """A figure and its axes, inches high, with margins for title, legend and credit."""
    drawing = Figure(figsize=(width.inches, height))
    scale = width.points / 72
    left, bottom, right, top = 5.6 * scale, 5.8 * scale, 1.0 * scale, 4.6 * scale
    # Fixed margins: a layout engine would draw everything twice for each format.
    across, up = 1 - (left + right) / width.inches, 1 - (bottom + top) / height
    axes = drawing.add_axes((left / width.inches, bottom / height, across, up))
    axes.tick_params(labelsize=width.points)
    return drawing, axes


def split(
    axes: Axes, width: Width, *, share: float, gap: float, stacked: bool
) -> tuple[Axes, Axes]:
    """Make two axes of one, side by side or the first above the second.

    ``share`` is that of the first in the space of both, ``gap`` the room between them in heights
    of letters.
    """
    drawing = axes.get_figure(root=True)
    assert drawing is not None
    box, (inches, height) = axes.get_position(), drawing.get_size_inches()
    gap *= width.points / 72 / (height if stacked else inches)
    if stacked:
        first = (box.height - gap) * share
        axes.set_position((box.x0, box.y1 - first, box.width, first))
        second = drawing.add_axes((box.x0, box.y0, box.width, box.height - gap - first))
    else:
        first = (box.width - gap) * share
        axes.set_position((box.x0, box.y0, first, box.height))
        rest = box.width - gap - first
        second = drawing.add_axes((box.x1 - rest, box.y0, rest, box.height))
    second.tick_params(labelsize=width.points)
    return axes, second


def mark_radius(width: Width) -> float:
    """Half the width of a mark, in points."""
    return float(np.sqrt(width.mark_area)) / 2


def draw_marks(axes: Axes, x: Any, y: Any, *, group: str, label: str, width: Width) -> Any:
    """Draw the systems of one group; the entry of the legend, with how many there are."""
    look = mark(group) | {"alpha": 0.85, "linewidth": 0.35, "edgecolor": "white", "zorder": 3}
    return axes.scatter(x, y, s=width.mark_area, label=f"{label} ({len(x)})", **look)


def caption(
    axes: Axes,
    width: Width,
    *,
    title: str,
    note: str,
    handles: list[Any],
    credit: str = CREDIT,
) -> None:
    """Title and legend above the axes; below, what of the data is shown, and its source."""
    drawing = axes.get_figure(root=True)
    assert drawing is not None
    inches, height = drawing.get_size_inches()
    edge, line = 0.6 * width.points / 72 / inches, width.points / 72 / height
    large, small = width.points * 1.25, width.points * 0.87
    drawing.text(edge, 1 - 0.6 * line, title, fontsize=large, fontweight="bold", va="top")
    _legend_above(drawing, handles, (edge, 1 - 2.4 * line), width)
    source = f"{note}. {credit}"
    drawing.text(edge, 0.5 * line, source, fontsize=small, color="0.35", va="bottom", gid=SOURCE)


def _legend_above(
    drawing: Figure, handles: list[Any], corner: tuple[float, float], width: Width
) -> None:
    """A legend in one row, or in two, for which the axes make room, where one would be cut off."""
    look: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": corner, "frameon": False}
    look |= {"borderpad": 0, "borderaxespad": 0, "handletextpad": 0.2, "columnspacing": 1.4}
    look |= {"fontsize": width.points, "handlelength": 1.4, "handles": handles}
    legend = drawing.legend(ncols=len(handles), **look)
    if handles and covered(legend).x1 > drawing.bbox.x1:
        legend.remove()
        drawing.legend(ncols=-(-len(handles) // 2), **look)
        row = 1.7 * width.points / 72 / drawing.get_size_inches()[1]
        highest = max(axes.get_position().y1 for axes in drawing.axes)
        for axes in drawing.axes:
            box = axes.get_position()
            if box.y1 == highest:
                axes.set_position((box.x0, box.y0, box.width, box.height - row))


def covered(artist: Any) -> Any:
    """Box that a text or a legend covers, in pixels of its figure."""
    figure = artist.get_figure(root=True)
    canvas = figure.canvas
    if not isinstance(canvas, FigureCanvasAgg):
        canvas = FigureCanvasAgg(figure)  # of this figure from now on
    return artist.get_window_extent(canvas.get_renderer())


def log_axis(axis: Axis, *, majors: int = 9) -> None:
    """Ticks of a logarithmic axis: powers of ten named, every decade marked."""
    axis.set_major_locator(LogLocator(base=10, numticks=majors))
    axis.set_major_formatter(FuncFormatter(power_of_ten))
    axis.set_minor_locator(LogLocator(base=10, numticks=99))
    axis.set_minor_formatter(NullFormatter())


def power_of_ten(value: float, _position: int | None) -> str:
    """Power of ten in plain text, because mathematical text would keep one font in SVG."""
    exponent = f"{np.log10(value):.0f}"
    return "10" + exponent.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
