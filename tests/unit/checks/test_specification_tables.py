"""What specifications say together, from the rows of the table alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_up import UNITS
from made_up_specifications import (
    CLAIMS,
    CURVE_CLAIMS,
    OWN,
    SELECTION,
    STRONG,
    World,
    check,
    fits_of,
    settings,
    specifications,
)
from plain_specifications import (
    fitted,
    once,
    own_places,
    parsed,
    plain,
    pool_of,
    resampled,
)

from compute_trends.checks.specifications import check_specifications


def strong_rows(table: pd.DataFrame, *, but: str = "") -> pd.Series:
    """Whether rows take a strong option, of another choice than one."""
    return pd.Series(
        [
            any(row[name] == value for name, value in STRONG if name != but)
            for row in table.to_dict("records")
        ],
        index=table.index,
    )


def test_quantiles_are_those_of_the_rows(selection: dict[str, pd.DataFrame]) -> None:
    table = selection["specifications"]
    strong = strong_rows(table)
    assert table["strong"].tolist() == strong.tolist()
    rows = selection["specification_quantiles"].set_index("curve")
    for curve, own in (("all", table), ("without_strong", table[~strong])):
        row = rows.loc[curve]
        growth = own["growth_per_year"].dropna()
        assert row["specifications"] == len(own) and row["with_number"] == len(growth)
        assert row["with_interval"] == own["growth_per_year_ci90_low"].notna().sum()
        assert row["sets"] == own["set_number"].nunique()
        for level in (0, 5, 25, 50, 75, 95, 100):
            expected = np.quantile(growth.astype(float), level / 100)
            assert row[f"growth_per_year_q{level:02d}"] == pytest.approx(expected)
        spread = np.std(own["slope_oom_per_year"].dropna().astype(float))
        assert row["spread_oom_per_year"] == pytest.approx(spread)


def test_the_sampling_error_is_the_median_of_the_deviations(world: World) -> None:
    choices = {"start": SELECTION["start"], "population": ["all", "top_3"]}
    tables = check(world, specifications(choices))
    deviations = []
    for row in tables["specifications"].to_dict("records"):
        options = parsed(row, choices)
        slopes = resampled(pool_of(world, options), options) * 365
        deviations.append(np.std(slopes, ddof=1))
    row = tables["specification_quantiles"].iloc[0]
    assert row["sampling_sd_oom_per_year"] == pytest.approx(np.median(deviations))


def test_shares_are_variances_of_means_and_within_pairs(
    selection: dict[str, pd.DataFrame],
) -> None:
    table = selection["specifications"].dropna(subset="slope_oom_per_year")
    slope = table["slope_oom_per_year"].astype(float)
    shares = selection["specification_shares"].set_index("choice")
    assert list(shares.index) == list(SELECTION)
    for choice, options in SELECTION.items():
        mean = slope.groupby(table[choice]).transform("mean")
        others = table[[name for name in SELECTION if name != choice]].astype(str)
        groups = slope.groupby(others.agg("/".join, axis=1))
        within = groups.transform("var")[groups.transform("size") > 1].mean()
        total = within * (len(options) - 1) / len(options)
        assert shares.loc[choice, "options"] == len(options)
        assert shares.loc[choice, "main_effect"] == pytest.approx(mean.var() / slope.var())
        variance = slope.var(ddof=0)
        assert shares.loc[choice, "total_effect"] == pytest.approx(total / variance)


def test_options_tell_of_the_rows_that_take_them(selection: dict[str, pd.DataFrame]) -> None:
    table, told = selection["specifications"], selection["specification_options"]
    assert len(told) == sum(map(len, SELECTION.values()))
    for row in told.to_dict("records"):
        own = table[table[row["choice"]] == row["option"]]
        growth = own["growth_per_year"].astype(float)
        assert row["specifications"] == len(own)
        assert row["without_number"] == growth.isna().sum()
        for level in (5, 50, 95):
            quantile = growth.quantile(level / 100)
            assert row[f"growth_per_year_q{level:02d}"] == pytest.approx(quantile)
        assert row["why"] == f"why {row['option']}"
        assert row["headlines_own"] == (str(OWN[row["choice"]]) == row["option"])
        assert row["strong"] == ((row["choice"], row["option"]) in STRONG)


def test_directions_are_counted_over_pairs(selection: dict[str, pd.DataFrame]) -> None:
    table, told = selection["specifications"], selection["specification_directions"]
    assert told["finding"].tolist() == [
        name for name in ("top_faster", "large_slower", "older_slower") for _ in range(2)
    ]
    for row in told.to_dict("records"):
        choice, own = row["choice"], table
        if row["curve"] == "without_strong":
            # Options of the finding itself may be strong.
            own = table[~strong_rows(table, but=choice)]
        others = [name for name in SELECTION if name != choice]
        pairs, without, holds = 0, 0, 0
        slower = {
            tuple(each[name] for name in others): each["slope_oom_per_year"]
            for each in own[own[choice] == row["slower"]].to_dict("records")
        }
        for each in own[own[choice] == row["faster"]].to_dict("records"):
            first = each["slope_oom_per_year"]
            second = slower[tuple(each[name] for name in others)]
            if pd.isna(first) or pd.isna(second):
                without += 1
                continue
            pairs, holds = pairs + 1, holds + (first > second)
        assert (row["pairs"], row["without_number"], row["holds"]) == (pairs, without, holds)
        assert row["share_holds"] == pytest.approx(holds / pairs)


def test_marks_lie_on_the_curve_as_growth(selection: dict[str, pd.DataFrame]) -> None:
    growth = selection["specifications"]["growth_per_year"].dropna().astype(float)
    marks = selection["specification_marks"].set_index("claim_id")
    assert list(marks.index) == CURVE_CLAIMS
    # Months of 30 days in a year of 365; a longer doubling time is the slower growth.
    five, six, seven = (2 ** (365 / 30 / months) for months in (5, 6, 7))
    expected = {
        "months": (seven, five),
        "at_most": (1.0, six),
        "growth": (4.0, 4.5),
        "at_least": (4.2, np.inf),
    }
    for name, (low, high) in expected.items():
        mark = marks.loc[name]
        assert mark["growth_per_year_low"] == pytest.approx(low)
        top = mark["growth_per_year_high"]
        assert pd.isna(top) if np.isinf(high) else top == pytest.approx(high)
        assert mark["share_below"] == pytest.approx((growth < low).mean())
        assert mark["share_within"] == pytest.approx(growth.between(low, high).mean())


def test_strong_options_are_of_others_than_the_headline(world: World) -> None:
    """What the headline itself does is not to be left out of what it is compared with."""
    section = specifications({"start": SELECTION["start"], "population": ["all", "large"]})
    own = section.headlines["all"].population or []
    strong = [each.model_copy(update={"strong": True}) for each in own]
    choices = section.headlines["all"].model_copy(update={"population": strong})
    section = section.model_copy(update={"headlines": {"all": choices}})
    table = check(world, section)["specifications"].set_index(["start", "population"])
    assert table["strong"].to_dict() == {
        ("2009-12-31", "all"): False,
        ("2009-12-31", "large"): True,
        ("2014-12-31", "all"): True,
        ("2014-12-31", "large"): True,
    }


@pytest.mark.parametrize("population", ["all", "top_3"])
def test_leaving_out_single_systems_is_a_refit_without_them(world: World, population: str) -> None:
    alternatives, *tables = world.tables()
    own = settings(specifications({})) | {"fits": fits_of(population)}
    told = check_specifications(alternatives, CLAIMS, *tables, units=UNITS, **own)
    options = OWN | {"population": population}
    with_all = plain(world, options)["slope"] * 365
    slopes = {}
    for name in pool_of(world, options)["system_id"]:
        rows = world.sources["newest"]
        without = World({"newest": rows[rows["system_id"] != name]}, world.alternatives)
        pool = pool_of(without, options)
        slopes[name] = fitted(pool, own_places(pool, options, once(pool)), options) * 365
    most = sorted(slopes, key=lambda name: abs(slopes[name] - with_all), reverse=True)[:10]
    table = told["specification_influence"]
    assert table["system_id"].tolist() == most
    expected = np.array([slopes[name] for name in most])
    np.testing.assert_allclose(table["change_oom_per_year"], expected - with_all, rtol=1e-6)
    np.testing.assert_allclose(table["growth_per_year"], 10**expected, rtol=1e-9)


def test_a_mark_is_a_statement_of_growth(world: World) -> None:
    for name in ("distance", "nothing"):
        with pytest.raises(ValueError, match=f"no statement of growth .* is named {name}"):
            check(world, specifications({}, published={"all": ["growth", name]}))
