from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from conftest import RAW, ROOT, Checks, Real

from compute_trends.config import effective_yaml
from compute_trends.fit import join_members
from compute_trends.noise import compare_noise
from compute_trends.render import Results, data_uri, flop, printed_flop, render_report
from compute_trends.reproduction import study_table
from compute_trends.tables import read_checked

REPORT = ROOT / "workflow" / "report"


@pytest.fixture(scope="module")
def results(real: Real, check: pd.DataFrame, checks: Checks) -> Results:
    package = str(RAW / "datapackage.json")
    corrections = read_checked(str(RAW / "corrections.csv"), package, "corrections")
    studies = study_table(real.trends, real.published)
    fit = real.config["fit"]
    noise = compare_noise(
        join_members(real.members, real.systems, real.compute),
        bootstrap=fit["bootstrap"],
        units=fit["units"],
        seed=real.config["seed"],
    )
    return Results(
        corrections=corrections,
        published_tables=real.published,
        systems=real.systems,
        excluded=real.excluded,
        estimates=real.estimates,
        compute=real.compute,
        scores=real.scores,
        noise=noise,
        trends=real.trends,
        table1=studies,
        reproduction=check,
        **checks._asdict(),
    )


def render(results: Results, config: dict[str, Any], **changes: Any) -> str:
    picture = str(REPORT / "report.css")  # Any file does: the page holds its bytes.
    drawn = config["render"]["figures"] + config["render"]["comparisons"]
    figures = {figure["name"]: picture for figure in drawn}
    settings: dict[str, Any] = {
        "n_raw": 128,
        "config_text": effective_yaml(config),
        "figures": figures,
        "checksums": {"data/raw/annotations.csv": "abc"},
        "versions": {"python": "3"},
        "template": str(REPORT / "report.html.jinja"),
        "stylesheet": str(REPORT / "report.css"),
    }
    return render_report(results, **(settings | changes))


def test_numbers_as_shown() -> None:
    assert str(flop(29253.2)) == "2.9&nbsp;×&nbsp;10<sup>4</sup>"
    assert str(printed_flop("3e4")) == "3&nbsp;×&nbsp;10<sup>4</sup>"


def test_findings_are_the_numbers_of_the_trend_table(results: Results, real: Real) -> None:
    page = render(results, real.config)
    trends = real.trends[real.trends["basis"] == "published"].set_index("trend")
    for finding in real.config["render"]["findings"]:
        trend = trends.loc[finding["trend"]]
        assert f'<p class="big">{trend["doubling_time_months"]:.1f} <small>' in page
        low, high = trend["doubling_time_months_ci95_low"], trend["doubling_time_months_ci95_high"]
        assert f"95 % interval {low:.1f} to {high:.1f} months" in page


def test_verdicts_add_up(results: Results, real: Real) -> None:
    page = render(results, real.config)
    counts = results.reproduction["verdict"].value_counts()
    assert f"Of {len(results.reproduction)} published cells" in page
    assert f"{counts['reproduced']} are reproduced, {counts['differs']} differ" in page
    assert "Table 2 row 2 cannot be reproduced." in page
    assert "Table 2 row 3 cannot be reproduced." in page


def test_each_row_shows_its_worst_cell(results: Results, real: Real) -> None:
    shown = " ".join(render(results, real.config).split())
    table4 = shown[shown.index('id="table4"') : shown.index('id="trends"')]
    assert table4.count('<span class="verdict differs">differs</span>: 1 of 12 cells') == 2
    assert table4.count('<span class="verdict reproduced">reproduced</span>') == 2
    assert '<span class="verdict not-reproducible">not reproducible</span>' in shown


def test_a_lost_row_without_a_note_is_still_told(results: Results, real: Real) -> None:
    cells = results.reproduction.assign(reason=None)
    page = render(replace(results, reproduction=cells), real.config)
    assert "Table 2 row 2 cannot be reproduced." in page


def test_a_row_without_a_trend_keeps_its_printed_numbers(results: Results, real: Real) -> None:
    trends = results.trends[results.trends["trend"] != "until_2011"]
    cells = results.reproduction.copy()
    cells.loc[cells["trend"] == "until_2011", ["trend", "ours", "tolerance"]] = None
    page = render(replace(results, trends=trends, reproduction=cells), real.config)
    papers = page.count("<td>paper</td>")
    assert papers == page.count('<tr class="ours"><td>published</td>') + 1
    assert papers == page.count('<tr class="again"><td>re-derived</td>') + 1


def test_compute_that_does_not_grow_is_not_said_to_double(results: Results, real: Real) -> None:
    trends = results.trends.copy()
    falling = (trends["trend"] == "from_2015_large") & (trends["basis"] == "published")
    trends.loc[falling, "slope_oom_per_year"] = -0.5
    trends.loc[falling, "doubling_time_months"] = float("inf")
    page = render(replace(results, trends=trends), real.config)
    assert '<p class="big">no growth</p>' in page
    assert "Compute changed by" in page


def test_text_from_the_data_is_escaped(results: Results, real: Real) -> None:
    hostile = results.corrections.copy()
    hostile.loc[hostile.index[0], "reason"] = "<script>alert(1)</script>"
    page = render(replace(results, corrections=hostile), real.config)
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_excluded_rows_are_listed(results: Results, real: Real) -> None:
    row = {"annotation_id": 7, "snapshot": "s", "system": "Lost", "reason": "no training compute"}
    page = render(replace(results, excluded=pd.DataFrame([row])), real.config)
    assert "<td>7</td><td>Lost</td><td>no training compute</td>" in page


def test_a_trend_without_upper_bound_is_said_so(results: Results, real: Real) -> None:
    trends = results.trends.copy()
    trends.loc[trends["trend"] == "from_2015_large", "doubling_time_months_ci95_high"] = float(
        "inf"
    )
    page = render(replace(results, trends=trends), real.config)
    assert "to ∞ months" in page


def test_a_page_without_findings_and_corrections(results: Results, real: Real) -> None:
    config = real.config | {"render": real.config["render"] | {"findings": []}}
    page = render(replace(results, corrections=results.corrections.iloc[:0]), config)
    assert "0 annotated values were corrected" in page


def test_figures_are_inside_the_page(results: Results, real: Real) -> None:
    page = render(results, real.config)
    assert page.count(data_uri(str(REPORT / "report.css"))) == len(
        real.config["render"]["figures"] + real.config["render"]["comparisons"]
    )
    assert 'src="http' not in page
