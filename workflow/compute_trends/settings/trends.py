"""Trends with their defaults put in: the one place where they are resolved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from compute_trends.common.dates import day_number
from compute_trends.settings.days import OpenPeriod, Period
from compute_trends.settings.export_rules import ExportTrend
from compute_trends.settings.fit import Outliers, ParameterTrend, Trend


@dataclass(frozen=True)
class LargeScale:
    """A system is large-scale above a standard score of log10 compute and after a day y-m-d."""

    high_z: float
    large_scale_from: str

    @property
    def large_scale_day(self) -> int:
        """Day number of ``large_scale_from``."""
        return day_number(self.large_scale_from)


@dataclass(frozen=True)
class ResolvedTrend(LargeScale):
    """What selects the systems of a trend: scale, days, and whether they hold on every vintage."""

    period: Period
    fixed: bool

    @property
    def days(self) -> tuple[int, int]:
        """Day numbers of the period: the last day before it, and its last."""
        return day_number(self.period.after), day_number(self.period.through)


def large_scale(outliers: Outliers, *, high_z: float | None = None) -> LargeScale:
    """What makes a system large-scale where ``high_z`` may replace the one of ``fit.outliers``."""
    return LargeScale(outliers.high_z if high_z is None else high_z, outliers.large_scale_from)


def resolve(
    trend: Trend | ExportTrend, outliers: Outliers, *, vintage: str | None = None
) -> ResolvedTrend:
    """Put the defaults of ``fit.outliers`` and the date of the vintage into a trend.

    Parameters
    ----------
    trend : Trend or ExportTrend
        Where it says nothing of its own, ``outliers`` hold.
    vintage : str, optional
        Date y-m-d of the export; ValueError if ``through: vintage`` needs one and has none.
    """
    period, fixed = trend.period, True
    if isinstance(period, OpenPeriod):
        fixed = period.fixed
        if not fixed and vintage is None:
            raise ValueError(f"trend {trend.name}: its period goes on to the vintage of an export")
        period = period.until(vintage or "")
    high_z = large_scale(outliers, high_z=trend.high_z).high_z
    start = trend.large_scale_from or outliers.large_scale_from
    return ResolvedTrend(high_z, start, period=period, fixed=fixed)


def systems_of_trends(
    trends: Iterable[Trend | ExportTrend | ParameterTrend], outliers: Outliers
) -> dict[str, frozenset[str]]:
    """What the systems of each trend are, so that a statement is measured on what it is about.

    Returns
    -------
    dict of str to frozenset of str
        By the name of the trend. ``largest``: picked by a rule for the largest of their time
        (records, a running top, the paper's z-score, an export's flag); ``large``: by the
        z-score; ``regular``: not large-scale, as every system is before these are marked;
        ``all``: not picked by compute.
    """
    return {trend.name: frozenset(_systems_of(trend, outliers)) for trend in trends}


def _systems_of(trend: Trend | ExportTrend | ParameterTrend, outliers: Outliers) -> set[str]:
    if isinstance(trend, ParameterTrend):
        return {"all"}
    frontier = trend.frontier if isinstance(trend, ExportTrend) else trend.records
    if frontier == "z_score" or trend.scale == "large":
        return {"large", "largest"}
    if frontier is not None:
        return {"largest"}
    marked = large_scale(outliers).large_scale_from
    none_is_large = isinstance(trend, Trend) and trend.period.through <= marked
    return {trend.scale, "regular"} if none_is_large else {trend.scale}
