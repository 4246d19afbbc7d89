"""What changed between two vintages of an export, and what that does to the trends."""

from __future__ import annotations

import itertools
import logging
import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.common.numbers import fixed, percent
from compute_trends.common.records import Record, records
from compute_trends.fit.export import choose_points, export_scores, point_growth, trends_of
from compute_trends.fit.selection import score_systems
from compute_trends.tables.raw import read_table, typed
from compute_trends.vintages.matching import match_rows

LOG = logging.getLogger(__name__)

# Values that are compared, of tables ``systems`` (or ``excluded``) and ``export_attributes``.
NUMBERS = (
    *("training_compute_flop", "parameters", "training_dataset_size_datapoints"),
    *("epochs", "chips", "hours", "utilization", "training_compute_cost_usd"),
)
TEXTS = ("publication_date", "domain", "confidence", "hardware", "frontier")
# Two numbers that are no further apart are the same: exports hold 1.920000000001e+21.
SAME_VALUE = 1e-6
# What may happen to a row, as the change of a trend is split.
KINDS = ("new", "removed", "filled", "restated")
# Numbers of a trend that are shown for both vintages.
SHOWN = (
    *("n", "growth_per_year", "growth_per_year_ci90_low", "growth_per_year_ci90_high"),
    "slope_oom_per_year",
)


class Vintage(NamedTuple):
    """One export: its record of ``clean.exports`` and its tables."""

    export: Record
    systems: pd.DataFrame
    excluded: pd.DataFrame
    compute: pd.DataFrame
    attributes: pd.DataFrame
    columns: pd.DataFrame
    trends: pd.DataFrame


class Changes(NamedTuple):
    """Tables ``changed_rows``, ``changed_values``, ``changed_columns``, ``changed_trends``."""

    rows: pd.DataFrame
    values: pd.DataFrame
    columns: pd.DataFrame
    trends: pd.DataFrame


def pairs_of(exports: list[Record]) -> list[tuple[Record, Record]]:
    """Vintages to compare: each with the next later one of the same models.

    Parameters
    ----------
    exports : list of dict
        Records of ``clean.exports``.

    Returns
    -------
    list of tuple
        Earlier and later record, in the order of the dates.
    """
    by_models: dict[str, list[Record]] = {}
    for export in sorted(exports, key=lambda export: str(export["date"])):
        by_models.setdefault(export.get("models", "notable"), []).append(export)
    return [pair for same in by_models.values() for pair in itertools.pairwise(same)]


def read_vintages(paths: Mapping[str, list[str]], exports: list[Record]) -> dict[str, Vintage]:
    """Tables of every export from their files.

    Parameters
    ----------
    paths : mapping of str to list of str
        For each table of `Vintage` by its name, the files of the exports in their order.
    exports : list of dict
        Records of ``clean.exports``.

    Returns
    -------
    dict of str to Vintage
        By name.
    """
    names = {"systems": "systems", "excluded": "excluded", "compute": "compute"}
    names |= {name: f"export_{name}" for name in ("attributes", "columns", "trends")}
    return {
        export["name"]: Vintage(
            export, **{name: read_table(paths[name][at], table) for name, table in names.items()}
        )
        for at, export in enumerate(exports)
    }


def growth_by_vintage(vintages: dict[str, Vintage]) -> pd.DataFrame:
    """Trends whose period and rules are the same on every vintage, the oldest vintage first.

    Parameters
    ----------
    vintages : dict of str to Vintage
        Every export by name.

    Returns
    -------
    pandas.DataFrame
        Table ``growth_by_vintage``.
    """
    trends = pd.concat([vintage.trends for vintage in vintages.values()], ignore_index=True)
    order = trends[trends["fixed"]].sort_values(["trend", "models", "vintage"], kind="stable")
    return typed(order, "growth_by_vintage")


def compare_vintages(
    vintages: dict[str, Vintage],
    *,
    settings: Record,
    paper: list[Record],
    outliers: Record,
    units: Record,
) -> Changes:
    """Everything that changed between consecutive vintages.

    Parameters
    ----------
    vintages : dict of str to Vintage
        Every export by name.
    settings, paper : dict, list of dict
        ``fit.exports`` and ``fit.trends`` of the config; see `export_trends.trends_of`.
    outliers, units : dict
        Sections of ``fit`` in config.yaml.

    Returns
    -------
    Changes
        Of all pairs, each row named by ``before`` and ``after``; empty if there is
        only one vintage of each kind of models.
    """
    found = [
        _compare(
            vintages[one["name"]],
            vintages[other["name"]],
            trends=trends_of(other, settings, paper),
            outliers=outliers,
            units=units,
        )
        for one, other in pairs_of([vintage.export for vintage in vintages.values()])
    ]
    names = ("changed_rows", "changed_values", "changed_columns", "changed_trends")
    tables = (
        typed(pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(), name)
        for name, parts in zip(names, zip(*found, strict=True) if found else [()] * 4, strict=True)
    )
    return Changes(*tables)


def _compare(
    one: Vintage, other: Vintage, *, trends: list[Record], outliers: Record, units: Record
) -> Changes:
    """Everything that changed between two vintages."""
    before, after = all_rows(one), all_rows(other)
    matched = match_rows(before, after)
    pair = {"before": one.export["name"], "after": other.export["name"]}
    named = _named_rows(matched, before, after)
    read = [set(v.columns.loc[v.columns["status"] == "read", "column"]) for v in (one, other)]
    values = changed_values(matched, before, after, columns=read[0] & read[1])
    scored = _mixtures(
        _states(matched, one, other, outliers=outliers), one, other, outliers=outliers
    )
    split = [
        _split_trend(trend, scored, one, other, outliers=outliers, units=units)
        for trend in trends
        if trend["fixed"]
    ]
    return Changes(
        _numbered(named).assign(**pair),
        values.assign(**pair),
        _numbered(changed_columns(one.columns, other.columns)).assign(**pair),
        pd.DataFrame(split).assign(**pair),
    )


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    """A table with the numbers of its rows."""
    return table.assign(number=range(1, len(table) + 1))


def all_rows(vintage: Vintage) -> pd.DataFrame:
    """Every row of an export: columns of ``systems`` and ``export_attributes``, and is_system."""
    rows = pd.concat(
        [vintage.systems.assign(is_system=True), vintage.excluded.assign(is_system=False)],
        ignore_index=True,
    )
    return rows.merge(
        vintage.attributes.drop(columns="system_id"), on="annotation_id", validate="one_to_one"
    )


def _named_rows(matched: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Table ``changed_rows``: the match with names, dates and compute of both vintages."""
    table = matched.copy()
    for side, rows in (("before", before), ("after", after)):
        found = rows.set_index("annotation_id").reindex(table[f"{side}_row"])
        for column in ("system_id", "system", "publication_date", "training_compute_flop"):
            table[f"{column}_{side}"] = found[column].array
        table[f"is_system_{side}"] = found["is_system"].fillna(False).astype(bool).array
    for name in ("same_link", "same_organization"):
        table[name] = table[name].map({True: "yes", False: "no"})
    order = {"renamed": 0, "added": 1, "removed": 2, "kept": 3}
    return table.sort_values(
        ["status", "before_row", "after_row"],
        key=lambda column: column.map(order) if column.name == "status" else column,
        kind="stable",
    )


def changed_values(
    matched: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame, *, columns: set[str]
) -> pd.DataFrame:
    """Values that differ between the two vintages of a row.

    Parameters
    ----------
    matched : pandas.DataFrame
        From `matching.match_rows`.
    before, after : pandas.DataFrame
        From `all_rows`.
    columns : set of str
        Columns that both files have; others have nothing to compare.

    Returns
    -------
    pandas.DataFrame
        Table ``changed_values`` without the names of the vintages: change is restated,
        given (only stated later) or withdrawn; factor is later over earlier.
    """
    common = matched[matched["status"].isin(["kept", "renamed"])]
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
        parts.append(
            pd.DataFrame(
                {
                    "system_id": other["system_id"],
                    "system": other["system"],
                    "column": column,
                    "change": how.mask(new.isna(), "withdrawn"),
                    "value_before": texts[0],
                    "value_after": texts[1],
                    "factor": factor.where(np.isfinite(factor)),
                    "after_row": common["after_row"].array,
                }
            )[changed]
        )
    return pd.concat(parts, ignore_index=True)


def _as_text(values: pd.Series) -> pd.Series:
    """Dates as y-m-d, lists and flags as they are written to files."""
    texts = values.dt.strftime("%Y-%m-%d") if values.dtype.kind == "M" else values.astype("str")
    return pd.Series(texts).where(values.notna())


def changed_columns(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Columns of two vintages: kept, renamed, added, removed.

    Parameters
    ----------
    before, after : pandas.DataFrame
        Tables ``export_columns``.

    Returns
    -------
    pandas.DataFrame
        Table ``changed_columns`` without the names of the vintages. Columns of one
        meaning are matched whatever they are called; others by their header.
    """

    def by_meaning(columns: pd.DataFrame) -> dict[str, Record]:
        there = columns[columns["position"].notna()]
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


def _mixtures(
    states: pd.DataFrame, one: Vintage, other: Vintage, *, outliers: Record
) -> dict[frozenset[str], tuple[pd.DataFrame, set[str]]]:
    """Scored systems and flagged keys if only rows of some kinds had changed, by these kinds."""
    flagged = [
        set(vintage.attributes.loc[vintage.attributes["frontier"], "annotation_id"])
        for vintage in (one, other)
    ]
    columns = ["basis", "system_id", "domain", "day", "log_flop", "noise_oom"]
    mixtures = {}
    for kinds in _subsets(KINDS):
        points = states[states["kind"].isin(kinds) == states["later"]]
        scores = score_systems(points[columns].assign(dataset="mixture"), outliers=outliers)
        flags = (
            points["row"].isin(flagged[1]).where(points["later"], points["row"].isin(flagged[0]))
        )
        mixtures[kinds] = (scores, set(points.loc[flags, "system_id"]))
    return mixtures


def _split_trend(
    trend: Record,
    mixtures: dict[frozenset[str], tuple[pd.DataFrame, set[str]]],
    one: Vintage,
    other: Vintage,
    *,
    outliers: Record,
    units: Record,
) -> Record:
    """Row of table ``changed_trends``: a trend before and after, and what made the difference."""
    stated = {
        side: records(vintage.trends[vintage.trends["trend"] == trend["name"]])[0]
        for side, vintage in (("before", one), ("after", other))
    }
    comparable = all(row["note"] is None for row in stated.values())
    growth = {
        kinds: point_growth(
            choose_points(scores, trend, flagged=flagged, outliers=outliers), units=units
        )
        if comparable
        else math.nan
        for kinds, (scores, flagged) in mixtures.items()
    }
    start, end = growth[frozenset()], growth[frozenset(KINDS)]
    alone = {kind: growth[frozenset([kind])] - start for kind in KINDS}
    row: Record = {
        "trend": trend["name"],
        "label": trend["label"],
        "period": stated["after"]["period"],
        "change_oom_per_year": end - start,
        "interaction_oom_per_year": end - start - sum(alone.values()),
    }
    for side, numbers in stated.items():
        row |= {f"{name}_{side}": numbers[name] for name in SHOWN}
    for kind in KINDS:
        row[f"{kind}_oom_per_year"] = shapley(growth, kind, KINDS)
        row[f"{kind}_alone_oom_per_year"] = alone[kind]
    return row | {"headline": headline(row, one.export, other.export)}


def _subsets(kinds: Iterable[str]) -> list[frozenset[str]]:
    """Every set of kinds, the empty one first."""
    kinds = list(kinds)
    return [
        frozenset(chosen)
        for size in range(len(kinds) + 1)
        for chosen in itertools.combinations(kinds, size)
    ]


def shapley(value: dict[frozenset[str], float], kind: str, kinds: tuple[str, ...]) -> float:
    """What one change adds, averaged over the orders in which all are made one at a time.

    Parameters
    ----------
    value : dict of frozenset to float
        Result with each set of changes made.
    kind : str
        The change.
    kinds : tuple of str
        All of them.

    Returns
    -------
    float
        Shapley value: those of all changes add up to the whole difference, and what
        two changes do only together is shared equally between them.
    """
    others = [name for name in kinds if name != kind]
    total = 0.0
    for before in _subsets(others):
        ways = math.factorial(len(before)) * math.factorial(len(others) - len(before))
        share = ways / math.factorial(len(kinds))
        total += share * (value[before | {kind}] - value[before])
    return total


def _states(
    matched: pd.DataFrame, one: Vintage, other: Vintage, *, outliers: Record
) -> pd.DataFrame:
    """Points of both vintages, each with what happened to its row.

    ``kind`` is the same for both states of a row: new or removed, where only one vintage
    has it; filled, where both have it but only one takes it as a system (a value given or
    withdrawn, a filter); restated, where both do.
    """
    sides = []
    for later, vintage, side in ((False, one, "before"), (True, other, "after")):
        scores = export_scores(
            vintage.systems, vintage.compute, export=vintage.export, outliers=outliers
        )
        rows = dict(
            zip(vintage.systems["system_id"], vintage.systems["annotation_id"], strict=True)
        )
        points = scores[["basis", "system_id", "domain", "day", "log_flop", "noise_oom"]].assign(
            later=later, row=scores["system_id"].map(rows)
        )
        place = matched.dropna(subset=f"{side}_row").reset_index(names="match")
        sides.append(
            points.merge(
                place[["match", "status", f"{side}_row"]],
                left_on="row",
                right_on=f"{side}_row",
                validate="one_to_one",
            )
        )
    states = pd.concat(sides, ignore_index=True)
    both = states.groupby("match")["later"].transform("size") == 2
    kind = states["status"].map({"added": "new", "removed": "removed"})
    kind = kind.fillna(both.map({True: "restated", False: "filled"}))
    return states.assign(kind=kind)


def headline(row: Record, before: Record, after: Record) -> str:
    """What became of a trend, in one sentence.

    Parameters
    ----------
    row : dict
        Row of table ``changed_trends`` as far as it is known.
    before, after : dict
        Records of ``clean.exports``.

    Returns
    -------
    str
        Growth per year of both vintages with 90 % intervals, and the parts of the
        change in percent of growth per year; as factors they multiply to the whole.
    """
    if not math.isfinite(row["change_oom_per_year"]):
        return f"{row['label']}: not on both vintages."
    ends = [
        f"{fixed(row[f'growth_per_year_{side}'], 2)} times a year "
        f"({fixed(row[f'growth_per_year_ci90_low_{side}'], 2)} to "
        f"{fixed(row[f'growth_per_year_ci90_high_{side}'], 2)}) on the vintage of {export['date']}"
        for side, export in (("before", before), ("after", after))
    ]
    text = f"{row['label']}: {ends[0]}, {ends[1]}"
    words = {
        "new": "new rows",
        "removed": "removed rows",
        "filled": "values given or withdrawn",
        "restated": "restated values",
    }
    whole = percent(row["change_oom_per_year"])
    parts = [f"{words[kind]} ({percent(row[f'{kind}_oom_per_year'])})" for kind in KINDS]
    return f"{text}. The change of {whole} is made of {', '.join(parts[:-1])} and {parts[-1]}."
