from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up import INTERVALS, UNITS, dataset

from compute_trends.fit.parameter_trends import parameter_table
from compute_trends.settings.fit import ParameterTrend

DATASETS = [dataset("d", "a", through="2015-12-31")]


def fit(systems: pd.DataFrame, **changes: Any) -> pd.Series:
    settings = {
        "name": "t",
        "label": "T",
        "dataset": "d",
        "period": {"after": "1999-12-31", "through": "2020-01-01"},
    }
    table = parameter_table(
        systems,
        trends=[ParameterTrend.model_validate(settings | changes)],
        datasets=DATASETS,
        intervals=INTERVALS,
        units=UNITS,
        seed=1,
    )
    return table.iloc[0]


def systems() -> pd.DataFrame:
    """Parameters that grow tenfold every 730 days, in two domains that differ by a factor."""
    dates = pd.date_range("2000-01-01", periods=30, freq="180D")
    days = (dates - dates[0]).days.to_numpy()
    domain = np.where(np.arange(30) % 2, "Vision", "Language")
    return pd.DataFrame(
        {
            "system_id": [f"s{index}" for index in range(30)],
            "snapshot": "a",
            "domain": domain,
            "publication_date": dates,
            "parameters": 1e3 * 10 ** (days / 730),
        }
    )


def test_known_growth_is_recovered() -> None:
    row = fit(systems())
    assert row["slope_oom_per_year"] == pytest.approx(0.5)
    assert row["doubling_time_months"] == pytest.approx(np.log10(2) * 730 / 30)
    assert row["doubling_time_months_ci90_low"] == pytest.approx(row["doubling_time_months"])


def test_domain_dataset_and_missing_numbers() -> None:
    frame = systems()
    assert fit(frame)["n"] == 30
    assert fit(frame, domain="Vision")["n"] == 15
    frame.loc[0, "parameters"] = np.nan
    frame.loc[1, "snapshot"] = "b"
    frame.loc[29, "publication_date"] = pd.Timestamp("2016-01-01")
    assert fit(frame)["n"] == 27
    early = {"after": "2000-01-01", "through": "2005-01-01"}
    inside = frame["publication_date"].between("2000-01-02", "2005-01-01")
    usable = inside & frame["parameters"].notna() & (frame["snapshot"] == "a")
    assert fit(frame, period=early)["n"] == usable.sum()


def test_a_trend_that_cannot_be_fitted_is_named() -> None:
    with pytest.raises(ValueError, match=r"parameter trend t: .*three systems, got 0"):
        fit(systems(), domain="Games")
