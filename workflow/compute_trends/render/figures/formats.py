"""Files of a figure: what follows its name, at each width and in each format."""

from __future__ import annotations

SUFFIXES = {"full": "", "column": "_column"}
# A page takes every format, a column those that can be scaled.
ENDINGS = {"full": (".svg", ".png", ".pdf"), "column": (".svg", ".pdf")}
FIGURE_FILES = [SUFFIXES[width] + ending for width in SUFFIXES for ending in ENDINGS[width]]


def export_figures(exports: list[str]) -> list[str]:
    """Names of the figures of exports, growth by vintage first; none without exports."""
    return ["growth_by_vintage", *(f"export_{name}" for name in exports)] if exports else []
