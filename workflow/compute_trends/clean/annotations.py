"""Stage clean: from raw annotations to systems with typed values, a key and a date.

Nothing is dropped: each raw row becomes a system or an excluded row with a reason.
"""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

import pandas as pd

from compute_trends.clean.names import split_names, system_key, tidy
from compute_trends.common.numbers import as_written
from compute_trends.common.problems import InputError, Problem, stop_on
from compute_trends.tables.cells.dates import ORDERS, parse_dates
from compute_trends.tables.cells.numbers import parse_integers
from compute_trends.tables.checks import table_problems
from compute_trends.tables.dictionary import generated_table, raw_table
from compute_trends.tables.raw import check_raw, parse_columns

LOG = logging.getLogger(__name__)

KEY_OF_ITS_OWN = "a name whose letters a-z and digits make a key that no other system has"
EXPECTED_DATE = "a date (y-m-d, {order}), a month (m/y, y-m or its name and the year), or a year"


def apply_corrections(
    annotations: pd.DataFrame, corrections: pd.DataFrame, *, files: tuple[str, str]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Replace annotated values by corrected ones.

    Parameters
    ----------
    annotations : pandas.DataFrame
        Raw text cells.
    corrections : pandas.DataFrame
        Raw text cells: annotation_id, system, column, old_value, new_value, reason, source.
    files : tuple of str
        Names of the two files, for messages.

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
    ids, wanted = (
        parse_integers(frame["annotation_id"]).value for frame in (annotations, corrections)
    )
    row_of = {key: row for row, key in ids.dropna().items()}
    problems = []
    for key, (row, fix) in zip(wanted.to_list(), corrections.iterrows(), strict=True):
        target, column = row_of.get(key), fix["column"]

        def problem(name: str, expected: str, row: object = row, fix: pd.Series = fix) -> Problem:
            return Problem(corrections_file, int(str(row)), name, fix[name], expected)

        if target is None:
            problems.append(problem("annotation_id", f"a row of {annotations_file}"))
        elif column not in annotations or column == "annotation_id":
            problems.append(problem("column", f"a column of {annotations_file} but its key"))
        elif fix["system"] != annotations.at[target, "system"]:
            there = annotations.at[target, "system"]
            problems.append(problem("system", f"{there!r}, the name in that row as annotated"))
        elif fix["old_value"] != annotations.at[target, column]:
            there = annotations.at[target, column]
            expected = f"{there!r}, which {annotations_file}, row {target}, holds"
            problems.append(problem("old_value", expected))
        else:
            corrected.at[target, column] = fix["new_value"]
            done = [corrected.at[target, "corrected_columns"], column]
            corrected.at[target, "corrected_columns"] = "; ".join(filter(None, done))
    return corrected, problems


def clean_annotations(
    annotations: pd.DataFrame,
    corrections: pd.DataFrame,
    *,
    published_after: date,
    first_day_is_placeholder: bool,
    plausible: dict[str, Any],
    files: tuple[str, str],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn raw annotations into systems and excluded rows.

    Parameters
    ----------
    annotations, corrections : pandas.DataFrame
        Raw text cells; the index is the row in the file.
    published_after : datetime.date
        Systems dated on this day or earlier are excluded.
    first_day_is_placeholder : bool
        Whether a date in numbers on 1 January is only a year, and on the first of
        another month only a month. Dates written y-m-d are always taken as exact.
    plausible : dict
        ``published_through`` (day y-m-d) and ``training_compute_flop``: a later date
        or a larger value is a problem.
    files : tuple of str
        Names of the two files, for messages.

    Returns
    -------
    systems, excluded : pandas.DataFrame
        Tables ``systems`` and ``excluded`` of ``workflow/schemas/tables.yaml``;
        together they hold each raw row once.

    Raises
    ------
    InputError
        With every problem of both files: a key that is missing or doubled, a
        correction that does not apply, a cell that cannot be read, two systems that
        would share a key. Or if no system is left.
    """
    annotations_file = files[0]
    if annotations.empty:
        raise InputError([Problem(annotations_file, None, None, "no row", "at least one system")])
    raw, schema = raw_table("annotations"), generated_table("systems")
    # The other cells may still be replaced by a correction.
    _, problems = check_raw(annotations, raw.required_part(), annotations_file)
    problems += check_raw(corrections, raw_table("corrections"), files[1])[1]
    rows, unfit = apply_corrections(annotations, corrections, files=files)
    problems += unfit
    text_columns = rows.columns.drop("annotation_id")
    rows[text_columns] = rows[text_columns].map(tidy)
    for column, people in (("organizations", False), ("authors", True)):
        rows[column] = ["; ".join(split_names(text, people=people)) for text in rows[column]]
    rows["system_id"] = rows["system"].map(system_key)
    dates, date_problems = _parse_dates(
        rows.pop("publication_date"),
        annotations_file,
        first_day_is_placeholder=first_day_is_placeholder,
        order=raw.field("publication_date").date_order,
    )
    rows, unread = parse_columns(rows, schema, annotations_file)
    rows = rows.join(dates)
    problems += unread + date_problems
    problems += [
        Problem(annotations_file, int(str(row)), "training_compute_flop", str(flop), "zero or more")
        for row, flop in rows["training_compute_flop"].items()
        if flop < 0
    ]
    problems += _implausible(rows, plausible, annotations_file)
    rows["reason"] = _exclusion_reasons(rows, published_after)
    problems += [
        Problem(annotations_file, int(str(row)), "system", name, KEY_OF_ITS_OWN)
        for row, name in rows.loc[_lacks_key(rows), "system"].items()
    ]
    excluded = rows[rows["reason"].notna()]
    systems = rows[rows["reason"].isna()].drop(columns="reason")
    told = {(problem.file, problem.row, problem.column) for problem in problems}
    problems += [
        problem
        for problem in table_problems(systems, schema, annotations_file)
        if (problem.file, problem.row, problem.column) not in told and problem.column != "system_id"
    ]
    stop_on(list(dict.fromkeys(problems)))
    if systems.empty:
        reasons = ", ".join(
            f"{n} x {reason}" for reason, n in excluded["reason"].value_counts().items()
        )
        found = f"no system left, all rows are excluded ({reasons})"
        raise InputError([Problem(annotations_file, None, None, found, "at least one system")])
    LOG.info("%d raw rows: %d systems, %d excluded", len(rows), len(systems), len(excluded))
    return systems, excluded


def _implausible(rows: pd.DataFrame, plausible: dict[str, Any], file: str) -> list[Problem]:
    """Values that are more likely a slip than right; a person who knows better says so."""
    limits = {
        "publication_date": pd.Timestamp(plausible["published_through"]),
        "training_compute_flop": float(plausible["training_compute_flop"]),
    }
    keys = {"publication_date": "published_through"}
    return [
        Problem(
            file,
            int(str(row)),
            column,
            str(value.date()) if isinstance(value, pd.Timestamp) else as_written(value),
            f"at most {plausible[keys.get(column, column)]}; if it is right, change "
            f"clean.plausible.{keys.get(column, column)} in config.yaml",
        )
        for column, limit in limits.items()
        for row, value in rows.loc[rows[column] > limit, column].items()
    ]


def _lacks_key(rows: pd.DataFrame) -> pd.Series:
    """Rows to keep whose name gives no key, or the key of another row to keep."""
    kept = rows["reason"].isna()
    doubled = rows["system_id"].where(kept).duplicated(keep=False)
    return kept & (doubled | rows["system_id"].isna())


def _parse_dates(
    texts: pd.Series, file: str, *, first_day_is_placeholder: bool, order: str | None
) -> tuple[pd.DataFrame, list[Problem]]:
    """Date and precision of each row, missing where empty, and the cells that cannot be read."""
    dates = parse_dates(texts, order=order)
    precision = dates.precision
    if first_day_is_placeholder:
        # A spreadsheet makes a number of a day of what was written in numbers, too.
        day = dates.day.dt
        first = dates.form.isin([*ORDERS, "serial"]) & (day.day == 1)
        precision = precision.mask(first, "month").mask(first & (day.month == 1), "year")
    generic = EXPECTED_DATE.format(order=order or "with the name of the month")
    hints = dates.expected.replace("a date", generic).items()
    problems = [
        Problem(file, int(str(row)), str(texts.name), str(texts.at[row]), hint)
        for row, hint in hints
    ]
    both = {"publication_date": dates.day, "publication_date_precision": precision}
    return pd.DataFrame(both), problems


def _exclusion_reasons(rows: pd.DataFrame, published_after: date) -> pd.Series:
    """Reason to exclude each row; missing where there is none. The first that applies is given."""
    reasons = {
        "no name": rows["system"].isna(),
        "no publication date": rows["publication_date"].isna(),
        f"not published after {published_after}": rows["publication_date"]
        <= pd.Timestamp(published_after),
        "no training compute": rows["training_compute_flop"].isna(),
        "training compute of zero": rows["training_compute_flop"] == 0,
    }
    reason = pd.Series(None, index=rows.index, dtype="str")
    for text, applies in reasons.items():
        reason = reason.mask(reason.isna() & applies, text)
    return reason
