"""What the page says of inference compute, on made-up tables."""

from __future__ import annotations

import pandas as pd
import pytest
from html_tree import Element, parse
from made_up_inference import nulls, tables, training, trends

from compute_trends.render.report import render_section, report_environment
from compute_trends.render.report_figures import _inference
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections import inference as section
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import typed


def shown(settings: Settings, **changes: pd.DataFrame) -> Element:
    inputs = ReportInputs(tables=tables(**changes), settings=settings)
    return parse(render_section(report_environment({}, {}), section, section.digest(inputs)))


def words(element: Element) -> str:
    return element.text.replace("\xa0", " ")


def without(table: pd.DataFrame, *names: str) -> pd.DataFrame:
    return table[~table["trend"].isin(names)]


def test_growth_of_one_image_and_one_token_stand_in_the_first_sentence(settings: Settings) -> None:
    lead = words(shown(settings).one("p", "lead"))
    assert f"classifier {10**0.2:.1f} times as many" in lead
    assert f"90 % interval {10**0.16:.1f} to {10**0.24:.1f}" in lead
    assert f"language model {10**0.7:.1f} times as many" in lead
    assert "no change" not in lead
    lead = words(shown(settings, inference_trends=trends(vision=0.3)).one("p", "lead"))
    assert lead.count("which does not exclude no change") == 1
    lead = words(shown(settings, inference_trends=without(trends(), "language")).one("p", "lead"))
    assert "token" not in lead


def test_models_are_counted(settings: Settings) -> None:
    text = words(shown(settings))
    assert "24 image classifiers of 24 papers, 8 counted layer by layer, 16 only listed" in text
    assert "12 language models of 12 papers, 4 counted" in text
    assert "Counts are 0.97 to 0.99 (4 image classifiers), " in text
    assert "1 of 2 numbers of other lists are more than 5 % off" in text
    assert "A number of multiply-adds" in text


def test_samples_stand_side_by_side(settings: Settings) -> None:
    page = shown(settings)
    head = [words(cell) for cell in page.all("table")[0].all("th") if cell.inside]
    assert head[1:4] == ["All data", "All data, to 2021‑06‑30", "Without extra data"]
    [row] = [words(row) for row in page.all("table")[0].all("tr") if "Image: All" in words(row)]
    values = [f"× {10**slope:.2f}" for slope in (0.2, 0.1, 0.05)]
    assert [row.index(value) for value in values] == sorted(row.index(value) for value in values)
    assert f"extra data, × {10**0.05:.2f} a year" in words(page)


@pytest.mark.parametrize("name", ["vision_records", "language_largest"])
def test_a_picked_group_is_held_against_what_its_rule_makes(settings: Settings, name: str) -> None:
    for p, said, unsaid in (
        (0.3, "the two cannot be told apart (p = 0.30, 500 worlds", "more than"),
        (0.01, "more than the rule makes (p = 0.010", "apart"),
    ):
        page = shown(settings, inference_null=nulls(**{name: p}))
        label = "Records of accuracy (" if "vision" in name else "Most FLOP so far ("
        [text] = [words(each) for each in page.all("p") if words(each).startswith(label)]
        assert said in text and (unsaid not in text)
    page = shown(settings, inference_null=without(nulls(), name))
    [text] = [words(each) for each in page.all("p") if words(each).startswith(label)]
    assert "The rule" not in text
    page = shown(settings, inference_trends=without(trends(), name))
    assert not [each for each in page.all("p") if words(each).startswith(label)]


def test_whether_the_choice_of_models_matters_is_said(settings: Settings) -> None:
    label = "The choice of models "
    text = words(shown(settings))
    assert label + "moves the answer" in text and "hardly" not in text
    table = trends()
    own = table.set_index("trend")["slope_oom_per_year"]
    same = table.assign(
        slope_oom_per_year=table["slope_oom_per_year"].where(
            table["trend"] != "vision_no_extra_data", own["vision"]
        )
    )
    assert label + "hardly moves the answer" in words(shown(settings, inference_trends=same))


def test_a_minimum_falls_also_where_nothing_changes(settings: Settings) -> None:
    text = words(shown(settings))
    months = 12 * 0.30103 / 0.4
    assert "for at least 70 % top-1" in text and f"halving every {months:.0f} months" in text
    assert "where nothing changes" in text and "cannot be told apart (p = 0.30" in text
    text = words(shown(settings, inference_null=nulls(vision_least_for_70=0.02)))
    assert "less than the rule makes (p = 0.020" in text
    wide = trends(vision_least_for_70=0.5, vision_at_equal_accuracy=0.5)
    page = words(shown(settings, inference_trends=wide))
    assert "halving every" not in page


def test_a_trend_of_too_few_has_no_interval(settings: Settings) -> None:
    few = trends()
    ends = [name for name in few if "_ci90_" in name]
    few.loc[few["trend"] == "vision_least_for_70", ends] = None
    few.loc[few["trend"] == "vision_least_for_70", "note"] = "no interval"
    text = words(shown(settings, inference_trends=few))
    assert "a year (too few for an interval)" in text and "too few: no interval" in text


def test_training_is_told_over_one_use(settings: Settings) -> None:
    page = shown(settings)
    text = words(page)
    assert "Training GPT-3 made up cost as much as 1.0 × 1011 tokens." in text
    assert "On 4 systems, training over one token grew ×" in text
    assert "How often a model is used" in text
    [row] = [words(row) for row in page.all("tr") if "pattern" in words(row)]
    assert row.endswith("1.0 × 1014")
    assert "Training Other" not in words(shown(settings, training_inference=training("Other")))
    nothing = typed(pd.DataFrame(), "training_inference")
    assert "How often a model is used" not in words(shown(settings, training_inference=nothing))


def test_only_what_is_there_is_linked(settings: Settings) -> None:
    def links(page: Element) -> list[str | None]:
        return [link.attributes.get("href") for link in page.all("a")]

    assert "#claims" not in links(shown(settings))
    claims = pd.DataFrame({"study": ["Desislavov et al. 2021"]})
    assert "#claims" in links(shown(settings, claims=claims))


def test_without_models_there_is_no_section(settings: Settings) -> None:
    nothing = {name: typed(pd.DataFrame(), name) for name in section.TABLES}
    inputs = ReportInputs(tables=nothing, settings=settings)
    html = render_section(report_environment({}, {}), section, section.digest(inputs))
    assert parse(html).text.strip() == ""


def test_the_figure_is_described_by_its_lines(settings: Settings) -> None:
    inputs = ReportInputs(tables=tables(), settings=settings)
    [(_, record)] = _inference(inputs)
    months = 12 * 0.30103 / 0.2
    assert f"vision, 10 models: doubles every {months:.1f} months" in record["description"]
    assert "language largest, 10 models" in record["description"]
    assert "axis against" in record["description"]
