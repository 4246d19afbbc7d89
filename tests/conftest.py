"""What several tests need: the real tables in memory, and runs of the workflow in a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from project import RAW, ROOT, TINY, Project
from xdist.scheduler import LoadScopeScheduling

from compute_trends.checks.agreement import check_estimates
from compute_trends.checks.claims import check_claims
from compute_trends.checks.intervals import coverage_table
from compute_trends.checks.noise import compare_noise
from compute_trends.checks.other_methods import robust_table
from compute_trends.checks.reproduction import check_reproduction
from compute_trends.checks.sensitivity import sensitivity_table
from compute_trends.clean.annotations import clean_annotations
from compute_trends.estimate.inputs import complete_inputs
from compute_trends.estimate.systems import choose_compute, estimate_systems
from compute_trends.fit.parameter_trends import parameter_table
from compute_trends.fit.selection import join_members, score_systems, select_datasets
from compute_trends.fit.trends import fit_trends
from compute_trends.render.paper_tables import key_of_terms, study_table
from compute_trends.settings.config_file import read_config
from compute_trends.tables.dictionary import raw_table, typed
from compute_trends.tables.raw import read_checked, read_raw

__all__ = ["RAW", "ROOT", "TINY", "Project"]
INPUTS = ("compute_inputs", "hardware")


# Tests that share one run of the workflow, by the folder or file that they stand in
SHARED_RUNS = {
    "full": ("tests/browser/", "tests/e2e/test_full_run.py"),
    "tiny": (
        "tests/e2e/test_faults.py",
        "tests/e2e/test_tiny_run.py",
        "tests/unit/run/test_verify.py",
        "tests/workflow/test_reruns.py",
    ),
}


class SharedRunScheduling(LoadScopeScheduling):
    """Hands out the tests of one shared run, or of one file, to one worker.

    The groups of pytest-xdist itself do not take effect with the pinned pytest.
    """

    def _split_scope(self, nodeid: str) -> str:
        for run, places in SHARED_RUNS.items():
            if nodeid.startswith(places):
                return run
        return nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharedRunScheduling:
    """Scheduler of a run with several workers."""
    return SharedRunScheduling(config, log)


class Real(NamedTuple):
    """The real data, taken through the stages in memory."""

    config: dict[str, Any]
    published: pd.DataFrame
    systems: pd.DataFrame
    excluded: pd.DataFrame
    estimates: pd.DataFrame
    compute: pd.DataFrame
    scores: pd.DataFrame
    trends: pd.DataFrame
    members: pd.DataFrame
    bands: pd.DataFrame


@pytest.fixture(scope="session")
def config() -> dict[str, Any]:
    """The config as delivered."""
    return read_config([str(ROOT / "config.yaml")])[0]


@pytest.fixture(scope="session")
def real(config: dict[str, Any]) -> Real:
    """The real data, taken through the stages in memory."""
    annotations, corrections = (
        read_raw(str(RAW / f"{name}.csv"), raw_table(name))
        for name in ("annotations", "corrections")
    )
    systems, excluded = clean_annotations(
        annotations,
        corrections,
        published_after=date.fromisoformat(config["clean"]["published_after"]),
        first_day_is_placeholder=config["clean"]["first_day_is_placeholder"],
        plausible=config["clean"]["plausible"],
        files=("annotations.csv", "corrections.csv"),
    )
    estimate, fit = config["estimate"], config["fit"]
    completed = complete_inputs(
        *(read_checked(str(RAW / f"{name}.csv"), name) for name in INPUTS),
        systems,
        excluded,
        defaults=estimate["defaults"],
        files=INPUTS,
    )
    estimates = estimate_systems(
        systems, completed, uncertainty=estimate["uncertainty"], seed=config["seed"]
    )
    compute = choose_compute(estimates, **estimate["choice"])
    selected = select_datasets(systems, compute, datasets=fit["datasets"], bases=fit["bases"])
    scores = score_systems(selected, outliers=fit["outliers"])
    fits = fit_trends(
        scores,
        trends=fit["trends"],
        bases=fit["bases"],
        outliers=fit["outliers"],
        domains=fit["domains"],
        bootstrap=fit["bootstrap"],
        units=fit["units"],
        seed=config["seed"],
    )
    published = read_checked(str(RAW / "published_tables.csv"), "published_tables")
    return Real(config, published, systems, excluded, estimates, compute, scores, *fits)


class Checks(NamedTuple):
    """The values of each system of the real data against each other."""

    disagreements: pd.DataFrame
    agreement: pd.DataFrame
    utilization: pd.DataFrame
    estimate_kinds: pd.DataFrame


@pytest.fixture(scope="session")
def checks(real: Real) -> Checks:
    """The values of each system of the real data against each other."""
    estimate = real.config["estimate"]
    tables = check_estimates(
        real.systems,
        real.estimates,
        real.compute,
        real.excluded,
        read_checked(str(RAW / "discrepancies.csv"), "discrepancies"),
        settings=estimate["disagreements"],
        preference=estimate["choice"]["preference"],
        eras=real.config["render"]["eras"],
        seed=real.config["seed"],
        file="discrepancies.csv",
    )
    return Checks(**tables)


def check_cells(real: Real, published: pd.DataFrame) -> pd.DataFrame:
    """Published rows against the real run, with the settings of the config."""
    fit = real.config["fit"]
    return check_reproduction(
        published,
        real.trends,
        join_members(real.members, real.systems, real.compute),
        bootstrap=fit["bootstrap"],
        units=fit["units"],
        seed=real.config["seed"],
        **fit["reproduction"],
    )


@pytest.fixture(scope="session")
def check(real: Real) -> pd.DataFrame:
    """Every published cell against the real run."""
    return check_cells(real, real.published)


@pytest.fixture(scope="session")
def tables(real: Real, check: pd.DataFrame, checks: Checks) -> dict[str, pd.DataFrame]:
    """Tables of the report, of the real data in memory, by their names."""
    studies = study_table(real.trends, real.published)
    fit = real.config["fit"]
    points = join_members(real.members, real.systems, real.compute)
    seed, units, bootstrap = real.config["seed"], fit["units"], fit["bootstrap"]
    noise = compare_noise(points, bootstrap=bootstrap, units=units, seed=seed)
    coverage = coverage_table(
        points, trends=["from_2015_large"], simulations=20, bootstrap=bootstrap, seed=seed
    )
    parameters = parameter_table(
        real.systems,
        trends=fit["parameter_trends"],
        datasets=fit["datasets"],
        samples=bootstrap["samples"],
        units=units,
        seed=seed,
    )
    claims = check_claims(
        read_checked(str(RAW / "claims.csv"), "claims"),
        real.trends,
        points,
        parameters,
        real.compute,
        bases=fit["bases"],
        samples=bootstrap["samples"],
        seed=seed,
        file="claims.csv",
    )

    figures = [figure["name"] for figure in real.config["render"]["figures"]]
    drawings = pd.DataFrame({"figure": figures, "width": "full", "n_shown": 100, "n_named": 90})
    return dict(
        annotations=read_raw(str(RAW / "annotations.csv"), raw_table("annotations")),
        corrections=read_checked(str(RAW / "corrections.csv"), "corrections"),
        published_tables=real.published,
        systems=real.systems,
        excluded=real.excluded,
        estimates=real.estimates,
        compute=real.compute,
        scores=real.scores,
        noise=noise,
        robust=robust_table(points, methods=fit["other_methods"], units=units),
        parameters=parameters,
        coverage=coverage,
        sensitivity=sensitivity_table(real.systems, real.compute, fit=fit, seed=seed),
        claims=claims,
        table5=key_of_terms(outliers=fit["outliers"], bootstrap=bootstrap, units=units),
        trends=real.trends,
        members=real.members,
        table1=studies,
        reproduction=check,
        drawings=drawings,
        export_claims=typed(pd.DataFrame(), "export_claims"),
        **checks._asdict(),
    )


@pytest.fixture
def tiny(tmp_path: Path) -> Project:
    """The project with a handful of made-up systems, not yet run."""
    return Project.tiny(tmp_path / "tiny")


@pytest.fixture(scope="session")
def finished_tiny(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The tiny project after a run; not to be changed."""
    project = Project.tiny(tmp_path_factory.mktemp("tiny") / "run")
    project.make()
    return project


@pytest.fixture
def changeable_tiny(finished_tiny: Project, tmp_path: Path) -> Iterator[Project]:
    """The tiny project after a run, put back afterwards; in place, because its path matters."""
    backup = finished_tiny.copy(tmp_path / "backup")
    yield finished_tiny
    shutil.rmtree(finished_tiny.folder)
    backup.copy(finished_tiny.folder)


@pytest.fixture(scope="session")
def full_run(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project as delivered, after a run on the real data; not to be changed."""
    project = Project.real(tmp_path_factory.mktemp("full") / "run")
    project.make()
    return project
