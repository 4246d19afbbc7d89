from __future__ import annotations

import pandas as pd
import pytest
from conftest import Real
from pipeline import PaperRun

from compute_trends.common.records import records
from compute_trends.estimate.__main__ import main
from compute_trends.estimate.calculator import calculate
from compute_trends.estimate.formulas import training_compute
from compute_trends.estimate.options import read_call
from compute_trends.estimate.trace import FLOP, as_records, trace_text


@pytest.fixture(scope="module")
def by_estimate(paper_run: PaperRun) -> dict[str, pd.DataFrame]:
    """Steps of each estimate of the data."""
    return {str(key): steps for key, steps in paper_run["trace"].groupby("estimate_id")}


def test_every_estimate_of_the_data_has_a_trace_that_gives_its_value(
    real: Real, by_estimate: dict[str, pd.DataFrame]
) -> None:
    computed = real.estimates[real.estimates["basis"] == "estimated"]
    assert set(computed["method"]) == {"operation_count", "hardware_time", "reported"}
    assert set(by_estimate) == set(computed["estimate_id"])
    for row in records(computed):
        steps = by_estimate[row["estimate_id"]]
        assert list(steps["number"]) == list(range(1, len(steps) + 1))
        assert steps["step"].is_unique
        result = steps.iloc[-1]
        assert (result["step"], result["step_kind"]) == (FLOP, "result")
        ends = [f"step_value{end}" for end in ("", "_ci90_low", "_ci90_high")]
        assert list(result[ends]) == [row[FLOP], row[f"{FLOP}_ci90_low"], row[f"{FLOP}_ci90_high"]]
        # The inputs that it shows are those that the value is the product of.
        values = {"scale_factor": 1.0} | dict(zip(steps["step"], steps["step_value"], strict=True))
        assert training_compute(row["method"], values)[FLOP] == pytest.approx(row[FLOP])
        for name in ("passes", "chip_seconds", "effective_flop_per_second"):
            assert row[name] is None or values[name] == pytest.approx(row[name])


def test_the_steps_say_how_each_input_is_known(
    real: Real, by_estimate: dict[str, pd.DataFrame]
) -> None:
    computed = real.estimates[real.estimates["basis"] == "estimated"]
    chip = {"hardware", "precision"}
    for row in records(computed):
        steps = by_estimate[row["estimate_id"]]
        kinds = dict(zip(steps["step"], steps["step_kind"], strict=True))
        marks = set((row["assumed"] or "").split("; ")) - {""}
        expected = (marks - chip) | ({"peak_flop_per_second"} if marks & chip else set())
        # A default stands where no source states an input.
        if row["interval_from"] == "utilization":
            assert kinds["utilization"] == "learnt"
            expected -= {"utilization"}
        assert {name for name, kind in kinds.items() if kind == "assumed"} == expected
        assert ("learnt" in kinds.values()) == (row["interval_from"] == "utilization")
        low, high = steps["step_value_ci90_low"], steps["step_value_ci90_high"]
        known = low.notna()
        assert (low[known] <= steps["step_value"][known] * (1 + 1e-12)).all()
        assert (steps["step_value"][known] <= high[known] * (1 + 1e-12)).all()
    inputs = {kind for steps in by_estimate.values() for kind in steps["step_kind"]}
    assert inputs == {"given", "assumed", "default", "learnt", "derived", "result"}


def test_the_result_says_what_its_interval_comes_from(
    real: Real, by_estimate: dict[str, pd.DataFrame]
) -> None:
    words = {"inputs": "interval of the inputs", "utilization": "interval of the utilization"}
    computed = real.estimates[real.estimates["basis"] == "estimated"]
    for row in records(computed):
        how = by_estimate[row["estimate_id"]]["expression"].iloc[-1]
        assert words[row["interval_from"]] in how
        assert ("bound" in how) == (row["bound"] is not None)
        assert (row["confidence"] in how) == (row["interval_from"] == "inputs")


def test_a_learnt_utilization_carries_the_whole_error(capsys: pytest.CaptureFixture[str]) -> None:
    chips = ["--hardware", "V100", "--precision", "fp32", "--chips", "8", "--days", "9"]
    [stage] = calculate(read_call(chips))["stages"]
    steps = {step.step: step for step in stage["estimates"][0]["phases"][0]["trace"]}
    result = steps[FLOP]
    for name in ("utilization", "effective_flop_per_second"):
        step = steps[name]
        assert step.value / step.low == pytest.approx(result.value / result.low)
        assert step.high / step.value == pytest.approx(result.high / result.value)


def test_steps_as_text_and_for_programs() -> None:
    [stage] = calculate(read_call(["--parameters", "7B", "--tokens", "2T"]))["stages"]
    steps = stage["estimates"][0]["phases"][0]["trace"]
    assert len(trace_text(steps).splitlines()) == 1 + len(steps)
    assert set(as_records(steps)[0]) == set(steps[0]._fields)
    # Whatever is given is to count, so that the error is that of stated inputs.
    assert "the class confident" in steps[-1].expression


def test_a_trace_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--parameters", "7B~3", "--tokens", "2T", "--trace"])
    lines = capsys.readouterr().out.splitlines()
    start = lines.index("training, counted operations")
    kinds = [tuple(line.split()[:2]) for line in lines[start + 2 :]]
    assert kinds == [
        ("parameters", "assumed"),
        ("backward_forward_ratio", "default"),
        ("examples", "given"),
        ("epochs", "given"),
        ("forward_flop", "derived"),
        ("passes", "derived"),
        (FLOP, "result"),
    ]
    assert "2.33e+09 to 2.1e+10" in lines[start + 2]
    assert "within a factor 3" in lines[start + 2]
