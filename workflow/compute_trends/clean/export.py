"""Rows of an export as systems with a key, or excluded with a reason.

The tables are those that the stages know from the paper's annotations, so that scores,
selections and fits take them as they are; what only exports state goes beside them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from compute_trends.clean.chips import known_chips
from compute_trends.clean.compact import is_compact, read_carried, read_compact
from compute_trends.clean.export_file import (
    ExportValues,
    parse_cells,
    read_chips,
    read_export,
    unread_cells,
)
from compute_trends.clean.names import split_names, system_key
from compute_trends.clean.plausible import implausible, implausible_dates
from compute_trends.clean.reasons import (
    BELOW_ONE,
    NO_COMPUTE,
    NO_DATE,
    NO_NAME,
    ZERO,
    first_reason,
    require_system,
    tell_left_out,
    tell_slips,
)
from compute_trends.clean.repeats import number_of_value, questioned, restated
from compute_trends.clean.replay import with_annotated
from compute_trends.common.checksums import checksum
from compute_trends.common.numbers import shorten
from compute_trends.common.problems import Problem, stop_on
from compute_trends.common.records import by_name
from compute_trends.common.references import config_problems
from compute_trends.settings.clean import ExportFile, Filters, Plausible
from compute_trends.tables.cells.dates import ORDERS
from compute_trends.tables.checks import table_problems
from compute_trends.tables.dictionary import generated_table, typed

LOG = logging.getLogger(__name__)

# Below these a number is an error of typing, and is left out.
LEAST = {"parameters": 1.0}
# "GPT-4o (Aug 2024)", "Llama 4 Behemoth (preview)": a later or earlier state of one system
VERSION = re.compile(r"(?<!\s)\s*\((?:[A-Z][a-z]{2,8}\.? \d{4}|preview)\)$")
# Columns without which a row is no system, in words; cells that cannot be read are told.
NEEDED = {"publication_date": "publication date", "training_compute_flop": "training compute"}
NOT_STATED = "Not stated"
LATER = "dated after the vintage"
# Exports without small systems
OF_NOTABLE = ("notable", "large_scale", "frontier")
NOT_NOTABLE = "filter: notability"
# Columns of the words that filters name
FILTERED = {
    "confidence": "confidence",
    "notability": "inclusion_criteria",
    "domains": "domain",
}


def clean_exports(
    hardware: pd.DataFrame,
    vintages: pd.DataFrame,
    columns: pd.DataFrame,
    unread: pd.DataFrame,
    *,
    exports: Sequence[ExportFile],
    plausible: Plausible,
    **settings: Any,
) -> dict[str, list[pd.DataFrame]]:
    """Turn every export into systems, and what it states of them.

    Parameters
    ----------
    hardware, vintages, columns, unread : pandas.DataFrame
        Raw tables ``hardware``, ``vintages``, ``vintage_columns`` and ``vintage_unread``.
    exports : sequence of ExportFile
        ``clean.exports`` of config.yaml, with those that the project carries.
    plausible : Plausible
        Limits beyond which a value is a problem, and a date of the user's own exports.
    **settings
        See `clean_export`.

    Returns
    -------
    dict of str to list of pandas.DataFrame
        Tables of `clean_export` by name, in the order of the exports.
    """
    carried = set(vintages["export"])
    values = (
        read_carried(export.path, export.name, vintages, columns, unread)
        if export.name in carried
        else _plausible_values(export, plausible)
        for export in exports
    )
    return by_name(
        clean_export(each, hardware, export=export, plausible=plausible, **settings)
        for each, export in zip(values, exports, strict=True)
    )


def _plausible_values(export: ExportFile, plausible: Plausible) -> ExportValues:
    """Values of a file of the user's, whose slips can be mended in it."""
    values = read_values(export)
    days = values.table["publication_date"]
    stop_on(implausible_dates(days, plausible, export.path, vintage=export.date))
    return values


def read_values(export: ExportFile) -> ExportValues:
    """Values of a file that is an export as downloaded, or a compact one."""
    if is_compact(export.path):
        return read_compact(export.path)
    cells = read_export(export.path, format_name=export.format)
    values = parse_cells(cells, through=export.date, order=export.dates)
    stop_on(values.slips)
    return values


def clean_export(
    values: ExportValues,
    hardware: pd.DataFrame,
    *,
    export: ExportFile,
    published_after: str,
    first_day_is_placeholder: bool,
    plausible: Plausible | None = None,
) -> dict[str, pd.DataFrame]:
    """Turn an export into systems, excluded rows, and what it states of them.

    Parameters
    ----------
    values : ExportValues
        From `export_file.parse_cells`, or `compact.read_compact`.
    hardware : pandas.DataFrame
        Raw table ``hardware``.
    export : ExportFile
        Its record of the config, which may name a file of more chips.
    published_after, first_day_is_placeholder, plausible
        See `clean_annotations`; only systems that are left are held against limits, if given.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables by name: ``systems`` and ``excluded`` hold each row of the file once;
        ``export_attributes`` holds every row; ``export_unread`` also the values that
        are no possible ones; ``export_columns`` and ``export_hardware``.

    Raises
    ------
    InputError
        If no system is left, or one has a value beyond the limits.
    """
    path = values.path
    possible, unread = _possible_values(values.table, values.unread)
    rows = _rows(possible, first_day_is_placeholder=first_day_is_placeholder)
    rows["snapshot"] = export.name
    stop_on(_misspelt_filters(rows, export))
    rows["reason"] = _reasons(rows, unread, export=export, published_after=published_after)
    excluded = typed(rows[rows["reason"].notna()], "excluded")
    systems = typed(rows[rows["reason"].isna()], "systems")
    require_system(systems, excluded["reason"], path)
    by_row = systems.set_index("annotation_id", drop=False).rename_axis(None)
    problems = table_problems(by_row, generated_table("systems"), path)
    problems += questioned(by_row, path) + restated(by_row, path)
    if plausible is not None:
        problems += implausible(by_row, plausible, path, notable=export.models in OF_NOTABLE)
    stop_on(problems)
    for name, n in unread["column"].value_counts().items():
        LOG.warning("%s, column %s: %d cells cannot be read, taken as empty", path, name, n)
    _tell_lost(excluded, unread, path)
    LOG.info("%s: %d rows: %d systems, %d excluded", path, len(rows), len(systems), len(excluded))
    more_chips = None
    if export.hardware:
        more_chips = read_chips(export.hardware, through=export.date, order=export.dates)
    return {
        "systems": systems,
        "excluded": excluded,
        "export_attributes": typed(rows, "export_attributes"),
        "export_unread": unread,
        "export_columns": values.columns,
        "export_hardware": known_chips(hardware, more_chips),
    }


def _tell_lost(excluded: pd.DataFrame, unread: pd.DataFrame, path: str) -> None:
    """Tell on the terminal which rows with compute are left out for what looks like a slip."""
    tell_slips(excluded.set_index("annotation_id"), path)
    later = excluded[excluded["reason"].str.startswith(LATER)].dropna(
        subset="training_compute_flop"
    )
    if len(later):
        days = later["publication_date"].dt.strftime("%Y-%m-%d")
        tell_left_out(days.set_axis(later["annotation_id"]), later["reason"].iloc[0], path)
    for name, words in NEEDED.items():
        lost = excluded.loc[excluded["reason"] == f"{words} cannot be read", "annotation_id"]
        cells = unread[(unread["column"] == name) & unread["row"].isin(lost)]
        values = cells["value"].map(lambda value: shorten(value, 20)).set_axis(cells["row"])
        tell_left_out(values, f"because their {words} cannot be read", path)


def _rows(values: pd.DataFrame, *, first_day_is_placeholder: bool) -> pd.DataFrame:
    """Columns of systems and of what exports state, tidy and with keys."""
    fields = [*generated_table("systems").fields, *generated_table("export_attributes").fields]
    rows = values.reindex(columns=list(dict.fromkeys(field.name for field in fields)))
    # A column that the file lacks would be one of numbers.
    rows = rows.astype({field.name: "str" for field in fields if field.type == "string"})
    rows["annotation_id"] = rows.index
    rows["authors"] = [
        "; ".join(split_names(text, people=True)) if isinstance(text, str) else None
        for text in rows["authors"]
    ]
    rows["domain"] = rows["domain"].fillna(NOT_STATED)
    rows["frontier"] = rows["frontier"].eq(True)
    if first_day_is_placeholder:
        day = rows["publication_date"].dt
        first = values["publication_date_form"].isin(ORDERS) & (day.day == 1)
        precision = rows["publication_date_precision"].mask(first, "month")
        rows["publication_date_precision"] = precision.mask(first & (day.month == 1), "year")
    rows["system_id"] = _keys(rows)
    # An export is never corrected.
    return with_annotated(rows, rows)


def _possible_values(
    values: pd.DataFrame, unread: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Values without those that no system can have, and table ``export_unread`` with them."""
    values, parts = values.copy(), [unread]
    for name in values.select_dtypes("number").columns:
        least = LEAST.get(name, 0.0)
        wrong = values[name] < least
        numbers = values.loc[wrong, name].map("{:g}".format)
        parts.append(unread_cells(numbers, f"at least {least:g}"))
        values[name] = values[name].mask(wrong)
    unread = pd.concat(parts, ignore_index=True).sort_values(["row", "column"], kind="stable")
    return values, typed(unread, "export_unread")


def _keys(rows: pd.DataFrame) -> pd.Series:
    """Key of each row: that of its name; with date, organization and a number where shared.

    Two vintages give one system one key, unless a namesake joins it. A name without a
    letter or digit of ASCII has a key made from its checksum.
    """
    names = rows["system"].fillna("")
    base = names.map(lambda name: system_key(name) or f"name-{checksum(name)[:10]}")
    has_name = names != ""
    day = rows["publication_date"].dt.strftime("%Y-%m-%d").fillna("undated")
    organization = rows["organizations"].fillna("").map(system_key)
    is_shared = has_name & base.duplicated(keep=False)
    keys = base.where(~is_shared, base + "-" + day)
    again = is_shared & keys.duplicated(keep=False) & (organization != "")
    keys = keys.where(~again, keys + "-" + organization)
    # What tells them apart now is their compute; the same one is the same system.
    copies = number_of_value(rows["training_compute_flop"], keys)
    keys = keys.where(~is_shared | (copies == 1), keys + "-" + copies.astype("str"))
    return keys.where(has_name)


def _reasons(
    rows: pd.DataFrame, unread: pd.DataFrame, *, export: ExportFile, published_after: str
) -> pd.Series:
    """Reason to exclude each row; missing where there is none."""

    def not_read(column: str) -> pd.Series:
        return rows.index.to_series().isin(unread.loc[unread["column"] == column, "row"])

    dates, flop = rows["publication_date"], rows["training_compute_flop"]
    reasons = {
        NO_NAME: rows["system"].isna(),
        "publication date cannot be read": not_read("publication_date"),
        NO_DATE: dates.isna(),
        f"{LATER} ({export.date})": dates > pd.Timestamp(export.date),
        f"not published after {published_after}": dates <= pd.Timestamp(published_after),
        # Before the compute: of what a filter leaves out, it is not asked what is known.
        **_filters(rows, export.filters),
        "training compute cannot be read": not_read("training_compute_flop"),
        NO_COMPUTE: flop.isna(),
        ZERO: flop == 0,
        BELOW_ONE: flop < 1,
    }
    reason = first_reason(reasons)
    # Last, so that a row that is left out anyway takes no key from another.
    keys = rows["system_id"].where(reason.isna())
    is_repeat = keys.notna() & keys.duplicated()
    return reason.mask(is_repeat, "same name, date, organization and compute as an earlier row")


def _filters(rows: pd.DataFrame, filters: Filters) -> dict[str, pd.Series]:
    """Whether each filter of an export leaves a row out, by reason."""
    reasons = {}
    if filters.confidence is not None:
        names = [name.lower() for name in filters.confidence]
        reasons["filter: confidence"] = ~rows["confidence"].str.lower().isin(names)
    if filters.notability == "any":
        reasons[NOT_NOTABLE] = rows["inclusion_criteria"].isna()
    elif filters.notability is not None:
        reasons[NOT_NOTABLE] = ~lists_any(rows["inclusion_criteria"], filters.notability)
    if filters.domains is not None:
        reasons["filter: domain"] = ~lists_any(rows["domain"], filters.domains)
    if filters.fine_tunes == "drop":
        reasons["filter: fine-tune"] = is_fine_tune(rows)
    if filters.versions == "drop":
        reasons["filter: version of an earlier system"] = later_versions(rows)
    return reasons


def _misspelt_filters(rows: pd.DataFrame, export: ExportFile) -> list[Problem]:
    """Problems of words of filters that no row has, but one that is much like them."""
    problems = []
    for key, column in FILTERED.items():
        names = getattr(export.filters, key)
        cells = rows[column].dropna() if isinstance(names, list) else pd.Series(dtype="str")
        known = {name.lower(): name for text in cells.unique() for name in text.split("; ")}
        place = f"clean.exports, filters.{key} of {export.name}"
        wrong = [name for name in names or [] if name.lower() not in known] if len(cells) else []
        problems += config_problems(place, wrong, list(known.values()), export.path)
    return problems


def is_fine_tune(rows: pd.DataFrame) -> pd.Series:
    """Whether a row names a base model, or compute of a later training."""
    return rows["base_model"].notna() | rows["finetune_compute_flop"].notna()


def lists_any(lists: pd.Series, names: list[str]) -> pd.Series:
    """Whether a list joined by "; " holds one of the names."""
    lower = {name.lower() for name in names}
    return lists.fillna("").map(lambda text: not lower.isdisjoint(text.lower().split("; ")))


def later_versions(rows: pd.DataFrame) -> pd.Series:
    """Whether a row is a version of an earlier one, its name the same but for the end."""
    names = rows["system"].fillna("")
    family = names.str.replace(VERSION, "", regex=True)
    order = rows["publication_date"].rank(method="first").fillna(np.inf)
    first = order.groupby(family).transform("min")
    return (names != "") & (family.groupby(family).transform("size") > 1) & (order > first)
