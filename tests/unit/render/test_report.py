from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from conftest import ROOT, Real

from compute_trends.render.report import flop, printed_flop, ratio, render_report, web_address
from compute_trends.render.sections.digest import Results
from compute_trends.settings.config_text import effective_yaml

PUBLISHED = "training_compute_published_flop"
REPORT = ROOT / "workflow" / "report"


Render = Callable[..., str]
# Ending of a figure's file, and the attribute that holds its bytes
FIGURE_FILES = ((".svg", "src"), (".png", "href"), (".pdf", "href"), ("_column.svg", "srcset"))


PROVENANCE = {
    "fingerprint": "f" * 64,
    "seed": 7,
    "inputs": {"data/raw/annotations.csv": "a" * 64},
    "config": "c" * 64,
    "code": {"commit": "d" * 40, "dirty": True, "sha256": "e" * 64, "files": {"Snakefile": ""}},
    "environment": {"compute-trends": "1", "python": "3", "requirements.txt": "b" * 64},
}


@pytest.fixture(scope="module")
def render(config: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Renders the report; of the figures any bytes do, for the page only holds them."""
    folder = tmp_path_factory.mktemp("figures")
    for figure in config["render"]["figures"] + config["render"]["comparisons"]:
        for ending, _ in FIGURE_FILES:
            (folder / f"{figure['name']}{ending}").write_text(f"{figure['name']} as {ending}")
    origin = tmp_path_factory.mktemp("results") / "provenance.json"
    origin.write_text(json.dumps(PROVENANCE))
    table = folder / "table3.csv"
    table.write_text("n\n1\n")

    def rendered(results: Results, config: dict[str, Any], **changes: Any) -> str:
        settings: dict[str, Any] = {
            "n_raw": 128,
            "config_text": effective_yaml(config),
            "figures": sorted(str(path) for path in folder.iterdir()),
            "tables": {"table3": [str(table)]},
            "provenance": str(origin),
            "references": "@article{one}",
            "explorer": None,
            "template": str(REPORT / "report.html.jinja"),
            "stylesheets": [str(REPORT / "report.css")],
            "scripts": [str(REPORT / "page.js")],
        }
        return render_report(results, **(settings | changes))

    return rendered


def test_numbers_as_shown() -> None:
    assert str(flop(29253.2)) == "2.9&nbsp;×&nbsp;10<sup>4</sup>"
    assert str(printed_flop("3e4")) == "3&nbsp;×&nbsp;10<sup>4</sup>"


def test_findings_are_the_numbers_of_the_trend_table(
    results: Results, real: Real, render: Render
) -> None:
    page = render(results, real.config)
    trends = real.trends[real.trends["basis"] == "published"].set_index("trend")
    for finding in real.config["render"]["findings"]:
        trend = trends.loc[finding["trend"]]
        assert f'<p class="big">{trend["doubling_time_months"]:.1f} <small>' in page
        low, high = trend["doubling_time_months_ci95_low"], trend["doubling_time_months_ci95_high"]
        assert f"95 % interval {low:.1f} to {high:.1f} months" in page


def test_findings_say_how_far_one_choice_moves_them(
    results: Results, real: Real, render: Render
) -> None:
    page = " ".join(render(results, real.config).split())
    for finding in real.config["render"]["findings"]:
        varied = results.sensitivity[results.sensitivity["trend"] == finding["trend"]].iloc[1:]
        months = varied["doubling_time_months"].dropna()
        said = f"made differently: <b>{months.min():.1f} to {months.max():.1f} months</b>"
        assert said in page
        table = section(page, f'<figure class="table" id="choices-{finding["trend"]}"', "</figure>")
        assert table.count("<tr") == len(varied) + 2


def test_verdicts_add_up(results: Results, real: Real, render: Render) -> None:
    page = render(results, real.config)
    counts = results.reproduction["verdict"].value_counts()
    assert f"Of {len(results.reproduction)} published cells" in page
    assert f"{counts['reproduced']} are reproduced, {counts['differs']} differ" in page
    assert "Table 2 row 2 cannot be reproduced." in page
    assert "Table 2 row 3 cannot be reproduced." in page


def test_each_row_shows_its_worst_cell(results: Results, real: Real, render: Render) -> None:
    shown = " ".join(render(results, real.config).split())
    table4 = shown[shown.index('id="table4"') : shown.index('id="trends"')]
    assert table4.count('<span class="verdict differs">differs</span>: 1 of 12 cells') == 2
    assert table4.count('<span class="verdict reproduced">reproduced</span>') == 2
    assert '<span class="verdict not-reproducible">not reproducible</span>' in shown


def test_a_lost_row_without_a_note_is_still_told(
    results: Results, real: Real, render: Render
) -> None:
    cells = results.reproduction.assign(reason=None)
    page = render(replace(results, reproduction=cells), real.config)
    assert "Table 2 row 2 cannot be reproduced." in page


def test_a_row_without_a_trend_keeps_its_printed_numbers(
    results: Results, real: Real, render: Render
) -> None:
    trends = results.trends[results.trends["trend"] != "until_2011"]
    cells = results.reproduction.copy()
    cells.loc[cells["trend"] == "until_2011", ["trend", "ours", "tolerance"]] = None
    page = render(replace(results, trends=trends, reproduction=cells), real.config)
    papers = page.count("<td>paper</td>")
    assert papers == page.count('<tr class="ours"><td>published</td>') + 1
    assert papers == page.count('<tr class="again"><td class="basis">re-derived</td>') + 1


def test_compute_that_does_not_grow_is_not_said_to_double(
    results: Results, real: Real, render: Render
) -> None:
    trends = results.trends.copy()
    falling = (trends["trend"] == "from_2015_large") & (trends["basis"] == "published")
    trends.loc[falling, "slope_oom_per_year"] = -0.5
    trends.loc[falling, "doubling_time_months"] = float("inf")
    page = render(replace(results, trends=trends), real.config)
    assert '<p class="big">no growth</p>' in page
    assert "Compute changed by" in page


def test_text_from_the_data_is_escaped(results: Results, real: Real, render: Render) -> None:
    hostile = results.corrections.copy()
    hostile.loc[hostile.index[0], "reason"] = "<script>alert(1)</script>"
    page = render(replace(results, corrections=hostile), real.config)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_excluded_rows_are_listed(results: Results, real: Real, render: Render) -> None:
    row = {"annotation_id": 7, "snapshot": "s", "system": "Lost", "reason": "no training compute"}
    page = render(replace(results, excluded=pd.DataFrame([row])), real.config)
    assert "<td>7</td><td>Lost</td><td>no training compute</td>" in page


def test_a_trend_without_upper_bound_is_said_so(
    results: Results, real: Real, render: Render
) -> None:
    trends = results.trends.copy()
    trends.loc[trends["trend"] == "from_2015_large", "doubling_time_months_ci95_high"] = float(
        "inf"
    )
    page = render(replace(results, trends=trends), real.config)
    assert "to ∞ months" in page


def test_a_page_without_findings_and_corrections(
    results: Results, real: Real, render: Render
) -> None:
    config = real.config | {"render": real.config["render"] | {"findings": []}}
    page = render(replace(results, corrections=results.corrections.iloc[:0]), config)
    assert "0 annotated values were corrected" in page


def test_figures_are_inside_the_page(results: Results, real: Real, render: Render) -> None:
    page = render(results, real.config)
    for figure in real.config["render"]["figures"] + real.config["render"]["comparisons"]:
        shown = section(page, f'<figure id="{figure["name"]}"', "</figure>")
        for ending, place in FIGURE_FILES:
            held = base64.b64encode(f"{figure['name']} as {ending}".encode()).decode()
            assert re.search(rf'{place}="data:[a-z/+]+;base64,{re.escape(held)}"', shown), ending
    assert 'src="http' not in page


def test_tables_can_be_saved_from_the_page(results: Results, real: Real, render: Render) -> None:
    page = render(results, real.config)
    shown = section(page, '<figure class="table" id="table3"', "</figure>")
    assert 'download="table3.csv" data-file="table3.csv">CSV</a>' in shown
    packed = section(page, '<script type="text/plain" id="archive">', "</script>").partition(">")[2]
    held = json.loads(zlib.decompress(base64.b64decode(packed.removesuffix("</script>"))))
    assert held == {"table3.csv": "n\n1\n"}


def test_captions_say_how_many_systems_are_named(
    results: Results, real: Real, render: Render
) -> None:
    page = render(results, real.config)
    figure3, figure1 = (
        section(page, f'<figure id="{name}"', "</figure>") for name in ("figure3", "figure1")
    )
    assert "90 of 100 systems are named" in figure3
    assert "systems are named" not in figure1


def without_verdict(results: Results, system: str) -> Results:
    table = results.disagreements.copy()
    of_system = table["system_id"] == system
    table.loc[of_system, ["right", "reason", "source_url", "source_locator"]] = None
    return replace(results, disagreements=table)


def section(page: str, start: str, end: str) -> str:
    page = page[page.index(start) :]
    return " ".join(page[: page.index(end)].split())


def test_verdicts_are_counted_as_they_are(results: Results, real: Real, render: Render) -> None:
    table = results.disagreements
    of_system = table[table["of_system"]]
    wins = sum(row["right"] == row["second"] for row in of_system.to_dict("records"))
    page = render(results, real.config)
    assert f"{len(of_system)} systems differ by more than a factor of 2" in page
    assert f"for {wins}, the re-derived value is the better one" in page
    assert 'has a <a href="#disagreements">verdict with its reason' in page
    lone = str(of_system.loc[of_system["right"] == of_system["second"], "system_id"].iloc[0])
    page = render(without_verdict(results, lone), real.config)
    assert f"for {wins - 1}, the re-derived value is the better one" in page
    assert "for 1, there is no verdict on these values" in page
    assert 'has a <a href="#disagreements">verdict with its reason' not in page
    assert "None" not in section(page, 'id="estimates"', 'id="analyses"')


def test_a_verdict_for_the_published_value_is_counted_for_it(
    results: Results, real: Real, render: Render
) -> None:
    table = results.disagreements.copy()
    first = table.index[table["of_system"]][0]
    table.loc[first, "right"] = "published"
    page = render(replace(results, disagreements=table), real.config)
    assert "for 1, the published value is the better one" in page


def outlier_rows(page: str) -> str:
    return section(page, '<h3 id="outliers">', '<h3 id="spread">')


def test_low_outliers_get_both_answers(results: Results, real: Real, render: Render) -> None:
    shown = outlier_rows(render(results, real.config))
    for name, annotation in (
        ("ERNIE 3.0", "in error, by our verdict"),
        ("Hanabi 4 player", "no error found"),
    ):
        row = shown[shown.index(f'<th scope="row">{name}</th>') :]
        assert row[: row.index("</tbody>")].count(f"<td>{annotation}</td>") == 1
    scores = results.scores
    still = scores[
        (scores["basis"] == "estimated")
        & (scores["dataset"] == "paper_tables")
        & scores["low_outlier"]
    ]
    names = results.systems.set_index("system_id")["system"]
    for system in still["system_id"]:
        assert names[system] in shown[shown.index("<b>Dataset paper_tables.</b>") :]


def test_a_system_without_an_estimate_is_not_said_to_agree(
    results: Results, real: Real, render: Render
) -> None:
    compute = results.compute.copy()
    gone = compute["system_id"] == "deepstack"
    compute.loc[gone, [name for name in compute if name not in ("system_id", PUBLISHED)]] = None
    scores = results.scores[
        ~((results.scores["system_id"] == "deepstack") & (results.scores["basis"] == "estimated"))
    ]
    listed = results.disagreements[results.disagreements["system_id"] != "deepstack"]
    page = render(
        replace(results, compute=compute, scores=scores, disagreements=listed), real.config
    )
    row = outlier_rows(page)
    row = row[row.index('<th scope="row">DeepStack</th>') :]
    row = row[: row.index("</tbody>")]
    assert "not re-derived" in row
    assert "lie within a factor" not in row


def test_only_published_values_are_shown_as_such(
    results: Results, real: Real, render: Render
) -> None:
    config = real.config | {
        "fit": real.config["fit"] | {"bases": ["published"]},
        "render": real.config["render"]
        | {"figures": [f for f in real.config["render"]["figures"] if f["basis"] == "published"]},
    }

    def published(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["basis"] == "published"]

    only = replace(
        results,
        scores=published(results.scores),
        trends=published(results.trends),
        members=published(results.members),
        noise=published(results.noise),
        table1=published(results.table1),
    )
    page = render(only, config)
    for words in ("rows marked “re-derived”", "What re-derived compute changes", "Still below"):
        assert words not in page


def test_changes_of_membership_are_named(results: Results, real: Real, render: Render) -> None:
    page = render(results, real.config)
    shown = section(page, "What re-derived compute changes in table 4", 'id="trends"')
    members = real.members[real.members["trend"] == "from_2015_large"].groupby("basis")
    published, estimated = (
        set(members.get_group(basis)["system_id"]) for basis in ("published", "estimated")
    )
    names = real.systems.set_index("system_id")["system"]
    line = shown[shown.index("large-scale:") :]
    assert f"now in: {', '.join(sorted(names[list(estimated - published)]))}" in line
    assert f"no longer in: {', '.join(sorted(names[list(published - estimated)]))}" in line


def test_implied_utilization_is_told_by_its_default(
    results: Results, real: Real, render: Render
) -> None:
    page = render(results, real.config)
    table = results.utilization[results.utilization["utilization_assumed"]]
    shown = section(page, "The utilization that counted operations imply", "</table>")
    counts = [int(n) for n in re.findall(r'</td><td class="num">(\d+)</td><td class="num">', shown)]
    assert sum(counts) == len(table)
    for default in table["utilization"].unique():
        assert f'<td class="num">{default}</td>' in shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.5, "0.5"), (0.0098, "9.8&nbsp;×&nbsp;10<sup>-3</sup>"), (15.2, "15"), (99.7, "100")],
)
def test_ratios_as_shown(value: float, shown: str) -> None:
    assert str(ratio(value)) == shown


def test_further_tables_show_their_trends(results: Results, real: Real, render: Render) -> None:
    page = render(results, real.config)
    labels = {trend["name"]: trend["label"] for trend in real.config["fit"]["trends"]}
    for number in (6, 7, 8, 9):
        shown = page[page.index(f'id="table{number}"') :]
        shown = shown[: shown.index("</table>")]
        rows = real.trends[real.trends["table"] == number]
        assert shown.count("<tr class=") == len(rows)
        for trend in rows.to_dict("records"):
            assert f'<th scope="row">{labels[trend["trend"]]}</th>' in shown
            assert f'<td class="num">{trend["n"]}</td>' in shown


def test_a_narrow_interval_is_said_to_be_narrow(
    results: Results, real: Real, render: Render
) -> None:
    label = next(
        trend["label"]
        for trend in real.config["fit"]["trends"]
        if trend["name"] == "from_2015_large"
    )
    fair, narrow = (
        replace(
            results,
            coverage=results.coverage.assign(coverage=share, coverage_standard_error=0.01),
        )
        for share in (0.94, 0.90)
    )
    assert "None falls short by more than two standard errors." in render(fair, real.config)
    assert f"the interval is too narrow for: {label}." in render(narrow, real.config)


def test_without_claims_and_other_methods_nothing_points_to_them(
    results: Results, real: Real, render: Render
) -> None:
    config = real.config | {"fit": real.config["fit"] | {"other_methods": []}}
    bare = replace(
        results,
        claims=results.claims.iloc[:0],
        robust=results.robust.iloc[:0],
        coverage=results.coverage.iloc[:0],
        parameters=results.parameters.iloc[:0],
    )
    page = render(bare, config)
    assert 'href="#claims"' not in page
    assert "Can the intervals be trusted?" not in page
    assert "Checks:" not in page


def test_only_addresses_of_the_web_become_links(
    results: Results, real: Real, render: Render
) -> None:
    assert web_address("https://example.org/a") == "https://example.org/a"
    assert web_address("javascript:alert(1)") is None
    assert web_address(None) is None
    systems = results.systems.assign(link="javascript:alert(1)")
    assert "javascript:" not in render(replace(results, systems=systems), real.config)


def test_every_part_of_the_page_is_in_the_contents(
    results: Results, real: Real, render: Render
) -> None:
    page = render(results, real.config)
    listed = re.findall(r'<a href="#([^"]+)">', section(page, '<nav class="contents"', "</nav>"))
    assert listed == re.findall(r'<h[23] id="([^"]+)">', page)
    assert listed[0] == "findings" and len(listed) == len(set(listed))


def test_captions_are_numbered_once(results: Results, real: Real, render: Render) -> None:
    page = render(results, real.config)
    for word in ("Figure", "Table"):
        numbers = [int(n) for n in re.findall(rf"<b>{word} (\d+)\.</b>", page)]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_one_script_may_run_and_it_is_the_pages_own(
    results: Results, real: Real, render: Render
) -> None:
    page = render(results, real.config)
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    [policy] = re.findall(r'Content-Security-Policy" content="(.*?)"', page)
    allowed = dict(part.split(" ", 1) for part in html.unescape(policy).split("; "))
    assert allowed["default-src"] == "'none'"
    assert allowed["script-src"] == f"'sha256-{digest}'"
    assert "connect-src" not in allowed
