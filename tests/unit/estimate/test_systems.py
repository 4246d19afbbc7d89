from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real

from compute_trends.estimate.formulas import spread_oom
from compute_trends.estimate.systems import choose_compute, published_estimates, rank_estimates
from compute_trends.settings.estimate import Preference
from compute_trends.tables.dictionary import typed

PREFERENCE = [
    Preference(methods=["operation_count"], confidence="confident"),
    Preference(methods=["hardware_time"], confidence="confident"),
    Preference(methods=["operation_count", "hardware_time"], confidence="speculative"),
    Preference(methods=["reported"], confidence="confident"),
]


def estimates(*rows: dict[str, Any]) -> pd.DataFrame:
    """The published value 100 of system ``net``, and estimates of it."""
    published = {
        "estimate_id": "net/published",
        "system_id": "net",
        "basis": "published",
        "method": "published",
        "training_compute_flop": 100.0,
    }
    common = {"system_id": "net", "basis": "estimated", "confidence": "confident"}
    filled = [common | {"estimate_id": f"net/{row['method']}"} | row for row in rows]
    for row in filled:
        flop, factor = row["training_compute_flop"], row.pop("factor", 2.0)
        row["training_compute_flop_ci90_low"] = flop / factor
        row["training_compute_flop_ci90_high"] = flop * factor
    return typed(pd.DataFrame([published, *filled]), "estimates")


def chosen(*rows: dict[str, Any], rule: str = "preference") -> pd.Series:
    [(_, value)] = choose_compute(estimates(*rows), rule=rule, preference=PREFERENCE).iterrows()
    return value


def test_published_values_are_carried_through(real: Real) -> None:
    published = published_estimates(real.systems)
    assert set(published["basis"]) == {"published"}
    assert published["estimate_id"].is_unique
    compute = real.compute.set_index("system_id")
    expected = real.systems.set_index("system_id")["training_compute_flop"]
    assert (compute["training_compute_published_flop"] == expected).all()


def test_the_order_of_preference_decides() -> None:
    counted = {"method": "operation_count", "training_compute_flop": 50.0}
    timed = {"method": "hardware_time", "training_compute_flop": 200.0}
    assert chosen(timed, counted)["method"] == "operation_count"
    unsure = counted | {"confidence": "speculative", "assumed": "epochs"}
    value = chosen(unsure, timed)
    assert value["method"] == "hardware_time"
    assert value["estimated_to_published_ratio"] == 2
    assert value["training_compute_estimated_flop_ci90_high"] == 400


def test_within_a_rank_fewer_assumptions_then_the_method_named_first_decide() -> None:
    speculative = {"confidence": "speculative"}
    counted = {"method": "operation_count", "training_compute_flop": 50.0, "assumed": "epochs"}
    timed = {"method": "hardware_time", "training_compute_flop": 9.0, "assumed": "utilization"}
    assert chosen(timed | speculative, counted | speculative)["method"] == "operation_count"
    counted["assumed"] = "examples; epochs"
    value = chosen(counted | speculative, timed | speculative)
    assert value["method"] == "hardware_time"
    assert value["assumed"] == "utilization"


def test_equal_estimates_keep_the_order_of_the_file() -> None:
    first = {"method": "reported", "training_compute_flop": 1.0, "estimate_id": "net/reported"}
    second = first | {"training_compute_flop": 2.0, "estimate_id": "net/reported_2"}
    assert chosen(first, second)["estimate_ids"] == "net/reported"
    assert chosen(second, first)["estimate_ids"] == "net/reported_2"
    ranked = rank_estimates(estimates(second, first), PREFERENCE)
    assert ranked["estimate_id"].tolist() == ["net/reported_2", "net/reported"]


def test_the_geometric_mean_takes_one_estimate_of_each_method() -> None:
    counted = {"method": "operation_count", "training_compute_flop": 100.0}
    other = counted | {"training_compute_flop": 7.0, "estimate_id": "net/operation_count_2"}
    timed = {"method": "hardware_time", "training_compute_flop": 400.0, "factor": 2.0}
    value = chosen(counted, other, timed, rule="geometric_mean")
    assert value["training_compute_estimated_flop"] == pytest.approx(200)
    assert value["method"] == "geometric_mean"
    assert value["estimate_ids"] == "net/operation_count; net/hardware_time"
    assert value["confidence"] == "confident"
    # Two independent log-normal values, each within a factor of 2: the mean of their
    # logs has half of the root of the summed variances.
    low, high = (value[f"training_compute_estimated_flop_ci90_{end}"] for end in ("low", "high"))
    assert np.sqrt(high / low) == pytest.approx(2 ** (1 / np.sqrt(2)))
    assert spread_oom(low, high) < spread_oom(50.0, 200.0)


def test_the_geometric_mean_of_one_estimate_is_that_estimate() -> None:
    timed = {"method": "hardware_time", "training_compute_flop": 400.0, "factor": 3.0}
    reported = {"method": "reported", "training_compute_flop": 1.0}
    mean = chosen(dict(timed), dict(reported), rule="geometric_mean")
    pd.testing.assert_series_equal(mean, chosen(dict(timed), dict(reported)))
    assert chosen(reported, rule="geometric_mean")["method"] == "reported"


def test_a_mean_is_as_sure_as_its_least_sure_part_and_assumes_what_any_does() -> None:
    counted = {
        "method": "operation_count",
        "training_compute_flop": 4.0,
        "confidence": "speculative",
        "assumed": "examples; epochs",
    }
    timed = {"method": "hardware_time", "training_compute_flop": 9.0}
    value = chosen(counted, timed, rule="geometric_mean")
    assert value["confidence"] == "speculative"
    assert value["assumed"] == "examples; epochs"


def test_a_system_without_inputs_has_no_estimated_value(caplog: pytest.LogCaptureFixture) -> None:
    value = chosen()
    assert value["training_compute_published_flop"] == 100
    assert pd.isna(value["training_compute_estimated_flop"])
    assert "no value on basis estimated for 1 systems: net" in caplog.text


def test_real_estimates(real: Real) -> None:
    """What the data must hold: every system, mostly computed, many by two methods."""
    estimated = real.estimates[real.estimates["basis"] == "estimated"]
    assert set(estimated["system_id"]) == set(real.systems["system_id"])
    computed = estimated[estimated["method"] != "reported"]
    assert computed["system_id"].nunique() >= 100
    assert (computed.groupby("system_id")["method"].nunique() == 2).sum() >= 30
    assert (real.compute["method"] != "reported").sum() >= 100
    assert estimated["source_url"].str.startswith("http").all()
    low, high = (estimated[f"training_compute_flop_ci90_{end}"] for end in ("low", "high"))
    assert (low < estimated["training_compute_flop"]).all()
    assert (high > estimated["training_compute_flop"]).all()


# LeNet-5's 340908 connections are those of the paper; the published derivation exchanges
# two digits. Sources: LeCun et al. 1998, Pomerleau 1988, He et al. 2015, Bengio et al. 2003,
# Brown et al. 2020, Smith et al. 2022, with the derivations of Epoch AI or OpenAI.
@pytest.mark.parametrize(
    ("estimate_id", "flop"),
    [
        ("lenet-5/operation_count", 2.4545376e12),
        ("alvinn/operation_count", 1.0548576e10),
        ("resnet-152-imagenet/operation_count", 1.041408e19),
        ("alexnet/operation_count", 4.86e17),
        ("nplm/operation_count", 1.6668692e15),
        ("gpt-3-175b/operation_count", 3.1428e23),
        ("megatron-turing-nlg-530b/operation_count", 8.586e23),
    ],
)
def test_real_estimates_that_others_published(real: Real, estimate_id: str, flop: float) -> None:
    row = real.estimates.set_index("estimate_id").loc[estimate_id]
    assert row["training_compute_flop"] == pytest.approx(flop, rel=1e-6)


def test_arithmetic_can_be_replayed(real: Real) -> None:
    """Multiplying the printed factors gives the printed result."""
    for row in real.estimates.dropna(subset="arithmetic").to_dict("records"):
        left, _, result = row["arithmetic"].partition(" = ")
        product = 1.0
        for factor in left.split(" × "):
            product *= float(factor.replace("\N{NO-BREAK SPACE}", "").split(" ")[0])
        assert product == pytest.approx(row["training_compute_flop"], rel=1e-4), row["estimate_id"]
        assert float(result) == pytest.approx(row["training_compute_flop"], rel=6e-3)
