"""What can be read from the page, by its text alone, against the result files."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import Any

import pandas as pd
import pytest
from html_tree import Element, parse
from project import Project

from compute_trends.render.delivered import answers
from compute_trends.render.keep_delivered import FILE, inputs_of_run

NUMBER = re.compile(r"\d+(?:\.\d+)?|∞|more than|no interval|no growth")


@pytest.fixture(scope="module")
def page(full_run: Project) -> Element:
    return parse((full_run.folder / "report" / "index.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def answer(page: Element) -> Element:
    return page.by_id("part-answer")


def table(run: Project, path: str) -> pd.DataFrame:
    return pd.read_csv(run.folder / "results" / path)


def question(answer: Element, heading: str) -> Element:
    return next(one for one in answer.all("article", "question") if one.one("h2").has(heading))


def told(row: Any, name: str) -> tuple[str, str]:
    """A number and its interval as the page has them."""
    ends = " to ".join(f"{row[f'{name}_ci90_{end}']:.1f}" for end in ("low", "high"))
    return f"{row[name]:.1f}", ends


def test_growth_of_all_and_of_the_frontier_can_be_read(answer: Element, full_run: Project) -> None:
    headlines = table(full_run, "fits/headlines.csv").query("leads")
    sentence = answer.one("p", "answer").text
    for row in headlines.to_dict("records"):
        assert row["title"] in sentence
        for name, unit in (("growth_per_year", "times a year"), ("doubling_time_months", "months")):
            value, ends = told(row, name)
            assert re.search(rf"{value} {unit} \((90 % interval )?{ends}\)", sentence), row["title"]
    day = pd.Timestamp(headlines["vintage"].iloc[0])
    assert f"{day.day} {day:%B %Y}" in sentence


def test_what_choices_make_of_it_can_be_read(answer: Element, full_run: Project) -> None:
    curves = table(full_run, "checks/specification_quantiles.csv")
    row = curves.query("headline_name == 'all' and curve == 'without_strong'").iloc[0]
    low, high = (row[f"growth_per_year_q{level}"] for level in ("05", "95"))
    assert f"{low:.1f} to {high:.1f} times a year" in question(answer, "how-sure").text


def test_the_number_of_eras_can_be_read(answer: Element, full_run: Project) -> None:
    verdicts = table(full_run, "checks/era_verdicts.csv").query("question == 'number'")
    today = verdicts[verdicts["dataset"].str.startswith("notable")].iloc[0]
    assert f"{int(today['breaks_bic']) + 1} eras" in question(answer, "eras-answer").text


def test_whether_it_slows_can_be_read(answer: Element, full_run: Project) -> None:
    verdicts = table(full_run, "checks/slowing_verdicts.csv")
    row = verdicts.query("headline_name == 'frontier' and since == '2023-01-01'").iloc[0]
    words = {"undecided": "Nobody can tell", "established": "Yes:", "rejected": "No:"}
    assert words[row["verdict"]] in question(answer, "slowing-answer").text


def test_the_next_threshold_can_be_read(answer: Element, full_run: Project) -> None:
    dates = table(full_run, "forecasts/thresholds.csv")
    newest = dates[dates["vintage"] == dates["vintage"].max()]
    ahead = newest[newest["method"] != "crossed"]
    months = pd.to_datetime(ahead["expected_q50"].dropna()).dt.strftime("%B %Y")
    assert question(answer, "threshold-answer").one("p", "big").text.startswith(tuple(months))


def test_how_to_cite_is_one_step_away(answer: Element, page: Element) -> None:
    for one in answer.all("article", "question"):
        links = {link.text: link.attributes["href"] for link in one.one("p", "links").all("a")}
        assert set(links) == {"Cite this", "Proof"}
        assert all(page.has(address[1:]) for address in links.values())


def test_the_answer_names_no_setting_dataset_or_method(answer: Element, full_run: Project) -> None:
    text = answer.text
    trends = table(full_run, "fits/trends.csv")
    headlines = table(full_run, "fits/headlines.csv")
    names = {*trends["trend"], *trends["dataset"], *headlines["trend"], *headlines["export"]}
    assert not [name for name in names if name in text]
    for word in ("z-score", "least squares", "bootstrap", "BIC", "config", "vintage", "basis"):
        assert word not in text


def test_one_quantity_has_one_number_everywhere(page: Element) -> None:
    shown = defaultdict(set)
    places: dict[str, int] = defaultdict(int)
    for element in page:
        if key := element.attributes.get("data-quantity"):
            text = element.text.replace("90 % interval", "")
            shown[key].add(tuple(NUMBER.findall(text)))
            places[key] += 1
    assert {key: numbers for key, numbers in shown.items() if len(numbers) > 1} == {}
    # Many are told in several places: this is where they could drift apart.
    assert sum(number > 1 for number in places.values()) > 50


def test_cells_have_no_raw_message(page: Element) -> None:
    for cell in page.all("td"):
        assert "got 0" not in cell.text and "Error" not in cell.text


def test_what_is_kept_as_delivered_is_what_the_run_gives(
    full_run: Project, page: Element, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(full_run.folder)
    kept = json.loads(FILE.read_text(encoding="utf-8"))["answers"]
    assert answers(inputs_of_run(full_run.folder)) == kept
    assert not page.all("aside", "changed")
