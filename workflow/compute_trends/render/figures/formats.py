"""Files of figures: names that no config gives, and what follows a name, by width and format."""

from __future__ import annotations

from compute_trends.render.wording import data_of

SUFFIXES = {"full": "", "column": "_column"}
# A page takes every format, a column those that can be scaled.
ENDINGS = {"full": (".svg", ".png", ".pdf"), "column": (".svg", ".pdf")}
FIGURE_FILES = [SUFFIXES[width] + ending for width in SUFFIXES for ending in ENDINGS[width]]


# The figure of the utilization that is learnt from systems with both methods
UTILIZATION_FIGURE = "utilization_fit"
UTILIZATION_TITLE = "Utilization that counted operations imply"
# The figure of the lines with breaks
ERAS_FIGURE = "how_many_eras"
ERAS_TITLE = "How many eras? Lines with no break, one and two"
# Figures of checks, which no config names
CHECK_FIGURES = (UTILIZATION_FIGURE, ERAS_FIGURE)
# Figures of exports: the newest, and growth on all of them
TODAY_FIGURE = "figure_today"
GROWTH_FIGURE = "growth_by_vintage"
GROWTH_TITLE = "Growth by vintage of the data"
OUTLOOK_FIGURE = "outlook"
OUTLOOK_TITLE = "Forecasts of the largest training compute"


def export_figures(exports: list[str]) -> list[str]:
    """Names of the figures of exports; none without exports."""
    return [TODAY_FIGURE, GROWTH_FIGURE, OUTLOOK_FIGURE] if exports else []


def today_title(day: str) -> str:
    """Title of the figure of today, on the data of a day."""
    return f"Training compute in {data_of(day)}"
