"""Simulated systems whose errors are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from compute_trends.common.vocabulary import CONFIDENCES
from compute_trends.estimate.error_model import (
    REFERENCE_PEAK_FLOP,
    Errors,
    Evidence,
    UtilizationFit,
    error_model_table,
    errors_of_table,
    fit_utilization,
    needed_half_width,
)
from compute_trends.estimate.formulas import Z90

Array = NDArray[np.float64]
# 90 % half widths of the structural errors of each class, in orders of magnitude
TRUTH = {"confident": 0.2, "likely": 0.6, "speculative": 1.5}
SLOPE, AT_REFERENCE, SCATTER = 0.12, -0.9, 0.3
NO_DISTANCES = pd.DataFrame(columns=["system_id", "confidence", "distance_oom", "own_oom"])
NO_PAIRS = pd.DataFrame({"system_id": [], "log_peak": [], "log_implied": []})


def distances(rng: np.random.Generator, n: int, own: float = 0.15) -> pd.DataFrame:
    """Systems of each class, off by errors of their inputs and of their class."""
    parts = [
        pd.DataFrame(
            {
                "system_id": [f"{name}-{number}" for number in range(n)],
                "confidence": name,
                "distance_oom": rng.normal(0, np.hypot(half, own) / Z90, n),
                "own_oom": own,
                "held_oom": own,
            }
        )
        for name, half in TRUTH.items()
    ]
    return pd.concat(parts, ignore_index=True)


def pairs(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Systems whose implied utilization lies on a line, but for a scatter."""
    log_peak = rng.uniform(17, 24, n)
    line = AT_REFERENCE + SLOPE * (log_peak - np.log10(REFERENCE_PEAK_FLOP))
    implied = line + rng.normal(0, SCATTER / Z90, n)
    names = [f"timed-{number}" for number in range(n)]
    return pd.DataFrame({"system_id": names, "log_peak": log_peak, "log_implied": implied})


def evidence(n: int = 12, least: int = 10, seed: int = 3) -> Evidence:
    rng = np.random.default_rng(seed)
    return Evidence(distances(rng, n), pairs(rng, n), least=least)


def test_the_half_width_is_that_which_holds_nine_of_ten() -> None:
    off = np.linspace(0, 1, 1001)
    assert needed_half_width(off) == pytest.approx(0.9, abs=0.002)
    assert needed_half_width(-off) == needed_half_width(off[::-1]) == needed_half_width(off)
    # One in twenty may lie outside, however far.
    assert needed_half_width(np.repeat([0.5, 99.0], [19, 1])) == 0.5
    assert needed_half_width(np.zeros(5)) == 0


def test_what_errors_of_the_inputs_explain_needs_no_other_error() -> None:
    off = np.full(10, 0.5)
    assert needed_half_width(off, own=np.full(10, 0.5)) == 0
    assert needed_half_width(off, own=np.full(10, 0.7)) == 0
    assert needed_half_width(off, own=np.full(10, 0.3)) == pytest.approx(0.4)


def test_what_an_interval_holds_for_another_reason_needs_no_other_error() -> None:
    off = np.repeat([0.3, 2.0], 10)
    assert needed_half_width(off) == 2
    assert needed_half_width(off, held=np.repeat([0.0, 2.0], 10)) == pytest.approx(0.3)
    assert needed_half_width(off, held=np.full(20, 0.1)) == 2


@pytest.mark.parametrize("own", [0.0, 0.15, 0.5])
def test_structural_errors_of_known_size_are_found(own: float) -> None:
    rng = np.random.default_rng(1)
    found = Evidence(distances(rng, 4000, own), NO_PAIRS, least=10).errors()
    assert list(found.structural_oom) == list(CONFIDENCES)
    for name, width in found.structural_oom.items():
        assert width == pytest.approx(TRUTH[name], rel=0.08, abs=0.03), name


def test_the_learnt_half_widths_hold_nine_of_ten_of_other_systems() -> None:
    rng = np.random.default_rng(2)
    learnt = Evidence(distances(rng, 200), NO_PAIRS, least=10).errors().structural_oom
    others = distances(rng, 5000)
    width = np.hypot(others["own_oom"], others["confidence"].map(learnt))
    held = (others["distance_oom"].abs() <= width).groupby(others["confidence"]).mean()
    assert held.to_dict() == pytest.approx(dict.fromkeys(TRUTH, 0.9), abs=0.05)


def test_a_line_of_known_slope_and_scatter_is_found() -> None:
    systems = pairs(np.random.default_rng(4), 3000)
    fit = fit_utilization(systems["log_peak"].to_numpy(), systems["log_implied"].to_numpy())
    assert fit.utilization_slope == pytest.approx(SLOPE, abs=0.03)
    assert fit.log_at_reference == pytest.approx(AT_REFERENCE, abs=0.05)
    assert fit.half_width_oom == pytest.approx(SCATTER, rel=0.1)
    for log_peak in (18.5, 20.0, 22.5):
        expected = AT_REFERENCE + SLOPE * (log_peak - 20)
        assert np.log10(fit.utilization(10**log_peak)) == pytest.approx(expected, abs=0.06)


def test_a_utilization_is_at_most_one_and_stays_flat_beyond_the_systems() -> None:
    systems = pairs(np.random.default_rng(4), 300)
    fit = fit_utilization(systems["log_peak"].to_numpy(), systems["log_implied"].to_numpy())
    assert fit.utilization(1e30) == fit.utilization(1e26)
    assert fit.utilization(1e5) == fit.utilization(1e12) < fit.utilization(1e26)
    assert fit._replace(log_at_reference=2.0).utilization(1e20) == 1


def test_systems_of_one_size_have_a_median_and_no_slope() -> None:
    fit = fit_utilization(np.full(5, 21.0), np.log10([0.1, 0.2, 0.3, 0.4, 0.5]))
    assert fit.utilization_slope == 0
    assert fit.utilization(1e18) == pytest.approx(0.3)


def test_of_too_few_systems_nothing_is_learnt() -> None:
    assert evidence(n=9, least=10).errors() == Errors(None, {})
    found = evidence(n=10, least=10).errors()
    assert found.utilization is not None and set(found.structural_oom) == set(TRUTH)
    assert Evidence(NO_DISTANCES.assign(held_oom=[]), NO_PAIRS, least=1).errors() == Errors(
        None, {}
    )


def test_a_system_left_out_counts_as_one_less() -> None:
    found = evidence(n=10, least=10).errors(without=["likely-3", "unknown"])
    assert set(found.structural_oom) == {"confident", "speculative"}
    assert found.utilization is not None
    assert evidence(n=10, least=10).errors(without=["timed-0"]).utilization is None


@pytest.mark.parametrize("system", ["confident-0", "likely-7", "speculative-11"])
def test_its_own_distance_never_changes_what_is_learnt_for_a_system(system: str) -> None:
    first = evidence()
    rows = first.distances.copy()
    rows.loc[rows["system_id"] == system, "distance_oom"] = 40.0
    second = Evidence(rows, first.pairs, least=10)
    assert first.errors(without=[system]) == second.errors(without=[system])
    [name, _] = system.split("-")
    assert (
        second.errors(without=["other"]).structural_oom[name]
        >= (first.errors(without=["other"]).structural_oom[name])
    )


def test_its_own_count_never_changes_the_line_of_a_system() -> None:
    first = evidence()
    rows = first.pairs.copy()
    rows.loc[rows["system_id"] == "timed-2", "log_implied"] = -20.0
    second = Evidence(first.distances, rows, least=10)
    assert first.errors(without=["timed-2"]) == second.errors(without=["timed-2"])
    assert first.errors() != second.errors()


def test_the_table_says_what_all_systems_tell_and_can_be_read_back() -> None:
    systems = evidence(n=15)
    table = error_model_table(systems)
    assert table["error"].tolist() == [*CONFIDENCES, "utilization"]
    assert table["n"].tolist() == [15] * 4
    read = errors_of_table(table)
    assert read.structural_oom == pytest.approx(systems.errors().structural_oom)
    assert read.utilization == pytest.approx(systems.errors().utilization)
    assert isinstance(read.utilization, UtilizationFit)


def test_a_table_of_nothing_tells_nothing() -> None:
    table = error_model_table(evidence(n=3))
    assert table.empty
    assert errors_of_table(table) == Errors(None, {})
