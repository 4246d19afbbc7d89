"""Lines of specifications: systems of a pool selected, fitted and resampled."""

from __future__ import annotations

import functools
import hashlib
import itertools
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from compute_trends.checks.specification_data import Data, NotStatedError, Points
from compute_trends.checks.specification_plan import Plan, groups
from compute_trends.common.dates import day_number, months_before
from compute_trends.common.shards import Arrays, Part
from compute_trends.fit.crossed_lines import Lines, crossed_lines, within
from compute_trends.fit.factorial import Integers
from compute_trends.fit.intervals import system_counts
from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import Counts, Pool, Procedure
from compute_trends.fit.robust_sets import least_absolute_slopes, sorted_pairs, theil_sen_slopes
from compute_trends.fit.simulation import selected_once
from compute_trends.fit.window_lines import Request, window_slopes
from compute_trends.settings.days import VINTAGE
from compute_trends.settings.export_rules import running_top
from compute_trends.settings.fit import Intervals, Outliers
from compute_trends.settings.specifications import BEFORE_VINTAGE, Specifications
from compute_trends.settings.trends import resolve

LOG = logging.getLogger(__name__)

# Choices that decide which systems are scored and ranked together, and with what values;
# then what selects among them, and over which dates
POOL = ("data", "basis", "dates", "confidence", "domain", "countries", "fine_tunes", "versions")
RULE = ("population", "low_outliers", "high_z")
WINDOW = ("start", "end")
ROBUST = ("theil_sen", "least_absolute")
NO_CONFIDENCE = "the data state no confidence"


class Fits(NamedTuple):
    """Lines of specifications, arrays of shape (specifications,), slopes in OOM per day.

    Attributes
    ----------
    n : numpy.ndarray of int
        Systems that are selected.
    set_key : numpy.ndarray of int
        The same for specifications of the same dates and values; 0 where there is no line.
    slope, low, high, sd : numpy.ndarray
        Slope, ends of its 90 % interval and its standard deviation over resamples; NaN where
        there is none: only lines of least squares are resampled.
    notes : numpy.ndarray of object
        Why there is no line; None where there is one.
    """

    n: Integers
    set_key: Integers
    slope: Array
    low: Array
    high: Array
    sd: Array
    notes: NDArray[np.object_]

    @classmethod
    def empty(cls, specifications: int) -> Fits:
        """Without any line."""
        n, set_key = np.zeros((2, specifications), dtype=np.int64)
        slope, low, high, sd = np.full((4, specifications), np.nan)
        return cls(n, set_key, slope, low, high, sd, np.full(specifications, None, dtype=object))

    def arrays(self, rows: Integers) -> Arrays:
        """Columns of some specifications, as plain arrays."""
        plain = self._replace(notes=np.array([note or "" for note in self.notes]))
        return {name: column[rows] for name, column in plain._asdict().items()}

    def enter(self, rows: Integers, arrays: Arrays) -> None:
        """Put in columns of some specifications, from `arrays`."""
        for name, column in self._asdict().items():
            column[rows] = arrays[name]
        self.notes[self.notes == ""] = None


@dataclass(frozen=True)
class Engine:
    """What specifications are fitted with.

    ``data`` is what `specification_data.data_by_option` gives; the others are parameters of
    `specifications.check_specifications`.
    """

    data: Mapping[str, Data]
    settings: Specifications
    outliers: Outliers
    intervals: Intervals
    seed: int
    # Slopes by robust estimators, so that those of equal sets are found once
    robust: dict[tuple[str, int, bytes], float] = field(default_factory=dict)

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
        return fits

    def fit_part(self, plan: Plan, part: Part) -> Arrays:
        """Columns of `Fits` of a part of the specifications, in the order of `by_pool`."""
        rows = by_pool(plan)[list(part.numbers(len(plan.numbers)))]
        fits = self.fit(plan, rows)
        sets = np.unique(fits.set_key[fits.set_key != 0]).size
        LOG.info("%s: %d specifications, %d sets of systems", plan.headline, len(rows), sets)
        return fits.arrays(rows)

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


def by_pool(plan: Plan) -> Integers:
    """Places of the specifications, those of one pool next to each other."""
    return np.argsort(plan.codes(POOL), kind="stable")


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
        windows, window_of = self._windows(rows)
        procedures = [procedure for procedure, _ in rules.values()]
        chosen = selected_once(pool, procedures)
        lines = crossed_lines(
            pool,
            procedures if engine.settings.members == "reselected" else None,
            chosen,
            windows,
            self._counts,
            self._weights,
            least_systems=engine.intervals.least_systems,
        )
        members = [within(inside, windows) for inside in chosen]
        keys = np.array([[self._key(inside) for inside in of_rule] for of_rule in members])
        slopes = {
            name: self._robust(name, members, keys) for name in self._estimators if name in ROBUST
        }
        for place, ((_, parts), of_rule) in enumerate(zip(rules.values(), lines, strict=True)):
            own = np.concatenate(parts)
            at = window_of[own]
            self.fits.n[own] = np.array([inside.size for inside in members[place]])[at]
            self.fits.set_key[own] = keys[place][at]
            self._fill(own, at, of_rule, {name: each[place] for name, each in slopes.items()})

    @property
    def _counts(self) -> Counts:
        """How often each resample draws each system."""
        draws, seed = self.engine.settings.draws, self.engine.seed
        return system_counts(self.points.systems, draws=draws, seed=seed)

    def without_each(self) -> Array:
        """Slope of the plan's only specification without each system, shape (n,)."""
        days = self.points.days
        pool = Pool(days, self.points.log_flop, float(self.plan.own["window_days"]))
        windows, _ = self._windows(np.arange(1))
        request = Request(self._procedure(self.plan.own), windows)
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

    def _windows(self, rows: Integers) -> tuple[Integers, Integers]:
        """Ranges of systems that lie in each period, and which period each specification has.

        All periods of the plan, whichever of them some specifications have: no bit of a line
        depends on what is fitted beside it.
        """
        plan = self.plan
        options = [
            [option.value for option in plan.options[choice]]
            if choice in plan.options
            else [plan.own[choice]]
            for choice in WINDOW
        ]
        windows = [self._window(*days) for days in itertools.product(*options)]
        window_of = plan.codes(WINDOW)
        beyond = np.array([window is None for window in windows])[window_of[rows]]
        self.fits.notes[rows[beyond]] = f"the data end on {self.data.last_day}"
        return np.array([window or (0, 0) for window in windows]), window_of

    def _window(self, start: str, end: str) -> tuple[int, int] | None:
        """Range of systems that lie in a period; None if it ends after the data."""
        last = self.data.last_day
        months = BEFORE_VINTAGE.fullmatch(end)
        if months or end == VINTAGE:
            end = months_before(last, int(months.group(1)) if months else 0)
        elif end > last:
            return None
        after, through = day_number(start), day_number(end)
        low, high = np.searchsorted(self.points.days, [after, through], side="right")
        return int(low), max(int(low), int(high))

    def _fill(
        self, rows: Integers, window: Integers, lines: Lines, robust: Mapping[str, Array]
    ) -> None:
        """Enter lines of one rule.

        Parameters
        ----------
        rows, window : numpy.ndarray of int, shape (specifications,)
            Specifications, and the place of their period.
        lines : Lines
            Of least squares.
        robust : mapping of str to numpy.ndarray, shape (w, k)
            Slopes by the other estimators.
        """
        fits, plan = self.fits, self.plan
        weighting = _column(plan, "weights", rows)
        estimator = _column(plan, "estimator", rows)
        for place, name in enumerate(self._estimators):
            of_name = estimator == place
            own, at = rows[of_name], (window[of_name], weighting[of_name])
            if name in robust:
                fits.slope[own] = robust[name][at]
                continue
            for column, values in zip(Lines._fields, lines, strict=True):
                getattr(fits, column)[own] = values[at]
        self._note(rows, weighting)

    @property
    def _estimators(self) -> list[str]:
        """Estimators, in the order of the options of the choice."""
        options = self.plan.options.get("estimator")
        return ["least_squares"] if options is None else [option.value for option in options]

    def _key(self, inside: Integers) -> int:
        """Key of a set of systems, the same for the same dates and values; 0 for few."""
        if inside.size < self.engine.intervals.least_systems:
            return 0
        values = np.concatenate([self.points.days[inside], self.points.log_flop[inside]])
        return int.from_bytes(hashlib.blake2b(values.tobytes(), digest_size=7).digest()) + 1

    def _robust(self, name: str, members: list[list[Integers]], keys: Integers) -> Array:
        """Slopes by a robust estimator, shape (rules, w, k); NaN for sets of few systems."""
        points, known = self.points, self.engine.robust
        sets = {
            key: inside
            for key, inside in zip(keys.ravel(), itertools.chain(*members), strict=True)
            if key
        }
        found = np.full((len(self._weights), keys.size), np.nan)
        # The others cost time, too.
        used = np.unique(np.concatenate([*sets.values(), np.empty(0, dtype=np.int64)]))
        days, values = points.days[used], points.log_flop[used]
        slopes_of = least_absolute_slopes
        if name == "theil_sen":
            pairs = sorted_pairs(days, values)
            slopes_of = functools.partial(theil_sen_slopes, pairs=pairs)
        for row, weights in zip(found, self._weights, strict=True):
            own = {key: (name, int(key), weights[inside].tobytes()) for key, inside in sets.items()}
            new = [key for key in sets if own[key] not in known]
            masks = np.zeros((len(new), used.size), dtype=bool)
            for mask, key in zip(masks, new, strict=True):
                mask[np.searchsorted(used, sets[key])] = True
            if new:
                unequal = None if (weights == 1).all() else weights[used]
                slopes = slopes_of(days, values, masks, unequal)
                known |= {own[key]: slope for key, slope in zip(new, slopes, strict=True)}
            for place, key in enumerate(keys.ravel()):
                row[place] = known[own[key]] if key else np.nan
        return np.moveaxis(found.reshape(-1, *keys.shape), 0, -1)

    def _note(self, rows: Integers, weighting: Integers) -> None:
        """Say why specifications have no line, and take it from those that may have none."""
        fits, plan = self.fits, self.plan
        if self.points.certainty is None and "weights" in plan.options:
            certain = [option.value == "certainty" for option in plan.options["weights"]]
            fits.notes[rows[np.array(certain)[weighting]]] = NO_CONFIDENCE
        few = rows[(fits.set_key[rows] == 0) & (fits.notes[rows] == None)]  # noqa: E711
        fits.notes[few] = self._too_few
        without = rows[fits.notes[rows] != None]  # noqa: E711
        for values in (fits.slope, fits.low, fits.high, fits.sd):
            values[without] = np.nan
        one_date = rows[np.isnan(fits.slope[rows]) & (fits.notes[rows] == None)]  # noqa: E711
        fits.notes[one_date] = "all systems of one date"
        fits.set_key[rows[np.isnan(fits.slope[rows])]] = 0


def _column(plan: Plan, choice: str, rows: Integers) -> Integers:
    """Place of the option of a choice that each specification takes."""
    if choice not in plan.options:
        return np.zeros(rows.size, dtype=np.int64)
    return np.asarray(plan.places[rows, plan.choices.index(choice)])
