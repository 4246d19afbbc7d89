"""The forecast of joined lines whose number BIC chooses. Arrays in, arrays out, as `loglinear`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from compute_trends.fit.break_criteria import bic
from compute_trends.fit.breaks import broken_line, search
from compute_trends.fit.forecast_lines import Lines, gone_on, past_ends
from compute_trends.fit.forecast_paths import Drawn, Past, Rules
from compute_trends.fit.gaps import Dates, Places, sort_dates
from compute_trends.fit.loglinear import Array

# ASSUME: worlds in which breaks are searched anew; each serves draws / worlds of them.
WORLDS = 20


def piecewise(
    past: Past, rules: Rules, steps: int, draws: int, rng: np.random.Generator
) -> Drawn | None:
    """The last of the joined lines goes on, whose number BIC chooses, and what scatters around it.

    Breaks are searched anew in worlds whose residuals are exchanged within each segment.
    """
    if past.days.size < rules.least or past.days[0] == past.days[-1]:
        return None
    dates = _coarse(sort_dates(past.days), rules.year)
    fitted, segment = _broken(dates, past.log_flop[np.newaxis], rules)
    residuals, segment = past.log_flop - fitted.line[0], segment[0]
    worlds = fitted.line + residuals[_exchanged(segment, rng)]
    again, _ = _broken(dates, worlds, rules)
    last = segment == segment[-1]
    recent = past.days > past.origin - rules.recent
    ends = past_ends(past, rules, past.days[recent | last][0])
    at = np.interp(ends, past.days, fitted.line[0])
    after = ends > past.days[-1]
    at[after] = fitted.end[0] + fitted.slope[0] * (ends[after] - past.days[-1])
    level = again.end + again.slope * (past.origin - past.days[-1])
    wider = np.sqrt(last.sum() / max(last.sum() - 2, 1))
    lines = Lines(
        np.concatenate([fitted.slope, again.slope]),
        np.concatenate([fitted.end, level]),
        wider * residuals[last],
        past.records_on(ends) - at,
    )
    return gone_on(past, rules, lines, steps, draws, rng, of_models=True)


class _Broken(NamedTuple):
    """Joined lines of w worlds: at each system (w, n), at the last one and its slope (w,)."""

    line: Array
    end: Array
    slope: Array


def _coarse(dates: Dates, year: float) -> Dates:
    """Dates whose gaps are the last one of each year, so that a search is quick."""
    years = np.floor(dates.days / year)
    last = np.append(years[1:] > years[:-1], True)
    return dates._replace(before=dates.before[last], gaps=dates.gaps[last])


def _broken(dates: Dates, worlds: Array, rules: Rules) -> tuple[_Broken, Places]:
    """Joined lines of the number of breaks with the least BIC, and segments of the systems."""
    kind, n = "continuous", dates.x.size
    found = search(dates, worlds, kind=kind, most=rules.most_breaks, least=rules.least)
    best = bic(found.sse, n, kind=kind).argmin(axis=0)
    line, end, slope = np.empty(worlds.shape), np.empty(len(worlds)), np.empty(len(worlds))
    segment = np.zeros(worlds.shape, dtype=np.intp)
    for breaks in np.unique(best):
        those = np.flatnonzero(best == breaks)
        at = dates.gaps[found.places[breaks, those, :breaks]]
        columns = broken_line(dates, at, kind=kind)
        across = np.swapaxes(columns, 1, 2)
        solved = np.linalg.solve(across @ columns, across @ worlds[those, :, np.newaxis])
        line[those] = (columns @ solved)[..., 0]
        end[those] = line[those, -1]
        # Knots stand in order of time, and each adds to the slope of those before.
        slope[those] = solved[:, 1:, 0].sum(axis=1)
        segment[those] = (dates.x[:, np.newaxis] > at[:, np.newaxis, :]).sum(axis=2)
    return _Broken(line, end, slope / _days_of_a_year(dates)), segment


def _days_of_a_year(dates: Dates) -> float:
    """Days of the years that ``dates.x`` counts."""
    return float(dates.day_numbers(1.0) - dates.centre)


def _exchanged(segment: Places, rng: np.random.Generator) -> Places:
    """For each of some worlds a system of the same segment, drawn for each system."""
    places = np.empty((WORLDS, segment.size), dtype=np.intp)
    for number in np.unique(segment):
        those = np.flatnonzero(segment == number)
        places[:, those] = rng.choice(those, (WORLDS, those.size))
    return places
