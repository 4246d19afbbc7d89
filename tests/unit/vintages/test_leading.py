"""The table that the report leads with, on made-up vintages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up_vintages import DAY, FITS, PERIOD, system, vintage

from compute_trends.settings.fit import ExportFits
from compute_trends.tables.generated import write_table
from compute_trends.vintages.leading import headlines_table
from compute_trends.vintages.vintage import Vintage

# Twelve quarters before the period of the headline, forty in it, two without compute
ROWS = [
    *(system(number, publication_date=DAY - pd.Timedelta(days=number)) for number in range(1, 13)),
    *(system(number) for number in range(20, 60)),
    system(60, training_compute_flop=np.nan),
    system(61, training_compute_flop=np.nan, publication_date=DAY - pd.Timedelta(days=9)),
]


def of_models(made: Vintage, models: str) -> Vintage:
    """A vintage of other models."""
    return made._replace(export=made.export.model_copy(update={"models": models}))


def test_numbers_are_those_of_the_trend_and_shares_of_its_period(tmp_path: Path) -> None:
    made = vintage("new", "2022-01-01", ROWS)
    table = headlines_table([made], fits=FITS)
    [row] = table.to_dict("records")
    trend = made.trends.set_index("trend").loc["all"]
    for name in ("n", "growth_per_year", "growth_per_year_ci90_high", "slope_oom_per_year"):
        assert row[name] == trend[name]
    assert (row["headline_name"], row["title"], row["trend"]) == ("whole", "All systems", "all")
    assert (row["n_listed"], row["n_with_compute"], row["n"]) == (41, 40, 40)
    assert row["share_with_compute"] == pytest.approx(40 / 41)
    write_table(table, str(tmp_path / "headlines.csv"), "headlines")


def test_a_row_that_is_left_out_for_another_reason_is_not_listed() -> None:
    made = vintage("new", "2022-01-01", ROWS)
    reasons = made.excluded["reason"].mask(made.excluded["system"] == ROWS[-2]["system"], "x")
    left = made._replace(excluded=made.excluded.assign(reason=reasons))
    assert headlines_table([left], fits=FITS)["n_listed"].tolist() == [40]


def test_ends_of_the_period_are_those_of_the_trend() -> None:
    days = [pd.Timestamp(day) for day in (PERIOD["after"], PERIOD["through"])]
    ends = [system(70 + n, publication_date=day) for n, day in enumerate(days)]
    ends.append(system(72, publication_date=days[1] + pd.Timedelta(days=1)))
    table = headlines_table([vintage("new", "2022-01-01", [*ROWS, *ends])], fits=FITS)
    # After the first day, through the last.
    assert table[["n_with_compute", "n"]].to_numpy().tolist() == [[41, 41]]


@pytest.mark.parametrize(
    ("models", "leads"),
    [
        (["notable", "notable", "notable"], "c"),
        (["notable", "notable", "all"], "b"),
        (["notable", "large_scale", "all"], "a"),
        (["all", "all", "all"], "c"),
    ],
)
def test_one_vintage_leads(models: list[str], leads: str) -> None:
    made = [
        of_models(vintage(name, f"202{n}-01-01", ROWS), kind)
        for n, (name, kind) in enumerate(zip("abc", models, strict=True), start=1)
    ]
    table = headlines_table(made, fits=FITS)
    assert table["export"].tolist() == ["a", "b", "c"]
    assert table.loc[table["leads"], "export"].tolist() == [leads]


def test_every_headline_stands_on_every_vintage() -> None:
    more = [*FITS.headlines, FITS.headlines[0].model_copy(update={"name": "x", "trend": "newest"})]
    fits: ExportFits = FITS.model_copy(update={"headlines": more})
    made = [vintage(name, date, ROWS) for name, date in (("a", "2021-01-01"), ("b", "2022-01-01"))]
    keys = headlines_table(made, fits=fits)[["headline_name", "export"]].to_numpy().tolist()
    assert keys == [["whole", "a"], ["whole", "b"], ["x", "a"], ["x", "b"]]
    none: list[Any] = []
    assert headlines_table(none, fits=fits).empty


def test_a_headline_without_a_line_says_why(tmp_path: Path) -> None:
    early = [system(number, publication_date=DAY - pd.Timedelta(days=number)) for number in (1, 2)]
    table = headlines_table([vintage("a", "2021-01-01", early)], fits=FITS)
    write_table(table, str(tmp_path / "headlines.csv"), "headlines")
    [row] = table.to_dict("records")
    assert row["note"] == "a trend needs at least three systems, got 0"
    assert (row["n"], row["n_listed"]) == (0, 0) and np.isnan(row["share_with_compute"])
