"""Is it slowing, and what is not seen: the page says what the tables say, on made-up models."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from html_tree import Element, parse
from made_up_slowing import CUT, EXPORT, SLOWING, tables, world

from compute_trends.render.report import render_section, report_environment
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections import not_seen, slowing
from compute_trends.tables.dictionary import typed

DATES = {"dates": ["2019-12-31", "2022-12-31"], "dropped_months": [0, 12]}


@pytest.fixture(scope="module")
def made() -> dict[str, pd.DataFrame]:
    """Tables of models of which 40 % are hidden since 2023."""
    rng = np.random.default_rng(4)
    days, values = world(rng, scatter=1.0)
    hidden = (days > CUT) & (rng.random(days.size) < 0.4)
    return tables(days, values, hidden, slowing=SLOWING.model_copy(update=DATES))


@pytest.fixture
def show(inputs: ReportInputs) -> Any:
    """Show a section, of made-up tables."""

    def shown(section: Any, **changes: pd.DataFrame) -> Element:
        fit = inputs.settings.fit
        fit = fit.model_copy(update={"slowing": fit.slowing.model_copy(update=DATES)})
        clean = inputs.settings.clean.model_copy(update={"exports": [EXPORT]})
        settings = inputs.settings.model_copy(update={"fit": fit, "clean": clean})
        own = replace(inputs, settings=settings, tables=changes)
        html = render_section(report_environment({}, {}), section, section.digest(own))
        return parse(html)

    return shown


def with_verdict(made: dict[str, pd.DataFrame], verdict: str) -> dict[str, pd.DataFrame]:
    return made | {"slowing_verdicts": made["slowing_verdicts"].assign(verdict=verdict)}


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("established", "Growth of the frontier has slowed since 2023, whatever is hidden"),
        ("rejected", "Growth of the frontier has not slowed since 2023, whatever is hidden"),
        ("consistent", "has slowed since 2023 where compute is known; what is hidden could undo"),
        ("undecided", "Whether growth of the frontier has slowed since 2023, nobody can tell"),
    ],
)
def test_the_answer_follows_the_verdict(
    show: Any, made: dict[str, pd.DataFrame], verdict: str, words: str
) -> None:
    page = show(slowing, **with_verdict(made, verdict))
    assert words in page.one("p", "lead").text
    assert f"{verdict} in 4 of 4 cases" in page.one("details", "more").text


def test_the_answer_tells_what_is_hidden_and_what_is_possible(
    show: Any, made: dict[str, pd.DataFrame]
) -> None:
    text = show(slowing, **made).one("p", "lead").text
    rows = made["slowing"]
    rows = rows[(rows["headline_name"] == "frontier") & (rows["since"] == "2023-01-01")]
    known = rows[rows["scenario"] == "known"].iloc[0]
    listed = known["n_hidden"] + known["n_with_compute"]
    share = 100 * known["n_hidden"] / listed
    assert f"of {listed} notable models since then {known['n_hidden']} ({share:.0f} %)" in text
    growth = rows.set_index("scenario")["growth_per_year_after"]
    ends = (f"{one:.1f}" if one >= 1 else f"{one:.2f}" for one in (growth.min(), growth.max()))
    assert "anything from {} to {} times a year".format(*ends) in text


def test_without_exports_nothing_is_said(show: Any) -> None:
    assert show(slowing).text.strip() == ""
    assert show(not_seen).text.strip() == ""


def test_shares_delays_and_scenarios_are_those_of_the_tables(
    show: Any, made: dict[str, pd.DataFrame]
) -> None:
    group = {"group_kind": "all", "group_name": "all", "label": "All models", "year": 2025}
    counts = {"n_listed": 8, "n_with_compute": 2, "share_with_compute": 0.25}
    delay = {"age_class": "all ages", "n_steps": 5, "n_waiting": 100, "n_given": 5}
    delay |= {"share_in_a_year": 0.05, "share_in_a_year_ci90_low": 0.03}
    later = {"vintage_step": "all steps", "n_given": 12, "difference_oom": 0.5}
    later |= {"difference_oom_ci90_low": 0.2, "difference_oom_ci90_high": 0.9}
    one = {
        "visibility": group | counts,
        "visibility_ages": {"export": "e", "vintage": pd.Timestamp(EXPORT.date)},
        "visibility_delay": delay | {"share_in_a_year_ci90_high": 0.07},
        "visibility_later": later,
    }
    single = {name: typed(pd.DataFrame([row]), name) for name, row in one.items()}
    text = show(not_seen, **made, **single).text
    assert "25 % of 8" in text
    assert "5 % (3 % to 7 %) have it a year later" in text
    assert "0.50 orders of magnitude (0.20 to 0.90)" in text
    assert "of about their date: larger." in text
    assert "Like the known ones" in text
    assert "The most that the range allows" in text
