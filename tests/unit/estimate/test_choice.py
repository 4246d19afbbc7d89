from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import PREFERENCE, choice

from compute_trends.common.problems import InputError
from compute_trends.estimate.choice import (
    alternative_choices,
    alternative_values,
    choose_compute,
    warn_of_missing,
)
from compute_trends.estimate.formulas import spread_oom
from compute_trends.estimate.ranks import FLOP, rank_estimates
from compute_trends.estimate.verdicts import Judgements
from compute_trends.settings.estimate import Preference
from compute_trends.tables.dictionary import typed

# The machine that runs the tests may be slow.
settings.register_profile("steady", deadline=None, derandomize=True, max_examples=25)
settings.load_profile("steady")

PUBLISHED = {
    "estimate_id": "net/published",
    "system_id": "net",
    "basis": "published",
    "method": "published",
    "training_compute_flop": 100.0,
}
COMMON = {
    "system_id": "net",
    "basis": "estimated",
    "confidence": "confident",
    "scope": "system",
    "operations": "needed",
    "interval_from": "inputs",
}
COUNTED = {"method": "operation_count", "training_compute_flop": 50.0}
TIMED = {"method": "hardware_time", "training_compute_flop": 70.0, "utilization": 0.4}
REPORTED = {"method": "reported", "training_compute_flop": 110.0}


def estimates(*rows: dict[str, Any]) -> pd.DataFrame:
    """The published value 100 of system ``net``, and estimates of it, each within a factor."""
    filled = [COMMON | {"estimate_id": f"net/{row['method']}"} | row for row in rows]
    for row in filled:
        flop, factor = row["training_compute_flop"], row.pop("factor", 2.0)
        row |= dict(zip(FLOP[1:], (flop / factor, flop * factor), strict=True))
    return typed(pd.DataFrame([PUBLISHED, *filled]), "estimates")


def judged(*better: tuple[str, str], undecided: tuple[tuple[str, str], ...] = ()) -> Judgements:
    """Verdicts: pairs of a worse and a better value, and pairs that stay open."""
    return Judgements({"net": list(better)}, {"net": list(undecided)}, "verdicts.csv")


def chosen(
    *rows: dict[str, Any], judgements: Judgements | None = None, **changes: Any
) -> dict[str, Any]:
    """Row of table ``compute`` of system ``net``."""
    compute = choose_compute(estimates(*rows), judgements or Judgements(), choice=choice(**changes))
    [row] = compute.to_dict("records")
    return {str(name): value for name, value in row.items()}


def ends(value: dict[str, Any]) -> tuple[float, float]:
    low, high = (value[f"training_compute_estimated_flop_ci90_{end}"] for end in ("low", "high"))
    return float(low), float(high)


def method(*rows: dict[str, Any], **others: Any) -> str:
    return str(chosen(*rows, **others)["method"])


# The order of preference


def test_the_order_of_preference_decides() -> None:
    assert method(TIMED, COUNTED) == "operation_count"
    preference = [
        Preference(methods=["hardware_time"], confidence="confident"),
        Preference(methods=["operation_count"], confidence="confident"),
    ]
    ranked = rank_estimates(estimates(COUNTED, TIMED), preference)
    assert ranked["method"].tolist() == ["hardware_time", "operation_count"]
    value = chosen(TIMED)
    assert value["estimated_to_published_ratio"] == pytest.approx(0.7)
    assert ends(value) == (35, 140)


def test_operations_have_their_own_rank_where_the_config_says_so() -> None:
    preference = [
        Preference(methods=["reported"], confidence="confident", operations="needed"),
        Preference(methods=["operation_count"], confidence="confident"),
        Preference(methods=["reported"], confidence="confident", operations="executed"),
    ]
    executed = REPORTED | {"operations": "executed"}
    for total, first in ((REPORTED, "reported"), (executed, "operation_count")):
        ranked = rank_estimates(estimates(COUNTED, total), preference)
        assert ranked["method"].iloc[0] == first


def test_within_a_rank_fewer_assumptions_then_the_method_named_first_decide() -> None:
    preference = [
        Preference(methods=["operation_count", "hardware_time"], confidence="speculative")
    ]
    speculative = {"confidence": "speculative"}
    counted, timed = COUNTED | speculative, TIMED | speculative | {"assumed": "utilization"}
    for assumed, first in (("epochs", "operation_count"), ("examples; epochs", "hardware_time")):
        ranked = rank_estimates(estimates(timed, counted | {"assumed": assumed}), preference)
        assert ranked["method"].iloc[0] == first


def test_equal_estimates_keep_the_order_of_the_file() -> None:
    second = REPORTED | {"training_compute_flop": 2.0, "estimate_id": "net/reported_2"}
    assert chosen(REPORTED, second)["estimate_ids"] == "net/reported"
    assert chosen(second, REPORTED)["estimate_ids"] == "net/reported_2"
    ranked = rank_estimates(estimates(second, REPORTED), PREFERENCE)
    assert ranked["estimate_id"].tolist() == ["net/reported_2", "net/reported"]


def test_another_run_stands_behind_all() -> None:
    other = COUNTED | {"scope": "other_run"}
    worst = REPORTED | {"confidence": "speculative", "assumed": "reported_flop", "bound": "low"}
    assert method(other, worst) == "reported"
    value = chosen(other)
    assert (value["method"], value["scope"]) == ("operation_count", "other_run")


@pytest.mark.parametrize("bound", ["low", "high"])
def test_bounds_come_last_within_their_rank_but_not_behind_it(bound: str) -> None:
    floor = COUNTED | {"bound": bound}
    assumed = COUNTED | {"estimate_id": "net/operation_count_2", "assumed": "epochs"}
    assert chosen(floor, assumed)["estimate_ids"] == "net/operation_count_2"
    value = chosen(floor, TIMED)
    assert (value["method"], value["bound"]) == ("operation_count", bound)


# Conventions


def test_only_what_can_be_replayed() -> None:
    unsure = TIMED | {"confidence": "speculative"}
    assert method(unsure, REPORTED, replayable_only=True) == "hardware_time"
    assert pd.isna(chosen(REPORTED, replayable_only=True)["estimate_ids"])
    assert method(REPORTED) == "reported"


def test_making_the_data_counts_or_not() -> None:
    without = COUNTED | {
        "scope": "without_data",
        "estimate_id": "net/operation_count_2",
        "training_compute_flop": 3.0,
    }
    rows = (without, COUNTED, TIMED)
    assert chosen(*rows)["estimate_ids"] == "net/operation_count"
    left_out = chosen(*rows, generated_data="left_out")
    assert left_out["estimate_ids"] == "net/operation_count_2"
    assert left_out["scope"] == "without_data"
    # Where no value leaves it out, there is only one.
    assert chosen(TIMED, generated_data="left_out")["estimate_ids"] == "net/hardware_time"
    assert pd.isna(chosen(without)["estimate_ids"])


def test_a_mean_without_the_data_leaves_out_what_counts_it() -> None:
    without = COUNTED | {"scope": "without_data", "training_compute_flop": 3.0}
    value = chosen(without, TIMED, rule="geometric_mean", generated_data="left_out")
    assert value["estimate_ids"] == "net/operation_count"


# Verdicts


def test_a_verdict_overrides_the_order_of_preference() -> None:
    judgements = judged(("operation_count", "hardware_time"))
    assert method(COUNTED, TIMED, judgements=judgements) == "hardware_time"
    judgements = judged(("operation_count", "published"))
    assert method(COUNTED, TIMED, judgements=judgements) == "hardware_time"
    value = chosen(COUNTED, TIMED, REPORTED, judgements=judgements, rule="geometric_mean")
    assert value["estimate_ids"] == "net/hardware_time"


def test_a_verdict_for_what_is_not_asked_for_changes_nothing() -> None:
    judgements = judged(("operation_count", "reported"))
    assert method(COUNTED, REPORTED, judgements=judgements) == "reported"
    value = chosen(COUNTED, REPORTED, judgements=judgements, replayable_only=True)
    assert value["method"] == "operation_count"


def test_a_system_whose_only_estimate_is_worse_than_the_published_value_stops() -> None:
    with pytest.raises(InputError) as caught:
        chosen(COUNTED, judgements=judged(("operation_count", "published")))
    assert str(caught.value) == (
        "verdicts.csv, column right: found 'net: operation_count', expected an estimate of this "
        "system that no verdict calls worse than another value"
    )


@pytest.mark.parametrize(("other", "expected"), [(200.0, (25, 200)), (4.0, (4, 100))])
def test_an_open_verdict_widens_the_interval_so_that_it_holds_both(
    other: float, expected: tuple[float, float]
) -> None:
    timed = TIMED | {"training_compute_flop": other, "factor": 20.0}
    judgements = judged(undecided=(("operation_count", "hardware_time"),))
    value = chosen(COUNTED, timed, judgements=judgements)
    assert value["training_compute_estimated_flop"] == 50
    assert value["interval_from"] == "verdict"
    assert ends(value) == expected


def test_an_open_verdict_on_the_published_value_widens_up_to_it() -> None:
    counted = COUNTED | {"training_compute_flop": 5.0}
    judgements = judged(undecided=(("published", "operation_count"),))
    value = chosen(counted, judgements=judgements)
    assert ends(value) == (2.5, 100) and value["interval_from"] == "verdict"


def test_a_value_that_an_interval_holds_already_does_not_widen_it() -> None:
    judgements = judged(undecided=(("operation_count", "hardware_time"),))
    value = chosen(COUNTED, TIMED, judgements=judgements)
    assert value["interval_from"] == "inputs" and ends(value) == (25, 100)


def test_a_value_that_is_worse_than_another_one_does_not_widen() -> None:
    far = TIMED | {"training_compute_flop": 5000.0, "factor": 1e4}
    judgements = judged(
        ("hardware_time", "reported"), undecided=(("operation_count", "hardware_time"),)
    )
    assert ends(chosen(COUNTED, far, REPORTED, judgements=judgements)) == (25, 100)
    judgements = judged(
        ("published", "operation_count"), undecided=(("published", "hardware_time"),)
    )
    assert ends(chosen(COUNTED, TIMED, judgements=judgements)) == (25, 100)


def test_methods_that_contradict_each_other_are_both_held() -> None:
    timed = TIMED | {"training_compute_flop": 900.0, "factor": 3.0}
    value = chosen(COUNTED, timed)
    assert ends(value) == (25, 900) and value["interval_from"] == "methods"
    near = TIMED | {"training_compute_flop": 900.0, "factor": 20.0}
    assert ends(chosen(COUNTED, near)) == (25, 100)


# The geometric mean


def test_the_geometric_mean_takes_one_estimate_of_each_method() -> None:
    counted = COUNTED | {"training_compute_flop": 100.0}
    other = counted | {"training_compute_flop": 7.0, "estimate_id": "net/operation_count_2"}
    timed = TIMED | {"training_compute_flop": 110.0}
    value = chosen(counted, other, timed, REPORTED, rule="geometric_mean")
    assert value["training_compute_estimated_flop"] == pytest.approx(np.sqrt(100 * 110))
    assert (value["method"], value["interval_from"]) == ("geometric_mean", "methods")
    assert value["estimate_ids"] == "net/operation_count; net/hardware_time"
    assert value["confidence"] == "confident"
    # Two independent log-normal values, each within a factor of 2 and near each other: the
    # mean of their logs has half of the root of the summed variances.
    low, high = ends(value)
    assert np.sqrt(high / low) == pytest.approx(2 ** (1 / np.sqrt(2)))
    assert spread_oom(low, high) < spread_oom(50.0, 200.0)


def test_the_geometric_mean_of_one_estimate_is_that_estimate() -> None:
    mean = chosen(TIMED, REPORTED, rule="geometric_mean")
    assert mean["estimate_ids"] == "net/hardware_time"
    assert mean["training_compute_estimated_flop"] == 70 and ends(mean) == (35, 140)
    assert method(REPORTED, rule="geometric_mean") == "reported"


def test_a_mean_is_as_sure_as_its_least_sure_part_and_assumes_what_any_does() -> None:
    counted = COUNTED | {"confidence": "speculative", "assumed": "examples; epochs"}
    timed = TIMED | {"confidence": "likely", "assumed": "epochs; chips", "operations": "executed"}
    value = chosen(counted, timed, rule="geometric_mean")
    assert value["confidence"] == "speculative"
    assert value["assumed"] == "examples; epochs; chips"
    assert value["scope"] == "system" and pd.isna(value["operations"])


POSITIVE = st.floats(1e3, 1e27)
WIDTH = st.floats(1.01, 1e3)


@given(POSITIVE, POSITIVE, WIDTH, WIDTH)
def test_a_mean_holds_the_values_that_it_is_the_mean_of(
    counted: float, timed: float, first: float, second: float
) -> None:
    rows = (
        COUNTED | {"training_compute_flop": counted, "factor": first},
        TIMED | {"training_compute_flop": timed, "factor": second},
    )
    value = chosen(*rows, rule="geometric_mean")
    low, high = ends(value)
    for flop in (counted, timed):
        assert low * (1 - 1e-9) <= flop <= high * (1 + 1e-9)
    mean = value["training_compute_estimated_flop"]
    assert mean == pytest.approx(np.exp((np.log(counted) + np.log(timed)) / 2))
    # Not narrower than the mean of two independent errors
    least = np.hypot(np.log(first), np.log(second)) / 2
    assert np.log(high / low) / 2 >= least * (1 - 1e-9)


@given(st.lists(st.tuples(POSITIVE, st.booleans()), min_size=2, max_size=4), WIDTH)
def test_whatever_stays_open_is_held(values: list[tuple[float, bool]], factor: float) -> None:
    rows = [
        COUNTED
        | {
            "estimate_id": f"net/operation_count_{number + 2}",
            "training_compute_flop": flop,
            "factor": factor,
        }
        for number, (flop, _) in enumerate(values)
    ]
    names = [f"operation_count_{number + 2}" for number in range(len(values))]
    is_open = [name for name, (_, is_open) in zip(names, values, strict=True) if is_open]
    undecided = tuple((names[0], name) for name in is_open if name != names[0])
    low, high = ends(chosen(*rows, judgements=judged(undecided=undecided)))
    first = values[0][0]
    assert low <= first / factor and high >= first * factor
    for name, (flop, _) in zip(names, values, strict=True):
        assert low <= flop <= high or name not in is_open


# Other choices


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, {"replayable_only", "generated_data_left_out", "geometric_mean"}),
        (
            {"rule": "geometric_mean", "replayable_only": True, "generated_data": "left_out"},
            {"with_reported_totals", "generated_data_counted", "preference"},
        ),
    ],
)
def test_every_other_choice_differs_in_one_setting(
    changes: dict[str, Any], names: set[str]
) -> None:
    ours = choice(**changes)
    others = alternative_choices(ours)
    assert set(others) == names
    for other in others.values():
        differ = [
            key for key in type(ours).model_fields if getattr(ours, key) != getattr(other, key)
        ]
        assert len(differ) == 1


def test_only_values_that_another_choice_changes_are_kept() -> None:
    without = COUNTED | {"scope": "without_data", "estimate_id": "net/operation_count_2"}
    table = estimates(COUNTED, without | {"training_compute_flop": 3.0}, REPORTED)
    judgements = judged(("operation_count", "reported"))
    compute = choose_compute(table, judgements, choice=choice())
    assert compute["estimate_ids"].tolist() == ["net/reported"]
    found = alternative_values(table, compute, judgements, choice=choice())
    # The mean is of what stands, the total alone: the same value.
    assert dict(zip(found["alternative"], found["estimate_ids"], strict=True)) == {
        "replayable_only": "net/operation_count",
        "generated_data_left_out": "net/operation_count_2",
    }


def test_what_cannot_be_replayed_is_better_than_nothing_that_can() -> None:
    """Neither a stated total nor the published value stands in for a count that is asked for."""
    for better in ("reported", "published"):
        judgements = judged(("operation_count", better))
        assert method(COUNTED, REPORTED, judgements=judgements, replayable_only=True) == (
            "operation_count"
        )


# Systems without an estimate


def test_a_system_without_inputs_has_no_estimated_value(caplog: pytest.LogCaptureFixture) -> None:
    compute = choose_compute(estimates(), Judgements(), choice=choice())
    assert compute["training_compute_published_flop"].tolist() == [100]
    assert compute["training_compute_estimated_flop"].isna().all()
    warn_of_missing(compute)
    assert "no value on basis estimated for 1 systems: net" in caplog.text
