from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from project import TINY

from compute_trends.clean.chips import known_chips
from compute_trends.clean.export_file import (
    ExportValues,
    parse_cells,
    read_chips,
    read_export,
)
from compute_trends.clean.export_headers import export_formats, plain_header
from compute_trends.clean.names import split_list
from compute_trends.common.problems import InputError
from compute_trends.tables.dictionary import column_names
from compute_trends.tables.raw import read_checked

EXPORTS = TINY / "exports"
# The days and the compute that all hand-made exports have.
DAYS = pd.date_range("2001-06-15", periods=8, freq="365D")
FLOP = [10 ** (10 + number / 2) for number in range(8)]


def cells(path: Path, *, through: str = "2026-03-07", order: str | None = None) -> ExportValues:
    export = read_export(str(path), format_name="epoch_models")
    return parse_cells(export, through=through, order=order)


def copy(tmp_path: Path, name: str, change: object = None, encoding: str = "utf-8") -> Path:
    """A hand-made export, its text changed."""
    text = (EXPORTS / name).read_text(encoding="utf-8")
    text = change(text) if callable(change) else text
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    "name", ["notable_2022", "notable_2023", "notable_2024", "all_2025", "notable_2026"]
)
def test_every_format_gives_the_same_columns(name: str) -> None:
    values = cells(EXPORTS / f"{name}.csv").table
    assert {"system", "publication_date", "training_compute_flop"} <= set(values)
    alpha = values.iloc[0]
    assert plain_header(alpha["system"]) in ("alpha", "al pha")
    assert alpha["publication_date"] == DAYS[0]
    assert alpha["training_compute_flop"] == 1e10
    if name not in ("notable_2022", "notable_2026"):
        assert values["publication_date"].tolist() == list(DAYS)
        assert values["training_compute_flop"].tolist() == pytest.approx(FLOP)


@pytest.mark.parametrize(
    ("change", "encoding"),
    [
        (lambda text: "\ufeff" + text, "utf-8"),
        (lambda text: text.replace("\n", "\r"), "utf-8"),
        (lambda text: text.replace("\n", "\r\n"), "utf-8"),
        (lambda text: text, "utf-16"),
        (lambda text: text.replace("Alpha", "Älpha").replace("Älpha", "Alpha"), "cp1252"),
        (lambda text: re.sub(r",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", "\t", text), "utf-8"),
    ],
)
def test_encodings_line_ends_and_separators_do_not_matter(
    tmp_path: Path, change: object, encoding: str
) -> None:
    for name in ("notable_2022.csv", "notable_2026.csv"):
        plain = cells(EXPORTS / name).table
        changed = cells(copy(tmp_path, name, change, encoding)).table
        pd.testing.assert_frame_equal(changed, plain)


def test_a_file_that_is_no_unicode_keeps_its_letters(tmp_path: Path) -> None:
    path = copy(tmp_path, "notable_2024.csv", lambda text: text.replace("Bravo", "Brávo"), "cp1252")
    assert cells(path).table["system"].tolist()[1] == "Brávo"


def test_a_bad_byte_spoils_no_other_letter(tmp_path: Path) -> None:
    path = copy(tmp_path, "notable_2024.csv", lambda text: text.replace("Bravo", "Brávó#"))
    path.write_bytes(path.read_bytes().replace(b"#", b"\xff"))
    assert cells(path).table["system"].tolist()[1] == "Brávó?"


def test_signs_that_are_no_text_spoil_a_name_only(tmp_path: Path) -> None:
    path = copy(tmp_path, "notable_2024.csv", lambda text: text.replace("Bravo", "Br\ufffdvo"))
    assert cells(path).table["system"].tolist()[1] == "Br?vo"


def test_columns_are_listed_with_what_they_are_taken_for() -> None:
    columns = read_export(str(EXPORTS / "notable_2023.csv"), format_name="epoch_models").columns
    by_header = columns.set_index("header")
    assert by_header.loc["Mood", "status"] == "unknown"
    assert by_header.loc["Epistemic status", "column"] == "confidence"
    absent = columns[columns["status"] == "absent"]
    assert absent["header"].isna().all() and "frontier" in set(absent["column"])


def test_of_two_headers_of_one_meaning_the_newer_is_read(tmp_path: Path) -> None:
    def both(text: str) -> str:
        header, *rows = text.splitlines()
        more = [f"{header},Training dataset size (total)", *(f"{row},7" for row in rows), ""]
        return "\n".join(more)

    path = copy(tmp_path, "notable_2024.csv", both)
    export = read_export(str(path), format_name="epoch_models")
    assert set(export.texts["training_dataset_size_datapoints"]) == {"7"}
    doubled = export.columns[export.columns["status"] == "doubled"]
    assert doubled["header"].tolist() == ["Training dataset size (datapoints)"]


def test_one_header_twice_is_refused_where_the_cells_differ(tmp_path: Path) -> None:
    def twice(text: str, cells: list[str]) -> str:
        header, *rows = text.splitlines()
        name = "Training compute (FLOP)"
        place = header.split(",").index(name)
        more = [
            f"{row},{cell or row.split(',')[place]}"
            for row, cell in zip(rows, cells + [""] * len(rows), strict=False)
        ]
        return "\n".join([f"{header},{name.lower()}", *more, ""])

    # Another program's copy of the column is none the worse for it.
    same = copy(tmp_path, "notable_2024.csv", lambda text: twice(text, []))
    columns = read_export(str(same), format_name="epoch_models").columns
    assert columns.loc[columns["status"] == "doubled", "column"].tolist() == [
        "training_compute_flop"
    ]
    other = copy(tmp_path, "notable_2024.csv", lambda text: twice(text, ["", "7e20", "8e20"]))
    with pytest.raises(InputError) as error:
        read_export(str(other), format_name="epoch_models")
    [problem] = error.value.problems
    assert problem.row == 3 and problem.column == "training compute (flop)"
    assert "7e20 in" in str(problem.value) and "2 of its rows differ" in problem.expected


def test_a_missing_column_is_told_with_the_nearest_candidates(tmp_path: Path) -> None:
    path = copy(
        tmp_path, "notable_2024.csv", lambda text: text.replace("compute (FLOP)", "compute, FLOP")
    )
    path.write_text(path.read_text().replace("Training compute, FLOP", '"Training compute, FLOP"'))
    with pytest.raises(InputError) as error:
        read_export(str(path), format_name="epoch_models")
    [problem] = error.value.problems
    assert problem.column == "training_compute_flop" and problem.row == 1
    assert "nearest here: Training compute, FLOP" in problem.expected


def test_all_headers_are_named_where_none_comes_near(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Zebra,Yak\n1,2\n")
    with pytest.raises(InputError) as error:
        read_export(str(path), format_name="epoch_models")
    assert len(error.value.problems) == 3
    assert error.value.problems[0].expected.endswith("here: Zebra, Yak")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "found 'an empty file', expected at least a header"),
        ("Model,Publication date,Training compute (FLOP)\na,2001-01-01,1,2\n", "row 2: found '4 c"),
        ('Model,Publication date,Training compute (FLOP)\n"a"b,2001-01-01,1\n', "row 2"),
        ('"', "row 1: found 'a quote that is never closed'"),
    ],
)
def test_a_file_that_is_no_table_is_told(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=re.escape(message)):
        read_export(str(path), format_name="epoch_models")


def test_prose_with_a_line_break_is_no_swallowed_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    header = "Abstract,Model,Publication date,Training compute (FLOP)"
    # One line break and as many commas as a row has, but not where a row would have them.
    path.write_text(f'{header}\n"We train.\nOne, two, three, done",a,2001-01-01,1\n')
    assert len(cells(path).table) == 1
    path.write_text(f'{header}\n"x,b,2001-01-01,1\ny",a,2001-01-01,1\n')
    with pytest.raises(InputError, match="a quote at both ends"):
        read_export(str(path), format_name="epoch_models")


@pytest.mark.parametrize(
    ("dates", "order", "expected"),
    [
        (["15/06/01", "01/02/24", "03/04/25"], None, ["2001-06-15", "2024-02-01", "2025-04-03"]),
        (["15/06/57", "15/06/49"], None, ["1957-06-15", "2049-06-15"]),
        (["6/15/01", "1/2/24"], None, ["2001-06-15", "2024-01-02"]),
        (["1/2/2001"], None, ["2001-02-01"]),
        (["1/2/2001"], "m/d/y", ["2001-01-02"]),
        (["2001", "June 2002", "2003-04", "2004-05-06"], None, None),
    ],
)
def test_dates_in_numbers(
    tmp_path: Path, dates: list[str], order: str | None, expected: list[str] | None
) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f"{name},{date},1\n" for name, date in enumerate(dates))
    path.write_text(f"Model,Publication date,Training compute (FLOP)\n{rows}")
    read = cells(path, through="2024-07-16", order=order).table
    shown = read["publication_date"].dt.strftime("%Y-%m-%d").tolist()
    assert shown == (expected or ["2001-01-01", "2002-06-01", "2003-04-01", "2004-05-06"])
    if expected is None:
        assert read["publication_date_precision"].tolist() == ["year", "month", "month", "day"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.920000000001e+21", 1.920000000001e21),
        ("1,234", 1234.0),
        ("1,234,567", 1234567.0),
        ("2.5 × 10^9", 2.5e9),
        ("2260275840,2290000001", None),
        ("19M", 1.9e7),
    ],
)
def test_numbers(tmp_path: Path, written: str, value: float | None) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Model,Publication date,Training compute (FLOP),Parameters\n"
        f'a,2001-01-01,1.5e3,"{written}"\n'
    )
    read = cells(path)
    assert read.table["parameters"].tolist() == pytest.approx([value], nan_ok=True) or value is None
    assert read.unread["value"].tolist() == ([] if value else [written])


def test_each_column_of_a_spreadsheet_with_commas_has_its_decimal_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Model;Publication date;Training compute (FLOP);Epochs;Batch size\n"
        "a;2001-01-01;1,512e25;1.5;10\nb;2002-01-01;1,5e3;2.25;20\n"
    )
    read = cells(path).table
    assert read["training_compute_flop"].tolist() == [1.512e25, 1500.0]
    assert read["epochs"].tolist() == [1.5, 2.25]


def test_flags(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    header = "Model,Publication date,Training compute (FLOP),Frontier model"
    rows = "".join(f"{flag},2001-01-01,1,{flag}\n" for flag in ("True", "checked", "no", "", "?"))
    path.write_text(f"{header}\n{rows}")
    read = cells(path)
    assert read.table["frontier"].tolist() == [True, True, False, False, False]
    assert read.unread["value"].tolist() == ["?"]


def test_lists() -> None:
    assert split_list('"Alpha, Inc.", Beta,Beta , ') == ["Alpha, Inc.", "Beta"]
    assert split_list(float("nan")) == []
    assert split_list('"Alpha,\r\nInc.", Be\nta') == ["Alpha, Inc.", "Be ta"]
    assert split_list('Alpha\r"Beta') == ['Alpha "Beta']


def test_chips_of_an_export_come_below_ours() -> None:
    ours = read_checked(str(TINY / "raw" / "hardware.csv"), "hardware")
    chips = known_chips(ours, read_chips(str(EXPORTS / "hardware_2022.csv"), through="2022-12-31"))
    # Abacus is ours; the rate of the slow chip must be in another unit.
    assert chips["hardware"].tolist() == [*ours["hardware"], "Difference Engine 2", "Slow Chip"]
    rates = chips.set_index("hardware")["peak_fp32_flop_per_second"]
    assert rates["Abacus"] == 1e6 and rates["Difference Engine 2"] == 1.5e12
    assert pd.isna(rates["Slow Chip"])
    assert known_chips(ours)["hardware"].tolist() == ours["hardware"].tolist()


@pytest.mark.parametrize("name", sorted(export_formats()))
def test_no_header_stands_for_two_columns(name: str) -> None:
    columns, ignored = export_formats()[name]
    written = [header for column in columns for header in column.headers] + ignored
    plain = [plain_header(header) for header in written]
    assert len(plain) == len(set(plain))


def test_every_column_of_a_format_is_in_a_table() -> None:
    known = {*column_names("systems"), *column_names("export_attributes")}
    for column in export_formats()["epoch_models"].columns:
        assert column.name in known or column.note, column.name
    chips = {column.name for column in export_formats()["epoch_hardware"].columns}
    assert chips | {"aliases", "clock", "note"} == set(column_names("export_hardware"))
