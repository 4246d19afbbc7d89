from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from project import RAW, TINY

from compute_trends.clean.chips import (
    FORMATS,
    faster_tensor_rate,
    find_chip,
    formats_of,
    implausible_rates,
    names_of_chips,
    number_format,
    peak_column,
    peak_rate,
)
from compute_trends.tables.dictionary import raw_table
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


@pytest.mark.parametrize(
    ("written", "formats"),
    [
        ("FP32", ("fp32",)),
        ("bf16", ("tensor_fp16",)),
        ("BFloat16", ("tensor_fp16",)),
        ("mixed precision", ("tensor_fp16",)),
        ("fp16 tensor", ("tensor_fp16",)),
        ("Tensor-FP16/BF16", ()),
        ("FP16", ("tensor_fp16", "fp16")),
        ("FP8", ("fp8",)),
        ("NVFP4", ("fp4",)),
        ("MX-FP4", ("fp4",)),
        ("INT8", ("int8",)),
        ("Unknown", ()),
        ("", ()),
    ],
)
def test_formats_go_by_the_names_that_people_write(written: str, formats: tuple[str, ...]) -> None:
    assert formats_of(written) == formats


def test_a_format_of_hardware_csv_means_itself() -> None:
    own = list(raw_table("compute_inputs").field("precision").enum or ())
    assert own and [number_format(name) for name in own] == own
    assert number_format(" FP16 ") == "fp16"
    assert number_format("half") == number_format("bf16") == "tensor_fp16"
    assert number_format("decimal") is None


def test_every_format_has_its_rate_in_hardware_csv() -> None:
    columns = set(raw_table("hardware").columns)
    assert {peak_column(name) for names in FORMATS.values() for name in names} == {
        name for name in columns if name.startswith("peak_")
    }


def test_matrix_units_that_are_much_faster_than_what_was_asked_for() -> None:
    hardware = chips(TINY / "raw")
    hardware["peak_fp16_flop_per_second"] = [2e6, 2e7]
    hardware["peak_tensor_fp16_flop_per_second"] = [1.5e7, 2e7]
    assert faster_tensor_rate(hardware, "Abacus", "fp16") == pytest.approx(7.5)
    assert faster_tensor_rate(hardware, "Abacus", "tensor_fp16") is None
    assert faster_tensor_rate(hardware, "Abacus", "fp32") is None
    # Not faster, or none at all
    assert faster_tensor_rate(hardware, "Abacus 2", "fp16") is None
    assert faster_tensor_rate(chips(TINY / "raw"), "Abacus", "fp16") is None
    assert faster_tensor_rate(chips(RAW), "NVIDIA H100 SXM5 80GB", "fp16") == pytest.approx(
        7.4, rel=0.01
    )


def test_chips_of_today_are_known_by_their_short_names() -> None:
    hardware = chips(RAW)
    names, problems = names_of_chips(hardware, file="hardware.csv")
    assert problems == []
    # Data sheets and guides of the makers, dense
    for name, precision, rate in (
        ("B200", "fp8", 4.5e15),
        ("GB200", "fp4", 1e16),
        ("B300", "tensor_fp16", 2.25e15),
        ("GB300", "fp4", 1.5e16),
        ("B100", "tensor_fp16", 1.75e15),
        ("MI300X", "fp8", 304 * 4096 * 2.1e9),
        ("MI325X", "tensor_fp16", 1.3074e15),
        ("MI355X", "fp8", 256 * 8192 * 2.4e9),
        ("TPU v7", "fp8", 4.614e15),
        ("Ironwood", "tensor_fp16", 2.307e15),
        ("Trainium2", "fp8", 1.299e15),
        ("Trainium 3", "fp8", 2.517e15),
        ("Gaudi 2", "tensor_fp16", 4.32e14),
        ("Gaudi 3", "fp8", 1.835e15),
        ("H20", "tensor_fp16", 1.48e14),
        ("H800", "fp64", 1e12),
        ("Ascend 910C", "tensor_fp16", 7.52e14),
        ("GH200", "fp8", 1.979e15),
        ("A100 80GB", "tensor_fp16", 3.12e14),
        ("H100 SXM", "fp8", 1.979e15),
        ("Titan V", "tensor_fp16", 1.1e14),
        ("TPUv4", "tensor_fp16", 2.75e14),
        ("V100 SXM2", "tensor_fp16", 1.25e14),
    ):
        chip, _ = find_chip(name, names)
        assert chip is not None, name
        assert peak_rate(hardware, chip, precision)[0] == pytest.approx(rate, rel=1e-3), name


def test_no_rate_is_that_of_sparse_matrices() -> None:
    """Matrix units are at most twice as fast with half the bits, and eight times as fast as fp32.

    But for chips whose fp8 is made for more, and the narrower dense fp4 of Blackwell Ultra.
    """
    rates = chips(RAW).set_index("hardware").filter(regex="^peak_")
    rates.columns = rates.columns.str.extract("peak_(.+)_flop_per_second")[0]
    special = {"Amazon Trainium3", "NVIDIA B300", "NVIDIA GB300"}
    for wide, narrow in (("tensor_fp16", "fp8"), ("fp8", "fp4"), ("tf32", "tensor_fp16")):
        ratio = (rates[narrow] / rates[wide]).dropna()
        assert set(ratio.index[ratio > 2.1]) <= special, (wide, narrow)


def test_tensor_rates_of_cards_follow_from_their_generation() -> None:
    """Rates of the matrix units over fp32: GeForce accumulates in 32 bits at half the speed."""
    rates = chips(RAW).set_index("hardware")
    ratio = rates["peak_tensor_fp16_flop_per_second"] / rates["peak_fp32_flop_per_second"]
    name = rates.index.str
    turing = name.contains(r"Quadro RTX \d|Tesla T4")
    ampere = name.contains(r"RTX A\d|A10 PCIe|A40|RTX 6000 Ada")
    for cards, factor in (
        (turing, 8),
        (ampere, 4),
        (name.contains("GeForce RTX 20"), 4),
        (name.contains("GeForce RTX [34]0"), 2),
    ):
        assert cards.sum() >= 2
        assert ratio[cards].to_list() == pytest.approx([factor] * cards.sum(), rel=0.02)
    since = rates["release_date"].ge("2017-12-01") & name.contains("RTX|Titan V|A10|Tesla T4")
    assert ratio[since].notna().all()


def test_the_clock_of_the_kepler_cards_is_the_boost_one() -> None:
    cards = chips(RAW).set_index("hardware")
    # 2880 cores at 745 and 876 MHz, twice 2496 at 562 and 824 MHz
    assert cards.loc["NVIDIA Tesla K40c", "clock"] == "boost"
    k40, k80 = cards.loc[["NVIDIA Tesla K40c", "NVIDIA Tesla K80"], "peak_fp32_flop_per_second"]
    assert k40 == pytest.approx(2 * 2880 * 876e6, rel=0.001)
    assert k80 == pytest.approx(2 * 2 * 2496 * 824e6, rel=0.001)
