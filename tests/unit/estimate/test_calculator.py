from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Real
from project import ROOT

from compute_trends.estimate.__main__ import calculate, main, parse_arguments

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
    low, high = (expected[f"training_compute_flop_ci90_{end}"] for end in ("low", "high"))
    value = calculate(parse_arguments(GPT_3))
    assert value["training_compute_flop_ci90_low"] == pytest.approx(low, rel=0.03)
    assert value["training_compute_flop_ci90_high"] == pytest.approx(high, rel=0.03)
    main(["--hardware", "p100", "--precision", "fp32", "--chips", "8", "--days", "3.5"])
    expected = estimates.loc["transformer/hardware_time"]
    out = capsys.readouterr().out
    assert expected["arithmetic"] in out
    assert "Utilization 0.3 is the default for Language." in out


def test_the_domain_sets_the_default_utilization(capsys: pytest.CaptureFixture[str]) -> None:
    chips = ["--hardware", "V100", "--precision", "fp32", "--chips", "1", "--hours", "1"]
    main([*chips, "--domain", "Other"])
    assert "× 0.4 =" in capsys.readouterr().out
    main([*chips, "--utilization", "0.25"])
    assert "× 0.25 =" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--tokens: expected a value: operation_count needs it"),
        ([], "Give a size and the data, or chips and time; see --help."),
        (
            ["--parameters", "1e200", "--tokens", "1"],
            "--parameters: found '1e+200', expected at most",
        ),
        ([*GPT_3, "--domain", "language"], "--domain: found 'language', expected one of Language,"),
        ([*GPT_3, "--config", "nowhere.yaml"], "--config: found 'nowhere.yaml', expected a config"),
        ([*GPT_3, "--utilization", "0.3"], "--utilization: found '0.3', expected nothing"),
        (["--hardware", "V100", "--days", "-1"], "--days: found '-24', expected at least 0.001"),
        (
            ["--parameters", "lots", "--tokens", "1"],
            "--parameters: found 'lots', expected a number",
        ),
        ([*GPT_3, "--chips", "3"], "--parameters: found '174600000000', expected nothing"),
        (
            ["--hardware", "V1", "--precision", "fp32", "--chips", "1", "--hours", "1"],
            "--hardware: found 'V1', expected a chip of hardware.csv, such as NVIDIA V100",
        ),
        (["--chips", "1", "--days", "x"], "--days: found 'x', expected a number"),
        (["--chips", "1", "--utilization", "30"], "--utilization: found '30', expected at most 1"),
    ],
)
def test_bad_input_is_told_by_option(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


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
    assert run.stdout.startswith("3.143e+23 FLOP\n")
    assert run.stderr == ""
