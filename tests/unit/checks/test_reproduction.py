from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real, check_cells
from made_up import UNITS
from pipeline import PaperRun

from compute_trends.checks.reproduction import draw_difference, half_unit, round_as_printed
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.selection import score_systems, select_datasets, select_trend
from compute_trends.render.paper_tables import study_table, trend_table
from compute_trends.settings.fit import PaperMethod, Reproduction, Trend
from compute_trends.settings.trends import resolve

CELLS_PER_ROW = {2: 11, 3: 12, 4: 12, 6: 12, 7: 11, 8: 12, 9: 12}
# Cells that the slice of their row does not give, of rows whose slice was found
NOT_GIVEN = {
    # The printed digit is one off.
    (4, 3, "doubling_time_months"),
    # Scale and slope of six records, the rest of seven.
    (6, 2, "start_flop"),
    (6, 2, "end_flop"),
    (6, 2, "slope_oom_per_year"),
    # Each contradicts another number of its row: see below.
    (4, 1, "slope_oom_per_year_ci95_median"),
    (6, 3, "slope_oom_per_year_ci95_low"),
    (6, 4, "doubling_time_months_ci95_high"),
    (7, 2, "slope_oom_per_year"),
    (7, 2, "doubling_time_months_ci95_low"),
    # Whether some line of a draw falls is chance.
    (7, 3, "doubling_time_months_ci95_low"),
    (7, 3, "doubling_time_months_ci95_high"),
}


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
        method=PaperMethod(samples=200, noise_factor=1),
        units=UNITS,
        rng=np.random.default_rng(1),
    )
    np.testing.assert_allclose(exact.slope_oom_per_year, 0, atol=1e-12)
    noisy = draw_difference(
        points,
        reproduction=Reproduction(replicates=400, level=0.95),
        method=PaperMethod(samples=1000, noise_factor=2),
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


def is_point(cell: tuple[int, int, str]) -> bool:
    """Whether no random draw touches a cell."""
    return "ci95" not in cell[2]


def test_later_tables_reproduce_but_for_cells_that_a_note_explains(
    real: Real, check: pd.DataFrame
) -> None:
    differing = check[(check["table"] > 2) & (check["verdict"] != "reproduced")]
    cells = {tuple(cell) for cell in differing[["table", "row", "column"]].to_numpy()}
    assert set(filter(is_point, cells)) == set(filter(is_point, NOT_GIVEN))
    # An interval end is random: of some 250, a few may lie outside by chance.
    assert len(cells - NOT_GIVEN) <= 3
    assert set(differing["verdict"]) == {"differs"}
    assert differing["reason"].notna().all()
    notes = real.published.set_index(["table", "row"])["note"]
    assert all(notes.loc[(table, row)] for table, row, _ in NOT_GIVEN)


def months(slope: float) -> float:
    """Doubling time of a growth in OOM per year."""
    return float(np.log10(2) * 365 / 30 / slope)


def test_cells_that_contradict_their_row(real: Real) -> None:
    """Misprints, by the printed numbers alone: no data is asked."""
    lines = real.published.set_index(["table", "row"])

    def value(table: int, row: int, column: str) -> float:
        return float(lines.loc[(table, row), column])

    growth, doubling = "slope_oom_per_year", "doubling_time_months"
    assert months(value(6, 3, f"{growth}_ci95_low") - 0.05) < value(6, 3, f"{doubling}_ci95_high")
    assert value(6, 4, f"{doubling}_ci95_high") < value(6, 4, f"{doubling}_ci95_median")
    assert months(value(7, 2, growth) + 0.05) > value(7, 2, doubling) + 0.05
    assert months(value(7, 2, f"{growth}_ci95_high") - 0.05) < value(7, 2, f"{doubling}_ci95_low")
    assert months(value(6, 2, growth) + 0.05) > value(6, 2, doubling) + 0.05


def test_the_printed_median_slope_of_table_4_row_1_contradicts_its_doubling_time(
    real: Real,
) -> None:
    line = real.published.set_index(["table", "row"]).loc[(4, 1)]
    shortest = float(line["doubling_time_months_ci95_median"]) - 0.05
    longest = float(line["doubling_time_months_ci95_median"]) + 0.05
    slopes = [np.log10(2) * 365 / 30 / months for months in (longest, shortest)]
    assert all(round(slope, 1) == 0.7 for slope in slopes)
    assert line["slope_oom_per_year_ci95_median"] == "0.6"


def fitted(real: Real, table: int, row: int, **changes: Any) -> pd.DataFrame:
    """Systems of the trend that answers a row, with some of its settings changed."""
    fit = real.settings.fit
    trend = next(trend for trend in fit.trends if (trend.table, trend.row) == (table, row))
    trend = Trend.model_validate(trend.model_dump(exclude_unset=True) | changes)
    datasets = [dataset for dataset in fit.datasets if dataset.name == trend.dataset]
    systems = select_datasets(real.systems, real.compute, datasets=datasets, bases=["published"])
    scores = score_systems(systems, outliers=fit.outliers)
    return select_trend(scores, trend, outliers=fit.outliers, domains=fit.domains)


@pytest.mark.parametrize(
    ("table", "row", "changes", "words"),
    [
        (3, 2, {"period": {"after": "1950-01-01", "through": "2011-12-31"}}, "{} systems"),
        (3, 3, {"period": {"after": "2009-12-31", "through": "2022-02-01"}}, "{} systems"),
        (8, 1, {"period": {"after": "2012-09-29", "through": "2017-12-05"}}, "{} systems"),
        (8, 3, {"large_scale_from": "2015-09-01"}, "there are {}."),
        (8, 5, {"dataset": "paper_tables"}, "there are {} of"),
        (8, 6, {"dataset": "paper_tables"}, "there are {} of"),
    ],
)
def test_counts_that_the_notes_name(
    real: Real, table: int, row: int, changes: dict[str, Any], words: str
) -> None:
    note = real.published.set_index(["table", "row"]).loc[(table, row), "note"]
    assert words.format(len(fitted(real, table, row, **changes))) in str(note)


@pytest.mark.parametrize(("row", "n"), [(1, 28), (2, 37), (4, 21)])
def test_domains_as_corrected(real: Real, paper_run: PaperRun, row: int, n: int) -> None:
    corrected = paper_run["corrected_trends"].set_index(["table", "row"])
    assert corrected.loc[(7, row), "n"] == n
    note = real.published.set_index(["table", "row"]).loc[(7, row), "note"]
    assert f"as corrected give {n} systems" in str(note)


@pytest.mark.parametrize(
    ("answers", "noted", "n"), [((4, 1), (2, 2), 19), ((6, 2), (6, 2), 6)], ids=["era", "records"]
)
def test_numbers_that_are_those_without_msra(
    real: Real, answers: tuple[int, int], noted: tuple[int, int], n: int
) -> None:
    points = fitted(real, *answers)
    points = points[points["system_id"] != "msra-c-prelu"]
    assert len(points) == n
    line = fit_line(points["day"], points["log_flop"])
    ours = {
        "start_flop": 10**line.start,
        "end_flop": 10**line.end,
        "slope_oom_per_year": 365 * line.slope,
    }
    published = real.published.set_index(["table", "row"]).loc[noted]
    for column, value in ours.items():
        assert round_as_printed(value, published[column]) == published[column]
    note = str(published["note"])
    # Rounded to two digits, as flop is there.
    assert all(round_as_printed(10**end, "1.0e1") in note for end in (line.start, line.end))
    assert f"{365 * line.slope:.2f} OOM per year" in note
    assert f"{months(365 * line.slope):.1f} months" in note


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
        key = (line["table"], line["row"])
        for column in ("n", "start_flop", "end_flop", "slope_oom_per_year", "r2"):
            if isinstance(line[column], str) and (*key, column) not in NOT_GIVEN:
                value = float(ours.loc[key, column])
                assert round_as_printed(value, line[column]) == line[column], (line, column)


def test_tables_are_trends_in_the_order_of_the_paper(real: Real) -> None:
    for table, rows in ((2, 3), (3, 6), (4, 4), (6, 4), (7, 4), (8, 9), (9, 6)):
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
    trends = {(trend.table, trend.row): trend for trend in fit.trends if trend.table}
    for line in real.published.to_dict("records"):
        trend = trends.pop((line["table"], line["row"]))
        assert trend.dataset == line["dataset"]
        assert trend.period.after == f"{line['period_after']:%Y-%m-%d}"
        assert trend.period.through == f"{line['period_through']:%Y-%m-%d}"
        assert trend.scale == line["scale"]
        assert (trend.domain or trend.label) in line["data"] or line["table"] != 7
        assert (trend.records is not None) == ("Record" in line["data"])
        threshold = resolve(trend, fit.outliers).high_z
        assert line["data"].endswith(f"threshold {threshold:g}") == (line["table"] == 9)
        if trend.scale != "all":
            marked_from = resolve(trend, fit.outliers).large_scale_from
            assert marked_from == f"{line['large_scale_from']:%Y-%m-%d}"
    assert trends == {}
