from __future__ import annotations

import pandas as pd
import pytest
from made_up import choice, values

from compute_trends.estimate.evidence import related_systems, values_like_later
from compute_trends.estimate.verdicts import Judgements
from compute_trends.tables.dictionary import typed

JUDGED = Judgements()


def later(*rows: tuple[str, str, float, str]) -> pd.DataFrame:
    columns = ["system_id", "vintage", "training_compute_flop", "scope"]
    frame = pd.DataFrame(list(rows), columns=columns).assign(stated_or_assumed="stated")
    return frame.assign(vintage=pd.to_datetime(frame["vintage"]))


def test_systems_that_share_a_source_are_related() -> None:
    rows = [("a", "one"), ("a", "two"), ("b", "two"), ("c", "three"), ("d", "three"), ("e", "four")]
    frame = pd.DataFrame(rows, columns=["system_id", "source_url"])
    assert related_systems(frame) == {
        "a": {"a", "b"},
        "b": {"a", "b"},
        "c": {"c", "d"},
        "d": {"c", "d"},
        "e": {"e"},
    }


def test_each_later_value_stands_beside_the_value_taken() -> None:
    estimates, _ = values(
        a={"published": 1.0, "operation_count": 2.0},
        b={"published": 1.0, "hardware_time": 3.0},
        c={"published": 1.0},
    )
    rows = later(
        ("a", "2023-01-01", 5.0, "system"),
        ("a", "2025-01-01", 6.0, "system"),
        ("b", "2025-01-01", 7.0, "system"),
        ("c", "2025-01-01", 8.0, "system"),
        ("unknown", "2025-01-01", 9.0, "system"),
    )
    taken = values_like_later(estimates, JUDGED, rows, choice=choice())
    pairs = taken[["system_id", "training_compute_estimated_flop", "later_flop"]]
    assert pairs.to_numpy().tolist() == [["a", 2, 5], ["a", 2, 6], ["b", 3, 7]]


@pytest.mark.parametrize("generated_data", ["counted", "left_out"])
def test_a_later_value_is_held_against_what_counts_the_same(generated_data: str) -> None:
    estimates, _ = values(net={"published": 1.0, "operation_count": 100.0})
    without = estimates[estimates["method"] == "operation_count"].assign(
        estimate_id="net/operation_count_2", training_compute_flop=2.0, scope="without_data"
    )
    estimates = typed(pd.concat([estimates, without], ignore_index=True), "estimates")
    rows = later(("net", "2023-01-01", 90.0, "system"), ("net", "2025-01-01", 3.0, "without_data"))
    taken = values_like_later(estimates, JUDGED, rows, choice=choice(generated_data=generated_data))
    flop = taken.set_index("later_flop")["training_compute_estimated_flop"]
    assert flop.to_dict() == {90.0: 100.0, 3.0: 2.0}


def test_the_value_taken_is_that_of_the_preference_whatever_the_rule() -> None:
    estimates, _ = values(net={"published": 1.0, "operation_count": 4.0, "hardware_time": 5.0})
    rows = later(("net", "2023-01-01", 90.0, "system"))
    taken = values_like_later(estimates, JUDGED, rows, choice=choice(rule="geometric_mean"))
    assert taken["method"].tolist() == ["operation_count"]
