"""Slowing or hidden: bounds and verdicts in simulated worlds whose truth is known.

GATE=1: many more worlds. Rates are held against their nominal ones by binomial probabilities.
"""

from __future__ import annotations

import functools
import os
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up_slowing import (
    CONFIG,
    CUT,
    HEADLINES,
    SLOWING,
    START,
    tables,
    top_hidden,
    world,
)
from pipeline import ExportRun, changed
from project import ROOT
from scipy.stats import binom

from compute_trends.checks.slowing_lines import Models, Rule
from compute_trends.checks.slowing_verdicts import Ends, judged
from compute_trends.checks.visibility import listed_models
from compute_trends.common.dates import day_number
from compute_trends.fit.changes import FallTest, Line
from compute_trends.settings.carried import with_carried
from compute_trends.settings.clean import leading_export
from compute_trends.settings.visibility import Slowing, Statement

GATE = os.environ.get("GATE") == "1"
WORLDS = 200 if GATE else 10


@functools.cache
def true_change(*, scatter: float) -> dict[str, float]:
    """Change of slope at constant growth, of all and, where selection makes one, of the top."""
    rng = np.random.default_rng(0)
    changes = []
    for _ in range(300):
        days, values = world(rng, scatter=scatter)
        changes.append(Line(days, START, 10).change(values[np.newaxis], CUT)[0] * 365)
    return {"all": 0.0, "frontier": float(np.nanmean(changes))}


def at_least(hits: int, worlds: int, rate: float) -> bool:
    """Whether so few hits would not be rare were each as likely as the rate."""
    return bool(binom.cdf(hits, worlds, rate) > 0.001)


def repeated(number: int, **settings: Any) -> dict[str, pd.DataFrame]:
    """Tables of many worlds, with the number of the world; ``hide`` hides half of the top."""
    hide = settings.pop("hide", False)
    parts: dict[str, list[pd.DataFrame]] = {}
    for seed in range(number):
        rng = np.random.default_rng([7, seed])
        days, values = world(rng, **settings)
        nobody = np.zeros(days.size, dtype=bool)
        hidden = top_hidden(rng, days, values) if hide else nobody
        for name, table in tables(days, values, hidden, seed=seed).items():
            parts.setdefault(name, []).append(table.assign(world=seed))
    return {name: pd.concat(of_table) for name, of_table in parts.items()}


@pytest.fixture(scope="module")
def half_hidden() -> dict[str, pd.DataFrame]:
    """Worlds of constant growth with half of the top hidden since 2023."""
    return repeated(WORLDS, scatter=1.3, hide=True)


@pytest.mark.parametrize("headline", HEADLINES)
def test_constant_growth_with_half_of_the_top_hidden_is_held(
    half_hidden: dict[str, pd.DataFrame], headline: str
) -> None:
    truth = true_change(scatter=1.3)[headline]
    rows = half_hidden["slowing"].query("headline_name == @headline")
    low, high = (rows[f"change_oom_per_year_ci90_{end}"] for end in ("low", "high"))
    held = (low.le(truth) & high.ge(truth)).groupby(rows["scenario"]).sum()
    # The scenario that is the truth, and the widest; the narrower ones hold what they hold.
    print(headline, (held / WORLDS).round(3).to_dict())
    assert at_least(held["frontier"], WORLDS, 0.9)
    own = half_hidden["slowing_verdicts"].query("headline_name == @headline")
    own = own[own["statement"] == "slowed"]
    ends = own["region_ci90_low_oom_per_year"], own["region_ci90_high_oom_per_year"]
    assert at_least(int((ends[0].le(truth) & ends[1].ge(truth)).sum()), WORLDS, 0.95)
    assert (own["region_low_oom_per_year"] <= own["difference_oom_per_year"]).all()
    wrong = own["verdict"].eq("established").sum()
    assert at_least(WORLDS - int(wrong), WORLDS, 0.95)


def test_constant_growth_with_nothing_hidden_is_seldom_called_slower() -> None:
    verdicts = repeated(WORLDS, scatter=1.3)["slowing_verdicts"].query("statement == 'slowed'")
    for _, own in verdicts.groupby("headline_name"):
        assert at_least(WORLDS - int(own["verdict"].eq("established").sum()), WORLDS, 0.95)
    # With nothing hidden no verdict leaves room for the hidden.
    assert not verdicts["verdict"].eq("consistent").any()
    assert (verdicts["n_hidden"] == 0).all()


def test_growth_that_halves_is_called_slower_as_often_as_the_power_says() -> None:
    verdicts = repeated(WORLDS, scatter=0.9, share=0.5)["slowing_verdicts"]
    for headline in HEADLINES:
        own = verdicts[verdicts["headline_name"] == headline].set_index("statement")
        slowed = own.loc[["slowed"]]
        # The power of the law that sees least, as each world tells it
        power = float(slowed["power"].mean())
        assert at_least(int(slowed["verdict"].eq("established").sum()), WORLDS, power)
        assert not slowed["verdict"].eq("rejected").any()
        # Exactly half is the border of the other statement: wrong either way in 5 %.
        for word in ("established", "rejected"):
            wrong = int(own.loc[["halved"], "verdict"].eq(word).sum())
            assert at_least(WORLDS - wrong, WORLDS, 0.95)


def test_a_range_wide_enough_leaves_every_verdict_open() -> None:
    rng = np.random.default_rng(3)
    days, values = world(rng, scatter=0.3, share=0.2)
    # Those that are hidden may be anything: most of what is left says nothing.
    hidden = (days > CUT) & (rng.random(days.size) < 0.9)
    wide = changed(SLOWING, "hidden.high_factor", 1e6)
    verdicts = tables(days, values, hidden, slowing=wide)["slowing_verdicts"]
    own = verdicts[(verdicts["headline_name"] == "all") & (verdicts["statement"] == "slowed")]
    assert own["verdict"].to_list() == ["consistent"]
    open_verdicts = tables(days, values, np.zeros(days.size, bool))["slowing_verdicts"]
    assert open_verdicts["verdict"].to_list()[0] == "established"


@pytest.fixture(scope="module")
def hidden_world() -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(5)
    days, values = world(rng, scatter=1.3)
    return tables(days, values, (days > CUT) & (rng.random(days.size) < 0.4))


def test_every_scenario_lies_between_the_bounds(hidden_world: dict[str, pd.DataFrame]) -> None:
    for _, rows in hidden_world["slowing"].groupby("headline_name"):
        slopes = rows.set_index("scenario")["slope_oom_per_year_after"]
        named = slopes.drop(["known", "least", "most"])
        assert slopes["least"] <= named.min()
        assert named.max() <= slopes["most"]
        assert len(set(rows["slope_oom_per_year_before"])) == 1
        kinds = rows.set_index("scenario")["bound_kind"]
        assert set(kinds.drop(["least", "most"])) == {"none"}
        assert set(kinds[["least", "most"]]) <= {"exact", "searched"}


def test_shares_of_leading_models_are_counted_in_order_of_the_dates() -> None:
    rng = np.random.default_rng(6)
    days, values = world(rng, scatter=1.0)
    hidden = days > CUT
    scenario = {"name": "half", "label": "Half", "leading": "record", "others": "low"}
    one = SLOWING.hidden.model_copy(
        update={
            "scenarios": [
                type(SLOWING.hidden.scenarios[0]).model_validate(scenario | {"leading_share": 0.5})
            ]
        }
    )
    rows = tables(days, values, hidden, slowing=changed(SLOWING, "hidden", one))["slowing"]
    row = rows[(rows["headline_name"] == "frontier") & (rows["scenario"] == "half")]
    # The record of 2022 in half of the leading models; the others do not reach the top.
    leading = hidden & (np.arange(days.size) % 3 == 0)
    assert row["n_after"].to_list() == [leading.sum() // 2]


def test_growth_without_the_last_months_is_that_of_the_systems_before() -> None:
    rng = np.random.default_rng(9)
    days, values = world(rng, scatter=1.0)
    slowing = SLOWING.model_copy(update={"dropped_months": [0, 12]})
    rows = tables(days, values, np.zeros(days.size, dtype=bool), slowing=slowing)["slowing_dropped"]
    own = rows[rows["headline_name"] == "all"].set_index("months_dropped")
    last = day_number("2025-08-19")
    assert own.loc[12, "end_date"] == pd.Timestamp("2025-08-19")
    assert own.loc[12, "n"] == (days <= last).sum()
    slope = np.polyfit(days[days <= last], values[days <= last], 1)[0] * 365
    assert own.loc[12, "slope_oom_per_year"] == pytest.approx(slope)
    assert own.loc[0, "growth_per_year"] == pytest.approx(10 ** own.loc[0, "slope_oom_per_year"])


SLOWED = Statement(name="slowed", label="has slowed", share=1)
SEEN, NOT_SEEN = FallTest(0.01, 99, 0.9, -0.1), FallTest(0.5, 99, 0.9, -0.1)


@pytest.mark.parametrize(
    ("ends", "test", "verdict"),
    [
        ((-0.5, -0.1, -0.9, -0.05), SEEN, "established"),
        ((-0.5, -0.1, -0.9, -0.05), NOT_SEEN, "undecided"),
        ((-0.5, -0.1, -0.9, 0.4), SEEN, "consistent"),
        ((0.2, 0.5, 0.1, 0.9), NOT_SEEN, "rejected"),
        ((0.2, 0.5, -0.1, 0.9), NOT_SEEN, "undecided"),
        ((-0.2, 0.5, -0.9, 0.9), NOT_SEEN, "undecided"),
        ((np.nan, np.nan, -0.9, 0.9), SEEN, "undecided"),
        ((-0.5, -0.1, -0.9, -0.05), None, "undecided"),
    ],
)
def test_the_rule_of_the_verdicts(
    ends: tuple[float, ...], test: FallTest | None, verdict: str
) -> None:
    found, why = judged(Ends(*ends), test, SLOWED, SLOWING)
    assert found == verdict
    assert why.endswith(".")


@pytest.mark.gate
def test_growth_of_a_headline_is_the_one_that_the_report_leads_with() -> None:
    settings, problems = with_carried(CONFIG, str(ROOT / "data" / "raw" / "vintages.csv"))
    assert not problems
    export = leading_export(settings.clean.exports)
    assert export is not None
    run = ExportRun(export, settings)
    trends = run["export_trends"].set_index("trend")["slope_oom_per_year"]
    names = ("systems", "excluded", "export_attributes")
    models = listed_models(*(run[name] for name in names), export=export)
    listed = Models.of(models, [], draws=10, seed=1)
    for headline in HEADLINES:
        trend = settings.fit.exports.headline_trend(headline)
        assert trend is not None
        rule = Rule(trend.top, 365, 8)
        side = rule.side(listed, day_number(trend.period.after), np.inf)
        assert side.slope == pytest.approx(trends[trend.name])


def test_settings_refuse_what_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="leading_share"):
        Slowing.model_validate(
            SLOWING.model_dump()
            | {
                "hidden": {
                    "low_quantile": 0.1,
                    "high_factor": 2,
                    "scenarios": [
                        {"name": "a", "label": "A", "leading": "known", "others": "known"}
                        | {"leading_share": 2}
                    ],
                }
            }
        )
    early = SLOWING.model_copy(update={"dates": ["2000-01-01"]})
    assert [key for key, _ in early.conflicts()] == ["lead", "dates[0]"]
