"""Exports that the project carries, as records of config.yaml beside the user's own."""

from __future__ import annotations

import codecs
import csv
import dataclasses
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from compute_trends.common.files import no_file, read_text_file
from compute_trends.common.problems import InputError, Problem
from compute_trends.settings.clean import ExportFile, Filters
from compute_trends.settings.models import Settings

INDEX = "data/raw/vintages.csv"
# Of an export of all models the rows with notability criteria, to stand beside notable ones
NOTABLE: Any = {"models": "notable", "filters": Filters(notability="any")}
EXPECTED = {
    "export": "a name in lower-case letters, digits and underscores",
    "vintage": "a date y-m-d",
    "models": "notable, all, large_scale, frontier or benchmarked",
}
CARRIED = "data/raw/vintages/{export}.csv"


def with_carried(settings: Settings, index: str) -> tuple[Settings, list[Problem]]:
    """Settings whose ``clean.exports`` are those that the project carries and the user's own.

    Parameters
    ----------
    settings : Settings
        ``clean.vintages`` says which of the project's are used.
    index : str
        Raw table ``vintages``; the files lie in the folder ``vintages`` beside it.

    Returns
    -------
    settings : Settings
        Exports by date.
    problems : list of Problem
        Days that the table does not list, files that are not there, and exports of the user
        that are the same as one of the project.
    """
    which, own = settings.clean.vintages, settings.clean.exports
    listed, problems = _listed(index) if which else ([], [])
    days = sorted({export.date for export in listed})
    expected = f"a day of {INDEX}: {', '.join(days)}"
    problems += [
        Problem("config.yaml", None, "clean.vintages", day, expected)
        for day in ([] if which == "all" else which)
        if day not in days and not problems
    ]
    carried = [export for export in listed if which == "all" or export.date in which]
    problems += [
        Problem(
            export.path,
            None,
            None,
            no_file(export.path),
            f"the file that {INDEX} lists for {export.date}; take it back from git, or list "
            "the days to use in clean.vintages of config.yaml",
        )
        for export in carried
        if no_file(export.path)
    ]
    problems += _doubled(carried, own)
    exports = sorted([*carried, *own], key=lambda export: export.date)
    clean = settings.clean.model_copy(update={"exports": exports})
    return settings.model_copy(update={"clean": clean}), problems


def input_files(exports: Sequence[ExportFile], index: str) -> dict[str, str]:
    """Files of exports by the name that results know them by, wherever the run works.

    See `with_carried` for ``index``.
    """
    folder = Path(index).parent / "vintages"
    files: dict[str, str] = {}
    for export in exports:
        carried = Path(export.path).parent == folder
        files[CARRIED.format(export=export.name) if carried else export.path] = export.path
        if export.hardware:
            files[export.hardware] = export.hardware
    return files


def _listed(index: str) -> tuple[list[ExportFile], list[Problem]]:
    """Exports of raw table ``vintages``, and what in it makes none."""
    exports: list[ExportFile] = []
    problems: list[Problem] = []
    try:
        rows = _rows(read_text_file(index))
    except InputError as error:
        expected = "the list of exports that the project carries; take it back from git"
        return [], [dataclasses.replace(each, expected=expected) for each in error.problems]
    except (UnicodeDecodeError, csv.Error) as error:
        return [], [Problem(index, None, None, str(error), "CSV in UTF-8")]
    for number, row in enumerate(rows, start=2):
        name = row.get("export")
        models = NOTABLE if row.get("models") == "all" else {"models": row.get("models")}
        path = str(Path(index).parent / "vintages" / f"{name}.csv")
        try:
            about: dict[str, Any] = {"name": name, "path": path, "date": row.get("vintage")}
            exports.append(ExportFile(**about, **models))
        except ValidationError as error:
            for wrong in error.errors():
                column = {"name": "export", "date": "vintage"}.get(str(wrong["loc"][0]), "models")
                found = row.get(column) or ""
                problems.append(Problem(index, number, column, found, EXPECTED[column]))
    return exports, problems


def _rows(data: bytes) -> list[dict[str, str]]:
    """Rows of a CSV file, by any of the separators that raw tables may have."""
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = data.decode("utf-16" if utf16 else "utf-8-sig")
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def _doubled(carried: Sequence[ExportFile], own: Sequence[ExportFile]) -> list[Problem]:
    """Problems of exports of the user that have the name, or are the vintage, of a carried one."""
    problems = []
    for place, export in enumerate(own):
        for other in carried:
            at = f"clean.exports[{place}]"
            if export.name == other.name:
                expected = f"a name that no export of {INDEX} has"
                problems.append(Problem("config.yaml", None, f"{at}.name", export.name, expected))
            elif (export.models, export.date) == (other.models, other.date):
                expected = (
                    f"another day: {INDEX} has {export.models} models of that day. Leave this "
                    "record out, or list the days to use in clean.vintages without it"
                )
                problems.append(Problem("config.yaml", None, f"{at}.date", export.date, expected))
    return problems
