"""Tables as LaTeX that fits a page, for a document that loads the packages which a file names.

Widths of columns are worked out here from the letters of the usual font, so that a table is
small, smaller, or turned by a quarter where it needs to be, and its texts break into lines.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from compute_trends.render.latex_text import POWER, latex_text
from compute_trends.render.print_tables import Column, Printed

# Text of article at 11 pt on A4, in pt: width, and height of the page that is turned
WIDTH, TURNED = 360.0, 595.0
# Size of the letters of each command there, in pt, and how much wider than those of 10 pt they are
SIZES = {"small": (10, 1.0), "footnotesize": (9, 1.028), "scriptsize": (8, 1.063)}
# Half the gap between columns; what an estimate of a width may be off by
GAP, CAREFUL = 2.5, 1.03
# A table of more lines runs over several pages.
PAGE_LINES = 40


class Try(NamedTuple):
    """A layout to try: size, whether turned, least width of texts, most lines of a cell."""

    size: str
    turned: bool
    least: float
    cell_lines: int


# From the best on; the last is taken if none is good
TRIED = (
    Try("small", False, 70, 12),
    Try("footnotesize", False, 70, 12),
    Try("footnotesize", False, 45, 4),
    Try("scriptsize", False, 40, 4),
    Try("footnotesize", True, 70, 12),
    Try("scriptsize", True, 60, 12),
    Try("scriptsize", True, 30, 100),
)
# Width of letters in the size of the font, and of all others
USUAL = 0.53
LETTERS = {0.28: "ijl.,:;'|![]", 0.39: "tfrsI()- ", 0.5: "0123456789/acegoz"}
LETTERS |= {0.75: "wABCDEFGHKLNOPQRSTUVXYZ%&×", 0.92: "mM@", 1.03: "W∞"}
WIDTHS = {letter: width for width, letters in LETTERS.items() for letter in letters}
# Caption that longtable would repeat on each page, and what stands there instead
CONTINUES = r"\\caption[]{Continued.}"
CONTINUED = re.compile(r"^\\caption\[\]\{.*\}(?= \\\\$)", re.MULTILINE)
MACROS = {
    "stacked": "\\providecommand{\\stacked}[2][r]{\\begin{tabular}[b]{@{}#1@{}}#2\\end{tabular}}",
    "under": "\\providecommand{\\under}[2]"
    "{\\begin{tabular}[t]{@{}r@{}}#1\\\\{\\scriptsize #2}\\end{tabular}}",
}


class Layout(NamedTuple):
    """How a table is set: command of its size, whether turned, and a width of each column.

    A column without a width is as wide as what is in it. ``lines`` of each row are estimated.
    """

    size: str
    turned: bool
    widths: list[float | None]
    lines: list[int]


def as_latex(table: Printed) -> str:
    """A table as LaTeX, with its caption, a label, and the packages that it needs in a comment."""
    layout = fitting(table.columns)
    long = layout.turned or sum(layout.lines) > PAGE_LINES
    columns = list(zip(table.columns, layout.widths, strict=True))
    widest = TURNED if layout.turned else WIDTH
    frame = {_header(column, width, layout.size): _texts(column) for column, width in columns}
    if len(frame) < len(columns):
        raise ValueError(f"two columns of table {table.name} have the same heading")
    text: str = (
        pd.DataFrame(frame, dtype="str")
        .style.hide(axis="index")
        .to_latex(
            hrules=True,
            environment="longtable" if long else "table",
            column_format=f"@{{}}{''.join(_kind(*column, widest) for column in columns)}@{{}}",
            caption=latex_text(table.caption),
            label=f"tab:{table.name}",
            position_float=None if long else "centering",
        )
    )
    return "\n".join([*_head(table, text, layout, long), _sized(text, layout, long)])


def fitting(columns: Sequence[Column]) -> Layout:
    """The first layout that fits; the last that was tried where none does."""
    for tried in TRIED:
        layout, fits = _layout(columns, tried)
        if fits:
            break
    return layout


def _layout(columns: Sequence[Column], tried: Try) -> tuple[Layout, bool]:
    """A layout, numbers as they are and texts in lines; and whether the columns have room."""
    size, turned, at_least, cell_lines = tried
    room = (TURNED if turned else WIDTH) / CAREFUL - 2 * GAP * (len(columns) - 1)
    natural = [_natural(column, size) for column in columns]
    least = [_least(column, size, at_least) for column in columns]
    texts = [n for n, column in enumerate(columns) if not column.of_numbers]
    room -= sum(width for n, width in enumerate(natural) if n not in texts)
    widths: list[float | None] = [None] * len(columns)
    spare = room - sum(least[n] for n in texts)
    if sum(natural[n] for n in texts) > room:
        lacking = sum(natural[n] - least[n] for n in texts)
        for n in texts:
            share = (natural[n] - least[n]) / lacking if lacking else 0.0
            widths[n] = least[n] + max(spare, 0.0) * share
    layout = Layout(size, turned, widths, _lines(columns, widths, size))
    return layout, spare >= 0 and max(layout.lines, default=1) <= cell_lines


def _natural(column: Column, size: str) -> float:
    """Width of a column whose texts do not break."""
    cells = [_width(cell, size) for cell in column.cells]
    ends = [_width(end, "scriptsize") for end in column.ends or []]
    return max([_least_heading(column, size), *cells, *ends])


def _least(column: Column, size: str, at_least: float) -> float:
    """Width that a column of texts needs: of its longest word, and ``at_least`` for longer ones."""
    words = {word for cell in column.cells for word in _broken(cell)}
    longest = max((_width(word, size) for word in words), default=0.0)
    return max(longest, min(at_least, _natural(column, size)), _least_heading(column, size))


def _least_heading(column: Column, size: str) -> float:
    return max(_width(part, size) for part in _heading_parts(column))


def _heading_parts(column: Column) -> list[str]:
    """Parts of a heading and its unit, one of which a line holds at least."""
    unit = re.split(r"\s+|(?<=/)", f"({column.unit})") if column.unit else []
    return [*_broken(column.heading), *unit]


def _broken(text: str) -> list[str]:
    """Parts of a text between which a line may end: at blanks, and after hyphens of long words."""
    return re.split(r"\s+(?!%)|(?<=\w{4}-)(?=\w)", text)


def _width(text: str, size: str) -> float:
    """Width of a text in one line, in pt."""
    points, wider = SIZES[size]
    return points * wider * _letters(text)


@functools.cache
def _letters(text: str) -> float:
    """Width of a text in the size of its font."""
    # A power of ten has a sign of multiplication, a ten, and small digits, but no letter e.
    powers = sum(1.25 - 0.08 * len(power[2]) for power in POWER.finditer(text))
    return powers + sum(WIDTHS.get(letter, USUAL) for letter in text)


def _lines(columns: Sequence[Column], widths: Sequence[float | None], size: str) -> list[int]:
    """Lines of each row, estimated."""
    rows = []
    for row in range(len(columns[0].cells)):
        lines = [2 if column.ends and column.ends[row] else 1 for column in columns]
        for column, width in zip(columns, widths, strict=True):
            if width is not None:
                lines.append(math.ceil(1.1 * _width(column.cells[row], size) / width))
        rows.append(max(lines))
    return rows


def _kind(column: Column, width: float | None, widest: float) -> str:
    """A column for ``tabular``: numbers at the right, texts at the left, broken if too long."""
    if width is not None:
        share = math.floor(1000 * width / widest) / 1000
        return f">{{\\raggedright\\arraybackslash}}p{{{share:.3f}\\linewidth}}"
    return "r" if column.of_numbers else "l"


def _header(column: Column, width: float | None, size: str) -> str:
    """Heading in lines no wider than the column, the unit in lines of its own."""
    room = _natural(column, size) if width is None else width
    lines: list[str] = []
    for part in _heading_parts(column):
        joined = "" if lines and lines[-1].endswith(("-", "/")) else " "
        if lines and part[0] != "(" and _width(f"{lines[-1]}{joined}{part}", size) <= room:
            lines[-1] += joined + part
        else:
            lines.append(part)
    side = "" if column.of_numbers else "[l]"
    text = "\\\\".join(latex_text(line) for line in lines)
    return f"\\stacked{side}{{{text}}}" if len(lines) > 1 else text


def _texts(column: Column) -> list[str]:
    """Cells, an interval under its value."""
    cells = [latex_text(cell) for cell in column.cells]
    if column.ends is None:
        return cells
    # An argument by itself is none of the row before.
    ends = (latex_text(end).removeprefix("{}") for end in column.ends)
    pairs = zip(cells, ends, strict=True)
    return [f"\\under{{{cell}}}{{{end}}}" if end else cell for cell, end in pairs]


def _head(table: Printed, text: str, layout: Layout, long: bool) -> Iterator[str]:
    """Comments on what the file is and needs, and the commands that it uses."""
    packages = ["array"] * (">{" in text) + ["booktabs"] + ["longtable"] * long
    packages += ["pdflscape"] * layout.turned
    for remark in table.remarks:
        yield f"% {' '.join(remark.split())}"
    yield f"% \\usepackage{{{','.join(packages)}}}"
    yield from (macro for name, macro in MACROS.items() if f"\\{name}" in text)


def _sized(text: str, layout: Layout, long: bool) -> str:
    """A table with letters of its size, narrow gaps, and turned if it needs to be."""
    lengths = {"tabcolsep": f"{GAP:g}pt", "belowcaptionskip": "6pt"}
    if long:
        lengths["LTcapwidth"] = "\\linewidth"
        text = f"\\{layout.size}\n{CONTINUED.sub(CONTINUES, text)}"
    else:
        # Floats begin with letters of the usual size.
        text = text.replace(
            "\\begin{tabular}{@{}", f"\\{layout.size}\n\\begin{{tabular}}{{@{{}}", 1
        )
    set_to = "".join(f"\\setlength{{\\{name}}}{{{value}}}" for name, value in lengths.items())
    grouped = f"{{{set_to}\n{text}}}\n"
    return f"\\begin{{landscape}}\n{grouped}\\end{{landscape}}\n" if layout.turned else grouped
