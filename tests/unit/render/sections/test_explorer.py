from __future__ import annotations

from dataclasses import replace

from pipeline import changed

from compute_trends.common.vocabulary import CONFIDENCES
from compute_trends.estimate.error_model import errors_of_table
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections.explorer import calculator, digest, first_lines


def test_the_calculator_takes_the_learnt_errors(inputs: ReportInputs) -> None:
    errors = errors_of_table(inputs.tables["error_model"])
    rules = calculator(inputs)
    assert errors.utilization is not None
    assert rules["structural_oom"] == errors.structural_oom[CONFIDENCES[0]]
    assert rules["utilization"]["half_width_oom"] == errors.utilization.half_width_oom
    assert rules["factors"]["parameters"] == [1.25, 3]


def test_where_nothing_is_learnt_the_settings_hold(inputs: ReportInputs) -> None:
    nothing = {**inputs.tables, "error_model": inputs.tables["error_model"].iloc[:0]}
    rules = calculator(replace(inputs, tables=nothing))
    assert rules["utilization"] is None and rules["structural_oom"] is None
    assert rules["fixed_utilization"] == inputs.settings.estimate.defaults.utilization.fixed
    settings = changed(inputs.settings, "estimate.defaults.utilization.rule", "fixed")
    assert calculator(replace(inputs, settings=settings))["utilization"] is None


def test_an_infinite_end_is_one_again_in_the_table() -> None:
    numbers = {"n": 5, "doubling_time_months_ci90_high": "Infinity"}
    line = {"line": "all", "words": "All", "period": "2009-12-31/2022-01-01"}
    choice = {"bases": ["published"], "lines": [line | {"numbers": {"published": numbers}}]}
    [row] = first_lines(choice)
    assert row["doubling_time_months_ci90_high"] == float("inf")
    assert row["years"] == "2010 to 1 January 2022"


def test_without_the_chart_there_is_no_section(inputs: ReportInputs) -> None:
    nothing = digest(replace(inputs, explorer=None))
    assert nothing["explorer"] is None and nothing["lines"] == []
