"""Settings of forecasts, and vintages of made-up systems to forecast from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from made_up import UNITS
from made_up_vintages import vintage

from compute_trends.settings.outlook import Outlook
from compute_trends.tables.dictionary import typed
from compute_trends.vintages.forecasting import Known
from compute_trends.vintages.outlook import forecast
from compute_trends.vintages.vintage import Vintage

OUTLOOK = Outlook(
    draws={"light": 200, "deep": 4000},
    horizons=[1, 2, 3],
    origins={"first": "2006-01-01", "last": "2019-07-01", "step_months": 6},
    rules={
        "since": "2000-12-31",
        "recent_years": 5,
        "longer_years": 10,
        "top": 5,
        "most_breaks": 1,
        "least_systems": 8,
    },
    bar={"level": 0.05, "power_against": 0.7, "least_windows": 8, "resamples": 200},
    thresholds=[{"flop": 1e14, "why": "made up"}, {"flop": 1e25, "why": "made up, too"}],
    by="2030-12-31",
    through="2040-12-31",
)
# From fewer origins, which is quicker
YEARLY = OUTLOOK.model_copy(
    update={"origins": OUTLOOK.origins.model_copy(update={"step_months": 12})}
)
NOTHING_ISSUED = typed(pd.DataFrame(), "forecast_outcomes").drop(columns="made")


def made_up_systems(until: str, *, a_year: int = 20, seed: int = 1) -> list[dict[str, Any]]:
    """Systems from 2001 to a day at random dates, half an order of magnitude more a year."""
    rng = np.random.default_rng(seed)
    dates = pd.date_range("2001-01-01", "2020-12-31", periods=20 * a_year).normalize()
    log_flop = 10 + 0.5 * (dates - dates[0]).days / 365 + rng.normal(0, 0.7, len(dates))
    return [
        {
            "system": f"Number {number}",
            "publication_date": day,
            "training_compute_flop": 10**value,
            "domain": "Language",
            "frontier": False,
        }
        for number, (day, value) in enumerate(zip(dates, log_flop, strict=True))
        if day <= pd.Timestamp(until)
    ]


def of_day(day: str, models: str = "notable", **more: Any) -> Vintage:
    """A vintage of a day of all systems until then."""
    made = vintage(f"{models}_{day.replace('-', '_')}", day, made_up_systems(day, **more))
    return made._replace(export=made.export.model_copy(update={"models": models}))


def known_of(made: Vintage) -> Known:
    return Known.of(made.export, made.systems, made.compute)


def tables_of(vintages: list[Vintage], **changes: Any) -> dict[str, pd.DataFrame]:
    """What the stage makes of vintages."""
    settings = {"outlook": YEARLY, "units": UNITS, "depth": "light", "seed": 1} | changes
    return forecast(
        [made.systems for made in vintages],
        [made.compute for made in vintages],
        settings.pop("forecasts", NOTHING_ISSUED),
        exports=[made.export for made in vintages],
        **settings,
    )
