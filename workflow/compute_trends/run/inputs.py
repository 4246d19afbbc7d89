"""Files that a run reads: under what name results know them, where they lie, what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from compute_trends.common.checksums import checksum


def raw_paths(paths: Iterable[str], project: Path, folder: Path) -> dict[str, str]:
    """Path of each raw file: the one in the working folder, else the one delivered.

    Parameters
    ----------
    paths : iterable of str
        Raw files below the folder of the project, such as ``data/raw/claims.csv``.
    project : path
        Folder of the project.
    folder : path
        Folder that the run works in.

    Returns
    -------
    dict of str to str
        By ``paths``, which are also those of files in the working folder; the path of a
        delivered file is absolute.
    """
    at_home = project.resolve() == folder.resolve()
    return {
        path: path if at_home or (folder / path).is_file() else str(project / path)
        for path in paths
    }


def file_checksums(paths: Mapping[str, str | Path]) -> dict[str, str]:
    """Checksum of each file by its name; files that are not there are left out."""
    return {
        name: checksum(Path(path).read_bytes())
        for name, path in paths.items()
        if Path(path).is_file()
    }


def files_below(folder: Path, paths: Iterable[str | Path]) -> dict[str, Path]:
    """Files by their paths below a folder, or as they are named where they lie elsewhere."""
    named = {}
    for path in paths:
        file = folder / path
        inside = file.is_relative_to(folder)
        named[(file.relative_to(folder) if inside else file).as_posix()] = file
    return named
