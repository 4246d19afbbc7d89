from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Checks, Real
from made_up import choice, values

from compute_trends.checks.verdicts import disagreements
from compute_trends.common.problems import InputError
from compute_trends.common.records import records
from compute_trends.estimate.choice import choose_compute
from compute_trends.estimate.verdicts import Judgements
from compute_trends.settings.estimate import Disagreements

VERDICT = {
    "system_id": "net",
    "first": "published",
    "second": "operation_count",
    "ratio": 5.0,
    "right": "operation_count",
    "reason": "because",
    "source_url": "https://example.org",
    "source_locator": "page 1",
}


def listed(
    *verdicts: dict[str, Any], missing_verdict: str = "stop", **systems: dict[str, float]
) -> pd.DataFrame:
    frame = pd.DataFrame(list(verdicts), columns=list(VERDICT))
    frame.index = frame.index + 2
    settings = Disagreements(factor=2, missing_verdict=missing_verdict)
    return disagreements(*values(**systems), frame, settings=settings, file="verdicts.csv")


def test_pairs_beyond_the_factor_are_listed_with_their_verdict() -> None:
    table = listed(
        VERDICT,
        net={"published": 100, "operation_count": 500},
        fine={"published": 100, "operation_count": 200},
    )
    [row] = records(table)
    assert (row["system_id"], row["first"], row["second"]) == (
        "net",
        "published",
        "operation_count",
    )
    assert row["ratio"] == 5
    assert row["of_system"]
    assert row["right"] == "operation_count"


def test_a_pair_has_no_order_and_methods_are_held_against_each_other() -> None:
    turned = VERDICT | {"first": "hardware_time", "second": "operation_count", "ratio": 0.4}
    [row] = records(
        listed(turned, net={"published": 100, "operation_count": 60, "hardware_time": 150})
    )
    assert (row["first"], row["second"]) == ("operation_count", "hardware_time")
    assert not row["of_system"]


def test_a_missing_verdict_stops_the_run_or_is_listed() -> None:
    systems = {"net": {"published": 100.0, "operation_count": 20.0}}
    with pytest.raises(InputError) as caught:
        listed(**systems)
    assert str(caught.value).splitlines() == [
        "verdicts.csv: expected a verdict on net: published (100 FLOP) against "
        "operation_count (20 FLOP), ratio 0.2",
        "config.yaml, column estimate.disagreements.missing_verdict: found 'stop', expected list, "
        "to go on without these verdicts",
    ]
    [row] = records(listed(missing_verdict="list", **systems))
    assert row["right"] is None


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"right": "me"}, "row 2, column right: found 'me', expected one of published,"),
        ({"second": "reported"}, "row 2, column second: found 'reported', expected one of publish"),
        ({"system_id": "nett"}, "row 2, column system_id: found 'nett', expected a system_id of"),
        (
            {"second": "published"},
            "row 2, column second: found 'published', expected another value",
        ),
    ],
)
def test_a_verdict_on_what_does_not_exist_stops_the_run(
    cells: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        listed(VERDICT | cells, net={"published": 100, "operation_count": 500})
    assert message in str(caught.value)


def test_two_verdicts_on_one_pair_stop_the_run() -> None:
    turned = VERDICT | {"first": "operation_count", "second": "published", "ratio": 0.2}
    with pytest.raises(InputError, match=r"row 3, column first, second.*expected one verdict"):
        listed(VERDICT, turned, net={"published": 100, "operation_count": 500})


def test_a_verdict_that_is_no_longer_needed_is_kept() -> None:
    assert listed(VERDICT, net={"published": 100, "operation_count": 150}).empty


@pytest.mark.parametrize("turned", [False, True])
def test_a_verdict_given_on_another_ratio_no_longer_holds(turned: bool) -> None:
    verdict = VERDICT | {"ratio": 5.4}
    if turned:
        verdict |= {"first": "operation_count", "second": "published", "ratio": 1 / 5.4}
    assert len(listed(verdict, net={"published": 100, "operation_count": 500})) == 1
    with pytest.raises(InputError, match=r"found 'a verdict on a ratio of 5.4', expected a verd"):
        listed(verdict, net={"published": 100, "operation_count": 300})


def test_a_mean_of_methods_is_listed_without_a_verdict() -> None:
    systems = {"net": {"published": 100.0, "operation_count": 900.0, "hardware_time": 1000.0}}
    estimates, _ = values(**systems)
    compute = choose_compute(estimates, Judgements(), choice=choice(rule="geometric_mean"))
    verdicts = pd.DataFrame(
        [
            VERDICT | {"ratio": 9.0},
            VERDICT | {"second": "hardware_time", "right": "published", "ratio": 10.0},
        ]
    )
    settings = Disagreements(factor=2, missing_verdict="stop")
    table = disagreements(estimates, compute, verdicts, settings=settings, file="verdicts.csv")
    [row] = records(table[table["of_system"]])
    assert row["second"] == "geometric_mean"
    assert row["ratio"] == pytest.approx(np.sqrt(90))
    assert row["right"] is None
    assert len(table) == 3


LEARNT = {"published": 100.0, "hardware_time": 500.0}


def learnt(
    *verdicts: dict[str, Any], factor: float, interval_from: str = "utilization"
) -> pd.DataFrame:
    """Disagreements of a value that rests on what other systems imply, within a factor."""
    estimates, compute = values(net=LEARNT)
    timed = estimates["method"] == "hardware_time"
    estimates.loc[timed, "interval_from"] = interval_from
    for end, flop in (("low", 500 / factor), ("high", 500 * factor)):
        estimates.loc[timed, f"training_compute_flop_ci90_{end}"] = flop
    frame = pd.DataFrame(list(verdicts), columns=list(VERDICT))
    settings = Disagreements(factor=2, missing_verdict="stop")
    return disagreements(estimates, compute, frame, settings=settings, file="verdicts.csv")


def test_what_the_interval_of_a_learnt_utilization_holds_needs_no_verdict() -> None:
    [row] = records(learnt(factor=6))
    assert row["ratio"] == 5 and row["right"] is None
    for others in ({"factor": 4}, {"factor": 6, "interval_from": "inputs"}):
        with pytest.raises(InputError, match="expected a verdict on net: published"):
            learnt(**others)  # type: ignore[arg-type]


@pytest.mark.parametrize(("ratio", "holds"), [(4.0, True), (7.0, True), (3.0, False), (8.0, False)])
def test_a_verdict_on_a_learnt_utilization_holds_while_it_moves_a_little(
    ratio: float, holds: bool
) -> None:
    verdict = VERDICT | {"second": "hardware_time", "right": "published", "ratio": ratio}
    [row] = records(learnt(verdict, factor=6))
    assert (row["right"] == "published") == holds
    with pytest.raises(InputError, match="found 'a verdict on a ratio"):
        learnt(verdict, factor=4, interval_from="inputs")


def test_every_real_disagreement_has_a_reasoned_verdict(real: Real, checks: Checks) -> None:
    table = checks.disagreements
    judged = table[table["right"].notna()]
    assert judged["reason"].str.len().min() > 40
    assert judged["source_url"].str.startswith("http").all()
    # The others rest on a utilization of which their intervals say how little is known.
    estimates = real.estimates.set_index("estimate_id")
    for row in records(table[table["right"].isna()]):
        pair = [estimates.loc[f"{row['system_id']}/{row[side]}"] for side in ("first", "second")]
        assert any(
            value["interval_from"] == "utilization"
            and value["training_compute_flop_ci90_low"] <= other["training_compute_flop"]
            and other["training_compute_flop"] <= value["training_compute_flop_ci90_high"]
            for value, other in (pair, pair[::-1])
        ), row
    ratio = real.compute["estimated_to_published_ratio"]
    far = set(real.compute.loc[(ratio > 2) | (ratio < 0.5), "system_id"])
    assert far == set(table.loc[table["of_system"], "system_id"])
