"""What becomes of a trend when one choice of the analysis is made differently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.selection import score_systems, select_datasets, select_trend
from compute_trends.fit.trend_numbers import growth_columns
from compute_trends.fit.trends import fit_trend
from compute_trends.tables.dictionary import typed


class Variation(NamedTuple):
    """A trend with one choice made differently.

    ``choice`` names what differs and ``setting`` how; ``without`` is a domain that is
    left out of the fit (not of the scores), or empty.
    """

    choice: str
    setting: str
    trend: Record
    basis: str
    outliers: Record
    bootstrap: Record
    without: str = ""


def shifted(day: str, years: int) -> str:
    """A day y-m-d some years later, or earlier."""
    return str((pd.Timestamp(day) + pd.DateOffset(years=years)).date())


def variations(
    trend: Record,
    *,
    sensitivity: Record,
    datasets: list[Record],
    bases: list[str],
    outliers: Record,
    bootstrap: Record,
    domains: list[str],
) -> Iterator[Variation]:
    """Every variation of one trend, the trend itself first.

    Parameters
    ----------
    trend : dict
        Record of ``fit.trends``.
    sensitivity, datasets, bases, outliers, bootstrap : dict or list
        Sections of ``fit`` in config.yaml.
    domains : list of str
        Domains to leave out in turn.

    Yields
    ------
    Variation
        Where the start of a trend's period is also where large-scale systems are marked
        from, both move together.
    """
    as_fitted = Variation("none", "as fitted", trend, "published", outliers, bootstrap)
    yield as_fitted
    for basis in bases:
        if basis != "published":
            yield as_fitted._replace(choice="basis", setting=basis, basis=basis)
    for dataset in datasets:
        if dataset["name"] != trend["dataset"]:
            changed = trend | {"dataset": dataset["name"]}
            yield as_fitted._replace(choice="dataset", setting=dataset["name"], trend=changed)
    for noise in ("none", "paper", "per_system"):
        if noise != bootstrap["noise"]:
            changed = bootstrap | {"noise": noise}
            yield as_fitted._replace(choice="noise", setting=noise, bootstrap=changed)
    for name in ("low_z", "high_z", "window_days"):
        if name == "high_z" and trend["scale"] == "all":
            continue
        for value in sensitivity[name]:
            if value != (trend | outliers)[name]:
                changed = {key: item for key, item in trend.items() if key != name}
                yield as_fitted._replace(
                    choice=name,
                    setting=f"{value:g}",
                    trend=changed,
                    outliers=outliers | {name: value},
                )
    marked_from = trend.get("large_scale_from", outliers["large_scale_from"])
    for end, choice in (("after", "start"), ("through", "end")):
        for years in sensitivity[f"{choice}_years"]:
            day = shifted(trend["period"][end], years)
            changed = trend | {"period": trend["period"] | {end: day}}
            if end == "after" and trend["period"]["after"] == marked_from:
                changed |= {"large_scale_from": day}
            yield as_fitted._replace(choice=choice, setting=day, trend=changed)
    for domain in domains:
        yield as_fitted._replace(choice="without_domain", setting=domain, without=domain)


def _fitted(
    variation: Variation, systems: pd.DataFrame, compute: pd.DataFrame, fit: Record, seed: int
) -> tuple[pd.DataFrame, Record]:
    """Systems and numbers of one variation."""
    trend = variation.trend
    datasets = [d for d in fit["datasets"] if d["name"] == trend["dataset"]]
    selected = select_datasets(systems, compute, datasets=datasets, bases=[variation.basis])
    scores = score_systems(selected, outliers=variation.outliers)
    points = select_trend(scores, trend, outliers=variation.outliers, domains=fit["domains"])
    points = points[points["domain"] != variation.without]
    # The stream of the trend: the same draws wherever the same systems are fitted.
    rng = random_stream(seed, trend["name"])
    numbers, _ = fit_trend(points, bootstrap=variation.bootstrap, units=fit["units"], rng=rng)
    return points, numbers


def _most_influential(
    points: pd.DataFrame, units: Record
) -> Iterator[tuple[str, dict[str, float]]]:
    """Systems whose omission slows and quickens a trend most, with the growth without them."""
    if len(points) > 3:
        slopes = {
            system: fit_line(rest["day"], rest["log_flop"]).slope
            for system in points["system_id"]
            if np.ptp((rest := points[points["system_id"] != system])["day"]) > 0
        }
        for pick in (min, max):
            system = pick(slopes, key=lambda name: slopes[name])
            yield system, growth_columns(slopes[system], units=units)


def sensitivity_table(
    systems: pd.DataFrame, compute: pd.DataFrame, *, fit: Record, seed: int
) -> pd.DataFrame:
    """Each chosen trend with one choice after the other made differently.

    Parameters
    ----------
    systems, compute : pandas.DataFrame
        Tables of these names.
    fit : dict
        Section ``fit`` of config.yaml; ``sensitivity`` says what to vary.
    seed : int
        Seed of the run.

    Returns
    -------
    pandas.DataFrame
        Table ``sensitivity``. A variation that leaves too few systems for a line has an
        n and no numbers; the one without a single system has no interval.
    """
    by_name = {trend["name"]: trend for trend in fit["trends"]}
    rows: list[dict[str, Any]] = []
    for name in fit["sensitivity"]["trends"]:
        trend = by_name[name]
        sections = ("sensitivity", "datasets", "bases", "outliers", "bootstrap")
        settings = {section: fit[section] for section in sections}
        whole, _ = _fitted(
            next(variations(trend, domains=[], **settings)), systems, compute, fit, seed
        )
        counts = whole["domain"].value_counts()
        domains = sorted(counts.index[counts >= fit["domains"]["least"]])
        for variation in variations(trend, domains=domains, **settings):
            label = {"trend": name, "choice": variation.choice, "setting": variation.setting}
            try:
                _, numbers = _fitted(variation, systems, compute, fit, seed)
            except ValueError as error:
                numbers = {"note": str(error)}
            rows.append(label | numbers)
        for system, numbers in _most_influential(whole, fit["units"]):
            label = {"trend": name, "choice": "without_system", "setting": system}
            rows.append(label | {"n": len(whole) - 1} | numbers)
    return typed(pd.DataFrame(rows), "sensitivity")
