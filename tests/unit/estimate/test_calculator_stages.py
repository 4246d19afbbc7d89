"""Runs of several stages, whose compute adds up."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from conftest import Real

from compute_trends.estimate.__main__ import main
from compute_trends.estimate.calculator import ENDS, FLOP, calculate
from compute_trends.estimate.error_model import errors_of_table
from compute_trends.estimate.options import read_call

# All of one model: what stands before the first stage holds for every one.
RUN = [
    *("--active-parameters", "37e9"),
    *("--stage", "pre-training", "--tokens", "14.8T"),
    *("--stage", "RL rollouts", "--tokens", "1T~3"),
    *("--stage", "rl-updates", "--tokens", "1T~3"),
    *("--stage", "fine-tuning", "--tokens", "10B", "--epochs", "2"),
    *("--stage", "distillation-teacher", "--active-parameters", "400e9", "--tokens", "1B"),
]
PARTS = {
    "pre-training": 6 * 37e9 * 14.8e12,
    "RL rollouts": 2 * 37e9 * 1e12,
    "rl-updates": 6 * 37e9 * 1e12,
    "fine-tuning": 6 * 37e9 * 2e10,
    "distillation-teacher": 2 * 400e9 * 1e9,
}


def answer(*arguments: str) -> dict[str, Any]:
    return calculate(read_call(arguments))


def test_stages_add_up_each_with_its_own_interval(capsys: pytest.CaptureFixture[str]) -> None:
    value = answer(*RUN)
    stages = {stage["stage"]: stage for stage in value["stages"]}
    assert {name: stage[FLOP] for name, stage in stages.items()} == pytest.approx(PARTS)
    assert value[FLOP] == pytest.approx(sum(PARTS.values()))

    def width(one: dict[str, Any]) -> float:
        return float(one[ENDS[1]] / one[ENDS[0]])

    assert width(stages["RL rollouts"]) > 9 > width(stages["pre-training"])
    # Independent errors average out, so that the sum is known better than its main part.
    assert width(value) < width(stages["pre-training"])
    main(RUN)
    out = capsys.readouterr().out
    assert "Default: RL rollouts, distillation-teacher: forward passes only" in out
    assert "rl-updates: 2.22e+23 (7" in out


def test_the_interval_of_a_sum_is_that_of_independent_parts() -> None:
    part = ("--parameters", "1e9", "--tokens", "1e9~10")
    value = answer("--stage", "one", *part, "--stage", "two", *part)
    one, two = value["stages"]
    assert value[FLOP] == 2 * one[FLOP] == 2 * two[FLOP]
    # Of two such parts the larger one decides: the low end lies above twice that of one.
    assert 2.2 * one[ENDS[0]] < value[ENDS[0]] < value[FLOP]
    assert one[ENDS[1]] < value[ENDS[1]] < 2 * one[ENDS[1]]


def test_a_stage_may_use_another_method() -> None:
    value = answer(
        *("--active-parameters", "37e9"),
        *("--stage", "pre-training", "--tokens", "14.8T"),
        *("--stage", "reinforcement learning", "--hardware", "H800", "--precision", "bf16"),
        *("--gpu-hours", "147K", "--mfu", "0.3"),
    )
    methods = [[one["method"] for one in stage["estimates"]] for stage in value["stages"]]
    assert methods == [["operation_count"], ["hardware_time"]]


def test_a_base_model_by_its_name_or_its_compute(real: Real) -> None:
    tuning = ("--stage", "fine-tuning", "--parameters", "175e9", "--tokens", "10B")
    compute = real.compute.set_index("system_id")["training_compute_estimated_flop"]
    by_name = answer("--base-model", "GPT-3 175B", *tuning)
    base, tuned = by_name["stages"]
    assert base["stage"] == "base model"
    assert base[FLOP] == pytest.approx(compute["gpt-3-175b"])
    # Its errors are those that a run learns for it, whatever rests on the same sources.
    learnt = answer("--base-model", "transformer", *tuning)["stages"][0]
    by_id = real.estimates.set_index("estimate_id")
    rows = by_id[by_id["system_id"] == "transformer"]
    [same] = [row for _, row in rows.iterrows() if row[FLOP] == pytest.approx(learnt[FLOP])]
    assert learnt[ENDS[1]] == pytest.approx(same[ENDS[1]], rel=0.03)
    assert tuned[FLOP] == pytest.approx(6 * 175e9 * 1e10)
    by_compute = answer("--base-model", "3.1e23~2", *tuning)["stages"][0]
    assert by_compute[FLOP] == 3.1e23
    # Beside the factor that is given stands the error of a confident estimate.
    structural = errors_of_table(real.error_model).structural_oom["confident"]

    def width(factor: float) -> float:
        return 10 ** math.hypot(math.log10(factor), structural)

    assert by_compute[ENDS[1]] / 3.1e23 == pytest.approx(width(2), rel=0.03)
    # Without a factor it is known as a total is that is stated.
    of_config = real.settings.estimate.uncertainty.inputs["reported_flop"].stated
    stated = answer("--base-model", "3.1e23")
    assert stated[ENDS[1]] / 3.1e23 == pytest.approx(width(of_config), rel=0.03)
    assert 3.1e23 / stated[ENDS[0]] == pytest.approx(width(of_config), rel=0.03)
    named = answer("--stage", "base", "--base-model", "3.1e23", *tuning)
    assert [stage["stage"] for stage in named["stages"]] == ["base model", "fine-tuning"]


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_stages_in_a_file(form: str, tmp_path: Path) -> None:
    stages = [
        {"stage": "pre-training", "active-parameters": "37e9", "tokens": "14.8T"},
        {
            "stage": "more",
            "hardware": "H100",
            "precision": "bf16",
            "chips": [6144, 3072],
            "days": [50, 15],
            "mfu": 0.4,
        },
        {"stage": "judging", "parameters": "7B", "tokens": "1B", "forward_only": True},
    ]
    file = tmp_path / f"run.{form}"
    lines = []
    for stage in stages:
        lines.append(f"- {json.dumps(stage)}")
    file.write_text(json.dumps(stages) if form == "json" else "\n".join(lines))
    value = answer("--stages", str(file))
    chip_seconds = (6144 * 50 + 3072 * 15) * 86400
    assert [stage[FLOP] for stage in value["stages"]] == pytest.approx(
        [6 * 37e9 * 14.8e12, chip_seconds * 9.894e14 * 0.4, 2 * 7e9 * 1e9]
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {stage: a, parameters: 1, tokns: 2}", "stage a, --tokns: expected an option of --help"),
        ("{stage: a}", "expected a list of stages in YAML or JSON"),
        ("- [", "expected a list of stages in YAML or JSON"),
    ],
)
def test_a_file_that_holds_no_stages_is_told(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "run.yaml"
    file.write_text(text)
    assert main(["--stages", str(file)]) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "ratio"),
    [("rl_rollouts", 0), ("RL rollouts 2", 0), ("generated-data", 0), ("finetuning", 2), ("x", 2)],
)
def test_the_name_of_a_stage_says_whether_it_has_a_backward_pass(name: str, ratio: int) -> None:
    value = answer("--stage", name, "--parameters", "1e9", "--tokens", "1e9")
    assert value[FLOP] == pytest.approx(2e18 * (1 + ratio))


def test_executed_operations_of_some_stages_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    chips = ("--hardware", "H100", "--precision", "bf16", "--gpu-hours", "1000")
    run = ("--stage", "a", *chips, "--mfu", "0.3", "--stage", "b", *chips, "--hfu", "0.4")
    assert answer(*run)["operations"] == "mixed"
    main(run)
    assert "FLOP, in some stages those that were executed" in capsys.readouterr().out


def test_problems_name_their_stage(capsys: pytest.CaptureFixture[str]) -> None:
    run = ["--stage", "rl-rollout", "--parameters", "x", "--tokens", "1"]
    assert main([*run, "--stage", "b", "--parameters", "1e9", "--tokens", "0"]) == 1
    error = capsys.readouterr().err
    assert (
        "stage rl-rollout, --stage: found 'rl-rollout', expected rl-rollouts, or another" in error
    )
    assert "stage rl-rollout, --parameters: found 'x', expected a number" in error
    assert "stage b, --tokens: found '0', expected at least 1" in error
