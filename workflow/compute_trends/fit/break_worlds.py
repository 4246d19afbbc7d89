"""Worlds with known breaks: what the criteria and the intervals of `break_criteria` make of them.

Arrays in, arrays out, as `loglinear`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compute_trends.fit.break_criteria import (
    bic,
    break_interval,
    critical_shares,
    f_statistics,
    moved_break,
    p_values,
)
from compute_trends.fit.breaks import broken_line, search
from compute_trends.fit.gaps import Dates, Found, Places
from compute_trends.fit.laws import draw_scatter
from compute_trends.fit.loglinear import Array

# Laws of scatter of the worlds without a break, see `laws`
NULL_LAWS = ("normal", "wild", "permuted")
# Inner worlds of each world in which an interval is tried, at most
INNER = 199
# Level of the critical share of an interval of 90 %. ASSUME: worlds with breaks as large as they
# were found, which is larger than they are, make intervals too narrow; at 0.90 about 0.88 of
# them held the date in worlds with the dates and breaks of the paper's systems.
INTERVAL_LEVEL = 0.92


# Whose breaks worlds have (found or stated), how many, and the law of their scatter
Key = tuple[str, int, str]


class Case(NamedTuple):
    """Systems, and which breaks are searched among them; see `breaks.search`.

    ``y`` is log10 FLOP, shape (n,).
    """

    dates: Dates
    y: Array
    kind: str
    most: int
    least: int

    def search(self, worlds: Array, most: int) -> Found:
        """Best breaks in worlds of the same dates."""
        return search(self.dates, worlds, kind=self.kind, most=most, least=self.least)


class Wanted(NamedTuple):
    """Worlds to search, shape (w, n), and for how many breaks at most."""

    worlds: Array
    most: int


class Simulated(NamedTuple):
    """Worlds of one number of breaks and one law: values (w, n), and what is found in them."""

    worlds: Array
    found: Found

    def f(self, case: Case) -> Array:
        """F of each number of breaks against one fewer, shape (most, w)."""
        return f_statistics(self.found.sse, case.y.size, kind=case.kind)

    def by_bic(self, case: Case) -> NDArray[np.intp]:
        """Number of breaks that BIC chooses in each world."""
        return np.asarray(bic(self.found.sse, case.y.size, kind=case.kind).argmin(axis=0))


def line_and_scatter(case: Case, y: Array, breaks: ArrayLike) -> tuple[Array, Array]:
    """Line with breaks at some dates in years, and residuals with the spread of what scatters.

    Residuals are spread by sqrt(n / (n - p)), because a line of p coefficients is nearer to its
    own systems than the true one. Shapes (..., n) as ``y``; breaks (..., k).
    """
    columns = broken_line(case.dates, breaks, kind=case.kind)
    transposed = np.swapaxes(columns, -1, -2)
    solved = np.linalg.solve(transposed @ columns, transposed @ y[..., np.newaxis])
    line = (columns @ solved)[..., 0]
    n, p = columns.shape[-2:]
    return line, (y - line) * np.sqrt(n / (n - p))


def null_of_dates(case: Case, *, worlds: int, rng: np.random.Generator) -> Simulated:
    """Worlds of a straight line with normal scatter: F there depends on the dates alone."""
    values = rng.standard_normal((worlds, case.y.size))
    return Simulated(values, case.search(values, case.most))


def worlds_as_found(
    case: Case, found: Found, *, worlds: int, rng: np.random.Generator
) -> dict[Key, Wanted]:
    """Worlds with as many breaks as were found, at the dates found, by number and law.

    Normal worlds of every number but none, in which every number is to be searched; of each
    other law of `NULL_LAWS` those that a break more is held against, and one more is searched.

    Parameters
    ----------
    found : Found
        Best breaks of the real systems.
    """
    wanted: dict[Key, Wanted] = {}
    for breaks in range(possible(found) + 1):
        at = case.dates.gaps[found.places[breaks, 0, :breaks]]
        line, scatter = line_and_scatter(case, case.y, at)
        for law in NULL_LAWS:
            if (breaks, law) == (0, "normal") or (breaks == case.most and law != "normal"):
                continue
            drawn = line + draw_scatter(law, case.dates.x, scatter, worlds=worlds, rng=rng)
            wanted["found", breaks, law] = Wanted(
                drawn, case.most if law == "normal" else breaks + 1
            )
    return wanted


def possible(found: Found) -> int:
    """Most breaks that find room."""
    return int(np.isfinite(found.sse[:, 0]).sum()) - 1


def search_worlds(case: Case, wanted: Mapping[Key, Wanted]) -> dict[Key, Simulated]:
    """Search worlds of the same dates, those with as many breaks to search together."""
    batches: dict[int, list[Key]] = defaultdict(list)
    for key, (_, most) in wanted.items():
        batches[most].append(key)
    simulated = {}
    for most, keys in batches.items():
        found = case.search(np.concatenate([wanted[key].worlds for key in keys]), most)
        first = 0
        for key in keys:
            own = slice(first, first := first + len(wanted[key].worlds))
            part = Found(found.sse[:, own], found.places[:, own])
            simulated[key] = Simulated(wanted[key].worlds, part)
    return simulated


class Rates(NamedTuple):
    """How often a criterion finds a break too many, and one that is there."""

    false_alarm: float
    power: float


def rates_of_f(
    without: Simulated, with_break: Simulated, case: Case, breaks: int, level: float
) -> Rates:
    """Rates of sup-F of a number of breaks against one fewer, at a level.

    False alarms: half of the worlds without the break are held against the other half, and
    the other way round.
    """
    null = without.f(case)[breaks - 1]
    halves = np.array_split(null, 2)
    alarms = np.concatenate(
        [p_values(one, other) <= level for one, other in (halves, halves[::-1])]
    )
    power = p_values(with_break.f(case)[breaks - 1], null) <= level
    return Rates(float(alarms.mean()), float(power.mean()))


def rates_of_choice(without: ArrayLike, with_break: ArrayLike, breaks: int) -> Rates:
    """Rates of a criterion that chooses a number of breaks in each world."""
    alarms, power = np.asarray(without) >= breaks, np.asarray(with_break) >= breaks
    return Rates(float(alarms.mean()), float(power.mean()))


def p_of_laws(
    observed: float, simulated: Mapping[Key, Simulated], case: Case, breaks: int
) -> dict[str, float]:
    """Of an F of a number of breaks against one fewer, p by each law of `NULL_LAWS`."""
    nulls = {law: simulated["found", breaks - 1, law].f(case)[breaks - 1] for law in NULL_LAWS}
    return {law: float(p_values(np.array(observed), null)) for law, null in nulls.items()}


def date_intervals(case: Case, found: Found, simulated: Simulated, breaks: int) -> Array:
    """Intervals of the dates of the best breaks, day numbers of shape (breaks, 2).

    See `break_criteria.break_interval`; each end is the date of a system.

    Parameters
    ----------
    simulated : Simulated
        Normal worlds with the breaks as found.
    """
    places = found.places[breaks, 0, :breaks]
    critical = _critical(case, simulated, places, breaks)
    ends = break_interval(
        case.dates,
        case.y,
        places,
        critical,
        kind=case.kind,
        least=case.least,
        sse=float(found.sse[breaks, 0]),
    )
    return case.dates.ends(ends)


def _critical(case: Case, simulated: Simulated, places: Places, breaks: int) -> Array:
    """Shares by which the true date of each break raises the squares, in few worlds more."""
    shares = moved_break(
        case.dates,
        simulated.worlds,
        simulated.found.places[breaks, :, :breaks],
        places[:, np.newaxis],
        kind=case.kind,
        least=case.least,
        sse=simulated.found.sse[breaks],
    )
    return critical_shares(shares[:, 0], level=INTERVAL_LEVEL)


def interval_rates(
    case: Case,
    found: Found,
    simulated: Simulated,
    breaks: int,
    *,
    tried: int,
    rng: np.random.Generator,
) -> Array:
    """Share of worlds in which the interval of each break, made anew, holds its date; (breaks,).

    Each of ``tried`` worlds is taken for the real one: its breaks are searched, worlds are drawn
    from its own broken line, and the interval is made from these.
    """
    places = found.places[breaks, 0, :breaks]
    values, own = simulated.worlds[:tried], simulated.found.places[breaks, :tried, :breaks]
    sse = simulated.found.sse[breaks, :tried]
    inner = min(INNER, len(simulated.worlds))
    drawn = []
    for world, at in zip(values, own, strict=True):
        line, scatter = line_and_scatter(case, world, case.dates.gaps[at])
        drawn.append(line + draw_scatter("normal", case.dates.x, scatter, worlds=inner, rng=rng))
    all_found = case.search(np.concatenate(drawn), breaks)
    held = np.zeros((tried, breaks), dtype=bool)
    for turn, at in enumerate(own):
        mine = slice(turn * inner, (turn + 1) * inner)
        part = Found(all_found.sse[:, mine], all_found.places[:, mine])
        critical = _critical(case, Simulated(drawn[turn], part), at, breaks)
        ends = break_interval(
            case.dates,
            values[turn],
            at,
            critical,
            kind=case.kind,
            least=case.least,
            sse=float(sse[turn]),
        )
        held[turn] = (ends[:, 0] <= places) & (places <= ends[:, 1])
    return np.asarray(held.mean(axis=0))
