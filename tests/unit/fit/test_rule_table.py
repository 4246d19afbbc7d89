"""Growth by other rules and in other years, on a made-up export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up_vintages import DAY, FITS, PERIOD, SETTINGS, system, vintage

from compute_trends.fit.export import fit_export
from compute_trends.settings.export_rules import RuleTable
from compute_trends.settings.field_types import all_conflicts
from compute_trends.tables.generated import write_table

RULES = [
    {"name": "all", "label": "All", "low_outliers": "keep"},
    {"name": "top_3", "label": "Top 3", "frontier": "top_3"},
    {"name": "flag", "label": "Flagged", "frontier": "flag"},
]
LATE = {"after": "2008-12-31", "through": "vintage"}
WINDOWS = [
    {"name": "whole", "label": "in all years", "period": PERIOD},
    {"name": "late", "label": "since 2009", "period": LATE},
    {"name": "newest", "label": "of late", "period": LATE | {"after": "2010-05-31"}},
]
TABLE = RuleTable.model_validate({"rules": RULES, "windows": WINDOWS})
# Forty quarters of 2001 to 2010; two systems of 2010 and one before the period without compute
ROWS = [
    *(system(number) for number in range(40)),
    *(system(number, training_compute_flop=np.nan) for number in (37, 38)),
    system(60, training_compute_flop=np.nan, publication_date=DAY - pd.Timedelta(days=9)),
]


def fitted(leads: bool = True, **changes: Any) -> dict[str, pd.DataFrame]:
    """Tables of a vintage of `ROWS` whose config has `TABLE`."""
    rows = [row | {"system": f"{row['system']} {place}"} for place, row in enumerate(ROWS)]
    made = vintage("new", "2021-06-30", rows)
    fits = FITS.model_copy(update={"rule_table": TABLE} | changes)
    tables = (made.systems, made.compute, made.attributes, made.excluded)
    settings = SETTINGS | {"fits": fits, "leads": leads, "paper": [], "export": made.export}
    return fit_export(*tables, **settings)


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return fitted()


@pytest.mark.parametrize("trend", ["all", "top", "flag"])
def test_a_cell_is_the_trend_of_its_rule_and_years_to_the_last_digit(
    tables: dict[str, pd.DataFrame], trend: str
) -> None:
    rule = {"top": "top_3"}.get(trend, trend)
    cells = tables["rules_by_window"].set_index(["rule", "window"])
    cell, row = (
        cells.loc[rule, "whole"],
        tables["export_trends"].set_index("trend").loc[trend],
    )
    same = [name for name in cells.columns if name in row.index and name != "label"]
    assert {"n", "period", "growth_per_year_ci90_low", "doubling_time_months"} < set(same)
    pd.testing.assert_series_equal(cell[same], row[same], check_names=False, check_exact=True)


def test_each_rule_stands_in_each_window(tables: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    table = tables["rules_by_window"]
    assert table["label"].tolist()[:4] == [
        "All in all years",
        "All since 2009",
        "All of late",
        "Top 3 in all years",
    ]
    assert table["period"].tolist()[:2] == ["2000-12-31/2020-12-31", "2008-12-31/2021-06-30"]
    write_table(table, str(tmp_path / "rules_by_window.csv"), "rules_by_window")


def test_slopes_and_shares_are_those_of_the_rows(tables: dict[str, pd.DataFrame]) -> None:
    cell = tables["rules_by_window"].set_index(["rule", "window"]).loc["all", "late"]
    days = DAY + pd.to_timedelta(91 * np.arange(40), "D")
    inside = days > pd.Timestamp("2008-12-31")
    values = np.log10([row["training_compute_flop"] for row in ROWS[:40]])
    years = (days - DAY).days.to_numpy() / 365
    slope = np.polyfit(years[inside], values[inside], 1)[0]
    assert cell["growth_per_year"] == pytest.approx(10**slope)
    assert cell["n"] == inside.sum() == cell["n_with_compute"]
    assert cell["n_listed"] == inside.sum() + 2
    assert cell["share_with_compute"] == pytest.approx(inside.sum() / (inside.sum() + 2))


def test_a_cell_of_few_systems_says_so(tables: dict[str, pd.DataFrame]) -> None:
    cells = tables["rules_by_window"].set_index(["rule", "window"])
    few = cells.loc["all", "newest"]
    assert few["n"] == 2 and np.isnan(few["growth_per_year"])
    assert few["note"] == "a trend needs at least three systems, got 2"
    late = cells.loc["top_3", "late"]
    assert late["n"] < 8 and np.isnan(late["growth_per_year_ci90_low"])
    assert late["note"] == "no interval: fewer than 8 systems"


def test_only_the_export_that_leads_has_the_table() -> None:
    assert "rules_by_window" not in fitted(leads=False)


def test_without_rules_the_table_is_empty() -> None:
    nothing = TABLE.model_copy(update={"rules": []})
    assert fitted(rule_table=nothing)["rules_by_window"].empty


def test_the_table_moves_no_other_trend(tables: dict[str, pd.DataFrame]) -> None:
    without = fitted(rule_table=TABLE.model_copy(update={"windows": []}))
    for name in ("export_trends", "export_members", "scores"):
        pd.testing.assert_frame_equal(tables[name], without[name], check_exact=True)


def test_a_name_stands_once_and_a_frontier_selects_by_itself() -> None:
    rules = [*RULES, RULES[0] | {"frontier": "records"}]
    table = RuleTable.model_validate({"rules": rules, "windows": WINDOWS[:1] * 2})
    assert {place for place, _ in all_conflicts(table)} == {"rules", "windows", "rules[3].frontier"}
