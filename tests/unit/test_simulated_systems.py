"""Systems with known errors, taken through the stages that learn them and hold them to account."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from project import TINY

from compute_trends.checks.calibration import (
    ENDS,
    calibration_table,
    check_calibration,
    held_values,
)
from compute_trends.common.problems import InputError
from compute_trends.estimate.formulas import Z90
from compute_trends.estimate.ranks import FLOP
from compute_trends.estimate.systems import estimate_stage
from compute_trends.estimate.verdicts import Judgements
from compute_trends.settings.estimate import Estimate
from compute_trends.settings.models import Settings
from compute_trends.tables.raw import read_checked

# Of each class: 90 % half widths of the errors of its structure, in orders of magnitude
STRUCTURAL = {"confident": 0.3, "likely": 0.7, "speculative": 1.4}
# Of all the inputs of a count together, as the factors of the settings below have it
OWN = {
    "confident": np.log10(1.2),
    "likely": np.log10(1.2),
    "speculative": np.hypot(np.log10(1.2), np.log10(4)),
}
SLOPE, AT_REFERENCE, SCATTER = 0.1, -1.0, 0.35
# Of Abacus 2
RATE = 1e7
N = 60
FILES = ("compute_inputs.csv", "hardware.csv", "discrepancies.csv")


class Simulated(NamedTuple):
    """What a run needs of simulated systems, and the true compute of each."""

    systems: pd.DataFrame
    inputs: pd.DataFrame
    later: pd.DataFrame
    truth: pd.Series


def row(system: str, method: str, confidence: str, assumed: str, **cells: Any) -> dict[str, Any]:
    """A row of compute_inputs.csv."""
    is_assumed = confidence == "speculative"
    return {
        "estimate_id": f"{system}/{method}",
        "system_id": system,
        "method": method,
        "confidence": confidence,
        "scope": "system",
        "operations": "needed",
        "source_url": f"https://example.org/{system}",
        "source_locator": "made up",
        "derivation": f"ASSUME {assumed}: made up." if is_assumed else "Made up.",
        **cells,
    }


def simulate(seed: int) -> Simulated:
    """Systems with a count, every second also with chips and time, and some with these alone."""
    rng = np.random.default_rng(seed)
    rows, truth = [], {}

    def timed(system: str, flop: float) -> None:
        """Chips and time whose utilization lies on a line, but for a scatter."""
        log_peak = (np.log10(flop) - AT_REFERENCE + SLOPE * 20) / (1 + SLOPE)
        log_peak += rng.normal(0, SCATTER / Z90)
        hours = 10**log_peak / RATE / 3600 / 10
        chips = {"hardware": "Abacus 2", "precision": "fp32", "chips": 10.0, "hours": hours}
        rows.append(row(system, "hardware_time", "speculative", "utilization", **chips))

    for confidence, structural in STRUCTURAL.items():
        for number in range(N):
            system = f"{confidence}-{number}"
            flop = truth[system] = 10 ** rng.uniform(18, 23)
            off = rng.normal(0, np.hypot(structural, OWN[confidence]) / Z90)
            count = {"parameters": 1e6, "examples": flop * 10**off / 6e6, "epochs": 1.0}
            rows.append(row(system, "operation_count", confidence, "examples", **count))
            if number % 2:
                timed(system, flop)
    for number in range(N // 2):
        system = f"timed-{number}"
        truth[system] = 10 ** rng.uniform(18, 23)
        timed(system, truth[system])
    flops = pd.Series(truth, name="training_compute_flop").rename_axis("system_id")
    systems = flops.reset_index().assign(link="https://example.org", annotation_id=1)
    later = flops.reset_index().assign(
        vintage=pd.Timestamp("2025-01-01"), scope="system", stated_or_assumed="derived"
    )
    empty = dict.fromkeys(
        ("forward_flop", "forward_multiply_adds", "backward_forward_ratio", "utilization"), np.nan
    ) | dict.fromkeys(("scale_factor", "scale_factor_reason", "utilization_kind", "bound"), None)
    inputs = pd.DataFrame(rows).assign(**empty, conventions=None, reported_flop=np.nan)
    return Simulated(systems, inputs.set_axis(range(2, len(rows) + 2)), later, flops)


@pytest.fixture(scope="module")
def estimation(settings: Settings) -> Estimate:
    """The settings as delivered, but for factors of inputs whose sum is known, and fewer draws."""
    exact = {"stated": 1.0, "assumed": 1.0}
    kinds = dict.fromkeys(settings.estimate.uncertainty.inputs, exact)
    kinds |= {"parameters": {"stated": 1.2, "assumed": 1.2}}
    kinds |= {"examples": {"stated": 1.0, "assumed": 4.0}}
    update = settings.estimate.uncertainty.model_dump() | {"samples": 500, "inputs": kinds}
    uncertainty = type(settings.estimate.uncertainty).model_validate(update)
    return settings.estimate.model_copy(update={"uncertainty": uncertainty})


def run(data: Simulated, settings: Estimate) -> dict[str, pd.DataFrame]:
    """Tables of the estimate stage, ``held_values`` and ``calibration``."""
    hardware = read_checked(str(TINY / "raw" / "hardware.csv"), "hardware")
    verdicts = pd.DataFrame(columns=["system_id", "first", "second", "ratio", "right"])
    tables = estimate_stage(
        data.systems,
        pd.DataFrame({"system_id": []}),
        data.inputs,
        hardware,
        verdicts,
        data.later,
        files=FILES,
        defaults=settings.defaults,
        uncertainty=settings.uncertainty,
        choice=settings.choice,
        seed=1,
    )
    no_faults = pd.DataFrame({"system_id": [], "later_flop": [], "our_flop": [], "fault": []})
    others = (data.later, no_faults, Judgements())
    held = held_values(tables["estimates"], *others, choice=settings.choice)
    calibration = calibration_table(held, tables["estimates"], settings.uncertainty.classes)
    return tables | {"held_values": held, "calibration": calibration}


@pytest.fixture(scope="module")
def data() -> Simulated:
    return simulate(8)


@pytest.fixture(scope="module")
def tables(data: Simulated, estimation: Estimate) -> dict[str, pd.DataFrame]:
    return run(data, estimation)


def test_the_errors_that_were_put_in_are_learnt(tables: dict[str, pd.DataFrame]) -> None:
    learnt = tables["error_model"].set_index("error")
    for name, truth in STRUCTURAL.items():
        assert learnt.loc[name, "n"] == N
        assert learnt.loc[name, "half_width_oom"] == pytest.approx(truth, rel=0.3), name
    line = learnt.loc["utilization"]
    assert line["n"] == 3 * N // 2
    assert line["utilization_slope"] == pytest.approx(SLOPE, abs=0.1)
    assert line["log_at_reference"] == pytest.approx(AT_REFERENCE, abs=0.2)
    # Counts are off, too.
    assert line["half_width_oom"] > SCATTER


def test_nine_of_ten_are_held_in_each_class_and_of_chips_and_time(
    tables: dict[str, pd.DataFrame],
) -> None:
    rows = tables["calibration"].set_index(["other", "group", "group_name"])
    whole = rows.loc[("latest", "all", "all")]
    assert whole["n"] == 3 * N + N // 2
    assert whole["coverage"] == pytest.approx(0.9, abs=0.04)
    for name in STRUCTURAL:
        row = rows.loc[("latest", "confidence", name)]
        assert row["coverage"] == pytest.approx(0.9, abs=0.08), name
    count = rows.loc[("operation_count", "all", "all")]
    assert count["n"] == 3 * N // 2
    assert count["coverage"] == pytest.approx(0.9, abs=0.06)


def test_classes_that_differ_get_intervals_that_differ_and_score_better(
    tables: dict[str, pd.DataFrame],
) -> None:
    rows = tables["calibration"].set_index(["other", "group", "group_name"])
    factors = [rows.loc[("latest", "confidence", name), "median_factor"] for name in STRUCTURAL]
    assert factors == sorted(factors) and factors[-1] > 5 * factors[0]
    whole = rows.loc[("latest", "all", "all")]
    assert whole["interval_score"] < whole["interval_score_epoch_classes"]
    assert whole["interval_score"] < whole["interval_score_one_factor"]


def test_right_intervals_pass_and_halved_ones_stop(
    tables: dict[str, pd.DataFrame], estimation: Estimate
) -> None:
    check_calibration(tables["calibration"], estimation.calibration)
    held = tables["held_values"].copy()
    for name in ENDS[1:]:
        held[name] = held[ENDS[0]] * (held[name] / held[ENDS[0]]) ** 0.5
    held["inside"] = held["other_flop"].between(held[ENDS[1]], held[ENDS[2]])
    halved = calibration_table(held, tables["estimates"], estimation.uncertainty.classes)
    with pytest.raises(InputError, match=r"at least 0\.9 of the values held"):
        check_calibration(halved, estimation.calibration)


def test_its_own_later_value_changes_no_estimate_of_a_system_or_of_one_of_its_source(
    data: Simulated, tables: dict[str, pd.DataFrame], estimation: Estimate
) -> None:
    inputs = data.inputs.copy()
    inputs.loc[inputs["system_id"] == "likely-3", "source_url"] = "https://example.org/likely-2"
    before = run(data._replace(inputs=inputs), estimation)["estimates"].set_index("estimate_id")
    later = data.later.copy()
    later.loc[later["system_id"] == "likely-2", "training_compute_flop"] *= 1e9
    after = run(data._replace(inputs=inputs, later=later), estimation)["estimates"]
    after = after.set_index("estimate_id")
    changed = (before[FLOP[1:]].ne(after[FLOP[1:]]) & before[FLOP[1:]].notna()).any(axis=1)
    systems = set(before.loc[changed, "system_id"])
    assert not systems & {"likely-2", "likely-3"}
    # Others of its class learn from it.
    assert systems and {name.split("-")[0] for name in systems} == {"likely"}
    assert "likely-3" in set(data.inputs["system_id"]) and len(tables["compute"]) == len(data.truth)


def test_too_few_systems_leave_the_factors_of_the_classes_and_the_default(
    data: Simulated, estimation: Estimate
) -> None:
    few = [f"{name}-{number}" for name in (*STRUCTURAL, "timed") for number in range(6)]
    parts = [frame[frame["system_id"].isin(few)] for frame in data[:3]]
    tables = run(Simulated(*parts, data.truth), estimation)
    assert tables["error_model"].empty
    compute = tables["compute"].set_index("system_id")
    counts = compute[compute["method"] == "operation_count"]
    assert set(counts["interval_from"]) <= {"confidence", "methods"}
    by_class = counts["training_compute_estimated_flop_ci90_high"]
    factor = by_class / counts["training_compute_estimated_flop"]
    expected = counts["confidence"].map(estimation.uncertainty.classes)
    alone = counts["interval_from"] == "confidence"
    assert factor[alone].to_numpy() == pytest.approx(expected[alone].to_numpy(dtype=float))
    times = tables["estimates"].query("method == 'hardware_time'")
    assert set(times["utilization"]) == {estimation.defaults.utilization.fixed}
