"""Rows, values and columns that differ between two vintages."""

from __future__ import annotations

import numpy as np
import pandas as pd

from compute_trends.clean.repeats import SAME_VALUE
from compute_trends.common.records import Record, records

# Values that are compared, of tables ``systems`` (or ``excluded``) and ``export_attributes``.
NUMBERS = (
    *("training_compute_flop", "parameters", "training_dataset_size_datapoints"),
    *("epochs", "chips", "hours", "utilization", "training_power_draw_w"),
    *("training_compute_cost_2023_usd", "training_compute_cost_2020_usd"),
)
TEXTS = ("publication_date", "domain", "confidence", "hardware", "frontier", "open_weights")
# A value that is restated by more than this factor is named
FAR = 10.0
# OOM from which on it is more, beyond what the rounding of a ratio makes of just the factor
FAR_OOM = np.log10(FAR) + 1e-9


def distance_oom(factor: pd.Series) -> pd.Series:
    """Orders of magnitude between two values, whose ratio is positive; missing elsewhere."""
    return factor.where(factor > 0).map(np.log10).abs()


def name_rows(matches: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Table ``changed_rows``: rows of `match_rows` with names, dates and compute of both vintages.

    ``before`` and ``after`` are their `Vintage.rows`, whose names the table lacks. Rows that are
    in one vintage alone or renamed come first.
    """
    table = matches.copy()
    for side, rows in (("before", before), ("after", after)):
        of_side = rows.set_index("annotation_id").reindex(table[f"{side}_row"])
        for column in ("system_id", "system", "publication_date", "training_compute_flop"):
            table[f"{column}_{side}"] = of_side[column].array
        table[f"is_system_{side}"] = of_side["is_system"].fillna(False).astype(bool).array
    for name in ("same_link", "same_organization"):
        table[name] = table[name].map({True: "yes", False: "no"})
    order = {"renamed": 0, "added": 1, "removed": 2, "kept": 3}
    return table.sort_values(
        ["status", "before_row", "after_row"],
        key=lambda column: column.map(order) if column.name == "status" else column,
        kind="stable",
    )


def changed_values(
    matches: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame, *, columns: set[str]
) -> pd.DataFrame:
    """Table ``changed_values``: values that differ between the two vintages of a row.

    Compares ``columns``, those that both files have, without the names of the vintages (see
    `name_rows`): change is restated, given (only stated later) or withdrawn; factor is later
    over earlier.
    """
    common = matches[matches["status"].isin(["kept", "renamed"])]
    one, other = (
        rows.set_index("annotation_id").loc[common[f"{side}_row"]].reset_index(drop=True)
        for side, rows in (("before", before), ("after", after))
    )
    parts = []
    for column in (name for name in (*NUMBERS, *TEXTS) if name in columns):
        if column in NUMBERS:
            old, new = one[column].astype("float64"), other[column].astype("float64")
            with np.errstate(divide="ignore", invalid="ignore"):
                factor = new / old
            same = (new - old).abs() <= SAME_VALUE * old.abs()
            texts = [values.map("{:.6g}".format).where(values.notna()) for values in (old, new)]
        else:
            old, new = one[column], other[column]
            factor, same = pd.Series(np.nan, index=old.index), old == new
            texts = [_as_text(values) for values in (old, new)]
        changed = ~(same | (old.isna() & new.isna()))
        how = pd.Series("restated", index=old.index).mask(old.isna(), "given")
        part = other[["system_id", "system"]].assign(
            column=column,
            change=how.mask(new.isna(), "withdrawn"),
            value_before=texts[0],
            value_after=texts[1],
            factor=factor.where(np.isfinite(factor)),
            after_row=common["after_row"].array,
        )
        parts.append(part[changed])
    return pd.concat(parts, ignore_index=True)


def _as_text(values: pd.Series) -> pd.Series:
    """Dates as y-m-d, lists and flags as they are written to files."""
    texts = values.dt.strftime("%Y-%m-%d") if values.dtype.kind == "M" else values.astype("str")
    return pd.Series(texts).where(values.notna())


def changed_columns(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Table ``changed_columns``: columns that are kept, renamed, added or removed.

    ``before`` and ``after`` are tables ``export_columns``, whose names the table lacks. Columns
    of one meaning are matched whatever they are called; others by their header; those without
    a header not at all.
    """

    def by_meaning(columns: pd.DataFrame) -> dict[str, Record]:
        there = columns[columns["position"].notna() & columns["header"].notna()]
        return {str(row["column"] or row["header"]): row for row in records(there)}

    one, other = by_meaning(before), by_meaning(after)
    rows = []
    for key in dict.fromkeys([*one, *other]):
        old, new = one.get(key), other.get(key)
        status = "added" if old is None else "removed" if new is None else "kept"
        if old and new and old["header"] != new["header"]:
            status = "renamed"
        either = new or old or {}
        rows.append(
            {
                "status": status,
                "column": either["column"],
                "header_before": old and old["header"],
                "header_after": new and new["header"],
                "filled_before": old and old["filled"],
                "filled_after": new and new["filled"],
            }
        )
    return pd.DataFrame(rows)
