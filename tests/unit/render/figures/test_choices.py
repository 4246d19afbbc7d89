"""The figure of a headline's specifications, on made-up ones of known order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import made_up_choices
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from compute_trends.render.figures import choices_content
from compute_trends.render.figures.choices import draw_choices
from compute_trends.render.figures.files import save_figure
from compute_trends.render.figures.formats import choices_figure, export_figures
from compute_trends.render.figures.style import WIDTHS, Width

TITLE = "Models since 2010: growth by every choice"
# In the order in which the figure reads them
NAMES = ("options", "shares", "marks")


def content(table: pd.DataFrame | None = None, **headline: Any) -> choices_content.Content:
    table = made_up_choices.specifications() if table is None else table
    others = [made_up_choices.tables()[f"specification_{name}"] for name in NAMES]
    own = made_up_choices.headline() | headline
    return choices_content.choices_content(table, *others, headline=own)


def many(number: int) -> pd.DataFrame:
    """So many specifications, as if there were more choices."""
    table = pd.concat([made_up_choices.specifications()] * (number // 12), ignore_index=True)
    noise = 10 ** np.random.default_rng(1).normal(0, 0.1, len(table))
    columns = [name for name in table.columns if name.startswith("growth_per_year")]
    return table.assign(**{name: table[name] * noise for name in columns})


def texts(drawing: Any) -> list[Text]:
    return [each for each in drawing.figure.findobj(Text) if each.get_text() and each.get_visible()]


def test_the_curve_goes_from_the_slowest_to_the_fastest() -> None:
    made = content()
    # Three of the twelve have no number; of the others the fastest has the running top.
    assert made.number == len(made.curve.growth) == 9
    assert np.all(np.diff(made.curve.growth) >= 0)
    assert made.curve.growth[[0, -1]] == pytest.approx([10**0.599, 10**0.801])
    assert made.curve.place[[0, -1]].tolist() == [0, 1]
    assert made.mild.growth[-1] == pytest.approx(10**0.701)
    # Lines of least squares alone have intervals.
    assert made.curve.low == pytest.approx(10 ** (np.array([0.6, 0.7, 0.8]) - 0.05))


def test_many_specifications_are_thinned_with_both_ends() -> None:
    table = many(12_000)
    made = content(table)
    assert made.number == 9000
    assert len(made.curve.growth) == choices_content.POINTS
    assert len(made.curve.low) == choices_content.BARS
    growth = table["growth_per_year"]
    assert made.curve.growth[[0, -1]].tolist() == [growth.min(), growth.max()]


def test_a_strip_stands_where_the_specifications_take_its_option() -> None:
    choices = {choice.words: choice for choice in content().choices}
    # The choice that explains most comes first.
    assert list(choices) == ["Which models", "First year", "How the line is fitted"]
    every, top = choices["Which models"].strips
    assert (every.words, every.own, every.strong) == ("all", True, False)
    assert (top.words, top.own, top.strong) == ("top 10", False, True)
    # The running top adds most, so its three specifications with a number are the fastest.
    assert every.height.tolist() == [1] * 6 + [0] * 3
    assert top.height.tolist() == [0] * 6 + [1] * 3
    outline = choices_content.steps(top.height, 2.0)
    assert outline[0].tolist() == [0, 2] and outline[-1].tolist() == [1, 2]
    assert set(outline[:, 1]) == {2.0, 3.0}


def test_an_option_that_does_not_matter_is_even() -> None:
    table = many(12_000)
    strips = next(c.strips for c in content(table).choices if c.words == "How the line is fitted")
    for strip in strips:
        assert len(strip.height) == choices_content.BINS
        assert strip.height.min() > 0.6


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(3.7, 4.6, "3.7 to 4.6"), (4.55, 4.65, "4.6"), (1.0, None, "more than 1.0")],
)
def test_what_is_stated_in_words(low: float, high: float | None, words: str) -> None:
    row = {"growth_per_year_low": low, "growth_per_year_high": high}
    assert choices_content.growth_stated(row) == words


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_what_the_figure_says_is_inside_it(width: Width) -> None:
    drawing = draw_choices(content(), title=TITLE, width=width)
    figure = drawing.figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    said = [each.get_text() for each in texts(drawing)]
    assert {TITLE, "Which models", "top 10*", "2010", "60; 75 %", "ours", "a", "b"} <= set(said)
    assert any("a Study one: 4.6" in text for text in said)
    assert any(text.startswith("9 specifications") for text in said)
    for each in texts(drawing):
        box = each.get_window_extent(renderer)
        assert box.x0 >= -1 and box.x1 <= figure.bbox.width + 1, each.get_text()
        assert box.y0 >= -1 and box.y1 <= figure.bbox.height + 1, each.get_text()


def test_the_headline_and_what_is_published_are_on_the_axis() -> None:
    drawing = draw_choices(content(), title=TITLE, width=WIDTHS["full"])
    upper, side, _ = drawing.figure.axes
    low, high = upper.get_ylim()
    # The other study states 2 to 3, which is below the whole curve.
    assert low < 2 and high > 10**0.801
    assert side.get_ylim() == (low, high)
    ends = [tuple(line.get_ydata()) for line in side.get_lines()]
    assert ends == [(3.7, 4.3), (4.55, 4.65), (2.0, 3.0)]


def test_without_numbers_there_is_still_a_figure() -> None:
    table = made_up_choices.specifications()
    none = {name: np.nan for name in table.columns if name.startswith("growth_per_year")}
    own = {name: None for name in made_up_choices.headline() if name.startswith("growth")}
    made = content(table.assign(**none), **own)
    assert made.number == 0
    assert draw_choices(made, title=TITLE, width=WIDTHS["column"]).n_shown == 0


def test_a_file_of_many_specifications_is_small_and_the_same_every_time(tmp_path: Path) -> None:
    made = content(many(20_000))
    for name in ("one.svg", "other.svg"):
        drawing = draw_choices(made, title=TITLE, width=WIDTHS["full"])
        save_figure(drawing.figure, str(tmp_path / name), title=TITLE, fingerprint="0")
    one, other = ((tmp_path / name).read_bytes() for name in ("one.svg", "other.svg"))
    assert one == other
    assert len(one) < 60_000


def test_only_with_exports_crossed_headlines_have_a_figure() -> None:
    name = choices_figure(made_up_choices.NAME)
    assert name in export_figures(["new"], [made_up_choices.NAME])
    assert name not in export_figures([], [made_up_choices.NAME])
