"""Exports that the project carries, beside those of the user."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pipeline import changed

from compute_trends.settings.carried import input_files, with_carried
from compute_trends.settings.clean import ExportFile, leading_export
from compute_trends.settings.models import Settings

INDEX = """\
export,vintage,models
all_2023_12_20,2023-12-20,all
notable_2024_07_16,2024-07-16,notable
notable_2026_08_19,2026-08-19,notable
frontier_2026_08_19,2026-08-19,frontier
"""


@pytest.fixture
def index(tmp_path: Path) -> str:
    """Raw table ``vintages`` of a project that carries four exports."""
    folder = tmp_path / "vintages"
    folder.mkdir()
    for line in INDEX.splitlines()[1:]:
        (folder / f"{line.split(',')[0]}.csv").touch()
    path = tmp_path / "vintages.csv"
    path.write_text(INDEX, encoding="utf-8")
    return str(path)


def own(**record: Any) -> ExportFile:
    """An export of the user, of notable models."""
    usual = {"name": "mine", "path": "downloads/a.csv", "date": "2025-01-01"}
    return ExportFile(**(usual | record))


def used(
    settings: Settings, index: str, vintages: str | list[str], exports: Sequence[ExportFile] = ()
) -> tuple[list[ExportFile], list[str]]:
    """Exports of a run and what is wrong with the settings."""
    asked = changed(settings, "clean.vintages", vintages)
    found, problems = with_carried(changed(asked, "clean.exports", list(exports)), index)
    return found.clean.exports, [str(problem) for problem in problems]


def names(exports: Sequence[ExportFile]) -> list[str]:
    return [export.name for export in exports]


def test_all_or_some_days_or_none_by_date_beside_the_user_s(settings: Settings, index: str) -> None:
    carried = [line.split(",")[0] for line in INDEX.splitlines()[1:]]
    every, problems = used(settings, index, "all")
    assert (names(every), problems) == (carried, [])
    some, problems = used(settings, index, ["2026-08-19", "2023-12-20"], [own()])
    assert problems == []
    assert names(some) == [carried[0], "mine", *carried[2:]]
    assert used(settings, index, [], [own()]) == ([own()], [])
    # Nothing of the project is looked at then.
    assert used(settings, "nowhere.csv", []) == ([], [])


def test_the_rest_of_the_settings_stays(settings: Settings, index: str) -> None:
    found, _ = with_carried(settings, index)
    assert found.fit is settings.fit and found.clean.plausible == settings.clean.plausible
    assert settings.clean.exports == []


def test_a_day_that_is_not_listed_is_told_with_those_that_are(
    settings: Settings, index: str
) -> None:
    exports, [problem] = used(settings, index, ["2024-07-16", "2024-07-17"])
    assert names(exports) == ["notable_2024_07_16"]
    assert problem == (
        "config.yaml, column clean.vintages: found '2024-07-17', expected a day of "
        "data/raw/vintages.csv: 2023-12-20, 2024-07-16, 2026-08-19"
    )


def test_a_file_that_is_gone_is_told_only_where_it_is_used(settings: Settings, index: str) -> None:
    gone = Path(index).parent / "vintages" / "notable_2024_07_16.csv"
    gone.unlink()
    _, [problem] = used(settings, index, "all")
    assert str(gone) in problem and "no such file" in problem and "2024-07-16" in problem
    assert used(settings, index, ["2026-08-19"])[1] == []


@pytest.mark.parametrize(
    ("record", "place"),
    [
        ({"name": "notable_2024_07_16"}, "clean.exports[1].name"),
        ({"date": "2024-07-16"}, "clean.exports[1].date"),
        # All models of that day stand for the notable ones.
        ({"date": "2023-12-20"}, "clean.exports[1].date"),
        ({"date": "2024-07-16", "models": "large_scale"}, None),
        ({"date": "2023-12-20", "models": "all"}, None),
        ({"date": "2026-08-19", "models": "frontier"}, "clean.exports[1].date"),
    ],
)
def test_an_export_of_the_user_that_is_one_of_the_project_is_told(
    settings: Settings, index: str, record: dict[str, str], place: str | None
) -> None:
    first = own(name="first", date="2022-01-01")
    _, problems = used(settings, index, "all", [first, own(**record)])
    assert [place in problem for problem in problems] == ([True] if place else [])
    days = ["2026-08-19"] if record.get("models") != "frontier" else ["2024-07-16"]
    if record.get("name") is None:
        assert used(settings, index, days, [first, own(**record)])[1] == []


def test_of_all_models_the_rows_with_criteria_stand_beside_the_notable_ones(
    settings: Settings, index: str
) -> None:
    of_all, notable, *_ = used(settings, index, "all")[0]
    assert (of_all.models, of_all.filters.notability) == ("notable", "any")
    assert (notable.models, notable.filters.notability) == ("notable", None)


def test_files_by_the_names_that_results_know_them_by(settings: Settings, index: str) -> None:
    with_chips = own(hardware="downloads/chips.csv")
    exports, _ = used(settings, index, ["2024-07-16"], [with_chips])
    folder = Path(index).parent / "vintages"
    assert input_files(exports, index) == {
        "data/raw/vintages/notable_2024_07_16.csv": str(folder / "notable_2024_07_16.csv"),
        "downloads/a.csv": "downloads/a.csv",
        "downloads/chips.csv": "downloads/chips.csv",
    }


def test_the_newest_of_notable_models_leads(settings: Settings, index: str) -> None:
    def leading(*exports: ExportFile, vintages: str | list[str] = "all") -> str | None:
        lead = leading_export(used(settings, index, vintages, exports)[0])
        return lead and lead.name

    assert leading() == "notable_2026_08_19"
    assert leading(own(date="2026-12-01")) == "mine"
    assert leading(own(date="2026-12-01", models="all")) == "notable_2026_08_19"
    assert leading(own(date="2022-12-01"), vintages=[]) == "mine"
    # Without notable models, whatever there is
    assert leading(own(models="all"), vintages=[]) == "mine"
    assert leading(vintages=[]) is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x1f\x8b\x08", "found 'a gzip file', expected the list of exports"),
        ("é".encode("latin-1") * 3, "expected CSV in UTF-8"),
        (INDEX.encode("utf-16-le"), "found 'text in UTF-16 without a mark'"),
        (None, "found 'a folder', expected the list of exports"),
    ],
)
def test_a_list_that_is_none_is_told(
    settings: Settings, index: str, data: bytes | None, message: str
) -> None:
    path = Path(index)
    path.unlink()
    path.mkdir() if data is None else path.write_bytes(data)
    exports, [problem] = used(settings, index, "all")
    assert exports == [] and message in problem


def test_the_list_as_spreadsheets_save_it(settings: Settings, index: str) -> None:
    names_before = names(used(settings, index, "all")[0])
    for text, coding in ((INDEX, "utf-16"), (INDEX.replace(",", ";"), "utf-8-sig")):
        Path(index).write_bytes(text.encode(coding))
        assert names(used(settings, index, "all")[0]) == names_before
