"""Lines of specifications: systems of a pool selected, fitted and resampled."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from compute_trends.checks.specification_data import Data, NotStatedError, Points
from compute_trends.checks.specification_plan import Plan, groups
from compute_trends.common.dates import day_number
from compute_trends.fit.factorial import Integers
from compute_trends.fit.intervals import MOST_WITHOUT_LINE, interval_levels, system_counts
from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import Mask, Pool, Procedure
from compute_trends.fit.robust_lines import least_absolute_slope, theil_sen_slope
from compute_trends.fit.simulation import selected_once
from compute_trends.fit.window_lines import Request, window_slopes
from compute_trends.settings.days import VINTAGE
from compute_trends.settings.fit import Intervals, Outliers, running_top
from compute_trends.settings.specifications import BEFORE_VINTAGE, Specifications
from compute_trends.settings.trends import resolve

LOG = logging.getLogger(__name__)

# Choices that decide which systems are scored and ranked together, and with what values;
# then what selects among them, and over which dates
POOL = ("data", "basis", "dates", "confidence", "domain", "countries", "fine_tunes", "versions")
RULE = ("population", "low_outliers", "high_z")
WINDOW = ("start", "end")
ROBUST = {"theil_sen": theil_sen_slope, "least_absolute": least_absolute_slope}
NO_CONFIDENCE = "the data state no confidence"


@dataclass
class Fits:
    """Lines of specifications, arrays of shape (specifications,), slopes in OOM per day.

    Attributes
    ----------
    n : numpy.ndarray of int
        Systems that are selected.
    set_number : numpy.ndarray of int
        The same for specifications of the same systems with the same dates and values; -1
        where there is no line.
    slope, low, high, sd : numpy.ndarray
        Slope, ends of its 90 % interval and its standard deviation over resamples; NaN where
        there is none: only lines of least squares are resampled.
    notes : numpy.ndarray of object
        Why there is no line; None where there is one.
    sets : dict of bytes to int
        Number of each set by its dates and values.
    robust : dict
        Slopes by robust estimators, so that those of equal sets are found once.
    """

    n: Integers
    set_number: Integers
    slope: Array
    low: Array
    high: Array
    sd: Array
    notes: NDArray[np.object_]
    sets: dict[bytes, int] = field(default_factory=dict)
    robust: dict[tuple[str, int, bytes | None], float] = field(default_factory=dict)

    @classmethod
    def empty(cls, specifications: int) -> Fits:
        """Without any line."""
        shape = (specifications,)
        slope, low, high, sd = np.full((4, *shape), np.nan)
        notes = np.full(shape, None, dtype=object)
        return cls(np.zeros(shape, dtype=np.int64), np.full(shape, -1), slope, low, high, sd, notes)


class Engine(NamedTuple):
    """What specifications are fitted with.

    ``data`` is what `specification_data.data_by_option` gives; the others are parameters of
    `specifications.check_specifications`.
    """

    data: Mapping[str, Data]
    settings: Specifications
    outliers: Outliers
    intervals: Intervals
    seed: int

    def fit(self, plan: Plan, rows: Integers) -> Fits:
        """Lines of some specifications of a plan, given by their places."""
        fits = Fits.empty(len(plan.numbers))
        for group in groups(plan.codes(POOL), rows):
            options = plan.chosen(POOL, group[0])
            try:
                data = self._data(str(options["data"]))
                points = data.points(options)
            except NotStatedError as error:
                fits.notes[group] = str(error)
                continue
            for scored in groups(plan.codes(["window_days"]), group):
                _PoolFit(self, plan, data, points, fits).fit(scored)
        LOG.info("%s: %d specifications, %d sets", plan.headline, len(rows), len(fits.sets))
        return fits

    def without_each(self, plan: Plan) -> tuple[list[str], Array, float]:
        """Systems that may move a headline's own line, its slope without each, and with all.

        Systems are selected anew without it, so that one may make room for another. No systems
        where the headline's own data are not there, or select too few.
        """
        data = self.data.get(str(plan.own["data"]))
        own = Plan.of(plan.headline, plan.trend, plan.own, {})
        fits = self.fit(own, np.arange(1))
        if data is None or np.isnan(fits.slope[0]):
            return [], np.empty(0), np.nan
        pool_fit = _PoolFit(self, own, data, data.points(plan.own), fits)
        return pool_fit.points.systems, pool_fit.without_each(), float(fits.slope[0])

    def _data(self, name: str) -> Data:
        if name not in self.data:
            raise NotStatedError(f"no data {name}")
        return self.data[name]


class _PoolFit(NamedTuple):
    """Specifications whose systems are scored and ranked together."""

    engine: Engine
    plan: Plan
    data: Data
    points: Points
    fits: Fits

    def fit(self, rows: Integers) -> None:
        """Fit some specifications, given by their places."""
        plan, points, engine = self.plan, self.points, self.engine
        if not points.systems:
            self.fits.notes[rows] = self._too_few
            return
        window_days = float(plan.chosen(["window_days"], rows[0])["window_days"])
        pool = Pool(points.days, points.log_flop, window_days)
        rules: dict[tuple[object, ...], tuple[Procedure, list[Integers]]] = {}
        for group in groups(plan.codes(RULE), rows):
            procedure = self._procedure(plan.chosen(RULE, group[0]))
            rules.setdefault(procedure.key, (procedure, []))[1].append(group)
        spans = [self._window(group) for group in groups(plan.codes(WINDOW), rows)]
        windows = np.array([(low, high) for _, low, high in spans])
        chosen = selected_once(pool, [procedure for procedure, _ in rules.values()])
        fixed = [Request(_only(inside), windows) for inside in chosen]
        asked = [Request(procedure, windows) for procedure, _ in rules.values()]
        draws = engine.settings.draws
        counts = system_counts(points.systems, draws=draws, seed=engine.seed)
        again = fixed if engine.settings.members == "fixed" else asked
        resampled = window_slopes(pool, again, counts, self._weights)
        once = window_slopes(pool, fixed, np.ones((1, pool.days.size)), self._weights)
        window_of = np.full(len(plan.numbers), -1)
        for place, (group, _, _) in enumerate(spans):
            window_of[group] = place
        for (_, parts), inside, slopes, lines in zip(
            rules.values(), chosen, resampled, once, strict=True
        ):
            of_rule = np.concatenate(parts)
            self._fill(of_rule, window_of[of_rule], _within(inside, windows), lines[0], slopes)

    def without_each(self) -> Array:
        """Slope of the plan's only specification without each system, shape (n,)."""
        days = self.points.days
        pool = Pool(days, self.points.log_flop, float(self.plan.own["window_days"]))
        _, low, high = self._window(np.arange(1))
        request = Request(self._procedure(self.plan.own), np.array([[low, high]]))
        [slopes] = window_slopes(pool, [request], 1 - np.eye(days.size), self._weights)
        return np.asarray(slopes[:, 0, 0])

    @property
    def _too_few(self) -> str:
        return f"fewer than {self.engine.intervals.least_systems} systems"

    @property
    def _weights(self) -> Array:
        """What systems count for, in the order of the options of the choice, shape (k, n)."""
        equal = np.ones(len(self.points.systems))
        options = self.plan.options.get("weights")
        names = ["equal"] if options is None else [option.value for option in options]
        certain = equal if self.points.certainty is None else self.points.certainty
        return np.array([equal if name == "equal" else certain for name in names])

    def _procedure(self, rule: Mapping[str, Any]) -> Procedure:
        """How a rule selects among all systems of the pool, whatever their dates."""
        trend, outliers = self.plan.trend, self.engine.outliers
        population, everything = str(rule["population"]), np.ones(len(self.points.systems), bool)
        scale = population if population in ("regular", "large") else "all"
        by_scale = population in ("all", "regular", "large")
        marked_from = resolve(trend, outliers, vintage=self.data.last_day).large_scale_day
        return Procedure(
            eligible=self.points.flagged if population == "flag" else everything,
            markable=self.points.days > marked_from,
            rivals=everything,
            low_z=outliers.low_z if by_scale and rule["low_outliers"] == "drop" else -np.inf,
            scale=scale,
            high_z=float(rule["high_z"]),
            top=running_top(population),
        )

    def _window(self, group: Integers) -> tuple[Integers, int, int]:
        """Specifications of one period, and the range of systems that lie in it."""
        chosen, last = self.plan.chosen(WINDOW, group[0]), self.data.last_day
        start, end = str(chosen["start"]), str(chosen["end"])
        months = BEFORE_VINTAGE.fullmatch(end)
        if months or end == VINTAGE:
            dropped = pd.DateOffset(months=int(months.group(1)) if months else 0)
            end = str((pd.Timestamp(last) - dropped).date())
        elif end > last:
            self.fits.notes[group] = f"the data end on {last}"
            return group, 0, 0
        after, through = day_number(start), day_number(end)
        low, high = np.searchsorted(self.points.days, [after, through], side="right")
        return group, int(low), max(int(low), int(high))

    def _fill(
        self, rows: Integers, window: Integers, members: list[Integers], lines: Array, slopes: Array
    ) -> None:
        """Enter lines of one rule.

        Parameters
        ----------
        rows, window : numpy.ndarray of int, shape (specifications,)
            Specifications, and the place of their period.
        members : list of numpy.ndarray of int
            Places of the systems that are selected over each period.
        lines : numpy.ndarray, shape (w, k)
            Least-squares slope over each period, with each kind of weights.
        slopes : numpy.ndarray, shape (draws, w, k)
            The same in each resample.
        """
        fits, plan = self.fits, self.plan
        weighting = _column(plan, "weights", rows)
        estimator = _column(plan, "estimator", rows)
        names = [option.value for option in plan.options.get("estimator", [])] or ["least_squares"]
        fits.n[rows] = np.array([inside.size for inside in members])[window]
        numbers = np.array([self._number(inside) for inside in members])
        fits.set_number[rows] = numbers[window]
        resampled = self._intervals(members, slopes)
        for place, name in enumerate(names):
            of_name = estimator == place
            own, at = rows[of_name], (window[of_name], weighting[of_name])
            if name == "least_squares":
                fits.slope[own] = lines[at]
                fits.low[own], fits.high[own], fits.sd[own] = (each[at] for each in resampled)
            else:
                fits.slope[own] = self._robust(name, members, numbers)[at]
        self._note(rows, weighting)

    def _number(self, inside: Integers) -> int:
        """Number of a set of systems, the same for the same dates and values; -1 for few."""
        if inside.size < self.engine.intervals.least_systems:
            return -1
        values = np.concatenate([self.points.days[inside], self.points.log_flop[inside]])
        key = hashlib.blake2b(values.tobytes(), digest_size=16).digest()
        return self.fits.sets.setdefault(key, len(self.fits.sets))

    def _robust(self, name: str, members: list[Integers], numbers: Integers) -> Array:
        """Slope by a robust estimator over each period, with each kind of weights."""
        found = np.full((len(members), len(self._weights)), np.nan)
        for place, (inside, number) in enumerate(zip(members, numbers, strict=True)):
            for kind, weights in enumerate(self._weights):
                if number < 0 or np.ptp(self.points.days[inside]) == 0:
                    continue
                own = None if (weights == 1).all() else weights[inside]
                key = (name, int(number), None if own is None else own.tobytes())
                if key not in self.fits.robust:
                    days, values = self.points.days[inside], self.points.log_flop[inside]
                    self.fits.robust[key] = ROBUST[name](days, values, own)
                found[place, kind] = self.fits.robust[key]
        return found

    def _intervals(self, members: list[Integers], slopes: Array) -> tuple[Array, Array, Array]:
        """Ends of the 90 % intervals and standard deviations over resamples, shape (w, k) each."""
        ordered = np.sort(slopes, axis=0)
        there = (~np.isnan(slopes)).sum(axis=0)
        least = self.engine.intervals.least_systems
        levels = [interval_levels(self.points.days[each], least_systems=least) for each in members]
        ends = np.array([(each.low, each.high) for each in levels]).T
        enough = there >= (1 - MOST_WITHOUT_LINE) * len(slopes)
        low, high = (np.where(enough, _quantile(ordered, there, end), np.nan) for end in ends)
        with np.errstate(invalid="ignore"):
            sd = np.where(np.isnan(low), np.nan, _deviation(slopes, there))
        return low, high, sd

    def _note(self, rows: Integers, weighting: Integers) -> None:
        """Say why specifications have no line, and take it from those that may have none."""
        fits, plan = self.fits, self.plan
        if self.points.certainty is None and "weights" in plan.options:
            certain = [option.value == "certainty" for option in plan.options["weights"]]
            fits.notes[rows[np.array(certain)[weighting]]] = NO_CONFIDENCE
        few = rows[(fits.set_number[rows] < 0) & (fits.notes[rows] == None)]  # noqa: E711
        fits.notes[few] = self._too_few
        without = rows[fits.notes[rows] != None]  # noqa: E711
        for values in (fits.slope, fits.low, fits.high, fits.sd):
            values[without] = np.nan
        one_date = rows[np.isnan(fits.slope[rows]) & (fits.notes[rows] == None)]  # noqa: E711
        fits.notes[one_date] = "all systems of one date"


def _only(inside: Mask) -> Procedure:
    """A procedure that selects given systems, whatever their compute."""
    return Procedure(inside, inside, inside)


def _within(inside: Mask, windows: Integers) -> list[Integers]:
    """Places of the selected systems in each window."""
    return [low + np.flatnonzero(inside[low:high]) for low, high in windows]


def _column(plan: Plan, choice: str, rows: Integers) -> Integers:
    """Place of the option of a choice that each specification takes."""
    if choice not in plan.options:
        return np.zeros(rows.size, dtype=np.int64)
    return np.asarray(plan.places[rows, plan.choices.index(choice)])


def _quantile(ordered: Array, there: Integers, levels: Array) -> Array:
    """Quantile of ordered resamples, those that are there first, as `numpy.quantile` takes it.

    Shapes (draws, w, k), (w, k) and (w,); NaN where a level is.
    """
    place = levels[:, np.newaxis] * np.maximum(there - 1, 0)
    below = np.floor(np.nan_to_num(place)).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(there - 1, 0))
    first, second = (np.take_along_axis(ordered, each[np.newaxis], 0)[0] for each in (below, above))
    return np.asarray(first + (second - first) * (place - below))


def _deviation(slopes: Array, there: Integers) -> Array:
    """Standard deviation over the resamples that hold a line."""
    mean = np.nansum(slopes, axis=0) / np.maximum(there, 1)
    squares = np.nansum((slopes - mean) ** 2, axis=0)
    return np.asarray(np.sqrt(squares / np.maximum(there - 1, 1)))
