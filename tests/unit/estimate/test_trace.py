from __future__ import annotations

import pytest
from conftest import Real
from numpy.random import default_rng
from pipeline import PaperRun
from project import ROOT

from compute_trends.common.records import records
from compute_trends.estimate.__main__ import main
from compute_trends.estimate.formulas import training_compute
from compute_trends.estimate.inputs import complete_inputs, evaluate, uncertain_inputs
from compute_trends.estimate.trace import FLOP, as_records, trace_steps, trace_text
from compute_trends.tables.raw import read_checked


@pytest.fixture(scope="module")
def rows(real: Real, paper_run: PaperRun) -> list[dict[str, object]]:
    """Every row of the data, evaluated."""
    raw = ROOT / "data" / "raw"
    settings = real.settings.estimate
    in_force = complete_inputs(
        read_checked(str(raw / "compute_inputs.csv"), "compute_inputs"),
        read_checked(str(raw / "hardware.csv"), "hardware"),
        real.systems,
        real.excluded,
        defaults=settings.defaults,
        files=("compute_inputs.csv", "hardware.csv"),
    )
    uncertainty = settings.uncertainty.model_copy(update={"samples": 100})
    return [
        row
        | evaluate(row, uncertainty=uncertainty, rng=default_rng(0))
        | {"factors": uncertain_inputs(row, uncertainty.inputs)}
        for row in records(in_force)
    ]


def test_every_row_of_the_data_has_a_trace(rows: list[dict[str, object]]) -> None:
    assert {row["method"] for row in rows} == {"operation_count", "hardware_time", "reported"}
    for row in rows:
        steps = trace_steps(row, row["factors"])
        named = {step.step: step for step in steps}
        assert len(named) == len(steps)
        result = steps[-1]
        assert (result.step, result.kind, result.value) == (FLOP, "result", row[FLOP])
        assert result.low == row[f"{FLOP}_ci90_low"]
        # The inputs that it shows are those that the value is the product of.
        values = {name: step.value for name, step in named.items()} | {"scale_factor": 1.0}
        values |= {"scale_factor": row["scale_factor"]}
        again = training_compute(str(row["method"]), values)[FLOP]
        assert again == pytest.approx(row[FLOP])
        assumed = {step.step for step in steps if step.kind == "assumed"}
        marks = set(filter(None, str(row["assumed"]).split("; ")))
        chip = {"hardware", "precision"}
        assert assumed == (marks - chip) | ({"peak_flop_per_second"} if marks & chip else set())
        for step in steps:
            assert step.low is None or step.low <= step.value <= step.high
        assert len(trace_text(steps).splitlines()) == 1 + len(steps)
        assert set(as_records(steps)[0]) == set(steps[0]._fields)


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
