"""Columns of exports as they come: dollars, columns without a name or marked as deprecated."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from compute_trends.clean.export_file import ExportValues, parse_cells, read_export
from compute_trends.clean.export_headers import nameless_columns
from compute_trends.common.problems import InputError
from compute_trends.tables.cells.money import other_currency

NEEDED = {
    "Model": "Net",
    "Publication date": "2012-03-01",
    "Training compute (FLOP)": "1e18",
}
COST, EARLIER = "Training compute cost (2023 USD)", "Training compute cost (2020 USD)"
SIZE = "Training dataset size (datapoints)"


def written(tmp_path: Path, headers: dict[str, str | list[str]], separator: str = ",") -> Path:
    """A file with the needed columns and others, a row for each value of theirs."""
    columns = {h: [c] if isinstance(c, str) else c for h, c in headers.items()}
    rows = max(map(len, columns.values()))
    columns = {header: [cell] * rows for header, cell in NEEDED.items()} | columns
    path = tmp_path / "a.csv"
    pd.DataFrame(columns).to_csv(path, index=False, sep=separator)
    return path


def values(path: Path) -> ExportValues:
    cells = read_export(str(path), format_name="epoch_models")
    return parse_cells(cells, through="2026-03-07", order=None)


@pytest.mark.parametrize(
    ("cell", "dollars"),
    [
        ("$3,982,638.51", 3982638.51),
        ("$ 3 982 638.51", 3982638.51),
        ("3,982,638.51 $", 3982638.51),
        ("US$ 3.9 million", 3.9e6),
        ("USD 3.9 million", 3.9e6),
        ("3.9 million USD", 3.9e6),
        ("usd 12", 12.0),
        ("$3.9M", 3.9e6),
        ("$1,234", 1234.0),
        ("$0.00", 0.0),
        ("9551.591619865148", 9551.591619865148),
    ],
)
def test_costs_with_their_dollar(tmp_path: Path, cell: str, dollars: float) -> None:
    read = values(written(tmp_path, {COST: [cell, "", "$1.5"]}))
    assert read.table["training_compute_cost_2023_usd"].tolist() == pytest.approx(
        [dollars, float("nan"), 1.5], nan_ok=True
    )
    assert read.unread.empty


def test_costs_of_a_spreadsheet_with_decimal_commas(tmp_path: Path) -> None:
    path = written(tmp_path, {COST: ["$3.982.638,51", "$4331,00"]}, separator=";")
    costs = values(path).table["training_compute_cost_2023_usd"]
    assert costs.tolist() == [3982638.51, 4331.0]


@pytest.mark.parametrize(
    ("cell", "currency"),
    [
        ("€3,982,638.51", "€"),
        ("3.9 million EUR", "EUR"),
        ("£5", "£"),
        ("CA$5", "CA$"),
        ("5 A$", "A$"),
        ("¥300", "¥"),
        ("5 million euros", "euros"),
    ],
)
def test_another_currency_is_refused_by_its_name(tmp_path: Path, cell: str, currency: str) -> None:
    read = values(written(tmp_path, {COST: [cell, "$7"]}))
    assert read.table["training_compute_cost_2023_usd"].fillna(0).tolist() == [0, 7]
    [told] = read.unread.to_dict("records")
    assert (told["value"], told["expected"]) == (cell, f"US dollars, not {currency}")


@pytest.mark.parametrize("cell", ["$", "about $3", "$3 to $4", "3 (2020 USD)", "TBD"])
def test_what_is_no_amount_is_no_other_currency(tmp_path: Path, cell: str) -> None:
    assert other_currency(cell) is None
    read = values(written(tmp_path, {COST: cell}))
    assert read.unread["value"].tolist() == [cell]


def test_dollars_of_two_years_are_two_columns(tmp_path: Path) -> None:
    read = values(written(tmp_path, {EARLIER: "$5.00", COST: "6"})).table
    assert read["training_compute_cost_2020_usd"].tolist() == [5]
    assert read["training_compute_cost_2023_usd"].tolist() == [6]
    # Without a year, or of another one, a cost is unknown.
    for header in ("Training compute cost", "Training compute cost (2021 USD)"):
        assert not [
            name for name in values(written(tmp_path, {header: "5"})).table if "cost" in name
        ]


def test_open_weights_are_yes_no_or_not_known(tmp_path: Path) -> None:
    cells = ["Yes", "No", "", "Unknown", "perhaps"]
    read = values(written(tmp_path, {"Open model weights?": cells}))
    assert read.table["open_weights"].fillna("").tolist() == ["yes", "no", "", "", ""]
    assert read.unread["value"].tolist() == ["perhaps"]


def test_power(tmp_path: Path) -> None:
    read = values(written(tmp_path, {"Training  Power draw (w)": "176380.73"}))
    assert read.table["training_power_draw_w"].tolist() == [176380.73]


@pytest.mark.parametrize(
    "header",
    [
        f"(DEPRECATED) {SIZE}",
        f"(deprecated)  {SIZE.upper()} ",
        f"[Deprecated] {SIZE}",
        f"DEPRECATED: {SIZE}",
        f"{SIZE} (DEPRECATED)",
        f"{SIZE} - deprecated",
        f"(DEPRECATED){SIZE}",
    ],
)
def test_a_deprecated_column_is_read_where_it_is_the_only_one(
    tmp_path: Path, header: str, caplog: pytest.LogCaptureFixture
) -> None:
    size = "training_dataset_size_datapoints"
    assert values(written(tmp_path, {header: "1e12"})).table[size].tolist() == [1e12]
    assert "deprecated, read as no other states it" in caplog.text
    path = written(tmp_path, {header: "1e12", "Training dataset size (total)": "2e12"})
    assert values(path).table[size].tolist() == [2e12]
    columns = read_export(str(path), format_name="epoch_models").columns
    assert columns.loc[columns["status"] == "doubled", "header"].tolist() == [
        " ".join(header.split())
    ]


def test_other_deprecated_columns(tmp_path: Path) -> None:
    headers = {"(DEPRECATED) Training time (hours)": "9", "(DEPRECATED) Approach": "x"}
    path = written(tmp_path, headers | {"(DEPRECATED) Mood": "sunny"})
    columns = read_export(str(path), format_name="epoch_models").columns.set_index("header")
    statuses = [columns.loc[header, "status"] for header in (*headers, "(DEPRECATED) Mood")]
    assert statuses == ["read", "ignored", "unknown"]


def test_the_compute_is_never_that_of_a_deprecated_column(tmp_path: Path) -> None:
    path = written(tmp_path, {"Organization": "Here"})
    path.write_text(path.read_text().replace("Training compute", "(DEPRECATED) Training compute"))
    with pytest.raises(InputError, match=r"nearest here: \(DEPRECATED\) Training compute"):
        read_export(str(path), format_name="epoch_models")


def test_columns_without_a_name_are_counted_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.csv"
    lines = [
        [*NEEDED, "", " ", "", "\u200b", "Unnamed: 7"],
        [*NEEDED.values(), "stray", "", *"xyz"],
    ]
    path.write_text("\n".join(map(",".join, [*lines, lines[1], []])), encoding="utf-8")
    columns = read_export(str(path), format_name="epoch_models").columns
    assert nameless_columns(columns) == "4 columns without a name"
    assert caplog.text.count("without a name, not read") == 1
    assert "nan" not in caplog.text.lower() and "''" not in caplog.text
    path.write_text("".join(",".join(line[:4]) + "\n" for line in lines), encoding="utf-8")
    columns = read_export(str(path), format_name="epoch_models").columns
    assert nameless_columns(columns) == "1 column without a name"


def test_an_index_that_pandas_wrote_has_no_name(tmp_path: Path) -> None:
    path = written(tmp_path, {COST: ["1", "2"]})
    pd.read_csv(path).to_csv(path)
    columns = read_export(str(path), format_name="epoch_models").columns
    assert nameless_columns(columns) == "1 column without a name"


def test_a_column_without_name_and_values_is_not_mentioned(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        f"{','.join(NEEDED)},,Domain\n{','.join(NEEDED.values())},,Vision\n", encoding="utf-8"
    )
    columns = read_export(str(path), format_name="epoch_models").columns
    assert nameless_columns(columns) == ""


def test_a_header_without_any_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Unnamed: 0,Unnamed: 1\na,b\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column has a name"):
        read_export(str(path), format_name="epoch_models")


def zipped(name: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), "x")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (zipped("ai_models.csv"), "found 'a zip', expected CSV: unpack it"),
        (zipped("xl/workbook.xml"), "found 'a workbook', expected CSV: in the spreadsheet"),
        (gzip.compress(b"x", mtime=0), "found 'a gzip file', expected CSV: unpack it"),
        (
            b"\xef\xbb\xbf\n<!DOCTYPE html><html>404",
            r"found 'a web page \(HTML\): <!DOC.*', expected CSV",
        ),
        (b"<html>", "found 'a web page"),
    ],
)
def test_what_is_no_csv_says_what_it_is(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message):
        read_export(str(path), format_name="epoch_models")
