"""Constraints of a table's columns: what breaks them is found by pandera and told in our words."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from compute_trends.common.numbers import as_written, shorten
from compute_trends.common.problems import Problem
from compute_trends.tables.schemas import Field, Table


def unit_hint(field: Field) -> str:
    """The unit of a column as the end of a message."""
    return f" (unit: {field.unit})" if field.unit else ""


def table_problems(frame: pd.DataFrame, table: Table, file: str) -> list[Problem]:
    """Cells that break a constraint of their schema.

    The columns have the schema's types; messages name the file, and the index as the row number.
    """
    if _holds(frame, table):
        return []
    # Here, because it takes a quarter of a second that a job whose tables hold need not spend.
    import pandera.pandas as pa

    def column(field: Field) -> pa.Column:
        checks, unit = [], unit_hint(field)
        if field.enum is not None:
            options = ", ".join(map(str, field.enum))
            checks.append(pa.Check.isin(field.enum, error=f"one of {options}"))
        if field.minimum is not None:
            checks.append(pa.Check.ge(field.minimum, error=f"at least {field.minimum:g}{unit}"))
        if field.maximum is not None:
            checks.append(pa.Check.le(field.maximum, error=f"at most {field.maximum:g}{unit}"))
        if field.pattern is not None:
            form = f"^(?:{field.pattern})$"
            checks.append(pa.Check.str_matches(form, error=f"the form {field.pattern}"))
        return pa.Column(None, checks, nullable=not field.required, unique=field.unique)

    columns = {field.name: column(field) for field in table.fields}
    schema = pa.DataFrameSchema(columns, strict=True, unique=list(table.key) or None)
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        return _problems(error.failure_cases, table.key, file)
    return []


def _holds(frame: pd.DataFrame, table: Table) -> bool:
    """Presence of every constraint of a schema; whatever is in doubt is pandera's to tell."""
    if Counter(frame.columns) != Counter(table.columns):
        return False
    if table.key and frame.duplicated(list(table.key)).any():
        return False
    try:
        return all(_column_holds(frame[field.name], field) for field in table.fields)
    except (TypeError, AttributeError):  # A column of another type
        return False


def _column_holds(column: pd.Series, field: Field) -> bool:
    """Presence of every constraint of a column."""
    values = column.dropna()
    if (field.required and len(values) < len(column)) or (field.unique and not values.is_unique):
        return False
    least, most = field.limits
    if (field.minimum is not None and not (values >= least).all()) or (
        field.maximum is not None and not (values <= most).all()
    ):
        return False
    if field.enum is not None and not values.isin(field.enum).all():
        return False
    return field.pattern is None or bool(values.str.fullmatch(field.pattern).all())


def _problems(cases: pd.DataFrame, key: tuple[str, ...], file: str) -> list[Problem]:
    """Translate pandera's failure cases into problems with a place."""
    alone = "a value that no other row has"
    together = f"a combination of {', '.join(key)} that no other row has"
    wording = {
        "not_nullable": "a value",
        "field_uniqueness": alone,
        "multiple_fields_uniqueness": alone if len(key) == 1 else together,
        "column_in_dataframe": "this column",
        "column_in_schema": "no such column",
    }
    problems = []
    for case in cases.to_dict("records"):
        about_column = str(case["check"]).startswith("column_in")
        missing = pd.isna(case["failure_case"])
        if missing and str(case["check"]).endswith("uniqueness"):
            continue  # That it is missing is another problem.
        problem = Problem(
            file=file,
            row=None if pd.isna(case["index"]) else int(case["index"]),
            column=str(case["failure_case"] if about_column else case["column"]),
            value=None if about_column or missing else shorten(as_written(case["failure_case"])),
            expected=wording.get(case["check"], str(case["check"])),
        )
        if problem not in problems:
            problems.append(problem)
    return problems
