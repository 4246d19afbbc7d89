"""Where results come from: checksums of inputs and code, the commit, versions of packages."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from compute_trends.common.checksums import checksum
from compute_trends.common.problems import Problem, stop_on
from compute_trends.common.records import Record
from compute_trends.run.inputs import file_checksums, files_below
from compute_trends.run.machine import machine
from compute_trends.run.seals import broken_seal
from compute_trends.settings.config_text import effective_yaml

# What numbers and pictures depend on; requirements.txt pins everything else too.
FOR_NUMBERS = ("numpy", "pandas", "pandera", "scipy", "scoringrules", "snakemake")
FOR_PICTURES = ("jinja2", "matplotlib", "seaborn")
VERSION = "0.2.0"
LOCK = "requirements.txt"
# What a commit must hold for results to be those of that commit.
SOURCES = ("Snakefile", "config.yaml", "data/raw", "profiles", LOCK, "workflow")


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
    """One SHA-256 for the checksums of inputs by path and the config, which results carry."""
    # Not as YAML, which takes a tenth of a second of each start
    return checksum(_lines(inputs) + json.dumps(config, default=str))


def _lines(checksums: Mapping[str, str]) -> str:
    """Checksums as ``sha256sum`` lists them, in the order of the paths."""
    return "".join(f"{value}  {path}\n" for path, value in sorted(checksums.items()))


def git_state(base: str | Path) -> dict[str, str | bool | None]:
    """The last commit that changed what results depend on, and whether files differ from it.

    A commit that changes only other files, such as a README, leaves it as it is. ``commit``
    and ``dirty`` are None where git does not keep the folder of the project.
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
    packages = sorted(FOR_NUMBERS + FOR_PICTURES)
    return versions | {package: metadata.version(package) for package in packages}


def state(base: Path, *, inputs: Mapping[str, str | Path], config: Record) -> Record:
    """What results depend on, as it is now.

    Parameters
    ----------
    base : path
        Folder of the project's code.
    inputs : mapping of str to path
        Input files by the names that results know them by.
    config : dict
        The config in force.

    Returns
    -------
    dict
        ``fingerprint`` (see `fingerprint`), ``seed``, ``inputs`` (checksums by name),
        ``config`` (checksum), ``code`` (``sha256`` over the checksums of ``files``),
        ``environment`` (versions, and the checksum of the lock file) and ``machine`` (see
        `machine.machine`).
    """
    checksums = file_checksums(inputs)
    files = file_checksums(files_below(base, code_files(base)))
    return {
        "fingerprint": fingerprint(checksums, config),
        "seed": config["seed"],
        "inputs": checksums,
        "config": checksum(effective_yaml(config)),
        "code": {"sha256": checksum(_lines(files)), "files": files},
        "environment": software_versions() | file_checksums({LOCK: base / LOCK}),
        "machine": machine(),
    }


def changed_during_run(at_start: Mapping[str, str], now: Mapping[str, str]) -> list[Problem]:
    """Inputs whose checksums by path are not what they were when the run began."""
    expected = "a file that stays as it is during a run; run again"
    return [
        Problem(path, None, None, "another content than when the run began", expected)
        for path in sorted({*at_start, *now})
        if at_start.get(path) != now.get(path)
    ]


def provenance(
    base: Path,
    *,
    config: Record,
    files: Mapping[str, str],
    at_start: Mapping[str, str],
    git: Mapping[str, Any],
    replaced: list[str],
    sealed: Sequence[str],
    others: Sequence[str],
) -> str:
    """Text of ``results/provenance.json``, once all other results are there.

    Parameters
    ----------
    base, config, files
        As in `state`, where ``files`` are the inputs.
    at_start : mapping of str to str
        Checksums of the inputs when the run began.
    git : mapping
        From `git_state`.
    replaced : list of str
        Raw files of the working folder that stood in for delivered ones.
    sealed, others : sequence of str
        Files that the run wrote, with and without a seal.

    Raises
    ------
    InputError
        If an input changed while the run went on, or a sealed result since it was written.
    """
    now = state(base, inputs=files, config=config)
    stop_on(changed_during_run(at_start, now["inputs"]))
    stop_on([problem for path in sealed for problem in broken_seal(path)])
    return provenance_json(now, git=git, replaced=replaced, products=[*sealed, *others])


def provenance_json(
    current: Record, *, git: Mapping[str, Any], replaced: list[str], products: Iterable[str]
) -> str:
    """Text of ``results/provenance.json`` from a `state`, see `provenance`."""
    record = current | {
        "replaced": replaced,
        "code": {**git, **current["code"]},
        "products": file_checksums({path: path for path in sorted(products)}),
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"
