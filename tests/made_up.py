"""Made-up settings and tables that several tests share."""

from __future__ import annotations

from typing import Any

import pandas as pd

from compute_trends.common.vocabulary import CONFIDENCES, METHODS
from compute_trends.estimate.choice import choose_compute
from compute_trends.estimate.verdicts import Judgements
from compute_trends.settings.estimate import Choice, Preference
from compute_trends.settings.fit import Dataset, Domains, Intervals, Outliers, Trend, Units
from compute_trends.tables.dictionary import typed

UNITS = Units(days_per_year=365, days_per_month=30)
OUTLIERS = Outliers(window_days=364, low_z=-2, high_z=0.76, large_scale_from="2015-09-01")
DOMAINS = Domains(least=2)
INTERVALS = Intervals(draws=999, least_systems=8, withheld=[])
# Operations, chips and time, totals; the surer ones first within each
PREFERENCE = [
    Preference(methods=[method], confidence=confidence)
    for method in METHODS
    for confidence in CONFIDENCES
]


def choice(**changes: Any) -> Choice:
    """The preferred estimate by `PREFERENCE`, but for some settings."""
    settings = {
        "rule": "preference",
        "generated_data": "counted",
        "replayable_only": False,
        "preference": PREFERENCE,
    }
    return Choice.model_validate(settings | changes)


def dataset(name: str, *snapshots: str, through: str = "2020-01-01") -> Dataset:
    return Dataset(name=name, snapshots=list(snapshots), through=through)


def trend(**changes: Any) -> Trend:
    """A trend over both scales between deep learning and large scale."""
    settings = {
        "name": "t",
        "label": "T",
        "dataset": "d",
        "period": {"after": "2009-12-31", "through": "2015-09-01"},
        "scale": "all",
    }
    return Trend.model_validate(settings | changes)


def tables(dates: list[str], flop: list[float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables ``systems`` and ``compute`` of systems s0, s1, ..."""
    keys = [f"s{number}" for number in range(len(dates))]
    systems = pd.DataFrame(
        {
            "system_id": keys,
            "snapshot": "a",
            "domain": "Vision",
            "publication_date": pd.to_datetime(dates),
        }
    )
    compute = {"system_id": keys, "training_compute_published_flop": flop}
    return systems, typed(pd.DataFrame(compute), "compute")


def values(**systems: dict[str, float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables ``estimates`` and ``compute`` of systems, each given as published and by method."""
    rows = []
    for system, flop in systems.items():
        for method, value in flop.items():
            rows.append(
                {
                    "estimate_id": f"{system}/{method}",
                    "system_id": system,
                    "basis": "published" if method == "published" else "estimated",
                    "method": method,
                    "confidence": None if method == "published" else "confident",
                    "scope": None if method == "published" else "system",
                    "operations": None if method == "published" else "needed",
                    "training_compute_flop": value,
                    "training_compute_flop_ci90_low": value / 2,
                    "training_compute_flop_ci90_high": value * 2,
                    "utilization": 0.4 if method == "hardware_time" else None,
                    "hardware": "Abacus" if method == "hardware_time" else None,
                    "precision": "fp32" if method == "hardware_time" else None,
                    "assumed": "utilization" if method == "hardware_time" else None,
                }
            )
    estimates = typed(pd.DataFrame(rows), "estimates")
    return estimates, choose_compute(estimates, Judgements(), choice=choice())
