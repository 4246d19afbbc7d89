from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Real
from project import ROOT

from compute_trends.estimate.__main__ import main
from compute_trends.estimate.calculator import ENDS, FLOP, calculate
from compute_trends.estimate.error_model import errors_of_table
from compute_trends.estimate.options import read_call
from compute_trends.settings.models import Settings

GPT_3 = ["--parameters", "174.6e9", "--tokens", "300e9"]
ROW = "transformer/hardware_time"
V100 = ["--hardware", "V100", "--precision", "fp32", "--chips", "1", "--hours", "1"]
H100 = ["--hardware", "H100", "--precision", "bf16"]


def answer(*arguments: str) -> dict[str, Any]:
    return calculate(read_call(arguments))


def test_the_command_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(GPT_3) == 0
    lines = capsys.readouterr().out.splitlines()
    # What was taken without being given comes before the result.
    assert lines[0] == "Default: one pass over the data (--epochs)"
    assert lines[1] == "Default: a backward pass of 2 times the forward pass"
    assert lines[2] == "3.143e+23 FLOP"
    assert lines[3] == "2 × 1.746e11 × 3 × 3e11 = 3.14e23"
    assert lines[4].startswith("90 % interval ")


def test_it_gives_the_numbers_of_the_pipeline(
    real: Real, capsys: pytest.CaptureFixture[str]
) -> None:
    estimates = real.estimates.set_index("estimate_id")
    main(GPT_3)
    expected = estimates.loc["gpt-3-175b/operation_count"]
    assert expected["arithmetic"] in capsys.readouterr().out
    # All of its inputs are stated, so that the pipeline gives it the error of the same class.
    assert expected["confidence"] == "confident"
    value = answer(*GPT_3)
    for end in ENDS:
        assert value[end] == pytest.approx(expected[end], rel=0.1)


def test_a_utilization_that_is_not_given_is_learnt(
    real: Real, capsys: pytest.CaptureFixture[str]
) -> None:
    learnt = errors_of_table(real.error_model).utilization
    assert learnt is not None
    for hours in ("1", "1e3", "1e6"):
        peak = answer(*V100[:-1], hours, "--mfu", "1")[FLOP]
        expected = learnt.utilization(peak)
        value = answer(*V100[:-1], hours)
        assert value[FLOP] == pytest.approx(peak * expected)
        assert value[FLOP] / value[ENDS[0]] == pytest.approx(10**learnt.half_width_oom, rel=1e-6)
        # Chips do no more than their peak rate.
        most = min(10**learnt.half_width_oom, 1 / expected)
        assert value[ENDS[1]] / value[FLOP] == pytest.approx(most, rel=1e-6)
    main(V100)
    out = capsys.readouterr().out
    told = "learnt from our counted systems (--mfu)\n"
    assert out.index("Default: utilization ") < out.index(told) < out.index(" FLOP\n")
    main([*V100, "--utilization", "0.25"])
    out = capsys.readouterr().out
    assert "× 0.25 =" in out
    assert told not in out


def test_a_utilization_of_the_config_where_none_is_learnt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "config.yaml").read_text()
    config = tmp_path / "config.yaml"
    config.write_text(text.replace("      rule: learnt\n", "      rule: fixed\n"))
    assert config.read_text() != text
    main([*V100, "--config", str(config), "--trace"])
    out = capsys.readouterr().out
    assert "Default: utilization 0.3, of config.yaml (--mfu)" in out
    assert "× 0.3 =" in out


def test_the_domain_makes_no_difference(real: Real, capsys: pytest.CaptureFixture[str]) -> None:
    main(V100)
    without = capsys.readouterr().out
    assert "--domain" not in without
    for domain in {*real.systems["domain"], "Other"}:
        assert main([*V100, "--domain", domain]) == 0
        told, *rest = (
            line for line in capsys.readouterr().out.splitlines() if not line.startswith("Def")
        )
        assert told.startswith("--domain makes no difference")
        assert rest == without.splitlines()[1:]


@pytest.mark.parametrize("written", ["2e12", "2T", "2 trillion", "2,000,000,000,000", "2000 B"])
def test_every_option_reads_numbers_in_the_same_way(written: str) -> None:
    assert answer("--parameters", "7B", "--tokens", written)[FLOP] == pytest.approx(8.4e22)


@pytest.mark.parametrize(
    ("time", "hours"),
    [
        (("--chips", "1 000", "--hours", "24"), 24_000),
        (("--chips", "1K", "--days", "1"), 24_000),
        (("--chip-hours", "24K"), 24_000),
        (("--gpu-hours", "24K"), 24_000),
        (("--gpu-days", "1000"), 24_000),
        (("--chips", "1K", "--gpu-days", "1000"), 24_000),
        (("--chips", "6144", "--chips", "3072", "--hours", "1200", "--hours", "336"), 8_404_992),
    ],
)
def test_chips_and_time_in_every_way(time: tuple[str, ...], hours: float) -> None:
    value = answer(*H100, *time, "--mfu", "0.5")
    assert value[FLOP] == pytest.approx(hours * 3600 * 9.894e14 * 0.5)


def test_chip_hours_are_one_input_with_one_factor() -> None:
    apart = answer(*H100, "--chips", "1000", "--hours", "24", "--mfu", "0.5")
    together = answer(*H100, "--chip-hours", "24000", "--mfu", "0.5")
    assert together[ENDS[1]] / together[ENDS[0]] < apart[ENDS[1]] / apart[ENDS[0]]


def test_an_assumed_input_widens_the_interval() -> None:
    def width(parameters: str) -> float:
        value = answer("--parameters", parameters, "--tokens", "13T")
        assert value[FLOP] == pytest.approx(2.184e25)
        return float(value[ENDS[1]] / value[ENDS[0]])

    stated, within_2, of_config, within_10 = map(
        width, ("280e9", "280e9~2", "280e9~", "280 billion~10")
    )
    assert stated < within_2 < of_config < within_10
    # A factor of 10 to either side, and hardly more for what else is uncertain.
    assert 90 < within_10 < 150


def test_a_chip_may_be_assumed_too(real: Real) -> None:
    time = ("--precision", "bf16", "--chips", "8", "--days", "1", "--mfu", "0.3")
    stated, assumed = (answer("--hardware", chip, *time) for chip in ("H100", "H100~"))
    assert stated[FLOP] == assumed[FLOP]
    assert assumed[ENDS[1]] > 1.3 * stated[ENDS[1]]
    # As a row of our data does.
    expected = real.estimates.set_index("estimate_id").loc["openai-five/hardware_time"]
    value = answer("--like", "openai-five/hardware_time")
    assert "hardware" in expected["assumed"]
    assert value[ENDS[1]] == pytest.approx(expected[ENDS[1]], rel=0.05)


def test_both_methods_in_one_call(capsys: pytest.CaptureFixture[str]) -> None:
    both = [*GPT_3, "--hardware", "V100", "--precision", "tensor_fp16", "--chips", "10000"]
    too_short = [*both, "--days", "1", "--mfu", "0.2"]
    both += ["--days", "14.8", "--mfu", "0.2"]
    [stage] = answer(*both)["stages"]
    count, time = stage["estimates"]
    assert count[FLOP] == pytest.approx(3.143e23, rel=1e-3)
    assert time[FLOP] == pytest.approx(1e4 * 14.8 * 86400 * 1.25e14 * 0.2)
    assert stage["chips_to_count_ratio"] == pytest.approx(time[FLOP] / count[FLOP])
    assert stage["implied_utilization"] == pytest.approx(0.2 * count[FLOP] / time[FLOP])
    assert answer(*both)[FLOP] == count[FLOP]
    main(both)
    out = capsys.readouterr().out
    assert "counted operations: 2 × 1.746e11" in out
    assert "chips and time: 10\N{NO-BREAK SPACE}000 chips" in out
    assert "imply a utilization of 0.197" in out
    main(too_short)
    assert "an input is wrong" in capsys.readouterr().out


def test_mfu_and_hfu_are_two_things(capsys: pytest.CaptureFixture[str]) -> None:
    time = [*H100, "--chips", "384", "--hours", "2808"]
    needed = answer(*time, "--mfu", "0.5")
    executed = answer(*time, "--hfu", "0.5")
    divided = answer(*time, "--hfu", "0.5", "--recomputation", "1.25")
    assert needed["operations"] == divided["operations"] == "needed"
    assert executed["operations"] == "executed"
    assert executed[FLOP] == needed[FLOP] == pytest.approx(1.25 * divided[FLOP])
    # What is left of an HFU is an MFU, which is known as well.
    same = answer(*time, "--mfu", "0.4")
    assert [divided[name] for name in (FLOP, *ENDS)] == [same[name] for name in (FLOP, *ENDS)]
    main([*time, "--hfu", "0.5"])
    out = capsys.readouterr().out
    assert "FLOP executed" in out
    assert "upper bound of those that training needs" in out


def test_the_interval_of_an_upper_bound_is_to_one_side(settings: Settings) -> None:
    time = [*H100, "--chips", "384", "--hours", "2808"]
    needed, executed = (answer(*time, share, "0.5") for share in ("--mfu", "--hfu"))
    # Below, training may need less for every reason.
    assert executed[ENDS[0]] == needed[ENDS[0]]
    # Above it, only the inputs can be off: the factors that the config gives them.
    inputs = settings.estimate.uncertainty.inputs
    names = ("chips", "hours", "peak_flop_per_second", "utilization")
    factor = math.exp(math.hypot(*(math.log(inputs[name].stated) for name in names)))
    assert executed[ENDS[1]] / executed[FLOP] == pytest.approx(factor, rel=0.02)
    assert executed[ENDS[1]] < needed[ENDS[1]]
    assert executed[FLOP] / executed[ENDS[0]] > executed[ENDS[1]] / executed[FLOP]


@pytest.mark.parametrize("precision", ["bf16", "BFloat16", "tensor_fp16", "mixed precision"])
def test_the_rate_that_is_taken_is_said(precision: str, capsys: pytest.CaptureFixture[str]) -> None:
    chips = ["--hardware", "H100", "--chips", "1", "--hours", "1", "--mfu", "0.4"]
    main([*chips, "--precision", precision])
    out = capsys.readouterr().out
    assert out.index("Peak rate of NVIDIA H100 SXM5 80GB in tensor_fp16") < out.index(" FLOP\n")
    assert "9.894e+14 FLOP/s" in out


def test_the_slow_rate_of_a_chip_with_tensor_cores_is_asked_about(
    capsys: pytest.CaptureFixture[str],
) -> None:
    chips = ["--hardware", "H100", "--chips", "1", "--hours", "1", "--mfu", "0.4"]
    assert main([*chips, "--precision", "fp16"]) == 1
    error = capsys.readouterr().err
    assert "--precision: found 'fp16', expected tensor_fp16 (9.894e+14 FLOP/s" in error
    assert "fp16_plain (1.338e+14, without them, 7.4 times slower)" in error
    assert main([*chips, "--precision", "fp16_plain"]) == 0
    assert "1.338e14 FLOP/s × 0.4" in capsys.readouterr().out
    # A chip without them has one rate only.
    p100 = ["--hardware", "P100", "--chips", "1", "--hours", "1", "--mfu", "0.4"]
    assert main([*p100, "--precision", "fp16"]) == 0


def test_a_row_of_our_data_as_a_start(real: Real) -> None:
    estimates = real.estimates.set_index("estimate_id")[FLOP]
    same = answer("--like", "GPT-3 175B")
    assert same[FLOP] == estimates["gpt-3-175b/operation_count"]
    doubled = answer("--like", "gpt-3-175b", "--tokens", "600B")
    assert doubled[FLOP] == pytest.approx(2 * same[FLOP])
    other = answer("--like", "gpt-3-175b", "--active-parameters", "174.6e8")
    assert other[FLOP] == pytest.approx(same[FLOP] / 10)
    # By the method that the options speak of, or by the key of an estimate.
    longer, same = answer("--like", "transformer", "--days", "7"), answer("--like", ROW)
    (_, twice), (_, once) = (
        (one["stages"][0]["method"], one["stages"][0]["estimates"][0]["phases"][0])
        for one in (longer, same)
    )
    expected = real.estimates.set_index("estimate_id").loc[ROW]
    assert once["chip_seconds"] == pytest.approx(expected["chip_seconds"])
    assert twice["chip_seconds"] == pytest.approx(2 * expected["chip_seconds"])
    # Nobody states its utilization, and what is learnt for another system rests on all of ours.
    learnt = errors_of_table(real.error_model).utilization
    assert learnt is not None
    peak = twice["chip_seconds"] * expected["peak_flop_per_second"]
    assert longer[FLOP] == pytest.approx(peak * learnt.utilization(peak))


def test_it_can_be_read_by_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*GPT_3, "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value[FLOP] == pytest.approx(3.143e23, rel=1e-3)
    assert value["defaults"]
    [estimate] = value["stages"][0]["estimates"]
    [phase] = estimate["phases"]
    assert phase["arithmetic"] == "2 × 1.746e11 × 3 × 3e11 = 3.14e23"
    assert phase["trace"][-1]["step"] == FLOP
    assert phase["trace"][-1]["high"] == value[ENDS[1]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--tokens: expected a value: operation_count needs it"),
        ([], "--parameters: expected a value: the size of a forward pass"),
        ([], "Give a size and the data, or chips and time; see --help."),
        (
            ["--parameters", "1e200", "--tokens", "1"],
            "--parameters: found '1e200', expected at most",
        ),
        ([*GPT_3, "--domain", "language"], "--domain: found 'language', expected one of "),
        ([*GPT_3, "--config", "nowhere.yaml"], "--config: found 'nowhere.yaml', expected a config"),
        ([*GPT_3, "--utilization", "0.3"], "--chips: expected a value: hardware_time needs it"),
        (["--hardware", "V100", "--days", "-1"], "--days: found '-1', expected at least 4.17e-05"),
        (
            ["--parameters", "lots", "--tokens", "1"],
            "--parameters: found 'lots', expected a number",
        ),
        (["--parameters", "1", "--tokens", "2~0.5"], "--tokens: found '2~0.5', expected a factor"),
        (["--parameters", "1", "--tokens", "1,234"], "expected a number: 1234, or 1.234 with a"),
        (
            ["--hardware", "V1", "--precision", "fp32", "--chips", "1", "--hours", "1"],
            "--hardware: found 'V1', expected a chip of hardware.csv, such as NVIDIA V100",
        ),
        (["--chips", "1", "--days", "x"], "--days: found 'x', expected a number"),
        (["--chips", "1", "--utilization", "30"], "--utilization: found '30', expected at most 1"),
        ([*GPT_3, "--epoch", "2"], "--epoch: expected an option; did you mean --epochs?"),
        ([*GPT_3, "2"], "2: expected an option before it"),
        ([*GPT_3, "--examples", "2"], "--tokens, --examples: expected only one of --tokens,"),
        (
            [*V100, "--chips", "1", "--chips", "2", "--days", "1", "--days", "2"],
            "--hours, --days: expected only one of",
        ),
        (
            [*V100, "--chips", "2", "--chips", "3", "--mfu", "0.3", "--mfu", "0.2"],
            "--mfu: found '2 times', expected this option once, or 3 times",
        ),
        (
            ["--hardware", "H100", "--precision", "fp8 sparse", "--gpu-hours", "1"],
            "--precision: found 'fp8 sparse', expected a dense rate",
        ),
        ([*V100, "--recomputation", "1.3"], "--recomputation: expected --hfu beside it"),
        (["--parameters", "8x7B", "--tokens", "1T"], "found '8x7B', expected --active-parameters"),
        (["--parameters", "671B MoE", "--tokens", "1T"], "expected --active-parameters"),
        (
            ["--parameters", "671B", "--experts", "256", "--tokens", "1T"],
            "--parameters: found '671B', expected --active-parameters, those that one token uses",
        ),
        (
            ["--total-parameters", "671B", "--experts", "256", "--tokens", "1T"],
            "--total-parameters: found '671B', expected --active-parameters",
        ),
        (
            ["--total-parameters", "70B", "--tokens", "1T"],
            "or --parameters, if the model is dense",
        ),
        (
            ["--total-parameters", "7B", "--active-parameters", "8B", "--tokens", "1T"],
            "--active-parameters: found '8B', expected at most --total-parameters",
        ),
        (
            ["--like", "gpt-9"],
            "--like: found 'gpt-9', expected a system of data/raw/compute_inputs",
        ),
        (["--like", "bert"], "such as bert-large"),
        (["--base-model", "gtp-3"], "--base-model: found 'gtp-3', expected a system of data/raw/"),
    ],
)
def test_bad_input_is_told_by_option(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


def test_every_problem_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ["--hardware", "H10", "--precision", "fp9", "--chips", "many", "--domain", "Sight"]
    assert main([*wrong, "--hour", "3", "--parameters", "-1"]) == 1
    told = [line.partition(":")[0] for line in capsys.readouterr().err.splitlines()[:-1]]
    assert told == [
        *("--hour", "--parameters", "--hardware", "--precision", "--chips", "--domain"),
        *("--tokens", "--hours"),
    ]


def test_a_config_that_cannot_be_used_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "config.yaml"
    broken.write_text("estimate: {}\n")
    assert main([*GPT_3, "--config", str(broken)]) == 1
    assert "expected sound keys: key 'seed' is missing" in capsys.readouterr().err


def test_it_runs_as_a_module() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "compute_trends.estimate", *GPT_3],
        cwd=ROOT / "workflow",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "\n3.143e+23 FLOP\n" in run.stdout
    assert run.stderr == ""
