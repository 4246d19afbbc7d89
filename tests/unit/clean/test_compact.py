"""Exports as the project carries them, made from small ones in each layout."""

from __future__ import annotations

import datetime
import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pipeline
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipeline import ExportRun, PaperRun, changed, settings_in
from project import RAW, TINY

from compute_trends.clean.carry import carry
from compute_trends.clean.compact import (
    ROWS,
    _shortest,
    compact_text,
    is_compact,
    read_carried,
    read_compact,
)
from compute_trends.clean.download import read_download
from compute_trends.common.problems import InputError
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.models import Settings
from compute_trends.tables.raw import read_checked

DATE = "2026-03-07"
TODAY = datetime.date(2026, 12, 31)
LAYOUTS = ("notable_2022", "notable_2023", "notable_2024", "all_2025", "notable_2026")
# Sentences that a compact file must not have, and what they tell
PROSE = {
    "Abstract": "Peculiar prose about a sparsely gated network.",
    "Parameters notes": "Curious remark: a mixture of experts.",
    "Training compute notes": "Strange arithmetic, 6ND.",
    "Dataset size notes": "Odd count of tokens.",
    "Training time notes": "Unusual hours.",
    "Training hardware notes": "Rare machines.",
}
NET = {
    "Model": "Net",
    "Organization": "Here,There",
    "Publication date": "2020-01-01",
    "Training compute (FLOP)": "6e18",
    "Domain": "Language",
    "Link": "https://example.org/net",
    "Parameters": "1.0000000000001e6",
    "Training dataset size (total)": "1e12",
    "Epochs": "1",
    "Base model": "",
    "Training hardware": "Abacus 2",
    "Hardware quantity": "10",
    "Training time (hours)": "500",
    "Hardware utilization (MFU)": "0.5",
    "Numerical format": "FP32",
    "Confidence": "Confident",
    "Notability criteria": "Highly cited",
    "Authors": "A. Nobody",
    "Sixth sense": "seen",
}
RAW_TABLES = ("vintages", "vintage_columns", "vintage_unread")


def rich(folder: Path) -> Path:
    """An export of language models that can be estimated, with prose."""
    rows = [
        NET
        | PROSE
        | {"Model": f"Net {n}", "Publication date": f"20{12 + n}-05-01", "Epochs": "" if n else "2"}
        | {"Training compute (FLOP)": f"{3.3 * 10 ** (18 + n / 2)}"}
        | {"Abstract": "Plain prose.", "Parameters notes": "Every one is used."}
        for n in range(9)
    ]
    rows.append(NET | PROSE | {"Model": "Experts", "Parameters": "many"})
    path = folder / "rich.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def files(folder: Path) -> dict[str, Path]:
    """Small exports by layout."""
    return {name: TINY / "exports" / f"{name}.csv" for name in LAYOUTS} | {"rich": rich(folder)}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Raw tables of the tiny project, which carries no export."""
    return Path(shutil.copytree(TINY / "raw", tmp_path / "raw"))


@pytest.fixture(scope="module")
def tiny() -> tuple[Settings, pd.DataFrame]:
    """Settings of the tiny project, and the errors of methods that it learns."""
    fewer = changed(settings_in(TINY / "config.yaml"), "estimate.uncertainty.samples", 100)
    settings = changed(fewer, "fit.intervals.draws", 199)
    return settings, PaperRun(settings, TINY / "raw")["error_model"]


@pytest.mark.parametrize("layout", [*LAYOUTS, "rich"])
def test_a_compact_file_gives_what_the_export_gives(
    layout: str,
    raw: Path,
    tmp_path: Path,
    tiny: tuple[Settings, pd.DataFrame],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings, errors = tiny
    monkeypatch.setattr(pipeline, "PaperRun", lambda *_: {"error_model": errors})
    path = str(files(tmp_path)[layout])
    carried = carry(read_download(path, DATE, today=TODAY), "notable", note=None, raw=raw)
    export = ExportFile(name=carried.export, path=path, date=DATE)
    ours = export.model_copy(update={"path": str(raw / "vintages" / f"{carried.export}.csv")})
    assert is_compact(ours.path) and not is_compact(path)
    theirs = ExportRun(export, settings, TINY / "raw")
    run = ExportRun(ours, settings, raw)
    # What a compact file leaves out is as if it were not read.
    left_out = theirs["export_columns"]["status"] != run["export_columns"]["status"]
    assert set(run["export_columns"].loc[left_out, "status"]) <= {"ignored"}
    known = left_out[left_out].index
    pd.testing.assert_frame_equal(
        run["export_columns"].drop(known), theirs["export_columns"].drop(known)
    )
    names = theirs["export_columns"].loc[left_out, "column"]
    for name in set(run) - {"export_columns"}:
        assert run[name][[each for each in names if each in run[name]]].isna().all(axis=None)
        one, other = (each[name].drop(columns=names, errors="ignore") for each in (run, theirs))
        pd.testing.assert_frame_equal(one, other, check_exact=True, obj=name)
    if layout == "rich":
        assert set(run["estimates"]["method"]) >= {"operation_count", "hardware_time"}
        assert len(run["export_unread"]) == 1
        assert run["export_trends"]["slope_oom_per_year"].notna().any()


def test_no_sentence_of_the_notes_is_in_it_but_what_they_tell(raw: Path, tmp_path: Path) -> None:
    carry(read_download(str(rich(tmp_path)), DATE, today=TODAY), "notable", note=None, raw=raw)
    text = "".join((raw / name).read_text() for name in sorted(map(str, raw.glob("vintage*.csv"))))
    text += (raw / "vintages" / "notable_2026_03_07.csv").read_text()
    for prose in (*PROSE.values(), "Plain prose", "Every one", "A. Nobody"):
        assert prose not in text
    rows = read_checked(str(raw / "vintages" / "notable_2026_03_07.csv"), ROWS)
    assert rows.loc[rows["mixture_of_experts"], "system"].tolist() == ["Experts"]
    assert rows["size_counts_tokens"].all()


@pytest.mark.parametrize("layout", [*LAYOUTS, "rich"])
def test_the_same_file_gives_the_same_bytes(layout: str, tmp_path: Path) -> None:
    path = str(files(tmp_path)[layout])
    once, again = (compact_text(read_download(path, DATE, today=TODAY).content) for _ in range(2))
    assert once == again
    compact = tmp_path / "compact.csv"
    compact.write_text(once, encoding="utf-8", newline="")
    assert compact_text(read_compact(str(compact))) == once


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_in_its_shortest_form_reads_back(value: float) -> None:
    text = _shortest(value)
    assert float(text) == value
    assert len(text) <= len(repr(value))


def test_short_forms() -> None:
    texts = [_shortest(value) for value in (1e21, 2.5e25, 0.0, 535.0, 1.92e21, 1e-3)]
    assert texts == ["1e21", "2.5e25", "0", "535", "1.92e21", "1e-3"]


VINTAGES = [path.stem for path in sorted((RAW / "vintages").glob("*.csv"))]


def carried(name: str) -> dict[str, pd.DataFrame]:
    return {table: read_checked(str(RAW / f"{table}.csv"), table) for table in RAW_TABLES}


@pytest.mark.parametrize("name", VINTAGES)
def test_each_carried_file_is_what_the_index_says(name: str) -> None:
    path = RAW / "vintages" / f"{name}.csv"
    vintages, columns, unread = carried(name).values()
    row = vintages.set_index("export").loc[name]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]
    rows = read_checked(str(path), ROWS)
    assert len(rows) == row["n_rows"]
    assert rows["training_compute_flop"].notna().sum() == row["n_with_compute"]
    assert name == f"{row['models']}_{row['vintage']:%Y_%m_%d}"
    own = columns[columns["export"] == name]
    assert own["position"].max() == own["position"].notna().sum() == row["n_columns"]
    # What is read of the source is in the file, but for the cells that cannot be read.
    for column, filled in own[own["status"] == "read"][["column", "filled"]].to_numpy():
        lost = (unread["export"].eq(name) & unread["column"].eq(column)).sum()
        if rows[column].dtype == "boolean":
            assert rows[column].sum() <= filled - lost, column
        else:
            assert rows[column].notna().sum() == filled - lost, column
    values = read_carried(str(path), name, vintages, columns, unread)
    assert compact_text(values).encode("utf-8") == path.read_bytes()


def test_carried_files_are_those_of_the_index_and_small() -> None:
    tables = carried("")
    assert sorted(tables["vintages"]["export"]) == VINTAGES
    assert set(tables["vintage_columns"]["export"]) == set(VINTAGES)
    assert set(tables["vintage_unread"]["export"]) <= set(VINTAGES)
    files = [*(RAW / "vintages").iterdir(), *(RAW / f"{name}.csv" for name in RAW_TABLES)]
    assert sum(path.stat().st_size for path in files) < 2e6


def test_each_carried_file_says_where_it_was_found() -> None:
    vintages = carried("")["vintages"]
    assert vintages["note"].notna().all()
    assert vintages["source_url"].str.startswith("https://epoch.ai/data/").all()


def test_a_changed_byte_is_told(tmp_path: Path) -> None:
    tables = carried("")
    name = VINTAGES[-1]
    data = (RAW / "vintages" / f"{name}.csv").read_bytes()
    path = tmp_path / f"{name}.csv"
    path.write_bytes(data.replace(b"e2", b"e3", 1))
    with pytest.raises(InputError, match="the file was changed since it was made") as error:
        read_carried(str(path), name, *tables.values())
    assert tables["vintages"].set_index("export").loc[name, "sha256"] in str(error.value)
