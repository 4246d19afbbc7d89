from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from project import TINY

from compute_trends.clean.export import clean_export, read_values
from compute_trends.estimate.export import export_inputs
from compute_trends.estimate.systems import estimate_export_stage
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import typed
from compute_trends.tables.raw import read_checked

COLUMNS = {
    "Model": "Net",
    "Publication date": "2020-01-01",
    "Training compute (FLOP)": "6e18",
    "Domain": "Language",
    "Link": "https://example.org/net, https://example.org/other",
    "Parameters": "1e6",
    "Training dataset size (total)": "1e12",
    "Epochs": "1",
    "Base model": "",
    "Abstract": "We train a model.",
    "Parameters notes": "",
    "Dataset size notes": "",
    "Training hardware": "Abacus 2",
    "Hardware quantity": "10",
    "Training time (hours)": "500",
    "Hardware utilization (MFU)": "0.5",
    "Numerical format": "FP32",
}


def tables(tmp_path: Path, *changes: dict[str, str], header: str = "(total)") -> dict[str, Any]:
    rows = [COLUMNS | change for change in changes or [{}]]
    frame = pd.DataFrame(rows).rename(
        columns={"Training dataset size (total)": f"Training dataset size {header}"}
    )
    path = tmp_path / "a.csv"
    frame.to_csv(path, index=False)
    return tables_of(path)


def tables_of(path: Path) -> dict[str, Any]:
    export = ExportFile(name="made_up", path=str(path), date="2026-01-01")
    found = clean_export(
        read_values(export),
        read_checked(str(TINY / "raw" / "hardware.csv"), "hardware"),
        export=export,
        published_after="1950-01-01",
        first_day_is_placeholder=True,
    )
    names = ("systems", "export_attributes", "export_columns", "export_hardware")
    return found | export_inputs(*(found[name] for name in names))


def inputs(tmp_path: Path, method: str, **change: str) -> dict[str, Any] | str:
    """The row of inputs by a method, or the reason why there is none."""
    found = tables(tmp_path, change)
    row, left_out = (
        found[name][found[name]["method"] == method]
        for name in ("export_inputs", "export_left_out")
    )
    return dict(row.iloc[0].dropna()) if len(row) else "; ".join(left_out["reason"])


def test_both_methods_from_columns(tmp_path: Path) -> None:
    found = tables(tmp_path)
    counted, timed = found["export_inputs"].to_dict("records")
    assert (counted["parameters"], counted["examples"], counted["epochs"]) == (1e6, 1e12, 1)
    assert (timed["chips"], timed["hours"], timed["utilization"]) == (10, 500, 0.5)
    assert (timed["hardware"], timed["precision"]) == ("Abacus 2", "fp32")
    assert counted["confidence"] == timed["confidence"] == "likely"
    assert (timed["utilization_kind"], timed["operations"]) == ("mfu", "needed")
    assert counted["source_url"] == "https://example.org/net"
    assert found["export_left_out"].empty


# What the paper's systems tell of errors, but for the line of utilization
CLASSES = [
    {"error": "likely", "n": 20, "half_width_oom": 0.5},
    {"error": "speculative", "n": 20, "half_width_oom": 1.0},
]
LINE = {
    "error": "utilization",
    "n": 20,
    "half_width_oom": 0.4,
    "log_at_reference": -1.0,
    "utilization_slope": 0.0,
    "smallest_peak_flop": 1e10,
    "largest_peak_flop": 1e25,
}


def estimated(
    tmp_path: Path, config: dict[str, Any], error_model: list[dict[str, Any]]
) -> dict[str, pd.DataFrame]:
    """Estimates of a system, and of one without epochs and utilization."""
    found = tables(tmp_path, {}, {"Model": "Bare", "Epochs": "", "Hardware utilization (MFU)": ""})
    names = ("systems", "excluded", "export_inputs", "export_hardware")
    settings = Settings(**config).estimate
    return estimate_export_stage(
        *(found[name] for name in names),
        typed(pd.DataFrame(error_model), "error_model"),
        files=("inputs.csv", "hardware.csv"),
        defaults=settings.defaults,
        uncertainty=settings.uncertainty,
        choice=settings.choice,
        seed=1,
    )


def test_the_estimate_stage_takes_them(tmp_path: Path, config: dict[str, Any]) -> None:
    values = estimated(tmp_path, config, CLASSES)
    estimates = values["estimates"].set_index("estimate_id")["training_compute_flop"]
    assert estimates["net/operation_count"] == pytest.approx(6 * 1e6 * 1e12)
    assert estimates["net/hardware_time"] == pytest.approx(10 * 500 * 3600 * 1e7 * 0.5)
    default = Settings(**config).estimate.defaults.utilization.fixed
    assert estimates["bare/hardware_time"] == pytest.approx(10 * 500 * 3600 * 1e7 * default)
    compute = values["compute"]
    assert compute["estimated_to_published_ratio"].iloc[0] == pytest.approx(1.0)
    assert compute["assumed"].tolist()[1] == "epochs"
    assert set(compute["operations"]) == {"needed"}


def test_errors_come_from_the_systems_of_the_paper(tmp_path: Path, config: dict[str, Any]) -> None:
    rows = estimated(tmp_path, config, [*CLASSES, LINE])["estimates"].set_index("estimate_id")
    bare = rows.loc["bare/hardware_time"]
    assert bare["utilization"] == pytest.approx(0.1)
    assert bare["interval_from"] == "utilization"
    assert bare["training_compute_flop_ci90_low"] == pytest.approx(
        bare["training_compute_flop"] / 10**0.4
    )
    assert rows.loc["net/hardware_time", "utilization"] == 0.5
    counted = rows.loc["net/operation_count"]
    assert counted["interval_from"] == "inputs"
    assert counted["training_compute_flop_ci90_high"] > 10**0.5 * counted["training_compute_flop"]
    # Nothing is known of the errors: the factor of the class holds.
    rows = estimated(tmp_path, config, [])["estimates"].set_index("estimate_id")
    assert rows.loc["net/operation_count", "interval_from"] == "confidence"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Base model": "Other"}, "made from another model"),
        ({"Domain": "Vision"}, "not a language model"),
        ({"Domain": "Multimodal,Language,Vision"}, "not a language model"),
        ({"Parameters notes": "102B, of which 12B active parameters"}, "mixture of experts"),
        ({"Abstract": "A sparsely gated model."}, "mixture of experts"),
        ({"Model": "Net-235B-A22B"}, "mixture of experts"),
        ({"Publication date": "2016-01-01"}, "older than the Transformer"),
        (
            {"Training dataset size (total)": "1e9", "Epochs": ""},
            "epochs are not stated, and data of this size are repeated",
        ),
        ({"Parameters": "1e15"}, "a value out of range"),
        ({"Parameters": ""}, ""),
    ],
)
def test_what_gives_no_valid_count(tmp_path: Path, change: dict[str, str], reason: str) -> None:
    found = inputs(tmp_path, "operation_count", **change)
    assert isinstance(found, str) and found.startswith(reason)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Base model": "Other"}, "made from another model"),
        ({"Training hardware": "Abacus,Abacus 2"}, "several kinds of chips"),
        ({"Training hardware": "Engine"}, "no peak rate of its chip in hardware.csv: Engine"),
        ({"Hardware quantity": "1e9"}, "a value out of range"),
        ({"Training time (hours)": ""}, ""),
    ],
)
def test_what_gives_no_valid_time(tmp_path: Path, change: dict[str, str], reason: str) -> None:
    found = inputs(tmp_path, "hardware_time", **change)
    assert isinstance(found, str) and found.startswith(reason)


@pytest.mark.parametrize(
    ("method", "change", "assumed"),
    [
        ("operation_count", {"Epochs": ""}, "ASSUME epochs: "),
        ("hardware_time", {"Hardware utilization (MFU)": ""}, "ASSUME utilization: "),
        ("hardware_time", {"Hardware utilization (MFU)": "40"}, "ASSUME utilization: "),
        ("hardware_time", {"Numerical format": ""}, "ASSUME precision: "),
        ("hardware_time", {"Numerical format": "FP8"}, "ASSUME precision: "),
    ],
)
def test_what_is_assumed_is_said(
    tmp_path: Path, method: str, change: dict[str, str], assumed: str
) -> None:
    found = inputs(tmp_path, method, **change)
    assert isinstance(found, dict)
    assert assumed in found["derivation"] and found["confidence"] == "speculative"


@pytest.mark.parametrize(
    ("header", "notes", "is_assumed"),
    [
        ("(datapoints)", "", True),
        ("(datapoints)", "300B tokens", False),
        ("(gradients)", "", False),
        ("(total)", "", False),
    ],
)
def test_what_a_size_counts(tmp_path: Path, header: str, notes: str, is_assumed: bool) -> None:
    found = tables(tmp_path, {"Dataset size notes": notes}, header=header)["export_inputs"]
    derivation = found.set_index("method").loc["operation_count", "derivation"]
    assert ("ASSUME examples" in derivation) == is_assumed


def test_names_of_chips_in_any_case_and_their_aliases(tmp_path: Path) -> None:
    found = inputs(tmp_path, "hardware_time", **{"Training hardware": " abacus one "})
    assert isinstance(found, dict) and found["hardware"] == "Abacus"


def test_a_deprecated_size_gives_a_count_and_does_not_say_that_it_counts_tokens(
    tmp_path: Path,
) -> None:
    for header in ("(datapoints)", "(total)"):
        tables(tmp_path, {}, {"Model": "Other", "Base model": "Net"}, header=header)
        path = tmp_path / "a.csv"
        text = path.read_text().replace(
            "Training dataset size", "(DEPRECATED) Training dataset size"
        )
        path.write_text(text)
        found = tables_of(path)
        counted = found["export_inputs"].query("method == 'operation_count'").iloc[0]
        assert "ASSUME examples: the export does not say" in counted["derivation"]
        assert (counted["confidence"], counted["examples"]) == ("speculative", 1e12)
        assert "(DEPRECATED) Training dataset size" in counted["source_locator"]
        # A system without a count has a reason.
        left_out = found["export_left_out"].query("method == 'operation_count'")
        assert left_out["reason"].str.startswith("made from another model").tolist() == [True]


def test_of_two_sizes_the_one_that_is_read_says_what_it_counts(tmp_path: Path) -> None:
    tables(tmp_path)
    path = tmp_path / "a.csv"
    frame = pd.read_csv(path).assign(**{"(DEPRECATED) Training dataset size (datapoints)": 7})
    frame.to_csv(path, index=False)
    counted = tables_of(path)["export_inputs"].query("method == 'operation_count'").iloc[0]
    assert (counted["examples"], counted["confidence"]) == (1e12, "likely")
    columns = "export columns Parameters, Training dataset size (total), Epochs"
    assert counted["source_locator"] == columns
