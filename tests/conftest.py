"""What several tests need: the real tables in memory, and runs of the workflow in a copy."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from project import RAW, ROOT, TINY, Project

from compute_trends.checks.claims import check_claims
from compute_trends.checks.estimates import check_estimates
from compute_trends.checks.intervals import coverage_table, noise_table
from compute_trends.checks.other_methods import robust_table
from compute_trends.checks.reproduction import check_reproduction
from compute_trends.checks.sensitivity import sensitivity_table
from compute_trends.clean.annotations import clean_annotations
from compute_trends.estimate.systems import estimate_stage
from compute_trends.fit.parameter_trends import parameter_table
from compute_trends.fit.selection import join_members, score_systems, select_datasets
from compute_trends.fit.trends import fit_trends
from compute_trends.render.paper_tables import key_of_terms, study_table
from compute_trends.render.sections.digest import Results
from compute_trends.settings.config_file import read_config
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import raw_table
from compute_trends.tables.raw import read_checked, read_raw

__all__ = ["RAW", "ROOT", "TINY", "Project"]
INPUTS = ("compute_inputs", "hardware")


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
    settings, fit = Settings(**config), config["fit"]
    annotations, corrections = (
        read_raw(str(RAW / f"{name}.csv"), raw_table(name))
        for name in ("annotations", "corrections")
    )
    systems, excluded = clean_annotations(
        annotations,
        corrections,
        published_after=settings.clean.published_after,
        first_day_is_placeholder=settings.clean.first_day_is_placeholder,
        plausible=settings.clean.plausible,
        files=("annotations.csv", "corrections.csv"),
    ).values()
    estimates, compute = estimate_stage(
        systems,
        excluded,
        *(read_checked(str(RAW / f"{name}.csv"), name) for name in INPUTS),
        files=INPUTS,
        defaults=settings.estimate.defaults,
        uncertainty=settings.estimate.uncertainty,
        choice=settings.estimate.choice,
        seed=settings.seed,
    ).values()
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
        preference=Settings(**real.config).estimate.choice.preference,
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
def results(real: Real, check: pd.DataFrame, checks: Checks) -> Results:
    """Tables of the report, of the real data in memory."""
    corrections = read_checked(str(RAW / "corrections.csv"), "corrections")
    studies = study_table(real.trends, real.published)
    fit = real.config["fit"]
    points = join_members(real.members, real.systems, real.compute)
    seed, units, bootstrap = real.config["seed"], fit["units"], fit["bootstrap"]
    noise = noise_table(points, bootstrap=bootstrap, units=units, seed=seed)
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
        parameters,
        real.members,
        real.systems,
        real.compute,
        [],
        bases=fit["bases"],
        samples=bootstrap["samples"],
        seed=seed,
        file="claims.csv",
    )["claims"]

    def drawn(kind: str) -> pd.DataFrame:
        names = [figure["name"] for figure in real.config["render"][kind]]
        return pd.DataFrame({"figure": names, "width": "full", "n_shown": 100, "n_named": 90})

    return Results(
        corrections=corrections,
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
        drawings=drawn("figures"),
        comparisons=drawn("comparisons"),
        **checks._asdict(),
    )


@pytest.fixture
def tiny(tmp_path: Path) -> Project:
    """The project with a handful of made-up systems, not yet run."""
    return Project.tiny(tmp_path / "tiny")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of a session share."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


def finished(folder: Path, new: Callable[[Path], Project]) -> Project:
    """A project after a run: the first worker that asks for it makes it, the others wait."""
    done = folder.with_suffix(".done")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if done.exists():
            return Project(folder)
        shutil.rmtree(folder, ignore_errors=True)
        project = new(folder)
        project.make()
        done.touch()
    return project


@pytest.fixture(scope="session")
def finished_tiny(shared_folder: Path) -> Project:
    """The tiny project after a run; not to be changed."""
    return finished(shared_folder / "tiny", Project.tiny)


@pytest.fixture
def changeable_tiny(finished_tiny: Project, tmp_path: Path) -> Project:
    """A copy of the tiny project after a run."""
    return finished_tiny.copy(tmp_path / "tiny")


@pytest.fixture(scope="session")
def full_run(shared_folder: Path) -> Project:
    """The project as delivered, after a run on the real data; not to be changed."""
    return finished(shared_folder / "full", Project.real)
