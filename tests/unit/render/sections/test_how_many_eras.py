from __future__ import annotations

import pandas as pd
import pytest

from compute_trends.render.look_ups import of_lead
from compute_trends.settings.models import Settings

from ..conftest import ShowSection

Tables = dict[str, pd.DataFrame]


def with_verdict(tables: Tables, settings: Settings, question: str, verdict: str) -> pd.DataFrame:
    """Table ``era_verdicts`` with another verdict on a question of the lead."""
    verdicts = tables["era_verdicts"].copy()
    rows = of_lead(verdicts, settings.fit.eras.lead)
    verdicts.loc[rows.index[rows["question"] == question], "verdict"] = verdict
    return verdicts


def test_the_sentence_to_quote_is_made_of_the_results(
    show: ShowSection, tables: Tables, settings: Settings
) -> None:
    lead = settings.fit.eras.lead
    verdicts = with_verdict(tables, settings, "break_1", "established")
    text = show("how_many_eras", era_verdicts=verdicts).one("p", "lead").text
    row = of_lead(tables["eras"], lead).query("breaks == 1").iloc[0]
    lines = of_lead(tables["era_lines"], lead).query("breaks == 1")
    before, since = (f"{10**slope:.1f}" for slope in lines["slope_oom_per_year"])
    dates = (row[name].year for name in ("break_1", "break_1_ci90_low", "break_1_ci90_high"))
    around, low, high = dates
    assert f"In {row['n']} notable systems" in text
    assert f"changed around {around} (between {low} and {high})" in text
    assert f"from {before} times to {since} times a year" in text


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("established", "and again in 2015"),
        ("consistent", "a second change in 2015 fits, but another date fits better"),
        ("rejected", "there was no second change in 2015 of the size that was stated"),
        ("undecided", "whether it changed again in 2015, these data cannot tell"),
    ],
)
def test_the_sentence_follows_the_verdict(
    show: ShowSection, tables: Tables, settings: Settings, verdict: str, words: str
) -> None:
    verdicts = with_verdict(tables, settings, "break_2", verdict)
    assert words in show("how_many_eras", era_verdicts=verdicts).one("p", "lead").text


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("consistent", "changed at some time, perhaps around 2010"),
        ("rejected", "nothing speaks for a change"),
        ("undecided", "cannot tell whether the growth of training compute changed around 2010"),
    ],
)
def test_the_sentence_follows_the_verdict_on_the_first_break(
    show: ShowSection, tables: Tables, settings: Settings, verdict: str, words: str
) -> None:
    verdicts = with_verdict(tables, settings, "break_1", verdict)
    assert words in show("how_many_eras", era_verdicts=verdicts).one("p", "lead").text


def test_a_row_of_the_table_for_each_way_to_ask(show: ShowSection, tables: Tables) -> None:
    section = show("how_many_eras")
    key = ["dataset", "basis", "span", "low_outliers", "kind"]
    ways = tables["era_verdicts"].drop_duplicates(key)
    [body] = section.all("tbody")
    assert len(body.all("tr")) == len(ways)
    assert "undecided" in body.text


def test_the_paper_is_quoted_and_worlds_are_counted(
    show: ShowSection, tables: Tables, settings: Settings
) -> None:
    text = show("how_many_eras").text
    assert "“Based on these observations we split the history of compute in ML" in text
    worlds = int(of_lead(tables["eras"], settings.fit.eras.lead)["worlds"].max())
    assert f"of {worlds} made-up histories" in text


@pytest.mark.parametrize(("p", "said"), [(0.03, "The first one does:"), (0.4, "does not:")])
def test_whether_chance_makes_the_first_break_is_said(
    show: ShowSection, tables: Tables, p: float, said: str
) -> None:
    assert said in show("how_many_eras", eras=tables["eras"].assign(p_normal=p)).text


@pytest.mark.parametrize(
    ("verdict", "power", "said"),
    [
        ("undecided", 0.1, "Not seeing it does not mean that it is not there."),
        ("rejected", 0.95, "Not seeing it speaks against it."),
    ],
)
def test_what_it_means_not_to_see_a_break(
    show: ShowSection, tables: Tables, settings: Settings, verdict: str, power: float, said: str
) -> None:
    verdicts = with_verdict(tables, settings, "break_1", "established").copy()
    second = verdicts["question"] == "break_2"
    verdicts.loc[second, ["power_of_search", "power_at_date"]] = power
    verdicts.loc[second, "verdict"] = verdict
    text = show("how_many_eras", era_verdicts=verdicts).text
    assert said in text and text.count("Not seeing it") == 1


def test_without_breaks_there_is_no_section(show: ShowSection, tables: Tables) -> None:
    empty = tables["eras"].iloc[:0]
    verdicts = tables["era_verdicts"].assign(why="Nothing was searched: too few.")
    section = show("how_many_eras", eras=empty, era_verdicts=verdicts)
    assert not section.all("section")
