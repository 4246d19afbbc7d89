"""What became of a trend from one vintage to the next, in plain words."""

from __future__ import annotations

import math

from compute_trends.common.numbers import fixed, percent
from compute_trends.common.records import Record
from compute_trends.common.vocabulary import CHOSEN_WORDS

# What may happen to a row, as the change of a trend is split, and in words.
CHANGE_KINDS = {
    "new": "new rows",
    "removed": "removed rows",
    "filled": "values given or withdrawn",
    "restated": "restated values",
}


def headline(row: Record, before: str, after: str, *, since: int = 0) -> str:
    """What became of a trend, in a sentence or two, after its row of ``changed_trends`` so far.

    Growth per year on the vintages of both dates with 90 % intervals and numbers of systems;
    the change in percent of growth per year, and whether the choice of systems alone could make
    it; then the parts whose interval leaves out zero, which alone are said to have done
    anything; then how the systems were chosen, where they are no sample.

    Parameters
    ----------
    since : int
        Systems of the later vintage that are dated after the earlier one. A period that goes on
        to the vintage takes them in, and a new row need not be of a system found late.
    """
    if not math.isfinite(row.get("change_oom_per_year", math.nan)):
        return f"{row['label']}: {row['note']}."
    newer = f", {since} of them dated since" if since else ""
    ends = [
        f"{_growth(row, side, more)} on the vintage of {date}"
        for side, date, more in (("before", before, ""), ("after", after, newer))
    ]
    sentences = [f"{row['label']}: {', '.join(ends)}; {_whole(row)}.", *_together(row)]
    if row["selection"]:
        sentences.append(f"The systems are {CHOSEN_WORDS[row['selection']]}.")
    return " ".join(sentences)


def _growth(row: Record, side: str, more: str) -> str:
    """Growth on a vintage, with its interval if there is one, and number of systems."""
    ends = [row[f"growth_per_year_ci90_{end}_{side}"] for end in ("low", "high")]
    interval = "" if None in ends else f"{' to '.join(fixed(end, 2) for end in ends)}; "
    text = f"{fixed(row[f'growth_per_year_{side}'], 2)} times a year"
    return f"{text} ({interval}n = {row[f'n_{side}']}{more})"


def _whole(row: Record) -> str:
    """What is said of the change, and of the parts that stand out."""
    name = "change"
    if not has_interval(row, name):
        return f"the change, {percent(row['change_oom_per_year'])}, has {row['note']}"
    if unchanged(row, name):
        return "it did not change"
    told = "; ".join(_kind(row, kind) for kind in CHANGE_KINDS if stands_out(row, kind))
    text = f"the change, {_part(row, name)}, is "
    if stands_out(row, name):
        text += "more than the choice of systems can make"
        return f"{text}: it is made by {told}" if told else f"{text}, though none of its parts is"
    text += "within what the choice of systems can make"
    return f"{text}, though more is done by {told}" if told else text


def _together(row: Record) -> list[str]:
    """Sentence on what the kinds of change do only together, where that is much."""
    if not interaction_leads(row):
        return []
    told_or_not = "" if stands_out(row, "interaction") else " and cannot be told from none"
    together = f"What the kinds of change do only together, {_part(row, 'interaction')},"
    return [f"{together} exceeds half the change{told_or_not}."]


def _kind(row: Record, kind: str) -> str:
    """A kind of change with its part."""
    return f"{CHANGE_KINDS[kind]}, {_part(row, kind)}"


def _part(row: Record, name: str) -> str:
    """A number of the change with its interval."""
    ends = " to ".join(percent(end) for end in interval_of(row, name))
    return f"{percent(row[f'{name}_oom_per_year'])} ({ends})"


def interval_of(row: Record, name: str) -> tuple[float, float]:
    """Ends of the interval of a number of the change: change, a kind of change, interaction."""
    low, high = (row[f"{name}_oom_per_year_ci90_{end}"] for end in ("low", "high"))
    return (low, high)


def has_interval(row: Record, name: str) -> bool:
    """Whether a number of the change has an interval."""
    return all(end is not None and math.isfinite(end) for end in interval_of(row, name))


def unchanged(row: Record, name: str) -> bool:
    """Whether a number of the change is zero in nearly every resample."""
    return interval_of(row, name) == (0.0, 0.0)


def stands_out(row: Record, name: str) -> bool:
    """Whether the interval of a number of the change leaves out zero."""
    low, high = interval_of(row, name)
    return has_interval(row, name) and (low > 0 or high < 0)


def interaction_leads(row: Record) -> bool:
    """Whether what the kinds of change do only together exceeds half the change."""
    if not has_interval(row, "interaction") or unchanged(row, "interaction"):
        return False
    return bool(abs(row["interaction_oom_per_year"]) > abs(row["change_oom_per_year"]) / 2)
