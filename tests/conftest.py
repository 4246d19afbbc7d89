"""What several tests need: the real tables in memory, and runs of the workflow in a copy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from pipeline import PaperRun, SharedRun, changed, settings_of
from project import ROOT, Project, locked
from report_in_memory import report_tables

from compute_trends.checks.reproduction import check_reproduction
from compute_trends.settings.config_file import read_config
from compute_trends.settings.models import Settings
from compute_trends.settings.simulations import Depths, Worlds

# Worlds of the light depth in memory, by section of the config
FEWER_WORLDS = {"coverage": 8, "selection_null": 20, "eras": 20}
# Tables of these worlds: they are not those of a run
SIMULATED_LESS = {"coverage", "selection_null", "eras", "era_verdicts", "era_lines"}


# Fixtures behind which is a run of the workflow, or the real data taken through the stages
LONG_FIXTURES = {"paper_run", "tiny", "finished_tiny", "full_run"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make check` ask for the quick tests."""
    parser.addoption("--quick", action="store_true", help="leave out what needs a run")


def leave_out_long(items: list[pytest.Item], config: pytest.Config) -> None:
    """With --quick, leave out the tests behind which is a run."""
    if config.getoption("--quick"):
        long = {item for item in items if LONG_FIXTURES.intersection(item.fixturenames)}
        config.hook.pytest_deselected(items=list(long))
        items[:] = [item for item in items if item not in long]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    """Leave the cases of sampled tests to the gate, but for one in so many."""
    leave_out_long(items, config)
    seen: dict[str, int] = {}
    for item in items:
        if (mark := item.get_closest_marker("sampled")) is not None:
            test = item.nodeid.partition("[")[0]
            if seen.setdefault(test, 0) % mark.args[0]:
                item.add_marker(pytest.mark.gate)
            seen[test] += 1


class Real(NamedTuple):
    """The real data, taken through the stages in memory."""

    config: dict[str, Any]
    settings: Settings
    published: pd.DataFrame
    systems: pd.DataFrame
    excluded: pd.DataFrame
    estimates: pd.DataFrame
    compute: pd.DataFrame
    alternatives: pd.DataFrame
    error_model: pd.DataFrame
    scores: pd.DataFrame
    trends: pd.DataFrame
    members: pd.DataFrame
    bands: pd.DataFrame
    paper_intervals: pd.DataFrame
    parameters: pd.DataFrame


@pytest.fixture(scope="session")
def config() -> dict[str, Any]:
    """The config as delivered."""
    return read_config([str(ROOT / "config.yaml")])[0]


@pytest.fixture(scope="session")
def settings(config: dict[str, Any]) -> Settings:
    """The config as delivered, typed."""
    return Settings(**config)


@pytest.fixture(scope="session")
def paper_run(settings: Settings, shared_folder: Path) -> PaperRun:
    """The real data in memory; a stage runs when a test of any worker first asks for a table of it.

    Worlds are simulated less often than in a run, see `SIMULATED_LESS`.
    """
    less = changed(settings, "fit.coverage.trends", ["from_2015_large"])
    for section, worlds in FEWER_WORLDS.items():
        less = changed(less, f"fit.{section}.worlds", Worlds(light=worlds, deep=20 * worlds))
    return SharedRun(shared_folder, changed(less, "fit.coverage.draws", Depths(light=99, deep=99)))


@pytest.fixture(scope="session")
def real(config: dict[str, Any], settings: Settings, paper_run: PaperRun) -> Real:
    """The real data, taken through the stages in memory up to its fits."""
    tables = {name: paper_run[name] for name in Real._fields if name in paper_run}
    return Real(config, settings, paper_run.raw("published_tables"), **tables)


class Checks(NamedTuple):
    """The values of each system of the real data against each other."""

    disagreements: pd.DataFrame
    agreement: pd.DataFrame
    utilization: pd.DataFrame
    physics: pd.DataFrame
    estimate_kinds: pd.DataFrame
    held_values: pd.DataFrame
    calibration: pd.DataFrame


@pytest.fixture(scope="session")
def checks(paper_run: PaperRun) -> Checks:
    """The values of each system of the real data against each other."""
    return Checks(*(paper_run[name] for name in Checks._fields))


def check_cells(real: Real, published: pd.DataFrame) -> pd.DataFrame:
    """Published rows against the real run, with the settings of the config."""
    fits = (real.trends, real.paper_intervals, real.members)
    tables = (published, *fits, real.systems, real.compute)
    settings = settings_of(real.settings, check_reproduction)
    return check_reproduction(*tables, **settings)["reproduction"]


@pytest.fixture(scope="session")
def check(paper_run: PaperRun) -> pd.DataFrame:
    """Every published cell against the real run."""
    return paper_run["reproduction"]


@pytest.fixture(scope="session")
def tables(paper_run: PaperRun) -> dict[str, pd.DataFrame]:
    """Tables of the report, of the real data in memory, by their names."""
    return report_tables(paper_run)


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
    with locked(folder):
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
    return finished(shared_folder / "full", Project.real_so_far)
