"""What one line gives under the rules that pick groups by their compute."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.common.dates import in_period
from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.fit.bootstrap import in_order_of_dates
from compute_trends.fit.laws import draw_scatter
from compute_trends.fit.loglinear import Array, ResampledLines, fit_line
from compute_trends.fit.procedure import (
    Mask,
    Pool,
    Procedure,
    counted_scores,
    select,
    weighted_lines,
)
from compute_trends.fit.selection import of_dataset, procedure_of
from compute_trends.settings import fit as config
from compute_trends.settings import simulations
from compute_trends.tables.dictionary import typed

LAWS = ("normal", "permuted", "shrinking")
# Worlds at once: their scores of all systems stay small.
CHUNK = 500


class Statistics(NamedTuple):
    """What is told of a group beside other systems, arrays of shape (worlds,).

    ``number`` of its systems, ``offset`` (median distance of its systems above the line of the
    others in OOM), ``slope`` of its line and ``slope_difference`` to that of the others, both in
    OOM per year.
    """

    number: Array
    offset: Array
    slope: Array
    slope_difference: Array


def selection_null_table(
    scores: pd.DataFrame,
    *,
    settings: simulations.SelectionNull,
    worlds: int,
    trends: Sequence[config.Trend],
    outliers: config.Outliers,
    domains: config.Domains,
    units: config.Units,
    seed: int,
) -> pd.DataFrame:
    """Table ``selection_null``: each group that compute selects, beside worlds of one line.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `selection.score_systems`, every dataset and basis.
    settings : SelectionNull
        Which groups, and the systems that scatter around the line.
    worlds : int
        How many to simulate. The other parameters are sections of ``fit`` in config.yaml.

    Returns
    -------
    pandas.DataFrame
        For each basis, group, law and statistic the real value, what worlds of one line give,
        and the share of them that give at least, and at most, as much.
    """
    by_name = {trend.name: trend for trend in trends}
    rows: list[Record] = []
    for group, basis in itertools.product(settings.groups, scores["basis"].unique()):
        pair = [by_name[group.trend], by_name[group.beside]]
        chosen = in_order_of_dates(of_dataset(scores, pair[0].dataset, basis))
        procedures = [
            procedure_of(chosen, trend, outliers=outliers, domains=domains) for trend in pair
        ]
        days, values = (chosen[name].to_numpy(dtype=float) for name in ("day", "log_flop"))
        pool = Pool(days, values, outliers.window_days)
        real = statistics(pool._replace(log_flop=values[np.newaxis]), procedures, units=units)
        inside = in_period(chosen["day"], settings.line).to_numpy()
        low = chosen["low_outlier"].to_numpy()
        labels = {"group": group.trend, "beside": group.beside, "basis": basis}
        for law in LAWS:
            rng = random_stream(seed, f"one line, {pair[0].dataset}, {basis}, {law}")
            drawn = one_line(pool, inside, low, law, worlds=worlds, rng=rng)
            null = statistics(pool._replace(log_flop=drawn), procedures, units=units)
            rows += [labels | {"law": law} | row for row in _beside_null(real, null)]
    return typed(pd.DataFrame(rows), "selection_null")


def one_line(
    pool: Pool, inside: Mask, low: Mask, law: str, *, worlds: int, rng: np.random.Generator
) -> Array:
    """log10 FLOP of worlds in which the systems of a period scatter around one line.

    Parameters
    ----------
    inside : numpy.ndarray of bool, shape (n,)
        Systems of the period; the others keep their values.
    low : numpy.ndarray of bool, shape (n,)
        Low outliers: they scatter, but no line is fitted to them.
    law : str
        See `laws.draw_scatter`.

    Returns
    -------
    numpy.ndarray, shape (worlds, n)
    """
    days, values = pool.days, pool.log_flop
    fitted = inside & ~low
    line = fit_line(days[fitted], values[fitted])
    mean = line.start + line.slope * (days[inside] - days[fitted].min())
    drawn = np.tile(values, (worlds, 1))
    residuals = values[inside] - mean
    drawn[:, inside] = mean + draw_scatter(law, days[inside], residuals, worlds=worlds, rng=rng)
    return drawn


def statistics(pool: Pool, procedures: Sequence[Procedure], *, units: config.Units) -> Statistics:
    """Statistics of a group beside others in many worlds.

    Parameters
    ----------
    pool : Pool
        Whose ``log_flop`` has one row for each world.
    procedures : sequence of Procedure
        That of the group and that of the others.
    """
    parts = []
    for first in range(0, len(pool.log_flop), CHUNK):
        part = pool._replace(log_flop=pool.log_flop[first : first + CHUNK])
        each = np.ones(part.log_flop.shape)
        scores = counted_scores(part, each)
        group, others = (select(procedure, part, scores, each) for procedure in procedures)
        lines = [
            weighted_lines(pool.days, part.log_flop, inside.astype(float))
            for inside in (group, others)
        ]
        parts.append(_statistics(part, group, lines, units))
    return Statistics(*map(np.concatenate, zip(*parts, strict=True)))


def _statistics(
    pool: Pool, group: Mask, lines: Sequence[ResampledLines], units: config.Units
) -> Statistics:
    """Statistics of some worlds; those without a line have NaN."""
    own, other = lines
    above = pool.log_flop - other.level[:, np.newaxis] - np.outer(other.slope, pool.days)
    # The median of the group: its distances first, the rest behind them.
    order = np.sort(np.where(group, above, np.inf), axis=1)
    number = group.sum(axis=1)
    rows, last = np.arange(len(order)), np.maximum(number - 1, 0)
    offset = (order[rows, last // 2] + order[rows, (last + 1) // 2]) / 2
    year = units.days_per_year
    return Statistics(
        number=number.astype(float),
        offset=np.where(number > 0, offset, np.nan),
        slope=own.slope * year,
        slope_difference=(own.slope - other.slope) * year,
    )


def _beside_null(real: Statistics, null: Statistics) -> list[Record]:
    """Each statistic of the real systems beside its values in worlds of one line."""
    rows = []
    for name, value, values in zip(Statistics._fields, real, null, strict=True):
        there = values[~np.isnan(values)]
        ends = np.quantile(there, [0.05, 0.5, 0.95])
        more, less = ((there >= value[0]).sum(), (there <= value[0]).sum())
        rows.append(
            {
                "statistic": name,
                "value": float(value[0]),
                "null_q05": float(ends[0]),
                "null_median": float(ends[1]),
                "null_q95": float(ends[2]),
                "p_at_least": float((1 + more) / (1 + there.size)),
                "p_at_most": float((1 + less) / (1 + there.size)),
                "worlds": there.size,
            }
        )
    return rows
