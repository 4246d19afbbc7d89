from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_up import tables

from compute_trends.checks.date_spans import date_spans, mid_dates
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.selection import compute_points

DATES = ["2012-02-01", "2015-01-01", "2016-01-01", "2017-05-31"]
PRECISIONS = ["month", "year", "year", "day"]


def made_up() -> pd.DataFrame:
    return tables(DATES, [1e10] * 4)[0].assign(publication_date_precision=PRECISIONS)


def day(text: str) -> int:
    return (pd.Timestamp(text) - pd.Timestamp("1970-01-01")).days


def test_a_date_may_be_any_day_of_what_is_known() -> None:
    systems = made_up()
    spans = date_spans(systems)
    assert spans["days"].tolist() == [29, 365, 366, 1]
    assert spans["first"].tolist() == [day(date) for date in DATES]
    # Wherever in the month or year the date stands.
    late = systems.assign(publication_date=pd.to_datetime(["2012-02-29", "2015-12-31", *DATES[2:]]))
    pd.testing.assert_frame_equal(date_spans(late), spans)


def test_the_middle_is_half_of_it_away() -> None:
    moved = mid_dates(made_up())["publication_date"]
    expected = ["2012-02-15", "2015-07-02", "2016-07-02", "2017-05-31"]
    assert moved.dt.strftime("%Y-%m-%d").tolist() == expected


def test_a_line_is_found_again_where_its_later_dates_are_only_years() -> None:
    """On the first day of their years late systems lead, and growth seems faster than it is."""
    rng = np.random.default_rng(5)
    true = np.sort(rng.integers(day("2010-01-01"), day("2019-12-31"), 200))
    late = true > day("2015-01-01")
    dates = pd.Series(pd.to_datetime(true, unit="D"))
    known = dates.mask(late, dates.dt.to_period("Y").dt.start_time)
    systems, compute = tables(
        known.dt.strftime("%Y-%m-%d").tolist(), (10 ** (10 + 0.002 * (true - true[0]))).tolist()
    )
    systems["publication_date_precision"] = np.where(late, "year", "day")

    def slope(systems: pd.DataFrame) -> float:
        points = compute_points(systems, compute, basis="published")
        return fit_line(points["day"], points["log_flop"]).slope * 365

    first, middle = slope(systems), slope(mid_dates(systems))
    assert first > 1.03 * 0.73
    assert middle == pytest.approx(0.73, rel=0.01)
