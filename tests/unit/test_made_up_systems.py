"""The tiny project in memory: what a change of its config or its raw data does to the tables."""

from __future__ import annotations

import pandas as pd
import pytest
from pipeline import PaperRun
from project import Project
from report_in_memory import report


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> PaperRun:
    """The tiny project as it is."""
    return PaperRun.of_folder(Project.tiny(tmp_path_factory.mktemp("unchanged") / "tiny").folder)


def test_a_correction_may_mend_what_is_no_number(tiny: Project) -> None:
    tiny.edit("data/raw/annotations.csv", "31622776601.6838", "3e10 FLOP or so")
    with (tiny.folder / "data" / "raw" / "corrections.csv").open("a") as file:
        file.write("2,Beta,training_compute_flop,3e10 FLOP or so,31622776601.6838,Remark,here\n")
    assert PaperRun.of_folder(tiny.folder)["trends"]["n"].tolist() == [13, 13, 8, 8]


def test_a_system_after_the_end_of_the_analysis_changes_no_trend(
    tiny: Project, unchanged: PaperRun
) -> None:
    tiny.add_system(system="Omega", publication_date="2020-01-02", training_compute_flop="1e25")
    run = PaperRun.of_folder(tiny.folder)
    pd.testing.assert_frame_equal(run["trends"], unchanged["trends"], check_exact=True)
    assert "Omega (snapshot tiny)" in report(run)


def test_a_system_of_no_dataset_is_named_in_the_report(tiny: Project) -> None:
    tiny.edit("data/raw/annotations.csv", "2,tiny,Beta", "2,elsewhere,Beta")
    assert "Beta (snapshot elsewhere)" in report(PaperRun.of_folder(tiny.folder))


def test_a_missing_verdict_can_be_listed_instead(tiny: Project) -> None:
    tiny.edit("config.yaml", "missing_verdict: stop", "missing_verdict: list")
    rows = tiny.folder / "data" / "raw" / "discrepancies.csv"
    rows.write_text(rows.read_text().splitlines()[0] + "\n")
    run = PaperRun.of_folder(tiny.folder)
    assert len(run["disagreements"]) and run["disagreements"]["right"].isna().all()
    assert "No verdict on these values." in report(run)


def test_the_geometric_mean_of_methods(tiny: Project) -> None:
    tiny.edit("config.yaml", "rule: preference", "rule: geometric_mean")
    compute = PaperRun.of_folder(tiny.folder)["compute"].set_index("system_id")
    eta = compute.loc["eta"]
    assert eta["method"] == "geometric_mean"
    assert eta["training_compute_estimated_flop"] == pytest.approx((1e13 * 7.2e13) ** 0.5)
    assert compute.loc["alpha", "method"] == "operation_count"


@pytest.mark.parametrize("noise", ["paper", "per_system"])
def test_the_noise_of_the_bootstrap_reaches_the_intervals(tiny: Project, noise: str) -> None:
    tiny.edit("config.yaml", "noise: none", f"noise: {noise}")
    trends = PaperRun.of_folder(tiny.folder)["trends"]
    width = trends["slope_oom_per_year_ci95_high"] - trends["slope_oom_per_year_ci95_low"]
    assert (width > 0.01).all()


def test_only_published_values(tiny: Project, unchanged: PaperRun) -> None:
    tiny.edit("config.yaml", "bases: [published, estimated]", "bases: [published]")
    run = PaperRun.of_folder(tiny.folder)
    assert run["trends"]["basis"].tolist() == ["published"] * 2
    heading = "What re-derived compute changes"
    assert heading in report(unchanged) and heading not in report(run)


def test_a_year_less_leaves_inputs_of_excluded_systems_aside(
    tiny: Project, unchanged: PaperRun
) -> None:
    tiny.edit("config.yaml", "published_after: 1950-01-01", "published_after: 2001-12-31")
    assert "alpha" in unchanged["estimates"]["system_id"].tolist()
    assert "alpha" not in PaperRun.of_folder(tiny.folder)["estimates"]["system_id"].tolist()


def test_verdicts_on_excluded_systems_are_left_aside(tiny: Project) -> None:
    tiny.edit("config.yaml", "published_after: 1950-01-01", "published_after: 2007-12-31")
    assert PaperRun.of_folder(tiny.folder)["disagreements"].empty


def test_a_trend_is_one_record_more_and_changes_no_other(
    tiny: Project, unchanged: PaperRun
) -> None:
    tiny.edit(
        "config.yaml",
        "  trends:\n    - name: whole\n",
        "  trends:\n"
        "    - name: records\n"
        "      label: Record setters\n"
        "      dataset: made_up\n"
        "      period: {after: 1999-12-31, through: 2020-01-01}\n"
        "      scale: all\n"
        "      records: {without: [alpha]}\n"
        "    - name: whole\n",
    )
    trends = PaperRun.of_folder(tiny.folder)["trends"]
    others = trends[2:].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, unchanged["trends"], check_exact=True)
    # Each made-up system has more compute than the one before it.
    assert trends["n"].tolist()[:2] == [12, 12]
