"""Eras: everything that is asked, on the real systems, and the rule of the verdicts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pipeline import PaperRun

from compute_trends.checks.era_verdicts import Answers, breaks_by_f, verdict_rows
from compute_trends.checks.eras import check_eras, scored_points, search_eras, slices, ways_of
from compute_trends.common.shards import Part
from compute_trends.fit.break_criteria import f_statistics, p_values
from compute_trends.fit.break_dates import DateTest
from compute_trends.fit.break_worlds import (
    NULL_LAWS,
    Case,
    interval_rates,
    null_of_dates,
    rates_of_f,
    search_worlds,
    worlds_as_found,
)
from compute_trends.fit.gaps import sort_dates
from compute_trends.settings.simulations import Eras, Worlds
from compute_trends.tables.shards import read_shards, write_shard

GATE = os.environ.get("GATE") == "1"
WORLDS = 1000 if GATE else 200
KEY = ["dataset", "basis", "span", "low_outliers", "kind"]


@pytest.fixture(scope="module")
def eras(paper_run: PaperRun) -> Eras:
    return paper_run.settings.fit.eras


@pytest.fixture(scope="module")
def lead(paper_run: PaperRun, eras: Eras) -> Case:
    """What the report leads with."""
    scores = paper_run["scores"]
    own = scores[scores["dataset"] == eras.lead.dataset]
    points = scored_points(paper_run["systems"], paper_run["compute"], own)
    wanted = eras.lead.model_dump()
    days, y = next(
        (days, y)
        for labels, days, y in slices(points, ways_of(eras, "light", is_export=False))
        if labels == wanted
    )
    return Case(sort_dates(days), y, eras.lead.kind, 3, eras.least_systems)


def test_the_first_break_as_found_is_seen_and_its_interval_holds(lead: Case, eras: Eras) -> None:
    """The deep setting holds the date in 0.90 of worlds."""
    rng = np.random.default_rng(1)
    found = lead.search(lead.y[np.newaxis], 3)
    null = null_of_dates(lead, worlds=199, rng=rng)
    wanted = worlds_as_found(lead, found, worlds=199, rng=rng)
    key = ("found", 1, "normal")
    there = search_worlds(lead, {key: wanted[key]})[key]
    assert rates_of_f(null, there, lead, 1, eras.level).power >= 0.8
    tried = 199 if GATE else 60
    held = interval_rates(lead, found, there, 1, tried=tried, rng=rng)[0]
    assert held == pytest.approx(0.9, abs=3 * np.sqrt(0.09 / tried))


def test_without_a_break_real_dates_give_false_alarms_at_the_level(lead: Case, eras: Eras) -> None:
    rng = np.random.default_rng(2)
    null = null_of_dates(lead, worlds=999, rng=rng)
    worlds = lead.dates.x * 0.4 + 1.5 * rng.standard_normal((WORLDS, lead.y.size))
    f = f_statistics(lead.search(worlds, 1).sse, lead.y.size, kind=lead.kind)[0]
    share = (p_values(f, null.f(lead)[0]) <= eras.level).mean()
    assert share == pytest.approx(eras.level, abs=3 * np.sqrt(0.0475 * (1 / WORLDS + 1 / 999)))


def test_everything_is_asked_and_every_p_has_its_worlds(paper_run: PaperRun, eras: Eras) -> None:
    rows, verdicts = paper_run["eras"], paper_run["era_verdicts"]
    assert len(rows.groupby(KEY)) == 2 * 2 * 2 * 2
    assert set(rows["breaks"]) == {0, 1, 2, 3}
    broken = rows[rows["breaks"] > 0]
    worlds = eras.worlds.light
    assert (broken["worlds"] == worlds).all()
    for law in NULL_LAWS:
        assert broken[f"p_{law}"].between(1 / (1 + worlds), 1).all()
    whole = verdicts[verdicts["span"] == "whole"]
    assert whole.groupby(KEY)["question"].apply(list).map(len).eq(3).all()
    since = verdicts[verdicts["span"] == "since_2010"]
    assert set(since["question"]) == {"break_2", "number"}
    absent = verdicts[(verdicts["verdict"] == "rejected") & (verdicts["question"] != "number")]
    assert (absent["power_at_date"] >= eras.power).all()


def test_dates_lie_in_their_intervals_and_between_the_segments(paper_run: PaperRun) -> None:
    rows, lines = paper_run["eras"], paper_run["era_lines"]
    for number in (1, 2, 3):
        own = rows[rows["breaks"] >= number]
        assert (own[f"break_{number}_ci90_low"] <= own[f"break_{number}"]).all()
        assert (own[f"break_{number}"] <= own[f"break_{number}_ci90_high"]).all()
    one = lines[lines["breaks"] == 1].merge(rows[rows["breaks"] == 1], on=[*KEY, "breaks"])
    first, second = (one[one["segment"] == number] for number in (1, 2))
    assert (first["end_date"] <= first["break_1"]).all()
    assert (second["start_date"] >= second["break_1"]).all()
    joined = first["kind"] == "continuous"
    ends = first["end_flop"].to_numpy()[joined], second["start_flop"].to_numpy()[joined]
    assert np.log10(ends[0]) == pytest.approx(np.log10(ends[1]), abs=1e-6)


def test_lines_are_those_of_polyfit(paper_run: PaperRun, lead: Case, eras: Eras) -> None:
    lines = paper_run["era_lines"]
    here = (lines[list(KEY)] == pd.Series(eras.lead.model_dump())[list(KEY)]).all(axis=1)
    straight = lines[here & (lines["breaks"] == 0)].iloc[0]
    slope = np.polyfit(lead.dates.x, lead.y, 1)[0]
    assert straight["slope_oom_per_year"] == pytest.approx(slope * 365 / 365.25)


def made_up(n: int, dataset: str, seed: int = 4) -> list[pd.DataFrame]:
    """Tables of n systems, a year apart in tens, with growth and scatter."""
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2000-01-01") + pd.to_timedelta(np.arange(n) * 90, unit="D")
    names = [f"s{number}" for number in range(n)]
    flop = 10 ** (15 + np.arange(n) * 0.05 + rng.normal(size=n))
    systems = pd.DataFrame(
        {"system_id": names, "snapshot": "a", "domain": "Vision", "publication_date": days}
    )
    compute = pd.DataFrame({"system_id": names, "training_compute_published_flop": flop})
    for end in ("low", "high"):
        compute[f"training_compute_estimated_flop_ci90_{end}"] = np.nan
    scores = pd.DataFrame(
        {"dataset": dataset, "basis": "published", "system_id": names, "low_outlier": False}
    )
    return [systems, compute, scores]


def small(eras: Eras, **changes: Any) -> Eras:
    """Settings of few worlds for made-up systems."""
    fewer = {"datasets": ["own"], "worlds": Worlds(light=19, deep=380)}
    return eras.model_copy(update=fewer | changes)


def test_an_export_is_searched_on_what_it_states(eras: Eras) -> None:
    both = zip(made_up(40, "own"), made_up(60, "export_2026"), strict=True)
    tables = check_eras(*map(list, both), eras=small(eras), depth="light", seed=1)
    sizes = tables["era_verdicts"].groupby("dataset")["n"].max()
    assert sizes.to_dict() == {"own": 40, "export_2026": 60}


def test_what_is_drawn_does_not_depend_on_what_else_is_searched(eras: Eras) -> None:
    own = [[table] for table in made_up(40, "own")]
    both = list(map(list, zip(made_up(40, "own"), made_up(60, "other"), strict=True)))
    settings: dict[str, Any] = {"eras": small(eras), "depth": "light", "seed": 1}
    alone, beside = check_eras(*own, **settings), check_eras(*both, **settings)
    for name, table in alone.items():
        kept = beside[name][beside[name]["dataset"] == "own"].reset_index(drop=True)
        pd.testing.assert_frame_equal(table, kept)


@pytest.mark.parametrize("of", [1, 3, 4])
def test_shards_give_the_same_bytes_in_any_number_and_order(
    eras: Eras, tmp_path: Path, of: int
) -> None:
    both = list(map(list, zip(made_up(40, "own"), made_up(12, "few"), strict=True)))
    settings: dict[str, Any] = {"eras": small(eras), "depth": "light", "seed": 1}
    paths = [str(tmp_path / f"{number}-of-{of}.npz") for number in range(of, 0, -1)]
    for number, path in zip(range(of, 0, -1), paths, strict=True):
        write_shard(path, search_eras(*both, **settings, part=Part(number, of)))
    ours = check_eras(*both, **settings)
    gathered = check_eras(*both, read_shards(paths), **settings)
    assert len(ours["eras"]) > 0
    for name, table in ours.items():
        pd.testing.assert_frame_equal(table, gathered[name], check_exact=True)
        assert table.to_csv() == gathered[name].to_csv()


def test_too_few_systems_are_undecided_with_the_reason(eras: Eras) -> None:
    tables = check_eras(
        *([table] for table in made_up(12, "own")), eras=small(eras), depth="light", seed=1
    )
    assert tables["eras"].empty
    assert set(tables["era_verdicts"]["verdict"]) == {"undecided"}
    assert tables["era_verdicts"]["why"].str.contains("12 systems leave no room").any()


def test_the_deep_setting_simulates_more_and_tries_intervals_everywhere(eras: Eras) -> None:
    settings = small(eras, worlds=Worlds(light=1, deep=20), repeated=Worlds(light=1, deep=20))
    settings = settings.model_copy(update={"spans": eras.spans[:1]})
    own = [[table] for table in made_up(30, "own")]
    rows = check_eras(*own, eras=settings, depth="deep", seed=1)["eras"]
    broken = rows[rows["breaks"] > 0]
    assert (broken["worlds"] == 20).all()
    assert (broken["repeated_worlds"] == 20).all()
    assert broken["break_1_held"].between(0, 1).all()
    assert broken["false_alarms_cross_validation"].between(0, 1).all()


def answers(
    *, p: float, p_at_date: float, power: float, interval: tuple[str, str], more: int = 0
) -> Answers:
    """What was found, with one break stated for 2010, and ``more`` breaks that F finds too."""
    days = [pd.Timestamp(day) for day in interval]
    ends = {"break_1": days[0], "break_1_ci90_low": days[0], "break_1_ci90_high": days[1]}
    found: list[dict[str, Any]] = [{"bic": 10.0, "cross_validated_oom": 1.0}]
    for breaks in range(1, 3):
        own = p if breaks == 1 else 0.01 if breaks <= 1 + more else 0.9
        row = {"bic": 10.0 - (breaks if own <= 0.05 else -breaks), "cross_validated_oom": 0.9}
        row |= {f"p_{law}": own for law in NULL_LAWS} | ends | {"worlds": 99}
        found.append(row)
    by_law = dict.fromkeys(NULL_LAWS, p_at_date)
    test = DateTest(5.0, by_law, power, power_of_search=power, power_of_bic=power, bic=9.0)
    return Answers(50, ["2009-12-31"], [test], found, None)


@pytest.mark.parametrize(
    ("numbers", "verdict", "number"),
    [
        ({"p": 0.01, "p_at_date": 0.01, "power": 1.0}, "established", "established"),
        # The search puts it elsewhere.
        (
            {"p": 0.01, "p_at_date": 0.01, "power": 1.0, "interval": ("2012-01-01", "2013-01-01")},
            "consistent",
            "established",
        ),
        ({"p": 0.2, "p_at_date": 0.01, "power": 0.9}, "consistent", "rejected"),
        ({"p": 0.2, "p_at_date": 0.2, "power": 0.79}, "undecided", "undecided"),
        ({"p": 0.2, "p_at_date": 0.2, "power": 0.8}, "rejected", "rejected"),
        (
            {"p": 0.01, "p_at_date": 0.2, "power": 0.9, "interval": ("2012-01-01", "2013-01-01")},
            "undecided",
            "established",
        ),
        ({"p": 0.01, "p_at_date": 0.01, "power": 1.0, "more": 1}, "established", "rejected"),
    ],
)
def test_verdicts(eras: Eras, numbers: dict[str, Any], verdict: str, number: str) -> None:
    settings = eras.model_copy(update={"stated": ["2009-12-31"]})
    found = answers(**{"interval": ("2008-01-01", "2012-01-01")} | numbers)
    first, second = verdict_rows(found, settings)
    assert (first["question"], first["verdict"]) == ("break_1", verdict), first["why"]
    assert (second["question"], second["verdict"]) == ("number", number), second["why"]


def test_f_finds_breaks_only_if_every_law_agrees() -> None:
    rows = [{}, dict.fromkeys((f"p_{law}" for law in NULL_LAWS), 0.01)]
    assert breaks_by_f(rows, 0.05) == 1
    rows[1]["p_wild"] = 0.06
    assert breaks_by_f(rows, 0.05) == 0
