"""Compute everything again in a folder of its own and compare the bytes.

Run by ``make verify``. Says which file differs, and why: an input, the config, the code or
the environment is not what ``results/provenance.json`` says, or the file itself was changed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import Any

from compute_trends.common.records import Record
from compute_trends.run.inputs import file_checksums, files_below
from compute_trends.run.provenance import SOURCES, state
from compute_trends.run.seals import broken_seal, is_sealed
from compute_trends.settings.config_file import read_config

RECORD = "results/provenance.json"
GENERATED = ("data/processed", "results", "report")
# In the order in which one explains the next.
CAUSES = ("input", "config", "code", "environment")


def products(folder: Path) -> dict[str, str]:
    """Checksum of each generated file by path: no logs, problems, shards, seals or placeholders."""
    files = [path for name in GENERATED for path in sorted((folder / name).rglob("*"))]
    files = [path for path in files if not {"logs", "problems", "shards"} & set(path.parts)]
    files = [path for path in files if not path.name.startswith(".")]
    return file_checksums(files_below(folder, files))


def causes(recorded: Record, now: Record, settings: tuple[Record, Record]) -> dict[str, list[str]]:
    """Inputs, settings, code and packages that changed since the results were made.

    Parameters
    ----------
    recorded : dict
        ``results/provenance.json``.
    now : dict
        From `provenance.state`.
    settings : tuple of dict
        Config that the results were made with, and the one that is there now.

    Returns
    -------
    dict of str to list of str
        By the kinds of `CAUSES` that apply.
    """
    changed = {
        "input": _changed(recorded["inputs"], now["inputs"]),
        "config": [],
        "code": _changed(recorded["code"]["files"], now["code"]["files"]),
        "environment": [
            f"{name}: {recorded['environment'].get(name)}, now {now['environment'].get(name)}"
            for name in _changed(recorded["environment"], now["environment"])
        ],
    }
    if recorded["config"] != now["config"]:
        changed["config"] = _changed(*map(_flat, settings)) or ["order or form of the keys"]
    return {kind: found for kind, found in changed.items() if found}


def _changed(before: Record, after: Record) -> list[str]:
    """Keys of which the values differ, or that one of the two lacks."""
    keys = sorted({*before, *after})
    return [key for key in keys if before.get(key, before) != after.get(key, before)]


def _flat(value: Any, place: str = "") -> Record:
    """Every value of a config by its place, such as ``fit.trends[1].scale``."""
    if isinstance(value, dict) and value:
        items = ((f"{place}.{key}".removeprefix("."), item) for key, item in value.items())
    elif isinstance(value, list) and value:
        items = ((f"{place}[{index}]", item) for index, item in enumerate(value))
    else:
        return {place: value}
    return {key: leaf for name, item in items for key, leaf in _flat(item, name).items()}


def differences(
    ours: dict[str, str], again: dict[str, str], edited: set[str], found: list[str]
) -> Iterator[str]:
    """Yield each file that is not the same, and why.

    Parameters
    ----------
    ours, again : dict of str to str
        Checksums of the results that are there and of those computed again.
    edited : set of str
        Results that are not what the run wrote.
    found : list of str
        Kinds of `causes` that apply.
    """
    because = ", ".join(found) or "no cause is known: the same inputs gave other bytes"
    for path in sorted({*ours, *again}):
        if ours.get(path) == again.get(path):
            continue
        if path not in ours:
            yield f"{path}: missing ({because if found else 'deleted after the run'})"
        elif path in edited:
            yield f"{path}: differs (changed after the run wrote it)"
        else:
            yield f"{path}: {'differs' if path in again else 'no result of a run'} ({because})"


def verify(folder: Path, run: Callable[[Path], None], scratch: Path) -> list[str]:
    """Compare the results of a project with those of a run in another folder.

    Parameters
    ----------
    folder : path
        The project, after a run.
    run : callable
        Runs the workflow in a folder; RuntimeError if that fails.
    scratch : path
        Empty folder.

    Returns
    -------
    list of str
        What differs and why, to be read one line after the other; empty if nothing does.
    """
    if not (folder / RECORD).is_file():
        return [f"{RECORD} is missing: there are no results to verify; run `make` first"]
    recorded = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    before, config = (
        read_config([str(folder / name)])[0] for name in ("results/config.yaml", "config.yaml")
    )
    inputs = [path.relative_to(folder).as_posix() for path in (folder / "data" / "raw").iterdir()]
    inputs = sorted({*recorded["inputs"], *(path for path in inputs if path.endswith(".csv"))})
    now = state(folder, inputs=files_below(folder, inputs), config=config)
    found = causes(recorded, now, (before, config))
    reasons = [f"{kind}: {what}" for kind in CAUSES for what in found.get(kind, [])]
    copy_sources(folder, scratch)
    try:
        run(scratch)
    except RuntimeError as error:
        return [*reasons, f"The run in a folder of its own failed:\n{error}"]
    ours, again = products(folder), products(scratch)
    edited = {path for path in ours if recorded["products"].get(path, ours[path]) != ours[path]}
    edited |= {path for path in ours if is_sealed(folder / path) and broken_seal(folder / path)}
    lines = list(differences(ours, again, edited, list(found)))
    return [*reasons, *lines] if lines else []


def copy_sources(folder: Path, scratch: Path) -> None:
    """Copy what a run needs, and let git see the copy as its own."""
    for name in (*SOURCES, ".gitignore"):
        source = folder / name
        if source.is_dir():
            shutil.copytree(source, scratch / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            shutil.copy(source, scratch / name)
    command = ["git", "rev-parse", "--absolute-git-dir"]
    git = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if git.returncode == 0:
        (scratch / ".git").write_text(f"gitdir: {git.stdout.strip()}\n", encoding="utf-8")


def run_workflow(folder: Path) -> None:
    """Run the whole workflow in a folder; RuntimeError with what it said last if it fails."""
    command = [sys.executable, "-m", "snakemake", "--cores", "all"]
    run = subprocess.run(command, cwd=folder, stdout=PIPE, stderr=STDOUT, text=True, check=False)
    if run.returncode:
        raise RuntimeError("\n".join(run.stdout.splitlines()[-30:]))


def main() -> int:
    """Verify the project in the working directory; status 1 if something differs."""
    with tempfile.TemporaryDirectory(prefix="compute-trends-") as scratch:
        lines = verify(Path.cwd(), run_workflow, Path(scratch))
    if lines:
        print("\n".join(["The results are not what this project gives:", *lines]))
        return 1
    print("Every result is what this project gives, byte for byte")
    return 0


if __name__ == "__main__":
    sys.exit(main())
