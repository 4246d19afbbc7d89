"""What is hardly right is questioned, in annotations and exports alike: values, names, repeats."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pipeline import ExportRun, PaperRun
from project import RAW

from compute_trends.clean.compact import read_compact
from compute_trends.clean.export import OF_NOTABLE
from compute_trends.clean.look_alikes import appearance, strange_letters
from compute_trends.clean.names import tidy
from compute_trends.clean.plausible import implausible
from compute_trends.clean.repeats import number_of_value, questioned, restated
from compute_trends.common.problems import InputError
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.models import Settings
from compute_trends.tables.raw import read_checked

HEADER = "Model,Publication date,Training compute (FLOP),Organization,Domain,Parameters"
# Of each decade, with values as real systems have them
SOUND = (
    ("Old Net", "1989-05-01", "1e10", "Lab", "1e4"),
    ("Middle Net", "2012-09-30", "4.7e17", "Lab", "6e7"),
    ("New Net", "2024-06-14", "1.8e25", "Lab", "3.4e11"),
)


def written(path: Path, *rows: tuple[str, ...]) -> Path:
    lines = [
        HEADER,
        *(f"{name},{day},{flop},{lab},Language,{n}" for name, day, flop, lab, n in rows),
    ]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def problems(path: Path, settings: Settings, **record: Any) -> list[str]:
    """What is wrong with an export; nothing if it runs."""
    export = ExportFile(**{"name": "case", "path": str(path), "date": "2026-03-07"} | record)
    try:
        ExportRun(export, settings)["systems"]
    except InputError as error:
        return [str(problem).removeprefix(f"{path}, ") for problem in error.problems]
    return []


def annotated(paper_run: PaperRun, row: int, **cells: str) -> list[str]:
    """What is wrong with the annotations when a row has other cells; a row more for 0."""
    texts = paper_run.text("annotations")
    if row == 0:
        texts.loc[texts.index.max() + 1] = texts.loc[62]
        row = int(texts.index.max())
        texts.at[row, "annotation_id"] = "999"
    for column, cell in cells.items():
        texts.at[row, column] = cell
    run = PaperRun(paper_run.settings)
    run.text = lambda name: texts if name == "annotations" else paper_run.text(name)  # type: ignore[method-assign]
    try:
        run["systems"]
    except InputError as error:
        return [str(problem).partition("annotations.csv, ")[2] for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("row", "flop", "expected"),
    [
        (2, "1e35", "at most 1e+28; if it is right, change clean.plausible.training_compute_flop"),
        (2, "1e300", "at most 1e+28"),
        (2, '"1,234"', "at least 4e+17 for a notable system dated since 2024; if it is right, "),
        (2, "1.94e2", "at least 4e+17"),
        (2, "1.8e16", "at least 4e+17"),
        (1, "4.7e8", "at least 8e+09 for a notable system dated since 2010 and before 2015"),
        (1, "4.7e24", "at most 3e+23 for a notable system dated since 2010 and before 2015"),
        (0, "1e19", "at most 2e+16 for a notable system dated since 1985 and before 1995"),
        (0, "1000", "at least 50000 for a notable system"),
    ],
)
def test_a_compute_that_no_system_of_its_years_has_is_questioned(
    tmp_path: Path, settings: Settings, row: int, flop: str, expected: str
) -> None:
    rows = [list(each) for each in SOUND]
    rows[row][2] = flop
    [problem] = problems(written(tmp_path / "a.csv", *map(tuple, rows)), settings)
    assert problem.startswith(f"row {row + 2}, column training_compute_flop: found '")
    assert expected in problem


def test_small_systems_stand_in_exports_of_all_models(tmp_path: Path, settings: Settings) -> None:
    rows = [*SOUND, ("Tiny Net", "2024-01-01", "4e10", "Lab", "1e4")]
    path = written(tmp_path / "a.csv", *rows)
    assert problems(path, settings, models="all") == []
    assert len(problems(path, settings, models="notable")) == 1
    path = written(tmp_path / "a.csv", *SOUND, ("Tiny Net", "2024-01-01", "1234", "Lab", "1e4"))
    assert "at least 3e+07 for a system" in problems(path, settings, models="all")[0]


def test_parameters_have_limits_too(tmp_path: Path, settings: Settings) -> None:
    path = written(tmp_path / "a.csv", *SOUND, ("A", "1990-01-01", "1e10", "Lab", "1e12"))
    assert problems(path, settings)[0].startswith("row 5, column parameters: found '1000000000000'")


@pytest.mark.parametrize(
    ("flop", "words"),
    [("1e30", "at most 1e+28"), ("1234", "at least"), ("1e25", "at most 3e+23"), ("1e9", "8e+09")],
)
def test_annotations_have_the_same_limits(paper_run: PaperRun, flop: str, words: str) -> None:
    day = {"publication_date": "30/09/2012"} if flop != "1e30" else {}
    told = annotated(paper_run, 62, training_compute_flop=flop, **day)
    assert any("column training_compute_flop" in each and words in each for each in told)


def test_every_real_vintage_is_within_the_limits(settings: Settings) -> None:
    vintages = read_checked(str(RAW / "vintages.csv"), "vintages")
    for name, models in zip(vintages["export"], vintages["models"], strict=True):
        table = read_compact(str(RAW / "vintages" / f"{name}.csv")).table
        rows = table.dropna(subset=["publication_date", "training_compute_flop"])
        limits, notable = settings.clean.plausible, models in OF_NOTABLE
        assert implausible(rows, limits, name, notable=notable) == []
        named = rows.dropna(subset="system")
        assert questioned(named, name) == [] and restated(named, name) == []


NAME = "HyperClova"
CYRILLIC = "HyperClov\N{CYRILLIC SMALL LETTER A}"


@pytest.mark.parametrize(
    ("name", "like"),
    [
        (CYRILLIC, True),
        ("\N{GREEK CAPITAL LETTER ETA}yperClova", True),
        ("Hyper\N{ZERO WIDTH JOINER}Clova", True),
        ("Hyper\N{ZERO WIDTH SPACE}Clova", True),
        ("hyperclova", True),
        ("Hyper-Clova", True),
        ("Hyper Clova", True),
        ("HyperCl\N{FULLWIDTH LATIN SMALL LETTER O}va", True),
        ("HyperClova 2", False),
        ("HyperClovb", False),
    ],
)
def test_what_looks_alike(name: str, like: bool) -> None:
    assert (appearance(name) == appearance(NAME)) == like
    if like:
        assert strange_letters(name) or tidy(name).isascii() or name.isascii() or "\uff4f" in name


@pytest.mark.parametrize("name", ["PanGu-α", "µTransfer", "悟道", "Яндекс", "ΔNet", "Müller-Net"])
def test_letters_of_other_alphabets_are_no_slip(name: str) -> None:
    assert strange_letters(name) == ""


def test_versions_do_not_look_alike() -> None:
    names = ("Llama 3.1-1B", "Llama 3-11B", "Llama 31.1B", "GPT-4.5", "GPT-45", "A+", "A")
    assert len({appearance(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (CYRILLIC, "letters of one alphabet in a word, not 'а' (Cyrillic small letter a)"),
        ("Hyper\N{ZERO WIDTH JOINER}Clova", "a name whose letters"),
        ("HYPERCLOVA", "a name whose letters"),
        ("Hyper Clova", "a name that does not look like 'HyperClova' in row"),
        ("HyperClova v2", "another system than 'HyperClova': row"),
        ("HyperC1ova", "a name that does not look like 'HyperClova' in row"),
    ],
)
def test_a_second_row_under_a_name_that_looks_alike_is_refused(
    paper_run: PaperRun, name: str, expected: str
) -> None:
    texts = paper_run.text("annotations")
    [row] = texts.index[texts["system"].str.lower() == "hyperclova"]
    cells = texts.loc[row].to_dict() | {"annotation_id": "999", "system": name}
    told = annotated(paper_run, 0, **cells)
    assert any("column system" in each and expected in each for each in told), told


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (("New Net", "2024-06-14", "1.800000018e25", "Lab", "3.4e11"), 0),
        (("New Net", "2024-06-14", "1.8e22", "Lab", "3.4e11"), 1),
        (("new-net", "2024-06-14", "1.8e22", "lab", ""), 1),
        (("New Net", "2024-06-14", "1.8e22", "Lab", "3.4e8"), 0),
        (("New Net", "2024-06-14", "2.8e25", "Lab", "3.4e11"), 0),
        (("New Net", "2025-06-14", "1.8e22", "Lab", "3.4e11"), 0),
        (("NewNet", "2025-06-14", "1.8e22", "Lab", "3.4e11"), 1),
        (("New N\N{CYRILLIC SMALL LETTER IE}t", "2025-06-14", "1.8e22", "Lab", "3.4e11"), 2),
    ],
)
def test_rows_of_an_export_that_may_be_of_one_system(
    tmp_path: Path, settings: Settings, second: tuple[str, ...], told: int
) -> None:
    found = problems(written(tmp_path / "a.csv", *SOUND, second), settings)
    assert len(found) == told
    assert all(each.startswith("row 5, column ") for each in found)


def test_a_repeated_row_up_to_noise_is_one_system(
    tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [
        *SOUND,
        *(("New Net", "2024-06-14", flop, "Lab", "") for flop in ("1.80000001e25", "2e25")),
    ]
    path = str(written(tmp_path / "a.csv", *rows))
    run = ExportRun(ExportFile(name="a", path=path, date="2026-03-07"), settings)
    with caplog.at_level(logging.WARNING):
        assert run["systems"]["annotation_id"].tolist() == [2, 3, 4, 6]
    assert run["excluded"]["annotation_id"].tolist() == [5]
    assert "row 6: 2e+25 FLOP beside the name, date and organization of row 4" in caplog.text


def test_values_of_a_group_are_numbered_by_size() -> None:
    values = pd.Series([2.0, 1.0, 2.0 * (1 + 1e-9), None, 3.0, 5.0])
    groups = pd.Series(["a", "a", "a", "a", "a", "b"])
    assert number_of_value(values, groups).tolist() == [2, 1, 2, 1, 3, 1]
