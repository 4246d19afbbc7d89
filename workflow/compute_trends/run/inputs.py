"""Files that a run reads: under what name results know them, where they lie, what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from compute_trends.common.checksums import checksum

RAW = "data/raw"


def raw_paths(names: Iterable[str], project: Path, folder: Path) -> dict[str, str]:
    """Path of each raw file: the one in the working folder, else the one delivered.

    Parameters
    ----------
    names : iterable of str
        Names of files in ``data/raw``.
    project : path
        Folder of the project.
    folder : path
        Folder that the run works in.

    Returns
    -------
    dict of str to str
        By ``data/raw/{name}``, which is also the path of a file in the working folder;
        the path of a delivered file is absolute.
    """
    at_home = project.resolve() == folder.resolve()
    keys = [f"{RAW}/{name}" for name in names]
    return {key: key if at_home or (folder / key).is_file() else str(project / key) for key in keys}


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
