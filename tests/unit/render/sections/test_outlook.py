"""What the page says of thresholds and forecasts, on made-up vintages."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pandas as pd
import pytest
from html_tree import as_read
from made_up_outlook import YEARLY, of_day, tables_of
from pipeline import changed

from compute_trends.render.report import power_of_ten, render_section, report_environment
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections import forecasts, outlook
from compute_trends.settings.models import Settings

VINTAGES = [of_day("2017-03-01"), of_day("2020-12-31")]


@pytest.fixture(scope="module")
def inputs(settings: Settings) -> ReportInputs:
    exports = [made.export for made in VINTAGES]
    own = changed(changed(settings, "clean.exports", exports), "fit.outlook", YEARLY)
    return ReportInputs(tables=tables_of(VINTAGES), settings=own)


def text_of(section: object, inputs: ReportInputs) -> str:
    """Text of a section without figures."""
    environment = report_environment({}, {})
    page = render_section(environment, section, section.digest(inputs))  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))


def test_the_next_threshold_is_told_with_what_was_said_earlier(inputs: ReportInputs) -> None:
    text = text_of(outlook, inputs)
    digest = outlook.digest(inputs)
    dates = inputs.tables["threshold_dates"]
    best = digest["methods"][0]["method"]
    of_best = dates[(dates["method"] == best) & (dates["threshold_flop"] == 1e25)]
    of_best = of_best.set_index("export")["expected_q50"]
    assert digest["next"].flop == 1e25
    assert f"expects it in {of_best['notable_2020_12_31']:%B %Y}" in text
    assert "What it would have said earlier" in text
    assert f"{of_best['notable_2017_03_01']:%B %Y} (2017-03-01)" in text
    assert "passed without such a model" not in text and "None of these dates has passed." in text
    held = digest["best"]
    assert f"held in {held['windows_within_90']} of {held['n_windows']} years" in text


def test_dates_that_have_passed_are_counted(inputs: ReportInputs) -> None:
    dates = inputs.tables["threshold_dates"]
    early = dates.assign(
        expected_q50=dates["expected_q50"].mask(
            dates["export"] == "notable_2017_03_01", pd.Timestamp("2019-05-01")
        )
    )
    other = replace(inputs, tables={**inputs.tables, "threshold_dates": early})
    text = text_of(outlook, other)
    assert "1 of these dates has passed without such a model in the data." in text


def test_files_of_other_models_tell_nothing_of_what_was_said_earlier(inputs: ReportInputs) -> None:
    early, late = inputs.settings.clean.exports
    chosen = early.model_copy(update={"models": "large_scale"})
    other = replace(inputs, settings=changed(inputs.settings, "clean.exports", [chosen, late]))
    assert "What it would have said earlier" not in text_of(outlook, other)


def test_without_a_method_that_passed_none_is_told(inputs: ReportInputs) -> None:
    scores = inputs.tables["forecast_scores"].assign(bar="failed")
    other = replace(inputs, tables={**inputs.tables, "forecast_scores": scores})
    text = text_of(outlook, other)
    assert "No method of forecasting passed a test on the past" in text
    assert "expects it in" not in text


def test_every_method_is_listed_with_its_bar(inputs: ReportInputs) -> None:
    text = text_of(forecasts, inputs)
    newest = inputs.tables["forecast_scores"].query("data == 'newest'")
    digest = forecasts.digest(inputs)
    assert len(digest["scores"]) == len(newest)
    for why in newest.loc[newest["bar"] == "failed", "why"]:
        assert why in text
    assert "The newest data may flatter their own past:" in text
    assert "since, on" not in text
    assert [entry["flop"] for entry in digest["thresholds"]] == [1e14, 1e25] * 2


def test_without_exports_there_is_no_section(settings: Settings) -> None:
    none = ReportInputs(tables={}, settings=changed(settings, "clean.exports", []))
    for section in (outlook, forecasts):
        assert text_of(section, none).strip() == ""


def test_powers_of_ten_are_short() -> None:
    assert as_read(power_of_ten(1e27)) == "10^27"
    assert as_read(power_of_ten(2.5e25)) == "2.5\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10^25"
