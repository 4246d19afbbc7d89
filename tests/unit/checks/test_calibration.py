"""Intervals held against values of known errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up import choice, values
from pipeline import PaperRun
from scipy.stats import binomtest

from compute_trends.checks.calibration import (
    ENDS,
    calibration_table,
    check_calibration,
    held_values,
    interval_score,
    wilson_interval,
)
from compute_trends.common.problems import InputError
from compute_trends.estimate.ranks import FLOP
from compute_trends.estimate.verdicts import Judgements, judge
from compute_trends.settings.estimate import Calibration
from compute_trends.tables.dictionary import typed

CLASSES = {"confident": 3.0, "likely": 10.0, "speculative": 31.0}
STOP = Calibration(least_systems=15, coverage=0.9, below="stop")
VERDICT_COLUMNS = ["system_id", "later_flop", "our_flop", "fault"]
NO_VERDICTS = pd.DataFrame({name: [] for name in VERDICT_COLUMNS})


def as_arrays(*numbers: float) -> list[Any]:
    return [np.array([number]) for number in numbers]


# Shares and scores


@pytest.mark.parametrize(
    ("hits", "n"), [(0, 1), (0, 20), (3, 10), (18, 20), (117, 130), (20, 20), (1, 1)]
)
def test_the_interval_of_a_share_is_that_of_scipy(hits: int, n: int) -> None:
    expected = binomtest(hits, n).proportion_ci(confidence_level=0.95, method="wilson")
    assert wilson_interval(hits, n) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_printed_intervals_of_shares(hits: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(hits, n) == pytest.approx((low, high), abs=5e-5)


def test_a_score_is_the_width_and_twenty_times_what_lies_outside() -> None:
    assert interval_score(*as_arrays(0.3, 0, 1)) == 1
    assert interval_score(*as_arrays(1.0, 0, 1)) == 1
    assert interval_score(*as_arrays(1.5, 0, 1)) == pytest.approx(1 + 20 * 0.5)
    assert interval_score(*as_arrays(-0.25, 0, 1)) == pytest.approx(1 + 20 * 0.25)


def test_the_score_is_best_for_the_interval_of_ninety_percent() -> None:
    values = np.random.default_rng(1).standard_normal(20_000)
    halves = np.linspace(1.0, 2.5, 16)
    ones = np.ones_like(values)
    scores = [interval_score(values, -half * ones, half * ones).mean() for half in halves]
    assert halves[int(np.argmin(scores))] == pytest.approx(1.645, abs=0.11)


# What is held against what


def later(*rows: tuple[str, str, float]) -> pd.DataFrame:
    columns = ["system_id", "vintage", "training_compute_flop"]
    frame = pd.DataFrame(list(rows), columns=columns).assign(
        stated_or_assumed="derived", scope="system"
    )
    return frame.assign(vintage=pd.to_datetime(frame["vintage"]))


def held(
    *rows: tuple[str, str, float], verdicts: pd.DataFrame = NO_VERDICTS, **systems: dict[str, float]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables ``held_values`` and ``estimates`` of systems, each value within a factor of 2."""
    estimates, _ = values(**systems)
    table = held_values(estimates, later(*rows), verdicts, Judgements(), choice=choice())
    return table, estimates


def test_a_value_is_inside_up_to_the_ends_of_the_interval() -> None:
    systems = {name: {"published": 1.0, "operation_count": 10.0} for name in "abcd"}
    flops = {"a": 5.0, "b": 20.0, "c": 4.9, "d": 20.1}
    table, _ = held(*((name, "2025-01-01", flop) for name, flop in flops.items()), **systems)
    inside = table.set_index("system_id")["inside"]
    assert inside.to_dict() == {"a": True, "b": True, "c": False, "d": False}


def test_the_latest_value_of_each_system_is_marked() -> None:
    table, _ = held(
        ("a", "2025-01-01", 10.0),
        ("a", "2023-01-01", 11.0),
        ("b", "2023-01-01", 12.0),
        a={"published": 1.0, "operation_count": 10.0},
        b={"published": 1.0, "operation_count": 10.0},
    )
    assert set(table["other"]) == {"2023-01-01", "2025-01-01"}
    assert dict(zip(table["other_flop"], table["latest"], strict=True)) == {
        10: True,
        11: False,
        12: True,
    }


def test_chips_and_time_are_held_against_the_count() -> None:
    table, _ = held(
        near={"published": 1.0, "operation_count": 10.0, "hardware_time": 19.0},
        far={"published": 1.0, "operation_count": 10.0, "hardware_time": 21.0},
        alone={"published": 1.0, "hardware_time": 5.0},
    )
    assert set(table["other"]) == {"operation_count"}
    assert set(table["method"]) == {"hardware_time"} and set(table["stated_or_assumed"]) == {
        "assumed"
    }
    assert table.set_index("system_id")["inside"].to_dict() == {"near": True, "far": False}
    # No other value of theirs is later.
    assert table["latest"].all()


def test_later_values_and_counts_stand_in_one_table() -> None:
    table, _ = held(
        ("a", "2025-01-01", 25.0),
        ("b", "2025-01-01", 1.0),
        a={"published": 1.0, "operation_count": 10.0, "hardware_time": 12.0},
        b={"published": 1.0, "operation_count": 10.0, "hardware_time": 99.0},
    )
    assert table[["system_id", "other", "inside"]].to_numpy().tolist() == [
        ["a", "2025-01-01", False],
        ["b", "2025-01-01", False],
        ["a", "operation_count", True],
        ["b", "operation_count", False],
    ]
    assert table.index.tolist() == [0, 1, 2, 3]


def test_misses_are_counted_by_whose_error_they_are() -> None:
    faults = ["ours", "epochs", "convention", "undecided", None, None]
    systems = {f"s{n}": {"published": 1.0, "operation_count": 10.0} for n in range(7)}
    rows = [(f"s{n}", "2025-01-01", 1000.0) for n in range(6)] + [("s6", "2025-01-01", 11.0)]
    judged = [(f"s{n}", 1000.0, 10.0, fault) for n, fault in enumerate(faults) if fault]
    verdicts = pd.DataFrame(judged, columns=VERDICT_COLUMNS)
    table, estimates = held(*rows, verdicts=verdicts, **systems)
    row = calibration_table(table, estimates.assign(source_url="x"), CLASSES).iloc[0]
    assert (row["n"], row["covered"]) == (7, 1)
    names = [name for name in row.index if name.startswith("misses_")]
    assert row[names].tolist() == [1, 1, 1, 1, 2]
    assert row["coverage"] == pytest.approx(1 / 7)


@pytest.mark.parametrize(
    ("later_flop", "our_flop", "holds"),
    [
        (1000.0, 10.0, True),
        (1005.0, 14.0, True),
        (1000.0, 7.0, True),
        (1200.0, 10.0, False),
        (1000.0, 16.0, False),
        (1000.0, 6.0, False),
    ],
)
def test_a_verdict_on_other_values_is_told_and_says_nothing(
    later_flop: float, our_flop: float, holds: bool, caplog: pytest.LogCaptureFixture
) -> None:
    verdicts = pd.DataFrame([("net", later_flop, our_flop, "ours")], columns=VERDICT_COLUMNS)
    table, _ = held(
        ("net", "2023-01-01", 40.0),
        ("net", "2025-01-01", 1000.0),
        verdicts=verdicts,
        net={"published": 1.0, "operation_count": 10.0},
    )
    faults = table.set_index("other")["fault"]
    # A value of another vintage that is not the one judged has no verdict.
    assert pd.isna(faults["2023-01-01"])
    assert (faults["2025-01-01"] == "ours") == holds
    assert ("judged on other values than there are now: net" in caplog.text) != holds


def test_stale_verdicts_are_told_in_order_of_their_names(caplog: pytest.LogCaptureFixture) -> None:
    names = [f"net-{letter}" for letter in "edfbac"]
    systems = {name: {"published": 1.0, "operation_count": 10.0} for name in names}
    judged = [(name, 7e7, 10.0, "ours") for name in [*names, "gone"]]
    held(
        *((name, "2025-01-01", 1000.0) for name in names),
        verdicts=pd.DataFrame(judged, columns=VERDICT_COLUMNS),
        **systems,
    )
    # A system that has no later value now is none of them.
    told = "now: net-a, net-b, net-c, net-d, net-e, net-f"
    assert caplog.messages[-1].endswith(told)


# The table


def simulated(rng: np.random.Generator, n: int, **half: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables of systems of each class, with values off by as much as their intervals say."""
    parts = []
    for confidence, width in half.items():
        off = rng.normal(0, width / 1.645, n)
        names = [f"{confidence}-{number}" for number in range(n)]
        parts.append(
            pd.DataFrame(
                {
                    "system_id": names,
                    "other": "2025-01-01",
                    "other_flop": 10 ** (20 + off),
                    "value_flop": 1e20,
                    "value_flop_ci90_low": 10 ** (20 - width),
                    "value_flop_ci90_high": 10 ** (20 + width),
                    "method": "operation_count",
                    "confidence": confidence,
                    "stated_or_assumed": "derived",
                    "latest": True,
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    estimates = pd.DataFrame({"system_id": table["system_id"], "basis": "estimated"})
    return with_inside(table), estimates.assign(source_url=table["system_id"])


def table_of(table: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """What the intervals hold of later values, by group and its name."""
    calibration = calibration_table(table, estimates, CLASSES)
    latest = calibration[calibration["other"] == "latest"]
    return latest.set_index(["group", "group_name"])


def with_inside(table: pd.DataFrame, shrink: float = 1.0) -> pd.DataFrame:
    """Table ``held_values`` with half widths in logs of a part of what they are."""
    table = table.copy()
    for name in ENDS[1:]:
        table[name] = table["value_flop"] * (table[name] / table["value_flop"]) ** shrink
    table["inside"] = table["other_flop"].between(table[ENDS[1]], table[ENDS[2]])
    return typed(table, "held_values")


TRUTH = {"confident": 0.15, "likely": 0.5, "speculative": 1.6}


def test_right_intervals_hold_nine_of_ten_and_score_better_than_wrong_factors() -> None:
    table, estimates = simulated(np.random.default_rng(3), 300, **TRUTH)
    rows = table_of(table, estimates)
    for group in [("all", "all"), *(("confidence", name) for name in TRUTH)]:
        row = rows.loc[group]
        assert row["coverage"] == pytest.approx(0.9, abs=0.05), group
        assert row["coverage_ci95_low"] < 0.9 < row["coverage_ci95_high"], group
        assert row["interval_score"] < row["interval_score_epoch_classes"], group
        assert row["interval_score"] < row["interval_score_one_factor"] * 1.001, group
    medians = [rows.loc[("confidence", name), "median_factor"] for name in TRUTH]
    assert medians == pytest.approx([10**half for half in TRUTH.values()])


def test_the_scores_beside_are_those_of_the_factors_that_they_name() -> None:
    table, estimates = simulated(np.random.default_rng(4), 50, likely=1.0)
    row = calibration_table(table, estimates, CLASSES).iloc[0]
    assert row["interval_score_epoch_classes"] == pytest.approx(row["interval_score"])
    off = np.abs(np.log10(table["other_flop"] / 1e20))
    best = interval_score(
        off, -np.full(50, np.quantile(off, 0.9)), np.full(50, np.quantile(off, 0.9))
    )
    assert row["interval_score_one_factor"] == pytest.approx(best.mean(), rel=0.2)


def test_one_factor_for_all_is_the_one_that_others_need_above_or_below() -> None:
    """All are off by a factor of ten: of one factor the intervals are two OOM wide and hold it."""
    table, estimates = simulated(np.random.default_rng(8), 30, likely=0.5)
    for factor in (10, 1 / 10):
        off = with_inside(table.assign(other_flop=factor * table["value_flop"]))
        row = calibration_table(off, estimates, CLASSES).iloc[0]
        assert row["interval_score_one_factor"] == pytest.approx(2)
        assert row["interval_score_epoch_classes"] == pytest.approx(2)
        # Half as wide, on either side half an OOM is outside.
        assert row["interval_score"] == pytest.approx(1 + 20 * 0.5)


def test_groups_and_vintages_are_counted_each_by_itself() -> None:
    surest_last = dict(reversed(TRUTH.items()))
    table, estimates = simulated(np.random.default_rng(5), 20, **surest_last)
    table.loc[:4, "other_flop"] = 1e20
    early = table.head(7).assign(other="2023-01-01", latest=False)
    both = typed(pd.concat([table, early], ignore_index=True), "held_values")
    n = table_of(both, estimates)["n"]
    # As they first come
    assert n["confidence"].to_dict() == dict.fromkeys(surest_last, 20)
    assert list(n["confidence"].index) == list(surest_last)
    assert n["all", "all"] == 60
    assert n["not identical", "all"] <= 55
    assert n["vintage", "2023-01-01"] == 7 and n["vintage", "2025-01-01"] == 60
    assert n["stated_or_assumed", "derived"] == n["method", "operation_count"] == 60


# The check


def test_right_intervals_pass_and_halved_ones_stop(caplog: pytest.LogCaptureFixture) -> None:
    table, estimates = simulated(np.random.default_rng(6), 40, **TRUTH)
    right = calibration_table(table, estimates, CLASSES)
    check_calibration(right, STOP)
    assert not caplog.records
    halved = calibration_table(with_inside(table, 0.5), estimates, CLASSES)
    with pytest.raises(InputError) as caught:
        check_calibration(halved, STOP)
    places = {problem.column for problem in caught.value.problems}
    assert {"latest, all, all", "latest, not identical, all"} <= places
    [first, *_] = caught.value.problems
    assert first.file == "results/checks/calibration.csv"
    assert first.expected == ("at least 0.9 of the values held (estimate.calibration.coverage)")
    row = halved.iloc[0]
    assert first.value == f"{row['coverage']:.2f} ({row['covered']} of 120)"
    caplog.clear()
    check_calibration(halved, STOP.model_copy(update={"below": "list"}))
    assert len(caplog.records) == len(caught.value.problems)


def test_a_group_of_few_and_one_that_is_not_judged_never_stop() -> None:
    table, estimates = simulated(np.random.default_rng(7), 10, confident=0.15, likely=0.5)
    bad = calibration_table(with_inside(table, 0.1), estimates, CLASSES)
    few = bad[bad["group"] == "confidence"]
    check_calibration(few, STOP)
    with pytest.raises(InputError):
        check_calibration(few, STOP.model_copy(update={"least_systems": 10}))
    check_calibration(bad[bad["group"].isin(["method", "stated_or_assumed", "vintage"])], STOP)


# The real data


def calibration_of(run: PaperRun, shrink: float) -> pd.DataFrame:
    """Calibration of the real estimates with half widths, in logs, of a part of what they are."""
    settings, estimates = run.settings.estimate, run["estimates"].copy()
    for name in FLOP[1:]:
        flop = estimates[FLOP[0]]
        estimates[name] = flop * (estimates[name] / flop) ** shrink
    judgements = judge(estimates["estimate_id"].to_list(), run.raw("discrepancies"), file="")
    later = map(run.raw, ("later_values", "later_verdicts"))
    held = held_values(estimates, *later, judgements, choice=settings.choice)
    return calibration_table(held, estimates, settings.uncertainty.classes)


def test_the_real_intervals_hold_and_halved_ones_would_stop(paper_run: PaperRun) -> None:
    settings = paper_run.settings.estimate.calibration
    whole = calibration_of(paper_run, 1.0)
    check_calibration(whole, settings)
    halved = calibration_of(paper_run, 0.5)
    with pytest.raises(InputError) as caught:
        check_calibration(halved, settings)
    places = {problem.column for problem in caught.value.problems}
    assert {"latest, all, all", "operation_count, all, all"} <= places
    # What is sharper is not better where it holds less.
    of_all = whole["group"] == "all"
    assert (whole["interval_score"] < halved["interval_score"])[of_all].all()


def test_the_real_table_is_that_of_its_values(paper_run: PaperRun) -> None:
    table, values_held = paper_run["calibration"], paper_run["held_values"]
    whole = table.set_index(["other", "group"])
    latest = values_held[values_held["latest"] & (values_held["other"] != "operation_count")]
    assert whole.loc[("latest", "all"), "n"].item() == len(latest)
    assert latest["system_id"].is_unique
    low = values_held[ENDS[1]] <= values_held["other_flop"]
    high = values_held["other_flop"] <= values_held[ENDS[2]]
    assert (values_held["inside"] == (low & high)).all()
    misses = [name for name in table if name.startswith("misses_")]
    assert (table["n"] - table["covered"]).tolist() == table[misses].sum(axis=1).tolist()
    assert set(latest["fault"].dropna()) <= {"ours", "epochs", "convention", "undecided"}
