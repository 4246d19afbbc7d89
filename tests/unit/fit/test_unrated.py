"""A system without another one of about its date has no z-score, so no scale: it is not rated."""

from __future__ import annotations

import logging

import pandas as pd
import pytest
from conftest import Real
from made_up import INTERVALS, OUTLIERS, dataset, tables, trend
from pipeline import settings_of

from compute_trends.clean.replay import all_corrected
from compute_trends.fit.selection import score_systems, select_datasets
from compute_trends.fit.trends import fit_trends
from compute_trends.fit.unrated import tell_unrated_of_datasets

DATES = ["2012-01-01", "2012-02-01", "2016-01-01", "2018-01-01", "2018-01-01"]


def scored(dates: list[str], flop: list[float]) -> pd.DataFrame:
    points = select_datasets(
        *tables(dates, flop), datasets=[dataset("d", "a")], bases=["published"]
    )
    return score_systems(points, outliers=OUTLIERS)


def test_alone_or_among_equals_is_not_rated() -> None:
    scores = scored(DATES, [1e10, 1e12, 1e20, 1e15, 1e15])
    assert scores["scale"].tolist() == ["regular", "regular", *["not rated"] * 3]
    assert scores["window_n"].tolist() == [2, 2, 1, 2, 2]
    assert not scores["low_outlier"].any()


def with_gpt_4(real: Real) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Systems and compute of the paper, and GPT-4, more than a year after the last of them."""
    last = real.systems[real.systems["system_id"] == "gpt-3-175b"]
    date = pd.Timestamp("2023-03-15")
    gpt_4 = last.assign(system_id="gpt-4", publication_date=date, publication_date_published=date)
    value = pd.DataFrame({"system_id": ["gpt-4"], "training_compute_published_flop": [2.1e25]})
    systems = pd.concat([real.systems, gpt_4.astype(real.systems.dtypes)], ignore_index=True)
    return all_corrected(systems), pd.concat([real.compute, value], ignore_index=True)


def test_one_system_more_long_after_the_others_is_in_neither_scale_and_told(
    real: Real, caplog: pytest.LogCaptureFixture
) -> None:
    period = {"after": "2015-09-01", "through": "2023-12-31"}
    settings = settings_of(
        real.settings,
        fit_trends,
        datasets=[dataset("d", "2022-03-tables", through="2023-12-31")],
        trends=[
            trend(name=name, period=period, scale=name) for name in ("all", "regular", "large")
        ],
        parameter_trends=[],
        bases=["published"],
        intervals=INTERVALS,
    )
    with caplog.at_level(logging.INFO):
        results = fit_trends(*with_gpt_4(real), **settings)
    scores = results["scores"].set_index("system_id")
    assert scores.loc["gpt-4", "scale"] == "not rated"
    members = results["members"]
    assert members.loc[members["system_id"] == "gpt-4", "trend"].tolist() == ["all"]
    n = results["trends"].set_index("trend")["n"]
    assert n["all"] == n["regular"] + n["large"] + 1
    [warning] = [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]
    assert warning.startswith("d, published: 1 not rated") and warning.endswith(": gpt-4")
    # Those of the early days are counted, too, though no trend of one scale misses them.
    told = [one.getMessage() for one in caplog.records if "not rated" in one.getMessage()]
    assert any(f": {(scores['scale'] == 'not rated').sum()} not rated" in text for text in told)


def test_a_warning_is_only_of_what_a_trend_of_one_scale_misses(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scores = scored(DATES, [1e10, 1e12, 1e20, 1e15, 1e15])
    for scale, dates, expected in (
        ("all", ("2009-12-31", "2020-01-01"), []),
        ("large", ("2009-12-31", "2015-01-01"), []),
        ("large", ("2016-01-01", "2020-01-01"), ["s3", "s4"]),
    ):
        caplog.clear()
        period = dict(zip(("after", "through"), dates, strict=True))
        tell_unrated_of_datasets(scores, [trend(scale=scale, period=period)])
        warned = [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]
        assert [text.rpartition(": ")[2] for text in warned] == (
            [", ".join(expected)] if expected else []
        )


def test_no_trend_of_the_paper_misses_a_system_that_is_not_rated(real: Real) -> None:
    unrated = real.scores[real.scores["scale"] == "not rated"]
    dates = unrated.merge(real.systems, on="system_id")["publication_date"]
    assert len(unrated) and dates.max() < pd.Timestamp("2010-01-01")
