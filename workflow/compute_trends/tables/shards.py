"""Parts of a simulation as files, from the jobs that share it to the one that gathers them.

Not tables: they are deleted once they are gathered, so that no schema describes them and no
seal is beside them. Numbers are kept bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from compute_trends.common.shards import Arrays, Part


def write_shard(path: str, arrays: Arrays) -> None:
    """Write the arrays of a part in one step."""
    file = Path(path)
    written = file.with_name(f".{file.name}.part")
    try:
        with written.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **arrays)
        written.replace(file)
    finally:
        written.unlink(missing_ok=True)


def part_of(path: str) -> Part:
    """Part that a file named such as ``3-of-16.npz`` holds."""
    return Part.named(Path(path).stem)


def read_shards(paths: Iterable[str]) -> dict[Part, Arrays]:
    """Arrays of the parts in files; see `part_of`."""
    return {part_of(path): _read(path) for path in paths}


def _read(path: str) -> Arrays:
    with np.load(path, allow_pickle=False) as shard:
        return dict(shard)
