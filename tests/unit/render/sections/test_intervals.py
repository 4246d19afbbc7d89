from __future__ import annotations

import pandas as pd
import pytest

from compute_trends.render.sections.sensitivity import variations
from compute_trends.settings.models import Settings

from ..conftest import ShowSection

Tables = dict[str, pd.DataFrame]


def test_each_variation_has_its_row(show: ShowSection, tables: Tables, settings: Settings) -> None:
    section = show("sensitivity")
    for finding in settings.render.findings:
        rows = tables["sensitivity"].query("trend == @finding.trend")
        assert len(section.by_id(f"choices-{finding.trend}").rows()) == len(rows)


def test_what_intervals_hold_is_told_by_law(show: ShowSection, tables: Tables) -> None:
    coverage = tables["coverage"].assign(coverage=0.91, paper_coverage=0.4)
    coverage.loc[coverage["law"] == "skewed", "coverage"] = 0.83
    section = show("sensitivity", coverage=coverage)
    assert "Share of simulated worlds whose 90 % interval holds the average" in section.text
    shares = [[cell.text for cell in row.all("td")] for row in section.all("tr")]
    laws = list(tables["coverage"]["law"])
    assert ["83" if law == "skewed" else "91" for law in laws] + ["40"] in shares
    findings = " ".join(show("findings", coverage=coverage).text.split())
    assert "such an interval held the average in 83 to 91 % of" in findings


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
        | {f"doubling_time_months{end}": value for end in ("", "_ci90_low", "_ci90_high")}
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
