"""Shards as files: every bit comes back."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from compute_trends.common.shards import Part
from compute_trends.tables.shards import part_of, read_shards, write_shard


def test_a_shard_is_read_as_it_was_written(tmp_path: Path) -> None:
    arrays = {
        "d, published, normal, ours": np.array([[0.1, np.nan], [-0.0, 5e-324]]),
        "no worlds": np.empty((0, 4, 2)),
    }
    path = str(tmp_path / "2-of-3.npz")
    write_shard(path, arrays)
    assert part_of(path) == Part(2, 3)
    [(part, found)] = read_shards([path]).items()
    assert part == Part(2, 3) and list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].tobytes() == array.tobytes() and found[name].shape == array.shape
    assert [file.name for file in tmp_path.iterdir()] == ["2-of-3.npz"]


def test_none_are_read_where_none_are_named() -> None:
    assert read_shards([]) == {}
