"""What the 90 % intervals of estimates hold: of values stated later, and of another method's.

Each interval was learnt from other systems than its own (see `estimate.error_model`), so that
these shares are of values that it had not seen.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from compute_trends.common.problems import Problem, stop_on
from compute_trends.common.records import Record
from compute_trends.estimate.error_model import LEVEL, needed_half_width
from compute_trends.estimate.evidence import related_systems, values_like_later
from compute_trends.estimate.formulas import Array
from compute_trends.estimate.ranks import FLOP, rank_estimates
from compute_trends.estimate.utilization import implied_utilization
from compute_trends.estimate.verdicts import Judgements
from compute_trends.settings.estimate import Calibration, Choice
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

# Value, and ends of its interval, in the columns of table ``held_values``
ENDS = ["value_flop", "value_flop_ci90_low", "value_flop_ci90_high"]
# Two values closer than this factor are the same one, rounded otherwise.
SAME = 1.01
# A verdict on a later value holds as long as ours stays this close to the one that was judged.
MOVED = 1.5
# What a miss may be, by verdict
FAULTS = ("ours", "epochs", "convention", "undecided")
Z95 = 1.959963984540054
LATEST = "latest"


def wilson_interval(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of Wilson (1927) of a share of ``n`` of which ``hits`` were seen."""
    share, z2 = hits / n, Z95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return float(middle - half), float(middle + half)


def interval_score(value: Array, low: Array, high: Array) -> Array:
    """Score of central 90 % intervals: their width, and 20 times what lies outside.

    Gneiting and Raftery (2007), Strictly proper scoring rules, section 6.2; arrays of one
    shape, all log10. Less is better.
    """
    outside = np.maximum(0, low - value) + np.maximum(0, value - high)
    score: Array = high - low + 2 / (1 - LEVEL) * outside
    return score


def held_values(
    estimates: pd.DataFrame,
    later_values: pd.DataFrame,
    later_verdicts: pd.DataFrame,
    judgements: Judgements,
    *,
    choice: Choice,
) -> pd.DataFrame:
    """Table ``held_values``: other values of systems, and whether an interval holds them.

    Parameters
    ----------
    later_values, later_verdicts : pandas.DataFrame
        Raw tables of these names.
    estimates, judgements, choice
        See `choice.choose_compute`.

    Returns
    -------
    pandas.DataFrame
        Each value taken against the values stated later, of each vintage; and each value
        from chips and time against the operations that are counted for the same system.
    """
    later = _later(values_like_later(estimates, judgements, later_values, choice=choice))
    later["fault"] = _faults(later, later_verdicts)
    pairs = implied_utilization(rank_estimates(estimates, choice.preference), judgements)
    rows = pd.concat([later, _counted(pairs)], ignore_index=True)
    rows["inside"] = rows["other_flop"].between(rows[ENDS[1]], rows[ENDS[2]])
    return typed(rows, "held_values")


def _faults(later: pd.DataFrame, later_verdicts: pd.DataFrame) -> pd.Series:
    """Whose error a later value is by the verdict on it, where both values are those judged."""
    verdicts = later_verdicts.set_index("system_id")
    system = later["system_id"]
    later_ratio = later["other_flop"] / system.map(verdicts["later_flop"])
    our_ratio = later[ENDS[0]] / system.map(verdicts["our_flop"])
    # Where the later value is held against another one of ours, the verdict is on that choice.
    is_other = later["scope"] == "without_data"
    same = later_ratio.between(1 / SAME, SAME) & (our_ratio.between(1 / MOVED, MOVED) | is_other)
    stale = set(verdicts.index) - set(later.loc[same, "system_id"])
    if stale := stale & set(system):
        names = ", ".join(sorted(stale))
        LOG.warning("later_verdicts.csv: judged on other values than there are now: %s", names)
    return system.map(verdicts["fault"]).where(same)


def _later(taken: pd.DataFrame) -> pd.DataFrame:
    """Values taken against values stated later, in the columns of table ``held_values``."""
    names = [name.replace("_flop", "_estimated_flop") for name in FLOP]
    rows = taken.rename(columns=dict(zip(names, ENDS, strict=True)) | {"later_flop": "other_flop"})
    latest = ~rows.sort_values("vintage", kind="stable").duplicated("system_id", keep="last")
    about = ["stated_or_assumed", "method", "confidence", "scope"]
    columns = ["system_id", "other_flop", *about, *ENDS]
    vintage = rows["vintage"].dt.strftime("%Y-%m-%d")
    return rows[columns].assign(other=vintage, latest=latest)


def _counted(pairs: pd.DataFrame) -> pd.DataFrame:
    """Values from chips and time against counts, in the columns of table ``held_values``."""
    rows = pairs[pairs["comparable"]].rename(columns=dict(zip(FLOP, ENDS, strict=True)))
    rows = rows.rename(columns={"counted_flop": "other_flop"})
    stated = rows["utilization_assumed"].map({True: "assumed", False: "stated"})
    columns = ["system_id", "other_flop", "method", "confidence", *ENDS]
    return rows[columns].assign(other="operation_count", stated_or_assumed=stated, latest=True)


def calibration_table(
    held: pd.DataFrame, estimates: pd.DataFrame, classes: Mapping[str, float]
) -> pd.DataFrame:
    """Table ``calibration``: what the intervals hold, by group, and how sharp they are.

    Parameters
    ----------
    held : pandas.DataFrame
        Table ``held_values``.
    estimates : pandas.DataFrame
        Table of this name, for the sources that systems share.
    classes : mapping of str to float
        Factors of the classes of Epoch AI's database, whose score stands beside.
    """
    is_estimated = estimates["basis"] == "estimated"
    related = related_systems(estimates[is_estimated])
    rows = []
    for other, group, name, systems in _groups(held):
        row = {"other": other, "group": group, "group_name": name}
        rows.append(row | _coverage(systems) | _scores(systems, held, related, classes))
    return typed(pd.DataFrame(rows), "calibration")


def _groups(held: pd.DataFrame) -> Iterator[tuple[str, str, str, pd.DataFrame]]:
    """Yield what is held, kind of group, its name and its values; none empty."""
    is_count = held["other"] == "operation_count"
    latest = held[~is_count & held["latest"]]
    for name, rows in ((LATEST, latest), ("operation_count", held[is_count])):
        ratio = rows["other_flop"] / rows[ENDS[0]]
        is_same = ratio.between(1 / SAME, SAME)
        yield name, "all", "all", rows
        yield name, "not identical", "all", rows[~is_same]
        for column in ("confidence", "method", "stated_or_assumed"):
            for value, group in rows.groupby(column, sort=False):
                yield name, column, str(value), group
    for vintage, group in held[~is_count].groupby("other"):
        yield LATEST, "vintage", str(vintage), group


def _coverage(rows: pd.DataFrame) -> Record:
    """What the intervals of rows of table ``held_values`` hold, and whose the misses are."""
    n, hits = len(rows), int(rows["inside"].sum())
    if not n:
        return {"n": 0}
    low, high = wilson_interval(hits, n)
    misses = rows.loc[~rows["inside"], "fault"]
    return {
        "n": n,
        "covered": hits,
        "coverage": hits / n,
        "coverage_ci95_low": low,
        "coverage_ci95_high": high,
        **{f"misses_{fault}": int((misses == fault).sum()) for fault in FAULTS},
        "misses_not_judged": int(misses.isna().sum()),
    }


def _scores(
    rows: pd.DataFrame,
    held: pd.DataFrame,
    related: Mapping[str, set[str]],
    classes: Mapping[str, float],
) -> Record:
    """Width and score of the intervals of a group, beside those of simpler ones."""
    if rows.empty:
        return {}
    other, value, low, high = (np.log10(rows[name].to_numpy()) for name in ("other_flop", *ENDS))
    by_class = np.log10(np.array([classes[name] for name in rows["confidence"]]))
    common = _common_half_widths(rows, held, related)
    return {
        "median_factor": float(10 ** np.median((high - low) / 2)),
        "interval_score": float(interval_score(other, low, high).mean()),
        "interval_score_epoch_classes": float(
            interval_score(other, value - by_class, value + by_class).mean()
        ),
        "interval_score_one_factor": float(
            interval_score(other, value - common, value + common).mean()
        ),
    }


def _common_half_widths(
    rows: pd.DataFrame, held: pd.DataFrame, related: Mapping[str, set[str]]
) -> Array:
    """Half width that would hold 90 % of all others' values of the same kind, for each row."""
    is_count = held["other"] == "operation_count"
    of_kind = is_count if (rows["other"] == "operation_count").all() else ~is_count & held["latest"]
    others = held[of_kind]
    distances = np.log10((others["other_flop"] / others[ENDS[0]]).to_numpy())
    widths = []
    for system in rows["system_id"]:
        keep = ~others["system_id"].isin(related[system]).to_numpy()
        widths.append(needed_half_width(distances[keep]) if keep.any() else np.nan)
    return np.asarray(widths)


def check_calibration(calibration: pd.DataFrame, settings: Calibration) -> None:
    """Say, or stop, where intervals hold less than they claim.

    Parameters
    ----------
    calibration : pandas.DataFrame
        Table of this name. Judged are all values together and each class of confidence.
    settings : Calibration
        Least share, systems that a group needs to be judged, and whether to stop.

    Raises
    ------
    InputError
        If asked to stop, with every group of which even the upper end of the interval of
        its share is below the one demanded.
    """
    judged = calibration["group"].isin(["all", "not identical", "confidence"])
    rows = calibration[judged & (calibration["n"] >= settings.least_systems)]
    expected = f"at least {settings.coverage:g} of the values held (estimate.calibration.coverage)"
    problems = []
    for _, row in rows[rows["coverage_ci95_high"] < settings.coverage].iterrows():
        found = f"{row['coverage']:.2f} ({row['covered']:.0f} of {row['n']:.0f})"
        place = f"{row['other']}, {row['group']}, {row['group_name']}"
        problems.append(Problem("results/checks/calibration.csv", None, place, found, expected))
    for problem in problems:
        LOG.warning("%s", problem)
    if settings.below == "stop":
        stop_on(problems)
