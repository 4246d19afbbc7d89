"""Each specification against plain loops, and what must change none of them."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up import OUTLIERS, UNITS
from made_up_specifications import (
    CLAIMS,
    CURVE_CLAIMS,
    EXPORTS,
    INTERVALS,
    OWN,
    REPLAYED,
    SEED,
    SELECTION,
    STATED,
    World,
    check,
    fits_of,
    settings,
    specifications,
)
from pipeline import ExportRun, PaperRun, changed, settings_in
from plain_specifications import assert_as_plain, once, own_places, parsed, pool_of
from project import TINY

from compute_trends.checks.specifications import check_specifications, fit_specifications
from compute_trends.common.shards import Part
from compute_trends.fit.export import fit_export
from compute_trends.settings.clean import ExportFile
from compute_trends.tables.dictionary import typed


def test_every_combination_is_there_and_is_what_a_plain_loop_gives(
    world: World, selection: dict[str, pd.DataFrame]
) -> None:
    table = selection["specifications"]
    combinations = itertools.product(*(map(str, each) for each in SELECTION.values()))
    assert set(table[list(SELECTION)].itertuples(index=False, name=None)) == set(combinations)
    assert table["specification"].tolist() == list(range(1728))
    assert table[list(set(OWN) - set(SELECTION))].isna().all().all()
    some = assert_as_plain(world, table, SELECTION, rows=250)
    # All kinds of rows are among these.
    assert some["growth_per_year_ci90_low"].notna().sum() > 30
    assert some["note"].nunique() == 2


def test_filters_and_bases_are_what_a_plain_loop_gives(world: World) -> None:
    table = check(world, specifications(STATED))["specifications"]
    assert_as_plain(world, table, STATED, rows=250)
    assert set(table["note"].dropna()) == {
        "fewer than 8 systems",
        "no data 2020-02-02",
        "the data state no confidence",
        "the data hold no values on the basis geometric_mean",
        "the data do not state confidence",
        "the data do not state countries",
        "the data do not state fine tunes",
    }
    # Rows without a number stay, and so does how many systems they would hold.
    few = table[table["note"] == "fewer than 8 systems"]
    assert few["n"].between(0, 7).all() and few["n"].max() > 2
    numbers = [name for name in table if "growth" in name or "slope" in name]
    assert table.loc[table["note"].notna(), [*numbers, "set_number"]].isna().all().all()


def test_dates_and_domains_are_what_a_plain_loop_gives(world: World) -> None:
    table = check(world, specifications(REPLAYED))["specifications"]
    some = assert_as_plain(world, table, REPLAYED, rows=120)
    assert "the data state no confidence" in set(some["note"])
    with_number = some[some["growth_per_year"].notna()]
    replayed = with_number.query("data == 'annotated' and basis == 'published'")
    assert (replayed["dates"] == "middle").any() and (replayed["domain"] == "Language").any()


def test_kept_members_change_nothing_but_intervals(
    world: World, selection: dict[str, pd.DataFrame]
) -> None:
    again = selection["specifications"]
    fixed = check(world, specifications(SELECTION, members="fixed"))["specifications"]
    intervals = [name for name in again if "_ci90_" in name]
    pd.testing.assert_frame_equal(fixed.drop(columns=intervals), again.drop(columns=intervals))
    selects = again["population"] != "all"
    kept = again["growth_per_year_ci90_low"].notna() & (again["weights"] == "equal")
    differ = ~np.isclose(again[intervals[0]].astype(float), fixed[intervals[0]].astype(float))
    assert differ[selects & kept & (again["population"] != "flag")].all()
    same = (again["population"] == "flag") | (~selects & (again["low_outliers"] == "keep"))
    assert not differ[same & kept].any()
    assert_as_plain(world, fixed, SELECTION, rows=150, members="fixed")


def test_the_order_of_options_and_choices_changes_no_byte(
    world: World, selection: dict[str, pd.DataFrame]
) -> None:
    turned = {name: each[::-1] for name, each in reversed(SELECTION.items())}
    tables = check(world, specifications(turned, published={"all": CURVE_CLAIMS}))
    ours = dict(selection) | {"specification_directions": tables["specification_directions"]}
    for name, table in tables.items():
        assert table.to_csv() == ours[name].to_csv(), name


def test_parts_of_the_work_give_the_same_bytes(
    world: World, selection: dict[str, pd.DataFrame]
) -> None:
    section = specifications(SELECTION, published={"all": CURVE_CLAIMS})
    alternatives, *tables = world.tables()
    parts = {
        part: fit_specifications(alternatives, *tables, part=part, **settings(section))
        for part in (Part(number, 7) for number in range(1, 8))
    }
    gathered = check_specifications(
        alternatives, CLAIMS, *tables, parts, units=UNITS, **settings(section)
    )
    for name in ("specifications", "specification_quantiles", "specification_shares"):
        assert gathered[name].to_csv() == selection[name].to_csv()


def test_a_sample_is_some_rows_of_all(world: World, selection: dict[str, pd.DataFrame]) -> None:
    everything = selection["specifications"].set_index("specification")
    tables = check(world, specifications(SELECTION, most=300))
    some = tables["specifications"].set_index("specification")
    assert 200 < len(some) <= 300
    of_all = everything.loc[some.index]
    # Sets are numbered as they come.
    numbers = pd.concat([of_all["set_number"], some["set_number"]], axis=1).dropna()
    assert len(numbers.drop_duplicates()) == numbers.iloc[:, 1].nunique()
    some, of_all = (each.drop(columns="set_number") for each in (some, of_all))
    pd.testing.assert_frame_equal(some, of_all, check_exact=True)
    [whole, _] = tables["specification_quantiles"].to_dict("records")
    assert (whole["combinations"], whole["specifications"]) == (1728, len(some))


def test_sets_are_those_of_the_same_dates_and_values(
    world: World, selection: dict[str, pd.DataFrame]
) -> None:
    table = selection["specifications"]
    some = table[table["set_number"].notna()].sample(150, random_state=4)
    numbers: dict[Any, set[int]] = {}
    for row in some.to_dict("records"):
        options = parsed(row, SELECTION)
        pool = pool_of(world, options)
        own = pool.loc[own_places(pool, options, once(pool))]
        key = tuple(own[["day", "log_flop"]].itertuples(index=False, name=None))
        numbers.setdefault(key, set()).add(row["set_number"])
    assert all(len(of_key) == 1 for of_key in numbers.values())
    assert len(set.union(*numbers.values())) == len(numbers)


@pytest.mark.parametrize("population", ["all", "top_3"])
def test_the_headline_itself_is_fitted_as_exports_are(world: World, population: str) -> None:
    """Its slope, systems and, with as many resamples, its interval."""
    fits = fits_of(population)
    _, *tables = world.tables()
    fitted_export = fit_export(
        *(each[-1] for each in tables),
        typed(pd.DataFrame(), "excluded"),
        export=EXPORTS[-1],
        leads=True,
        fits=fits,
        paper=[],
        outliers=OUTLIERS,
        intervals=INTERVALS,
        units=UNITS,
        seed=SEED,
    )["export_trends"]
    [expected] = fitted_export.to_dict("records")
    alternatives, *tables = world.tables()
    section = specifications({}, draws=INTERVALS.draws)
    own = settings(section) | {"fits": fits}
    table = check_specifications(alternatives, CLAIMS, *tables, units=UNITS, **own)
    [row] = table["specifications"].to_dict("records")
    assert (row["specification"], row["n"]) == (0, expected["n"])
    for name in ("slope_oom_per_year", "growth_per_year"):
        assert row[name] == pytest.approx(expected[name])
    for end in ("low", "high"):
        name = f"growth_per_year_ci90_{end}"
        assert row[name] == pytest.approx(expected[name])
    # Of a headline whose choices are not crossed there is the one row.
    [whole, _] = table["specification_quantiles"].to_dict("records")
    assert (whole["combinations"], whole["with_number"]) == (1, 1)


def test_the_headline_s_own_option_need_not_come_first(world: World) -> None:
    """Wherever it stands, its specification is number 0."""
    table = check(world, specifications({"population": ["flag", "top_3", "all"]}))
    assert table["specifications"]["population"].tolist() == ["all", "flag", "top_3"]


def test_without_headlines_to_cross_the_tables_are_empty(world: World) -> None:
    none = {"headlines": {}, "directions": [], "published": {}}
    tables = check(world, specifications({}).model_copy(update=none))
    assert len(tables) == 7
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, typed(pd.DataFrame(), name))


def test_the_tiny_project_with_its_exports() -> None:
    """Through all stages: the row of the headline is that of its own trend on the newest export."""
    exports = [
        ExportFile(name=f"of_{day[:4]}", path=str(TINY / "exports" / file), date=day)
        for file, day in (("notable_2024.csv", "2024-07-16"), ("notable_2026.csv", "2026-03-07"))
    ]
    tiny = changed(settings_in(TINY / "config.yaml"), "clean.exports", exports)
    run = PaperRun(tiny, TINY / "raw")
    rows = run["specifications"]
    assert len(rows) == len(rows["specification"].unique()) == 384
    export = ExportRun(exports[-1], tiny, TINY / "raw")
    [trend] = export["export_trends"].query("trend == 'all_from_2001'").to_dict("records")
    own = rows.iloc[0]
    assert (own["specification"], own["data"], own["n"]) == (0, "newest", trend["n"])
    assert own["slope_oom_per_year"] == pytest.approx(trend["slope_oom_per_year"])
    assert len(run["specification_marks"]) == 1 and len(run["specification_directions"]) == 2
