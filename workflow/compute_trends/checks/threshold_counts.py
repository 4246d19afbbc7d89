"""How many systems are above a threshold of compute, with what certainty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.checks.certainty import confidence_factors
from compute_trends.checks.driver_data import OURS, Listed, members
from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.estimate.formulas import Z90
from compute_trends.fit.intervals import LEVEL
from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import Mask, weighted_lines
from compute_trends.settings.drivers import Drivers

ALL = "all"


class Values(NamedTuple):
    """log10 compute of systems, and how far in OOM the ends of its interval of 90 % are from it.

    Arrays of shape (n,).
    """

    log_flop: Array
    below: Array
    above: Array


def stated_values(known: pd.DataFrame, classes: Mapping[str, float]) -> Values:
    """What is stated, with the factor of its class of confidence.

    Parameters
    ----------
    known : pandas.DataFrame
        Systems with log_flop and confidence.
    classes : mapping
        ``estimate.uncertainty.classes`` of config.yaml.
    """
    reach = np.log10(confidence_factors(known["confidence"], classes))
    return Values(known["log_flop"].to_numpy(dtype=float), reach, reach)


def our_values(known: pd.DataFrame, classes: Mapping[str, float]) -> Values:
    """Our estimate with its interval where there is one, else as `stated_values`."""
    stated = stated_values(known, classes)
    value, low, high = (np.log10(known[name].to_numpy(dtype=float)) for name in OURS)
    ours = ~np.isnan(value + low + high)
    pairs = zip(stated, (value, value - low, high - value), strict=True)
    return Values(*(np.where(ours, own, theirs) for theirs, own in pairs))


def shrunk_values(values: Values, days: Array, population: Mask) -> Values:
    """Values where what is stated scatters around the truth, not the truth around it.

    The truth is then normal around (s^2 m + t^2 y) / (s^2 + t^2) with variance
    s^2 t^2 / (s^2 + t^2), for a stated y with error s and a population that scatters with t
    around a line m of time: as more systems are below a high threshold than above it, more of
    those that are stated above it come from below than the other way round. The line is the
    least-squares line of the population, and t^2 what errors leave of the scatter around it.

    Parameters
    ----------
    days : numpy.ndarray, shape (n,)
        Day numbers.
    population : numpy.ndarray of bool, shape (n,)
        Systems that the line goes through. ASSUME: normal around it, the same in all years
    """
    own, y = days[population], values.log_flop[population]
    slope = weighted_lines(own, y, np.ones((1, own.size))).slope[0] if own.size else np.nan
    middle = (own.mean(), y.mean()) if own.size else (0.0, 0.0)
    line = middle[1] + np.nan_to_num(slope) * (days - middle[0])
    error = (values.below + values.above) / (2 * Z90)
    left = ((values.log_flop - line) ** 2 - error**2)[population]
    scatter = max(float(left.mean()), 0.0) if own.size else 0.0
    kept = scatter / np.where(error > 0, scatter + error**2, 1)
    kept = np.where(error > 0, kept, 1)
    reach = np.sqrt(kept) * error * Z90
    return Values(line + kept * (values.log_flop - line), reach, reach)


def drawn_values(values: Values, normals: Array) -> Array:
    """log10 compute in each draw, shape (draws, n).

    A normal distribution with its two halves of different width, so that 90 % of the draws lie
    within the interval.

    Parameters
    ----------
    normals : numpy.ndarray, shape (draws, n)
        Standard normal numbers, see `value_normals`.
    """
    below, above = (side / Z90 for side in (values.below, values.above))
    return np.asarray(values.log_flop + np.where(normals < 0, below, above) * normals)


def value_normals(names: Sequence[str], *, draws: int, seed: int) -> Array:
    """Standard normal numbers of each system from a stream of its own, shape (draws, n)."""
    streams = [random_stream(seed, f"value of {name}") for name in names]
    return np.array([rng.standard_normal(draws) for rng in streams]).reshape(-1, draws).T


def count_numbers(stated: Array, drawn: Array, threshold: float) -> Record:
    """Numbers of systems no lower than a threshold in FLOP.

    Parameters
    ----------
    stated : numpy.ndarray, shape (n,)
        log10 compute.
    drawn : numpy.ndarray, shape (draws, n)
        Likewise, in each draw.

    Returns
    -------
    dict
        n_above of the values as they are, n_above_mean of the draws, and the ends of the
        interval of 90 %, counts that draws have.
    """
    level = np.log10(threshold)
    counts = (drawn >= level).sum(axis=1)
    ends = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    low, high = np.quantile(counts, ends, method="inverted_cdf")
    return {
        "n_above": int((stated >= level).sum()),
        "n_above_mean": float(counts.mean()),
        "n_above_ci90_low": int(low),
        "n_above_ci90_high": int(high),
    }


def threshold_counts(
    listed: Listed, *, drivers: Drivers, classes: Mapping[str, float], seed: int
) -> Iterator[Record]:
    """Rows of table ``threshold_counts``: by basis, errors, group, threshold and year.

    Years begin with the first in which the values that are stated, or their draws in more than
    one of twenty, reach a threshold; the row of all years is of these. A system without compute
    may be above any threshold, so that all of them together with the upper end make a bound.
    """
    population = listed.within(listed.period(drivers.windows[0].period))
    stated, ours = (of(listed.known, classes) for of in (stated_values, our_values))
    readings = {
        ("published", "around_stated"): stated,
        ("estimated", "around_stated"): ours,
        ("published", "around_truth"): shrunk_values(stated, listed.days, population),
    }
    names = listed.known["system_id"].to_list()
    normals = value_normals(names, draws=drivers.draws, seed=seed)
    drawn = {reading: drawn_values(values, normals) for reading, values in readings.items()}
    groups = dict(_groups(listed, drivers))
    for threshold in drivers.thresholds:
        years = _years(listed, drawn["published", "around_stated"], threshold)
        for (basis, errors), of_reading in drawn.items():
            values = ours if basis == "estimated" else stated
            # The others count nowhere, and are most
            near = of_reading.max(axis=0, initial=-np.inf) >= np.log10(threshold)
            near |= values.log_flop >= np.log10(threshold)
            labels = {"basis": basis, "errors": errors, "threshold_flop": threshold}
            for group in groups:
                for year in (ALL, *map(str, years)):
                    own, without = (
                        inside & _of_years(rows["year"], year, years)
                        for inside, rows in zip(groups[group], listed.tables, strict=True)
                    )
                    here = own & near
                    numbers = count_numbers(values.log_flop[here], of_reading[:, here], threshold)
                    yield (
                        listed.labels
                        | labels
                        | {"group_name": group, "year": year}
                        | {
                            **numbers,
                            "n_with_compute": int(own.sum()),
                            "n_without_compute": int(without.sum()),
                            "n_above_bound": numbers["n_above_ci90_high"] + int(without.sum()),
                        }
                    )


def _groups(listed: Listed, drivers: Drivers) -> Iterator[tuple[str, list[Mask]]]:
    """Systems with and without compute: all, then of each group by the rule that leads."""
    yield ALL, [np.ones(len(rows), dtype=bool) for rows in listed.tables]
    for group in drivers.groups:
        if group.countries:
            yield (
                group.name,
                [members(rows, group, joint=drivers.joint[0]) for rows in listed.tables],
            )


def _years(listed: Listed, drawn: Array, threshold: float) -> list[int]:
    """Years from the first in which a threshold is reached on, to that of the vintage."""
    years, level = listed.known["year"].to_numpy(dtype=int), np.log10(threshold)
    often = (drawn >= level).mean(axis=0) > (1 - LEVEL) / 2
    reached = (listed.log_flop >= level) | often
    last = int(listed.export.date[:4])
    return list(range(int(years[reached].min()), last + 1)) if reached.any() else [last]


def _of_years(column: pd.Series, year: str, years: Sequence[int]) -> Mask:
    """Whether systems are of a year, or of any of the years."""
    values = column.to_numpy(dtype=int)
    return np.asarray(values >= years[0] if year == ALL else values == int(year))
