"""Annotations as systems with typed values, a key and a date.

Nothing is dropped: each raw row becomes a system or an excluded row with a reason.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pandas as pd

from compute_trends.clean.misspelt import annotation_references
from compute_trends.clean.names import split_names, system_key, tidy
from compute_trends.clean.plausible import implausible, implausible_dates
from compute_trends.clean.reasons import (
    NO_COMPUTE,
    NO_DATE,
    NO_NAME,
    ZERO,
    first_reason,
    require_system,
    tell_slips,
)
from compute_trends.clean.repeats import questioned, same_but_name
from compute_trends.clean.replay import with_annotated
from compute_trends.common.problems import Problem, stop_on
from compute_trends.settings.clean import Plausible
from compute_trends.tables.cells.dates import ORDERS, parse_dates
from compute_trends.tables.cells.numbers import parse_integers
from compute_trends.tables.checks import table_problems
from compute_trends.tables.dictionary import generated_table, raw_table
from compute_trends.tables.raw import check_raw, parse_columns

LOG = logging.getLogger(__name__)

OWN_KEY = "a name whose letters a-z and digits make a key that no other system has"
EXPECTED_DATE = "a date (y-m-d, {order}), a month (m/y, y-m or its name and the year), or a year"


def apply_corrections(
    annotations: pd.DataFrame, corrections: pd.DataFrame, *, files: tuple[str, str]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Replace annotated values by corrected ones; see `clean_annotations`.

    Returns
    -------
    corrected : pandas.DataFrame
        The annotations with the new values, and ``corrected_columns``: the
        replaced columns joined by "; ".
    problems : list of Problem
        Corrections that name an unknown row or column, or no longer match the value
        that they were written for.
    """
    annotations_file, corrections_file = files
    corrected = annotations.copy()
    corrected["corrected_columns"] = ""
    keys = parse_integers(annotations["annotation_id"]).value.dropna()
    row_of = {key: row for row, key in keys.items()}
    targets = map(row_of.get, parse_integers(corrections["annotation_id"]).value)
    problems = []
    for target, (row, fix) in zip(targets, corrections.iterrows(), strict=True):
        column = fix["column"]
        if target is None:
            wrong, expected = "annotation_id", f"a row of {annotations_file}"
        elif column not in annotations or column == "annotation_id":
            wrong, expected = "column", f"a column of {annotations_file} but its key"
        elif fix["system"] != (name := annotations.at[target, "system"]):
            wrong, expected = "system", f"{name!r}, the name in that row as annotated"
        elif fix["old_value"] != (value := annotations.at[target, column]):
            wrong = "old_value"
            expected = f"{value!r}, which {annotations_file}, row {target}, holds"
        else:
            corrected.at[target, column] = fix["new_value"]
            columns = [corrected.at[target, "corrected_columns"], column]
            corrected.at[target, "corrected_columns"] = "; ".join(filter(None, columns))
            continue
        problems.append(Problem(corrections_file, int(str(row)), wrong, fix[wrong], expected))
    return corrected, problems


def clean_annotations(
    annotations: pd.DataFrame,
    corrections: pd.DataFrame,
    paper_values: pd.DataFrame,
    *,
    files: tuple[str, str, str],
    published_after: str,
    first_day_is_placeholder: bool,
    plausible: Plausible,
    snapshots: Sequence[str] = (),
) -> dict[str, pd.DataFrame]:
    """Turn raw annotations into systems and excluded rows.

    Parameters
    ----------
    annotations, corrections, paper_values : pandas.DataFrame
        Raw text cells; the index is the row in the file.
    files : tuple of str
        Names of the three files, for messages.
    published_after : str
        Systems dated on this day y-m-d or earlier are excluded.
    first_day_is_placeholder : bool
        Whether a date in numbers on 1 January is only a year, and on the first of
        another month only a month. Dates written y-m-d are always taken as exact.
    plausible : Plausible
        Limits beyond which a date or a value is a problem.
    snapshots : sequence of str
        Those that the datasets of the config name; not looked at if there are none.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``systems`` and ``excluded``; together they hold each raw row once.

    Raises
    ------
    InputError
        With every problem of the files: a key that is missing or doubled, a
        correction that does not apply, a cell that cannot be read, two systems that
        would share a key. Or if no system is left.
    """
    file = files[0]
    require_system(annotations, [], file)
    # The other cells may still be replaced by a correction.
    _, problems = check_raw(annotations, raw_table("annotations").required_part(), file)
    problems += check_raw(corrections, raw_table("corrections"), files[1])[1]
    problems += check_raw(paper_values, raw_table("paper_values"), files[2])[1]
    rows, correction_problems = apply_corrections(annotations, corrections, files=files[:2])
    had, paper_problems = apply_corrections(annotations, paper_values, files=files[::2])
    rows, cell_problems = _parse_rows(rows, file, first_day_is_placeholder)
    rows = with_annotated(rows, _parse_rows(had, file, first_day_is_placeholder)[0])
    flop = rows["training_compute_flop"]
    problems += correction_problems + paper_problems + cell_problems
    problems += _cell_problems(flop[flop < 0], "zero or more", file)
    problems += implausible_dates(rows["publication_date"], plausible, file)
    problems += implausible(rows, plausible, file, notable=True)
    rows["reason"] = _exclusion_reasons(rows, published_after)
    is_system = rows["reason"].isna()
    is_shared = rows["system_id"].where(is_system).duplicated(keep=False)
    lacks_key = is_system & (is_shared | rows["system_id"].isna())
    problems += _cell_problems(rows.loc[lacks_key, "system"], OWN_KEY, file)
    excluded, systems = rows[~is_system], rows[is_system].drop(columns="reason")
    problems += questioned(systems, file)
    if snapshots:
        problems += annotation_references(systems, snapshots, file)
    problems += same_but_name(annotations, systems[~is_shared[is_system]], file)
    cells = {(problem.file, problem.row, problem.column) for problem in problems}
    problems += [
        problem
        for problem in table_problems(systems, generated_table("systems"), file)
        if (file, problem.row, problem.column) not in cells and problem.column != "system_id"
    ]
    stop_on(list(dict.fromkeys(problems)))
    tell_slips(excluded, file)
    require_system(systems, excluded["reason"], file)
    LOG.info("%d raw rows: %d systems, %d excluded", len(rows), len(systems), len(excluded))
    return {"systems": systems, "excluded": excluded}


def _parse_rows(
    texts: pd.DataFrame, file: str, first_day_is_placeholder: bool
) -> tuple[pd.DataFrame, list[Problem]]:
    """Annotations as table ``systems`` has them, with tidy text, and cells that cannot be read."""
    rows = texts.copy()
    text_columns = rows.columns.drop("annotation_id")
    rows[text_columns] = rows[text_columns].map(tidy)
    for column, people in (("organizations", False), ("authors", True)):
        rows[column] = ["; ".join(split_names(text, people=people)) for text in rows[column]]
    rows["system_id"] = rows["system"].map(system_key)
    days = rows.pop("publication_date")
    dates, date_problems = _parse_dates(days, file, first_day_is_placeholder)
    rows, problems = parse_columns(rows, generated_table("systems"), file)
    return rows.join(dates), problems + date_problems


def _cell_problems(cells: pd.Series, expected: str, file: str) -> list[Problem]:
    """A problem for each cell of a part of a column."""
    return [
        Problem(file, int(str(row)), str(cells.name), str(value), expected)
        for row, value in cells.items()
    ]


def _parse_dates(
    texts: pd.Series, file: str, first_day_is_placeholder: bool
) -> tuple[pd.DataFrame, list[Problem]]:
    """Date and precision of each row, missing where empty, and problems of unreadable cells."""
    order = raw_table("annotations").field("publication_date").date_order
    dates = parse_dates(texts, order=order)
    precision = dates.precision
    if first_day_is_placeholder:
        # A spreadsheet makes a number of a day of what was written in numbers, too.
        day = dates.day.dt
        first = dates.form.isin([*ORDERS, "serial"]) & (day.day == 1)
        precision = precision.mask(first, "month").mask(first & (day.month == 1), "year")
    generic = EXPECTED_DATE.format(order=order or "with the name of the month")
    problems = [
        Problem(file, int(str(row)), str(texts.name), str(texts.at[row]), hint)
        for row, hint in dates.expected.replace("a date", generic).items()
    ]
    columns = {"publication_date": dates.day, "publication_date_precision": precision}
    return pd.DataFrame(columns), problems


def _exclusion_reasons(rows: pd.DataFrame, published_after: str) -> pd.Series:
    """Reason to exclude each row; missing where there is none."""
    dates, flop = rows["publication_date"], rows["training_compute_flop"]
    return first_reason(
        {
            NO_NAME: rows["system"].isna(),
            NO_DATE: dates.isna(),
            f"not published after {published_after}": dates <= pd.Timestamp(published_after),
            NO_COMPUTE: flop.isna(),
            ZERO: flop == 0,
        }
    )
