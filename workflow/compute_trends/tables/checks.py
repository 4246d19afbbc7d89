"""Constraints of a table's columns, checked by pandera and told in our words."""

from __future__ import annotations

import pandas as pd

from compute_trends.common.numbers import as_written, shorten
from compute_trends.common.problems import Problem
from compute_trends.tables.dictionary import Resource


def unit_hint(field: Resource) -> str:
    """The unit of a field as the end of a message."""
    return f" (unit: {field['unit']})" if "unit" in field else ""


def table_problems(frame: pd.DataFrame, resource: Resource, file: str) -> list[Problem]:
    """Check columns against the constraints of their schema.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns of the schema's types; the index is the row number to name in messages.
    resource : dict
        Schema: fields with constraints, and ``primaryKey``.
    file : str
        File to name in messages.

    Returns
    -------
    list of Problem
        Every cell that breaks a constraint.
    """
    # Here, because it takes a fifth of a second that jobs which only read need not spend.
    import pandera.pandas as pa

    key = resource.get("primaryKey", [])

    def column(field: Resource) -> pa.Column:
        constraints = field.get("constraints", {})
        checks = []
        if "enum" in constraints:
            options = ", ".join(str(option) for option in constraints["enum"])
            checks.append(pa.Check.isin(constraints["enum"], error=f"one of {options}"))
        if "minimum" in constraints:
            least = constraints["minimum"]
            checks.append(pa.Check.ge(least, error=f"at least {least:g}{unit_hint(field)}"))
        if "maximum" in constraints:
            most = constraints["maximum"]
            checks.append(pa.Check.le(most, error=f"at most {most:g}{unit_hint(field)}"))
        if "pattern" in constraints:
            form = constraints["pattern"]
            checks.append(pa.Check.str_matches(f"^(?:{form})$", error=f"the form {form}"))
        return pa.Column(
            dtype=None,
            checks=checks,
            nullable=not (constraints.get("required") or field["name"] in key),
            unique=constraints.get("unique", False),
        )

    schema = pa.DataFrameSchema(
        {field["name"]: column(field) for field in resource["fields"]},
        strict=True,
        unique=key or None,
    )
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        return _problems(error.failure_cases, resource, file)
    return []


def _problems(cases: pd.DataFrame, resource: Resource, file: str) -> list[Problem]:
    """Translate pandera's failure cases into problems with a place."""
    key = resource.get("primaryKey", [])
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
            # That it is missing is another problem.
            continue
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
