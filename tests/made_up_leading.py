"""Made-up systems of the export that answers for today, with what it states of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from made_up import INTERVALS, UNITS

from compute_trends.checks.driver_data import STATED, Listed, Rules, listed_systems
from compute_trends.fit.loglinear import Array
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.drivers import Drivers

EXPORT = ExportFile(name="made_up", path="made_up.csv", date="2026-01-01")
FIRST = pd.Timestamp("2018-01-01")
RULES = Rules(INTERVALS, UNITS)
CLASSES = {"confident": 3.0, "likely": 10.0, "speculative": 31.0}
HERE, THERE = "United States of America", "China"
FLOP = "training_compute_estimated_flop"
# Columns that hold text
TEXT = ("confidence", "countries", "hardware")


def settings(**changes: Any) -> Drivers:
    """Section ``fit.drivers`` of config.yaml, with few resamples."""
    period = {"after": "2017-12-31", "through": "vintage"}
    values = {
        "draws": 200,
        "windows": [{"name": "whole", "label": "since 2018", "period": period}],
        "top": 10,
        "thresholds": [1e23, 1e25],
        "groups": [
            {"name": "here", "label": "Here", "countries": [HERE]},
            {"name": "there", "label": "There", "countries": [THERE]},
        ],
        "joint": ["each", "left_out"],
        "group_period": period,
        "pairs": [{"ahead": "here", "behind": "there"}],
        "lag_days": ["2022-01-01", "vintage"],
    }
    return Drivers.model_validate(values | changes)


def tables(years: Array, log_flop: Array, **stated: Any) -> list[pd.DataFrame]:
    """Tables systems, compute, export_attributes and excluded of systems s0, s1, ...

    ``years`` after the start of 2018; a NaN of ``log_flop`` is a system without compute.
    ``stated`` are columns of attributes and organizations, ours (log10 of our estimate, and how
    far its ends are) and base_model.
    """
    n = len(years)
    rows = pd.DataFrame(
        {
            "system_id": [f"s{number}" for number in range(n)],
            "annotation_id": range(2, n + 2),
            "snapshot": "made_up",
            "domain": "Language",
            "organizations": stated.get("organizations", "Lab"),
            "publication_date": FIRST + pd.to_timedelta(np.round(np.asarray(years) * 365), "D"),
        }
    )
    columns = {name: None if name in TEXT else np.nan for name in STATED}
    columns |= {"base_model": None, "finetune_compute_flop": np.nan}
    columns |= {name: value for name, value in stated.items() if name in columns}
    attributes = rows[["system_id", "annotation_id"]].assign(**columns)
    flop = 10.0 ** np.asarray(log_flop, dtype=float)
    value, reach = stated.get("ours", (np.full(n, np.nan), 0.0))
    ours = {FLOP: 10.0 ** np.asarray(value, dtype=float)}
    ours |= {
        f"{FLOP}_ci90_low": ours[FLOP] / 10**reach,
        f"{FLOP}_ci90_high": ours[FLOP] * 10**reach,
    }
    compute = rows[["system_id"]].assign(training_compute_published_flop=flop, **ours)
    known = ~np.isnan(flop)
    excluded = rows[~known].assign(reason="no training compute")
    return [rows[known], compute[known], attributes, excluded]


def listed(years: Array, log_flop: Array, **stated: Any) -> Listed:
    """Systems as `driver_data.listed_systems` gives them."""
    return listed_systems(EXPORT, *tables(years, log_flop, **stated))
