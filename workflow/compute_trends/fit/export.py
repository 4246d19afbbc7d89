"""Stage fit for an export: its trends, each with its frontier selected anew in the bootstrap."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from compute_trends.common.dates import day_number, in_period
from compute_trends.common.random_streams import random_stream
from compute_trends.fit.bootstrap import noise_settings, resampled_lines
from compute_trends.fit.frontier import Rule, at_frontier, frontier_slopes, rule_of
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.selection import compute_points, is_of_scale, score_systems, select_trend
from compute_trends.fit.trend_numbers import bootstrap_interval, interval_columns, trend_numbers
from compute_trends.fit.unrated import tell_unrated
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.fit import Domains, ExportFits, ExportTrend, Outliers, Trend, Units
from compute_trends.settings.trends import ResolvedTrend, resolve
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

# Suffixes of the columns of a value and of the ends of its 90 % interval
VALUE_AND_ENDS = ("", "_ci90_low", "_ci90_high")


class VintageTrend(NamedTuple):
    """A trend of the config, and its period and thresholds on one vintage of an export."""

    trend: Trend | ExportTrend
    resolved: ResolvedTrend

    @property
    def selects_by_scale(self) -> bool:
        """Whether its systems are of one scale, so that one that is not rated is lost."""
        frontier = getattr(self.trend, "frontier", None)
        return self.trend.scale != "all" or frontier == "z_score"


class Selection(NamedTuple):
    """Systems of a trend: the rows of the scores that its line is fitted to.

    ``pool`` holds the rows that rank against each other by ``rule``, of which a resample selects
    anew; where nothing ranks, it is ``points`` and there is no rule.
    """

    points: pd.DataFrame
    pool: pd.DataFrame
    rule: Rule | None


def fit_export(
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    attributes: pd.DataFrame,
    *,
    export: ExportFile,
    fits: ExportFits,
    paper: Sequence[Trend],
    outliers: Outliers,
    units: Units,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Score the systems of one export and fit its trends.

    Parameters
    ----------
    systems, compute, attributes : pandas.DataFrame
        Tables ``systems``, ``compute`` and ``export_attributes`` of the export.
    export, fits, paper, outliers, units
        Item of ``clean.exports``, and ``fit.exports``, ``fit.trends``, ``fit.outliers`` and
        ``fit.units`` of config.yaml.
    seed : int
        Seed of the run. A trend draws from it and its name, whatever the export is called.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``scores``, ``export_trends`` and ``export_members``. A trend that the
        export has too few systems for has no numbers and a ``note``.
    """
    scores = export_scores(systems, compute, export=export, outliers=outliers)
    flagged = flagged_systems(attributes)
    trends = trends_of(export, fits, paper, outliers)
    by_scale = [one.resolved.period for one in trends if one.selects_by_scale]
    tell_unrated(scores, of=export.name, by_scale=by_scale)
    rows, members = [], []
    for vintage_trend in trends:
        name = vintage_trend.trend.name
        _warn_of_unknown(vintage_trend.trend, set(scores["system_id"]))
        selection = choose_points(scores, vintage_trend, flagged=flagged, outliers=outliers)
        try:
            # Systems to come would be missing, and the number called by a wrong period.
            if vintage_trend.resolved.period.through > export.date:
                raise ValueError("the period ends after the vintage")
            rng = random_stream(seed, name)
            numbers = _numbers(selection, vintage_trend.resolved, fits, units, rng)
        except ValueError as error:
            numbers = {"n": len(selection.points), "note": str(error)}
            LOG.warning("%s, trend %s: %s", export.name, name, error)
        else:
            values = [numbers[f"growth_per_year{end}"] for end in VALUE_AND_ENDS]
            message = "%s: n = %d, %.2f times a year (90 %% interval %.2f to %.2f)"
            LOG.info(message, name, numbers["n"], *values)
        rows.append(_labels(vintage_trend, export) | numbers)
        key = {"export": export.name, "trend": name}
        members.append(pd.DataFrame(key | {"system_id": selection.points["system_id"]}))
    return {
        "scores": typed(scores, "scores"),
        "export_trends": typed(pd.DataFrame(rows), "export_trends"),
        "export_members": typed(pd.concat(members, ignore_index=True), "export_members"),
    }


def trends_of(
    export: ExportFile, fits: ExportFits, paper: Sequence[Trend], outliers: Outliers
) -> list[VintageTrend]:
    """Trends to fit on an export: those of exports, then those of the paper that are asked for.

    A period that goes on to the vintage ends at the date of the export.
    """
    by_name = {trend.name: trend for trend in paper}
    trends: list[Trend | ExportTrend] = [*fits.trends]
    trends += [by_name[name] for name in fits.paper_trends]
    return [VintageTrend(trend, resolve(trend, outliers, vintage=export.date)) for trend in trends]


def flagged_systems(attributes: pd.DataFrame) -> set[str]:
    """Keys of the systems that table ``export_attributes`` flags as frontier."""
    return set(attributes.loc[attributes["frontier"], "system_id"].dropna())


def export_scores(
    systems: pd.DataFrame, compute: pd.DataFrame, *, export: ExportFile, outliers: Outliers
) -> pd.DataFrame:
    """Scored systems of an export, on the values that it states, sorted by date and key.

    Systems dated after the export are left out. See `selection.score_systems`.
    """
    points = compute_points(systems, compute, basis="published").drop(columns="snapshot")
    points = points[points["day"] <= day_number(export.date)]
    scores = score_systems(points.assign(dataset=export.name), outliers=outliers)
    return scores.sort_values(["day", "system_id"], ignore_index=True)


def choose_points(
    scores: pd.DataFrame, vintage_trend: VintageTrend, *, flagged: set[str], outliers: Outliers
) -> Selection:
    """Systems of an export that a trend is fitted on.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `export_scores`.
    vintage_trend : VintageTrend
        Of the paper (see `selection.select_trend`), or of exports: ``frontier`` (see
        `frontier.rule_of`) selects among all systems of the domain, low outliers
        included; otherwise these are left out unless ``low_outliers`` is ``keep``.
        ``domain`` takes every system that lists it; ``without`` leaves systems out
        beforehand.
    flagged : set of str
        Systems that the export flags as frontier.
    outliers : Outliers
        Width of the window of scores, and thresholds of the paper's trends.
    """
    trend, resolved = vintage_trend
    if isinstance(trend, Trend):
        # One with a domain is refused by the settings, so that no domain can be too small.
        points = select_trend(scores, trend, outliers=outliers, domains=Domains(least=1))
        return Selection(points, points, None)
    pool = scores[~scores["system_id"].isin(trend.without)]
    if trend.domain is not None:
        pool = pool[pool["domain"].str.split("; ").map(lambda names: trend.domain in names)]
    inside = in_period(pool["day"], resolved.period)
    if trend.frontier is None:
        if trend.low_outliers == "drop":
            inside &= ~pool["low_outlier"]
        points = pool[inside & is_of_scale(pool, trend.scale, resolved)]
        return Selection(points, points, None)
    high_z, after = resolved.high_z, resolved.large_scale_day
    rule = rule_of(trend.frontier, high_z=high_z, after=after, window_days=outliers.window_days)
    if rule is None:
        points = pool[inside & pool["system_id"].isin(flagged)]
        return Selection(points, points, None)
    return Selection(pool[inside & at_frontier(pool["day"], pool["log_flop"], rule)], pool, rule)


def _warn_of_unknown(trend: Trend | ExportTrend, systems: set[str]) -> None:
    """Warn of systems that a trend leaves out and that are not there."""
    if isinstance(trend, ExportTrend):
        unknown = sorted(set(trend.without) - systems)
        if unknown:
            LOG.warning("trend %s: no system %s to leave out", trend.name, ", ".join(unknown))


def _labels(vintage_trend: VintageTrend, export: ExportFile) -> dict[str, Any]:
    """What a trend of an export is, by the names of columns of table ``export_trends``."""
    trend, resolved = vintage_trend
    if isinstance(trend, Trend):
        frontier = None if trend.records is None else "records"
    else:
        frontier = trend.frontier
    return {
        "export": export.name,
        "vintage": pd.Timestamp(export.date),
        "models": export.models,
        "trend": trend.name,
        "label": trend.label,
        "dataset": export.name,
        "basis": "published",
        "period": resolved.period.text,
        "fixed": resolved.fixed,
        "scale": trend.scale,
        "frontier": frontier,
        "domain": trend.domain,
    }


def _numbers(
    selection: Selection,
    resolved: ResolvedTrend,
    fits: ExportFits,
    units: Units,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Numeric columns of table ``export_trends``; the frontier is selected anew in resamples."""
    points, pool, rule = selection
    line = fit_line(points["day"], points["log_flop"])
    if rule is None:
        slopes = resampled_lines(points, bootstrap=fits.bootstrap, rng=rng).slope
    else:
        slopes = frontier_slopes(
            pool["day"],
            pool["log_flop"],
            rule=rule,
            period=resolved.days,
            samples=fits.bootstrap.samples,
            rng=rng,
            **noise_settings(pool, fits.bootstrap),
        )
    if not slopes.size:
        raise ValueError("no resample holds systems that a line can be fitted to")
    numbers = trend_numbers(line, slopes, n=len(points), units=units)
    numbers |= interval_columns(bootstrap_interval(slopes, units=units, level="ci90"), level="ci90")
    for end in VALUE_AND_ENDS:
        numbers[f"growth_per_year{end}"] = 10 ** numbers[f"slope_oom_per_year{end}"]
    return numbers
