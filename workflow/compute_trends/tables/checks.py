"""Constraints of a table's columns, checked by pandera and told in our words."""

from __future__ import annotations

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
    # Here, because it takes a fifth of a second that jobs which only read need not spend.
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
