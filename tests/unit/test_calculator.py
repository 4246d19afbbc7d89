from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import ROOT, Real

from compute_trends.calculator import main

GPT_3 = ["--parameters", "174.6e9", "--tokens", "300e9"]


def test_the_command_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(GPT_3) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "3.143e+23 FLOP"
    assert lines[1] == "2 × 1.746e11 × 3 × 3e11 = 3.14e23"
    assert lines[2].startswith("90 % interval ")


def test_it_gives_the_numbers_of_the_pipeline(
    real: Real, capsys: pytest.CaptureFixture[str]
) -> None:
    estimates = real.estimates.set_index("estimate_id")
    main(GPT_3)
    expected = estimates.loc["gpt-3-175b/operation_count"]
    assert expected["arithmetic"] in capsys.readouterr().out
    main(["--hardware", "p100", "--precision", "fp32", "--chips", "8", "--days", "3.5"])
    expected = estimates.loc["transformer/hardware_time"]
    assert expected["arithmetic"] in capsys.readouterr().out


def test_the_domain_sets_the_default_utilization(capsys: pytest.CaptureFixture[str]) -> None:
    chips = ["--hardware", "V100", "--precision", "fp32", "--chips", "1", "--hours", "1"]
    main([*chips, "--domain", "Vision"])
    assert "× 0.4 =" in capsys.readouterr().out
    main([*chips, "--utilization", "0.25"])
    assert "× 0.25 =" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--examples: expected a value: operation_count needs it"),
        (
            ["--parameters", "lots", "--tokens", "1"],
            "--parameters: found 'lots', expected a number",
        ),
        ([*GPT_3, "--chips", "3"], "--parameters: found '174600000000.0', expected nothing"),
        (
            ["--hardware", "V1", "--precision", "fp32", "--chips", "1", "--hours", "1"],
            "--hardware: found 'V1', expected a chip of hardware.csv, such as NVIDIA V100",
        ),
        (["--chips", "1", "--days", "x"], "--days: found 'x', expected a number"),
        (["--utilization", "30"], "--utilization: found '30.0', expected at most 1"),
    ],
)
def test_bad_input_is_told_by_option(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


def test_it_runs_as_a_module() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "compute_trends.estimate", *GPT_3],
        cwd=ROOT / "workflow",
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith("3.143e+23 FLOP\n")
    assert run.stderr == ""
