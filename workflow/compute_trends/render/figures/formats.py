"""Files of figures: names that no config gives, and what follows a name, by width and format."""

from __future__ import annotations

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
# The figure of all exports
GROWTH_FIGURE = "growth_by_vintage"


def export_figure(export: str) -> str:
    """Name of the figure of one export."""
    return f"export_{export}"


def export_figures(exports: list[str]) -> list[str]:
    """Names of the figures of exports, growth by vintage first; none without exports."""
    return [GROWTH_FIGURE, *map(export_figure, exports)] if exports else []
