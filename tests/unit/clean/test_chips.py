from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from project import RAW, TINY

from compute_trends.clean.chips import find_chip, implausible_rates, names_of_chips, peak_rate
from compute_trends.tables.raw import read_checked


def chips(path: Path) -> pd.DataFrame:
    return read_checked(str(path / "hardware.csv"), "hardware")


def test_a_chip_goes_by_its_name_and_its_aliases_in_any_case() -> None:
    names, problems = names_of_chips(chips(TINY / "raw"), file="hardware.csv")
    assert problems == []
    for written in ("Abacus", "abacus one", " ABACUS "):
        assert find_chip(written, names)[0] == "Abacus"
    chip, hint = find_chip("Abacuss 2", names)
    assert chip is None
    assert hint.startswith("a chip of hardware.csv, such as Abacus 2")
    assert find_chip("Difference engine", names) == (None, "a chip of hardware.csv")


def test_a_rate_that_a_chip_lacks_is_answered_with_those_it_has() -> None:
    hardware = chips(TINY / "raw")
    assert peak_rate(hardware, "Abacus", "fp32")[0] == 1e6
    rate, hint = peak_rate(hardware, "Abacus", "tensor_fp16")
    assert rate is None
    assert hint == "a precision that Abacus has: fp32"


def test_two_chips_with_one_name_are_refused() -> None:
    hardware = chips(TINY / "raw")
    hardware.loc[hardware.index[1], "aliases"] = "abacus one"
    _, [problem] = names_of_chips(hardware, file="hardware.csv")
    assert "row 3, column aliases: found 'abacus one'" in str(problem)
    assert "Abacus has" in problem.expected


def test_one_chip_may_write_its_name_twice_and_end_a_list_with_a_semicolon() -> None:
    hardware = chips(TINY / "raw")
    hardware["aliases"] = ["ABACUS; Abacus One;", ";"]
    assert set(names_of_chips(hardware, file="hardware.csv")[0]) == {
        "abacus",
        "abacus one",
        "abacus 2",
    }


def test_a_rate_in_teraflop_is_noticed() -> None:
    hardware = chips(TINY / "raw")
    assert implausible_rates(hardware, file="hardware.csv") == []
    hardware["release_date"] = pd.Timestamp("2017-06-01")
    [first, _] = implausible_rates(hardware, file="hardware.csv")
    assert str(first) == (
        "hardware.csv, row 2, column peak_fp32_flop_per_second: found '1000000', expected "
        "at least 1e+08 FLOP/s for a chip of this century"
    )


def test_names_of_the_real_chips_are_unambiguous_and_common_ones_known() -> None:
    hardware = chips(RAW)
    names, _ = names_of_chips(hardware, file="hardware.csv")
    # Data sheets of the makers
    for name, precision, rate in (
        ("V100", "tensor_fp16", 1.25e14),
        ("A100", "tensor_fp16", 3.12e14),
        ("TPU v3", "tensor_fp16", 1.23e14),
        ("P100", "fp32", 9.3e12),
        ("GTX 580", "fp32", 1.581e12),
    ):
        chip, _ = find_chip(name, names)
        assert chip is not None
        assert peak_rate(hardware, chip, precision)[0] == pytest.approx(rate, rel=0.01)


def test_a_chip_is_no_faster_with_more_digits() -> None:
    """Catches a rate in the wrong column or unit."""
    hardware = chips(RAW)
    doubled = hardware["peak_fp64_flop_per_second"] / hardware["peak_fp32_flop_per_second"]
    # The A100's FP64 rate of its cores is half of its FP32 rate, as on every server chip.
    assert doubled.dropna().le(1.0).all()
    wider = hardware["peak_fp16_flop_per_second"] / hardware["peak_tensor_fp16_flop_per_second"]
    assert wider.dropna().le(1.0).all()
