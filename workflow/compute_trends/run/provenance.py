"""Where results come from: checksums of inputs and code, the commit, versions of packages."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from compute_trends.common.problems import Problem
from compute_trends.common.records import Record
from compute_trends.settings.cross_checks import effective_yaml

# What the numbers and figures depend on; requirements.txt pins everything else too.
PACKAGES = (
    "jinja2",
    "matplotlib",
    "numpy",
    "pandas",
    "pandera",
    "scipy",
    "seaborn",
    "snakemake",
    "textalloc",
)
VERSION = "0.1.0"
LOCK = "requirements.txt"
# What a commit must hold for results to be those of that commit.
SOURCES = ("Snakefile", "config.yaml", "data/raw", "profiles", LOCK, "workflow")


def text_checksum(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def file_checksums(paths: Iterable[str | Path], base: str | Path = ".") -> dict[str, str]:
    """SHA-256 of each file, in hexadecimal digits, by its path below a folder.

    Parameters
    ----------
    paths : iterable of path
        Files; those that are not there are left out.
    base : path
        Folder that relative paths start from, and that the keys are relative to if
        they are below it.
    """
    found = {}
    for path in paths:
        file = Path(base, path)
        if file.is_file():
            below = file.is_relative_to(base)
            name = file.relative_to(base).as_posix() if below else file.as_posix()
            found[name] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


def content(checksums: Mapping[str, str], *names: str) -> dict[str, str | None]:
    """Checksums of some raw files, as a parameter of the rule that reads them.

    Snakemake looks at the dates of files, which hide a change where a clock was set back
    or a file was put back with its old date.
    """
    return {name: checksums.get(f"data/raw/{name}") for name in names}


def code_files(base: str | Path) -> list[str]:
    """Files below a project's folder that decide what a run does with its inputs."""
    workflow = Path(base, "workflow")
    files = [
        path.relative_to(base).as_posix()
        for path in sorted(workflow.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return ["Snakefile", *files]


def fingerprint(inputs: Mapping[str, str], config: Record) -> str:
    """One SHA-256 for the inputs and the settings of a run, which its results carry.

    Parameters
    ----------
    inputs : mapping of str to str
        Checksum of each input by path.
    config : dict
        The config in force.
    """
    lines = [f"{checksum}  {path}\n" for path, checksum in sorted(inputs.items())]
    return text_checksum("".join(lines) + effective_yaml(config))


def git_state(base: str | Path) -> dict[str, str | bool | None]:
    """The last commit that changed what results depend on, and whether files differ from it.

    A commit that changes only other files, such as a README, leaves it as it is.

    Parameters
    ----------
    base : path
        Folder of the project.

    Returns
    -------
    dict
        ``commit`` and ``dirty``; both None where git does not keep this folder.
    """

    def git(*arguments: str) -> str | None:
        # Without the lock that only saves time, or a run could stop a commit.
        command = ["git", "--no-optional-locks", *arguments, "--", *SOURCES]
        try:
            run = subprocess.run(command, cwd=base, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        return run.stdout.strip()

    if not git("ls-files"):
        return {"commit": None, "dirty": None}
    changed = git("status", "--porcelain")
    return {"commit": git("log", "-1", "--format=%H") or None, "dirty": changed != ""}


def software_versions() -> dict[str, str]:
    """Versions of Python and of the installed packages that results depend on."""
    versions = {"compute-trends": VERSION, "python": platform.python_version()}
    return versions | {package: metadata.version(package) for package in PACKAGES}


def state(base: str | Path, *, inputs: Iterable[str], config: Record) -> Record:
    """What results depend on, as it is now.

    Parameters
    ----------
    base : path
        Folder of the project's code; inputs are relative to the working directory.
    inputs : iterable of str
        Input files.
    config : dict
        The config in force.

    Returns
    -------
    dict
        ``fingerprint`` (see `fingerprint`), ``seed``, ``inputs`` (checksums by path),
        ``config`` (checksum), ``code`` (``sha256`` over the checksums of ``files``) and
        ``environment`` (versions, and the checksum of the lock file).
    """
    checksums = file_checksums(inputs)
    files = file_checksums(code_files(base), base)
    code = "".join(f"{checksum}  {path}\n" for path, checksum in sorted(files.items()))
    return {
        "fingerprint": fingerprint(checksums, config),
        "seed": config["seed"],
        "inputs": checksums,
        "config": text_checksum(effective_yaml(config)),
        "code": {"sha256": text_checksum(code), "files": files},
        "environment": software_versions() | file_checksums([LOCK], base),
    }


def changed_during_run(at_start: Mapping[str, str], now: Mapping[str, str]) -> list[Problem]:
    """Inputs that are not what they were when the run began.

    Parameters
    ----------
    at_start, now : mapping of str to str
        Checksums by path.
    """
    expected = "a file that stays as it is during a run; run again"
    return [
        Problem(path, None, None, "another content than when the run began", expected)
        for path in sorted({*at_start, *now})
        if at_start.get(path) != now.get(path)
    ]


def provenance_json(current: Record, *, git: Mapping[str, Any], products: Iterable[str]) -> str:
    """Text of ``results/provenance.json``.

    Parameters
    ----------
    current : dict
        From `state`.
    git : mapping
        From `git_state`.
    products : iterable of str
        Files that the run wrote.
    """
    record = current | {
        "code": {**git, **current["code"]},
        "products": dict(sorted(file_checksums(products).items())),
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"
