"""Tests of the bar that a method must pass before its forecasts are drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up_outlook import OUTLOOK

from compute_trends.common.records import Record, records
from compute_trends.tables.dictionary import typed
from compute_trends.vintages.backtest import scheduled
from compute_trends.vintages.forecast_bar import drawn_methods, forecast_scores
from compute_trends.vintages.forecasting import timestamp

DAYS = [timestamp(day) for day in scheduled(OUTLOOK.origins)]


def rows(method: str, horizon: int = 1, *, missed: int = 0, crps: Any = 0.3) -> list[Record]:
    """Back-test of a method from every origin, which missed some of the windows that are tested."""
    each = np.broadcast_to(np.asarray(crps, dtype=float), len(DAYS))
    tested = DAYS[:: 2 * horizon]
    return [
        {
            "data": "newest",
            "export": "new",
            "origin": day,
            "method": method,
            "target": "record",
            "horizon_years": horizon,
            "target_date": day + pd.Timedelta(days=365 * horizon),
            "within_90": day not in tested[:missed],
            "within_50": True,
            "share_within_50": 0.5,
            "share_within_90": 0.9,
            "crps_oom": each[number],
            "log_score": 1.0,
        }
        for number, day in enumerate(DAYS)
    ]


def scores(*groups: list[Record]) -> dict[tuple[str, int], Record]:
    table = typed(pd.DataFrame([row for group in groups for row in group]), "backtest")
    found = forecast_scores(table, outlook=OUTLOOK, seed=1)
    return {(row["method"], row["horizon_years"]): row for row in records(found)}


REFERENCES = [*rows("no_growth", crps=0.6), *rows("random_walk", crps=0.4)]


def test_origins_are_half_a_year_apart_and_windows_do_not_overlap() -> None:
    assert len(DAYS) == 28
    assert (DAYS[0], DAYS[-1]) == (pd.Timestamp("2006-01-01"), pd.Timestamp("2019-07-01"))
    row = scores(REFERENCES, rows("line_top"))["line_top", 1]
    assert (row["n_origins"], row["n_windows"], row["windows_within_90"]) == (28, 14, 14)


def test_the_better_reference_is_the_one_to_meet() -> None:
    found = scores(REFERENCES, rows("line_top"))
    row = found["line_top", 1]
    assert row["reference_method"] == "random_walk"
    assert row["crps_reference_oom"] == pytest.approx(0.4)
    assert row["crps_difference_oom"] == pytest.approx(-0.1)
    assert row["bar"] == "passed"
    assert row["drawn"] == "solid"
    assert row["power_coverage"] == pytest.approx(0.645, abs=0.001)
    for reference in ("no_growth", "random_walk"):
        assert found[reference, 1]["bar"] == "reference"
        assert found[reference, 1]["reference_method"] is None


@pytest.mark.parametrize(("missed", "bar"), [(0, "passed"), (3, "passed"), (4, "failed")])
def test_too_many_misses_fail(missed: int, bar: str) -> None:
    row = scores(REFERENCES, rows("line_top", missed=missed))["line_top", 1]
    assert row["bar"] == bar
    if bar == "failed":
        assert row["why"] == "the 90 % interval held in 10 of 14 windows (p = 0.044)"


def test_a_score_that_is_clearly_worse_fails_and_one_that_may_be_does_not() -> None:
    rng = np.random.default_rng(1)
    worse = scores(REFERENCES, rows("line_top", crps=0.6 + rng.normal(0, 0.1, 28)))["line_top", 1]
    assert worse["bar"] == "failed"
    assert worse["why"].endswith("OOM worse than that of random walk")
    unclear = scores(REFERENCES, rows("line_top", crps=0.45 + rng.normal(0, 1, 28)))["line_top", 1]
    assert unclear["crps_difference_oom_ci90_low"] < 0
    assert unclear["bar"] == "passed"


def test_few_windows_are_dashed_only_after_a_pass_at_the_first_horizon() -> None:
    ahead = [*rows("no_growth", 2, crps=0.6), *rows("random_walk", 2, crps=0.4)]
    passed = scores(REFERENCES, ahead, rows("line_top"), rows("line_top", 2))
    assert passed["line_top", 2]["bar"] == "untested"
    assert passed["line_top", 2]["drawn"] == "dashed"
    assert "passed at 1 year" in passed["line_top", 2]["why"]
    failed = scores(REFERENCES, ahead, rows("line_top", missed=9), rows("line_top", 2))
    assert failed["line_top", 2]["bar"] == "failed"
    assert "did not pass at 1 year" in failed["line_top", 2]["why"]
    # A score is compared however few windows there are.
    poor = scores(REFERENCES, ahead, rows("line_top"), rows("line_top", 2, crps=0.9))
    assert poor["line_top", 2]["bar"] == "failed"


def test_too_few_windows_at_the_first_horizon_are_not_drawn() -> None:
    few = [row for row in rows("line_records") if row["origin"] >= DAYS[14]]
    row = scores(REFERENCES, few)["line_records", 1]
    assert (row["n_windows"], row["bar"], row["drawn"]) == (7, "untested", "no")
    # It is compared on its own origins.
    assert row["n_origins"] == 14


def test_vintages_of_the_day_stand_beside_the_newest_without_a_bar() -> None:
    then = [
        row | {"data": "of_the_day", "export": "old", "crps_oom": 0.5}
        for row in rows("line_top")[-3:]
    ]
    table = typed(pd.DataFrame([*REFERENCES, *rows("line_top", crps=0.2), *then]), "backtest")
    found = forecast_scores(table, outlook=OUTLOOK, seed=1)
    [row] = records(found[found["data"] == "of_the_day"])
    assert row["n_origins"] == 3
    assert (row["crps_oom"], row["crps_hindsight_oom"]) == pytest.approx((0.5, 0.2))
    assert row["bar"] is None


def test_methods_that_pass_come_in_order_of_their_score() -> None:
    groups = [rows("line_top", crps=0.3), rows("pooled", crps=0.25), rows("line_since", missed=9)]
    table = typed(
        pd.DataFrame([*REFERENCES, *(row for group in groups for row in group)]), "backtest"
    )
    found = forecast_scores(table, outlook=OUTLOOK, seed=1)
    assert drawn_methods(found, target="record", horizon=1) == ["pooled", "line_top"]
