"""Stage clean for an export: its rows as systems with a key, or excluded with a reason.

The tables are those that the stages know from the paper's annotations, so that scores,
selections and fits take them as they are; what only exports state goes beside them.
"""

from __future__ import annotations

import logging
import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.clean.export_file import Cells, split_list
from compute_trends.clean.names import split_names, system_key
from compute_trends.common.checksums import checksum
from compute_trends.common.problems import InputError, Problem, stop_on
from compute_trends.common.records import Record
from compute_trends.tables.cells.dates import ORDERS
from compute_trends.tables.checks import table_problems
from compute_trends.tables.dictionary import column_names, generated_table, typed

LOG = logging.getLogger(__name__)

LIST_COLUMNS = ("domain", "task", "organizations", "countries", "inclusion_criteria", "hardware")
# Below these a number is an error of typing, and is left out.
LEAST = {"parameters": 1.0}
# "GPT-4o (Aug 2024)", "Llama 4 Behemoth (preview)": a later or earlier state of one system
VERSION = re.compile(r"\s*\((?:[A-Z][a-z]{2,8}\.? \d{4}|preview)\)$")
NOT_STATED = "Not stated"


class CleanExport(NamedTuple):
    """Tables of one export: ``systems``, ``excluded``, ``export_attributes``, ``export_unread``."""

    systems: pd.DataFrame
    excluded: pd.DataFrame
    attributes: pd.DataFrame
    unread: pd.DataFrame


def clean_export(
    cells: Cells,
    *,
    export: Record,
    published_after: str,
    first_day_is_placeholder: bool,
) -> CleanExport:
    """Turn the cells of an export into systems and excluded rows.

    Parameters
    ----------
    cells : Cells
        From `layouts.parse_cells`.
    export : dict
        Record of ``clean.exports``: ``name``, ``path``, ``date`` (day y-m-d of the
        vintage) and optional ``filters``.
    published_after : str
        Systems dated on this day or earlier are excluded.
    first_day_is_placeholder : bool
        Whether a date in numbers on 1 January is only a year, and on the first of
        another month only a month.

    Returns
    -------
    CleanExport
        ``systems`` and ``excluded`` hold each row of the file once; ``attributes``
        holds every row; ``unread`` also the values that are no possible ones.

    Raises
    ------
    InputError
        If no system is left.
    """
    path = export["path"]
    values, unread = _possible(cells)
    rows = values.reindex(columns=[*column_names("systems"), *column_names("export_attributes")])
    rows = rows.loc[:, ~rows.columns.duplicated()].copy()
    rows["annotation_id"] = rows.index
    rows["snapshot"] = export["name"]
    for column in LIST_COLUMNS:
        rows[column] = ["; ".join(split_list(text)) or None for text in rows[column]]
    rows["authors"] = [
        "; ".join(split_names(text, people=True)) if isinstance(text, str) else None
        for text in rows["authors"]
    ]
    rows["domain"] = rows["domain"].fillna(NOT_STATED)
    rows["frontier"] = rows["frontier"].eq(True)
    if first_day_is_placeholder:
        in_numbers = values["publication_date_form"].isin(ORDERS)
        rows["publication_date_precision"] = _precision(rows, in_numbers)
    rows["system_id"] = _keys(rows)
    rows["reason"] = _reasons(rows, unread, export=export, published_after=published_after)
    excluded = typed(rows[rows["reason"].notna()], "excluded")
    systems = typed(rows[rows["reason"].isna()], "systems")
    if systems.empty:
        told = ", ".join(f"{n} x {why}" for why, n in excluded["reason"].value_counts().items())
        found = f"no system left, all rows are excluded ({told})" if told else "no row"
        raise InputError([Problem(path, None, None, found, "at least one system")])
    numbered = systems.set_index("annotation_id", drop=False).rename_axis(None)
    stop_on(table_problems(numbered, generated_table("systems"), path))
    for name, n in unread["column"].value_counts().items():
        LOG.warning("%s, column %s: %d cells cannot be read, taken as empty", path, name, n)
    LOG.info("%s: %d rows: %d systems, %d excluded", path, len(rows), len(systems), len(excluded))
    return CleanExport(systems, excluded, typed(rows, "export_attributes"), unread)


def _possible(cells: Cells) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Values without those that no system can have, which join the unread ones."""
    values, unread = cells.table.copy(), [cells.unread]
    numbers = values.select_dtypes("number").columns
    for name in numbers:
        least = LEAST.get(name, 0.0)
        wrong = values[name] < least
        unread.append(
            pd.DataFrame(
                {
                    "row": values.index[wrong],
                    "column": name,
                    "value": values.loc[wrong, name].map("{:g}".format),
                    "expected": f"at least {least:g}",
                }
            )
        )
        values[name] = values[name].mask(wrong)
    table = pd.concat(unread, ignore_index=True).sort_values(["row", "column"], kind="stable")
    return values, typed(table, "export_unread")


def _precision(rows: pd.DataFrame, in_numbers: pd.Series) -> pd.Series:
    """Precision of each date, where a first day written in numbers stands for an unknown one."""
    dates, precision = rows["publication_date"], rows["publication_date_precision"]
    first = in_numbers & (precision == "day") & (dates.dt.day == 1)
    return precision.mask(first, "month").mask(first & (dates.dt.month == 1), "year")


def _keys(rows: pd.DataFrame) -> pd.Series:
    """Key of each row: that of its name; with date, organization and a number where shared.

    Two vintages give one system one key, unless a namesake joins it. A name without a
    letter or digit of ASCII has a key made from its checksum.
    """
    names = rows["system"].fillna("")
    base = names.map(_name_key)
    named = names != ""
    day = rows["publication_date"].dt.strftime("%Y-%m-%d").fillna("undated")
    organization = rows["organizations"].fillna("").map(system_key)
    shared = named & base.duplicated(keep=False) & (base != "")
    keys = base.where(~shared, base + "-" + day)
    again = shared & keys.duplicated(keep=False) & (organization != "")
    keys = keys.where(~again, keys + "-" + organization)
    # What tells them apart now is their compute; the same one is the same system.
    copies = rows["training_compute_flop"].groupby(keys).rank(method="dense").fillna(1).astype(int)
    keys = keys.where(~shared | (copies == 1), keys + "-" + copies.astype("str"))
    return keys.where(named & (keys != ""))


def _name_key(name: str) -> str:
    """Key of a name in ASCII; from its checksum where no letter of it is."""
    key = system_key(name)
    if key or not name:
        return key
    return f"name-{checksum(name)[:10]}"


def _reasons(
    rows: pd.DataFrame, unread: pd.DataFrame, *, export: Record, published_after: str
) -> pd.Series:
    """Reason to exclude each row; missing where there is none. The first that applies is given."""

    def not_read(column: str) -> pd.Series:
        return rows.index.to_series().isin(unread.loc[unread["column"] == column, "row"])

    dates, flop = rows["publication_date"], rows["training_compute_flop"]
    reasons = {
        "no name": rows["system"].isna(),
        "publication date cannot be read": not_read("publication_date"),
        "no publication date": dates.isna(),
        f"dated after the vintage ({export['date']})": dates > pd.Timestamp(export["date"]),
        f"not published after {published_after}": dates <= pd.Timestamp(published_after),
        "training compute cannot be read": not_read("training_compute_flop"),
        "no training compute": flop.isna(),
        "training compute of zero": flop == 0,
        "training compute below 1 FLOP": flop < 1,
    } | _filters(rows, export.get("filters", {}))
    reason = pd.Series(None, index=rows.index, dtype="str")
    for text, applies in reasons.items():
        reason = reason.mask(reason.isna() & applies, text)
    # Last, so that a row that is left out anyway takes no key from another.
    keys = rows["system_id"].where(reason.isna())
    repeated = keys.notna() & keys.duplicated()
    return reason.mask(repeated, "same name, date, organization and compute as an earlier row")


def _filters(rows: pd.DataFrame, filters: Record) -> dict[str, pd.Series]:
    """Rows that the filters of a dataset leave out, by reason."""
    left_out = {}
    if "confidence" in filters:
        wanted = [name.lower() for name in filters["confidence"]]
        left_out["filter: confidence"] = ~rows["confidence"].str.lower().isin(wanted)
    if "notability" in filters:
        left_out["filter: notability"] = ~_lists_any(
            rows["inclusion_criteria"], filters["notability"]
        )
    if "domains" in filters:
        left_out["filter: domain"] = ~_lists_any(rows["domain"], filters["domains"])
    if filters.get("fine_tunes") == "drop":
        left_out["filter: fine-tune"] = (
            rows["base_model"].notna() | rows["finetune_compute_flop"].notna()
        )
    if filters.get("versions") == "drop":
        left_out["filter: version of an earlier system"] = _later_versions(rows)
    return left_out


def _lists_any(lists: pd.Series, names: list[str]) -> pd.Series:
    """Whether a list joined by "; " holds one of the names."""
    wanted = {name.lower() for name in names}
    return lists.fillna("").map(lambda text: not wanted.isdisjoint(text.lower().split("; ")))


def _later_versions(rows: pd.DataFrame) -> pd.Series:
    """Rows whose name is that of an earlier row but for the date of a version at the end."""
    names = rows["system"].fillna("")
    family = names.str.replace(VERSION, "", regex=True)
    order = rows["publication_date"].rank(method="first").fillna(np.inf)
    first = order.groupby(family).transform("min")
    return (names != "") & (family.groupby(family).transform("size") > 1) & (order > first)
