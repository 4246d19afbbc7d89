"""Headlines on every vintage that the project carries, against a refit of the raw files.

The refit reads the compact files with ``csv`` and knows nothing of the library. A row counts if
it has a compute and a date, and so in the library: besides rows without them (and, of all
models, those without criteria), it leaves out one row, of 2023, that is dated after its vintage
and so lies in no period. No row is nameless, below 1 FLOP or repeated. So no n differs.
"""

from __future__ import annotations

import csv
import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from pipeline import changed
from project import RAW

from compute_trends.clean.export import clean_exports
from compute_trends.fit.export import fit_exports
from compute_trends.settings.carried import with_carried
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import typed
from compute_trends.tables.raw import read_checked

VINTAGES = sorted(path.stem for path in (RAW / "vintages").glob("*.csv"))
DAYS_PER_YEAR = 365


class Question(NamedTuple):
    """Systems after one day, through another or the vintage; ``top`` of them at release."""

    after: str
    through: str | None
    top: int | None


QUESTIONS = {
    "all_from_2010": Question("2009-12-31", None, None),
    "top_10_from_2018": Question("2017-12-31", None, 10),
    "top_10_from_2010": Question("2009-12-31", None, 10),
    "all_until_2009": Question("1950-01-01", "2009-12-31", None),
}


def points_of(vintage: str) -> list[tuple[int, float]]:
    """Day number and log10 FLOP of each row with a compute and a date.

    Of the export of all models only rows with criteria of notability, which the others are.
    """
    with (RAW / "vintages" / f"{vintage}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        (day(row["publication_date"]), float(np.log10(float(row["training_compute_flop"]))))
        for row in rows
        if row["training_compute_flop"] and row["publication_date"]
        if row["inclusion_criteria"] or not vintage.startswith("all_")
    ]


def day(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal()


def refit(vintage: str, question: Question) -> tuple[int, float, float]:
    """Systems, growth per year and slope in OOM per day of a least-squares line."""
    points = points_of(vintage)
    through = question.through or vintage[-10:].replace("_", "-")
    chosen = [
        (date, value)
        for date, value in points
        if day(question.after) < date <= day(through)
        if question.top is None
        # Among all systems, whenever they were published; those of the same day count.
        or sum(other > value for at, other in points if at <= date) < question.top
    ]
    x, y = np.transpose(chosen)
    x = x - x.mean()
    slope = float((x * y).sum() / (x * x).sum())
    return len(chosen), 10 ** (DAYS_PER_YEAR * slope), slope


@pytest.fixture(scope="session")
def fitted(settings: Settings) -> dict[str, pd.DataFrame]:
    """Table ``export_trends`` of each vintage by the library, with few resamples."""
    raw = [
        read_checked(str(RAW / f"{name}.csv"), name)
        for name in ("hardware", "vintages", "vintage_columns", "vintage_unread")
    ]
    every = changed(changed(settings, "clean.vintages", "all"), "clean.exports", [])
    carried, problems = with_carried(every, str(RAW / "vintages.csv"))
    assert not problems
    clean, fit = carried.clean, settings.fit
    tables = clean_exports(
        *raw,
        exports=clean.exports,
        plausible=clean.plausible,
        published_after=clean.published_after,
        first_day_is_placeholder=clean.first_day_is_placeholder,
    )
    trends = [trend for trend in fit.exports.trends if trend.name in QUESTIONS]
    stated = {"training_compute_flop": "training_compute_published_flop"}
    compute = [typed(each.rename(columns=stated), "compute") for each in tables["systems"]]
    found = fit_exports(
        *(tables["systems"], compute, tables["export_attributes"], tables["excluded"]),
        exports=clean.exports,
        fits=fit.exports.model_copy(update={"trends": trends, "paper_trends": []}),
        paper=[],
        outliers=fit.outliers,
        intervals=fit.intervals.model_copy(update={"draws": 20}),
        units=fit.units,
        seed=1,
    )
    names = [export.name for export in clean.exports]
    assert sorted(names) == VINTAGES
    return dict(zip(names, found["export_trends"], strict=True))


@pytest.mark.parametrize("trend", QUESTIONS)
@pytest.mark.parametrize("vintage", VINTAGES)
def test_each_headline_is_that_of_the_raw_file(
    fitted: dict[str, pd.DataFrame], vintage: str, trend: str
) -> None:
    row = fitted[vintage].set_index("trend").loc[trend]
    n, growth, slope = refit(vintage, QUESTIONS[trend])
    assert row["n"] == n
    assert row["growth_per_year"] == pytest.approx(growth, rel=1e-9)
    assert row["slope_oom_per_year"] == pytest.approx(slope * DAYS_PER_YEAR, rel=1e-9)


def test_every_headline_is_held_against_the_raw_files(settings: Settings) -> None:
    assert set(settings.fit.exports.leading_trends) <= set(QUESTIONS)
    assert settings.fit.units.days_per_year == DAYS_PER_YEAR


@pytest.mark.parametrize(
    ("trend", "n", "growth"),
    [
        ("all_from_2010", 473, 4.27),
        ("all_until_2009", 62, 1.50),
        ("top_10_from_2018", 75, 4.73),
        ("top_10_from_2010", 121, 4.83),
    ],
)
def test_the_vintage_of_august_2026_says_what_was_counted_by_hand(
    trend: str, n: int, growth: float
) -> None:
    counted, rate, slope = refit("notable_2026_08_19", QUESTIONS[trend])
    assert (counted, round(rate, 2)) == (n, growth)
    # Years of 365.25 days move the second decimal at most by one.
    assert abs(10 ** (365.25 * slope) - rate) < 0.01
