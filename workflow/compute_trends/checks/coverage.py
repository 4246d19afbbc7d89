"""How often the intervals of trends hold in simulated data, drawing and selecting repeated."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.checks.calibration import wilson_interval
from compute_trends.common.dates import day_number, in_period
from compute_trends.common.progress import with_progress
from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.common.shards import WHOLE, Arrays, Part, gather
from compute_trends.fit.bootstrap import in_order_of_dates
from compute_trends.fit.laws import LAWS, draw_scatter, draw_two_populations
from compute_trends.fit.loglinear import Array, fit_line
from compute_trends.fit.paper_method import LEVELS
from compute_trends.fit.procedure import Mask, Pool, Procedure
from compute_trends.fit.selection import of_dataset, procedure_of, score_systems, select_datasets
from compute_trends.fit.simulation import Simulated, simulate, simulate_paper_method
from compute_trends.settings import fit as config
from compute_trends.settings import simulations
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

TWO_POPULATIONS = "two_populations"
PAPER_ENDS = (LEVELS["low"], LEVELS["high"])
# Share that intervals of 90 % must hold by the lower end of its Monte Carlo interval
ENOUGH = 0.87
# Of the worlds one in so many is given to the paper's method, which takes longer
PAPER_SHARE = 8
# Whose intervals: `simulation.simulate`, `simulation.simulate_paper_method`
METHODS = ("ours", "paper")


class Design(NamedTuple):
    """Real systems whose dates and scatter worlds imitate, arrays of shape (n,).

    ``mean`` is the line of each system's era, ``eras`` are the systems and the slope in OOM per
    day of each, ``late`` are those of the years in which large-scale systems are marked and
    ``large`` those that are.
    """

    pool: Pool
    mean: Array
    eras: list[tuple[Mask, float]]
    late: Mask
    large: Mask

    @property
    def laws(self) -> list[str]:
        """Laws of worlds; two populations only where each has systems of three dates."""
        groups = (self.late & self.large, self.late & ~self.large)
        two = all(np.unique(self.pool.days[group]).size > 2 for group in groups)
        return [*LAWS, TWO_POPULATIONS] if two else [*LAWS]


class Group(NamedTuple):
    """Trends of one dataset and basis: their systems, names and how each selects."""

    labels: Record
    design: Design
    trends: list[config.Trend]
    procedures: list[Procedure]

    @property
    def once(self) -> dict[object, Procedure]:
        """Procedures by key: trends that select alike are simulated once."""
        return {procedure.key: procedure for procedure in self.procedures}

    def name(self, law: str) -> str:
        """Whose worlds they are that a law gives."""
        return ", ".join([*self.labels.values(), law])


def simulate_coverage(
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    *,
    part: Part,
    coverage: simulations.Coverage,
    depth: simulations.Depth,
    datasets: Sequence[config.Dataset],
    bases: Sequence[str],
    trends: Sequence[config.Trend],
    outliers: config.Outliers,
    domains: config.Domains,
    intervals: config.Intervals,
    paper_method: config.PaperMethod,
    seed: int,
) -> Arrays:
    """Intervals of trends in a part of the worlds of each law, for `check_coverage` to gather.

    Parameters
    ----------
    part : Part
        Which worlds. See `check_coverage` for the rest.

    Returns
    -------
    dict of str to numpy.ndarray
        By dataset, basis, law and method of intervals the fields of `simulation.Simulated`,
        arrays of shape (worlds, 4, procedures), slopes in OOM per day.
    """
    points = select_datasets(systems, compute, datasets=datasets, bases=bases)
    checked = Checked(coverage, depth, outliers, domains)
    groups = checked.groups(points, datasets=datasets, bases=bases, trends=trends)
    return Laws(coverage, depth, intervals, paper_method, seed).worlds(groups, part)


def check_coverage(
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    shards: Mapping[Part, Arrays] | None = None,
    *,
    coverage: simulations.Coverage,
    depth: simulations.Depth,
    datasets: Sequence[config.Dataset],
    bases: Sequence[str],
    trends: Sequence[config.Trend],
    outliers: config.Outliers,
    domains: config.Domains,
    intervals: config.Intervals,
    paper_method: config.PaperMethod,
    units: config.Units,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Hold the intervals of trends against simulated data whose law is known.

    Parameters
    ----------
    systems, compute : pandas.DataFrame
        Tables of these names. The other parameters are sections of ``fit`` in config.yaml, and
        the seed of the run.
    shards : mapping of Part to dict of str to numpy.ndarray, optional
        What `simulate_coverage` gave for each part; without, all worlds are simulated here.

    Returns
    -------
    dict of str to pandas.DataFrame
        Table ``coverage``: for each trend, basis and law the share of worlds whose interval
        holds the slope that the procedure gives on average, and the slope that the data were
        made with. ``depth`` light checks ``coverage.trends`` on published compute alone.
    """
    points = select_datasets(systems, compute, datasets=datasets, bases=bases)
    checked = Checked(coverage, depth, outliers, domains)
    groups = checked.groups(points, datasets=datasets, bases=bases, trends=trends)
    laws = Laws(coverage, depth, intervals, paper_method, seed)
    worlds = gather(shards or {WHOLE: laws.worlds(groups, WHOLE)})
    rows = [
        group.labels | {"law": law} | _in_units(row, units)
        for group in groups
        for law in group.design.laws
        for row in _rows_of(group, law, worlds)
    ]
    return {"coverage": typed(pd.DataFrame(rows), "coverage")}


class Checked(NamedTuple):
    """What decides which trends are checked, and on which systems."""

    settings: simulations.Coverage
    depth: simulations.Depth
    outliers: config.Outliers
    domains: config.Domains

    def groups(
        self,
        points: pd.DataFrame,
        *,
        datasets: Sequence[config.Dataset],
        bases: Sequence[str],
        trends: Sequence[config.Trend],
    ) -> list[Group]:
        """Trends by dataset and basis; ``points`` are the systems of all of them."""
        scores = score_systems(points, outliers=self.outliers)
        deep, groups = self.depth == "deep", []
        for dataset, basis in itertools.product(datasets, bases if deep else bases[:1]):
            own = [
                trend
                for trend in trends
                if trend.dataset == dataset.name and (deep or trend.name in self.settings.trends)
            ]
            if not own:
                continue
            group = in_order_of_dates(of_dataset(scores, dataset.name, basis))
            procedures = [
                procedure_of(group, trend, outliers=self.outliers, domains=self.domains)
                for trend in own
            ]
            labels = {"dataset": dataset.name, "basis": basis}
            design = design_of(group, self.settings, self.outliers)
            groups.append(Group(labels, design, own, procedures))
        return groups


def design_of(
    scores: pd.DataFrame, coverage: simulations.Coverage, outliers: config.Outliers
) -> Design:
    """Lines of the eras through the scored systems of one dataset and basis."""
    days, values = (scores[name].to_numpy(dtype=float) for name in ("day", "log_flop"))
    kept, mean, eras = ~scores["low_outlier"].to_numpy(), np.full(days.size, np.nan), []
    for era in coverage.eras:
        inside = in_period(scores["day"], era).to_numpy()
        if not inside.any():
            continue
        line = fit_line(days[inside & kept], values[inside & kept])
        first = days[inside & kept].min()
        mean[inside] = line.start + line.slope * (days[inside] - first)
        eras.append((inside, line.slope))
    return Design(
        pool=Pool(days, values, outliers.window_days),
        mean=mean,
        eras=eras,
        late=(scores["day"] > day_number(outliers.large_scale_from)).to_numpy(),
        large=(scores["scale"] == "large").to_numpy(),
    )


def draw_worlds(law: str, design: Design, *, worlds: int, rng: np.random.Generator) -> Array:
    """log10 FLOP of the systems in many worlds, an array of shape (worlds, n).

    Scatter of a law of `laws.LAWS` around the line of each era; or, by two_populations,
    normal scatter and from the days on in which large-scale systems are marked two lines, each
    system by chance on one of them.
    """
    pool, drawn = design.pool, np.tile(design.pool.log_flop, (worlds, 1))
    for inside, _ in design.eras:
        days, residuals = pool.days[inside], (pool.log_flop - design.mean)[inside]
        scatter = "normal" if law == TWO_POPULATIONS else law
        off = draw_scatter(scatter, days, residuals, worlds=worlds, rng=rng)
        drawn[:, inside] = design.mean[inside] + off
    if law == TWO_POPULATIONS:
        late = design.late
        days, values, large = pool.days[late], pool.log_flop[late], design.large[late]
        drawn[:, late] = draw_two_populations(days, values, large, worlds=worlds, rng=rng)
    return drawn


class Laws(NamedTuple):
    """What worlds are simulated with."""

    settings: simulations.Coverage
    depth: simulations.Depth
    intervals: config.Intervals
    paper_method: config.PaperMethod
    seed: int

    def worlds(self, groups: Sequence[Group], part: Part) -> Arrays:
        """Worlds of a part, each from a stream of its own; see `simulate_coverage`."""
        numbers = part.numbers(self.settings.worlds.at(self.depth))
        found: dict[str, list[Array]] = {}
        laws = [(group, law) for group in groups for law in group.design.laws]
        work = [(group, law, number) for group, law in laws for number in numbers]
        for group, law in laws:
            for method in METHODS:
                # Of no world yet, so that parts that have none gather, too
                found[f"{group.name(law)}, {method}"] = [np.empty((0, 4, len(group.once)))]
        for group, law, number in with_progress(work, "worlds", LOG):
            for method, world in zip(METHODS, self._world(group, law, number), strict=True):
                found[f"{group.name(law)}, {method}"] += world
        return {name: np.concatenate(worlds) for name, worlds in found.items()}

    def _world(self, group: Group, law: str, number: int) -> tuple[list[Array], list[Array]]:
        """Trends of one world with our intervals, and of some worlds with the paper's.

        Lists of no or one array of shape (1, 4, procedures).
        """
        rng = random_stream(self.seed, f"world {number} of {group.name(law)}")
        values = draw_worlds(law, group.design, worlds=1, rng=rng)
        pool, once = group.design.pool._replace(log_flop=values), list(group.once.values())
        draws, least = self.settings.draws.at(self.depth), self.intervals.least_systems
        ours = simulate(pool, once, draws=draws, least_systems=least, rng=rng)
        if number % PAPER_SHARE:
            return [np.stack(ours, axis=1)], []
        factor = self.paper_method.noise_factor
        papers = simulate_paper_method(
            pool, once, draws=draws, noise_factor=factor, ends=PAPER_ENDS, rng=rng
        )
        return [np.stack(ours, axis=1)], [np.stack(papers, axis=1)]


def _rows_of(group: Group, law: str, worlds: Arrays) -> Iterator[Record]:
    """Numbers of each trend under one law."""
    places = {key: place for place, key in enumerate(group.once)}
    for trend, procedure in zip(group.trends, group.procedures, strict=True):
        place = places[procedure.key]
        ours, papers = (
            Simulated(*worlds[f"{group.name(law)}, {method}"][:, :, place].T) for method in METHODS
        )
        truth = np.nan if law == TWO_POPULATIONS else _claimed_slope(procedure, group.design)
        names = {"trend": trend.name, "kind": procedure.kind}
        yield names | _covered(ours, papers, truth)


def _claimed_slope(procedure: Procedure, design: Design) -> float:
    """Slope of the era whose growth the trend is said to be; NaN for a chosen group.

    What is said of large-scale systems or records is said of those that a rule selects, not of
    all; and a trend over two eras has no single slope.
    """
    if procedure.kind != "all":
        return float("nan")
    slopes = [slope for inside, slope in design.eras if (procedure.eligible <= inside).all()]
    return slopes[0] if slopes else float("nan")


def _covered(ours: Simulated, papers: Simulated, claimed: float) -> Record:
    """What the intervals of one procedure hold in worlds of one law, slopes in OOM per day."""
    has = ~np.isnan(ours.low)
    row: Record = {
        "n": float(np.nanmean(ours.n)),
        "worlds": has.size,
        "with_interval": float(has.mean()),
    }
    if not has.any():
        return row
    mean = float(ours.slope[has].mean())
    row |= {"slope": mean, "width": float(np.median((ours.high - ours.low)[has]))}
    row |= _share("coverage", ours, has, mean)
    row["held"] = _held(row["coverage_ci95_low"], row["coverage_ci95_high"])
    if not np.isnan(claimed):
        row |= {"claimed_slope": claimed} | _share("coverage_of_claimed", ours, has, claimed)
    has = ~np.isnan(papers.low)
    if has.any():
        row |= {"paper_worlds": int(has.sum())}
        row |= {"paper_coverage": _share("coverage", papers, has, mean)["coverage"]}
    return row


def _share(name: str, simulated: Simulated, has: Mask, truth: float) -> Record:
    """Share of the intervals that hold a slope, with its Monte Carlo interval."""
    hits = int(((simulated.low <= truth) & (truth <= simulated.high))[has].sum())
    low, high = wilson_interval(hits, int(has.sum()))
    return {name: hits / int(has.sum()), f"{name}_ci95_low": low, f"{name}_ci95_high": high}


def _held(low: float, high: float) -> str:
    """Whether intervals hold enough, by the Monte Carlo interval of their share."""
    if low >= ENOUGH:
        return "yes"
    return "no" if high < ENOUGH else "undecided"


def _in_units(numbers: Record, units: config.Units) -> Record:
    """Slopes in OOM per year, by the names of columns."""
    per_year = {"slope", "width", "claimed_slope"}
    return {
        f"{name}_oom_per_year" if name in per_year else name: value * units.days_per_year
        if name in per_year
        else value
        for name, value in numbers.items()
    }
