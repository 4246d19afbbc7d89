"""Stage fit for an export: its trends, each with its frontier selected anew in the bootstrap."""

from __future__ import annotations

import logging
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.common.dates import day_number, in_period
from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.fit.bootstrap import noise_settings, resampled_lines
from compute_trends.fit.frontier import Rule, at_frontier, frontier_slopes, rule_of
from compute_trends.fit.loglinear import Array, fit_line
from compute_trends.fit.selection import compute_points, score_systems, select_trend
from compute_trends.fit.trend_numbers import (
    LEVELS,
    bootstrap_interval,
    growth,
    interval_columns,
    trend_numbers,
)
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

# The last day of a period that goes on to the date of the vintage
VINTAGE = "vintage"


class Chosen(NamedTuple):
    """Systems of a trend, and what a resample selects them from.

    Parameters
    ----------
    points : pandas.DataFrame
        Rows of the scores that a line is fitted to.
    among : pandas.DataFrame
        Rows that rank against each other; those of ``points`` if nothing does.
    rule : Rule or None
        How they rank.
    """

    points: pd.DataFrame
    among: pd.DataFrame
    rule: Rule | None


def trends_of(export: Record, settings: Record, paper: list[Record]) -> list[Record]:
    """Trends to fit on an export, their periods with days.

    Parameters
    ----------
    export : dict
        Record of ``clean.exports``.
    settings : dict
        ``fit.exports`` of the config.
    paper : list of dict
        Records of ``fit.trends``, of which ``settings["paper_trends"]`` names some.

    Returns
    -------
    list of dict
        ``settings["trends"]``, then those of the paper. ``fixed`` says whether the period
        is the same on every vintage.
    """
    named = {trend["name"]: trend for trend in paper}
    trends = []
    for trend in [*settings["trends"], *(named[name] for name in settings["paper_trends"])]:
        period = trend["period"]
        fixed = period["through"] != VINTAGE
        through = period["through"] if fixed else export["date"]
        trends.append(trend | {"period": period | {"through": through}, "fixed": fixed})
    return trends


def flagged_systems(attributes: pd.DataFrame) -> set[str]:
    """Keys of the systems that table ``export_attributes`` flags as frontier."""
    return set(attributes.loc[attributes["frontier"], "system_id"].dropna())


def export_scores(
    systems: pd.DataFrame, compute: pd.DataFrame, *, export: Record, outliers: Record
) -> pd.DataFrame:
    """Scored systems of an export, on the values that it states.

    Parameters
    ----------
    systems, compute : pandas.DataFrame
        Tables of these names.
    export : dict
        Record of ``clean.exports``: systems dated after its ``date`` are left out.
    outliers : dict
        See `selection.score_systems`.

    Returns
    -------
    pandas.DataFrame
        As from `selection.score_systems`, sorted by date and key.
    """
    points = compute_points(systems, compute, basis="published").drop(columns="snapshot")
    points = points[points["day"] <= day_number(export["date"])]
    scores = score_systems(points.assign(dataset=export["name"]), outliers=outliers)
    return scores.sort_values(["day", "system_id"], ignore_index=True)


def choose_points(
    scores: pd.DataFrame, trend: Record, *, flagged: set[str], outliers: Record
) -> Chosen:
    """Systems of an export that a trend is fitted on.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `export_scores`.
    trend : dict
        From `trends_of`. ``frontier`` (see `frontier.rule_of`) selects among all systems
        of the domain, low outliers included; other trends are as in
        `selection.select_trend`, with ``low_outliers: keep`` if they are to stay in.
        ``domain`` takes every system that lists it; ``without`` leaves systems out
        beforehand.
    flagged : set of str
        Systems that the export flags as frontier.
    outliers : dict
        Section ``fit.outliers`` of the config.

    Returns
    -------
    Chosen
    """
    among = scores[~scores["system_id"].isin(trend.get("without", []))]
    if "domain" in trend:
        listed = among["domain"].str.split("; ").map(lambda names: trend["domain"] in names)
        among = among[listed]
    if "frontier" in trend:
        rule = rule_of(
            trend["frontier"],
            high_z=trend["high_z"] if "high_z" in trend else outliers["high_z"],
            after=day_number(str(trend.get("large_scale_from", outliers["large_scale_from"]))),
            window_days=outliers["window_days"],
        )
        if rule is None:
            points = among[among["system_id"].isin(flagged)]
        else:
            points = among[at_frontier(among["day"], among["log_flop"], rule)]
        points = points[in_period(points["day"], trend["period"])]
        return Chosen(points, points if rule is None else among, rule)
    if trend.get("low_outliers") == "keep":
        among = among.assign(low_outlier=False)
    plain = {key: value for key, value in trend.items() if key != "domain"}
    points = select_trend(among, {"scale": "all"} | plain, outliers=outliers, domains={})
    return Chosen(points, points, None)


def fit_export(
    scores: pd.DataFrame,
    *,
    export: Record,
    trends: list[Record],
    flagged: set[str],
    bootstrap: Record,
    outliers: Record,
    units: Record,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit the trends of one export.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `export_scores`.
    export : dict
        Record of ``clean.exports``.
    trends : list of dict
        From `trends_of`.
    flagged : set of str
        Systems that the export flags as frontier.
    bootstrap : dict
        ``fit.exports.bootstrap`` of the config; see `bootstrap.noise_settings`.
    outliers, units : dict
        Sections of ``fit``.
    seed : int
        Seed of the run. A trend draws from it and its name, whatever the export is
        called.

    Returns
    -------
    fitted, members : pandas.DataFrame
        Tables ``export_trends`` and ``export_members``. A trend that the export has too
        few systems for, or whose period ends after it, has no numbers, and a note that
        says so.
    """
    fitted, members = [], []
    for trend in trends:
        unknown = set(trend.get("without", [])) - set(scores["system_id"])
        if unknown:
            LOG.warning("trend %s: no system %s to leave out", trend["name"], ", ".join(unknown))
        chosen = choose_points(scores, trend, flagged=flagged, outliers=outliers)
        labels = _labels(trend, export)
        try:
            # Systems to come would be missing, and the number called by a wrong period.
            if trend["period"]["through"] > export["date"]:
                raise ValueError("the period ends after the vintage")
            numbers = _fit(chosen, trend, bootstrap, units, random_stream(seed, trend["name"]))
        except ValueError as error:
            LOG.warning("%s, trend %s: %s", export["name"], trend["name"], error)
            numbers = {"n": len(chosen.points), "note": str(error)}
        else:
            low, high = (numbers[f"growth_per_year_ci90_{end}"] for end in LEVELS["ci90"])
            told = (numbers["n"], numbers["growth_per_year"], low, high)
            LOG.info(
                "%s: n = %d, %.2f times a year (90 %% interval %.2f to %.2f)", trend["name"], *told
            )
        fitted.append(labels | numbers)
        key = {"export": export["name"], "trend": trend["name"]}
        members.append(pd.DataFrame(key | {"system_id": chosen.points["system_id"]}))
    table = pd.concat(members, ignore_index=True)
    return typed(pd.DataFrame(fitted), "export_trends"), typed(table, "export_members")


def _labels(trend: Record, export: Record) -> Record:
    """What a trend of an export is."""
    return {
        "export": export["name"],
        "vintage": pd.Timestamp(export["date"]),
        "models": export.get("models", "notable"),
        "trend": trend["name"],
        "label": trend["label"],
        "dataset": export["name"],
        "basis": "published",
        "period": f"{trend['period']['after']}/{trend['period']['through']}",
        "fixed": trend["fixed"],
        "scale": trend.get("scale", "all"),
        "frontier": trend.get("frontier", "records" if "records" in trend else None),
        "domain": trend.get("domain"),
    }


def _fit(
    chosen: Chosen, trend: Record, bootstrap: Record, units: Record, rng: np.random.Generator
) -> Record:
    """Numeric columns of table ``export_trends``."""
    points = chosen.points
    line = fit_line(points["day"], points["log_flop"])
    slopes = _resampled_slopes(chosen, trend["period"], bootstrap, rng)
    if not slopes.size:
        raise ValueError("no resample holds systems that a line can be fitted to")
    numbers = trend_numbers(line, slopes, n=len(points), units=units)
    numbers |= interval_columns(bootstrap_interval(slopes, units=units, level="ci90"), level="ci90")
    for end in ("", *(f"_ci90_{end}" for end in LEVELS["ci90"])):
        numbers[f"growth_per_year{end}"] = 10 ** numbers[f"slope_oom_per_year{end}"]
    return numbers


def _resampled_slopes(
    chosen: Chosen, period: Record, bootstrap: Record, rng: np.random.Generator
) -> Array:
    """Slopes of the resamples of a trend, its frontier selected anew in each."""
    if chosen.rule is None:
        return resampled_lines(chosen.points, bootstrap=bootstrap, rng=rng).slope
    return frontier_slopes(
        chosen.among["day"],
        chosen.among["log_flop"],
        rule=chosen.rule,
        period=(day_number(period["after"]), day_number(period["through"])),
        samples=bootstrap["samples"],
        rng=rng,
        **noise_settings(chosen.among, bootstrap),
    )


def point_growth(chosen: Chosen, *, units: Record) -> float:
    """Growth of a trend in OOM per year without an interval; NaN where no line can be fitted."""
    try:
        line = fit_line(chosen.points["day"], chosen.points["log_flop"])
    except ValueError:
        return float("nan")
    return float(growth(line.slope, units=units).slope_oom_per_year)
