"""What became of a trend from one vintage to the next, in plain words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from compute_trends.common.numbers import fixed, percent
from compute_trends.common.records import Record
from compute_trends.vintages.mixtures import CHANGE_KINDS


def headline(row: Record, before: str, after: str) -> str:
    """What became of a trend, in a few sentences, after its row of ``changed_trends`` so far.

    Growth per year on the vintages of both dates with 90 % intervals; the change in percent of
    growth per year, and whether the choice of systems alone could make it; then the parts, of
    which only those whose interval leaves out zero are said to have done anything.
    """
    if not math.isfinite(row.get("change_oom_per_year", math.nan)):
        return f"{row['label']}: not on both vintages."
    ends = [
        f"{_growth(row, side)} on the vintage of {date}"
        for side, date in (("before", before), ("after", after))
    ]
    return " ".join([f"{row['label']}: {', '.join(ends)}.", *_whole(row), *_parts(row)])


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
        return [f"The change of {percent(row['change_oom_per_year'])} has {row['note']}."]
    if unchanged(row, name):
        return ["It did not change."]
    could = "more than" if stands_out(row, name) else "within what"
    whole, ends = percent(row["change_oom_per_year"]), _ends(row, name)
    return [f"The change of {whole} ({ends}) is {could} the choice of systems can make."]


def _parts(row: Record) -> list[str]:
    """Sentences on the parts that have intervals, and on what they do only together."""
    kinds = [kind for kind in CHANGE_KINDS if has_interval(row, kind) and not unchanged(row, kind)]
    told = [kind for kind in kinds if stands_out(row, kind)]
    untold = [kind for kind in kinds if kind not in told]
    sentences = []
    if told:
        parts = [f"{CHANGE_KINDS[kind]} made {_part(row, kind)}" for kind in told]
        sentences.append(f"Of it, {_listed(parts)}.")
    if untold:
        parts = [f"{CHANGE_KINDS[kind]} ({_part(row, kind)})" for kind in untold]
        sentences.append(f"What cannot be told from no effect: {_listed(parts)}.")
    if interaction_leads(row):
        could = "can" if stands_out(row, "interaction") else "cannot"
        sentences.append(
            f"More than half as much as the change is what these do only together, "
            f"{_part(row, 'interaction')}, which {could} be told from none."
        )
    return sentences


def _part(row: Record, name: str) -> str:
    """A number of the change with its interval."""
    return f"{percent(row[f'{name}_oom_per_year'])}, {_ends(row, name)}"


def _ends(row: Record, name: str) -> str:
    """Ends of an interval of a number of the change."""
    return " to ".join(percent(end) for end in interval_of(row, name))


def _listed(parts: Sequence[str]) -> str:
    """Parts of a sentence."""
    return "; ".join(parts)


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
