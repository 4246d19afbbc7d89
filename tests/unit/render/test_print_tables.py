from __future__ import annotations

import html
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real

from compute_trends.render.print_tables import as_latex, as_markdown, page_table
from compute_trends.tables.dictionary import generated_table
from compute_trends.tables.schemas import Field, Table

FIELDS = (
    Field("trend"),
    Field("start_flop", type="number", unit="FLOP"),
    Field("doubling_time_months", type="number", unit="months"),
    Field("doubling_time_months_ci90_low", type="number", unit="months"),
    Field("doubling_time_months_ci90_high", type="number", unit="months"),
    Field("date", type="date"),
    Field("n", type="integer"),
)
MADE_UP = Table(
    "made_up", "Made up", "fit", FIELDS, key=("trend",), printed=tuple(f.name for f in FIELDS)
)


def made_up(**changes: Any) -> pd.DataFrame:
    row = {
        "trend": "t",
        "start_flop": 29253.2,
        "doubling_time_months": 5.64,
        "doubling_time_months_ci90_low": 5.06,
        "doubling_time_months_ci90_high": np.inf,
        "date": pd.Timestamp("2010-01-02"),
        "n": 12,
    }
    return pd.DataFrame([row | changes]).astype({"n": "Int64"})


def test_intervals_stand_in_brackets_and_headings_have_units() -> None:
    [row] = page_table(made_up(), MADE_UP, {"t": "Since 2010"}).to_dict("records")
    assert row == {
        "Trend": "Since 2010",
        "Start (FLOP)": "2.93e4",
        "Doubling time [90 % interval] (months)": "5.6 [5.1, ∞]",
        "Date": "2010-01-02",
        "n": "12",
    }


def test_missing_values_are_empty() -> None:
    missing = {
        "start_flop": np.nan,
        "doubling_time_months": np.nan,
        "doubling_time_months_ci90_low": np.nan,
        "doubling_time_months_ci90_high": np.nan,
        "date": pd.NaT,
        "n": pd.NA,
        "trend": None,
    }
    table = page_table(made_up(**missing).astype({"date": "datetime64[s]"}), MADE_UP, {})
    assert set(table.iloc[0]) == {""}


def test_latex_takes_no_text_for_a_command() -> None:
    table = pd.DataFrame({"A_b": ["50 % & #1 \\input{x} $y$ ~^", "2.93e4", "∞"]})
    text = as_latex(table, title="10 % of a_b", label="made_up")
    assert "50 \\% \\& \\#1 \\textbackslash{}input\\{x\\} \\$y\\$" in text
    assert "$2.93 \\times 10^{4}$" in text and "$\\infty$" in text
    assert "A\\_b" in text and "\\caption{10 \\% of a\\_b}" in text
    assert all(f"\\{rule}" in text for rule in ("toprule", "midrule", "bottomrule"))
    assert "\\begin{tabular}" in text


def test_a_long_table_runs_over_pages_and_long_text_breaks() -> None:
    table = pd.DataFrame({"A": ["x"] * 50, "B": ["a long sentence that goes on and on"] * 50})
    text = as_latex(table, title="t", label="l")
    assert "\\begin{longtable}{lp{4.5cm}}" in text


@pytest.mark.parametrize("name", ["[1em] x", "*x", "a|b", "<x>"])
def test_a_cell_of_latex_is_no_argument_of_the_row_before(name: str) -> None:
    text = as_latex(pd.DataFrame({"A": [name, name]}), title="t", label="l")
    rows = [line for line in text.splitlines() if line.endswith("\\\\")][1:]
    assert len(rows) == 2 and not any(re.match(r"\s*[\[*]", row) for row in rows)
    assert not any(sign in "".join(rows) for sign in "|<>")


TEXTS = ("~~x~~", "$a$", "a | b", "&lt;b&gt;", "<b>x</b>", "`x`", "**x**", "_x_", "[x](y)", "#1")


@pytest.mark.parametrize("name", TEXTS)
def test_a_reader_of_markdown_sees_the_name_as_it_is(name: str) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    reader = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    page = reader.render(as_markdown(pd.DataFrame({"A": [name]})))
    assert re.findall("<td.*?>(.*?)</td>", page) == [html.escape(name, quote=False)]
    # GitHub's mathematics, which is no part of it
    assert "$" not in as_markdown(pd.DataFrame({"A": [name]})).replace("\\$", "")


def test_markdown_keeps_a_cell_in_its_cell() -> None:
    table = pd.DataFrame({"A": ["a | b", "<script>", "two\nlines", "007"]})
    lines = as_markdown(table).splitlines()
    assert lines == [
        "| A |",
        "|:---|",
        "| a \\| b |",
        "| &lt;script> |",
        "| two lines |",
        "| 007 |",
    ]


def test_the_real_trends_are_printed_as_in_the_report(real: Real) -> None:
    labels = {trend["name"]: trend["label"] for trend in real.config["fit"]["trends"]}
    printed = page_table(real.trends, generated_table("trends"), labels)
    first = real.trends.iloc[0]
    low, high = (first[f"doubling_time_months_ci90_{end}"] for end in ("low", "high"))
    assert printed.iloc[0]["Doubling time [90 % interval] (months of 30 days)"] == (
        f"{first['doubling_time_months']:.1f} [{low:.1f}, {high:.1f}]"
    )
    assert len(printed) == len(real.trends)
