"""Exports named in a config file of a few lines, on the tiny project."""

from __future__ import annotations

import shutil

import pytest
from pipeline import ExportRun, LeadingRun
from project import TINY, Project

from compute_trends.settings.clean import leading_export
from compute_trends.settings.models import Settings

CONFIG = """\
clean:
  exports:
    - name: early
      path: downloads/notable_2022.csv
      date: 2022-03-01
      hardware: downloads/hardware_2022.csv
    - name: late
      path: downloads/notable_2026.csv
      date: 2026-03-07
"""


def with_downloads(project: Project) -> Project:
    """The exports beside the project, the older one with bare carriage returns and a mark."""
    shutil.copytree(TINY / "exports", project.folder / "downloads")
    old = project.folder / "downloads" / "notable_2022.csv"
    text = old.read_text(encoding="utf-8").replace("\n", "\r")
    old.write_bytes(text.encode("utf-8-sig"))
    (project.folder / "vintages.yaml").write_text(CONFIG, encoding="utf-8")
    return project


@pytest.fixture(scope="session")
def exported(finished_tiny: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The tiny project with two vintages, after a run without them and one with them."""
    folder = tmp_path_factory.mktemp("exports") / "run"
    project = with_downloads(finished_tiny.copy(folder))
    project.make("--configfile", "vintages.yaml")
    return project


def test_the_known_trend_is_found_on_an_old_layout(exported: Project) -> None:
    trends = exported.table("results/exports/early/trends.csv").set_index("trend")
    whole = trends.loc["all_2001_2012"]
    assert whole["n"] == 8
    assert whole["slope_oom_per_year"] == pytest.approx(0.5)
    assert whole["growth_per_year_ci90_low"] == pytest.approx(10**0.5)
    assert trends.loc["flagged", "note"] == "a trend needs at least three systems, got 0"


def test_trends_of_the_paper_are_those_of_the_export_that_leads(exported: Project) -> None:
    fitted = {
        name: set(exported.table(f"results/exports/{name}/trends.csv")["trend"])
        for name in ("early", "late")
    }
    assert fitted["late"] - fitted["early"] == {"whole"} and fitted["early"] < fitted["late"]
    headlines = exported.table("results/fits/headlines.csv").set_index("export")
    assert headlines["leads"].to_dict() == {"early": False, "late": True}
    trends = exported.table("results/exports/late/trends.csv").set_index("trend")
    assert headlines.loc["late", "growth_per_year"] == trends.loc["all_from_2001"].growth_per_year
    assert headlines.loc["late", "n"] <= headlines.loc["late", "n_listed"]


def test_the_export_s_own_flag(exported: Project) -> None:
    members = exported.table("results/exports/late/members.csv")
    flagged = members.loc[members["trend"] == "flagged", "system_id"]
    assert sorted(flagged) == ["golf", "hotel", "india", "kilo", "lima"]


def test_every_row_is_accounted_for(exported: Project) -> None:
    for name, rows in (("early", 11), ("late", 10)):
        systems, excluded = (
            exported.table(f"data/processed/exports/{name}/{part}.csv")
            for part in ("systems", "excluded")
        )
        assert len(systems) + len(excluded) == rows
    reasons = set(exported.table("data/processed/exports/early/excluded.csv")["reason"])
    assert "dated after the vintage (2022-03-01)" in reasons


def test_numbers_are_those_of_the_stages_in_memory(exported: Project) -> None:
    settings = Settings(**exported.config_in_force())
    for export in settings.clean.exports:
        files = {
            name: str(exported.folder / path)
            for name, path in (("path", export.path), ("hardware", export.hardware))
            if path
        }
        raw = exported.folder / "data" / "raw"
        leads = export == leading_export(settings.clean.exports)
        run = LeadingRun(export.model_copy(update=files), settings, raw, leads=leads)
        own = [name for tables in ExportRun.STAGES.values() for name in tables]
        run.assert_equal(exported.tables(own, export.name))
        if leads:
            run.assert_equal(exported.tables(set(run) - set(own)))


def test_what_is_listed_without_compute_is_counted(exported: Project) -> None:
    folder = "data/processed/exports/late"
    excluded = exported.table(f"{folder}/excluded.csv")
    hidden = excluded[excluded["reason"] == "no training compute"]
    systems = exported.table(f"{folder}/systems.csv")
    counts = exported.table("results/checks/visibility.csv").query("group_kind == 'all'")
    years = [int(date[:4]) for rows in (systems, hidden) for date in rows["publication_date"]]
    expected = {year: years.count(year) for year in years if year > 2000}
    assert counts.set_index("year")["n_listed"].to_dict() == expected
    verdicts = exported.table("results/checks/slowing_verdicts.csv")
    assert verdicts["statement"].to_list() == ["slowed", "halved"]


def test_an_estimate_stands_next_to_the_stated_value(exported: Project) -> None:
    compute = exported.table("data/processed/exports/late/compute.csv").set_index("system_id")
    expected = 10 * 500 * 3600 * 1e7 * 0.4
    assert compute.loc["kilo", "training_compute_estimated_flop"] == pytest.approx(expected)
    chips = exported.table("data/processed/exports/early/hardware.csv")["hardware"]
    assert "Difference Engine 2" in set(chips)


def test_what_changed_is_complete(exported: Project) -> None:
    rows = exported.table("results/changes/rows.csv")
    status = rows.groupby("status")["system_before"].count().to_dict()
    renamed = rows[rows["status"] == "renamed"]
    # A line break inside a name parts it in two words; Charlie has a number now.
    assert sorted(renamed["system_before"]) == ["Al pha", "Charlie"]
    assert sorted(renamed["system_after"]) == ["Alpha", "Charlie 2"]
    assert set(rows.loc[rows["status"] == "added", "system_after"]) == {"Kilo", "Lima"}
    assert "Delta" in set(rows.loc[rows["status"] == "removed", "system_before"])
    assert status["kept"] == 6
    values = exported.table("results/changes/values.csv")
    compute = values[values["column"] == "training_compute_flop"].set_index("system_id")
    assert compute.loc["bravo", "factor"] == pytest.approx(10)
    assert compute.loc["india", "change"] == "given"
    assert len(compute) == 2
    columns = exported.table("results/changes/columns.csv").set_index("column")
    assert columns.loc["system", "header_before"] == "System"
    assert columns.loc["system", "header_after"] == "Model"


def test_the_parts_of_a_change_add_up(exported: Project) -> None:
    trends = exported.table("results/changes/trends.csv").set_index("trend")
    assert list(trends.index) == ["all_2001_2012", "top_2_2001_2012", "all_from_2001"]
    parts = trends[[f"{kind}_oom_per_year" for kind in ("new", "removed", "filled", "restated")]]
    change = trends["slope_oom_per_year_after"] - trends["slope_oom_per_year_before"]
    assert parts.sum(axis="columns").tolist() == pytest.approx(change.tolist())
    growth = exported.table("results/changes/growth.csv")
    assert growth.groupby("trend")["export"].agg(list)["all_2001_2012"] == ["early", "late"]


def test_the_report_has_the_exports(exported: Project) -> None:
    page = exported.page()
    trend = exported.table("results/changes/trends.csv").iloc[0]
    assert trend["label"] in page and f"{trend['growth_per_year_after']:.2f}" in page
    for text in (
        "The export that answers for today",
        'id="growth_by_vintage"',
        'id="today"',
        "Mood",
    ):
        assert (text in page) == (text != "Mood")
    for name in ("growth_by_vintage", "figure_today"):
        for ending in (".svg", ".png", ".pdf", "_column.svg", "_column.png"):
            assert (exported.folder / "results" / "figures" / f"{name}{ending}").stat().st_size


def test_the_paper_s_numbers_do_not_depend_on_exports(exported: Project) -> None:
    # Without them only what tells of them is made anew, and what carries the fingerprint of
    # the config.
    assert exported.pending() == {
        "check_claims",
        "check_eras",
        "check_populations",
        "check_specifications",
        "draw_figures",
        "fit_inference",
        "package_results",
        "render_report",
    }


@pytest.mark.gate
def test_one_more_vintage_changes_nothing_of_the_others(exported: Project) -> None:
    project, before = exported, exported.products()
    more = CONFIG + (
        "    - name: middle\n      path: downloads/notable_2024.csv\n      date: 2024-07-16\n"
    )
    (project.folder / "more.yaml").write_text(more, encoding="utf-8")
    project.make("results/changes/trends.csv", "--configfile", "more.yaml")
    after = project.products()
    kept = [path for path in before if "exports/" in path]
    assert kept and all(after[path] == before[path] for path in kept)
    pairs = project.table("results/changes/trends.csv")[["before", "after"]].to_numpy()
    steps = [("early", "late"), ("middle", "late"), ("early", "middle")]
    assert list(dict.fromkeys(map(tuple, pairs))) == steps


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "Training compute (FLOP)",
            "Compute used",
            "downloads/notable_2026.csv, row 1, column training_compute_flop: expected a column "
            "'Training compute (FLOP)' or 'Training compute (FLOPs)'; nearest here: ",
        ),
        ("path: downloads/notable_2026", "path: downloads/none", "downloads/none.csv"),
        ("date: 2026-03-07", "date: 1990-01-01", "no system left, all rows are excluded"),
    ],
)
def test_what_is_wrong_with_an_export_is_told(
    tiny: Project, old: str, new: str, message: str
) -> None:
    project = with_downloads(tiny)
    file = "downloads/notable_2026.csv" if old.startswith("Train") else "vintages.yaml"
    project.edit(file, old, new)
    shown = project.fail(
        "data/processed/exports/late/systems.csv", "--configfile", "vintages.yaml", cores=1
    )
    assert message in shown
    assert not (project.folder / "data" / "processed" / "exports" / "late").exists() or not list(
        (project.folder / "data" / "processed" / "exports" / "late").glob("*.csv")
    )
