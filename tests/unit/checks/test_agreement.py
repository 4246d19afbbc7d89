from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Checks, Real

from compute_trends.checks.agreement import (
    agreement_table,
    compared_values,
    implied_utilization,
    noise_factor,
)
from compute_trends.checks.estimates import estimate_kinds
from compute_trends.checks.verdicts import disagreements
from compute_trends.common.problems import InputError
from compute_trends.common.records import records
from compute_trends.estimate.systems import choose_compute
from compute_trends.settings.estimate import Preference
from compute_trends.tables.dictionary import typed

PREFERENCE = [
    Preference(methods=["operation_count"], confidence="confident"),
    Preference(methods=["hardware_time"], confidence="confident"),
    Preference(methods=["reported"], confidence="confident"),
]
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


def values(**systems: dict[str, float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Estimates and compute of systems, each given as published and by method."""
    rows = []
    for system, flop in systems.items():
        for method, value in flop.items():
            rows.append(
                {
                    "estimate_id": f"{system}/{method}",
                    "system_id": system,
                    "basis": "published" if method == "published" else "estimated",
                    "method": method,
                    "confidence": None if method == "published" else "confident",
                    "training_compute_flop": value,
                    "training_compute_flop_ci90_low": value / 2,
                    "training_compute_flop_ci90_high": value * 2,
                    "utilization": 0.4 if method == "hardware_time" else None,
                    "hardware": "Abacus" if method == "hardware_time" else None,
                    "precision": "fp32" if method == "hardware_time" else None,
                    "assumed": "utilization" if method == "hardware_time" else None,
                }
            )
    estimates = typed(pd.DataFrame(rows), "estimates")
    return estimates, choose_compute(estimates, rule="preference", preference=PREFERENCE)


def listed(
    *verdicts: dict[str, Any], missing_verdict: str = "stop", **systems: dict[str, float]
) -> pd.DataFrame:
    frame = pd.DataFrame(list(verdicts), columns=list(VERDICT))
    frame.index = frame.index + 2
    return disagreements(
        *values(**systems), frame, factor=2, missing_verdict=missing_verdict, file="verdicts.csv"
    )


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
    compute = choose_compute(estimates, rule="geometric_mean", preference=PREFERENCE)
    verdicts = pd.DataFrame(
        [
            VERDICT | {"ratio": 9.0},
            VERDICT | {"second": "hardware_time", "right": "published", "ratio": 10.0},
        ]
    )
    table = disagreements(
        estimates, compute, verdicts, factor=2, missing_verdict="stop", file="verdicts.csv"
    )
    [row] = records(table[table["of_system"]])
    assert row["second"] == "geometric_mean"
    assert row["ratio"] == pytest.approx(np.sqrt(90))
    assert row["right"] is None
    assert len(table) == 3


def test_ratios_of_known_size() -> None:
    systems = {
        f"s{index}": {"published": 100.0, "operation_count": 100 * factor}
        for index, factor in enumerate([1.0, 1.04, 1 / 1.3, 1.9, 5.0])
    }
    table = agreement_table(*values(**systems), preference=PREFERENCE, seed=1)
    whole = table[table["kind"] == "all"].iloc[0]
    assert whole["n"] == 5
    assert whole["within_1_05"] == pytest.approx(0.4)
    assert whole["within_1_5"] == pytest.approx(0.6)
    assert whole["within_2"] == pytest.approx(0.8)
    assert whole["ratio_median"] == pytest.approx(1.04)
    assert pd.isna(whole["noise_factor"])


def test_a_known_noise_is_found_from_the_spread_of_two_methods() -> None:
    """Truth: both values of 3000 systems are off by a log-uniform factor of 3."""
    rng = np.random.default_rng(6)
    off = rng.uniform(-np.log10(3), np.log10(3), size=(2, 3000))
    for bias in (0.0, 0.5):
        assert noise_factor(off[0] - off[1] + bias) == pytest.approx((3, 3), rel=0.05)


def test_the_interval_of_the_noise_holds_the_truth() -> None:
    rng = np.random.default_rng(7)
    systems = {}
    for index in range(60):
        counted, timed = 1e20 * 2 ** rng.uniform(-1, 1, size=2)
        systems[f"s{index}"] = {
            "published": 1e20,
            "operation_count": counted,
            "hardware_time": timed,
        }
    table = agreement_table(*values(**systems), preference=PREFERENCE, seed=1)
    row = table[(table["second"] == "hardware_time") & (table["kind"] == "all")].iloc[0]
    assert row["noise_factor_ci95_low"] < 2 < row["noise_factor_ci95_high"]
    assert row["noise_factor_robust_ci95_low"] < 2 < row["noise_factor_robust_ci95_high"]
    assert row["noise_factor_ci95_high"] < 3


def test_pairs_with_and_without_a_stated_utilization_are_told_apart() -> None:
    systems = {
        name: {"published": 1.0, "operation_count": 1.0, "hardware_time": ratio}
        for name, ratio in (("stated", 1.2), ("default", 7.0), ("other", 9.0))
    }
    estimates, compute = values(**systems)
    stated = estimates["system_id"] == "stated"
    estimates.loc[stated, "assumed"] = None
    table = agreement_table(estimates, compute, preference=PREFERENCE, seed=1)
    pairs = table[table["second"] == "hardware_time"].set_index("kind")
    assert pairs.loc["utilization stated", ["n", "ratio_median"]].tolist() == [1, 1.2]
    of_default = pairs.loc["utilization assumed", ["n", "ratio_median"]].tolist()
    assert of_default == pytest.approx([2, np.sqrt(63)])


def test_reported_values_do_not_count_as_computed() -> None:
    table = agreement_table(
        *values(
            a={"published": 1, "operation_count": 4},
            b={"published": 1, "reported": 1},
        ),
        preference=PREFERENCE,
        seed=1,
    )
    agreed = table.set_index("kind")["within_2"]
    assert agreed["all"] == 0.5
    assert agreed["computed"] == 0


def test_values_compared() -> None:
    estimates, compute = values(
        a={"published": 1, "operation_count": 2, "hardware_time": 3},
        b={"published": 10, "hardware_time": 30},
    )
    both = compared_values(
        estimates, compute, x="hardware_time", y="operation_count", preference=PREFERENCE
    )
    assert both[["system_id", "x_flop", "y_flop"]].to_numpy().tolist() == [["a", 3, 2]]
    both = compared_values(estimates, compute, x="published", y="estimated", preference=PREFERENCE)
    assert both["y_flop"].tolist() == [2, 30]
    assert both["method"].tolist() == ["operation_count", "hardware_time"]


def test_implied_utilization() -> None:
    estimates, _ = values(a={"published": 1, "operation_count": 10, "hardware_time": 40})
    [row] = records(implied_utilization(estimates, preference=PREFERENCE))
    assert row["implied_utilization"] == pytest.approx(0.1)
    assert row["utilization_assumed"]


def test_kinds_of_estimate_add_up_to_the_systems_of_an_era() -> None:
    _, compute = values(
        a={"published": 1, "operation_count": 2},
        b={"published": 1, "operation_count": 2},
        c={"published": 1},
    )
    dates = pd.to_datetime(["2000-01-01", "2000-01-02", "2000-01-03"])
    systems = pd.DataFrame({"system_id": ["a", "b", "c"], "publication_date": dates})
    era: dict[str, Any] = {
        "name": "era",
        "period": {"after": "2000-01-01", "through": "2000-01-03"},
    }
    table = estimate_kinds(systems, compute, eras=[era])
    assert table[["method", "confidence", "n"]].to_numpy().tolist() == [
        ["none", "none", 1],
        ["operation_count", "confident", 1],
    ]


def test_every_real_disagreement_has_a_reasoned_verdict(real: Real, checks: Checks) -> None:
    table = checks.disagreements
    assert table["right"].notna().all()
    assert table["reason"].str.len().min() > 40
    assert table["source_url"].str.startswith("http").all()
    ratio = real.compute["estimated_to_published_ratio"]
    far = set(real.compute.loc[(ratio > 2) | (ratio < 0.5), "system_id"])
    assert far == set(table.loc[table["of_system"], "system_id"])


def test_real_counts_add_up(real: Real, checks: Checks) -> None:
    pairs = checks.agreement.set_index(["first", "second"]).sort_index()
    agreed = pairs.loc[("published", "estimated")].set_index("kind")
    whole = agreed.loc["all"]
    assert whole["n"] == len(real.systems)
    assert agreed.loc["computed", "n"] == (real.compute["method"] != "reported").sum()
    far = checks.disagreements["of_system"].sum()
    assert whole["within_2"] == pytest.approx(1 - far / len(real.systems))
