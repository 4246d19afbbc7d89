"""Tables as papers and notes use them: LaTeX with booktabs, and Markdown."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from compute_trends.tables.schemas import Table

HEADINGS = {"n": "n", "r2": "R²"}
DECIMALS = {"doubling_time_months": 1, "slope_oom_per_year": 2, "r2": 2}
INTERVAL = re.compile(r"(.+)_ci(\d\d)_(low|median|high)")
UNITS = re.compile(r"_(flop|months|oom_per_year|oom|hours|days)$")
# A table of more rows than this may run over several pages.
PAGE_ROWS = 40
# Columns whose longest text has more letters than this break into lines of a given width.
LONG_TEXT = 30
TEXT_WIDTH = "4.5cm"
# Signs that Markdown, HTML or GitHub (mathematics, mentions, issues) would take for more than text
MARKS = {ord(sign): f"\\{sign}" for sign in "\\|`*_[]#~$"}
MARKS |= {ord("<"): "&lt;", ord("&"): "&amp;", ord("@"): "&#64;"}
# Signs that LaTeX takes for commands, or that its usual fonts lack
NAMED = {
    **{"\\": "textbackslash", "~": "textasciitilde", "^": "textasciicircum"},
    **{"<": "textless", ">": "textgreater", "|": "textbar"},
}
COMMANDS = {ord(sign): f"\\{name}{{}}" for sign, name in NAMED.items()}
COMMANDS |= {ord(sign): f"\\{sign}" for sign in "&%$#_{}"}


def page_table(frame: pd.DataFrame, table: Table, labels: dict[str, str]) -> pd.DataFrame:
    """A table as it is printed: text cells, rounded, intervals in brackets.

    Parameters
    ----------
    frame : pandas.DataFrame
        With the types of its schema, ``table``.
    labels : dict of str to str
        Words for names of trends.

    Returns
    -------
    pandas.DataFrame
        Columns by their names in words, with unit. Powers of ten are written ``2.9e4``.
    """
    units = {field.name: field.unit for field in table.fields}
    # Of several intervals of a column the first is printed.
    matches = [match for name in reversed(units) if (match := INTERVAL.fullmatch(name))]
    levels = {match[1]: match[2] for match in matches}
    columns: dict[str, pd.Series] = {}
    for name in table.printed:
        if INTERVAL.fullmatch(name):
            continue
        cells = _cells(frame[name], name, units[name])
        heading = HEADINGS.get(name, UNITS.sub("", name).replace("_", " ").capitalize())
        if level := levels.get(name):
            ends = (frame[f"{name}_ci{level}_{end}"] for end in ("low", "high"))
            low, high = (_cells(end, name, units[name]) for end in ends)
            cells = (cells + " [" + low + ", " + high + "]").where(low != "", cells)
            heading += f" [{level} % interval]"
        if name == "trend":
            cells = cells.map(lambda trend: labels.get(trend, trend))
        columns[f"{heading} ({units[name]})" if units[name] else heading] = cells
    return pd.DataFrame(columns, dtype="str")


def _cells(values: pd.Series, name: str, unit: str | None) -> pd.Series:
    """Text of each value, empty where it is missing."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return pd.Series(values.dt.strftime("%Y-%m-%d").fillna(""), dtype="str")
    if not pd.api.types.is_float_dtype(values):
        return values.astype("str").where(values.notna(), "")
    decimals = DECIMALS.get(name)

    def text(value: float) -> str:
        if np.isnan(value):
            return ""
        if np.isinf(value):
            return "∞" if value > 0 else "-∞"
        if unit == "FLOP":
            mantissa, _, exponent = f"{value:.2e}".partition("e")
            return f"{mantissa}e{int(exponent)}"
        return f"{value:.{decimals}f}" if decimals is not None else f"{value:.3g}"

    return pd.Series(values.map(text), dtype="str")


def markdown_text(text: str) -> str:
    """A text that Markdown, HTML and GitHub take as text, in one line."""
    return " ".join(text.splitlines()).translate(MARKS)


def as_markdown(table: pd.DataFrame) -> str:
    """A table of `page_table` as Markdown, its cells not padded and without markup."""
    safe = table.map(markdown_text)
    padded = safe.to_markdown(index=False, disable_numparse=True)
    return re.sub(r" {2,}", " ", re.sub(r"-{4,}", "---", padded)) + "\n"


def as_latex(table: pd.DataFrame, *, title: str, label: str) -> str:
    """A table of `page_table` as LaTeX, for the packages booktabs and longtable.

    With its title as caption, and a label for references.
    """
    long = table.map(len).max() > LONG_TEXT
    columns = [f"p{{{TEXT_WIDTH}}}" if breaks else "l" for breaks in long]
    text: str = (
        table.map(_latex)
        .rename(columns=_latex)
        .style.hide(axis="index")
        .to_latex(
            hrules=True,
            environment="longtable" if len(table) > PAGE_ROWS else "table",
            column_format="".join(columns),
            caption=_latex(title),
            label=f"tab:{label}",
            position_float=None,
        )
    )
    return text


def _latex(text: str) -> str:
    """Text whose signs LaTeX does not take for commands; powers of ten and ∞ as formulas."""
    safe = " ".join(text.split()).translate(COMMANDS)
    # Behind the end of a row, [ and * would be arguments of it, and be lost.
    safe = f"{{}}{safe}" if safe.startswith(("[", "*")) else safe
    safe = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)e(-?\d+)(?!\w)", r"$\1 \\times 10^{\2}$", safe)
    for sign, formula in {"∞": "\\infty", "×": "\\times", "²": "^2"}.items():
        safe = safe.replace(sign, f"${formula}$")
    return safe
