"""Values of later exports, and the verdicts on them."""

from __future__ import annotations

import pandas as pd
import pytest
from project import RAW

from compute_trends.tables.raw import read_checked

TABLES = ("later_values", "later_verdicts")


@pytest.fixture(scope="module")
def systems() -> set[str]:
    """Systems that have inputs of an estimate: all that the project has."""
    return set(pd.read_csv(RAW / "compute_inputs.csv")["system_id"])


@pytest.mark.parametrize("name", TABLES)
def test_rows_are_of_systems_that_exist_and_no_two_of_one_export(
    name: str, systems: set[str]
) -> None:
    rows = read_checked(str(RAW / f"{name}.csv"), name)
    assert set(rows["system_id"]) <= systems
    assert not rows.duplicated(["system_id", "vintage"]).any()


def test_models_have_no_line_breaks_and_values_matched_by_name_keep_the_name() -> None:
    rows = read_checked(str(RAW / "later_values.csv"), "later_values")
    assert not rows["model"].str.contains(r"\s{2}|\n").any()
    keys = rows["model"].str.lower().str.replace(r"[^a-z0-9]", "", regex=True)
    ours = rows["system_id"].str.replace("-", "", regex=False)
    differ = set(rows.loc[(rows["matched_by"] == "name") & (keys != ours), "system_id"])
    assert differ == {"pangu-alpha"}, "alpha is a Greek letter there"


def test_values_of_one_system_stay_near_each_other_or_were_looked_at() -> None:
    """A wrong match shows as a value of another order; these are Epoch's own restatements."""
    rows = read_checked(str(RAW / "later_values.csv"), "later_values")
    values = rows.groupby("system_id")["training_compute_flop"]
    restated = {"adam-cifar-10", "alphago-zero", "alphazero", "alphago-master", "zip-cnn"}
    restated |= {"kepler", "r-fcn", "t5-3b", "vit-g-14", "megatron-bert"}
    assert set(values.max().index[values.max() / values.min() > 10]) == restated


def test_verdicts_are_on_values_that_an_export_has_and_that_lie_far_from_ours() -> None:
    keys = ["system_id", "vintage"]
    verdicts = read_checked(str(RAW / "later_verdicts.csv"), "later_verdicts")
    values = read_checked(str(RAW / "later_values.csv"), "later_values")
    both = verdicts.merge(values, on=keys, how="left", suffixes=("", "_of_value"))
    assert both["later_flop"].equals(both["training_compute_flop"])
    latest = values.groupby("system_id")["vintage"].max()
    assert (verdicts["vintage"] == verdicts["system_id"].map(latest)).all()
    assert not (verdicts["later_flop"] / verdicts["our_flop"]).between(0.5, 2).any()


def test_a_verdict_of_a_wrong_value_does_not_call_it_right() -> None:
    verdicts = read_checked(str(RAW / "later_verdicts.csv"), "later_verdicts")
    judged = verdicts.dropna(subset="right_flop")
    assert set(judged["fault"]) <= {"ours", "epochs"}
    wrong = judged["later_flop"].where(judged["fault"] == "epochs", judged["our_flop"])
    assert not (judged["right_flop"] / wrong).between(0.5, 2).any()
