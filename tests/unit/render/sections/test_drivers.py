from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from html_tree import Element, parse
from made_up_leading import CLASSES, EXPORT, HERE, RULES, THERE, settings, tables

from compute_trends.checks.drivers import TABLES, check_drivers
from compute_trends.render.figures.drivers import draw_drivers
from compute_trends.render.figures.formats import DRIVERS_FIGURE, DRIVERS_TITLE
from compute_trends.render.figures.style import WIDTHS
from compute_trends.render.report import render_section, report_environment
from compute_trends.render.report_figures import _drivers
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections import drivers as section
from compute_trends.settings.estimate import Uncertainty
from compute_trends.tables.dictionary import typed

ERRORS = pd.DataFrame({"error": ["utilization"], "half_width_oom": [0.9]})
Found = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def made(inputs: ReportInputs) -> ReportInputs:
    """Inputs with an export and what was found of it."""
    return with_tables(inputs, found(inputs.settings.estimate.uncertainty))


def found(uncertainty: Uncertainty, *, n: int = 90, told: int = 1) -> Found:
    """Tables of made-up systems, of which one in ``told`` states its chips."""
    rng = np.random.default_rng(1)
    years = np.sort(rng.uniform(0, 8, n))
    log_flop = 20 + 0.7 * years + rng.normal(0, 0.6, n)
    log_flop[::7] = np.nan
    countries = rng.choice([HERE, THERE, f"{HERE}; {THERE}"], n)
    chips, hours = 10 ** (0.4 * years), np.full(n, 100.0)
    own = tables(years, log_flop, countries=countries, chips=chips, hours=hours, hardware="A")
    estimates = own[0][["system_id"]].assign(
        method="hardware_time",
        peak_flop_per_second=1e14,
        utilization=0.3,
        utilization_kind=None,
    )
    return check_drivers(
        *([table] for table in own),
        [estimates.iloc[::told]],
        ERRORS,
        exports=[EXPORT],
        drivers=settings(),
        uncertainty=uncertainty.model_copy(update={"classes": CLASSES}),
        intervals=RULES.intervals,
        units=RULES.units,
        seed=1,
    )


def with_tables(inputs: ReportInputs, tables: Found) -> ReportInputs:
    clean = inputs.settings.clean.model_copy(update={"exports": [EXPORT]})
    fit = inputs.settings.fit.model_copy(update={"drivers": settings()})
    changed = inputs.settings.model_copy(update={"clean": clean, "fit": fit})
    return replace(inputs, settings=changed, tables=inputs.tables | tables)


def shown(inputs: ReportInputs) -> Element:
    html = render_section(report_environment({}, {}), section, section.digest(inputs))
    return parse(html)


def words(element: Element) -> str:
    return element.text.replace("\xa0", " ")


def test_the_parts_stand_in_the_first_sentence(made: ReportInputs) -> None:
    lead = words(shown(made).all("p", "lead")[0])
    rows = made.tables["drivers"].query("population == 'all' and missing_utilization == 'implied'")
    growth = rows.set_index("driver")["growth_per_year"]
    assert f"on the {rows['n'].iloc[0]} models since 2018 that state enough" in lead
    assert f"compute grew {growth['compute']:.1f} times a year" in lead
    assert f"number of chips × {growth['chips']:.2f}" in lead
    assert lead.index("number of chips") < lead.index("training time")


def test_counts_and_lags_are_those_of_the_tables(made: ReportInputs) -> None:
    page = shown(made)
    text = words(page)
    lag = made.tables["country_lags"].query("joint == 'each'").iloc[-1]
    months = f"{lag['lag_months']:.0f}".replace("-", "\N{MINUS SIGN}")
    assert f"There behind Here on 2026-01-01: {months} months" in text
    counts = made.tables["threshold_counts"].query("year == 'all' and group_name == 'all'")
    cells = [words(row) for row in page.all("tr") if "FLOP, since" in words(row)]
    assert len(cells) == 2 * 3
    for bound in counts.query("basis == 'published' and errors == 'around_stated'")[
        "n_above_bound"
    ]:
        assert any(cell.endswith(str(bound)) for cell in cells)
    for quantity in ("reinforcement learning", "all chips of the world", "better algorithms"):
        assert quantity in text


def test_too_few_is_said(inputs: ReportInputs) -> None:
    few = found(inputs.settings.estimate.uncertainty, told=20)
    text = words(shown(with_tables(inputs, few)))
    assert "Too few: of all models since 2018 only 4 can be split." in text
    assert "too few: no interval" in text
    none = found(inputs.settings.estimate.uncertainty, told=1000)
    assert "no number" in words(shown(with_tables(inputs, none)))


def test_without_exports_there_is_no_section(inputs: ReportInputs) -> None:
    assert shown(inputs).text.strip() == ""
    assert list(_drivers(inputs)) == []


def test_the_figure_shows_what_its_description_says(made: ReportInputs) -> None:
    [(name, record)] = _drivers(made)
    growth = made.tables["drivers"].set_index(["population", "missing_utilization", "driver"])
    chips = growth.loc[("all", "implied", "chips"), "growth_per_year"]
    assert name == DRIVERS_FIGURE and f"number of chips {chips:.2f}" in record["description"]
    for width in WIDTHS.values():
        tables = (made.tables["drivers"], made.tables["threshold_counts"])
        drawing = draw_drivers(*tables, title=DRIVERS_TITLE, width=width)
        left, right = drawing.figure.axes
        heights: dict[float, float] = {}
        for bar in left.patches:
            middle: Any = bar
            at = middle.get_x() + middle.get_width() / 2
            heights[round(at)] = heights.get(round(at), 0.0) + middle.get_height()
        total = growth["slope_oom_per_year"].xs("implied", level=1).xs("compute", level=1)
        assert [heights[0], heights[1]] == pytest.approx(total.to_list())
        assert [line.get_marker() for line in right.lines] == ["o"]


def test_a_figure_of_nothing() -> None:
    nothing = [typed(pd.DataFrame(), name) for name in ("drivers", "threshold_counts")]
    drawing = draw_drivers(*nothing, title="Nothing", width=WIDTHS["column"])
    assert drawing.n_shown == 0 and set(TABLES) == set(section.TABLES)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(3, 9, "9)."), (-4, 9, "these data do not tell who is behind."), (-9, -4, ": it is ahead.")],
)
def test_who_is_ahead_is_said_only_where_the_interval_tells(
    made: ReportInputs, low: float, high: float, said: str
) -> None:
    table = made.tables["country_lags"].assign(
        lag_months=(low + high) / 2, lag_months_ci90_low=low, lag_months_ci90_high=high, note=None
    )
    page = shown(replace(made, tables=made.tables | {"country_lags": table}))
    [text] = {words(one) for one in page.all("p") if "There behind Here" in words(one)}
    assert said in text
