"""Exports as the project carries them: their facts, in our own columns and without prose."""

from __future__ import annotations

import codecs

import numpy as np
import pandas as pd

from compute_trends.clean.export_file import ExportValues
from compute_trends.common.checksums import checksum
from compute_trends.common.files import read_text_file
from compute_trends.common.problems import Problem, stop_on
from compute_trends.tables.dictionary import raw_table, typed
from compute_trends.tables.raw import read_checked

ROWS = "vintage_rows"


def compact_text(values: ExportValues) -> str:
    """CSV text of a compact file: columns of ``vintage_rows``, numbers in their shortest form."""
    table = values.table.rename_axis("row").reset_index()
    fields = raw_table(ROWS).fields
    flags = {field.name: False for field in fields if field.type == "boolean" and field.required}
    table = table.assign(**{name: no for name, no in flags.items() if name not in table})
    table = table.reindex(columns=[field.name for field in fields])
    for field in fields:
        if field.type == "number":
            table[field.name] = table[field.name].map(_shortest, na_action="ignore").astype("str")
    return table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")


def _shortest(value: float) -> str:
    """The shortest text that reads back as the same number."""
    plain = repr(value).removesuffix(".0")
    power = np.format_float_scientific(value, trim="-", exp_digits=1).replace("e+", "e")
    return min(plain, power, key=len)


def compact_columns(values: ExportValues) -> pd.DataFrame:
    """Table ``export_columns`` of a compact file: what it leaves out is no longer read."""
    kept = raw_table(ROWS).columns
    columns = values.columns
    left_out = columns["status"].eq("read") & ~columns["column"].isin(kept)
    return columns.assign(status=columns["status"].mask(left_out, "ignored"))


def is_compact(path: str) -> bool:
    """Whether a file is a compact one, by its header."""
    first = read_text_file(path).partition(b"\n")[0].removeprefix(codecs.BOM_UTF8)
    return first.decode("utf-8", "replace").rstrip("\r").split(",") == raw_table(ROWS).columns


def changed_since(path: str, export: str, vintages: pd.DataFrame) -> list[Problem]:
    """Problem of a compact file that is not, to the byte, the one that ``vintages`` lists."""
    [listed] = vintages.loc[vintages["export"] == export, "sha256"]
    found = checksum(read_text_file(path))
    if found == listed:
        return []
    expected = (
        f"{listed}, as data/raw/vintages.csv lists it: the file was changed since it was made. "
        "Take it back from git, or make it again with make vintage"
    )
    return [Problem(path, None, None, f"a file of SHA-256 {found}", f"one of {expected}")]


def read_compact(path: str) -> ExportValues:
    """Values of a compact file; its columns are those that it has a value of.

    Raises
    ------
    InputError
        With everything in it that breaks raw table ``vintage_rows``.
    """
    rows = read_checked(path, ROWS)
    table = rows.set_index(rows["row"].astype("int64").rename(None)).drop(columns="row")
    filled = table.notna().sum()
    columns = pd.DataFrame({"column": filled.index, "header": filled.index, "filled": filled})
    columns["status"] = columns["filled"].gt(0).map({True: "read", False: "absent"})
    there = columns["status"] == "read"
    columns["number"] = range(1, len(columns) + 1)
    # Behind the number of the row
    columns["position"] = (columns["number"] + 1).where(there)
    columns["header"] = columns["header"].where(there)
    unread = pd.DataFrame(columns=["row", "column", "value", "expected"])
    return ExportValues(path, table, unread, typed(columns, "export_columns"))


def read_carried(
    path: str, export: str, vintages: pd.DataFrame, columns: pd.DataFrame, unread: pd.DataFrame
) -> ExportValues:
    """Values of a compact file that the project carries, with what is known of its source.

    Parameters
    ----------
    path, export : str
        The file, and the name of the export.
    vintages, columns, unread : pandas.DataFrame
        Raw tables ``vintages``, ``vintage_columns`` and ``vintage_unread``.

    Raises
    ------
    InputError
        If the file is not, to the byte, what ``vintages`` says.
    """
    stop_on(changed_since(path, export, vintages))
    values = read_compact(path)
    own = {
        name: table[table["export"] == export].drop(columns="export")
        for name, table in (("export_columns", columns), ("export_unread", unread))
    }
    typed_tables = {name: typed(table, name).reset_index(drop=True) for name, table in own.items()}
    return values._replace(
        columns=typed_tables["export_columns"], unread=typed_tables["export_unread"]
    )
