from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import Real, check_cells
from made_up import UNITS, bootstrap

from compute_trends.checks.reproduction import draw_difference, half_unit, round_as_printed
from compute_trends.fit.selection import score_systems, select_datasets, select_trend
from compute_trends.render.paper_tables import study_table, trend_table
from compute_trends.settings.fit import Reproduction
from compute_trends.settings.trends import resolve

CELLS_PER_ROW = {2: 11, 3: 12, 4: 12}


@pytest.mark.parametrize(
    ("value", "printed", "rounded", "half"),
    [
        (29253.2, "3e4", "3e4", 0.5e4),
        (9.6e14, "1e15", "1e15", 0.5e15),
        (2.504e18, "3e18", "3e18", 0.5e18),
        (0.69929, "0.70", "0.70", 0.005),
        (5.759, "5.9", "5.8", 0.05),
        (19.0, "19", "19", 0.0),
    ],
)
def test_rounding_as_printed(value: float, printed: str, rounded: str, half: float) -> None:
    assert round_as_printed(value, printed) == rounded
    assert half_unit(printed) == pytest.approx(half)


def test_draws_differ_by_what_theory_says() -> None:
    """Without noise and residual two draws agree; with noise the median has a known spread."""
    days = np.arange(0.0, 4000.0, 50.0)
    points = pd.DataFrame({"day": days, "log_flop": 0.001 * days})
    exact = draw_difference(
        points,
        reproduction=Reproduction(replicates=10, level=0.95),
        bootstrap=bootstrap(samples=200),
        units=UNITS,
        rng=np.random.default_rng(1),
    )
    np.testing.assert_allclose(exact.slope_oom_per_year, 0, atol=1e-12)
    noisy = draw_difference(
        points,
        reproduction=Reproduction(replicates=400, level=0.95),
        bootstrap=bootstrap(samples=1000, noise="paper"),
        units=UNITS,
        rng=np.random.default_rng(1),
    )
    # Uniform noise of log10(2), slope sd = noise sd / sqrt(S_xx), median sd = 1.2533 sd / sqrt(B).
    sxx = ((days - days.mean()) ** 2).sum()
    slope_sd = np.log10(2) / np.sqrt(3) / np.sqrt(sxx) * 365
    expected = 1.96 * np.sqrt(2) * 1.2533 * slope_sd / np.sqrt(1000)
    assert noisy.slope_oom_per_year[1] == pytest.approx(expected, rel=0.15)


def test_every_published_cell_has_a_verdict(real: Real, check: pd.DataFrame) -> None:
    rows = real.published[real.published["table"] > 1]
    assert len(check) == sum(CELLS_PER_ROW[table] for table in rows["table"])
    assert not check.duplicated(["table", "row", "column"]).any()


def test_tables_3_and_4_reproduce_but_for_two_cells(check: pd.DataFrame) -> None:
    later = check[check["table"] > 2]
    differing = later[later["verdict"] != "reproduced"]
    assert set(map(tuple, differing[["table", "row", "column"]].to_numpy())) == {
        # The printed digit is one off.
        (4, 3, "doubling_time_months"),
        # The paper contradicts itself: see the next test.
        (4, 1, "slope_oom_per_year_ci95_median"),
    }
    assert set(differing["verdict"]) == {"differs"}
    assert differing["reason"].notna().all()


def test_the_printed_median_slope_of_table_4_row_1_contradicts_its_doubling_time(
    real: Real,
) -> None:
    line = real.published.set_index(["table", "row"]).loc[(4, 1)]
    shortest = float(line["doubling_time_months_ci95_median"]) - 0.05
    longest = float(line["doubling_time_months_ci95_median"]) + 0.05
    slopes = [np.log10(2) * 365 / 30 / months for months in (longest, shortest)]
    assert all(round(slope, 1) == 0.7 for slope in slopes)
    assert line["slope_oom_per_year_ci95_median"] == "0.6"


@pytest.mark.parametrize(
    ("row", "through", "n"), [(2, "2011-12-31", 23), (3, "2022-02-01", 99)], ids=["2011", "LaMDA"]
)
def test_counts_that_the_notes_name(real: Real, row: int, through: str, n: int) -> None:
    fit = real.settings.fit
    trend = next(trend for trend in fit.trends if (trend.table, trend.row) == (3, row))
    period = trend.period.model_copy(update={"through": through})
    dataset = [dataset for dataset in fit.datasets if dataset.name == trend.dataset]
    systems = select_datasets(real.systems, real.compute, datasets=dataset, bases=["published"])
    scores = score_systems(systems, outliers=fit.outliers)
    points = select_trend(
        scores,
        trend.model_copy(update={"period": period}),
        outliers=fit.outliers,
        domains=fit.domains,
    )
    assert len(points) == n
    note = real.published.set_index(["table", "row"]).loc[(3, row), "note"]
    assert f"{n} systems" in str(note)


def test_rows_2_and_3_of_table_2_are_not_reproducible(check: pd.DataFrame) -> None:
    rows = check[check["table"] == 2].groupby("row")["verdict"].agg(set)
    assert rows[2] == rows[3] == {"not reproducible"}
    assert "not reproducible" not in rows[1]
    points = check[
        (check["table"] == 2) & (check["row"] == 1) & ~check["column"].str.contains("ci95")
    ]
    assert set(points["verdict"]) == {"reproduced"}


def test_a_row_marked_as_lost_is_reproduced_if_its_cells_agree(real: Real) -> None:
    published = real.published.copy()
    published.loc[published["table"] == 3, "slice_found"] = "no"
    check = check_cells(real, published[published["table"] == 3])
    assert set(check["verdict"]) == {"reproduced"}


def test_point_values_of_the_published_tables(real: Real) -> None:
    """The digits that no draw touches, straight from the fit."""
    ours = real.trends[real.trends["basis"] == "published"].set_index(["table", "row"])
    for line in real.published[real.published["slice_found"] == "yes"].to_dict("records"):
        for column in ("n", "start_flop", "end_flop", "slope_oom_per_year", "r2"):
            if isinstance(line[column], str):
                value = float(ours.loc[(line["table"], line["row"]), column])
                assert round_as_printed(value, line[column]) == line[column], (line, column)


def test_tables_are_trends_in_the_order_of_the_paper(real: Real) -> None:
    for table, rows in ((2, 3), (3, 6), (4, 4)):
        ours = trend_table(real.trends, table=table)
        bases = real.settings.fit.bases
        expected = [(row, basis) for row in range(1, rows + 1) for basis in bases]
        assert list(zip(ours["row"], ours["basis"], strict=True)) == expected
        assert ours.columns.tolist() == real.trends.columns.tolist()


def test_study_table(real: Real) -> None:
    studies = study_table(real.trends, real.published)
    assert set(studies["basis"]) == set(real.settings.fit.bases)
    studies = studies[studies["basis"] == "published"]
    assert studies["study_doubling_time_months"].tolist() == [3.4, 24.0, 24.0]
    assert studies["trend"].tolist() == ["amodei_hernandez_2018", "sastry_2019", "lyzhov_2021"]


def test_config_fits_the_slices_that_the_data_package_documents(real: Real) -> None:
    fit = real.settings.fit
    trends = {(trend.table, trend.row): trend for trend in fit.trends if (trend.table or 9) < 5}
    for line in real.published.to_dict("records"):
        trend = trends.pop((line["table"], line["row"]))
        assert trend.dataset == line["dataset"]
        assert trend.period.after == f"{line['period_after']:%Y-%m-%d}"
        assert trend.period.through == f"{line['period_through']:%Y-%m-%d}"
        assert trend.scale == line["scale"]
        if trend.scale != "all":
            marked_from = resolve(trend, fit.outliers).large_scale_from
            assert marked_from == f"{line['large_scale_from']:%Y-%m-%d}"
    assert trends == {}
