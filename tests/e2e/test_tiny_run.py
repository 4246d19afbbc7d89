"""Whole runs on a dozen made-up systems: right numbers, clear messages."""

from __future__ import annotations

import hashlib
import json

import pandas as pd
import pytest
import yaml
from pipeline import PaperRun
from project import ROOT, Project


def test_the_known_trend_is_found(finished_tiny: Project) -> None:
    trends = finished_tiny.table("results/fits/trends.csv").set_index(["trend", "basis"])
    assert trends["n"].tolist() == [13, 13, 8, 8]
    assert trends["slope_oom_per_year"].tolist() == pytest.approx([0.5] * 4)
    assert trends["doubling_time_months"].tolist() == pytest.approx([7.32507] * 4, rel=1e-5)
    for basis in ("published", "estimated"):
        assert trends.loc[("whole", basis), "start_flop"] == pytest.approx(1e10)
        assert trends.loc[("whole", basis), "end_flop"] == pytest.approx(1e16)


def test_numbers_are_those_of_the_stages_in_memory(finished_tiny: Project) -> None:
    run = PaperRun.of_folder(finished_tiny.folder)
    run.assert_equal(finished_tiny.tables(run))


def test_every_row_is_accounted_for(finished_tiny: Project) -> None:
    systems = finished_tiny.table("data/processed/systems.csv")
    excluded = finished_tiny.table("data/processed/excluded.csv")
    assert len(systems) + len(excluded) == 14
    assert excluded[["system", "reason"]].to_numpy().tolist() == [["Nu", "no training compute"]]
    assert {"gamma-gamma", "xi"} <= set(systems["system_id"])
    third = systems.set_index("annotation_id").loc[3]
    assert third["authors"] == "A One; B Two; C Three"
    assert third["organizations"] == "University of Here; There & Co"


def test_a_run_needs_no_network(finished_tiny: Project) -> None:
    noted = finished_tiny.network_log.read_text(encoding="utf-8").splitlines()
    # Snakemake itself, and a job of each rule
    assert len(noted) > 12
    assert set(noted) == {"guarded"}


def test_every_result_tells_whose_it_is(finished_tiny: Project) -> None:
    results = finished_tiny.folder / "results"
    record = json.loads((results / "provenance.json").read_text(encoding="utf-8"))
    mark = record["fingerprint"]
    package = json.loads((results / "datapackage.json").read_text(encoding="utf-8"))
    assert package["fingerprint"] == mark
    for resource in package["resources"]:
        digest = hashlib.sha256((results / resource["path"]).read_bytes()).hexdigest()
        assert resource["hash"] == f"sha256:{digest}"
    for figure in ("figure1.svg", "figure1.png", "figure1.pdf", "figure1_column.svg"):
        assert mark.encode() in (results / "figures" / figure).read_bytes()
    report = finished_tiny.page()
    assert mark in report and record["code"]["sha256"] in report
    made = finished_tiny.products()
    for path, digest in record["products"].items():
        assert hashlib.sha256(made[path]).hexdigest() == digest


def test_the_wrong_cell_and_no_other_differs(finished_tiny: Project) -> None:
    cells = finished_tiny.table("results/checks/reproduction.csv").set_index("column")
    assert cells.index[cells["verdict"] != "reproduced"].tolist() == [
        "slope_oom_per_year_ci95_high"
    ]


def test_tables_without_a_trend_are_empty_but_there(finished_tiny: Project) -> None:
    assert len(finished_tiny.table("results/tables/table3.csv")) == 2
    for name in ("table1", "table2", "table4"):
        assert finished_tiny.table(f"results/tables/{name}.csv").empty


# A system that is added
OMIKRON = {"system": "Omikron", "publication_date": "2014", "training_compute_flop": "2e16"}
# A product that each input decides, with no other jobs than those on the way to it
NEEDS = {
    "config.yaml": "results/fits/trends.csv",
    "data/raw/annotations.csv": "data/processed/systems.csv",
    "data/raw/corrections.csv": "data/processed/systems.csv",
    "data/raw/compute_inputs.csv": "results/checks/estimates.csv",
    "data/raw/hardware.csv": "results/checks/estimates.csv",
    "data/raw/discrepancies.csv": "results/checks/estimates.csv",
}


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("path", "old", "new", "messages"),
    [
        (
            "config.yaml",
            "high_z: 0.76",
            "hihg_z: 0.76",
            ["unknown key 'hihg_z'; did you mean 'high_z'?"],
        ),
        (
            "config.yaml",
            "period: {after: 2005-12-31, through: end}",
            "period: {after: end, through: 2005-12-31}",
            ["fit.trends[1].period: reversed"],
        ),
        (
            "config.yaml",
            "label: Late made-up systems\n      dataset: made_up",
            "label: Late made-up systems\n      dataset: made_upp",
            ["fit.trends[1].dataset: 'made_upp' is not defined; did you mean 'made_up'?"],
        ),
        (
            "config.yaml",
            "published_after: 1950-01-01",
            "published_after: 1950-01-01\n  published_after: 1960-01-01",
            ["config.yaml, line 4: clean.published_after: this key, once"],
        ),
        (
            "config.yaml",
            "seed: 1",
            "__use_yte__: true\nseed: 1",
            ["config.yaml, line 1: __use_yte__: no such key: it would run code"],
        ),
        (
            "data/raw/annotations.csv",
            ",10000000000.0,",
            ",1e30,",
            [
                "data/raw/annotations.csv, row 2, column training_compute_flop: found '1e+30', "
                "expected at most 1e+28; if it is right, change "
                "clean.plausible.training_compute_flop in config.yaml"
            ],
        ),
        (
            "config.yaml",
            "snapshots: [tiny]",
            "snapshots: [tinny]",
            ["no system has the snapshot 'tinny'; did you mean 'tiny'?"],
        ),
        (
            "config.yaml",
            "after: 2005-12-31",
            "after: 2013-01-01",
            ["trend late, basis published: a trend needs at least three systems, got 1"],
        ),
        (
            "data/raw/annotations.csv",
            "15/06/2001",
            "15/06/01",
            ["data/raw/annotations.csv, row 2, column publication_date: found '15/06/01'"],
        ),
        (
            "data/raw/corrections.csv",
            "No name",
            "",
            ["data/raw/corrections.csv, row 2, column reason: expected a value"],
        ),
        (
            "data/raw/corrections.csv",
            "14,,system,,Xi",
            "14,,system,Omikron,Xi",
            ["found 'Omikron', expected '', which data/raw/annotations.csv, row 15, holds"],
        ),
        (
            "data/raw/compute_inputs.csv",
            "hardware_time,,,,,,,abacus,",
            "hardware_time,,,,,,,abakus,",
            [
                "data/raw/compute_inputs.csv, row 5, column hardware: found 'abakus', expected a "
                "chip of hardware.csv, such as Abacus"
            ],
        ),
        (
            "data/raw/compute_inputs.csv",
            "Abacus 2,fp32,10,500",
            "Abacus 2,tf32,-10,3 days",
            [
                "2 problems in the input, all of them in results/checks/problems/estimate_compute",
                "data/raw/compute_inputs.csv  9    hours   '3 days'  a number (unit: h)",
                "data/raw/compute_inputs.csv  9    chips   '-10'     at least 1 (unit: chips)",
            ],
        ),
        (
            "data/raw/hardware.csv",
            ",1e7,",
            ",10,",
            [
                "data/raw/hardware.csv, row 3, column peak_fp32_flop_per_second: found '10', "
                "expected at least 1000 (unit: FLOP/s)"
            ],
        ),
        (
            "data/raw/discrepancies.csv",
            "eta,published,hardware_time,7.2,published,",
            "eta,published,reported,7.2,published,",
            [
                "data/raw/discrepancies.csv, row 2, column second: found 'reported', expected one "
                "of published, operation_count, hardware_time"
            ],
        ),
        (
            "data/raw/compute_inputs.csv",
            ",3.16227766016838e+15,",
            ",3.162e16,",
            [
                "a verdict on mu: published (3.16e+15 FLOP) against reported (3.16e+16 FLOP)",
                "list, to go on without these verdicts",
            ],
        ),
    ],
)
def test_bad_input_stops_the_run_with_its_place(
    tiny: Project, path: str, old: str, new: str, messages: list[str]
) -> None:
    tiny.edit(path, old, new)
    product = NEEDS[path]
    shown = tiny.fail(product)
    for message in messages:
        assert message in shown
    assert not (tiny.folder / product).exists()


def test_a_missing_input_stops_the_run(changeable_tiny: Project) -> None:
    (changeable_tiny.folder / "data" / "raw" / "corrections.csv").unlink()
    assert "data/raw/corrections.csv" in changeable_tiny.fail()


def test_a_failed_run_tells_every_problem_and_leaves_the_last_good_report(
    changeable_tiny: Project,
) -> None:
    project = changeable_tiny
    before = project.products()
    project.edit("data/raw/annotations.csv", "15/06/2001", "someday")
    project.edit("data/raw/annotations.csv", "31622776601.6838", '"1,234"')
    project.edit("data/raw/corrections.csv", "No name", "")
    shown = project.fail()
    assert "3 problems in the input" in shown
    told = project.folder / "results" / "checks" / "problems" / "clean_annotations.csv"
    places = pd.read_csv(told)[["file", "row", "column", "value"]].fillna("").to_numpy().tolist()
    assert sorted(places) == [
        ["data/raw/annotations.csv", 2, "publication_date", "someday"],
        ["data/raw/annotations.csv", 3, "training_compute_flop", "1,234"],
        ["data/raw/corrections.csv", 2, "reason", ""],
    ]
    after = project.products()
    assert after["report/index.html"] == before["report/index.html"]
    assert "data/processed/systems.csv" not in after
    # Mended, the next run leaves no trace of it.
    project.edit("data/raw/annotations.csv", "someday", "15/06/2001")
    project.edit("data/raw/annotations.csv", '"1,234"', "31622776601.6838")
    project.edit("data/raw/corrections.csv", "Xi,,", "Xi,No name,")
    systems = "data/processed/systems.csv"
    project.make(systems)
    assert not told.exists()
    assert project.products()[systems] == before[systems]


def test_a_table_of_a_stage_that_was_edited_stops_the_run(changeable_tiny: Project) -> None:
    project = changeable_tiny
    before = project.products()
    project.edit("data/processed/systems.csv", "2001-06-15,day", "2001-06-16,day")
    shown = project.fail()
    assert "data/processed/systems.csv: found 'a file changed after the run wrote it'" in shown
    systems = "data/processed/systems.csv"
    assert project.products()["report/index.html"] == before["report/index.html"]
    (project.folder / systems).unlink()
    project.make(systems)
    assert project.products()[systems] == before[systems]


def test_a_new_system_travels_to_the_trend(changeable_tiny: Project) -> None:
    project = changeable_tiny
    project.add_system(**OMIKRON)
    project.make("results/fits/trends.csv")
    assert project.table("results/fits/trends.csv")["n"].tolist() == [14, 13, 9, 8]


@pytest.mark.gate
def test_a_new_system_travels_to_the_figure(changeable_tiny: Project) -> None:
    changeable_tiny.add_system(**OMIKRON)
    figure = "results/figures/figure1.svg"
    changeable_tiny.make(figure)
    assert "Omikron" in (changeable_tiny.folder / figure).read_text(encoding="utf-8")


@pytest.mark.gate
def test_a_config_without_the_papers_tables(changeable_tiny: Project) -> None:
    project = changeable_tiny
    project.edit("config.yaml", "      table: 3\n      row: 1\n", "")
    project.edit("config.yaml", "      eras: [only]\n", "      eras: []\n")
    project.edit("config.yaml", "      trends: [whole, late]\n", "      trends: []\n")
    project.make()
    cells = project.table("results/checks/reproduction.csv")
    assert set(cells["verdict"]) == {"not reproducible"}
    assert set(cells["reason"]) == {"No trend of the config answers this row."}
    assert project.table("results/tables/table3.csv").empty
    assert project.table("results/fits/trends.csv")["table"].isna().all()
    assert "Of 9 printed cells" in project.page()


def test_another_folder_can_be_named(tiny: Project) -> None:
    """Code and templates come from the project, data and results stay in the named folder."""
    tiny.make("data/processed/systems.csv", snakefile=ROOT / "Snakefile", directory=tiny.folder)
    assert len(tiny.table("data/processed/systems.csv")) == 13


def test_without_a_chart_in_the_config_the_page_has_none(finished_tiny: Project) -> None:
    config = yaml.safe_load((finished_tiny.folder / "config.yaml").read_text())
    assert config["render"]["explorer"] == []
    page = finished_tiny.page()
    assert 'id="explore-chart"' not in page and "vegaEmbed=" not in page
