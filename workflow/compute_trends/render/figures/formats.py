"""Files of a figure: what follows its name, at each width and in each format."""

from __future__ import annotations

# A page takes every format, a column those that can be scaled.
FORMATS = {"": (".svg", ".png", ".pdf"), "_column": (".svg", ".pdf")}
FIGURE_FILES = [width + ending for width, endings in FORMATS.items() for ending in endings]
