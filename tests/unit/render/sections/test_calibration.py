from __future__ import annotations

import pandas as pd
import pytest
from html_tree import Element

from compute_trends.common.records import records
from compute_trends.estimate.error_model import UTILIZATION, errors_of_table
from compute_trends.render.sections.calibration import (
    SHOWN,
    errors_of_classes,
    learnt_utilization,
    misses,
    shares_held,
)
from compute_trends.settings.models import Settings

from ..conftest import ShowSection

Tables = dict[str, pd.DataFrame]


def captioned(section: Element, words: str) -> Element:
    [table] = [one for one in section.all("figure", "table") if words in one.caption]
    return table


def test_the_answer_comes_first(show: ShowSection, tables: Tables) -> None:
    rows = tables["calibration"].set_index(["other", "group"])
    first = show("calibration").all("p")[0].text
    for key in (("latest", "all"), ("latest", "not identical"), ("operation_count", "all")):
        row = rows.loc[[key]].iloc[0]
        low, high = (100 * row[f"coverage_ci95_{end}"] for end in ("low", "high"))
        assert f"{100 * row['coverage']:.0f} % (95 % interval {low:.0f} % to {high:.0f} %)" in first
        assert f"{row['n']} " in first


def test_every_group_with_values_is_shown_once(show: ShowSection, tables: Tables) -> None:
    calibration = tables["calibration"]
    shown = shares_held(tables)
    for other, groups in SHOWN.items():
        of_other = calibration.query("other == @other and group in @groups and n > 0")
        keys = [(row["group"], row["group_name"]) for row in shown[other]]
        assert sorted(keys) == sorted(zip(of_other["group"], of_other["group_name"], strict=True))
        assert [group for group, _ in keys] == sorted(
            (group for group, _ in keys), key=groups.index
        )
    rows = captioned(show("calibration"), "how sharp they are").rows()
    assert len(rows) == sum(map(len, shown.values())) + len(shown)


def test_each_miss_is_put_down_to_somebody(show: ShowSection, tables: Tables) -> None:
    total = next(row for row in shares_held(tables)["latest"] if row["group"] == "all")
    faults = [total[name] for name in total if name.startswith("misses_")]
    rows = captioned(show("calibration"), "how sharp they are").rows()
    assert sum(faults) == total["n"] - total["covered"]
    assert f"{total['misses_epochs']} Epoch AI’s" in rows[1][-1]


def test_misses_are_the_latest_values_outside(tables: Tables) -> None:
    rows = misses(tables)
    held = tables["held_values"]
    assert len(rows) == len(held[held["latest"] & ~held["inside"]])
    for row in rows:
        low, high = row["value_flop_ci90_low"], row["value_flop_ci90_high"]
        assert not low <= row["other_flop"] <= high
    distances = [max(row["ratio"], 1 / row["ratio"]) for row in rows]
    assert distances == sorted(distances, reverse=True)


def test_no_later_values_are_said_so(show: ShowSection, tables: Tables) -> None:
    section = show(
        "calibration",
        calibration=tables["calibration"].iloc[:0],
        held_values=tables["held_values"].iloc[:0],
    )
    assert "There is no later value of these systems" in section.text
    assert "lie outside" not in section.text


def test_errors_stand_beside_the_classes_of_epoch_ai(
    show: ShowSection, tables: Tables, settings: Settings
) -> None:
    classes = settings.estimate.uncertainty.classes
    rows = errors_of_classes(tables, classes)
    model = tables["error_model"].set_index("error")
    for row in rows:
        assert row["factor"] == pytest.approx(10 ** model.loc[row["name"], "half_width_oom"])
        assert row["epoch_factor"] == classes[row["name"]]
    text = show("calibration").containing("p", "It is wider than").text
    for row in rows:
        assert (row["name"] in text) == (row["factor"] > row["epoch_factor"])


def test_the_line_of_utilization_is_told_at_two_sizes(show: ShowSection, tables: Tables) -> None:
    told = learnt_utilization(tables)
    line = errors_of_table(tables["error_model"]).utilization
    assert told is not None and line is not None
    text = show("calibration").containing("p", "a line through").text
    for example, power in zip(told["examples"], ("20", "26"), strict=True):
        assert example["taken"] == line.utilization(example["peak_flop"])
        assert f"{100 * example['taken']:.0f} % for 1 × 10{power} FLOP" in text.replace("\xa0", " ")
    assert f"within a factor of {told['factor']:.1f}" in text


def test_what_is_not_learnt_is_not_told(show: ShowSection, tables: Tables) -> None:
    model = tables["error_model"]
    text = show("calibration", error_model=model[model["error"] != UTILIZATION]).text
    assert "for a utilization to be learnt" in text
    text = show("calibration", error_model=model[model["error"] == UTILIZATION]).text
    assert "Too few systems have a later value" in text
    assert all("None" not in text for text in (text, show("calibration").text))


def test_a_class_less_sharp_than_epochs_is_named(show: ShowSection, tables: Tables) -> None:
    calibration = tables["calibration"].copy()
    of_class = (calibration["other"] == "latest") & (calibration["group_name"] == "likely")
    calibration.loc[of_class, "interval_score"] = 99.0
    assert "likely values (99.0 against" in show("calibration", calibration=calibration).text
    scores = ["interval_score", "interval_score_epoch_classes"]
    calibration[scores] = [1.0, 2.0]
    assert "Not better than" not in show("calibration", calibration=calibration).text
    assert len(records(calibration))
