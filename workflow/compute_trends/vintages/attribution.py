"""What changed between two vintages of an export, and what that does to the trends."""

from __future__ import annotations

import itertools
import logging
import math
from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from compute_trends.common.numbers import fixed, percent
from compute_trends.common.records import Record, records
from compute_trends.fit.export import choose_points, export_scores, point_growth, trends_of
from compute_trends.fit.selection import score_systems
from compute_trends.tables.dictionary import typed
from compute_trends.vintages.differences import (
    all_rows,
    changed_columns,
    changed_values,
    named_rows,
    numbered,
)
from compute_trends.vintages.matching import match_rows
from compute_trends.vintages.read import Vintage, pairs_of

LOG = logging.getLogger(__name__)

# What may happen to a row, as the change of a trend is split.
KINDS = ("new", "removed", "filled", "restated")
# Numbers of a trend that are shown for both vintages.
SHOWN = (
    *("n", "growth_per_year", "growth_per_year_ci90_low", "growth_per_year_ci90_high"),
    "slope_oom_per_year",
)


class Changes(NamedTuple):
    """Tables ``changed_rows``, ``changed_values``, ``changed_columns``, ``changed_trends``."""

    rows: pd.DataFrame
    values: pd.DataFrame
    columns: pd.DataFrame
    trends: pd.DataFrame


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
    named = named_rows(matched, before, after)
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
        numbered(named).assign(**pair),
        values.assign(**pair),
        numbered(changed_columns(one.columns, other.columns)).assign(**pair),
        pd.DataFrame(split).assign(**pair),
    )


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
