"""Intervals of changes between vintages, on made-up ones whose change is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up_vintages import FITS, OUTLIERS, SETTINGS, compared, system, vintage

from compute_trends.common.records import Record, records
from compute_trends.fit.bootstrap import resampled_selections
from compute_trends.fit.export import choose_points, export_scores, flagged_systems, trends_of
from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import weighted_lines
from compute_trends.vintages.attribution import NUMBERS, change_levels, split_change
from compute_trends.vintages.headlines import CHANGE_KINDS, headline
from compute_trends.vintages.matching import match_rows
from compute_trends.vintages.mixtures import Refit, refit_trends, subsets
from compute_trends.vintages.vintage import Vintage

YEAR = 365.0
BEFORE = [system(number) for number in range(40)]
# Only the trend of all systems, whose truth is known
ALL = {"fits": FITS.model_copy(update={"trends": [FITS.trends[0]]})}


def restated(rows: list[dict[str, Any]], factors: dict[int, float]) -> list[dict[str, Any]]:
    """Rows of which some state another multiple of the compute."""
    return [
        row | {"training_compute_flop": row["training_compute_flop"] * factors.get(number, 1.0)}
        for number, row in enumerate(rows)
    ]


def of_all(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Record:
    """Row of ``changed_trends`` of the trend of all systems."""
    return records(compared(before, after, **ALL)["changed_trends"])[0]


def ends(row: Record, name: str) -> tuple[float, float]:
    low, high = (row[f"{name}_oom_per_year_ci90_{end}"] for end in ("low", "high"))
    return (low, high)


def test_the_same_vintage_twice_has_a_change_of_zero_whatever_the_systems() -> None:
    for row in records(compared(BEFORE, BEFORE)["changed_trends"]):
        assert [ends(row, name) for name in NUMBERS] == [(0.0, 0.0)] * len(NUMBERS)
        assert row["n_differing"] == 0
        assert row["headline"].endswith("; it did not change.")


def test_renamed_systems_are_drawn_in_pairs() -> None:
    after = [row | {"system": f"{row['system']} again"} for row in BEFORE]
    changes = compared(BEFORE, after, **ALL)
    assert set(changes["changed_rows"]["status"]) == {"renamed"}
    # Drawn by their later keys alone, the earlier ones would be resampled otherwise.
    assert ends(records(changes["changed_trends"])[0], "change") == (0.0, 0.0)


def test_late_systems_restated_upwards_made_growth_faster() -> None:
    row = of_all(BEFORE, restated(BEFORE, dict.fromkeys(range(25, 40), 30.0)))
    for name in ("change", "restated"):
        low, high = ends(row, name)
        assert 0 < low < row[f"{name}_oom_per_year"] < high
    for name in ("new", "removed", "filled", "interaction"):
        assert ends(row, name) == (0.0, 0.0)
    assert row["n_differing"] == 15
    made_by = "more than the choice of systems can make: it is made by restated values, +"
    assert made_by in row["headline"]


def test_pairs_make_the_interval_much_narrower() -> None:
    row = of_all(BEFORE, restated(BEFORE, dict.fromkeys(range(0, 40, 2), 1.5)))
    low, high = ends(row, "change")
    widths = [
        np.log10(row[f"growth_per_year_ci90_high_{side}"] / row[f"growth_per_year_ci90_low_{side}"])
        for side in ("before", "after")
    ]
    assert high - low < 0.3 * np.hypot(*widths)


@pytest.mark.parametrize("few", [1, 3, 4])
def test_what_few_systems_make_is_not_told_from_nothing(few: int) -> None:
    row = of_all(BEFORE, restated(BEFORE, dict.fromkeys(range(40 - few, 40), 1e3)))
    low, high = ends(row, "restated")
    assert low == 0 < high
    assert row["headline"].endswith("within what the choice of systems can make.")


def test_levels_widen_with_fewer_systems_that_differ() -> None:
    days = np.arange(60.0)
    highs = [
        change_levels([days, days], differing, least_systems=8).high
        for differing in (60, 20, 8, 5, 4, 0)
    ]
    assert highs == sorted(highs) and highs[0] < highs[3] < highs[4] == highs[5] < 1
    assert 0.95 < highs[0] < 0.97
    refused = change_levels([days, days[:7]], 60, least_systems=8)
    assert refused.note == "no interval: fewer than 8 systems"


def test_too_few_systems_on_one_vintage_give_a_note() -> None:
    row = of_all(BEFORE[:6], BEFORE)
    assert row["change_oom_per_year"] == pytest.approx(
        row["slope_oom_per_year_after"] - row["slope_oom_per_year_before"]
    )
    assert all(ends(row, name) == (None, None) for name in NUMBERS)
    assert row["note"] == "no interval: fewer than 8 systems"
    assert row["headline"].endswith(", has no interval: fewer than 8 systems.")


def own_lines(of: Vintage) -> list[Array]:
    """Slopes of the trends of a vintage in each resample of its own systems."""
    scores = export_scores(of.systems, of.compute, export=of.export, outliers=OUTLIERS)
    flagged = flagged_systems(of.attributes)
    trends = trends_of(of.export, FITS, [], OUTLIERS)[:3]
    selections = [
        choose_points(scores, each, flagged=flagged, outliers=OUTLIERS) for each in trends
    ]
    return [lines.slope * YEAR for lines in resampled_selections(selections, draws=200, seed=1)]


def test_both_ends_are_the_resamples_of_each_vintage() -> None:
    later = [*restated(BEFORE[4:], {5: 1e3, 20: 1e-3}), system(41, training_compute_flop=1e26)]
    before, after = vintage("old", "2021-01-01", BEFORE), vintage("new", "2022-01-01", later)
    refits = refit_trends(
        match_rows(before.rows, after.rows),
        before,
        after,
        trends=trends_of(after.export, FITS, [], OUTLIERS)[:3],
        outliers=OUTLIERS,
        units=SETTINGS["units"],
        draws=200,
        seed=1,
    )
    for kinds, of in ((frozenset[str](), before), (frozenset(CHANGE_KINDS), after)):
        for of_trend, slopes in zip(refits, own_lines(of), strict=True):
            assert of_trend[kinds].growth[1:] == pytest.approx(slopes, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("later", "there"),
    [
        (BEFORE, set()),
        (BEFORE[4:], {"removed"}),
        ([*BEFORE, system(41, training_compute_flop=1e26)], {"new"}),
        ([*BEFORE[:-1], system(39, training_compute_flop=np.nan)], {"filled"}),
        (restated(BEFORE[3:], {5: 1e3}), {"removed", "restated"}),
    ],
)
def test_a_kind_of_change_without_rows_makes_no_difference(
    later: list[dict[str, Any]], there: set[str]
) -> None:
    before, after = vintage("old", "2021-01-01", BEFORE), vintage("new", "2022-01-01", later)
    [refits] = refit_trends(
        match_rows(before.rows, after.rows),
        before,
        after,
        trends=trends_of(after.export, ALL["fits"], [], OUTLIERS),
        outliers=OUTLIERS,
        units=SETTINGS["units"],
        draws=200,
        seed=1,
    )
    assert set(refits) == set(subsets(CHANGE_KINDS))
    for kinds, refit in refits.items():
        # Values that both vintages state are restated, by nothing.
        same = refits[kinds & frozenset(there)]
        assert refit.points == same.points
        np.testing.assert_array_equal(refit.growth, same.growth)
    for kind in there:
        assert refits[frozenset([kind])].points != refits[frozenset()].points


SHARES = {"new": 0.1, "removed": 0.05, "filled": 0.1, "restated": 0.2}


def world(rng: np.random.Generator, n: int, draws: int) -> dict[frozenset[str], Refit]:
    """Refits of one line through n systems, each with a fate and its values on both vintages.

    What is new, filled or restated is larger on the later vintage, and removed was smaller on
    the earlier one, the more so the later; as is, then in each resample.
    """
    day = np.sort(rng.uniform(0, 10 * YEAR, n))
    kind = rng.choice(["kept", *SHARES], n, p=[1 - sum(SHARES.values()), *SHARES.values()])
    base = 10 + 0.5 * day / YEAR + rng.normal(scale=0.8, size=n)
    shift = 0.5 * day / day[-1] + rng.normal(scale=0.3, size=n)
    earlier = np.where(kind == "removed", base - shift, base)
    later = np.where((kind == "kept") | (kind == "removed"), base, base + shift)
    on_earlier, on_later = ~np.isin(kind, ["new", "filled"]), kind != "removed"
    counts = np.concatenate([np.ones((1, n)), rng.poisson(1.0, (draws, n))])
    refits = {}
    for kinds in subsets(CHANGE_KINDS):
        changed = np.isin(kind, list(kinds))
        there = np.where(changed, on_later, on_earlier)
        values = np.where(changed, later, earlier)
        lines = weighted_lines(day, values, counts * there)
        points = zip(np.arange(n)[there], day[there], values[there], strict=True)
        refits[kinds] = Refit(set(points) if n < 1000 else set(), lines.slope * YEAR)
    return refits


def truth() -> dict[str, float]:
    """Change and parts among very many systems."""
    row = split_change(world(np.random.default_rng(1), 400_000, 0), least_systems=8)
    return {name: row[f"{name}_oom_per_year"] for name in NUMBERS}


@pytest.mark.parametrize("worlds", [pytest.param(120), pytest.param(2000, marks=pytest.mark.gate)])
def test_intervals_hold_the_true_change_nine_times_in_ten(worlds: int) -> None:
    rng, true = np.random.default_rng(20), truth()
    held = dict.fromkeys(NUMBERS, 0)
    for _ in range(worlds):
        row = split_change(world(rng, 80, 499), least_systems=8)
        for name in NUMBERS:
            low, high = ends(row, name)
            held[name] += low <= true[name] <= high
    error = np.sqrt(0.9 * 0.1 / worlds)
    shares = {name: count / worlds for name, count in held.items()}
    assert abs(shares["change"] - 0.9) < 0.02 + 2.6 * error, shares
    # Four removed systems are few.
    assert all(share > 0.84 - 2.6 * error for share in shares.values()), shares


def row_with(**parts: tuple[float, float, float]) -> Record:
    """A row of ``changed_trends`` so far: numbers with their intervals, the others none."""
    row: Record = {"label": "T", "selection": None, "note": None, "n_before": 7, "n_after": 9}
    for side in ("before", "after"):
        row |= {f"growth_per_year_{side}": 4.0}
        row |= {f"growth_per_year_ci90_{end}_{side}": None for end in ("low", "high")}
    for name in NUMBERS:
        value, low, high = parts.get(name, (0.0, 0.0, 0.0))
        row |= {f"{name}_oom_per_year": value, f"{name}_oom_per_year_ci90_low": low}
        row[f"{name}_oom_per_year_ci90_high"] = high
    return row


@pytest.mark.parametrize(
    ("interaction", "says"),
    [
        ((0.04, -0.01, 0.06), "exceeds half the change and cannot be told from none."),
        ((0.04, 0.01, 0.06), "exceeds half the change."),
        ((-0.04, -0.06, -0.01), "exceeds half the change."),
        ((0.01, 0.005, 0.06), None),
    ],
)
def test_an_interaction_above_half_the_change_is_named(
    interaction: tuple[float, float, float], says: str | None
) -> None:
    row = row_with(change=(0.05, 0.01, 0.1), new=(0.05, 0.01, 0.1), interaction=interaction)
    text = headline(row, "2021-01-01", "2022-01-01")
    assert ("do only together" in text) == (says is not None)
    assert says is None or text.endswith(says)


def test_a_part_whose_interval_holds_zero_moved_nothing() -> None:
    row = row_with(change=(0.1, 0.05, 0.2), new=(0.11, 0.06, 0.2), removed=(-0.01, -0.03, 0.01))
    text = headline(row, "2021-01-01", "2022-01-01")
    assert text.endswith("can make: it is made by new rows, +28.8 % (+14.8 % to +58.5 %).")


def test_parts_may_stand_out_where_the_change_does_not_and_the_other_way_round() -> None:
    hidden = row_with(change=(0.0, -0.1, 0.1), new=(0.11, 0.06, 0.2), removed=(-0.11, -0.2, -0.06))
    text = headline(hidden, "2021-01-01", "2022-01-01")
    assert "within what the choice of systems can make, though more is done by new rows, +" in text
    assert "; removed rows, −" in text
    none_alone = row_with(change=(0.1, 0.05, 0.2), new=(0.05, -0.01, 0.1))
    text = headline(none_alone, "2021-01-01", "2022-01-01")
    assert "more than the choice of systems can make, though none of its parts is" in text


def test_systems_dated_since_the_earlier_vintage_are_counted() -> None:
    """A period that goes on to the vintage takes them in; a fixed one has none of them."""
    since = {"publication_date": pd.Timestamp("2021-06-01"), "training_compute_flop": 1e21}
    after = [*BEFORE, system(40) | since, system(41) | since]
    fits = FITS.model_copy(update={"followed": ["newest"]})
    rows = records(compared(BEFORE, after, fits=fits)["changed_trends"])
    text = {row["trend"]: row["headline"] for row in rows}
    assert "n = 42, 2 of them dated since) on the vintage of 2022-01-01" in text["newest"]
    assert "since" not in text["all"]
