"""A change reruns what depends on it, and nothing else."""

from __future__ import annotations

import pytest
from conftest import Project

TABLES = {"make_tables", "check_reproduction", "render_report"}
CHECKS = {"check_intervals", "check_claims"}
AFTER_FIT = {"fit_trends", "draw_figures", "write_config"} | TABLES | CHECKS
AFTER_ESTIMATE = {"check_estimates", "draw_comparisons"} | AFTER_FIT


def test_nothing_to_do_after_a_run(finished_tiny: Project) -> None:
    assert "Nothing to be done" in finished_tiny.run().stdout


@pytest.mark.parametrize(
    ("path", "old", "new", "rules"),
    [
        ("config.yaml", "high_z: 0.76", "high_z: 0.6", AFTER_FIT),
        ("config.yaml", "seed: 1", "seed: 2", {"estimate_compute"} | AFTER_ESTIMATE),
        ("config.yaml", "noise: none", "noise: paper", AFTER_FIT),
        (
            "config.yaml",
            "otherwise: 0.4",
            "otherwise: 0.5",
            {"estimate_compute"} | AFTER_ESTIMATE,
        ),
        (
            "data/raw/discrepancies.csv",
            "eta,published,hardware_time,7.2,published,The",
            "eta,published,hardware_time,7.2,published,Its",
            {"check_estimates", "render_report"},
        ),
        (
            "data/raw/hardware.csv",
            "Abacus One",
            "Abacus Uno",
            {"estimate_compute"} | AFTER_ESTIMATE - {"write_config"},
        ),
        (
            "config.yaml",
            "label: Late made-up",
            "label: Late invented",
            AFTER_FIT,
        ),
        ("config.yaml", "title: Made up", "title: Invented", {"write_config", "render_report"}),
        (
            "workflow/report/report.css",
            "max-width: 86rem",
            "max-width: 87rem",
            {"render_report"},
        ),
        (
            "workflow/compute_trends/figures.py",
            "LABEL_POINTS = 6",
            "LABEL_POINTS = 7",
            {"draw_figures", "draw_comparisons", "render_report"},
        ),
        (
            "workflow/compute_trends/reproduction.py",
            '"""The paper\'s tables',
            '"""The tables',
            TABLES,
        ),
        (
            "workflow/compute_trends/clean.py",
            '"""Stage clean:',
            '"""The stage clean:',
            {"clean_annotations", "estimate_compute"} | AFTER_ESTIMATE - {"write_config"},
        ),
        (
            "data/raw/published_tables.csv",
            "wrong on purpose",
            "false on purpose",
            TABLES,
        ),
    ],
)
def test_a_change_reruns_what_depends_on_it(
    changeable_tiny: Project, path: str, old: str, new: str, rules: set[str]
) -> None:
    project = changeable_tiny
    project.edit(path, old, new)
    assert project.pending() == rules


def test_a_deleted_output_comes_back_as_it_was(changeable_tiny: Project) -> None:
    project = changeable_tiny
    before = project.products()
    (project.folder / "results" / "figures" / "figure1.svg").unlink()
    run = project.run()
    assert run.returncode == 0, run.stdout
    assert project.products() == before
