from __future__ import annotations

import re
from pathlib import Path

import pytest
from latex_pages import compiled, too_wide
from made_up_tables import made_up_rows, most_codes

from compute_trends.render.cell_words import CellWords
from compute_trends.render.latex import as_latex
from compute_trends.render.latex_text import latex_text
from compute_trends.render.print_tables import Column, Printed, printed_table
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import tables_of


def latex_of(*columns: Column, caption: str = "t") -> str:
    return as_latex(Printed("made_up", caption, list(columns), ["By us.", "Two\nlines"]))


def rows_of(text: str) -> list[str]:
    body = re.split(r"\\midrule\n|\\endlastfoot\n", text)[-1]
    return [line for line in body.splitlines() if line.endswith("\\\\")]


def test_latex_takes_no_text_for_a_command() -> None:
    cells = ["50 % & #1 \\input{x} $y$ ~^", "2.93e4", "∞"]
    text = latex_of(Column("A_b", "", cells), caption="10 % of a_b")
    assert "50 \\% \\& \\#1 \\textbackslash{}input\\{x\\} \\$y\\$" in text
    assert "$2.93{\\times}10^{4}$" in text and "$\\infty$" in text
    assert "A\\_b" in text and "\\caption{10 \\% of a\\_b}" in text
    assert all(f"\\{rule}" in text for rule in ("toprule", "midrule", "bottomrule"))
    assert text.startswith("% By us.\n% Two lines\n% \\usepackage{booktabs}\n")


def test_numbers_are_at_the_right_with_their_intervals_under_them() -> None:
    months = Column("Doubling time", "months", ["5.6"], ["[5.1, 6.2]"], "90")
    text = latex_of(Column("Trend", "", ["Since 2010"]), months)
    assert "\\begin{tabular}{@{}lr@{}}" in text
    assert rows_of(text) == ["Since 2010 & \\under{5.6}{[5.1, 6.2]} \\\\"]
    assert "\\stacked{Doubling\\\\time\\\\(months)}" in text


def test_a_long_table_runs_over_pages_and_long_text_breaks() -> None:
    text = latex_of(
        Column("A", "", ["x"] * 50), Column("B", "", ["a long sentence that goes on " * 6] * 50)
    )
    assert re.search(r"\\begin\{longtable\}\{@\{\}.*p\{0\.\d+\\linewidth\}@\{\}\}", text)
    assert "% \\usepackage{array,booktabs,longtable}" in text


def test_a_wide_table_is_turned() -> None:
    columns = [Column(f"Column {n}", "", ["1.234e-10"]) for n in range(12)]
    text = latex_of(*columns)
    assert "\\begin{landscape}" in text and "pdflscape" in text


def test_headings_that_would_be_one_column_are_refused() -> None:
    with pytest.raises(ValueError, match="same heading"):
        latex_of(Column("A", "", ["1"]), Column("A", "", ["2"]))


@pytest.mark.parametrize("name", ["[1em] x", "*x", "a|b", "<x>"])
def test_a_cell_of_latex_is_no_argument_of_the_row_before(name: str) -> None:
    rows = rows_of(latex_of(Column("A", "", [name, name])))
    assert len(rows) == 2 and not any(re.match(r"\s*[\[*]", row) for row in rows)
    assert not any(sign in "".join(rows) for sign in "|<>")


@pytest.mark.parametrize(
    ("text", "safe"),
    [("\u202ex", "x"), ("α", "$\\alpha$"), ("＃＝", "\\#="), ("é", "é"), ("Ł", "?"), ("計", "?")],
)
def test_letters_that_latex_lacks_do_not_stop_it(text: str, safe: str) -> None:
    assert latex_text(text) == safe


def test_every_printed_table_fits_a_page(tmp_path: Path, settings: Settings) -> None:
    words = CellWords(settings, {"alexnet": "A system with a name of some length"})
    texts = []
    for table in tables_of(printed=True):
        frame = made_up_rows(table, max(most_codes(table), 3))
        texts.append(as_latex(printed_table(frame, table, words, "By us")))
    assert too_wide(compiled(tmp_path, "\n\n".join(texts))) == []


def test_latex_goes_on_at_any_letter(tmp_path: Path) -> None:
    letters = [chr(number) for number in [*range(0x20, 0x250), *range(0x370, 0x400)]]
    text = " ".join([*letters, *"∞×²−±≤≥≈·–—‘’“”…計＃"])
    compiled(tmp_path, f"% \\usepackage{{array}}\n{latex_text(text)}")
