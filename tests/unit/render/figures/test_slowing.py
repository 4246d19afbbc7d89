"""The figure of slowing or hidden, on made-up models."""

from __future__ import annotations

import numpy as np
import pytest
from made_up_slowing import CUT, SLOWING, tables, world
from matplotlib.patches import Rectangle

from compute_trends.common.records import records
from compute_trends.render.figures.slowing import draw_slowing
from compute_trends.render.figures.slowing_content import possible
from compute_trends.render.figures.style import WIDTHS

TITLES = {"all": "Models since 2010", "frontier": "The frontier since 2018"}


@pytest.mark.parametrize("width", list(WIDTHS))
def test_bars_reach_from_the_least_to_the_most_that_is_possible(width: str) -> None:
    rng = np.random.default_rng(4)
    days, values = world(rng, scatter=1.0)
    hidden = (days > CUT) & (rng.random(days.size) < 0.4)
    dates = SLOWING.model_copy(update={"dates": ["2019-12-31", "2022-12-31"]})
    table = tables(days, values, hidden, slowing=dates)["slowing"]
    drawing = draw_slowing(table, TITLES, title="Slowing?", width=WIDTHS[width])
    panels = drawing.figure.axes
    assert [panel.texts[0].get_text() for panel in panels] == ["Models", "The frontier"]
    for panel, name in zip(panels, TITLES, strict=True):
        ticks = [text.get_text() for text in panel.get_xticklabels()]
        assert ticks == ["since 2020", "since 2023"]
        own = records(table[(table["headline_name"] == name) & (table["since"] == "2023-01-01")])
        bars = [
            bar
            for bar in panel.patches
            if isinstance(bar, Rectangle) and bar.get_x() + bar.get_width() / 2 == pytest.approx(1)
        ]
        ends = sorted((bar.get_y(), bar.get_y() + bar.get_height()) for bar in bars)
        low, high, widest_low, widest_high = possible(own)
        assert widest_low <= low < high <= widest_high
        np.testing.assert_allclose(ends, sorted([(low, high), (widest_low, widest_high)]))


def test_a_table_without_rows_is_drawn_all_the_same() -> None:
    rng = np.random.default_rng(4)
    days, values = world(rng, scatter=1.0)
    table = tables(days, values, np.zeros(days.size, dtype=bool))["slowing"].iloc[:0]
    assert draw_slowing(table, TITLES, title="Slowing?", width=WIDTHS["full"]).n_shown == 0
