"""Made-up models of which growth before and since 2023 is known, some of them without compute."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from made_up import INTERVALS, OUTLIERS, UNITS
from pipeline import settings_in

from compute_trends.checks.slowing import slowing_tables
from compute_trends.common.dates import day_number
from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import Mask
from compute_trends.fit.running_top import in_running_top
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.simulations import Depths, Worlds

CONFIG = settings_in()
START, CUT, END = map(day_number, ("2009-12-31", "2022-12-31", "2026-08-19"))
SLOPE = 0.6
HEADLINES = ("all", "frontier")
SLOWING = CONFIG.fit.slowing.model_copy(
    update={
        "dates": ["2022-12-31"],
        "dropped_months": [0],
        "worlds": Worlds(light=60, deep=1200),
        "draws": Depths(light=200, deep=200),
    }
)
EXPORT = ExportFile(name="e", path="e.csv", date="2026-08-19")


def world(rng: np.random.Generator, *, scatter: float, share: float = 1.0) -> tuple[Array, Array]:
    """Days and log10 FLOP of 500 models, ever more a year; growth falls to a share in 2023."""
    days = np.sort(START + 1 + (END - START - 1) * rng.random(500) ** 0.55).round()
    line = 14 + SLOPE / 365 * (days - START - (1 - share) * np.maximum(days - CUT, 0))
    return days, line + rng.normal(scale=scatter, size=days.size)


def top_hidden(rng: np.random.Generator, days: Array, values: Array) -> Mask:
    """Half of the running top since 2023, by chance."""
    top = in_running_top(days, values[np.newaxis], top=10)[0]
    return np.asarray(top & (days > CUT) & (rng.random(days.size) < 0.5))


def tables(days: Array, values: Array, hidden: Mask, **settings: Any) -> dict[str, pd.DataFrame]:
    """Tables of `slowing_tables` of some models; every third is of a leading lab."""
    names = [f"s{number}" for number in range(days.size)]
    models = pd.DataFrame({"system_id": names, "day": days})
    models["log_flop"] = np.where(hidden, np.nan, values)
    models["organizations"] = np.where(np.arange(days.size) % 3 == 0, "OpenAI", "Else")
    own: dict[str, Any] = {"slowing": SLOWING, "fits": CONFIG.fit.exports, "seed": 1}
    own |= {"outliers": OUTLIERS, "intervals": INTERVALS, "units": UNITS, "depth": "light"}
    own |= {"export": EXPORT, "leading_labs": ["OpenAI"]}
    return slowing_tables(models, **own | settings)
