"""Forecasts from days in the past, each held against what came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.common.records import Record
from compute_trends.fit.forecast_tests import scores
from compute_trends.fit.loglinear import Array
from compute_trends.settings.outlook import Origins
from compute_trends.vintages.forecasting import (
    RECORD,
    Drawings,
    Forecaster,
    Known,
    Target,
    quantile_columns,
    target_columns,
    targets,
)

# Whose values a forecast was made of: the newest vintage's, or those of the day's own
NEWEST, OF_THE_DAY = "newest", "of_the_day"


class Case(NamedTuple):
    """An origin, and the vintage whose values are known on it."""

    data: str
    known: Known
    origin: float


def scheduled(origins: Origins) -> list[float]:
    """Day numbers of the origins of the config."""
    days = pd.date_range(
        origins.first, origins.last, freq=pd.DateOffset(months=origins.step_months)
    )
    return [float((day - pd.Timestamp(0)).days) for day in days]


def cases(vintages: Sequence[Known], leading: Known, forecaster: Forecaster) -> list[Case]:
    """Every origin on the newest vintage, and on the vintage of its day where there is one.

    Origins are those of the config and the days of the vintages; from each the first horizon
    must have passed. The vintage of a day is the last one until then, of the same models as the
    newest one if there is one, else of all models.
    """
    own = {float(known.day) for known in vintages if known is not leading}
    found = []
    for origin in sorted({*scheduled(forecaster.outlook.origins), *own}):
        if forecaster.target_day(origin, min(forecaster.outlook.horizons)) > leading.day:
            continue
        found.append(Case(NEWEST, leading, origin))
        then = vintage_of(origin, vintages, leading)
        if then is not None:
            found.append(Case(OF_THE_DAY, then, origin))
    return found


def vintage_of(origin: float, vintages: Sequence[Known], leading: Known) -> Known | None:
    """Vintage that was the newest one on a day, other than the leading one."""
    before = [known for known in vintages if known.day <= origin and known is not leading]
    same = [known for known in before if known.export.models == leading.export.models]
    wider = [known for known in before if known.export.models == "all"]
    return max(same or wider, key=lambda known: known.day, default=None)


def backtest_rows(
    case: Case, drawn: Drawings, leading: Known, forecaster: Forecaster
) -> Iterator[Record]:
    """Rows of table ``backtest`` for an origin: each forecast whose time has passed."""
    for target in targets(drawn, forecaster.outlook.horizons):
        day = forecaster.target_day(case.origin, target.horizon)
        truths = what_came(target.target, case.known, case.origin, day, leading)
        if truths.size:
            row = {"data": case.data} | target_columns(
                target, case.known.export.name, case.origin, day
            )
            yield row | quantile_columns(target.ends) | scored(target, truths)


def what_came(target: str, known: Known, origin: float, day: float, leading: Known) -> Array:
    """What the newest vintage says came, in log10 FLOP; empty if it cannot say.

    Of the record one value. Of systems the compute of all that were published since the origin,
    if the forecast was made of systems of the same kind.
    """
    if day > leading.day or not leading.until(day).days.size:
        return np.empty(0)
    if target == RECORD:
        return np.array([leading.until(day).record])
    same = known.export.models == leading.export.models
    return leading.within(origin, day) if same else np.empty(0)


def coverage(ends: Array, truths: Array) -> Record:
    """What came, and the share of it that the intervals between quantiles hold.

    Of several systems the middle one by date, the later of two, stands for what came.
    """
    low, lower, _, upper, high = ends
    return {
        "n_truths": truths.size,
        "truth_flop": 10.0 ** truths[truths.size // 2],
        "share_within_50": float(((lower <= truths) & (truths <= upper)).mean()),
        "share_within_90": float(((low <= truths) & (truths <= high)).mean()),
    }


def scored(target: Target, truths: Array) -> Record:
    """Coverage and scores of a forecast.

    Of several systems the middle one by date is the one whose coverage is tested, because those
    of one year depend on each other; shares and scores are means of all.
    """
    low, lower, _, upper, high = target.ends
    middle = truths[truths.size // 2]
    of_all = scores(truths, target.draws)
    return coverage(target.ends, truths) | {
        "within_50": bool(lower <= middle <= upper),
        "within_90": bool(low <= middle <= high),
        "crps_oom": float(of_all.crps.mean()),
        "log_score": float(of_all.log_score.mean()),
    }
