"""What became of a trend from one vintage to the next, in plain words."""

from __future__ import annotations

import math
from collections.abc import Sequence

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


def headline(row: Record, before: str, after: str) -> str:
    """What became of a trend, in a few sentences, after its row of ``changed_trends`` so far.

    Growth per year on the vintages of both dates with 90 % intervals; the change in percent of
    growth per year, and whether the choice of systems alone could make it; then the parts, of
    which only those whose interval leaves out zero are said to have done anything; then how the
    systems were chosen, where they are no sample.
    """
    if not math.isfinite(row.get("change_oom_per_year", math.nan)):
        return f"{row['label']}: {row['note']}."
    ends = [
        f"{_growth(row, side)} on the vintage of {date}"
        for side, date in (("before", before), ("after", after))
    ]
    sentences = [f"{row['label']}: {', '.join(ends)}.", *_whole(row), *_parts(row)]
    if row["selection"]:
        sentences.append(f"The systems are {CHOSEN_WORDS[row['selection']]}.")
    return " ".join(sentences)


def _growth(row: Record, side: str) -> str:
    """Growth on a vintage, with its interval if there is one."""
    text = f"{fixed(row[f'growth_per_year_{side}'], 2)} times a year"
    ends = [row[f"growth_per_year_ci90_{end}_{side}"] for end in ("low", "high")]
    if None in ends:
        return text
    return f"{text} ({' to '.join(fixed(end, 2) for end in ends)})"


def _whole(row: Record) -> list[str]:
    """Sentence on the change."""
    name = "change"
    if not has_interval(row, name):
        return [f"The change, {percent(row['change_oom_per_year'])}, has {row['note']}."]
    if unchanged(row, name):
        return ["It did not change."]
    could = "more than" if stands_out(row, name) else "within what"
    return [f"The change, {_part(row, name)}, is {could} the choice of systems can make."]


def _parts(row: Record) -> list[str]:
    """Sentences on the parts that have intervals, and on what they do only together."""
    kinds = [kind for kind in CHANGE_KINDS if has_interval(row, kind) and not unchanged(row, kind)]
    told = [kind for kind in kinds if stands_out(row, kind)]
    untold = [kind for kind in kinds if kind not in told]
    sentences = []
    if told:
        sentences.append(f"Growth was moved by {_listed(row, told)}.")
    if untold:
        sentences.append(f"Not told from nothing: {_listed(row, untold)}.")
    if interaction_leads(row):
        told_or_not = "" if stands_out(row, "interaction") else " and is not told from nothing"
        together = f"What these do only together, {_part(row, 'interaction')},"
        sentences.append(f"{together} exceeds half the change{told_or_not}.")
    return sentences


def _part(row: Record, name: str) -> str:
    """A number of the change with its interval."""
    return f"{percent(row[f'{name}_oom_per_year'])} ({_ends(row, name)})"


def _listed(row: Record, kinds: Sequence[str]) -> str:
    """Kinds of change with their parts."""
    return "; ".join(f"{CHANGE_KINDS[kind]}, {_part(row, kind)}" for kind in kinds)


def _ends(row: Record, name: str) -> str:
    """Ends of an interval of a number of the change."""
    return " to ".join(percent(end) for end in interval_of(row, name))


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
