"""Tables as papers and notes use them: their columns in words, and Markdown (LaTeX: `latex`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from compute_trends.common.records import Record
from compute_trends.render.cell_words import CellWords, heading
from compute_trends.tables.schemas import Field, Table

DECIMALS = {"doubling_time_months": 1, "halving_time_months": 1, "slope_oom_per_year": 2, "r2": 2}
# Numbers of others, with the digits that they have
AS_STATED = ("study_doubling_time_months", "threshold_flop")
# Ends and median of an interval, whose unit stands before its level or at the end
INTERVAL = re.compile(r"(.+)_ci(\d\d)_(low|median|high)(_.+)?")
# What stands in a heading for a unit, where that says more than a narrow column has room for
SHORT_UNITS = {"months of 30 days": "months", "years": ""}
# Sentences of a caption, by the column or the unit that they explain
EXPLAINED = {
    "basis": "Compute: as published with the paper, or re-derived here from inputs with sources.",
    "OOM": "OOM: orders of magnitude, factors of ten.",
    "months of 30 days": "Months have 30 days.",
}
# Signs that Markdown, HTML or GitHub (mathematics, mentions, issues) would take for more than text
MARKS = {ord(sign): f"\\{sign}" for sign in "\\|`*_[]#~$"}
MARKS |= {ord("<"): "&lt;", ord("&"): "&amp;", ord("@"): "&#64;"}
NUMBER = re.compile(r"(-?(\d[\d.]*(e-?\d+)?|∞)|\d{4}-\d\d-\d\d)?")


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is printed.

    Parameters
    ----------
    heading, unit : str
        In words; the unit is empty where there is none.
    cells : list of str
        Texts, rounded, empty where a value is missing. Powers of ten are written ``2.9e4``.
    ends : list of str or None
        Interval of each value, such as ``[1.2, 3.4]`` or empty; None in a column without.
    level : str or None
        Level of these intervals in percent.
    """

    heading: str
    unit: str
    cells: list[str]
    ends: list[str] | None = None
    level: str | None = None

    @property
    def of_numbers(self) -> bool:
        """Whether there is nothing in it but numbers, days and intervals."""
        return all(NUMBER.fullmatch(cell) for cell in self.cells)

    @property
    def says_something(self) -> bool:
        """Whether it has a cell that is not empty, or the table no rows."""
        return not self.cells or any(self.cells) or any(self.ends or [])


@dataclass(frozen=True, slots=True)
class Printed:
    """A table as it is printed: its caption, its columns, and what to say of the file."""

    name: str
    caption: str
    columns: list[Column]
    remarks: list[str]


def printed_table(frame: pd.DataFrame, table: Table, words: CellWords, of_run: str) -> Printed:
    """A table as it is printed.

    Parameters
    ----------
    frame : pandas.DataFrame
        With the types of its schema, ``table``.
    words : CellWords
        Words for the codes in cells.
    of_run : str
        Whose numbers they are.
    """
    columns = [one for one in printed_columns(frame, table, words) if one.says_something]
    ends = [field.name for field in table.fields if not field.name.endswith("_median")]
    shown = {*table.printed, *(name for name in ends if _base(name) in table.printed)}
    left_out = [field.name for field in table.fields if field.name not in shown]
    remarks = [f"{of_run}."]
    if left_out:
        remarks += [f"Only in {table.path}: {', '.join(left_out)}."]
    return Printed(table.name, caption(table, columns), columns, remarks)


def printed_columns(frame: pd.DataFrame, table: Table, words: CellWords) -> Iterator[Column]:
    """Columns of a table as they are printed, no number of them left out.

    The ends of an interval stand with their value. Where there is no column of the value, the
    bootstrap median takes its place; without that, the interval stands alone.
    """
    fields = {field.name: field for field in table.fields}
    alone: set[str] = set()
    for name in table.printed:
        field, base = fields[name], _base(name)
        if base is None:
            texts = words.of_column(frame, table.name, field)
            cells = _cells(frame[name], field) if texts is None else texts
            yield Column(*_heading(field), cells, *_interval(frame, fields, name))
        elif (match := INTERVAL.fullmatch(name)) and match[3] == "median":
            about, unit = _heading(fields.get(base, field), base)
            ends = (None, None) if base in table.printed else _interval(frame, fields, base)
            yield Column(f"{about}, bootstrap median", unit, _cells(frame[name], field), *ends)
            alone.add(base)
        elif base not in table.printed and base not in alone and not _has_median(fields, name):
            texts, level = _interval(frame, fields, base)
            yield Column(*_heading(field, base), texts or [], None, level)
            alone.add(base)


def _base(name: str) -> str | None:
    """Column of the value that an end or median of an interval is of, there or not."""
    match = INTERVAL.fullmatch(name)
    return match[1] + (match[4] or "") if match else None


def _has_median(fields: dict[str, Field], end: str) -> bool:
    return re.sub(r"_(low|high)(_|$)", r"_median\2", end) in fields


def _heading(field: Field, name: str | None = None) -> tuple[str, str]:
    """Heading and unit of a column, or of a ``name`` that stands for it."""
    return heading(field, name), SHORT_UNITS.get(field.unit or "", field.unit or "")


def _interval(
    frame: pd.DataFrame, fields: dict[str, Field], base: str
) -> tuple[list[str] | None, str | None]:
    """Intervals of a column and their level, of several the first; None where it has none."""
    levels = [match for name in fields if (match := INTERVAL.fullmatch(name))]
    for match in (one for one in levels if one[1] + (one[4] or "") == base):
        names = [f"{match[1]}_ci{match[2]}_{end}{match[4] or ''}" for end in ("low", "high")]
        field = fields[base] if base in fields else Field(base, unit=fields[names[0]].unit)
        low, high = (_cells(frame[name], field) for name in names)
        pairs = zip(low, high, strict=True)
        return [f"[{one}, {other}]" if one or other else "" for one, other in pairs], match[2]
    return None, None


def _cells(values: pd.Series, field: Field) -> list[str]:
    """Text of each value, empty where it is missing."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return [str(day) for day in values.dt.strftime("%Y-%m-%d").fillna("")]
    if not pd.api.types.is_float_dtype(values):
        return [str(text) for text in values.astype("str").where(values.notna(), "")]
    if field.name in AS_STATED:
        return ["" if np.isnan(value) else as_stated(value) for value in values]
    return [number(value, field.unit == "FLOP", DECIMALS.get(field.name)) for value in values]


def number(value: float, power: bool = False, decimals: int | None = None) -> str:
    """A number with three digits, or below 100 with so many decimals; empty where it is missing.

    As a power of ten, such as ``2.93e4``, if it is to be one, or far from one.
    """
    if np.isnan(value):
        return ""
    if np.isinf(value):
        return "∞" if value > 0 else "-∞"
    if decimals is not None and abs(value) < 99.5:
        return f"{value:.{decimals}f}"
    size = abs(float(f"{value:.2e}"))
    if size != 0 and (power or not 1e-3 <= size < 1e5):
        mantissa, _, exponent = f"{value:.2e}".partition("e")
        return f"{mantissa}e{int(exponent)}"
    if size == 0:
        return "0"
    return f"{float(f'{value:.2e}'):.0f}" if size >= 100 else f"{value:#.3g}"


def as_stated(value: float) -> str:
    """A number with the digits that it has, such as 3.4 or ``1e25``."""
    return re.sub(r"e\+?(-?)0*", r"e\1", f"{value:.15g}")


def caption(table: Table, columns: Sequence[Column]) -> str:
    """Title of a table, and what its columns mean where a reader could not know."""
    levels = sorted({column.level for column in columns if column.level})
    units = {field.unit or "" for field in table.fields if field.name in table.printed}
    parts = [f"{table.title}."]
    if levels:
        parts.append(f"In brackets: {' and '.join(f'{level} %' for level in levels)} intervals.")
    if any("∞" in (end or "") for column in columns for end in column.ends or []):
        parts.append("∞: growth cannot be told from none.")
    for about, sentence in EXPLAINED.items():
        if about in table.printed or any(unit.startswith(about) for unit in units):
            parts.append(sentence)
    return " ".join(parts)


def markdown_text(text: str) -> str:
    """A text that Markdown, HTML and GitHub take as text, in one line."""
    return " ".join(text.split()).translate(MARKS)


def as_markdown(table: Printed) -> str:
    """A table as Markdown, its cells not padded and without markup, under its caption."""
    columns: Record = {}
    for column in table.columns:
        level = f" [{column.level} % interval]" if column.level else ""
        unit = f" ({column.unit})" if column.unit else ""
        pairs = zip(column.cells, column.ends or column.cells, strict=True)
        cells = [f"{cell} {end}" if column.ends else cell for cell, end in pairs]
        columns[markdown_text(f"{column.heading}{level}{unit}")] = map(markdown_text, cells)
    padded = pd.DataFrame(columns, dtype="str").to_markdown(index=False, disable_numparse=True)
    grid = re.sub(r"-{4,}", "---", re.sub(r" {2,}", " ", padded))
    told = "\n\n".join(map(markdown_text, table.remarks))
    return f"{markdown_text(table.caption)}\n\n{grid}\n\n{told}\n"
