"""The project as delivered, on the real data."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from conftest import SIMULATED_LESS
from latex_pages import compiled, too_wide
from pipeline import ExportRun, PaperRun, settings_in
from project import ROOT, Project

from compute_trends.render.figures.formats import CHECK_FIGURES, export_figures
from compute_trends.settings.carried import with_carried
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import run_paths

LINE = "trend,table,row,dataset,basis,period,scale,n,start_flop,end_flop"
TREND_COLUMNS = (
    f"{LINE},growth_per_year,growth_per_year_ci90_low,growth_per_year_ci90_high,"
    "slope_oom_per_year,slope_oom_per_year_ci90_low,slope_oom_per_year_ci90_high,"
    "doubling_time_months,doubling_time_months_ci90_low,doubling_time_months_ci90_high,r2,note"
)
# As the paper prints them, with the intervals of its method
REPLAYED_COLUMNS = (
    f"{LINE},slope_oom_per_year,slope_oom_per_year_ci95_low,slope_oom_per_year_ci95_median,"
    "slope_oom_per_year_ci95_high,doubling_time_months,doubling_time_months_ci95_low,"
    "doubling_time_months_ci95_median,doubling_time_months_ci95_high,r2"
)


# Tables that hold what was found of the newest export, too
WITH_EXPORTS = {
    *("claims", "export_claims", "populations"),
    *("training_inference", "training_inference_trends"),
    *PaperRun.STAGES["check_specifications"],
}


def exports_of(project: Project) -> Settings:
    """Settings of a project with the exports that it carries."""
    index = project.folder / "data" / "raw" / "vintages.csv"
    settings, problems = with_carried(settings_in(project.folder / "config.yaml"), str(index))
    assert not problems
    return settings


def test_every_table_for_papers_fits_a_page(full_run: Project, tmp_path: Path) -> None:
    files = sorted((full_run.folder / "results" / "tables").glob("*.tex"))
    text = "\n\n".join(file.read_text(encoding="utf-8") for file in files)
    assert too_wide(compiled(tmp_path, text)) == []


def test_every_file_is_there(full_run: Project) -> None:
    made = set(full_run.products())
    exports = [export.name for export in exports_of(full_run).clean.exports]
    tables = set(run_paths(exports))
    render = full_run.config()["render"]
    records = [*render["figures"], *render["comparisons"]]
    figures = {
        f"results/figures/{name}{ending}"
        for name in [
            *(record["name"] for record in records),
            *CHECK_FIGURES,
            *export_figures(exports, exports_of(full_run).fit.crossed),
        ]
        for ending in (".svg", ".png", ".pdf", "_column.svg", "_column.png")
    }
    copies = {f"results/data/{Path(path).name}" for path in run_paths() if path.startswith("data/")}
    printed = {path for path in made if path.endswith((".tex", ".md"))}
    others = {f"results/{name}" for name in ("config.yaml", "provenance.json", "datapackage.json")}
    others |= {
        "results/README.md",
        "results/croissant.json",
        "results/references.bib",
        "report/index.html",
    }
    others |= {"results/changes/report.md", "results/headlines.json"}
    assert tables | figures | copies | others <= made
    # Tables to print, and what the charts in the page need
    page = {f"results/figures/{name}" for name in ("vega.js", "explorer.json", "explorer.vl.json")}
    assert made - (tables | figures | copies | others | printed) <= page


def test_trend_columns(full_run: Project) -> None:
    headers = dict.fromkeys(
        (f"tables/table{number}" for number in (2, 3, 4, 6, 7, 8, 9)), REPLAYED_COLUMNS
    )
    for path, header in {"fits/trends": TREND_COLUMNS, **headers}.items():
        first = (full_run.folder / "results" / f"{path}.csv").read_text().splitlines()[0]
        assert first == header


@pytest.mark.gate
def test_one_core_gives_the_same_bytes(full_run: Project, tmp_path: Path) -> None:
    alone = Project.real(tmp_path / "alone")
    alone.make(cores=1)
    ours, theirs = full_run.products(), alone.products()
    assert {path for path in ours if ours[path] != theirs.get(path)} == set()
    assert set(theirs) == set(ours)


def test_numbers_are_those_of_the_stages_in_memory(full_run: Project, paper_run: PaperRun) -> None:
    """The rules hand every stage the tables and settings of its names, as the tests do."""
    paper_run.assert_equal(full_run.tables(set(paper_run) - SIMULATED_LESS - WITH_EXPORTS))


def test_exports_are_cleaned_as_in_memory(full_run: Project) -> None:
    """Their later stages are held against those in memory on the tiny project."""
    settings = exports_of(full_run)
    assert len(settings.clean.exports) > 5
    for export in settings.clean.exports:
        run = ExportRun(export, settings)
        run.assert_equal(full_run.tables(run.STAGES["clean"], export.name))


def test_a_rule_in_the_years_of_a_headline_is_the_headline(full_run: Project) -> None:
    """To the last digit: the same systems have the same resamples under every name."""
    cells = full_run.table("results/fits/rules_by_window.csv").set_index(["rule", "window"])
    table = full_run.table("results/fits/headlines.csv")
    headlines = table[table["leads"]].set_index("headline_name")
    for name, cell in {"all": ("all", "from_2010"), "frontier": ("top_10", "from_2018")}.items():
        same = [column for column in cells if column in headlines and column != "label"]
        pd.testing.assert_series_equal(
            cells.loc[cell, same], headlines.loc[name, same], check_names=False, check_exact=True
        )
    cited = json.loads((full_run.folder / "results" / "headlines.json").read_text("utf-8"))
    growth = {one["name"]: one["growth_per_year"]["value"] for one in cited}
    assert growth == headlines["growth_per_year"].to_dict()


def test_readme_figure_is_that_of_the_run(full_run: Project) -> None:
    made = full_run.folder / "results" / "figures" / "figure_today.svg"
    committed, drawn = (
        # The fingerprint changes with every input, whether or not the figure shows it.
        re.sub(
            r"\s*<dc:identifier>.*?</dc:identifier>|Run [0-9a-f]{8}",
            "",
            path.read_text(encoding="utf-8"),
        )
        for path in (ROOT / "docs" / "figure_today.svg", made)
    )
    assert committed == drawn, "copy results/figures/figure_today.svg to docs/"


def test_one_value_per_system(full_run: Project) -> None:
    systems, estimates, compute = (
        pd.read_csv(full_run.folder / "data" / "processed" / f"{name}.csv")
        for name in ("systems", "estimates", "compute")
    )
    assert compute["system_id"].tolist() == systems["system_id"].tolist()
    published = estimates[estimates["basis"] == "published"]
    assert published["system_id"].tolist() == systems["system_id"].tolist()
    assert estimates["estimate_id"].is_unique
