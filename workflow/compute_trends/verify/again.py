"""Results held against those of a run in a folder of its own, and why they differ."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import NamedTuple

from compute_trends.common.records import Record
from compute_trends.run.inputs import file_checksums, files_below
from compute_trends.run.provenance import SOURCES, state
from compute_trends.run.seals import broken_seal, is_sealed
from compute_trends.settings.config_file import read_config
from compute_trends.settings.config_text import config_problems_text
from compute_trends.settings.models import Settings
from compute_trends.verify.causes import CAUSES, causes
from compute_trends.verify.contents import PROVENANCE
from compute_trends.verify.folders import Comparison, compare, likeness_words, products

IS = "Every result is what this project gives, "
IS_NOT = "The results are not what this project gives:"
# What a likeness of numbers is put down to
SAME_BUT = {"machine": "on another processor", "environment": "with other packages"}
NO_CAUSE = "no cause is known: the same inputs gave other bytes"
SEVERAL = "no cause is known: have processors of several kinds computed these results?"
OWN_CONFIG = "config: if the results are of a config of your own, name it: make verify CONFIG=FILE"
CLEAN = "What is left over stays until it is deleted, as by `make clean`."


class Verdict(NamedTuple):
    """Whether results are what the project gives, and what to say of it, line by line."""

    same: bool
    lines: list[str]


def verify(
    folder: Path, run: Callable[[Path], None], scratch: Path, *, over: Path | None = None
) -> Verdict:
    """Compare the results of a project with those of a run in another folder.

    Parameters
    ----------
    folder : path
        The project, after a run.
    run : callable
        Runs the workflow in a folder; RuntimeError if that fails.
    scratch : path
        Empty folder.
    over : path, optional
        Config that goes over the one of the project, as in ``snakemake --configfile``.
    """
    if not (folder / PROVENANCE).is_file():
        missing = f"{PROVENANCE} is missing: there are no results to verify; run `make` first"
        return Verdict(False, [missing])
    recorded = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
    before, _ = read_config([str(folder / "results" / "config.yaml")])
    config, problems = read_config([str(folder / "config.yaml"), *([str(over)] if over else [])])
    if problems:
        return Verdict(False, [config_problems_text(problems)])
    own = own_files(config)
    inputs = [path.relative_to(folder).as_posix() for path in (folder / "data" / "raw").iterdir()]
    inputs = [path for path in inputs if path.endswith(".csv")]
    paths = files_below(folder, sorted({*recorded["inputs"], *inputs, *own}))
    found = causes(recorded, state(folder, inputs=paths, config=config), (before, config))
    reasons = [f"{kind}: {what}" for kind in CAUSES for what in found.get(kind, [])]
    reasons += [OWN_CONFIG] if "config" in found and not over else []
    copy_sources(folder, scratch, own)
    try:
        run(scratch)
    except RuntimeError as error:
        failed = f"The run in a folder of its own failed:\n{error}"
        return Verdict(False, [IS_NOT, *reasons, failed])
    ours = products(folder)
    compared = compare(ours, products(scratch))
    edited = edited_files(folder, ours, recorded["products"])
    return verdict(compared, edited, set(recorded["products"]), found, reasons)


def edited_files(folder: Path, ours: dict[str, Path], recorded: Record) -> set[str]:
    """Results that are no longer what the run wrote, by checksums of the record and by seals."""
    now = file_checksums({path: ours[path] for path in recorded.keys() & ours.keys()})
    edited = {path for path, checksum in now.items() if checksum != recorded[path]}
    sealed = (path for path in ours if is_sealed(folder / path))
    return edited | {path for path in sealed if broken_seal(folder / path)}


def verdict(
    compared: Comparison, edited: set[str], made: Collection[str], found: Record, reasons: list[str]
) -> Verdict:
    """What a comparison of the results with those computed again comes to.

    Parameters
    ----------
    compared : Comparison
        Of the results that are there and those computed again.
    edited : set of str
        Results that are not what the run wrote.
    made : collection of str
        Results that the recorded run made.
    found : dict
        From `causes`.
    reasons : list of str
        The same in words.
    """
    lines = list(differences(compared, edited, made, ", ".join(found)))
    if lines:
        left_over = set(compared.only_ours) - set(made)
        return Verdict(False, [IS_NOT, *reasons, *lines, *([CLEAN] if left_over else [])])
    if compared.same_bytes:
        return Verdict(True, [f"{IS}byte for byte"])
    but = " and ".join(words for kind, words in SAME_BUT.items() if kind in found)
    same = f"{IS}{likeness_words(compared.alike)}"
    return Verdict(True, [f"{same}, {but}:" if but else same, *(reasons or [SEVERAL])])


def differences(
    compared: Comparison, edited: set[str], made: Collection[str], causes: str
) -> Iterator[str]:
    """Yield each file that is not the same, and why; see `verdict`."""
    because = causes or NO_CAUSE
    touched = edited & compared.alike.keys()
    for path in sorted({*compared.different, *compared.only_ours, *compared.only_again, *touched}):
        if path in compared.only_again:
            yield f"{path}: missing ({causes or 'deleted after the run'})"
        elif path in edited:
            yield f"{path}: differs (changed after the run wrote it)"
        elif path in compared.different:
            yield f"{path}: differs ({because}): {compared.different[path]}"
        elif path in made:
            yield f"{path}: is not made again ({because})"
        else:
            yield f"{path}: left over, no result of this run (another config or a person made it)"


def own_files(config: Record) -> list[str]:
    """Files of exports that a config names."""
    exports = Settings(**config).clean.exports
    return [path for export in exports for path in (export.path, export.hardware) if path]


def copy_sources(folder: Path, scratch: Path, more: Iterable[str] = ()) -> None:
    """Copy what a run needs, and let git see the copy as its own.

    ``more`` are files that a config names, from the folder or with their whole path; those that
    are not there the run itself tells.
    """
    for name in (*SOURCES, ".gitignore", *more):
        source, copy = folder / name, Path(os.path.normpath(scratch / name))
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file() and source != copy:
            shutil.copy(source, copy)
    command = ["git", "rev-parse", "--absolute-git-dir"]
    git = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if git.returncode == 0:
        (scratch / ".git").write_text(f"gitdir: {git.stdout.strip()}\n", encoding="utf-8")


def run_workflow(folder: Path, over: Path | None = None) -> None:
    """Run the whole workflow in a folder; RuntimeError with what it said last if it fails."""
    command = [sys.executable, "-m", "snakemake", "--cores", "all"]
    command += ["--configfile", str(over.resolve())] if over else []
    run = subprocess.run(command, cwd=folder, stdout=PIPE, stderr=STDOUT, text=True, check=False)
    if run.returncode:
        raise RuntimeError("\n".join(run.stdout.splitlines()[-30:]))
