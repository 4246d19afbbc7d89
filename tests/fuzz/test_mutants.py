"""A small share of the fuzz corpus, which `make fuzz` runs in full, and what it must notice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from compute_trends.tables.dictionary import raw_table
from compute_trends.tables.raw import read_raw
from fuzz.mutants import CONFIG_MUTATORS, MUTATORS, table, text
from fuzz.runner import RAW, ROOT, Block, judge, try_mutants, untouched


@pytest.mark.sampled(3)
@pytest.mark.parametrize("first", [0, 40, 80])
def test_mutants_are_refused_or_right(first: int) -> None:
    outcomes, failures = try_mutants(range(first, first + 40))
    assert failures == []
    assert sum(outcomes.values()) == 40
    kinds = Counter(outcome.partition(":")[0] for outcome in outcomes)
    assert kinds["right"] > 0 and kinds["refused"] > 0


@pytest.mark.parametrize("name", MUTATORS)
def test_each_mutator_changes_the_file(name: str) -> None:
    data = (RAW / "annotations.csv").read_bytes()
    rng = np.random.default_rng(1)
    assert any(MUTATORS[name](data, rng) != data for _ in range(20))


@pytest.mark.parametrize("name", CONFIG_MUTATORS)
def test_each_mutator_changes_the_config(name: str) -> None:
    data = (ROOT / "config.yaml").read_bytes()
    rng = np.random.default_rng(1)
    assert any(CONFIG_MUTATORS[name](data, rng) != data for _ in range(20))


def test_the_oracle_notices_a_lost_and_a_changed_row(tmp_path: Path) -> None:
    block = Block(tmp_path / "block", 0)
    data = block.files["annotations.csv"] + b" "
    rows = dict(block.results.rows)
    key = next(iter(rows))
    lost = block.results._replace(rows={k: row for k, row in rows.items() if k != key})
    assert f"annotation {key} is lost" in str(judge(block, "annotations.csv", "bits", data, lost))
    changed = block.results._replace(rows=rows | {key: "another"})
    assert "changed" in str(judge(block, "annotations.csv", "bits", data, changed))
    another = judge(block, "annotations.csv", "other_program", data, changed)
    assert another == "a file that says the same gave another result"
    more = text([*table(data), ["999", *[""] * 21]])
    counted = judge(block, "annotations.csv", "bits", more, block.results)
    assert counted == f"{len(rows) + 1} rows in the file, {len(rows)} in the tables"


def test_a_row_is_untouched_if_its_line_stands_alone() -> None:
    before = b"key,x\n1,a\n2,b\n3,c\n"
    after = b"key,x\n1,a\n2,x\n3,c\n3,c\n"
    assert untouched("annotations.csv", before, after) == {"1"}
    assert untouched("annotations.csv", before, after.replace(b"key,x", b"x,key")) == set()


def test_the_parts_are_the_real_files(tmp_path: Path) -> None:
    Block(tmp_path / "block", 3)
    schema = raw_table("annotations")
    part = read_raw(str(tmp_path / "block" / "annotations.csv"), schema)
    whole = read_raw(str(RAW / "annotations.csv"), schema)
    assert 8 <= len(part) <= 12
    assert set(map(tuple, part.to_numpy())) <= set(map(tuple, whole.to_numpy()))
