from __future__ import annotations

import pandas as pd
import pytest

from compute_trends.common.vocabulary import HYPOTHESIS_WORDS
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections.large_scale import population_groups

from ..conftest import ShowSection

Tables = dict[str, pd.DataFrame]


def test_the_verdict_leads_in_a_sentence_of_the_result_file(
    show: ShowSection, tables: Tables
) -> None:
    table = tables["populations"]
    judged = table.dropna(subset="verdict")
    text = show("large_scale").text
    assert judged["why"].iloc[0] in text
    changed = table.assign(why=table["why"].where(table["why"].isna(), "Nobody knows."))
    assert "Nobody knows." in show("large_scale", populations=changed).text


def test_each_hypothesis_has_a_row_on_each_basis(
    show: ShowSection, tables: Tables, inputs: ReportInputs
) -> None:
    body = show("large_scale").all("table")[0]
    bases = inputs.settings.fit.bases
    # And one above them for the basis
    assert len(body.rows()) == (1 + len(HYPOTHESIS_WORDS)) * len(bases)


def test_p_and_false_alarms_are_the_largest_of_the_nulls(
    tables: Tables, inputs: ReportInputs
) -> None:
    rules = inputs.settings.fit.populations
    group = population_groups(tables, rules)[0]
    own = tables["populations"].query(
        "dataset == @group['dataset'] and basis == @group['basis'] and period == @group['period']"
        " and hypothesis == 'parallel'"
    )
    nulls = own[own["world"].isin(rules.nulls)]
    assert group["parallel"]["p"] == nulls["p_skewed"].max()
    assert group["parallel"]["false_alarms"] == nulls["found_skewed_test"].max()
    paper = own[own["world"] == "paper"]
    assert group["parallel"]["power"] == paper["found_skewed_test"].iloc[0]
    assert min(row["bic_above"] for row in group["hypotheses"] if row["bic"] is not None) == 0


@pytest.mark.parametrize(
    ("p", "said", "unsaid"),
    [
        (0.5, "The distance is no sign of a second trend.", "One line seldom makes"),
        (0.01, "One line seldom makes so large a distance.", "no sign of a second trend"),
    ],
)
def test_a_distance_is_a_sign_only_where_one_line_seldom_makes_it(
    show: ShowSection, tables: Tables, p: float, said: str, unsaid: str
) -> None:
    text = show("large_scale", selection_null=tables["selection_null"].assign(p_at_least=p)).text
    assert said in text and unsaid not in text


def test_too_few_systems_have_a_verdict_and_no_table(show: ShowSection, tables: Tables) -> None:
    table = tables["populations"]
    few = table.dropna(subset="verdict").head(1).copy()
    numbers = [name for name in few.select_dtypes("number") if name != "n"]
    few[numbers] = float("nan")
    section = show("large_scale", populations=few.assign(why="Only 5 systems."))
    assert "Only 5 systems." in section.text
    # That of the groups that a rule picks needs no hypotheses.
    assert len(section.all("table")) == 1
