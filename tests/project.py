"""Folders in which tests run the workflow, edit the project and break it."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from compute_trends.settings.config_file import read_config
from compute_trends.tables.dictionary import path_of
from compute_trends.tables.generated import read_table

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data" / "raw"
TINY = ROOT / "tests" / "data"
# No run needs a network; see the guard.
GUARD = ROOT / "tests" / "guard"
# What a run needs of a checkout beside the raw data and the config
DELIVERED = ("workflow", "profiles", "Snakefile", "requirements.txt", ".gitignore")
# Where a run writes, and what Snakemake keeps of what each file was made from
MADE = ("data/processed", "results", "report")
RECORDS = ".snakemake/metadata"
# Without the settings of whoever runs the tests
GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
WHO = ("-c", "user.name=test", "-c", "user.email=test@localhost")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time make a file or folder: the others wait."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Project:
    """A folder in which a test runs the workflow: a copy of the project, or any other.

    A new one is made by `Project.tiny` or `Project.real`, from one that is there by `copy`,
    `worktree` or `module`. ``Project(folder)`` alone stands for a folder as it is, such as an
    empty one from which the workflow of another is run.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.network_log = folder.parent / f"{folder.name}.network"

    @classmethod
    def tiny(cls, folder: Path) -> Project:
        """The project with a dozen made-up systems, not yet run."""
        return cls._deliver(folder, TINY / "raw", TINY / "config.yaml")

    @classmethod
    def real(cls, folder: Path) -> Project:
        """The project as delivered, not yet run."""
        return cls._deliver(folder, RAW, ROOT / "config.yaml")

    @classmethod
    def real_so_far(cls, folder: Path) -> Project:
        """The project as delivered, with what this checkout's last run made.

        The next run keeps of it what belongs to today's code, config and data.
        """
        project = cls.real(folder)
        if (ROOT / RECORDS).is_dir():
            for name in (*MADE, RECORDS):
                shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
            # Of runs with another config, and of benchmarks
            unknown = project.run("--list-untracked").stdout.splitlines()
            for path in unknown:
                if path.startswith(MADE):
                    (folder / path).unlink()
        return project

    @classmethod
    def _deliver(cls, folder: Path, raw: Path, config: Path) -> Project:
        folder.mkdir(parents=True)
        for name in DELIVERED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, folder / name)
        shutil.copytree(raw, folder / "data" / "raw")
        shutil.copy(RAW / "datapackage.json", folder / "data" / "raw")
        shutil.copy(config, folder / "config.yaml")
        return cls(folder)

    def copy(self, folder: Path) -> Project:
        """Everything in another folder, results and dates of files too, as by ``cp -a``."""
        subprocess.run(["cp", "-a", str(self.folder), str(folder)], check=True)
        return Project(folder)

    def worktree(self, folder: Path) -> Project:
        """A second working tree of the project's git repository, which is made if need be."""
        if not (self.folder / ".git").exists():
            self.git("init", "--quiet")
            self.git("add", "--all")
            self.git("commit", "--quiet", "--message", "As delivered")
        self.git("worktree", "add", "--quiet", "--detach", str(folder))
        return Project(folder)

    def module(self, folder: Path, *lines: str) -> Project:
        """A workflow of somebody else that uses this one as a module.

        Parameters
        ----------
        folder : path
            Folder of the other workflow; made, with a Snakefile, if it is not there.
        *lines : str
            More lines of the module's block, such as ``config: config``.
        """
        folder.mkdir(parents=True, exist_ok=True)
        block = [f"snakefile: {str(self.folder / 'workflow' / 'Snakefile')!r}", *lines]
        text = "".join(f"    {line}\n" for line in block)
        use = "use rule * from trends as trends_*\n"
        default = "rule default:\n    default_target: True\n    input: rules.trends_all.input\n"
        (folder / "Snakefile").write_text(f"module trends:\n{text}{use}{default}", encoding="utf-8")
        return Project(folder)

    def git(self, *arguments: str) -> str:
        """What git prints in the folder."""
        run = subprocess.run(
            ["git", *WHO, *arguments],
            cwd=self.folder,
            env=os.environ | GIT,
            capture_output=True,
            text=True,
            check=True,
        )
        return run.stdout

    def run(
        self,
        *options: str,
        cores: int = 4,
        snakefile: Path | None = None,
        directory: Path | None = None,
        environment: Mapping[str, str] | None = None,
        python: tuple[str, ...] = ("-m", "snakemake"),
    ) -> subprocess.CompletedProcess[str]:
        """Run snakemake in the folder; stdout holds what the terminal shows.

        Parameters
        ----------
        *options : str
            Targets and options of snakemake.
        cores : int
            Its ``--cores``.
        snakefile, directory : path, optional
            Its ``--snakefile`` and ``--directory``.
        environment : mapping, optional
            More variables; those of ``PYTHONPATH`` come behind the guard.
        python : tuple of str
            How Python starts snakemake.
        """
        named = {"--snakefile": snakefile, "--directory": directory}
        places = [word for name, path in named.items() if path for word in (name, str(path))]
        return subprocess.run(
            [sys.executable, *python, "--cores", str(cores), *places, *options],
            cwd=self.folder,
            env=self.environment(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    @contextmanager
    def start(self, *options: str) -> Iterator[subprocess.Popen[bytes]]:
        """Start a run that goes on by itself and is killed, with its jobs, at the end."""
        run = subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--cores", "2", *options],
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield run
        finally:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Variables of a run: those of the tests, the guard and ``more``."""
        variables = os.environ | dict(more or {})
        # As `make` does: without .pyc files every start of Python takes three times as long.
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
        path = [str(GUARD), *filter(None, [(more or {}).get("PYTHONPATH")])]
        return variables | {
            "PYTHONWARNINGS": "error::DeprecationWarning:__main__",
            "PYTHONPATH": os.pathsep.join(path),
            "NETWORK_LOG": str(self.network_log),
        }

    def make(self, *options: str, **how: Any) -> str:
        """Run snakemake, which must succeed; see `run`. Returns what the terminal shows."""
        run = self.run(*options, **how)
        assert run.returncode == 0, run.stdout
        return run.stdout

    def fail(self, *options: str, **how: Any) -> str:
        """Run snakemake, which must fail; see `run`. Returns what the terminal shows."""
        run = self.run(*options, **how)
        assert run.returncode != 0, run.stdout
        return run.stdout

    def pending(self) -> set[str]:
        """Rules that the next run would execute, `all` and `default` aside."""
        rules = re.findall(r"^(\w+) +\d+$", self.run("--dry-run").stdout, re.MULTILINE)
        return set(rules) - {"all", "default", "total"}

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace the only occurrence of a text in a file of the folder."""
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def add_system(self, **cells: str) -> None:
        """Append a row to the annotations."""
        raw = self.folder / "data" / "raw" / "annotations.csv"
        header = raw.read_text(encoding="utf-8").splitlines()[0].split(",")
        row = dict.fromkeys(header, "") | {"annotation_id": "15", "snapshot": "tiny"}
        with raw.open("a", encoding="utf-8") as file:
            file.write(",".join((row | {"domain": "Games"} | cells).values()) + "\n")

    def table(self, path: str) -> pd.DataFrame:
        """A generated table, read as anybody would."""
        return pd.read_csv(self.folder / path)

    def tables(self, names: Iterable[str], export: str | None = None) -> dict[str, pd.DataFrame]:
        """Generated tables, or those of an export, by name, read as the next stage would."""
        paths = {name: self.folder / path_of(name, export=export) for name in names}
        return {name: read_table(str(path), name) for name, path in paths.items()}

    def page(self) -> str:
        """The report."""
        return (self.folder / "report" / "index.html").read_text(encoding="utf-8")

    def config(self) -> dict[str, Any]:
        """The config of the folder."""
        return read_config([str(self.folder / "config.yaml")])[0]

    def config_in_force(self) -> dict[str, Any]:
        """The config that the last run worked with."""
        return read_config([str(self.folder / "results" / "config.yaml")])[0]

    def products(self) -> dict[str, bytes]:
        """Bytes of every generated file but the logs, by path."""
        files = [path for name in MADE for path in sorted((self.folder / name).rglob("*"))]
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in files
            if path.is_file() and "logs" not in path.parts and not path.name.startswith(".")
        }
