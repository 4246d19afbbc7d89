from __future__ import annotations

import pandas as pd
from html_tree import Element

from compute_trends.settings.models import Settings

from ..conftest import ShowSection

Tables = dict[str, pd.DataFrame]


def card(section: Element, title: str) -> Element:
    return next(one for one in section.all("article") if one.one("h3").text == title)


def test_findings_are_the_numbers_of_the_trend_table(
    show: ShowSection, tables: Tables, settings: Settings
) -> None:
    section = show("findings")
    trends = tables["trends"].query("basis == 'published'").set_index("trend")
    for finding in settings.render.findings:
        trend, shown = trends.loc[finding.trend], card(section, finding.title)
        low, high = (trend[f"growth_per_year_ci90_{end}"] for end in ("low", "high"))
        growth = f"{trend['growth_per_year']:.1f} times a year, {low:.1f} to {high:.1f}"
        assert shown.one("p", "big").text == growth
        low, high = (trend[f"doubling_time_months_ci90_{end}"] for end in ("low", "high"))
        months = f"{trend['doubling_time_months']:.1f} months ({low:.1f} to {high:.1f})"
        assert f"Doubling every {months}" in shown.text


def test_verdicts_add_up(show: ShowSection, tables: Tables) -> None:
    counts = tables["reproduction"]["verdict"].value_counts()
    text = show("findings").text
    told = f"Of {len(tables['reproduction'])} printed cells of the paper, {counts['reproduced']}"
    assert told in text


def test_compute_that_does_not_grow_is_not_said_to_double(
    show: ShowSection, tables: Tables
) -> None:
    trends = tables["trends"].copy()
    falling = (trends["trend"] == "from_2015_large") & (trends["basis"] == "published")
    trends.loc[falling, ["slope_oom_per_year", "growth_per_year"]] = [-0.5, 0.3]
    trends.loc[falling, "doubling_time_months"] = float("inf")
    section = show("findings", trends=trends)
    [shown] = [one for one in section.all("article") if "No growth" in one.text]
    assert "Doubling every" not in shown.text


def test_a_trend_without_upper_bound_is_said_so(show: ShowSection, tables: Tables) -> None:
    trends = tables["trends"].copy()
    unbounded = trends["trend"] == "from_2015_large"
    trends.loc[unbounded, "doubling_time_months_ci90_high"] = float("inf")
    assert "Doubling takes more than " in show("findings", trends=trends).text


def test_only_when_all_disagreements_have_a_verdict_it_is_said_so(
    show: ShowSection, tables: Tables
) -> None:
    words = "has a verdict with its reason"
    disagreements = tables["disagreements"].copy()
    disagreements["right"] = disagreements["right"].fillna("undecided")
    assert words in show("findings", disagreements=disagreements).text
    first = disagreements.index[disagreements["of_system"]][0]
    disagreements.loc[first, ["right", "reason", "source_url", "source_locator"]] = None
    text = show("findings", disagreements=disagreements).text
    assert words not in text
    # The opposite is said, and how many there are.
    assert "Not every disagreement" in text and "1 stand open" in text
