"""Quantities that two files state of one system."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pipeline import PaperRun
from project import RAW

from compute_trends.common.problems import InputError
from compute_trends.estimate.same_quantity import exported_quantities, quantity_problems
from compute_trends.settings.estimate import Different, Quantities

QUANTITIES = Quantities(factor=20, differ=[])


def told(paper_run: PaperRun, system: str, column: str, factor: float) -> list[str]:
    """Problems of the real data with one annotated value multiplied."""
    later, vintages = map(paper_run.raw, ("later_values", "vintages"))
    paths = [str(path) for path in (RAW / "vintages").glob("*.csv")]
    exported = exported_quantities(later, vintages, paths)
    systems = paper_run["systems"].copy()
    systems[column] = systems[column].mask(systems["system_id"] == system, systems[column] * factor)
    problems = quantity_problems(
        systems,
        paper_run.raw("compute_inputs"),
        exported,
        quantities=paper_run.settings.estimate.quantities,
        file="compute_inputs.csv",
    )
    return list(map(str, problems))


@pytest.mark.parametrize(
    ("system", "column"),
    [
        ("gpt-j-6b", "parameters"),
        ("alexnet", "parameters"),
        ("transformer", "parameters"),
        ("gpt", "training_dataset_size_datapoints"),
        ("transformer", "equivalent_training_time_hours"),
    ],
)
@pytest.mark.parametrize("factor", [1000.0, 0.001])
def test_a_slip_of_the_power_of_ten_is_told_with_both_files(
    paper_run: PaperRun, system: str, column: str, factor: float
) -> None:
    assert system in set(paper_run["systems"]["system_id"])
    [first, *_] = told(paper_run, system, column, factor)
    assert "expected within a factor 20 of" in first and "estimate.quantities.differ" in first
    assert column in first or "hours" in first


def test_the_real_data_differ_only_where_the_config_says_why(paper_run: PaperRun) -> None:
    assert told(paper_run, "", "parameters", 1.0) == []


def made_up(annotated: float, counted: float, differ: list[Different]) -> list[str]:
    systems = {"system_id": ["a"], "annotation_id": [7], "system": ["A"], "parameters": [annotated]}
    systems |= {"training_dataset_size_datapoints": [None], "equivalent_training_time_hours": [5.0]}
    inputs = {"system_id": "a", "method": "operation_count", "parameters": counted}
    inputs |= {"hours": 0.5, "chips": 10}
    problems = quantity_problems(
        pd.DataFrame(systems),
        pd.DataFrame([inputs], index=[3]),
        pd.DataFrame(columns=["system_id", "column", "value", "model", "export"]),
        quantities=QUANTITIES.model_copy(update={"differ": differ}),
        file="inputs.csv",
    )
    return list(map(str, problems))


def test_hours_may_be_those_of_all_chips_and_a_reason_lets_values_differ() -> None:
    assert made_up(1e9, 5e9, []) == []
    [problem] = made_up(1e9, 1e6, [])
    assert problem.startswith(
        "inputs.csv, row 3, column parameters: found '1000000', expected within a factor 20 of "
        "1000000000, parameters of annotation 7;"
    )
    why = Different(system="a", quantity="parameters", why="of a mixture of experts")
    assert made_up(1e9, 1e6, [why]) == []


def test_the_newest_export_that_states_a_system_is_taken(tmp_path: Path) -> None:
    columns = "system,parameters,training_dataset_size_datapoints\n"
    (tmp_path / "old.csv").write_text(f"{columns}Net,1,\nGone,5,\n")
    (tmp_path / "new.csv").write_text(f"{columns}Net v1,2,\nGone,,\n")
    days = pd.to_datetime(["2024-01-01", "2025-01-01"])
    vintages = pd.DataFrame({"export": ["old", "new"], "vintage": days})
    later = pd.DataFrame(
        {
            "system_id": ["net", "net", "gone", "gone"],
            "model": ["Net", "Net v1", "Gone", "Gone"],
            "vintage": [*days, *days],
        }
    )
    paths = [str(tmp_path / name) for name in ("old.csv", "new.csv")]
    found = exported_quantities(later, vintages, paths).set_index("system_id")
    assert found["value"].to_dict() == {"net": 2, "gone": 5}


def test_the_stage_stops(paper_run: PaperRun) -> None:
    systems = paper_run["systems"].copy()
    systems["parameters"] *= 1000
    run = PaperRun(paper_run.settings, systems=systems, excluded=paper_run["excluded"])
    with pytest.raises(InputError, match="within a factor 20 of"):
        run["estimates"]
