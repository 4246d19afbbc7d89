"""What the figure of a headline's specifications shows: their curve, and who takes which option."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from compute_trends.common.records import Record, records
from compute_trends.common.rounding import nine_digits
from compute_trends.common.vocabulary import CHOICE_WORDS
from compute_trends.render.look_ups import grouped
from compute_trends.render.wording import option_words

Array = NDArray[np.float64]
# Bins of the strips, and specifications that stand for a curve and for its intervals
BINS, POINTS, BARS = 40, 300, 130


class Curve(NamedTuple):
    """Growth per year of specifications from the slowest to the fastest, thinned evenly.

    ``place`` and ``growth`` have the same shape, places are shares from 0 to 1; the same for
    ``bar_place`` and ``low`` and ``high``, ends of 90 % intervals.
    """

    place: Array
    growth: Array
    bar_place: Array
    low: Array
    high: Array


class Strip(NamedTuple):
    """An option: in each of at most `BINS` bins along the curve the share that takes it.

    ``height`` is this share in units of the highest bin of any option of its choice.
    """

    words: str
    own: bool
    strong: bool
    height: Array


class ChoiceStrips(NamedTuple):
    """A choice, what it explains of the variance, by itself and in all, and its options."""

    words: str
    main: float | None
    total: float | None
    strips: list[Strip]


class Content(NamedTuple):
    """All that the figure of a headline shows, whatever its width.

    ``headline`` is the row of table ``headlines`` on the leading vintage; ``published`` rows of
    ``specification_marks`` with a letter and words for each.
    """

    headline: Record
    number: int
    curve: Curve
    mild: Curve
    choices: list[ChoiceStrips]
    published: list[tuple[str, str, Record]]


def choices_content(
    specifications: pd.DataFrame,
    options: pd.DataFrame,
    shares: pd.DataFrame,
    marks: pd.DataFrame,
    *,
    headline: Record,
) -> Content:
    """What the figure of a headline shows.

    Parameters
    ----------
    specifications, options, shares, marks : pandas.DataFrame
        Tables ``specifications``, ``specification_options``, ``specification_shares`` and
        ``specification_marks``.
    headline : mapping
        Row of table ``headlines`` on the leading vintage.
    """
    own = specifications["headline_name"] == headline["headline_name"]
    ordered = in_order(specifications[own])
    of_it = [
        [row for row in records(table) if row["headline_name"] == headline["headline_name"]]
        for table in (options, shares, marks)
    ]
    mild = ordered[~ordered["strong"]]
    choices = strips_of(ordered, of_it[0], of_it[1])
    curves = curve_of(ordered), curve_of(mild)
    return Content(headline, len(ordered), *curves, choices, mark_words(of_it[2]))


def in_order(specifications: pd.DataFrame) -> pd.DataFrame:
    """Specifications with a number from the slowest to the fastest."""
    there = specifications[specifications["growth_per_year"].notna()]
    return there.sort_values("growth_per_year", key=nine_digits, kind="stable", ignore_index=True)


def curve_of(ordered: pd.DataFrame) -> Curve:
    """The curve of specifications in order, with intervals of those that have one."""
    growth = ordered["growth_per_year"].to_numpy()
    if not growth.size:
        return Curve(*np.empty((5, 0)))
    shown = _evenly(growth.size, POINTS)
    low = ordered["growth_per_year_ci90_low"].to_numpy()
    high = ordered["growth_per_year_ci90_high"].to_numpy()
    have = np.flatnonzero(~np.isnan(low))
    bars = have[_evenly(have.size, BARS)]
    last = max(growth.size - 1, 1)
    return Curve(shown / last, growth[shown], bars / last, low[bars], high[bars])


def _evenly(size: int, most: int) -> NDArray[np.int64]:
    """Places of at most so many of a number of things, evenly, with the first and the last."""
    return np.unique(np.linspace(0, size - 1, min(most, size)).round().astype(np.int64))


def strips_of(
    ordered: pd.DataFrame, options: Sequence[Record], shares: Sequence[Record]
) -> list[ChoiceStrips]:
    """Strips of each choice, the one that explains most first.

    Parameters
    ----------
    ordered : pandas.DataFrame
        From `in_order`.
    options, shares : sequence of mapping
        Rows of tables ``specification_options`` and ``specification_shares`` of the headline.
    """
    number = max(min(BINS, len(ordered)), 1)
    bins = np.arange(len(ordered)) * number // max(len(ordered), 1)
    of_bin = np.maximum(np.bincount(bins, minlength=number), 1)
    effects = {row["choice"]: row for row in shares}
    found = []
    for choice, rows in grouped(options, "choice").items():
        codes, names = pd.factorize(ordered[choice])
        place = {name: code for code, name in enumerate(names)}
        taken = [
            np.bincount(bins[codes == place.get(row["option"], -1)], minlength=number) / of_bin
            for row in rows
        ]
        most = max(float(each.max()) for each in taken) or 1.0
        strips = [
            Strip(_words(row), row["headlines_own"], row["strong"], each / most)
            for row, each in zip(rows, taken, strict=True)
        ]
        effect = effects[choice]
        words = CHOICE_WORDS[choice]
        found.append(ChoiceStrips(words, effect["main_effect"], effect["total_effect"], strips))
    return sorted(found, key=lambda choice: -(choice.total or 0.0))


def _words(option: Record) -> str:
    return option_words(option["choice"], option["option"])


def steps(heights: Array, base: float) -> Array:
    """Outline of bars side by side from 0 to 1 that stand on a base, shape (2 n + 2, 2)."""
    edges = np.linspace(0, 1, heights.size + 1)
    up = base + np.concatenate([[0.0], np.repeat(heights, 2), [0.0]])
    return np.column_stack([np.repeat(edges, 2), up])


def mark_words(marks: Sequence[Record]) -> list[tuple[str, str, Record]]:
    """Published growth on the curve: a letter, study and growth in words, and the row."""
    return [
        (letter, f"{row['study']}: {growth_stated(row)}", row)
        for letter, row in zip(string.ascii_lowercase, marks, strict=False)
    ]


def growth_stated(row: Record) -> str:
    """Growth per year that is stated, such as "3.7 to 4.6"; one number where it was rounded."""
    low, high = row["growth_per_year_low"], row["growth_per_year_high"]
    if high is None:
        return f"more than {low:.1f}"
    middle = (low + high) / 2
    if high - low < 0.1001 and abs(middle - round(middle, 1)) < 1e-6:
        return f"{middle:.1f}"
    return f"{low:.1f} to {high:.1f}"
