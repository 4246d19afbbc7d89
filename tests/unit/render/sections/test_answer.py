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
    ("number", "breaks", "words"),
    [
        (
            "established",
            ["2010-06-01", "2015-03-01"],
            "as many changes as the paper states, and in its years, 2010 and 2015.",
        ),
        (
            "established",
            ["1997-06-01", "2019-09-01"],
            "as many changes as the paper states, but not in its years, 2010 and 2015.",
        ),
        (
            "rejected",
            ["2011-01-01"],
            "another number of changes than the paper’s, in 2010 and 2015.",
        ),
        (
            "undecided",
            [],
            "as the paper states, in 2010 and 2015, these data cannot tell.",
        ),
    ],
)
def test_the_answer_on_eras_follows_the_verdicts(
    show: ShowSection, tables: Tables, number: str, breaks: list[str], words: str
) -> None:
    verdicts, eras = tables["era_verdicts"].copy(), tables["eras"].copy()
    asked = verdicts["question"] == "number"
    verdicts.loc[asked, "verdict"], verdicts.loc[asked, "breaks_bic"] = number, len(breaks)
    of_line = eras["breaks"] == len(breaks)
    for place, text in enumerate(breaks, start=1):
        day, year = pd.Timestamp(text), pd.Timedelta(days=365)
        eras.loc[of_line, f"break_{place}"] = day
        eras.loc[of_line, f"break_{place}_ci90_low"] = day - year
        eras.loc[of_line, f"break_{place}_ci90_high"] = day + year
    text = show("answer", era_verdicts=verdicts, eras=eras).text
    assert words in text
    assert f"{len(breaks) + 1} era{'s' if breaks else ''} in the paper’s data" in text
    for found in breaks:
        year = int(found[:4])
        assert f"in {year} ({year - 1} to {year + 1})" in text


@pytest.mark.parametrize(
    ("factor", "said", "unsaid"),
    [
        (1.0, "yet growth in no era moved by more than 0 %", "do not cancel"),
        (1.5, "and growth in one era moved by 50 %", "Errors of single values cancel"),
    ],
)
@pytest.mark.parametrize("section", ["answer", "findings"])
def test_errors_cancel_only_where_growth_stays(
    show: ShowSection, tables: Tables, settings: Settings, section: str, factor: float,
    said: str, unsaid: str,
) -> None:  # fmt: skip
    trends = tables["trends"].copy()
    trends = trends[trends["trend"].isin([one.trend for one in settings.render.findings])]
    own = trends["basis"] == "published"
    growth = trends[own].set_index("trend")["growth_per_year"]
    trends.loc[~own, "growth_per_year"] = factor * trends.loc[~own, "trend"].map(growth)
    others = tables["trends"][~tables["trends"]["trend"].isin(trends["trend"])]
    text = show(section, trends=pd.concat([trends, others])).text.lower()
    assert said in text and unsaid.lower() not in text


def test_growth_that_is_none_is_not_said_to_double(
    show: ShowSection, tables: Tables, settings: Settings
) -> None:
    trends = tables["trends"].copy()
    of_first = trends["trend"] == settings.render.findings[-1].trend
    trends.loc[of_first, "growth_per_year"] = 0.8
    sentence = show("answer", trends=trends).one("p", "answer").text
    assert "0.8 times a year" in sentence and "no growth, in the paper’s data" in sentence
