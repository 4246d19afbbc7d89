"""A break at a date that somebody states: its test, and how often such a break would be seen.

Arrays in, arrays out, as `loglinear`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from compute_trends.fit.break_criteria import bic, p_values
from compute_trends.fit.break_worlds import (
    NULL_LAWS,
    Case,
    Key,
    Simulated,
    Wanted,
    line_and_scatter,
)
from compute_trends.fit.breaks import broken_line, coefficients
from compute_trends.fit.laws import draw_scatter
from compute_trends.fit.loglinear import Array


class DateTest(NamedTuple):
    """Test of a break at a date that is stated, beside those at dates stated before it.

    Attributes
    ----------
    f : float
        F of the break at its date.
    p : dict of str to float
        By law of the worlds without it.
    power, power_of_search, power_of_bic : float
        Share of worlds with the break as large as the dates stated give it in which the test of
        the date, the search for as many breaks and BIC see it.
    bic : float
        Of lines that break at the dates, which cost no parameter.
    """

    f: float
    p: dict[str, float]
    power: float
    power_of_search: float
    power_of_bic: float
    bic: float


def worlds_as_stated(
    case: Case, stated: Sequence[float], *, worlds: int, rng: np.random.Generator
) -> dict[Key, Wanted]:
    """Normal worlds with breaks at stated dates, and with all but the last of them.

    Parameters
    ----------
    stated : sequence of float
        Day numbers in order of time.

    Raises
    ------
    ValueError
        If a segment between the dates has too few systems.
    """
    at, breaks = case.dates.years(stated), len(stated)
    sizes = np.diff(np.searchsorted(case.dates.x, at, side="right"), prepend=0, append=case.y.size)
    if (sizes < case.least).any():
        raise ValueError(f"one side of a date has fewer than {case.least} systems")
    wanted = {}
    for number, name in ((breaks - 1, "without"), (breaks, "with")):
        line, scatter = line_and_scatter(case, case.y, at[:number])
        drawn = line + draw_scatter("normal", case.dates.x, scatter, worlds=worlds, rng=rng)
        wanted[name, breaks, "normal"] = Wanted(drawn, case.most if name == "with" else breaks)
    return wanted


def date_test(
    case: Case,
    stated: Sequence[float],
    simulated: Mapping[Key, Simulated],
    *,
    level: float,
    rng: np.random.Generator,
) -> DateTest:
    """Test the last of some stated dates, day numbers in order of time; see `DateTest`.

    ``simulated`` holds the worlds of `worlds_as_stated`, searched.
    """
    at, breaks = case.dates.years(stated), len(stated)
    without, there = (simulated[name, breaks, "normal"] for name in ("without", "with"))
    line, scatter = line_and_scatter(case, case.y, at[:-1])
    nulls = {"normal": without.worlds} | {
        law: line + draw_scatter(law, case.dates.x, scatter, worlds=len(without.worlds), rng=rng)
        for law in NULL_LAWS[1:]
    }
    by_law = {law: _f_at(case, values, at)[0] for law, values in nulls.items()}
    observed, sse = _f_at(case, case.y[np.newaxis], at)
    seen = p_values(_f_at(case, there.worlds, at)[0], by_law["normal"])
    searched = p_values(there.f(case)[breaks - 1], without.f(case)[breaks - 1])
    fixed = bic(
        np.repeat(sse[np.newaxis], breaks + 1, axis=0), case.y.size, kind=case.kind, searched=False
    )
    return DateTest(
        f=float(observed[0]),
        p={law: float(p_values(observed, null)[0]) for law, null in by_law.items()},
        power=float((seen <= level).mean()),
        power_of_search=float((searched <= level).mean()),
        power_of_bic=float((there.by_bic(case) >= breaks).mean()),
        bic=float(fixed[-1, 0]),
    )


def _f_at(case: Case, worlds: Array, at: Array) -> tuple[Array, Array]:
    """F of a break at the last of some dates beside the others, and the squares left with it."""
    left = []
    for dates in (at[:-1], at):
        columns = np.linalg.qr(broken_line(case.dates, dates, kind=case.kind))[0]
        left.append((worlds**2).sum(axis=1) - ((worlds @ columns) ** 2).sum(axis=1))
    fewer, more = (coefficients(case.kind, at.size - 1), coefficients(case.kind, at.size))
    return (left[0] - left[1]) / (more - fewer) / (left[1] / (case.y.size - more)), left[1]
