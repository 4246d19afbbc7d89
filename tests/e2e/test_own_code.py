"""A run uses the library beside its Snakefile, whatever is installed, activated or copied."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
import venv
from pathlib import Path

import pandas as pd
import pytest
from project import Project

TRENDS = "results/fits/trends.csv"
# Doubling times come out as half of what they are.
HALVED = """

_doubling_time = doubling_time


def doubling_time(slope, **settings):
    return _doubling_time(slope, **settings) / 2
"""


def checkout(folder: Path) -> Path:
    """The tiny project in a folder."""
    return Project.tiny(folder).folder


def environment_of(project: Path) -> Path:
    """Python of an environment set up as it once was: a .pth names one checkout for all."""
    venv.create(project / ".venv", symlinks=True)
    [packages] = (project / ".venv").glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    (packages / "compute_trends.pth").write_text(str(project / "workflow"))
    return project / ".venv" / "bin" / "python"


def halve(project: Path) -> None:
    """Change the library of a checkout so that its results tell."""
    with (project / "workflow/compute_trends/fit/loglinear.py").open("a") as module:
        module.write(HALVED)


def run(python: Path, folder: Path, *command: str) -> str:
    """Run a module of Python in a folder, as a person does who has nothing set."""
    done = subprocess.run(
        [python, "-m", *command],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def doubling_times(project: Path) -> list[float]:
    months = pd.read_csv(project / TRENDS)["doubling_time_months"]
    return [float(value) for value in months]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("way", ["copied", "activated", "worktree"])
def test_an_edited_checkout_gives_its_own_numbers(
    way: str, finished_tiny: Project, tmp_path: Path
) -> None:
    first, second = checkout(tmp_path / "first"), tmp_path / "second"
    python = environment_of(first)
    if way == "copied":
        shutil.copytree(first, second, symlinks=True)
        python = second / ".venv" / "bin" / "python"
    elif way == "activated":
        checkout(second)
    else:
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
        for command in (
            ["init", "--quiet"],
            ["add", "Snakefile", "workflow", "config.yaml", "data", "profiles"],
            ["commit", "--quiet", "--message", "all"],
            ["worktree", "add", "--quiet", str(second)],
        ):
            subprocess.run([*git, *command], cwd=first, check=True)
    halve(second)
    run(python, second, "snakemake", "--cores", "2", TRENDS)
    whole = doubling_times(finished_tiny.folder)
    assert doubling_times(second) == pytest.approx([months / 2 for months in whole])


@pytest.mark.gate
def test_python_may_lie_at_an_awkward_path_and_the_shell_be_of_a_notebook(
    finished_tiny: Project, tmp_path: Path
) -> None:
    """Snakemake writes the path of Python into commands; settings of others change nothing."""
    stale, home = tmp_path / "stale" / "compute_trends", tmp_path / "home" / "matplotlib"
    for folder in (stale, home):
        folder.mkdir(parents=True)
    (stale / "__init__.py").write_text("raise RuntimeError('stale')")
    (home / "matplotlibrc").write_text("savefig.bbox: tight\n")
    project = checkout(tmp_path / 'it\'s a "Messreihe" Ä')
    done = subprocess.run(
        [environment_of(project), "-m", "snakemake", "--cores", "2", "results/figures/figure1.svg"],
        cwd=project,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
            "PYTHONPATH": str(stale.parent),
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "XDG_CONFIG_HOME": str(home.parent),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    path = "results/figures/figure1.svg"
    assert (project / path).read_bytes() == (finished_tiny.folder / path).read_bytes()


@pytest.mark.gate
def test_a_verification_runs_the_code_that_it_verifies(tmp_path: Path) -> None:
    other, edited = checkout(tmp_path / "other"), checkout(tmp_path / "edited")
    python = environment_of(other)
    halve(edited)
    run(python, edited, "snakemake", "--cores", "2")
    # As `make verify` does, but for the environment, which is that of another checkout.
    (edited / "compute_trends").symlink_to("workflow/compute_trends")
    told = run(python, edited, "compute_trends.verify")
    assert told == "Every result is what this project gives, byte for byte\n"
