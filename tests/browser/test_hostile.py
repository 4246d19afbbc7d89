"""Data that would do something if the page took it for more than text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from conftest import Real
from playwright.sync_api import Browser, expect
from project import RAW, ROOT, Project

from compute_trends.render.explorer import build_explorer
from compute_trends.render.page import PAGE_SCRIPTS
from compute_trends.render.report import render_report
from compute_trends.render.report_inputs import ReportFiles, ReportInputs
from compute_trends.settings.config_text import effective_yaml
from compute_trends.settings.models import Settings
from compute_trends.tables.raw import read_checked

from .conftest import Visit

pytestmark = pytest.mark.browser

REPORT = ROOT / "workflow" / "report"
SCRIPT = "<script>document.title = 'taken'</script>"
ORIGIN = {
    "fingerprint": SCRIPT,
    "seed": SCRIPT,
    "inputs": {SCRIPT: "0"},
    "config": SCRIPT,
    "code": {"commit": SCRIPT, "dirty": True, "sha256": SCRIPT, "files": {}},
    "environment": {"compute-trends": "0", "python": SCRIPT},
    "machine": dict.fromkeys(("processor", "system", "simd", "blas", "blas_kernel"), SCRIPT),
}
NAMES = [
    SCRIPT,
    "</script><img src=x onerror=\"document.title='taken'\">",
    '=HYPERLINK("https://example.org", "x")',
    "'\" onmouseover=\"document.title='taken'",
    "\u202eمرحبا \u05e9\u05dc\u05d5\u05dd",
    "{{ config }} {% raw %} ${x} \\u003c",
]


@pytest.fixture(scope="module")
def page(
    browser: Browser,
    full_run: Project,
    tables: dict[str, pd.DataFrame],
    real: Real,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Visit]:
    """The page of data whose texts are all hostile."""
    systems = real.systems.reset_index(drop=True)
    systems.loc[: len(NAMES) - 1, "system"] = NAMES
    for column in ("domain", "domain_published"):
        systems[column] = systems[column].replace("Vision", SCRIPT)
    systems.loc[0, "link"] = "javascript:document.title='taken'"
    estimates = real.estimates.assign(derivation=SCRIPT, source_locator=SCRIPT)
    corrections = tables["corrections"].assign(reason=SCRIPT, source="javascript:0")
    disagreements = tables["disagreements"].assign(reason=SCRIPT)
    hostile = tables | {
        "systems": systems,
        "estimates": estimates,
        "corrections": corrections,
        "disagreements": disagreements,
    }
    config, settings = real.config, real.settings
    _, explorer = build_explorer(
        real.trends,
        real.members,
        read_checked(str(RAW / "hardware.csv"), "hardware"),
        [systems],
        [real.compute],
        [real.scores],
        *([], [], []),
        template=json.loads((REPORT / "explorer.vl.json").read_text(encoding="utf-8")),
        leading=[],
        explorer=settings.render.explorer,
        trends=settings.fit.trends,
        fits=settings.fit.exports,
        outliers=settings.fit.outliers,
        intervals=settings.fit.intervals,
        units=settings.fit.units,
    )
    figures = full_run.folder / "results" / "figures"
    scripts = [figures / "vega.js", *(REPORT / f"{name}.js" for name in PAGE_SCRIPTS)]
    html = render_report(
        ReportInputs(
            tables=hostile,
            settings=Settings(**config),
            config_text=effective_yaml(config),
            provenance=ORIGIN,
            references=SCRIPT,
            explorer=explorer,
        ),
        ReportFiles(
            figures={path.name: path.read_bytes() for path in figures.glob("*.*")},
            downloads={},
            stylesheets=[(REPORT / "report.css").read_text(encoding="utf-8")],
            scripts=[script.read_text(encoding="utf-8") for script in scripts],
        ),
    )
    path: Path = tmp_path_factory.mktemp("hostile") / "index.html"
    path.write_text(html, encoding="utf-8")
    opened = browser.new_page()
    yield Visit(opened, path.as_uri()).settled()
    opened.close()


def test_hostile_text_is_shown_and_does_nothing(page: Visit) -> None:
    assert page.page.title() == "Compute trends in machine learning"
    shown = page.page.locator("#systems-table tbody th").all_text_contents()
    assert set(NAMES) <= set(shown)
    assert [url for url in page.requests if not url.startswith("data:")] == [page.address]
    assert page.complaints == []
    assert page.page.locator("a[href^='javascript']").count() == 0
    # What the page is, the data of its chart, the libraries, the code
    assert page.page.locator("script").count() == 4


def test_hostile_names_stay_text_in_the_chart(page: Visit) -> None:
    page.show("explorer")
    chosen = page.page.locator("#explore-controls [name=domain]")
    assert SCRIPT in chosen.locator("option").all_text_contents()
    chosen.select_option(SCRIPT)
    marks = page.page.locator("#explore-chart .mark-symbol path[aria-label]")
    marks.first.hover(force=True)
    told = page.page.locator("#vg-tooltip-element")
    assert SCRIPT in told.inner_text()
    assert told.locator("script, img").count() == 0
    chosen.select_option("all")
    page.page.locator("#explore-controls [name=find]").fill("onerror")
    found = page.page.locator("#explore-told")
    expect(found.locator("li")).to_have_count(1)
    assert found.locator("img, script").count() == 0
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="Save systems").click()
    cells = download.value.path().read_text(encoding="utf-8")
    assert not re.search(r"(^|[,\n])\"?[=+@-](?![0-9])", cells)
    page.show("systems-table")
    page.page.get_by_label("Search the table").fill("onerror")
    assert page.page.locator("#systems-table tbody tr:visible").count() == 1
    assert page.page.title() == "Compute trends in machine learning"
    assert page.complaints == []
