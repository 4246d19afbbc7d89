"""A change reruns what depends on it, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from project import Project

# These tell of the code, too; the others that carry the fingerprint only of inputs and config.
LAST = {"render_report"}
CARRIERS = {"draw_figures", "package_results"} | LAST
TABLES = {"check_reproduction", "package_results"} | LAST
CHECKS = {"check_trends", "check_coverage", "check_claims", "check_eras"}
AFTER_FIT = {"fit_trends"} | TABLES | CHECKS | CARRIERS
# Populations and specifications know the rule of outliers and the compute, but no trend.
AFTER_COMPUTE = {"check_populations", "check_specifications"} | AFTER_FIT
# Training over inference knows the compute, but none of these.
AFTER_ESTIMATE = {"check_estimates", "fit_inference"} | AFTER_COMPUTE


def test_nothing_to_do_after_a_run(finished_tiny: Project) -> None:
    assert "Nothing to be done" in finished_tiny.make()


def test_nothing_to_do_in_a_copy(finished_tiny: Project, tmp_path: Path) -> None:
    copy = finished_tiny.copy(tmp_path / "elsewhere, über all")
    assert "Nothing to be done" in copy.make()


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("path", "old", "new", "rules"),
    [
        ("config.yaml", "high_z: 0.76", "high_z: 0.6", AFTER_COMPUTE),
        ("config.yaml", "seed: 1", "seed: 2", {"estimate_compute"} | AFTER_ESTIMATE),
        (
            "config.yaml",
            "intervals: {draws: 999",
            "intervals: {draws: 1000",
            {"check_specifications", "fit_inference"} | AFTER_FIT,
        ),
        ("config.yaml", "noise_factor: 1", "noise_factor: 2", AFTER_FIT),
        (
            "config.yaml",
            "coverage: {worlds: {light: 3, deep: 60",
            "coverage: {worlds: {light: 4, deep: 80",
            {"check_coverage"} | CARRIERS,
        ),
        (
            "config.yaml",
            "fixed: 0.4",
            "fixed: 0.5",
            {"estimate_compute"} | AFTER_ESTIMATE,
        ),
        (
            "data/raw/discrepancies.csv",
            "eta,published,hardware_time,7.2,published,The",
            "eta,published,hardware_time,7.2,published,Its",
            {"estimate_compute"} | AFTER_ESTIMATE,
        ),
        (
            "data/raw/hardware.csv",
            "Abacus One",
            "Abacus Uno",
            {"estimate_compute"} | AFTER_ESTIMATE,
        ),
        (
            "config.yaml",
            "label: Late made-up",
            "label: Late invented",
            AFTER_FIT,
        ),
        ("config.yaml", "title: Made up", "title: Invented", CARRIERS),
        (
            "workflow/report/report.css",
            "--shadow: #0005",
            "--shadow: #0006",
            LAST,
        ),
        (
            "workflow/compute_trends/render/figures/timeline.py",
            '"""Timelines: systems',
            '"""Timelines of systems',
            {"draw_figures"} | LAST,
        ),
        (
            "workflow/compute_trends/checks/reproduction.py",
            '"""Each cell',
            '"""Every cell',
            {"check_reproduction", "package_results"} | LAST,
        ),
        (
            "workflow/compute_trends/clean/annotations.py",
            '"""Annotations as systems',
            '"""All annotations as systems',
            {"clean_annotations", "estimate_compute"} | AFTER_ESTIMATE,
        ),
        (
            "data/raw/published_tables.csv",
            "wrong on purpose",
            "false on purpose",
            TABLES | CARRIERS,
        ),
    ],
)
def test_a_change_reruns_what_depends_on_it(
    changeable_tiny: Project, path: str, old: str, new: str, rules: set[str]
) -> None:
    project = changeable_tiny
    project.edit(path, old, new)
    assert project.pending() == rules


@pytest.mark.gate
def test_every_result_is_asked_for(full_run: Project) -> None:
    """Snakemake makes again what was deleted only where it is named as what is wanted."""
    options = ("--workflow-profile", "none", "--dry-run", "--forceall")
    wanted = re.search(r"^rule default:\n    input: (.*)$", full_run.make(*options), re.MULTILINE)
    assert wanted is not None
    assert set(full_run.products()) <= set(wanted[1].split(", "))


@pytest.mark.parametrize(
    "path",
    ["results/README.md", pytest.param("results/figures/figure1.svg", marks=pytest.mark.gate)],
)
def test_a_deleted_output_comes_back_as_it_was(changeable_tiny: Project, path: str) -> None:
    project = changeable_tiny
    before = project.products()
    (project.folder / path).unlink()
    project.make()
    assert project.products() == before
