from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real
from made_up import OUTLIERS, UNITS
from pipeline import PaperRun

from compute_trends.checks.population_verdict import (
    Evidence,
    evidence_of,
    sentence_of,
    systems_text,
    verdict_of,
)
from compute_trends.checks.populations import check_populations
from compute_trends.common.records import Record, records
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.selection import select_trend
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.days import OpenPeriod, Period
from compute_trends.settings.fit import Dataset
from compute_trends.settings.simulations import Populations, Worlds
from compute_trends.tables.dictionary import typed

SETTINGS = Populations(
    periods=[Period(after="2015-09-01", through="2022-02-01")],
    export_periods=[
        OpenPeriod(after="2015-09-01", through="2022-02-01"),
        OpenPeriod(after="2015-09-01", through="vintage"),
    ],
    least_systems=20,
    starts=6,
    least_share=0.1,
    worlds=Worlds(light=20, deep=400),
    nulls=["normal", "skewed", "shrinking"],
    level=0.05,
    power=0.8,
    overlap=0.5,
)
Tables = tuple[pd.DataFrame, pd.DataFrame]


def made_up(offset: float, *, n: int = 150, share: float = 0.25, seed: int = 1) -> Tables:
    """Systems over six years; a share of them on a line above the others."""
    rng = np.random.default_rng(seed)
    days = np.sort(rng.integers(1, 2300, n))
    log_flop = 20 + 0.6 * days / 365 + offset * (rng.random(n) < share) + rng.normal(0, 0.4, n)
    systems = pd.DataFrame(
        {
            "system_id": [f"s{number}" for number in range(n)],
            "snapshot": "a",
            "domain": "Vision",
            "publication_date": pd.Timestamp("2015-09-01") + pd.to_timedelta(days, "D"),
        }
    )
    flop = {"system_id": systems["system_id"], "training_compute_published_flop": 10**log_flop}
    return systems, typed(pd.DataFrame(flop), "compute")


def checked(*tables: Tables, exports: tuple[str, ...] = (), **changes: Any) -> pd.DataFrame:
    """Table ``populations`` of made-up annotations and exports of some days."""
    systems, compute = zip(*tables, strict=True)
    return check_populations(
        systems,
        compute,
        populations=SETTINGS.model_copy(update=changes),
        depth="light",
        datasets=[Dataset(name="d", snapshots=["a"], through="2022-02-01")],
        bases=["published"],
        outliers=OUTLIERS,
        units=UNITS,
        exports=[
            ExportFile(name=f"vintage_{place}", path="a.csv", date=day)
            for place, day in enumerate(exports)
        ],
        seed=1,
    )["populations"]


def real_row(table: pd.DataFrame, hypothesis: str = "parallel") -> Record:
    return records(table.query("world == 'real' and hypothesis == @hypothesis"))[0]


def test_populations_that_are_there_are_established() -> None:
    row = real_row(checked(made_up(3)))
    assert row["verdict"] == "established"
    assert row["slope_oom_per_year"] == pytest.approx(0.6, abs=0.05)
    assert row["offset_oom"] == pytest.approx(3, abs=0.2)
    assert row["share_upper"] == pytest.approx(0.25, abs=0.08)
    assert row["scatter_oom"] == pytest.approx(0.4, abs=0.06)
    assert row["overlap"] > 0.7


def test_populations_that_are_divided_elsewhere_are_not_the_large_systems() -> None:
    """Most systems are of the upper line, and the rule marks a few of them."""
    row = real_row(checked(made_up(3, share=0.7)))
    assert row["verdict"] == "undecided" and row["overlap"] < 0.5
    assert "two groups" in row["why"] and "divided elsewhere" in row["why"]


def test_one_line_is_not_taken_for_two() -> None:
    row = real_row(checked(made_up(0)))
    assert row["verdict"] in ("undecided", "rejected")
    assert "one line explains them as well as two do" in row["why"]


def test_too_few_systems_are_left_undecided() -> None:
    [row] = records(checked(made_up(3, n=15)))
    assert (row["verdict"], row["n"], row["loglik"]) == ("undecided", 15, None)
    assert row["why"].endswith("only 15 systems, fewer than 20.")


def test_systems_on_one_line_are_left_undecided() -> None:
    systems, compute = made_up(0, n=40)
    years = (systems["publication_date"] - pd.Timestamp("2015-09-01")).dt.days / 365
    compute["training_compute_published_flop"] = 10 ** (20 + years)
    why = real_row(checked((systems, compute)))["why"]
    assert why.endswith("all systems lie on one line.")


def test_each_vintage_is_analysed_to_its_end_and_over_the_periods_before() -> None:
    tables = made_up(0, n=60)
    days = ("2021-06-30", "2022-02-01", "2023-05-05")
    table = checked(*(tables,) * 4, exports=days, worlds=Worlds(light=2, deep=40))
    assert table.groupby("dataset")["period"].unique().map(list).to_dict() == {
        "d": ["2015-09-01/2022-02-01"],
        "vintage_0": ["2015-09-01/2021-06-30"],
        "vintage_1": ["2015-09-01/2022-02-01"],
        "vintage_2": ["2015-09-01/2022-02-01", "2015-09-01/2023-05-05"],
    }
    # The same systems under two names get the same numbers.
    one, same = (
        table.query("dataset == @name").drop(columns="dataset") for name in ("d", "vintage_1")
    )
    pd.testing.assert_frame_equal(one.reset_index(drop=True), same.reset_index(drop=True))


# One line explains the systems, and two populations would have been noticed.
ONE = Evidence(
    p=0.2,
    power=(0.85, 0.95),
    prefers_two=False,
    overlap=0.7,
    share_upper=0.3,
    share_rule=0.25,
    simulations=99,
)


def verdict(**changes: Any) -> str:
    return verdict_of(ONE._replace(**changes), SETTINGS)


def test_the_rule_of_the_verdict() -> None:
    # What was found was not missed, whatever the power.
    assert verdict(p=0.05) == verdict(p=0.05, power=(0.1, 0.2)) == "established"
    assert verdict(p=0.05, overlap=0.49) == "undecided"
    assert verdict() == verdict(p=0.051) == "rejected"
    assert verdict(prefers_two=True) == "consistent"
    assert verdict(power=(0.79, 0.9), prefers_two=True) == "undecided"
    assert verdict(power=(0.1, 0.2)) == "undecided"
    assert verdict(power=None) == "undecided"


def test_the_sentence_says_what_the_verdict_rests_on() -> None:
    def sentence(**changes: Any) -> str:
        evidence = ONE._replace(**changes)
        return sentence_of(verdict_of(evidence, SETTINGS), evidence, "the 9 systems", level=0.05)

    assert sentence() == (
        "The largest of the 9 systems are no population of their own: one line explains them as "
        "well as two do (p = 0.2, 99 simulated worlds), and two populations like the paper's would "
        "be noticed in 85 to 95 % of cases."
    )
    assert sentence(power=(0.25, 0.35)).startswith(
        "Whether the largest of the 9 systems are a population"
    )
    assert sentence(power=(0.25, 0.35)).endswith("would be noticed in 25 to 35 % of cases.")
    assert sentence(power=None).endswith("to say what would be noticed.")
    assert "are a population of their own: two lines" in sentence(p=0.01)
    elsewhere = sentence(p=0.01, overlap=0.1)
    assert "upper group holds 30 % of them, the rule marks 25 %" in elsewhere
    assert "agree with two populations" in sentence(prefers_two=True)
    for changes in ({}, {"power": (0.2, 0.3)}, {"p": 0.01}, {"prefers_two": True}):
        assert sentence(**changes).count(".") == 1 + sentence(**changes).count("0.")


def test_systems_are_named_by_the_months_of_their_period() -> None:
    period = Period(after="2009-12-31", through="2022-02-01")
    assert systems_text(7, period) == "the 7 systems of January 2010 to February 2022"


def test_the_largest_p_of_the_laws_counts() -> None:
    table = checked(made_up(3))
    rows = records(table)
    of_parallel = table.query("hypothesis == 'parallel'").set_index("world")
    for nulls in (["normal"], ["normal", "heavy_tails"]):
        evidence = evidence_of(rows, nulls)
        assert evidence.p == of_parallel.loc[nulls, "p_skewed"].max()
    assert evidence.power is not None
    assert evidence.power[0] < of_parallel.loc["paper", "found_skewed_test"] <= evidence.power[1]
    without = [row for row in rows if row["world"] != "paper" and row["hypothesis"] != "rule"]
    assert evidence_of(without, ["normal"]).power is None
    assert evidence_of(without, ["normal"]).share_rule is None


def test_every_p_value_carries_its_simulations(paper_run: PaperRun) -> None:
    table = paper_run["populations"]
    simulated = table["world"] != "real"
    p = table[["p_normal", "p_skewed", "p_parallel"]]
    assert (table.loc[p.notna().any(axis=1), "worlds"] > 0).all()
    assert p[~simulated].isna().all(axis=None)
    least = p.min(axis=1) * (1 + table["worlds"])
    assert (least.dropna() >= 1 - 1e-12).all()
    assert table.loc[simulated, "found_skewed_test"].between(0, 1).all()


def test_the_real_systems_are_those_of_the_trends(paper_run: PaperRun, real: Real) -> None:
    """The one line and the two lines of the rule are the trends of the same systems."""
    fit = real.settings.fit
    table = paper_run["populations"]
    for name, hypothesis, column in (
        ("from_2015_all", "normal", "slope_oom_per_year"),
        ("from_2015_regular", "rule", "slope_oom_per_year"),
        ("from_2015_large", "rule", "slope_upper_oom_per_year"),
    ):
        trend = fit.trends_by_name[name]
        for basis in fit.bases:
            scores = real.scores.merge(real.systems[["system_id", "publication_date", "domain"]])
            scores = scores.merge(real.compute)
            scores = scores.query("dataset == 'paper_tables' and basis == @basis")
            day = (scores["publication_date"] - pd.Timestamp("1970-01-01")).dt.days
            flop = scores[f"training_compute_{basis}_flop"]
            scores = scores.assign(day=day, log_flop=np.log10(flop))
            points = select_trend(scores, trend, outliers=fit.outliers, domains=fit.domains)
            row = real_row(
                table.query(
                    "dataset == 'paper_tables' and basis == @basis and period == @trend.period.text"
                ),
                hypothesis,
            )
            slope = fit_line(points["day"], points["log_flop"]).slope * 365
            assert row[column] == pytest.approx(slope)


def test_every_dataset_basis_and_period_has_a_verdict(paper_run: PaperRun) -> None:
    fit = paper_run.settings.fit
    rows = paper_run["populations"].dropna(subset="verdict")
    # None of a dataset that begins later, whose systems are a part of another's.
    whole = [dataset for dataset in fit.datasets if dataset.after is None]
    expected = len(whole) * len(fit.bases) * len(fit.populations.periods)
    assert len(rows) == expected
    assert not rows[["dataset", "basis", "period"]].duplicated().any()
