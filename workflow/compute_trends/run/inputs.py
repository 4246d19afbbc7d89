"""Files that a run reads: under what name results know them, where they lie, what they hold."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from compute_trends.common.checksums import checksum
from compute_trends.common.files import no_file
from compute_trends.common.problems import Problem


def path_from_here(path: Path) -> Path:
    """Path of a file or folder as a run names it: relative where it lies in the working folder.

    A project that was copied or moved with its results has nothing to do again: no name of
    an input says where it was.
    """
    file, here = path.resolve(), Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else path


def raw_paths(paths: Iterable[str], project: Path, folder: Path) -> dict[str, str]:
    """Path of each raw file: the one in the working folder, else the one of the project.

    Parameters
    ----------
    paths : iterable of str
        Raw files below either folder, such as ``data/raw/claims.csv``; keys of the result.
    project, folder : path
        Folder of the project, whose files get absolute paths, and the one that the run works in.
    """
    at_home = project.resolve() == folder.resolve()
    return {
        # Also what is no file, which is told rather than passed over
        path: path if at_home or os.path.lexists(folder / path) else str(project / path)
        for path in paths
    }


def folder_problems(project: Path) -> list[Problem]:
    """Problem of the folder of a project that no rule could name."""
    folder = str(project.resolve())
    expected = "a folder without braces, which are wildcards to Snakemake; move the project"
    return [Problem(folder, None, None, None, expected)] if set("{}") & set(folder) else []


def file_problems(paths: Mapping[str, str]) -> list[Problem]:
    """Problems of input files by their names: what is no file that can be read.

    Told before any job, because Snakemake opens small inputs, and waits for ever for a pipe.
    """
    return [
        Problem(name, None, None, found, "a file that can be read")
        for name, path in paths.items()
        if (found := no_file(path))
    ]


def file_checksums(paths: Mapping[str, str | Path]) -> dict[str, str]:
    """Checksum of each file by its name; files that are not there are left out."""
    return {
        name: checksum(Path(path).read_bytes())
        for name, path in paths.items()
        if Path(path).is_file()
    }


def content_of(
    paths: Iterable[str], names: Mapping[str, str], checksums: Mapping[str, str]
) -> dict[str, str | None]:
    """Checksums of some input files, as a parameter of the rule that reads them.

    Snakemake looks at the dates of files, which hide a change where a clock was set back or
    a file was put back with its old date.

    Parameters
    ----------
    paths : iterable of str
        Files that the rule reads; those that are no input of the run are passed over.
    names, checksums : mapping of str to str
        Path and checksum of each input by its name, as the run found it.
    """
    files = set(paths)
    return {name: checksums.get(name) for name, path in names.items() if path in files}


def files_below(folder: Path, paths: Iterable[str | Path]) -> dict[str, Path]:
    """Files by their paths below a folder, or as they are named where they lie elsewhere."""
    named = {}
    for path in paths:
        file = folder / path
        inside = file.is_relative_to(folder)
        named[(file.relative_to(folder) if inside else file).as_posix()] = file
    return named
