"""What several tests need: the real tables in memory, and runs of the workflow in a copy."""

from __future__ import annotations

import fcntl
import inspect
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from project import RAW, ROOT, TINY, Project

from compute_trends.checks.claims import check_claims
from compute_trends.checks.estimates import check_estimates
from compute_trends.checks.intervals import check_intervals
from compute_trends.checks.reproduction import check_reproduction
from compute_trends.checks.sensitivity import check_sensitivity
from compute_trends.clean.annotations import clean_annotations
from compute_trends.estimate.systems import estimate_stage
from compute_trends.fit.trends import fit_trends
from compute_trends.render.paper_tables import key_of_terms, study_table
from compute_trends.settings.config_file import read_config
from compute_trends.settings.fit import Coverage, Fit
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import raw_table, typed
from compute_trends.tables.raw import read_checked, read_raw

__all__ = ["RAW", "ROOT", "TINY", "Project"]
INPUTS = ("compute_inputs", "hardware")


class Real(NamedTuple):
    """The real data, taken through the stages in memory."""

    config: dict[str, Any]
    settings: Settings
    published: pd.DataFrame
    systems: pd.DataFrame
    excluded: pd.DataFrame
    estimates: pd.DataFrame
    compute: pd.DataFrame
    scores: pd.DataFrame
    trends: pd.DataFrame
    members: pd.DataFrame
    bands: pd.DataFrame
    parameters: pd.DataFrame


@pytest.fixture(scope="session")
def config() -> dict[str, Any]:
    """The config as delivered."""
    return read_config([str(ROOT / "config.yaml")])[0]


@pytest.fixture(scope="session")
def settings(config: dict[str, Any]) -> Settings:
    """The config as delivered, typed."""
    return Settings.model_validate(config)


@pytest.fixture(scope="session")
def real(config: dict[str, Any], settings: Settings) -> Real:
    """The real data, taken through the stages in memory."""
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
    fits = fit_trends(systems, compute, **settings_of(settings, fit_trends))
    published = read_checked(str(RAW / "published_tables.csv"), "published_tables")
    return Real(config, settings, published, systems, excluded, estimates, compute, **fits)


def settings_of(
    settings: Settings, stage: Callable[..., dict[str, pd.DataFrame]], **changes: Any
) -> dict[str, Any]:
    """Sections of ``fit`` that a stage takes by name, and the seed, some of them changed."""
    names = set(inspect.getfullargspec(stage).kwonlyargs) & set(Fit.model_fields)
    return {name: getattr(settings.fit, name) for name in names} | {"seed": settings.seed} | changes


class Checks(NamedTuple):
    """The values of each system of the real data against each other."""

    disagreements: pd.DataFrame
    agreement: pd.DataFrame
    utilization: pd.DataFrame
    estimate_kinds: pd.DataFrame


@pytest.fixture(scope="session")
def checks(real: Real) -> Checks:
    """The values of each system of the real data against each other."""
    settings = real.settings
    tables = check_estimates(
        real.systems,
        real.estimates,
        real.compute,
        real.excluded,
        read_checked(str(RAW / "discrepancies.csv"), "discrepancies"),
        settings=settings.estimate.disagreements,
        preference=settings.estimate.choice.preference,
        eras=settings.render.eras,
        seed=settings.seed,
        file="discrepancies.csv",
    )
    return Checks(**tables)


def check_cells(real: Real, published: pd.DataFrame) -> pd.DataFrame:
    """Published rows against the real run, with the settings of the config."""
    tables = (published, real.trends, real.members, real.systems, real.compute)
    settings = settings_of(real.settings, check_reproduction)
    return check_reproduction(*tables, **settings)["reproduction"]


@pytest.fixture(scope="session")
def check(real: Real) -> pd.DataFrame:
    """Every published cell against the real run."""
    return check_cells(real, real.published)


@pytest.fixture(scope="session")
def tables(real: Real, check: pd.DataFrame, checks: Checks) -> dict[str, pd.DataFrame]:
    """Tables of the report, of the real data in memory, by their names."""
    studies = study_table(real.trends, real.published)
    fit = real.settings.fit
    coverage = Coverage(trends=["from_2015_large"], simulations=20)
    intervals = check_intervals(
        real.members,
        real.systems,
        real.compute,
        **settings_of(real.settings, check_intervals, coverage=coverage),
    )
    claims = check_claims(
        read_checked(str(RAW / "claims.csv"), "claims"),
        real.trends,
        real.parameters,
        real.members,
        real.systems,
        real.compute,
        [],
        samples=real.settings.fit.bootstrap.samples,
        file="claims.csv",
        **settings_of(real.settings, check_claims),
    )["claims"]
    settings = settings_of(real.settings, check_sensitivity)
    sensitivity = check_sensitivity(real.systems, real.compute, **settings)

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
        parameters=real.parameters,
        claims=claims,
        table5=key_of_terms(outliers=fit.outliers, bootstrap=fit.bootstrap, units=fit.units),
        trends=real.trends,
        members=real.members,
        bands=real.bands,
        table1=studies,
        reproduction=check,
        drawings=drawings,
        export_claims=typed(pd.DataFrame(), "export_claims"),
        **intervals,
        **sensitivity,
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
