"""Specifications of a headline: which option of each choice every one of them takes."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from compute_trends.common.random_streams import random_stream
from compute_trends.fit.factorial import Integers, combination_numbers, option_places
from compute_trends.fit.procedure import Mask
from compute_trends.settings.export_rules import ExportTrend
from compute_trends.settings.fit import ExportFits, Outliers, own_options
from compute_trends.settings.specifications import Option, Specifications


@dataclass(frozen=True)
class Plan:
    """Specifications of one headline.

    Attributes
    ----------
    headline : str
        Its name.
    trend : ExportTrend
        Behind it.
    own : dict
        The headline's own option of every choice, see `settings.fit.own_options`.
    options : dict of str to list of Option
        Of each choice that is crossed: the headline's own first, the others in the order of
        their texts, so that the order in which a config lists them changes nothing.
    numbers : numpy.ndarray of int, shape (specifications,)
        From `factorial.combination_numbers`.
    places : numpy.ndarray of int, shape (specifications, choices)
        From `factorial.option_places`.
    """

    headline: str
    trend: ExportTrend
    own: dict[str, Any]
    options: dict[str, list[Option]]
    numbers: Integers
    places: Integers

    @classmethod
    def of(
        cls,
        headline: str,
        trend: ExportTrend,
        own: dict[str, Any],
        options: dict[str, list[Option]],
        *,
        most: int = 1,
        seed: int = 0,
    ) -> Plan:
        """All combinations of options, or a sample of ``most`` of them drawn from the seed."""
        sizes = [len(each) for each in options.values()]
        rng = random_stream(seed, f"specifications of {headline}")
        numbers = combination_numbers(sizes, most=most, rng=rng)
        return cls(headline, trend, own, options, numbers, option_places(numbers, sizes))

    @functools.cached_property
    def choices(self) -> list[str]:
        """Choices that are crossed."""
        return list(self.options)

    @property
    def sizes(self) -> list[int]:
        """Number of options of each choice."""
        return [len(options) for options in self.options.values()]

    @property
    def strong(self) -> Mask:
        """Whether each specification takes a strong option; the headline's own never counts."""
        return self.strong_but(None)

    def strong_but(self, choice: str | None) -> Mask:
        """As `strong`, whatever a specification takes of one choice."""
        strong = np.zeros(len(self.numbers), dtype=bool)
        for place, (name, options) in enumerate(self.options.items()):
            if name != choice:
                disputed = [option.strong and at > 0 for at, option in enumerate(options)]
                strong |= np.array(disputed)[self.places[:, place]]
        return strong

    def place_of(self, choice: str, row: int) -> int:
        """Place of the option of a choice that a specification takes; 0 is the headline's own."""
        return int(self.places[row, self.choices.index(choice)]) if choice in self.options else 0

    def chosen(self, choices: Sequence[str], row: int) -> dict[str, Any]:
        """Values of the options of some choices that a specification takes."""
        return {
            choice: self.options[choice][self.place_of(choice, row)].value
            if choice in self.options
            else self.own[choice]
            for choice in choices
        }

    def codes(self, choices: Sequence[str]) -> Integers:
        """A number for each specification, the same for the same options of some choices."""
        code = np.zeros(len(self.numbers), dtype=np.int64)
        for place, (choice, options) in enumerate(self.options.items()):
            if choice in choices:
                code = code * len(options) + self.places[:, place]
        return code


def groups(codes: Integers, rows: Integers) -> Iterator[Integers]:
    """Rows in groups of the same code, in the order of the codes."""
    own = codes[rows]
    order = np.argsort(own, kind="stable")
    yield from np.split(rows[order], np.flatnonzero(np.diff(own[order])) + 1)


def plans_of(
    specifications: Specifications, fits: ExportFits, outliers: Outliers, *, seed: int
) -> list[Plan]:
    """Specifications of each headline whose choices are crossed, in the order of the headlines."""
    plans = []
    for headline in fits.headlines:
        choices = specifications.headlines.get(headline.name)
        trend = fits.headline_trend(headline.name)
        if choices is None or trend is None:
            continue
        own = own_options(trend, outliers)
        options = {
            name: sorted(each, key=lambda option: (option.value != own[name], option.text))
            for name, each in choices.options.items()
        }
        most = specifications.most
        plans.append(Plan.of(headline.name, trend, own, options, most=most, seed=seed))
    return plans
