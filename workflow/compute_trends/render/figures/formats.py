"""Files of figures: names that no config gives, and what follows a name, by width and format."""

from __future__ import annotations

from collections.abc import Sequence

from compute_trends.render.wording import data_of
from compute_trends.settings.clean import leading_export
from compute_trends.settings.models import Settings

SUFFIXES = {"full": "", "column": "_column"}
# A document takes one width, and scales it; a narrow screen or a slide has no use for PDF.
ENDINGS = {"full": (".svg", ".png", ".pdf"), "column": (".svg", ".png")}
FIGURE_FILES = [SUFFIXES[width] + ending for width in SUFFIXES for ending in ENDINGS[width]]


# The figure of the utilization that is learnt from systems with both methods
UTILIZATION_FIGURE = "utilization_fit"
UTILIZATION_TITLE = "Utilization that counted operations imply"
# The figure of the lines with breaks
ERAS_FIGURE = "how_many_eras"
ERAS_TITLE = "How many eras? Lines with no break, one and two"
# The figure of the compute of one image and of one token
INFERENCE_FIGURE = "inference_compute"
INFERENCE_TITLE = "Compute of one image and of one token"
# Figures of checks, which no config names
CHECK_FIGURES = (UTILIZATION_FIGURE, ERAS_FIGURE, INFERENCE_FIGURE)
# Figures of exports: the newest, and growth on all of them
TODAY_FIGURE = "figure_today"
GROWTH_FIGURE = "growth_by_vintage"
GROWTH_TITLE = "Growth by vintage of the data"
# What models without compute allow; forecasts; what growth is made of, and counts above thresholds
SLOWING_FIGURE = "slowing_or_hidden"
SLOWING_TITLE = "Is it slowing, or hidden?"
OUTLOOK_FIGURE = "outlook"
OUTLOOK_TITLE = "Forecasts of the largest training compute"
DRIVERS_FIGURE = "growth_drivers"
DRIVERS_TITLE = "What drives growth? Models above thresholds"
# Titles of the figures that no config names
TITLES = {
    UTILIZATION_FIGURE: UTILIZATION_TITLE,
    ERAS_FIGURE: ERAS_TITLE,
    INFERENCE_FIGURE: INFERENCE_TITLE,
    GROWTH_FIGURE: GROWTH_TITLE,
    SLOWING_FIGURE: SLOWING_TITLE,
    OUTLOOK_FIGURE: OUTLOOK_TITLE,
    DRIVERS_FIGURE: DRIVERS_TITLE,
}
# Tables of the run that the figures of exports show
FORECASTS = ("backtest", "forecast_scores", "forecast_outcomes", "threshold_dates")
CHOICES = (
    "specifications",
    "specification_options",
    "specification_shares",
    "specification_marks",
)
SHOWN = (
    "headlines",
    "growth_by_vintage",
    "slowing",
    "drivers",
    "threshold_counts",
    *FORECASTS,
    *CHOICES,
)
EXPORT_FIGURES = (TODAY_FIGURE, GROWTH_FIGURE, SLOWING_FIGURE, OUTLOOK_FIGURE, DRIVERS_FIGURE)


def export_figures(exports: list[str], crossed: Sequence[str] = ()) -> list[str]:
    """Names of the figures of exports, and of headlines that are crossed; none without exports."""
    return [*EXPORT_FIGURES, *map(choices_figure, crossed)] if exports else []


def choices_figure(headline: str) -> str:
    """Name of the figure of the specifications of a headline."""
    return f"choices_{headline}"


def choices_title(title: str) -> str:
    """Title of the figure of the specifications of a headline of this title."""
    return f"{title}: growth by every choice"


def today_title(day: str) -> str:
    """Title of the figure of today, on the data of a day."""
    return f"Training compute in {data_of(day)}"


def figure_titles(settings: Settings) -> dict[str, str]:
    """Titles of all figures of a run by their names."""
    render = settings.render
    titles = TITLES | {figure.name: figure.title for figure in render.figures}
    titles |= {comparison.name: comparison.title for comparison in render.comparisons}
    leading = leading_export(settings.clean.exports)
    if leading:
        titles[TODAY_FIGURE] = today_title(leading.date)
    return titles | {
        choices_figure(headline.name): choices_title(headline.title)
        for headline in settings.fit.exports.headlines
    }
