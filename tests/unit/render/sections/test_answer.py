"""What the first part says, by what the run found."""

from __future__ import annotations

import pandas as pd
import pytest

from compute_trends.settings.models import Settings

from ..conftest import ShowSection

Tables = dict[str, pd.DataFrame]


def test_without_exports_the_papers_data_answer_and_the_rest_is_left_out(
    show: ShowSection, settings: Settings
) -> None:
    section = show("answer")
    asked = [one.one("h2").attributes["id"] for one in section.all("article", "question")]
    assert asked == ["how-fast", "eras-answer"]
    titles = [finding.title for finding in settings.render.findings]
    sentence = section.one("p", "answer").text
    assert [title in sentence for title in titles] == [True] * len(titles)
    assert sentence.index(titles[-1]) < sentence.index(titles[0])


@pytest.mark.parametrize(
    ("number", "second", "words"),
    [
        ("established", "established", "as often as the paper says, the last time when it says."),
        ("established", "consistent", "as often as the paper says, but not surely in 2015."),
        ("rejected", "rejected", "did not change its pace as often as the paper says; there was"),
        ("undecided", "undecided", "as often as the paper says, these data cannot tell."),
    ],
)
def test_the_answer_on_eras_follows_the_verdicts(
    show: ShowSection, tables: Tables, number: str, second: str, words: str
) -> None:
    verdicts = tables["era_verdicts"].copy()
    verdicts.loc[verdicts["question"] == "number", "verdict"] = number
    verdicts.loc[verdicts["question"] == "break_2", "verdict"] = second
    assert words in show("answer", era_verdicts=verdicts).text


def test_growth_that_is_none_is_not_said_to_double(
    show: ShowSection, tables: Tables, settings: Settings
) -> None:
    trends = tables["trends"].copy()
    of_first = trends["trend"] == settings.render.findings[-1].trend
    trends.loc[of_first, "growth_per_year"] = 0.8
    sentence = show("answer", trends=trends).one("p", "answer").text
    assert "0.8 times a year" in sentence and "no growth, in the paper’s data" in sentence
