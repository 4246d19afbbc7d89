"""The figure of the outlook, on forecasts of made-up vintages."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from made_up_outlook import of_day, tables_of

from compute_trends.render.figures.files import save_figure
from compute_trends.render.figures.outlook import Shown, draw_outlook, shown
from compute_trends.render.figures.style import WIDTHS
from compute_trends.tables.dictionary import typed

NEW = "notable_2020_12_31"
KINDS = ("backtest", "forecast_scores", "forecast_outcomes", "threshold_dates")
VINTAGES = [of_day("2017-03-01"), of_day("2020-12-31")]


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return tables_of(VINTAGES)


@pytest.fixture(scope="module")
def rows(tables: dict[str, pd.DataFrame]) -> Shown:
    return shown([tables[kind] for kind in KINDS], NEW)


def test_only_methods_that_passed_are_shown(tables: dict[str, pd.DataFrame], rows: Shown) -> None:
    scores = tables["forecast_scores"]
    first = scores[(scores["target"] == "record") & (scores["horizon_years"] == 1)]
    passed = first[(first["data"] == "newest") & (first["bar"] == "passed")]
    assert set(rows.methods) == set(passed["method"])
    best = passed.sort_values("crps_difference_oom")["method"].iloc[0]
    assert rows.methods[0] == best
    assert best in set(rows.ahead["method"]) <= set(rows.methods)
    assert set(rows.ahead["export"]) == {NEW}
    assert set(rows.ahead["target"]) == {"record"}
    solid = rows.ahead["drawn"] == "solid"
    assert set(rows.ahead.loc[solid, "horizon_years"]) == {1}
    assert set(rows.earlier["method"]) == {best}
    assert set(rows.earlier["data"]) == {"newest"}
    assert set(rows.thresholds["threshold_flop"]) == {1e25}


@pytest.mark.parametrize("width", WIDTHS.values(), ids=list(WIDTHS))
def test_each_forecast_is_drawn(rows: Shown, width: object, tmp_path: Path) -> None:
    drawing = draw_outlook(
        VINTAGES[-1].systems, rows, title="Forecasts", vintage="2020-12-31", width=width
    )
    left, right = drawing.figure.axes
    assert drawing.n_shown == len(rows.ahead) + len(rows.earlier) + len(rows.thresholds)
    # The record, and three parts of each forecast
    assert len(left.lines) == 1 + 3 * (len(rows.ahead) + len(rows.earlier))
    assert len(right.lines) == 3 * len(rows.thresholds)
    names = [text.get_text() for text in left.get_legend().get_texts()]
    assert len(names) == 3 + len(rows.methods)
    for end in ("one.svg", "other.svg"):
        save_figure(drawing.figure, str(tmp_path / end), title="t", fingerprint="f")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()


def test_where_nothing_passed_the_record_is_drawn_alone() -> None:
    nothing = shown([typed(pd.DataFrame(), kind) for kind in KINDS], NEW)
    drawing = draw_outlook(
        VINTAGES[-1].systems, nothing, title="t", vintage="2020-12-31", width=WIDTHS["full"]
    )
    assert drawing.n_shown == 0
    left, right = drawing.figure.axes
    assert len(left.lines) == 1
    assert not right.lines
