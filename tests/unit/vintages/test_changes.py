from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up_vintages import DAY, FITS, SETTINGS, compared, system, vintage

from compute_trends.common.numbers import percent
from compute_trends.fit.loglinear import fit_line
from compute_trends.tables.generated import write_table
from compute_trends.vintages.changes import compare_vintages
from compute_trends.vintages.growth import growth_by_vintage
from compute_trends.vintages.headlines import CHANGE_KINDS

BEFORE = [system(number) for number in range(40)]


def slope(rows: list[dict[str, Any]]) -> float:
    """Growth of all rows in OOM per year, by a formula of its own."""
    given = [row for row in rows if pd.notna(row["training_compute_flop"])]
    days = np.array([(row["publication_date"] - DAY).days for row in given])
    values = np.log10([row["training_compute_flop"] for row in given])
    return float(np.polyfit(days, values, 1)[0] * 365)


def test_nothing_changed() -> None:
    changes = compared(BEFORE, BEFORE)
    assert set(changes["changed_rows"]["status"]) == {"kept"}
    assert changes["changed_values"].empty
    assert changes["changed_trends"]["change_oom_per_year"].tolist() == pytest.approx([0, 0, 0])


def test_headlines_and_what_is_followed_are_compared() -> None:
    assert compared(BEFORE, BEFORE)["changed_trends"]["trend"].tolist() == ["all", "top", "flag"]
    fits = FITS.model_copy(update={"followed": []})
    assert compared(BEFORE, BEFORE, fits=fits)["changed_trends"]["trend"].tolist() == ["all"]


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        ([*BEFORE, system(45, training_compute_flop=1e25)], "new"),
        (BEFORE[3:], "removed"),
        ([*BEFORE[:-1], system(39, training_compute_flop=np.nan)], "filled"),
        ([*BEFORE[:-1], system(39, training_compute_flop=1e30)], "restated"),
        ([*BEFORE[:-1], system(39, publication_date=pd.Timestamp("2002-01-01"))], "restated"),
    ],
)
def test_a_change_of_one_kind_is_all_its_own(after: list[dict[str, Any]], kind: str) -> None:
    row = compared(BEFORE, after)["changed_trends"].set_index("trend").loc["all"]
    expected = slope(after) - slope(BEFORE)
    assert abs(expected) > 1e-4
    for name in CHANGE_KINDS:
        part = pytest.approx(expected if name == kind else 0, abs=1e-12)
        assert row[f"{name}_oom_per_year"] == part
        assert row[f"{name}_alone_oom_per_year"] == part
    assert row["interaction_oom_per_year"] == pytest.approx(0, abs=1e-12)


def mixed() -> list[dict[str, Any]]:
    after = [dict(row) for row in BEFORE[4:]]
    after[5]["training_compute_flop"] *= 1000
    after[9]["training_compute_flop"] = np.nan
    after[20]["frontier"] = True
    return [*after, system(41, training_compute_flop=1e26), system(43)]


def test_the_parts_add_up_to_the_change_of_every_trend() -> None:
    after = mixed()
    trends = compared(BEFORE, after)["changed_trends"].set_index("trend")
    parts = trends[[f"{kind}_oom_per_year" for kind in CHANGE_KINDS]].sum(axis="columns")
    assert parts.tolist() == pytest.approx(trends["change_oom_per_year"].tolist())
    change = trends["slope_oom_per_year_after"] - trends["slope_oom_per_year_before"]
    assert change.tolist() == pytest.approx(trends["change_oom_per_year"].tolist())
    assert change["all"] == pytest.approx(slope(after) - slope(BEFORE))


def test_each_change_alone_is_a_refit_with_that_change() -> None:
    after = mixed()
    row = compared(BEFORE, after)["changed_trends"].set_index("trend").loc["all"]
    start = slope(BEFORE)
    alone = {
        "new": slope([*BEFORE, *after[-2:]]),
        "removed": slope(BEFORE[4:]),
        "filled": slope([row for row in BEFORE if row["system"] != after[9]["system"]]),
        "restated": slope(
            [after[5] if row["system"] == after[5]["system"] else row for row in BEFORE]
        ),
    }
    for kind, growth in alone.items():
        assert row[f"{kind}_alone_oom_per_year"] == pytest.approx(growth - start), kind


def test_values_that_changed() -> None:
    after = [dict(row) for row in BEFORE]
    after[0] |= {"training_compute_flop": BEFORE[0]["training_compute_flop"] * 500}
    after[1] |= {"training_compute_flop": BEFORE[1]["training_compute_flop"] * (1 + 1e-9)}
    after[2] |= {"epochs": np.nan}
    after[3] |= {"publication_date": pd.Timestamp("2001-12-24")}
    after[4] |= {"domain": "Vision"}
    values = compared(BEFORE, after)["changed_values"]
    assert values[["system_id", "column", "change"]].to_numpy().tolist() == [
        ["system-aa", "training_compute_flop", "restated"],
        ["system-ac", "epochs", "withdrawn"],
        ["system-ad", "publication_date", "restated"],
    ]
    assert values["factor"].iloc[0] == pytest.approx(500)
    assert values["value_after"].iloc[2] == "2001-12-24"


def test_tables_keep_their_schemas(tmp_path: Any) -> None:
    for name, frame in compared(BEFORE, mixed()).items():
        write_table(frame, str(tmp_path / f"{name}.csv"), name)


def test_a_headline_tells_growth_and_parts() -> None:
    row = compared(BEFORE, mixed())["changed_trends"].set_index("trend").loc["all"]
    text = row["headline"]
    assert text.startswith(f"All: {row['growth_per_year_before']:.2f} times a year (")
    assert f"{row['growth_per_year_after']:.2f} times a year (" in text
    assert f"n = {row['n_after']}) on the vintage of 2022-01-01" in text
    assert f"the change, {percent(row['change_oom_per_year'])} (" in text


def test_too_few_systems_give_no_parts_but_a_sentence() -> None:
    row = compared(BEFORE[:2], BEFORE)["changed_trends"].set_index("trend").loc["all"]
    assert np.isnan(row["change_oom_per_year"])
    few = "on that of 2021-01-01 a trend needs at least three systems, got 2"
    assert row["headline"] == f"All: not on both vintages: {few}."


def test_a_period_that_ends_after_a_vintage_is_not_compared() -> None:
    vintages = [vintage("old", "2019-01-01", BEFORE), vintage("new", "2022-01-01", BEFORE[3:])]
    row = compare_vintages(vintages, **SETTINGS)["changed_trends"].set_index("trend").loc["all"]
    early = "on that of 2019-01-01 the period ends after the vintage"
    assert row["headline"] == f"All: not on both vintages: {early}."
    assert np.isnan(row["growth_per_year_before"]) and np.isnan(row["removed_oom_per_year"])
    assert row["growth_per_year_after"] > 1


def test_one_vintage_has_nothing_to_compare() -> None:
    alone = [vintage("old", "2021-01-01", BEFORE)]
    changes = compare_vintages(alone, **SETTINGS)
    assert all(table.empty for table in changes.values())
    growth = growth_by_vintage(alone)
    assert growth["trend"].tolist() == ["all", "flag", "top"]


def test_growth_by_vintage_is_that_of_each_fit() -> None:
    vintages = [vintage("new", "2022-01-01", BEFORE[5:]), vintage("old", "2021-01-01", BEFORE)]
    growth = growth_by_vintage(vintages).query("trend == 'all'")
    assert growth["export"].tolist() == ["old", "new"]
    points = [
        ((row["publication_date"] - DAY).days, np.log10(row["training_compute_flop"]))
        for row in BEFORE
    ]
    line = fit_line(*zip(*points, strict=True))
    assert growth["slope_oom_per_year"].iloc[0] == pytest.approx(line.slope * 365)


def test_a_vintage_a_few_days_too_early_is_told_which_date_would_do() -> None:
    vintages = [vintage("old", "2020-12-28", BEFORE), vintage("new", "2022-01-01", BEFORE)]
    row = compare_vintages(vintages, **SETTINGS)["changed_trends"].set_index("trend").loc["all"]
    date_it_so = (
        "on that of 2020-12-28 the period ends on 2020-12-31, after the vintage: "
        "if the file is complete until then, date it so"
    )
    assert row["note"] == f"not on both vintages: {date_it_so}"
    assert row["headline"] == f"All: {row['note']}."


def test_what_was_chosen_by_compute_carries_that_into_what_changed() -> None:
    before, after = (
        one._replace(trends=one.trends.assign(selection="compute"))
        for one in (vintage("old", "2021-01-01", BEFORE), vintage("new", "2022-01-01", mixed()))
    )
    changed = compare_vintages([before, after], **SETTINGS)["changed_trends"]
    assert set(changed["selection"]) == {"compute"}
    remark = "The systems are chosen by their compute, whose threshold cuts the slope."
    assert changed.set_index("trend").loc["all", "headline"].endswith(remark)


def test_vintages_that_share_no_system_have_no_change_of_trends() -> None:
    others = [system(number, system=f"Other {number}") for number in range(len(BEFORE))]
    changed = compared(BEFORE, others)["changed_trends"].set_index("trend")
    row = changed.loc["all"]
    assert row["note"] == "no system is on both vintages" and row["growth_per_year_before"] > 1
    assert row["headline"] == f"All: {row['note']}."
