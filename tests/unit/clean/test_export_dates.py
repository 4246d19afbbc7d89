"""The order of day and month in exports: shown, stated, contradicted or not known."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from compute_trends.clean.export_dates import ExportDates, read_dates
from compute_trends.clean.export_file import ExportValues, parse_cells, read_chips, read_export
from compute_trends.common.problems import InputError

HEADER = "Model,Publication date,Training compute (FLOP)"
CHIPS = "Name of the hardware,Release date,FP32 (single precision) performance (FLOP/s)"
DAY, MONTH = ("13/05/2024", "05/13/2024")


def read(
    *cells: str, order: str | None = None, through: str = "2024-12-31"
) -> tuple[list[str], ExportDates]:
    texts = pd.Series(cells, index=range(2, len(cells) + 2), dtype="str")
    found = read_dates(texts, through=through, order=order, place=("a.csv", "Date"))
    return found.dates.day.dt.strftime("%Y-%m-%d").fillna("").tolist(), found


def file(path: Path, header: str, *cells: str) -> str:
    lines = [header, *(f"Net {n},{cell},1e18" for n, cell in enumerate(cells)), ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def values(path: str, **options: str) -> ExportValues:
    cells = read_export(path, format_name="epoch_models")
    return parse_cells(cells, through="2024-12-31", order=options.get("order"))


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        ((DAY, "03/04/2024"), ["2024-05-13", "2024-04-03"]),
        ((MONTH, "03/04/2024"), ["2024-05-13", "2024-03-04"]),
        (("5/13/24", "03/04/24"), ["2024-05-13", "2024-03-04"]),
        (("5/13/2024 0:00", "3/4/2024 0:00"), ["2024-05-13", "2024-03-04"]),
        (("2024-05-13", "May 2023", MONTH, "3/4/24"), None),
    ],
)
def test_what_a_column_shows_holds_for_all_of_it(
    cells: tuple[str, ...], days: list[str] | None, caplog: pytest.LogCaptureFixture
) -> None:
    assert read(*cells)[0] == (days or ["2024-05-13", "2023-05-01", "2024-05-13", "2024-03-04"])
    assert read(*cells)[1].reading is None and caplog.text == ""
    # An order that is stated and right changes nothing.
    order = "d/m/y" if cells[0] == DAY else "m/d/y"
    assert read(*cells, order=order)[0] == read(*cells)[0]


def contradicted(*cells: str, order: str | None = None) -> tuple[str, str]:
    with pytest.raises(InputError) as error:
        read(*cells, order=order)
    [problem] = error.value.problems
    assert (problem.file, problem.row, problem.column) == ("a.csv", None, "Date")
    return str(problem.value), problem.expected


def test_one_slip_among_many_stops_with_the_key_that_leaves_it_out() -> None:
    cells = [*[MONTH] * 5, "03/04/2024", *["6/14/24"] * 7, DAY]
    found, expected = contradicted(*cells)
    assert found == (
        "12 dates that can only be m/d/y (row 2: 05/13/2024, row 3: 05/13/2024, "
        "row 4: 05/13/2024, row 5: 05/13/2024, row 6: 05/13/2024 and 7 more) "
        "and 1 date that can only be d/m/y (row 15: 13/05/2024)"
    )
    assert expected == (
        "one order of day and month: write the 1 as y-m-d, or set dates: m/d/y in the record of "
        "this file in clean.exports, which leaves it out"
    )


def test_the_hint_typed_back_is_accepted(caplog: pytest.LogCaptureFixture) -> None:
    cells = [*[MONTH] * 12, "03/04/2024", DAY]
    days, found = read(*cells, order="m/d/y")
    assert days == [*["2024-05-13"] * 12, "2024-03-04", ""]
    assert found.reading == "1 cannot be read as m/d/y, which is stated (row 15: 13/05/2024)"
    assert f"a.csv, column Date: {found.reading}" in caplog.text
    # It is told as unread, not as a slip that stops.
    assert found.slips == []
    # Or the slip is mended.
    assert read(*cells[:-1], "2024-05-13")[0][-2:] == ["2024-03-04", "2024-05-13"]


def test_slips_are_one_in_ten_at_most() -> None:
    assert read(*[MONTH] * 9, DAY, order="m/d/y")[0] == [*["2024-05-13"] * 9, ""]
    for order in (None, "d/m/y"):
        assert "set dates: m/d/y" in contradicted(*[MONTH] * 9, DAY, order=order)[1]
        assert "Write those" in contradicted(*[MONTH] * 8, DAY, order=order)[1]
    assert contradicted(*[MONTH] * 18, DAY, DAY)[1] == (
        "one order of day and month: write the 2 as y-m-d, or set dates: m/d/y in the record of "
        "this file in clean.exports, which leaves them out"
    )


def test_the_day_before_the_month_behind_the_year_stops() -> None:
    found, expected = contradicted("2024-13-05", "2024-31-12", "2024-05-06")
    assert found.startswith("2 dates that can only be y-d-m (row 2: 2024-13-05, row 3: 2024-31-12)")
    assert found.endswith("and 0 dates that can only be y-m-d")
    assert expected == "y-m-d, the month before the day"
    found, _ = contradicted("2024-13-05", "2024-05-13T00:00:00Z")
    assert "1 date that can only be y-d-m" in found and "1 date that can only be y-m-d" in found
    # One slip among many is left out, and its row told.
    days, dates = read("2024-13-05", *["2024-05-13"] * 9)
    assert days[0] == "" and dates.dates.expected.tolist() == ["a date"]


def test_an_order_that_the_dates_contradict_stops() -> None:
    for cells in ([MONTH] * 3, [*[MONTH] * 12, DAY]):
        found, expected = contradicted(*cells, order="d/m/y")
        assert found.startswith(f"{cells.count(MONTH)} dates that can only be m/d/y (row 2: ")
        assert expected == (
            "d/m/y, which dates states in the record of this file in clean.exports; "
            "set dates: m/d/y"
        )
        assert read(*cells, order="m/d/y")


@pytest.mark.parametrize("order", [None, "d/m/y", "m/d/y"])
@pytest.mark.parametrize(("day", "month"), [(1, 1), (9, 11), (2, 12)])
def test_a_file_of_two_orders_is_no_file_of_one(day: int, month: int, order: str | None) -> None:
    found, expected = contradicted(*[DAY] * day, *[MONTH] * month, order=order)
    assert f"{day} date{'s' * (day > 1)} that can only be d/m/y" in found
    assert f"{month} date{'s' * (month > 1)} that can only be m/d/y" in found
    assert "Write those of one kind as y-m-d; then dates: d/m/y or dates: m/d/y" in expected
    # As the hint says
    assert read(*[DAY] * day, *["2024-05-13"] * month, order="d/m/y")
    assert read(*["2024-05-13"] * day, *[MONTH] * month, order="m/d/y")


def test_no_evidence_is_told_and_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = file(tmp_path / "a.csv", HEADER, "03/04/2024", "05/05/2024", "2024-01-31")
    told = values(path)
    days = told.table["publication_date"].dt.strftime("%Y-%m-%d").tolist()
    assert days == ["2024-04-03", "2024-05-05", "2024-01-31"]
    columns = told.columns.set_index("column")
    assert columns["reading"].dropna().to_dict() == {
        "publication_date": "1 in numbers read as d/m/y, because no date tells the order of day "
        "and month (row 2: 03/04/2024)"
    }
    assert caplog.text.count("set dates: m/d/y in the record of this file in clean.exports") == 1
    caplog.clear()
    for order, day in (("d/m/y", "2024-04-03"), ("m/d/y", "2024-03-04")):
        stated = values(path, order=order)
        assert stated.table["publication_date"].iloc[0] == pd.Timestamp(day)
        assert stated.columns["reading"].isna().all()
    assert caplog.text == ""


def test_where_the_order_does_not_matter_nothing_is_told(caplog: pytest.LogCaptureFixture) -> None:
    days, found = read("05/05/2024", "6.6.24", "", "2024-01-31")
    assert days == ["2024-05-05", "2024-06-06", "", "2024-01-31"]
    assert found.reading is None and caplog.text == ""


def test_years_of_two_digits_in_a_file_that_is_dated_too_early() -> None:
    assert read("15/06/23", "15/06/21", through="2022-02-01")[0] == ["2023-06-15", "2021-06-15"]
    assert read("15/06/57", "15/06/49", through="2024-02-01")[0] == ["1957-06-15", "2049-06-15"]
    assert read("15/06/50", "15/06/24", through="2024-02-01")[0] == ["1950-06-15", "2024-06-15"]


def test_slips_are_told_with_row_and_value(tmp_path: Path) -> None:
    path = file(tmp_path / "a.csv", HEADER, "2024-00-13", "20222", "soon", "2024-05-13")
    found = values(path)
    assert {slip.file for slip in found.slips} == {path}
    assert [(slip.row, slip.column, slip.value) for slip in found.slips] == [
        (2, "Publication date", "2024-00-13"),
        (3, "Publication date", "20222"),
    ]
    assert found.unread["row"].tolist() == [2, 3, 4]


def test_chips_of_a_file_have_its_order_or_that_of_the_models(tmp_path: Path) -> None:
    def released(*cells: str, order: str | None = None) -> list[str]:
        path = file(tmp_path / "chips.csv", CHIPS, *cells)
        days = read_chips(path, through="2024-12-31", order=order)["release_date"]
        return days.dt.strftime("%Y-%m-%d").tolist()

    assert released(MONTH, "03/04/99") == ["2024-05-13", "1999-03-04"]
    assert released("03/04/2024", order="m/d/y") == ["2024-03-04"]
    # What it shows itself is right for it.
    assert released(DAY, "03/04/2024", order="m/d/y") == ["2024-05-13", "2024-04-03"]
    with pytest.raises(InputError, match="1 date that can only be d/m/y"):
        released(DAY, MONTH)
    with pytest.raises(InputError, match="row 2, column Release date: found '0222', expected"):
        released("0222")
