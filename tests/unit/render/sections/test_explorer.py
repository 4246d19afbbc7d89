from __future__ import annotations

from dataclasses import replace

import pytest
from pipeline import changed

from compute_trends.estimate.error_model import errors_of_table
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections.explorer import default_utilization, digest


def test_the_calculator_starts_with_the_learnt_utilization(inputs: ReportInputs) -> None:
    line = errors_of_table(inputs.tables["error_model"]).utilization
    assert line is not None
    assert default_utilization(inputs) == line.utilization(1e22)
    assert float(digest(inputs)["utilization"]) == pytest.approx(line.utilization(1e22), rel=0.05)


def test_where_nothing_is_learnt_it_is_the_fixed_one(inputs: ReportInputs) -> None:
    fixed = inputs.settings.estimate.defaults.utilization.fixed
    nothing = {**inputs.tables, "error_model": inputs.tables["error_model"].iloc[:0]}
    assert default_utilization(replace(inputs, tables=nothing)) == fixed
    settings = changed(inputs.settings, "estimate.defaults.utilization.rule", "fixed")
    assert default_utilization(replace(inputs, settings=settings)) == fixed
