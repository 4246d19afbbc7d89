"""Models without compute: counts by group, values that come later, on made-up vintages."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up import INTERVALS, OUTLIERS, UNITS
from pipeline import settings_in
from project import TINY

from compute_trends.checks.visibility import check_visibility, listed_models, visibility_table
from compute_trends.checks.visibility_delay import ALL_AGES, ALL_STEPS, delay_tables
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.visibility import Visibility
from compute_trends.tables.dictionary import typed

EXPORTS = [
    ExportFile(name="one", path="one.csv", date="2024-01-01"),
    ExportFile(name="two", path="two.csv", date="2024-12-31"),
    ExportFile(name="three", path="three.csv", date="2025-12-31"),
]
VISIBILITY = Visibility.model_validate(
    {
        "after": "2009-12-31",
        "organizations": [
            {"name": "a", "label": "A", "members": ["A", "A Research"], "leading": True},
            {"name": "b", "label": "B", "members": ["B"]},
        ],
        "least_listed": 2,
        "ages": [1, 2],
        "draws": 400,
    }
)
SETTINGS: dict[str, Any] = {"outliers": OUTLIERS, "intervals": INTERVALS, "units": UNITS}


def export(rows: list[dict[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Tables ``systems``, ``excluded`` and ``export_attributes`` of an export of some rows."""
    frame = pd.DataFrame(rows).assign(reason="no training compute")
    frame["annotation_id"] = range(2, len(frame) + 2)
    frame["system_id"] = [f"s{number}" for number in range(len(frame))]
    frame["publication_date"] = pd.to_datetime(frame["publication_date"])
    known = frame["training_compute_flop"].notna()
    tables = (frame[known], "systems"), (frame[~known], "excluded"), (frame, "export_attributes")
    systems, excluded, attributes = (typed(rows, name) for rows, name in tables)
    return systems, excluded, attributes


def model(date: str, flop: float | None, **others: Any) -> dict[str, Any]:
    return {
        "publication_date": date,
        "training_compute_flop": flop,
        "organizations": "A",
        "domain": "Language",
        "open_weights": "no",
        "frontier": False,
    } | others


MODELS = [
    model("2020-03-01", 1e20),
    model("2020-04-01", None, organizations="A Research; B", open_weights="yes"),
    model("2020-05-01", None, organizations="B", domain="Language; Vision"),
    model("2021-01-01", 1e21, organizations="Else", domain="Vision", open_weights=None),
    model("2021-02-01", None, organizations=None, domain="Games", frontier=True),
    model("2008-02-01", 1e19),
    model("2026-02-01", None),
]


def test_models_are_counted_by_year_and_in_each_group_that_they_are_of() -> None:
    models = listed_models(*export(MODELS), export=EXPORTS[-1])
    assert len(models) == len(MODELS) - 1, "one is dated after the vintage"
    table = visibility_table(models, VISIBILITY)
    counts = table.set_index(["group_kind", "group_name", "year"])
    numbers = counts[["n_listed", "n_with_compute"]].apply(tuple, axis=1).to_dict()
    assert numbers["all", "all", 2020] == (3, 1)
    assert numbers["organization", "a", 2020] == (2, 1)
    assert numbers["organization", "b", 2020] == (2, 0)
    assert numbers["organization", "leading", 2020] == (2, 1)
    assert numbers["organization", "others", 2021] == (2, 1)
    assert ("organization", "a", 2021) not in numbers
    assert numbers["domain", "Vision", 2020] == (1, 0)
    assert numbers["domain", "Other", 2021] == (1, 0)
    assert numbers["weights", "not stated", 2021] == (1, 1)
    assert numbers["frontier", "yes", 2021] == (1, 0)
    shares = counts["share_with_compute"]
    assert shares["all", "all", 2020] == pytest.approx(1 / 3)
    assert 2008 not in table["year"].to_list()


def changed_rows(rng: np.random.Generator, n: int, *, rate: float, shift: float) -> pd.DataFrame:
    """Rows of three vintages: values come at a rate per year, moved from those known by so much."""
    days = rng.integers(0, 1400, n)
    values = 20 + 0.6 * days / 365 + rng.normal(scale=0.5, size=n)
    known = rng.random(n) < 0.5
    tables = []
    for before, after in itertools.pairwise(EXPORTS):
        years = (pd.Timestamp(after.date) - pd.Timestamp(before.date)).days / 365
        came = ~known & (rng.random(n) < -np.expm1(-rate * years))
        later = known | came
        table = pd.DataFrame(
            {
                "before": before.name,
                "after": after.name,
                "number": range(1, n + 1),
                "status": "kept",
                "before_row": range(2, n + 2),
                "after_row": range(2, n + 2),
                "system_id_before": [f"s{one}" for one in range(n)],
                "system_id_after": [f"s{one}" for one in range(n)],
                "publication_date_before": pd.Timestamp("2020-01-01") + pd.to_timedelta(days, "D"),
                "training_compute_flop_before": np.where(known, 10**values, np.nan),
                "training_compute_flop_after": np.where(later, 10 ** (values + came * shift), 0),
            }
        )
        after_values = table["training_compute_flop_after"]
        tables.append(table.assign(training_compute_flop_after=after_values.replace(0, np.nan)))
        known = later
    return typed(pd.concat(tables), "changed_rows")


def delays(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return delay_tables(rows, exports=EXPORTS, visibility=VISIBILITY, seed=1, **SETTINGS)


def test_the_share_that_gets_a_value_in_a_year_is_found_again() -> None:
    tables = delays(changed_rows(np.random.default_rng(1), 3000, rate=0.2, shift=0.0))
    row = tables["visibility_delay"].set_index("age_class").loc[ALL_AGES]
    assert row["share_in_a_year"] == pytest.approx(-np.expm1(-0.2), abs=0.03)
    assert row["share_in_a_year_ci90_low"] < row["share_in_a_year"]
    ages = tables["visibility_ages"].set_index(["export", "age_class"])
    first = ages.loc[("one", ALL_AGES)]
    parts = ages.loc["one"].drop(index=ALL_AGES)
    assert parts["n_listed"].sum() == first["n_listed"]
    assert parts["n_given"].sum() == first["n_given"]
    assert pd.isna(ages.loc[("three", ALL_AGES), "n_given"])
    assert ages.loc[("three", ALL_AGES), "n_with_compute"] > first["n_with_compute"]


@pytest.mark.parametrize("shift", [0.0, 1.5])
def test_values_that_come_later_are_held_against_those_known_of_their_date(shift: float) -> None:
    tables = delays(changed_rows(np.random.default_rng(2), 600, rate=0.2, shift=shift))
    row = tables["visibility_later"].set_index("vintage_step").loc[ALL_STEPS]
    assert row["difference_oom"] == pytest.approx(shift, abs=0.2)
    ends = row["difference_oom_ci90_low"], row["difference_oom_ci90_high"]
    assert ends[0] < row["difference_oom"] < ends[1]
    assert (ends[0] > 0) == (shift > 0)


def test_few_values_that_come_have_no_interval_but_a_note() -> None:
    tables = delays(changed_rows(np.random.default_rng(3), 40, rate=0.05, shift=0.0))
    table = tables["visibility_later"]
    few = table[table["n_given"] < INTERVALS.least_systems]
    assert len(few)
    assert few["difference_oom_ci90_low"].isna().all()
    assert few["note"].str.startswith("too few").all()


def test_one_vintage_tells_nothing_of_delays_and_the_rest_all_the_same() -> None:
    settings = settings_in(TINY / "config.yaml")
    rows = [
        model(f"{2002 + year}-0{month}-01", 10.0 ** (10 + year) if (year + month) % 4 else None)
        for year in range(10)
        for month in (1, 4, 7)
    ]
    fit = settings.fit
    tables = check_visibility(
        *([table] for table in export(rows)),
        typed(pd.DataFrame(), "changed_rows"),
        exports=EXPORTS[:1],
        visibility=fit.visibility,
        slowing=fit.slowing,
        fits=fit.exports,
        depth=fit.depth,
        seed=1,
        **SETTINGS,
    )
    assert all(tables[name].empty for name in tables if name.startswith("visibility_"))
    assert set(tables["slowing_verdicts"]["verdict"]) <= {"undecided", "rejected", "established"}
    assert not tables["visibility"].empty
