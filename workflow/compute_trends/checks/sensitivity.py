"""What becomes of a trend when one choice of the analysis is made differently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from compute_trends.checks.date_spans import mid_dates, spread_numbers, spread_points
from compute_trends.clean.replay import all_corrected, systems_on
from compute_trends.fit.bootstrap import in_order_of_dates, noisy_selections, resampled_selections
from compute_trends.fit.intervals import interval
from compute_trends.fit.loglinear import ResampledLines, fit_line
from compute_trends.fit.selection import (
    Selection,
    compute_points,
    procedure_of,
    score_systems,
    select_datasets,
    select_trend,
)
from compute_trends.fit.trend_numbers import growth_columns, trend_numbers
from compute_trends.settings import fit as config
from compute_trends.settings import simulations
from compute_trends.settings.trends import resolve
from compute_trends.tables.dictionary import typed

NOISES: tuple[config.Noise, ...] = ("paper", "per_system")


class Variation(NamedTuple):
    """A trend with one choice made differently.

    ``choice`` names what differs and ``setting`` how; ``alternative`` is another choice among
    estimates, and ``without`` a domain that is left out of the fit (not of the scores), or empty.
    ``dates`` places those known to a month or year: empty for the first day, see `date_spans`.
    """

    choice: str
    setting: str
    trend: config.Trend
    basis: str
    outliers: config.Outliers
    noise: config.Noise = "none"
    alternative: str = ""
    without: str = ""
    dates: str = ""

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
    intervals: config.Intervals,
    paper_method: config.PaperMethod,
    units: config.Units,
    depth: simulations.Depth,
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
        numbers and a ``note``; the one without a single system has no interval, that of dates
        drawn anew knows of the dates only (see `date_spans.spread_numbers`).
    """
    by_name = {trend.name: trend for trend in trends}
    tables = (systems, compute, alternatives)
    selections = Selections(*tables, datasets=datasets, domains=domains)
    plans: list[Variation] = []
    for name in sensitivity.trends:
        as_fitted = Variation("none", "as fitted", by_name[name], "published", outliers)
        counts = selections.of(as_fitted).points["domain"].value_counts()
        plans += variations(
            as_fitted,
            sensitivity=sensitivity,
            datasets=_datasets_of(by_name[name], datasets),
            bases=bases,
            alternatives=list(alternatives["alternative"].unique()),
            domains=sorted(counts.index[counts >= domains.least]),
        )
    chosen = [selections.of(variation) for variation in plans]
    resampled = resampled_selections(chosen, draws=sensitivity.draws, seed=seed)
    again = _as_reported(plans, chosen, draws=intervals.draws, seed=seed)
    factor = paper_method.noise_factor
    noisy = _with_noise(plans, chosen, factor=factor, draws=sensitivity.draws, seed=seed)
    rows: list[dict[str, Any]] = []
    for place, (variation, selection) in enumerate(zip(plans, chosen, strict=True)):
        try:
            lines = noisy.get(place, again.get(place, resampled[place]))
            if isinstance(lines, str):
                raise ValueError(lines)
            if variation.dates == "spread":
                date_draws = sensitivity.date_draws.at(depth)
                numbers = selections.spread(variation, draws=date_draws, units=units, seed=seed)
            else:
                numbers = _numbers(selection.points, lines, intervals, units)
        except ValueError as error:
            numbers = {"note": str(error)}
        rows.append(variation.labels | numbers)
        if variation.choice == "none":
            rows += _without_systems(variation, selection.points, units)
    return {"sensitivity": typed(_single_systems_last(rows), "sensitivity")}


class Selections:
    """Systems that variations select, each pool scored once."""

    def __init__(
        self,
        systems: pd.DataFrame,
        compute: pd.DataFrame,
        alternatives: pd.DataFrame,
        *,
        datasets: Sequence[config.Dataset],
        domains: config.Domains,
    ) -> None:
        self.systems, self.compute, self.alternatives = systems, compute, alternatives
        self.datasets = {dataset.name: dataset for dataset in datasets}
        self.domains = domains
        self._pools: dict[tuple[object, ...], pd.DataFrame] = {}

    def of(self, variation: Variation) -> Selection:
        """Selection of one variation."""
        trend, outliers = variation.trend, variation.outliers
        middle = variation.dates == "middle"
        key = (trend.dataset, variation.basis, variation.alternative, middle, str(outliers))
        if key not in self._pools:
            values = with_alternative(self.compute, self.alternatives, variation.alternative)
            systems = systems_on(self.systems, variation.basis)
            points = select_datasets(
                all_corrected(mid_dates(systems) if middle else systems),
                values,
                datasets=[self.datasets[trend.dataset]],
                bases=[variation.basis],
            )
            self._pools[key] = in_order_of_dates(score_systems(points, outliers=outliers))
        pool = self._pools[key]
        procedure = procedure_of(pool, trend, outliers=outliers, domains=self.domains)
        kept = (pool["domain"] != variation.without).to_numpy()
        procedure = replace(procedure, eligible=procedure.eligible & kept)
        return Selection(pool, procedure, outliers.window_days)

    def spread(
        self, variation: Variation, *, draws: int, units: config.Units, seed: int
    ) -> dict[str, Any]:
        """Numbers of a variation whose dates are drawn anew, see `date_spans.spread_numbers`."""
        outliers, trend = variation.outliers, variation.trend

        def select(points: pd.DataFrame) -> pd.DataFrame:
            scores = score_systems(points, outliers=outliers)
            return select_trend(scores, trend, outliers=outliers, domains=self.domains)

        dataset = self.datasets[trend.dataset]
        points = compute_points(self.systems, self.compute, basis=variation.basis)
        systems = systems_on(self.systems, variation.basis)
        drawn = spread_points(points, systems, dataset=dataset, draws=draws, seed=seed)
        return spread_numbers(drawn, select, units=units)


def _as_reported(
    plans: Sequence[Variation], chosen: Sequence[Selection], *, draws: int, seed: int
) -> dict[int, ResampledLines]:
    """Lines of the trends as fitted, by their place, for the interval that is reported of them."""
    places = [place for place, plan in enumerate(plans) if plan.choice == "none"]
    own = [chosen[place] for place in places]
    return dict(zip(places, resampled_selections(own, draws=draws, seed=seed), strict=True))


def _with_noise(
    plans: Sequence[Variation],
    chosen: Sequence[Selection],
    *,
    factor: float,
    draws: int,
    seed: int,
) -> dict[int, ResampledLines | str]:
    """Lines of the variations with noise, by their place, or why there are none."""
    lines: dict[int, ResampledLines | str] = {}
    for noise in NOISES:
        places = [place for place, plan in enumerate(plans) if plan.noise == noise]
        own = [chosen[place] for place in places]
        try:
            noisy = noisy_selections(own, noise, noise_factor=factor, draws=draws, seed=seed)
        except ValueError as error:
            lines |= dict.fromkeys(places, str(error))
        else:
            lines |= dict(zip(places, noisy, strict=True))
    return lines


def _numbers(
    points: pd.DataFrame, lines: ResampledLines, intervals: config.Intervals, units: config.Units
) -> dict[str, Any]:
    """Numeric columns of table ``sensitivity``."""
    line, days = fit_line(points["day"], points["log_flop"]), points["day"].to_numpy(dtype=float)
    least = intervals.least_systems
    ends = interval(days, lines.slope, least_systems=least)
    return trend_numbers(line, ends, n=days.size, units=units)


def _without_systems(
    as_fitted: Variation, points: pd.DataFrame, units: config.Units
) -> list[dict[str, Any]]:
    """Rows of a trend without the two systems whose omission moves it most."""
    return [
        as_fitted._replace(choice="without_system", setting=system).labels
        | {"n": len(points) - 1, **growth_columns(slope, units=units)}
        for system, slope in _most_influential(points)
    ]


def _single_systems_last(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows of each trend, those without a single system after all others."""
    table = pd.DataFrame(rows)
    order = {name: place for place, name in enumerate(table["trend"].unique())}
    places = table.assign(
        trend=table["trend"].map(order), choice=table["choice"] == "without_system"
    )
    return table.loc[places.sort_values(["trend", "choice"], kind="stable").index]


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
    """A trend as fitted, then its variations; no choice is varied to what it is.

    Parameters
    ----------
    datasets, bases, alternatives : sequence of str
        Names to vary among.
    domains : sequence of str
        Domains to leave out in turn.
    """
    trend = as_fitted.trend
    yield as_fitted
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
        yield as_fitted._replace(choice="noise", setting=noise, noise=noise)
    for setting in sensitivity.dates:
        yield as_fitted._replace(choice="dates", setting=setting, dates=setting)
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
