from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from project import RAW

from compute_trends.common.problems import InputError
from compute_trends.common.records import records
from compute_trends.estimate.inputs import complete_inputs
from compute_trends.settings.estimate import Defaults, Utilization
from compute_trends.tables.dictionary import raw_table
from compute_trends.tables.raw import read_checked

COLUMNS = raw_table("compute_inputs").columns
DEFAULTS = Defaults(utilization=Utilization(rule="learnt", fixed=0.4), backward_forward_ratio=2)
COUNTED = {
    "estimate_id": "net/operation_count",
    "system_id": "net",
    "method": "operation_count",
    "parameters": "1e6",
    "examples": "5000",
    "epochs": "10",
    "confidence": "confident",
    "scope": "system",
    "operations": "needed",
    "source_url": "https://example.org/paper",
    "source_locator": "table 1",
    "derivation": "As stated.",
}
TIMED = {
    "estimate_id": "net/hardware_time",
    "system_id": "net",
    "method": "hardware_time",
    "hardware": "V100",
    "precision": "fp32",
    "chips": "8",
    "hours": "24",
    "confidence": "speculative",
    "scope": "system",
    "operations": "needed",
    "source_url": "https://example.org/paper",
    "source_locator": "table 1",
    "derivation": "As stated. ASSUME utilization: not stated.",
}
REPORTED = {
    "estimate_id": "net/reported",
    "system_id": "net",
    "method": "reported",
    "reported_flop": "3e16",
    "confidence": "likely",
    "scope": "system",
    "operations": "needed",
    "source_url": "https://example.org/paper",
    "source_locator": "table 1",
    "derivation": "As stated.",
}


def read(tmp_path: Path, *rows: dict[str, str], defaults: Defaults = DEFAULTS) -> pd.DataFrame:
    """Rows written, read and completed as the estimate stage does it."""
    path = tmp_path / "compute_inputs.csv"
    cells = pd.DataFrame(rows).reindex(columns=COLUMNS)
    cells.to_csv(path, index=False)
    chips = str(RAW / "hardware.csv")
    return complete_inputs(
        read_checked(str(path), "compute_inputs"),
        read_checked(chips, "hardware"),
        pd.DataFrame({"system_id": ["net"]}),
        pd.DataFrame({"system_id": ["gone"]}),
        defaults=defaults,
        files=("compute_inputs.csv", "hardware.csv"),
    )


def changed(row: dict[str, str], **cells: str) -> dict[str, str]:
    return {name: value for name, value in (row | cells).items() if value}


# Chips and time with a utilization that a source states, but not what it is of
STATED = changed(TIMED, utilization="0.5", confidence="likely", derivation="As stated.")


def test_defaults_and_peak_rates_are_put_in(tmp_path: Path) -> None:
    counted, timed = records(read(tmp_path, COUNTED, TIMED))
    assert counted["forward_flop"] == 2e6
    assert counted["backward_forward_ratio"] == 2
    assert counted["scale_factor"] == 1
    assert timed["hardware"] == "NVIDIA V100"
    assert timed["peak_flop_per_second"] == pytest.approx(1.567e13)
    assert timed["utilization"] == 0.4
    assert timed["assumed"] == "utilization"
    assert (counted["learnt"], timed["learnt"]) == (False, True)


def test_a_utilization_is_learnt_only_where_none_is_stated_and_the_config_asks(
    tmp_path: Path,
) -> None:
    stated = changed(TIMED, utilization="0.5", utilization_kind="mfu", derivation="As stated.")
    [row] = records(read(tmp_path, stated | {"confidence": "likely"}))
    assert (row["utilization"], row["learnt"]) == (0.5, False)
    fixed = Utilization(rule="fixed", fixed=0.2)
    defaults = Defaults(utilization=fixed, backward_forward_ratio=2)
    [row] = records(read(tmp_path, TIMED, defaults=defaults))
    assert (row["utilization"], row["learnt"]) == (0.2, False)


def test_conventions_and_bounds_are_kept(tmp_path: Path) -> None:
    row = changed(COUNTED, conventions="ensemble; base_model", bound="low", scope="part")
    [kept] = records(read(tmp_path, row))
    assert kept["conventions"] == "ensemble; base_model"
    assert (kept["bound"], kept["scope"], kept["operations"]) == ("low", "part", "needed")


@pytest.mark.parametrize(
    ("size", "forward"), [("forward_flop", 7), ("forward_multiply_adds", 14), ("parameters", 14)]
)
def test_two_operations_per_multiply_add_and_parameter(
    tmp_path: Path, size: str, forward: float
) -> None:
    [row] = records(read(tmp_path, changed(COUNTED, parameters="") | {size: "7"}))
    assert row["forward_flop"] == forward


def test_rows_of_excluded_systems_are_passed_over(tmp_path: Path) -> None:
    gone = changed(REPORTED, estimate_id="gone/reported", system_id="gone")
    assert read(tmp_path, COUNTED, gone)["system_id"].tolist() == ["net"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        # Wrong unit
        (
            changed(TIMED, hours="3 days"),
            "column hours: found '3 days', expected a number (unit: h)",
        ),
        (changed(TIMED, utilization="33"), "column utilization: found '33', expected at most 1"),
        (
            changed(COUNTED, parameters="175GB"),
            "column parameters: found '175GB', expected a number",
        ),
        # Negative or zero
        (
            changed(TIMED, chips="-8"),
            "column chips: found '-8', expected at least 1 (unit: chips)",
        ),
        (changed(COUNTED, examples="0"), "column examples: found '0', expected at least 1"),
        (
            changed(COUNTED, backward_forward_ratio="-1"),
            "column backward_forward_ratio: found '-1'",
        ),
        # Missing
        (changed(COUNTED, epochs=""), "column epochs: expected a value: operation_count needs it"),
        (changed(TIMED, chips=""), "column chips: expected a value: hardware_time needs it"),
        (changed(REPORTED, reported_flop=""), "column reported_flop: expected a value: reported"),
        (changed(COUNTED, source_url=""), "column source_url: expected a value"),
        (
            changed(COUNTED, parameters=""),
            "column forward_flop: expected a value in exactly one of forward_flop,",
        ),
        # Not used
        (
            changed(COUNTED, chips="8"),
            "column chips: found '8', expected nothing: operation_count does not use it",
        ),
        (
            changed(REPORTED, examples="8"),
            "column examples: found '8', expected nothing: reported does not use it",
        ),
        (
            changed(COUNTED, forward_flop="8"),
            "column forward_flop, parameters: expected a value in exactly one of",
        ),
        # Unknown
        (
            changed(TIMED, hardware="V1000"),
            "column hardware: found 'V1000', expected a chip of hardware.csv, such as NVIDIA V100",
        ),
        (
            changed(TIMED, precision="tf32"),
            "column precision: found 'tf32', expected a precision that NVIDIA V100 has: fp64",
        ),
        (changed(TIMED, precision="fp7"), "column precision: found 'fp7', expected one of fp64,"),
        (
            changed(REPORTED, system_id="nett", estimate_id="nett/reported"),
            "column system_id: found 'nett', expected a system_id of data/processed/systems.csv",
        ),
        (
            changed(REPORTED, estimate_id="other/reported"),
            "column estimate_id: found 'other/reported', expected net/reported",
        ),
        (changed(REPORTED, method="guessed"), "column method: found 'guessed', expected one of"),
        # Assumptions
        (
            changed(TIMED, derivation="As stated."),
            'column utilization: expected a value, or "ASSUME utilization" in the derivation',
        ),
        (
            changed(TIMED, confidence="likely"),
            "column confidence: found 'likely', expected speculative where an input is assumed",
        ),
        (
            changed(COUNTED, confidence="speculative"),
            "column confidence: found 'speculative', expected speculative where an input is",
        ),
        *(
            (
                changed(COUNTED, derivation=f"Well. {mark} guessed.", confidence="speculative"),
                f"column derivation: found '{mark}', expected ASSUME, one of parameters, examples,",
            )
            for mark in (
                "ASSUME hours:",
                "ASSUME forward_flop:",
                "ASSUME scale_factor:",
                "ASSUMED epochs:",
                "ASSUME epochs",
                "assume epochs:",
            )
        ),
        (
            changed(COUNTED, scale_factor="2"),
            "column scale_factor_reason: expected a factor and its reason, or neither",
        ),
        # What a row says that it counts
        (
            changed(COUNTED, conventions="one_hot; emsemble"),
            "column conventions: found 'emsemble', expected a convention of data/raw/README.md; "
            "did you mean 'ensemble'?",
        ),
        (
            changed(COUNTED, conventions="ensemble,run"),
            "column conventions: found 'ensemble,run', expected a convention of",
        ),
        (
            changed(TIMED, utilization_kind="mfu"),
            "column utilization_kind: found 'mfu', expected nothing: no utilization is stated",
        ),
        (
            changed(COUNTED, utilization_kind="mfu"),
            "column utilization_kind: found 'mfu', expected nothing: no utilization is stated",
        ),
        (STATED, "column utilization_kind: expected mfu, hfu or rule_of_thumb"),
        (
            changed(STATED, utilization_kind="mfu", operations="executed"),
            "column operations: found 'executed', expected needed, as its utilization is mfu",
        ),
        (
            changed(STATED, utilization_kind="hfu"),
            "column operations: found 'needed', expected executed, as its utilization is hfu",
        ),
        (
            changed(STATED, utilization_kind="peak"),
            "column utilization_kind: found 'peak', expected one of mfu, hfu, rule_of_thumb",
        ),
        (changed(COUNTED, scope=""), "column scope: expected a value"),
        (changed(COUNTED, scope="whole"), "column scope: found 'whole', expected one of system,"),
        (changed(COUNTED, operations=""), "column operations: expected a value"),
        (changed(COUNTED, bound="floor"), "column bound: found 'floor', expected one of low, high"),
    ],
)
def test_bad_inputs_are_told_with_row_and_column(
    tmp_path: Path, row: dict[str, str], message: str
) -> None:
    other = changed(REPORTED, estimate_id="gone/reported", system_id="gone")
    with pytest.raises(InputError) as caught:
        read(tmp_path, other, row)
    assert f", row 3, {message}" in str(caught.value)


def test_all_problems_of_the_file_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, changed(COUNTED, epochs=""), changed(TIMED, hardware="V1000", chips=""))
    assert len(caught.value.problems) == 3
