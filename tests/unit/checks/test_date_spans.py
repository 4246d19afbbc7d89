from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real
from made_up import DOMAINS, OUTLIERS, UNITS, dataset, tables, trend
from pipeline import changed, settings_of

from compute_trends.checks.date_spans import date_spans, mid_dates, spread_numbers, spread_points
from compute_trends.checks.sensitivity import check_sensitivity
from compute_trends.clean.replay import all_corrected, systems_on
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.selection import compute_points, score_systems, select_trend
from compute_trends.fit.trends import fit_trends

DATES = ["2012-02-01", "2015-01-01", "2016-01-01", "2017-05-31"]
PRECISIONS = ["month", "year", "year", "day"]


def made_up(flop: list[float] | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    systems, compute = tables(DATES, flop or [1e10] * 4)
    return systems.assign(publication_date_precision=PRECISIONS), compute


def day(text: str) -> int:
    return (pd.Timestamp(text) - pd.Timestamp("1970-01-01")).days


def test_a_date_may_be_any_day_of_what_is_known() -> None:
    systems, _ = made_up()
    spans = date_spans(systems)
    assert spans["days"].tolist() == [29, 365, 366, 1]
    assert spans["first"].tolist() == [day(date) for date in DATES]
    # Wherever in the month or year the date stands.
    late = systems.assign(publication_date=pd.to_datetime(["2012-02-29", "2015-12-31", *DATES[2:]]))
    pd.testing.assert_frame_equal(date_spans(late), spans)


def test_the_middle_is_half_of_it_away() -> None:
    moved = mid_dates(made_up()[0])["publication_date"]
    expected = ["2012-02-15", "2015-07-02", "2016-07-02", "2017-05-31"]
    assert moved.dt.strftime("%Y-%m-%d").tolist() == expected


def drawn_days(draws: int, **changes: Any) -> np.ndarray:
    systems, compute = made_up()
    points = compute_points(systems, compute, basis="published")
    settings = {"dataset": dataset("d", "a"), "draws": draws, "seed": 3} | changes
    return np.array([one["day"] for one in spread_points(points, systems, **settings)])


def test_draws_are_uniform_over_the_span() -> None:
    days = drawn_days(1000) - np.array([day(date) for date in DATES])
    assert days.min(axis=0).tolist() == [0, 0, 0, 0]
    for column, length in enumerate([29, 365, 366, 1]):
        values = days[:, column]
        assert values.max() == length - 1
        # Mean and standard deviation of whole numbers below the length, four standard errors
        assert values.mean() == pytest.approx(
            (length - 1) / 2, abs=4 * length / 12**0.5 / 1000**0.5
        )
        assert values.std() == pytest.approx(((length**2 - 1) / 12) ** 0.5, rel=0.1)
    # As many draws as days: each day once.
    year = drawn_days(365)[:, 1] - day("2015-01-01")
    assert sorted(year) == list(range(365))
    # Systems are dated apart from each other.
    assert abs(np.corrcoef(days[:, 1], days[:, 2])[0, 1]) < 4 / 1000**0.5


def test_a_date_after_the_end_is_not_in_the_dataset() -> None:
    systems, compute = made_up()
    points = compute_points(systems, compute, basis="published")
    early = dataset("d", "a", through="2016-06-30")
    drawn = list(spread_points(points, systems, dataset=early, draws=50, seed=3))
    n = {len(one) for one in drawn}
    assert n == {2, 3}
    assert all(one["day"].max() <= day("2016-06-30") for one in drawn)


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
    line = trend(period={"after": "2009-12-31", "through": "2019-12-31"})

    def select(points: pd.DataFrame) -> pd.DataFrame:
        scores = score_systems(points.assign(dataset="d"), outliers=OUTLIERS)
        return select_trend(scores, line, outliers=OUTLIERS, domains=DOMAINS)

    def slope(systems: pd.DataFrame) -> float:
        points = select(compute_points(systems, compute, basis="published"))
        return fit_line(points["day"], points["log_flop"]).slope * 365

    first, middle = slope(systems), slope(mid_dates(systems))
    assert first > 1.03 * 0.73
    assert middle == pytest.approx(0.73, rel=0.01)
    points = compute_points(systems, compute, basis="published")
    drawn = spread_points(points, systems, dataset=dataset("d", "a"), draws=100, seed=3)
    numbers = spread_numbers(drawn, select, units=UNITS)
    low, value, high = (
        numbers[f"slope_oom_per_year{end}"] for end in ("_ci90_low", "", "_ci90_high")
    )
    assert low < value < high < first
    # Dates that are off by chance flatten a line a little.
    assert value == pytest.approx(0.73, rel=0.02)
    assert "90 % of 100 draws of the dates" in numbers["note"]


def of_dates(real: Real, systems: pd.DataFrame) -> pd.DataFrame:
    settings = settings_of(real.settings, check_sensitivity)
    others: dict[str, Any] = {
        key: [] for key in ("low_z", "high_z", "window_days", "start_years", "end_years")
    }
    few = settings["sensitivity"].date_draws.model_copy(update={"light": 30})
    changes = others | {"date_draws": few}
    settings["sensitivity"] = settings["sensitivity"].model_copy(update=changes)
    table = check_sensitivity(systems, real.compute, real.alternatives, **settings)["sensitivity"]
    return table[table["choice"].isin(["none", "dates"])].set_index(["trend", "setting"])


def test_the_middle_is_what_a_run_on_such_dates_would_give(real: Real) -> None:
    table = of_dates(real, real.systems)
    name = "from_2015_large"
    fitted = [real.settings.fit.trends_by_name[name]]
    as_often = changed(real.settings, "fit.intervals.draws", real.settings.fit.sensitivity.draws)
    settings = settings_of(as_often, fit_trends, trends=fitted, bases=["published"])
    # The replay takes dates as the paper had them, in the middle of what those may be.
    moved = all_corrected(mid_dates(systems_on(real.systems, "published")))
    expected = fit_trends(moved, real.compute, **settings)["trends"].iloc[0]
    for column in ("n", "doubling_time_months", "doubling_time_months_ci90_high", "r2"):
        assert table.loc[(name, "middle"), column] == pytest.approx(expected[column])
    for trend_name in real.settings.fit.sensitivity.trends:
        spread = table.loc[(trend_name, "spread")]
        ends = [spread[f"doubling_time_months_ci90_{end}"] for end in ("low", "high")]
        assert ends[0] < spread["doubling_time_months"] < ends[1]
        middle = table.loc[(trend_name, "middle"), "doubling_time_months"]
        assert ends[0] < middle < ends[1]


def test_dates_that_are_known_to_the_day_stay(real: Real) -> None:
    table = of_dates(real, real.systems.assign(publication_date_precision="day"))
    for name in real.settings.fit.sensitivity.trends:
        fitted = table.loc[(name, "as fitted"), "doubling_time_months"]
        for column in ("", "_ci90_low", "_ci90_high"):
            drawn = table.loc[(name, "spread"), f"doubling_time_months{column}"]
            assert drawn == pytest.approx(fitted)
        assert table.loc[(name, "middle"), "doubling_time_months"] == fitted
