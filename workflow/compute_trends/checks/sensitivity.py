"""What becomes of a trend when one choice of the analysis is made differently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from compute_trends.common.random_streams import random_stream
from compute_trends.fit.bootstrap import NOISES
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.selection import score_systems, select_datasets, select_trend
from compute_trends.fit.trend_numbers import growth_columns
from compute_trends.fit.trends import fit_trend
from compute_trends.settings import fit as config
from compute_trends.settings.trends import resolve
from compute_trends.tables.dictionary import typed


class Variation(NamedTuple):
    """A trend with one choice made differently.

    ``choice`` names what differs and ``setting`` how; ``alternative`` is another choice among
    estimates, and ``without`` a domain that is left out of the fit (not of the scores), or empty.
    """

    choice: str
    setting: str
    trend: config.Trend
    basis: str
    outliers: config.Outliers
    bootstrap: config.Bootstrap
    alternative: str = ""
    without: str = ""

    @property
    def labels(self) -> dict[str, str]:
        """Key of the variation in table ``sensitivity``."""
        return {"trend": self.trend.name, "choice": self.choice, "setting": self.setting}


def check_sensitivity(
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    alternatives: pd.DataFrame,
    *,
    sensitivity: config.Sensitivity,
    trends: Sequence[config.Trend],
    datasets: Sequence[config.Dataset],
    bases: Sequence[str],
    outliers: config.Outliers,
    domains: config.Domains,
    bootstrap: config.Bootstrap,
    units: config.Units,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Fit trends again with one choice after the other made differently.

    Parameters
    ----------
    systems, compute, alternatives : pandas.DataFrame
        Tables of these names. The other parameters are sections of ``fit`` in config.yaml, and
        the seed of the run.

    Returns
    -------
    dict of str to pandas.DataFrame
        Table ``sensitivity``. A variation that leaves too few systems for a line has no
        numbers and a ``note``; the one without a single system has no interval.
    """

    def fit(variation: Variation) -> tuple[pd.DataFrame, dict[str, Any]]:
        """Systems and numbers of one variation."""
        trend, outliers = variation.trend, variation.outliers
        own = [dataset for dataset in datasets if dataset.name == trend.dataset]
        values = with_alternative(compute, alternatives, variation.alternative)
        points = select_datasets(systems, values, datasets=own, bases=[variation.basis])
        scores = score_systems(points, outliers=outliers)
        points = select_trend(scores, trend, outliers=outliers, domains=domains)
        points = points[points["domain"] != variation.without]
        # The stream of the trend: the same draws wherever the same systems are fitted.
        rng = random_stream(seed, trend.name)
        return points, fit_trend(points, bootstrap=variation.bootstrap, units=units, rng=rng)[0]

    by_name = {trend.name: trend for trend in trends}
    rows: list[dict[str, Any]] = []
    for name in sensitivity.trends:
        as_fitted = Variation("none", "as fitted", by_name[name], "published", outliers, bootstrap)
        points, numbers = fit(as_fitted)
        rows.append(as_fitted.labels | numbers)
        counts = points["domain"].value_counts()
        large = sorted(counts.index[counts >= domains.least])
        for variation in variations(
            as_fitted,
            sensitivity=sensitivity,
            datasets=_datasets_of(by_name[name], datasets),
            bases=bases,
            alternatives=list(alternatives["alternative"].unique()),
            domains=large,
        ):
            try:
                _, numbers = fit(variation)
            except ValueError as error:
                numbers = {"note": str(error)}
            rows.append(variation.labels | numbers)
        for system, slope in _most_influential(points):
            without = as_fitted._replace(choice="without_system", setting=system)
            numbers = {"n": len(points) - 1, **growth_columns(slope, units=units)}
            rows.append(without.labels | numbers)
    return {"sensitivity": typed(pd.DataFrame(rows), "sensitivity")}


def _datasets_of(trend: config.Trend, datasets: Sequence[config.Dataset]) -> list[str]:
    """Names of the datasets that do not begin within the period of a trend, and so move it, too."""
    start = trend.period.after
    return [one.name for one in datasets if one.after is None or one.after <= start]


def with_alternative(
    compute: pd.DataFrame, alternatives: pd.DataFrame, alternative: str
) -> pd.DataFrame:
    """Table ``compute`` with the values of an alternative; empty for none."""
    values = alternatives[alternatives["alternative"] == alternative].set_index("system_id")
    columns = [name for name in values.columns if name in compute.columns]
    changed = compute.set_index("system_id")
    changed.loc[values.index, columns] = values[columns]
    return changed.reset_index()


def variations(
    as_fitted: Variation,
    *,
    sensitivity: config.Sensitivity,
    datasets: Sequence[str],
    bases: Sequence[str],
    alternatives: Sequence[str],
    domains: Sequence[str],
) -> Iterator[Variation]:
    """Variations of one trend, a choice after the other; no choice is varied to what it is.

    Parameters
    ----------
    datasets, bases, alternatives : sequence of str
        Names to vary among.
    domains : sequence of str
        Domains to leave out in turn.
    """
    trend, bootstrap = as_fitted.trend, as_fitted.bootstrap
    for basis in bases:
        if basis != as_fitted.basis:
            yield as_fitted._replace(choice="basis", setting=basis, basis=basis)
    if "estimated" in bases:
        for name in alternatives:
            yield as_fitted._replace(
                choice="estimates", setting=name, basis="estimated", alternative=name
            )
    for dataset in datasets:
        if dataset != trend.dataset:
            other = trend.model_copy(update={"dataset": dataset})
            yield as_fitted._replace(choice="dataset", setting=dataset, trend=other)
    for noise in NOISES:
        if noise != bootstrap.noise:
            noisy = bootstrap.model_copy(update={"noise": noise})
            yield as_fitted._replace(choice="noise", setting=noise, bootstrap=noisy)
    yield from _other_thresholds(as_fitted, sensitivity)
    yield from _other_periods(as_fitted, sensitivity)
    for domain in domains:
        yield as_fitted._replace(choice="without_domain", setting=domain, without=domain)


def _other_thresholds(as_fitted: Variation, sensitivity: config.Sensitivity) -> Iterator[Variation]:
    """Other windows and scores for outliers; a trend over both scales has no high score."""
    trend, outliers = as_fitted.trend, as_fitted.outliers
    for name in ("low_z", "high_z", "window_days"):
        if name == "high_z" and trend.scale == "all":
            continue
        for value in getattr(sensitivity, name):
            if value != getattr(outliers, name):
                yield as_fitted._replace(
                    choice=name,
                    setting=f"{value:g}",
                    trend=trend.model_copy(update={"high_z": None}) if name == "high_z" else trend,
                    outliers=outliers.model_copy(update={name: value}),
                )


def _other_periods(as_fitted: Variation, sensitivity: config.Sensitivity) -> Iterator[Variation]:
    """Other starts and ends of the period.

    Where its start is also where large-scale systems are marked from, both move together.
    """
    trend, period = as_fitted.trend, as_fitted.trend.period
    marked_from = resolve(trend, as_fitted.outliers).large_scale_from
    for end, choice in (("after", "start"), ("through", "end")):
        for years in getattr(sensitivity, f"{choice}_years"):
            day = shifted(getattr(period, end), years)
            update: dict[str, object] = {"period": period.model_copy(update={end: day})}
            if end == "after" and period.after == marked_from:
                update["large_scale_from"] = day
            moved = trend.model_copy(update=update)
            yield as_fitted._replace(choice=choice, setting=day, trend=moved)


def shifted(day: str, years: int) -> str:
    """A day y-m-d some years later, or earlier."""
    return str((pd.Timestamp(day) + pd.DateOffset(years=years)).date())


def _most_influential(points: pd.DataFrame) -> Iterator[tuple[str, float]]:
    """Systems whose omission slows and quickens a trend most, with the slope without them."""
    if len(points) > 3:
        slopes = {
            system: fit_line(rest["day"], rest["log_flop"]).slope
            for system in points["system_id"]
            if np.ptp((rest := points[points["system_id"] != system])["day"]) > 0
        }
        for pick in (min, max):
            system = pick(slopes, key=lambda name: slopes[name])
            yield system, slopes[system]
