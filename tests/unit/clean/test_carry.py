"""Carrying an export, and taking over a newer one: from downloads of all kinds."""

from __future__ import annotations

import datetime
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from project import TINY

from compute_trends.clean import carry as carrying
from compute_trends.clean import update as updating
from compute_trends.clean.carry import Carried, carry
from compute_trends.clean.download import read_download
from compute_trends.clean.update import NO_CHANGE, update
from compute_trends.common.problems import InputError

TODAY = datetime.date(2026, 12, 31)
DAY, LATER = "2026-03-07", "2026-08-19"
HEADER = "Model,Publication date,Training compute (FLOP),Domain,Abstract,Confidence"
Change = Callable[[list[str]], list[str]]


def rows(n: int = 20) -> list[str]:
    """Lines of an export: a header and some systems."""
    return [
        HEADER,
        *(f"Net {i},20{i:02d}-05-01,{i + 1}e15,Language,Prose {i},Likely" for i in range(n)),
    ]


def download(folder: Path, lines: list[str], name: str = "download.csv", end: str = "\n") -> str:
    path = folder / name
    path.write_text("\n".join(lines) + end, encoding="utf-8")
    return str(path)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Raw tables of the tiny project, which carries no export."""
    return Path(shutil.copytree(TINY / "raw", tmp_path / "data" / "raw"))


def carried(raw: Path, path: str, date: str = DAY, **options: bool) -> Carried:
    return carry(read_download(path, date, today=TODAY), "notable", note=None, raw=raw, **options)


def files(raw: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(raw.rglob("*")) if path.is_file()}


def test_what_is_carried_is_indexed(raw: Path, tmp_path: Path) -> None:
    path = download(tmp_path, [*rows(), "Odd,2020-01-01,many,Language,,Likely"])
    assert carried(raw, path) == Carried("notable_2026_03_07", True, DAY)
    [row] = pd.read_csv(raw / "vintages.csv").to_dict("records")
    assert (row["n_rows"], row["n_with_compute"], row["n_columns"]) == (21, 20, 6)
    assert row["source_bytes"] == Path(path).stat().st_size
    columns = pd.read_csv(raw / "vintage_columns.csv").set_index("header")
    assert columns.loc["Abstract", ["status", "filled"]].tolist() == ["ignored", 20]
    [unread] = pd.read_csv(raw / "vintage_unread.csv").to_dict("records")
    assert (unread["row"], unread["value"]) == (22, "many")
    assert '"vintages/notable_2026_03_07.csv"' in (raw / "datapackage.json").read_text()


def test_exports_stand_by_date_and_the_same_one_changes_nothing(raw: Path, tmp_path: Path) -> None:
    new, old = download(tmp_path, rows(24), "new.csv"), download(tmp_path, rows(22), "old.csv")
    carried(raw, new, LATER)
    assert carried(raw, old) == Carried("notable_2026_03_07", True, LATER)
    exports = pd.read_csv(raw / "vintages.csv")["export"].tolist()
    assert exports == ["notable_2026_03_07", "notable_2026_08_19"]
    before = files(raw)
    assert not carried(raw, old).changed
    # The very file of another day says nothing new.
    assert carried(raw, old, "2026-05-05") == Carried("notable_2026_03_07", False, LATER)
    assert files(raw) == before


def test_another_file_of_the_day_needs_a_word(raw: Path, tmp_path: Path) -> None:
    carried(raw, download(tmp_path, rows()))
    before = files(raw)
    other = download(tmp_path, rows(21), "other.csv")
    with pytest.raises(InputError, match="carries as notable_2026_03_07; REPLACE=yes"):
        carried(raw, other)
    assert files(raw) == before
    assert carried(raw, other, replace=True).changed
    assert pd.read_csv(raw / "vintages.csv")["n_rows"].tolist() == [21]


@pytest.mark.parametrize(
    ("date", "message"),
    [
        ("2026-13-01", "DATE: found '2026-13-01', expected the day of the download, y-m-d"),
        ("7 March", "found '7 March'"),
        ("20260307", "found '20260307'"),
        ("2027-01-01", "today is 2026-12-31"),
        ("2012-01-01", "8 of 20 systems dated after 2012-01-01.* not before 2019-05-01"),
    ],
)
def test_a_day_that_cannot_be(date: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        read_download(download(tmp_path, rows()), date, today=TODAY)


def test_one_slip_in_a_date_is_none_of_the_file(tmp_path: Path) -> None:
    path = download(tmp_path, [*rows(), "Late,2106-01-01,1e20,Language,,Likely"])
    assert len(read_download(path, DAY, today=TODAY).content.table) == 21


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (
            ["01/02/2012", "03/04/2013"],
            "column Publication date: .*no date tells.*in clean.exports",
        ),
        (["13/02/2012", "02/13/2012"], "1 date that can only be d/m/y.* and 1 date that can only"),
    ],
)
def test_dates_whose_order_is_not_known_are_not_carried(
    days: list[str], message: str, raw: Path, tmp_path: Path
) -> None:
    before = files(raw)
    path = download(tmp_path, [HEADER, *(f"Net,{day},1e15,Language,,Likely" for day in days)])
    with pytest.raises(InputError, match=message):
        carried(raw, path)
    assert files(raw) == before
    carried(raw, download(tmp_path, [HEADER, "Net,13/02/2012,1e15,Language,,Likely"]))


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notable_ai_models.csv", "\n".join(rows()))


WRONG: dict[str, tuple[bytes | Callable[[Path], None], str]] = {
    "html": (b"<!DOCTYPE html>\n<html><title>404, not found</title></html>\n", "web page"),
    "xml": (
        b"<Error><Code>AccessDenied</Code></Error>\n",
        "a web page or XML: <Error><Code>AccessDenied",
    ),
    "json": (b'{"error": "rate limit"}\n', "rate limit.*CSV: an export of models"),
    "zip": (zipped, "a zip.*unpack it"),
    "empty": (b"", "an empty file"),
    "blank": (b"\xef\xbb\xbf\n\n", "an empty file"),
    "cut row": ("\n".join(rows())[:-15].encode(), "row 21: .*5 cells.*cut off"),
    "open quote": (
        ("\n".join(rows()) + '\nNet,2020-01-01,1e20,Language,"A sentence that').encode(),
        "row 22: .*a quote that is never closed.*cut off",
    ),
    "renamed": (
        "\n".join(rows()).replace("Training compute (FLOP)", "Training compute [FLOP]").encode(),
        r"training_compute_flop: .*nearest here: Training compute \[FLOP\]",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_files_that_are_no_whole_export_leave_everything_as_it_was(
    kind: str, raw: Path, tmp_path: Path
) -> None:
    content, message = WRONG[kind]
    carried(raw, download(tmp_path, rows()))
    before = files(raw)
    path = tmp_path / "wrong.csv"
    content(path) if callable(content) else path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        carried(raw, str(path), LATER)
    with pytest.raises(InputError, match=message):
        update(str(path), LATER, "notable", note=None, raw=raw, today=TODAY)
    assert files(raw) == before


def test_a_compact_file_and_a_file_that_is_not_there(raw: Path, tmp_path: Path) -> None:
    carried(raw, download(tmp_path, rows()))
    for path, message in (
        (raw / "vintages" / "notable_2026_03_07.csv", "a compact file"),
        (tmp_path / "none.csv", "no such file"),
        (tmp_path, "a folder"),
    ):
        with pytest.raises(InputError, match=message):
            carried(raw, str(path), LATER)


def taken(
    raw: Path, folder: Path, lines: list[str], date: str = LATER, end: str = "\n"
) -> list[str]:
    path = download(folder, lines, "next.csv", end)
    return update(path, date, "notable", note="Here", raw=raw, today=TODAY)


@pytest.fixture
def followed(raw: Path, tmp_path: Path) -> Path:
    """Raw tables with one export."""
    carried(raw, download(tmp_path, rows()))
    return raw


@pytest.mark.parametrize(
    "change",
    [
        list,
        lambda lines: [lines[0], *reversed(lines[1:])],
        lambda lines: [line.replace("Prose", "Other prose") for line in lines],
        lambda lines: [
            line.replace("Training compute (FLOP)", "Training compute (FLOPs)") for line in lines
        ],
    ],
    ids=["same bytes", "other order", "other notes", "other header"],
)
def test_nothing_new_is_no_change(change: Change, followed: Path, tmp_path: Path) -> None:
    before = files(followed)
    assert taken(followed, tmp_path, change(rows())) == []
    assert files(followed) == before


def test_new_rows_are_carried(followed: Path, tmp_path: Path) -> None:
    [sentence] = taken(followed, tmp_path, rows(23))
    assert sentence.endswith("23 rows, carried now as notable_2026_08_19")
    index = pd.read_csv(followed / "vintages.csv")
    assert index["n_rows"].tolist() == [20, 23]
    assert index["note"].tolist()[1] == "Here"


def test_columns_that_are_new_gone_or_renamed_are_named(followed: Path, tmp_path: Path) -> None:
    header = HEADER.replace("(FLOP)", "(FLOPs)").replace("Confidence", "Mood")
    _, *told = taken(followed, tmp_path, [header, *rows(21)[1:]])
    assert told == [
        "column 'Training compute (FLOP)' is called 'Training compute (FLOPs)' now",
        "new column 'Mood', which is not read: see export_headers.yaml",
        "column 'Confidence' is gone",
    ]


@pytest.mark.parametrize(
    ("n", "date", "end", "message"),
    [
        (17, LATER, "\n", "17 rows.*at least 90 % of the 20 rows of notable_2026_03_07"),
        (21, LATER, "", "the end of a line behind the last cell.*cut off"),
        (21, "2026-02-01", "\n", "a day after 2026-03-07"),
        (21, DAY, "\n", "a day after 2026-03-07"),
    ],
)
def test_what_cannot_be_the_next_export(
    n: int, date: str, end: str, message: str, followed: Path, tmp_path: Path
) -> None:
    before = files(followed)
    with pytest.raises(InputError, match=message):
        taken(followed, tmp_path, rows(n), date, end)
    assert files(followed) == before
    # A tenth less is no error.
    if n == 17:
        assert taken(followed, tmp_path, rows(18))


def test_other_models_are_followed_by_themselves(followed: Path, tmp_path: Path) -> None:
    path = download(tmp_path, rows(5), "all.csv")
    assert update(path, LATER, "all", note=None, raw=followed, today=TODAY)
    assert pd.read_csv(followed / "vintages.csv")["models"].tolist() == ["notable", "all"]
    # Nobody publishes benchmarked models as an export of their own.
    for models in ("best", "benchmarked"):
        with pytest.raises(InputError, match=f"MODELS: found '{models}', expected one of notable"):
            update(path, LATER, models, note=None, raw=followed, today=TODAY)


def test_the_commands_answer_with_a_status(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in (carrying, updating):
        monkeypatch.setattr(module, "PROJECT", tmp_path)
    first, newer = download(tmp_path, rows(), "a.csv"), download(tmp_path, rows(21), "b.csv")
    assert carrying.main([newer, LATER, "notable", "--source", "There"]) == 0
    assert carrying.main([first, DAY, "notable"]) == 0
    assert "older than the newest, of 2026-08-19, which goes on to lead" in capsys.readouterr().out
    assert carrying.main([newer, "2026-04-01", "notable"]) == 0
    assert "carried already as notable_2026_08_19; nothing changed" in capsys.readouterr().out
    assert carrying.main([str(tmp_path / "c.csv"), DAY, "notable"]) == 1
    assert "no such file" in capsys.readouterr().err
    assert updating.main([newer, "2026-09-01", "notable"]) == NO_CHANGE
    assert "no change since the last export" in capsys.readouterr().out
    newest = download(tmp_path, rows(22), "d.csv")
    assert updating.main([newest, "2026-09-01", "notable"]) == 0
    assert updating.main([first, "none", "notable"]) == 1
    assert pd.read_csv(raw / "vintages.csv")["source_file"].tolist() == ["a.csv", "b.csv", "d.csv"]
