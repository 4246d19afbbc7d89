"""Stage fit for an export: its trends, each with its frontier selected anew in the bootstrap."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from compute_trends.clean.chosen import how_chosen
from compute_trends.common.dates import day_number, in_period
from compute_trends.common.records import Record, by_name
from compute_trends.common.vocabulary import CHOSEN_WORDS
from compute_trends.fit.bootstrap import resampled_selections
from compute_trends.fit.intervals import interval
from compute_trends.fit.loglinear import ResampledLines, fit_line
from compute_trends.fit.procedure import Procedure
from compute_trends.fit.rule_table import rules_by_window
from compute_trends.fit.selection import (
    Selection,
    compute_points,
    procedure_of,
    score_systems,
)
from compute_trends.fit.trend_numbers import VALUE_AND_ENDS, trend_numbers
from compute_trends.fit.unrated import tell_unrated
from compute_trends.settings.clean import ExportFile, leading_export
from compute_trends.settings.days import Period
from compute_trends.settings.export_rules import ExportTrend
from compute_trends.settings.fit import (
    Domains,
    ExportFits,
    Intervals,
    Outliers,
    Trend,
    Units,
    continued,
)
from compute_trends.settings.trends import ResolvedTrend, resolve
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

# ASSUME: a file may be complete to a day this many after its own. Of notable models with
# compute about one is published a week (102 from 2024 to August 2026).
DAYS_SHORT = 7


class VintageTrend(NamedTuple):
    """A trend of the config, and its period and thresholds on one vintage of an export."""

    trend: Trend | ExportTrend
    resolved: ResolvedTrend

    @classmethod
    def on(cls, trend: Trend | ExportTrend, outliers: Outliers, vintage: str) -> VintageTrend:
        """A trend on the vintage of a day."""
        return cls(trend, resolve(trend, outliers, vintage=vintage))

    @property
    def selects_by_scale(self) -> bool:
        """Whether its systems are of one scale, so that one that is not rated is lost."""
        frontier = getattr(self.trend, "frontier", None)
        return self.trend.scale != "all" or frontier == "z_score"


def fit_exports(
    systems: Sequence[pd.DataFrame],
    compute: Sequence[pd.DataFrame],
    attributes: Sequence[pd.DataFrame],
    excluded: Sequence[pd.DataFrame],
    *,
    exports: Sequence[ExportFile],
    **settings: Any,
) -> dict[str, list[pd.DataFrame]]:
    """Score the systems of every export and fit its trends.

    Parameters
    ----------
    systems, compute, attributes, excluded : sequence of pandas.DataFrame
        Tables ``systems``, ``compute``, ``export_attributes`` and ``excluded`` of each export.
    exports : sequence of ExportFile
        ``clean.exports`` of config.yaml.
    **settings
        See `fit_export`.

    Returns
    -------
    dict of str to list of pandas.DataFrame
        Tables of `fit_export` by name, in the order of the exports; of ``rules_by_window`` the
        one there is.
    """
    leading = leading_export(exports)
    return by_name(
        fit_export(*tables, export=export, leads=export == leading, **settings)
        for export, *tables in zip(exports, systems, compute, attributes, excluded, strict=True)
    )


def fit_export(
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    attributes: pd.DataFrame,
    excluded: pd.DataFrame,
    *,
    export: ExportFile,
    leads: bool,
    fits: ExportFits,
    paper: Sequence[Trend],
    outliers: Outliers,
    intervals: Intervals,
    units: Units,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Score the systems of one export and fit its trends.

    Parameters
    ----------
    systems, compute, attributes, excluded : pandas.DataFrame
        Tables ``systems``, ``compute``, ``export_attributes`` and ``excluded`` of the export.
    export, fits, paper, outliers, intervals, units
        Item of ``clean.exports``, and ``fit.exports``, ``fit.trends``, ``fit.outliers``,
        ``fit.intervals`` and ``fit.units`` of config.yaml.
    leads : bool
        Whether the export answers for today. Others have the trends that are followed from
        vintage to vintage, not those of the paper, no table of rules and years, and intervals
        of fewer resamples.
    seed : int
        Seed of the run. A resample depends on it and the systems alone.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``scores``, ``export_trends`` and ``export_members``, and ``rules_by_window`` of
        the export that leads. A trend that the export has too few systems for has no numbers
        and a ``note``.
    """
    scores = export_scores(systems, compute, export=export, outliers=outliers)
    flagged = flagged_systems(attributes)
    chosen = how_chosen(export, systems)
    if chosen:
        LOG.warning("%s, %s: systems %s", export.name, export.models, CHOSEN_WORDS[chosen])
    trends = trends_of(export, fits, paper if leads else [], outliers)
    draws = intervals.draws if leads else min(intervals.draws, fits.change_draws)
    by_scale = [one.resolved.period for one in trends if one.selects_by_scale]
    tell_unrated(scores, of=export.name, by_scale=by_scale)
    for vintage_trend in trends:
        _warn_of_unknown(vintage_trend.trend, set(scores["system_id"]))
    cells = fits.rule_table.cells if leads else []
    of_cells = [VintageTrend.on(trend, outliers, export.date) for _, _, trend in cells]
    every = [*trends, *of_cells]
    selections = [choose_points(scores, one, flagged=flagged, outliers=outliers) for one in every]
    # Together, so that scores, ranks and trends that select alike are computed once.
    resampled = resampled_selections(selections, draws=draws, seed=seed)
    numbers = [
        _numbers(selection, one.resolved, lines, export, intervals, units)
        for one, selection, lines in zip(every, selections, resampled, strict=True)
    ]
    rows = [_labels(one, export, chosen) | own for one, own in zip(every, numbers, strict=True)]
    tables = {"scores": typed(scores, "scores"), **_trend_tables(rows[: len(trends)], selections)}
    if leads:
        own = rows[len(trends) :]
        tables["rules_by_window"] = rules_by_window(cells, own, systems, excluded)
    return tables


def _trend_tables(rows: list[Record], selections: list[Selection]) -> dict[str, pd.DataFrame]:
    """Tables of the trends of an export, whose selections come first; each is told to the log."""
    members = []
    for row, selection in zip(rows, selections, strict=False):
        key = {name: row[name] for name in ("export", "trend")}
        _log(key, row)
        members.append(pd.DataFrame(key | {"system_id": selection.points["system_id"]}))
    return {
        "export_trends": typed(pd.DataFrame(rows), "export_trends"),
        "export_members": typed(pd.concat(members, ignore_index=True), "export_members"),
    }


def trends_of(
    export: ExportFile, fits: ExportFits, paper: Sequence[Trend], outliers: Outliers
) -> list[VintageTrend]:
    """Trends to fit on an export: those of exports, then those of the paper that are asked for.

    These first over the paper's periods, then continued to the vintage. A period that goes on to
    the vintage ends at the date of the export.
    """
    by_name = {trend.name: trend for trend in paper}
    trends: list[Trend | ExportTrend] = [*fits.trends]
    trends += [by_name[name] for name in fits.paper_trends if name in by_name]
    going_on = [by_name[name] for name in fits.continued if name in by_name]
    return [
        *(VintageTrend.on(trend, outliers, export.date) for trend in trends),
        *(_continued(trend, outliers, export.date) for trend in going_on),
    ]


def _continued(trend: Trend, outliers: Outliers, vintage: str) -> VintageTrend:
    """A trend of the paper whose period goes on to the vintage."""
    longer = trend.model_copy(
        update={
            "name": continued(trend.name),
            "label": f"{trend.label}, continued to the vintage",
            "period": Period(after=trend.period.after, through=vintage),
        }
    )
    return VintageTrend(longer, replace(resolve(longer, outliers), fixed=False))


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
        Of the paper (see `selection.procedure_of`), or of exports: ``frontier`` selects among
        all systems of the domain, low outliers included; otherwise these are left out unless
        ``low_outliers`` is ``keep``. ``domain`` takes every system that lists it; ``without``
        leaves systems out beforehand.
    flagged : set of str
        Systems that the export flags as frontier.
    outliers : Outliers
        Width of the window of scores, and thresholds of the paper's trends.
    """
    trend, resolved = vintage_trend
    if isinstance(trend, Trend):
        # One with a domain is refused by the settings, so that no domain can be too small.
        domains = Domains(least=1)
        procedure = procedure_of(scores, trend, outliers=outliers, domains=domains)
        return Selection(scores, procedure, outliers.window_days)
    there = ~scores["system_id"].isin(trend.without)
    if trend.domain is not None:
        there &= scores["domain"].str.split("; ").map(lambda names: trend.domain in names)
    if trend.frontier in (None, "flag") or there.all() or not there.any():
        pool = scores
    else:
        # The frontier of the systems that are there is scored and ranked among them alone.
        pool = score_systems(scores[there].reset_index(drop=True), outliers=outliers)
        there = pd.Series(True, index=pool.index)
    eligible = there & in_period(pool["day"], resolved.period)
    if trend.frontier == "flag":
        eligible &= pool["system_id"].isin(flagged)
    keeps = trend.frontier is not None or trend.low_outliers == "keep"
    procedure = Procedure(
        eligible=eligible.to_numpy(),
        markable=(pool["day"] > resolved.large_scale_day).to_numpy(),
        rivals=np.ones(len(pool), dtype=bool),
        low_z=-np.inf if keeps else outliers.low_z,
        scale="large" if trend.frontier == "z_score" else trend.scale,
        high_z=resolved.high_z,
        top=trend.top,
    )
    return Selection(pool, procedure, outliers.window_days)


def _warn_of_unknown(trend: Trend | ExportTrend, systems: set[str]) -> None:
    """Warn of systems that a trend leaves out and that are not there."""
    if isinstance(trend, ExportTrend):
        unknown = sorted(set(trend.without) - systems)
        if unknown:
            LOG.warning("trend %s: no system %s to leave out", trend.name, ", ".join(unknown))


def _labels(vintage_trend: VintageTrend, export: ExportFile, chosen: str | None) -> dict[str, Any]:
    """What a trend of an export is, by the names of columns of table ``export_trends``."""
    trend, resolved = vintage_trend
    if isinstance(trend, Trend):
        frontier = None if trend.records is None else trend.records.rule
    else:
        frontier = trend.frontier
    return {
        "export": export.name,
        "vintage": pd.Timestamp(export.date),
        "models": export.models,
        "selection": chosen,
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
    lines: ResampledLines,
    export: ExportFile,
    intervals: Intervals,
    units: Units,
) -> dict[str, Any]:
    """Numeric columns of table ``export_trends``, or the number of systems and a note."""
    points = selection.points
    try:
        # Systems to come would be missing, and the number called by a wrong period.
        if resolved.period.through > export.date:
            raise ValueError(_too_early(resolved.period.through, export.date))
        line = fit_line(points["day"], points["log_flop"])
    except ValueError as error:
        return {"n": len(points), "note": str(error)}
    days, least = points["day"].to_numpy(dtype=float), intervals.least_systems
    ends = interval(days, lines.slope, least_systems=least)
    return trend_numbers(line, ends, n=days.size, units=units)


def _too_early(through: str, date: str) -> str:
    """Why a vintage has no trend of a period, and which date would give it one if any may."""
    if day_number(through) - day_number(date) > DAYS_SHORT:
        return "the period ends after the vintage"
    return (
        f"the period ends on {through}, after the vintage: "
        "if the file is complete until then, date it so"
    )


def _log(key: dict[str, str], numbers: dict[str, Any]) -> None:
    """Tell the growth of a trend of an export, or why there is none."""
    if "growth_per_year" not in numbers:
        LOG.warning("%s, trend %s: %s", *key.values(), numbers["note"])
        return
    value, low, high = (numbers[f"growth_per_year{end}"] for end in VALUE_AND_ENDS)
    interval = f"90 % interval {low:.2f} to {high:.2f}" if not np.isnan(low) else "no interval"
    message = "%s: n = %d, %.2f times a year (%s)"
    LOG.info(message, key["trend"], numbers["n"], value, interval)
