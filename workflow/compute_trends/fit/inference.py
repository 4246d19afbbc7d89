"""Trends of the compute of one forward pass, and of the peak rate per watt of chips."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from compute_trends.common.dates import day_number, day_numbers
from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.estimate.inference import estimate_inference
from compute_trends.fit.grouped_lines import grouped_interval, slopes
from compute_trends.fit.intervals import system_counts
from compute_trends.fit.loglinear import Array, fit_line
from compute_trends.fit.outcome_rules import Mask, best_of_year, best_so_far, shuffled_dates
from compute_trends.fit.training_inference import at_largest_input, training_inference
from compute_trends.fit.trend_numbers import interval_columns
from compute_trends.settings import inference as config
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.days import Period
from compute_trends.settings.fit import Intervals, Units
from compute_trends.settings.simulations import Depth
from compute_trends.tables.dictionary import typed

# What is the same in a world, and in words of the table: see `outcome_rules.shuffled_dates`
LAWS = {"one_line": True, "no_change": False}
FEWEST = 3
# Percent: an error rate of 0 has no logarithm.
NO_ERROR = 0.01
TOO_FEW = "no line: fewer than three models, or all of one date"
# What a quantity is called in table ``inference_models``
COLUMNS = {
    "forward_flop": "flop_per_unit",
    "parameters": "parameters",
    "flop_per_parameter": "flop_per_parameter",
}
# What trends read of it
READ = [
    *("model", "input_size", "task", "publication_date", "paper", "parameters"),
    *("flop_per_unit", "flop_per_parameter", "accuracy_percent", "accuracy_kind", "extra_data"),
]


@dataclass(frozen=True)
class Rows:
    """Rows that a rule picks from, in order of their dates: arrays of shape (n,).

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows, for their names.
    days, log_values : numpy.ndarray
        Day numbers, and log10 of what grows.
    scores : numpy.ndarray
        What the rule picks by: the higher, the better.
    after : float
        Day number: rows dated later are of the trend, the others only compete.
    papers : numpy.ndarray of int
        Number of the paper of each row.
    beside : numpy.ndarray or None
        log10 of the error rate, where growth is asked for at equal accuracy.
    """

    frame: pd.DataFrame
    days: Array
    log_values: Array
    scores: Array
    after: float
    papers: NDArray[np.int64]
    beside: Array | None = None

    @property
    def inside(self) -> Mask:
        """Rows of the years of the trend."""
        return np.asarray(self.days > self.after)

    def only(self, kept: Mask) -> Rows:
        """Some of the rows."""
        return Rows(
            frame=self.frame[kept],
            days=self.days[kept],
            log_values=self.log_values[kept],
            scores=self.scores[kept],
            after=self.after,
            papers=self.papers[kept],
            beside=None if self.beside is None else self.beside[kept],
        )


def fit_inference(
    models: pd.DataFrame,
    layers: pd.DataFrame,
    listings: pd.DataFrame,
    network_flop: pd.DataFrame,
    passes: pd.DataFrame,
    hardware: pd.DataFrame,
    systems: Sequence[pd.DataFrame],
    compute: Sequence[pd.DataFrame],
    *,
    files: Sequence[str],
    inference: config.Inference,
    intervals: Intervals,
    units: Units,
    leading: Sequence[ExportFile],
    depth: Depth,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Count the operations of forward passes, fit their trends, and hold training against them.

    Parameters
    ----------
    models, layers, listings, network_flop : pandas.DataFrame
        See `estimate.inference.estimate_inference`, also for ``files`` and the errors.
    passes, hardware : pandas.DataFrame
        Raw tables ``inference_passes`` and ``hardware``.
    systems, compute : sequence of pandas.DataFrame
        Tables of these names: of the annotations, then of the export that answers for today.
    leading : sequence of ExportFile
        This export; none where there is none. The other parameters are sections of ``fit`` in
        config.yaml, its depth, and the seed of the run.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``inference_models``, ``inference_disagreements``, ``inference_agreement``,
        ``inference_trends``, ``inference_members``, ``inference_null``, ``training_inference``
        and ``training_inference_trends``.
    """
    estimated = estimate_inference(models, layers, listings, network_flop, files=files)
    models = estimated["inference_models"].sort_values(["publication_date", "model", "input_size"])
    known = models[READ]
    rules = Rules(inference.draws, intervals.least_systems, units, seed)
    lines, members, nulls = [], [], []
    for trend in inference.trends:
        rows = _rows_of_models(known, trend)
        chosen = _choose(trend.selection, rows)(rows.days, rows.scores[np.newaxis])[0]
        labels = {"trend": trend.name, "label": trend.label, "task": trend.task}
        labels |= {"quantity": trend.quantity, "selection": trend.selection}
        labels |= {"period": _period(rows.frame, trend.period).text}
        lines.append(labels | _line(rows, chosen, trend.selection, rules))
        picked = rows.frame[chosen & rows.inside]
        members.append(picked[["model", "input_size"]].assign(trend=trend.name))
        if trend.selection != "all":
            nulls += _nulls(trend, rows, worlds=inference.worlds.at(depth), rules=rules)
    lines += [_chip_line(hardware, chips, rules) for chips in inference.chips]
    ratios = training_inference(systems, compute, models, passes, leading=leading)
    tables = {
        "inference_trends": pd.DataFrame(lines),
        "inference_members": pd.concat(members) if members else pd.DataFrame(),
        "inference_null": pd.DataFrame(nulls),
        "training_inference": ratios,
        "training_inference_trends": pd.DataFrame(_ratio_lines(ratios, rules)),
    }
    return estimated | {name: typed(table, name) for name, table in tables.items()}


@dataclass(frozen=True)
class Rules:
    """How intervals are made: resamples, fewest papers, units of tables, and the seed."""

    draws: int
    least_papers: int
    units: Units
    seed: int


def _rows_of_models(models: pd.DataFrame, trend: config.InferenceTrend) -> Rows:
    """Models that compete under a rule.

    A language model is one row, at its longest input: FLOP per token hardly depend on it. A
    network at images of another size is another one, with an accuracy of its own.
    """
    kept = models["task"] == trend.task
    if trend.extra_data == "none":
        kept &= models["extra_data"].isin(["none"])
    if trend.accuracy_kind is not None:
        kept &= models["accuracy_kind"] == trend.accuracy_kind
    if trend.at_least_percent is not None:
        kept &= models["accuracy_percent"] >= trend.at_least_percent
    rows = models[kept]
    if trend.task == "language":
        rows = at_largest_input(rows)
    rows = rows.reset_index(drop=True)
    values = np.log10(rows[COLUMNS[trend.quantity]].to_numpy(dtype=float))
    flop = np.log10(rows["flop_per_unit"].to_numpy(dtype=float))
    # Errors, not hits: from 98 to 99 % is as far as from 80 to 90 %.
    error = np.log10(np.maximum(100 - rows["accuracy_percent"].to_numpy(dtype=float), NO_ERROR))
    scores = {"all": flop, "largest": flop, "least": -flop}.get(trend.selection, -error)
    return _rows(rows, values, trend.period, scores, error if trend.at_equal_accuracy else None)


def _rows(
    frame: pd.DataFrame,
    values: Array,
    period: config.Years,
    scores: Array,
    beside: Array | None = None,
) -> Rows:
    """Rows with arrays of what a line needs; those after the years are not among them."""
    days = day_numbers(frame["publication_date"]).to_numpy(dtype=float)
    span = _period(frame, period)
    kept = days <= day_number(span.through)
    papers = np.asarray(pd.factorize(frame["paper"])[0], dtype=np.int64)
    rows = Rows(frame, days, values, scores, day_number(span.after), papers, beside)
    return rows.only(kept)


def _period(frame: pd.DataFrame, years: config.Years) -> Period:
    """Years of a trend with both ends, the second that of the newest row where it is open."""
    newest = frame["publication_date"].max()
    return years.until(years.after if pd.isna(newest) else str(newest.date()))


def _choose(selection: config.Selection, rows: Rows) -> Callable[[Array, Array], Mask]:
    """The rule as a function of days and scores; of all rows where it picks none."""
    if selection == "all":
        return lambda days, scores: scores > -np.inf
    if selection == "best_of_year":
        return lambda days, scores: best_of_year(_years(days), scores)
    return best_so_far


def _years(days: Array) -> Array:
    """Calendar years of day numbers."""
    dates = np.asarray(days, dtype="int64").astype("datetime64[D]")
    return dates.astype("datetime64[Y]").astype(float)


def _line(rows: Rows, chosen: Mask, selection: config.Selection, rules: Rules) -> Record:
    """Numbers of a line, its rows picked anew in each resample of their papers."""
    own = chosen & rows.inside
    papers = rows.frame["paper"].to_list()
    numbers: Record = {"n": int(own.sum()), "n_papers": rows.frame["paper"][own].nunique()}
    if own.sum() < FEWEST or np.ptp(rows.days[own]) == 0:
        return numbers | {"note": TOO_FEW}
    counts = system_counts(papers, draws=rules.draws, seed=rules.seed)
    there = np.where(counts > 0, rows.scores, -np.inf)
    if selection == "all":
        picked = np.broadcast_to(rows.inside, counts.shape)
    else:
        picked = _choose(selection, rows)(rows.days, there) & rows.inside
    resampled = slopes(rows.days, rows.log_values, (counts * picked).astype(float), rows.beside)
    part = rows.only(own)
    ends = grouped_interval(part.days, part.papers, resampled, least_groups=rules.least_papers)
    if rows.beside is None:
        line = fit_line(part.days, part.log_values)
        numbers |= {"start_value": 10**line.start, "end_value": 10**line.end, "r2": line.r2}
        slope = line.slope
    else:
        slope = float(
            slopes(part.days, part.log_values, np.ones((1, int(own.sum()))), part.beside)[0]
        )
    return numbers | _growth(slope, ends.low, ends.high, rules) | {"note": ends.note}


def _growth(slope: float, low: float, high: float, rules: Rules) -> Record:
    """Growth with its interval, doubling times, and halving times of what falls."""
    rises = interval_columns(slope, low, high, units=rules.units)
    falls = interval_columns(-slope, -high, -low, units=rules.units)
    halving = {
        name.replace("doubling", "halving"): value
        for name, value in falls.items()
        if name.startswith("doubling")
    }
    return rises | halving


def _nulls(trend: config.InferenceTrend, rows: Rows, *, worlds: int, rules: Rules) -> list[Record]:
    """Growth of a group that an outcome picks, beside worlds of exchanged dates."""
    choose, year = _choose(trend.selection, rows), rules.units.days_per_year
    own = choose(rows.days, rows.scores[np.newaxis]) & rows.inside
    value = float(slopes(rows.days, rows.log_values, own.astype(float))[0]) * year
    if math.isnan(value):
        return []
    found = []
    for law, keeps_line in LAWS.items():
        world = shuffled_dates(
            *(rows.days, rows.log_values, rows.scores, rows.papers),
            keeps_line=keeps_line,
            worlds=worlds,
            rng=random_stream(rules.seed, f"exchanged dates, {trend.name}, {law}"),
        )
        picked = choose(world.days, world.scores) & (world.days > rows.after)
        null = slopes(world.days, world.values, picked.astype(float)) * year
        null = null[~np.isnan(null)]
        if not null.size:
            continue
        low, median, high = np.quantile(null, [0.05, 0.5, 0.95])
        found.append(
            {
                "trend": trend.name,
                "law": law,
                "slope_oom_per_year": value,
                **{"null_q05": float(low), "null_median": float(median), "null_q95": float(high)},
                "p_at_least": float((1 + (null >= value).sum()) / (1 + null.size)),
                "p_at_most": float((1 + (null <= value).sum()) / (1 + null.size)),
                "worlds": null.size,
            }
        )
    return found


def _chip_line(hardware: pd.DataFrame, trend: config.ChipTrend, rules: Rules) -> Record:
    """Line of the peak rate per watt of chips on the day of their release."""
    rate = f"peak_{trend.precision}_flop_per_second"
    needed = [rate, "thermal_design_power_w", "release_date"]
    rows = hardware[hardware["type"].isin(trend.types)].dropna(subset=needed)
    rows = rows.assign(publication_date=rows["release_date"], paper=rows["hardware"])
    rows = rows.sort_values(["publication_date", "paper"]).reset_index(drop=True)
    per_watt = rows[rate] / rows["thermal_design_power_w"]
    values = np.log10(per_watt.to_numpy(dtype=float))
    points = _rows(rows, values, trend.period, values)
    labels = {"trend": trend.name, "label": trend.label, "task": "chips", "selection": "all"}
    labels |= {"quantity": "peak_flop_per_second_per_watt"}
    labels |= {"period": _period(rows, trend.period).text}
    return labels | _line(points, points.inside, "all", rules)


def _ratio_lines(ratios: pd.DataFrame, rules: Rules) -> list[Record]:
    """Growth of training, of inference and of their ratio, each on the same systems."""
    lines = []
    for (sample, unit), group in ratios.groupby(["sample", "pass_unit"]):
        ordered = group.sort_values(["publication_date", "system_id"]).reset_index(drop=True)
        frame = ordered.assign(paper=ordered["system_id"])
        after = str((frame["publication_date"].min() - pd.Timedelta(days=1)).date())
        if len(frame) < FEWEST:
            continue
        for quantity in ("training_flop", "flop_per_unit", "units_per_training"):
            values = np.log10(frame[quantity].to_numpy(dtype=float))
            points = _rows(frame, values, config.Years(after=after), values)
            labels = {"sample": sample, "pass_unit": unit, "quantity": quantity}
            lines.append(labels | _line(points, points.inside, "all", rules))
    return lines
