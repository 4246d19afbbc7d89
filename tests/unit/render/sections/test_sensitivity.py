from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections.sensitivity import noise_reach, variations
from compute_trends.settings.models import Settings

from ..conftest import ShowSection

Tables = dict[str, pd.DataFrame]


def test_each_variation_has_its_row(show: ShowSection, tables: Tables, settings: Settings) -> None:
    section = show("sensitivity")
    for finding in settings.render.findings:
        rows = tables["sensitivity"].query("trend == @finding.trend")
        assert len(section.by_id(f"choices-{finding.trend}").rows()) == len(rows)


def test_a_narrow_interval_is_said_to_be_narrow(
    show: ShowSection, tables: Tables, settings: Settings
) -> None:
    [label] = [trend.label for trend in settings.fit.trends if trend.name == "from_2015_large"]
    fair, narrow = (
        tables["coverage"].assign(coverage=share, coverage_standard_error=0.01)
        for share in (0.94, 0.90)
    )
    text = show("sensitivity", coverage=fair).text
    assert "None falls short by more than two standard errors." in text
    text = show("sensitivity", coverage=narrow).text
    assert f"the interval is too narrow for: {label}." in text


def test_a_method_without_an_interval_says_why(show: ShowSection, tables: Tables) -> None:
    robust = tables["robust"].copy()
    first = (robust["trend"] == robust["trend"].iloc[0]) & (robust["method"] == "hc3")
    numbers = [name for name in robust if "slope" in name or "months" in name]
    robust.loc[first, numbers] = float("nan")
    robust.loc[first, "note"] = "one system decides the slope alone"
    text = show("sensitivity", robust=robust).text
    assert text.count("one system decides the slope alone") == first.sum()
    assert "HC3" in show("findings", robust=tables["robust"]).text
    show("findings", robust=robust.assign(note="refused"))


def varied(*months: float | None) -> Tables:
    rows = [
        {"trend": "t", "choice": "none", "setting": None, "note": None}
        | {f"doubling_time_months{end}": value for end in ("", "_ci95_low", "_ci95_high")}
        for value in months
    ]
    systems = pd.DataFrame({"system_id": ["a"], "system": ["A"]})
    return {"sensitivity": pd.DataFrame(rows), "systems": systems}


def test_variations_stand_on_one_axis() -> None:
    [group] = variations(varied(6.0, 3.0, 12.0, None, 6.0))
    assert (group["least"]["doubling_time_months"], group["unchanged"]) == (3.0, 1)
    assert group["most"]["doubling_time_months"] == 12.0
    # The fitted value is the geometric mean of the two ends of the axis.
    assert group["rows"][0]["place"][0] == pytest.approx(50)
    assert 0 < group["rows"][1]["place"][0] < 50 < group["rows"][2]["place"][0] < 100
    [group] = variations(varied(6.0, float("inf")))
    assert group["rows"][1]["beyond"] and group["rows"][1]["place"][0] == pytest.approx(100)


def test_the_reach_of_the_noise_is_that_of_the_end_that_moves_most(inputs: ReportInputs) -> None:
    row = {"trend": inputs.settings.render.findings[0].trend, "basis": "published"}
    low, high = "doubling_time_months_ci95_low", "doubling_time_months_ci95_high"
    noises = [
        row | {"noise": "paper", low: 4.0, high: 10.0},
        row | {"noise": "per_system", low: 5.0, high: 11.0},
    ]

    def reach(rows: list[dict[str, Any]]) -> float | None:
        return noise_reach({"noise": pd.DataFrame(rows)}, inputs.settings)

    assert reach(noises) == pytest.approx(0.25)
    assert reach(noises[:1]) is None
    noises[0][low] = float("inf")
    assert reach(noises) == pytest.approx(0.1)
