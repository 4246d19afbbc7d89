from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from html_tree import parse

from compute_trends.common.vocabulary import FAULT_WORDS
from compute_trends.render.report import powers
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections.database import digest, judged_values

from ..conftest import ShowSection

Tables = dict[str, pd.DataFrame]


@pytest.fixture
def verdicts(inputs: ReportInputs) -> pd.DataFrame:
    return inputs.tables["later_verdicts"].copy()


def test_each_verdict_stands_in_the_table_of_its_fault(
    show: ShowSection, verdicts: pd.DataFrame, tables: Tables
) -> None:
    section = show("database")
    names = tables["systems"].set_index("system_id")["system"]
    for fault, rows in verdicts.groupby("fault"):
        words = FAULT_WORDS[str(fault)]
        [table] = [
            one for one in section.all("figure", "table") if words.capitalize() in one.caption
        ]
        systems = [body.all("th")[0].text for body in table.all("tbody")]
        assert sorted(systems) == sorted(names[rows["system_id"]])
        assert f"for {len(rows)}, {words}" in section.text
    assert f"Of {len(verdicts)} such values" in section.text


def test_what_we_think_wrong_comes_first_and_the_farthest_apart_of_it(
    inputs: ReportInputs,
) -> None:
    faults = digest(inputs)["faults"]
    assert list(faults) == [fault for fault in FAULT_WORDS if fault in faults]
    for rows in faults.values():
        distances = [max(row["ratio"], 1 / row["ratio"]) for row in rows]
        assert distances == sorted(distances, reverse=True)


def test_a_row_tells_why_and_where_to_look(show: ShowSection, verdicts: pd.DataFrame) -> None:
    remarks = [row.all("td")[0] for row in show("database").all("tr", "remark")]
    assert len(remarks) == len(verdicts)
    for row in verdicts.itertuples():
        # Powers of ten stand as such on the page.
        words = parse(str(powers(f"{row.arithmetic}. {row.reason}"))).text
        told = [remark for remark in remarks if words in remark.text]
        assert row.source_url in [link.attributes["href"] for one in told for link in one.all("a")]


def test_a_value_that_has_changed_since_is_named(
    show: ShowSection, inputs: ReportInputs, verdicts: pd.DataFrame
) -> None:
    assert not any(row["moved"] for row in judged_values(inputs.tables))
    verdicts.loc[verdicts["system_id"] == "lstm", "our_flop"] *= 2
    assert "it has changed since for LSTM." in show("database", later_verdicts=verdicts).text


def test_verdicts_on_systems_that_are_left_out_are_passed_over(
    inputs: ReportInputs, verdicts: pd.DataFrame, tables: Tables
) -> None:
    systems = tables["systems"].query("system_id != 'lstm'")
    left = replace(inputs, tables={**inputs.tables, "systems": systems})
    assert digest(left)["n"] == len(verdicts) - 1


def test_without_verdicts_it_is_said_so(show: ShowSection, verdicts: pd.DataFrame) -> None:
    section = show("database", later_verdicts=verdicts.iloc[:0])
    assert "No value of a later export has been judged." in section.text
