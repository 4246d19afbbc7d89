from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_up import PREFERENCE, values

from compute_trends.checks.agreement import (
    agreement_table,
    compared_values,
    noise_factor,
)


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


def test_noise_of_three_ratios_by_hand() -> None:
    """Ratios of 1/10, 1 and 10: the standard deviation (n - 1) and the middle distance are 1."""
    from_spread, from_median = noise_factor([-1.0, 0.0, 1.0])
    assert np.log10(from_spread) == pytest.approx(np.sqrt(1.5))
    assert np.log10(from_median) == pytest.approx(1 / (2 - np.sqrt(2)))
    # Of each row on its own
    both = noise_factor([[-1.0, 0.0, 1.0], [3.0, 3.0, 3.0]])
    np.testing.assert_allclose(np.log10(both), [[np.sqrt(1.5), 0], [1 / (2 - np.sqrt(2)), 0]])


def ratios(*factors: float) -> pd.DataFrame:
    """Table ``agreement`` of systems whose operations are a factor of what is published."""
    systems = {
        f"s{place}": {"published": 1e20, "operation_count": 1e20 * factor, "hardware_time": 1e20}
        for place, factor in enumerate(factors)
    }
    table = agreement_table(*values(**systems), preference=PREFERENCE, seed=1)
    return table.set_index(["first", "second", "kind"])


def test_spread_and_quantiles_of_known_ratios() -> None:
    one = ratios(4).loc[("published", "estimated", "all")]
    assert pd.isna(one["spread_oom"]) and one["ratio_median"] == pytest.approx(4)
    assert ratios(1, 100).loc[("published", "estimated", "all"), "spread_oom"] == pytest.approx(
        np.sqrt(2)
    )
    # 21 ratios of 1 to 100, equally far apart as logarithms
    row = ratios(*10 ** np.arange(0, 2.05, 0.1)).loc[("published", "estimated", "all")]
    ends = row[["ratio_q05", "ratio_median", "ratio_q95"]].astype(float)
    np.testing.assert_allclose(np.log10(ends), [0.1, 1, 1.9])


def test_groups_of_systems_and_which_of_them_have_a_noise() -> None:
    """It is of two of our values, not of a published one, and of ten systems or more."""
    spread = [0.5, 1, 2] * 3
    for factors, some in ((spread, False), ([*spread, 4], True)):
        table = ratios(*factors)
        assert list(table.index) == [
            ("published", "estimated", "all"),
            ("published", "estimated", "computed"),
            ("published", "estimated", "operation_count"),
            ("operation_count", "hardware_time", "all"),
            ("operation_count", "hardware_time", "utilization assumed"),
        ]
        assert (table["n"] == len(factors)).all()
        noise = table["noise_factor"].notna()
        assert noise[noise].index.get_level_values("first").tolist() == ["operation_count"] * (
            2 * some
        )


def test_of_several_estimates_by_one_method_the_preferred_one_counts() -> None:
    estimates, compute = values(
        a={"published": 1, "operation_count": 2, "hardware_time": 3},
        b={"published": 1, "operation_count": 2, "hardware_time": 3},
    )
    other = estimates[estimates["estimate_id"] == "a/operation_count"]
    other = other.assign(
        estimate_id="a/other", confidence="speculative", training_compute_flop=50.0
    )
    estimates = pd.concat([other, estimates], ignore_index=True)
    both = compared_values(
        estimates, compute, x="hardware_time", y="operation_count", preference=PREFERENCE
    )
    assert both[["system_id", "x_flop", "y_flop"]].to_numpy().tolist() == [["a", 3, 2], ["b", 3, 2]]


def test_noise_and_its_interval_are_of_the_ratios() -> None:
    """Against a bootstrap of the ratios of our own, from other random numbers."""
    rng = np.random.default_rng(3)
    size, logs = rng.uniform(15, 25, 60), rng.normal(0, 0.2, 60)
    systems = {
        f"s{place}": {
            "published": 1.0,
            "operation_count": 10**one,
            "hardware_time": 10 ** (one + d),
        }
        for place, (one, d) in enumerate(zip(size, logs, strict=True))
    }
    table = agreement_table(*values(**systems), preference=PREFERENCE, seed=1)
    row = table[(table["second"] == "hardware_time") & (table["kind"] == "all")].iloc[0]
    draws = noise_factor(rng.choice(logs, (20_000, 60)))
    for name, middle, of_draws in zip(
        ("noise_factor", "noise_factor_robust"), noise_factor(logs), draws, strict=True
    ):
        assert row[name] == pytest.approx(middle)
        ends = np.log10(row[[f"{name}_ci95_low", f"{name}_ci95_high"]].astype(float))
        np.testing.assert_allclose(ends, np.log10(np.quantile(of_draws, [0.025, 0.975])), rtol=0.05)
