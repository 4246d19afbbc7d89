from __future__ import annotations

import pandas as pd
import pytest
from made_up import PREFERENCE, values

from compute_trends.common.records import records
from compute_trends.estimate.ranks import rank_estimates
from compute_trends.estimate.utilization import contradictions, implied_utilization
from compute_trends.estimate.verdicts import Judgements
from compute_trends.tables.dictionary import typed


def ranked(estimates: pd.DataFrame) -> pd.DataFrame:
    return rank_estimates(estimates, PREFERENCE)


def with_second_count(flop: float, **cells: object) -> pd.DataFrame:
    """Estimates of a system whose first count is ten, with another one."""
    estimates, _ = values(net={"published": 1, "operation_count": 10, "hardware_time": 40})
    second = estimates[estimates["method"] == "operation_count"].assign(
        estimate_id="net/operation_count_2", training_compute_flop=flop, **cells
    )
    return typed(pd.concat([estimates, second], ignore_index=True), "estimates")


def test_the_utilization_that_makes_chips_and_time_equal_to_the_count() -> None:
    estimates, _ = values(net={"published": 1, "operation_count": 10, "hardware_time": 40})
    [row] = records(implied_utilization(ranked(estimates), Judgements()))
    # 0.4 is in force, and the count is a quarter.
    assert row["implied_utilization"] == pytest.approx(0.1)
    assert row["utilization_assumed"] and row["comparable"]
    assert row["counted_flop"] == 10 and row["counted_estimate_id"] == "net/operation_count"


def test_systems_with_one_method_imply_nothing() -> None:
    estimates, _ = values(
        a={"published": 1, "operation_count": 10},
        b={"published": 1, "hardware_time": 10},
        c={"published": 1, "reported": 10},
    )
    assert implied_utilization(ranked(estimates), Judgements()).empty


@pytest.mark.parametrize("method", ["operation_count", "hardware_time"])
@pytest.mark.parametrize(
    ("column", "value"),
    [("scope", "other_run"), ("scope", "part"), ("scope", "without_data"), ("bound", "low")],
)
def test_only_what_counts_the_same_can_be_compared(method: str, column: str, value: str) -> None:
    estimates, _ = values(net={"published": 1, "operation_count": 10, "hardware_time": 40})
    estimates.loc[estimates["method"] == method, column] = value
    [row] = records(implied_utilization(ranked(estimates), Judgements()))
    assert not row["comparable"]
    assert contradictions(ranked(estimates), Judgements()) == {}


def test_a_count_that_a_verdict_calls_worse_than_another_count_is_not_taken() -> None:
    estimates = with_second_count(20.0)
    better = [("operation_count", "operation_count_2")]
    [row] = records(implied_utilization(ranked(estimates), Judgements({"net": better})))
    assert row["counted_flop"] == 20
    # What a verdict says of the two methods is no reason to take another count.
    better = [("operation_count", "hardware_time")]
    [row] = records(implied_utilization(ranked(estimates), Judgements({"net": better})))
    assert row["counted_flop"] == 10


def test_a_stated_utilization_is_told_from_an_assumed_one() -> None:
    estimates, _ = values(net={"published": 1, "operation_count": 10, "hardware_time": 40})
    estimates.loc[estimates["method"] == "hardware_time", "assumed"] = "chips"
    [row] = records(implied_utilization(ranked(estimates), Judgements()))
    assert not row["utilization_assumed"]


def test_methods_contradict_each_other_where_the_interval_does_not_hold_the_count() -> None:
    # Every made-up interval is a factor of two to either side.
    systems = {
        "near": {"published": 1.0, "operation_count": 21.0, "hardware_time": 40.0},
        "far": {"published": 1.0, "operation_count": 10.0, "hardware_time": 40.0},
        "alone": {"published": 1.0, "operation_count": 10.0},
    }
    estimates, _ = values(**systems)
    assert contradictions(ranked(estimates), Judgements()) == {
        "far/operation_count": [40.0],
        "far/hardware_time": [10.0],
    }
