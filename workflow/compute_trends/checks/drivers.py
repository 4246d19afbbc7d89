"""What drives growth: chips, rate, time and utilization, each with its part of the slope."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.checks.countries import country_frontiers, country_lags
from compute_trends.checks.driver_data import (
    Listed,
    Rules,
    growth_numbers,
    in_top,
    listed_systems,
)
from compute_trends.checks.threshold_counts import threshold_counts
from compute_trends.clean.names import names_in
from compute_trends.common.problems import Problem, stop_on
from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.common.references import config_problems
from compute_trends.estimate.formulas import Z90
from compute_trends.fit.intervals import interval_at, interval_levels
from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import Counts, Mask, select, weighted_lines
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.drivers import Drivers, DriverWindow
from compute_trends.settings.estimate import Uncertainty
from compute_trends.settings.fit import Intervals, Units
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

# What the parts of the growth of compute are of, in the order of the formula
PARTS = ("chips", "rate", "time", "utilization", "residual")
# Where a utilization comes from that is not stated
MISSING = ("implied", "learnt")
SECONDS = 3600
# A stated total that was computed with an assumed utilization implies a round one: within this
# part of a multiple of the step. Of utilizations at random about 0.06 would at 0.3.
ROUND_STEP, ROUND_WITHIN = 0.05, 0.005
# Columns of other quantities whose growth is shown, by name
QUANTITIES = {
    "cost": "training_compute_cost_2023_usd",
    "power": "training_power_draw_w",
    "chips": "chips",
    "time": "hours",
}


class Factors(NamedTuple):
    """log10 of the factors of compute, arrays of shape (n,).

    ``stated`` is the utilization where it is stated, else NaN, and ``learnt`` the one that
    systems with counted operations let expect of these chips and this time; ``chips`` is a
    number, ``rate`` a chip's peak in FLOP per second at the number format, ``time`` in seconds.
    """

    log_flop: Array
    chips: Array
    rate: Array
    time: Array
    stated: Array
    learnt: Array

    @property
    def implied(self) -> Array:
        """log10 of the utilization that makes the factors the compute."""
        return self.log_flop - self.chips - self.rate - self.time

    def parts(self, utilization: Array) -> dict[str, Array]:
        """`PARTS` with a utilization of shape (n,) or (samples, n): their sum is the compute."""
        utilization = np.where(np.isnan(self.stated), utilization, self.stated)
        residual = self.implied - utilization
        values = (self.chips, self.rate, self.time, utilization, residual)
        return dict(zip(PARTS, values, strict=True))


class Sample(NamedTuple):
    """Systems of a population and a window.

    ``weights`` of shape (1 + draws, n) are what each counts, first for the systems as they are,
    of which ``inside`` tells the same, then in each resample.
    """

    population: str
    window: DriverWindow
    period: str
    inside: Mask
    weights: Counts

    def drawn(self, among: Mask) -> tuple[Mask, Array]:
        """Which systems among some count anywhere, and what they count, as numbers."""
        anywhere = among & (self.weights > 0).any(axis=0)
        return anywhere, self.weights[:, anywhere].astype(float)


def check_drivers(
    systems: Sequence[pd.DataFrame],
    compute: Sequence[pd.DataFrame],
    attributes: Sequence[pd.DataFrame],
    excluded: Sequence[pd.DataFrame],
    estimates: Sequence[pd.DataFrame],
    error_model: pd.DataFrame,
    *,
    exports: Sequence[ExportFile],
    drivers: Drivers,
    uncertainty: Uncertainty,
    intervals: Intervals,
    units: Units,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Split the growth of compute into parts, count above thresholds, and compare countries.

    Parameters
    ----------
    systems, compute, attributes, excluded, estimates : sequence of pandas.DataFrame
        Tables ``systems``, ``compute``, ``export_attributes``, ``excluded`` and ``estimates``
        of the export that answers for today; empty without exports.
    error_model : pandas.DataFrame
        Table of this name: how far a learnt utilization may be off.
    exports : sequence of ExportFile
        That export. The other parameters are sections of ``fit`` and ``estimate`` in
        config.yaml, and the seed of the run.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``drivers``, ``stated_growth``, ``threshold_counts``, ``country_frontiers`` and
        ``country_lags``.
    """
    rows: dict[str, list[Record]] = {name: [] for name in TABLES}
    spread = utilization_spread(error_model, uncertainty)
    stop_on(misspelt_groups(drivers, exports, systems, attributes, excluded))
    of_exports = zip(exports, systems, compute, attributes, excluded, strict=True)
    for (export, *tables), of_export in zip(of_exports, estimates, strict=True):
        listed = listed_systems(export, *tables)
        counts = listed.counts(draws=drivers.draws, seed=seed)
        rules = Rules(intervals, units)
        samples = samples_of(listed, counts, drivers)
        rows["drivers"] += driver_rows(
            listed, of_export, samples, spread=spread, rules=rules, seed=seed
        )
        rows["stated_growth"] += stated_rows(listed, samples, rules=rules)
        rows["threshold_counts"] += threshold_counts(
            listed, drivers=drivers, classes=uncertainty.classes, seed=seed
        )
        lines = country_frontiers(listed, counts, drivers=drivers)
        rows["country_frontiers"] += lines.rows(rules=rules)
        rows["country_lags"] += country_lags(lines, drivers=drivers, rules=rules)
    return {name: typed(pd.DataFrame(of), name) for name, of in rows.items()}


def misspelt_groups(
    drivers: Drivers, exports: Sequence[ExportFile], *tables: Sequence[pd.DataFrame]
) -> list[Problem]:
    """Problems of countries and organizations of groups that no model of the export has."""
    problems = []
    for export, systems, attributes, excluded in zip(exports, *tables, strict=True):
        lists = {
            "countries": attributes["countries"],
            "organizations": pd.concat([systems["organizations"], excluded["organizations"]]),
        }
        for number, group in enumerate(drivers.groups):
            for kind, cells in lists.items():
                place = f"fit.drivers.groups[{number}].{kind}"
                names = getattr(group, kind)
                problems += config_problems(place, names, names_in(cells), export.path)
    return problems


TABLES = ("drivers", "stated_growth", "threshold_counts", "country_frontiers", "country_lags")


def utilization_spread(error_model: pd.DataFrame, uncertainty: Uncertainty) -> float:
    """Standard deviation in OOM of a utilization around the learnt one.

    As systems show that have both (row ``utilization`` of ``error_model``), else as
    ``estimate.uncertainty`` judges an assumed one.
    """
    found = error_model.loc[error_model["error"] == "utilization", "half_width_oom"].dropna()
    judged = math.log10(uncertainty.inputs["utilization"].assumed)
    return (float(found.iloc[0]) if len(found) else judged) / Z90


def samples_of(listed: Listed, counts: Counts, drivers: Drivers) -> list[Sample]:
    """All systems and the frontier of each window, its systems selected anew in each resample."""
    everything = np.ones(len(listed.known), dtype=bool)
    frontier = in_top(rivals=everything, eligible=everything, top=drivers.top)
    chosen = select(frontier, listed.pool, None, counts.astype(float))
    samples = []
    for population, inside in (("all", everything), (f"top_{drivers.top}", chosen)):
        for window in drivers.windows:
            period = listed.period(window.period)
            weights = np.asarray(counts * (inside & listed.within(period)))
            own = weights[0] > 0
            samples.append(Sample(population, window, period.text, own, weights))
    return samples


def factors_of(listed: Listed, estimates: pd.DataFrame) -> tuple[Factors, Mask]:
    """Factors of every system with compute, and which systems have them all.

    ``estimates`` has a row ``hardware_time`` of a system whose chips, number of chips and hours
    are stated and mean its whole training, see `estimate.export.export_inputs`; its peak rate
    is that of the number format.
    """
    times = estimates[estimates["method"] == "hardware_time"].set_index("system_id")
    own = times.reindex(listed.known["system_id"])
    is_stated = own["utilization_kind"].notna().to_numpy()

    def log10(values: pd.Series) -> Array:
        return np.asarray(np.log10(values.to_numpy(dtype=float)))

    learnt = log10(own["utilization"])
    factors = Factors(
        listed.log_flop,
        log10(listed.known["chips"]),
        log10(own["peak_flop_per_second"]),
        log10(listed.known["hours"] * SECONDS),
        np.where(is_stated, learnt, np.nan),
        np.where(is_stated, np.nan, learnt),
    )
    return factors, own["peak_flop_per_second"].notna().to_numpy()


def capped_mean(middle: Array, spread: float) -> Array:
    """Mean of min(x, 0) for a normal x with these middles, shape (n,), and standard deviation.

    m P(x < 0) - s phi(m / s), with phi the standard normal density.
    """
    normal = NormalDist()
    below = np.array([normal.cdf(-value / spread) for value in middle])
    density = np.exp(-0.5 * (middle / spread) ** 2) / math.sqrt(2 * math.pi)
    return np.asarray(middle * below - spread * density)


def learnt_utilization(
    factors: Factors, names: Sequence[str], *, draws: int, spread: float, seed: int
) -> Array:
    """log10 of the utilization in each resample, shape (1 + draws, n): its mean, then draws.

    Log-normal around the learnt one, and 1 at most; each system draws from a stream of its own.
    """
    values = np.full((1 + draws, len(names)), np.nan)
    for place in np.flatnonzero(~np.isnan(factors.learnt)).tolist():
        rng = random_stream(seed, f"utilization of {names[place]}")
        middle = factors.learnt[place]
        values[0, place] = capped_mean(np.array([middle]), spread)[0]
        values[1:, place] = np.minimum(middle + spread * rng.standard_normal(draws), 0)
    return values


def driver_rows(
    listed: Listed,
    estimates: pd.DataFrame,
    samples: Sequence[Sample],
    *,
    spread: float,
    rules: Rules,
    seed: int,
) -> Iterator[Record]:
    """Rows of table ``drivers``: every part of every sample."""
    factors, has_all = factors_of(listed, estimates)
    names, draws = listed.known["system_id"].to_list(), len(samples[0].weights) - 1
    learnt = learnt_utilization(factors, names, draws=draws, spread=spread, seed=seed)
    stating = listed.known[["hardware", "chips", "hours"]].notna().all(axis="columns").to_numpy()
    for sample in samples:
        anywhere, weights = sample.drawn(has_all)
        days, part = listed.days[anywhere], Factors(*(each[anywhere] for each in factors))
        own = sample.inside & has_all
        numbers = {
            "n": int(own.sum()),
            "n_stating": int((sample.inside & stating).sum()),
            **_told(Factors(*(each[own] for each in factors))),
        }
        for missing, utilization in zip(MISSING, (part.implied, learnt[:, anywhere]), strict=True):
            values = part.parts(utilization) | {"compute": part.log_flop}
            slopes = slopes_of(days, values, weights)
            labels = _labels(listed, sample) | {"missing_utilization": missing} | numbers
            for driver in values:
                ends = _ends(listed.days[own], slopes, driver, rules.intervals)
                yield labels | {"driver": driver} | _numbers(ends, rules.units)


def _told(factors: Factors) -> dict[str, int]:
    """What is to be told of the utilization of systems."""
    is_stated = ~np.isnan(factors.stated)
    implied = 10**factors.implied
    nearest = ROUND_STEP * np.round(implied / ROUND_STEP)
    is_round = np.abs(implied - nearest) < ROUND_WITHIN * implied
    return {
        "n_stated_utilization": int(is_stated.sum()),
        "n_round_utilization": int((is_round & ~is_stated).sum()),
        "n_above_peak": int((implied > 1).sum()),
    }


def slopes_of(days: Array, values: Mapping[str, Array], weights: Array) -> dict[str, Array]:
    """Least-squares slope of each quantity in each sample of weighted systems, in OOM per day.

    A slope is linear in the values, so that slopes of parts add up to that of their sum.
    """
    if not days.size:
        return {name: np.full(len(weights), np.nan) for name in values}
    return {name: weighted_lines(days, each, weights).slope for name, each in values.items()}


class Ends(NamedTuple):
    """A slope in OOM per day and its share of the growth of compute, each with its interval."""

    slope: tuple[float, float, float]
    share: tuple[float, float, float]
    note: str | None


def _ends(days: Array, slopes: Mapping[str, Array], name: str, intervals: Intervals) -> Ends:
    """Slope and share of one quantity; a share has no interval where compute may not grow."""
    own, total = slopes[name], slopes["compute"]
    levels = interval_levels(days, least_systems=intervals.least_systems)
    low, high, note = interval_at(levels, own[1:])
    grows = interval_at(levels, total[1:]).low > 0
    share = own / np.where(total == 0, np.nan, total)
    ends = interval_at(levels, share[1:])[:2] if grows else (np.nan, np.nan)
    return Ends((float(own[0]), low, high), (float(share[0]), *ends), note)


def _labels(listed: Listed, sample: Sample) -> Record:
    """Columns that name a sample."""
    return {
        **listed.labels,
        "population": sample.population,
        "window": sample.window.name,
        "period": sample.period,
    }


def _numbers(ends: Ends, units: Units) -> Record:
    """Columns of a slope, its share and the note."""
    names = ("share_of_growth", "share_of_growth_ci90_low", "share_of_growth_ci90_high")
    shares = dict(zip(names, ends.share, strict=True))
    return growth_numbers(ends.slope, units=units) | shares | {"note": ends.note}


def stated_rows(listed: Listed, samples: Sequence[Sample], *, rules: Rules) -> Iterator[Record]:
    """Rows of table ``stated_growth``: every quantity of every sample, where it is stated.

    Of a system that was made from another one a quantity may be of the later training alone:
    only its compute is taken.
    """
    whole = ~listed.known["fine_tune"].to_numpy(dtype=bool)
    for sample in samples:
        for quantity in ("compute", *QUANTITIES):
            values = listed.log_flop
            if quantity != "compute":
                stated = listed.known[QUANTITIES[quantity]].to_numpy(dtype=float)
                values = np.log10(np.where(whole & (stated > 0), stated, np.nan))
            there = ~np.isnan(values)
            anywhere, weights = sample.drawn(there)
            own = sample.inside & there
            pair = {quantity: values[anywhere], "compute": listed.log_flop[anywhere]}
            slopes = slopes_of(listed.days[anywhere], pair, weights)
            ends = _ends(listed.days[own], slopes, quantity, rules.intervals)
            beside = float(slopes["compute"][0]) * rules.units.days_per_year
            labels = _labels(listed, sample) | {"quantity": quantity, "n": int(own.sum())}
            yield labels | _numbers(ends, rules.units) | {"compute_oom_per_year": beside}
