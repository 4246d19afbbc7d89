"""How long compute takes to appear after release, and whose compute appears, by the vintages."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from compute_trends.common.dates import EPOCH, day_number
from compute_trends.common.records import Record
from compute_trends.fit.delays import waiting_rate
from compute_trends.fit.intervals import system_counts
from compute_trends.fit.loglinear import Array
from compute_trends.settings.clean import ExportFile, exports_like_leading
from compute_trends.settings.fit import Intervals, Outliers, Units
from compute_trends.settings.visibility import Visibility
from compute_trends.tables.dictionary import typed

ALL_AGES = "all ages"
ALL_STEPS = "all steps"
# The ends of an interval of 90 %
ENDS = (0.05, 0.95)


def delay_tables(
    changed_rows: pd.DataFrame,
    *,
    exports: Sequence[ExportFile],
    visibility: Visibility,
    outliers: Outliers,
    intervals: Intervals,
    units: Units,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Tables of how soon values appear, and whether those that do are like the others.

    Parameters
    ----------
    changed_rows : pandas.DataFrame
        Table of this name.
    exports : sequence of ExportFile
        ``clean.exports`` of config.yaml; steps are between vintages of the kind that leads. The
        other settings are sections of ``fit`` and the seed.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``visibility_ages`` (each vintage by the age of its models), ``visibility_delay`` (of
        models without a value, how many get one) and ``visibility_later`` (values that came
        later, beside those known at the time).
    """
    days = units.days_per_year
    steps = steps_of(changed_rows, exports)
    ages = _age_rows(steps, visibility, days)
    delay = _delay_rows(ages)
    later = _later_rows(steps, visibility, outliers, intervals, seed)
    return {
        "visibility_ages": typed(pd.DataFrame(ages), "visibility_ages"),
        "visibility_delay": typed(pd.DataFrame(delay), "visibility_delay"),
        "visibility_later": typed(pd.DataFrame(later), "visibility_later"),
    }


Step = tuple[ExportFile, ExportFile, pd.DataFrame]


def steps_of(changed_rows: pd.DataFrame, exports: Sequence[ExportFile]) -> list[Step]:
    """Each vintage and the next of the kind that leads, with the rows of both.

    Rows have key, day (as before where it is there), before and after (log10 FLOP, missing
    without compute), is_before and is_after.
    """
    same = sorted(exports_like_leading(exports), key=lambda export: export.date)
    steps = []
    for before, after in itertools.pairwise(same):
        rows = changed_rows
        rows = rows[(rows["before"] == before.name) & (rows["after"] == after.name)]
        dates = rows["publication_date_before"].fillna(rows["publication_date_after"])
        flop = {
            side: np.log10(rows[f"training_compute_flop_{side}"].astype(float))
            for side in ("before", "after")
        }
        table = pd.DataFrame(
            {
                # What it is called later, so that a model has one key in all steps
                "key": rows["system_id_after"].fillna(rows["system_id_before"]),
                "day": (dates - EPOCH).dt.days.astype(float),
                **flop,
                "is_before": rows["before_row"].notna(),
                "is_after": rows["after_row"].notna(),
            }
        )
        steps.append((before, after, table.dropna(subset=["key", "day"])))
    return steps


def _age_rows(steps: Sequence[Step], visibility: Visibility, days_per_year: float) -> list[Record]:
    """Rows of table ``visibility_ages``: each vintage by age, and what the next one gave."""
    rows: list[Record] = []
    for number, (before, after, table) in enumerate(steps):
        rows += _ages_at(before, table, visibility, days_per_year, after)
        if number == len(steps) - 1:
            newest = table[table["is_after"]].assign(is_before=True, before=table["after"])
            rows += _ages_at(after, newest, visibility, days_per_year, None)
    return rows


def _ages_at(
    export: ExportFile,
    table: pd.DataFrame,
    visibility: Visibility,
    days_per_year: float,
    after: ExportFile | None,
) -> list[Record]:
    """Rows of one vintage; without a next one nothing is known of what came."""
    day = day_number(export.date)
    first = day_number(visibility.after)
    there = table[table["is_before"] & (table["day"] > first) & (table["day"] <= day)]
    edges = [0.0, *visibility.ages, np.inf]
    age = (day - there["day"]) / days_per_year
    classes = [(f"{low:g} to {high:g}", low, high) for low, high in itertools.pairwise(edges[:-1])]
    classes += [(f"{edges[-2]:g} or more", edges[-2], np.inf), (ALL_AGES, 0.0, np.inf)]
    rows = []
    for name, low, high in classes:
        own = there[(age >= low) & (age < high)]
        n, n_with = len(own), int(own["before"].notna().sum())
        row: Record = {
            "export": export.name,
            "vintage": pd.Timestamp(export.date),
            "age_class": name,
        }
        row |= {"n_listed": n, "n_with_compute": n_with}
        row |= {"share_with_compute": n_with / n if n else None}
        if after is not None:
            # Those that are gone from the next vintage are not followed.
            waiting = own[own["before"].isna() & own["is_after"]]
            row |= {"years_to_next": (day_number(after.date) - day) / days_per_year}
            row |= {"n_waiting": len(waiting), "n_given": int(waiting["after"].notna().sum())}
        rows.append(row)
    return rows


def _delay_rows(ages: Sequence[Record]) -> list[Record]:
    """Rows of table ``visibility_delay``: the rate at which values come, by age."""
    rows = []
    for age in dict.fromkeys(row["age_class"] for row in ages):
        own = [row for row in ages if row["age_class"] == age and "n_waiting" in row]
        columns = ("n_waiting", "n_given", "years_to_next")
        waiting, given, years = (np.array([row[name] for row in own], float) for name in columns)
        row: Record = {"age_class": age, "n_steps": len(own)}
        row |= {"n_waiting": int(waiting.sum()), "n_given": int(given.sum())}
        if waiting.sum():
            ends = ("", "_ci90_low", "_ci90_high")
            shares = waiting_rate(waiting, given, years).share(1.0)
            row |= {f"share_in_a_year{end}": one for end, one in zip(ends, shares, strict=True)}
        rows.append(row)
    return rows


def _later_rows(
    steps: Sequence[Step],
    visibility: Visibility,
    outliers: Outliers,
    intervals: Intervals,
    seed: int,
) -> list[Record]:
    """Rows of table ``visibility_later``: values that came in a step, and of all steps."""
    rows: list[Record] = []
    parts: list[tuple[Array, Array]] = []
    first = day_number(visibility.after)
    for before, after, table in steps:
        own = table[table["day"] > first]
        known = own[own["is_before"] & own["before"].notna()]
        came = own["is_before"] & own["is_after"] & own["before"].isna() & own["after"].notna()
        part = _beside_known(known, own[came], visibility.draws, outliers.window_days, seed)
        parts.append(part)
        label = {"vintage_step": f"{before.date} to {after.date}"}
        rows.append(label | _difference(*part, least=intervals.least_systems))
    if parts:
        together = (np.concatenate([one for one, _ in parts]), sum(two for _, two in parts))
        sums = (together[0], np.asarray(together[1]))
        rows.append({"vintage_step": ALL_STEPS} | _difference(*sums, least=intervals.least_systems))
    return rows


def _beside_known(
    known: pd.DataFrame, came: pd.DataFrame, draws: int, window_days: float, seed: int
) -> tuple[Array, Array]:
    """How far values that came later are from the mean of those known of about their date.

    Returns
    -------
    tuple of numpy.ndarray
        Distances in OOM, shape (m,), and in each resample their sum and number, shape (draws, 2).
    """
    days, values = (known[name].to_numpy(dtype=float) for name in ("day", "before"))
    days_later, later = (came[name].to_numpy(dtype=float) for name in ("day", "after"))
    near = (np.abs(days[:, None] - days_later) <= window_days).astype(float)
    some = near.any(axis=0)
    near, later = near[:, some], later[some]
    with np.errstate(invalid="ignore", divide="ignore"):
        distances = later - values @ near / near.sum(axis=0)
        counts = system_counts(known["key"].to_list(), draws=draws, seed=seed).astype(float)
        means = (counts * values) @ near / (counts @ near)
    own = system_counts(came["key"][some].to_list(), draws=draws, seed=seed).astype(float)
    there = np.isfinite(means)
    resampled = np.where(there, own * (later - np.where(there, means, 0.0)), 0.0).sum(axis=1)
    return distances, np.column_stack([resampled, (own * there).sum(axis=1)])


def _difference(distances: Array, sums: Array, *, least: int) -> Record:
    """Mean distance of values that came later, with its interval, or why there is none."""
    row: Record = {"n_given": int(distances.size)}
    if distances.size:
        row["difference_oom"] = float(distances.mean())
    if distances.size < least:
        return row | {"note": f"too few: fewer than {least} values came later"}
    there = sums[:, 1] > 0
    low, high = np.quantile(sums[there, 0] / sums[there, 1], ENDS)
    return row | {"difference_oom_ci90_low": low, "difference_oom_ci90_high": high}
