from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real
from made_up_tables import made_up_rows, most_codes

from compute_trends.render.cell_words import CellWords
from compute_trends.render.latex import as_latex
from compute_trends.render.print_tables import (
    Column,
    Printed,
    as_markdown,
    as_stated,
    number,
    printed_columns,
    printed_table,
)
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import generated_table, tables_of
from compute_trends.tables.schemas import Field, Table

FIELDS = (
    Field("trend"),
    Field("start_flop", type="number", unit="FLOP"),
    Field("doubling_time_months", type="number", unit="months"),
    Field("doubling_time_months_ci90_low", type="number", unit="months"),
    Field("doubling_time_months_ci90_high", type="number", unit="months"),
    Field("date", type="date"),
    Field("n", type="integer", title="n"),
)
NAMES = tuple(field.name for field in FIELDS)
MADE_UP = Table("made_up", "Made up", "fit", FIELDS, key=("trend",), path="a.csv", printed=NAMES)
PRINTED = tables_of(printed=True)


@pytest.fixture(scope="module")
def words(settings: Settings) -> CellWords:
    return CellWords(settings, {"alexnet": "AlexNet"})


def made_up(**changes: Any) -> pd.DataFrame:
    row = {
        "trend": "from_2010_regular",
        "start_flop": 29253.2,
        "doubling_time_months": 5.64,
        "doubling_time_months_ci90_low": 5.06,
        "doubling_time_months_ci90_high": np.inf,
        "date": pd.Timestamp("2010-01-02"),
        "n": 12,
    }
    return pd.DataFrame([row | changes]).astype({"n": "Int64"})


def columns_of(frame: pd.DataFrame, words: CellWords, table: Table = MADE_UP) -> list[Column]:
    return list(printed_columns(frame, table, words))


def shown(*cells: str) -> str:
    """Markdown of a table with one column."""
    return as_markdown(Printed("t", "Caption", [Column("A", "", list(cells))], []))


def test_intervals_stand_in_brackets_and_headings_have_units(words: CellWords) -> None:
    assert columns_of(made_up(), words) == [
        Column("Trend", "", ["2010 to 2022, regular-scale"]),
        Column("Start", "FLOP", ["2.93e4"]),
        Column("Doubling time", "months", ["5.6"], ["[5.1, ∞]"], "90"),
        Column("Date", "", ["2010-01-02"]),
        Column("n", "", ["12"]),
    ]


def test_missing_values_are_empty(words: CellWords) -> None:
    missing = dict.fromkeys(NAMES[1:5], np.nan) | {"date": pd.NaT, "n": pd.NA, "trend": None}
    columns = columns_of(made_up(**missing).astype({"date": "datetime64[s]"}), words)
    assert {text for column in columns for text in [*column.cells, *(column.ends or [])]} == {""}


def test_a_column_that_says_nothing_is_left_out(words: CellWords) -> None:
    table = printed_table(made_up(start_flop=np.nan), MADE_UP, words, "By us")
    assert "Start" not in [column.heading for column in table.columns]
    none = printed_table(made_up().iloc[:0], MADE_UP, words, "By us")
    assert [column.heading for column in none.columns][1] == "Start"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1634.2, "1630"), (0.88, "0.880"), (6.1e7, "6.10e7"), (99_960, "1.00e5"), (0.0, "0")],
)
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(("value", "text"), [(3.4, "3.4"), (24.0, "24"), (1e25, "1e25")])
def test_numbers_of_others_keep_their_digits(value: float, text: str) -> None:
    assert as_stated(value) == text


def test_an_interval_without_its_value_is_shown(words: CellWords) -> None:
    ends = [Field(f"a_ci95_{end}", type="number") for end in ("low", "median", "high")]
    far = [Field(f"b_ci90_{end}_oom", type="number", unit="OOM") for end in ("low", "high")]
    fields = (*ends, *far)
    names = tuple(field.name for field in fields)
    table = Table("made_up", "Made up", "fit", fields, key=(), printed=names)
    frame = pd.DataFrame([[1.0, 2.0, 3.0, 4.0, 5.0]], columns=names)
    assert columns_of(frame, words, table) == [
        Column("A, bootstrap median", "", ["2.00"], ["[1.00, 3.00]"], "95"),
        Column("B", "OOM", ["[4.00, 5.00]"], None, "90"),
    ]


@pytest.mark.parametrize("written", [as_markdown, as_latex])
@pytest.mark.parametrize("table", PRINTED, ids=lambda table: table.name)
def test_no_number_of_a_printed_table_is_lost(
    table: Table, written: Callable[[Printed], str], words: CellWords
) -> None:
    frame = made_up_rows(table)
    text = written(printed_table(frame, table, words, "By us")).replace("\\_", "_")
    text = re.sub(r"\$(.*?)\{\\times\}10\^\{(\d+)\}\$", r"\1e\2", text)
    told = {float(found) for found in re.findall(r"\d+(?:\.\d+)?(?:e\d+)?", text)}
    of_numbers = [field.name for field in table.fields if field.type in ("number", "integer")]
    lost = [name for name in of_numbers if name in table.printed and not {*frame[name]} <= told]
    assert lost == []
    # What has no room is named.
    silent = [name for name in of_numbers if name not in text and not {*frame[name]} <= told]
    assert silent == []


@pytest.mark.parametrize("table", PRINTED, ids=lambda table: table.name)
def test_people_read_words_not_codes(table: Table, words: CellWords) -> None:
    frame = made_up_rows(table, most_codes(table))
    printed = printed_table(frame, table, words, "By us")
    texts = [text for column in printed.columns for text in [column.heading, *column.cells]]
    assert [text for text in texts if re.search(r"[a-z]_[a-z0-9]|\d{4}-\d\d-\d\d/", text)] == []
    headings = [column.heading for column in printed.columns]
    assert len({*headings}) == len(headings)
    assert not {"P normal", "Bic", "Crps", "F power", "N after"} & {*headings}


def test_a_caption_says_what_the_columns_mean(words: CellWords) -> None:
    table = generated_table("trends")
    caption = printed_table(made_up_rows(table), table, words, "By us").caption
    for told in ("90 % intervals", "re-derived", "OOM: orders of magnitude", "30 days"):
        assert told in caption


TEXTS = ("~~x~~", "$a$", "a | b", "&lt;b&gt;", "<b>x</b>", "`x`", "**x**", "_x_", "[x](y)", "#1")


@pytest.mark.parametrize("name", TEXTS)
def test_a_reader_of_markdown_sees_the_name_as_it_is(name: str) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    reader = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    page = reader.render(shown(name))
    assert re.findall("<td.*?>(.*?)</td>", page) == [html.escape(name, quote=False)]
    # GitHub's mathematics, which is no part of it
    assert "$" not in shown(name).replace("\\$", "")


def test_markdown_keeps_a_cell_in_its_cell() -> None:
    lines = shown("a | b", "<script>", "two\nlines", "007").splitlines()
    assert lines[:8] == [
        "Caption",
        "",
        "| A |",
        "|:---|",
        "| a \\| b |",
        "| &lt;script> |",
        "| two lines |",
        "| 007 |",
    ]


def test_the_real_trends_are_printed_as_in_the_report(real: Real, words: CellWords) -> None:
    columns = {
        one.heading: one for one in columns_of(real.trends, words, generated_table("trends"))
    }
    first = real.trends.iloc[0]
    low, high = (first[f"doubling_time_months_ci90_{end}"] for end in ("low", "high"))
    months = columns["Doubling time"]
    assert months.ends is not None
    assert months.cells[0] == f"{first['doubling_time_months']:.1f}"
    assert months.ends[0] == f"[{low:.1f}, {high:.1f}]"
    assert len(months.cells) == len(real.trends)
    assert columns["Period"].cells[0] == "2012 to 2017"
