"""The tiny project in memory: what a change of its config or its raw data does to the tables."""

from __future__ import annotations

import pandas as pd
import pytest
from pipeline import PaperRun
from project import Project
from report_in_memory import report

from compute_trends.common.problems import InputError


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
    verdicts = "data/raw/discrepancies.csv"
    # What a verdict calls worse is in no mean.
    compute = PaperRun.of_folder(tiny.folder)["compute"].set_index("system_id")
    assert compute.loc["eta", "method"] == "operation_count"
    tiny.edit(verdicts, "hardware_time,7.2,published", "hardware_time,7.2,both")
    tiny.edit(verdicts, "hardware_time,7.2,operation_count", "hardware_time,7.2,both")
    compute = PaperRun.of_folder(tiny.folder)["compute"].set_index("system_id")
    eta = compute.loc["eta"]
    assert eta["method"] == "geometric_mean"
    assert eta["training_compute_estimated_flop"] == pytest.approx((1e13 * 7.2e13) ** 0.5)
    assert compute.loc["alpha", "method"] == "operation_count"


def test_intervals_that_hold_too_little_stop_or_are_listed(tiny: Project) -> None:
    # Farther off than any other later value, of which alone its interval is told
    for name in ("later_values", "later_verdicts"):
        tiny.edit(f"data/raw/{name}.csv", "theta,2026-03-07,8e13", "theta,2026-03-07,8e14")
    tiny.edit("config.yaml", "coverage: 0.9", "coverage: 0.99")
    with pytest.raises(InputError, match=r"latest, all, all: found '0\.83 \(5 of 6\)', expected"):
        PaperRun.of_folder(tiny.folder)["calibration"]
    tiny.edit("config.yaml", "below: stop", "below: list")
    whole = PaperRun.of_folder(tiny.folder)["calibration"].iloc[0]
    assert (whole["n"], whole["covered"], whole["misses_epochs"]) == (6, 5, 1)


def test_a_later_value_widens_the_intervals_of_other_systems(
    tiny: Project, unchanged: PaperRun
) -> None:
    later = "data/raw/later_values.csv"
    tiny.edit(later, "beta,2026-03-07,3e10", "beta,2026-03-07,3e7")
    name = "training_compute_flop_ci90_high"
    before, after = (
        run["estimates"].query("basis == 'estimated'").set_index("estimate_id")[name]
        for run in (unchanged, PaperRun.of_folder(tiny.folder))
    )
    wider = set(after.index[after > 1.5 * before])
    # Not that of the system itself, nor one whose inputs are of a kind without uncertainty
    assert {"alpha/operation_count", "zeta/reported", "theta/reported"} <= wider
    assert after["beta/reported"] == before["beta/reported"]
    assert after["epsilon/operation_count"] == before["epsilon/operation_count"]


def test_a_second_value_that_leaves_out_making_the_data(tiny: Project) -> None:
    """Eta's second count; a later value of the same kind is held against it."""
    rows = tiny.folder / "data" / "raw" / "compute_inputs.csv"
    [count] = [row for row in rows.read_text().splitlines() if row.startswith("eta/operation")]
    second = count.replace("eta/operation_count", "eta/operation_count_2", 1)
    second = second.replace(",system,", ",without_data,").replace(",1e6,5,", ",6e5,5,")
    with rows.open("a") as file:
        file.write(second + "\n")
    tiny.edit("data/raw/later_values.csv", "1.2e13,system", "6e12,without_data")
    tiny.edit("config.yaml", "missing_verdict: stop", "missing_verdict: list")
    name = "training_compute_estimated_flop"
    run = PaperRun.of_folder(tiny.folder)
    assert run["compute"].set_index("system_id").loc["eta", name] == 1e13
    held = run["held_values"].set_index(["system_id", "other"])
    assert held.loc[("eta", "2026-03-07"), "value_flop"] == 6e12
    tiny.edit("config.yaml", "generated_data: counted", "generated_data: left_out")
    compute = PaperRun.of_folder(tiny.folder)["compute"].set_index("system_id")
    assert compute.loc["eta", [name, "scope"]].tolist() == [6e12, "without_data"]
    assert compute.loc["alpha", "scope"] == "system"


def test_totals_that_cannot_be_replayed_can_be_left_out(tiny: Project) -> None:
    tiny.edit("config.yaml", "replayable_only: false", "replayable_only: true")
    tiny.edit("config.yaml", "bases: [published, estimated]", "bases: [published]")
    compute = PaperRun.of_folder(tiny.folder)["compute"].set_index("system_id")
    assert set(compute["method"].dropna()) == {"operation_count", "hardware_time"}
    assert pd.isna(compute.loc["beta", "training_compute_estimated_flop"])


def test_the_paper_method_has_its_own_noise(tiny: Project, unchanged: PaperRun) -> None:
    """It widens the paper's intervals, and leaves the reported ones as they are."""
    tiny.edit("config.yaml", "noise_factor: 1}", "noise_factor: 4}")
    noisy = PaperRun.of_folder(tiny.folder)
    widths = [
        run["paper_intervals"]["slope_oom_per_year_ci95_high"]
        - run["paper_intervals"]["slope_oom_per_year_ci95_low"]
        for run in (unchanged, noisy)
    ]
    assert (widths[1] > widths[0] + 0.01).all()
    pd.testing.assert_frame_equal(noisy["trends"], unchanged["trends"])


def test_only_published_values(tiny: Project, unchanged: PaperRun) -> None:
    tiny.edit("config.yaml", "bases: [published, estimated]", "bases: [published]")
    run = PaperRun.of_folder(tiny.folder)
    assert run["trends"]["basis"].tolist() == ["published"] * 2
    heading = "On re-derived compute growth"
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
